"""The line of code that makes a recurrent layer, in PyTorch and in Keras."""

from lstm_viz.anatomy.blueprint import KERAS_CLASSES, TORCH_CLASSES, Blueprint


def torch_call(blueprint: Blueprint, layer: int, batch_first: bool = True) -> str:
    """Write how the torch module whose first layer is `layer` is made.

    Example:
        >>> from lstm_viz.anatomy.blueprint import blueprint_of
        >>> from lstm_viz.recurrent.specification import StackConfig
        >>> torch_call(blueprint_of(StackConfig("lstm", 28, (75, 75))), 0)
        'nn.LSTM(28, 75, num_layers=2, batch_first=True)'
    """
    stack = blueprint.stack
    layers = len(stack.sizes) if blueprint.one_module else 1
    options = [
        f"num_layers={layers}" if layers > 1 else "",
        "" if stack.bias else "bias=False",
        "batch_first=True" if batch_first else "",
        "bidirectional=True" if stack.bidirectional else "",
        'nonlinearity="relu"' if stack.cell == "rnn" and stack.activation == "relu" else "",
    ]
    sizes = [str(stack.widths[layer]), str(stack.sizes[layer])]
    return f"nn.{TORCH_CLASSES[stack.cell]}({', '.join([*sizes, *filter(None, options)])})"


def keras_call(blueprint: Blueprint, layer: int) -> str:
    """Write how a Keras layer is made; every layer but the last must hand on all steps.

    Example:
        >>> from lstm_viz.anatomy.blueprint import blueprint_of
        >>> from lstm_viz.recurrent.specification import StackConfig
        >>> keras_call(blueprint_of(StackConfig("gru", 3, (5, 4), bidirectional=True)), 0)
        'Bidirectional(GRU(5, return_sequences=True))'
    """
    stack = blueprint.stack
    every = layer < len(stack.sizes) - 1 or stack.pooling != "last"
    options = [
        "" if stack.bias else "use_bias=False",
        "return_sequences=True" if every else "",
        'activation="relu"' if stack.cell == "rnn" and stack.activation == "relu" else "",
    ]
    made = f"{KERAS_CLASSES[stack.cell]}({', '.join([str(stack.sizes[layer]), *filter(None, options)])})"
    return f"Bidirectional({made})" if stack.bidirectional else made

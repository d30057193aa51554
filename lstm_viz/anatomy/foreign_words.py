"""What is told of a model from elsewhere: what its names and shapes said, and what had to be chosen."""

from lstm_viz.anatomy.blueprint import Config, blueprint_of
from lstm_viz.anatomy.code import written
from lstm_viz.anatomy.foreign_places import Placed
from lstm_viz.phrases import counted
from lstm_viz.recurrent.specification import KERAS_EPSILON

CELL_WORDS = {"lstm": "an LSTM: four gates per unit", "gru": "a GRU: three gates per unit", "rnn": "an RNN: no gates"}


def inferred(parts: Placed, framework: str) -> list[str]:
    """Say what names and shapes told."""
    first = parts.layers[0]
    sizes = ", ".join(str(layer.units) for layer in parts.layers)
    ways = "in both directions" if len(first.ways) == 2 else "forward"
    names = "PyTorch" if framework == "torch" else "Keras"
    return [
        f"The weights have the layout of {names}.",
        f"It is {CELL_WORDS[first.cell]}; {sizes} units, reading {ways}, {counted(first.inputs, 'number')} per step.",
        *([] if "bias_ih" in first.first else ["The recurrent layers have no biases."]),
    ]


def chosen(config: Config, framework: str) -> list[str]:
    """Say what the weights do not tell and was chosen."""
    stack = blueprint_of(config).stack
    notes = []
    if stack.pooling != "attention":
        reads = {"last": "the last state", "mean": "the mean of all states", "every": "every state"}[stack.pooling]
        notes.append(f"The head is taken to read {reads}: weights do not tell.")
    if stack.pooling == "last" and stack.bidirectional:
        notes.append(
            "That is where each direction ends, backward at the first step, as in PyTorch's `h_n` and Keras' "
            "`Bidirectional`; where it reads `output[:, -1]`, choose every state: the last answer is that of the model."
        )
    if stack.cell == "rnn":
        notes.append(f"The activation is taken to be {stack.activation}: weights do not tell.")
    elif framework == "keras":
        notes.append("The activations are taken to be Keras' defaults, tanh and sigmoid: weights do not tell.")
    if stack.cell == "gru" and not stack.bias:
        notes.append("The reset gate acts behind U (Keras: `reset_after=True`): without biases weights do not tell.")
    if stack.normalization != "none":
        usual = "Keras" if stack.epsilon == KERAS_EPSILON else "PyTorch"
        notes.append(
            f"The norms are taken to add {written(stack.epsilon)} to the variance (epsilon), as in {usual} where nobody "
            "says otherwise: weights do not tell."
        )
    return notes

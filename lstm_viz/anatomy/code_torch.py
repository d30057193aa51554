"""A model as a PyTorch module."""

from collections.abc import Iterator

from lstm_viz.anatomy.blueprint import TORCH_CLASSES, Blueprint, norm_name, torch_module
from lstm_viz.anatomy.code import (
    body,
    call,
    docstring,
    input_words,
    module,
    output_words,
    purpose_of,
    title_of,
    written,
)
from lstm_viz.recurrent.specification import TORCH_EPSILON

REAL_STEPS = '''
def real_steps(x, lengths):
    """Tell which steps belong to a sequence and are not padding, (batch, steps)."""
    batch, steps = x.shape[:2]
    if lengths is None:
        return torch.ones(batch, steps, dtype=torch.bool, device=x.device)
    return (torch.arange(steps)[None] < lengths[:, None]).to(x.device)
'''
NORMALIZE = '''
def normalize(norm, x, real):
    """Normalise the real steps; padding must not count in the mean of a batch."""
    normalized = torch.zeros_like(x)
    normalized[real] = norm(x[real])
    return normalized
'''
ATTENTION = '''
class Attention(nn.Module):
    """Weigh the steps of a sequence: softmax over v * tanh(W h + b)."""

    def __init__(self, width):
        super().__init__()
        self.project = nn.Linear(width, width)
        self.score = nn.Linear(width, 1, bias=False)

    def forward(self, x, real):
        """Return the weighted mean of the real steps, (batch, width)."""
        scores = self.score(torch.tanh(self.project(x)))  # (batch, steps, 1)
        scores = scores.masked_fill(~real[:, :, None], -torch.inf)
        return (torch.softmax(scores, dim=1) * x).sum(dim=1)
'''
MAIN = """
if __name__ == "__main__":
    model = Model()
    model.load_state_dict(load_file("weights.safetensors"))
    model.eval()  # as it answers, not as it trains: no dropout, batch norms stand still
    x = torch.from_numpy(np.load("example_input.npy"))
    with torch.no_grad():
        print(model(x))
"""


def torch_source(blueprint: Blueprint) -> str:
    """Write the module; its `state_dict` has the names of `tensors_of(config, "torch")`."""
    stack = blueprint.stack
    imports = "\n".join(
        [
            "import numpy as np",
            "import torch",
            "from safetensors.torch import load_file",
            "from torch import nn",
            "from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence",
        ]
    )
    head = docstring(
        title_of(blueprint),
        "    pip install torch safetensors numpy\n    python model_torch.py",
        purpose_of(blueprint, "It stands beside `weights.safetensors` and `example_input.npy`."),
    )
    return module(
        head,
        imports,
        ATTENTION if stack.pooling == "attention" else "",
        f"{_constructor(blueprint)}\n\n{forward(blueprint)}",
        _read_function(blueprint),
        REAL_STEPS if _needs_real(blueprint) else "",
        NORMALIZE if stack.normalization == "batch" else "",
        _last_states(blueprint) if _picks_last(blueprint) else "",
        MAIN,
    )


def _needs_real(blueprint: Blueprint) -> bool:
    stack = blueprint.stack
    return stack.normalization == "batch" or stack.pooling in ("mean", "attention") or _picks_last(blueprint)


def _picks_last(blueprint: Blueprint) -> bool:
    """Tell whether the last state is picked from all of them, because it was normalised; otherwise it is `h_n`."""
    return blueprint.stack.pooling == "last" and blueprint.stack.normalization != "none"


def _constructor(blueprint: Blueprint) -> str:
    """Write the class up to its `forward`."""
    stack, width = blueprint.stack, blueprint.stack.widths[-1]
    indent = " " * 8
    lines = ["class Model(nn.Module):", docstring(title_of(blueprint), indent="    "), ""]
    lines += ["    def __init__(self):", f"{indent}super().__init__()"]
    if blueprint.embedding == "learned":
        lines.append(f"{indent}self.embed = nn.Embedding({blueprint.vocabulary_size}, {stack.input_size})")
    lines += _layer_lines(blueprint, indent)
    if blueprint.drops_after or (blueprint.drops_between and not blueprint.one_module):
        lines.append(f"{indent}self.dropout = nn.Dropout({stack.dropout})")
    if stack.pooling == "attention":
        lines.append(f"{indent}self.attention = Attention({width})")
    lines.append(f"{indent}self.head = nn.Linear({width}, {stack.output_size})")
    return "\n".join(lines)


def _layer_lines(blueprint: Blueprint, indent: str) -> Iterator[str]:
    stack = blueprint.stack
    if blueprint.one_module:
        extra = [f"num_layers={len(stack.sizes)}"] if len(stack.sizes) > 1 else []
        extra += [f"dropout={stack.dropout}"] if blueprint.drops_between else []
        yield _layer_line(blueprint, 0, extra, indent)
        return
    for layer, width in enumerate(stack.widths[1:]):
        yield _layer_line(blueprint, layer, [], indent)
        if stack.normalization != "none":
            kind = "BatchNorm1d" if stack.normalization == "batch" else "LayerNorm"
            options = [str(width)] + [f"eps={written(stack.epsilon)}"] * (stack.epsilon != TORCH_EPSILON)
            yield f"{indent}self.{norm_name(stack, layer)} = nn.{kind}({', '.join(options)})"


def _layer_line(blueprint: Blueprint, layer: int, extra: list[str], indent: str) -> str:
    """Write a recurrent module with its options; those that stand at torch's default are left out."""
    stack = blueprint.stack
    options = [str(stack.widths[layer]), str(stack.sizes[layer]), *extra, "batch_first=True"]
    if stack.bidirectional:
        options.append("bidirectional=True")
    if not stack.bias:
        options.append("bias=False")
    if stack.cell == "rnn" and stack.activation == "relu":
        options.append('nonlinearity="relu"')
    return call(f"{indent}self.{torch_module(blueprint, layer)} = nn.{TORCH_CLASSES[stack.cell]}(", options)


def forward(blueprint: Blueprint) -> str:
    """Write the method that answers a batch."""
    indent = " " * 8
    return body(
        "    def forward(self, x, lengths=None):",
        docstring(
            "Answer a batch of sequences.",
            f"{indent}x        {input_words(blueprint)}\n"
            f"{indent}lengths  real steps of each sequence, (batch,); None where nothing is padding\n"
            f"{indent}returns  {output_words(blueprint)}",
            indent=indent,
        ),
        _embed_lines(blueprint, indent),
        f"{indent}real = real_steps(x, lengths)" if _needs_real(blueprint) else "",
        _read_lines(blueprint, indent),
        _pool_lines(blueprint, indent),
        f"{indent}return self.head(x)",
    )


def _embed_lines(blueprint: Blueprint, indent: str) -> Iterator[str]:
    if blueprint.embedding == "learned":
        yield f"{indent}x = self.embed(x)"
    elif blueprint.embedding == "one_hot":
        size = blueprint.vocabulary_size
        yield f"{indent}x = nn.functional.one_hot(x, {size}).to(self.head.weight.dtype)"


def _read_lines(blueprint: Blueprint, indent: str) -> Iterator[str]:
    """Write how the layers read; the last one gives all its hidden states or only where it ended."""
    stack, modules = blueprint.stack, 1 if blueprint.one_module else len(blueprint.stack.sizes)
    for layer in range(modules):
        last = layer == modules - 1
        ended = last and stack.pooling == "last" and not _picks_last(blueprint)
        reading = f"read(self.{torch_module(blueprint, layer)}, x, lengths)"
        if ended:
            yield f"{indent}_, h_n = {reading}"
        else:
            yield f"{indent}x, _ = {reading}  # (batch, steps, {stack.widths[layer + 1]})"
        if stack.normalization == "batch":
            yield f"{indent}x = normalize(self.{norm_name(stack, layer)}, x, real)"
        elif stack.normalization == "layer":
            yield f"{indent}x = self.{norm_name(stack, layer)}(x)"
        if stack.dropout and (blueprint.drops_after if last else True) and not ended:
            yield f"{indent}x = self.dropout(x)"


def _pool_lines(blueprint: Blueprint, indent: str) -> Iterator[str]:
    stack = blueprint.stack
    if _picks_last(blueprint):
        yield f"{indent}x = last_states(x, real)"
    elif stack.pooling == "last":
        where = "torch.cat([h_n[-2], h_n[-1]], dim=1)" if stack.bidirectional else "h_n[-1]"
        comment = "  # where forward and backward ended" if stack.bidirectional else "  # where the last layer ended"
        yield f"{indent}x = {where}{comment}"
        if blueprint.drops_after:
            yield f"{indent}x = self.dropout(x)"
    elif stack.pooling == "mean":
        yield f"{indent}x = (x * real[:, :, None]).sum(dim=1) / real.sum(dim=1, keepdim=True)"
    elif stack.pooling == "attention":
        yield f"{indent}x = self.attention(x, real)"


def _read_function(blueprint: Blueprint) -> str:
    """Write how a layer reads sequences of different lengths; the LSTM's state is a pair."""
    state = "h_n, c_n" if blueprint.stack.cell == "lstm" else "h_n"
    given = f"({state})" if blueprint.stack.cell == "lstm" else state
    return f'''
def read(layer, x, lengths):
    """Let a layer read each sequence to its own end.

    Returns the hidden states of all steps, and those in which each direction ended.
    """
    if lengths is None:
        output, {given} = layer(x)
        return output, h_n
    packed = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
    packed, {given} = layer(packed)
    output, _ = pad_packed_sequence(packed, batch_first=True, total_length=x.shape[1])
    return output, h_n
'''


def _last_states(blueprint: Blueprint) -> str:
    stack, size = blueprint.stack, blueprint.stack.sizes[-1]
    start = '''
def last_states(x, real):
    """Pick where each direction ended: {}."""
    last = real.sum(dim=1) - 1
'''
    if not stack.bidirectional:
        return start.format("the last real step") + "    return x[torch.arange(len(x)), last]\n"
    return (
        start.format("the last real step, and the first")
        + f"    forward = x[torch.arange(len(x)), last, :{size}]\n"
        + f"    backward = x[:, 0, {size}:]\n"
        + "    return torch.cat([forward, backward], dim=1)\n"
    )

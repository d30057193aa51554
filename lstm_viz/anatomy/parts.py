"""A model as ordered parts, and the tensors of each part in both frameworks."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from lstm_viz.recurrent.layers import CELL_CLASSES, DIRECTIONS, Direction
from lstm_viz.recurrent.specification import KERAS_EPSILON, Cell, Embedding, ModelConfig, StackConfig

Config = StackConfig | ModelConfig
Framework = Literal["torch", "keras"]
Kind = Literal["embedding", "recurrent", "norm", "attention_project", "attention_score", "head"]

TORCH_CLASSES: dict[Cell, str] = {"lstm": "LSTM", "gru": "GRU", "rnn": "RNN"}
KERAS_CLASSES: dict[Cell, str] = {"lstm": "LSTM", "gru": "GRU", "rnn": "SimpleRNN"}
_KERAS_CELLS: dict[Cell, str] = {"lstm": "lstm_cell", "gru": "gru_cell", "rnn": "simple_rnn_cell"}
GATES: dict[Cell, int] = {"lstm": 4, "gru": 3, "rnn": 1}
_SHARED = ("cell", "input_size", "output_size", "bidirectional", "forget_bias", "bias", "activation", "initialization")
_KERAS_GATES: dict[Cell, tuple[str, ...]] = {
    "lstm": ("input_gate", "forget_gate", "candidate", "output_gate"),
    "gru": ("update_gate", "reset_gate", "candidate"),
    "rnn": ("candidate",),
}
_SYMBOLS = {"input_gate": "i", "forget_gate": "f", "output_gate": "o", "update_gate": "z", "reset_gate": "r"}
_CANDIDATES: dict[Framework, dict[Cell, str]] = {
    "torch": {"lstm": "g", "gru": "n", "rnn": "h"},
    "keras": {"lstm": "c", "gru": "h", "rnn": "h"},
}
_RECURRENT_WORDS = {
    "weight_ih": "W: the weights of the input, for every gate.",
    "weight_hh": "U: the weights of the previous hidden state, for every gate.",
    "bias_ih": "The bias added to W·x.",
    "bias_hh": "The bias added to U·h: redundant, since both biases are summed.",
    "kernel": "W: the weights of the input, for every gate; the transpose of PyTorch's.",
    "recurrent_kernel": "U: the weights of the previous hidden state, for every gate; the transpose of PyTorch's.",
    "bias": "The bias of every gate: the sum of PyTorch's two.",
}
_GRU_WORDS = {
    "bias_hh": "The bias added to U·h: in the candidate the reset gate scales it, so it cannot be merged with the other.",
    "bias": "Two rows, the bias added to W·x and that added to U·h, which the reset gate scales (`reset_after=True`).",
}
NORM_WORDS: dict[Framework, tuple[str, ...]] = {
    "torch": ("weight", "bias", "running_mean", "running_var"),
    "keras": ("gamma", "beta", "moving_mean", "moving_variance"),
}
_NORM_MEANINGS = (
    "Scales each normalised unit.",
    "Shifts each normalised unit.",
    "Running mean of each unit: updated in training, used in evaluation.",
    "Running variance of each unit: updated in training, used in evaluation.",
)
_LINEAR_MEANINGS = {
    "head": ("o", "The weights of the head's input, for every answer."),
    "attention_project": ("d", "Projects each step before it is scored."),
    "attention_score": ("1", "Scores each projected step; a softmax over the steps turns the scores into weights."),
}
_COUNTED = (*NORM_WORDS["torch"][2:], *NORM_WORDS["keras"][2:])

_Symbols = tuple[str, ...]
_Rows = dict[str, tuple[_Symbols, str]]  # by the last word of a name: shape in letters, and meaning


@dataclass(frozen=True)
class Blueprint:
    """How a model is built, for both kinds of config."""

    stack: StackConfig  # the recurrent layers, what lies between and after them, and the head
    embedding: Embedding = "none"  # how a token becomes the input of a step; `none` where the input is numbers
    vocabulary_size: int = 0  # V; 0 without an embedding
    drops_last: bool = True  # whether dropout also acts on the output of the last layer

    @property
    def one_module(self) -> bool:
        """Whether a single torch module holds all layers: all of one size, and nothing but dropout between them."""
        return len(set(self.stack.sizes)) == 1 and self.stack.normalization == "none"

    @property
    def drops_between(self) -> bool:
        """Whether dropout acts between two layers."""
        return self.stack.dropout > 0 and len(self.stack.sizes) > 1

    @property
    def drops_after(self) -> bool:
        """Whether dropout acts behind the last layer."""
        return self.stack.dropout > 0 and self.drops_last


@dataclass(frozen=True)
class Part:
    """A piece of a model that has weights."""

    kind: Kind
    layer: int  # of a recurrent layer or a norm, from 0
    direction: Direction  # of a recurrent layer
    inputs: int  # numbers read per step
    outputs: int  # numbers given per step
    torch: str  # its name in the generated code, with `{}` for the tensor's own word
    keras: str  # likewise


def blueprint_of(config: Config) -> Blueprint:
    """Describe a model; a `ModelConfig` is a stack whose layers are all of one size."""
    if isinstance(config, StackConfig):
        return Blueprint(config)
    stack = StackConfig(
        **{name: getattr(config, name) for name in _SHARED},
        sizes=(config.hidden_size,) * config.num_layers,
        dropout=config.dropout if config.num_layers > 1 else 0.0,
        pooling=config.reads,
    )
    return Blueprint(stack, config.embedding, config.vocabulary_size, drops_last=False)


def parts_of(blueprint: Blueprint) -> tuple[Part, ...]:
    """List the parts from the input to the head, which is the order of Keras' `get_weights()`."""
    stack, width = blueprint.stack, blueprint.stack.widths[-1]
    parts: list[Part] = []
    if blueprint.embedding == "learned":
        parts.append(_plain_part("embedding", blueprint.vocabulary_size, stack.input_size, "embed", "embed"))
    for layer in range(len(stack.sizes)):
        parts += _recurrent_parts(blueprint, layer)
        if stack.normalization != "none":
            size, name = stack.widths[layer + 1], norm_name(stack, layer)
            parts.append(Part("norm", layer, "forward", size, size, f"{name}.{{}}", f"{name}/{{}}"))
    if stack.pooling == "attention":
        parts.append(_plain_part("attention_project", width, width, "attention.project", "attention_project"))
        parts.append(_plain_part("attention_score", width, 1, "attention.score", "attention_score"))
    return (*parts, _plain_part("head", width, stack.output_size, "head", "head"))


def _plain_part(kind: Kind, inputs: int, outputs: int, torch: str, keras: str) -> Part:
    return Part(kind, 0, "forward", inputs, outputs, f"{torch}.{{}}", f"{keras}/{{}}")


def _recurrent_parts(blueprint: Blueprint, layer: int) -> Iterator[Part]:
    stack = blueprint.stack
    place = f"l{layer}" if blueprint.one_module else "l0"
    for direction in DIRECTIONS[: stack.directions]:
        torch = f"{torch_module(blueprint, layer)}.{{}}_{place}{'_reverse' * (direction == 'backward')}"
        name = keras_layer(stack.cell, layer)
        keras = f"bidirectional_{layer + 1}/{direction}_{name}" if stack.bidirectional else name
        keras += f"/{_KERAS_CELLS[stack.cell]}/{{}}"
        yield Part("recurrent", layer, direction, stack.widths[layer], stack.sizes[layer], torch, keras)


def torch_module(blueprint: Blueprint, layer: int) -> str:
    """Name the torch module that holds a layer."""
    return blueprint.stack.cell if blueprint.one_module else f"{blueprint.stack.cell}_{layer + 1}"


def keras_layer(cell: Cell, layer: int) -> str:
    """Name a recurrent layer in Keras."""
    return f"{cell}_{layer + 1}"


def norm_name(stack: StackConfig, layer: int) -> str:
    """Name the norm behind a layer, so that its weights tell its epsilon when they come back."""
    return f"{'keras_' * (stack.epsilon == KERAS_EPSILON)}norm_{layer + 1}"


@dataclass(frozen=True)
class Block:
    """Where a gate stands in a stacked tensor."""

    gate: str  # its name here, as in a trace
    symbol: str  # its letter in the framework's documentation
    start: int  # along the stacked axis
    stop: int


@dataclass(frozen=True)
class TensorFact:
    """One tensor of a model."""

    framework: Framework
    name: str  # a key of `state_dict()`, or the `path` of a Keras variable
    word: str  # the last part of the name: `weight_ih`, `kernel`
    shape: tuple[int, ...]  # in numbers
    symbols: _Symbols
    meaning: str  # one sentence
    part: Part
    trained: bool = True  # whether gradients change it
    axis: int | None = None  # along which the gates are stacked; None without gates
    blocks: tuple[Block, ...] = ()  # the gates in their order along that axis

    @property
    def count(self) -> int:
        """How many numbers it holds."""
        return math.prod(self.shape)


def tensors_of(config: Config, framework: Framework) -> tuple[TensorFact, ...]:
    """List every tensor from the input to the head.

    >>> for framework in ("torch", "keras"):
    ...     fact = tensors_of(StackConfig("lstm", 3, (5,)), framework)[0]
    ...     print(fact.name, fact.symbols, fact.shape, [block.symbol for block in fact.blocks])
    lstm.weight_ih_l0 ('4u', 'i') (20, 3) ['i', 'f', 'g', 'o']
    lstm_1/lstm_cell/kernel ('i', '4u') (3, 20) ['i', 'f', 'c', 'o']
    """
    blueprint = blueprint_of(config)
    return tuple(fact for part in parts_of(blueprint) for fact in tensors_of_part(blueprint, part, framework))


def tensors_of_part(blueprint: Blueprint, part: Part, framework: Framework) -> list[TensorFact]:
    """List the tensors of one part, in the framework's own order."""
    name, stacked = part.torch if framework == "torch" else part.keras, part.kind == "recurrent"
    sizes, rows = _rows_of(blueprint, part, framework)
    blocks = gate_blocks(blueprint.stack.cell, part.outputs, framework) if stacked else ()
    facts = []
    for word, (symbols, meaning) in rows.items():
        shape, trained = tuple(sizes[symbol] for symbol in symbols), word not in _COUNTED
        axis = (0 if framework == "torch" else len(symbols) - 1) if stacked else None
        full = name.format(word)
        facts.append(TensorFact(framework, full, word, shape, symbols, meaning, part, trained, axis, blocks))
    return facts


def _rows_of(blueprint: Blueprint, part: Part, framework: Framework) -> tuple[dict[str, int], _Rows]:
    stack, is_torch = blueprint.stack, framework == "torch"
    if part.kind == "recurrent":
        many = f"{GATES[stack.cell]}u" if GATES[stack.cell] > 1 else "u"
        layout: dict[str, _Symbols] = {"kernel": ("i", many), "recurrent_kernel": ("u", many)}
        layout["bias"] = ("2", many) if stack.cell == "gru" else (many,)
        if is_torch:
            layout = {"weight_ih": (many, "i"), "weight_hh": (many, "u"), "bias_ih": (many,), "bias_hh": (many,)}
        words = _RECURRENT_WORDS | (_GRU_WORDS if stack.cell == "gru" else {})
        rows = {word: (symbols, words[word]) for word, symbols in layout.items() if stack.bias or "bias" not in word}
        return {"i": part.inputs, "u": part.outputs, many: GATES[stack.cell] * part.outputs, "2": 2}, rows
    if part.kind == "norm":
        kept = 4 if stack.normalization == "batch" else 2
        arrays = zip(NORM_WORDS[framework][:kept], _NORM_MEANINGS, strict=False)
        return {"d": part.outputs}, {word: (("d",), meaning) for word, meaning in arrays}
    if part.kind == "embedding":
        word = "weight" if is_torch else "embeddings"
        return {"V": part.inputs, "i": part.outputs}, {word: (("V", "i"), "One row of numbers per token.")}
    out, meaning = _LINEAR_MEANINGS[part.kind]
    rows = {"weight": ((out, "d"), meaning)} if is_torch else {"kernel": (("d", out), meaning)}
    if part.kind != "attention_score":
        rows["bias"] = ((out,), "The bias of every output.")
    return {"d": part.inputs, out: part.outputs}, rows


def gate_blocks(cell: Cell, units: int, framework: Framework) -> tuple[Block, ...]:
    """Return the gates of a cell in the order in which a framework stacks them."""
    gates = CELL_CLASSES[cell].gates if framework == "torch" else _KERAS_GATES[cell]
    letters = _SYMBOLS | {"candidate": _CANDIDATES[framework][cell]}
    return tuple(Block(gate, letters[gate], place * units, (place + 1) * units) for place, gate in enumerate(gates))

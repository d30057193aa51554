"""Every tensor of a model, in PyTorch and in Keras: its name, its shape, what it is, and which gate stands where in it.

Two layouts of the same numbers. PyTorch keeps W as (gates · u, i), for `W @ x`, and has two biases, one beside W and one
beside U. Keras keeps the transposed (i, gates · u), for `x @ W`, and has one bias; for a GRU with `reset_after=True` it has
both, as two rows. u are the units of a layer, i the numbers that it reads per step.
"""

import math
from dataclasses import dataclass

from lstm_viz.anatomy.blueprint import GATES, Blueprint, Config, Framework, Part, blueprint_of, parts_of
from lstm_viz.recurrent.layers import CELL_CLASSES
from lstm_viz.recurrent.specification import Cell

KERAS_GATES: dict[Cell, tuple[str, ...]] = {
    "lstm": ("input_gate", "forget_gate", "candidate", "output_gate"),
    "gru": ("update_gate", "reset_gate", "candidate"),
    "rnn": ("candidate",),
}
SYMBOLS = {"input_gate": "i", "forget_gate": "f", "output_gate": "o", "update_gate": "z", "reset_gate": "r"}
CANDIDATES: dict[Framework, dict[Cell, str]] = {
    "torch": {"lstm": "g", "gru": "n", "rnn": "h"},
    "keras": {"lstm": "c", "gru": "h", "rnn": "h"},
}
RECURRENT_WORDS = {
    "weight_ih": "W: weighs what the layer reads, once for every gate.",
    "weight_hh": "U: weighs the hidden state of the step before, once for every gate.",
    "bias_ih": "The bias beside W.",
    "bias_hh": "The bias beside U: added to the other one, so that it says nothing new.",
    "kernel": "W: weighs what the layer reads, once for every gate; transposed against PyTorch.",
    "recurrent_kernel": "U: weighs the hidden state of the step before, once for every gate; transposed against PyTorch.",
    "bias": "The bias of every gate: PyTorch's two added up.",
}
GRU_WORDS = {
    "bias_hh": "The bias beside U: that of the candidate passes the reset gate, and cannot be added to the other one.",
    "bias": "Two rows, the bias beside W and the bias beside U: the reset gate scales the second one (`reset_after=True`).",
}
NORM_WORDS: dict[Framework, tuple[str, ...]] = {
    "torch": ("weight", "bias", "running_mean", "running_var"),
    "keras": ("gamma", "beta", "moving_mean", "moving_variance"),
}
NORM_MEANINGS = (
    "Scales each unit after it was normalised.",
    "Shifts each unit after it was normalised.",
    "Mean of each unit over past batches: counted while training, used when answering.",
    "Variance of each unit over past batches: counted while training, used when answering.",
)
LINEAR_MEANINGS = {
    "head": ("o", "Weighs what the head reads of the recurrent layers, once for every answer."),
    "attention_project": ("d", "Looks at each step before it is scored."),
    "attention_score": (
        "1",
        "Turns what was seen of a step into one score; a softmax over the steps makes weights of them.",
    ),
}
COUNTED = (*NORM_WORDS["torch"][2:], *NORM_WORDS["keras"][2:])

Symbols = tuple[str, ...]
Rows = dict[str, tuple[Symbols, str]]  # by the last word of a name: shape in letters, and meaning


@dataclass(frozen=True)
class Block:
    """Where a gate stands in a stacked tensor.

    Args:
        gate: its name here, as in a trace.
        symbol: its letter in the framework's own documents.
        start, stop: along the stacked axis.
    """

    gate: str
    symbol: str
    start: int
    stop: int


@dataclass(frozen=True)
class TensorFact:
    """One tensor of a model.

    Args:
        framework: `torch` or `keras`.
        name: in the generated code: a key of `state_dict()`, or the `path` of a Keras variable.
        word: the last part of the name, `weight_ih` or `kernel`.
        shape: in numbers, and `symbols` in letters, `("4u", "i")`.
        meaning: one sentence.
        part: what it belongs to.
        trained: whether training changes it by gradients.
        axis: along which the gates are stacked; None where they are not.
        blocks: the gates in their order along that axis.
    """

    framework: Framework
    name: str
    word: str
    shape: tuple[int, ...]
    symbols: Symbols
    meaning: str
    part: Part
    trained: bool = True
    axis: int | None = None
    blocks: tuple[Block, ...] = ()

    @property
    def count(self) -> int:
        """How many numbers it holds."""
        return math.prod(self.shape)


def tensors_of(config: Config, framework: Framework) -> tuple[TensorFact, ...]:
    """List every tensor from the input to the head.

    Example:
        >>> from lstm_viz.recurrent.specification import StackConfig
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
    return [
        TensorFact(
            framework,
            name.format(word),
            word,
            tuple(sizes[symbol] for symbol in symbols),
            symbols,
            meaning,
            part,
            trained=word not in COUNTED,
            axis=(0 if framework == "torch" else len(symbols) - 1) if stacked else None,
            blocks=gate_blocks(blueprint.stack.cell, part.outputs, framework) if stacked else (),
        )
        for word, (symbols, meaning) in rows.items()
    ]


def _rows_of(blueprint: Blueprint, part: Part, framework: Framework) -> tuple[dict[str, int], Rows]:
    """Give what the letters of a part stand for, and its tensors."""
    stack, is_torch = blueprint.stack, framework == "torch"
    if part.kind == "recurrent":
        many = f"{GATES[stack.cell]}u" if GATES[stack.cell] > 1 else "u"
        layout: dict[str, Symbols] = {"kernel": ("i", many), "recurrent_kernel": ("u", many)}
        layout["bias"] = ("2", many) if stack.cell == "gru" else (many,)
        if is_torch:
            layout = {"weight_ih": (many, "i"), "weight_hh": (many, "u"), "bias_ih": (many,), "bias_hh": (many,)}
        words = RECURRENT_WORDS | (GRU_WORDS if stack.cell == "gru" else {})
        rows = {word: (symbols, words[word]) for word, symbols in layout.items() if stack.bias or "bias" not in word}
        return {"i": part.inputs, "u": part.outputs, many: GATES[stack.cell] * part.outputs, "2": 2}, rows
    if part.kind == "norm":
        kept = 4 if stack.normalization == "batch" else 2
        told = zip(NORM_WORDS[framework][:kept], NORM_MEANINGS, strict=False)
        return {"d": part.outputs}, {word: (("d",), meaning) for word, meaning in told}
    if part.kind == "embedding":
        word = "weight" if is_torch else "embeddings"
        return {"V": part.inputs, "i": part.outputs}, {word: (("V", "i"), "One row of numbers per token.")}
    out, meaning = LINEAR_MEANINGS[part.kind]
    rows = {"weight": ((out, "d"), meaning)} if is_torch else {"kernel": (("d", out), meaning)}
    if part.kind != "attention_score":
        rows["bias"] = ((out,), "Is added to the weighed sum.")
    return {"d": part.inputs, out: part.outputs}, rows


def gate_blocks(cell: Cell, units: int, framework: Framework) -> tuple[Block, ...]:
    """Tell in which order a framework stacks the gates of a cell."""
    gates = CELL_CLASSES[cell].gates if framework == "torch" else KERAS_GATES[cell]
    letters = SYMBOLS | {"candidate": CANDIDATES[framework][cell]}
    return tuple(Block(gate, letters[gate], place * units, (place + 1) * units) for place, gate in enumerate(gates))

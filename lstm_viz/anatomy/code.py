"""Python source as text: lines that fit, modules put together, and the words that all three languages share.

Only numbers and names of ours go into the text, nothing that a person typed; it reads as `ruff format` would write it.
"""

import textwrap
from collections.abc import Iterable, Sequence
from typing import Literal

from lstm_viz.anatomy.blueprint import Blueprint, Config, blueprint_of
from lstm_viz.phrases import counted

Language = Literal["torch", "keras", "numpy"]
WIDTH = 88
CELL_WORDS = {"lstm": "LSTM", "gru": "GRU", "rnn": "RNN"}


def source_of(config: Config, language: Language) -> str:
    """Write a model as a module that runs by itself beside its weights.

    Args:
        config: of the model; its class does not matter.
        language: `torch`, `keras` or `numpy`.
    """
    from lstm_viz.anatomy.code_keras import keras_source
    from lstm_viz.anatomy.code_numpy import numpy_source
    from lstm_viz.anatomy.code_torch import torch_source

    writers = {"torch": torch_source, "keras": keras_source, "numpy": numpy_source}
    return writers[language](blueprint_of(config))


def call(start: str, arguments: Sequence[str], end: str = ")") -> str:
    """Write a call on one line, or on three, or with one argument a line, whichever fits first.

    Args:
        start: all up to the opening bracket, its indentation included.
        arguments: as text.
        end: the closing bracket and what follows.
    """
    flat = start + ", ".join(arguments) + end
    if len(flat) <= WIDTH:
        return flat
    indent = start[: len(start) - len(start.lstrip())]
    inside = f"{indent}    " + ", ".join(arguments)
    if len(inside) <= WIDTH:
        return "\n".join([start, inside, indent + end])
    return "\n".join([start, *(f"{indent}    {argument}," for argument in arguments), indent + end])


def _prose(text: str, indent: str = "") -> str:
    return textwrap.fill(text, WIDTH, initial_indent=indent, subsequent_indent=indent)


def docstring(text: str, *paragraphs: str, indent: str = "") -> str:
    """Write a docstring; the first sentence must fit on a line, paragraphs come as they are."""
    if not paragraphs:
        return f'{indent}"""{text}"""'
    return "\n\n".join([f'{indent}"""{text}', *paragraphs]) + f'\n{indent}"""'


def body(*parts: str | Iterable[str]) -> str:
    """Join the lines of a function; an empty text is left out, and a list is taken line by line."""
    lines: list[str] = []
    for part in parts:
        lines += [part] if isinstance(part, str) else part
    return "\n".join(line for line in lines if line)


def module(*blocks: str) -> str:
    """Join docstring, imports and definitions as a module; empty blocks are left out."""
    head, imports, *definitions = (block.strip("\n") for block in blocks if block)
    return "\n\n\n".join([f"{head}\n\n{imports}", *definitions]) + "\n"


def title_of(blueprint: Blueprint) -> str:
    """Say what a model is, as in "Bidirectional LSTM of 128 -> 64 units"."""
    stack = blueprint.stack
    way = "Bidirectional " if stack.bidirectional else ""
    sizes = " -> ".join(str(size) for size in stack.sizes)
    return f"{way}{CELL_WORDS[stack.cell]} of {sizes} unit{'s' * (stack.sizes != (1,))}."


def purpose_of(blueprint: Blueprint, more: str = "") -> str:
    """Say what a model reads and answers, in lines that fit; `more` follows."""
    stack = blueprint.stack
    read = counted(stack.input_size, "number") + " per step"
    if blueprint.embedding != "none":
        read = f"one of {counted(blueprint.vocabulary_size, 'token')} per step, numbered from 0,"
    every = " at every step" if stack.pooling == "every" else ""
    return _prose(f"It reads {read} and gives {counted(stack.output_size, 'answer')}{every}. {more}".strip())


def written(number: float) -> str:
    """Write a small number as people do: 0.001, and 1e-5 without the zero that Python puts in."""
    return repr(number).replace("e-0", "e-")


def input_words(blueprint: Blueprint) -> str:
    """Give the shape of a batch in words."""
    if blueprint.embedding == "none":
        return f"(batch, steps, {blueprint.stack.input_size})"
    return "token numbers, (batch, steps)"


def output_words(blueprint: Blueprint) -> str:
    """Give the shape of the answers in words."""
    size = blueprint.stack.output_size
    return f"(batch, steps, {size})" if blueprint.stack.pooling == "every" else f"(batch, {size})"

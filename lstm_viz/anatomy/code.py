"""A model as text: Python source in three languages, and what stands beside it, each written by a template.

The templates read like what they write. Only numbers and names of ours go into them, nothing that a person typed; the source
reads as `ruff format` would write it.
"""

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from lstm_viz.anatomy.blueprint import (
    KERAS_CLASSES,
    TORCH_CLASSES,
    Blueprint,
    Config,
    blueprint_of,
    keras_layer,
    norm_name,
    torch_module,
)
from lstm_viz.phrases import counted
from lstm_viz.recurrent.specification import TORCH_EPSILON

if TYPE_CHECKING:
    from jinja2 import Environment

Language = Literal["torch", "keras", "numpy"]
WIDTH = 88
TEMPLATES = Path(__file__).parent / "templates"
LONG_CALL = re.compile(rf"^(?=.{{{WIDTH + 1}}})( *)(.*?\()(.*)\)$", re.MULTILINE)


def source_of(config: Config, language: Language) -> str:
    """Write a model as a module that runs by itself beside its weights; its class does not matter."""
    return LONG_CALL.sub(_broken, fill(f"{language}.py", config))


def fill(template: str, config: Config, **more: Any) -> str:
    """Fill in a template of `templates/` with what a model is."""
    model = blueprint_of(config)
    stack, every = model.stack, ", steps" if model.stack.pooling == "every" else ""
    numbers = f"(batch, steps, {stack.input_size})"
    return (
        _environment()
        .get_template(f"{template}.jinja")
        .render(
            model=model,
            stack=stack,
            title=title_of(model),
            purpose=_purpose_of(model),
            width=stack.widths[-1],
            units=stack.sizes[-1],
            relu=stack.cell == "rnn" and stack.activation == "relu",
            epsilon=written(stack.epsilon),
            batch_words=numbers if model.embedding == "none" else "token numbers, (batch, steps)",
            answer_words=f"(batch{every}, {stack.output_size})",
            **more,
        )
    )


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # only where code is asked for

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals |= {function.__name__: function for function in (torch_module, keras_layer, norm_name)}
    environment.globals |= {"torch": TORCH_CLASSES, "keras": KERAS_CLASSES, "TORCH_EPSILON": TORCH_EPSILON}
    return environment


def _broken(call: re.Match[str]) -> str:
    """Write a call that is too long on three lines, or with one argument a line."""
    indent, start, arguments = call.groups()
    inside = f"{indent}    {arguments}"
    if len(inside) > WIDTH:
        inside = "\n".join(f"{indent}    {argument}," for argument in arguments.split(", "))
    return f"{indent}{start}\n{inside}\n{indent})"


def title_of(blueprint: Blueprint) -> str:
    """Say what a model is, as in "Bidirectional LSTM of 128 -> 64 units"."""
    stack = blueprint.stack
    way = "Bidirectional " if stack.bidirectional else ""
    return f"{way}{stack.cell.upper()} of {' -> '.join(map(str, stack.sizes))} unit{'s' * (stack.sizes != (1,))}."


def _purpose_of(blueprint: Blueprint) -> str:
    stack = blueprint.stack
    read = counted(stack.input_size, "number") + " per step"
    if blueprint.embedding != "none":
        read = f"one of {counted(blueprint.vocabulary_size, 'token')} per step, numbered from 0,"
    every = " at every step" if stack.pooling == "every" else ""
    return f"It reads {read} and gives {counted(stack.output_size, 'answer')}{every}."


def written(number: float) -> str:
    """Write a small number as people do: 0.001, and 1e-5 without the zero that Python puts in."""
    return repr(number).replace("e-0", "e-")

"""A model as Python source for three frameworks, and the files that go with it, each written by a template.

Only numbers and names of ours go into the templates, nothing that a person typed; `ruff format` would not change the source.
"""

import io
import re
import zipfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
import torch
from safetensors.numpy import save

from lstm_viz.anatomy.parts import (
    KERAS_CLASSES,
    TORCH_CLASSES,
    Blueprint,
    Config,
    blueprint_of,
    keras_layer,
    norm_name,
    torch_module,
)
from lstm_viz.anatomy.weight_layouts import Arrays, Model, to_keras, torch_weights
from lstm_viz.phrases import counted, written
from lstm_viz.recurrent.specification import TORCH_EPSILON

if TYPE_CHECKING:
    from jinja2 import Environment

Language = Literal["torch", "keras", "numpy"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # the same model gives the same bytes
_EXAMPLE_STEPS = 12
WIDTH = 88
_TEMPLATES = Path(__file__).parent / "templates"
_LONG_CALL = re.compile(rf"^(?=.{{{WIDTH + 1}}})( *)(.*?\()(.*)\)$", re.MULTILINE)


def source_of(config: Config, language: Language) -> str:
    """Write a model as a module that runs by itself beside its weights; its class does not matter."""
    return _LONG_CALL.sub(_broken, fill(f"{language}.py", config))


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
        loader=FileSystemLoader(_TEMPLATES),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals |= {function.__name__: function for function in (torch_module, keras_layer, norm_name)}
    environment.globals |= {"torch": TORCH_CLASSES, "keras": KERAS_CLASSES, "TORCH_EPSILON": TORCH_EPSILON}
    return environment


def _broken(call: re.Match[str]) -> str:
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


def bundle(model: Model, example: np.ndarray | None = None) -> bytes:
    """Zip a model with its weights and an example batch, (batch, steps, features) or token numbers (batch, steps)."""
    config = model.config
    example = _example_input(config) if example is None else example
    weights = torch_weights(model)
    answers = answers_of(model, example)
    first = np.array2string(answers.reshape(-1, answers.shape[-1])[0, :6], precision=6)
    files = {f"model_{language}.py": source_of(config, language).encode() for language in LANGUAGES}
    files |= {
        "weights.safetensors": save(weights),
        "weights_keras.npz": npz_of(to_keras(config, weights)),
        "example_input.npy": npy_of(example),
        "README.txt": fill("README.txt", config, example=example, answers=first).encode(),
    }
    return packed(files)


def _example_input(config: Config) -> np.ndarray:
    blueprint, rng = blueprint_of(config), np.random.default_rng(0)
    if blueprint.embedding == "none":
        return rng.normal(size=(2, _EXAMPLE_STEPS, blueprint.stack.input_size)).astype(np.float32)
    return rng.integers(blueprint.vocabulary_size, size=(2, _EXAMPLE_STEPS))


@torch.no_grad()
def answers_of(model: Model, batch: np.ndarray) -> np.ndarray:
    """Let a model answer a batch in `eval` mode; it is left as it was."""
    training = model.training
    answers: np.ndarray = model.eval()(torch.from_numpy(batch)).numpy()
    model.train(training)
    return answers


def npy_of(array: np.ndarray) -> bytes:
    """Write one array as `.npy`."""
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


def npz_of(arrays: Arrays) -> bytes:
    """Write arrays as `.npz`, in their order."""
    return packed({f"{name}.npy": npy_of(array) for name, array in arrays.items()})


def packed(files: dict[str, bytes]) -> bytes:
    """Write a zip; the same files give the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, _FIRST_DAY), data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def torch_call(blueprint: Blueprint, layer: int, batch_first: bool = True) -> str:
    """Write how the torch module whose first layer is `layer` is made.

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
    """Write how a Keras layer is made; every layer but the last must return all steps.

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

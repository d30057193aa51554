"""Models of many kinds, with weights and statistics that are not those of a fresh one; and generated code as modules."""

import itertools
from types import ModuleType
from typing import Any

import numpy as np
import torch

from lstm_viz.anatomy.parts import Config
from lstm_viz.anatomy.weight_layouts import Model
from lstm_viz.codegen.source import Language, source_of
from lstm_viz.recurrent.models import build_model, build_stack
from lstm_viz.recurrent.specification import CELLS, KERAS_EPSILON, NORMALIZATIONS, POOLINGS, ModelConfig, StackConfig

BATCH, STEPS = 3, 7
LENGTHS = (7, 1, 4)

STACKS = [
    StackConfig(cell, 3, sizes, 4, bidirectional, 0.25, normalization, pooling, bias=bias)
    for cell, sizes, bidirectional, normalization, pooling, bias in itertools.product(
        CELLS, ((5,), (4, 4), (6, 3)), (False, True), NORMALIZATIONS, POOLINGS, (True, False)
    )
]
RELU = [
    StackConfig("rnn", 3, (5, 4), 2, bidirectional, pooling=pooling, bias=bias, activation="relu")
    for bidirectional, pooling, bias in itertools.product((False, True), ("last", "mean"), (True, False))
]
MODELS = [
    ModelConfig(
        cell,
        6,
        5,
        layers,
        0.2 if layers > 1 else 0.0,
        4,
        bidirectional=bidirectional,
        embedding=embedding,
        vocabulary_size={"none": 0, "one_hot": 6, "learned": 9}[embedding],
        reads=reads,
    )
    for cell, layers, bidirectional, embedding, reads in itertools.product(
        CELLS, (1, 2), (False, True), ("none", "one_hot", "learned"), ("last", "every")
    )
]
NORMED = [
    StackConfig(cell, 3, (5, 4), 2, bidirectional, normalization=normalization, pooling=pooling, epsilon=KERAS_EPSILON)
    for cell, (bidirectional, normalization, pooling) in zip(
        CELLS * 4, itertools.product((False, True), ("batch", "layer"), ("last", "mean", "every")), strict=True
    )
]
EVERYTHING: list[Config] = [*STACKS, *RELU, *MODELS, *NORMED]
# Every value of every option and every pair of values; Keras needs a tenth of a second for a model.
SOME: list[Config] = [*STACKS[::7], *RELU[::3], *MODELS[::5], *NORMED[::3]]


def named(config: Config) -> str:
    """Tell a config apart in the name of a test."""
    values = [getattr(config, name) for name in config.__dataclass_fields__]
    return "-".join(str(value).replace(" ", "") for value in values)


def make_model(config: Config) -> Model:
    """Make a model that has been used: its batch norms have seen something."""
    if isinstance(config, ModelConfig):
        return build_model(config, seed=1).eval()
    model = build_stack(config, seed=1).train()
    with torch.random.fork_rng(devices=[]), torch.no_grad():
        torch.manual_seed(2)
        for parameter in model.parameters():
            parameter.add_(0.2 * torch.randn_like(parameter))
        model(3 * torch.randn(8, STEPS, config.input_size) + 1)
    return model.eval()


def make_batch(config: Config) -> np.ndarray:
    """Make what a model reads, (batch, steps, features) or token numbers."""
    rng = np.random.default_rng(3)
    if isinstance(config, ModelConfig) and config.embedding != "none":
        return rng.integers(config.vocabulary_size, size=(BATCH, STEPS))
    return rng.normal(size=(BATCH, STEPS, config.input_size)).astype(np.float32)


def module_of(source: str) -> Any:
    """Run generated source as a module; it came from numbers and names of ours alone."""
    module = ModuleType("generated")
    exec(compile(source, "generated.py", "exec"), module.__dict__)
    return module


def generated(config: Config, language: Language) -> Any:
    """Generate a model's code and run it as a module."""
    return module_of(source_of(config, language))


def answers_alone(model: Model, batch: np.ndarray, lengths: tuple[int, ...]) -> list[np.ndarray]:
    """Let a model answer each sequence by itself."""
    with torch.no_grad():
        return [
            model(torch.from_numpy(sequence[None, :length]))[0].numpy()
            for sequence, length in zip(batch, lengths, strict=True)
        ]


def real_part(answers: np.ndarray, lengths: tuple[int, ...]) -> list[np.ndarray]:
    """Cut answers at every step off where their sequences end; answers of whole sequences stay."""
    return [answer[:length] if answer.ndim == 2 else answer for answer, length in zip(answers, lengths, strict=True)]


def worst(left: list[np.ndarray] | np.ndarray, right: list[np.ndarray] | np.ndarray) -> float:
    """Give the largest difference."""
    return max(float(np.abs(one - other).max()) for one, other in zip(left, right, strict=True))

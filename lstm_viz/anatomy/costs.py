"""What a step costs: operations and bytes counted, seconds measured."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from timeit import timeit
from typing import Literal, get_args

import numpy as np
import torch

from lstm_viz.anatomy.parameter_counts import count_parameters_of, layer_title
from lstm_viz.anatomy.parts import GATES, Blueprint, Config, Part, blueprint_of, parts_of
from lstm_viz.recurrent.initialization import RandomSource
from lstm_viz.recurrent.models import build_rnn, build_stack
from lstm_viz.recurrent.specification import CELLS, Cell, ModelConfig, StackConfig

_BYTES = 4  # of a float32
_ACTIVATIONS: dict[Cell, tuple[int, str]] = {
    "lstm": (5, "three sigmoids, tanh of the candidate, tanh of the cell state"),
    "gru": (3, "two sigmoids, tanh of the candidate"),
    "rnn": (1, "one tanh or relu"),
}
_ELEMENTWISE: dict[Cell, tuple[int, str]] = {
    "lstm": (4, "f·c + i·g and o·tanh(c)"),
    "gru": (6, "r·(U h + b), its addition, z·h + (1 − z)·n"),
    "rnn": (0, ""),
}
KEPT: dict[Cell, tuple[int, str]] = {
    "lstm": (7, "i, f, g, o, c, tanh(c) and h"),
    "gru": (6, "r, z, n, 1 − z, the candidate's part beside U, and h"),
    "rnn": (1, "h"),
}
_Pass = Literal["forward", "training"]
_PASSES: tuple[_Pass, ...] = get_args(_Pass)
LEAST_TURNS = 3


@dataclass(frozen=True)
class CostRow:
    """One line of a cost."""

    title: str  # the part that costs it
    words: str  # what for
    formula: str  # with this model's numbers
    value: int  # operations, or bytes


def flops_per_step(config: Config) -> tuple[CostRow, ...]:
    """Count the operations of one step of one sequence through the recurrent layers, in torch's form with its two biases."""
    blueprint = blueprint_of(config)
    return tuple(
        row for part in parts_of(blueprint) if part.kind == "recurrent" for row in _flops_of_layer(blueprint, part)
    )


def _flops_of_layer(blueprint: Blueprint, part: Part) -> Iterator[CostRow]:
    cell, title, u, i = blueprint.stack.cell, layer_title(blueprint, part), part.outputs, part.inputs
    rows = GATES[cell] * u
    yield CostRow(title, "W·x + U·h: multiply and add", f"2·{rows}·({i} + {u})", 2 * rows * (i + u))
    if blueprint.stack.bias:
        yield CostRow(title, "the second bias; the first one starts the sum", f"{rows}", rows)
    else:
        yield CostRow(title, "no bias: the sum starts with its first product", f"−{rows}", -rows)
    if cell == "gru" and not blueprint.stack.bias:
        # The candidate's two sums start by themselves, so that its addition stands among the element-wise ones.
        yield CostRow(title, "no bias: the candidate has two sums", f"−{u}", -u)
    elif cell == "gru":
        yield CostRow(title, "the candidate's second bias starts a sum of its own", f"−{u}", -u)
    for times, words in (_ACTIVATIONS[cell], _ELEMENTWISE[cell]):
        if times:
            yield CostRow(title, words, f"{times}·{u}", times * u)


def memory_of(config: Config, steps: int, batch: int = 1) -> tuple[CostRow, ...]:
    """Count the bytes of a model in float32: its weights, its states, and what training on (batch, steps) sequences keeps.

    Training keeps the inputs, gates and states of each step, as autograd does for the plain cells of `recurrent/cells.py`;
    norms, dropout and attention are left out. What torch's own layers keep is measured by `measured_kept_bytes`.
    """
    blueprint = blueprint_of(config)
    count = count_parameters_of(config, "torch").everything
    return (
        CostRow("Weights", "all numbers, 4 bytes each", f"{_BYTES}·{count}", _BYTES * count),
        *(_state_row(blueprint, part, batch) for part in parts_of(blueprint) if part.kind == "recurrent"),
        *kept_rows(blueprint, steps, batch),
    )


def _state_row(blueprint: Blueprint, part: Part, batch: int) -> CostRow:
    states, names = (2, "h and c") if blueprint.stack.cell == "lstm" else (1, "h")
    title, formula = f"State of {layer_title(blueprint, part).lower()}", f"{_BYTES}·{batch}·{states}·{part.outputs}"
    return CostRow(title, f"{names}, carried from step to step", formula, _BYTES * batch * states * part.outputs)


def kept_rows(blueprint: Blueprint, steps: int, batch: int) -> Iterator[CostRow]:
    """Count what backpropagation through time keeps; a layer's input is the `h` of the layer below, and counted once."""
    (times, words), i = KEPT[blueprint.stack.cell], blueprint.stack.input_size
    each, size = f"{_BYTES}·{batch}·{steps}", _BYTES * batch * steps
    yield CostRow("Kept for training", "what the first layer read", f"{each}·{i}", size * i)
    for part in parts_of(blueprint):
        if part.kind == "recurrent":
            title = f"Kept for training, {layer_title(blueprint, part).lower()}"
            yield CostRow(title, words, f"{each}·{times}·{part.outputs}", size * times * part.outputs)


def measured_kept_bytes(config: StackConfig, steps: int, batch: int = 1) -> int:
    """Run a model forward as in training and add up what torch keeps for its gradients, the weights left out."""
    model = build_stack(config, seed=0).train()
    own = {parameter.untyped_storage().data_ptr() for parameter in model.parameters()}
    saved: dict[int, torch.UntypedStorage] = {}

    def keep(tensor: torch.Tensor) -> torch.Tensor:
        saved[tensor.untyped_storage().data_ptr()] = tensor.untyped_storage()
        return tensor

    with torch.enable_grad(), torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        model(torch.zeros(batch, steps, config.input_size))
    return sum(storage.nbytes() for place, storage in saved.items() if place not in own)


@dataclass(frozen=True)
class SpeedRequest:
    """What is measured."""

    input_size: int = 28  # I
    hidden_size: int = 64  # H
    steps: int = 50  # length of the sequences, T
    batch: int = 1  # sequences at once, B
    double: bool = False  # float64, where no cell has a faster kernel than the others; else float32, as models here
    seconds: float = 0.6  # time for all measurements together; at least three rounds are always run


@dataclass(frozen=True)
class Speed:
    """How fast one cell was."""

    cell: Cell
    work: _Pass
    steps_per_second: float  # median over the rounds; a step of a batch counts once
    low: float  # lower quartile
    high: float  # upper quartile
    best: float  # of the fastest round
    turns: int  # how many rounds were measured


def measure_speed(request: SpeedRequest | None = None) -> tuple[Speed, ...]:
    """Time one layer of each cell, each `forward` and in `training`, on torch's threads (one in the app and its workers)."""
    request = request or SpeedRequest()
    jobs = {(cell, work): _make_job(request, cell, work) for cell in CELLS for work in _PASSES}
    times = _take_turns(list(jobs.values()), request.seconds)
    return tuple(_summarize(*job, request.steps / seconds) for job, seconds in zip(jobs, times, strict=True))


def _make_job(request: SpeedRequest, cell: Cell, work: _Pass) -> Callable[[], None]:
    dtype = torch.float64 if request.double else torch.float32
    with RandomSource(0) as source:
        layer = build_rnn(ModelConfig(cell, request.input_size, request.hidden_size)).to(dtype)
        size = (request.batch, request.steps, request.input_size)
        inputs_BTI = torch.randn(size, dtype=dtype, generator=source.generator)

    def forward() -> None:
        with torch.inference_mode():
            layer(inputs_BTI)

    def train() -> None:
        with torch.enable_grad():
            layer(inputs_BTI)[0].sum().backward()
        layer.zero_grad()

    return forward if work == "forward" else train


def _take_turns(jobs: list[Callable[[], None]], seconds: float) -> np.ndarray:
    """Run all jobs in turn until the time is over, after one turn to warm up; (jobs, turns) seconds."""
    end = time.perf_counter() + seconds
    for job in jobs:
        job()
    turns: list[list[float]] = []
    while len(turns) < LEAST_TURNS or time.perf_counter() < end:
        turns.append([timeit(job, number=1) for job in jobs])
    return np.array(turns).T


def _summarize(cell: Cell, work: _Pass, rates: np.ndarray) -> Speed:
    low, middle, high = np.quantile(rates, (0.25, 0.5, 0.75))
    return Speed(cell, work, float(middle), float(low), float(high), float(rates.max()), len(rates))

"""What looking costs: a trace against a Python loop of cells, and against torch's layer that keeps nothing.

Each round runs all sides one after the other, so that a busy machine slows them alike; a ratio is the median over rounds.
"""

import statistics
import time
from collections.abc import Callable, Iterator

import numpy as np
import torch

from lstm_viz.recurrent.cells import run
from lstm_viz.recurrent.layers import layers_of
from lstm_viz.recurrent.models import SequenceModel, build_model
from lstm_viz.recurrent.specification import Cell, ModelConfig
from lstm_viz.recurrent.trace import trace_model
from lstm_viz.recurrent.unit_analysis import track
from tests.benchmarks.rounds import MEASURED_CELLS, QUICK

Figure = tuple[str, float, str, dict[str, object]]
Times = dict[str, list[float]]
GOALS = {"lstm": 10}


def cost_of_looking() -> Iterator[Figure]:
    """Measure traces and what is made of them."""
    torch.set_num_threads(1)
    for cell in MEASURED_CELLS:
        yield from trace_of_a_lesson(cell)
    for cell in MEASURED_CELLS:
        yield trace_of_a_long_sequence(cell)
    yield tracking_of_a_layer()


def trace_of_a_lesson(cell: Cell) -> Iterator[Figure]:
    """500 steps, 32 units: the trace, the loop of plain cells, and the bare layer."""
    model, sequence = model_and_sequence(cell, steps=500, units=32)
    sides = {
        "trace": lambda: trace_model(model, sequence),
        "loop": lambda: loop_of_cells(model, sequence),
        "bare": lambda: bare_forward(model, sequence),
    }
    times = interleaved(sides, rounds=25)
    more = {f"{side}_ms": round(statistics.median(taken), 3) for side, taken in times.items()} | {
        "steps": 500,
        "units": 32,
    }
    goal = {"goal": GOALS[cell]} if cell in GOALS else {}
    yield f"cell_loop_over_trace_{cell}", ratio(times, "loop", "trace"), "ratio", more | goal
    yield f"trace_over_bare_forward_{cell}", ratio(times, "trace", "bare"), "ratio", more


def trace_of_a_long_sequence(cell: Cell) -> Figure:
    """5,000 steps, 128 units: the trace and the bare layer."""
    model, sequence = model_and_sequence(cell, steps=5000, units=128)
    sides = {"trace": lambda: trace_model(model, sequence), "bare": lambda: bare_forward(model, sequence)}
    times = interleaved(sides, rounds=7)
    more: dict[str, object] = {
        "over_bare_forward": round(ratio(times, "trace", "bare"), 3),
        "steps": 5000,
        "units": 128,
    }
    return f"trace_long_{cell}_ms", statistics.median(times["trace"]), "ms", more


def tracking_of_a_layer() -> Figure:
    """64 units against six concepts over 20,000 steps."""
    random = np.random.default_rng(0)
    units = random.normal(size=(20_000, 64)).astype(np.float32)
    concepts = {f"number {i}": random.normal(size=20_000) for i in range(3)}
    concepts |= {f"switch {i}": (random.random(20_000) < 0.3).astype(float) for i in range(3)}
    times = interleaved({"track": lambda: track(units, concepts)}, rounds=7)
    return (
        "tracking_ms",
        statistics.median(times["track"]),
        "ms",
        {"units": 64, "samples": 20_000, "concepts": 6, "goal": 500},
    )


def model_and_sequence(cell: Cell, steps: int, units: int) -> tuple[SequenceModel, np.ndarray]:
    """Give an untrained model and what it reads."""
    model = build_model(ModelConfig(cell, hidden_size=units), seed=0).eval()
    return model, np.random.default_rng(0).normal(size=(steps, 1))


@torch.no_grad()
def loop_of_cells(model: SequenceModel, sequence: np.ndarray) -> object:
    """Compute the same activations step by step."""
    (layer,) = layers_of(model.rnn)
    start = {name: torch.zeros(layer.hidden_size) for name in layer.states}
    return run(layer.as_cell(), torch.as_tensor(sequence, dtype=torch.float32), start)


@torch.no_grad()
def bare_forward(model: SequenceModel, sequence: np.ndarray) -> object:
    """Run torch's layer alone."""
    return model.rnn(torch.as_tensor(sequence, dtype=torch.float32)[None])


def interleaved(sides: dict[str, Callable[[], object]], rounds: int) -> Times:
    """Time all sides in turn, in milliseconds; a first round warms up and does not count, unless it is the only one."""
    times: Times = {name: [] for name in sides}
    for _ in range(1 if QUICK else 1 + rounds):
        for name, action in sides.items():
            started = time.perf_counter()
            action()
            times[name].append(1000 * (time.perf_counter() - started))
    return times if QUICK else {name: taken[1:] for name, taken in times.items()}


def ratio(times: Times, over: str, under: str) -> float:
    """Give the median over rounds of one side's time divided by the other's."""
    return statistics.median(a / b for a, b in zip(times[over], times[under], strict=True))

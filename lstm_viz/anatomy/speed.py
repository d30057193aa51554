"""What a gate costs in time: LSTM, GRU and RNN of one size, measured on this machine now.

All candidates take turns, so that whatever else the machine does slows all of them down alike; the median of the turns is
reported, and their quartiles tell how much to believe it.

On a CPU torch hands an LSTM in float32 to oneDNN, which runs it as a whole, while a GRU or RNN goes step by step: four gates
can then be faster than three. In float64 all three go step by step, and what differs is the gates.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch

from lstm_viz.recurrent.models import build_rnn
from lstm_viz.recurrent.random_source import RandomSource
from lstm_viz.recurrent.specification import CELLS, Cell, ModelConfig

Pass = Literal["forward", "training"]
LEAST_TURNS = 3


@dataclass(frozen=True)
class SpeedRequest:
    """Say what is measured.

    Args:
        input_size, hidden_size: of the one layer, I and H.
        steps: length of the sequences, T.
        batch: sequences at once, B.
        double: whether in float64, where no cell has a faster way than the others; else in float32, as models here are.
        seconds: time that all measuring may take together; at least three turns are always taken.
    """

    input_size: int = 28
    hidden_size: int = 64
    steps: int = 50
    batch: int = 1
    double: bool = False
    seconds: float = 0.6


@dataclass(frozen=True)
class Speed:
    """How fast one cell was.

    Args:
        cell: which one.
        work: `forward` alone, or forward and backward, as in `training`.
        steps_per_second: median over the turns; a step of a batch counts once.
        low, high: quartiles.
        best: of the fastest turn.
        turns: how many were measured.
    """

    cell: Cell
    work: Pass
    steps_per_second: float
    low: float
    high: float
    best: float
    turns: int


def measure_speed(request: SpeedRequest | None = None) -> tuple[Speed, ...]:
    """Time one layer of each cell, forward and in training, on as many threads as torch has: one in the app and its workers.

    Returns:
        For each cell `forward` and `training`, in the order LSTM, GRU, RNN.
    """
    request = request or SpeedRequest()
    jobs = {(cell, work): _make_job(request, cell, work) for cell in CELLS for work in ("forward", "training")}
    times = _take_turns(list(jobs.values()), request.seconds)
    return tuple(
        _summarize(cell, work, request.steps / seconds)  # type: ignore[arg-type]
        for (cell, work), seconds in zip(jobs, times, strict=True)
    )


def _make_job(request: SpeedRequest, cell: Cell, work: str) -> Callable[[], None]:
    dtype = torch.float64 if request.double else torch.float32
    with RandomSource(0):
        layer = build_rnn(ModelConfig(cell, request.input_size, request.hidden_size)).to(dtype)
        inputs_BTI = torch.randn(request.batch, request.steps, request.input_size, dtype=dtype)

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
        turns.append([_timed(job) for job in jobs])
    return np.array(turns).T


def _timed(job: Callable[[], None]) -> float:
    start = time.perf_counter()
    job()
    return time.perf_counter() - start


def _summarize(cell: Cell, work: Pass, rates: np.ndarray) -> Speed:
    low, middle, high = np.quantile(rates, (0.25, 0.5, 0.75))
    return Speed(cell, work, float(middle), float(low), float(high), float(rates.max()), len(rates))

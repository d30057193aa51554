"""What a method is to the benchmark: it is asked for forecasts, answers, and is stopped when it takes too long."""

import math
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType

import numpy as np

from tests.benchmarks.forecasting.series import Task

LEVELS = (80, 95)


@dataclass(frozen=True, eq=False)
class Answer:
    """What a method said.

    Args:
        yhat: (H,).
        seconds: of the processor, from the known rows to the forecast: a shared machine does not change them much.
        bands: low and high ends by level in percent, (2, H) each; empty where there are none.
    """

    yhat: np.ndarray
    seconds: float
    bands: dict[int, np.ndarray] = field(default_factory=dict)


@dataclass(frozen=True)
class Method:
    """A way to forecast.

    Args:
        name: heads its column.
        forecast: from a task to an answer.
        limit: seconds of the processor that it may take for all origins of a series.
    """

    name: str
    forecast: Callable[[Task], Answer]
    limit: float = math.inf


class NotFinished(Exception):
    """A method gave no forecast for a series; the message says why."""


class OutOfTime(BaseException):
    """Rings inside a method; no `Exception`, since libraries catch those."""


def bands_of(columns: dict[str, np.ndarray]) -> dict[int, np.ndarray]:
    """Take `lo-80, hi-80, lo-95, hi-95` where they are."""
    return {
        level: np.array([columns[f"lo-{level}"], columns[f"hi-{level}"]], dtype=np.float64)
        for level in LEVELS
        if f"lo-{level}" in columns
    }


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Stop what runs inside after so many seconds of the processor.

    Raises:
        NotFinished: they ran out.
    """
    if math.isinf(seconds):
        yield
        return

    def ring(signum: int, frame: FrameType | None) -> None:
        raise OutOfTime

    before = signal.signal(signal.SIGPROF, ring)
    signal.setitimer(signal.ITIMER_PROF, seconds, 1.0)  # rings again, should a library swallow the first
    try:
        yield
    except OutOfTime:
        raise NotFinished(f"not done after {seconds:.0f} s of the processor") from None
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)

"""What runs inside a Dask worker process: training that tells the scheduler how it goes.

The same module is the worker's *preload*: Dask imports it when the process starts and calls `dask_setup`, so that the first
run need not wait for torch to load and to find its feet (3 s).
"""

from typing import Any

import numpy as np
from distributed import Event, Variable, get_worker

from lstm_viz.forecasting.config import suggest_config
from lstm_viz.runs.job import TrainingJob, TrainingResult, train
from lstm_viz.tables import ROWS, Series
from lstm_viz.training.history import EpochRecord


def topic_of(ticket: str) -> str:
    """Name the topic under which the progress of one submission is told."""
    return f"lstm-viz-progress-{ticket}"


def checkpoint_name(ticket: str) -> str:
    """Name the Dask variable that holds the newest checkpoint of one submission."""
    return f"lstm-viz-checkpoint-{ticket}"


def stop_name(ticket: str) -> str:
    """Name the Dask event that asks one submission to stop."""
    return f"lstm-viz-stop-{ticket}"


class WorkerReporter:
    """Tell whoever listens to the submission's topic; keep the newest checkpoint where the death of this process leaves it.

    Args:
        ticket: names this submission of a run; a later one has another.
    """

    def __init__(self, ticket: str) -> None:
        self.topic = topic_of(ticket)
        self.worker = get_worker()
        self.stop = Event(stop_name(ticket))
        self.newest = Variable(checkpoint_name(ticket))

    def begin(self, epoch: int, target_epochs: int) -> None:
        """Tell that training begins, after which epoch, and where it ends."""
        self._tell("begin", epoch=epoch, target_epochs=target_epochs)

    def epochs(self, records: list[EpochRecord]) -> None:
        """Tell the epochs since the last call."""
        self._tell("epochs", records=[vars(record) for record in records])

    def checkpoint(self, data: bytes) -> None:
        """Hand over a checkpoint: only the newest is kept, so that a long run takes no more memory than a short one."""
        self.newest.set(data)
        self._tell("checkpoint")

    def should_stop(self) -> bool:
        """Ask the scheduler whether somebody wants this submission to end."""
        return bool(self.stop.is_set())

    def _tell(self, kind: str, **values: Any) -> None:
        self.worker.log_event(self.topic, {"kind": kind, **values})


def train_in_worker(job: TrainingJob, ticket: str) -> TrainingResult:
    """Train inside a Dask task."""
    return train(job, WorkerReporter(ticket))


class Silence:
    """Report to nobody."""

    def begin(self, epoch: int, target_epochs: int) -> None:
        """Take no note."""

    def epochs(self, records: list[EpochRecord]) -> None:
        """Drop the epochs."""

    def checkpoint(self, data: bytes) -> None:
        """Drop the checkpoint."""

    def should_stop(self) -> bool:
        """Stop at the first question: nobody waits for the result."""
        return True


def dask_setup(server: Any) -> None:
    """Train a moment on a tiny series, so that all code is loaded before the worker takes tasks."""
    series = Series("warm-up", None, np.arange(20), np.sin(np.arange(20.0)), ROWS)
    train(TrainingJob(series, suggest_config(20, 1)), Silence())

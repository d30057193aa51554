"""What runs inside a Dask worker process: training that reports to the scheduler how it goes.

The same module is the worker's *preload*: Dask imports it when the process starts and calls `dask_setup`, so that the first
run need not wait for torch to load and to find its feet (3 s).
"""

from collections.abc import Iterable
from typing import Any

import numpy as np
from distributed import Event, Variable, get_worker

from lstm_viz.forecasting.config import suggest_config
from lstm_viz.racing.config import RaceRecord
from lstm_viz.recurrent.specification import Cell
from lstm_viz.runs.jobs import (
    Checkpoints,
    ClassifyJob,
    ClassifyResult,
    News,
    RaceJob,
    RaceResult,
    TrainingJob,
    TrainingResult,
    classify,
    run_race,
    train,
)
from lstm_viz.tables import ROWS, Series
from lstm_viz.training.config import EpochRecord, PartRecord


def checkpoint_name(ticket: str) -> str:
    """Name the Dask variable that holds the newest checkpoint of one submission."""
    return f"lstm-viz-checkpoint-{ticket}"


def stop_name(ticket: str) -> str:
    """Name the Dask event that asks one submission to stop."""
    return f"lstm-viz-stop-{ticket}"


class _Channel:
    """Report to whoever listens to the topic; keep the newest checkpoint where the death of this process leaves it.

    Args:
        ticket: names this submission of a run; a later one has another. Every message carries it.
        topic: the Dask topic under which the sender of the task listens.
    """

    def __init__(self, ticket: str, topic: str) -> None:
        self.ticket, self.topic = ticket, topic
        self.worker = get_worker()
        self.stop = Event(stop_name(ticket))
        self.newest = Variable(checkpoint_name(ticket))

    def should_stop(self) -> bool:
        return bool(self.stop.is_set())

    def _send(self, kind: str, **values: Any) -> None:
        self.worker.log_event(self.topic, {"ticket": self.ticket, "kind": kind, **values})

    def hand_over(self, data: Any) -> None:
        """Hand over a checkpoint: only the newest is kept, so that a long run takes no more memory than a short one."""
        self.newest.set(data)
        self._send("checkpoint")


class _WorkerReporter(_Channel):
    def begin(self, epoch: int, target_epochs: int) -> None:
        self._send("begin", epoch=epoch, target_epochs=target_epochs)

    def epochs(self, records: list[EpochRecord]) -> None:
        self._send("epochs", records=[vars(record) for record in records])

    def stage(self, name: str, number: int, count: int) -> None:
        self._send("stage", name=name, number=number, count=count)

    def part(self, record: PartRecord) -> None:
        self._send("part", part=vars(record))

    def checkpoint(self, data: bytes) -> None:
        self.hand_over(data)


class _WorkerRaceReporter(_Channel):
    def begin(self, done: dict[Cell, int]) -> None:
        self._send("begin", done=done)

    def records(self, news: News) -> None:
        self._send("records", news={cell: _records_to_dicts(records) for cell, records in news.items()})

    def diverged(self, cell: Cell) -> None:
        self._send("diverged", cell=cell)

    def checkpoints(self, data: Checkpoints) -> None:
        self.hand_over({cell: [start.checkpoint, _records_to_dicts(start.history)] for cell, start in data.items()})


def _records_to_dicts(records: Iterable[RaceRecord]) -> list[dict[str, Any]]:
    return [record.to_dict() for record in records]


def train_in_worker(job: TrainingJob, ticket: str, topic: str) -> TrainingResult:
    """Train inside a Dask task."""
    return train(job, _WorkerReporter(ticket, topic))


def classify_in_worker(job: ClassifyJob, ticket: str, topic: str) -> ClassifyResult:
    """Train a classifier inside a Dask task."""
    return classify(job, _WorkerReporter(ticket, topic))


def race_in_worker(job: RaceJob, ticket: str, topic: str) -> RaceResult:
    """Race inside a Dask task."""
    return run_race(job, _WorkerRaceReporter(ticket, topic))


class Silence:
    """Report to nobody."""

    def begin(self, epoch: int, target_epochs: int) -> None:
        """Take no note."""

    def epochs(self, records: list[EpochRecord]) -> None:
        """Drop the epochs."""

    def stage(self, name: str, number: int, count: int) -> None:
        """Take no note."""

    def part(self, record: PartRecord) -> None:
        """Drop the part of an epoch."""

    def checkpoint(self, data: bytes) -> None:
        """Drop the checkpoint."""

    def should_stop(self) -> bool:
        """Stop at the first question: nobody waits for the result."""
        return True


def dask_setup(server: Any) -> None:
    """Train a moment on a tiny series, so that all code is loaded before the worker takes tasks."""
    series = Series("warm-up", None, np.arange(20), np.sin(np.arange(20.0)), ROWS)
    train(TrainingJob(series, suggest_config(20, 1)), Silence())

"""One race from start to end, or from checkpoints on, the same in a worker process and on the command line."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import torch

from lstm_viz.racing.config import RaceConfig
from lstm_viz.racing.race import Racer, Start, line_up, race
from lstm_viz.racing.records import RaceRecord
from lstm_viz.recurrent.specification import Cell
from lstm_viz.runs.job import CHECKPOINT_EVERY, REPORT_EVERY, Every

News = dict[Cell, list[RaceRecord]]
Checkpoints = dict[Cell, Start]


class _RaceReporter(Protocol):
    """Who is told while a race goes on."""

    def begin(self, done: dict[Cell, int]) -> None:
        """Take note that each network goes on after so many records."""

    def records(self, news: News) -> None:
        """Take the records since the last call."""

    def diverged(self, cell: Cell) -> None:
        """Take note that the loss of a network left the range of numbers."""

    def checkpoints(self, data: Checkpoints) -> None:
        """Take checkpoints from which the race can go on."""

    def should_stop(self) -> bool:
        """Tell whether the race is to halt now."""


@dataclass(frozen=True, eq=False)
class RaceJob:
    """What a worker needs to race.

    Args:
        starts: the networks that train in turn here, and where each begins.
        records: at most so many for each; 0 goes on until each is done.
    """

    config: RaceConfig
    starts: Mapping[Cell, Start]
    records: int = 0


@dataclass(frozen=True, eq=False)
class RaceResult:
    """What a race leaves: for each network all its records, where to go on from, and whether it diverged."""

    histories: News
    checkpoints: Checkpoints
    diverged: tuple[Cell, ...]


def run_race(job: RaceJob, reporter: _RaceReporter) -> RaceResult:
    """Let networks race on one core, and tell the reporter.

    It halts between two records only, so that what goes on later gives the same numbers as if it had never halted.
    """
    torch.set_num_threads(1)
    racers = line_up(job.config, job.starts)
    reporter.begin({racer.cell: len(racer.history) for racer in racers})
    report, halt, keep = Every(REPORT_EVERY), Every(REPORT_EVERY), Every(CHECKPOINT_EVERY)
    news: News = {}
    for racer, record in race(racers, job.records, lambda: halt.due() and reporter.should_stop()):
        if record is not None:
            news.setdefault(racer.cell, []).append(record)
        if record is None or report.due():
            reporter.records(news)
            news = {}
        if record is None:
            reporter.diverged(racer.cell)
        if keep.due():
            reporter.checkpoints(_checkpoints_of(racers))
    reporter.records(news)
    diverged = tuple(racer.cell for racer in racers if racer.diverged)
    return RaceResult({racer.cell: racer.history for racer in racers}, _checkpoints_of(racers), diverged)


def _checkpoints_of(racers: list[Racer]) -> Checkpoints:
    """Give where each network can go on, with its records up to there; one that diverged cannot."""
    return {racer.cell: Start(racer.checkpoint(), tuple(racer.history)) for racer in racers if not racer.diverged}

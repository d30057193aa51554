"""One training, classifier or race from start or checkpoint to end, the same in a worker and on the command line."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Protocol

import numpy as np
import torch
from safetensors.torch import save

from lstm_viz.classifying.config import ClassifyConfig
from lstm_viz.classifying.experiment import ClassifyExperiment
from lstm_viz.classifying.results import READ_STEP_BY_STEP, Results, by_step, save_results
from lstm_viz.forecasting.config import ForecastConfig
from lstm_viz.forecasting.forecast import Forecast, Others
from lstm_viz.forecasting.recipe import save_recipe
from lstm_viz.forecasting.series_group import SeriesGroup
from lstm_viz.forecasting.study import ForecastStudy, OtherSeries
from lstm_viz.racing.config import RaceConfig, RaceRecord
from lstm_viz.racing.race import Racer, Start, line_up, race
from lstm_viz.recurrent.specification import Cell
from lstm_viz.sequences.labelled.labelled_sequences import Split
from lstm_viz.tables import Series
from lstm_viz.training.checkpoints import load_checkpoint, pack_checkpoints, save_checkpoint, unpack_checkpoints
from lstm_viz.training.config import EndReason, EpochRecord, PartRecord
from lstm_viz.training.loop import Trainer
from lstm_viz.training.snapshots import save_snapshots

REPORT_EVERY = 0.1
CHECKPOINT_EVERY = 2.0


Checkpoints = dict[Cell, Start]
News = dict[Cell, list[RaceRecord]]


@dataclass(frozen=True, eq=False)
class TrainingJob:
    """What a worker needs to train."""

    series: Series
    config: ForecastConfig
    checkpoint: bytes | None = None  # where to go on from; None starts anew
    more_epochs: int = 0  # epochs beyond the checkpoint's; 0 goes on to the end that was planned
    group: SeriesGroup | None = None  # the other series of the file, where they are forecast too


@dataclass(frozen=True, eq=False)
class ClassifyJob:
    """What a worker needs to train a classifier; see `TrainingJob`."""

    split: Split
    config: ClassifyConfig
    checkpoint: bytes | None = None
    more_epochs: int = 0


@dataclass(frozen=True, eq=False)
class RaceJob:
    """What a worker needs to race: where each network begins, and how many records it may add (0: until it is done)."""

    config: RaceConfig
    starts: Mapping[Cell, Start]
    records: int = 0


@dataclass(frozen=True, eq=False)
class Trained:
    """What every training leaves."""

    reason: EndReason
    checkpoint: bytes
    history: list[EpochRecord]  # epochs of all members, epoch by epoch
    snapshots: bytes  # the first member's weights along training, for `load_snapshots`
    weights: bytes | None = None  # the first member's that were kept and scored; None where there is no model yet


@dataclass(frozen=True, eq=False)
class TrainingResult(Trained):
    """What the training of a forecast leaves."""

    # what made the forecast, for `load_recipe`: all members, the preparation, shrinkage and intervals
    recipe: bytes | None = None
    forecast: Forecast | None = None
    others: Others = field(
        default_factory=Others
    )  # forecasts of the other series, by name, and why there is none of some


@dataclass(frozen=True, eq=False)
class ClassifyResult(Trained):
    """What the training of a classifier leaves; `results` are the answers to the test sequences, for `load_results`."""

    results: bytes | None = None


@dataclass(frozen=True, eq=False)
class RaceResult:
    """What a race leaves: for each network all its records, where to go on from, and whether it diverged."""

    histories: News
    checkpoints: Checkpoints
    diverged: tuple[Cell, ...]


class _Reporter(Protocol):
    """Who hears of a training; stages are `calibrate`, `refit`, `back-test`, `learning curve`, `series` and `test`."""

    def begin(self, epoch: int, target_epochs: int) -> None: ...
    def epochs(self, records: list[EpochRecord]) -> None: ...
    def stage(self, name: str, number: int, count: int) -> None: ...
    def checkpoint(self, data: bytes) -> None: ...
    def should_stop(self) -> bool: ...


class _ClassifyReporter(_Reporter, Protocol):
    """Who hears of the training of a classifier; a part is what 100 updates in the middle of a long epoch gave."""

    def part(self, record: PartRecord) -> None: ...


class _RaceReporter(Protocol):
    """Who hears of a race; it begins with the records that each network has, and is asked whether to halt."""

    def begin(self, done: dict[Cell, int]) -> None: ...
    def records(self, news: News) -> None: ...
    def diverged(self, cell: Cell) -> None: ...
    def checkpoints(self, data: Checkpoints) -> None: ...
    def should_stop(self) -> bool: ...


@dataclass
class Every:
    """A rhythm: `due()` is true at most once per `seconds`."""

    seconds: float
    last: float = field(default_factory=time.monotonic)

    def due(self) -> bool:
        """Return whether the time has come, and if so, start anew."""
        now = time.monotonic()
        if now - self.last < self.seconds:
            return False
        self.last = now
        return True


class _Remembered:
    """A question that is not asked again once the answer was yes."""

    def __init__(self, question: Callable[[], bool]) -> None:
        self.question, self.answered = question, False

    def __call__(self) -> bool:
        self.answered = self.answered or self.question()
        return self.answered


def train(job: TrainingJob, reporter: _Reporter) -> TrainingResult:
    """Train on one core, report, check the recipe on the past, and forecast.

    Raises `LSTMVizError` where the series does not allow these settings.
    """
    torch.set_num_threads(1)
    study = ForecastStudy(job.series, job.config, job.group if job.config.scope == "global" else None)
    others = OtherSeries(study, job.group) if job.group is not None else None
    members = study.experiment.members
    should_stop = _follow(members, study.experiment.epochs, job, reporter)
    if any(member.best_weights for member in members):
        study.experiment.load_best()
        further = () if others is None else others.forecast_all(should_stop)
        for stage in chain(study.check(should_stop), further):
            reporter.stage(stage.name, stage.number, stage.count)
    return _conclude(study, others)


def _follow(
    members: list[Trainer],
    epochs: Callable[[Callable[[], bool]], Iterator[EpochRecord]],
    job: TrainingJob | ClassifyJob,
    reporter: _Reporter,
) -> _Remembered:
    """Train members to their end, from the job's checkpoint on, and report; gives what tells whether all is to end."""
    history = resume(members, job)
    complete = min((member.epoch for member in members if member.epoch < member.target_epochs), default=0)
    reporter.begin(complete, members[0].target_epochs)
    report, stop, keep = Every(REPORT_EVERY), Every(REPORT_EVERY), Every(CHECKPOINT_EVERY)
    should_stop = _Remembered(lambda: stop.due() and reporter.should_stop())
    news = [record for record in history if record.epoch > complete]
    for record in epochs(should_stop):
        news.append(record)
        if report.due():
            reporter.epochs(news)
            news = []
        if keep.due():
            reporter.checkpoint(_checkpoint_of(members))
    reporter.epochs(news)
    return should_stop


def resume(members: list[Trainer], job: TrainingJob | ClassifyJob) -> list[EpochRecord]:
    """Bring the members to where the job's checkpoint stands; gives their epochs in the order of training."""
    if job.checkpoint:
        for member, saved in zip(members, unpack_checkpoints(job.checkpoint), strict=False):
            load_checkpoint(member, saved)
    if job.more_epochs:
        for member in members:
            member.extend(job.more_epochs)
    return history_of(members)


def history_of(members: list[Trainer]) -> list[EpochRecord]:
    """Return the epochs of all members, epoch by epoch."""
    records = [replace(record, member=number) for number, member in enumerate(members) for record in member.history]
    return sorted(records, key=lambda record: (record.epoch, record.member))


def _checkpoint_of(members: list[Trainer]) -> bytes:
    return pack_checkpoints([save_checkpoint(member) for member in members])


def _end_reason(members: list[Trainer]) -> EndReason:
    """Return why training ended: all diverged, somebody stopped one, or as the first one that is sound."""
    reasons: list[EndReason] = [member.end_reason or "stopped" for member in members]
    if "stopped" in reasons:
        return "stopped"
    return next((reason for reason in reasons if reason != "diverged"), "diverged")


def _conclude(study: ForecastStudy, others: OtherSeries | None) -> TrainingResult:
    members, first = study.experiment.members, study.experiment.trainer
    left = (_end_reason(members), _checkpoint_of(members), history_of(members), save_snapshots(first.path))
    if not first.best_weights:
        return TrainingResult(*left)
    recipe = save_recipe(study.newest, others.recipes if others else {})
    results = others.results if others else Others()
    return TrainingResult(*left, save(first.best_weights), recipe, study.conclude(), results)


def classify(job: ClassifyJob, reporter: _ClassifyReporter) -> ClassifyResult:
    """Train on one core, report, and answer the test sequences with the weights that are kept."""
    torch.set_num_threads(1)
    experiment = ClassifyExperiment(job.split, job.config, reporter.part)
    trainer = experiment.trainer
    _follow([trainer], experiment.epochs, job, reporter)
    trainer.keep_now()
    left = (_end_reason([trainer]), _checkpoint_of([trainer]), trainer.history, save_snapshots(trainer.path))
    if not trainer.best_weights:
        return ClassifyResult(*left)
    trainer.load_best()
    reporter.stage("test", 1, 1)
    return ClassifyResult(*left, save(trainer.best_weights), save_results(tested(experiment)))


def tested(experiment: ClassifyExperiment) -> Results:
    """Answer the test sequences with the present weights, the first of them step by step as well."""
    test = experiment.split.test
    some = experiment.scaler.applied(test.subset(np.arange(min(len(test), READ_STEP_BY_STEP))))
    early = by_step(experiment.model, [some.sequence(n) for n in range(len(some))], some.labels)
    return Results(experiment.probabilities(test), test.labels, test.classes, early)


def run_race(job: RaceJob, reporter: _RaceReporter) -> RaceResult:
    """Let networks race on one core, and report.

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
    """Return where each network can go on, with its records up to there; one that diverged cannot."""
    return {racer.cell: Start(racer.checkpoint(), tuple(racer.history)) for racer in racers if not racer.diverged}

"""One training from start to end, the same in a worker process and on the command line."""

import time
from dataclasses import dataclass, field
from typing import Protocol

import torch
from safetensors.torch import save

from lstm_viz.forecasting.config import ForecastConfig
from lstm_viz.forecasting.experiment import ForecastExperiment
from lstm_viz.forecasting.forecast import Forecast
from lstm_viz.tables import Series
from lstm_viz.training.checkpoints import load_checkpoint, save_checkpoint
from lstm_viz.training.history import EndReason, EpochRecord
from lstm_viz.training.snapshots import save_snapshots

REPORT_EVERY = 0.1
CHECKPOINT_EVERY = 2.0


class Reporter(Protocol):
    """Who is told while training goes on."""

    def begin(self, epoch: int, target_epochs: int) -> None:
        """Take note that training starts after `epoch` and ends at `target_epochs` at the latest."""

    def epochs(self, records: list[EpochRecord]) -> None:
        """Take the epochs since the last call."""

    def checkpoint(self, data: bytes) -> None:
        """Take a checkpoint from which training can go on."""

    def should_stop(self) -> bool:
        """Tell whether training is to end now."""


@dataclass(frozen=True, eq=False)
class TrainingJob:
    """What a worker needs to train.

    Args:
        checkpoint: where to go on from; None starts anew.
        more_epochs: epochs beyond the checkpoint's; 0 goes on to the end that was planned.
    """

    series: Series
    config: ForecastConfig
    checkpoint: bytes | None = None
    more_epochs: int = 0


@dataclass(frozen=True, eq=False)
class TrainingResult:
    """What training leaves: why it ended, where to go on from, and, when an epoch was completed, model and forecast.

    `snapshots` are the weights along training, for `load_snapshots`: from epoch 0 to the newest, the best among them.
    """

    reason: EndReason
    checkpoint: bytes
    history: list[EpochRecord]
    snapshots: bytes
    weights: bytes | None
    forecast: Forecast | None


@dataclass
class Every:
    """A rhythm: `due()` is true at most once per `seconds`."""

    seconds: float
    last: float = field(default_factory=time.monotonic)

    def due(self) -> bool:
        """Tell whether the time has come, and if so, start anew."""
        now = time.monotonic()
        if now - self.last < self.seconds:
            return False
        self.last = now
        return True


def train(job: TrainingJob, reporter: Reporter) -> TrainingResult:
    """Train on one core, tell the reporter, and forecast with the best weights.

    Raises:
        LSTMVizError: the series does not allow what is asked for.
    """
    torch.set_num_threads(1)
    experiment = ForecastExperiment(job.series, job.config)
    trainer = experiment.trainer
    if job.checkpoint:
        load_checkpoint(trainer, job.checkpoint)
    if job.more_epochs:
        trainer.extend(job.more_epochs)
    reporter.begin(trainer.epoch, trainer.target_epochs)
    report, stop, keep = Every(REPORT_EVERY), Every(REPORT_EVERY), Every(CHECKPOINT_EVERY)
    news: list[EpochRecord] = []
    for record in trainer.epochs(lambda: stop.due() and reporter.should_stop()):
        news.append(record)
        if report.due():
            reporter.epochs(news)
            news = []
        if keep.due():
            reporter.checkpoint(save_checkpoint(trainer))
    reporter.epochs(news)
    return conclude(experiment)


def conclude(experiment: ForecastExperiment) -> TrainingResult:
    """Gather what an ended training leaves."""
    trainer = experiment.trainer
    left = (trainer.end_reason or "stopped", save_checkpoint(trainer), trainer.history, save_snapshots(trainer.path))
    if not trainer.best_weights:
        return TrainingResult(*left, None, None)
    return TrainingResult(*left, save(trainer.best_weights), experiment.forecast())

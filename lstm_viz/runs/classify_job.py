"""One training of a classifier from start to end, the same in a worker process and on the command line."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from safetensors.torch import save

from lstm_viz.classifying.config import ClassifyConfig
from lstm_viz.classifying.experiment import ClassifyExperiment
from lstm_viz.classifying.portable import save_results
from lstm_viz.classifying.results import READ_STEP_BY_STEP, Results, by_step
from lstm_viz.runs.job import Reporter, checkpoint_of, end_reason, follow
from lstm_viz.sequences.splits import Split
from lstm_viz.training.history import EndReason, EpochRecord, PartRecord
from lstm_viz.training.snapshots import save_snapshots


class _ClassifyReporter(Reporter, Protocol):
    """Who is told while a classifier is trained."""

    def part(self, record: PartRecord) -> None:
        """Take what 100 updates in the middle of a long epoch gave."""


@dataclass(frozen=True, eq=False)
class ClassifyJob:
    """What a worker needs to train a classifier.

    Args:
        split: sequences to train on, to stop by, to test with.
        checkpoint: where to go on from; None starts anew.
        more_epochs: epochs beyond the checkpoint's; 0 goes on to the end that was planned.
    """

    split: Split
    config: ClassifyConfig
    checkpoint: bytes | None = None
    more_epochs: int = 0


@dataclass(frozen=True, eq=False)
class ClassifyResult:
    """What training leaves.

    Args:
        snapshots: the weights along training, for `load_snapshots`.
        weights: those that were kept; None where not one update was made.
        results: the answers to the test sequences, for `load_results`.
    """

    reason: EndReason
    checkpoint: bytes
    history: list[EpochRecord]
    snapshots: bytes
    weights: bytes | None = None
    results: bytes | None = None


def classify(job: ClassifyJob, reporter: _ClassifyReporter) -> ClassifyResult:
    """Train on one core, tell the reporter, and answer the test sequences with the weights that are kept."""
    torch.set_num_threads(1)
    experiment = ClassifyExperiment(job.split, job.config, reporter.part)
    trainer = experiment.trainer
    follow([trainer], experiment.epochs, job, reporter)
    trainer.keep_now()
    left = (end_reason([trainer]), checkpoint_of([trainer]), trainer.history, save_snapshots(trainer.path))
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

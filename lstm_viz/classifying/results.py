"""What a classifier's answers are worth: which classes it confuses, how well it is calibrated, and how early it knows."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from safetensors import SafetensorError
from safetensors.numpy import load, save

from lstm_viz.classifying.experiment import probabilities_so_far
from lstm_viz.errors import RunError
from lstm_viz.recurrent.models import StackedModel

BINS = 10
MOST_STEPS = 60
READ_STEP_BY_STEP = 300


@dataclass(frozen=True, eq=False)
class StepByStep:
    """What the answers are worth if the sequences had ended early; one that is over counts with its last answer."""

    steps: np.ndarray  # counted from 1, (S,)
    accuracy: np.ndarray  # the share answered right after each, (S,)
    confidence: np.ndarray  # the mean probability of the right class, (S,)

    def settled(self, share: float = 0.95) -> int:
        """Return the first step from which on the accuracy stays above a share of its last value."""
        low = np.flatnonzero(self.accuracy < share * self.accuracy[-1])
        return int(self.steps[min(low[-1] + 1, len(self.steps) - 1) if len(low) else 0])


@dataclass(frozen=True, eq=False)
class Results:
    """The answers to the test sequences."""

    probabilities: np.ndarray  # of each class, (N, C)
    labels: np.ndarray  # the right classes, (N,)
    classes: tuple[str, ...]
    early: StepByStep  # what the answers are worth before the end, over the first `early_examples` of them

    @property
    def early_examples(self) -> int:
        """How many of the sequences were read step by step: the first of them."""
        return min(len(self.labels), READ_STEP_BY_STEP)

    @property
    def answers(self) -> np.ndarray:
        """The most probable class of each, (N,)."""
        return np.asarray(self.probabilities.argmax(axis=1))

    @property
    def accuracy(self) -> float:
        """Share answered right."""
        return float((self.answers == self.labels).mean())

    @property
    def majority(self) -> float:
        """Share that is right for who always names the most frequent class of the test."""
        return float(np.bincount(self.labels).max() / len(self.labels))

    @property
    def confusion(self) -> np.ndarray:
        """How many of each class (rows) were called what (columns), (C, C)."""
        from sklearn.metrics import confusion_matrix

        return np.asarray(confusion_matrix(self.labels, self.answers, labels=np.arange(len(self.classes))))

    def by_class(self) -> pd.DataFrame:
        """Return a row per class: `class`, `examples`, `recall`, `precision`, `f1`; NaN where nothing can be divided."""
        from sklearn.metrics import precision_recall_fscore_support

        precision, recall, f1, support = precision_recall_fscore_support(
            self.labels, self.answers, labels=np.arange(len(self.classes)), zero_division=np.nan
        )
        shares = {"recall": recall, "precision": precision, "f1": f1}
        return pd.DataFrame({"class": self.classes, "examples": support, **shares})

    def examples_of(self, right: int, called: int) -> np.ndarray:
        """Find the sequences of a class that were called another (or the same), the surest mistake first."""
        found = np.flatnonzero((self.labels == right) & (self.answers == called))
        return found[np.argsort(-self.probabilities[found, called], kind="stable")]

    def calibration(self, bins: int = BINS) -> pd.DataFrame:
        """Return a reliability diagram (Guo et al. 2017): mean `confidence` and `accuracy`, and `examples`, per bin."""
        confidence = self.probabilities.max(axis=1)
        right = self.answers == self.labels
        place = np.minimum((confidence * bins).astype(int), bins - 1)
        table = pd.DataFrame({"bin": place, "confidence": confidence, "accuracy": right.astype(float)})
        grouped = table.groupby("bin").agg(
            confidence=("confidence", "mean"), accuracy=("accuracy", "mean"), examples=("accuracy", "size")
        )
        return grouped.reset_index(drop=True)

    @property
    def calibration_error(self) -> float:
        """Mean gap between confidence and accuracy over the bins, weighted by their examples."""
        table = self.calibration()
        gaps = (table["confidence"] - table["accuracy"]).abs()
        return float((gaps * table["examples"]).sum() / table["examples"].sum())


def by_step(model: StackedModel, sequences: Sequence[np.ndarray], labels: np.ndarray) -> StepByStep:
    """Read sequences (T, I), scaled as the model knows them, step by step."""
    longest = max(map(len, sequences))
    steps = np.unique(np.linspace(1, longest, min(longest, MOST_STEPS)).round().astype(np.int64))
    right, sure = np.zeros((len(sequences), len(steps))), np.zeros((len(sequences), len(steps)))
    for number, (sequence, label) in enumerate(zip(sequences, labels, strict=True)):
        so_far = probabilities_so_far(model, sequence, np.minimum(steps, len(sequence)))
        right[number], sure[number] = so_far.argmax(axis=1) == label, so_far[:, label]
    return StepByStep(steps, right.mean(axis=0), sure.mean(axis=0))


def save_results(results: Results) -> bytes:
    """Write all but the names of the classes."""
    arrays = {"probabilities": results.probabilities, "labels": results.labels, **vars(results.early)}
    data: bytes = save({name: np.ascontiguousarray(values) for name, values in arrays.items()})
    return data


def load_results(data: bytes, classes: tuple[str, ...]) -> Results:
    """Undo `save_results`; `RunError` where the bytes are no results of a classifier."""
    try:
        arrays = load(data)
        early = StepByStep(arrays["steps"], arrays["accuracy"], arrays["confidence"])
        return Results(arrays["probabilities"], arrays["labels"], classes, early)
    except (SafetensorError, KeyError, ValueError) as error:
        raise RunError("The stored answers cannot be read. Train this classifier again.") from error

"""A classifier and its training: labelled sequences in, probabilities of the classes out."""

from collections.abc import Callable, Iterator

import numpy as np
import torch
import torch.nn.functional as F
from torch import Generator, Tensor

from lstm_viz.classifying.config import ClassifyConfig
from lstm_viz.recurrent.layers import count_parameters
from lstm_viz.recurrent.models import StackedModel, build_stack
from lstm_viz.sequences.labelled.labelled_sequences import LabelledSequences, Scaler, Split
from lstm_viz.training.config import EpochRecord, PartRecord
from lstm_viz.training.loop import Trainer, never

ANSWERED_AT_ONCE = 512


class _LabelledExamples:
    """Batches for the training loop: padded sequences, their lengths, and the places of their classes."""

    def __init__(self, data: LabelledSequences) -> None:
        self.data = data
        self.labels = torch.from_numpy(data.labels)

    def __len__(self) -> int:
        return len(self.data)

    def batch(self, indices: Tensor, _: Generator | None = None) -> tuple[tuple[Tensor, Tensor], Tensor]:
        """Return the sequences at `indices`, (B, T, I) and (B,), and their classes, (B,)."""
        values, lengths = self.data.batch(indices.numpy())
        return (torch.from_numpy(values), torch.from_numpy(lengths)), self.labels[indices]


class ClassifyExperiment:
    """Train a classifier on one part of the sequences, stop by another, and answer for any.

    Args:
        split: as it was read; what is scaled is scaled by the training part alone.
        show_meaning: is called every 100 updates.
    """

    def __init__(
        self, split: Split, config: ClassifyConfig, show_meaning: Callable[[PartRecord], None] | None = None
    ) -> None:
        self.split, self.config = split, config
        self.scaler = Scaler.fitted(split.train)
        train, validation = self.scaler.applied(split.train), self.scaler.applied(split.validation)
        network = config.network(train.input_size, len(train.classes))
        self.model: StackedModel = build_stack(network, config.training.seed)
        examples = _LabelledExamples(train), _LabelledExamples(validation) if len(validation) else None
        loss = cross_entropy(weights_of(config, train))
        self.trainer = Trainer(self.model, *examples, loss, config.training, _share_right, show_meaning)

    @property
    def parameters(self) -> int:
        """Numbers that training changes."""
        return count_parameters(self.model)

    def epochs(self, should_stop: Callable[[], bool] = never) -> Iterator[EpochRecord]:
        """Train until an end is reached."""
        return self.trainer.epochs(should_stop)

    def probabilities(self, data: LabelledSequences) -> np.ndarray:
        """Answer sequences as they were read, (N, C)."""
        return probabilities(self.model, self.scaler.applied(data))


def weights_of(config: ClassifyConfig, train: LabelledSequences) -> Tensor | None:
    """Return the weight of each class, (C,), 0 for one without examples; None where all weigh the same."""
    if config.class_weights == "none":
        return None
    there = int((train.counts > 0).sum())
    weights = np.divide(len(train), there * train.counts, out=np.zeros(len(train.counts)), where=train.counts > 0)
    return torch.tensor(weights, dtype=torch.float32)


def cross_entropy(weights: Tensor | None) -> Callable[[Tensor, Tensor], Tensor]:
    """Return the loss: minus the logarithm of what the right class was given, in nats, weighted by class."""
    return lambda logits, targets: F.cross_entropy(logits, targets, weight=weights)


def _share_right(logits: Tensor, targets: Tensor) -> float:
    return float((logits.argmax(dim=1) == targets).float().mean())


@torch.no_grad()
def probabilities(model: StackedModel, scaled: LabelledSequences) -> np.ndarray:
    """Answer sequences that are scaled already, (N, C)."""
    model.eval()
    parts = np.array_split(np.arange(len(scaled)), -(-len(scaled) // ANSWERED_AT_ONCE)) if len(scaled) else []
    answers = [np.zeros((0, model.config.output_size), np.float32)]
    for part in parts:
        values, lengths = scaled.batch(part)
        logits = model(torch.from_numpy(values), torch.from_numpy(lengths))
        answers.append(torch.softmax(logits, dim=1).numpy())
    return np.concatenate(answers)


@torch.no_grad()
def probabilities_so_far(model: StackedModel, sequence_TI: np.ndarray, after: np.ndarray | None = None) -> np.ndarray:
    """Answer as if the sequence, scaled as the model knows it, had ended after each of some steps, (S, C).

    Args:
        after: the steps, counted from 1, (S,); None for all.
    """
    model.eval()
    inputs_TI = torch.from_numpy(sequence_TI)
    steps_S = torch.arange(1, len(inputs_TI) + 1) if after is None else torch.from_numpy(after)
    top_TH = model.hand_on(len(model.layers) - 1, model.top_states(inputs_TI))
    return np.asarray(torch.softmax(model.answers_after(steps_S, inputs_TI, top_TH), dim=1).numpy())

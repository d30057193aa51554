"""Train a model on a task whose right answers are known at every step."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import Generator, Tensor, nn
from torch.nn import functional
from torch.nn.utils.rnn import pad_sequence

from lstm_viz.recurrent.models import build_model
from lstm_viz.sequences.counting import Counting
from lstm_viz.sequences.task import Task, shares
from lstm_viz.training.history import EpochRecord
from lstm_viz.training.loop import Trainer
from lstm_viz.zoo.language_scores import counted_to
from lstm_viz.zoo.recipes import (
    COUNTED_IN_SELECTION,
    VALIDATION,
    VALIDATION_DRAWS,
    Recipe,
    Tokens,
    draws,
    training_tokens,
)


class TaskExamples:
    """Sequences of a task for the training loop; each batch is padded at the end to its longest.

    A network that reads from left to right never sees what follows, and padded steps aim at nothing: padding changes no
    answer and no gradient.

    Args:
        task: knows the right answers.
        sequences: what is read.
    """

    def __init__(self, task: Task, sequences: Sequence[Tokens]) -> None:
        self.inputs = [torch.as_tensor(task.input_vocabulary.encode(tokens)) for tokens in sequences]
        self.targets = [
            torch.as_tensor(shares(task, task.annotate(tokens)), dtype=torch.float32) for tokens in sequences
        ]

    def __len__(self) -> int:
        return len(self.inputs)

    def batch(self, indices: Tensor, _: Generator | None = None) -> tuple[Tensor, Tensor]:
        """Pad some sequences.

        Returns:
            Token numbers (B, T) and the share of each output at each step (B, T, O); rows of zeros aim at nothing.
        """
        chosen = indices.tolist()
        inputs_BT = pad_sequence([self.inputs[index] for index in chosen], batch_first=True)
        targets_BTO = pad_sequence([self.targets[index] for index in chosen], batch_first=True)
        return inputs_BT, targets_BTO


def cross_entropy_of_asked_steps(outputs_BTO: Tensor, targets_BTO: Tensor) -> Tensor:
    """Average the cross-entropy over the steps that aim at something."""
    asked = targets_BTO.sum()  # each such step's shares sum to 1
    return -(functional.log_softmax(outputs_BTO, dim=-1) * targets_BTO).sum() / asked.clamp(min=1.0)


@dataclass(frozen=True, eq=False)
class Trained:
    """Hold what a training left.

    Args:
        trainer: of the seed that was kept; its model has the kept weights.
        weights: that were kept.
        best_epoch: the epoch that they are from.
        merit: by which they were kept, compared from the left; larger is better.
    """

    trainer: Trainer
    weights: dict[str, Tensor]
    best_epoch: int
    merit: tuple[float, ...]


def train(task: Task, recipe: Recipe) -> Trained:
    """Train every seed of a recipe and keep the best weights of all."""
    trained = [_train_seed(task, recipe, seed) for seed in recipe.seeds]
    best = max(trained, key=lambda each: each.merit)
    best.trainer.model.load_state_dict(best.weights)
    best.trainer.model.eval()
    return best


def _train_seed(task: Task, recipe: Recipe, seed: int) -> Trained:
    trainer = Trainer(
        build_model(recipe.model, seed),
        TaskExamples(task, training_tokens(task, recipe)),
        None if isinstance(task, Counting) else TaskExamples(task, draws(task, VALIDATION_DRAWS, VALIDATION)),
        cross_entropy_of_asked_steps,
        replace(recipe.training, seed=seed),
    )
    best = Trained(trainer, {}, 0, (-math.inf,))
    for record in trainer.epochs():
        merit = merit_of(trainer.model, task, record)
        if merit > best.merit:
            weights = {name: value.clone() for name, value in trainer.model.state_dict().items()}
            best = Trained(trainer, weights, record.epoch, merit)
    return best


def merit_of(model: nn.Module, task: Task, record: EpochRecord) -> tuple[float, ...]:
    """Tell how good an epoch's weights are: how far they count, or how low their validation loss is.

    A loss would choose badly where a model counts: beyond its reach it is wrong with great confidence, so that the loss
    there is lowest for one that has learned nothing yet.
    """
    if isinstance(task, Counting):
        model.eval()
        return (counted_to(model, task, COUNTED_IN_SELECTION), -record.train_loss)
    return (-record.deciding_loss,)

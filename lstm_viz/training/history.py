"""What training leaves behind: one plain record per epoch, and why it ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

EndReason = Literal["epochs", "patience", "stopped", "diverged"]


@dataclass(frozen=True)
class EpochRecord:
    """What one pass over the training examples gave.

    Args:
        epoch: counted from 1, through every resumption.
        train_loss: mean loss over the batches of this epoch, measured while the weights moved.
        validation_loss: loss on the validation examples after the epoch; None when there are none.
        learning_rate: the rate of this epoch's steps.
        gradient_norm: mean length of the whole gradient before clipping.
        seconds: time trained since the first epoch, pauses left out.
        is_best: whether its weights are the ones to keep so far.
        member: which of several networks trained side by side, counted from 0.
        train_accuracy, validation_accuracy: share of the examples answered right, as the losses are measured; None where an
            answer is no choice.
    """

    epoch: int
    train_loss: float
    validation_loss: float | None
    learning_rate: float
    gradient_norm: float
    seconds: float
    is_best: bool
    member: int = 0
    train_accuracy: float | None = None
    validation_accuracy: float | None = None

    @property
    def deciding_loss(self) -> float:
        """The loss by which the best weights are chosen."""
        return self.train_loss if self.validation_loss is None else self.validation_loss


@dataclass(frozen=True)
class PartRecord:
    """What some updates gave, wherever epochs begin and end.

    Args:
        epoch: the one that the newest of them is part of, counted from 1.
        update: the newest of them, counted from 1 through all epochs.
        train_loss: mean loss over their batches, measured while the weights moved.
        train_accuracy: share of their examples answered right; None where an answer is no choice.
    """

    epoch: int
    update: int
    train_loss: float
    train_accuracy: float | None = None


def newest_epoch(history: Sequence[EpochRecord]) -> int:
    """Give the highest epoch that is complete; 0 before the first."""
    return max((record.epoch for record in history), default=0)

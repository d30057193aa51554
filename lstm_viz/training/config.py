"""How a model is trained, and the records that training leaves, in words that need no torch."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal, get_args

from lstm_viz.settings import Between, Seed, require_valid

Optimizer = Literal["adam", "adamw", "rmsprop", "sgd"]
Schedule = Literal["constant", "cosine", "step", "plateau", "one_cycle"]
Loss = Literal["mse", "mae", "huber"]
Keep = Literal["best", "last"]
OPTIMIZERS: tuple[Optimizer, ...] = get_args(Optimizer)
SCHEDULES: tuple[Schedule, ...] = get_args(Schedule)
LOSSES: tuple[Loss, ...] = get_args(Loss)
KEEPS: tuple[Keep, ...] = get_args(Keep)

MAX_EPOCHS = 5000
LearningRate = Annotated[float, Between(1e-6, 10.0, 0.001, "%.4g")]
GradientClip = Annotated[float, Between(0.0, 1000.0, 0.5)]


@dataclass(frozen=True)
class TrainingConfig:
    """Describe a training run; values out of range are refused (`SettingsError`).

    Args:
        optimizer: the rule that turns gradients into steps.
        learning_rate: size of the steps at the start; of `one_cycle` the largest.
        schedule: how the learning rate changes: `constant`, `cosine` (falls to 1% over the epochs), `step` (halves five
            times), `plateau` (halves when the validation loss has not fallen for a third of `patience`), `one_cycle` (rises
            from 4% for 30% of the updates, then falls to nothing; Smith & Topin 2018).
        batch_size: examples per step.
        epochs: passes over the training examples, at most.
        patience: end after this many epochs without a better validation loss; 0 never ends early.
        gradient_clip: largest norm of a gradient; longer ones are shortened to it; 0 leaves them (Pascanu et al. 2013).
        seed: decides the start weights and the order of the examples.
        loss: what is made small: squared, absolute, or Huber's error (squared up to 1, absolute beyond).
        keep: which weights are kept: those of the `best` epoch by the loss that decides, or the `last`.
    """

    optimizer: Optimizer = "adam"
    learning_rate: LearningRate = 0.01
    schedule: Schedule = "cosine"
    batch_size: Annotated[int, Between(1, 4096)] = 32
    epochs: Annotated[int, Between(1, MAX_EPOCHS)] = 200
    patience: Annotated[int, Between(0, MAX_EPOCHS)] = 50
    gradient_clip: GradientClip = 1.0
    seed: Seed = 0
    loss: Loss = "mse"
    keep: Keep = "best"

    def __post_init__(self) -> None:
        require_valid(self)


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
    """Return the highest epoch that is complete; 0 before the first."""
    return max((record.epoch for record in history), default=0)

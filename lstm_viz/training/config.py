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
    """Describe a training run, each setting as `glossary.py` explains it; values out of range are refused (`SettingsError`).

    `plateau` halves the rate when the validation loss has not fallen for a third of `patience`; `one_cycle` begins at 4% of
    the rate (Smith & Topin 2018). Gradients are clipped by their norm (Pascanu et al. 2013).
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
    """What one pass over the training examples gave."""

    epoch: int  # counted from 1, through every resumption
    train_loss: float  # mean over the batches of this epoch, measured while the weights moved
    validation_loss: float | None  # after the epoch; None without validation examples
    learning_rate: float
    gradient_norm: float  # mean length of the whole gradient before clipping
    seconds: float  # time trained since the first epoch, pauses left out
    is_best: bool  # whether its weights are the ones to keep so far
    member: int = 0  # which of several networks trained side by side, counted from 0
    # train_accuracy, validation_accuracy: measured as the losses are; None where an answer is no choice
    train_accuracy: float | None = None
    validation_accuracy: float | None = None

    @property
    def deciding_loss(self) -> float:
        """The loss by which the best weights are chosen."""
        return self.train_loss if self.validation_loss is None else self.validation_loss


@dataclass(frozen=True)
class PartRecord:
    """What some updates gave, wherever epochs begin and end."""

    # epoch, update: of the newest update, counted from 1; updates through all epochs
    epoch: int
    update: int
    # train_loss, train_accuracy: as in `EpochRecord`, over these updates
    train_loss: float
    train_accuracy: float | None = None


def newest_epoch(history: Sequence[EpochRecord]) -> int:
    """Return the highest epoch that is complete; 0 before the first."""
    return max((record.epoch for record in history), default=0)

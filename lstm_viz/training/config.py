"""How a model is trained, in words that need no torch."""

from dataclasses import dataclass
from typing import Literal, get_args

from lstm_viz.recurrent.specification import require_between, require_choices

Optimizer = Literal["adam", "adamw", "rmsprop", "sgd"]
Schedule = Literal["constant", "cosine", "step", "plateau", "one_cycle"]
Loss = Literal["mse", "mae", "huber"]
Keep = Literal["best", "last"]
OPTIMIZERS: tuple[Optimizer, ...] = get_args(Optimizer)
SCHEDULES: tuple[Schedule, ...] = get_args(Schedule)
LOSSES: tuple[Loss, ...] = get_args(Loss)
KEEPS: tuple[Keep, ...] = get_args(Keep)

MAX_EPOCHS = 5000


@dataclass(frozen=True)
class TrainingConfig:
    """Describe a training run.

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

    Raises:
        SettingsError: a value lies outside what can be trained.
    """

    optimizer: Optimizer = "adam"
    learning_rate: float = 0.01
    schedule: Schedule = "cosine"
    batch_size: int = 32
    epochs: int = 200
    patience: int = 50
    gradient_clip: float = 1.0
    seed: int = 0
    loss: Loss = "mse"
    keep: Keep = "best"

    def __post_init__(self) -> None:
        require_choices(self)
        require_between("learning_rate", self.learning_rate, 1e-6, 10.0)
        require_between("batch_size", self.batch_size, 1, 4096)
        require_between("epochs", self.epochs, 1, MAX_EPOCHS)
        require_between("patience", self.patience, 0, MAX_EPOCHS)
        require_between("gradient_clip", self.gradient_clip, 0.0, 1000.0)
        require_between("seed", self.seed, 0, 2**31 - 1)

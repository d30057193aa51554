"""How a model is trained, in words that need no torch."""

from dataclasses import dataclass
from typing import Literal, get_args

from lstm_viz.errors import SettingsError
from lstm_viz.recurrent.specification import require_between

Optimizer = Literal["adam", "adamw", "rmsprop", "sgd"]
Schedule = Literal["constant", "cosine", "step", "plateau"]
OPTIMIZERS: tuple[Optimizer, ...] = get_args(Optimizer)
SCHEDULES: tuple[Schedule, ...] = get_args(Schedule)

MAX_EPOCHS = 5000


@dataclass(frozen=True)
class TrainingConfig:
    """Describe a training run.

    Args:
        optimizer: the rule that turns gradients into steps.
        learning_rate: size of the steps at the start.
        schedule: how the learning rate changes: `constant`, `cosine` (falls to 1 % over the epochs), `step` (halves five
            times), `plateau` (halves when the validation loss has not fallen for a third of `patience`).
        batch_size: examples per step.
        epochs: passes over the training examples, at most.
        patience: end after this many epochs without a better validation loss; 0 never ends early.
        gradient_clip: largest norm of a gradient; longer ones are shortened to it; 0 leaves them (Pascanu et al. 2013).
        seed: decides the start weights and the order of the examples.

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

    def __post_init__(self) -> None:
        if self.optimizer not in OPTIMIZERS:
            raise SettingsError(f"`optimizer` (={self.optimizer}) is not known. Use one of {', '.join(OPTIMIZERS)}.")
        if self.schedule not in SCHEDULES:
            raise SettingsError(f"`schedule` (={self.schedule}) is not known. Use one of {', '.join(SCHEDULES)}.")
        require_between("learning_rate", self.learning_rate, 1e-6, 10.0)
        require_between("batch_size", self.batch_size, 1, 4096)
        require_between("epochs", self.epochs, 1, MAX_EPOCHS)
        require_between("patience", self.patience, 0, MAX_EPOCHS)
        require_between("gradient_clip", self.gradient_clip, 0.0, 1000.0)
        require_between("seed", self.seed, 0, 2**31 - 1)

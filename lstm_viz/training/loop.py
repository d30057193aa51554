"""One training loop for every model, with its optimisers, its schedules and weights that can be rolled back."""

import math
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Generator, Tensor, nn
from torch.optim import Optimizer, lr_scheduler

from lstm_viz.recurrent.initialization import RandomSource, has_dropout
from lstm_viz.training.config import EndReason, EpochRecord, PartRecord, TrainingConfig
from lstm_viz.training.snapshots import Snapshots, WeightsPath

FLOOR = 0.01
HALVINGS = 5
EVALUATION_BATCH = 1024
PART_UPDATES = 100

Schedule = lr_scheduler.LRScheduler | lr_scheduler.ReduceLROnPlateau
Loss = Callable[[Tensor, Tensor], Tensor]
Accuracy = Callable[[Tensor, Tensor], float]
Inputs = Tensor | tuple[Tensor, ...]


def _copied_weights(model: nn.Module) -> dict[str, Tensor]:
    return {name: value.clone() for name, value in model.state_dict().items()}


def hold(model: nn.Module, optimizer: Optimizer, schedule: Schedule) -> Callable[[], None]:
    """Copy all that an update changes; gives what brings all three back to where they stand now, once."""
    weights, stands = _copied_weights(model), dict(schedule.state_dict())
    moments = {
        parameter: {name: value.clone() if isinstance(value, Tensor) else value for name, value in kept.items()}
        for parameter, kept in optimizer.state.items()
    }
    groups = [{name: value for name, value in group.items() if name != "params"} for group in optimizer.param_groups]

    def undo() -> None:
        model.load_state_dict(weights)
        optimizer.state.clear()
        optimizer.state.update(moments)
        for group, kept in zip(optimizer.param_groups, groups, strict=True):
            group.update(kept)
        schedule.load_state_dict(stands)

    return undo


def _build_optimizer(parameters: Iterable[nn.Parameter], config: TrainingConfig) -> Optimizer:
    """Make the optimiser; SGD gets the usual momentum of 0.9."""
    if config.optimizer == "sgd":
        return torch.optim.SGD(parameters, config.learning_rate, momentum=0.9)
    rules: dict[str, Callable[..., Optimizer]]
    rules = {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW, "rmsprop": torch.optim.RMSprop}
    return rules[config.optimizer](parameters, lr=config.learning_rate)


def _build_schedule(optimizer: Optimizer, config: TrainingConfig, epochs: int, batches: int) -> Schedule:
    """Make the schedule over the coming `epochs`, starting at the full learning rate.

    It moves once an epoch; `one_cycle` once an update, of which an epoch has `batches`.
    """
    for group in optimizer.param_groups:
        group["lr"] = group["initial_lr"] = config.learning_rate
    if config.schedule == "one_cycle":
        return lr_scheduler.OneCycleLR(optimizer, config.learning_rate, total_steps=max(2, epochs * batches + 1))
    if config.schedule == "cosine":
        return lr_scheduler.CosineAnnealingLR(optimizer, epochs, eta_min=config.learning_rate * FLOOR)
    if config.schedule == "step":
        return lr_scheduler.StepLR(optimizer, max(1, epochs // (HALVINGS + 1)), gamma=0.5)
    if config.schedule == "plateau":
        return lr_scheduler.ReduceLROnPlateau(optimizer, factor=0.5, patience=max(1, config.patience // 3))
    return lr_scheduler.LambdaLR(optimizer, lambda _: 1.0)


class Examples(Protocol):
    """Pairs of inputs and targets that are made when they are needed."""

    def __len__(self) -> int: ...

    def batch(self, indices: Tensor, generator: Generator | None = None) -> tuple[Inputs, Tensor]:
        """Return the inputs and the targets of the examples at `indices`, the batch in front.

        Inputs are what the model is called with: one tensor, or several. Examples that are new each time are drawn from the
        `generator`; None, as in validation, gives the same ones every time.
        """
        ...


class _Interrupted(Exception):
    """Somebody wants the loop to stop in the middle of an epoch."""


def never() -> bool:
    """Answer a question whether to stop: no."""
    return False


@dataclass(eq=False, repr=False)
class Trainer:
    """Train a model epoch by epoch, keep its best weights, and be able to go on later.

    `epochs()` is the loop. Randomness (order of the examples, dropout) comes from a generator of its own, so that two
    trainers with the same seed and examples give the same numbers to the last bit, whatever else the process draws. An epoch
    that is not completed leaves no trace but `stopped_weights`, the weights at that moment: all else is as if it had never
    begun.
    """

    model: nn.Module  # is trained in place
    training: Examples
    validation: Examples | None  # what decides which weights are best; None lets the training loss decide
    loss: Loss  # (outputs, targets) → scalar mean
    config: TrainingConfig
    # (outputs, targets) → share of the batch answered right; None where an answer is no choice
    accuracy: Accuracy | None = None
    show_meaning: Callable[[PartRecord], None] | None = None  # is called every 100 updates

    def __post_init__(self) -> None:
        self._part = _Sums()
        self.optimizer = _build_optimizer(self.model.parameters(), self.config)
        self.schedule = _build_schedule(self.optimizer, self.config, self.config.epochs, self.batches)
        self.generator = Generator().manual_seed(self.config.seed)
        self.random_state = self.generator.get_state()
        self.history: list[EpochRecord] = []
        self.snapshots = Snapshots()
        self.best_weights: dict[str, Tensor] = {}
        self.best_loss = math.inf
        self.best_epoch = 0
        self.target_epochs = self.config.epochs
        self.patient_since = 0
        self.end_reason: EndReason | None = None
        self.stopped_weights: dict[str, Tensor] = {}

    @property
    def epoch(self) -> int:
        """Epochs that are complete."""
        return self.history[-1].epoch if self.history else 0

    @property
    def batches(self) -> int:
        """Updates in an epoch."""
        return -(-len(self.training) // self.config.batch_size)

    @property
    def path(self) -> WeightsPath:
        """The weights along training, from epoch 0 to the newest, the best among them."""
        if not self.best_weights:
            return self.snapshots.path
        return self.snapshots.with_epoch(self.best_epoch, self.best_weights)

    def epochs(self, should_stop: Callable[[], bool] = never) -> Iterator[EpochRecord]:
        """Train until an end is reached, which `end_reason` then names; `should_stop` is called before every batch."""
        if not self.optimizer.state:  # it has one from its first step on
            self.snapshots.take(0, self.model.state_dict())
        self.end_reason = self._reason_to_end()
        while self.end_reason is None:
            undo = hold(self.model, self.optimizer, self.schedule)
            try:
                record = self._train_epoch(should_stop)
            except _Interrupted:
                self.end_reason, self.stopped_weights = "stopped", _copied_weights(self.model)
                undo()
                return
            if not all(map(math.isfinite, (record.train_loss, record.deciding_loss))):
                self.end_reason = "diverged"
                undo()
                self.load_best()
                return
            self._remember(record)
            yield record
            self.end_reason = self._reason_to_end()

    def extend(self, epochs: int) -> None:
        """Allow more epochs: the patience starts anew and so does the learning rate's schedule (a warm restart)."""
        self.target_epochs = self.epoch + epochs
        self.patient_since = self.epoch
        self.schedule = _build_schedule(self.optimizer, self.config, epochs, self.batches)

    def load_best(self) -> None:
        """Give the model the best weights so far."""
        if self.best_weights:
            self.model.load_state_dict(self.best_weights)

    def keep_now(self) -> None:
        """Keep the weights of the stopped epoch where none was completed."""
        if not self.best_weights:
            self.best_weights = self.stopped_weights

    def _reason_to_end(self) -> EndReason | None:
        if self.epoch >= self.target_epochs:
            return "epochs"
        waited = self.epoch - max(self.best_epoch, self.patient_since)
        return "patience" if 0 < self.config.patience <= waited else None

    def _train_epoch(self, should_stop: Callable[[], bool]) -> EpochRecord:
        started = time.perf_counter()
        rate = float(self.optimizer.param_groups[0]["lr"])
        self.generator.set_state(self.random_state)  # an epoch that was not completed has drawn from it
        trained = self._train_batches(should_stop)
        self.random_state = self.generator.get_state()
        held = None if self.validation is None else evaluate(self.model, self.validation, self.loss, self.accuracy)
        deciding = trained.loss if held is None else held.loss
        before = self.history[-1].seconds if self.history else 0.0
        return EpochRecord(
            epoch=self.epoch + 1,
            train_loss=trained.loss,
            validation_loss=None if held is None else held.loss,
            learning_rate=rate,
            gradient_norm=trained.gradient_norm,
            seconds=before + time.perf_counter() - started,
            is_best=self.config.keep == "last" or deciding < self.best_loss,
            train_accuracy=trained.accuracy,
            validation_accuracy=None if held is None else held.accuracy,
        )

    def _train_batches(self, should_stop: Callable[[], bool]) -> "_Means":
        self.model.train()
        epoch = _Sums()
        order = torch.randperm(len(self.training), generator=self.generator)
        for indices in torch.split(order, self.config.batch_size):
            if should_stop():
                raise _Interrupted
            batch = self._update(indices)
            for sums in (epoch, self._part):
                sums.add(batch, len(indices))
            number = self.epoch * self.batches + epoch.updates
            if self.show_meaning is not None and number % PART_UPDATES == 0:
                part, self._part = self._part.means(), _Sums()
                self.show_meaning(PartRecord(self.epoch + 1, number, part.loss, part.accuracy))
        return epoch.means()

    def _update(self, indices: Tensor) -> "_Means":
        inputs, targets = self.training.batch(indices, self.generator)
        self.optimizer.zero_grad()
        # drawing from a source costs a GRU half its speed
        with RandomSource(self.generator) if has_dropout(self.model) else nullcontext():
            outputs = ask(self.model, inputs)
        loss = self.loss(outputs, targets)
        loss.backward()  # type: ignore[no-untyped-call]
        norm = float(nn.utils.clip_grad_norm_(self.model.parameters(), self.config.gradient_clip or math.inf))
        self.optimizer.step()
        if isinstance(self.schedule, lr_scheduler.OneCycleLR) and self.schedule.last_epoch < self.schedule.total_steps:
            self.schedule.step()
        right = None if self.accuracy is None else self.accuracy(outputs, targets)
        return _Means(loss.item(), norm, right)

    def _remember(self, record: EpochRecord) -> None:
        self.history.append(record)
        self.snapshots.take(record.epoch, self.model.state_dict())
        if record.is_best:
            self.best_loss, self.best_epoch = record.deciding_loss, record.epoch
            self.best_weights = _copied_weights(self.model)
        if isinstance(self.schedule, lr_scheduler.ReduceLROnPlateau):
            self.schedule.step(record.deciding_loss)
        elif not isinstance(self.schedule, lr_scheduler.OneCycleLR):
            self.schedule.step()


@dataclass(frozen=True)
class _Means:
    """What a batch, or several, gave: mean loss and length of the gradient, and the share answered right."""

    loss: float
    gradient_norm: float = 0.0
    accuracy: float | None = None


class _Sums:
    """Add up batches: losses and gradients as the means of batches, right answers by their number of examples."""

    def __init__(self) -> None:
        self.updates, self.examples, self.chooses = 0, 0, True
        self.loss, self.gradient_norm, self.right = 0.0, 0.0, 0.0

    def add(self, batch: _Means, examples: int) -> None:
        self.updates += 1
        self.examples += examples
        self.loss += batch.loss
        self.gradient_norm += batch.gradient_norm
        self.chooses = batch.accuracy is not None
        self.right += (batch.accuracy or 0.0) * examples

    def means(self) -> _Means:
        accuracy = self.right / self.examples if self.chooses else None
        return _Means(self.loss / self.updates, self.gradient_norm / self.updates, accuracy)


def ask(model: nn.Module, inputs: Inputs) -> Tensor:
    """Call a model with all its inputs."""
    outputs: Tensor = model(*inputs) if isinstance(inputs, tuple) else model(inputs)
    return outputs


def evaluate(model: nn.Module, examples: Examples, loss: Loss, accuracy: Accuracy | None = None) -> _Means:
    """Measure a model over all examples, without training it: mean loss, and the share answered right."""
    model.eval()
    total, right = 0.0, 0.0
    with torch.no_grad():
        for indices in torch.split(torch.arange(len(examples)), EVALUATION_BATCH):
            inputs, targets = examples.batch(indices)
            outputs = ask(model, inputs)
            total += loss(outputs, targets).item() * len(indices)
            right += 0.0 if accuracy is None else accuracy(outputs, targets) * len(indices)
    return _Means(total / len(examples), accuracy=None if accuracy is None else right / len(examples))

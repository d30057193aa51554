"""The training loop: examples in, one record per epoch out."""

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

import torch
from torch import Tensor, nn
from torch.optim import lr_scheduler

from lstm_viz.training.config import TrainingConfig
from lstm_viz.training.history import EndReason, EpochRecord
from lstm_viz.training.optimizers import build_optimizer, build_schedule
from lstm_viz.training.snapshots import Snapshots, WeightsPath

Loss = Callable[[Tensor, Tensor], Tensor]
EVALUATION_BATCH = 1024


class Examples(Protocol):
    """Pairs of inputs and targets that are made when they are asked for."""

    def __len__(self) -> int: ...

    def batch(self, indices: Tensor) -> tuple[Tensor, Tensor]:
        """Give the inputs and the targets of the examples at `indices`, the batch in front."""
        ...


class Interrupted(Exception):
    """Somebody asked the loop to stop in the middle of an epoch."""


def never() -> bool:
    """Answer a question whether to stop: no."""
    return False


class Trainer:
    """Train a model epoch by epoch, keep its best weights, and be able to go on later.

    `epochs()` is the loop. Randomness (order of the examples, dropout) comes from a state of its own, so that two trainers
    with the same seed and examples give the same numbers to the last bit, whatever else the process draws.

    Args:
        model: is trained in place.
        training: what the weights are fitted to.
        validation: what decides which weights are best; None lets the training loss decide.
        loss: (outputs, targets) → scalar mean.
        config: how to train.
    """

    def __init__(
        self, model: nn.Module, training: Examples, validation: Examples | None, loss: Loss, config: TrainingConfig
    ) -> None:
        self.model = model
        self.training = training
        self.validation = validation
        self.loss = loss
        self.config = config
        self.optimizer = build_optimizer(model.parameters(), config)
        self.schedule = build_schedule(self.optimizer, config, config.epochs, self.batches)
        self.random_state = torch.Generator().manual_seed(config.seed).get_state()
        self.history: list[EpochRecord] = []
        self.snapshots = Snapshots()
        self.best_weights: dict[str, Tensor] = {}
        self.best_loss = math.inf
        self.best_epoch = 0
        self.target_epochs = config.epochs
        self.patient_since = 0
        self.end_reason: EndReason | None = None

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
        """Train until an end is reached, which `end_reason` then names.

        Args:
            should_stop: asked before every batch; must be cheap.
        """
        if not self.optimizer.state:  # it has one from its first step on
            self.snapshots.take(0, self.model.state_dict())
        self.end_reason = self._reason_to_end()
        while self.end_reason is None:
            try:
                record = self._train_epoch(should_stop)
            except Interrupted:
                self.end_reason = "stopped"
                return
            if not math.isfinite(record.train_loss) or not math.isfinite(record.deciding_loss):
                self.end_reason = "diverged"
                return
            self._remember(record)
            yield record
            self.end_reason = self._reason_to_end()

    def extend(self, epochs: int) -> None:
        """Allow more epochs: the patience starts anew and so does the learning rate's schedule (a warm restart)."""
        self.target_epochs = self.epoch + epochs
        self.patient_since = self.epoch
        self.schedule = build_schedule(self.optimizer, self.config, epochs, self.batches)

    def load_best(self) -> None:
        """Give the model the best weights so far."""
        if self.best_weights:
            self.model.load_state_dict(self.best_weights)

    def _reason_to_end(self) -> EndReason | None:
        if self.epoch >= self.target_epochs:
            return "epochs"
        waited = self.epoch - max(self.best_epoch, self.patient_since)
        return "patience" if 0 < self.config.patience <= waited else None

    def _train_epoch(self, should_stop: Callable[[], bool]) -> EpochRecord:
        started = time.perf_counter()
        rate = float(self.optimizer.param_groups[0]["lr"])
        with self._own_randomness():
            train_loss, gradient_norm = self._train_batches(should_stop)
        validation_loss = None if self.validation is None else evaluate(self.model, self.validation, self.loss)
        deciding = train_loss if validation_loss is None else validation_loss
        before = self.history[-1].seconds if self.history else 0.0
        return EpochRecord(
            epoch=self.epoch + 1,
            train_loss=train_loss,
            validation_loss=validation_loss,
            learning_rate=rate,
            gradient_norm=gradient_norm,
            seconds=before + time.perf_counter() - started,
            is_best=self.config.keep == "last" or deciding < self.best_loss,
        )

    def _train_batches(self, should_stop: Callable[[], bool]) -> tuple[float, float]:
        self.model.train()
        limit = self.config.gradient_clip or math.inf
        loss_sum, norm_sum, batches = 0.0, 0.0, 0
        for indices in torch.split(torch.randperm(len(self.training)), self.config.batch_size):
            if should_stop():
                raise Interrupted
            inputs, targets = self.training.batch(indices)
            self.optimizer.zero_grad()
            loss = self.loss(self.model(inputs), targets)
            loss.backward()  # type: ignore[no-untyped-call]
            norm_sum += float(nn.utils.clip_grad_norm_(self.model.parameters(), limit))
            self.optimizer.step()
            if (
                isinstance(self.schedule, lr_scheduler.OneCycleLR)
                and self.schedule.last_epoch < self.schedule.total_steps
            ):
                self.schedule.step()
            loss_sum += loss.item()
            batches += 1
        return loss_sum / batches, norm_sum / batches

    def _remember(self, record: EpochRecord) -> None:
        self.history.append(record)
        self.snapshots.take(record.epoch, self.model.state_dict())
        if record.is_best:
            self.best_loss, self.best_epoch = record.deciding_loss, record.epoch
            self.best_weights = {name: value.clone() for name, value in self.model.state_dict().items()}
        if isinstance(self.schedule, lr_scheduler.ReduceLROnPlateau):
            self.schedule.step(record.deciding_loss)
        elif not isinstance(self.schedule, lr_scheduler.OneCycleLR):
            self.schedule.step()

    @contextmanager
    def _own_randomness(self) -> Iterator[None]:
        with torch.random.fork_rng(devices=[]):
            torch.set_rng_state(self.random_state)
            yield
            self.random_state = torch.get_rng_state()


def evaluate(model: nn.Module, examples: Examples, loss: Loss) -> float:
    """Measure the mean loss of a model over all examples, without training it."""
    model.eval()
    total = 0.0
    with torch.no_grad():
        for indices in torch.split(torch.arange(len(examples)), EVALUATION_BATCH):
            inputs, targets = examples.batch(indices)
            total += loss(model(inputs), targets).item() * len(indices)
    return total / len(examples)

"""torch's optimisers and schedules, by the names of `TrainingConfig`."""

from collections.abc import Iterable

import torch
from torch import nn
from torch.optim import Optimizer, lr_scheduler

from lstm_viz.training.config import TrainingConfig

FLOOR = 0.01
HALVINGS = 5


def build_optimizer(parameters: Iterable[nn.Parameter], config: TrainingConfig) -> Optimizer:
    """Make the optimiser; SGD gets the usual momentum of 0.9."""
    if config.optimizer == "sgd":
        return torch.optim.SGD(parameters, config.learning_rate, momentum=0.9)
    rules: dict[str, type[Optimizer]] = {
        "adam": torch.optim.Adam,
        "adamw": torch.optim.AdamW,
        "rmsprop": torch.optim.RMSprop,
    }
    return rules[config.optimizer](parameters, lr=config.learning_rate)  # type: ignore[call-arg]


def build_schedule(
    optimizer: Optimizer, config: TrainingConfig, epochs: int, batches: int = 1
) -> lr_scheduler.LRScheduler | lr_scheduler.ReduceLROnPlateau:
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

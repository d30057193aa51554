"""Where a model and its optimiser stand between two epochs, held in memory to come back to."""

from dataclasses import dataclass
from typing import Any

from torch import Tensor, nn
from torch.optim import Optimizer, lr_scheduler

Schedule = lr_scheduler.LRScheduler | lr_scheduler.ReduceLROnPlateau


@dataclass(frozen=True, eq=False)
class _Held:
    """Copies of all that an update changes.

    Args:
        weights: of the model, by name.
        moments: what the optimiser remembers of each parameter.
        groups: the settings of the optimiser, such as the learning rate of the moment.
        schedule: where the learning rate's schedule stands.
    """

    weights: dict[str, Tensor]
    moments: dict[Tensor, dict[str, Any]]
    groups: list[dict[str, Any]]
    schedule: dict[str, Any]


def copied_weights(model: nn.Module) -> dict[str, Tensor]:
    """Copy the weights of a model, by name."""
    return {name: value.clone() for name, value in model.state_dict().items()}


def hold(model: nn.Module, optimizer: Optimizer, schedule: Schedule) -> _Held:
    """Copy where all three stand."""
    moments = {
        parameter: {name: value.clone() if isinstance(value, Tensor) else value for name, value in kept.items()}
        for parameter, kept in optimizer.state.items()
    }
    groups = [{name: value for name, value in group.items() if name != "params"} for group in optimizer.param_groups]
    return _Held(copied_weights(model), moments, groups, dict(schedule.state_dict()))


def put_back(held: _Held, model: nn.Module, optimizer: Optimizer, schedule: Schedule) -> None:
    """Bring all three back to where they stood; `held` is used up."""
    model.load_state_dict(held.weights)
    optimizer.state.clear()
    optimizer.state.update(held.moments)
    for group, kept in zip(optimizer.param_groups, held.groups, strict=True):
        group.update(kept)
    schedule.load_state_dict(held.schedule)

"""Where a model and its optimiser stand between two epochs, held in memory to come back to."""

from collections.abc import Callable

from torch import Tensor, nn
from torch.optim import Optimizer, lr_scheduler

Schedule = lr_scheduler.LRScheduler | lr_scheduler.ReduceLROnPlateau


def copied_weights(model: nn.Module) -> dict[str, Tensor]:
    """Copy the weights of a model, by name."""
    return {name: value.clone() for name, value in model.state_dict().items()}


def hold(model: nn.Module, optimizer: Optimizer, schedule: Schedule) -> Callable[[], None]:
    """Copy all that an update changes; gives what brings all three back to where they stand now, once."""
    weights, stands = copied_weights(model), dict(schedule.state_dict())
    moments = {
        parameter: {name: value.clone() if isinstance(value, Tensor) else value for name, value in kept.items()}
        for parameter, kept in optimizer.state.items()
    }
    groups = [{name: value for name, value in group.items() if name != "params"} for group in optimizer.param_groups]

    def put_back() -> None:
        model.load_state_dict(weights)
        optimizer.state.clear()
        optimizer.state.update(moments)
        for group, kept in zip(optimizer.param_groups, groups, strict=True):
            group.update(kept)
        schedule.load_state_dict(stands)

    return put_back

"""What a race leaves behind: one plain record per ten updates of each network, and how its race stands."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from lstm_viz.racing.config import RaceConfig

RacerStatus = Literal["racing", "solved", "unsolved", "diverged"]
IN_A_ROW = 2


@dataclass(frozen=True)
class RaceRecord:
    """What ten updates gave.

    Args:
        update: updates so far.
        train_loss: mean loss over the ten batches, measured while the weights moved.
        test_loss: loss on the test sequences afterwards.
        accuracy: share of the test sequences answered right, see `RaceTask.accuracy`.
        gradient_norm: mean length of the whole gradient before clipping.
        seconds: time that this network has trained, measuring and the turns of the others left out.
        gradient_by_step: log10 ‖dL/dh_t‖ at `RaceConfig.gradient_steps`, of the loss L on a few test sequences; None where
            it left the range of numbers.
        updates_per_second: of these ten updates.
    """

    update: int
    train_loss: float
    test_loss: float
    accuracy: float
    gradient_norm: float
    seconds: float
    gradient_by_step: tuple[float, ...] | None
    updates_per_second: float

    def to_dict(self) -> dict[str, Any]:
        """Give plain values for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "RaceRecord":
        """Undo `to_dict`."""
        gradient = values["gradient_by_step"]
        return cls(**{**values, "gradient_by_step": None if gradient is None else tuple(gradient)})


def solved_at(config: RaceConfig, history: Sequence[RaceRecord]) -> int | None:
    """Give the update of the first of two records in a row that meet the criterion; None where there are none."""
    met = 0
    for place, record in enumerate(history):
        met = met + 1 if config.about.is_solved(record.test_loss, record.accuracy) else 0
        if met == IN_A_ROW:
            return history[place - 1].update
    return None


def status_of(config: RaceConfig, history: Sequence[RaceRecord], diverged: bool) -> RacerStatus:
    """Tell how a network stands: it races until it has solved the task, used up its updates, or diverged."""
    if diverged:
        return "diverged"
    if solved_at(config, history) is not None:
        return "solved"
    return "unsolved" if len(history) >= config.records else "racing"


def told_of(config: RaceConfig, history: Sequence[RaceRecord], diverged: bool) -> str:
    """Say in a sentence how a network's race ended; empty while it goes on."""
    status, updates = status_of(config, history, diverged), history[-1].update if history else 0
    if status == "diverged":
        return f"The loss left the range of numbers after update {updates}."
    if status == "unsolved":
        return f"Not solved within {updates:,} updates."
    if status == "solved":
        first = solved_at(config, history)
        seconds = next(record.seconds for record in history if record.update == first)
        return f"Solved after {first:,} updates, {seconds:.1f} s of training."
    return ""

"""What a race looks like from outside: its changing state, and the view that pages get."""

from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from lstm_viz.racing.config import RaceConfig
from lstm_viz.racing.records import RaceRecord, RacerStatus, solved_at, status_of, told_of
from lstm_viz.recurrent.specification import Cell

RaceStatus = Literal["queued", "running", "paused", "finished", "stopped", "interrupted", "failed"]
GOING_ON: tuple[RaceStatus, ...] = ("queued", "running")
OVER: tuple[RaceStatus, ...] = ("finished", "stopped")


@dataclass(frozen=True)
class RaceState:
    """Where a race stands.

    Args:
        status: `queued` and `running` are going on; `finished` and `stopped` are over for good; the others can go on.
        message: one sentence for the reader; empty while all is well.
        diverged: the networks whose loss left the range of numbers.
    """

    status: RaceStatus
    message: str = ""
    diverged: tuple[Cell, ...] = ()

    @property
    def active(self) -> bool:
        """Whether the race goes on or is about to."""
        return self.status in GOING_ON

    @property
    def over(self) -> bool:
        """Whether the race has ended for good."""
        return self.status in OVER

    def become(self, status: RaceStatus, message: str = "") -> "RaceState":
        """Give the state that follows."""
        return replace(self, status=status, message=message)

    def to_dict(self) -> dict[str, Any]:
        """Give plain values for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "RaceState":
        """Undo `to_dict`; races from before leases name an owner."""
        values = {name: value for name, value in values.items() if name != "owner"}
        return cls(**{**values, "diverged": tuple(values["diverged"])})


@dataclass(frozen=True, eq=False)
class RacerView:
    """All that a page shows of one network.

    Args:
        parameters: numbers that training changes.
        history: one record per ten updates.
        status: `racing` until it is done, whether or not the race goes on at the moment.
        solved_at: the update at which it had solved the task.
        message: how its race ended, in one sentence; empty while it is not over.
    """

    cell: Cell
    parameters: int
    history: tuple[RaceRecord, ...]
    status: RacerStatus
    solved_at: int | None
    message: str


@dataclass(frozen=True, eq=False)
class RaceView:
    """All that a page shows of a race at one moment.

    Args:
        racers: in the order of `config.cells`.
        ahead: how many races and runs wait or train before this one while it is queued.
    """

    key: str
    config: RaceConfig
    state: RaceState
    racers: dict[Cell, RacerView]
    ahead: int = 0


def view_racer(
    config: RaceConfig, cell: Cell, parameters: int, history: tuple[RaceRecord, ...], diverged: bool
) -> RacerView:
    """Say how a network stands, given its records."""
    status, message = status_of(config, history, diverged), told_of(config, history, diverged)
    return RacerView(cell, parameters, history, status, solved_at(config, history), message)

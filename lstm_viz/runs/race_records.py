"""What a race looks like from outside: its changing state, and the view that pages get."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

from lstm_viz.racing.config import RaceConfig
from lstm_viz.racing.records import RaceRecord, RacerStatus, solved_at, status_of, told_of
from lstm_viz.recurrent.specification import Cell

RaceStatus = Literal["queued", "running", "paused", "finished", "stopped", "interrupted", "failed"]
GOING_ON: tuple[RaceStatus, ...] = ("queued", "running")
OVER: tuple[RaceStatus, ...] = ("finished", "stopped")


@dataclass(frozen=True)
class Outcome:
    """How one network stands: `racing` until it is done, and the update at which it had solved the task."""

    status: RacerStatus
    solved_at: int | None


@dataclass(frozen=True)
class RaceState:
    """Where a race stands.

    Args:
        status: `queued` and `running` are going on; `finished` and `stopped` are over for good; the others can go on.
        message: one sentence for the reader; empty while all is well.
        diverged: the networks whose loss left the range of numbers.
        outcomes: how each network stands once the race has halted, so that nobody need read all records for it; empty while
            it goes on, and where nobody has worked it out yet.
    """

    status: RaceStatus
    message: str = ""
    diverged: tuple[Cell, ...] = ()
    outcomes: dict[Cell, Outcome] = field(default_factory=dict)

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
        return replace(self, status=status, message=message, outcomes={} if status in GOING_ON else self.outcomes)

    def to_dict(self) -> dict[str, Any]:
        """Give plain values for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "RaceState":
        """Undo `to_dict`; races from before leases name an owner."""
        values = {name: value for name, value in values.items() if name != "owner"}
        outcomes = {cell: Outcome(**told) for cell, told in values.get("outcomes", {}).items()}
        return cls(**{**values, "diverged": tuple(values["diverged"]), "outcomes": outcomes})


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


@dataclass(frozen=True)
class RaceGlance:
    """What a list shows of a race; outcomes in the order of `config.cells`."""

    key: str
    config: RaceConfig
    state: RaceState
    outcomes: dict[Cell, Outcome]


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


def outcomes_of(
    config: RaceConfig, histories: Mapping[Cell, Sequence[RaceRecord]], diverged: tuple[Cell, ...]
) -> dict[Cell, Outcome]:
    """Say how all networks stand, given their records."""
    return {
        cell: Outcome(status_of(config, history, cell in diverged), solved_at(config, history))
        for cell, history in histories.items()
    }


def view_racer(
    config: RaceConfig, cell: Cell, parameters: int, history: tuple[RaceRecord, ...], diverged: bool
) -> RacerView:
    """Say how a network stands, given its records."""
    status, message = status_of(config, history, diverged), told_of(config, history, diverged)
    return RacerView(cell, parameters, history, status, solved_at(config, history), message)

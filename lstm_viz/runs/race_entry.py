"""A race on its way through the cluster, and what is said of how it halted."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from distributed import Future

from lstm_viz.racing.config import RaceConfig
from lstm_viz.racing.records import RaceRecord
from lstm_viz.recurrent.specification import Cell
from lstm_viz.runs.race_records import Outcome, RaceState, RaceStatus, outcomes_of
from lstm_viz.runs.submission import MOST_ATTEMPTS, new_ticket

LOST = "A worker process of this race was lost. Resume to go on from the last checkpoint."
OVER = "This race is over and cannot go on. Start a new one."


@dataclass(eq=False)
class Heat:
    """The part of a race that one worker has: some of the networks."""

    cells: tuple[Cell, ...]
    ticket: str = field(default_factory=new_ticket)
    future: Future | None = None
    ended: bool = False


@dataclass(eq=False)
class Entry:
    """A race that was given to the cluster and has not halted.

    Args:
        records: at most so many for each network; 0 goes on until each is done.
        attempts: how often it was sent.
        wish: what was asked for meanwhile; None lets it go on.
        failure: how the first part that failed has failed.
    """

    key: str
    config: RaceConfig
    state: RaceState
    histories: dict[Cell, list[RaceRecord]]
    records: int
    heats: list[Heat] = field(default_factory=list)
    attempts: int = 1
    wish: RaceStatus | None = None
    failure: tuple[RaceStatus, str] | None = None

    @property
    def halting(self) -> bool:
        """Whether no part is to go on."""
        return bool(self.wish or self.failure)

    def may_go_again(self) -> bool:
        """Tell, and count, whether it is to be sent once more: its only worker died before it began."""
        if self.state.status != "queued" or self.halting or len(self.heats) > 1 or self.attempts == MOST_ATTEMPTS:
            return False
        self.attempts += 1
        return True

    def going(self) -> tuple[Cell, ...]:
        """Name the networks that are not done."""
        return tuple(cell for cell, outcome in self.outcomes().items() if outcome.status == "racing")

    def outcomes(self) -> dict[Cell, Outcome]:
        """Say how each network stands."""
        return outcomes_of(self.config, self.histories, self.state.diverged)

    def outcome(self) -> tuple[RaceStatus, str]:
        """Say how the race stands once no part of it goes on any more."""
        if not self.going():
            return "finished", ""
        if self.wish == "stopped":
            return "stopped", ""
        return self.failure or ("paused", "")


def shared_out(cells: Sequence[Cell], workers: int) -> list[tuple[Cell, ...]]:
    """Deal cells out to as many workers as are free; to one where none is."""
    parts = max(1, min(workers, len(cells)))
    return [tuple(cells[place::parts]) for place in range(parts)]

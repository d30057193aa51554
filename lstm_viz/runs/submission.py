"""A run on its way through the cluster, and what is said of how it ended."""

import secrets
from dataclasses import dataclass, field
from typing import Protocol

from distributed import Future

from lstm_viz.runs.records import RunState, Status
from lstm_viz.training.history import EndReason, EpochRecord, PartRecord

LOST = "The worker process that trained this was lost at epoch {epoch}. Train further to go on from there."
DIVERGED = (
    "Training diverged: the loss left the range of numbers after epoch {epoch}. The weights from before that are kept; "
    "a lower learning rate or gradient clipping helps."
)
DIVERGED_AT_ONCE = (
    "Training diverged in its first epoch, so there is no model. Lower the learning rate and train again."
)
STAGES = {
    "rehearse": "Rehearsing on older rows, to see how far off it will be",
    "refit": "Training once more, on all rows, for the forecast",
    "back-test": "Back-test {number} of {count}: the same recipe on what was known then",
    "learning curve": "Learning curve, {number} of {count}: the same recipe with fewer rows",
    "test": "Answering the test sequences",
    "series": "Now the other series: {number} of {count}",
}
STOPPED_IN_QUEUE: tuple[Status, str] = ("stopped", "Taken out of the queue before training began.")
MOST_ATTEMPTS = 3  # one that kills each worker while it is unpacked must not go on for ever
STOPPED_EARLY = "Stopped before the first epoch was complete, so there is no model yet."


def new_ticket() -> str:
    """Name one way of a run to a worker; when it is sent again it has another."""
    return secrets.token_hex(8)


class Left(Protocol):
    """What every training leaves."""

    @property
    def reason(self) -> EndReason:
        """Why it ended."""

    @property
    def history(self) -> list[EpochRecord]:
        """All epochs."""

    @property
    def checkpoint(self) -> bytes:
        """Where it can go on."""

    @property
    def snapshots(self) -> bytes:
        """The weights along the way."""


@dataclass(frozen=True, eq=False)
class Progress:
    """Where a training stands: its state, its epochs, parts of long ones, and how many are before it in the queue."""

    state: RunState
    history: tuple[EpochRecord, ...]
    parts: tuple[PartRecord, ...]
    ahead: int


@dataclass(eq=False)
class Submission:
    """A run that was given to the cluster and has not ended.

    Args:
        attempts: how often it was sent.
        unwanted: whether the run is to be deleted as soon as it has ended.
    """

    run: str
    state: RunState
    history: list[EpochRecord]
    parts: list[PartRecord]
    ticket: str = field(default_factory=new_ticket)
    attempts: int = 1
    future: Future | None = None
    stopping: bool = False
    unwanted: bool = False

    def may_go_again(self) -> bool:
        """Take a new ticket where its worker died before this one began; False where it began, or was sent often enough."""
        if self.state.status != "queued" or self.stopping or self.attempts == MOST_ATTEMPTS:
            return False
        self.attempts, self.ticket, self.future = self.attempts + 1, new_ticket(), None
        return True

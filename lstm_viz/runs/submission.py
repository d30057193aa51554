"""A run on its way through the cluster, and what is said of how it ended."""

import secrets
from dataclasses import dataclass, field

from distributed import Future

from lstm_viz.runs.records import RunState, Status
from lstm_viz.training.history import EpochRecord, PartRecord

LOST = "The worker process that trained this was lost at epoch {epoch}. Train further to go on from there."
DIVERGED = (
    "Training diverged: the loss left the range of numbers after epoch {epoch}. The best weights before that are kept; "
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
STOPPED_EARLY = "Stopped before the first epoch was complete, so there is no model yet."


@dataclass(eq=False)
class Submission:
    """A run that was given to the cluster and has not ended.

    Args:
        unwanted: whether the run is to be deleted as soon as it has ended.
    """

    run: str
    state: RunState
    history: list[EpochRecord]
    parts: list[PartRecord] = field(default_factory=list)
    ticket: str = field(default_factory=lambda: secrets.token_hex(8))
    future: Future | None = None
    stopping: bool = False
    unwanted: bool = False

"""What all training that is counted in epochs has in common: what it reports on the way, and what it leaves."""

import logging
from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from distributed import Future

from lstm_viz.errors import TrainingUnavailable
from lstm_viz.runs.cluster import what_failed
from lstm_viz.runs.epoch_store import EpochStore
from lstm_viz.runs.job_service import Entry, JobService, Part
from lstm_viz.runs.jobs import Trained
from lstm_viz.runs.records import RunState, Status
from lstm_viz.training.config import EpochRecord, PartRecord, newest_epoch

logger = logging.getLogger(__name__)

LOST = "The worker process that trained this was lost at epoch {epoch}. Train further to go on from there."
DIVERGED = (
    "Training diverged: the loss left the range of numbers after epoch {epoch}. The weights from before that are kept; "
    "a lower learning rate or gradient clipping helps."
)
DIVERGED_AT_ONCE = (
    "Training diverged in its first epoch, so there is no model. Lower the learning rate and train again."
)
STAGES = {
    "calibrate": "Calibration run on older rows, to estimate the errors",
    "refit": "Training once more, on all rows, for the forecast",
    "back-test": "Back-test {number} of {count}: the same recipe on what was known then",
    "learning curve": "Learning curve, {number} of {count}: the same recipe with fewer rows",
    "test": "Answering the test sequences",
    "series": "Now the other series: {number} of {count}",
}
STOPPED_IN_QUEUE: tuple[Status, str] = ("stopped", "Taken out of the queue before training began.")
STOPPED_EARLY = "Stopped before the first epoch was complete, so there is no model yet."


@dataclass(frozen=True, eq=False)
class _Progress:
    """Where a training stands: its state, its epochs, parts of long ones, and how many are before it in the queue."""

    state: RunState
    history: tuple[EpochRecord, ...]
    parts: tuple[PartRecord, ...]
    ahead: int


@dataclass(eq=False)
class Submission(Entry):
    """A training that was given to the cluster and has not ended; one that is unwanted is deleted as soon as it has."""

    history: list[EpochRecord]
    epoch_parts: list[PartRecord]
    unwanted: bool = False


Store = TypeVar("Store", bound=EpochStore[Any])
Result = TypeVar("Result", bound=Trained)


class EpochService(JobService[Store, Submission, RunState], Generic[Store, Result]):
    """Give trainings to worker processes and write down what comes back."""

    stopped_early = STOPPED_EARLY

    @abstractmethod
    def task_of(self, key: str, more_epochs: int) -> tuple[Callable[..., Result], Any]:
        """Return what a worker does for a training, and the job that it gets."""

    @abstractmethod
    def keep(self, key: str, result: Result) -> None:
        """Write down what a training left beyond its epochs and its checkpoint."""

    def start(self) -> None:
        """Start the worker processes and take up the runs that a former server left in the middle.

        What cannot be reached is logged and tried again when the first training is requested.
        """
        try:
            self.dispatcher.connected()
        except TrainingUnavailable:
            logger.exception("no training for now")
            return
        super().start()

    @property
    def ready(self) -> bool:
        """Whether a worker process can be reached now."""
        return self.dispatcher.ready

    def close(self) -> None:
        """End the worker processes; what trains now is taken up from its checkpoint at the next start."""
        self.dispatcher.close()

    def submit(self, key: str, more_epochs: int = 0) -> None:
        """Queue a stored run for training, from its newest checkpoint where it has one; one that is going on, here or on
        another server, stays as it is.

        Returns at once; the run's state says when no worker can be reached.

        Args:
            more_epochs: epochs beyond those done; 0 goes on to the planned end.
        """
        self._enter(key, lambda: self._prepare(key, more_epochs))

    def stop(self, key: str) -> None:
        """Ask a run to end; its best weights stay. A run that still waits in the queue is taken out."""
        self._halt(key, "stopped")

    def delete(self, key: str) -> None:
        """Take a run away for good; one that is going on is stopped, and goes as soon as it has ended."""
        with self._lock:
            submission = self._entries.get(key)
            if submission is None:
                self.store.delete(key)
                return
            submission.unwanted = True
        self.stop(key)

    def progress(self, key: str) -> _Progress:
        """Return where a training stands now, and what it has shown."""
        with self._lock:
            submission = self._entries.get(key)
            state = self.state(key)
            history = tuple(submission.history if submission else self.store.history(key))
            parts = tuple(submission.epoch_parts if submission else self.store.parts(key))
            return _Progress(state, history, parts, self._ahead(key, state))

    def _lost(self, key: str) -> str:
        return LOST.format(epoch=newest_epoch(self.store.history(key)))

    def _prepare(self, key: str, more_epochs: int) -> Submission:
        done, before = self.store.history(key), self.store.state(key)
        more = more_epochs or before.more_epochs
        target = newest_epoch(done) + more if more else before.target_epochs
        state = RunState("queued", target, more_epochs=more)
        return Submission(key, state, done, self.store.parts(key))

    def _send(self, submission: Submission) -> None:
        if submission.requested:
            self._finish(submission, *STOPPED_IN_QUEUE)
            return
        task, job = self.task_of(submission.key, submission.state.more_epochs)
        self._send_parts(submission, task, [(Part(), job)])

    def _hear(self, submission: Submission, part: Part, message: dict[str, Any]) -> None:
        if message["kind"] == "begin":
            self._begin(submission, message["epoch"], message["target_epochs"])
        elif message["kind"] == "stage":
            self._enter_stage(submission, message["name"], message["number"], message["count"])
        elif message["kind"] == "checkpoint":
            self._write_checkpoint(submission, self.dispatcher.newest_checkpoint(part.ticket))
        elif message["kind"] == "part":
            self._add_part(submission, PartRecord(**message["part"]))
        else:
            self._add_epochs(submission, [EpochRecord(**values) for values in message["records"]])

    def _write_checkpoint(self, submission: Submission, checkpoint: bytes) -> None:
        self.store.write_checkpoint(submission.key, checkpoint)
        if submission.state.more_epochs:
            submission.state = replace(submission.state, more_epochs=0)
            self.store.write_state(submission.key, submission.state)

    def _begin(self, submission: Submission, epoch: int, target_epochs: int) -> None:
        """Start at the epoch of the checkpoint: what was reported after it is trained, and reported, again."""
        with self._lock:
            submission.history = [record for record in submission.history if record.epoch <= epoch]
            submission.epoch_parts = [part for part in submission.epoch_parts if part.epoch <= epoch]
            submission.state = replace(submission.state, target_epochs=target_epochs)
        self.store.write_history(submission.key, submission.history)
        self.store.write_parts(submission.key, submission.epoch_parts)
        self._change(submission, "running")

    def _enter_stage(self, submission: Submission, name: str, number: int, count: int) -> None:
        with self._lock:
            submission.state = replace(submission.state, stage=STAGES[name].format(number=number, count=count))
        self.store.write_state(submission.key, submission.state)

    def _add_epochs(self, submission: Submission, records: list[EpochRecord]) -> None:
        if records:
            with self._lock:
                submission.history = submission.history + records
            self.store.append_history(submission.key, records)

    def _add_part(self, submission: Submission, part: PartRecord) -> None:
        with self._lock:
            submission.epoch_parts = [*submission.epoch_parts, part]
        self.store.append_parts(submission.key, [part])

    def _conclude(self, submission: Submission, part: Part, future: Future) -> None:
        if future.status == "finished":
            submission.end = self._write_result(submission, future.result())
        elif future.status == "cancelled" and submission.requested:
            submission.end = STOPPED_IN_QUEUE
        else:
            error = None if future.status == "cancelled" else future.exception()
            lost = LOST.format(epoch=newest_epoch(submission.history))
            submission.end = what_failed(f"run {submission.key}", error, lost)

    def _left(self, submission: Submission) -> None:
        if submission.unwanted:
            self.store.delete(submission.key)

    def _write_result(self, submission: Submission, result: Result) -> tuple[Status, str]:
        key, epoch = submission.key, newest_epoch(result.history)
        with self._lock:
            submission.history = result.history
        self.store.write_history(key, result.history)
        self._write_checkpoint(submission, result.checkpoint)
        self.store.write_snapshots(key, result.snapshots)
        self.keep(key, result)
        if result.reason == "diverged":
            return "diverged", (DIVERGED if epoch else DIVERGED_AT_ONCE).format(epoch=epoch)
        if result.reason == "stopped":
            return "stopped", "" if epoch else self.stopped_early
        return "finished", ""

"""What is the same of all training that is counted in epochs: queued, watched, stopped, written down, taken up again."""

import logging
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Generic, TypeVar

from distributed import Future

from lstm_viz.errors import LSTMVizError, TrainingUnavailable
from lstm_viz.runs.dispatch import OUR_FAULT, Dispatcher, is_lost, what_failed
from lstm_viz.runs.epoch_store import EpochStore
from lstm_viz.runs.leases import Leases
from lstm_viz.runs.records import RunState, Status
from lstm_viz.runs.submission import (
    DIVERGED,
    DIVERGED_AT_ONCE,
    LOST,
    STAGES,
    STOPPED_EARLY,
    STOPPED_IN_QUEUE,
    Left,
    Progress,
    Submission,
)
from lstm_viz.training.history import EpochRecord, PartRecord, newest_epoch

logger = logging.getLogger(__name__)

Store = TypeVar("Store", bound=EpochStore[Any])
Result = TypeVar("Result", bound=Left)


class EpochService(ABC, Generic[Store, Result]):
    """Give trainings to worker processes and write down what comes back.

    All methods may be called from any thread. What workers tell is written to the store by one thread, in the order in
    which it came, so that a page, another browser or a restarted server reads the same.

    Args:
        store: the folders of the trainings.
        dispatcher: the way to the worker processes; other services may share it.
    """

    stopped_early = STOPPED_EARLY

    def __init__(self, store: Store, dispatcher: Dispatcher) -> None:
        self.store, self.dispatcher = store, dispatcher
        self._submissions: dict[str, Submission] = {}
        self._given_up: set[str] = set()
        self._lock = threading.RLock()
        self.leases = Leases(store.folders, self._lose)
        self.dispatcher.join(self)

    @abstractmethod
    def task_of(self, key: str, more_epochs: int) -> tuple[Callable[..., Result], Any]:
        """Give what a worker does for a training, and the job that it gets."""

    @abstractmethod
    def keep(self, key: str, result: Result) -> None:
        """Write down what a training left beyond its epochs and its checkpoint."""

    def start(self) -> None:
        """Start the worker processes and take up the runs that a former server left in the middle.

        What cannot be reached is logged and tried again when the first training is asked for.
        """
        try:
            self.dispatcher.connected()
        except TrainingUnavailable:
            logger.exception("no training for now")
            return
        self.leases.take_up(self.store.is_active, self._go_on)

    @property
    def ready(self) -> bool:
        """Whether a worker process can be reached now."""
        return self.dispatcher.ready

    def close(self) -> None:
        """End the worker processes; what trains now is taken up from its checkpoint at the next start."""
        self.dispatcher.close()

    def tickets(self) -> list[str]:
        """Name the trainings that have been sent and have not ended."""
        return [submission.ticket for submission in list(self._submissions.values())]

    def submit(self, key: str, more_epochs: int = 0) -> None:
        """Queue a stored run for training, from its newest checkpoint where it has one; one that is going on, here or on
        another server, stays as it is.

        Returns at once; that no worker can be reached is told by the run's state.

        Args:
            key: the run.
            more_epochs: epochs beyond those done; 0 goes on to the planned end.

        Raises:
            RunNotFound: there is no such run.
        """
        with self._lock:
            if key in self._submissions or self.dispatcher.closed or not self.leases.take(key):
                return
            try:
                submission = self._prepare(key, more_epochs)
            except BaseException:
                self.leases.release(key)
                raise
            self._submissions[key] = submission
            self.dispatcher.enter(key)
        self.dispatcher.send_later(self._send_or_fail, submission)

    def stop(self, key: str) -> None:
        """Ask a run to end; its best weights stay. A run that still waits in the queue is taken out."""
        with self._lock:
            submission = self._submissions.get(key)
            if submission is None:
                self._given_up.add(key)  # it may be about to be taken up
                return
            submission.stopping = True
        self._halt(submission)

    def _halt(self, submission: Submission) -> None:
        self.dispatcher.halt(submission.ticket, submission.future, submission.state.status != "queued")

    def delete(self, key: str) -> None:
        """Take a run away for good; one that is going on is stopped, and goes as soon as it has ended.

        Raises:
            RunNotFound: there is no such run.
        """
        with self._lock:
            submission = self._submissions.get(key)
            if submission is None:
                self.store.delete(key)
                return
            submission.unwanted = True
        self.stop(key)

    def state(self, key: str) -> RunState:
        """Tell where a run stands now.

        Raises:
            RunNotFound: there is no such run.
            RunError: its folder is damaged.
        """
        with self._lock:
            submission = self._submissions.get(key)
            return submission.state if submission else self._ended_state(key)

    def progress(self, key: str) -> Progress:
        """Tell where a training stands now, and what it has shown.

        Raises:
            RunNotFound: there is no such run.
            RunError: its folder is damaged.
        """
        with self._lock:
            submission = self._submissions.get(key)
            state = submission.state if submission else self._ended_state(key)
            history = tuple(submission.history if submission else self.store.history(key))
            parts = tuple(submission.parts if submission else self.store.parts(key))
            ahead = self.dispatcher.ahead_of(key) if state.status == "queued" else 0
        return Progress(state, history, parts, ahead)

    def _ended_state(self, key: str) -> RunState:
        state = self.store.state(key)
        standing = self.leases.standing(key) if state.active else "held"
        if standing == "free":
            return state.become("interrupted", LOST.format(epoch=newest_epoch(self.store.history(key))))
        return state.become("queued") if standing == "unsure" else state

    def _go_on(self, key: str) -> None:
        self.submit(key)
        if key in self._given_up:
            self.stop(key)

    def _lose(self, key: str) -> None:
        """Leave a run to the server that took it up while this one was held up."""
        with self._lock:
            submission = self._submissions.pop(key, None)
            self.dispatcher.leave(key)
        if submission is not None:
            logger.warning("another server has taken up run %s", key)
            submission.stopping = True
            self._halt(submission)

    def _prepare(self, key: str, more_epochs: int) -> Submission:
        done = self.store.history(key)
        before = self.store.state(key)
        more = more_epochs or before.more_epochs
        target = newest_epoch(done) + more if more else before.target_epochs
        state = RunState("queued", target, more_epochs=more)
        self.store.write_state(key, state)
        return Submission(key, state, done, self.store.parts(key))

    def _send_or_fail(self, submission: Submission) -> None:
        try:
            if not submission.stopping:
                self._send(submission)
                return
            status, message = STOPPED_IN_QUEUE
        except LSTMVizError as error:
            status, message = "interrupted", str(error)
        except Exception:
            logger.exception("run %s could not be sent to a worker", submission.run)
            status, message = "failed", OUR_FAULT
        self._finish(submission, status, message)

    def _send(self, submission: Submission) -> None:
        task, job = self.task_of(submission.run, submission.state.more_epochs)
        submission.future = self.dispatcher.send(
            task,
            job,
            submission.ticket,
            tell=lambda message: self._write_progress(submission, message),
            end=lambda future: self._write_end(submission, future),
        )
        if submission.stopping:  # asked for while it was on its way
            self._halt(submission)

    def _write_progress(self, submission: Submission, message: dict[str, Any]) -> None:
        if self._submissions.get(submission.run) is not submission:
            return
        if message["kind"] == "begin":
            self._begin(submission, message["epoch"], message["target_epochs"])
        elif message["kind"] == "stage":
            self._enter_stage(submission, message["name"], message["number"], message["count"])
        elif message["kind"] == "checkpoint":
            self._write_checkpoint(submission, self.dispatcher.newest_checkpoint(submission.ticket))
        elif message["kind"] == "part":
            self._add_part(submission, PartRecord(**message["part"]))
        else:
            self._add_epochs(submission, [EpochRecord(**values) for values in message["records"]])

    def _write_checkpoint(self, submission: Submission, checkpoint: bytes) -> None:
        self.store.write_checkpoint(submission.run, checkpoint)
        if submission.state.more_epochs:
            submission.state = replace(submission.state, more_epochs=0)
            self.store.write_state(submission.run, submission.state)

    def _begin(self, submission: Submission, epoch: int, target_epochs: int) -> None:
        """Start at the epoch of the checkpoint: what was told after it is trained, and told, again."""
        with self._lock:
            submission.history = [record for record in submission.history if record.epoch <= epoch]
            submission.parts = [part for part in submission.parts if part.epoch <= epoch]
            submission.state = replace(submission.state, target_epochs=target_epochs)
        self.store.write_history(submission.run, submission.history)
        self.store.write_parts(submission.run, submission.parts)
        self._change(submission, "running")

    def _enter_stage(self, submission: Submission, name: str, number: int, count: int) -> None:
        with self._lock:
            submission.state = replace(submission.state, stage=STAGES[name].format(number=number, count=count))
        self.store.write_state(submission.run, submission.state)

    def _add_epochs(self, submission: Submission, records: list[EpochRecord]) -> None:
        if records:
            with self._lock:
                submission.history = submission.history + records
            self.store.append_history(submission.run, records)

    def _add_part(self, submission: Submission, part: PartRecord) -> None:
        with self._lock:
            submission.parts = [*submission.parts, part]
        self.store.append_parts(submission.run, [part])

    def _write_end(self, submission: Submission, future: Future) -> None:
        if self._submissions.get(submission.run) is not submission:
            return
        if is_lost(future) and submission.may_go_again():  # another run took the worker along
            self.dispatcher.send_later(self._send_or_fail, submission)
            return
        try:
            status, message = self._conclude(submission, future)
        except Exception:
            logger.exception("the end of run %s could not be written", submission.run)
            status, message = "failed", "The result could not be stored; the server's log says why."
        self._finish(submission, status, message)

    def _finish(self, submission: Submission, status: Status, message: str) -> None:
        with self._lock:
            if self._submissions.get(submission.run) is not submission:
                return
            try:
                self._change(submission, status, message)
            finally:  # what cannot be written must not hold up everybody
                self._submissions.pop(submission.run, None)
                self.dispatcher.leave(submission.run)
                self.leases.release(submission.run)
                if submission.unwanted:
                    self.store.delete(submission.run)

    def _conclude(self, submission: Submission, future: Future) -> tuple[Status, str]:
        if future.status == "finished":
            return self._write_result(submission, future.result())
        if future.status == "cancelled" and submission.stopping:
            return STOPPED_IN_QUEUE
        error = None if future.status == "cancelled" else future.exception()
        return what_failed(f"run {submission.run}", error, LOST.format(epoch=newest_epoch(submission.history)))

    def _write_result(self, submission: Submission, result: Result) -> tuple[Status, str]:
        key, epoch = submission.run, newest_epoch(result.history)
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

    def _change(self, submission: Submission, status: Status, message: str = "") -> None:
        submission.state = submission.state.become(status, message)
        self.store.write_state(submission.run, submission.state)

"""The one place that starts, watches and stops training."""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

from distributed import Event, Future, Variable
from distributed.scheduler import KilledWorker

from lstm_viz.errors import LSTMVizError, TrainingUnavailable
from lstm_viz.runs.cluster import CONNECT_SECONDS, Cluster
from lstm_viz.runs.job import TrainingJob, TrainingResult
from lstm_viz.runs.records import RunState, RunView, Status
from lstm_viz.runs.store import RunStore, UploadStore, data_directory
from lstm_viz.runs.submission import (
    DIVERGED,
    DIVERGED_AT_ONCE,
    LOST,
    OUR_FAULT,
    STOPPED_EARLY,
    STOPPED_IN_QUEUE,
    Submission,
)
from lstm_viz.runs.worker import checkpoint_name, stop_name, topic_of, train_in_worker
from lstm_viz.training.history import EpochRecord

logger = logging.getLogger(__name__)


class TrainingService:
    """Give runs to worker processes and write down what comes back.

    All methods may be called from any thread. What workers tell is written to the store by one thread, in the order in
    which it came, so that a page, another browser or a restarted server reads the same.
    """

    def __init__(self, store: RunStore, uploads: UploadStore) -> None:
        self.store, self.uploads = store, uploads
        self._submissions: dict[str, Submission] = {}
        self._cluster: Cluster | None = None
        self._sender = ThreadPoolExecutor(1, thread_name_prefix="run-sender")
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="run-writer")
        self._lock = threading.RLock()
        self._connecting = threading.Lock()
        self._closed = False

    def start(self) -> None:
        """Start the worker processes and take up the runs that a former server left in the middle.

        What cannot be reached is logged and tried again when the first training is asked for.
        """
        try:
            self._connected()
        except TrainingUnavailable:
            logger.exception("no training for now")
            return
        for key in self.store.folders.keys():  # noqa: SIM118
            try:
                self._take_up(key)
            except LSTMVizError:
                logger.exception("run %s cannot be taken up", key)

    @property
    def ready(self) -> bool:
        """Whether a worker process can be reached now."""
        return self._cluster is not None and self._cluster.has_workers

    def close(self) -> None:
        """End the worker processes; what trains now is taken up from its checkpoint at the next start."""
        self._closed = True
        with self._connecting:
            if self._cluster:
                self._interrupt(self._cluster)
                self._cluster.close()
                self._cluster = None
        self._sender.shutdown(wait=False, cancel_futures=True)
        self._writer.shutdown(cancel_futures=True)

    def _interrupt(self, cluster: Cluster) -> None:
        """End the tasks that train, so that their processes need not be killed; nobody listens to what they return."""
        if not cluster.connected:
            return
        for submission in list(self._submissions.values()):
            Event(stop_name(submission.ticket), client=cluster.client).set()

    def submit(self, key: str, more_epochs: int = 0) -> None:
        """Queue a stored run for training, from its newest checkpoint where it has one; one that is going on stays as it is.

        Returns at once; that no worker can be reached is told by the run's state.

        Args:
            key: the run.
            more_epochs: epochs beyond those done; 0 goes on to the planned end.

        Raises:
            RunNotFound: there is no such run.
        """
        with self._lock:
            if key in self._submissions or self._closed:
                return
            submission = self._prepare(key, more_epochs)
            self._submissions[key] = submission
        self._sender.submit(self._send_or_fail, submission, more_epochs)

    def stop(self, key: str) -> None:
        """Ask a run to end; its best weights stay. A run that still waits in the queue is taken out."""
        with self._lock:
            submission = self._submissions.get(key)
            if submission is None:
                return
            submission.stopping = True
        if submission.future is None:
            return
        # A task that has just begun and has not told so is cancelled in vain: its process must hear of it as well.
        Event(stop_name(submission.ticket), client=self._connected().client).set()
        if submission.state.status == "queued":
            submission.future.cancel()

    def view(self, key: str) -> RunView:
        """Show a run as it is now.

        Raises:
            RunNotFound: there is no such run.
            RunError: its folder is damaged.
        """
        with self._lock:
            submission = self._submissions.get(key)
            state = submission.state if submission else self._ended_state(key)
            history = tuple(submission.history) if submission else tuple(self.store.history(key))
            ahead = self._ahead_of(key) if state.status == "queued" else 0
        forecast = None if state.active else self.store.forecast(key)
        return RunView(key, self.store.spec(key), state, history, self.store.series(key), forecast, ahead)

    def _ended_state(self, key: str) -> RunState:
        state = self.store.state(key)
        if state.active and not state.owner.is_alive():
            return state.become("interrupted", LOST.format(epoch=len(self.store.history(key))))
        return state

    def _ahead_of(self, key: str) -> int:
        return list(self._submissions).index(key)

    def _take_up(self, key: str) -> None:
        state = self.store.state(key)
        if state.active and not state.owner.is_alive():
            logger.info("taking up run %s", key)
            self.submit(key)

    def _connected(self) -> Cluster:
        with self._connecting:
            if self._closed:
                raise TrainingUnavailable("The server is shutting down. Try again in a moment.")
            if self._cluster is None or not self._cluster.connected:
                if self._cluster:
                    self._cluster.close()
                self._cluster = Cluster()
            return self._cluster

    def _prepare(self, key: str, more_epochs: int) -> Submission:
        done = self.store.history(key)
        target = len(done) + more_epochs if more_epochs else self.store.state(key).target_epochs
        state = RunState("queued", target)
        self.store.write_state(key, state)
        return Submission(key, state, done)

    def _send_or_fail(self, submission: Submission, more_epochs: int) -> None:
        try:
            if not submission.stopping:
                self._send(submission, more_epochs)
                return
            status, message = STOPPED_IN_QUEUE
        except LSTMVizError as error:
            status, message = "interrupted", str(error)
        except Exception:
            logger.exception("run %s could not be sent to a worker", submission.run)
            status, message = "failed", OUR_FAULT
        self._finish(submission, status, message)

    def _send(self, submission: Submission, more_epochs: int) -> None:
        key, client = submission.run, self._connected().client
        job = TrainingJob(self.store.series(key), self.store.spec(key).config, self.store.checkpoint(key), more_epochs)
        client.subscribe_topic(
            topic_of(submission.ticket), lambda event: self._write(self._write_progress, submission, event[1])
        )
        submission.future = client.submit(
            train_in_worker, job, submission.ticket, key=f"train-{submission.ticket}", pure=False, retries=0
        )
        submission.future.add_done_callback(lambda future: self._write(self._write_end, submission, future))

    def _write(self, action: Callable[..., None], *arguments: Any) -> None:
        if not self._closed:
            self._writer.submit(self._write_or_log, action, *arguments)

    def _write_or_log(self, action: Callable[..., None], *arguments: Any) -> None:
        try:
            action(*arguments)
        except Exception:
            logger.exception("what a worker told could not be written")

    def _write_progress(self, submission: Submission, message: dict[str, Any]) -> None:
        if self._submissions.get(submission.run) is not submission:
            return
        if message["kind"] == "begin":
            self._begin(submission, message["epoch"], message["target_epochs"])
        elif message["kind"] == "checkpoint":
            self.store.write_checkpoint(submission.run, self._newest_checkpoint(submission))
        else:
            self._add_epochs(submission, [EpochRecord(**values) for values in message["records"]])

    def _begin(self, submission: Submission, epoch: int, target_epochs: int) -> None:
        """Start at the epoch of the checkpoint: what was told after it is trained, and told, again."""
        with self._lock:
            submission.history = submission.history[:epoch]
            submission.state = replace(submission.state, target_epochs=target_epochs)
        self.store.write_history(submission.run, submission.history)
        self._change(submission, "running")

    def _newest_checkpoint(self, submission: Submission) -> bytes:
        variable = Variable(checkpoint_name(submission.ticket), client=self._connected().client)
        data: bytes = variable.get(timeout=CONNECT_SECONDS)
        return data

    def _add_epochs(self, submission: Submission, records: list[EpochRecord]) -> None:
        if records:
            with self._lock:
                submission.history = submission.history + records
            self.store.append_history(submission.run, records)

    def _write_end(self, submission: Submission, future: Future) -> None:
        if self._submissions.get(submission.run) is not submission:
            return
        try:
            status, message = self._conclude(submission, future)
        except Exception:
            logger.exception("the end of run %s could not be written", submission.run)
            status, message = "failed", "The result could not be stored; the server's log says why."
        self._finish(submission, status, message)
        self._forget(submission)

    def _finish(self, submission: Submission, status: Status, message: str) -> None:
        with self._lock:
            self._change(submission, status, message)
            self._submissions.pop(submission.run, None)

    def _conclude(self, submission: Submission, future: Future) -> tuple[Status, str]:
        epoch = len(submission.history)
        if future.status == "finished":
            return self._write_result(submission, future.result())
        if future.status == "cancelled":
            return STOPPED_IN_QUEUE if submission.stopping else ("interrupted", LOST.format(epoch=epoch))
        error = future.exception()
        if isinstance(error, KilledWorker):
            return "interrupted", LOST.format(epoch=epoch)
        if isinstance(error, LSTMVizError):
            return "failed", str(error)
        logger.error("run %s failed", submission.run, exc_info=error)
        return "failed", OUR_FAULT

    def _write_result(self, submission: Submission, result: TrainingResult) -> tuple[Status, str]:
        key, epoch = submission.run, len(result.history)
        with self._lock:
            submission.history = result.history
        self.store.write_history(key, result.history)
        self.store.write_checkpoint(key, result.checkpoint)
        if result.forecast is not None and result.weights is not None:
            self.store.write_result(key, result.weights, result.forecast)
        if result.reason == "diverged":
            return "diverged", (DIVERGED if epoch else DIVERGED_AT_ONCE).format(epoch=epoch)
        if result.reason == "stopped":
            return "stopped", "" if epoch else STOPPED_EARLY
        return "finished", ""

    def _change(self, submission: Submission, status: Status, message: str = "") -> None:
        submission.state = submission.state.become(status, message)
        self.store.write_state(submission.run, submission.state)

    def _forget(self, submission: Submission) -> None:
        cluster = self._cluster
        if cluster is None or not cluster.connected:
            return
        cluster.client.unsubscribe_topic(topic_of(submission.ticket))
        Variable(checkpoint_name(submission.ticket), client=cluster.client).delete()


_service: TrainingService | None = None
_service_lock = threading.Lock()


def training_service() -> TrainingService:
    """Give the service of this process; the first call makes it, without starting worker processes yet."""
    global _service
    with _service_lock:
        if _service is None:
            data = data_directory()
            _service = TrainingService(RunStore(data / "runs"), UploadStore(data / "uploads"))
        return _service


def discard_service() -> None:
    """Close the service of this process; the next call of `training_service` makes a new one."""
    global _service
    with _service_lock:
        service, _service = _service, None
    if service is not None:
        service.close()

"""The worker processes, and the one way to them: tasks go out, and what they report comes back in its order."""

import logging
import os
import secrets
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from typing import Any, Literal, Protocol

import psutil
from distributed import Client, Future, Variable
from distributed.deploy.subprocess import SubprocessCluster
from distributed.scheduler import KilledWorker

from lstm_viz.errors import LSTMVizError, TrainingUnavailable
from lstm_viz.paths import ROOT
from lstm_viz.runs.leases import Leases
from lstm_viz.runs.worker import checkpoint_name, stop_name

SETUP = "lstm_viz.runs.worker"
WATCHDOG = "lstm_viz.runs.exit_with_parent"
CONNECT_SECONDS = 30
CLOSE_SECONDS = 5
ANSWER_SECONDS = 2
WATCH_EVERY = 1.0
OUR_FAULT = "Training failed because of a bug in the app; the server's log has the details."

Failure = Literal["interrupted", "failed"]
_Listener = Callable[[dict[str, Any]], None]

logger = logging.getLogger(__name__)


class _Cluster:
    """A connection to worker processes, and the processes too where they are our own.

    With `LSTM_VIZ_SCHEDULER=tcp://…` an existing cluster is used. Otherwise a scheduler and `LSTM_VIZ_WORKERS` (1) workers
    are started as clean processes, each limited to `LSTM_VIZ_WORKER_MEMORY` (4 GiB). Dask's nanny restarts a worker that
    died; a task that a dead worker had is given back as failed, not run again behind the user's back.

    Raises `TrainingUnavailable` where nothing answers.
    """

    def __init__(self) -> None:
        address = os.environ.get("LSTM_VIZ_SCHEDULER")
        self._own = None if address else _start_processes()
        try:
            self.client = Client(address or self._own, timeout=CONNECT_SECONDS, name="lstm-viz", set_as_default=False)
        except (OSError, ValueError) as error:
            self.close()
            raise TrainingUnavailable(
                f"No training cluster answers at {address or 'its local address'}. Check LSTM_VIZ_SCHEDULER, "
                "or unset it to train on this machine."
            ) from error

    @property
    def connected(self) -> bool:
        return str(self.client.status) == "running"

    @property
    def has_workers(self) -> bool:
        """Whether a worker is ready for tasks; not where the scheduler does not answer."""
        try:
            identity = self.client.sync(self.client.scheduler.identity, n_workers=1, callback_timeout=ANSWER_SECONDS)
            return self.connected and bool(identity["workers"])
        except (OSError, RuntimeError, AttributeError):  # in the middle of closing it has no scheduler any more
            return False

    @property
    def can_train(self) -> bool:
        """Whether the scheduler can be reached, and a worker is there or will be: a nanny of our own restarts it."""
        nannies = None if self._own is None else self._own.workers.values()
        return self.connected and (nannies is None or any(nanny.process.returncode is None for nanny in nannies))

    def close(self) -> None:
        if hasattr(self, "client"):
            self.client.close(timeout=CLOSE_SECONDS)
        if self._own is not None:
            family = _family_of(self._own)
            try:
                self._own.close(timeout=CLOSE_SECONDS)
            except TimeoutError:
                logger.warning("the scheduler does not answer; ending its processes")
            finally:
                end(family)


def _start_processes() -> Any:
    """Start a scheduler and workers; they end with this process, even if it is killed."""
    os.environ["DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES"] = "0"
    os.environ["DASK_DISTRIBUTED__ADMIN__LOW_LEVEL_LOG_LENGTH"] = "1000"
    os.environ["DASK_DISTRIBUTED__WORKER__MEMORY__PAUSE"] = "False"  # one that waits for memory may wait for ever
    os.environ.setdefault("DASK_LOGGING__DISTRIBUTED", "warning")  # what goes well is no news on the terminal
    _make_importable()
    return SubprocessCluster(
        n_workers=int(os.environ.get("LSTM_VIZ_WORKERS", "1")),
        threads_per_worker=1,
        dashboard_address=None,
        scheduler_kwargs={"preload": [WATCHDOG]},
        worker_kwargs={
            "memory_limit": os.environ.get("LSTM_VIZ_WORKER_MEMORY", "4GiB"),
            "preload": [SETUP, WATCHDOG],
            "preload_nanny": [WATCHDOG],
        },
    )


def _family_of(cluster: Any) -> list[psutil.Process]:
    family = []
    for member in (cluster.scheduler, *cluster.workers.values()):
        with suppress(psutil.NoSuchProcess, AttributeError):  # a member that never started has no process
            process = psutil.Process(member.process.pid)
            family += [process, *process.children(recursive=True)]
    return family


def end(processes: list[psutil.Process]) -> None:
    """Kill what still runs."""
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.kill()


def _make_importable() -> None:
    root = str(ROOT)
    paths = [path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path]
    if root not in paths:
        os.environ["PYTHONPATH"] = os.pathsep.join([root, *paths])
    if root not in sys.path:
        sys.path.insert(0, root)


class _Tenant(Protocol):
    """A service that sends tasks, and names those that have been sent and have not ended."""

    leases: Leases

    def tickets(self) -> list[str]: ...


class Dispatcher:
    """Share one cluster and its threads (one sends, one asks to stop, one writes) between all services of this process.

    The queue is Dask's; `line` only remembers who stands in it, in the order of asking. All that workers report comes under
    one topic, since Dask keeps every topic that it ever heard of, and what was reported under it.
    """

    def __init__(self) -> None:
        self._cluster: _Cluster | None = None
        self._tenants: list[_Tenant] = []
        self._line: dict[str, None] = {}
        self._topic = f"lstm-viz-progress-{secrets.token_hex(8)}"
        self._listeners: dict[str, _Listener] = {}
        self._futures: dict[str, Future] = {}
        self._sender = ThreadPoolExecutor(1, thread_name_prefix="run-sender")
        self._asker = ThreadPoolExecutor(1, thread_name_prefix="run-stopper")
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="run-writer")
        self._connecting = threading.Lock()
        self.closed = False

    @property
    def ready(self) -> bool:
        """Whether a worker process can be reached now."""
        return self._cluster is not None and self._cluster.has_workers

    def join(self, tenant: _Tenant) -> None:
        """Make a service known, so that its tasks end when the cluster is closed."""
        self._tenants.append(tenant)

    def connected(self) -> _Cluster:
        """Return the cluster; start it, or start it again, where there is none."""
        with self._connecting:
            if self.closed:
                raise TrainingUnavailable("The server is shutting down. Try again in a moment.")
            if self._cluster and not self._cluster.can_train:
                self._give_up(self._cluster)
            if self._cluster is None:
                self._cluster = _Cluster()
                self._cluster.client.subscribe_topic(self._topic, self._hear)
                threading.Thread(target=self._watch, args=(self._cluster,), daemon=True, name="cluster-watch").start()
            return self._cluster

    def _watch(self, cluster: _Cluster) -> None:
        """Look after a cluster while it is in use; one that can train no more is replaced, or tasks would wait for ever."""
        while cluster.can_train:
            time.sleep(WATCH_EVERY)
        if not self.closed and self._cluster is cluster:
            _do_or_log(self.connected)

    def _give_up(self, cluster: _Cluster) -> None:
        """Cancel all tasks of a cluster, and end what is left of it."""
        logger.error("the cluster can train no more; starting another one")
        for future in list(self._futures.values()):
            future.cancel()
        cluster.close()
        self._cluster = None

    def close(self) -> None:
        """End the worker processes; what trains now is taken up from its checkpoint at the next start."""
        self.closed = True
        with self._connecting:
            if self._cluster:
                self._interrupt(self._cluster)
                self._cluster.close()
                self._cluster = None
        for executor in (self._sender, self._asker):
            executor.shutdown(wait=False, cancel_futures=True)
        self._writer.shutdown(cancel_futures=True)
        for tenant in self._tenants:
            tenant.leases.release_all()

    def _interrupt(self, cluster: _Cluster) -> None:
        """End the tasks that train, so that their processes need not be killed; nobody listens to what they return."""
        if not cluster.connected:
            return
        tickets = [ticket for tenant in self._tenants for ticket in tenant.tickets()]
        wait([self._asker.submit(_ask_to_stop, cluster.client, each) for each in tickets], CLOSE_SECONDS)

    def free_workers(self) -> int:
        """Count the worker processes that have nothing to do."""
        return sum(not tasks for tasks in self.connected().client.processing().values())

    def enter(self, key: str) -> None:
        """Stand in line."""
        self._line[key] = None

    def leave(self, key: str) -> None:
        """Go out of the line."""
        self._line.pop(key, None)

    def ahead_of(self, key: str) -> int:
        """Count who waits or trains before this one."""
        line = list(self._line)
        return line.index(key) if key in line else 0

    def send_later(self, action: Callable[..., None], *arguments: Any) -> None:
        """Do what may take a while, such as starting the cluster, in the thread that sends."""
        self._sender.submit(action, *arguments)

    def send(
        self, task: Callable[..., Any], job: object, ticket: str, report: _Listener, end: Callable[[Future], None]
    ) -> Future:
        """Give a task to the cluster.

        Args:
            task: is called in a worker process with `job`, `ticket` and the topic under which it is to report.
            report, end: are called in the thread that writes, with each message of the worker, and with the future at the
                end; after that the future is of no more use.
        """
        client = self.connected().client
        self._listeners[ticket] = report
        future = client.submit(task, job, ticket, self._topic, key=f"train-{ticket}", pure=False, retries=0)
        self._futures[ticket] = future
        future.add_done_callback(lambda future: self.write(self._end, ticket, future, end))
        return future

    def _hear(self, event: tuple[float, dict[str, Any]]) -> None:
        """Take what a worker reported, with the time at which the scheduler heard it."""
        self.write(self._pass_on, event[1])

    def _pass_on(self, message: dict[str, Any]) -> None:
        report = self._listeners.get(message["ticket"])
        if report:
            report(message)

    def _end(self, ticket: str, future: Future, end: Callable[[Future], None]) -> None:
        try:
            end(future)
        finally:
            self._forget(ticket, future)

    def write(self, action: Callable[..., None], *arguments: Any) -> None:
        """Do something in the thread that writes."""
        if not self.closed:
            self._writer.submit(_do_or_log, action, *arguments)

    def halt(self, ticket: str, future: Future | None, has_begun: bool) -> None:
        """Ask a task to end; one that nobody knows to have begun is taken out of the queue as well.

        One that has just begun is cancelled in vain, so it must hear of it all the same. One that was not sent is let be.
        Returns at once, though the scheduler may not answer.
        """
        if future is not None and not self.closed:
            self._asker.submit(_do_or_log, _halt, ticket, future, has_begun)

    def newest_checkpoint(self, ticket: str) -> Any:
        """Fetch what a task last handed over."""
        client = self._futures[ticket].client
        return Variable(checkpoint_name(ticket), client=client).get(timeout=CONNECT_SECONDS)

    def _forget(self, ticket: str, future: Future) -> None:
        """Keep nothing of a task that has ended: Dask would run it again if its result died with the worker."""
        self._listeners.pop(ticket, None)
        self._futures.pop(ticket, None)
        if str(future.client.status) == "running":
            future.release()
            Variable(checkpoint_name(ticket), client=future.client).delete()


def _do_or_log(action: Callable[..., Any], *arguments: Any) -> None:
    try:
        action(*arguments)
    except Exception:
        logger.exception("a step of the dispatcher failed")


def _halt(ticket: str, future: Future, has_begun: bool) -> None:
    _ask_to_stop(future.client, ticket)
    if not has_begun and not future.done():
        future.cancel()


def _ask_to_stop(client: Client, ticket: str) -> None:
    """Set the event that a task asks for, as soon as its scheduler answers; a task goes with its cluster."""
    while str(client.status) == "running":
        with suppress(TimeoutError):  # a client that is closed meanwhile never answers
            client.sync(client.scheduler.event_set, name=stop_name(ticket), callback_timeout=ANSWER_SECONDS)
            return


def is_lost(future: Future) -> bool:
    """Return whether a task ended without an answer: with its worker, with the cluster, or because it was cancelled."""
    return future.status == "cancelled" or (future.status == "error" and isinstance(future.exception(), KilledWorker))


def what_failed(name: str, error: BaseException | None, lost: str) -> tuple[Failure, str]:
    """Return the status and a sentence for a task that raised an error, or None where it was cancelled or lost."""
    if error is None or isinstance(error, KilledWorker):
        return "interrupted", lost
    if isinstance(error, LSTMVizError):
        return "failed", str(error)
    logger.error("%s failed", name, exc_info=error)
    return "failed", OUR_FAULT

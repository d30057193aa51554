"""The worker processes: our own, started with the app, or any Dask cluster that already runs."""

import logging
import os
import sys
from contextlib import suppress
from typing import Any

import psutil
from distributed import Client
from distributed.deploy.subprocess import SubprocessCluster

from lstm_viz.errors import TrainingUnavailable
from lstm_viz.paths import ROOT

SETUP = "lstm_viz.runs.worker"
WATCHDOG = "lstm_viz.runs.watchdog"
CONNECT_SECONDS = 30
CLOSE_SECONDS = 5
ANSWER_SECONDS = 2

logger = logging.getLogger(__name__)


class Cluster:
    """A connection to worker processes, and the processes too where they are our own.

    With `LSTM_VIZ_SCHEDULER=tcp://…` an existing cluster is used. Otherwise a scheduler and `LSTM_VIZ_WORKERS` (1) workers
    are started as clean processes, each limited to `LSTM_VIZ_WORKER_MEMORY` (4 GiB). Dask's nanny restarts a worker that
    died; a task that a dead worker had is given back as failed, not run again behind the user's back.

    Raises:
        TrainingUnavailable: nothing answers.
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
        """Whether the scheduler can be reached."""
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
        barren = self._own is not None and all(
            nanny.process.returncode is not None for nanny in self._own.workers.values()
        )
        return self.connected and not barren

    def close(self) -> None:
        """Close the connection and end our own processes."""
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

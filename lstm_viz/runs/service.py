"""Forecasts: the service that trains them."""

import threading
from collections.abc import Callable
from typing import Any, TypeVar

from lstm_viz.forecasting.forecast import Others
from lstm_viz.runs.dispatch import Dispatcher
from lstm_viz.runs.epoch_service import EpochService
from lstm_viz.runs.job import TrainingJob, TrainingResult
from lstm_viz.runs.records import RunView
from lstm_viz.runs.store import RunStore, UploadStore, data_directory
from lstm_viz.runs.worker import train_in_worker

Service = TypeVar("Service")


class TrainingService(EpochService[RunStore, TrainingResult]):
    """Train forecasters in worker processes.

    Args:
        uploads: the files that people brought.
        dispatcher: the way to the worker processes; other services may share it.
    """

    def __init__(self, store: RunStore, uploads: UploadStore, dispatcher: Dispatcher | None = None) -> None:
        super().__init__(store, dispatcher or Dispatcher())
        self.uploads = uploads

    def view(self, key: str) -> RunView:
        """Show a run as it is now.

        Raises:
            RunNotFound: there is no such run.
            RunError: its folder is damaged.
        """
        now, store = self.progress(key), self.store
        told = (None, Others()) if now.state.active else (store.forecast(key), store.others(key))
        company = store.company(key)
        return RunView(
            key, store.spec(key), now.state, now.history, store.series(key), told[0], now.ahead, company, told[1]
        )

    def task_of(self, key: str, more_epochs: int) -> tuple[Callable[..., TrainingResult], TrainingJob]:
        """Give what a worker does for a run, and the job that it gets."""
        store = self.store
        return train_in_worker, TrainingJob(
            store.series(key), store.spec(key).config, store.checkpoint(key), more_epochs, store.company(key)
        )

    def keep(self, key: str, result: TrainingResult) -> None:
        """Write down forecast, model and recipe, where training came so far."""
        if result.forecast is None or result.weights is None or result.recipe is None:
            return
        self.store.write_result(key, result.weights, result.recipe, result.forecast)
        if self.store.company(key) is not None:
            self.store.write_others(key, result.others)


_services: dict[type, Any] = {}
_services_lock = threading.RLock()


def only_service(kind: type[Service], make: Callable[[], Service]) -> Service:
    """Give the service of a kind of this process; the first call makes it."""
    with _services_lock:
        if kind not in _services:
            _services[kind] = make()
        service: Service = _services[kind]
        return service


def training_service() -> TrainingService:
    """Give the service of this process; the first call makes it, without starting worker processes yet."""
    data = data_directory()
    return only_service(
        TrainingService, lambda: TrainingService(RunStore(data / "runs"), UploadStore(data / "uploads"))
    )


def discard_service() -> None:
    """Close the services of this process; the next call of `training_service` makes a new one."""
    with _services_lock:
        service = _services.get(TrainingService)
        _services.clear()
    if service is not None:
        service.close()

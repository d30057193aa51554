"""Forecasts: the service that trains them."""

import threading
from collections.abc import Callable

from lstm_viz.forecasting.forecast import Others
from lstm_viz.runs.dispatch import Dispatcher
from lstm_viz.runs.epoch_service import EpochService
from lstm_viz.runs.job import TrainingJob, TrainingResult
from lstm_viz.runs.records import RunView
from lstm_viz.runs.store import RunStore, UploadStore, data_directory
from lstm_viz.runs.worker import train_in_worker


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

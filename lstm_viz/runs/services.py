"""The services that train forecasts and classifiers."""

import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from lstm_viz.classifying.config import ClassifyConfig
from lstm_viz.classifying.files import NamedFile, Opened, open_files
from lstm_viz.forecasting.forecast import Others
from lstm_viz.runs.cluster import Dispatcher
from lstm_viz.runs.epoch_service import EpochService
from lstm_viz.runs.epoch_store import ClassifyStore, ClassifyView, LabelledSource
from lstm_viz.runs.folders import ByteCache
from lstm_viz.runs.forecast_store import RunStore, UploadStore, data_directory
from lstm_viz.runs.jobs import ClassifyJob, ClassifyResult, TrainingJob, TrainingResult
from lstm_viz.runs.records import RunView
from lstm_viz.runs.worker import classify_in_worker, train_in_worker
from lstm_viz.sequences.labelled.digits import digits
from lstm_viz.sequences.labelled.labelled_sequences import LabelledSequences, Split, split_for_training
from lstm_viz.sequences.labelled.mnist import load_mnist
from lstm_viz.sequences.labelled.table_layout import LabelledReading

SPLIT_SEED = 0

Service = TypeVar("Service")
_services: dict[type, Any] = {}
_services_lock = threading.RLock()


class TrainingService(EpochService[RunStore, TrainingResult]):
    """Train forecasters in worker processes."""

    def __init__(self, store: RunStore, uploads: UploadStore, dispatcher: Dispatcher | None = None) -> None:
        super().__init__(store, dispatcher or Dispatcher())
        self.uploads = uploads

    def view(self, key: str) -> RunView:
        """Show a run as it is now."""
        now, store = self.progress(key), self.store
        forecast, others = (None, Others()) if now.state.active else (store.forecast(key), store.others(key))
        spec, series, group = store.spec(key), store.series(key), store.group(key)
        return RunView(key, spec, now.state, now.history, series, forecast, now.ahead, group, others)

    def task_of(self, key: str, more_epochs: int) -> tuple[Callable[..., TrainingResult], TrainingJob]:
        """Return what a worker does for a run, and the job that it gets."""
        store = self.store
        config, checkpoint, group = store.spec(key).config, store.checkpoint(key), store.group(key)
        return train_in_worker, TrainingJob(store.series(key), config, checkpoint, more_epochs, group)

    def keep(self, key: str, result: TrainingResult) -> None:
        """Write down forecast, model and recipe, where training came so far."""
        if result.forecast is None or result.weights is None or result.recipe is None:
            return
        self.store.write_result(key, result.weights, result.recipe, result.forecast)
        if self.store.group(key) is not None:
            self.store.write_others(key, result.others)


def only_service(kind: type[Service], make: Callable[[], Service]) -> Service:
    """Return the service of a kind of this process; the first call makes it."""
    with _services_lock:
        if kind not in _services:
            _services[kind] = make()
        service: Service = _services[kind]
        return service


def training_service() -> TrainingService:
    """Return the service of this process; the first call makes it, without starting worker processes yet."""
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


class LabelledLibrary:
    """Open what ships, what was downloaded (the folder `mnist`), and what people brought.

    The same files give the same split, whatever the seed of a training, so that accuracies can be compared.
    """

    def __init__(self, uploads: UploadStore, mnist: Path) -> None:
        self.uploads, self.mnist = uploads, mnist
        self._opened: ByteCache[Opened] = ByteCache(lambda opened: bytes_of(opened.train, opened.test))
        self._splits: ByteCache[Split] = ByteCache(lambda split: bytes_of(split.train, split.validation, split.test))

    def add(self, files: Sequence[NamedFile]) -> LabelledSource:
        """Read files and store them; those that cannot be used are refused."""
        opened = open_files(files)
        keys = tuple(self.uploads.add(name, data) for name, data in files)
        source = LabelledSource("files", keys, " + ".join(name for name, _ in files))
        self._opened.get((source, ()), lambda: opened)
        return source

    def open(self, source: LabelledSource, choices: Mapping[str, str]) -> Opened:
        """Read all sequences of a source.

        Args:
            choices: of `layout`, `label`, `unique_id` and `step`; what is left out is found by evidence.

        Raises `LSTMVizError` where it cannot be read, or is gone.
        """
        self._use(source)
        key = source, tuple(sorted(choices.items()))
        return self._opened.get(key, lambda: self._open(source, choices))

    def split(self, source: LabelledSource, choices: Mapping[str, str], config: ClassifyConfig) -> Split:
        """Return the parts to train on, to stop by and to test with; too few examples are refused."""
        self._use(source)
        share = config.validation_share

        def make() -> Split:
            opened = self.open(source, choices)
            return split_for_training(opened.train, SPLIT_SEED, opened.test, validation_share=share)

        return self._splits.get((source, tuple(sorted(choices.items())), share), make)

    def forget(self) -> None:
        """Forget what was opened, so that it is read again."""
        self._opened.clear()
        self._splits.clear()

    def _use(self, source: LabelledSource) -> None:
        for key in source.keys:  # what is remembered here is not read again
            self.uploads.folders.use(key)

    def _open(self, source: LabelledSource, choices: Mapping[str, str]) -> Opened:
        if source.kind == "digits":
            return Opened(*digits())
        if source.kind == "mnist":
            return Opened(*load_mnist(self.mnist))
        return open_files([self.uploads.get(key) for key in source.keys], LabelledReading(**dict(choices)))  # type: ignore[arg-type]


def bytes_of(*parts: LabelledSequences | None) -> int:
    """Return how much memory sequences take."""
    return sum(part.values.nbytes + part.starts.nbytes + part.labels.nbytes for part in parts if part is not None)


class ClassifyService(EpochService[ClassifyStore, ClassifyResult]):
    """Train classifiers in worker processes."""

    stopped_early = (
        "Stopped in the middle of the first epoch: what is shown comes from the weights as they were at that moment."
    )

    def __init__(self, store: ClassifyStore, library: LabelledLibrary, dispatcher: Dispatcher) -> None:
        super().__init__(store, dispatcher)
        self.library = library

    def view(self, key: str) -> ClassifyView:
        """Show a classifier as it is now."""
        now = self.progress(key)
        results = None if now.state.active else self.store.results(key)
        return ClassifyView(key, self.store.spec(key), now.state, now.history, now.parts, results, now.ahead)

    def task_of(self, key: str, more_epochs: int) -> tuple[Callable[..., ClassifyResult], ClassifyJob]:
        """Return what a worker does for a classifier, and the job that it gets."""
        spec = self.store.spec(key)
        split = self.library.split(spec.source, spec.choices, spec.config)
        return classify_in_worker, ClassifyJob(split, spec.config, self.store.checkpoint(key), more_epochs)

    def keep(self, key: str, result: ClassifyResult) -> None:
        """Write down model and answers, where training came so far."""
        if result.weights is not None and result.results is not None:
            self.store.write_result(key, result.weights, result.results)


def classify_service() -> ClassifyService:
    """Return the service of this process; it shares the worker processes of `training_service`, and ends with it."""
    forecasts, data = training_service(), data_directory()

    def make() -> ClassifyService:
        library = LabelledLibrary(forecasts.uploads, data / "mnist")
        return ClassifyService(ClassifyStore(data / "classifiers"), library, forecasts.dispatcher)

    return only_service(ClassifyService, make)

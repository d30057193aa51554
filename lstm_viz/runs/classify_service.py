"""Classifiers: the service that trains them."""

from collections.abc import Callable

from lstm_viz.runs.classify_data import LabelledLibrary
from lstm_viz.runs.classify_job import ClassifyJob, ClassifyResult
from lstm_viz.runs.classify_store import ClassifyStore, ClassifyView
from lstm_viz.runs.dispatch import Dispatcher
from lstm_viz.runs.epoch_service import EpochService
from lstm_viz.runs.service import only_service, training_service
from lstm_viz.runs.store import data_directory
from lstm_viz.runs.worker import classify_in_worker


class ClassifyService(EpochService[ClassifyStore, ClassifyResult]):
    """Train classifiers in worker processes.

    Args:
        library: opens the labelled sequences that a classifier learns from.
    """

    stopped_early = (
        "Stopped in the middle of the first epoch: what is shown comes from the weights as they were at that moment."
    )

    def __init__(self, store: ClassifyStore, library: LabelledLibrary, dispatcher: Dispatcher) -> None:
        super().__init__(store, dispatcher)
        self.library = library

    def view(self, key: str) -> ClassifyView:
        """Show a classifier as it is now.

        Raises:
            RunNotFound: there is no such classifier.
            RunError: its folder is damaged.
        """
        now = self.progress(key)
        results = None if now.state.active else self.store.results(key)
        return ClassifyView(key, self.store.spec(key), now.state, now.history, now.parts, results, now.ahead)

    def task_of(self, key: str, more_epochs: int) -> tuple[Callable[..., ClassifyResult], ClassifyJob]:
        """Give what a worker does for a classifier, and the job that it gets."""
        spec = self.store.spec(key)
        split = self.library.split(spec.source, spec.choices, spec.config)
        return classify_in_worker, ClassifyJob(split, spec.config, self.store.checkpoint(key), more_epochs)

    def keep(self, key: str, result: ClassifyResult) -> None:
        """Write down model and answers, where training came so far."""
        if result.weights is not None and result.results is not None:
            self.store.write_result(key, result.weights, result.results)


def classify_service() -> ClassifyService:
    """Give the service of this process; it shares the worker processes with `training_service`, and ends with it."""
    forecasts = training_service()

    def make() -> ClassifyService:
        folder = data_directory()
        library = LabelledLibrary(forecasts.uploads, folder / "mnist")
        return ClassifyService(ClassifyStore(folder / "classifiers"), library, forecasts.dispatcher)

    return only_service(ClassifyService, make)

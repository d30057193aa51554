"""Classifiers in a real worker process: progress, a stop in the first epoch, going on, and looking into what was learned."""

from dataclasses import replace

import numpy as np
import pytest

from lstm_viz.classifying.config import ClassifyConfig, suggest_config
from lstm_viz.errors import LSTMVizError, RunNotFound
from lstm_viz.runs import opened
from lstm_viz.runs.cluster import Dispatcher
from lstm_viz.runs.epoch_store import ClassifySpec, ClassifyStore, LabelledSource
from lstm_viz.runs.forecast_store import UploadStore
from lstm_viz.runs.jobs import ClassifyJob, classify
from lstm_viz.runs.opened import open_classifier, read_example, read_picture
from lstm_viz.runs.services import ClassifyService, LabelledLibrary
from lstm_viz.runs.worker import Silence
from tests.runs.waiting import ended, wait_until

pytestmark = pytest.mark.slow

DIGITS = LabelledSource("digits", name="Digits")


class Patient(Silence):
    """Let training go to its end."""

    def should_stop(self):
        return False


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    library = LabelledLibrary(UploadStore(folder / "uploads"), folder / "mnist")
    service = ClassifyService(ClassifyStore(folder / "classifiers"), library, Dispatcher())
    service.start()
    wait_until(lambda: service.ready)
    yield service
    service.close()


def config_of(**training) -> ClassifyConfig:
    config = suggest_config(1348, 8)
    return replace(config, sizes=(16,), training=replace(config.training, **training))


def new(service, config: ClassifyConfig, source: LabelledSource = DIGITS, **choices: str) -> str:
    split = service.library.split(source, choices, config)
    examples = (len(split.train), len(split.validation), len(split.test))
    size, steps = split.train.input_size, int(split.train.lengths.max())
    classes = split.train.classes
    return service.store.create(
        ClassifySpec(source, config, "2026-01-01", classes, examples, size, steps, 0.1, split.train.picture, choices)
    )


def test_worker_gives_the_same_numbers_as_this_process(service):
    config = config_of(epochs=4)
    key = new(service, config)
    service.submit(key)
    view = ended(service, key)
    here = classify(ClassifyJob(service.library.split(DIGITS, {}, config), config), Patient())
    assert view.state.status == "finished"
    assert [replace(r, seconds=0) for r in view.history] == [replace(r, seconds=0) for r in here.history]
    assert service.store.weights(key) == here.weights
    assert view.results.accuracy > view.spec.majority
    assert view.history[-1].validation_accuracy > 0.3


def test_long_epochs_tell_their_parts_and_a_stop_in_the_first_one_keeps_what_was_learned(service):
    key = new(service, config_of(epochs=50, batch_size=1))
    service.submit(key)
    wait_until(lambda: len(service.view(key).parts) >= 2)
    service.stop(key)
    stopped = ended(service, key)
    assert stopped.state.status == "stopped"
    assert stopped.epoch == 0
    assert "middle of the first epoch" in stopped.state.message
    assert stopped.results is not None
    assert [part.update for part in stopped.parts] == [100 * n for n in range(1, len(stopped.parts) + 1)]
    assert all(0 <= part.train_accuracy <= 1 for part in stopped.parts)


def test_train_further_goes_on_from_the_last_epoch(service):
    key = new(service, config_of(epochs=2))
    service.submit(key)
    first = ended(service, key)
    service.submit(key, more_epochs=2)
    further = ended(service, key)
    assert [record.epoch for record in further.history] == [1, 2, 3, 4]
    assert further.history[:2] == first.history


def test_files_that_were_brought_are_learned_and_missed_when_they_are_gone(service):
    rows = b"label,a,b,c\n" + b"".join(
        b"%s,%d,%d,%d\n" % (b"up" if n % 2 else b"down", *([n, n + 5, n + 9][:: 1 if n % 2 else -1])) for n in range(60)
    )
    upload = service.library.uploads.add("lines.csv", rows)
    source = LabelledSource("files", (upload,), "lines.csv")
    key = new(service, config_of(epochs=10, batch_size=8), source, layout="series")
    service.submit(key)
    view = ended(service, key)
    assert view.spec.classes == ("down", "up")
    assert view.results.accuracy == 1
    service.library.uploads.folders.remove(upload)
    fresh = LabelledLibrary(service.library.uploads, service.library.mnist)
    with pytest.raises(RunNotFound):
        fresh.split(source, {"layout": "series"}, view.spec.config)
    assert service.view(key).results.accuracy == 1, "what was found stays"


def test_a_trained_classifier_reads_examples_and_drawings(service, monkeypatch):
    monkeypatch.setattr(opened, "classify_service", lambda: service)
    key = new(service, config_of(epochs=6))
    with pytest.raises(LSTMVizError, match="no model yet"):
        open_classifier(key)
    service.submit(key)
    view = ended(service, key)
    classifier = open_classifier(key)
    reading = read_example(classifier, 7)
    assert reading.values.shape == (8, 8)
    np.testing.assert_allclose(reading.probabilities[-1], view.results.probabilities[7], atol=1e-6)
    assert reading.label == view.results.labels[7]
    drawn = read_picture(classifier, reading.values)
    np.testing.assert_allclose(drawn.probabilities, reading.probabilities, atol=1e-6)
    assert drawn.label is None
    with pytest.raises(LSTMVizError, match="example"):
        read_example(classifier, 449)
    service.submit(key, more_epochs=1)
    ended(service, key)
    assert not np.array_equal(read_example(open_classifier(key), 7).probabilities, reading.probabilities)

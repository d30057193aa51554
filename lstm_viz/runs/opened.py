"""Finished models in use: a classifier, a network of a race, and one whose weights were uploaded."""

from dataclasses import dataclass

import numpy as np
from safetensors.torch import load

from lstm_viz.classifying.experiment import probabilities_so_far
from lstm_viz.errors import RunError, RunNotFound, SettingsError
from lstm_viz.racing.race import restore_racer
from lstm_viz.recurrent.layers import bytes_of_weights
from lstm_viz.recurrent.models import SequenceModel, StackedModel, build_stack
from lstm_viz.recurrent.specification import Cell
from lstm_viz.runs.epoch_store import WEIGHTS
from lstm_viz.runs.folders import ByteCache
from lstm_viz.runs.race_service import race_service
from lstm_viz.runs.records import clean_name
from lstm_viz.runs.services import bytes_of, classify_service, training_service
from lstm_viz.sequences.labelled.labelled_sequences import LabelledSequences, Scaler, Split
from lstm_viz.weights.read_model import ForeignModel, UnknownSettings, read_foreign

MOST_ANSWERS = 60
GONE = (
    "These weights are not on this server: the address may be mistyped, or they are older than what is kept. Bring the file "
    "again, on the Anatomy page."
)


@dataclass(frozen=True, eq=False)
class UploadedState:
    """A model from elsewhere with the name of its file."""

    key: str
    name: str
    foreign: ForeignModel


def keep_state(name: str, data: bytes) -> str:
    """Read the bytes of a state, keep them and return their key; what cannot be read (`WeightsError`) is not kept."""
    read_foreign(data)
    return training_service().uploads.add(clean_name(name) or "weights", data)


def state_stored(key: str) -> int:
    """Return when a state was stored, in nanoseconds; `RunNotFound` where it is not here."""
    try:
        return training_service().uploads.folders.changed(key, "file")
    except RunNotFound as error:
        raise RunNotFound(GONE) from error


def open_state(key: str, unknown: UnknownSettings | None = None) -> UploadedState:
    """Open a state that was kept.

    Args:
        unknown: settings that the weights do not show, as somebody knows them.

    Raises `RunNotFound` where nothing is stored under the key; `WeightsError` where what is stored is no state.
    """
    settings = unknown or UnknownSettings()

    def read() -> UploadedState:
        name, data = training_service().uploads.get(key)
        return UploadedState(key, name, read_foreign(data, settings))

    return _states.get((key, state_stored(key), settings), read)


_states: ByteCache[UploadedState] = ByteCache(lambda state: bytes_of_weights(state.foreign.model))


def open_racer(key: str, cell: Cell) -> SequenceModel:
    """Open a network of a race as far as it has trained; one that has diverged, at its last checkpoint before.

    Raises `RunNotFound` where there is no such race; `RunError` where its folder is damaged.
    """
    store = race_service().store
    return restore_racer(store.config(key), cell, store.start(key, cell)).model


@dataclass(frozen=True, eq=False)
class Classifier:
    """A model, in evaluation mode, with the sequences that it was trained on and their scaler."""

    model: StackedModel
    scaler: Scaler
    split: Split


@dataclass(frozen=True, eq=False)
class Reading:
    """One sequence as a classifier reads it."""

    values: np.ndarray  # as they were read, (T, I)
    after: np.ndarray  # steps, counted from 1, after which it answers, (S,)
    probabilities: np.ndarray  # of each class, if the sequence had ended there, (S, C)
    label: int | None  # place of the right class; None where nobody knows


def open_classifier(key: str) -> Classifier:
    """Open a trained classifier.

    Raises:
        RunNotFound: there is no such run.
        RunError: it has no model yet.
        LSTMVizError: its data cannot be read any more.
    """
    changed = classify_service().store.folders.changed(key, WEIGHTS)
    return _classifiers.get((key, changed), lambda: _open_classifier(key))


_classifiers: ByteCache[Classifier] = ByteCache(
    lambda one: bytes_of_weights(one.model) + bytes_of(one.split.train, one.split.validation, one.split.test)
)


def _open_classifier(key: str) -> Classifier:
    service = classify_service()
    weights = service.store.weights(key)
    if weights is None:
        raise RunError("This classifier has no model yet. Let it train to its end, then look inside.")
    spec = service.store.spec(key)
    split = service.library.split(spec.source, spec.choices, spec.config)
    model = build_stack(spec.config.network(spec.input_size, len(spec.classes)), spec.config.training.seed)
    model.load_state_dict(load(weights))
    return Classifier(model.eval(), Scaler.fitted(split.train), split)


def read_example(classifier: Classifier, number: int) -> Reading:
    """Let a classifier read one of the test sequences; a number that there is not is refused."""
    test = classifier.split.test
    if not 0 <= number < len(test):
        raise SettingsError(f"`example` (={number}) must lie between 0 and {len(test) - 1}.")
    return _read_sequence(classifier, test.subset(np.array([number])), int(test.labels[number]))


def _read_sequence(classifier: Classifier, one: LabelledSequences, label: int | None) -> Reading:
    steps = int(one.lengths[0])
    after = np.unique(np.linspace(1, steps, min(steps, MOST_ANSWERS)).round().astype(np.int64))
    scaled = classifier.scaler.applied(one).sequence(0)
    return Reading(one.sequence(0), after, probabilities_so_far(classifier.model, scaled, after), label)


def read_picture(classifier: Classifier, grey: np.ndarray) -> Reading:
    """Let a classifier of pictures read a drawn one: rows of grey values from 0 (paper) to 1 (ink), (T, I)."""
    test = classifier.split.test
    values = (grey / test.scale).round().astype(test.values.dtype)
    starts, labels = np.array([0, len(values)]), np.zeros(1, dtype=np.int64)
    known = test.classes, test.features, "drawn", test.scale
    return _read_sequence(classifier, LabelledSequences(values, starts, labels, *known, picture=test.picture), None)

"""A trained classifier reading one of its test sequences."""

import numpy as np

from lstm_viz.errors import RunNotFound, SequenceError
from lstm_viz.runs.classify_model import Classifier, open_classifier
from lstm_viz.runs.classify_service import classify_service
from lstm_viz.runs.classify_store import ClassifySpec
from lstm_viz.sequences.labelled import LabelledSequences
from lstm_viz.stepping.request import CLASS, StepRequest
from lstm_viz.stepping.subject import Subject

GONE = (
    "This classifier is not on this server: the address may be mistyped, or the run is older than what is kept. Train it on "
    "the Classify page and open it from there."
)
HEARS = {"last": "", "mean": "the mean of ", "attention": "a weighted mean of "}


def spec_of_classifier(key: str) -> ClassifySpec:
    """Read what a classifier was asked to learn.

    Raises:
        RunNotFound: there is no such classifier.
    """
    store = classify_service().store
    try:
        store.folders.folder(key)  # what the store remembers outlives its folder
        return store.spec(key)
    except RunNotFound as error:
        raise RunNotFound(GONE) from error


def classifier_of(request: StepRequest) -> Classifier:
    """Open the classifier that is stepped.

    Raises:
        LSTMVizError: there is none, it has no model yet, or its data are gone.
    """
    key = request.source.removeprefix(CLASS)
    spec_of_classifier(key)
    try:
        return open_classifier(key)
    except RunNotFound as error:
        raise RunNotFound(
            "The sequences of this classifier are no longer on this server. Bring its file again, on the Classify page, and "
            "train anew."
        ) from error


def class_subject(request: StepRequest) -> Subject:
    """Let a classifier read a test sequence; its class is what is right, at whichever step the sequence might end.

    Raises:
        LSTMVizError: the classifier cannot be opened, or there is no test sequence of that number.
    """
    classifier = classifier_of(request)
    test = classifier.split.test
    number = _number_from(request.text, len(test))
    scaled = classifier.scaler.applied(test.subset(np.array([number]))).sequence(0)
    return Subject(
        classifier.model,
        scaled,
        step_labels(test, len(scaled)),
        outputs=test.classes,
        answers=((int(test.labels[number]),),) * len(scaled),
        asks="class",
        picture=test.sequence(number) if test.picture else None,
    )


def step_labels(data: LabelledSequences, steps: int) -> tuple[str, ...]:
    """Write what a step is."""
    return tuple(f"{'row' if data.picture else 'step'} {step}" for step in range(1, steps + 1))


def _number_from(text: str, count: int) -> int:
    """Read which test sequence is meant, counted from 0 as on the Classify page; the first where nothing is said.

    Raises:
        SequenceError: there is none of that number.
    """
    text = text.strip() or "0"
    if not (text.isascii() and text.isdecimal() and int(text[:9]) < count):
        raise SequenceError(f"There is no test sequence {text[:20]!r}. Use a whole number from 0 to {count - 1}.")
    return int(text)


def words_of_class(request: StepRequest) -> str:
    """Say what is read and what is asked.

    Raises:
        LSTMVizError: the classifier or the sequence cannot be opened.
    """
    classifier = classifier_of(request)
    test, config = classifier.split.test, classifier.model.config
    number = _number_from(request.text, len(test))
    step = "row" if test.picture else "step"
    words = f"Your classifier reads test sequence {number} of “{test.name}”, of class “{test.classes[test.labels[number]]}”."
    words += f" After each {step} it says which class it would name if the sequence ended there"
    if config.bidirectional:
        return words + (
            f": the beginning up to that {step} is read anew from both ends, so nothing can be changed inside. "
            "Shown is the direction that reads forward, over the whole sequence."
        )
    return (
        words + f", from {HEARS[config.pooling]}what its last layer shows{' so far' if HEARS[config.pooling] else ''}."
    )

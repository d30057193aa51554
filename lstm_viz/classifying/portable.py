"""Answers of a classifier as bytes: safetensors, so that nothing is ever unpickled."""

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load, save

from lstm_viz.classifying.results import Results, StepByStep
from lstm_viz.errors import RunError


def save_results(results: Results) -> bytes:
    """Write all but the names of the classes."""
    arrays = {
        "probabilities": results.probabilities,
        "labels": results.labels,
        "steps": results.early.steps,
        "accuracy": results.early.accuracy,
        "confidence": results.early.confidence,
    }
    data: bytes = save({name: np.ascontiguousarray(values) for name, values in arrays.items()})
    return data


def load_results(data: bytes, classes: tuple[str, ...]) -> Results:
    """Undo `save_results`.

    Raises:
        RunError: the bytes are no results of a classifier.
    """
    try:
        arrays = load(data)
        early = StepByStep(arrays["steps"], arrays["accuracy"], arrays["confidence"])
        return Results(arrays["probabilities"], arrays["labels"], classes, early)
    except (SafetensorError, KeyError, ValueError) as error:
        raise RunError("The stored answers cannot be read. Train this classifier again.") from error

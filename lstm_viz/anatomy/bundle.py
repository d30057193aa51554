"""A model as a zip to take home: code in three languages, the weights in both layouts, an example, and a short text."""

import io
import zipfile

import numpy as np
import torch
from safetensors.numpy import save

from lstm_viz.anatomy.blueprint import Config, blueprint_of
from lstm_viz.anatomy.code import Language, fill, source_of
from lstm_viz.anatomy.conversion import Arrays, Model, to_keras, torch_weights

FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # the same model gives the same bytes
EXAMPLE_STEPS = 12
LANGUAGES: tuple[Language, ...] = ("torch", "keras", "numpy")


def bundle(model: Model, example: np.ndarray | None = None) -> bytes:
    """Pack a model.

    Args:
        model: with its weights; it is left as it is.
        example: a batch to answer, (batch, steps, features) or token numbers (batch, steps); made up where None.

    Returns:
        A zip.
    """
    config = model.config
    example = _example_input(config) if example is None else example
    weights = torch_weights(model)
    files = {f"model_{language}.py": source_of(config, language).encode() for language in LANGUAGES}
    files |= {
        "weights.safetensors": save(weights),
        "weights_keras.npz": npz_of(to_keras(config, weights)),
        "example_input.npy": npy_of(example),
        "README.txt": _readme(model, example).encode(),
    }
    return packed(files)


def _example_input(config: Config) -> np.ndarray:
    """Make up a batch of two sequences, the same every time."""
    blueprint, rng = blueprint_of(config), np.random.default_rng(0)
    if blueprint.embedding == "none":
        return rng.normal(size=(2, EXAMPLE_STEPS, blueprint.stack.input_size)).astype(np.float32)
    return rng.integers(blueprint.vocabulary_size, size=(2, EXAMPLE_STEPS))


@torch.no_grad()
def answers_of(model: Model, batch: np.ndarray) -> np.ndarray:
    """Let a model answer a batch, as it does after training; it is left as it is."""
    training = model.training
    answers: np.ndarray = model.eval()(torch.from_numpy(batch)).numpy()
    model.train(training)
    return answers


def _readme(model: Model, example: np.ndarray) -> str:
    answers = answers_of(model, example)
    first = np.array2string(answers.reshape(-1, answers.shape[-1])[0, :6], precision=6)
    return fill("README.txt", model.config, example=example, answers=first)


def npy_of(array: np.ndarray) -> bytes:
    """Write one array as `.npy`."""
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


def npz_of(arrays: Arrays) -> bytes:
    """Write arrays as `.npz`, in their order."""
    return packed({f"{name}.npy": npy_of(array) for name, array in arrays.items()})


def packed(files: dict[str, bytes]) -> bytes:
    """Write a zip; the same files give the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, FIRST_DAY), data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()

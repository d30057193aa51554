"""Keras, for the tests that have it as their oracle."""

import os
import warnings
from types import ModuleType

import pytest


@pytest.fixture(scope="session")
def keras(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    """Keras 3 on torch, whatever this machine's own settings of Keras are; it takes seconds to import."""
    os.environ["KERAS_BACKEND"] = "torch"
    os.environ["KERAS_HOME"] = str(tmp_path_factory.mktemp("keras"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import keras

    assert keras.backend.backend() == "torch"
    return keras

"""Fixtures that many tests share: real series, real settings."""

import os
import warnings
from collections.abc import Callable
from dataclasses import replace
from types import ModuleType

import numpy as np
import pytest
import torch
from hypothesis import settings

from lstm_viz.forecasting.config import ForecastConfig, suggest_config
from lstm_viz.tables import Frequency, Series, load_sample, make_series

torch.set_num_threads(1)
settings.register_profile("no deadline", deadline=None)  # a busy machine is no defect: benchmarks measure speed
settings.load_profile("no deadline")

LONGEST_FIRST = (
    *("test_recovery", "test_journey", "test_screenshots", "test_data_page", "test_classify_page", "test_runs_page"),
    *("test_service", "test_experiment", "test_benchmarks", "test_races", "test_make_run"),
)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take minutes, so that no process ends alone with one of them."""
    places = {name: place for place, name in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: places.get(item.path.stem, len(places)))


@pytest.fixture(scope="session")
def airline() -> Series:
    """144 months of airline passengers."""
    return make_series(load_sample("airline_passengers"))


@pytest.fixture(scope="session")
def sine() -> Series:
    """Two hundred rows of a sine with a period of ten, without time."""
    steps = np.arange(200)
    frequency = Frequency("step", "rows", 1, "", "row")
    return Series("sine", None, steps, np.sin(2 * np.pi * steps / 10) + 3.0, frequency, ())


@pytest.fixture(scope="session")
def quick() -> Callable[..., ForecastConfig]:
    """Settings that train in well under a second, two networks and two origins: `quick(series, epochs=…, …)`."""

    def configure(series: Series, **training: object) -> ForecastConfig:
        config = suggest_config(len(series.y), series.frequency.season_length)
        training = {"epochs": 5, **training}
        return replace(config, hidden_size=8, members=2, origins=2, training=replace(config.training, **training))

    return configure


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

"""The pages without a browser, on a data directory of their own."""

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from lstm_viz.forecasting.config import ForecastConfig, suggest_config
from lstm_viz.runs.job import TrainingJob, TrainingResult, train
from lstm_viz.runs.records import RunSpec, RunState, Source
from lstm_viz.runs.service import discard_service, training_service
from lstm_viz.runs.worker import Silence
from lstm_viz.ui.navigation import ROOT

ROUTER = str(ROOT / "lstm_viz" / "ui" / "router.py")


class Patient(Silence):
    """Let training go to its end."""

    def should_stop(self):
        return False


@pytest.fixture(autouse=True)
def data_directory(tmp_path, monkeypatch):
    monkeypatch.setenv("LSTM_VIZ_DATA", str(tmp_path))
    discard_service()
    yield tmp_path
    discard_service()


@pytest.fixture
def open_page():
    def open_at(name, **parameters):
        """Open a page by its address, as the first one of a session."""
        app = AppTest.from_file(ROUTER, default_timeout=120)
        for key, value in parameters.items():
            app.query_params[key] = value
        return app.switch_page(str(ROOT / "pages" / f"{name}.py")).run()

    return open_at


@pytest.fixture
def finished_run(airline):
    """A run that was really trained, stored as a worker's would be."""
    return stored_run(airline)


@pytest.fixture
def deep_run(airline):
    """One with two layers."""
    return stored_run(airline, num_layers=2)


TRAINED: dict[tuple[bytes, ForecastConfig], TrainingResult] = {}


def trained(series, config):
    """Train once for all tests that store this run: a result is frozen, and what is stored are copies of it."""
    known = series.y.tobytes(), config
    if known not in TRAINED:
        TRAINED[known] = train(TrainingJob(series, config), Patient())
    return TRAINED[known]


def stored_run(series, **settings):
    config = replace(suggest_config(144, 12), hidden_size=8, **settings)
    config = replace(config, members=2, origins=2, training=replace(config.training, epochs=4))
    result = trained(series, config)
    store = training_service().store
    source = Source("sample", "airline_passengers", "Airline passengers")
    key = store.create(RunSpec(source, "month", "passengers", config, "2026-01-01T00:00:00+00:00"), series)
    store.write_history(key, result.history)
    store.write_checkpoint(key, result.checkpoint)
    store.write_result(key, result.weights, result.recipe, result.forecast)
    store.write_snapshots(key, result.snapshots)
    store.write_state(key, RunState("finished", 4))
    return key

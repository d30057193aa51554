"""The pages without a browser, on a data directory of their own."""

import sys
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from lstm_viz.forecasting.config import suggest_config
from lstm_viz.forecasting.series_group import SeriesGroup
from lstm_viz.paths import ROOT
from lstm_viz.runs.jobs import TrainingJob, TrainingResult, train
from lstm_viz.runs.records import RunSpec, RunState, Source
from lstm_viz.runs.services import discard_service, training_service
from lstm_viz.runs.worker import Silence
from lstm_viz.ui.shell.server import patch_requests
from tests.runs.waiting import HANGS

patch_requests()  # as app.py does
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


@pytest.fixture(autouse=True)
def nothing_is_cleared_behind_a_script(monkeypatch):
    """Streamlit clears Keras' session after every run of a script: a second each, once a test has imported it."""
    monkeypatch.delitem(sys.modules, "keras", raising=False)


@pytest.fixture
def upload(open_page):
    def open_file(name, data, is_open=False):
        app = open_page("forecast", data="nile")
        app.file_uploader[0].upload(name, data if isinstance(data, bytes) else data.encode()).run()
        return unfold(app) if is_open else app

    return open_file


def unfold(app):
    """Rerun with an open fold: a browser tells with each rerun that it is open, AppTest does not."""
    app.session_state[f"reading-{app.query_params['data']}"] = True
    return app.run()


@pytest.fixture
def open_page():
    def open_at(name, **parameters):
        """Open a page by its address, as the first one of a session."""
        app = AppTest.from_file(ROUTER, default_timeout=HANGS)
        for key, value in parameters.items():
            app.query_params[key] = value
        return app.switch_page(str(ROOT / "pages" / f"{name}.py")).run()

    return open_at


@pytest.fixture
def finished_run(airline):
    """A run that was really trained, stored as a worker's would be."""
    return stored_run(airline)


@pytest.fixture(scope="session")
def group_trained(airline):
    """Two series of one file, each learned alone: the first is watched."""
    parts = tuple(
        replace(airline, unique_id=name, y=factor * airline.y) for name, factor in {"a*b*": 1.0, "south": 3.0}.items()
    )
    config = replace(suggest_config(144, 12), hidden_size=4, members=1, origins=2, scope="each")
    config = replace(config, training=replace(config.training, epochs=2))
    group = SeriesGroup.of(parts, parts[0])
    return group, parts[0], config, train(TrainingJob(parts[0], config, group=group), Patient())


@pytest.fixture
def group_run(group_trained):
    """A run of several series of one file, stored as a worker's would be."""
    return stored_group(*group_trained)


@pytest.fixture(scope="session")
def global_trained(group_trained):
    """One network for two series."""
    group, series, config, _ = group_trained
    config = replace(config, scope="global", origins=1)
    return group, series, config, train(TrainingJob(series, config, group=group), Patient())


@pytest.fixture
def global_run(global_trained):
    """A run of one network for two series, stored as a worker's would be."""
    return stored_group(*global_trained)


def stored_group(group, series, config, result):
    store = training_service().store
    names = np.repeat(group.names, len(series.y))
    values = np.concatenate([series.y, group.others[1].y])
    table = pd.DataFrame({"place": names, "month": np.tile(series.ds, 2), "passengers": values})
    upload = training_service().uploads.add("places.csv", table.to_csv(index=False).encode())
    source = Source("upload", upload, "places.csv")
    choices = {"id": "place", "series": series.unique_id}
    spec = RunSpec(source, "month", "passengers", config, "2026-01-01T00:00:00+00:00", choices=choices)
    key = store.create(spec, series, group)
    store.write_history(key, result.history)
    store.write_result(key, result.weights, result.recipe, result.forecast)
    store.write_others(key, result.others)
    store.write_state(key, RunState("finished", 2))
    return key


@pytest.fixture
def deep_run(airline):
    """One with two layers."""
    return stored_run(airline, num_layers=2)


TRAINED: dict[tuple[Any, ...], TrainingResult] = {}


def trained(series, config):
    """Train once for all tests that store this run: a result is frozen, and what is stored are copies of it."""
    features = tuple((one.name, one.values.tobytes(), one.known) for one in series.features)
    known = series.y.tobytes(), features, config
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

"""A data directory of its own for tests that store something."""

import pytest

from lstm_viz.runs.services import discard_service


@pytest.fixture
def data_directory(tmp_path, monkeypatch):
    monkeypatch.setenv("LSTM_VIZ_DATA", str(tmp_path))
    discard_service()
    yield tmp_path
    discard_service()

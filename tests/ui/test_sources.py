"""Files after the first one are read as a person chose for it; what a class looks at is read once."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from lstm_viz.classifying.config import suggest_config
from lstm_viz.runs.epoch_store import LabelledSource
from lstm_viz.runs.forecast_store import UploadStore
from lstm_viz.runs.records import Source
from lstm_viz.runs.services import LabelledLibrary, discard_service, training_service
from lstm_viz.tables import Columns, Reading
from lstm_viz.ui.forecast.sources import findings_of, panel_of, read_as_chosen, read_source

CLASS = range(30)

AMBIGUOUS = b"day,visits\n01/02/2024,-999\n02/02/2024,5\n03/02/2024,7\n04/02/2024,6\n"


def test_what_was_chosen_for_the_first_file_holds_for_the_next():
    table = read_as_chosen(AMBIGUOUS, "next.csv", {"real": "-999", "order": "month-first"})
    assert table.reading.genuine == ("-999",)
    assert table.frame["visits"].iloc[0] == -999


def test_a_choice_that_the_next_file_cannot_follow_is_left_to_the_evidence():
    table = read_as_chosen(AMBIGUOUS, "next.csv", {"sep": "|", "header": "40"})
    assert list(table.frame.columns) == ["day", "visits"]


@pytest.fixture
def files_of_a_class(tmp_path, monkeypatch):
    """One file of each of thirty people."""
    monkeypatch.setenv("LSTM_VIZ_DATA", str(tmp_path))
    discard_service()
    days = pd.date_range("2024-01-01", periods=80).strftime("%Y-%m-%d")
    tables = [pd.DataFrame({"day": days, "visits": np.arange(80) % 7 + person}) for person in CLASS]
    uploads = training_service().uploads
    yield [Source("upload", uploads.add("own.csv", each.to_csv(index=False).encode()), "own.csv") for each in tables]
    discard_service()


@pytest.mark.slow
def test_files_of_a_whole_class_are_read_laid_out_and_checked_once_each(files_of_a_class):
    def look(source):
        table, panel = read_source(source), panel_of(source, Reading(), Columns())
        return table, panel, findings_of(panel.series[0], 7)

    first = [look(source) for source in files_of_a_class]
    for source, before in zip(files_of_a_class, first, strict=True):
        assert all(now is then for now, then in zip(look(source), before, strict=True))
    assert [panel.series[0].y[0] for _, panel, _ in first] == list(CLASS)
    other = panel_of(files_of_a_class[0], Reading(), Columns(time=""))
    assert other is not first[0][1]
    assert read_source(files_of_a_class[0], Reading(header=0)) is not first[0][0]


def test_labelled_files_of_a_whole_class_are_read_and_split_once_each(tmp_path):
    library = LabelledLibrary(UploadStore(tmp_path / "uploads"), tmp_path / "mnist")
    rows = [f"{'up' if row % 2 else 'down'},{row},{row + 1}" for row in range(60)]
    files = ["\n".join(["label,a,b", *rows, f"up,{person},9"]).encode() for person in CLASS]
    sources = [LabelledSource("files", (library.uploads.add("own.csv", each),), "own.csv") for each in files]
    config = suggest_config(61, 2)
    first = [(library.open(source, {}), library.split(source, {}, config)) for source in sources]
    for source, (opened, split) in zip(sources, first, strict=True):
        assert library.open(source, {}) is opened
        assert library.split(source, {}, config) is split
    other = replace(config, validation_share=0.3)
    assert library.split(sources[0], {}, other) is not first[0][1]

"""What is written about a run is what is read, in another process and another year."""

import json
import os
from dataclasses import asdict, replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_viz.errors import RunError, RunNotFound
from lstm_viz.forecasting.config import suggest_config
from lstm_viz.forecasting.forecast import Forecast
from lstm_viz.runs.epoch_store import LabelledSource
from lstm_viz.runs.forecast_store import RunStore, UploadStore, data_directory
from lstm_viz.runs.records import RunSpec, RunState, Source
from lstm_viz.runs.services import LabelledLibrary
from lstm_viz.tables import SAMPLES, Series, load_sample, make_series, read_table
from lstm_viz.training.config import EpochRecord

EPOCHS = [EpochRecord(n, 1.0 / n, None if n == 2 else 0.1 + 0.2, 0.01, 1e-40 * n, n / 3, n != 2) for n in range(1, 6)]


def spec_of(series: Series) -> RunSpec:
    config = suggest_config(len(series.y), series.frequency.season_length)
    config = replace(config, cell="gru", num_layers=2, training=replace(config.training, seed=7, schedule="step"))
    return RunSpec(
        Source("upload", "0" * 24, "größe 📈.csv"), series.time or "", series.name, config, "2026-11-21T08:00"
    )


def series_from(csv: str) -> Series:
    return make_series(read_table(csv.encode(), "x.csv"))


def gaps() -> Series:
    days = pd.date_range("2024-02-01", periods=60).strftime("%Y-%m-%d")
    return series_from("d,v\n" + "".join(f"{d},{'' if 20 < i < 25 else i % 7}\n" for i, d in enumerate(days)))


def before_1900() -> Series:
    return series_from("d,v\n" + "".join(f"{1650 + y}-01-01,{y % 7}\n" for y in range(60)))


def before_1677() -> Series:
    return series_from("d,v\n" + "".join(f"{1500 + y}-01-01,{y % 7}\n" for y in range(60)))


def milliseconds() -> Series:
    times = pd.date_range("2024-01-01", periods=60, freq="250ms").strftime("%Y-%m-%d %H:%M:%S.%f")
    return series_from("t,v\n" + "".join(f"{t},{i % 7}\n" for i, t in enumerate(times)))


def rows() -> Series:
    return series_from("v\n" + "".join(f"{i % 7}\n" for i in range(60)))


SERIES = {sample.key: lambda key=sample.key: make_series(load_sample(key)) for sample in SAMPLES} | {
    make.__name__: make for make in (gaps, before_1900, before_1677, milliseconds, rows)
}


@pytest.fixture
def store(tmp_path) -> RunStore:
    return RunStore(tmp_path)


@pytest.fixture
def key(store, airline) -> str:
    return store.create(spec_of(airline), airline)


@pytest.mark.parametrize("make", SERIES.values(), ids=SERIES)
def test_series_comes_back_as_it_was(make, tmp_path):
    series = make()
    key = RunStore(tmp_path).create(spec_of(series), series)
    read = RunStore(tmp_path).series(key)
    np.testing.assert_array_equal(read.y, series.y)
    np.testing.assert_array_equal(read.ds, series.ds)
    assert (read.ds.dtype, read.y.dtype) == (series.ds.dtype, series.y.dtype)
    assert (read.name, read.time, read.frequency) == (series.name, series.time, series.frequency)
    np.testing.assert_array_equal(read.future(5), series.future(5))


def test_hostile_names_come_back_as_they_were(tmp_path, airline):
    series = replace(airline, name='<b>$x_{"\\ \u202e', time="../../etc/passwd")
    key = RunStore(tmp_path).create(spec_of(series), series)
    read = RunStore(tmp_path).series(key)
    assert (read.name, read.time) == (series.name, series.time)
    assert RunStore(tmp_path).spec(key).target == series.name


def test_spec_comes_back_with_every_setting(store, airline, tmp_path):
    spec = spec_of(airline)
    assert RunStore(tmp_path).spec(store.create(spec, airline)) == spec


def test_a_new_run_waits_and_has_nothing_to_show(store, key, airline):
    assert store.state(key) == RunState("queued", spec_of(airline).config.training.epochs)
    assert (store.history(key), store.checkpoint(key), store.weights(key), store.forecast(key)) == (
        [],
        None,
        None,
        None,
    )


def test_state_comes_back_as_it_was(store, key):
    state = RunState("interrupted", 30, "The server stopped after epoch 3; “continue” works.", "Back-test", 7)
    store.write_state(key, state)
    assert store.state(key) == state


def test_epochs_are_added_and_replaced(store, key):
    store.append_history(key, EPOCHS[:2])
    store.append_history(key, EPOCHS[2:])
    assert store.history(key) == EPOCHS
    store.write_history(key, EPOCHS[:3])
    assert store.history(key) == EPOCHS[:3]


def test_a_history_is_read_once_for_each_time_that_it_was_written(store, key):
    store.append_history(key, EPOCHS)
    first = store.history(key)
    assert store.history(key)[0] is first[0]
    first.clear()
    assert store.history(key) == EPOCHS, "what somebody does with the answer changes no other"
    for _ in range(100):  # sooner than clocks of file systems tick
        store.write_history(key, EPOCHS[:1])
        assert len(store.history(key)) == 1
        store.append_history(key, EPOCHS[1:])
        assert len(store.history(key)) == 5


@pytest.mark.parametrize("kept", [0, 1, 40, 75])
def test_a_line_torn_by_a_crash_ends_the_history(store, key, kept):
    store.append_history(key, EPOCHS)
    path = store.folders.folder(key) / "history.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:-1]) + lines[-1][:kept])
    assert store.history(key) == EPOCHS[:-1]


def test_a_history_of_something_else_is_empty(store, key):
    for data in (b"\xff\xfe\n", b"[]\n", b"17\n", b'{"epoch": 1}\n', b"null\n"):
        store.folders.write(key, "history.jsonl", data)
        assert store.history(key) == []


def test_weights_and_checkpoints_come_back_to_the_byte(store, key):
    store.write_checkpoint(key, bytes(range(256)))
    store.write_checkpoint(key, b"newer")
    assert store.checkpoint(key) == b"newer"


def test_the_weights_along_training_come_back_to_the_byte(store, key):
    assert store.snapshots(key) is None, "of a run that has not ended, and of one from before they were kept"
    store.write_snapshots(key, bytes(range(256)))
    assert store.snapshots(key) == bytes(range(256))
    assert (store.folders.folder(key) / "path.safetensors").is_file()


def forecast_of(ds: np.ndarray) -> Forecast:
    y = np.array([1.5, np.nan, 1 / 3])
    heldout = pd.DataFrame(
        {"ds": ds[:3], "y": y, "model": y + 1, "naive": [1.0, 2, 3], "seasonal_naive": [1e-300, 1e300, 0]}
    )
    future = pd.DataFrame({"ds": ds[3:], "yhat": np.array([0.1 + 0.2, -1.0])})
    scores = pd.DataFrame(
        [[1.0, 2.0, 3.0, np.nan]] * 3, ["model", "naive", "seasonal_naive"], columns=["mae", "rmse", "smape", "mase"]
    )
    return Forecast(heldout, future, scores, "Better by 3%.", 4321)


STAMPS = {
    "days": np.arange("1850-02-27", "1850-03-04", dtype="datetime64[D]").astype("datetime64[us]"),
    "hours": np.arange("2024-02-28T22", "2024-02-29T03", dtype="datetime64[h]").astype("datetime64[us]"),
    "milliseconds": np.arange(5) * np.timedelta64(250, "ms") + np.datetime64("2024-01-01T00:00:00.000000"),
    "rows": np.arange(100, 105),
}


@pytest.mark.parametrize("ds", STAMPS.values(), ids=STAMPS)
def test_forecast_comes_back_with_every_digit_and_moment(ds, store, key):
    forecast = forecast_of(ds)
    store.write_result(key, b"weights", b"recipe", forecast)
    read = store.forecast(key)
    assert (store.weights(key), store.recipe(key)) == (b"weights", b"recipe")
    for name in ("heldout", "future", "scores"):
        pd.testing.assert_frame_equal(getattr(read, name), getattr(forecast, name), check_dtype=name != "heldout")
    assert (read.verdict, read.parameters) == (forecast.verdict, forecast.parameters)


def test_what_is_stored_is_json_that_any_program_reads(store, key):
    store.write_result(key, b"", b"", forecast_of(STAMPS["days"]))

    def refuse(name: str) -> None:
        raise AssertionError(f"{name} is not JSON")

    for path in store.folders.folder(key).glob("*.json"):
        json.loads(path.read_bytes(), parse_constant=refuse)


@pytest.mark.parametrize("file", ["run.json", "series.parquet", "series.json", "state.json"])
@pytest.mark.parametrize(
    "damage", [None, b"", b"{", b"[]", b"\xff\xfe\x00"], ids=["missing", "empty", "torn", "list", "bytes"]
)
def test_a_damaged_run_is_told_in_one_sentence(tmp_path, airline, file, damage):
    store = RunStore(tmp_path)
    key = store.create(spec_of(airline), airline)
    path = store.folders.folder(key) / file
    path.unlink()
    if damage is not None:
        path.write_bytes(damage)
    with pytest.raises(RunError, match="damaged") as caught:
        (store.spec(key), store.series(key), store.state(key))
    assert "\n" not in str(caught.value)
    assert key not in str(caught.value)


def test_a_damaged_forecast_is_told_in_one_sentence(store, key):
    store.folders.write(key, "forecast.json", b"{")
    with pytest.raises(RunError, match="damaged"):
        store.forecast(key)


def test_a_run_that_trains_is_never_removed(tmp_path, airline):
    store = RunStore(tmp_path, max_runs=2)
    active = [store.create(spec_of(airline), airline) for _ in range(3)]
    store.write_state(active[0], RunState("running", 10))
    ended = store.create(spec_of(airline), airline)
    store.write_state(ended, RunState("finished", 10))
    newest = store.create(spec_of(airline), airline)
    assert set(store.folders.keys()) == {*active, newest}


def test_a_run_whose_state_cannot_be_read_may_go(tmp_path, airline):
    store = RunStore(tmp_path, max_runs=1)
    for data in (b"", b"[]", b'{"owner": 3}'):
        key = store.create(spec_of(airline), airline)
        store.folders.write(key, "state.json", data)
        newest = store.create(spec_of(airline), airline)
        store.write_state(newest, replace(store.state(newest), status="finished"))
        assert store.folders.keys() == [newest]


def test_no_run_under_a_key_is_told_so(store):
    files = (store.history, store.forecast, store.weights, store.checkpoint, store.snapshots)
    for look in (store.spec, store.series, store.state, *files):
        for key in ("0" * 24, "../x", ""):
            with pytest.raises(RunNotFound):
                look(key)


@given(name=st.text(min_size=1, max_size=200), data=st.binary(max_size=2000))
def test_uploads_come_back_unchanged_whatever_their_name(name, data, tmp_path_factory):
    store = UploadStore(tmp_path_factory.getbasetemp() / "uploads")
    assert store.get(store.add(name, data)) == (name, data)


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "a\0b", "con.csv", "x" * 5000, "<b>.csv", "\n"])
def test_the_name_of_an_upload_is_never_a_path(name, tmp_path):
    store = UploadStore(tmp_path / "uploads")
    key = store.add(name, b"data")
    assert store.get(key) == (name, b"data")
    assert {path.name for path in tmp_path.rglob("*")} == {"uploads", key, "file", "name"}


def test_no_upload_under_a_key_is_told_so(tmp_path):
    with pytest.raises(RunNotFound):
        UploadStore(tmp_path).get("../x")


def test_uploads_that_are_shown_from_memory_are_kept_longest(tmp_path):
    uploads = UploadStore(tmp_path / "uploads")
    library = LabelledLibrary(uploads, tmp_path / "mnist")
    rows = b"label,a,b\n" + b"".join(b"%s,%d,%d\n" % (b"up" if n % 2 else b"down", n, -n) for n in range(60))
    shown, other = uploads.add("shown.csv", rows), uploads.add("other.csv", rows)
    source = LabelledSource("files", (shown,), "shown.csv")
    for _ in range(2):
        library.open(source, {"layout": "series"})
        os.utime(uploads.folders.folder(shown), (0, 0))
    library.open(source, {"layout": "series"})
    assert uploads.folders.keys() == [other, shown]


def test_the_place_of_all_data_can_be_chosen(monkeypatch, tmp_path):
    monkeypatch.setenv("LSTM_VIZ_DATA", str(tmp_path / "elsewhere"))
    assert data_directory() == tmp_path / "elsewhere"
    monkeypatch.delenv("LSTM_VIZ_DATA")
    assert data_directory().name == ".data"


def test_epoch_records_have_no_field_that_is_not_stored(store, key):
    store.append_history(key, EPOCHS)
    assert [asdict(record) for record in store.history(key)] == [asdict(record) for record in EPOCHS]

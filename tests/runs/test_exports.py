"""What a person takes home gives the same numbers without this program."""

import csv
import io
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lstm_viz.forecasting.config import suggest_config
from lstm_viz.forecasting.forecast import Forecast
from lstm_viz.forecasting.series_group import SeriesGroup
from lstm_viz.runs.archive import chart_html, forecast_csv, forecasts_csv, model_bundle, series_csv, stacked
from lstm_viz.runs.jobs import TrainingJob, TrainingResult, train
from lstm_viz.runs.records import RunSpec, RunState, RunView, Source
from lstm_viz.tables import Feature, Series, guarded, load_sample, make_panel, make_series, patterned, read_table
from lstm_viz.tables.columns.series_ids import ids_of, unguarded
from lstm_viz.training.config import EpochRecord


class Nobody:
    """Listens to nothing and stops nothing."""

    def begin(self, epoch: int, target_epochs: int) -> None: ...

    def epochs(self, records: list[EpochRecord]) -> None: ...

    def stage(self, name: str, number: int, count: int) -> None: ...

    def checkpoint(self, data: bytes) -> None: ...

    def should_stop(self) -> bool:
        return False


def trained(series: Series, group: SeriesGroup | None = None, **changes: object) -> tuple[RunView, TrainingResult]:
    config = suggest_config(len(series.y), series.frequency.season_length)
    config = replace(
        config, hidden_size=6, members=2, origins=1, **changes, training=replace(config.training, epochs=3)
    )
    result = train(TrainingJob(series, config, group=group), Nobody())
    spec = RunSpec(Source("upload", "0" * 24, "x.csv"), series.time or "", series.name, config, "2026-11-21T08:00")
    state = RunState("finished", config.training.epochs)
    return RunView("0" * 24, spec, state, tuple(result.history), series, result.forecast), result


def series_of(times: pd.Index, values: np.ndarray) -> Series:
    text = pd.DataFrame({"t": times.astype(str), "v": values}).to_csv(index=False)
    return make_series(read_table(text.encode(), "x.csv"))


def wave(rows: int) -> np.ndarray:
    return 20 + 5 * np.sin(np.arange(rows) * 2 * np.pi / 7) + np.arange(rows) % 3


def with_gaps() -> Series:
    """Gaps among the training rows, at the split, and in the newest rows."""
    values = wave(90)
    values[[3, 4, 30, 31, 32, 75, 76, 77, 78, 79, 80, 81, 82, 83, 84, 85, 88]] = np.nan
    return series_of(pd.date_range("2024-01-01", periods=90), values)


def with_columns() -> Series:
    """A column known in advance, beyond the end as well, and one of the past, both with gaps."""
    series, random = with_gaps(), np.random.default_rng(0)
    known, past = random.random(95), random.random(90)
    known[[5, 91]] = past[[7, 89]] = np.nan
    series = replace(series, y=series.y + 8 * np.nan_to_num(known[:90]))
    return replace(series, features=(Feature("holi,day", known, True), Feature("y", past, False)))


def of_pattern(alias: str) -> Series:
    begin = Series("v", "t", np.array(["2019-01-31"], dtype="datetime64[us]"), np.ones(1), patterned(alias))
    series = series_of(pd.Index(begin.future(80)), wave(80))
    assert series.frequency.alias == alias
    return series


KINDS = {
    "columns": with_columns,
    "airline": lambda: make_series(load_sample("airline_passengers")),
    "nile": lambda: make_series(load_sample("nile")),
    "gaps": with_gaps,
    "quarter seconds": lambda: series_of(
        pd.date_range("2024-01-01", periods=80, freq="250ms").strftime("%Y-%m-%d %H:%M:%S.%f"), wave(80)
    ),
    "quarter hours": lambda: series_of(pd.date_range("2024-03-30 23:00", periods=80, freq="15min"), wave(80)),
    "business days": lambda: series_of(pd.date_range("2024-01-01", periods=80, freq="B"), wave(80)),
    "month ends": lambda: series_of(pd.date_range("2019-01-31", periods=80, freq="ME"), wave(80)),
    "nights": lambda: of_pattern("C-1111011-1380-3-60"),
    "not on Monday": lambda: of_pattern("C-0111111"),
    "half-months": lambda: of_pattern("CM-15-31"),
    "school months": lambda: of_pattern("CY-111111001111"),
    "years before 1677": lambda: series_of(pd.Index([f"{1500 + year}-01-01" for year in range(80)]), wave(80)),
}


def unpack(view: RunView, result: TrainingResult, folder: Path) -> Path:
    with zipfile.ZipFile(io.BytesIO(model_bundle(view, result.recipe))) as archive:
        assert archive.testzip() is None
        archive.extractall(folder)
    return folder


RUN_SCRIPTS = """
import os, runpy, sys, traceback
for line in sys.stdin:
    try:
        os.chdir(line.strip())
        runpy.run_path("forecast.py", run_name="__main__")
        print("DONE", flush=True)
    except BaseException:
        traceback.print_exc(file=sys.stdout)
        print("FAILED", flush=True)
"""


@pytest.fixture(scope="module")
def repeat_forecast() -> Iterator[Callable[[Path], pd.DataFrame]]:
    """Run the script of a bundle where this package cannot be found: in one process, which imports torch once for all."""
    command = [sys.executable, "-I", "-W", "error", "-c", RUN_SCRIPTS]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    with subprocess.Popen(command, bufsize=1, **pipes) as process:

        def repeat(folder: Path) -> pd.DataFrame:
            process.stdin.write(f"{folder}\n")
            told = [process.stdout.readline()]
            while told[-1] not in ("DONE\n", "FAILED\n", ""):
                told.append(process.stdout.readline())
            assert told[-1] == "DONE\n", "".join(told)
            return pd.read_csv(folder / "forecast.csv", dtype={"ds": str})

        yield repeat
        process.stdin.close()


def assert_same_forecast(repeated: pd.DataFrame, view: RunView) -> None:
    told = pd.read_csv(io.BytesIO(forecast_csv(view.forecast)), dtype={"ds": str})
    assert repeated["ds"].tolist() == told["ds"].tolist()
    assert repeated.columns.tolist() == told.columns.tolist()
    for name in told.columns.drop("ds"):
        np.testing.assert_allclose(repeated[name], told[name], rtol=1e-5)


@pytest.mark.slow
@pytest.mark.parametrize("make", KINDS.values(), ids=KINDS)
def test_bundle_repeats_the_forecast_without_this_program(make, repeat_forecast, tmp_path):
    view, result = trained(make())
    assert_same_forecast(repeat_forecast(unpack(view, result, tmp_path)), view)


@pytest.mark.slow
def test_bundle_repeats_the_forecast_of_a_global_model(repeat_forecast, tmp_path):
    several = tuple(replace(with_gaps(), y=level * with_gaps().y, unique_id=str(level)) for level in (1, 2, 5))
    view, result = trained(several[1], SeriesGroup.of(several, several[1]), scope="global")
    assert sorted(result.others.forecasts) == ["1", "5"]
    assert_same_forecast(repeat_forecast(unpack(view, result, tmp_path)), view)


@pytest.mark.slow
@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
def test_bundle_repeats_the_forecast_of_every_cell_in_two_layers(cell, repeat_forecast, sine, tmp_path):
    view, result = trained(sine, cell=cell, num_layers=2, dropout=0.3)
    assert_same_forecast(repeat_forecast(unpack(view, result, tmp_path)), view)


@pytest.mark.slow
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("columns", "nile", "month ends")])
def test_bundle_forecasts_from_rows_that_are_appended(kind, repeat_forecast, tmp_path):
    series = KINDS[kind]()
    view, result = trained(series)
    folder = unpack(view, result, tmp_path)
    newer = view.forecast.future.head(2)
    with (folder / "series.csv").open("a") as file:
        for step in json.loads((folder / "config.json").read_text())["future"][:2]:
            file.write(f"{step},{float(newer['yhat'].mean())}\n")
    moved = repeat_forecast(folder)
    np.testing.assert_array_equal(moved["ds"].to_numpy("datetime64[us]"), series.future(len(moved) + 2)[2:])
    assert np.isfinite(moved["yhat"]).all()


def test_bundle_holds_what_it_needs_and_nothing_of_the_server(airline, tmp_path):
    view, result = trained(airline)
    folder = unpack(view, result, tmp_path)
    names = {path.name for path in folder.iterdir()}
    assert names == {"model.safetensors", "config.json", "series.csv", "forecast.py", "requirements.txt"}
    text = "".join(path.read_text() for path in folder.iterdir() if path.suffix != ".safetensors")
    assert "lstm_viz" not in (folder / "forecast.py").read_text()
    assert str(Path.cwd()) not in text


def test_series_in_the_bundle_keeps_every_digit(tmp_path):
    series = with_gaps()
    view, result = trained(series)
    written = pd.read_csv(unpack(view, result, tmp_path) / "series.csv")
    np.testing.assert_array_equal(written["y"], series.y)
    np.testing.assert_array_equal(written["ds"].to_numpy(dtype="datetime64[us]"), series.ds)


def test_forecast_csv_reads_back_as_the_forecast(airline):
    view, _ = trained(airline)
    table = pd.read_csv(io.BytesIO(forecast_csv(view.forecast)), parse_dates=["ds"])
    assert list(table) == ["ds", "yhat", "lo-80", "hi-80", "lo-95", "hi-95"]
    numbers = [name for name in table if name != "ds"]
    np.testing.assert_array_equal(table[numbers], view.forecast.future[numbers])
    np.testing.assert_array_equal(table["ds"].to_numpy("datetime64[us]"), view.forecast.future["ds"].to_numpy())


def test_steps_closer_than_a_second_stay_apart_in_the_csv():
    view, _ = trained(KINDS["quarter seconds"]())
    assert pd.read_csv(io.BytesIO(forecast_csv(view.forecast)))["ds"].is_unique


def test_chart_page_needs_no_network_and_runs_no_text_of_the_file(airline):
    view, _ = trained(replace(airline, name="</script><script>alert(1)</script>", time="<img src=x>"))
    page = chart_html(view.series, view.forecast).decode()
    assert "<script>alert(1)" not in page
    assert "<img src=x>" not in page
    assert not re.search(r"""<(script|link|img)[^>]*\b(src|href)\s*=\s*["']?(https?:)?//""", page)


FORMULAS = ("=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", '=HYPERLINK("x","y")', "'=1", "''@a", "'tis", "-7", "a=b")


def ending_sentence(names: tuple[str, ...]) -> list[tuple[str, Forecast]]:
    """Forecasts below zero of series with these names."""
    ds = pd.Series(pd.date_range("2024-01-01", periods=6).astype("datetime64[us]"))
    future = pd.DataFrame({"ds": ds, "yhat": -1.5 - np.arange(6), "lo-80": -9.25 - np.arange(6)})
    empty = pd.DataFrame()
    return [(name, Forecast(empty, future, empty, "", 0)) for name in names]


def cells_of(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode())))


def is_formula(cell: str) -> bool:
    """What a spreadsheet computes; a number is none."""
    return cell.startswith(("=", "+", "-", "@", "\t", "\r")) and not re.fullmatch(r"-?\d+(\.\d+)?", cell)


def test_no_name_becomes_a_formula_and_numbers_stay_numbers():
    table = cells_of(forecasts_csv(ending_sentence(FORMULAS)))
    assert not any(is_formula(cell) for row in table for cell in row)
    assert {float(row[2]) for row in table[1:]} == {-1.5, -2.5, -3.5, -4.5, -5.5, -6.5}


def test_names_that_look_like_formulas_are_read_back_as_they_were():
    panel = make_panel(read_table(forecasts_csv(ending_sentence(FORMULAS)), "all-forecasts.csv"))
    assert panel.ids == FORMULAS
    np.testing.assert_array_equal(panel.get("=1+1").y, -1.5 - np.arange(6))


@given(st.text(st.characters(codec="utf-8"), max_size=20))
@example("\t=1")
@example("\r@a")
@example("-0x1")
@example("+-1")
def test_guarding_text_can_be_undone_and_leaves_no_formula(text):
    assert unguarded(guarded(text)) == text
    assert not is_formula(guarded(text)) or re.fullmatch(r"[+-]\d*\.?\d*([eE][+-]?\d+)?", text, re.ASCII)


def test_columns_that_go_along_are_no_formulas():
    series = replace(with_columns(), features=(Feature("=1+1", np.ones(90), True), Feature("@a", np.ones(90), False)))
    assert not any(is_formula(cell) for cell in cells_of(series_csv(series).encode())[0])


def test_a_packed_run_keeps_names_that_look_like_formulas():
    parts = tuple(replace(with_gaps(), unique_id=name) for name in FORMULAS)
    named = SeriesGroup.of(parts, parts[0])
    table, series_id = stacked(named, parts[0], ["t", "v"])
    buffer = io.BytesIO()
    table.to_parquet(buffer, index=False)
    assert ids_of(read_table(buffer.getvalue(), "x.parquet"), series_id).names == named.names

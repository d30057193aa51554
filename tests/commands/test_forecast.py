"""`python -m lstm_viz forecast`: a report of one series or of several, and one sentence for what cannot be forecast."""

import io
import json
import re
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from lstm_viz.forecasting.config import ForecastConfig
from lstm_viz.settings import settings_of
from lstm_viz.tables import sample_bytes
from tests.commands.running import AIRLINE, FASTER, assert_refused, daily, long_file, monthly, run

pytestmark = pytest.mark.slow

ASKED_FOR = {
    "rows",
    "time",
    "target",
    "frequency",
    "horizon",
    "window",
    "parameters",
    "epochs",
    "train_seconds",
    "scores",
    "forecast",
    "members",
    "origins",
    "backtest",
    "backtest_scores",
    "coverage",
    "shrinkage",
    "settings",
}
STEP = {"ds", "yhat", "lo-80", "hi-80", "lo-95", "hi-95"}


@pytest.fixture(scope="module")
def airline_report() -> dict:
    done = run("forecast", AIRLINE, "--json", *FASTER)
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


def test_report_has_every_promised_key(airline_report):
    assert set(airline_report) >= ASKED_FOR
    assert set(airline_report["scores"]) >= {"model", "naive", "seasonal_naive"}
    for scores in airline_report["scores"].values():
        assert set(scores) == {"mae", "rmse", "smape", "mase"}
        assert all(np.isfinite(value) and value > 0 for value in scores.values())


def test_report_tells_what_the_file_holds(airline_report):
    told = {
        name: airline_report[name] for name in ("rows", "time", "target", "frequency", "horizon", "window", "epochs")
    }
    assert told == {
        "rows": 144,
        "time": "month",
        "target": "passengers",
        "frequency": "MS",
        "horizon": 12,
        "window": 6,
        "epochs": 3,
    }
    assert airline_report["train_seconds"] > 0


def test_forecast_begins_one_step_after_the_file(airline_report):
    steps = airline_report["forecast"]
    assert [set(step) for step in steps] == [STEP] * 12
    assert [step["ds"] for step in steps] == [f"1961-{month:02d}-01" for month in range(1, 13)]
    for step in steps:
        assert step["lo-95"] <= step["lo-80"] <= step["yhat"] <= step["hi-80"] <= step["hi-95"]


def test_parameters_are_those_of_the_torch_model(airline_report):
    units, horizon = 32, 12
    assert airline_report["parameters"] == 4 * units * (1 + units + 2) + units * horizon + horizon


def test_same_seed_gives_the_same_forecast_and_another_seed_another(airline_report):
    again = json.loads(run("forecast", AIRLINE, "--json", *FASTER).stdout)
    other = json.loads(run("forecast", AIRLINE, "--json", "--seed", "1", *FASTER).stdout)
    assert again["forecast"] == airline_report["forecast"]
    assert again["scores"] == airline_report["scores"]
    assert other["forecast"] != airline_report["forecast"]


@pytest.mark.parametrize("cell", ["gru", "rnn"])
def test_every_kind_of_cell_can_be_asked_for(cell):
    report = json.loads(run("forecast", AIRLINE, "--json", "--model", cell, "--horizon", "3", *FASTER).stdout)
    assert report["model"] == cell
    assert len(report["forecast"]) == report["horizon"] == 3


def test_words_instead_of_json_hold_the_verdict_and_the_steps():
    done = run("forecast", AIRLINE, "--horizon", "2", *FASTER)
    assert done.exit_code == 0
    assert "repeating" in done.stdout
    assert re.search(r"^1961-02-01  \d+\.?\d*  \(\d+\.?\d* to \d+\.?\d*\)$", done.stdout, re.MULTILINE)


def test_output_holds_the_same_numbers_as_the_report(tmp_path, airline_report):
    path = tmp_path / "forecast.csv"
    assert run("forecast", AIRLINE, "--output", str(path), *FASTER).exit_code == 0
    written = pd.read_csv(path)
    assert written.to_dict("records") == airline_report["forecast"]


def draw(tmp_path: Path, ending: str, data: bytes = b"") -> bytes:
    path, source = tmp_path / f"chart{ending}", tmp_path / "series.csv"
    source.write_bytes(data or sample_bytes("airline_passengers"))
    done = run("forecast", str(source), "--plot", str(path), *FASTER)
    assert done.exit_code == 0, done.stderr
    return path.read_bytes()


def test_png_is_a_picture(tmp_path):
    with Image.open(io.BytesIO(draw(tmp_path, ".PNG"))) as picture:
        assert (picture.format, picture.size) == ("PNG", (2000, 1000))
        assert len(picture.convert("RGB").getcolors(100_000)) > 10


def test_svg_is_a_drawing(tmp_path):
    root = ElementTree.fromstring(draw(tmp_path, ".svg"))
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert len(root.findall(".//{http://www.w3.org/2000/svg}path")) > 10


def test_html_needs_no_network(tmp_path):
    page = draw(tmp_path, ".html").decode()
    assert page.lstrip().lower().startswith(("<!doctype html", "<html"))
    assert not re.search(r"""<(script|link|img|iframe)[^>]*\b(src|href)\s*=\s*["']?(https?:)?//""", page)
    assert "Plotly.newPlot" in page


def test_names_in_the_file_stay_text_in_every_chart(tmp_path):
    name = "<img src=x onerror=alert(1)> $x_{"
    values = [float(10 + (step * 7) % 11) for step in range(60)]
    page = draw(tmp_path, ".html", daily(values, name)).decode()
    assert "<img" not in page.split("Plotly.newPlot")[-1]
    ElementTree.fromstring(draw(tmp_path, ".svg", daily(values, name)))


REFUSALS = {
    "an unknown chart format": (["--plot", "x.pdf"], "--plot"),
    "a chart in no folder": (["--plot", "no/such/folder/x.png"], "folder does not exist"),
    "an output in no folder": (["--output", "no/such/folder/x.csv"], "folder does not exist"),
    "an output that is a folder": (["--output", "."], "is a folder"),
    "an unknown column": (["--target", "nope"], "nope"),
    "an unknown time column": (["--time", "nope"], "nope"),
    "a time column as target": (["--target", "month"], "month"),
    "one column for both": (["--time", "passengers", "--target", "passengers"], "passengers"),
    "no horizon": (["--horizon", "0"], "horizon"),
    "a huge horizon": (["--horizon", "100000"], "horizon"),
    "a horizon beyond the series": (["--horizon", "60"], "horizon"),
    "a horizon in words": (["--horizon", "abc"], "abc"),
    "a huge window": (["--window", "999999"], "window"),
    "a window beyond the series": (["--window", "140"], "window"),
    "no held-out rows": (["--holdout", "0"], "holdout"),
    "no epochs": (["--epochs", "0"], "epochs"),
    "endless epochs": (["--epochs", "999999"], "epochs"),
    "a negative seed": (["--seed", "-1"], "seed"),
    "an unknown cell": (["--model", "transformer"], "transformer"),
    "an unknown option": (["--nope"], "--nope"),
    "no networks": (["--members", "0"], "members"),
    "a crowd of networks": (["--members", "99"], "members"),
    "no origins": (["--origins", "0"], "origins"),
    "a share above a half": (["--validation", "0.9"], "validation"),
    "a share that is no number": (["--validation", "nan"], "validation"),
    "an unknown season": (["--season", "winter"], "winter"),
    "an unknown level": (["--level", "high"], "high"),
    "an unknown scale": (["--scale", "big"], "big"),
    "an unknown filling": (["--fill", "cement"], "cement"),
    "an unknown strategy": (["--strategy", "none"], "none"),
    "an unknown series": (["--series", "North"], "North"),
    "an unknown encoding": (["--encoding", "klingon"], "klingon"),
    "an unknown delimiter": (["--delimiter", "x"], "delimiter"),
    "an unknown decimal sign": (["--decimal", "!"], "decimal"),
    "a header above the file": (["--header", "-1"], "header"),
    "a header below the file": (["--header", "9999"], "header"),
    "an unknown order of dates": (["--date-order", "ydm"], "ydm"),
    "an unknown column of names": (["--series-id", "nope"], "nope"),
    "an unknown feature": (["--known", "nope"], "nope"),
    "an unknown way with duplicates": (["--duplicates", "shuffle"], "shuffle"),
    "an unknown frequency": (["--frequency", "fortnight"], "fortnight"),
}


@pytest.mark.parametrize(("options", "word"), REFUSALS.values(), ids=REFUSALS)
def test_options_that_cannot_be_are_refused_in_one_sentence(options, word):
    assert_refused(run("forecast", AIRLINE, "--json", *options), word)


FILES = {
    "nothing": (b"", "empty"),
    "only a header": (b"day,value\n", "header"),
    "random bytes": (bytes(np.random.default_rng(0).integers(0, 256, 4096, dtype=np.uint8)), "text"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(64), "PNG picture"),
    "words": (b"It was a dark and stormy night;\nthe rain fell in torrents.\n", "column"),
    "one column of words": (b"name\nAda\nGrace\nAlan\n", "number"),
    "four rows": (daily([1.0, 2, 3, 4]), "rows"),
    "a constant": (daily([5.0] * 40), "same value"),
    "a constant that moves at its end": (daily([5.0] * 36 + [6.0, 7, 8, 9]), "same value"),
    "no numbers": (daily([""] * 40), "value"),
}


@pytest.mark.parametrize(("data", "word"), FILES.values(), ids=FILES)
def test_files_that_cannot_be_forecast_are_refused_in_one_sentence(data, word, tmp_path):
    path = tmp_path / "series.csv"
    path.write_bytes(data)
    assert_refused(run("forecast", str(path), "--json"), word)


def test_a_column_of_words_is_refused_by_its_name(tmp_path):
    path = tmp_path / "series.csv"
    names = ["Ada", "Grace", "Alan", "Edsger"] * 10
    path.write_bytes(pd.DataFrame({"who": names, "much": np.arange(40.0)}).to_csv(index=False).encode())
    assert_refused(run("forecast", str(path), "--target", "who"), "who")


def test_html_in_column_names_is_only_text(tmp_path):
    path, name = tmp_path / "series.csv", "<script>alert(1)</script>"
    path.write_bytes(daily([float(step % 5) for step in range(40)], name))
    report = json.loads(run("forecast", str(path), "--json", *FASTER).stdout)
    assert report["target"] == name
    assert_refused(run("forecast", str(path), "--target", "<b>"), "<b>")


def test_settings_of_the_recipe_reach_the_forecast():
    asked = ("--members", "2", "--origins", "2", "--horizon", "4", "--season", "none", "--level", "last", "--scale")
    more = (
        "linear",
        "--fill",
        "carry",
        "--strategy",
        "recursive",
        "--no-shrink",
        "--validation",
        "0.2",
        "--window",
        "6",
    )
    report = json.loads(run("forecast", AIRLINE, "--json", "--epochs", "3", *asked, *more).stdout)
    told = report["settings"]
    assert (report["members"], report["origins"], len(report["forecast"])) == (2, 2, 4)
    assert told["preparation"] == {"scale": "linear", "season": "none", "level": "last"}
    assert (told["fill"], told["strategy"], told["shrink"], told["validation"]) == ("carry", "recursive", False, 0.2)
    assert {row["origin"] for row in report["backtest"]} == {136, 140}
    assert set(report["coverage"]) == {"80", "95"}
    assert all(0 <= share <= 1 for share in report["coverage"].values())
    assert report["shrinkage"] == 1.0


def test_every_setting_has_an_option_that_is_left_open():
    page = run("forecast", "--help").stdout
    names = set(settings_of(ForecastConfig))
    assert names >= {"horizon", "members", "origins", "season", "level", "seed", "learning_rate"}
    flags = {"--model" if name == "cell" else f"--{name.replace('_', '-')}" for name in names}
    assert {flag for flag in flags if flag not in page} == set()


@pytest.fixture
def long_path(tmp_path) -> Path:
    """Two good series, one of three rows between them, and one that never moves."""
    path = tmp_path / "long.csv"
    flat = monthly("Flat", 60).assign(sales=5.0)
    path.write_bytes(long_file(monthly("North", 60), monthly("Tiny", 3), monthly("South", 48, 9.0), flat))
    return path


QUICK = ("--epochs", "2", "--window", "6", "--members", "1", "--origins", "1", "--horizon", "3")


def test_each_series_of_a_long_file_is_forecast_and_a_refusal_stops_no_other(long_path, tmp_path):
    output = tmp_path / "all.csv"
    done = run("forecast", str(long_path), "--json", "--output", str(output), *QUICK)
    assert done.exit_code == 2
    report = json.loads(done.stdout)
    north, tiny, south = report["series"]
    assert [one["unique_id"] for one in report["series"]] == ["North", "Tiny", "South"]
    assert "3 rows" in tiny["refusal"]
    assert "Tiny: The series has 3 rows" in done.stderr
    assert [step["ds"] for step in north["forecast"]] == ["2024-01-01", "2024-02-01", "2024-03-01"]
    assert [step["ds"] for step in south["forecast"]] == ["2023-01-01", "2023-02-01", "2023-03-01"]
    assert (report["layout"], report["target"], report["frequency"]) == ("long", "sales", "MS")
    assert any("`Flat`" in note for note in report["notes"])
    written = pd.read_csv(output)
    assert list(written.columns[:3]) == ["unique_id", "ds", "yhat"]
    assert written["unique_id"].tolist() == ["North"] * 3 + ["South"] * 3
    assert written["yhat"].tolist() == [step["yhat"] for one in (north, south) for step in one["forecast"]]


def test_one_model_learns_all_series_of_a_long_file(long_path, tmp_path):
    output = tmp_path / "all.csv"
    done = run("forecast", str(long_path), "--json", "--scope", "global", "--output", str(output), *QUICK)
    assert done.exit_code == 2
    report = json.loads(done.stdout)
    north, tiny, south = report["series"]
    assert "rows" in tiny["refusal"]
    assert f"Tiny: {tiny['refusal']}" in done.stderr
    assert north["settings"]["scope"] == "global"
    assert north["parameters"] == south["parameters"]
    assert north["train_seconds"] == south["train_seconds"]
    assert [step["ds"] for step in south["forecast"]] == ["2023-01-01", "2023-02-01", "2023-03-01"]
    assert (north["steps"], south["steps"]) == (60, 48)
    alone = json.loads(run("forecast", str(long_path), "--json", *QUICK).stdout)["series"]
    assert north["parameters"] > alone[0]["parameters"]
    assert north["forecast"] != alone[0]["forecast"]
    assert pd.read_csv(output)["unique_id"].tolist() == ["North"] * 3 + ["South"] * 3


def test_only_one_series_can_be_asked_for(long_path):
    done = run("forecast", str(long_path), "--json", "--scope", "one", *QUICK)
    assert done.exit_code == 0, done.stderr
    assert json.loads(done.stdout)["unique_id"] == "North"


def test_one_series_of_a_long_file_is_reported_as_if_it_were_alone(long_path, tmp_path):
    done = run("forecast", str(long_path), "--json", "--series", "South", *QUICK)
    assert done.exit_code == 0, done.stderr
    report = json.loads(done.stdout)
    assert (report["unique_id"], report["steps"], report["rows"]) == ("South", 48, 171)
    alone = tmp_path / "south.csv"
    alone.write_bytes(monthly("South", 48, 9.0).drop(columns="region").to_csv(index=False).encode())
    assert json.loads(run("forecast", str(alone), "--json", *QUICK).stdout)["forecast"] == report["forecast"]


def test_words_of_several_series_name_each(long_path):
    done = run("forecast", str(long_path), "--series", "South", "--series", "North", *QUICK)
    assert done.exit_code == 0, done.stderr
    assert [line.split(":")[0] for line in done.stdout.splitlines() if "networks" in line or "1 network" in line] == [
        "South",
        "North",
    ]


def test_a_refused_series_alone_is_one_sentence(long_path):
    assert_refused(run("forecast", str(long_path), "--series", "Tiny", "--json"), "3 rows")
    assert_refused(run("forecast", str(long_path), "--series", "East", "--json"), "East")


def test_a_chart_of_several_series_is_refused_before_the_work_starts(long_path, tmp_path):
    assert_refused(run("forecast", str(long_path), "--plot", str(tmp_path / "x.png")), "--series NAME")


def test_no_more_series_than_the_limit_are_forecast_and_it_is_said_first(tmp_path, monkeypatch):
    monkeypatch.setattr("lstm_viz.commands.forecast.MAX_SERIES", 3)
    path = tmp_path / "many.csv"
    path.write_bytes(long_file(*(monthly(f"Region {number}", 30) for number in range(5))))
    done = run("forecast", str(path), "--json", "--epochs", "1", "--window", "2", "--members", "1", "--origins", "1")
    assert done.exit_code == 0, done.stderr
    assert done.stderr.splitlines()[0].startswith("The file holds 5 series: the first 3 are forecast.")
    report = json.loads(done.stdout)
    assert len(report["series"]) == 3
    assert any("5 series" in note for note in report["notes"])


def test_columns_of_a_wide_file_are_forecast_side_by_side(tmp_path):
    path = tmp_path / "wide.csv"
    north, south = monthly("North", 40), monthly("South", 40, 9.0)
    path.write_bytes(north.rename(columns={"sales": "n"}).assign(s=south["sales"]).to_csv(index=False).encode())
    done = run("forecast", str(path), "--target", "n", "--target", "s", "--json", *QUICK)
    assert done.exit_code == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["layout"] == "wide"
    assert [one["target"] for one in report["series"]] == ["n", "s"]


def test_reading_options_decide_what_the_forecast_starts_from(tmp_path):
    path = tmp_path / "odd.csv"
    rows = monthly("x", 40).drop(columns="region")
    rows.loc[39, "sales"] = -77.0
    path.write_bytes(rows.to_csv(index=False, sep="|").encode())
    plain = json.loads(run("forecast", str(path), "--json", *QUICK).stdout)
    other = json.loads(run("forecast", str(path), "--json", "--missing", "-77.0", "--delimiter", "|", *QUICK).stdout)
    assert (plain["steps"], other["steps"]) == (40, 39)
    assert (plain["forecast"][0]["ds"], other["forecast"][0]["ds"]) == ("2022-05-01", "2022-04-01")


def test_a_column_known_in_advance_moves_the_forecast(tmp_path):
    rows = monthly("x", 60).drop(columns="region")
    rows["price"] = np.random.default_rng(0).random(60).round(3)
    rows["sales"] = (100 + 80 * rows["price"]).round(3)
    rows.loc[48:, "sales"] = np.nan
    path = tmp_path / "price.csv"
    path.write_bytes(rows.to_csv(index=False).encode())
    columns = ["--target", "sales", "--known", "price", "--scale", "linear"]
    done = run("forecast", str(path), "--json", *columns, *QUICK)
    assert done.exit_code == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["steps"] == 48
    yhat = [step["yhat"] for step in report["forecast"]]
    assert np.corrcoef(yhat, rows["price"][48:51])[0, 1] > 0.9

"""`python -m lstm_viz`: one JSON object or one sentence, and an exit code that tells which."""

import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner, Result
from PIL import Image

from lstm_viz.__main__ import main
from lstm_viz.tables import SAMPLES, sample_bytes

ROOT = Path(__file__).resolve().parents[1]
AIRLINE = str(ROOT / "assets" / "samples" / "airline_passengers.csv")
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
}
FASTER = ["--epochs", "3", "--window", "6"]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments), prog_name="lstm_viz")


def run_process(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "lstm_viz", *arguments]
    environment = {**os.environ, "PYTHONUTF8": "1"}
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, env=environment, check=False)


def daily(values: list, name: str = "value") -> bytes:
    days = pd.date_range("2024-01-01", periods=len(values)).strftime("%Y-%m-%d")
    return pd.DataFrame({"day": days, name: values}).to_csv(index=False).encode()


@pytest.fixture(scope="module")
def airline_report() -> dict:
    done = run("forecast", AIRLINE, "--json", *FASTER)
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


def test_report_has_every_promised_key(airline_report):
    assert set(airline_report) >= ASKED_FOR
    assert set(airline_report["scores"]) == {"model", "naive", "seasonal_naive"}
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
    assert [set(step) for step in steps] == [{"ds", "yhat"}] * 12
    assert [step["ds"] for step in steps] == [f"1961-{month:02d}-01" for month in range(1, 13)]
    assert all(np.isfinite(step["yhat"]) for step in steps)


def test_parameters_are_those_of_the_torch_model(airline_report):
    units, horizon = 32, 12
    assert airline_report["parameters"] == 4 * units * (1 + units + 2) + units * horizon + horizon


def test_same_seed_gives_the_same_forecast_and_another_seed_another(airline_report):
    again = json.loads(run("forecast", AIRLINE, "--json", *FASTER).stdout)
    other = json.loads(run("forecast", AIRLINE, "--json", "--seed", "1", *FASTER).stdout)
    assert again["forecast"] == airline_report["forecast"]
    assert again["scores"] == airline_report["scores"]
    assert other["forecast"] != airline_report["forecast"]


@pytest.mark.slow
def test_only_the_report_is_on_stdout_and_progress_is_on_stderr(airline_report):
    done = run_process("forecast", AIRLINE, "--json", *FASTER)
    assert done.returncode == 0
    report = json.loads(done.stdout)
    assert report["forecast"] == airline_report["forecast"], "another process gives the same numbers to the last digit"
    assert "Training" in done.stderr
    assert "Warning" not in done.stderr


@pytest.mark.parametrize("cell", ["gru", "rnn"])
def test_every_kind_of_cell_can_be_asked_for(cell):
    report = json.loads(run("forecast", AIRLINE, "--json", "--model", cell, "--horizon", "3", *FASTER).stdout)
    assert report["model"] == cell
    assert len(report["forecast"]) == report["horizon"] == 3


def test_words_instead_of_json_hold_the_verdict_and_the_steps():
    done = run("forecast", AIRLINE, "--horizon", "2", *FASTER)
    assert done.exit_code == 0
    assert "repeating" in done.stdout
    assert re.search(r"^1961-02-01  \d", done.stdout, re.MULTILINE)


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
}


def assert_refused(done: Result, word: str) -> None:
    assert done.exit_code == 2
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert word in done.stderr
    assert "Traceback" not in done.stderr
    assert isinstance(done.exception, SystemExit)


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


@pytest.mark.parametrize("command", ["forecast", "check"])
def test_places_that_are_no_file_are_refused_in_one_sentence(command, tmp_path):
    assert_refused(run(command, str(tmp_path / "missing.csv")), "missing.csv")
    assert_refused(run(command, str(tmp_path)), "cannot be read")
    assert_refused(run(command, str(tmp_path / "line\nbreak.csv")), "break.csv")
    assert_refused(run(command), "FILE")


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


def test_a_file_without_end_is_refused():
    assert_refused(run("check", "/dev/zero"), "too large")


@pytest.mark.slow
def test_a_refusal_leaves_a_real_process_with_one_line_and_code_two():
    done = run_process("forecast", "missing.csv", "--json")
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1


def test_without_a_command_the_help_is_shown():
    assert run("--help").exit_code == 0
    assert "forecast" in run("--help").stdout
    assert run().exit_code == 2
    assert_refused(run("frobnicate"), "frobnicate")


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.key)
def test_check_finds_time_target_and_frequency_of_every_sample(sample, tmp_path):
    path = tmp_path / sample.file
    path.write_bytes(sample_bytes(sample.key))
    done = run("check", str(path), "--json")
    assert (done.exit_code, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    assert (found["time"], found["target"]) == (sample.time, sample.target)
    assert (
        found["frequency"]
        == {"airline_passengers": "MS", "sunspots": "MS", "nile": "YS", "mauna_loa_co2": "W-SAT"}[sample.key]
    )
    assert f"target: {sample.target}" in run("check", str(path)).stdout


def test_check_describes_even_a_file_that_it_refuses(tmp_path):
    path = tmp_path / "series.csv"
    path.write_bytes(daily([5.0] * 40))
    done = run("check", "--json", str(path))
    assert done.exit_code == 2
    found = json.loads(done.stdout)
    assert found["rows"] == 40
    assert found["refusal"] == done.stderr.strip()

"""Running commands as a person would, and files to run them on."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
from click.testing import CliRunner, Result

from lstm_viz.__main__ import main

ROOT = Path(__file__).resolve().parents[2]
AIRLINE = str(ROOT / "assets" / "samples" / "airline_passengers.csv")
FASTER = ["--epochs", "3", "--window", "6", "--members", "1", "--origins", "1"]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments), prog_name="lstm_viz")


def run_process(*arguments: str, text: str | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "lstm_viz", *arguments]
    environment = {**os.environ, "PYTHONUTF8": "1"}
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, input=text, timeout=120, env=environment, check=False
    )


def assert_refused(done: Result, word: str) -> None:
    assert done.exit_code == 2
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert word in done.stderr
    assert "Traceback" not in done.stderr
    assert isinstance(done.exception, SystemExit)


def daily(values: list, name: str = "value") -> bytes:
    days = pd.date_range("2024-01-01", periods=len(values)).strftime("%Y-%m-%d")
    return pd.DataFrame({"day": days, name: values}).to_csv(index=False).encode()


def monthly(region: str, rows: int, level: float = 50.0) -> pd.DataFrame:
    """A year's wave with a little noise around a level."""
    noise = np.random.default_rng(rows).normal(0, 1, rows)
    values = level + 10 * np.sin(2 * np.pi * np.arange(rows) / 12) + noise
    months = pd.date_range("2019-01-01", periods=rows, freq="MS").strftime("%Y-%m-%d")
    return pd.DataFrame({"month": months, "region": region, "sales": values.round(2)})


def long_file(*parts: pd.DataFrame) -> bytes:
    """Series below one another, named by `region`."""
    return pd.concat(parts).to_csv(index=False).encode()

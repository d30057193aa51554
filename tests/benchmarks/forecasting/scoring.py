"""From forecasts to one long table: a row per series, method and origin, with its error and what its intervals held.

Columns: `series, season, method, mase, seconds, note`, and per level `inside-80, width-80, inside-95, width-95`. A method
that did not finish a series has one row there, without figures and with the reason in `note`.
"""

import sys
import time
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from utilsforecast.losses import mase

from tests.benchmarks.forecasting.methods import LEVELS, Answer, Method, NotFinished, limited
from tests.benchmarks.forecasting.series import PublicSeries, Task


def measure(chosen: Iterable[PublicSeries], methods: list[Method]) -> pd.DataFrame:
    """Ask every method about every series, telling on stderr how far it is."""
    parts = []
    for series in chosen:
        for method in methods:
            started = time.perf_counter()
            part = ask(method, series)
            parts.append(part)
            error = f"MASE {part['mase'].mean():.3f}" if part["note"].eq("").all() else part["note"].iloc[0]
            took = time.perf_counter() - started
            print(f"{series.label:34} {method.name:14} {error}  ({took:.1f} s)", file=sys.stderr, flush=True)
    return pd.concat(parts, ignore_index=True)


def ask(method: Method, series: PublicSeries) -> pd.DataFrame:
    """Ask one method about all origins of a series."""
    tasks = list(series.tasks())
    about = {"series": series.label, "season": series.season, "method": method.name}
    try:
        with limited(method.limit):
            answers = [method.forecast(task) for task in tasks]
    except NotFinished as reason:
        return pd.DataFrame([{**about, "mase": np.nan, "note": str(reason)}])
    errors = mase_of(tasks, answers)
    rows = zip(tasks, answers, errors, strict=True)
    return pd.DataFrame(
        {**about, "mase": error, "seconds": answer.seconds, "note": "", **judged(task, answer)}
        for task, answer, error in rows
    )


def mase_of(tasks: list[Task], answers: list[Answer]) -> list[float]:
    """Give the mean absolute scaled error of each forecast; the unit is the seasonal naive error in the rows known to it."""
    season = tasks[0].season
    history = pd.concat(_frame(task, np.arange(len(task.known)), y=task.known) for task in tasks)
    told = pd.concat(
        _frame(task, len(task.known) + np.arange(task.horizon), y=task.truth, method=answer.yhat)
        for task, answer in zip(tasks, answers, strict=True)
    )
    errors = mase(told, ["method"], season, history).set_index("unique_id")["method"]
    return [float(errors[task.key]) for task in tasks]


def _frame(task: Task, ds: np.ndarray, **columns: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame({"unique_id": task.key, "ds": ds, **columns})


def judged(task: Task, answer: Answer) -> dict[str, Any]:
    """Tell what share of the steps lies inside each band, and its mean width in the unit of MASE."""
    unit = float(np.mean(np.abs(task.known[task.season :] - task.known[: -task.season])))
    values: dict[str, Any] = {}
    for level in LEVELS:
        if level in answer.bands:
            low, high = answer.bands[level]
            values[f"inside-{level}"] = float(np.mean((low <= task.truth) & (task.truth <= high)))
            values[f"width-{level}"] = float(np.mean(high - low)) / unit
        else:
            values[f"inside-{level}"] = values[f"width-{level}"] = np.nan
    return values

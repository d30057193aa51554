"""The tables that people read, and the JSON lines that scripts read."""

import json
from collections.abc import Iterator

import numpy as np
import pandas as pd

from tests.benchmarks.forecasting import summary
from tests.benchmarks.forecasting.methods import LEVELS

FIRST, COLUMN = 32, 16
GOALS = {"relative_mase": 0.70, "median_fit_s": 2.0, "inside_80": [0.75, 0.88], "inside_95": [0.90, 0.98]}


def text(which: str, scores: pd.DataFrame, footnotes: list[str]) -> Iterator[str]:
    """Give the lines of one set's tables."""
    yield f"\n{which.upper()} SET · mean MASE of 4 origins relative to SeasonalNaive"
    yield from accuracy(scores)
    yield from intervals(scores)
    for line in summary.unfinished(scores):
        yield f"  not finished: {line}"
    for line in footnotes:
        yield f"  {line}"


def accuracy(scores: pd.DataFrame) -> Iterator[str]:
    """Give a row per series and the rows that sum them up, a column per method."""
    table, lines = summary.ratios(scores), summary.lines(scores)
    yield row("series", *table.columns)
    for series, values in table.iterrows():
        yield row(str(series), *(number(value) for value in values))
    yield row("")
    yield row("geometric mean, all", *(number(line.every) for line in lines))
    yield row("  with a season", *(number(line.seasonal) for line in lines))
    yield row("  without", *(number(line.plain) for line in lines))
    yield row("  series finished", *(str(line.series) for line in lines))
    yield row(f"  {lines[0].method} on the same series", *(number(line.leader) for line in lines))
    yield row("seconds a fit, median", *(number(line.median_s) for line in lines))
    yield row("  largest", *(number(line.largest_s) for line in lines))


def intervals(scores: pd.DataFrame) -> Iterator[str]:
    """Give a row per method that has intervals."""
    heads = [f"{kind} {level}%" for level in LEVELS for kind in ("inside", "width")]
    yield "\n" + row("intervals", *heads, "origins", "without")
    for cover in summary.covers(scores):
        parts = [number(part[level]) for level in LEVELS for part in (cover.inside, cover.width)]
        yield row(cover.method, *parts, str(cover.judged), str(cover.without))


def row(first: str, *cells: str) -> str:
    """Set one row."""
    return (first.ljust(FIRST) + "".join(cell.rjust(COLUMN) for cell in cells)).rstrip()


def number(value: float) -> str:
    """Write three decimals, or a dash for a figure that does not exist."""
    return f"{value:.3f}" if np.isfinite(value) else "–"


def json_lines(which: str, scores: pd.DataFrame, ours: list[str]) -> Iterator[str]:
    """Give the figures one JSON object a line: per series, then per method; ours with their goals."""
    for series, ratios in summary.ratios(scores).iterrows():
        known = {str(method): round(float(ratio), 4) for method, ratio in ratios.items() if np.isfinite(ratio)}
        yield json.dumps({"name": f"forecast_{which}_series", "series": str(series), "unit": "ratio", **known})
    covers = {cover.method: cover.to_dict() for cover in summary.covers(scores)}
    for line in summary.lines(scores):
        values = line.to_dict()
        goal = {"goal": GOALS} if line.method in ours else {}
        head = {"name": f"forecast_{which}_relative_mase", "value": values.pop("every"), "unit": "ratio"}
        yield json.dumps(head | values | covers.get(line.method, {}) | goal)

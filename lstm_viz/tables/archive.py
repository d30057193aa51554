"""Series as the Monash archive keeps them (.tsf): a series a line, with its name, its start and its values."""

import re
from collections.abc import Mapping

import numpy as np
import pandas as pd

from lstm_viz.errors import NotATable
from lstm_viz.phrases import counted, shown
from lstm_viz.tables.grid import Grid
from lstm_viz.tables.limits import check_shape
from lstm_viz.tables.reading import Decision

_START = re.compile(r"(?:[ \t]*(?:(?:#|@(?!data)).*)?\r?\n)*[ \t]*@data[ \t]*\r?\n", re.IGNORECASE)
_TAG = re.compile(r"^\s*@(\w+)[ \t]*(.*?)\s*$", re.MULTILINE)
_STEPS: Mapping[str, str] = {  # as pandas writes them
    "yearly": "YS",
    "quarterly": "QS",
    "monthly": "MS",
    "weekly": "7D",
    "daily": "D",
    "hourly": "h",
    "half_hourly": "30min",
    "10_minutes": "10min",
    "minutely": "min",
    "4_seconds": "4s",
}


def is_archive(text: str) -> bool:
    """Return whether a text is a file of the Monash archive."""
    head = _START.match(text[:20_000])
    return head is not None and "@attribute" in head[0].lower() and "@frequency" in head[0].lower()


def read_archive(text: str) -> Grid:
    """Return a long table: the attributes of each series, the moment (or the number) of each step, and its value.

    Godahewa et al. 2021, *Monash Time Series Forecasting Archive*: attributes and values of a line stand between colons,
    "?" is a missing value.

    Raises:
        NotATable: a line has another number of attributes, or there is no line.
        FileTooLarge: more values than rows are read.
    """
    head = _START.match(text)
    assert head is not None
    tags = [(name.lower(), value) for name, value in _TAG.findall(head[0])]
    names = [value.split()[0] for name, value in tags if name == "attribute" and value.split()]
    step = _STEPS.get(dict(tags).get("frequency", "").lower(), "")
    first = 1 + head[0].count("\n")
    lines = [(place, line) for place, line in enumerate(text[head.end() :].splitlines(), first) if line.strip()]
    if not lines:
        raise NotATable("The file has no series below `@data`. Add series and upload it again.")
    parts = [(place, line.strip().split(":")) for place, line in lines]
    for place, cells in parts:
        if len(cells) != len(names) + 1:
            raise NotATable(
                f"Row {place:,} of the file has {counted(len(cells) - 1, 'attribute')} before its values, and "
                f"`@attribute` names {len(names)}. Correct the row."
            )
    values = [cells[-1].split(",") for _, cells in parts]
    sizes = [len(row) for row in values]
    check_shape(sum(sizes), len(names) + 2)
    dated = next((place for place, name in enumerate(names) if "timestamp" in name.lower()), None)
    kept = [place for place in range(len(names)) if place != dated]
    columns = {names[place]: np.repeat([cells[place] for _, cells in parts], sizes) for place in kept}
    starts = None if dated is None or not step else [cells[dated] for _, cells in parts]
    columns["time" if starts else "step"] = np.concatenate(_moments(sizes, starts, step))
    columns["value"] = np.array([cell.strip() for row in values for cell in row])
    rows = np.repeat([place for place, _ in parts], sizes)
    frame = pd.DataFrame({name: pd.Series(cells, rows, dtype="str") for name, cells in columns.items()})
    said = f"Read {len(parts):,} series in the format of the Monash archive"
    told = Decision("format", "tsf", f"{said}, {shown(dict(tags).get('frequency', 'without a frequency'))}.")
    return Grid(frame, decisions=(told,), has_header=True)


def _moments(sizes: list[int], starts: list[str] | None, step: str) -> list[np.ndarray]:
    """Return the moments of each series from its start on, or the numbers of its steps where there is none."""
    if starts is None:
        return [np.arange(1, size + 1).astype(str) for size in sizes]
    found = []
    for size, start in zip(sizes, starts, strict=True):
        day, _, clock = start.strip().partition(" ")
        try:
            first = pd.Timestamp(f"{day} {clock.replace('-', ':')}".strip())
            moments = pd.date_range(first, periods=size, freq=step)
        except (ValueError, OverflowError):
            raise NotATable(f'"{shown(start)}" is no start of a series. Write it as 2020-01-31 00-00-00.') from None
        found.append(moments.strftime("%Y-%m-%d %H:%M:%S").to_numpy(dtype=str))
    return found

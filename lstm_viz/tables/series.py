"""A table to one regular series: sorted, one value for each step, gaps as NaN."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd

from lstm_viz.errors import SeriesError
from lstm_viz.phrases import counted, shown
from lstm_viz.tables.changes import UNTOUCHED, Repairs
from lstm_viz.tables.choices import chosen_times, chosen_values
from lstm_viz.tables.frequency import ROWS, Frequency, infer_frequency
from lstm_viz.tables.regular import Line, LineOptions, lines_in_time, lines_without_time
from lstm_viz.tables.rows import Rows
from lstm_viz.tables.steps import Floats, Steps, grid, positions
from lstm_viz.tables.table import Table


@dataclass(frozen=True, eq=False)
class Feature:
    """A column that goes along with a series, on the same grid."""

    name: str  # the column, or "column = value" for a value of a column of text
    values: Floats  # (T,), or (T + F,) with F steps beyond the series where `known`; NaN where missing
    known: bool  # whether its future is known when the forecast is made (holidays, a price)


@dataclass(frozen=True, eq=False)
class Series:
    """One variable on a regular grid."""

    name: str  # the column of the values
    time: str | None  # the column of the moments, or columns together ("year + month"), or None if rows are the steps
    ds: Steps  # (T,) datetime64[us], or int64 from 0 if rows are the steps
    y: Floats  # (T,) float64; NaN is a gap, never at the ends
    frequency: Frequency  # the step of the grid
    notes: tuple[str, ...] = ()  # one sentence for each thing that was done to the rows
    unique_id: str = ""  # names the series among others; "" stands for the name
    features: tuple[Feature, ...] = ()  # what goes along with the values
    repairs: Repairs = UNTOUCHED  # what was done to the rows, as counts

    def __len__(self) -> int:
        return len(self.y)

    def future(self, horizon: int) -> Steps:
        """Return the `horizon` steps that follow the last one."""
        if self.frequency == ROWS:
            return np.arange(len(self), len(self) + horizon, dtype=np.int64) + self.ds[:1].astype(np.int64)
        last = positions(self.ds, self.frequency.alias)[0][-1]
        return grid(self.ds, self.frequency.alias, int(last) + 1, horizon)

    def frame(self) -> pd.DataFrame:
        """Return the columns `unique_id`, `ds` and `y`."""
        return pd.DataFrame({"unique_id": self.unique_id or self.name, "ds": self.ds, "y": self.y})

    @classmethod
    def from_frame(cls, frame: pd.DataFrame, frequency: Frequency | None = None) -> Self:
        """Take back what `frame` returned; without a frequency `ds` says it, or a SeriesError that it is not regular."""
        name, y = str(frame["unique_id"].iloc[0]), frame["y"].to_numpy(dtype=np.float64)
        if not pd.api.types.is_datetime64_any_dtype(frame["ds"]):
            return cls(name, None, frame["ds"].to_numpy(dtype=np.int64), y, ROWS)
        ds = frame["ds"].to_numpy(dtype="datetime64[us]")
        frequency = frequency or (infer_frequency(ds) if len(ds) > 1 else None)
        if frequency is None:
            raise SeriesError(f"The steps of `{shown(name)}` are not regular. Make the series from its table first.")
        return cls(name, "ds", ds, y, frequency)


def make_series(table: Table, time: str | None = None, target: str | None = None) -> Series:
    """Bring one column of the table onto a regular grid; rows that share a moment are averaged.

    None takes the proposal of the file, "" or `ROW_NUMBER` as time the rows as steps.

    Raises:
        ColumnError: a column does not exist or does not hold moments or numbers.
        SeriesError: fewer than two values, or all the same.
    """
    target = table.proposed_target if target is None else target
    values = chosen_values(table, target)
    check_values(values, target)
    time_name, stamps = chosen_times(table, time, target)
    codes = np.zeros(len(values), dtype=np.int64)
    if stamps is None:
        lines = lines_without_time(values[:, None], codes, 1, LineOptions())
    else:
        _, lines = lines_in_time(Rows(stamps, codes, values[:, None]), 1, LineOptions())
    (line,) = lines
    check_values(line.y, target)
    return series_of(line, target, time_name)


def series_of(line: Line, name: str, time: str | None, unique_id: str = "", features: tuple[str, ...] = ()) -> Series:
    """Return a line as a series; as many of the first features as are known ahead end in the future."""
    ends = [None if place < line.known else line.steps for place in range(len(features))]
    columns = tuple(
        Feature(label, line.cells[:end, 1 + place], end is None)
        for place, (label, end) in enumerate(zip(features, ends, strict=True))
    )
    time, ds = time if line.frequency != ROWS else None, line.ds[: line.steps]
    return Series(name, time, ds, line.y, line.frequency, line.notes, unique_id, columns, line.repairs)


def check_values(values: Floats, name: str) -> None:
    """Refuse a column without two different values (SeriesError)."""
    known = values[~np.isnan(values)]
    if len(known) < 2:
        raise SeriesError(
            f"Column `{shown(name)}` holds {counted(len(known), 'usable value')} in {counted(len(values), 'row')}: "
            "a series needs at least 2. Pick another column, or upload more rows."
        )
    if np.all(known == known[0]):
        raise SeriesError(
            f"Column `{shown(name)}` holds the same value (={known[0]}) in all {counted(len(known), 'row')}: "
            "there is nothing to learn. Pick another column."
        )

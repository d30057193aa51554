"""A table to one regular series: sorted, one value for each step, gaps as NaN."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from lstm_viz.errors import SeriesError
from lstm_viz.tables.choices import chosen_times, chosen_values
from lstm_viz.tables.frequency import ROWS, Frequency, infer_frequency
from lstm_viz.tables.regular import Line, arranged, regular, trimmed
from lstm_viz.tables.steps import Steps, grid, positions
from lstm_viz.tables.table import Table
from lstm_viz.tables.wording import counted, shown

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Series:
    """One variable on a regular grid.

    Args:
        name: the column of the values.
        time: the column of the moments, or None if rows are the steps.
        ds: (T,) datetime64[us], or int64 from 0 if rows are the steps.
        y: (T,) float64; NaN is a gap, never at the ends.
        frequency: the step of the grid.
        notes: one sentence for each thing that was done to the rows.
    """

    name: str
    time: str | None
    ds: Steps
    y: Floats
    frequency: Frequency
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.y)

    def future(self, horizon: int) -> Steps:
        """Return the `horizon` steps that follow the last one."""
        if self.frequency == ROWS:
            return np.arange(len(self), len(self) + horizon, dtype=np.int64) + self.ds[:1].astype(np.int64)
        last = positions(self.ds, self.frequency.alias)[0][-1]
        return grid(self.ds, self.frequency.alias, int(last) + 1, horizon)

    def frame(self) -> pd.DataFrame:
        """Return the columns `unique_id` (the name), `ds` and `y`."""
        return pd.DataFrame({"unique_id": self.name, "ds": self.ds, "y": self.y})

    @classmethod
    def from_frame(cls, frame: pd.DataFrame, frequency: Frequency | None = None) -> Self:
        """Take back what `frame` returned. Without a frequency, it is found from `ds`.

        Raises:
            SeriesError: `ds` is not regular.
        """
        name, y = str(frame["unique_id"].iloc[0]), frame["y"].to_numpy(dtype=np.float64)
        if not pd.api.types.is_datetime64_any_dtype(frame["ds"]):
            return cls(name, None, frame["ds"].to_numpy(dtype=np.int64), y, ROWS)
        ds = frame["ds"].to_numpy(dtype="datetime64[us]")
        frequency = frequency or (infer_frequency(ds) if len(ds) > 1 else None)
        if frequency is None:
            raise SeriesError(f"The steps of `{shown(name)}` are not regular. Make the series from its table first.")
        return cls(name, "ds", ds, y, frequency)


def make_series(table: Table, time: str | None = None, target: str | None = None) -> Series:
    """Bring one column of the table onto a regular grid.

    Args:
        table: what `read_table` returned.
        time: the column of the moments; None takes the proposal, "" or `ROW_NUMBER` takes the rows as steps.
        target: the column of the values; None takes the proposal.

    Raises:
        ColumnError: a column does not exist or does not hold moments or numbers.
        SeriesError: fewer than two values, or all the same.
    """
    target = table.proposed_target if target is None else target
    values = chosen_values(table, target)
    _check_values(values, target)
    time_name, stamps = chosen_times(table, time, target)
    if stamps is None:
        line = Line(np.arange(len(values), dtype=np.int64), values, ROWS)
    else:
        line = regular(arranged(stamps, values))
    line = trimmed(line)
    _check_values(line.y, target)
    if line.frequency == ROWS:
        line = Line(np.arange(len(line.y), dtype=np.int64), line.y, ROWS, line.notes)
    return Series(target, time_name if line.frequency != ROWS else None, line.ds, line.y, line.frequency, line.notes)


def _check_values(values: Floats, name: str) -> None:
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

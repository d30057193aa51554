"""What a file becomes: a table of typed columns."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from lstm_viz.errors import ColumnError
from lstm_viz.tables.wording import listed, shown

Kind = Literal["number", "time", "text", "empty"]


@dataclass(frozen=True)
class Column:
    """One column as a person needs to know it.

    `missing` counts the cells without a usable value. `first_bad` is the row of the file (the header counts, the first
    row is 1) and the text of the first cell that is no number in a column of numbers.
    """

    name: str
    kind: Kind
    missing: int
    example: str
    first_bad: tuple[int, str] | None = None


@dataclass(frozen=True, eq=False)
class Table:
    """A table whose columns have types: float64, datetime64[us] (UTC or without a zone) or text.

    The index of `frame` is the row of the file, counted from 1 with the header. `notes` holds one sentence for each
    thing that was decided or repaired while reading.
    """

    name: str
    frame: pd.DataFrame
    columns: tuple[Column, ...]
    encoding: str | None
    delimiter: str | None
    has_header: bool
    notes: tuple[str, ...]

    @property
    def rows(self) -> int:
        """Return the number of rows below the header."""
        return len(self.frame)

    @property
    def proposed_time(self) -> str | None:
        """Return the time column with the fewest missing cells, the leftmost of equals; None without one."""
        times = [column for column in self.columns if column.kind == "time"]
        return min(times, key=lambda column: column.missing).name if times else None

    @property
    def proposed_target(self) -> str:
        """Return the leftmost column of numbers that vary and are no row counter, else the leftmost of numbers.

        Raises:
            ColumnError: no column holds numbers.
        """
        names = [column.name for column in self.columns if column.kind == "number"]
        if not names:
            raise ColumnError(self._no_numbers())
        likely = (name for name in names if _varies(self.frame[name]) and not _counts_rows(self.frame[name]))
        varying = (name for name in names if _varies(self.frame[name]))
        return next(likely, None) or next(varying, names[0])

    def column(self, name: str) -> Column:
        """Return the column of this name.

        Raises:
            ColumnError: there is none.
        """
        for column in self.columns:
            if column.name == name:
                return column
        known = listed([f"`{shown(column.name)}`" for column in self.columns])
        raise ColumnError(f"There is no column `{shown(name)}`: the file has {known}. Pick one of these.")

    def _no_numbers(self) -> str:
        known = listed([f"`{shown(column.name)}` ({column.kind})" for column in self.columns])
        return f"No column holds numbers: the file has {known}. Upload a table with at least one column of numbers."


def _varies(values: pd.Series) -> bool:
    known = values.to_numpy()[values.notna().to_numpy()]
    return len(known) > 1 and bool(np.any(known != known[0]))


def _counts_rows(values: pd.Series) -> bool:
    """A row counter is 0, 1, 2 … or 1, 2, 3 … over all rows, three or more."""
    numbers = values.to_numpy()
    return len(numbers) > 2 and numbers[0] in (0, 1) and bool(np.all(np.diff(numbers) == 1))

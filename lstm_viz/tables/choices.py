"""The columns that a person chose, as values and moments, or one clear refusal."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from lstm_viz.errors import ColumnError
from lstm_viz.phrases import shown
from lstm_viz.tables.number_times import read_number_times
from lstm_viz.tables.numerals import parse_numbers
from lstm_viz.tables.steps import Stamps
from lstm_viz.tables.table import Table

ROW_NUMBER = "(row number)"


def chosen_values(table: Table, name: str) -> npt.NDArray[np.float64]:
    """Return the values of a column of numbers, NaN where missing; any other column is a ColumnError."""
    column = table.column(name)
    if column.kind == "number":
        return table.numbers(name)
    if column.kind == "empty":
        raise ColumnError(f"Column `{shown(name)}` is empty in all {table.rows:,} rows. Pick another column.")
    if column.kind == "time":
        raise ColumnError(f'Column `{shown(name)}` holds times such as "{column.example}". Pick a column of numbers.')
    known = table.frame[name].dropna()
    place = int((np.isnan(parse_numbers(known, ".")) & np.isnan(parse_numbers(known, ","))).argmax())
    row, cell = known.index[place], shown(str(known.iloc[place]))
    raise ColumnError(f'Column `{shown(name)}` is text: row {row:,} holds "{cell}". Pick another column.')


def chosen_times(table: Table, name: str | None, target: str) -> tuple[str | None, Stamps | None]:
    """Return the time column and its moments (NaT where missing), or None twice if rows are the steps; or a ColumnError."""
    if name is None:
        name = table.proposed_time
    if name is None or name in ("", ROW_NUMBER):
        return None, None
    if all(column.name != name for column in table.columns) and name in table.combined_times:
        return name, table.moments(name)
    column = table.column(name)
    if name == target:
        raise ColumnError(f"Column `{shown(name)}` is chosen as time and as target. Pick two different columns.")
    if column.kind == "time":
        return name, table.stamps(name)
    stamps = _number_stamps(table.frame[name]) if column.kind == "number" else None
    if stamps is None:
        content = {"number": "numbers", "text": "text"}.get(column.kind, "blanks")
        raise ColumnError(
            f'Column `{shown(name)}` holds no times but {content} such as "{column.example}". '
            f"Pick another column, or {ROW_NUMBER} to take the rows in their order."
        )
    return name, stamps


def _number_stamps(values: pd.Series) -> Stamps | None:
    known = values.dropna()
    times = read_number_times(known.to_numpy(), str(values.name), always=True)
    if times is None:
        return None
    stamps = np.full(len(values), np.datetime64("NaT", "us"))
    stamps[values.notna().to_numpy()] = times.stamps
    return stamps

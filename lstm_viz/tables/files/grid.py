"""What every reader hands on: cells with names, before anything is known about types."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from lstm_viz.errors import FileTooLarge, NotATable
from lstm_viz.phrases import counted, megabytes
from lstm_viz.tables.files.layout import Layout
from lstm_viz.tables.files.read_options import Decision
from lstm_viz.tables.values.calendar_words import unique_names
from lstm_viz.tables.values.time_steps import Bools

MAX_BYTES = 50 * 1024**2
MAX_ROWS = 1_000_000
MAX_COLUMNS = 1000
MAX_CELLS = 60_000_000
MAX_UNPACKED_BYTES = 400 * 1024**2
_ONLY_COLUMNS = "only the columns that you need"


@dataclass(frozen=True, eq=False)
class Grid:
    """Cells under unique column names. Columns are text, or typed already where the file knows types (Parquet)."""

    cells: pd.DataFrame
    header_row: int | None = None
    units: tuple[str, ...] = ()  # one per column, "" where none is written
    encoding: str | None = None
    delimiter: str | None = None
    decisions: tuple[Decision, ...] = ()
    has_header: bool = True
    sheet: str | None = None
    sheets: tuple[str, ...] = ()
    exact: bool = False  # whether the file's own program wrote the numbers in text, with a decimal point
    since_1904: bool = False  # whether days are counted from 1904 on, as in old workbooks of a Mac


def framed(cells: pd.DataFrame, layout: Layout, chosen: bool = False) -> Grid:
    """Name the columns 0, 1, … of the rows from `layout.first` on, without blank rows and repeated headers."""
    body = _without_blank_rows(cells.set_axis(range(layout.first + 1, layout.first + 1 + len(cells)), axis=0))
    body, repeats = _without_headers(body, layout)
    if body.empty:
        named = sum(bool(name.strip()) for name in layout.names) if layout.header is not None else 0
        if not named:
            raise NotATable("The file holds no cells: nothing but blanks. Upload a table with a header and rows.")
        only = f"only a header ({counted(named, 'column')}) and no rows below it"
        raise NotATable(f"The file has {only}. Add rows and upload it again.")
    names = [*layout.names, *[""] * (body.shape[1] - len(layout.names))]
    units = [*layout.units, *[""] * (body.shape[1] - len(layout.units))]
    kept = [place for place, name in enumerate(names) if name.strip() or not (body.iloc[:, place] == "").all()]
    check_shape(len(body), len(kept))
    body = body.iloc[:, kept].set_axis(list(unique_names(names[place] for place in kept)), axis=1)
    decisions = [_header_decision(layout, chosen)]
    if layout.skipped:
        sentence = f"Skipped {counted(layout.skipped, 'row')} above the table."
        decisions.append(Decision("skipped", layout.skipped, sentence))
    if any(layout.units):
        decisions.append(Decision("units", None, "Read the row below the names as units."))
    header = None if layout.header is None else layout.header + 1
    kept_units = tuple(units[place] for place in kept)
    return Grid(body, header, kept_units, decisions=(*decisions, *repeats), has_header=header is not None)


def _header_decision(layout: Layout, chosen: bool) -> Decision:
    if layout.header is None:
        reason = "as you chose" if chosen else "the first row reads like those below it"
        return Decision("header", 0, f"Took no row as names of the columns: {reason}.", chosen, quiet=not chosen)
    row = layout.header + 1
    rows = f"rows {row - layout.joined + 1:,} to {row:,}" if layout.joined > 1 and not chosen else f"row {row:,}"
    why = ", as you chose" if chosen else ": the values start below"
    sentence = f"Took the names of the columns from {rows}{why}."
    return Decision("header", row, sentence, chosen, quiet=row == 1 and not chosen)


def _without_blank_rows(body: pd.DataFrame) -> pd.DataFrame:
    """Drop blank rows; a blank cell inside a single column is a gap, unless every other row is blank."""
    filled: Bools = np.zeros(len(body), dtype=bool)
    for place in range(body.shape[1]):
        filled |= np.asarray(body.iloc[:, place] != "", dtype=bool)
        if filled.all():
            return body
    if body.shape[1] == 1 and filled.sum() > 0.6 * len(body):
        places = filled.nonzero()[0]
        return body.iloc[places[0] : places[-1] + 1]
    return body[filled]


def _without_headers(body: pd.DataFrame, layout: Layout) -> tuple[pd.DataFrame, tuple[Decision, ...]]:
    if layout.header is None or body.empty or not any(layout.repeat):
        return body, ()
    same = np.ones(len(body), dtype=bool)
    for place in range(min(body.shape[1], len(layout.repeat))):
        rows = np.flatnonzero(same)
        cells = body.iloc[rows, place].str.strip()
        same[rows] = np.asarray(cells == layout.repeat[place], dtype=bool)
        if not same.any():
            return body, ()
    first, number = int(body.index[int(same.argmax())]), int(same.sum())
    verb = "repeat" if number > 1 else "repeats"
    sentence = f"Left out {counted(number, 'row')} that {verb} the names, the first is row {first:,}."
    return body[~same], (Decision("header", number, sentence),)


def check_bytes(size: int) -> None:
    """Refuse a file of more than `MAX_BYTES` (FileTooLarge)."""
    if size > MAX_BYTES:
        sizes = f"{megabytes(size)}, and the limit is {megabytes(MAX_BYTES)}"
        raise FileTooLarge(f"The file is too large: {sizes}. Upload fewer rows or {_ONLY_COLUMNS}.")


def check_shape(rows: int, columns: int) -> None:
    """Refuse a table of more than `MAX_ROWS`, `MAX_COLUMNS` or `MAX_CELLS` (FileTooLarge)."""
    if rows > MAX_ROWS:
        limit = f"it has more than {MAX_ROWS:,} rows, which is the limit"
        raise FileTooLarge(f"The table is too long: {limit}. Upload a shorter period or a coarser step.")
    if columns > MAX_COLUMNS:
        limit = f"it has more than {MAX_COLUMNS:,} columns, which is the limit"
        raise FileTooLarge(f"The table is too wide: {limit}. Upload {_ONLY_COLUMNS}.")
    if rows * columns > MAX_CELLS:
        limit = f"{rows:,} rows × {columns:,} columns are more than {MAX_CELLS:,} cells"
        raise FileTooLarge(f"The table is too large: {limit}. Upload {_ONLY_COLUMNS}.")


def check_unpacked(size: int, kind: str, how: str = "") -> None:
    """Refuse a packed file ("Excel") that unpacks to more than `MAX_UNPACKED_BYTES` (FileTooLarge)."""
    if size > MAX_UNPACKED_BYTES:
        sizes = f"{megabytes(size)} unpacked, and the limit is {megabytes(MAX_UNPACKED_BYTES)}"
        raise FileTooLarge(f"The {kind} file is too large: {sizes}. Save {_ONLY_COLUMNS}{how}.")

"""What every reader hands on: cells with names, before anything is known about types."""

from dataclasses import dataclass, field

import pandas as pd

from lstm_viz.errors import NotATable
from lstm_viz.tables.dialect import Rows, head_row
from lstm_viz.tables.limits import check_shape
from lstm_viz.tables.names import unique_names
from lstm_viz.tables.wording import counted


@dataclass(frozen=True, eq=False)
class Grid:
    """Cells under unique column names. Columns are text, or typed already where the file knows types (Parquet)."""

    cells: pd.DataFrame
    has_header: bool = True
    encoding: str | None = None
    delimiter: str | None = None
    notes: tuple[str, ...] = field(default=())


def framed(cells: pd.DataFrame, rows: Rows) -> tuple[pd.DataFrame, bool, tuple[str, ...]]:
    """Cut the header and what stands above it off a frame of text, name the columns and drop what is blank.

    `cells` has the columns 0, 1, … and one row for each row of the file; `rows` are the first of these as read.

    Returns:
        The body with the row of the file as its index, whether there is a header, and notes.

    Raises:
        NotATable: nothing but blank cells or a header.
        FileTooLarge: more rows or columns than are read.
    """
    cells = cells.set_axis(range(1, len(cells) + 1), axis=0)
    layout = head_row(rows)
    body = _without_blank_rows(cells.iloc[layout.first :])
    if body.empty:
        raise NotATable(_nothing_below(cells.iloc[layout.first - 1].tolist() if layout.has_header else []))
    header = cells.iloc[layout.first - 1].tolist() if layout.has_header else [""] * cells.shape[1]
    if layout.shifted and not (body.iloc[:, -1] == "").all():
        header = ["", *header[:-1]]
    named = [place for place, name in enumerate(header) if name.strip() or not (body.iloc[:, place] == "").all()]
    check_shape(len(body), len(named))
    body = body.iloc[:, named].set_axis(list(unique_names(header[place] for place in named)), axis=1)
    above = layout.first - int(layout.has_header) - layout.blank
    notes = (f"Skipped {counted(above, 'row')} above the table.",) if above > 0 else ()
    return body, layout.has_header, notes


def _nothing_below(header: list[str]) -> str:
    if not header:
        return "The file holds no cells: nothing but blanks. Upload a table with a header and rows."
    named = sum(bool(name.strip()) for name in header)
    return (
        f"The file has only a header ({counted(named, 'column')}) and no rows below it. Add rows and upload it again."
    )


def _without_blank_rows(body: pd.DataFrame) -> pd.DataFrame:
    """Drop blank rows; a blank cell inside a single column is a gap, unless every other row is blank."""
    filled = (body != "").any(axis=1).to_numpy()
    if body.shape[1] == 1 and filled.sum() > 0.6 * len(body):
        places = filled.nonzero()[0]
        return body.iloc[places[0] : places[-1] + 1]
    return body[filled]

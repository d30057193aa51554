"""Excel workbooks (.xlsx) to a grid."""

import datetime
import io
import warnings
import zipfile
from typing import Any

import pandas as pd

from lstm_viz.errors import FileTooLarge, LSTMVizError, NotATable
from lstm_viz.tables.grid import Grid, framed
from lstm_viz.tables.limits import MAX_ROWS, MAX_UNPACKED_BYTES, check_shape
from lstm_viz.tables.wording import megabytes, shown

_SAMPLE_ROWS = 200


def read_workbook(data: bytes) -> Grid:
    """Read the first sheet that has cells, and note its name if there are several.

    Raises:
        NotATable: damaged, locked by a password, or without cells.
        FileTooLarge: more rows, columns or unpacked bytes than are read.
    """
    _check_unpacked(data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            sheet, count, rows = _first_rows(data)
    except LSTMVizError:
        raise
    except Exception as error:  # noqa: BLE001 - a damaged workbook fails anywhere in its parser, with any type
        raise NotATable(
            f"The Excel file cannot be read: it is damaged ({type(error).__name__}). Save it again as .xlsx or as CSV."
        ) from None
    sample = [_short_title(row) for row in rows[:_SAMPLE_ROWS]]
    body, has_header, notes = framed(pd.DataFrame(rows, dtype="str"), sample)
    picked = f"Read the sheet `{shown(sheet)}`, the first of {count} with cells." if count > 1 else ""
    return Grid(body, has_header, notes=(*([picked] if picked else []), *notes))


def _check_unpacked(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        size = sum(member.file_size for member in archive.infolist())
    if size > MAX_UNPACKED_BYTES:
        raise FileTooLarge(
            f"The Excel file is too large: {megabytes(size)} unpacked, and the limit is "
            f"{megabytes(MAX_UNPACKED_BYTES)}. Save only the columns that you need, as CSV."
        )


def _first_rows(data: bytes) -> tuple[str, int, list[list[str]]]:
    """Return the name of the first sheet with cells, the number of sheets and the cells as text."""
    with pd.ExcelFile(io.BytesIO(data), engine="openpyxl") as book:
        sheets = book.book.worksheets
        for sheet in sheets:
            rows = _sheet_rows(sheet)
            if rows:
                return str(sheet.title), len(sheets), rows
    raise NotATable("The Excel file holds no cells: every sheet is empty. Upload a sheet with a header and rows.")


def _sheet_rows(sheet: Any) -> list[list[str]]:
    sheet.reset_dimensions()
    rows: list[list[str]] = []
    filled = width = 0
    for cells in sheet.iter_rows(values_only=True):
        row = [_text(cell) for cell in cells]
        while row and not row[-1]:
            row.pop()
        rows.append(row)
        if row:
            filled, width = len(rows), max(width, len(row))
            check_shape(min(filled, MAX_ROWS), width)
        if len(rows) > MAX_ROWS + _SAMPLE_ROWS:
            check_shape(len(rows), width)
    return [row + [""] * (width - len(row)) for row in rows[:filled]]


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat() if cell.time() == datetime.time.min else cell.isoformat(sep=" ")
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return str(cell).encode("utf-8", "replace").decode().strip()


def _short_title(row: list[str]) -> list[str]:
    """A line of title has one cell, at the left; every other row keeps its width."""
    return row[:1] if row[0] and not any(row[1:]) else row

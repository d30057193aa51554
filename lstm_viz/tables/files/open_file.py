"""A file of any kind (text, Excel, Parquet) to a grid."""

import datetime
import io
import warnings
import zipfile
from dataclasses import replace
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from lstm_viz.errors import LSTMVizError, NotATable, SettingsError
from lstm_viz.phrases import listed, listed_names, shown
from lstm_viz.tables.files.delimited import read_delimited
from lstm_viz.tables.files.detection import Rows, container, is_typed
from lstm_viz.tables.files.grid import MAX_ROWS, Grid, check_bytes, check_shape, check_unpacked, framed
from lstm_viz.tables.files.layout import find_layout, footer_decision, footer_rows
from lstm_viz.tables.files.read_options import Decision, Reading
from lstm_viz.tables.values.calendar_words import unique_names

_SAMPLE_ROWS = 200
_ENOUGH = 0.5  # of the values of the fullest sheet


def _read_parquet(data: bytes, reading: Reading) -> Grid:
    try:
        file = pq.ParquetFile(io.BytesIO(data))
        about = file.metadata
        check_shape(about.num_rows, about.num_columns)
        check_unpacked(sum(about.row_group(place).total_byte_size for place in range(about.num_row_groups)), "Parquet")
        table = file.read()
    except (pa.ArrowException, OSError, ValueError, TypeError, KeyError, OverflowError) as error:
        why = f"it is damaged ({type(error).__name__})"
        raise NotATable(f"The Parquet file cannot be read: {why}. Write it again, or save the table as CSV.") from None
    names = unique_names(table.column_names)
    columns = [_column(table.column(place)) for place in range(table.num_columns)]
    cells = pd.concat(columns, axis=1) if columns else pd.DataFrame()
    if cells.empty:
        raise NotATable("The Parquet file holds no cells: it has no rows or no columns. Upload a table with rows.")
    cells = cells.set_axis(list(names), axis=1).set_axis(range(1, len(cells) + 1), axis=0)
    return Grid(cells, exact=reading.decimal is None)


def _column(cells: pa.ChunkedArray) -> pd.Series:
    kind = cells.type
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return pd.Series(cells.cast(pa.float64(), safe=False).to_numpy())
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        return pd.Series(cells.cast(pa.timestamp("us"), safe=False).to_numpy())
    text = ("" if cell is None else str(cell).encode("utf-8", "replace").decode() for cell in cells.to_pylist())
    return pd.Series(list(text), dtype="str")


def read_grid(data: bytes, reading: Reading = Reading()) -> Grid:
    """Read a file as cells under names, before anything is known about types; raises what `read_table` does."""
    check_bytes(len(data))
    if not data:
        raise NotATable("The file is empty: 0 bytes. Upload a table with a header and rows.")
    kind = container(data)
    if kind not in _READERS:
        raise NotATable(f"The file is no table: it looks like {kind}. Save it as CSV, Excel .xlsx or Parquet.")
    return _READERS[kind](data, reading)


def _read_workbook(data: bytes, reading: Reading) -> Grid:
    """Read the wanted sheet, or the first that holds numbers as the fullest do, and note its name."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        check_unpacked(sum(member.file_size for member in archive.infolist()), "Excel", ", as CSV")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            rows, name, names, since_1904 = _read_sheet(data, reading.sheet)
    except LSTMVizError:
        raise
    except Exception as error:  # noqa: BLE001 - a damaged workbook fails anywhere in its parser, with any type
        why = f"it is damaged ({type(error).__name__})"
        raise NotATable(f"The Excel file cannot be read: {why}. Save it again as .xlsx or as CSV.") from None
    head = rows[: max(_SAMPLE_ROWS, (reading.header or 0) + 50)]
    titles = (bool(row and row[0]) and not any(row[1:]) for row in head)  # a line of title has one cell, at the left
    layout = find_layout([row[: 1 if title else None] for row, title in zip(head, titles, strict=True)], reading.header)
    body = rows[layout.first :]
    number = footer_rows(body[-_SAMPLE_ROWS:], layout)
    footer: tuple[Decision, ...] = ()
    if 0 < number < len(body):
        footer = (footer_decision(body[-number:], layout.first + len(body) - number + 1),)
        body = body[:-number]
    grid = framed(pd.DataFrame(body, dtype="str"), layout, reading.header is not None)
    only, chosen = len(names) == 1, reading.sheet is not None
    others = listed_names(other for other in names if other != name)
    why = "the only one" if only else f"the first that is full of numbers; there are also {others}"
    sentence = f"Read the sheet `{shown(name)}`, {'as you chose' if chosen else why}."
    decision = Decision("sheet", name, sentence, chosen, quiet=only and not chosen)
    exact = not any("," in cell for row in body[:_SAMPLE_ROWS] for cell in row)
    grid = replace(grid, decisions=(decision, *grid.decisions, *footer), exact=exact)
    return replace(grid, sheet=name, sheets=names, since_1904=since_1904)


def _read_sheet(data: bytes, wanted: str | None) -> tuple[Rows, str, tuple[str, ...], bool]:
    """Return the rows of the wanted or the best sheet, its name, those of all, and whether days count from 1904."""
    with pd.ExcelFile(io.BytesIO(data), engine="openpyxl") as book:
        sheets = {str(sheet.title): sheet for sheet in book.book.worksheets}
        name = wanted if wanted is not None else _best_sheet(sheets)
        if name not in sheets:
            raise SettingsError(f"`sheet` (={shown(name)}) is not in the file. Use one of {listed(list(sheets), 10)}.")
        rows = _sheet_rows(sheets[name], MAX_ROWS + _SAMPLE_ROWS)
        since_1904 = book.book.epoch == CALENDAR_MAC_1904
    if not rows:
        raise NotATable(f"The sheet `{shown(name)}` holds no cells. Pick another sheet, or fill it.")
    return rows, name, tuple(sheets), since_1904


def _best_sheet(sheets: dict[str, Any]) -> str:
    """Return the first sheet with half as many numbers and dates as the fullest; a cover of a few words has none."""
    if len(sheets) == 1:
        return next(iter(sheets))
    scores = {}
    for name, sheet in sheets.items():
        filled = [cell for row in _sheet_rows(sheet, _SAMPLE_ROWS) for cell in row if cell]
        scores[name] = sum(map(is_typed, filled[:4000])) + min(0.5, 0.01 * len(filled))
    top = max(scores.values())
    if top == 0:
        raise NotATable("The Excel file holds no cells: every sheet is empty. Upload a sheet with a header and rows.")
    return next(name for name, score in scores.items() if score >= _ENOUGH * top)


def _sheet_rows(sheet: Any, most: int) -> Rows:
    sheet.reset_dimensions()
    rows: Rows = []
    filled = width = 0
    for cells in sheet.iter_rows(values_only=True):
        row = [_text(cell) for cell in cells]
        while row and not row[-1]:
            row.pop()
        rows.append(row)
        if row:
            filled, width = len(rows), max(width, len(row))
            check_shape(min(filled, MAX_ROWS), width)
        if len(rows) > most:
            check_shape(len(rows) if most > _SAMPLE_ROWS else 0, width)
            break
    return [row + [""] * (width - len(row)) for row in rows[:filled]]


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat() if cell.time() == datetime.time.min else cell.isoformat(sep=" ")
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return str(cell).encode("utf-8", "replace").decode().strip()


_READERS = {"text": read_delimited, "xlsx": _read_workbook, "parquet": _read_parquet}

"""The bytes of an uploaded file to a table."""

import io
from pathlib import PurePath

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from lstm_viz.errors import NotATable
from lstm_viz.phrases import plain
from lstm_viz.tables.across import unfolded
from lstm_viz.tables.columns import type_columns
from lstm_viz.tables.containers import container
from lstm_viz.tables.delimited import read_delimited
from lstm_viz.tables.grid import Grid
from lstm_viz.tables.limits import check_bytes, check_shape, check_unpacked
from lstm_viz.tables.names import unique_names
from lstm_viz.tables.reading import Decision, Reading
from lstm_viz.tables.table import Table
from lstm_viz.tables.workbook import read_workbook

_DAMAGED = "The Parquet file cannot be read: it is damaged ({}). Write it again, or save the table as CSV."
_ENDINGS = {".xlsx": "xlsx", ".xlsm": "xlsx", ".parquet": "parquet", ".pq": "parquet"}
_WORDS = {"text": "text", "xlsx": "an Excel workbook", "parquet": "a Parquet file"}


def _read_parquet(data: bytes, reading: Reading) -> Grid:
    """Read a Parquet file; numbers and times keep their types, all else becomes text."""
    try:
        file = pq.ParquetFile(io.BytesIO(data))
        _check(file.metadata)
        table = file.read()
    except (pa.ArrowException, OSError, ValueError, TypeError, KeyError, OverflowError) as error:
        raise NotATable(_DAMAGED.format(type(error).__name__)) from None
    names = unique_names(table.column_names)
    columns = [_column(table.column(place)) for place in range(table.num_columns)]
    cells = pd.concat(columns, axis=1) if columns else pd.DataFrame()
    if cells.empty:
        raise NotATable("The Parquet file holds no cells: it has no rows or no columns. Upload a table with rows.")
    cells = cells.set_axis(list(names), axis=1).set_axis(range(1, len(cells) + 1), axis=0)
    return Grid(cells, exact=reading.decimal is None)


def _check(metadata: pq.FileMetaData) -> None:
    check_shape(metadata.num_rows, metadata.num_columns)
    size = sum(metadata.row_group(place).total_byte_size for place in range(metadata.num_row_groups))
    check_unpacked(size, "Parquet")


def _column(cells: pa.ChunkedArray) -> pd.Series:
    kind = cells.type
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return pd.Series(cells.cast(pa.float64(), safe=False).to_numpy())
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        return pd.Series(cells.cast(pa.timestamp("us"), safe=False).to_numpy())
    text = ("" if cell is None else str(cell).encode("utf-8", "replace").decode() for cell in cells.to_pylist())
    return pd.Series(list(text), dtype="str")


_READERS = {"text": read_delimited, "xlsx": read_workbook, "parquet": _read_parquet}


def read_table(data: bytes, name: str, reading: Reading = Reading()) -> Table:
    """Read CSV, TSV or other delimited text, Excel .xlsx or Parquet, by what the file holds rather than by its name.

    What `reading` leaves open is decided by evidence; the table tells each decision and why.

    Raises:
        NotATable: empty, binary, damaged, or without rows below the header.
        FileTooLarge: above `MAX_BYTES`, `MAX_ROWS` or `MAX_COLUMNS`.
        TableError: the wanted encoding does not fit the bytes.
        SettingsError: the wanted header or sheet is not there.
    """
    grid = unfolded(read_grid(data, reading), reading.periods)
    typed = type_columns(grid, reading)
    decisions = (*_ending_note(name, container(data)), *grid.decisions, *typed.decisions)
    about = ("encoding", "delimiter", "has_header", "header_row", "sheet", "sheets")
    return Table(
        plain(name, 200),
        typed.frame,
        typed.columns,
        notes=tuple(decision.sentence for decision in decisions if not decision.quiet),
        reading=reading,
        decisions=decisions,
        decimal=typed.decimal,
        **{name: getattr(grid, name) for name in about},
    )


def read_grid(data: bytes, reading: Reading = Reading()) -> Grid:
    """Read a file as cells under names, before anything is known about types; raises what `read_table` does."""
    check_bytes(len(data))
    if not data:
        raise NotATable("The file is empty: 0 bytes. Upload a table with a header and rows.")
    kind = container(data)
    if kind not in _READERS:
        raise NotATable(f"The file is no table: it looks like {kind}. Save it as CSV, Excel .xlsx or Parquet.")
    return _READERS[kind](data, reading)


def _ending_note(name: str, kind: str) -> tuple[Decision, ...]:
    ending = PurePath(name).suffix.lower()
    if _ENDINGS.get(ending, "text") == kind:
        return ()
    shown_ending = plain(ending, 12) or "nothing"
    sentence = f"The name ends in {shown_ending}, but the file is {_WORDS[kind]} and was read as that."
    return (Decision("format", kind, sentence),)

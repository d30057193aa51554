"""The bytes of an uploaded file to a table."""

from pathlib import PurePath

from lstm_viz.errors import NotATable
from lstm_viz.phrases import plain
from lstm_viz.tables.across import unfolded
from lstm_viz.tables.columns import type_columns
from lstm_viz.tables.containers import container
from lstm_viz.tables.delimited import read_delimited
from lstm_viz.tables.grid import Grid
from lstm_viz.tables.limits import check_bytes
from lstm_viz.tables.parquet import read_parquet
from lstm_viz.tables.reading import Decision, Reading
from lstm_viz.tables.table import Table
from lstm_viz.tables.workbook import read_workbook

_READERS = {"text": read_delimited, "xlsx": read_workbook, "parquet": read_parquet}
_ENDINGS = {".xlsx": "xlsx", ".xlsm": "xlsx", ".parquet": "parquet", ".pq": "parquet"}
_WORDS = {"text": "text", "xlsx": "an Excel workbook", "parquet": "a Parquet file"}


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
    return Table(
        name=plain(name, 200),
        frame=typed.frame,
        columns=typed.columns,
        encoding=grid.encoding,
        delimiter=grid.delimiter,
        has_header=grid.has_header,
        notes=tuple(decision.sentence for decision in decisions if not decision.quiet),
        reading=reading,
        decisions=decisions,
        decimal=typed.decimal,
        header_row=grid.header_row,
        sheet=grid.sheet,
        sheets=grid.sheets,
    )


def read_grid(data: bytes, reading: Reading = Reading()) -> Grid:
    """Read a file as cells under names, before anything is known about types.

    Raises:
        NotATable: empty, binary, damaged, or without rows below the header.
        FileTooLarge: above `MAX_BYTES`, `MAX_ROWS` or `MAX_COLUMNS`.
        TableError: the wanted encoding does not fit the bytes.
        SettingsError: the wanted header or sheet is not there.
    """
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

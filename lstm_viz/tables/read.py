"""The bytes of an uploaded file to a table."""

from pathlib import PurePath

from lstm_viz.errors import NotATable
from lstm_viz.tables.columns import type_columns
from lstm_viz.tables.containers import container
from lstm_viz.tables.delimited import read_delimited
from lstm_viz.tables.limits import check_bytes
from lstm_viz.tables.parquet import read_parquet
from lstm_viz.tables.table import Table
from lstm_viz.tables.wording import plain
from lstm_viz.tables.workbook import read_workbook

_READERS = {"text": read_delimited, "xlsx": read_workbook, "parquet": read_parquet}
_ENDINGS = {".xlsx": "xlsx", ".xlsm": "xlsx", ".parquet": "parquet", ".pq": "parquet"}
_WORDS = {"text": "text", "xlsx": "an Excel workbook", "parquet": "a Parquet file"}


def read_table(data: bytes, name: str) -> Table:
    """Read CSV, TSV or other delimited text, Excel .xlsx or Parquet, by what the file holds rather than by its name.

    Raises:
        NotATable: empty, binary, damaged, or without rows below the header.
        FileTooLarge: above `MAX_BYTES`, `MAX_ROWS` or `MAX_COLUMNS`.
    """
    check_bytes(len(data))
    if not data:
        raise NotATable("The file is empty: 0 bytes. Upload a table with a header and rows.")
    kind = container(data)
    if kind not in _READERS:
        raise NotATable(f"The file is no table: it looks like {kind}. Save it as CSV, Excel .xlsx or Parquet.")
    grid = _READERS[kind](data)
    frame, columns, notes = type_columns(grid)
    return Table(
        name=plain(name, 200),
        frame=frame,
        columns=columns,
        encoding=grid.encoding,
        delimiter=grid.delimiter,
        has_header=grid.has_header,
        notes=(*_ending_note(name, kind), *grid.notes, *notes),
    )


def _ending_note(name: str, kind: str) -> tuple[str, ...]:
    ending = PurePath(name).suffix.lower()
    if _ENDINGS.get(ending, "text") == kind:
        return ()
    return (f"The name ends in {plain(ending, 12) or 'nothing'}, but the file is {_WORDS[kind]} and was read as that.",)

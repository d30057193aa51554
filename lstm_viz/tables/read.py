"""The bytes of an uploaded file to a table."""

from pathlib import PurePath

from lstm_viz.phrases import plain
from lstm_viz.tables.across import unfolded
from lstm_viz.tables.columns import type_columns
from lstm_viz.tables.containers import container
from lstm_viz.tables.reading import Decision, Reading
from lstm_viz.tables.table import Table
from lstm_viz.tables.workbook import read_grid

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


def _ending_note(name: str, kind: str) -> tuple[Decision, ...]:
    ending = PurePath(name).suffix.lower()
    if _ENDINGS.get(ending, "text") == kind:
        return ()
    shown_ending = plain(ending, 12) or "nothing"
    sentence = f"The name ends in {shown_ending}, but the file is {_WORDS[kind]} and was read as that."
    return (Decision("format", kind, sentence),)

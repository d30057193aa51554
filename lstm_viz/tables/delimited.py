"""Delimited text (CSV, TSV, TXT) to a grid."""

import io
import warnings

import pandas as pd

from lstm_viz.errors import NotATable
from lstm_viz.tables.containers import text_kind
from lstm_viz.tables.dialect import find_delimiter, sample_rows, split_rows
from lstm_viz.tables.encoding import decode
from lstm_viz.tables.grid import Grid, framed
from lstm_viz.tables.limits import MAX_COLUMNS, MAX_ROWS, check_shape
from lstm_viz.tables.wording import counted

_ABOVE = 201  # rows that may stand above the body: a sample and its header
_NO_DELIMITER = "\x1f"


def read_delimited(data: bytes) -> Grid:
    """Read a text file as a grid of text cells.

    Raises:
        NotATable: no text, no cells, or only a header.
        FileTooLarge: more rows or columns than are read.
    """
    text, encoding = decode(data)
    if not text.strip():
        raise NotATable("The file is empty: it holds no text but blanks. Upload a table with a header and rows.")
    kind = text_kind(text)
    if kind is not None:
        raise NotATable(f"The file is no table: it looks like {kind}. Save it as CSV, Excel .xlsx or Parquet.")
    delimiter = find_delimiter(text)
    separator = delimiter or _NO_DELIMITER
    sample = sample_rows(text, separator)
    cells, uneven = _cells(text, separator, max(1, *map(len, sample)))
    body, has_header, notes = framed(cells, sample)
    return Grid(body, has_header, encoding, delimiter, (*_encoding_note(encoding), *notes, *uneven))


def _cells(text: str, delimiter: str, width: int) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Read with pandas; where a row is longer than the first rows or a quote never ends, row by row."""
    check_shape(0, width)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)
            cells = pd.read_csv(
                io.StringIO(text, newline=""),
                sep=delimiter,
                header=None,
                names=list(range(width)),
                index_col=False,
                dtype=str,
                na_filter=False,
                skip_blank_lines=False,
                nrows=MAX_ROWS + _ABOVE,
            )
    except (pd.errors.ParserError, pd.errors.ParserWarning, pd.errors.EmptyDataError):
        return _uneven_cells(text, delimiter)
    if (cells[width - 1] == "").any():
        return cells, _short_rows(text, delimiter, width)
    return cells, ()


def _uneven_cells(text: str, delimiter: str) -> tuple[pd.DataFrame, tuple[str, ...]]:
    rows: list[list[str]] = []
    for row in split_rows(text, delimiter):
        if len(row) > MAX_COLUMNS:
            check_shape(0, len(row))
        rows.append(row)
        if len(rows) > MAX_ROWS + _ABOVE:
            break
    width = max(map(len, rows))
    check_shape(min(len(rows), MAX_ROWS), width)
    usual = max(1, *map(len, sample_rows(text, delimiter)))
    notes = _short_rows(text, delimiter, usual)
    long = [place for place, row in enumerate(rows, start=1) if len(row) > usual]
    if long:
        notes += (f"{counted(len(long), 'row')} longer than the others, the first is row {long[0]:,}: added columns.",)
    return pd.DataFrame([row + [""] * (width - len(row)) for row in rows], dtype="str"), notes


def _short_rows(text: str, delimiter: str, width: int) -> tuple[str, ...]:
    short = [place for place, row in enumerate(split_rows(text, delimiter), start=1) if 0 < len(row) < width]
    if not short or width == 1:
        return ()
    number = counted(len(short), "row")
    return (f"{number} shorter than the others, the first is row {short[0]:,}: filled with blanks.",)


def _encoding_note(encoding: str) -> tuple[str, ...]:
    return () if encoding in ("utf-8", "utf-8-sig") else (f"Read the text as {encoding.upper()}.",)

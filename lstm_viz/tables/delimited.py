"""Delimited text (CSV, TSV, TXT) to a grid."""

import csv
import io
import itertools
import re
from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from lstm_viz.errors import NotATable
from lstm_viz.phrases import counted
from lstm_viz.tables.aligned import cut_columns
from lstm_viz.tables.archive import is_archive, read_archive
from lstm_viz.tables.containers import text_kind
from lstm_viz.tables.dialect import Dialect, find_dialect, head_rows, split_lines, unwrapped
from lstm_viz.tables.encoding import decode
from lstm_viz.tables.footers import without_footer
from lstm_viz.tables.grid import Grid, framed
from lstm_viz.tables.layout import Layout, find_layout
from lstm_viz.tables.limits import MAX_COLUMNS, MAX_ROWS, check_shape
from lstm_viz.tables.reading import Decision, Reading

_START_DATE = re.compile(r"(?i)\bstart date: *(\d{4})-?(\d{2})-?(\d{2})\b")
_NTH = re.compile(r"(?i)nth (day|week|hour|minute)")
_SAMPLE_ROWS = 200
_WORDS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars", " ": "blanks", "": "line ends only"}


def read_delimited(data: bytes, reading: Reading) -> Grid:
    """Read a text file as a grid of text cells.

    Raises:
        NotATable: no text, no cells, or only a header.
        FileTooLarge: more rows or columns than are read.
        TableError: the wanted encoding does not fit.
        SettingsError: the wanted header lies beyond the file.
    """
    decoded = decode(data, reading.encoding)
    if is_archive(decoded.text):
        grid = read_archive(decoded.text)
        return replace(grid, encoding=decoded.encoding, decisions=(*decoded.decisions, *grid.decisions))
    text, cutting = _plain_lines(decoded.text, reading)
    dialect = find_dialect(text, reading.delimiter)
    told = _delimiter_decision(dialect, reading.delimiter is not None)
    columns = cut_columns(text) if dialect.blanks and dialect.quote == '"' else None
    if columns is not None:
        text, dialect = columns, Dialect("\t", None)
        told = Decision("delimiter", " ", "Cut the rows where columns of blanks go through all of them.", told.chosen)
    layout = _layout(text, dialect, reading)
    start = _body_start(text, dialect, layout.first)
    text, footer = without_footer(text, start, dialect, layout)
    if footer:
        layout = _layout(text, dialect, reading)
        start = _body_start(text, dialect, layout.first)
    cells, uneven = _cells(text, start, dialect, layout)
    if layout.cut_decimals and dialect.delimiter == ",":
        cells, uneven = _joined_decimals(cells, layout.width), (_JOINED,)
    grid = _with_start(framed(cells, layout, reading.header is not None), text[:start])
    decisions = (*decoded.decisions, *cutting, told, *grid.decisions, *footer, *uneven)
    return replace(grid, encoding=decoded.encoding, delimiter=str(told.value) or None, decisions=decisions)


def _with_start(grid: Grid, above: str) -> Grid:
    """Name the moment from which a column counts, where the lines above the table tell it ("Nth day", "Start date: …")."""
    start, names = _START_DATE.search(above), [_NTH.fullmatch(str(name)) for name in grid.cells.columns]
    if start is None or not any(names):
        return grid
    since = "-".join(start.groups())
    named = [
        name if nth is None else f"{name} ({nth[1].lower()}s since {since})"
        for name, nth in zip(grid.cells.columns, names, strict=True)
    ]
    return replace(grid, cells=grid.cells.set_axis(named, axis=1))


_JOINED = Decision(
    "decimal",
    ",",
    "Joined the last two cells of every row: the rows have one cell more than names, as if decimal commas cut the numbers.",
    warning=True,
)


def _joined_decimals(cells: pd.DataFrame, width: int) -> pd.DataFrame:
    last = cells[width - 1] + ("," + cells[width]).where(cells[width] != "", "")
    return pd.concat([cells.iloc[:, : width - 1], last.rename(width - 1)], axis=1)


def _layout(text: str, dialect: Dialect, reading: Reading) -> Layout:
    rows = head_rows(text, dialect, max(_SAMPLE_ROWS, (reading.header or 0) + 50))
    return find_layout([[], *rows[1:]] if dialect.told else rows, reading.header, dialect.blanks)


def _plain_lines(text: str, reading: Reading) -> tuple[str, tuple[Decision, ...]]:
    if not text.strip():
        raise NotATable("The file is empty: it holds no text but blanks. Upload a table with a header and rows.")
    kind = text_kind(text)
    if kind is not None:
        raise NotATable(f"The file is no table: it looks like {kind}. Save it as CSV, Excel .xlsx or Parquet.")
    bare = unwrapped(text) if reading.delimiter != "" else None
    if bare is None:
        return text, ()
    return bare, (Decision("quotes", None, "Took the quotes off every line: each line was quoted as one cell."),)


def _delimiter_decision(dialect: Dialect, chosen: bool) -> Decision:
    words = _WORDS[dialect.delimiter]
    if dialect.quote is None:
        sentence = f"Cut the rows at {words}, and read quotes as plain letters: one of them never ends."
        return Decision("delimiter", dialect.delimiter, sentence, chosen, warning=True)
    if chosen:
        return Decision("delimiter", dialect.delimiter, f"Cut the rows at {words}, as you chose.", chosen=True)
    if dialect.told:
        return Decision("delimiter", dialect.delimiter, f"Cut the rows at {words}, as the first line says.")
    sentence = f"Cut the rows at {words}: so they are of even length and read as numbers and dates."
    return Decision("delimiter", dialect.delimiter, sentence, quiet=dialect.delimiter != " ")


def _body_start(text: str, dialect: Dialect, rows: int) -> int:
    """Return the character at which the row `rows` (from 0) starts."""
    handle = io.StringIO(text[: 4 * 1024 * 1024], newline="")
    for _ in itertools.islice(split_lines(handle, dialect), rows):
        pass
    return handle.tell()


def _cells(text: str, start: int, dialect: Dialect, layout: Layout) -> tuple[pd.DataFrame, tuple[Decision, ...]]:
    """Read with pandas; where a row is longer than the first rows or a quote never ends, row by row."""
    width = layout.width + layout.cut_decimals
    check_shape(0, width)
    if len(next(_rows(text, start, dialect), ())) > width:  # pandas would drop cells, with a warning alone
        return _uneven_cells(text, start, _never_ending(text, start, dialect), layout)
    handle = io.StringIO(text, newline="")
    handle.seek(start)
    try:
        cells = pd.read_csv(
            handle,
            sep=r"\s+" if dialect.blanks else dialect.separator,
            header=None,
            names=list(range(width)),
            index_col=False,
            dtype=str,
            na_filter=False,
            skip_blank_lines=False,
            nrows=MAX_ROWS + _SAMPLE_ROWS,
            quotechar=dialect.quote or '"',
            quoting=csv.QUOTE_MINIMAL if dialect.quote else csv.QUOTE_NONE,
        )
    except (pd.errors.ParserError, pd.errors.EmptyDataError):
        return _uneven_cells(text, start, _never_ending(text, start, dialect), layout)
    if dialect.quote is None:
        cells = cells.apply(lambda column: column.str.strip('"'))
    usual = layout.usual
    uneven = _long_rows(cells, layout) if width > usual else ()
    if usual > 1 and (cells[usual - 1] == "").any():
        uneven += _short_rows(_rows(text, start, dialect), layout)
    return cells, uneven


def _long_rows(cells: pd.DataFrame, layout: Layout) -> tuple[Decision, ...]:
    """Say which rows hold more cells than the others: a delimiter at the end is none."""
    more = (cells.iloc[:, layout.usual :] != "").any(axis=1).to_numpy()
    if not more.any() or more.sum() * 2 > len(more):
        return ()
    return (_added(int(more.sum()), layout.first + 1 + int(more.argmax())),)


def _added(number: int, first: int) -> Decision:
    sentence = f"{counted(number, 'row')} longer than the others, the first is row {first:,}: added columns."
    return Decision("rows", number, sentence, warning=True)


def _rows(text: str, start: int, dialect: Dialect) -> Iterator[list[str]]:
    handle = io.StringIO(text, newline="")
    handle.seek(start)
    return split_lines(handle, dialect)


def _never_ending(text: str, start: int, dialect: Dialect) -> Dialect:
    """Read quotes as plain letters if one of them never ends and swallows rows."""
    if dialect.quote is None or text.count(dialect.quote, start) % 2 == 0:
        return dialect
    last: list[str] = []
    for row in _rows(text, start, dialect):
        last = row
    swallowed = max((cell.count("\n") for cell in last), default=0)
    return replace(dialect, quote=None) if swallowed > 1 else dialect


def _uneven_cells(text: str, start: int, dialect: Dialect, layout: Layout) -> tuple[pd.DataFrame, tuple[Decision, ...]]:
    rows: list[list[str]] = []
    for row in _rows(text, start, dialect):
        if len(row) > MAX_COLUMNS:
            check_shape(0, len(row))
        rows.append(row)
        if len(rows) > MAX_ROWS + _SAMPLE_ROWS:
            break
    least = layout.width + layout.cut_decimals
    width = max(least, *map(len, rows)) if rows else least
    check_shape(min(len(rows), MAX_ROWS), width)
    usual = layout.usual
    decisions = _short_rows(iter(rows), layout)
    first = layout.first + 1
    long = [place for place, row in enumerate(rows, start=first) if len(row) > usual]
    if long:
        decisions += (_added(len(long), long[0]),)
    cells = [row + [""] * (width - len(row)) for row in rows]
    return pd.DataFrame(cells, columns=range(width), dtype="str"), decisions


def _short_rows(rows: Iterator[list[str]], layout: Layout) -> tuple[Decision, ...]:
    width = min(len(layout.repeat) or layout.usual, layout.usual)
    short = [place for place, row in enumerate(rows, start=layout.first + 1) if 0 < len(row) < width]
    if not short or width == 1:
        return ()
    number = counted(len(short), "row")
    sentence = f"{number} shorter than the others, the first is row {short[0]:,}: filled with blanks."
    return (Decision("rows", len(short), sentence, warning=True),)

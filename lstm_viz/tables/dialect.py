"""Text to a grid of cells: the delimiter, the header, and rows of uneven length."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from lstm_viz.tables.clocks import cell_formats
from lstm_viz.tables.numerals import MISSING, looks_numeric

Rows = list[list[str]]

_DELIMITERS = ("\t", ";", "|", ",")
_SAMPLE_ROWS = 200
_SAMPLE_CHARS = 256 * 1024
csv.field_size_limit(2**31 - 1)
_QUARTER = re.compile(r"\d{4}[ -]?[QqWM]\d{1,2}|[Qq]\d[ -]?\d{4}")


@dataclass(frozen=True)
class Layout:
    """Where the body starts (its first row, from 0), how many rows above it are blank, and whether a header is there.

    `shifted`: the header lacks the name of the first column, as R writes tables.
    """

    first: int
    blank: int
    has_header: bool
    shifted: bool


def sample_rows(text: str, delimiter: str) -> Rows:
    """Return the first rows (at most 200) as cells."""
    head = text[:_SAMPLE_CHARS]
    if len(text) > _SAMPLE_CHARS:
        head = head[: max(head.rfind("\n"), head.rfind("\r")) + 1] or head
    rows: Rows = []
    for row in split_rows(head, delimiter):
        rows.append(row)
        if len(rows) == _SAMPLE_ROWS:
            break
    return rows


def split_rows(text: str, delimiter: str) -> Iterator[list[str]]:
    """Yield every row of the text as cells, as the csv module reads it, whatever the length of its cells."""
    yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)


def find_delimiter(text: str) -> str | None:
    """Return the delimiter under which the first rows agree best on their length and read as numbers and dates.

    None means that the text is a single column.
    """
    single = 0.6 * _typed_share([row for row in sample_rows(text, "\x1f") if row])
    best, top = None, single
    for delimiter in _DELIMITERS:
        score = _score([row for row in sample_rows(text, delimiter) if any(cell.strip() for cell in row)])
        if score > top:
            best, top = delimiter, score
    return best


def _score(rows: Rows) -> float:
    width = _usual_width(rows)
    if width < 2:
        return 0.0
    first = next(place for place, row in enumerate(rows) if len(row) >= width - 1 and len(row) > 1)
    body = rows[first:]
    even = sum(len(row) == width for row in body) / len(body)
    headless_title = first > 0 and not head_row(rows).has_header
    return even * _typed_share(body) * (0.4 if headless_title else 1.0)


def _typed_share(rows: Rows) -> float:
    """Return 0.2 to 1: the share of typed cells, so that a table of words alone still counts."""
    cells = [cell for row in rows for cell in row]
    return 0.2 + 0.8 * sum(map(is_typed, cells)) / max(1, len(cells))


def _usual_width(rows: Rows) -> int:
    return Counter(map(len, rows)).most_common(1)[0][0] if rows else 0


def is_typed(cell: str) -> bool:
    """Return whether a cell reads as a number or a moment (not: as missing)."""
    cell = cell.strip()[:60]
    if not any(map(str.isdigit, cell)):
        return False
    return bool(looks_numeric(cell) or _QUARTER.fullmatch(cell) or cell_formats(cell.removesuffix("Z")))


def is_missing(cell: str) -> bool:
    """Return whether a cell is blank or a mark for nothing."""
    return cell.strip().lower() in MISSING


def head_row(rows: Rows) -> Layout:
    """Find the first row of the table and whether it is a header.

    It is one if more columns of numbers or dates start with a word than with a number or date; or if all is words.
    """
    width = _usual_width([row for row in rows if any(cell.strip() for cell in row)])
    first = next((place for place, row in enumerate(rows) if _starts_table(row, width)), 0)
    blank = sum(not any(cell.strip() for cell in row) for row in rows[:first])
    body = [row for row in rows[first + 1 :] if any(cell.strip() for cell in row)]
    shifted = len(rows[first]) == width - 1 if rows else False
    has_header = _is_header(rows[first], body, int(shifted)) if rows else False
    return Layout(first + int(has_header), blank, has_header, has_header and shifted)


def _starts_table(row: list[str], width: int) -> bool:
    filled = sum(bool(cell.strip()) for cell in row)
    return filled > 0 and len(row) >= width - 1 and (width < 3 or filled > 1) and (width != 2 or len(row) > 1)


def _is_header(head: list[str], body: Rows, shift: int) -> bool:
    votes = 0
    for place, cell in enumerate(head):
        column = [row[place + shift] for row in body if place + shift < len(row) and not is_missing(row[place + shift])]
        typed = sum(map(is_typed, column)) * 5 >= len(column) * 4 and bool(column)
        if is_typed(cell):
            votes -= 1
        elif typed and cell.strip() and not is_missing(cell):
            votes += 1
    return votes > 0 or (votes == 0 and not any(map(is_typed, head)) and any(cell.strip() for cell in head))

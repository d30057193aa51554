"""Clean text with labels, read in blocks of a few megabytes: MNIST as CSV (60,000 × 785 cells) never fills the memory."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from lstm_viz.errors import FileTooLarge, LabelledError
from lstm_viz.phrases import counted, megabytes, shown
from lstm_viz.sequences.labelled.table_body import (
    HEAD_ROWS,
    NARROW,
    NARROW_ROWS,
    Body,
    Cells,
    as_text,
    bad_cell,
    mark_of,
    marks_for_nothing,
    names_by_number,
    numbers_of,
    small,
)
from lstm_viz.tables.files.detection import Dialect, container, find_dialect, head_rows, text_kind
from lstm_viz.tables.files.grid import MAX_CELLS, MAX_ROWS, Grid
from lstm_viz.tables.files.layout import Layout, find_layout
from lstm_viz.tables.files.open_file import read_grid
from lstm_viz.tables.files.read_options import Reading
from lstm_viz.tables.values.calendar_words import unique_names
from lstm_viz.tables.values.numbers import Mark
from lstm_viz.tables.values.time_spellings import cell_kind

MAX_LABELLED_BYTES = 200 * 1024**2
_END_BYTES = 64 * 1024
_HEAD_BYTES = 256 * 1024
_END = re.compile(rb"(?:,?;[ \t]*|[,\t] *)(\r?\n|\r?\Z)")
MAX_STEPS = 20_000  # cells of a row
_NARROW_BYTES = 2 * 1024**2
_BLOCK = 4 * 1024**2
_UNCUT = re.compile(r"[^\W\d][,;\t]|[,;\t][^\W\d]")  # a letter beside a sign that cuts


def check_size(data: bytes) -> None:
    """Refuse a file of more than `MAX_LABELLED_BYTES` (FileTooLarge)."""
    if len(data) > MAX_LABELLED_BYTES:
        raise FileTooLarge(
            f"The file is too large: {megabytes(len(data))}, and the limit is {megabytes(MAX_LABELLED_BYTES)}. "
            "Give fewer examples."
        )


def open_cells(data: bytes, reading: Reading = Reading()) -> Cells:
    """Open clean text here, anything else (quotes, encodings, Excel) with the readers of `tables`."""
    data = _without_ends(data.removeprefix(b"\xef\xbb\xbf"))
    found = _clean_layout(data, reading)
    if found is not None:
        return TextCells(data, reading, *found)
    cells = _GridCells(read_grid(data, reading), reading)
    if cells.has_header or reading.header is not None or not names_by_number(cells.head):
        return cells
    return _GridCells(read_grid(data, replace(reading, header=1)), reading)


def _without_ends(data: bytes) -> bytes:
    """Remove what ends every row: the semicolon of the WISDM logs, or a delimiter after the last cell."""
    lines = [line for line in data[:_END_BYTES].split(b"\n")[1:-1] if line.strip()]
    return _END.sub(rb"\1", data) if len(lines) > 1 and all(map(_END.search, lines)) else data


class _GridCells(Cells):
    def __init__(self, grid: Grid, reading: Reading) -> None:
        self._cells = grid.cells
        self.names = tuple(str(name) for name in grid.cells.columns)
        self.has_header = grid.has_header
        self.notes = tuple(decision.sentence for decision in grid.decisions if not decision.quiet)
        sample = grid.cells.iloc[: NARROW_ROWS if len(self.names) <= NARROW else HEAD_ROWS]
        columns = [as_text(sample[name]) for name in grid.cells.columns]
        self.head = [list(row) for row in zip(*columns, strict=True)]
        self._mark: Mark = "." if grid.exact else mark_of(self.head, reading, grid.delimiter or "")
        self._nothing = marks_for_nothing(reading)

    def read(self, texts: tuple[int, ...], unused: tuple[int, ...] = ()) -> Body:
        """Read the columns one by one."""
        places = tuple(place for place in range(len(self.names)) if place not in (*texts, *unused))
        words = {place: as_text(self._cells.iloc[:, place]) for place in texts}
        columns = [self._column(place) for place in places]
        values = np.column_stack(columns) if columns else np.zeros((len(self._cells), 0), np.float32)
        return Body(self._cells.index.to_numpy(dtype=np.int64), words, places, small(values))

    def _column(self, place: int) -> np.ndarray:
        cells, name = self._cells.iloc[:, place], self.names[place]
        if pd.api.types.is_numeric_dtype(cells):
            numbers = cells.to_numpy(dtype=np.float32, na_value=np.nan)
        else:
            numbers = numbers_of(pd.Series(as_text(cells), cells.index, dtype="str"), self._mark, self._nothing, name)
        if np.isinf(numbers).any():
            at = int(np.isinf(numbers).argmax())
            raise LabelledError(bad_cell(int(cells.index[at]), name, None))
        return numbers


class TextCells(Cells):
    """Text in UTF-8 without quotes: read in blocks of lines."""

    def __init__(self, data: bytes, reading: Reading, dialect: Dialect, layout: Layout) -> None:
        self._data, self._dialect, self._first = data, dialect, layout.first
        self._start = _start_of_line(data, layout.first)
        self._width = _widest(data, self._start, dialect)
        self.has_header = layout.header is not None
        skipped = (f"Skipped {counted(layout.skipped, 'row')} above the names.",) if layout.skipped else ()
        self.notes = ("No row names the columns: the first row is an example.",)
        if layout.header is not None:
            self.notes = (*skipped, f"Took the names of the columns from row {layout.header + 1:,}.")
        names = list(layout.names)[: self._width]
        if not self.has_header:
            names += [""] * (self._width - len(names))
        while len(names) > 1 and self.has_header and not names[-1].strip():
            names.pop()
        self.names = unique_names(names)
        most, size = (NARROW_ROWS, _NARROW_BYTES) if self._width <= NARROW else (HEAD_ROWS, _HEAD_BYTES)
        sample = data[self._start : self._start + size]
        rows = head_rows(_whole_lines(sample).decode("utf-8", errors="replace"), dialect, most)
        self.head = [[cell.strip() for cell in row] for row in rows if any(cell.strip() for cell in row)]
        uncut = [next(filter(_UNCUT.search, row), "") for row in self.head if dialect.delimiter == " "]
        if uncut and all(uncut) and reading.delimiter is None:
            raise LabelledError(
                f"Blanks cut the rows into more cells than any sign does, and leave “{shown(uncut[0])}” whole. Choose the "
                "sign between cells, or give a table with a number in each cell."
            )
        self._mark = mark_of(self.head, reading, dialect.delimiter)
        self._nothing = marks_for_nothing(reading)

    def read(self, texts: tuple[int, ...], unused: tuple[int, ...] = ()) -> Body:
        """Read block by block; a block with text where a number should be is read again, slowly, to say where."""
        places = tuple(place for place in range(self._width) if place not in (*texts, *unused))
        blocks: list[np.ndarray] = []
        words: dict[int, list[str]] = {place: [] for place in texts}
        rows: list[np.ndarray] = []
        row = self._first + 1
        for block in _blocks(self._data, self._start):
            frame = self._frame(block, places, texts)
            numbers = self._numbers(frame, places, row)
            filled = ~np.isnan(numbers).all(axis=1) | (frame[list(texts)] != "").to_numpy().any(axis=1)
            blocks.append(small(numbers[filled]))
            rows.append(row + np.flatnonzero(filled))
            for place in texts:
                words[place] += frame[place][filled].tolist()
            row += len(frame)
            count = sum(map(len, rows))
            if count > MAX_ROWS or count * self._width > MAX_CELLS:
                raise FileTooLarge(
                    f"The file is too large: more than {count - 1:,} rows × {self._width:,} columns; the limit is "
                    f"{MAX_ROWS:,} rows and {MAX_CELLS:,} cells. Give fewer examples."
                )
        return self._without_extras(Body(np.concatenate(rows), words, places, np.concatenate(blocks)))

    def _frame(self, block: bytes, places: tuple[int, ...], texts: tuple[int, ...]) -> pd.DataFrame:
        def parsed(kind: Any, **more: Any) -> pd.DataFrame:
            frame: pd.DataFrame = pd.read_csv(
                io.BytesIO(block),
                sep=r"\s+" if self._dialect.blanks else self._dialect.separator,
                header=None,
                names=list(range(self._width)),
                dtype=dict.fromkeys(places, kind),
                converters=dict.fromkeys(texts, _guarded),
                index_col=False,
                keep_default_na=False,
                skip_blank_lines=False,
                quoting=csv.QUOTE_NONE,
                encoding="utf-8",
                **more,
            )
            return frame

        try:
            with np.errstate(over="ignore"):  # 1e300 is no float32: it becomes infinite and is refused
                frame = parsed(np.float32, na_values=self._nothing, decimal=self._mark)
        except ValueError:
            frame = parsed("str", na_filter=False)
        for place in texts:
            frame[place] = frame[place].str[1:].fillna("")
        return frame

    def _numbers(self, frame: pd.DataFrame, places: tuple[int, ...], row: int) -> np.ndarray:
        columns = frame[list(places)]
        if all(dtype == np.float32 for dtype in columns.dtypes):
            numbers = columns.to_numpy(dtype=np.float32)
        else:
            columns_ = (
                numbers_of(columns[place], self._mark, self._nothing, self._name(place), row) for place in places
            )
            numbers = np.column_stack(list(columns_))
        infinite = np.argwhere(np.isinf(numbers))
        if len(infinite):
            at, place = infinite[0]
            raise LabelledError(bad_cell(row + int(at), self._name(places[place]), None))
        return numbers

    def _name(self, place: int) -> str:
        return self.names[place] if place < len(self.names) else ""

    def _without_extras(self, body: Body) -> Body:
        """Drop what delimiters at the ends of rows make of them; any other cell behind the last name is too many."""
        named = sum(place < len(self.names) for place in body.places)
        if named == len(body.places):
            return body
        extra = body.values[:, named:]
        many = np.ones(len(extra), dtype=bool) if extra.dtype == np.uint8 else ~np.isnan(extra).all(axis=1)
        if many.any():
            raise LabelledError(
                f"Row {body.rows[many.argmax()]:,} is longer than the header: it has more than {len(self.names):,} cells. "
                "Mend the row or the names."
            )
        return Body(body.rows, body.texts, body.places[:named], small(body.values[:, :named]))


def _guarded(cell: str) -> str:
    """Put a letter before a text, so that pandas takes no class called "none" for nothing."""
    return f"={cell.strip()}"


def _clean_layout(data: bytes, reading: Reading) -> tuple[Dialect, Layout] | None:
    """Return how clean text is laid out, or None for what is left to the readers of `tables`."""
    if container(data) != "text" or b"\n" not in data or any(mark in data for mark in (b'"', b"\x00", b"'")):
        return None
    encoding = reading.encoding or "utf-8"
    if encoding not in ("utf-8", "utf-8-sig", "ascii") or data.count(b"\r") != data.count(b"\r\n"):
        return None
    try:
        head = _whole_lines(data[:_HEAD_BYTES]).decode("utf-8")
        if not data.isascii():
            data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    if not head.strip() or text_kind(head) is not None:
        return None
    dialect = find_dialect(head, reading.delimiter)
    if dialect.declared or dialect.quote != '"' or reading.delimiter == "":
        return None
    if not dialect.delimiter:
        return _ragged_layout(head, reading)
    rows = head_rows(head, dialect)
    numbered = reading.header is None and bool(rows) and names_by_number(rows)
    layout = find_layout(rows, 1 if numbered else reading.header, dialect.blanks)
    return None if layout.cut_decimals or any(layout.units) or layout.joined > 1 else (dialect, layout)


def _ragged_layout(head: str, reading: Reading) -> tuple[Dialect, Layout] | None:
    """Return how rows of many lengths are cut, as series of many lengths stand in a file: all but the labels are numbers."""
    for delimiter in ("\t", ";", ",", " ") if ", " in head else ("\t", ";", " ", ","):
        dialect = Dialect(delimiter)
        rows = [row for row in head_rows(head, dialect) if any(cell.strip() for cell in row)]
        named = reading.header is None and len(rows) > 1 and "number" not in map(cell_kind, rows[0][1:])
        body = rows[1:] if named or reading.header == 1 else rows
        values = [cell for row in body for cell in row[1:]]
        if len(values) >= 2 * len(body) > 2 and all(cell_kind(cell) in ("number", "missing") for cell in values):
            first = len(rows) - len(body)
            width = max(map(len, body))
            names = tuple(rows[0]) if first else ("",) * width
            return dialect, Layout(first, width, 0 if first else None, names, (), 0)
    return None


def _whole_lines(data: bytes) -> bytes:
    return data[: data.rfind(b"\n") + 1] or data


def _start_of_line(data: bytes, lines: int) -> int:
    start = 0
    for _ in range(lines):
        start = data.find(b"\n", start) + 1 or len(data)
    return start


def _blocks(data: bytes, start: int) -> Iterator[bytes]:
    while start < len(data):
        end = data.rfind(b"\n", start, start + _BLOCK) + 1 or data.find(b"\n", start) + 1 or len(data)
        yield data[start:end]
        start = end


def _widest(data: bytes, start: int, dialect: Dialect) -> int:
    widest = 1
    for block in _blocks(data, start):
        if dialect.blanks:
            widest = max(widest, *(len(line.split()) for line in block.split(b"\n")))
            continue
        letters = np.frombuffer(block, dtype=np.uint8)
        ends = np.append(np.flatnonzero(letters == ord("\n")), len(letters))
        cuts = np.searchsorted(np.flatnonzero(letters == ord(dialect.delimiter)), ends)
        widest = max(widest, int(np.diff(cuts, prepend=0).max()) + 1)
    if widest > MAX_STEPS:
        raise FileTooLarge(
            f"A row of the file has {widest:,} cells, and the limit is {MAX_STEPS:,}. Give shorter sequences."
        )
    return widest

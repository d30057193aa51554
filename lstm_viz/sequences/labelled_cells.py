"""The cells of a labelled file: clean text in blocks, anything else by the readers of `tables`."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd

from lstm_viz.errors import FileTooLarge, LabelledError
from lstm_viz.phrases import megabytes
from lstm_viz.sequences.labelled_body import (
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
from lstm_viz.sequences.labelled_text import TextCells, clean_layout
from lstm_viz.tables.grid import Grid
from lstm_viz.tables.numerals import Mark
from lstm_viz.tables.read import read_grid
from lstm_viz.tables.reading import Reading

MAX_LABELLED_BYTES = 200 * 1024**2
_HEAD_BYTES = 64 * 1024
_END = re.compile(rb"(?:,?;[ \t]*|[,\t] *)(\r?\n|\r?\Z)")


def check_size(data: bytes) -> None:
    """Refuse a file of more bytes than are read.

    Raises:
        FileTooLarge: more than `MAX_LABELLED_BYTES`.
    """
    if len(data) > MAX_LABELLED_BYTES:
        raise FileTooLarge(
            f"The file is too large: {megabytes(len(data))}, and the limit is {megabytes(MAX_LABELLED_BYTES)}. "
            "Give fewer examples."
        )


def open_cells(data: bytes, reading: Reading = Reading()) -> Cells:
    """Look at the first rows of a file: of clean text here, of anything else (quotes, encodings, Excel) by `tables`.

    Raises:
        FileTooLarge: more cells than are read.
        TableError: the file is no table.
        SettingsError: the wanted header or sheet is not there.
    """
    data = _without_ends(data.removeprefix(b"\xef\xbb\xbf"))
    found = clean_layout(data, reading)
    if found is not None:
        return TextCells(data, reading, *found)
    cells = _GridCells(read_grid(data, reading), reading)
    if cells.has_header or reading.header is not None or not names_by_number(cells.head):
        return cells
    return _GridCells(read_grid(data, replace(reading, header=1)), reading)


def _without_ends(data: bytes) -> bytes:
    """Take off the mark that ends every row: the semicolon of the logs of WISDM, or a delimiter behind the last cell."""
    lines = [line for line in data[:_HEAD_BYTES].split(b"\n")[1:-1] if line.strip()]
    return _END.sub(rb"\1", data) if len(lines) > 1 and all(map(_END.search, lines)) else data


class _GridCells(Cells):
    """What the readers of `tables` made of a file."""

    def __init__(self, grid: Grid, reading: Reading) -> None:
        self._cells = grid.cells
        self.names = tuple(str(name) for name in grid.cells.columns)
        self.has_header = grid.has_header
        self.notes = tuple(decision.sentence for decision in grid.decisions if not decision.quiet)
        sample = grid.cells.iloc[:NARROW_ROWS] if len(self.names) <= NARROW else grid.cells.iloc[:HEAD_ROWS]
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
        cells = self._cells.iloc[:, place]
        name = self.names[place]
        if pd.api.types.is_numeric_dtype(cells):
            numbers = cells.to_numpy(dtype=np.float32, na_value=np.nan)
        else:
            numbers = numbers_of(pd.Series(as_text(cells), cells.index, dtype="str"), self._mark, self._nothing, name)
        if np.isinf(numbers).any():
            at = int(np.isinf(numbers).argmax())
            raise LabelledError(bad_cell(int(cells.index[at]), name, None))
        return numbers

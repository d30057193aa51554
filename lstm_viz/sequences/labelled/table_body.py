"""The cells of a labelled file, and how text becomes numbers."""

import math
import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from lstm_viz.errors import LabelledError
from lstm_viz.phrases import shown
from lstm_viz.tables.files.detection import Rows
from lstm_viz.tables.files.read_options import Reading
from lstm_viz.tables.values.numbers import MISSING, Mark, judge_mark, missing_cells, parse_numbers

NARROW = 64  # columns: so narrow a file may be long, and more of its rows are looked at
HEAD_ROWS, NARROW_ROWS = 200, 20_000
_MARK_CELLS = 4000
_SURE_COUNT = 10  # columns from 0 on: fewer may be an example
AUTOMATIC = re.compile(r"(?i)column_\d+|unnamed\W*\d*|")  # names of columns that have none
LABEL_WORDS: tuple[str, ...] = ("label", "labels", "class", "classes", "target", "category", "species", "digit")
LABEL_WORDS += ("letter", "klasse", "activity", "gesture", "outcome", "diagnosis")
ID_WORDS: tuple[str, ...] = ("id", "ids", "uid", "sequence", "series", "example", "sample", "case", "instance", "trial")
ID_WORDS += ("recording", "subject", "session", "user", "participant", "patient", "person")
STEP_WORDS = ("step", "steps", "time", "timestamp", "date", "datetime", "ds", "t", "frame", "tick", "position", "index")


@dataclass(frozen=True, eq=False)
class Body:
    """All rows of a file."""

    rows: np.ndarray  # the row of the file of each, int64 (N,); the first row is 1
    texts: dict[int, list[str]]  # column → its cells as text, stripped, "" where there is nothing
    places: tuple[int, ...]  # the other columns, those of `values`
    values: np.ndarray  # uint8 (N, C) where all are whole numbers from 0 to 255, else float32 with NaN for nothing


class Cells:
    """A file whose names and first rows are known, and whose body can be read.

    `names` has one for each column, each once, and `has_header` says whether the file itself names them; `head` holds the
    first rows of the body, each cell stripped; `label` is the column that the file itself says is the class.
    """

    names: tuple[str, ...]
    has_header: bool
    head: Rows
    notes: tuple[str, ...] = ()
    label: int | None = None

    def read(self, texts: tuple[int, ...], unused: tuple[int, ...] = ()) -> Body:
        """Read every row, `texts` as text, all but `unused` as numbers; a LabelledError or FileTooLarge if it cannot be."""
        raise NotImplementedError


def check_filled(body: Body, cells: Cells, inside: np.ndarray | None = None) -> None:
    """Refuse gaps (LabelledError), by the row that is to be mended: nothing is guessed into labelled data."""
    if body.values.dtype == np.uint8:
        return
    gaps = np.isnan(body.values) if inside is None else np.isnan(body.values) & inside
    if not gaps.any():
        return
    at, place = (int(found) for found in np.argwhere(gaps)[0])
    row, column = f"{body.rows[at]:,}", shown(cells.names[body.places[place]])
    longer = ~gaps[:, place:].all(axis=1)
    if inside is None and place > 0 and 2 * longer.sum() < len(gaps):
        raise LabelledError(
            f"Row {body.rows[longer.argmax()]:,} is longer than most: something stands in column `{column}`. Mend or remove "
            "the row."
        )
    if gaps[at, place:].all() and place > 0 and place < gaps.shape[1] - 1:
        raise LabelledError(
            f"Row {row} is too short: nothing stands from column `{column}` on. Complete or remove the row."
        )
    raise LabelledError(
        f"Row {row}, column `{column}` holds nothing (or NaN) where a number should be. Fill it or remove the row: gaps in "
        "labelled data are not guessed."
    )


def small(numbers: np.ndarray) -> np.ndarray:
    """Return whole numbers from 0 to 255 as bytes, and anything else as it is."""
    with np.errstate(invalid="ignore"):
        small = numbers.astype(np.uint8)
    return small if np.array_equal(small, numbers) else numbers.astype(np.float32)


def names_by_number(rows: Rows) -> bool:
    """Return whether the first row names columns by numbers (label, 0, 1 …), as programs do that were given no names."""
    cells = [cell.strip() for cell in rows[0]]
    words = [cell for cell in cells if not cell.isdigit()]
    numbers = [int(cell) for cell in cells if cell.isdigit()]
    if not words:
        return numbers == list(range(max(_SURE_COUNT, len(cells)))) and not any(map(_counts, rows[1:]))
    named = len(words) <= 2 and all(word.lower() in LABEL_WORDS or AUTOMATIC.fullmatch(word) for word in words)
    counted = len(numbers) > 1 and numbers in (list(range(len(numbers))), list(range(1, len(numbers) + 1)))
    return (named and counted and (any(words) or len(numbers) >= _SURE_COUNT)) or _names_again(cells)


def _counts(row: list[str]) -> bool:
    cells = [cell.strip() for cell in row[1:]]
    return all(map(str.isdigit, cells)) and bool((np.diff(np.array(cells, dtype=np.float64)) == 1).all())


def _names_again(cells: list[str]) -> bool:
    """Return whether most cells number what stood there twice (0, 0.1, …, 0.10), as pandas makes names of an example."""
    before = {c: re.sub(r"\.(\d+)$", lambda found: f".{int(found[1]) - 1}".replace(".0", ""), c) for c in cells}
    again = [cell for cell, other in before.items() if other != cell and other in before]
    return len(before) == len(cells) < 2 * len(again) and any(cell.endswith(".10") for cell in again)


def mark_of(head: Rows, reading: Reading, delimiter: str) -> Mark:
    """Return the decimal mark that the first rows show, or the one that a person wants."""
    if reading.decimal is not None:
        return reading.decimal
    cells = [cell for row in head[:HEAD_ROWS] for cell in row if "." in cell or "," in cell]
    return judge_mark(cells[:_MARK_CELLS], "," if delimiter == ";" else ".")[0]


def marks_for_nothing(reading: Reading) -> list[str]:
    """Return how a cell can say that it holds nothing, in small, large and mixed letters."""
    marks = MISSING | {mark.strip().lower() for mark in reading.missing}
    return sorted({form for mark in marks for form in (mark, mark.upper(), mark.title())} | {"NaN"})


def numbers_of(cells: pd.Series, mark: Mark, nothing: list[str], name: str, row: int | None = None) -> np.ndarray:
    """Parse text cells as float32, NaN where missing; other text is a LabelledError. `row`: of the first cell."""
    text = cells.fillna("").str.strip()
    blank = missing_cells(text, tuple(nothing))
    numbers = np.full(len(text), np.nan, dtype=np.float32)
    with np.errstate(over="ignore"):
        numbers[~blank] = parse_numbers(text[~blank], mark)
    bad = np.isnan(numbers) & ~blank
    if bad.any():
        at = int(bad.argmax())
        raise LabelledError(bad_cell(row + at if row is not None else int(cells.index[at]), name, str(text.iloc[at])))
    return numbers


def as_text(cells: pd.Series) -> list[str]:
    """Return cells of any type as stripped text, "" where there is nothing."""
    if pd.api.types.is_float_dtype(cells):
        return ["" if np.isnan(number) else f"{number:.15g}" for number in cells.to_numpy(dtype=np.float64)]
    return [text.strip() for text in cells.astype("str").fillna("").tolist()]


def bad_cell(row: int, name: str, text: str | None) -> str:
    """Return the sentence about a cell that holds no finite number; a column without a name is behind the last one."""
    if not name:
        return f"Row {row:,} is longer than the header: “{shown(text or 'inf')}” stands behind the last name. Mend the row."
    held = "an infinite number, or one too large," if text is None else f"“{shown(text)}”"
    return (
        f"Row {row:,}, column `{shown(name)}` holds {held} where a number should be. Mend or remove the row, or "
        "leave the column out."
    )


def values_of_example(channels: list[list[str]], row: int) -> np.ndarray:
    """Parse the T cells of each channel, float32 (T, I), cut where the values end; a gap is a LabelledError."""
    values = np.array([_numbers(cells, row, place) for place, cells in enumerate(channels, 1)]).T
    known = ~np.isnan(values)
    length = len(known) - int(known.any(axis=1)[::-1].argmax()) if known.any() else 0
    if length == 0:
        raise LabelledError(f"Row {row:,} has a label and no values. Add its values or remove the row.")
    if not known[:length].all():
        step, channel = np.argwhere(~known[:length])[0] + 1
        raise LabelledError(
            f"Row {row:,}, channel {channel:,}, step {step:,} holds nothing (or NaN) where a number should be. Fill it "
            "or remove the row: gaps in labelled data are not guessed."
        )
    return values[:length]


def _numbers(cells: list[str], row: int, channel: int) -> np.ndarray:
    try:
        exact = list(map(float, cells))
    except ValueError:
        exact = list(map(_number, cells))
    with np.errstate(over="ignore"):
        found = np.array(exact).astype(np.float32)
    if np.isinf(found).any():
        step = int(np.isinf(found).argmax())
        where = f"in channel {channel:,}, step {step + 1:,}"
        raise broken_row(row, f"holds “{shown(cells[step])}” {where}, where a finite number should be")
    return found


def _number(cell: str) -> float:
    """Return the number in a cell, NaN where it is missing, infinity for any other text."""
    try:
        return float("nan" if cell.strip().lower() in MISSING else cell)
    except ValueError:
        return math.inf


def broken_row(row: int, what: str) -> LabelledError:
    """Return the refusal of a row, by what it holds."""
    return LabelledError(f"Row {row:,} {what}. Mend or remove the row.")

"""What the names and the first rows of a labelled file say about its columns."""

import math
import re
from collections import Counter
from functools import cached_property
from statistics import median

import numpy as np
import numpy.typing as npt
import pandas as pd

from lstm_viz.sequences.labelled_body import AUTOMATIC, ID_WORDS, LABEL_WORDS, STEP_WORDS, Cells
from lstm_viz.tables.calendar_words import name_words
from lstm_viz.tables.cells import cell_kind

Codes = npt.NDArray[np.int64]
_MOST_NAMED = 2  # more columns of one kind of name are features
_ROW_NAME = re.compile(
    r"(?i)(?:column_|unnamed|row|index|idx|no|nr|num|number)\W*_?(?:no|nr|num|number|id|name)?\W*\d*|\W+"
)
_FEWEST_ROWS = 5  # fewer that count up may do so by chance
_SURE_NAMES = 4
_MOST_BLOCKS = 4


class Evidence:
    """What the names and the first rows say about each column."""

    def __init__(self, cells: Cells) -> None:
        self.names = cells.names
        self.has_header = cells.has_header
        self.rows = cells.head
        self.width = len(cells.names)
        self._columns: dict[int, list[str]] = {}
        self._codes: dict[int, Codes] = {}
        self._floats: dict[int, npt.NDArray[np.float64]] = {}

    def column(self, place: int) -> list[str]:
        """The known cells of a column."""
        if place not in self._columns:
            self._columns[place] = [cell for cell in self._cells(place) if cell_kind(cell) != "missing"]
        return self._columns[place]

    def _cells(self, place: int) -> list[str]:
        return [row[place] if place < len(row) else "" for row in self.rows]

    def _coded(self, place: int) -> Codes:
        """Number the different cells of a column, for each row."""
        if place not in self._codes:
            self._codes[place] = pd.factorize(np.array(self._cells(place), dtype=object))[0]
        return self._codes[place]

    @cached_property
    def kinds(self) -> tuple[str, ...]:
        """ "number", "whole", "word" or "empty" for each column, as four of five cells say."""
        return tuple(self._kind(self.column(place)) for place in range(self.width))

    def _kind(self, cells: list[str]) -> str:
        if not cells:
            return "empty"
        numbers = [cell for cell in cells if cell_kind(cell) == "number"]
        if len(numbers) < 0.8 * len(cells):
            return "word"
        return "whole" if all(is_whole(cell) for cell in numbers) else "number"

    @cached_property
    def row_number(self) -> int | None:
        """The one column that counts the rows, or that is named so and has another whole number in each of them."""
        wholes = [place for place in range(self.width) if self.kinds[place] == "whole"]
        counting = [place for place in wholes if self._counts_rows(place)]
        if len(counting) == 1:
            return counting[0]
        named = [place for place in wholes if self.has_header and _ROW_NAME.fullmatch(self.names[place].strip())]
        return next((place for place in named if self.differs_in_each_row(place)), None)

    def _counts_rows(self, place: int) -> bool:
        cells = self.column(place)
        complete = len(cells) == len(self.rows) >= _FEWEST_ROWS
        return complete and bool((np.diff(self._numbers(place)) == 1).all())

    def differs_in_each_row(self, place: int) -> bool:
        """Whether no cell of a column comes twice."""
        cells = self.column(place)
        return len(set(cells)) == len(cells) >= _FEWEST_ROWS

    @cached_property
    def beside_counted_names(self) -> tuple[int, ...]:
        """The few columns whose names do not end in a number, where those of all others do (t0, t1, …, y)."""
        places = range(self.width) if self.has_header else ()
        counted = {p for p in places if self.names[p][-1:].isdigit() and not AUTOMATIC.fullmatch(self.names[p])}
        beside = tuple(place for place in places if place not in counted)
        return beside if len(counted) >= _SURE_NAMES and len(beside) <= max(3, 0.2 * self.width) else ()

    def named(self, words: tuple[str, ...], taken: tuple[int | None, ...] = ()) -> int | None:
        """The column whose name is one of the words, or holds one; the earlier word wins, many such columns are none."""
        return next(iter(self.all_named(words, taken)), None)

    def all_named(self, words: tuple[str, ...], taken: tuple[int | None, ...] = ()) -> tuple[int, ...]:
        """The columns whose names are one of the words, in the order of these, and the few whose names hold one."""
        places = [place for place in range(self.width) if self.has_header and place not in taken]
        exact = [place for word in words for place in places if self.names[place].strip().lower() == word]
        loose = [p for p in places if p not in exact and any(_holds(self.names[p], word) for word in words)]
        return (*exact, *(loose if len(loose) <= _MOST_NAMED else ()))

    def may_be_label(self, place: int) -> bool:
        """Whether the name of a column leaves open that it says the class: those of ids and times do not."""
        words = name_words(self.names[place]) if self.has_header else frozenset()
        return bool(words & set(LABEL_WORDS)) or not words & {*ID_WORDS, *STEP_WORDS}

    def repeats(self, place: int) -> bool:
        """Whether a column has the same cell in several rows: in half of them at least."""
        cells = self.column(place)
        return len(set(cells)) * 2 <= len(cells)

    def in_blocks(self, place: int) -> bool:
        """Whether equal cells of a column stand together, several of them, as the rows of one sequence do."""
        blocks, different = self._blocks(place), len(set(self.column(place)))
        return blocks == different >= 2 and len(self.rows) >= 2 * blocks and len(self.column(place)) == len(self.rows)

    def _blocks(self, *places: int) -> int:
        """How often any of these columns changes from row to row, and once more."""
        changes = [np.diff(self._coded(place)) != 0 for place in places]
        return 1 + int(np.logical_or.reduce(changes).sum())

    def stays(self, *places: int) -> bool:
        """Whether equal cells of columns stand together, many of them on average."""
        return len(self.rows) >= _FEWEST_ROWS * self._blocks(*places)

    def constant_within(self, place: int, unique_id: int) -> bool:
        """Whether a column has one value in each sequence, several in all and fewer than there are sequences."""
        values, ids = self._coded(place), self._coded(unique_id)
        if len(ids) == 0 or not 0 < values.max() < ids.max():
            return False
        of_ids = np.zeros(ids.max() + 1, dtype=np.int64)
        of_ids[ids] = values
        return bool((of_ids[ids] == values).all())

    def crosses(self, label: int, unique_id: int) -> bool:
        """Whether most ids have several classes, and the rows of one id and one class stand together."""
        return self.stays(label, unique_id) and self.mixes(label, unique_id)

    def mixes(self, label: int, unique_id: int) -> bool:
        """Whether most ids have several classes."""
        labels, ids = self._coded(label), self._coded(unique_id)
        starts = np.flatnonzero(np.diff(ids, prepend=-1) | np.diff(labels, prepend=-1))
        number = labels.max() + 1
        classes = np.bincount(np.unique(ids[starts] * number + labels[starts]) // number)
        return bool(2 * (classes > 1).sum() >= len(classes))

    def is_clock(self, place: int, others: tuple[int, ...], falls: float = 0.0) -> bool:
        """Whether a column of whole numbers goes up from row to row wherever the columns `others` stay the same.

        A share of `falls` at most is none: moments that were lost stand in logs as 0.
        """
        if self.kinds[place] != "whole" or len(self.column(place)) < len(self.rows):
            return False
        numbers = self._numbers(place)
        codes = [self._coded(other) for other in others] or [np.zeros(len(numbers), np.int64)]
        order = np.lexsort(codes)
        same = np.logical_and.reduce([np.diff(code[order]) == 0 for code in codes])
        steps = np.diff(numbers[order])[same]
        return len(steps) > 0 and bool((steps < 0).mean() <= falls and (steps > 0).mean() >= 0.9)

    def grows(self, place: int) -> bool:
        """Whether each cell of a column that is not named as a mere number of rows is a later moment than the one before."""
        cells = self.column(place)
        if len(cells) < len(self.rows) or (self.has_header and _ROW_NAME.fullmatch(self.names[place].strip())):
            return False
        if self.kinds[place] == "word":
            return self.differs_in_each_row(place) and all(cell_kind(cell) == "time" for cell in cells)
        return bool((np.diff(np.array(pd.to_numeric(pd.Series(cells), errors="coerce"))) > 0).all())

    def _numbers(self, place: int) -> npt.NDArray[np.float64]:
        if place not in self._floats:
            numbers = [float(cell) if is_whole(cell) else math.nan for cell in self._cells(place)]
            self._floats[place] = np.array(numbers)
        return self._floats[place]

    def counts_again(self) -> bool:
        """Whether a column counts up again and again while another stays the same, as the steps of sequences do."""
        blocks = [place for place in range(self.width) if self.in_blocks(place)][:_MOST_BLOCKS]
        falls = [place for place in range(self.width) if self.kinds[place] == "whole" and self._falls(place)]
        return any(self.is_clock(place, (block,)) for place in falls for block in blocks)

    def _falls(self, place: int) -> bool:
        return bool((np.diff(self._numbers(place)) < 0).any())

    def few(self, place: int) -> bool:
        """Whether a column could name classes: words or whole numbers, few different ones."""
        if self.kinds[place] not in ("word", "whole"):
            return False
        cells = self.column(place)
        return len(set(cells)) <= max(2, len(cells) // 2)

    def class_points(self, place: int, values: list[int]) -> int:
        """Weigh how much a column differs from those of values, as classes do: from 3 on it is likely to be the label.

        Words, and whole numbers where the values have decimals or names that count, differ by kind. Else these count: few
        different ones or ones that no value is (2 points each); all from 0 or 1 on in another range than the values,
        classes of similar size, no number that nearly every column of values holds, and few of the commonest value.
        """
        if not self.few(place) or place == self.row_number:
            return 0
        own = Counter(self.column(place))
        decimals = sum(self.kinds[other] == "number" for other in values)
        if self.kinds[place] == "word" or place in self.beside_counted_names or 2 * decimals >= len(values):
            return (len(own) > 1) * (6 if self.kinds[place] == "word" else 5)
        return 0 if len(own) < 2 else self._points_among_wholes(own, values)

    def _points_among_wholes(self, cells: Counter[str], values: list[int]) -> int:
        own = Counter({float(cell): number for cell, number in cells.items() if is_whole(cell)})
        columns = [Counter(map(float, filter(is_whole, self.column(other)))) for other in values]
        columns = [column for column in columns if len(column) > 1] or columns
        held: Counter[float] = Counter()
        for column in columns:
            held.update(column)
        in_columns = Counter(value for column in columns for value in column)
        common, times = held.most_common(1)[0] if held else (0.0, 0)
        often = sum(number > 1 for number in own.values()) >= 0.8 * len(own)
        span, usual = (min(own), max(own)), (min(held, default=0), max(held, default=0))
        complete = (len(own) == span[1] - span[0] + 1 and span[0] in (0, 1)) or set(own) == {-1, 1}
        usual_share, share = times / max(held.total(), 1), own[common] / own.total()
        return (
            2 * (often and 2 * len(own) <= median([len(column) for column in columns] or [0]))
            + 2 * (2 * sum(value not in held for value in own) >= len(own))
            + (complete and span != usual)
            + (min(own.values()) >= max(2, own.total() / len(own) / 3))
            + any(number >= 0.9 * len(columns) and value not in own for value, number in in_columns.items())
            + (usual_share >= 0.25 and 2 * share <= usual_share)
        )


def _holds(name: str, word: str) -> bool:
    """Return whether a name holds a word; a letter must stand alone ("t (s)", not "tBodyAcc")."""
    return word in name_words(name) and (
        len(word) > 1 or re.search(rf"(?i)(?<![a-z]){word}(?![a-z])", name) is not None
    )


def is_whole(cell: str) -> bool:
    """Return whether a cell is a finite whole number, "3.0" too."""
    try:
        return math.isfinite(number := float(cell)) and number == round(number)
    except ValueError:
        return False

"""What the names and the first rows of a labelled file say about its columns."""

import math
from functools import cached_property
from itertools import pairwise

from lstm_viz.sequences.labelled_body import Cells
from lstm_viz.tables.calendar_words import name_words
from lstm_viz.tables.cells import cell_kind

_MOST_NAMED = 2  # more columns of one kind of name are features


class Evidence:
    """What the names and the first rows say about each column."""

    def __init__(self, cells: Cells) -> None:
        self.names = cells.names
        self.has_header = cells.has_header
        self.rows = cells.head
        self.width = len(cells.names)

    def column(self, place: int) -> list[str]:
        """The known cells of a column."""
        return [row[place] for row in self.rows if place < len(row) and cell_kind(row[place]) != "missing"]

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

    def named(self, words: tuple[str, ...], taken: tuple[int | None, ...] = ()) -> int | None:
        """The column whose name is one of the words, or holds one; the earlier word wins, many such columns are none."""
        if not self.has_header:
            return None
        places = [place for place in range(len(self.names)) if place not in taken]
        for word in words:
            exact = [place for place in places if self.names[place].strip().lower() == word]
            if exact:
                return exact[0]
        loose = [place for place in places if name_words(self.names[place]) & set(words)]
        return loose[0] if 0 < len(loose) <= _MOST_NAMED else None

    def repeats(self, place: int) -> bool:
        """Whether a column has the same cell in several rows: in half of them at least."""
        cells = self.column(place)
        return len(set(cells)) * 2 <= len(cells)

    def in_blocks(self, place: int) -> bool:
        """Whether equal cells of a column stand together, several of them, as the rows of one sequence do."""
        cells = self.column(place)
        blocks = 1 + sum(one != other for one, other in pairwise(cells))
        return blocks == len(set(cells)) >= 2 and len(cells) >= 2 * blocks and len(cells) == len(self.rows)

    def constant_within(self, place: int, unique_id: int) -> bool:
        """Whether a column has one value in each sequence, and fewer values than there are sequences."""
        pairs = {(row[unique_id], row[place]) for row in self.rows if max(place, unique_id) < len(row)}
        ids = {first for first, _ in pairs}
        return len(pairs) == len(ids) > len({second for _, second in pairs})

    def few(self, place: int) -> bool:
        """Whether a column could name classes: words or whole numbers, few different ones."""
        if self.kinds[place] not in ("word", "whole"):
            return False
        cells = self.column(place)
        return len(set(cells)) <= max(2, len(cells) // 2)


def is_whole(cell: str) -> bool:
    """Return whether a cell is a finite whole number, "3.0" too."""
    try:
        return math.isfinite(number := float(cell)) and number == round(number)
    except ValueError:
        return False

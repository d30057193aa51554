"""How the cells of a column are written: which parts of a moment their numbers and words are.

A cell is cut into digits, words and what stands between. Cells of one shape (the same words and signs in the same places)
are read alike: what a word says of the number beside it ("Q1", "5. KW", "年"), then the clock, then the order of year, month
and day, of which several can be possible.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lstm_viz.tables.cell_roles import Slots, order_of, readings_of, values_of
from lstm_viz.tables.cell_shapes import Role, Slot, shapes_of, slots_of
from lstm_viz.tables.plain_cells import has_offset, plain_cell, without_era_letters, without_offsets
from lstm_viz.tables.steps import Floats, sample_places

_FINENESS: tuple[Role, ...] = ("year", "half", "third", "quarter", "month", "period", "week", "yearday", "day")
_FEW = 4
_SAMPLE = 100


@dataclass(frozen=True)
class Written:
    """The parts of moments that cells hold: (N,) float64 for each role, NaN for none.

    `order` is that of day, month and year ("dmy"), `notes` what was decided to read them, `short` that years have two
    digits, `doubtful` that the numbers of a month and of a year look alike, `aside`
    which cells are longer periods (years among months).
    """

    values: Mapping[Role, Floats]
    order: str = ""
    notes: tuple[str, ...] = ()
    short: bool = False
    doubtful: bool = False
    aside: npt.NDArray[np.bool_] | None = None


def spelled(cells: Sequence[str], week: bool = False) -> list[Written]:
    """Return the possible readings of cells as moments or parts of them; none if most cells are written otherwise.

    Args:
        cells: different cells of a column, (N,).
        week: the column's name says that a number beside the year is a week.
    """
    places = sample_places(len(cells), _SAMPLE).tolist()
    sample = [plain_cell(cells[place]) for place in places]
    as_is = all(plain == cells[place] for plain, place in zip(sample, places, strict=True))
    text = without_era_letters(list(cells) if as_is else list(map(plain_cell, cells)), places)
    zones: dict[Role, Floats] = {}
    if any(has_offset(text[place]) for place in places):
        text, zones["zone"] = without_offsets(text)
    left: npt.NDArray[np.int64] = np.arange(len(text))
    found: list[_Found] = []
    shapes = shapes_of([text[place] for place in places])
    for again in (False, True) if as_is else (False,):
        if again:  # what is not as plain as the sample
            for place in left:
                text[place] = plain_cell(text[place])
        for items, months in shapes if len(left) else ():
            slots, rows = slots_of(items, months, [text[place] for place in left])
            if len(rows):
                found.append(_Found(slots, left[rows], list(readings_of(items, slots, week))))
                left = np.delete(left, rows)
    return _together([one for one in found if one.readings], len(text), zones)


@dataclass
class _Found:
    """The cells of one shape: their numbers, their places, and the roles that the numbers can have."""

    slots: list[Slot]
    rows: npt.NDArray[np.int64]
    readings: list[tuple[Slots, tuple[str, ...]]]

    @property
    def fineness(self) -> int:
        """Return how fine the periods are that the cells name; -1 without a year."""
        roles = self.readings[0][0]
        return max(_FINENESS.index(role) for role in roles if role in _FINENESS) if "year" in roles else -1


def _together(found: list[_Found], count: int, zones: Mapping[Role, Floats]) -> list[Written]:
    """Read the finest of the frequent shapes, and with it the others that agree; coarser periods stand aside."""
    if not found:
        return []
    frequent = [one for one in found if len(one.rows) >= max(_FEW, 0.05 * count)] or found[:1]
    base = max(frequent, key=lambda one: one.fineness)
    written = []
    for roles, notes in base.readings:
        values, order = values_of(roles, base.slots, base.rows, count), order_of(roles)
        aside: npt.NDArray[np.bool_] = np.zeros(count, dtype=bool)
        for other in found:
            if other is base:
                continue
            agreeing = next((more for more, _ in other.readings if _agree(order, order_of(more))), None)
            if other.fineness < base.fineness and 0 <= other.fineness < _FINENESS.index("day"):
                aside[other.rows] = True
            elif agreeing is not None:
                for role, numbers in values_of(agreeing, other.slots, other.rows, count).items():
                    values.setdefault(role, np.full(count, np.nan))[other.rows] = numbers[other.rows]
        for role in ("second", "fraction", "minute", "hour"):
            if role in values and "day" in values:
                values[role] = np.where(np.isnan(values[role]) & ~np.isnan(values["day"]), 0.0, values[role])
        short = any(role == "year" and slot.most <= 2 for role, slot in zip(roles, base.slots, strict=True))
        alike = short and set(values) == {"year", "month"} and all(_bare(slot) for slot in base.slots)
        written.append(Written({**zones, **values}, order, notes, short, alike, aside))
    return written


def _agree(order: str, other: str) -> bool:
    """Return whether cells can stand in one column: 31.12.2020 beside 2021-01-01, but not beside 12/31/2020."""
    return order == other or ("ymd" in (order, other) and len(order) == len(other) == 3)


def _bare(slot: Slot) -> bool:
    return slot.kind == "digits" and not slot.gap.strip("/-. ")

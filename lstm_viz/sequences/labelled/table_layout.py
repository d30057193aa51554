"""How a labelled file is laid out: found by the names and the first rows, or as a person says."""

import math
import re
from collections import Counter
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from statistics import median
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from lstm_viz.errors import ColumnError, LabelledError, SettingsError
from lstm_viz.phrases import listed_names, shown
from lstm_viz.sequences.labelled.table_body import AUTOMATIC, ID_WORDS, LABEL_WORDS, NARROW, STEP_WORDS, Cells
from lstm_viz.tables.files.read_options import Reading
from lstm_viz.tables.values.calendar_words import name_words
from lstm_viz.tables.values.time_spellings import cell_kind

_Codes = npt.NDArray[np.int64]
_MOST_NAMED = 2  # more columns of one kind of name are features
_ROW_NAME = re.compile(
    r"(?i)(?:column_|unnamed|row|index|idx|no|nr|num|number)\W*_?(?:no|nr|num|number|id|name)?\W*\d*|\W+"
)
_FEWEST_ROWS = 5  # fewer that count up may do so by chance
_SURE_NAMES = 4
_MOST_BLOCKS = 4
LabelledLayout = Literal["pixels", "series", "long"]
LAYOUTS: tuple[LabelledLayout, ...] = get_args(LabelledLayout)
_PIXEL = re.compile(r"(?i)(?:pixel|pix|px)[ _.]?\d+|\d+x\d+")
_FEW_VALUES = 12  # columns: so few may be the channels of a recording
_FEW_FALLS = 0.05
_MOST_PAIRS = 8  # of columns that cross: more are no id and class
_SURE_CLASS = 3  # points of evidence
_SURE_PIXELS = 64  # so many whole numbers from 0 to 255 in a square are a picture, whatever they are called


class _Evidence:
    """What the names and the first rows say about each column."""

    def __init__(self, cells: Cells) -> None:
        self.names = cells.names
        self.has_header = cells.has_header
        self.rows = cells.head
        self.width = len(cells.names)
        self.column, self._coded, self._numbers = cache(self._known), cache(self._codes), cache(self._floats)

    def _cells(self, place: int) -> list[str]:
        return [row[place] if place < len(row) else "" for row in self.rows]

    def _known(self, place: int) -> list[str]:
        return [cell for cell in self._cells(place) if cell_kind(cell) != "missing"]

    def _codes(self, place: int) -> _Codes:
        return pd.factorize(np.array(self._cells(place), dtype=object))[0]

    def _floats(self, place: int) -> npt.NDArray[np.float64]:
        return np.array([float(cell) if _is_whole(cell) else math.nan for cell in self._cells(place)])

    @cached_property
    def kinds(self) -> tuple[str, ...]:
        """ "number", "whole", "word" or "empty" for each column, as four of five cells are."""
        return tuple(_kind(self.column(place)) for place in range(self.width))

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
    def unnumbered(self) -> tuple[int, ...]:
        """The few columns whose names do not end in a number, where those of all others do (t0, t1, …, y)."""
        places = range(self.width) if self.has_header else ()
        numbered = {p for p in places if self.names[p][-1:].isdigit() and not AUTOMATIC.fullmatch(self.names[p])}
        others = tuple(place for place in places if place not in numbered)
        return others if len(numbered) >= _SURE_NAMES and len(others) <= max(3, 0.2 * self.width) else ()

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
        """Whether the name of a column allows that it is the class: those of ids and times do not."""
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
        """Whether whole numbers go up from row to row while `others` stay the same, but for a share of lost moments (0)."""
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

    def counts_again(self) -> bool:
        """Whether a column counts up again and again while another stays the same, as the steps of sequences do."""
        blocks = [place for place in range(self.width) if self.in_blocks(place)][:_MOST_BLOCKS]
        wholes = [place for place in range(self.width) if self.kinds[place] == "whole"]
        falls = [place for place in wholes if (np.diff(self._numbers(place)) < 0).any()]
        return any(self.is_clock(place, (block,)) for place in falls for block in blocks)

    def few(self, place: int) -> bool:
        """Whether a column could name classes: words or whole numbers, few different ones."""
        if self.kinds[place] not in ("word", "whole"):
            return False
        cells = self.column(place)
        return len(set(cells)) <= max(2, len(cells) // 2)

    def class_points(self, place: int, values: list[int]) -> int:
        """Weigh how much a column differs from those of values, as classes do: from 3 on it is likely to be the label."""
        if not self.few(place) or place == self.row_number:
            return 0
        own = Counter(self.column(place))
        decimals = sum(self.kinds[other] == "number" for other in values)
        if self.kinds[place] == "word" or place in self.unnumbered or 2 * decimals >= len(values):
            return (len(own) > 1) * (6 if self.kinds[place] == "word" else 5)
        return 0 if len(own) < 2 else self._points_among_wholes(own, values)

    def _points_among_wholes(self, cells: Counter[str], values: list[int]) -> int:
        """Give points for few different values, values unlike those of the columns, and classes of similar size."""
        own = Counter({float(cell): number for cell, number in cells.items() if _is_whole(cell)})
        columns = [Counter(map(float, filter(_is_whole, self.column(other)))) for other in values]
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


def _kind(cells: list[str]) -> str:
    numbers = [cell for cell in cells if cell_kind(cell) == "number"]
    if len(numbers) < 0.8 * len(cells):
        return "word"
    return "empty" if not cells else "whole" if all(map(_is_whole, numbers)) else "number"


def _holds(name: str, word: str) -> bool:
    """Return whether a name holds a word; a letter must stand alone ("t (s)", not "tBodyAcc")."""
    alone = len(word) > 1 or re.search(rf"(?i)(?<![a-z]){word}(?![a-z])", name) is not None
    return alone and word in name_words(name)


def _is_whole(cell: str) -> bool:
    """Return whether a cell is a finite whole number, "3.0" too."""
    try:
        return math.isfinite(number := float(cell)) and number == round(number)
    except ValueError:
        return False


@dataclass(frozen=True)
class LabelledReading:
    """What a person decides about a file: the layout, and columns by name; None leaves it to the evidence."""

    layout: LabelledLayout | None = None
    label: str | None = None
    unique_id: str | None = None
    step: str | None = None
    reading: Reading = field(default_factory=Reading)

    def __post_init__(self) -> None:
        if self.layout is not None and self.layout not in LAYOUTS:
            raise SettingsError(f"`layout` (={shown(str(self.layout))}) is not known. Use one of {', '.join(LAYOUTS)}.")


@dataclass(frozen=True)
class Plan:
    """Which column is what, by place; all others are numbers that the model reads."""

    layout: LabelledLayout
    label: int
    unique_id: int | None = None
    step: int | None = None
    unused: tuple[int, ...] = ()
    crossed: bool = False  # a sequence has one id and one class: what one person did of one kind

    @property
    def texts(self) -> tuple[int, ...]:
        """The columns that are read as text."""
        return tuple(place for place in (self.label, self.unique_id, self.step) if place is not None)


def find_plan(cells: Cells, requested: LabelledReading) -> Plan:
    """Decide the layout and the columns; a LabelledError, ColumnError or SettingsError where that is impossible.

    Names come first. Without them: an id is a column whose equal cells stand together, a label one that has a single value
    for each id, or whose equal cells stand together for each id; where there is no id, the label is the first or the last
    column, whichever is less like the values between them.
    """
    if not cells.head:
        raise LabelledError("The file has only a header and no rows below it. Add examples and give it again.")
    evidence = _Evidence(cells)
    label = cells.label if requested.label is None else _wanted(cells, requested.label)
    unique_id = _wanted(cells, requested.unique_id)
    step = _wanted(cells, requested.step)
    if requested.layout in (None, "long"):
        found = _long(evidence, label, unique_id, step)
        if found is not None and (requested.layout == "long" or unique_id is not None or _is_long(evidence, found)):
            return found
        if requested.layout == "long":
            raise ColumnError(
                "No columns say which row belongs to which sequence and which class: the file has "
                f"{listed_names(cells.names, 4)}. Pick the id and the label column."
            )
    if label is None and not _is_long_without_label(evidence):
        label = _label_of_rows(evidence)
    if label is None:
        raise ColumnError(
            f"No column says the class: the file has {listed_names(cells.names, 4)}; none is called label, class or target, "
            "and neither the first nor the last one holds a few values unlike those of the others. Pick the label column, "
            "or add one."
        )
    if requested.layout is None and (clock := _clock_of_recording(evidence, label)) is not None:
        raise ColumnError(
            f"No column says which rows make a sequence: `{shown(cells.names[clock])}` counts on from row to row, and "
            f"`{shown(cells.names[label])}` stays the same over many of them. Add a column with an id for each sequence, or "
            "read each row as an example of its own."
        )
    # what is no value of a row: words, row numbers, what is named like an id, or not numbered as the values are
    other = {*evidence.all_named(ID_WORDS, (label,)), *evidence.unnumbered}
    plan = Plan("series", label, unused=tuple(sorted({*_unused(evidence, (label,)), *other} - {label})))
    values = [place for place in range(evidence.width) if place not in (label, *plan.unused)]
    if not values:
        raise ColumnError(
            f"No column of numbers is left beside the label `{shown(cells.names[label])}`. Add the values."
        )
    return replace(plan, layout=_kind_of_rows(evidence, values, requested.layout))


def _wanted(cells: Cells, name: str | None) -> int | None:
    if name is not None and name not in cells.names:
        known = listed_names(cells.names, 6)
        raise ColumnError(f"There is no column `{shown(name)}`: the file has {known}. Pick one of these.")
    return None if name is None else cells.names.index(name)


def _long(evidence: _Evidence, label: int | None, unique_id: int | None, step: int | None) -> Plan | None:
    label = evidence.named(LABEL_WORDS, (unique_id, step)) if label is None else label
    if unique_id is None:  # of several columns that are named as ids, one whose ids come again
        named = evidence.all_named(ID_WORDS, (label, step))
        again = (place for place in named if not evidence.differs_in_each_row(place))
        unique_id = next(again, next(iter(named), None))
    if evidence.width > NARROW and unique_id is None:
        return None
    if unique_id is None or label is None:
        unique_id, label = _by_blocks(evidence, unique_id, label, step)
    if unique_id is None or label is None:
        return None
    step = evidence.named(STEP_WORDS, (label, unique_id)) if step is None else step
    step = _clock(evidence, (unique_id, label)) if step is None else step
    clocks = evidence.all_named(STEP_WORDS) if step is not None else range(evidence.width if evidence.width > 3 else 0)
    taken = (label, unique_id, step)
    near = {p for p in clocks if p not in taken and evidence.is_clock(p, (unique_id, label), _FEW_FALLS)}
    unused = near.union(_unused(evidence, taken))
    crossed = evidence.crosses(label, unique_id) and _is_recording(evidence, (unique_id, label))
    return Plan("long", label, unique_id, step, tuple(sorted(unused)), crossed)


def _by_blocks(
    evidence: _Evidence, unique_id: int | None, label: int | None, step: int | None
) -> tuple[int | None, int | None]:
    """Find the id, the label or both by their cells; the label is the last column that could be it, words before numbers."""
    places = [place for place in range(evidence.width) if place != step and evidence.kinds[place] in ("word", "whole")]
    could = [place for place in places if evidence.may_be_label(place)]
    for one in [unique_id] if unique_id is not None else [place for place in places if evidence.in_blocks(place)]:
        others = [label] if label is not None else sorted(could, key=lambda p: (evidence.kinds[p] == "word", p))[::-1]
        for other in others:
            if other != one and evidence.constant_within(other, one):
                return one, other
    return _by_crossing(evidence, unique_id, label, step)


def _by_crossing(
    evidence: _Evidence, unique_id: int | None, label: int | None, step: int | None
) -> tuple[int | None, int | None]:
    """Find an id and a class that cross in a recording: each id did several things, one after the other."""
    places = [p for p in range(evidence.width) if p != step and evidence.few(p) and evidence.repeats(p)]
    ids = [unique_id] if unique_id is not None else places
    labels = [label] if label is not None else [place for place in places if evidence.may_be_label(place)]
    found = [(one, other) for one in ids for other in labels if one != other and evidence.crosses(other, one)]
    found = [pair for pair in found[:_MOST_PAIRS] if _is_recording(evidence, pair)]
    words = [pair for pair in found if evidence.kinds[pair[1]] == "word" and evidence.kinds[pair[0]] != "word"]
    if len({other for _, other in words or found}) > 1:
        raise ColumnError(_either(evidence, sorted({other for _, other in words or found})))
    return (words or found)[0] if found else (unique_id, label)


def _is_recording(evidence: _Evidence, taken: tuple[int, ...]) -> bool:
    """Return whether the rows are steps: a column is a clock, or there are a few channels without numbered names."""
    values = [p for p in range(evidence.width) if p not in taken and evidence.kinds[p] in ("number", "whole")]
    return _clock(evidence, taken) is not None or (len(values) <= _FEW_VALUES and not evidence.unnumbered)


def _clock(evidence: _Evidence, taken: tuple[int, ...]) -> int | None:
    if evidence.width < 4:
        return None
    places = (place for place in range(evidence.width) if place not in (*taken, evidence.row_number))
    return next((place for place in places if evidence.is_clock(place, taken)), None)


def _clock_of_recording(evidence: _Evidence, label: int) -> int | None:
    if evidence.width > NARROW or not evidence.stays(label) or evidence.named(ID_WORDS) is not None:
        return None
    named = evidence.named(STEP_WORDS, (label,))
    others = (place for place in range(evidence.width) if place not in (label, named, evidence.row_number))
    growing = [place for place in (named, *others) if place is not None and evidence.grows(place)]
    return growing[0] if named in growing or len(growing) == 1 else _clock(evidence, ())


def _is_long(evidence: _Evidence, plan: Plan) -> bool:
    if plan.unique_id is None or not evidence.repeats(plan.unique_id):
        return False
    own = not plan.crossed and evidence.mixes(plan.label, plan.unique_id)  # rows of one id have classes of their own
    return plan.step is not None or not (own or evidence.unnumbered)


def _is_long_without_label(evidence: _Evidence) -> bool:
    if evidence.width > NARROW or evidence.named(LABEL_WORDS) is not None:
        return False
    unique_id = evidence.named(ID_WORDS)
    return evidence.counts_again() or (unique_id is not None and evidence.in_blocks(unique_id))


def _label_of_rows(evidence: _Evidence) -> int | None:
    """Find the class of examples that are rows; a ColumnError where either of two columns could be it."""
    named = evidence.named(LABEL_WORDS)
    if named is not None:
        return named
    places = _could_be_label(evidence)
    values = [place for place in range(evidence.width) if place not in places and evidence.kinds[place] != "word"]
    points = {place: evidence.class_points(place, values) for place in places}
    rest = [place for place in range(evidence.width) if place != evidence.row_number]
    picture = any(_are_pixels(evidence, [other for other in rest if other != place]) for place in places)
    sure = [place for place in places if points[place] >= (1 if picture else _SURE_CLASS)]
    for word in [place for place in sure if evidence.kinds[place] == "word"]:
        if any(evidence.constant_within(other, word) for other in sure if other != word):
            sure.remove(word)
    best = [place for place in sure if points[place] == max(points[other] for other in sure)]
    words = _words(evidence, ())
    best = [place for place in sure if evidence.names[place].strip().lower() == "y"] or best
    if len(best) > 1:
        raise ColumnError(_either(evidence, best))
    return best[0] if best else words[0] if len(words) == 1 and not evidence.has_header else None


def _could_be_label(evidence: _Evidence) -> tuple[int, ...]:
    """Return the ends of the rows and all words, or the columns without a number in their name; none for pixels."""
    values = [place for place in range(evidence.width) if place != evidence.row_number]
    if evidence.width >= _SURE_PIXELS and _are_pixels(evidence, values):
        return ()
    ends = {values[0], values[-1]} if values else set()
    places = {*evidence.unnumbered} - {evidence.row_number} or ends | {*_words(evidence, ())}
    return tuple(place for place in sorted(places) if place != evidence.row_number and evidence.may_be_label(place))


def _words(evidence: _Evidence, taken: tuple[int | None, ...]) -> tuple[int, ...]:
    return tuple(p for p in range(len(evidence.names)) if p not in taken and evidence.kinds[p] == "word")


def _unused(evidence: _Evidence, taken: tuple[int | None, ...]) -> tuple[int, ...]:
    """Columns of words, and the one that counts the rows, unless it is the only one with numbers."""
    words, number = _words(evidence, taken), evidence.row_number
    others = [place for place in range(evidence.width) if place not in (*words, *taken, number)]
    return words if number is None or number in taken or not others else tuple(sorted({*words, number}))


def _kind_of_rows(evidence: _Evidence, values: list[int], wanted: LabelledLayout | None) -> LabelledLayout:
    side = math.isqrt(len(values))
    if wanted == "pixels" and (side * side != len(values) or side < 2):
        raise SettingsError(
            f"`layout` (=pixels) asks for square pictures, and {len(values):,} columns are no square ({side} × {side} = "
            f"{side * side:,}). Read the rows as series, or leave out what is no pixel."
        )
    if wanted in ("pixels", "series"):
        return wanted
    return "pixels" if _are_pixels(evidence, values) else "series"


def _are_pixels(evidence: _Evidence, values: list[int]) -> bool:
    """Return whether columns are a square picture: by their names, or as many whole numbers from 0 to 255."""
    side = math.isqrt(len(values))
    named = evidence.has_header and all(_PIXEL.fullmatch(evidence.names[place].strip()) for place in values)
    cells = (row[place] if place < len(row) else "" for row in evidence.rows for place in values)
    sure = named or (len(values) >= _SURE_PIXELS and all(_is_whole(cell) and 0 <= float(cell) <= 255 for cell in cells))
    return side * side == len(values) and side > 1 and sure


def _either(evidence: _Evidence, places: list[int]) -> str:
    named = " and ".join(f"`{shown(evidence.names[place])}`" for place in places[:2])
    return f"More than one column could be the class: {named} hold a few values each. Pick the label column."

"""How a labelled file is laid out: found by the names and the first rows, or as a person says."""

import math
import re
from dataclasses import dataclass, field, replace
from typing import Literal, get_args

from lstm_viz.errors import ColumnError, LabelledError, SettingsError
from lstm_viz.sequences.labelled_body import LABEL_WORDS, NARROW, Cells
from lstm_viz.sequences.labelled_evidence import Evidence, is_whole
from lstm_viz.tables.reading import Reading
from lstm_viz.tables.wording import listed, shown

LabelledLayout = Literal["pixels", "series", "long"]
LAYOUTS: tuple[LabelledLayout, ...] = get_args(LabelledLayout)

_ID_WORDS: tuple[str, ...] = (
    "id",
    "ids",
    "uid",
    "sequence",
    "series",
    "example",
    "sample",
    "case",
    "instance",
    "trial",
    "recording",
)
_ID_WORDS += ("subject", "session")
_STEP_WORDS = (
    "step",
    "steps",
    "time",
    "timestamp",
    "date",
    "datetime",
    "ds",
    "t",
    "frame",
    "tick",
    "position",
    "index",
)
_PIXEL = re.compile(r"(?i)(?:pixel|pix|px)[ _.]?\d+|\d+x\d+")
_SURE_PIXELS = 64  # so many whole numbers from 0 to 255 in a square are a picture, whatever they are called


@dataclass(frozen=True)
class LabelledReading:
    """What a person wants read otherwise than by evidence; None leaves it to the file.

    `layout` is one of `LAYOUTS`; `label`, `unique_id` and `step` are names of columns, as `Cells.names` has them.

    Raises:
        SettingsError: no such layout.
    """

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
    """Which column is what, by place; `unused` are left out, all others are numbers that the model reads."""

    layout: LabelledLayout
    label: int
    unique_id: int | None = None
    step: int | None = None
    unused: tuple[int, ...] = ()

    @property
    def texts(self) -> tuple[int, ...]:
        """The columns that are read as text."""
        return tuple(place for place in (self.label, self.unique_id, self.step) if place is not None)


def find_plan(cells: Cells, wish: LabelledReading) -> Plan:
    """Decide the layout and the columns.

    Names come first. Without them: an id is a column whose equal cells stand together, a label one that has a single value
    for each id; where there is no id, the label is the first column if it has few different values, or else the last.

    Raises:
        LabelledError: there are no rows below the header.
        ColumnError: a wanted column is not there, or none can be the label.
        SettingsError: pixels are wanted that make no square.
    """
    if not cells.head:
        raise LabelledError("The file has only a header and no rows below it. Add examples and give it again.")
    evidence = Evidence(cells)
    label = _wanted(cells, wish.label)
    unique_id = _wanted(cells, wish.unique_id)
    step = _wanted(cells, wish.step)
    if wish.layout in (None, "long"):
        found = _long(evidence, label, unique_id, step)
        if found is not None and (wish.layout == "long" or unique_id is not None or _is_long(evidence, found)):
            return found
        if wish.layout == "long":
            raise ColumnError(_no_id(cells))
    if label is None and not _is_long_without_label(evidence):
        label = _label_of_rows(evidence)
    if label is None:
        raise ColumnError(_no_label(cells))
    plan = Plan("series", label, unused=_unused(evidence, label))
    values = [place for place in range(evidence.width) if place not in (label, *plan.unused)]
    if not values:
        raise ColumnError(
            f"No column of numbers is left beside the label `{shown(_name(cells, label))}`. Add the values."
        )
    return replace(plan, layout=_kind_of_rows(evidence, values, wish.layout))


def _wanted(cells: Cells, name: str | None) -> int | None:
    if name is None:
        return None
    if name not in cells.names:
        known = listed([f"`{shown(known)}`" for known in cells.names], 6)
        raise ColumnError(f"There is no column `{shown(name)}`: the file has {known}. Pick one of these.")
    return cells.names.index(name)


def _long(evidence: Evidence, label: int | None, unique_id: int | None, step: int | None) -> Plan | None:
    label = evidence.named(LABEL_WORDS, (unique_id, step)) if label is None else label
    unique_id = evidence.named(_ID_WORDS, (label, step)) if unique_id is None else unique_id
    if evidence.width > NARROW and unique_id is None:
        return None
    if unique_id is None or label is None:
        unique_id, label = _by_blocks(evidence, unique_id, label, step)
    if unique_id is None or label is None:
        return None
    step = evidence.named(_STEP_WORDS, (label, unique_id)) if step is None else step
    step = _counter(evidence, unique_id, label) if step is None else step
    unused = _words(evidence, (label, unique_id, step))
    return Plan("long", label, unique_id, step, unused)


def _by_blocks(
    evidence: Evidence, unique_id: int | None, label: int | None, step: int | None
) -> tuple[int | None, int | None]:
    """Find the id, the label or both by their cells; the label is the last column that could be it, words before numbers."""
    places = [place for place in range(evidence.width) if place != step and evidence.kinds[place] in ("word", "whole")]
    for one in [unique_id] if unique_id is not None else [place for place in places if evidence.in_blocks(place)]:
        others = [label] if label is not None else sorted(places, key=lambda p: (evidence.kinds[p] == "word", p))[::-1]
        for other in others:
            if other != one and evidence.constant_within(other, one):
                return one, other
    return unique_id, label


def _counter(evidence: Evidence, unique_id: int, label: int) -> int | None:
    """Find a column that counts the rows of each sequence, from 0 or 1."""
    for place in range(evidence.width):
        if place in (unique_id, label) or evidence.kinds[place] != "whole" or len(evidence.names) < 4:
            continue
        wanted: dict[str, float] = {}
        for row in evidence.rows:
            number = float(row[place]) if place < len(row) and is_whole(row[place]) else -1.0
            if number != wanted.get(row[unique_id], min(max(number, 0.0), 1.0)):
                break
            wanted[row[unique_id]] = number + 1
        else:
            return place
    return None


def _is_long(evidence: Evidence, plan: Plan) -> bool:
    return plan.unique_id is not None and evidence.repeats(plan.unique_id)


def _is_long_without_label(evidence: Evidence) -> bool:
    unique_id = evidence.named(_ID_WORDS)
    return evidence.named(LABEL_WORDS) is None and unique_id is not None and evidence.in_blocks(unique_id)


def _label_of_rows(evidence: Evidence) -> int | None:
    named = evidence.named(LABEL_WORDS)
    if named is not None:
        return named
    last = max(evidence.width - 1, 0)
    sure = [place for place in (0, last) if place < evidence.width and evidence.few(place)]
    words = [place for place in sure if evidence.kinds[place] == "word"] or _words(evidence, ())
    if len(words) == 1 or not sure:
        return words[0] if len(words) == 1 else None
    return sure[0] if sure[0] == 0 or evidence.kinds[0] != "whole" else None


def _words(evidence: Evidence, taken: tuple[int | None, ...]) -> tuple[int, ...]:
    return tuple(p for p in range(len(evidence.names)) if p not in taken and evidence.kinds[p] == "word")


def _unused(evidence: Evidence, label: int) -> tuple[int, ...]:
    """Columns of words, and one that is named like an id."""
    unique_id = evidence.named(_ID_WORDS, (label,))
    named = (unique_id,) if unique_id is not None else ()
    return tuple(sorted({*_words(evidence, (label,)), *named}))


def _kind_of_rows(evidence: Evidence, values: list[int], wanted: LabelledLayout | None) -> LabelledLayout:
    side = math.isqrt(len(values))
    square = side * side == len(values) and side > 1
    if wanted == "pixels" and not square:
        raise SettingsError(
            f"`layout` (=pixels) asks for square pictures, and {len(values):,} columns are no square ({side} × {side} = "
            f"{side * side:,}). Read the rows as series, or leave out what is no pixel."
        )
    if wanted in ("pixels", "series"):
        return wanted
    named = evidence.has_header and all(_PIXEL.fullmatch(evidence.names[place].strip()) for place in values)
    if square and (named or (len(values) >= _SURE_PIXELS and all(map(_is_grey, _cells_at(evidence, values))))):
        return "pixels"
    return "series"


def _cells_at(evidence: Evidence, values: list[int]) -> list[str]:
    return [row[place] if place < len(row) else "" for row in evidence.rows for place in values]


def _is_grey(cell: str) -> bool:
    return is_whole(cell) and 0 <= float(cell) <= 255


def _name(cells: Cells, place: int) -> str:
    return cells.names[place]


def _no_label(cells: Cells) -> str:
    known = listed([f"`{shown(name)}`" for name in cells.names], 4)
    return (
        f"No column says the class: the file has {known}; none is called label, class or target, and neither the first nor "
        "the last one has few different values. Pick the label column, or add one."
    )


def _no_id(cells: Cells) -> str:
    known = listed([f"`{shown(name)}`" for name in cells.names], 4)
    return (
        f"No columns say which row belongs to which sequence and which class: the file has {known}. Pick the id and the "
        "label column."
    )

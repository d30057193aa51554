"""How a labelled file is laid out: found by the names and the first rows, or as a person says."""

import math
import re
from dataclasses import dataclass, field, replace
from typing import Literal, get_args

from lstm_viz.errors import ColumnError, LabelledError, SettingsError
from lstm_viz.phrases import listed_names, shown
from lstm_viz.sequences.labelled_body import ID_WORDS, LABEL_WORDS, NARROW, STEP_WORDS, Cells
from lstm_viz.sequences.labelled_evidence import Evidence, is_whole
from lstm_viz.tables.reading import Reading

LabelledLayout = Literal["pixels", "series", "long"]
LAYOUTS: tuple[LabelledLayout, ...] = get_args(LabelledLayout)

_PIXEL = re.compile(r"(?i)(?:pixel|pix|px)[ _.]?\d+|\d+x\d+")
_FEW_VALUES = 12  # columns: so few may be the channels of a recording
_FEW_FALLS = 0.05
_MOST_PAIRS = 8  # of columns that cross: more are no id and class
_SURE_CLASS = 3  # points of evidence
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
    """Which column is what, by place; `unused` are left out, all others are numbers that the model reads.

    Where `crossed`, a sequence has one id and one class: what one person did of one kind.
    """

    layout: LabelledLayout
    label: int
    unique_id: int | None = None
    step: int | None = None
    unused: tuple[int, ...] = ()
    crossed: bool = False

    @property
    def texts(self) -> tuple[int, ...]:
        """The columns that are read as text."""
        return tuple(place for place in (self.label, self.unique_id, self.step) if place is not None)


def find_plan(cells: Cells, wish: LabelledReading) -> Plan:
    """Decide the layout and the columns.

    Names come first. Without them: an id is a column whose equal cells stand together, a label one that has a single value
    for each id, or one whose equal cells stand together for each id; where there is no id, the label is the first or the
    last column, whichever is less like the values between them.

    Raises:
        LabelledError: there are no rows below the header.
        ColumnError: a wanted column is not there, none can be the label, or two can be it alike.
        SettingsError: pixels are wanted that make no square.
    """
    if not cells.head:
        raise LabelledError("The file has only a header and no rows below it. Add examples and give it again.")
    evidence = Evidence(cells)
    label = cells.label if wish.label is None else _wanted(cells, wish.label)
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
    if wish.layout is None and (clock := _clock_of_recording(evidence, label)) is not None:
        raise ColumnError(
            f"No column says which rows make a sequence: `{shown(cells.names[clock])}` counts on from row to row, and "
            f"`{shown(cells.names[label])}` stays the same over many of them. Add a column with an id for each sequence, or "
            "read each row as an example of its own."
        )
    plan = Plan("series", label, unused=_unused_in_rows(evidence, label))
    values = [place for place in range(evidence.width) if place not in (label, *plan.unused)]
    if not values:
        raise ColumnError(
            f"No column of numbers is left beside the label `{shown(cells.names[label])}`. Add the values."
        )
    return replace(plan, layout=_kind_of_rows(evidence, values, wish.layout))


def _wanted(cells: Cells, name: str | None) -> int | None:
    if name is None:
        return None
    if name not in cells.names:
        known = listed_names(cells.names, 6)
        raise ColumnError(f"There is no column `{shown(name)}`: the file has {known}. Pick one of these.")
    return cells.names.index(name)


def _long(evidence: Evidence, label: int | None, unique_id: int | None, step: int | None) -> Plan | None:
    label = evidence.named(LABEL_WORDS, (unique_id, step)) if label is None else label
    unique_id = _named_id(evidence, (label, step)) if unique_id is None else unique_id
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


def _named_id(evidence: Evidence, taken: tuple[int | None, ...]) -> int | None:
    """Find the column that is named as an id; of several, one whose ids come again."""
    found = evidence.all_named(ID_WORDS, taken)
    return next((place for place in found if not evidence.differs_in_each_row(place)), next(iter(found), None))


def _by_blocks(
    evidence: Evidence, unique_id: int | None, label: int | None, step: int | None
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
    evidence: Evidence, unique_id: int | None, label: int | None, step: int | None
) -> tuple[int | None, int | None]:
    """Find an id and a class that cross in a recording: each id did several things, one after the other.

    Raises:
        ColumnError: either of two columns could be the class.
    """
    places = [p for p in range(evidence.width) if p != step and evidence.few(p) and evidence.repeats(p)]
    ids = [unique_id] if unique_id is not None else places
    labels = [label] if label is not None else [place for place in places if evidence.may_be_label(place)]
    found = [(one, other) for one in ids for other in labels if one != other and evidence.crosses(other, one)]
    found = [pair for pair in found[:_MOST_PAIRS] if _is_recording(evidence, pair)]
    words = [pair for pair in found if evidence.kinds[pair[1]] == "word" and evidence.kinds[pair[0]] != "word"]
    if len({other for _, other in words or found}) > 1:
        raise ColumnError(_either(evidence, sorted({other for _, other in words or found})))
    return (words or found)[0] if found else (unique_id, label)


def _is_recording(evidence: Evidence, taken: tuple[int, ...]) -> bool:
    """Return whether the rows are steps: a column is a clock, or there are a few channels whose names do not count."""
    values = [p for p in range(evidence.width) if p not in taken and evidence.kinds[p] in ("number", "whole")]
    return _clock(evidence, taken) is not None or (len(values) <= _FEW_VALUES and not evidence.beside_counted_names)


def _clock(evidence: Evidence, taken: tuple[int, ...]) -> int | None:
    if evidence.width < 4:
        return None
    places = (place for place in range(evidence.width) if place not in (*taken, evidence.row_number))
    return next((place for place in places if evidence.is_clock(place, taken)), None)


def _clock_of_recording(evidence: Evidence, label: int) -> int | None:
    if evidence.width > NARROW or not evidence.stays(label) or evidence.named(ID_WORDS) is not None:
        return None
    named = evidence.named(STEP_WORDS, (label,))
    others = (place for place in range(evidence.width) if place not in (label, named, evidence.row_number))
    growing = [place for place in (named, *others) if place is not None and evidence.grows(place)]
    return growing[0] if named in growing or len(growing) == 1 else _clock(evidence, ())


def _is_long(evidence: Evidence, plan: Plan) -> bool:
    if plan.unique_id is None or not evidence.repeats(plan.unique_id):
        return False
    own = not plan.crossed and evidence.mixes(plan.label, plan.unique_id)  # rows of one id have classes of their own
    return plan.step is not None or not (own or evidence.beside_counted_names)


def _is_long_without_label(evidence: Evidence) -> bool:
    if evidence.width > NARROW or evidence.named(LABEL_WORDS) is not None:
        return False
    unique_id = evidence.named(ID_WORDS)
    return evidence.counts_again() or (unique_id is not None and evidence.in_blocks(unique_id))


def _label_of_rows(evidence: Evidence) -> int | None:
    """Find the class of examples that are rows.

    Raises:
        ColumnError: either of two columns could be it.
    """
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


def _could_be_label(evidence: Evidence) -> tuple[int, ...]:
    """Return the ends of the rows and all words, or what stands beside names that count; none where all are pixels."""
    values = [place for place in range(evidence.width) if place != evidence.row_number]
    if evidence.width >= _SURE_PIXELS and _are_pixels(evidence, values):
        return ()
    ends = {values[0], values[-1]} if values else set()
    places = {*evidence.beside_counted_names} - {evidence.row_number} or ends | {*_words(evidence, ())}
    return tuple(place for place in sorted(places) if place != evidence.row_number and evidence.may_be_label(place))


def _words(evidence: Evidence, taken: tuple[int | None, ...]) -> tuple[int, ...]:
    return tuple(p for p in range(len(evidence.names)) if p not in taken and evidence.kinds[p] == "word")


def _unused(evidence: Evidence, taken: tuple[int | None, ...]) -> tuple[int, ...]:
    """Columns of words, and the one that counts the rows, unless it is the only one with numbers."""
    words, number = _words(evidence, taken), evidence.row_number
    others = [place for place in range(evidence.width) if place not in (*words, *taken, number)]
    return words if number is None or number in taken or not others else tuple(sorted({*words, number}))


def _unused_in_rows(evidence: Evidence, label: int) -> tuple[int, ...]:
    """What is no value of a row: words, numbers of rows, what is named like an id or stands beside names that count."""
    named = evidence.all_named(ID_WORDS, (label,))
    return tuple(sorted({*_unused(evidence, (label,)), *named, *evidence.beside_counted_names} - {label}))


def _kind_of_rows(evidence: Evidence, values: list[int], wanted: LabelledLayout | None) -> LabelledLayout:
    side = math.isqrt(len(values))
    if wanted == "pixels" and (side * side != len(values) or side < 2):
        raise SettingsError(
            f"`layout` (=pixels) asks for square pictures, and {len(values):,} columns are no square ({side} × {side} = "
            f"{side * side:,}). Read the rows as series, or leave out what is no pixel."
        )
    if wanted in ("pixels", "series"):
        return wanted
    return "pixels" if _are_pixels(evidence, values) else "series"


def _are_pixels(evidence: Evidence, values: list[int]) -> bool:
    """Return whether columns are a square picture: by their names, or as many whole numbers from 0 to 255."""
    side = math.isqrt(len(values))
    named = evidence.has_header and all(_PIXEL.fullmatch(evidence.names[place].strip()) for place in values)
    sure = named or (len(values) >= _SURE_PIXELS and all(map(_is_grey, _cells_at(evidence, values))))
    return side * side == len(values) and side > 1 and sure


def _cells_at(evidence: Evidence, values: list[int]) -> list[str]:
    return [row[place] if place < len(row) else "" for row in evidence.rows for place in values]


def _is_grey(cell: str) -> bool:
    return is_whole(cell) and 0 <= float(cell) <= 255


def _no_label(cells: Cells) -> str:
    known = listed_names(cells.names, 4)
    return (
        f"No column says the class: the file has {known}; none is called label, class or target, and neither the first nor "
        "the last one holds a few values unlike those of the others. Pick the label column, or add one."
    )


def _either(evidence: Evidence, places: list[int]) -> str:
    named = " and ".join(f"`{shown(evidence.names[place])}`" for place in places[:2])
    return f"More than one column could be the class: {named} hold a few values each. Pick the label column."


def _no_id(cells: Cells) -> str:
    known = listed_names(cells.names, 4)
    return (
        f"No columns say which row belongs to which sequence and which class: the file has {known}. Pick the id and the "
        "label column."
    )

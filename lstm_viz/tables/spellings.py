"""How the cells of a column are written: which parts of a moment their numbers and words are.

A cell is cut into digits, words and what stands between. Cells of one shape (the same words and signs in the same places)
are read alike: what a word says of the number beside it ("Q1", "5. KW", "年"), then the clock, then the order of year, month
and day, of which several can be possible.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
import numpy.typing as npt

from lstm_viz.tables.calendar_words import folded, half_of_day, is_weekday, month_numbers, quarter_of, units_of, words_of

Floats = npt.NDArray[np.float64]
Role = Literal[
    "year",
    "half",
    "third",
    "quarter",
    "month",
    "period",
    "week",
    "yearday",
    "day",
    "weekday",
    "interval",
    "hour",
    "minute",
    "second",
    "fraction",
    "afternoon",
    "zone",
]
Slots = tuple[Role | None, ...]

_WORD = r"[^\W\d_][^\s\d.,;:/()\[\]_+\-–—~]*"
_TOKEN = re.compile(rf"\d+|{_WORD}|[\W_]+")
_EAST = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_EAST_WORDS = re.compile(
    "([一二三四五六七八九十]+月|年度|四半期|季度|분기|半期|月份|上午|下午|午前|午後|오전|오후|[年月日号號時时点點分秒週周第년월일시초주제])"
)
_ZONES = {"utc": 0.0, "gmt": 0.0, "z": 0.0, "wet": 0.0, "bst": 1.0, "west": 1.0, "cet": 1.0, "mez": 1.0, "cest": 2.0}
_ZONES |= {"mesz": 2.0, "eet": 2.0, "eest": 3.0, "msk": 3.0, "jst": 9.0, "kst": 9.0, "ist": 5.5}
_ZONES |= {"est": -5.0, "edt": -4.0, "cst": -6.0, "cdt": -5.0, "mst": -7.0, "mdt": -6.0, "pst": -8.0, "pdt": -7.0}
_LETTERS: Mapping[str, tuple[Role, ...]] = {
    "q": ("quarter",),
    "k": ("quarter",),
    "c": ("quarter",),
    "т": ("quarter",),
    "t": ("quarter", "third"),
    "s": ("half",),
    "h": ("half", "hour"),
    "m": ("month",),
    "w": ("week",),
    "p": ("month", "period"),
    "d": ("yearday",),
    "a": ("year",),
    "y": ("year",),
}
_RANGES: Mapping[Role, tuple[int, int]] = {
    "half": (1, 2),
    "third": (1, 3),
    "quarter": (1, 4),
    "month": (1, 12),
    "period": (1, 13),
    "week": (0, 54),
    "yearday": (1, 366),
    "day": (1, 31),
    "weekday": (1, 7),
    "hour": (0, 25),
    "minute": (0, 59),
    "second": (0, 60),
}
_FINER: tuple[Role, ...] = ("half", "third", "quarter", "month", "period", "week", "yearday")
_FINER_SET = frozenset(_FINER)
_FINENESS: tuple[Role, ...] = ("year", "half", "third", "quarter", "month", "period", "week", "yearday", "day")
_CLOCK: tuple[Role, ...] = ("hour", "minute", "second")
_ORDINALS = frozenset("st nd rd th er re e o a ª º".split())
_FILLERS = frozenset("a at of de del d klo kl um uhr on the den г году р в à as às".split())
_RANGE_WORDS = frozenset("to bis until till through thru".split())
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_BEFORE_CLOCK = frozenset(" _-T")
_BETWEEN = re.compile(r"\s*[-–—~〜/]\s*")
_BRACKETS = re.compile(r" ?[\[(]([^\[\]()]*)[\])]")
_INTERVAL = re.compile(r"^(\d{4}-\d{2}-\d{2}T[^/]*)/.*$")
_THAI_POINT = re.compile(r"(?<=[\u0e00-\u0e7f])\.")
_DURATION = re.compile(r"/P\d+[YMWD]$")
_OFFSET = re.compile(r"(?P<clock>[:T]\d\d(?:[.,]\d+)?)(?: ?(?:GMT|UTC))?(?: ?(?P<sign>[+-])(?P<hours>\d{2}):?(?P<minutes>\d{2})?)(?: UTC| GMT)?$")
_REGION = re.compile(r" [A-Z][A-Za-z]+/[A-Z][A-Za-z_/]+$")
_COMPACT = re.compile(r"(?<!\d)(\d{4})(\d{2})(\d{2})[T ]?(\d{2}):?(\d{2})(?::?(\d{2}))?(?!\d)")
_HALF_DOTS = re.compile(r"(?i)\b([ap])\. ?m\b\.?")
_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "大正": 1911, "明治": 1867, "民國": 1911, "民国": 1911}
_ERA_LETTERS = {"R": 2018, "H": 1988, "S": 1925, "T": 1911, "M": 1867}
_ERA = re.compile("(?:中華)?(令和|平成|昭和|大正|明治|民國|民国) ?(元|\\d+) ?年?")
_ERA_DATE = re.compile(r"([RHSTM]) ?(\d{1,2})(?=$|[./年-]\d)")
_CENTURY = 69  # years of two digits below it are of this century
_MOST = 0.8
_NEARLY = 0.95
_BUT_YEARS = 0.9
_MOST_SHAPES = 6
_FEW = 4
_MOST_WORDS = 60
_CHUNK = 50_000


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


@dataclass(frozen=True)
class _Item:
    """A piece of a cell: "digits", "month", "half", "zone", "roman", a "mark" that says what a number is, or else."""

    kind: Literal["digits", "month", "half", "zone", "roman", "mark", "drop", "gap"]
    text: str = ""


_ROLES: Mapping[str, Role] = {"half": "afternoon", "zone": "zone", "month": "month"}
_SLOTS = {"digits": r"(\d{1,18})", "month": f"({_WORD})", "half": f"({_WORD})", "roman": "([IVXivx]+)", "zone": "([A-Za-z]+)"}


@dataclass(frozen=True)
class _Slot:
    """A place where cells vary: its kind, its numbers, their least and most digits, and how it follows the one before."""

    kind: str
    numbers: Floats
    least: int
    most: int
    gap: str

    def within(self, role: Role) -> bool:
        """Return whether nearly all numbers can have this role."""
        if self.kind == "month":
            return role == "month"
        if self.kind not in ("digits", "roman") or self.most > 4 or len(self.numbers) == 0:
            return False
        if role == "year":
            if self.most == 3:  # of the Republic of China
                return self.least > 1 and 100 <= self.numbers.max() < 200
            return self.least == self.most and self.most in (2, 4)
        low, high = _RANGES[role]
        inside = (self.numbers >= low) & (self.numbers <= high)
        if role == "month" and np.all(inside | (self.numbers == 13)):
            return float(np.mean(inside)) >= _BUT_YEARS  # a thirteenth "month" stands for the year
        return self.most <= 3 and float(np.mean(inside)) >= _NEARLY


def plain_cell(cell: str) -> str:
    """Return a cell with plain digits and signs, without brackets that hold words or repeat its digits, and flags."""
    if not cell.isascii():
        cell = unicodedata.normalize("NFKC", cell)
        cell = "".join(str(unicodedata.decimal(c)) if c.isdecimal() and not c.isascii() else c for c in cell)
        cell = "".join(c for c in cell if unicodedata.category(c) != "Cf" or c == "\u200c")
        cell = _ERA.sub(_era_year, cell)
        cell = _THAI_POINT.sub("", cell)
    cell = _INTERVAL.sub(r"\1", _DURATION.sub("", cell))
    for inner in _BRACKETS.findall(cell):
        digits = "".join(re.findall(r"\d+", inner))
        if not digits or digits in cell.replace(inner, "", 1):
            cell = _BRACKETS.sub("", cell, count=1)
    cell = _COMPACT.sub(_spread, cell)
    cell = _HALF_DOTS.sub(r"\1m", _REGION.sub("", cell))
    return re.sub(r"\s+", " ", cell).strip(" *#†‡'\"=")


def _era_year(match: re.Match[str]) -> str:
    """ "令和元年" is 2019年."""
    number = 1 if match[2] == "元" else int(match[2])
    return f"{_ERAS[match[1]] + number}年"


def _spread(match: re.Match[str]) -> str:
    year, month, day, hour, minute, second = match.groups()
    return f"{year}-{month}-{day} {hour}:{minute}" + (f":{second}" if second else "")


def spelled(cells: Sequence[str], week: bool = False) -> list[Written]:
    """Return the possible readings of cells as moments or parts of them; none if most cells are written otherwise.

    Args:
        cells: different cells of a column, (N,).
        week: the column's name says that a number beside the year is a week.
    """
    text = list(map(plain_cell, cells))
    places = sorted({*range(min(100, len(text))), *range(0, len(text), max(1, len(text) // 100))})
    text = _without_era_letters(text, places)
    zones: dict[Role, Floats] = {}
    if any(_OFFSET.search(text[place]) for place in places):
        text, zones["zone"] = _without_offsets(text)
    shapes = _shapes([text[place] for place in places])
    left: npt.NDArray[np.int64] = np.arange(len(text))
    found: list[_Found] = []
    for items, months in shapes:
        slots, rows = _slots(items, months, [text[place] for place in left])
        if len(rows):
            readings = [(roles, notes) for roles, notes in _readings(items, slots, week)]
            found.append(_Found(slots, left[rows], readings))
            left = np.delete(left, rows)
    return _together([one for one in found if one.readings], len(text), zones)


@dataclass
class _Found:
    """The cells of one shape: their numbers, their places, and the roles that the numbers can have."""

    slots: list[_Slot]
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
        values, order = _values(roles, base.slots, base.rows, count), _order(roles)
        aside: npt.NDArray[np.bool_] = np.zeros(count, dtype=bool)
        for other in found:
            if other is base:
                continue
            agreeing = next((more for more, _ in other.readings if _agree(order, _order(more))), None)
            if other.fineness < base.fineness and 0 <= other.fineness < _FINENESS.index("day"):
                aside[other.rows] = True
            elif agreeing is not None:
                for role, numbers in _values(agreeing, other.slots, other.rows, count).items():
                    values.setdefault(role, np.full(count, np.nan))[other.rows] = numbers[other.rows]
        for role in ("second", "fraction", "minute", "hour"):
            if role in values and "day" in values:
                values[role] = np.where(np.isnan(values[role]) & ~np.isnan(values["day"]), 0.0, values[role])
        short = any(role == "year" and slot.most <= 2 for role, slot in zip(roles, base.slots, strict=True))
        alike = short and set(values) == {"year", "month"} and all(_bare(slot) for slot in base.slots)
        written.append(Written(zones | values, order, notes, short, alike, aside))
    return written


def _agree(order: str, other: str) -> bool:
    """Return whether cells can stand in one column: 31.12.2020 beside 2021-01-01, but not beside 12/31/2020."""
    return order == other or ("ymd" in (order, other) and len(order) == len(other) == 3)


def _bare(slot: _Slot) -> bool:
    return slot.kind == "digits" and not slot.gap.strip("/-. ")


def _without_era_letters(text: list[str], places: list[int]) -> list[str]:
    """Return "H31" or "S55.4.1" with the year of the Gregorian calendar, where the letters can only be Japanese eras."""
    matches = [_ERA_DATE.match(text[place]) for place in places]
    found = [(match[1], int(match[2])) for match in matches if match is not None]
    if len(found) < len(places) or len(found) < 3:
        return text
    letters, high = {letter for letter, _ in found}, max(number for _, number in found)
    padded = any(match is not None and match[2].startswith("0") for match in matches)
    if padded or not letters & set("RHS") or (len(letters) == 1 and high <= 13):
        return text
    return [_ERA_DATE.sub(lambda match: str(_ERA_LETTERS[match[1]] + int(match[2])), cell, count=1) for cell in text]


def _without_offsets(text: list[str]) -> tuple[list[str], Floats]:
    """Take "+05:30" and the like off the ends of cells, and return them in hours."""
    bare, hours = [], np.full(len(text), np.nan)
    for place, cell in enumerate(text):
        match = _OFFSET.search(cell)
        bare.append(cell if match is None else cell[: match.end("clock")])
        if match is not None:
            size = int(match["hours"]) + int(match["minutes"] or 0) / 60
            hours[place] = -size if match["sign"] == "-" else size
    return bare, hours


def _order(roles: Sequence[Role | None]) -> str:
    return "".join(role[0] for role in roles if role in ("day", "month", "year"))


def _shapes(sample: list[str]) -> list[tuple[tuple[_Item, ...], Mapping[str, int]]]:
    """Return the most frequent shapes of a sample, none if most cells hold words that say nothing of a moment."""
    pieces = [_pieces(cell) for cell in sample]
    words = {word for tokens in pieces for word in tokens if word[0].isalpha() and len(word) > 1}
    unknown = {word for word in words if not _meaning(word)}
    days = frozenset(filter(is_weekday, unknown))
    likely = [unknown, {word for word in words if len(word) > 2}]
    tries = [month_numbers(some, days) for some in likely if 0 < len(some) <= _MOST_WORDS]
    months = max(tries, key=len, default={})
    found = Counter(items for tokens in pieces if (items := _items(tokens, months)) is not None)
    if sum(found.values()) < _MOST * len(sample):
        return []
    return [(items, months) for items, _ in found.most_common(_MOST_SHAPES)]


def _pieces(cell: str) -> list[str]:
    pieces = _TOKEN.findall(cell)
    if _EAST.search(cell):
        pieces = [part for piece in pieces for part in _EAST_WORDS.split(piece) if part]
    return pieces


def _meaning(word: str) -> bool:
    plain = folded(word)
    return bool(units_of(word)) or plain in _ORDINALS | _FILLERS | _RANGE_WORDS | _ZONES.keys() | _ROMAN.keys()


def _items(tokens: list[str], months: Mapping[str, int]) -> tuple[_Item, ...] | None:
    """Return what the pieces of a cell are; a range is cut to its beginning; None where a word means nothing."""
    items: list[_Item] = []
    for place, token in enumerate(tokens):
        before = tokens[place - 1] if place else ""
        after = tokens[place + 1] if place + 1 < len(tokens) else ""
        item = _item(token, before, after, months, ":" in "".join(tokens[:place]))
        if item is None:
            return None
        items.append(item)
    return _first_of_range(items) if any(item.kind in _SLOTS for item in items) else None


def _item(token: str, before: str, after: str, months: Mapping[str, int], clock: bool) -> _Item | None:
    if token.isdigit():
        return _Item("digits")
    if not token[0].isalpha():
        return _Item("gap", token)
    if token in months:
        return _Item("month")
    plain = folded(token)
    beside = before[-1:].isdigit() or after[:1].isdigit()
    if plain == "t" and before[-1:].isdigit() and len(after) == 2 and after.isdigit():
        return _Item("gap", token)
    if plain == "h" and before.isdigit() and len(before) <= 2 and after.isdigit() and len(after) == 2:
        return _Item("gap", token)
    if half_of_day(token) and (plain in ("am", "pm") or _EAST.search(token) or (clock and (beside or before == " "))):
        return _Item("half")
    if plain in _ZONES and clock and not after.strip(" ."):
        return _Item("zone")
    if plain in _ORDINALS and before[-1:].isdigit() and not (plain in _LETTERS and after[:1].isdigit()):
        return _Item("drop")
    if len(plain) == 1 and plain in _LETTERS and beside:
        return _Item("mark", plain)
    if plain in _ROMAN and (token.isupper() or before == ""):
        return _Item("roman")
    if plain in _FILLERS or plain in _RANGE_WORDS:
        return _Item("drop", plain if plain in _RANGE_WORDS else "")
    if is_weekday(token) and not beside:
        return _Item("drop")
    if units_of(token):
        return _Item("mark", token.lower())
    return _Item("drop") if token in "第제" or (plain in "efrpb" and before.isdigit()) else None


def _first_of_range(items: list[_Item]) -> tuple[_Item, ...]:
    """Cut "2020-01-01 00:00 - 2020-01-01 01:00" behind its first half."""
    for place, item in enumerate(items):
        word = item.kind == "drop" and item.text in _RANGE_WORDS
        if not word and not (item.kind == "gap" and _BETWEEN.fullmatch(item.text)):
            continue
        left, right = items[:place], items[place + 1 :]
        if word:
            left, right = _stripped(left), _stripped(right)
        size = sum(one.kind in _SLOTS for one in right)
        if size > 1 and right == left[len(left) - len(right) :]:
            return (*left, _Item("gap", "..."))
    return tuple(items)


def _stripped(items: list[_Item]) -> list[_Item]:
    blank = [place for place, item in enumerate(items) if item != _Item("gap", " ")]
    return items[blank[0] : blank[-1] + 1] if blank else []


def _pattern(items: tuple[_Item, ...]) -> re.Pattern[str]:
    pieces = []
    for item in items:
        if item.kind in _SLOTS:
            pieces.append(_SLOTS[item.kind])
        elif item.kind == "gap":
            pieces.append(".*" if item.text == "..." else re.escape(item.text))
        else:
            pieces.append(f"(?i:{re.escape(item.text)})" if item.text else _WORD)
    return re.compile("".join(pieces), re.DOTALL)


def _slots(items: tuple[_Item, ...], months: Mapping[str, int], text: list[str]) -> tuple[list[_Slot], npt.NDArray[np.int64]]:
    """Return the numbers in the slots of a shape, and the places of the cells that have it."""
    kinds = [item.kind for item in items if item.kind in _SLOTS]
    match = _pattern(items).fullmatch
    rows: list[int] = []
    columns: list[list[Floats]] = [[] for _ in kinds]
    least, most = [99] * len(kinds), [0] * len(kinds)
    for start in range(0, len(text), _CHUNK):
        groups = []
        for place, cell in enumerate(text[start : start + _CHUNK], start):
            if (found := match(cell)) is not None:
                rows.append(place)
                groups.append(found.groups())
        for slot, kind in enumerate(kinds):
            cells = [group[slot] for group in groups]
            columns[slot].append(_as_numbers(kind, cells, months))
            lengths = list(map(len, cells))
            least[slot], most[slot] = min([least[slot], *lengths]), max([most[slot], *lengths])
    gaps = _gaps(items)
    found_slots = [
        _Slot(kind, np.concatenate(columns[slot]) if columns[slot] else np.zeros(0), least[slot], most[slot], gaps[slot])
        for slot, kind in enumerate(kinds)
    ]
    return found_slots, np.array(rows, dtype=np.int64)


def _as_numbers(kind: str, cells: list[str], months: Mapping[str, int]) -> Floats:
    if kind == "digits":
        return np.array(cells, dtype=np.str_).astype(np.float64) if cells else np.zeros(0)
    if kind == "month":
        return np.array([months.get(cell, np.nan) for cell in cells], dtype=np.float64)
    if kind == "half":
        return np.array([half_of_day(cell) == "pm" for cell in cells], dtype=np.float64)
    if kind == "roman":
        return np.array([_ROMAN.get(cell.lower(), np.nan) for cell in cells], dtype=np.float64)
    return np.array([_ZONES.get(cell.lower(), np.nan) for cell in cells], dtype=np.float64)


def _gaps(items: tuple[_Item, ...]) -> list[str]:
    """Return what stands before each slot since the one before."""
    gaps, gap = [], ""
    for item in items:
        if item.kind in _SLOTS:
            gaps.append(gap)
            gap = ""
        else:
            gap += item.text
    return gaps


def _readings(items: tuple[_Item, ...], slots: list[_Slot], week: bool = False) -> Iterator[tuple[Slots, tuple[str, ...]]]:
    """Yield the roles that the slots of a shape can have together."""
    roles: list[Role | None] = [None] * len(slots)
    for place, slot in enumerate(slots):
        roles[place] = _ROLES.get(slot.kind)
    ignored: set[int] = set()
    if not _marked(items, slots, roles):
        return
    for place, slot in enumerate(slots):
        if slot.kind == "roman" and roles[place] is None:
            roles[place] = "quarter"
    _clock(slots, roles)
    notes = [*_fractions(slots, roles, ignored), *_spans(slots, roles, ignored)]
    free = [place for place, role in enumerate(roles) if role is None and place not in ignored]
    for order in _orders([slots[place] for place in free], frozenset(filter(None, roles)), week):
        done = list(roles)
        for place, role in zip(free, order, strict=True):
            done[place] = role
        if _sound(done) and (_order(done) != "myd" or slots[done.index("year")].most == 4):
            yield tuple(done), tuple(notes)


def _sound(roles: Sequence[Role | None]) -> bool:
    named = [role for role in roles if role is not None]
    return len(named) == len(set(named)) and bool(named)


def _marked(items: tuple[_Item, ...], slots: list[_Slot], roles: list[Role | None]) -> bool:
    """Give each word or letter that says what a number is to the number beside it; False where none can be."""
    place = -1
    for at, item in enumerate(items):
        place += item.kind in _SLOTS
        if item.kind != "mark":
            continue
        after_gap = items[at - 1].text if at and items[at - 1].kind == "gap" else ""
        before_gap = items[at + 1].text if at + 1 < len(items) and items[at + 1].kind == "gap" else ""
        sides = [(place + 1, before_gap), (place, after_gap)]
        if before_gap or _EAST.search(item.text):
            sides.reverse()
        if before_gap.strip() and not after_gap:
            sides = sides[:1]
        choices = _LETTERS.get(item.text) if len(item.text) == 1 else None
        for side, _ in sides:
            if 0 <= side < len(slots) and roles[side] is None:
                role = _marked_role(slots[side], choices or tuple(sorted(units_of(item.text))), item.text)  # type: ignore[arg-type]
                if role is not None:
                    roles[side] = role
                    break
        else:
            if not (len(item.text) == 1 and at + 1 == len(items)) and "year" not in units_of(item.text):
                return False
    return True


def _marked_role(slot: _Slot, choices: tuple[Role, ...], word: str) -> Role | None:
    high = float(np.nanmax(slot.numbers)) if len(slot.numbers) else 0
    fitting = [role for role in choices if slot.within(role)]
    if word == "t" and fitting:
        return "third" if high == 3 and len(np.unique(slot.numbers)) == 3 else "quarter"
    if word in ("p", "period") and fitting:
        return "month" if high <= 12 else "period"
    if word == "d" and not fitting:
        return None
    return fitting[0] if fitting else None


def _clock(slots: list[_Slot], roles: list[Role | None]) -> None:
    """Digits with colons between are a clock; digits behind its seconds are a fraction of a second."""
    at = 0
    for place, (slot, after) in enumerate(pairwise(slots)):
        joined = after.gap.strip() in (":", "h") and slot.within("hour" if at == 0 else "minute") and after.within("minute")
        if joined and after.least == 2 and at < 2 and roles[place + 1] in (None, "minute"):
            if at == 0 and roles[place] in (None, "hour"):
                roles[place] = "hour"
            if roles[place] == _CLOCK[at]:
                at += 1
                roles[place + 1] = _CLOCK[at]
        elif after.gap in (".", ",") and roles[place] == "second" and after.kind == "digits":
            roles[place + 1] = "fraction"
    if "afternoon" in roles and "hour" not in roles:
        free = [place for place, role in enumerate(roles) if role is None]
        place = roles.index("afternoon")
        near = min(free, key=lambda one: abs(one - place), default=None)
        if near is not None and slots[near].within("hour"):
            roles[near] = "hour"


def _fractions(slots: list[_Slot], roles: list[Role | None], ignored: set[int]) -> Iterator[str]:
    """ "3/4" behind a year is the third of four quarters."""
    for place in range(1, len(slots) - 1):
        part, whole = slots[place], slots[place + 1]
        same = len(whole.numbers) and np.all(whole.numbers == whole.numbers[0])
        if same and roles[place] is roles[place + 1] is None and whole.gap == "/" and whole.numbers[0] in (2, 3, 4):
            role: Role = {2.0: "half", 3.0: "third", 4.0: "quarter"}[float(whole.numbers[0])]  # type: ignore[assignment]
            if part.gap != "/" and len(np.unique(part.numbers)) > 1 and part.within(role):
                roles[place] = role
                ignored.add(place + 1)
                yield f"read the parts of a year as {role}s."


def _spans(slots: list[_Slot], roles: list[Role | None], ignored: set[int]) -> Iterator[str]:
    """A number and the next one ("2019-20", "00 - 01") are the span that begins with the first."""
    for place, (slot, after) in enumerate(pairwise(slots)):
        if roles[place] not in (None, "year") or roles[place + 1] not in (None, "year") or place in ignored or not _BETWEEN.fullmatch(after.gap):
            continue
        if slot.kind != "digits" or after.kind != "digits" or not len(slot.numbers):
            continue
        step, finer = after.numbers - slot.numbers, bool(_FINER_SET & set(roles))
        many = len(np.unique(slot.numbers)) > 2
        if slot.most == 4 and (many or finer) and np.mean(step % 100 == 1) >= _NEARLY:
            roles[place] = "year"
            yield "took the year in which each span of two years begins."
        elif roles[place] is None and many and len(slots) == 2 and slot.within("hour") and np.mean(step % 24 == 1) >= _NEARLY:
            roles[place] = "hour"
        else:
            continue
        roles[place + 1] = None
        ignored.add(place + 1)


def _orders(free: list[_Slot], known: frozenset[Role], week: bool) -> Iterator[Slots]:
    """Yield the roles that slots without a mark can have, beside those that are known."""
    if not free:
        yield ()
    for template in _TEMPLATES if free else ():
        together = known | set(template)
        rest = len(free) - len(template)
        if rest < 0 or known & set(template) or len(_FINER_SET & together) > 1:
            continue
        if ("day" in together and "month" not in together) or ("weekday" in together and "week" not in together):
            continue
        dated = bool({"day", "yearday"} & together) and "year" in together
        if rest and (rest > 3 or not dated or "hour" in known or not set(free[len(template)].gap) & _BEFORE_CLOCK):
            continue
        roles: Slots = (*template, *_CLOCK[:rest])
        if template in (("year", "month"), ("month", "year")):
            finer = _finer(free[template.index("month")], free[template.index("year")], week)
            roles = tuple(finer if role == "month" else role for role in roles)
        if all(_can_be(slot, role) for slot, role in zip(free, roles, strict=True)) or _is_short(free, roles):
            yield _without_zero_days(free, roles)


def _finer(slot: _Slot, year: _Slot, week: bool) -> Role:
    """Return what a number beside a year is: 1 to 4 without more are quarters, up to 13 periods, up to 53 weeks."""
    numbers = np.unique(slot.numbers)
    high = numbers[-1] if len(numbers) else 0
    if week or 13 < high <= 53:
        return "week"
    if high == 13 and slot.most == 2:
        return "month" if slot.within("month") and np.mean(slot.numbers == 13) < 0.07 else "period"
    colon = (slot.gap + year.gap) == ":"
    if slot.most == 1 and np.array_equal(numbers, [1, 2, 3, 4]) and (colon or len(np.unique(year.numbers)) > 2):
        return "quarter"
    return "month"


def _is_short(free: list[_Slot], roles: Slots) -> bool:
    """ "1-01" is January 2001, if the months have two digits."""
    year, month = free[0], free[-1]
    return roles == ("year", "month") and year.kind == month.kind == "digits" and year.least == 1 and year.most <= 2 and month.least == 2


_TEMPLATES: tuple[tuple[Role, ...], ...] = (
    ("year", "month", "day"),
    ("day", "month", "year"),
    ("month", "day", "year"),
    ("year", "day"),
    ("day", "year"),
    ("year", "yearday"),
    ("year", "weekday"),
    ("weekday", "year"),
    ("year", "month"),
    ("month", "year"),
    ("year",),
    ("day",),
    ("month", "day"),
    ("day", "month"),
    ("month",),
    ("hour", "minute", "second"),
)


def _can_be(slot: _Slot, role: Role | None) -> bool:
    if role == "yearday":
        return slot.least == slot.most == 3 and slot.within("yearday")
    if role == "day" and slot.kind == "digits" and not slot.numbers.any():
        return True
    if role in ("minute", "second") and slot.least < 2:
        return False
    return role is None or (slot.within(role) and (role == "year" or slot.most <= 2))


def _without_zero_days(free: list[_Slot], roles: Slots) -> Slots:
    if "day" in roles and not free[roles.index("day")].numbers.any():
        return tuple(None if role == "day" else role for role in roles)
    return roles


def _values(roles: Slots, slots: list[_Slot], rows: npt.NDArray[np.int64], count: int) -> dict[Role, Floats]:
    values: dict[Role, Floats] = {}
    for role, slot in zip(roles, slots, strict=True):
        if role is None:
            continue
        numbers = slot.numbers
        if role == "fraction":
            numbers = numbers / 10.0**slot.most
        elif role == "year" and slot.most <= 2:
            numbers = numbers + np.where(numbers < _CENTURY, 2000, 1900)
        values[role] = np.full(count, np.nan)
        values[role][rows] = numbers
    return values

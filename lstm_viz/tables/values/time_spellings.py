"""How the cells of a column are written: which parts of a moment their numbers and words are.

Cells with the same words and signs in the same places are read the same way: what a word says of the number next to it
("Q1", "5. KW", "年"), then the clock, then the order of year, month and day, of which several can be possible.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Literal

import numpy as np

from lstm_viz.tables.values.calendar_words import units_of
from lstm_viz.tables.values.cell_shapes import DASH, EAST, NEARLY, ROLES, SLOTS, Item, Role, Slot, shapes_of, slots_of
from lstm_viz.tables.values.numbers import MISSING, half_width, looks_numeric
from lstm_viz.tables.values.time_steps import Bools, Floats, Ints, sample_places

_BRACKETS = re.compile(r" ?[\[(]([^\[\]()]*)[\])]")
_INTERVAL = re.compile(r"^(\d{4}-\d{2}-\d{2}T[^/]*)/.*$")
_THAI_POINT = re.compile(r"(?<=[\u0e00-\u0e7f])\.")
_DURATION = re.compile(r"/P\d+[YMWD]$")
_OFFSET = re.compile(
    r"(?P<clock>[:T]\d\d(?:[.,]\d+)?)(?: ?(?:GMT|UTC))? ?(?P<sign>[+-])(?P<hours>\d{2}):?(?P<minutes>\d{2})?"
    r"(?: UTC| GMT)?$"
)
_REGION = re.compile(r" [A-Z][A-Za-z]+/[A-Z][A-Za-z_/]+$")
_COMPACT = re.compile(r"(?<!\d)(\d{4})(\d{2})(\d{2})[T :]?(\d{2}):?(\d{2})(?::?(\d{2}))?(?!\d)")
_HALF_DOTS = re.compile(r"(?i)(?<=[\d ])([^\W\d])\. ?(m|μ)\b\.?")
_LEAD = re.compile(r"(?i)^(?:w/[ce]|(?:\d+|three|six|twelve) months? (?:to|ended|ending)) ")
_ORDINAL = re.compile(r"(?i)\b(first|second|third|fourth) (?=quarter|half|week)")
_ORDINALS = {"first": "1. ", "second": "2. ", "third": "3. ", "fourth": "4. "}
_DAY = r"(?:\d{1,2}\.?|\d{1,2}[./]\d{1,2}\.?|\d{1,2}\.? [^\W\d]+\.?|[^\W\d]+\.? \d{1,2})"
_DATE = r"\d{1,2}[./]\d{1,2}[./]\d{2,4}|\d{1,2}\.? [^\W\d]+\.?,? \d{4}|[^\W\d]+\.? \d{1,2},? \d{4}"
_SPAN = re.compile(rf"^{_DAY} ?[-–—] ?({_DATE})$")  # without a year at its begin
_DAYS_OF_MONTH = re.compile(r"^([^\W\d]+\.?) \d{1,2} ?[-–—] ?(\d{1,2},? \d{4})$")
_CLOCK_DIGITS = 4
_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "大正": 1911, "明治": 1867, "民國": 1911, "民国": 1911}
_ERA_LETTERS = {"R": 2018, "H": 1988, "S": 1925, "T": 1911, "M": 1867}
_ERA = re.compile("(?:中華)?(令和|平成|昭和|大正|明治|民國|民国) ?(元|\\d+) ?年?")
_ERA_DATE = re.compile(r"([RHSTM]) ?(\d{1,2})(?=$|[./年-]\d)")
_ERA_DAY = re.compile(r"[RHSTM] ?\d{1,2}[./-]\d{1,2}[./-]\d{1,2}")
_Slots = tuple[Role | None, ...]
_Roles = tuple[_Slots, tuple[str, ...]]  # of the numbers of a shape, and what was decided to find them
_LETTERS: dict[str, tuple[Role, ...]] = {"q": ("quarter",), "k": ("quarter",), "c": ("quarter",), "т": ("quarter",)}
_LETTERS |= {"w": ("week",), "u": ("week",), "v": ("week",)}
_LETTERS |= {"t": ("quarter", "third"), "s": ("half",), "h": ("half", "hour"), "m": ("month",)}
_LETTERS |= {"p": ("month", "period"), "d": ("yearday",), "a": ("year",), "y": ("year",)}
_FINER: tuple[Role, ...] = ("half", "third", "quarter", "month", "period", "week", "yearday")
_FINER_SET = frozenset(_FINER)
_CLOCK: tuple[Role, ...] = ("hour", "minute", "second")
_BEFORE_CLOCK = frozenset(" _-T")
_CENTURY = 69  # years of two digits below it are of this century
_FINENESS: tuple[Role, ...] = ("year", "half", "third", "quarter", "month", "period", "week", "yearday", "day")
_FEW = 4
_SAMPLE = 100
_DATES: tuple[tuple[Role, ...], ...] = (("year", "month", "day"), ("day", "month", "year"), ("month", "day", "year"))
_PAIRS: tuple[tuple[Role, ...], ...] = (("year", "day"), ("day", "year"), ("year", "yearday"), ("year", "weekday"))
_PAIRS += (("weekday", "year"), ("year", "month"), ("month", "year"))
_PARTS: tuple[tuple[Role, ...], ...] = (("year",), ("day",), ("month", "day"), ("day", "month"), ("month",))
_TEMPLATES: tuple[tuple[Role, ...], ...] = (*_DATES, *_PAIRS, *_PARTS, _CLOCK, ("hour",))
_CellKind = Literal["number", "time", "word", "missing"]
_DIGIT = re.compile(r"\d")
_DECIMAL_END = re.compile(r"\d[-./]\d+[\"']? [\"']?\d+(?:[.,]\d+)?[\"']?$")  # a clock, or a number behind a date?
_MONTH = re.compile(r"(?:19|20)\d\d[mM]\d{1,2}")
_LONGEST = 80
_MARKS = "<>≤≥*#†‡ "  # at a number that is a bound, or has a note


def _plain_cell(cell: str) -> str:
    """Return a cell with plain digits and signs, without brackets that hold words or repeat its digits, and flags."""
    if not cell.isascii():
        cell = unicodedata.normalize("NFKC", cell)
        cell = "".join(str(unicodedata.decimal(c)) if c.isdecimal() and not c.isascii() else c for c in cell)
        cell = "".join(c for c in cell if unicodedata.category(c) != "Cf" or c == "\u200c")
        cell = _ERA.sub(lambda era: f"{_ERAS[era[1]] + int(era[2].replace('元', '1'))}年", cell)  # 令和元年 is 2019年
        cell = _THAI_POINT.sub("", cell)
    cell = _INTERVAL.sub(r"\1", _DURATION.sub("", cell))
    for inner in _BRACKETS.findall(cell):
        digits = "".join(re.findall(r"\d+", inner))
        if not digits or digits in cell.replace(inner, "", 1) or re.search(r"\d\.? ?[-–] ?\d", inner):
            cell = _BRACKETS.sub("", cell, count=1)
    cell = _COMPACT.sub(_spread, cell)
    cell = _HALF_DOTS.sub(r"\1\2", _REGION.sub("", cell))
    cell = _ORDINAL.sub(lambda match: _ORDINALS[match[1].lower()], _LEAD.sub("", cell))
    cell = re.sub(r"\s+", " ", cell).strip(" *#†‡'\"=")
    return _SPAN.sub(r"\1", _DAYS_OF_MONTH.sub(r"\1 \2", cell))


def _spread(match: re.Match[str]) -> str:
    year, month, day, *clock = filter(None, match.groups())
    return f"{year}-{month}-{day} {':'.join(clock)}"


def _without_era_letters(text: list[str], places: list[int]) -> list[str]:
    """Return "H31" or "S55.4.1" with the year of the Gregorian calendar, where the letters can only be Japanese eras."""
    matches = [_ERA_DATE.match(text[place]) for place in places]
    found = [(match[1], int(match[2])) for match in matches if match is not None]
    if len(found) < len(places) or len(found) < 3:
        return text
    letters, high = {letter for letter, _ in found}, max(number for _, number in found)
    padded = any(match is not None and match[2].startswith("0") for match in matches)
    if letters == {"H"} and {number for _, number in found} == set(range(1, 25)):
        return text  # the hours of a day
    days = all(_ERA_DAY.fullmatch(text[place]) for place in places)
    if not days and (padded or not letters & set("RHS") or (len(letters) == 1 and high <= 13)):
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


def _readings_of(items: tuple[Item, ...], slots: list[Slot], week: bool) -> Iterator[_Roles]:
    roles: list[Role | None] = [ROLES.get(slot.kind) for slot in slots]
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
        named = [role for role in done if role is not None]
        long_year = _order_of(done) != "myd" or slots[done.index("year")].most == 4
        if long_year and 0 < len(named) == len(set(named)):
            yield tuple(done), tuple(notes)


def _marked(items: tuple[Item, ...], slots: list[Slot], roles: list[Role | None]) -> bool:
    """Give each word or letter that says what a number is to the number next to it; False where none can be."""
    place = -1
    for at, item in enumerate(items):
        place += item.kind in SLOTS
        if item.kind != "mark":
            continue
        after_gap = items[at - 1].text if at and items[at - 1].kind == "gap" else ""
        before_gap = items[at + 1].text if at + 1 < len(items) and items[at + 1].kind == "gap" else ""
        sides = [(place + 1, before_gap), (place, after_gap)]
        if before_gap or EAST.search(item.text):
            sides.reverse()
        if before_gap.strip(". ") and not after_gap:
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


def _marked_role(slot: Slot, choices: tuple[Role, ...], word: str) -> Role | None:
    high = float(np.nanmax(slot.numbers)) if len(slot.numbers) else 0
    fitting = [role for role in choices if slot.within(role)]
    if word == "t" and fitting:
        return "third" if high == 3 and len(np.unique(slot.numbers)) == 3 else "quarter"
    if word in ("p", "period") and fitting:
        return "month" if high <= 12 else "period"
    if word in ("y", "a") and slot.least < 4:
        return None
    if "year" in choices and (slot.least, slot.most) == (1, 2):
        return "year"  # FY9, FY10
    return fitting[0] if fitting else None


def _clock(slots: list[Slot], roles: list[Role | None]) -> None:
    """Digits with colons between are a clock; digits behind its seconds are a fraction of a second."""
    at = 0
    for place, (slot, after) in enumerate(pairwise(slots)):
        within = slot.within("hour" if at == 0 else "minute") and after.within("minute")
        joined = within and after.gap.strip() in (":", "h")
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


def _fractions(slots: list[Slot], roles: list[Role | None], ignored: set[int]) -> Iterator[str]:
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


def _spans(slots: list[Slot], roles: list[Role | None], ignored: set[int]) -> Iterator[str]:
    """A number and the next one ("2019-20", "00 - 01") are the span that begins with the first."""
    for place, (slot, after) in enumerate(pairwise(slots)):
        months = {roles[place], roles[place + 1]} <= {None, "month"}
        if months and _months_of_quarters(slot, after):
            roles[place], roles[place + 1] = "month", None
            ignored.add(place + 1)
            yield "took the month in which each span of three months begins."
        open_roles = {roles[place], roles[place + 1]} <= {None, "year"} and place not in ignored
        digits = slot.kind == after.kind == "digits" and len(slot.numbers)
        if not open_roles or not digits or not DASH.fullmatch(after.gap):
            continue
        step, finer = after.numbers - slot.numbers, bool(_FINER_SET & set(roles))
        many = len(np.unique(slot.numbers)) > 2
        hours = many and len(slots) == 2 and not roles[place] and slot.within("hour")
        if slot.most == 4 and (many or finer) and np.mean(step % 100 == 1) >= NEARLY:
            roles[place] = "year"
            yield "took the year in which each span of two years begins."
        elif hours and np.mean(step % 24 == 1) >= NEARLY:
            roles[place] = "hour"
        else:
            continue
        roles[place + 1] = None
        ignored.add(place + 1)


def _months_of_quarters(slot: Slot, after: Slot) -> bool:
    span = slot.kind == after.kind and slot.kind in ("month", "digits") and DASH.fullmatch(after.gap) is not None
    quarters = span and slot.within("month") and np.all(slot.numbers % 3 == 1)
    return bool(quarters and np.all(after.numbers == slot.numbers + 2) and len(np.unique(slot.numbers)) > 2)


def _orders(free: list[Slot], known: frozenset[Role], week: bool) -> Iterator[_Slots]:
    if not free:
        yield ()
    for template in _TEMPLATES if free else ():
        together = known | set(template)
        rest = len(free) - len(template)
        if rest < 0 or known & set(template) or len(_FINER_SET & together) > 1:
            continue
        lone_day = "day" in together and "month" not in together and len(together) > 1
        if lone_day or ("weekday" in together and "week" not in together):
            continue
        dated = bool({"day", "yearday"} & together) and "year" in together
        if rest and (rest > 3 or not dated or "hour" in known or not set(free[len(template)].gap) & _BEFORE_CLOCK):
            continue
        roles: _Slots = (*template, *_CLOCK[:rest])
        if template in (("year", "month"), ("month", "year")):
            finer = _finer(free[template.index("month")], free[template.index("year")], week)
            roles = tuple(finer if role == "month" else role for role in roles)
        digits = roles == ("year", "month") and free[0].kind == free[-1].kind == "digits"
        short = digits and free[0].least == 1 and free[0].most <= 2 and free[-1].least == 2  # "1-01" is January 2001
        if short or all(map(_can_be, free, roles)):
            zero_days = "day" in roles and not free[roles.index("day")].numbers.any()
            yield tuple(None if zero_days and role == "day" else role for role in roles)


def _finer(slot: Slot, year: Slot, week: bool) -> Role:
    """Return what a number next to a year is: 1 to 4 without more are quarters, up to 13 periods, up to 53 weeks."""
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


def _can_be(slot: Slot, role: Role | None) -> bool:
    if role in ("yearday", "month") and slot.least == slot.most == 3:
        again = len(slot.numbers) >= 2 * len(np.unique(slot.numbers))  # 001 to 012 in each year are months
        return slot.within(role) and (again and slot.within("month")) == (role == "month")
    if role is None or (role == "day" and slot.kind == "digits" and not slot.numbers.any()):
        return True
    too_short = role == "yearday" or (role in ("minute", "second") and slot.least < 2)
    return not too_short and slot.within(role) and (role == "year" or slot.most <= 2)


def _order_of(roles: Sequence[Role | None]) -> str:
    """Return the order of day, month and year as letters ("dmy")."""
    return "".join(role[0] for role in roles if role in ("day", "month", "year"))


def _values_of(roles: _Slots, slots: list[Slot], rows: Ints, count: int) -> dict[Role, Floats]:
    """Return the numbers of each role as (count,) float64, NaN where a cell has another shape."""
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


@dataclass(frozen=True)
class Written:
    """The parts of moments that cells hold, and what was decided to read them."""

    values: Mapping[Role, Floats]  # (N,) for each role, NaN for none
    order: str = ""  # of day, month and year ("dmy")
    notes: tuple[str, ...] = ()
    short: bool = False  # years have two digits
    doubtful: bool = False  # the numbers of months and of years could be swapped
    aside: Bools | None = None  # which cells are longer periods


def spelled(cells: Sequence[str], week: bool = False) -> list[Written]:
    """Return the possible readings of different cells as moments or parts; by the column's name numbers may be weeks."""
    places = sample_places(len(cells), _SAMPLE).tolist()
    sample = [_plain_cell(cells[place]) for place in places]
    as_is = all(plain == cells[place] for plain, place in zip(sample, places, strict=True))
    text = _without_era_letters(list(cells) if as_is else list(map(_plain_cell, cells)), places)
    zones: dict[Role, Floats] = {}
    offsets = ((text[place], _OFFSET.search(text[place])) for place in places)
    if any(found and sum(map(str.isdigit, cell[: found.start("sign")])) > _CLOCK_DIGITS for cell, found in offsets):
        text, zones["zone"] = _without_offsets(text)  # and no span such as "00:00-00:15"
    left: Ints = np.arange(len(text))
    found: list[_Found] = []
    shapes = shapes_of([text[place] for place in places])
    for again in (False, True) if as_is else (False,):
        if again:  # what is not as plain as the sample
            for place in left:
                text[place] = _plain_cell(text[place])
        for items, months in shapes if len(left) else ():
            slots, rows = slots_of(items, months, [text[place] for place in left])
            if len(rows):
                found.append(_Found(slots, left[rows], list(_readings_of(items, slots, week))))
                left = np.delete(left, rows)
    return _together([one for one in found if one.readings], len(text), zones)


@dataclass
class _Found:
    slots: list[Slot]
    rows: Ints
    readings: list[_Roles]

    @property
    def fineness(self) -> int:
        """How fine the periods are; -1 without a year."""
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
        values, order = _values_of(roles, base.slots, base.rows, count), _order_of(roles)
        aside: Bools = np.zeros(count, dtype=bool)
        for other in found:
            if other is base:
                continue
            agreeing = next((more for more, _ in other.readings if _agree(order, _order_of(more))), None)
            if other.fineness < base.fineness and 0 <= other.fineness < _FINENESS.index("day"):
                aside[other.rows] = True
            elif agreeing is not None:
                for role, numbers in _values_of(agreeing, other.slots, other.rows, count).items():
                    values.setdefault(role, np.full(count, np.nan))[other.rows] = numbers[other.rows]
        for role in ("second", "fraction", "minute", "hour"):
            if role in values and "day" in values:
                values[role] = np.where(np.isnan(values[role]) & ~np.isnan(values["day"]), 0.0, values[role])
        short = any(role == "year" and slot.most <= 2 for role, slot in zip(roles, base.slots, strict=True))
        bare = all(slot.kind == "digits" and not slot.gap.strip("/-. ") for slot in base.slots)
        doubtful = short and set(values) == {"year", "month"} and bare
        written.append(Written({**zones, **values}, order, notes, short, doubtful, aside))
    return written


def _agree(order: str, other: str) -> bool:
    """Return whether cells can stand in one column: 31.12.2020 next to 2021-01-01, but not next to 12/31/2020."""
    return order == other or ("ymd" in (order, other) and len(order) == len(other) == 3)


@lru_cache(maxsize=20_000)
def cell_kind(cell: str) -> _CellKind:
    """Return what a cell reads as; a number such as 2020 or 3.5 is a number even where it could be a moment."""
    cell = half_width(cell.strip()[: _LONGEST + 1])
    if cell.lower() in MISSING:
        return "missing"
    if not any(map(str.isdigit, cell)):
        return "word"
    if _MONTH.fullmatch(cell):  # no square metres
        return "time"
    if looks_numeric(cell) or looks_numeric(cell.strip(_MARKS)):
        return "number"
    if _DECIMAL_END.search(cell) or '"' in cell:
        return "word"
    return "time" if len(cell) <= _LONGEST and _is_moment(_DIGIT.sub("1", cell)) else "word"


@lru_cache(maxsize=5_000)
def _is_moment(cell: str) -> bool:
    """Return whether a cell is written as a moment, or as a clock; all its digits are 1, which any part can be."""
    return any("year" in written.values or {"hour", "minute"} <= written.values.keys() for written in spelled([cell]))

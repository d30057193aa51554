"""The shapes of cells: digits, names of months and words that say what a number is, with what stands between them."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lstm_viz.tables.values.calendar_words import folded, half_of_day, is_weekday, month_numbers, units_of, vocabulary
from lstm_viz.tables.values.time_steps import Floats, Ints

_DatePart = Literal["year", "half", "third", "quarter", "month", "period", "week", "yearday", "day", "weekday"]
_ClockPart = Literal["interval", "hour", "minute", "second", "fraction", "afternoon", "zone"]
Role = Literal[_DatePart, _ClockPart]
_Shape = tuple["Item", ...]
_WORD = r"[^\W\d_][^\s\d.,;:/()\[\]_+\-–—~]*"
_ANY_WORD = r"\p{L}[^\s\d.,;:/()\[\]_+\-–—~]*"  # the same for Arrow
_TOKEN = re.compile(rf"\d+|{_WORD}|[\W_]+")
EAST = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_EAST_WORDS = re.compile(
    "([一二三四五六七八九十]+月|年度|四半期|季度|분기|半期|月份|上午|下午|午前|午後|오전|오후|[年月日号號時时点點分秒週周第년월일시초주제])"
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_ZONES = {"utc": 0.0, "gmt": 0.0, "z": 0.0, "wet": 0.0, "bst": 1.0, "west": 1.0, "cet": 1.0, "mez": 1.0, "cest": 2.0}
_ZONES |= {"mesz": 2.0, "eet": 2.0, "eest": 3.0, "msk": 3.0, "jst": 9.0, "kst": 9.0, "ist": 5.5}
_ZONES |= {"est": -5.0, "edt": -4.0, "cst": -6.0, "cdt": -5.0, "mst": -7.0, "mdt": -6.0, "pst": -8.0, "pdt": -7.0}
_RANGES: dict[Role, tuple[int, int]] = {"half": (1, 2), "third": (1, 3), "quarter": (1, 4), "month": (1, 12)}
_RANGES |= {"period": (1, 13), "week": (0, 54), "yearday": (1, 366), "day": (1, 31), "weekday": (1, 7)}
_RANGES |= {"hour": (0, 25), "minute": (0, 59), "second": (0, 60)}
_BETWEEN_CELLS = frozenset(";|\t%$€£")
_ORDINALS = vocabulary("st nd rd th er re e o a ª º")
_FILLERS = vocabulary("a at of de del d klo kl um uhr on the den г году р в à as às m")
_RANGE_WORDS = vocabulary("to bis until till through thru")
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_KNOWN_WORDS = _ORDINALS | _FILLERS | _RANGE_WORDS | _ZONES.keys() | _ROMAN.keys()
DASH = re.compile(r"\s*[-–—~〜/]\s*")
_MOST = 0.8
NEARLY = 0.95
_BUT_YEARS = 0.9
_MOST_SHAPES = 6
_MOST_WORDS = 60
_MANY = 1000
_LETTERS = frozenset("qkcтtshmwpdayuv")
ROLES: Mapping[str, Role] = {"half": "afternoon", "zone": "zone", "month": "month"}
SLOTS = {"digits": r"\d{1,18}", "month": _ANY_WORD, "half": _ANY_WORD, "roman": "[IVXivx]+", "zone": "[A-Za-z]+"}


@dataclass(frozen=True)
class Item:
    """A piece of a cell: "digits", "month", "half", "zone", "roman", a "mark" that says what a number is, or else."""

    kind: Literal["digits", "month", "half", "zone", "roman", "mark", "drop", "gap"]
    text: str = ""


@dataclass(frozen=True)
class Slot:
    """A place where cells vary."""

    kind: str
    numbers: Floats
    least: int  # digits
    most: int
    gap: str  # what stands between it and the one before

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
        return self.most <= 3 and float(np.mean(inside)) >= NEARLY


def shapes_of(sample: list[str]) -> list[tuple[_Shape, Mapping[str, int]]]:
    """Return the most frequent shapes of a sample, none if most cells hold words that say nothing of a moment."""
    pieces = [_pieces(cell) for cell in sample]
    words = {word for tokens in pieces for word in tokens if word[0].isalpha() and len(word) > 1}
    unknown = {word for word in words if not units_of(word) and folded(word) not in _KNOWN_WORDS}
    days = frozenset(filter(is_weekday, unknown))
    likely = [unknown, {word for word in words if len(word) > 2}]
    both = days and len(unknown) <= _MOST_WORDS and all(days.intersection(tokens) for tokens in pieces)
    others = month_numbers(unknown - days) if both else {}
    if others and all(others.keys() & set(tokens) for tokens in pieces):  # "mar." is Tuesday where "mars" is a month
        likely = [unknown - days]
    tries = [month_numbers(some, days) for some in likely if 0 < len(some) <= _MOST_WORDS]
    months = max(tries, key=len, default={})
    often = Counter(word for tokens in pieces for word in unknown.intersection(tokens))
    same = frozenset(word for word, count in often.items() if word not in months and count >= NEARLY * len(sample))
    found = Counter(items for tokens in pieces if (items := _items(tokens, months, same)) is not None)
    if sum(found.values()) < _MOST * len(sample):
        return []
    return [(items, months) for items, _ in found.most_common(_MOST_SHAPES)]


def _pieces(cell: str) -> list[str]:
    pieces = _TOKEN.findall(cell)
    if EAST.search(cell):
        pieces = [part for piece in pieces for part in _EAST_WORDS.split(piece) if part]
    return pieces


def _items(tokens: list[str], months: Mapping[str, int], same: frozenset[str]) -> _Shape | None:
    """Return what the pieces of a cell are, of a range its begin; None where a word, not the `same` in all, is unknown."""
    items: list[Item] = []
    for place, token in enumerate(tokens):
        before = tokens[place - 1] if place else ""
        after = tokens[place + 1] if place + 1 < len(tokens) else ""
        clock = ":" in "".join(tokens[:place]) or sum(map(str.isdigit, tokens[:place])) > 3
        of_day = len(tokens) == 1 or any(map(str.isdigit, tokens[:place])) or ":" in "".join(tokens)
        if token.lower() == "am" and not of_day:
            items.append(Item("drop"))  # "am 3. Mai"
            continue
        item = _item(token, before, after, months, clock)
        if item is None and (token not in same or (len(token) < 2 and not months)):
            return None
        items.append(item or Item("drop"))
    slots = sum(item.kind in SLOTS for item in items)
    dated = slots > 1 and (any(item.kind == "month" for item in items) or any(map(_YEAR.fullmatch, tokens)))
    if not slots or (same.intersection(tokens) and not dated):
        return None
    return _first_of_range(_near_slots(items))


def _near_slots(items: list[Item]) -> list[Item]:
    """A word for a part of a moment says nothing among other words: "week ending 3 May 2021"."""
    ordinal = {p for p in range(1, len(items)) if items[p].kind == "drop" and items[p - 1].kind in SLOTS}
    words = [place for place, item in enumerate(items) if item.kind != "gap" and place not in ordinal]
    for before, place, after in zip([-1, *words], words, [*words[1:], -1], strict=False):
        alone = all(at < 0 or items[at].kind not in SLOTS for at in (before, after))
        if items[place].kind == "mark" and len(words) > 2 and alone:
            items[place] = Item("drop")
    return items


def _item(token: str, before: str, after: str, months: Mapping[str, int], clock: bool) -> Item | None:
    if token.isdigit():
        return Item("digits")
    if not token[0].isalpha():
        return None if set(token) & _BETWEEN_CELLS else Item("gap", token)
    if token in months:
        return Item("month")
    plain = folded(token)
    at_digit = before[-1:].isdigit() or after[:1].isdigit()
    behind_number = before[-1:].isdigit() if plain == "t" else plain == "h" and before.isdigit() and len(before) <= 2
    if behind_number and len(after) == 2 and after.isdigit():
        return Item("gap", token)
    if half_of_day(token) and (plain in ("am", "pm") or EAST.search(token) or (clock and (at_digit or before == " "))):
        return Item("half")
    if plain in _ZONES and clock and not after.strip(" ."):
        return Item("zone")
    if plain in _ORDINALS and before[-1:].isdigit() and not (plain in _LETTERS and after[:1].isdigit()):
        return Item("drop")
    if len(plain) == 1 and plain in _LETTERS and at_digit:
        return Item("mark", plain)
    if plain in _ROMAN and (token.isupper() or before == ""):
        return Item("roman")
    if plain in _FILLERS or plain in _RANGE_WORDS:
        return Item("drop", plain if plain in _RANGE_WORDS else "")
    if plain == "he":  # hour ending
        return Item("mark", token.lower()) if after else None
    if is_weekday(token) and not at_digit:
        return Item("drop")
    if units_of(token):
        return Item("mark", token.lower())
    return Item("drop") if token in "第제" or (plain in "efrpb" and before.isdigit()) else None


def _first_of_range(items: list[Item]) -> _Shape:
    """Cut "2020-01-01 00:00 - 2020-01-01 01:00" behind its first half."""
    for place, item in enumerate(items):
        left, right = items[:place], items[place + 1 :]
        if item.kind == "drop" and item.text in _RANGE_WORDS:
            left, right = _stripped(left), _stripped(right)
        elif item.kind != "gap" or not DASH.fullmatch(item.text):
            continue
        if sum(one.kind in SLOTS for one in right) > 1 and right == left[len(left) - len(right) :]:
            return (*left, Item("gap", "..."))
    return tuple(items)


def _stripped(items: list[Item]) -> list[Item]:
    blank = [place for place, item in enumerate(items) if item != Item("gap", " ")]
    return items[blank[0] : blank[-1] + 1] if blank else []


def _pattern(items: _Shape) -> str:
    pieces = []
    for place, item in enumerate(items):
        if item.kind in SLOTS:
            pieces.append(f"(?P<slot{place}>{SLOTS[item.kind]})")
        elif item.kind == "gap":
            pieces.append(".*" if item.text == "..." else re.escape(item.text))
        else:
            pieces.append(f"(?i:{re.escape(item.text)})" if item.text else _ANY_WORD)
    return f"(?s)^{''.join(pieces)}$"


def slots_of(items: _Shape, months: Mapping[str, int], text: list[str]) -> tuple[list[Slot], Ints]:
    """Return the numbers in the slots of a shape, and the places of the cells that have it; cut by Arrow, which is fast."""
    if len(text) >= _MANY and (even := _even_slots(items, text)) is not None:
        return even
    kinds = [item.kind for item in items if item.kind in SLOTS]
    found = pc.extract_regex(pa.array(text, pa.large_string()), _pattern(items))
    rows = np.flatnonzero(found.is_valid().to_numpy(zero_copy_only=False))
    slots = []
    for (kind, gap), cells in zip(zip(kinds, _gaps(items), strict=True), found.drop_null().flatten(), strict=True):
        lengths = pc.min_max(pc.utf8_length(cells)).as_py()
        least, most = lengths["min"] or 0, lengths["max"] or 0
        slots.append(Slot(kind, _as_numbers(kind, cells, months), least, most, gap))
    return slots, rows


def _even_slots(items: _Shape, text: list[str]) -> tuple[list[Slot], Ints] | None:
    """Read cells of digits and signs that all have their places in common, column by column; None for others."""
    if any(item.kind not in ("digits", "gap") or item.text == "..." for item in items) or len(set(map(len, text))) > 1:
        return None
    try:
        letters = np.array(text, dtype=np.bytes_).view(np.uint8).reshape(len(text), -1)
    except UnicodeEncodeError:
        return None
    digit = (letters >= ord("0")) & (letters <= ord("9"))
    fixed = np.where(digit[0], digit, letters == letters[0])
    if not fixed.all():
        return None
    slots = []
    for match, gap in zip(re.finditer(r"\d+", text[0]), _gaps(items), strict=True):
        size = match.end() - match.start()
        numbers = (letters[:, match.start() : match.end()] - ord("0")) @ 10.0 ** np.arange(size - 1, -1, -1)
        slots.append(Slot("digits", numbers, size, size, gap))
    return slots, np.arange(len(text))


def _as_numbers(kind: str, cells: pa.Array, months: Mapping[str, int]) -> Floats:
    if kind == "digits":
        return np.asarray(cells.cast(pa.int64()).to_numpy(zero_copy_only=False), dtype=np.float64)
    codes = cells.dictionary_encode()
    words: list[str] = codes.dictionary.to_pylist()
    if kind == "half":
        known = [float(half_of_day(word) == "pm") for word in words]
    elif kind == "month":
        known = [months.get(word, np.nan) for word in words]
    else:
        known = [(_ROMAN if kind == "roman" else _ZONES).get(word.lower(), np.nan) for word in words]
    return np.asarray(np.array(known, dtype=np.float64)[codes.indices.to_numpy(zero_copy_only=False)])


def _gaps(items: _Shape) -> list[str]:
    """Return what stands before each slot since the one before."""
    gaps, gap = [], ""
    for item in items:
        if item.kind in SLOTS:
            gaps.append(gap)
            gap = ""
        else:
            gap += item.text
    return gaps

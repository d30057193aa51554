"""Columns that hold a part of a moment: a year, a month, a clock. What each holds is told by its name and its values."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from lstm_viz.tables.calendar_words import (
    DAY_WORDS,
    HOUR_WORDS,
    MINUTE_WORDS,
    MONTH_WORDS,
    QUARTER_WORDS,
    TIME_WORDS,
    WEEK_WORDS,
    YEAR_WORDS,
    YEARDAY_WORDS,
    month_of,
    name_words,
)
from lstm_viz.tables.steps import Floats, Stamps

if TYPE_CHECKING:
    from lstm_viz.tables.table import Column

Role = Literal["date", "year", "quarter", "month", "week", "yearday", "day", "hour", "minute", "clock"]

_NUMBERS: tuple[tuple[Role, frozenset[str], int, int], ...] = (
    ("year", YEAR_WORDS, 1000, 2200),
    ("quarter", QUARTER_WORDS, 1, 4),
    ("month", MONTH_WORDS, 1, 12),
    ("week", WEEK_WORDS, 1, 53),
    ("day", DAY_WORDS, 1, 31),
    ("yearday", DAY_WORDS | YEARDAY_WORDS, 1, 366),
    ("hour", HOUR_WORDS | TIME_WORDS, 0, 24),
    ("minute", MINUTE_WORDS, 0, 59),
)
_TEXTS: tuple[tuple[Role, frozenset[str], str], ...] = (
    ("month", MONTH_WORDS, r"(?:M|m)?(\d{1,2})"),
    ("quarter", QUARTER_WORDS | {"period"}, r"(?:Q|q|T|QTR|Qtr|Quarter )?([1-4])"),
    ("week", WEEK_WORDS | {"period"}, r"(?:W|w|KW|Week |week |wk)?(\d{1,2})"),
)
_CLOCK = re.compile(r"(\d{1,2})[:h](\d{2})(?::(\d{2})(\.\d+)?)? ?([AaPp])?\.?(?:[Mm]\.?)?")


@dataclass(frozen=True, eq=False)
class Part:
    """A column that holds a part of a moment; `values` are its numbers, a clock in seconds, a date in days since 1970."""

    role: Role
    name: str
    values: Floats


def part_of(column: "Column", cells: pd.Series) -> Part | None:
    """Return the part of a moment that a column holds, or None."""
    words = name_words(column.name)
    if column.kind == "time":
        return _date_part(column.name, words, cells.to_numpy(dtype="datetime64[us]"))
    if column.kind == "number" and any(words & names for _, names, _, _ in _NUMBERS):  # "time" is among the hours
        return _number_part(column.name, words, cells.to_numpy(dtype=np.float64))
    return _text_part(column.name, words, cells) if column.kind == "text" else None


def _date_part(name: str, words: frozenset[str], stamps: Stamps) -> Part | None:
    """Only dates without a clock want another column."""
    days = stamps.astype("datetime64[D]")
    known = ~np.isnat(stamps)
    if np.any(days[known].astype(stamps.dtype) != stamps[known]):
        return None
    years = days.astype("datetime64[Y]")
    if words & YEAR_WORDS and np.all(years[known].astype("datetime64[D]") == days[known]):
        return Part("year", name, np.where(known, years.astype(np.int64) + 1970.0, np.nan))
    return Part("date", name, np.where(known, days.astype(np.int64).astype(np.float64), np.nan))


def _number_part(name: str, words: frozenset[str], values: Floats) -> Part | None:
    known = values[~np.isnan(values)]
    if len(known) == 0 or np.any(known != np.round(known)):
        return None
    low, high = known.min(), known.max()
    if words & TIME_WORDS and low >= 0 and 24 < high <= 2400 and np.all(known % 100 < 60):
        return Part("clock", name, 3600.0 * (values // 100) + 60.0 * (values % 100))
    for role, names, least, most in _NUMBERS:
        if words & names and least <= low and high <= most:
            return Part(role, name, values)
    return None


def _text_part(name: str, words: frozenset[str], cells: pd.Series) -> Part | None:
    if not any(_CLOCK.fullmatch(cell) or _short(cell) for cell in cells.dropna().head(5)):
        return None
    codes, unique = pd.factorize(cells)
    if (seconds := _numbers(unique, _seconds)) is not None:
        return Part("clock", name, seconds[codes])
    if words & MONTH_WORDS and (months := _numbers(unique, month_of)) is not None:
        return Part("month", name, months[codes])
    for role, names, pattern in _TEXTS:
        numbers = _numbers(unique, re.compile(pattern).fullmatch) if words & names else None
        if numbers is not None:
            return Part(role, name, numbers[codes])
    return None


def _short(cell: str) -> bool:
    return len(cell) <= 12


def _numbers(cells: pd.Index, read: object) -> Floats | None:
    """Return a number for each different cell and NaN for the missing one at the end; None if most cannot be read."""
    numbers: list[float] = []
    for place, cell in enumerate(cells):
        found = read(str(cell))  # type: ignore[operator]
        found = found[1] if isinstance(found, re.Match) else found
        numbers.append(np.nan if found is None else float(found))
        if place == 20 and np.isnan(numbers).sum() > 4:
            return None
    if not numbers or np.mean(np.isnan(numbers)) > 0.2:
        return None
    return np.array([*numbers, np.nan])


def _seconds(cell: str) -> float | None:
    match = _CLOCK.fullmatch(cell)
    if match is None:
        return None
    hours, half = int(match[1]), (match[5] or "").lower()
    if int(match[2]) > 59 or hours > 24:
        return None
    if half:
        hours = hours % 12 + (12 if half == "p" else 0)
    return 3600 * hours + 60 * int(match[2]) + float(match[3] or 0) + float(match[4] or 0)

"""Dates of other calendars as dates of the Gregorian one, where it is certain which they are."""

import re
from collections.abc import Callable, Mapping
from datetime import date

import numpy as np
from hijridate import Hijri
from persiantools.jdatetime import JalaliDate

from lstm_viz.tables.calendar_words import name_words, vocabulary
from lstm_viz.tables.cell_shapes import Role
from lstm_viz.tables.steps import Floats

_COUNTS_OF_YEARS = ((2400, 2700, -543, "Thai Buddhist calendar"), (50, 199.5, 1911, "Republic of China"))
_HIJRI_WORDS = vocabulary("hijri hijrah hijriyah islamic umalqura ummalqura ah ھجری هجري هجرية التاريخ قمری")
_PERSIAN_WORDS = vocabulary("jalali shamsi persian solar شمسی خورشیدی تاریخ")
_CLEARLY = 0.02

Convert = Callable[[int, int, int], date]


def gregorian(values: Mapping[Role, Floats], name: str) -> tuple[Mapping[Role, Floats], tuple[str, ...]]:
    """Return the (N,) parts of dates in the Gregorian calendar, and which other they were written in.

    Years around 2560 are of the Thai Buddhist calendar, years of three digits of that of the Republic of China; those
    around 1400 are Islamic or Persian, if the column's name or the lengths of the months say which.
    """
    year = values["year"]
    known = year[~np.isnan(year)]
    if len(known) == 0:
        return values, ()
    middle = float(np.median(known))
    for low, high, more, whose in _COUNTS_OF_YEARS:
        if low <= middle <= high:
            note = f"read the years as those of the {whose} ({known[0]:.0f} is {known[0] + more:.0f})."
            return {**values, "year": year + more}, (note,)
    if 1250 <= middle <= 1550 and "month" in values:
        return _lunar_or_solar(values, name)
    return values, ()


def _lunar_or_solar(values: Mapping[Role, Floats], name: str) -> tuple[Mapping[Role, Floats], tuple[str, ...]]:
    words = name_words(name) | frozenset(re.findall(r"\w+", name.lower()))
    found = {kind: _converted(values, convert) for kind, convert in _CALENDARS.items()}
    if np.isnat(found["Islamic"]).sum() > np.isnat(found["tabular Islamic"]).sum():
        found["Islamic"] = found["tabular Islamic"]
    del found["tabular Islamic"]
    if words & _HIJRI_WORDS:
        kind = "Islamic"
    elif words & _PERSIAN_WORDS:
        kind = "Persian"
    else:
        even = {kind: _evenness(days) for kind, days in found.items()}
        first, second, *_ = sorted(even, key=lambda one: -even[one])
        only = even[first] == 2 and all(np.isnat(days).any() for kind, days in found.items() if kind != first)
        clearly = only or even[first] - even[second] >= _CLEARLY  # dates of one calendar alone all exist
        if "day" not in values or first == "Gregorian" or not clearly:
            return values, ()
        kind = first
    if kind == "Islamic" and "day" not in values:
        return values, ("the months are those of the Islamic calendar, kept as they are written.",)
    days = found[kind]
    if np.mean(np.isnat(days) & ~np.isnan(values["year"])) > 0.1:
        return values, ()
    months = days.astype("datetime64[M]")
    kept = ~np.isnat(days)
    parts: dict[Role, Floats] = {
        "year": np.where(kept, months.astype(np.int64) // 12 + 1970.0, np.nan),
        "month": np.where(kept, months.astype(np.int64) % 12 + 1.0, np.nan),
        "day": np.where(kept, (days - months.astype("datetime64[D]")).astype(np.int64) + 1.0, np.nan),
    }
    place = int(kept.argmax())
    written = "-".join(f"{values[role][place]:02.0f}" for role in ("year", "month", "day") if role in values)
    return {**values, **parts}, (f"read the dates as those of the {kind} calendar: {written} is {days[place]}.",)


def _converted(values: Mapping[Role, Floats], convert: Convert) -> np.ndarray:
    """Return the day of each date, NaT where there is none; a month alone is its first day."""
    columns = [values["year"], values["month"], values.get("day", np.ones(len(values["year"])))]
    table = np.column_stack([np.where(np.isnan(column), -1, column) for column in columns]).astype(np.int64)
    unique, places = np.unique(table, axis=0, return_inverse=True)
    days = np.array([_day(convert, row) for row in unique.tolist()], dtype="datetime64[D]")
    return days[places.ravel()]


def _day(convert: Convert, row: list[int]) -> np.datetime64:
    try:
        return np.datetime64(convert(*row), "D")
    except (ValueError, OverflowError):
        return np.datetime64("NaT", "D")


def _evenness(days: np.ndarray) -> float:
    known = np.unique(days[~np.isnat(days)]).astype(np.int64)
    if len(known) < 3:
        return 0.0
    return float(np.mean(~np.isnat(days)) + np.unique(np.diff(known), return_counts=True)[1].max() / (len(known) - 1))


def _tabular(year: int, month: int, day: int) -> date:
    """Return a day of the arithmetic Islamic calendar: months of 30 and 29 days by turns, 11 leap years in 30."""
    leap = (11 * year + 14) % 30 < 11
    if not (1 <= month <= 12 and 1 <= day <= (30 if month % 2 or (month == 12 and leap) else 29)):
        raise ValueError(f"{year}-{month}-{day}")
    return date.fromordinal(227_014 + 354 * (year - 1) + (3 + 11 * year) // 30 + 29 * (month - 1) + month // 2 + day)


_CALENDARS: Mapping[str, Convert] = {
    "Gregorian": date,
    "Islamic": lambda year, month, day: Hijri(year, month, day).to_gregorian(),
    "tabular Islamic": _tabular,
    "Persian": lambda year, month, day: JalaliDate(year, month, day).to_gregorian(),  # type: ignore[no-untyped-call]
}

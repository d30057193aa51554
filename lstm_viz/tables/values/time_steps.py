"""Arithmetic on regular grids of moments: months with their days, business days, and steps of fixed length."""

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import gcd
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.tseries.frequencies import to_offset

Stamps = npt.NDArray[np.datetime64]
Steps = npt.NDArray[Any]  # datetime64[us], or int64 where rows are the steps
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
SECOND = 1_000_000
DAY = 86_400 * SECOND
MINUTE = 60 * SECOND
_WEEK_BEGINS = 3 * DAY  # on Monday, before 1970-01-01
_DAYS = r"(?=[01]*1)[01]{7}(?:-\d{1,4}-\d{1,4}-\d{1,4}){0,9}"
_PATTERN = re.compile(
    rf"C-(?P<week>{_DAYS}(?:\+{_DAYS}){{0,6}})|CM(?P<month>(?:-\d{{1,2}}){{1,31}})|CY-(?P<year>(?=[01]*1)[01]{{12}})"
)
_CYCLES = {"minute": 7 * 1440, "weekday": 7, "day": 31, "month": 12}
_MONTHS = {"MonthBegin": 1, "MonthEnd": 1, "QuarterBegin": 3, "QuarterEnd": 3, "YearBegin": 12, "YearEnd": 12}


@dataclass(frozen=True)
class Pattern:
    """Steps that come only at some places of a week, a month or a year, the same in each.

    Written "C-1111001" (Monday to Thursday and Sunday); "C-1111100-540-9-60" (9 steps of 60 minutes from minute 540 on; more
    openings of these days follow, and other days after a "+"; an opening may end after midnight); "CM-1-15" (days of a
    month, 31 is its last); "CY-111110000011" (months, from January).
    """

    unit: Literal["minute", "weekday", "day", "month"]  # what slots count, of a week from Monday, a month or a year
    slots: tuple[int, ...]  # ascending, none twice; days of a month from 1, all else from 0

    @property
    def cycle(self) -> int:
        """Return the length of a week, a month or a year, in the unit."""
        return _CYCLES[self.unit]

    def ring(self) -> Ints:
        """Return the slots of one cycle, after the last one of the cycle before and before the first one of the next."""
        return np.array([self.slots[-1] - self.cycle, *self.slots, self.slots[0] + self.cycle], dtype=np.int64)


@lru_cache(maxsize=64)
def pattern_of(alias: str) -> Pattern | None:
    """Return the slots that an alias names, None for the aliases of pandas."""
    match = _PATTERN.fullmatch(alias)
    if match is None:
        return None
    if match["year"]:
        return Pattern("month", _marked(match["year"]))
    if match["week"]:
        return _week_pattern(match["week"].split("+"))
    days = tuple(map(int, match["month"][1:].split("-")))
    ascend = all(0 < day < after and day < 28 for day, after in pairwise(days))
    return Pattern("day", days) if ascend and 0 < days[-1] <= 31 else None


def _marked(mask: str) -> tuple[int, ...]:
    return tuple(place for place, comes in enumerate(mask) if comes == "1")


def _week_pattern(parts: list[str]) -> Pattern | None:
    slots: list[int] = []
    for part in parts:
        mask, *numbers = part.split("-")
        days = _marked(mask)
        if not numbers:
            return Pattern("weekday", days) if len(parts) == 1 else None
        for first, count, step in zip(*[map(int, numbers)] * 3, strict=True):
            if not count or (count == 1) != (step == 0) or first + (count - 1) * step >= 2 * 1440:
                return None
            slots += [(day * 1440 + first + k * step) % (7 * 1440) for day in days for k in range(count)]
    return Pattern("minute", tuple(sorted(slots))) if len(set(slots)) == len(slots) else None


@lru_cache(maxsize=64)
def step_of(alias: str) -> tuple[str, int, bool]:
    """Return the kind of step, its size (months, workdays, microseconds, or slots of a `Pattern`), and if at ends."""
    if (pattern := pattern_of(alias)) is not None:
        return "pattern", len(pattern.slots), False
    offset: Any = to_offset(alias)
    name = type(offset).__name__
    if name in _MONTHS:
        return "months", _MONTHS[name] * offset.n, name.endswith("End")
    if name == "BusinessDay":
        return "workdays", offset.n, False
    weeks_or_less = pd.Timedelta(days=7 * offset.n) if name == "Week" else pd.Timedelta(offset)
    return "time", int(weeks_or_less / pd.Timedelta(microseconds=1)), False


def sample_places(count: int, most: int) -> Ints:
    """Return places of a sample: the first ones, and others evenly over all, never by whole years or weeks of steps."""
    step = max(1, count // most)
    while gcd(step, 84) > 1:
        step -= 1
    return np.unique(np.concatenate([np.arange(min(count, most)), np.arange(0, count, step)]))


def months_and_days(stamps: Stamps) -> tuple[Ints, Ints]:
    """Return for each moment the number of its month since January of year 0 and the day in the month, from 1."""
    months = stamps.astype("datetime64[M]")
    days = (stamps.astype("datetime64[D]") - months.astype("datetime64[D]")).astype(np.int64) + 1
    return months.astype(np.int64) + 1970 * 12, days


def month_start(months: Ints) -> Stamps:
    """Return the first day of each month, counted as in `months_and_days`."""
    return (months - 1970 * 12).astype("datetime64[M]").astype("datetime64[D]")


def days_in_month(months: Ints) -> Ints:
    """Return the number of days of each month, counted as in `months_and_days`."""
    return (month_start(months + 1) - month_start(months)).astype(np.int64)


def weekdays(stamps: Stamps) -> Ints:
    """Return the day of the week, 0 for Monday."""
    return (stamps.astype("datetime64[D]").astype(np.int64) + 3) % 7


def growth_of(stamps: Stamps) -> float:
    """Return the share of the steps from row to row that go one way; rows that share a moment say nothing."""
    steps = np.diff(stamps.astype(np.int64))
    forward, backward = int(np.sum(steps > 0)), int(np.sum(steps < 0))
    return max(forward, backward) / max(1, forward + backward)


def step_share(places: Ints) -> float:
    """Return the share of the most frequent step."""
    counts = np.unique(np.diff(places), return_counts=True)[1]
    return float(counts.max() / len(places[1:])) if len(counts) else 0.0


def positions(stamps: Stamps, alias: str) -> tuple[Ints, Floats]:
    """Return the place of each moment on the grid of this alias, and how far off it lies in steps (0 to 0.5).

    Only differences of places mean something. A day of the month that differs costs nothing.
    """
    kind, size, _ = step_of(alias)
    if (pattern := pattern_of(alias)) is not None:  # the nearest slot; its distance is in the smallest step
        cycles, at = within_cycles(stamps, pattern)
        ring = pattern.ring()
        nearest = np.searchsorted((ring[1:] + ring[:-1]) / 2, at, side="right")
        return cycles * len(pattern.slots) + nearest - 1, np.abs(at - ring[nearest]) / np.diff(ring).min()
    if kind == "workdays":
        days = stamps.astype("datetime64[D]")
        places = np.busday_count(np.datetime64("1970-01-01"), days).astype(np.int64) // size
        return places, (~np.is_busday(days)).astype(np.float64)
    units = months_and_days(stamps)[0] if kind == "months" else stamps.astype(np.int64)
    off = units - (_month_phase(units, size) if kind == "months" else _time_phase(units, size, alias))
    places = np.floor_divide(off + size // 2, size)
    return places, np.abs(off - places * size) / size


def grid(stamps: Stamps, alias: str, start: int, count: int) -> Stamps:
    """Return `count` moments of the grid that `stamps` lie on, from the place `start` on (see `positions`)."""
    kind, size, end = step_of(alias)
    places: Ints = np.arange(start, start + count, dtype=np.int64)
    if kind == "time":
        moments = stamps.astype(np.int64)
        return (_time_phase(moments, size, alias) + places * size).astype("datetime64[us]")
    if (pattern := pattern_of(alias)) is not None:
        cycles, place = np.divmod(places, size)
        at = np.array(pattern.slots, dtype=np.int64)[place]
        if pattern.unit == "minute":
            return (cycles * 7 * DAY - _WEEK_BEGINS + at * MINUTE).astype("datetime64[us]")
        if pattern.unit == "weekday":
            days = (cycles * 7 - 3 + at).astype("datetime64[D]")
        elif pattern.unit == "day":
            days = _in_months(cycles, at)
        else:
            days = _in_months(cycles * 12 + at, month_day(stamps) or 1)
    elif kind == "workdays":
        days = np.busday_offset(np.datetime64("1970-01-01"), places * size)
    else:
        months = places * size + _month_phase(months_and_days(stamps)[0], size)
        days = _in_months(months, 31 if end else month_day(stamps) or 1)
    clock = _usual_phase(stamps.astype(np.int64), DAY)
    return (days.astype("datetime64[us]").astype(np.int64) + clock).astype("datetime64[us]")


def _in_months(months: Ints, days: Ints | int) -> Stamps:
    moments: Stamps = month_start(months) + (np.minimum(days, days_in_month(months)) - 1).astype("timedelta64[D]")
    return moments


def month_day(stamps: Stamps) -> int | None:
    """Return the day of the month of 90% of the moments, 31 for the last day of each month, None if they differ."""
    months, days = months_and_days(stamps)
    length = days_in_month(months)
    for day in (31, int(np.bincount(days).argmax()), int(days.max())):
        if np.mean(days == np.minimum(day, length)) >= 0.9:
            return day
    return None


def _month_phase(months: Ints, size: int) -> int:
    return int(np.bincount(months % size).argmax())


def within_cycles(stamps: Stamps, pattern: Pattern) -> tuple[Ints, Floats]:
    """Return the number of the cycle in which each moment lies and its place there, in the unit of the pattern."""
    if pattern.unit == "minute":
        cycles, moments = np.divmod(stamps.astype(np.int64) + _WEEK_BEGINS, 7 * DAY)
        return cycles, moments / MINUTE
    months, days = months_and_days(stamps)
    if pattern.unit == "day":
        last = pattern.slots[-1]
        return months, np.where(days == np.minimum(last, days_in_month(months)), last, days)
    whole = months if pattern.unit == "month" else stamps.astype("datetime64[D]").astype(np.int64) + 3
    cycles, at = np.divmod(whole, pattern.cycle)
    return cycles, at


def _time_phase(moments: Ints, size: int, alias: str) -> int:
    """Grids without a usual phase start at whole hours and days, those of weeks on the weekday of their alias."""
    offset: Any = to_offset(alias)
    weekday = offset.weekday if alias.partition("-")[2] else 3
    return _usual_phase(moments, size, ((weekday - 3) % 7) * DAY)


def _usual_phase(moments: Ints, size: int, otherwise: int = 0) -> int:
    """Return what at least half of the moments leave when divided by the step, or else `otherwise`."""
    phases, counts = np.unique(moments % size, return_counts=True)
    return int(phases[counts.argmax()]) if counts.max() * 2 >= len(moments) else otherwise

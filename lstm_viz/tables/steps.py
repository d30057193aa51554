"""Arithmetic on regular grids of moments: months with their days, business days, and steps of fixed length."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.tseries.frequencies import to_offset

Stamps = npt.NDArray[np.datetime64]
Steps = npt.NDArray[Any]  # datetime64[us], or int64 where rows are the steps
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

SECOND = 1_000_000
DAY = 86_400 * SECOND
_EPOCH = np.datetime64("1970-01-01")
_OPENING = re.compile(r"C-(?P<mask>(?=[01]*1)[01]{7})(?:-(?P<first>\d{1,4})-(?P<count>\d{1,4})-(?P<step>\d{1,4}))?")
_MONTHS = {"MonthBegin": 1, "MonthEnd": 1, "QuarterBegin": 3, "QuarterEnd": 3, "YearBegin": 12, "YearEnd": 12}


@dataclass(frozen=True)
class Opening:
    """Steps that come on some days of the week only, and at some times of those days.

    Written "C-1111001" (Monday to Thursday and Sunday), or "C-1111100-540-9-60": 9 steps of 60 minutes from minute 540 on.
    """

    mask: str
    first: int = 0
    count: int = 1
    step: int = DAY

    @property
    def alias(self) -> str:
        """Return it as it is written."""
        minute = 60 * SECOND
        clock = f"-{self.first // minute}-{self.count}-{self.step // minute}" if self.count > 1 else ""
        return f"C-{self.mask}{clock}"


@lru_cache(maxsize=64)
def opening_of(alias: str) -> Opening | None:
    """Return the days and times that an alias names, None for the aliases of pandas."""
    match = _OPENING.fullmatch(alias)
    if match is None:
        return None
    if match["count"] is None:
        return Opening(match["mask"])
    minute = 60 * SECOND
    found = Opening(match["mask"], int(match["first"]) * minute, int(match["count"]), int(match["step"]) * minute)
    return found if found.count > 1 and found.first + (found.count - 1) * found.step < DAY and found.step > 0 else None


@lru_cache(maxsize=64)
def step_of(alias: str) -> tuple[str, int, bool]:
    """Return the kind of step, its size in its unit (months, workdays, or time in microseconds), and if at ends.

    An `Opening` has so many steps a day.
    """
    if (opening := opening_of(alias)) is not None:
        return "opening", opening.count, False
    offset: Any = to_offset(alias)
    name = type(offset).__name__
    if name in _MONTHS:
        return "months", _MONTHS[name] * offset.n, name.endswith("End")
    if name == "BusinessDay":
        return "workdays", offset.n, False
    weeks_or_less = pd.Timedelta(days=7 * offset.n) if name == "Week" else pd.Timedelta(offset)
    return "time", int(weeks_or_less / pd.Timedelta(microseconds=1)), False


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


def positions(stamps: Stamps, alias: str) -> tuple[Ints, Floats]:
    """Return the place of each moment on the grid of this alias, and how far off it lies in steps (0 to 0.5).

    Places count from an origin of their own: only their differences mean something. A day of the month that differs
    costs nothing.
    """
    kind, size, _ = step_of(alias)
    if (opening := opening_of(alias)) is not None:
        return _opening_positions(stamps, opening)
    if kind == "months":
        return _month_positions(stamps, size)
    if kind == "workdays":
        return _workday_positions(stamps, size)
    return _time_positions(stamps, size, alias)


def grid(stamps: Stamps, alias: str, start: int, count: int) -> Stamps:
    """Return `count` moments of the grid that `stamps` lie on, from the place `start` on (see `positions`)."""
    kind, size, end = step_of(alias)
    places: Ints = np.arange(start, start + count, dtype=np.int64)
    if kind == "time":
        moments = stamps.astype(np.int64)
        return (_time_phase(moments, size, alias) + places * size).astype("datetime64[us]")
    clock = usual_phase(stamps.astype(np.int64), DAY)
    if (opening := opening_of(alias)) is not None:
        days = np.busday_offset(_EPOCH, places // opening.count, roll="forward", weekmask=opening.mask)
        times = clock if opening.count == 1 else opening.first + places % opening.count * opening.step
        return (days.astype("datetime64[us]").astype(np.int64) + times).astype("datetime64[us]")
    if kind == "workdays":
        days = np.busday_offset(np.datetime64("1970-01-01"), places * size)
    else:
        months = places * size + _month_phase(months_and_days(stamps)[0], size)
        day = 31 if end else month_day(stamps) or 1
        days = month_start(months) + (np.minimum(day, days_in_month(months)) - 1).astype("timedelta64[D]")
    return (days.astype("datetime64[us]").astype(np.int64) + clock).astype("datetime64[us]")


def month_day(stamps: Stamps) -> int | None:
    """Return the day of the month of 90% of the moments, 31 for the last day of each month, None if they differ."""
    months, days = months_and_days(stamps)
    length = days_in_month(months)
    for day in (31, int(np.bincount(days).argmax()), int(days.max())):
        if np.mean(days == np.minimum(day, length)) >= 0.9:
            return day
    return None


def _month_positions(stamps: Stamps, size: int) -> tuple[Ints, Floats]:
    months, _ = months_and_days(stamps)
    off = months - _month_phase(months, size)
    places = np.floor_divide(off + size // 2, size)
    return places, np.abs(off - places * size) / size


def _month_phase(months: Ints, size: int) -> int:
    return int(np.bincount(months % size).argmax())


def _workday_positions(stamps: Stamps, size: int) -> tuple[Ints, Floats]:
    days = stamps.astype("datetime64[D]")
    places = np.busday_count(np.datetime64("1970-01-01"), days).astype(np.int64) // size
    return places, (~np.is_busday(days)).astype(np.float64)


def _opening_positions(stamps: Stamps, opening: Opening) -> tuple[Ints, Floats]:
    days = stamps.astype("datetime64[D]")
    places = np.busday_count(_EPOCH, days, weekmask=opening.mask).astype(np.int64)
    closed = ~np.is_busday(days, weekmask=opening.mask)
    if opening.count == 1:
        return places, closed.astype(np.float64)
    clock = (stamps - days).astype(np.int64) - opening.first
    within = np.floor_divide(clock + opening.step // 2, opening.step)
    closed |= (within < 0) | (within >= opening.count)
    off = np.abs(clock - within * opening.step) / opening.step
    return places * opening.count + np.clip(within, 0, opening.count - 1), np.where(closed, 1.0, off)


def _time_positions(stamps: Stamps, size: int, alias: str) -> tuple[Ints, Floats]:
    off = stamps.astype(np.int64) - _time_phase(stamps.astype(np.int64), size, alias)
    places = np.floor_divide(off + size // 2, size)
    return places, np.abs(off - places * size) / size


def _time_phase(moments: Ints, size: int, alias: str) -> int:
    """Grids without a usual phase start at whole hours and days, those of weeks on the weekday of their alias."""
    offset: Any = to_offset(alias)
    weekday = offset.weekday if alias.partition("-")[2] else 3
    return usual_phase(moments, size, ((weekday - 3) % 7) * DAY)


def usual_phase(moments: Ints, size: int, otherwise: int = 0) -> int:
    """Return what at least half of the moments leave when divided by the step, or else `otherwise`."""
    phases, counts = np.unique(moments % size, return_counts=True)
    return int(phases[counts.argmax()]) if counts.max() * 2 >= len(moments) else otherwise

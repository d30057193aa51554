"""Which regular steps a set of moments follows, gaps and stray moments allowed."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import gcd

import numpy as np

from lstm_viz.tables.steps import (
    DAY,
    SECOND,
    Ints,
    Opening,
    Stamps,
    month_day,
    months_and_days,
    opening_of,
    positions,
    weekdays,
)

_UNITS = (
    (DAY, "D", "day", "daily"),
    (3600 * SECOND, "h", "hour", "hourly"),
    (60 * SECOND, "min", "minute", "every minute"),
    (SECOND, "s", "second", "every second"),
    (1000, "ms", "millisecond", "every millisecond"),
    (1, "us", "microsecond", "every microsecond"),
)
_SECONDS = (1, 2, 5, 10, 15, 20, 30, 60, 120, 180, 240, 300, 360, 600, 720, 900, 1200, 1800)
_NICE = np.array([*_SECONDS, *(3600 * hours for hours in (1, 2, 3, 4, 6, 8, 12, 24)), 7 * 86_400]) * SECOND
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_MINUTE = 60 * SECOND
_SOME_WEEKS = 20  # rows
_DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_WEEKDAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")


@dataclass(frozen=True)
class Frequency:
    """The step of a regular series.

    `alias` is the pandas offset alias ("MS", "W-SAT", "15min"), or "step" for rows without time. `season_length` counts
    the steps of one season (1: none) and `season_name` is what that season is ("year", "week", "day"; "" for none).
    """

    alias: str
    label: str
    season_length: int
    season_name: str
    step_name: str


ROWS = Frequency("step", "rows", 1, "", "row")


def infer_frequency(stamps: Stamps) -> Frequency | None:
    """Return the frequency that at least 90% of the moments follow, or None if their steps are irregular.

    Args:
        stamps: two or more moments, ascending, none twice, datetime64[us].
    """
    return next((found for found in _candidates(stamps) if _fits(stamps, found)), None)


def _candidates(stamps: Stamps) -> Iterator[Frequency]:
    """Months on the same day, then exact steps, then rounded steps, then months on about the same day."""
    steps = np.diff(stamps).astype(np.int64)
    if np.median(steps) >= 27.5 * DAY and (day := month_day(stamps)) is not None:
        yield from (by_months(stamps, count, day == 31) for count in _month_counts(stamps))
    if (opening := _opening(stamps, steps)) is not None:
        yield opening
    for step in _usual_steps(steps):
        if step == DAY and _only_workdays(stamps):
            yield Frequency("B", "daily on business days", 5, "week", "business day")
        yield by_time(step, stamps)
    median = float(np.median(steps))
    nice = int(_NICE[np.abs(_NICE - median).argmin()])
    if abs(nice - median) < 0.1 * nice:
        if nice == DAY and _only_workdays(stamps):
            yield Frequency("B", "daily on business days", 5, "week", "business day")
        yield by_time(nice, stamps)
    if median >= 27.5 * DAY:
        _, days = months_and_days(stamps)
        yield from (by_months(stamps, count, bool(np.median(days) > 15)) for count in _month_counts(stamps))


def _opening(stamps: Stamps, steps: Ints) -> Frequency | None:
    """Return steps of some days of the week or some times of day only, if those hold nearly always and no other ever."""
    if len(stamps) < _SOME_WEEKS or stamps[-1] - stamps[0] < np.timedelta64(21, "D"):
        return None
    days = stamps.astype("datetime64[D]")
    clocks = np.unique((stamps - days).astype(np.int64))
    present = set(weekdays(stamps).tolist())
    mask = "".join("1" if day in present else "0" for day in range(7))
    if len(clocks) == 1:
        if mask in ("1111111", "1111100") or len(present) < 2 or np.any(steps % DAY):
            return None
        opening = Opening(mask)
    else:
        step = int(np.median(np.diff(clocks)))
        if step % _MINUTE or np.any(np.diff(clocks) != step) or len(clocks) * step >= DAY or clocks[0] % _MINUTE:
            return None
        opening = Opening(mask, int(clocks[0]), len(clocks), step)
    places, _ = positions(stamps, opening.alias)
    return opened(opening.alias) if len(stamps) >= 0.9 * (places[-1] - places[0] + 1) else None


def opened(alias: str) -> Frequency:
    """Return the frequency of the alias of an `Opening`."""
    opening = opening_of(alias)
    assert opening is not None
    if opening.count == 1:
        return Frequency(alias, f"daily {_named_days(opening.mask)}", opening.mask.count("1"), "week", "day")
    usual = by_time(opening.step, np.zeros(1, dtype="datetime64[us]"))
    label = (
        f"{usual.label} from {_clock(opening.first)} to {_clock(opening.first + (opening.count - 1) * opening.step)}"
    )
    label += "" if opening.mask == "1111111" else f" {_named_days(opening.mask)}"
    return Frequency(alias, label, opening.count, "day", usual.step_name)


def _named_days(mask: str) -> str:
    """Return "from Sunday to Thursday" for days in a row, also over the end of the week, or else their names."""
    for first in range(7):
        turned = mask[first:] + mask[:first]
        size = mask.count("1")
        if size > 2 and turned == "1" * size + "0" * (7 - size):
            return f"from {_DAY_NAMES[first]} to {_DAY_NAMES[(first + size - 1) % 7]}"
    names = [name for name, day in zip(_DAY_NAMES, mask, strict=True) if day == "1"]
    return f"on {', '.join(names[:-1])} and {names[-1]}"


def _clock(moment: int) -> str:
    return f"{moment // (60 * _MINUTE)}:{moment // _MINUTE % 60:02d}"


def _fits(stamps: Stamps, frequency: Frequency) -> bool:
    """Nearly all moments lie on the grid, few share a place, and places that follow one another are usual."""
    places, offset = positions(stamps, frequency.alias)
    steps = np.diff(places)
    usual = np.mean(steps == 1) >= 0.3 or len(stamps) >= 0.5 * (places[-1] - places[0] + 1)
    return bool(np.mean(offset <= 0.15) >= 0.9 and np.mean(steps <= 0) <= 0.05 and usual)


def _month_counts(stamps: Stamps) -> list[int]:
    months, _ = months_and_days(stamps)
    return _usual_steps(np.diff(months))


def _usual_steps(steps: Ints) -> list[int]:
    """Return the most frequent step, then the greatest common divisor of all frequent ones (5% or more)."""
    values, counts = np.unique(steps[steps > 0], return_counts=True)
    if len(values) == 0:
        return []
    usual = int(values[counts.argmax()])
    frequent = values[counts >= max(1, 0.05 * len(steps))][:1000]
    common = gcd(*(int(value) for value in frequent)) if len(frequent) else usual
    return [usual] if common == usual else [usual, common]


def _only_workdays(stamps: Stamps) -> bool:
    """No moment on a weekend although at least one weekend lies between them."""
    return bool(weekdays(stamps).max() < 5 and stamps[-1] - stamps[0] > np.timedelta64(5, "D"))


def by_months(stamps: Stamps, count: int, end: bool) -> Frequency:
    """Return the frequency of so many months; its anchor is the usual month of the moments."""
    months, _ = months_and_days(stamps)
    month = int(np.bincount(months % 12).argmax())
    kind = "E" if end else "S"
    if count % 12 == 0:
        return _yearly(count // 12, f"Y{kind}" + _anchor(month, 11 if end else 0))
    if count == 3:
        return Frequency(f"Q{kind}" + _anchor(month, 11 if end else 0, 3), "quarterly", 4, "year", "quarter")
    season = 12 // count if 12 % count == 0 else 1
    name = "year" if season > 1 else ""
    if count == 1:
        return Frequency(f"M{kind}", "monthly", season, name, "month")
    return Frequency(f"{count}M{kind}", f"every {count} months", season, name, f"{count}-month step")


def _anchor(month: int, usual: int, cycle: int = 12) -> str:
    return "" if month % cycle == usual % cycle else f"-{_MONTHS[month % cycle]}"


def _yearly(count: int, alias: str) -> Frequency:
    if count == 1:
        return Frequency(alias, "yearly", 1, "", "year")
    return Frequency(f"{count}{alias}", f"every {count} years", 1, "", f"{count}-year step")


def by_time(step: int, stamps: Stamps) -> Frequency:
    """Return the frequency of a step in microseconds; whole weeks take the usual weekday of the moments."""
    season, name = _season(step)
    if step % (7 * DAY) == 0:
        weekday = _WEEKDAYS[int(np.bincount(weekdays(stamps)).argmax())]
        count = step // (7 * DAY)
        if count == 1:
            return Frequency(f"W-{weekday}", "weekly", season, name, "week")
        return Frequency(f"{count}W-{weekday}", f"every {count} weeks", season, name, f"{count}-week step")
    size, alias, unit, label = next(entry for entry in _UNITS if step % entry[0] == 0)
    count = step // size
    if count == 1:
        return Frequency(alias, label, season, name, unit)
    return Frequency(f"{count}{alias}", f"every {count} {unit}s", season, name, f"{count}-{unit} step")


def _season(step: int) -> tuple[int, str]:
    """A year of weeks, a week of days, a day of less; a day of over 1440 steps gives way to an hour or a minute."""
    if step % (7 * DAY) == 0:
        weeks = step // (7 * DAY)
        return (52 // weeks, "year") if weeks <= 26 and 52 % weeks == 0 else (1, "")
    seasons = [(DAY, "day"), (3600 * SECOND, "hour"), (60 * SECOND, "minute")]
    if step >= DAY:
        seasons = [(7 * DAY, "week")]
    for length, name in seasons:
        if length % step == 0 and 1 < length // step <= 1440:
            return length // step, name
    return 1, ""

"""Which regular steps a set of moments follows, gaps and stray moments allowed."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import gcd

import numpy as np

from lstm_viz.phrases import joined
from lstm_viz.tables.values.time_steps import (
    DAY,
    MINUTE,
    SECOND,
    Bools,
    Floats,
    Ints,
    Pattern,
    Stamps,
    month_day,
    months_and_days,
    pattern_of,
    positions,
    weekdays,
    within_cycles,
)

_Stretch = tuple[int, int, int]  # first minute of the day, count, step in minutes
# rows, cycles, share of the slots that hold a row
_LEAST = {"minute": (20, 3.1, 0.9), "weekday": (20, 3.1, 0.9), "day": (12, 6, 0.8), "month": (20, 4, 0.9)}
_STRAY = 0.01
_BREAKS = 5  # one a week may be an outage
_EXPLAINED = 0.6  # gaps within a pattern, for each one that it explains
_NEARLY_ALL = 0.9  # eleven months: one whose name could not be read, more often than one that never comes
_PARTS, _DAYS = 8, 6
_WEEK = 7 * 1440
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
_PARTS_OF_MONTHS = {2: "half-month", 3: "dekad"}
_FAR_APART, _FEW = 120, 4  # minutes, times of a day
_DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTH_NAMES = tuple(
    "January February March April May June July August September October November December".split()  # noqa: SIM905
)
_MONTHS, _WEEKDAYS = ([name[:3].upper() for name in names] for names in (MONTH_NAMES, _DAY_NAMES))


def _patterns_in(stamps: Stamps) -> Iterator[str]:
    """Yield the aliases of patterns whose slots hold nearly always, with few other moments; a plain frequency is none."""
    for seen in _seen(stamps):
        cycles, at = within_cycles(stamps, seen)
        slots, counts = np.unique(at, return_counts=True)
        kept = _usual(seen, slots, counts, int(cycles[-1] - cycles[0]) + 1)
        if counts[~kept].sum() > _STRAY * len(stamps) or kept.sum() < 2:
            continue
        pattern = Pattern(seen.unit, tuple(map(int, slots[kept])))
        if not _is_plain(pattern) and (alias := _written(pattern)) is not None:
            places, _ = positions(stamps, alias)
            if _holds(pattern, int(counts[kept].sum()), int(places[-1] - places[0]) + 1):
                yield alias


def _usual(seen: Pattern, slots: Floats, counts: Ints, cycles: int) -> Bools:
    """Return which slots come in more than a third of the cycles, or in a sixth if other days have this time of day too."""
    often = counts * 3 > cycles
    if seen.unit != "minute":
        return often
    days, clocks = slots // 1440, slots % 1440
    return often | ((counts * 6 > cycles) & np.isin(days, days[often]) & np.isin(clocks, clocks[often]))


def _holds(pattern: Pattern, rows: int, steps: int) -> bool:
    """Return whether rows, cycles and breaks are enough, and gaps few, also compared with what the pattern leaves out."""
    count = len(pattern.slots)
    fewest, cycles, filled = _LEAST[pattern.unit]
    if rows < fewest or steps < cycles * count or rows < filled * steps:
        return False
    breaks = np.sum(np.diff(pattern.ring()[1:]) > _plain_step(pattern))
    if pattern.unit == "minute" and steps * breaks < _BREAKS * count:
        return False
    left_out = steps * (pattern.cycle / (_plain_step(pattern) * count) - 1)
    return pattern.unit == "day" or steps - rows <= _EXPLAINED * left_out


def _seen(stamps: Stamps) -> Iterator[Pattern]:
    months, days = months_and_days(stamps)
    clocks = stamps - stamps.astype("datetime64[D]")
    if np.all(clocks == clocks[0]):
        yield Pattern("weekday", (6,))
        yield from (Pattern("day", (last,)) for last in (31, int(days.max())))
        if np.all(np.diff(months) > 0) and month_day(stamps) is not None:
            yield Pattern("month", (11,))
    elif not np.any(clocks.astype(np.int64) % MINUTE):
        yield Pattern("minute", (_WEEK - 1,))


def _is_plain(pattern: Pattern) -> bool:
    if pattern.unit == "day":
        return False
    even = len(pattern.slots) * _plain_step(pattern) > _NEARLY_ALL * pattern.cycle
    return even or pattern == Pattern("weekday", (0, 1, 2, 3, 4))


def _plain_step(pattern: Pattern) -> int:
    return int(np.gcd.reduce(np.diff(pattern.ring())))


def _written(pattern: Pattern) -> str | None:
    """Return the alias of a pattern, None if it is too long to read or two of its days are one in February."""
    if pattern.unit == "day":
        days = "".join(f"-{day}" for day in pattern.slots)
        return f"CM{days}" if len(pattern.slots) <= _DAYS and pattern.slots[-2] < 28 else None
    if pattern.unit == "month":
        return f"CY-{_mask(pattern.slots, 12)}"
    if pattern.unit == "weekday":
        return f"C-{_mask(pattern.slots, 7)}"
    _, openings = _openings_of(pattern)
    times = ["".join(f"-{first}-{count}-{step}" for first, count, step in stretches) for stretches in openings]
    parts = [_mask(days, 7) + opened for days, opened in zip(openings.values(), times, strict=True)]
    return f"C-{'+'.join(parts)}" if sum(map(len, openings)) <= _PARTS else None


def _mask(slots: tuple[int, ...], size: int) -> str:
    return "".join("1" if slot in slots else "0" for slot in range(size))


def _openings_of(pattern: Pattern) -> tuple[int, dict[tuple[_Stretch, ...], tuple[int, ...]]]:
    """Return the usual step of minutes of a week, and for each way to be open (also over midnight) the days that are."""
    slots = np.array(pattern.slots)
    clocks = np.unique(slots % 1440)
    breaks = np.diff(np.r_[clocks, clocks[0] + 1440])
    midnight = len(clocks) < 3 or breaks[-1] != np.bincount(breaks[:-1]).argmax() or breaks.max() == breaks[-1]
    begin = 0 if midnight else int(clocks[breaks.argmax() + 1])  # of a day: midnight, unless no break is there
    days, times = np.divmod((slots - begin) % _WEEK, 1440)
    order = np.lexsort((times, days))
    days, times = days[order], times[order] + begin
    steps = np.diff(times)[np.diff(days) == 0]
    step = int(np.bincount(steps).argmax()) if len(steps) else 1440
    openings: dict[tuple[_Stretch, ...], tuple[int, ...]] = {}
    for day in np.unique(days).tolist():
        own = times[days == day]
        parts = np.split(own, np.flatnonzero(np.diff(own) != step) + 1)
        stretches = tuple((int(part[0]), len(part), step if len(part) > 1 else 0) for part in parts)
        openings[stretches] = (*openings.get(stretches, ()), day)
    return step, openings


@dataclass(frozen=True)
class Frequency:
    """The step of a regular series."""

    alias: str  # of pandas or of a `Pattern` ("MS", "W-SAT", "15min"), "step" for rows without time
    label: str
    season_length: int  # steps of one season, 1 for none
    season_name: str  # what that season is ("year", "week", "day"), "" for none
    step_name: str


ROWS = Frequency("step", "rows", 1, "", "row")
WORKDAYS = Frequency("B", "daily on business days", 5, "week", "business day")


def infer_frequency(stamps: Stamps) -> Frequency | None:
    """Return the frequency that at least 90% of ascending moments follow, or None if their steps are irregular."""
    return next((found for found in _candidates(stamps) if _fits(stamps, found)), None)


def _candidates(stamps: Stamps) -> Iterator[Frequency]:
    """Patterns, then months on the same day, then exact steps, then rounded steps, then months on about the same day."""
    steps = np.diff(stamps).astype(np.int64)
    months, days = months_and_days(stamps)
    median = float(np.median(steps))
    month_counts = _usual_steps(np.diff(months)) if median >= 27.5 * DAY else []
    yield from filter(None, map(patterned, _patterns_in(stamps)))
    if month_counts and (day := month_day(stamps)) is not None:
        yield from (by_months(stamps, count, day == 31) for count in month_counts)
    nice = int(_NICE[np.abs(_NICE - median).argmin()])
    for step in (*_usual_steps(steps), *([nice] if abs(nice - median) < 0.1 * nice else [])):
        if step == DAY and weekdays(stamps).max() < 5 and stamps[-1] - stamps[0] > np.timedelta64(5, "D"):
            yield WORKDAYS
        yield by_time(step, stamps)
    yield from (by_months(stamps, count, bool(np.median(days) > 15)) for count in month_counts)


def patterned(alias: str) -> Frequency | None:
    """Return the frequency of the alias of a `Pattern`, None for the aliases of pandas."""
    pattern = pattern_of(alias)
    if pattern is None:
        return None
    count = len(pattern.slots)
    if pattern.unit == "month":
        return Frequency(alias, f"monthly {_named(pattern, MONTH_NAMES, 'in')}", count, "year", "month")
    if pattern.unit == "weekday":
        return Frequency(alias, f"daily {_named(pattern, _DAY_NAMES, 'on')}", count, "week", "day")
    if pattern.unit == "minute":
        return _opened(alias, pattern)
    days = joined(["last day" if day == 31 else _ordinal(day) for day in pattern.slots])
    return Frequency(alias, f"on the {days} of each month", 12 * count, "year", _PARTS_OF_MONTHS.get(count, "date"))


def _opened(alias: str, pattern: Pattern) -> Frequency:
    """Name openings from their first to their last time; times far apart, or two at a time, one by one."""
    step, openings = _openings_of(pattern)
    counts = {sum(count for _, count, _ in stretches) for stretches in openings}
    season = (max(counts), "day") if len(counts) == 1 and counts != {1} else (len(pattern.slots), "week")
    pairs = all(len(stretches) > 1 and max(count for _, count, _ in stretches) < 3 for stretches in openings)
    single = pairs or (step > _FAR_APART and max(counts) <= _FEW)
    on_days = ["" if len(d) == 7 else " " + _named(Pattern("weekday", d), _DAY_NAMES, "on") for d in openings.values()]
    times = [_times(stretches, single) for stretches in openings]
    sentence = joined([f"{at}{on}" for at, on in zip(times, on_days, strict=True)])
    if single:
        return Frequency(alias, sentence, *season, "step")
    usual = by_time(step * MINUTE, np.zeros(1, dtype="datetime64[us]"))
    return Frequency(alias, f"{usual.label} {sentence}", *season, usual.step_name)


def _times(stretches: tuple[_Stretch, ...], single: bool) -> str:
    minutes = [[first + place * step for place in range(count)] for first, count, step in stretches]
    spans = [[f"{minute // 60 % 24}:{minute % 60:02d}" for minute in span] for span in minutes]
    if single:
        return f"at {joined([time for span in spans for time in span])}"
    return joined([f"from {span[0]} to {span[-1]}" if len(span) > 1 else f"at {span[0]}" for span in spans])


def _named(pattern: Pattern, names: tuple[str, ...], before: str) -> str:
    """Return "from Sunday to Thursday" for slots in a row, also over the end of the cycle, or else their names."""
    size, slots = len(pattern.slots), set(pattern.slots)
    for first in range(len(names)) if size > 2 else ():
        if slots == {(first + place) % len(names) for place in range(size)}:
            return f"from {names[first]} to {names[(first + size - 1) % len(names)]}"
    return f"{before} {joined([names[slot] for slot in pattern.slots])}"


def _ordinal(day: int) -> str:
    return f"{day}{'th' if day in (11, 12, 13) else {1: 'st', 2: 'nd', 3: 'rd'}.get(day % 10, 'th')}"


def _fits(stamps: Stamps, frequency: Frequency) -> bool:
    """Nearly all moments lie on the grid, few share a place, and places that follow one another are usual."""
    places, offset = positions(stamps, frequency.alias)
    steps = np.diff(places)
    usual = np.mean(steps == 1) >= 0.3 or len(stamps) >= 0.5 * (places[-1] - places[0] + 1)
    return bool(np.mean(offset <= 0.15) >= 0.9 and np.mean(steps <= 0) <= 0.05 and usual)


def _usual_steps(steps: Ints) -> list[int]:
    """Return the most frequent step, then the greatest common divisor of all frequent ones (5% or more)."""
    values, counts = np.unique(steps[steps > 0], return_counts=True)
    if len(values) == 0:
        return []
    usual = int(values[counts.argmax()])
    frequent = values[counts >= max(1, 0.05 * len(steps))][:1000]
    common = gcd(*(int(value) for value in frequent)) if len(frequent) else usual
    return [usual] if common == usual else [usual, common]


def by_months(stamps: Stamps, count: int, end: bool) -> Frequency:
    """Return the frequency of so many months; its anchor is the usual month of the moments."""
    months, _ = months_and_days(stamps)
    month = int(np.bincount(months % 12).argmax())
    kind = "E" if end else "S"
    if count % 12 == 0:
        return _every(count // 12, f"Y{kind}" + _anchor(month, 11 if end else 0), "year", "yearly", (1, ""))
    if count == 3:
        return Frequency(f"Q{kind}" + _anchor(month, 11 if end else 0, 3), "quarterly", 4, "year", "quarter")
    season = 12 // count if 12 % count == 0 else 1
    return _every(count, f"M{kind}", "month", "monthly", (season, "year" if season > 1 else ""))


def _anchor(month: int, usual: int, cycle: int = 12) -> str:
    return "" if month % cycle == usual % cycle else f"-{_MONTHS[month % cycle]}"


def _every(count: int, alias: str, unit: str, label: str, season: tuple[int, str]) -> Frequency:
    if count == 1:
        return Frequency(alias, label, *season, unit)
    return Frequency(f"{count}{alias}", f"every {count} {unit}s", *season, f"{count}-{unit} step")


def by_time(step: int, stamps: Stamps) -> Frequency:
    """Return the frequency of a step in microseconds; whole weeks take the usual weekday of the moments."""
    if step % (7 * DAY) == 0:
        weekday = _WEEKDAYS[int(np.bincount(weekdays(stamps)).argmax())]
        return _every(step // (7 * DAY), f"W-{weekday}", "week", "weekly", _season(step))
    size, alias, unit, label = next(entry for entry in _UNITS if step % entry[0] == 0)
    return _every(step // size, alias, unit, label, _season(step))


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

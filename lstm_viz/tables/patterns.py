"""Which slots of a week, a month or a year a set of moments keeps to, and how they are written."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from lstm_viz.tables.steps import (
    MINUTE,
    Floats,
    Ints,
    Pattern,
    Stamps,
    month_day,
    months_and_days,
    positions,
    within_cycles,
)

Bools = npt.NDArray[np.bool_]
Stretch = tuple[int, int, int]  # first minute of the day, count, step in minutes

_LEAST = {  # rows, cycles, share of the slots that hold a row
    "minute": (20, 3.1, 0.9),
    "weekday": (20, 3.1, 0.9),
    "day": (12, 6, 0.8),
    "month": (20, 4, 0.9),
}
_STRAY = 0.01
_BREAKS = 5  # one a week may be an outage
_EXPLAINED = 0.6  # gaps within a pattern, for each one that it explains
_NEARLY_ALL = 0.9  # eleven months: one whose name could not be read, more often than one that never comes
_PARTS, _DAYS = 8, 6
_WEEK = 7 * 1440


def patterns_in(stamps: Stamps) -> Iterator[str]:
    """Yield the aliases of patterns whose slots hold nearly always and beside which nearly nothing comes.

    A plain frequency is none, nor one with few gaps.
    """
    for seen in _seen(stamps):
        cycles, at = within_cycles(stamps, seen)
        slots, counts = np.unique(at, return_counts=True)
        kept = _usual(seen, slots, counts, int(cycles[-1] - cycles[0]) + 1)
        if counts[~kept].sum() > _STRAY * len(stamps) or kept.sum() < 2:
            continue
        pattern = Pattern(seen.unit, tuple(map(int, slots[kept])))
        if not _is_plain(pattern) and (alias := written(pattern)) is not None:
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
    """Return whether there are rows, cycles and breaks enough, and gaps few, also beside what the pattern leaves out."""
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


def written(pattern: Pattern) -> str | None:
    """Return the alias of a pattern, None if it is too long to read or two of its days are one in February."""
    if pattern.unit == "day":
        days = "".join(f"-{day}" for day in pattern.slots)
        return f"CM{days}" if len(pattern.slots) <= _DAYS and pattern.slots[-2] <= 28 else None
    if pattern.unit == "month":
        return f"CY-{_mask(pattern.slots, 12)}"
    if pattern.unit == "weekday":
        return f"C-{_mask(pattern.slots, 7)}"
    _, openings = openings_of(pattern)
    parts = [
        _mask(days, 7) + "".join(f"-{first}-{count}-{step}" for first, count, step in stretches)
        for stretches, days in openings.items()
    ]
    return f"C-{'+'.join(parts)}" if sum(map(len, openings)) <= _PARTS else None


def _mask(slots: tuple[int, ...], size: int) -> str:
    return "".join("1" if slot in slots else "0" for slot in range(size))


def openings_of(pattern: Pattern) -> tuple[int, dict[tuple[Stretch, ...], tuple[int, ...]]]:
    """Return the usual step of minutes of a week, and for each way to be open the days that are.

    A day that is open over midnight begins after its longest break.
    """
    slots = np.array(pattern.slots)
    begin = _begin(np.unique(slots % 1440))
    days, times = np.divmod((slots - begin) % _WEEK, 1440)
    order = np.lexsort((times, days))
    days, times = days[order], times[order] + begin
    steps = np.diff(times)[np.diff(days) == 0]
    step = int(np.bincount(steps).argmax()) if len(steps) else 1440
    openings: dict[tuple[Stretch, ...], tuple[int, ...]] = {}
    for day in np.unique(days).tolist():
        stretches = _stretches(times[days == day], step)
        openings[stretches] = (*openings.get(stretches, ()), day)
    return step, openings


def _begin(clocks: Ints) -> int:
    """Return the minute at which days begin: midnight, unless no break is there."""
    breaks = np.diff(np.r_[clocks, clocks[0] + 1440])
    if len(clocks) < 3 or breaks[-1] != np.bincount(breaks[:-1]).argmax() or breaks.max() == breaks[-1]:
        return 0
    return int(clocks[breaks.argmax() + 1])


def _stretches(times: Ints, step: int) -> tuple[Stretch, ...]:
    parts = np.split(times, np.flatnonzero(np.diff(times) != step) + 1)
    return tuple((int(part[0]), len(part), step if len(part) > 1 else 0) for part in parts)

"""Which columns say when a row was measured: one that holds moments, or several that do so together (year + month)."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from lstm_viz.tables.calendar_words import name_words
from lstm_viz.tables.calendars import gregorian
from lstm_viz.tables.cell_shapes import Role
from lstm_viz.tables.columns import TypedTable
from lstm_viz.tables.composing import composed, fiscal_start, in_calendar_years
from lstm_viz.tables.names import SERIES_WORDS
from lstm_viz.tables.steps import Floats, Stamps
from lstm_viz.tables.time_parts import Part, clock_part, is_calendar, parts_of, unnamed_parts

PLUS = " + "
_DAYS: tuple[frozenset[Role], ...] = (frozenset({"year", "month", "day"}), frozenset({"year", "yearday"}))
_PERIODS: tuple[frozenset[Role], ...] = tuple(
    frozenset({"year", *finer})
    for finer in (("month",), ("quarter",), ("week",), ("week", "weekday"), ("half",), ("third",), ("period",))
)
_HOURS: tuple[tuple[Role, ...], ...] = (("hour",), ("hour", "minute"), ("hour", "minute", "second"))
_CLOCKS = (*map(frozenset, _HOURS), *(frozenset((*hours, "afternoon")) for hours in _HOURS), frozenset({"interval"}))
_TOGETHER = frozenset((*_DAYS, *_PERIODS, *(days | clock for days in _DAYS for clock in _CLOCKS)))
_MOST_PARTS = 12
_GAPS = 0.1
_SUMS = 0.26
_ON = 0.95
_NAMED_BY_BEGIN = re.compile(r"\d{4} ?[-/–] ?\d{2}|.*年度")  # "2014-15"
_SOME = 24
_COARSE_FIRST: tuple[Role, ...] = get_args(Role)


def combined_times(table: TypedTable) -> dict[str, tuple[Part, ...]]:
    """Return the combinations of columns that are moments together, under the names that a person sees."""
    columns = sorted(table.columns, key=lambda column: len(name_words(column.name)) > 1)
    wish = table.reading.fiscal_year
    parts = []
    for column in columns:
        begins = wish == "begins" or (wish is None and _NAMED_BY_BEGIN.match(column.example) is not None)
        parts += [replace(part, begins=begins) for part in parts_of(column, table.frame[column.name])]
    parts = parts[:_MOST_PARTS]
    names = {column.name for column in table.columns}
    found: dict[str, tuple[Part, ...]] = {}
    numbers = _whole_numbers(table)
    if not tuple(_combinations(parts)):
        parts = list(unnamed_parts(numbers)) or parts
    if (clock := _counted_clock(table, parts, numbers)) is not None:
        parts.append(clock)
    for chosen in _combinations(parts):
        ordered = tuple(sorted(chosen, key=lambda part: min(map(_COARSE_FIRST.index, part.roles))))
        if not _names_series(ordered):
            found.setdefault(_free(PLUS.join(part.name for part in ordered), names), ordered)
    return found


def _whole_numbers(table: TypedTable) -> list[tuple[str, Floats]]:
    """Return the columns of whole numbers without gaps; a first column of years that was taken as time is one."""
    found: list[tuple[str, Floats]] = []
    for column in table.columns[:_MOST_PARTS]:
        if column.kind == "time":
            stamps = table.stamps(column.name)
            years = stamps.astype("datetime64[Y]")
            if not np.isnat(stamps).any() and np.all(years == stamps):
                found.append((column.name, years.astype(np.int64).astype(np.float64) + 1970))
        elif column.kind == "number":
            values = table.numbers(column.name)
            if np.all(values == np.round(values)):
                found.append((column.name, values))
    return found


def _counted_clock(table: TypedTable, parts: list[Part], numbers: list[tuple[str, Floats]]) -> Part | None:
    """Return a column that counts on within each day and begins anew with the next, while the values change smoothly.

    So 1 to 48 are half-hours under any name. Where the values jump from row to row, the column names series.
    """
    dates = [part for part in parts if part.roles == {"year", "month", "day"}]
    alone = [part for part in parts if part.roles in ({"year"}, {"month"}, {"day"})]
    values_of = {name: table.numbers(name) for name in table.names_of("number")}
    for date in (dates[:1], alone[:3]):
        if not date or any("interval" in part.roles for part in parts):
            continue
        changed = np.any([np.diff(values) != 0 for part in date for values in part.values.values()], axis=0)
        for name, values in numbers:
            rest = [other for label, other in values_of.items() if label not in {name, *(part.name for part in date)}]
            counts = np.mean((np.diff(values) > 0) == ~changed) >= _ON if len(values) > 1 else False
            if counts and not name_words(name) & SERIES_WORDS and any(_smooth(other, ~changed) for other in rest):
                return clock_part(name, values)
    return None


def _smooth(values: Floats, within: npt.NDArray[np.bool_]) -> bool:
    if len(values) < _SOME or np.isnan(values).any() or not within.any():
        return False
    near, far = np.abs(np.diff(values))[within].mean(), np.abs(values[6:] - values[:-6]).mean()
    return bool(near < 0.7 * far)


def calendar_columns(table: TypedTable) -> frozenset[str]:
    """Return the columns of numbers that say no more than the time does: they are no values.

    They are parts of it, or are named like the month, the weekday, the hour … that it gives, or mark days.
    """
    time = table.proposed_time or ""
    parts = {part.name for part in table.combined_times.get(time, ())}
    stamps, numbers = table.moments(time), table.names_of("number")
    return frozenset(name for name in numbers if name in parts or is_calendar(name, table.numbers(name), stamps))


def _combinations(parts: list[Part]) -> Iterator[tuple[Part, ...]]:
    """Yield two or more parts of different columns whose roles make a moment, each set of roles once."""
    seen: set[frozenset[Role]] = set()
    begun: list[tuple[tuple[Part, ...], frozenset[Role], int]] = [((), frozenset(), 0)]
    while begun:
        chosen, roles, start = begun.pop(0)
        if len(chosen) > 1 and roles in _TOGETHER and roles not in seen:
            seen.add(roles)
            yield chosen
        for place in range(start, len(parts)):
            part = parts[place]
            more = roles | part.roles
            free = not roles & part.roles and all(part.name != other.name for other in chosen)
            if free and any(more <= known for known in _TOGETHER):
                begun.append(((*chosen, part), more, place + 1))


def _names_series(parts: tuple[Part, ...]) -> bool:
    """Return whether the finer part changes much more seldom than the year: T1 and T2 are series then, no parts of years."""
    finer = parts[1].roles & {"half", "third", "quarter", "period", "week"}
    if "year" not in parts[0].roles or not finer or len(parts) > 2:
        return False
    year, part = parts[0].values["year"], parts[1].values[next(iter(finer))]
    return int(np.sum(part[1:] != part[:-1])) < 0.5 * int(np.sum(year[1:] != year[:-1]))


def _free(label: str, names: set[str]) -> str:
    return label if label not in names else _free(f"{label} (together)", names)


def moments(parts: tuple[Part, ...]) -> Stamps:
    """Put the parts of each row together; NaT where one is missing or does not exist (30 February)."""
    values, _ = gregorian(together(parts), " ".join(part.name for part in parts))
    start = fiscal_start(values)
    return composed(in_calendar_years(values, start, any(part.begins for part in parts)) if start > 1 else values)


def together(parts: tuple[Part, ...]) -> dict[Role, Floats]:
    """Return the numbers of all parts."""
    return {role: numbers for part in parts for role, numbers in part.values.items()}


def proposed_time(table: TypedTable, combined: Mapping[str, tuple[Part, ...]]) -> str | None:
    """Return what tells the rows apart and grows with them: of several that do, the finest; None where nothing does.

    A date of birth does not grow with the rows, the day of an export is one, a year alone is coarser than year + month.
    """
    stamps = {name: table.stamps(name) for name in table.names_of("time")}
    stamps |= {name: moments(parts) for name, parts in combined.items()}
    known = {name: int((~np.isnat(found)).sum()) for name, found in stamps.items()}
    different = {name: len(pd.unique(found[~np.isnat(found)])) for name, found in stamps.items()}
    most = max(known.values(), default=0)  # rows without a moment may be sums: four quarters and their total
    least = {name: most - (_SUMS if name in combined else _GAPS) * table.rows for name in stamps}
    likely = [name for name in stamps if different[name] > 1 and known[name] >= least[name]]
    if not likely:
        return max(known, key=lambda name: known[name]) if known else None
    growth = {name: _growth(stamps[name]) for name in likely}
    likely = [name for name in likely if growth[name] >= max(growth.values()) - 0.2]
    finest = max(different[name] for name in likely)
    likely = [name for name in likely if different[name] > 0.9 * finest]
    gaps = {name: known[name] < most - 0.02 * table.rows for name in likely}
    return min(likely, key=lambda name: (gaps[name], _rank(combined.get(name, ())), -known[name]))


def _rank(parts: tuple[Part, ...]) -> int:
    """A date with a clock beside it goes before a column alone, and that before numbers that tell no more."""
    if not parts:
        return 1
    return 0 if parts[-1].roles >= {"hour", "minute"} and parts[-1].written else 2


def _growth(stamps: Stamps) -> float:
    """Return the share of the steps from row to row that go one way; rows that share a moment say nothing."""
    steps = np.diff(stamps[~np.isnat(stamps)].astype(np.int64))
    forward, backward = int(np.sum(steps > 0)), int(np.sum(steps < 0))
    return max(forward, backward) / max(1, forward + backward)

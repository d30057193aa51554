"""Columns that hold a part of a moment: a year, a month, a clock, as their names and their values show."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import get_args

import numpy as np
import pandas as pd

from lstm_viz.tables.columns.column_types import Column, TypedTable
from lstm_viz.tables.values.calendar_words import (
    CLOCK_WORDS,
    SERIES_WORDS,
    TIME_WORDS,
    YEARDAY_WORDS,
    free_name,
    name_words,
    named_units,
    vocabulary,
)
from lstm_viz.tables.values.cell_shapes import EAST, Role
from lstm_viz.tables.values.date_parts import composed, fiscal_start, gregorian, in_calendar_years, with_whole_hours
from lstm_viz.tables.values.time_spellings import spelled
from lstm_viz.tables.values.time_steps import SECOND, Bools, Floats, Stamps, growth_of, months_and_days, weekdays

_RANGES: dict[Role, tuple[int, int]] = {"year": (1000, 2600), "half": (1, 2), "third": (1, 3), "quarter": (1, 4)}
_RANGES |= {"month": (1, 12), "week": (0, 53), "day": (1, 31), "yearday": (1, 366), "hour": (0, 24)}
_RANGES |= {"minute": (0, 59), "second": (0, 59), "weekday": (0, 7)}
_MOST_CELLS = 2_000
_LETTERED = {"half", "third", "quarter", "period", "week", "yearday", "month", "hour", "interval"}
_PERIOD_WORDS = vocabulary("period periode periodo time date datum seas season saison zeitraum zeit tid")
_UNNAMED = re.compile(r"column_\d+|period(?:_of_column)?|step")
_DAY_MARKS = vocabulary(
    "holiday holidays workingday weekend season isweekend isholiday promo feiertag ferien saison stagione estacion estacao "
    "seizoen sasong saeson sezon sezona arstid feriado festivo ferie helligdag vakantie feestdag ferias vacaciones"
)
_ORDINAL = re.compile(r"\d+(?:st|nd|rd|th)")
_MOSTLY = 0.8
_NEARLY = 0.95
_FEWEST = 6
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


@dataclass(frozen=True, eq=False)
class Part:
    """A column that holds parts of moments: (N,) numbers for each, NaN for none."""

    name: str
    values: Mapping[Role, Floats]
    written: bool = False  # as text, such as "14:30"
    begins: bool = False  # fiscal years are named after the year in which they begin

    @property
    def roles(self) -> frozenset[Role]:
        """Return which parts."""
        return frozenset(self.values)


def _parts_of(table: TypedTable, column: Column) -> tuple[Part, ...]:
    """Return what a column can hold of a moment, the likeliest first; nothing where neither name nor form says so."""
    if column.kind == "time":
        return _date_part(column.name, table.stamps(column.name))
    if column.kind == "number":
        return _number_parts(column.name, table.numbers(column.name))
    return _text_parts(column.name, table.frame[column.name]) if column.kind == "text" else ()


def _date_part(name: str, stamps: Stamps) -> tuple[Part, ...]:
    days = stamps.astype("datetime64[D]")
    known = ~np.isnat(stamps)
    if np.any(days[known].astype(stamps.dtype) != stamps[known]):
        return ()
    years = days.astype("datetime64[Y]")
    year = np.where(known, years.astype(np.int64) + 1970.0, np.nan)
    if np.all(years[known].astype("datetime64[D]") == days[known]):
        return (Part(name, {"year": year}),)
    months, day = months_and_days(np.where(known, stamps, np.datetime64(0, "us")))
    whole: dict[Role, Floats] = {"year": year, "month": np.where(known, months % 12 + 1.0, np.nan)}
    return (Part(name, whole | {"day": np.where(known, day.astype(np.float64), np.nan)}),)


def _number_parts(name: str, values: Floats) -> tuple[Part, ...]:
    units = named_units(name)
    words = name_words(name)
    if words & YEARDAY_WORDS:
        units |= {"yearday"}
    if not units and not words & (TIME_WORDS | CLOCK_WORDS | {"period"}):
        return ()
    known = values[~np.isnan(values)]
    if len(known) == 0 or np.any(known != np.round(known)):
        return ()
    if (sums := _sums(units, known)) is not None:
        values = np.where(values == sums, np.nan, values)
        known = known[known != sums]
    low, high = known.min(), known.max()
    found: list[Part] = []
    if words & TIME_WORDS and low >= 0 and high > 25:
        found += _clock_numbers(name, values, known)
    if words & TIME_WORDS:
        units |= {"hour"}
    if 13 < high <= 16 and low == 1 and units & {"month"} | words & {"period"}:  # closings behind the twelfth month
        values = np.where(values > 12, np.nan, values)
        units, high = units | {"month"}, 12.0
    elif "period" in words and "settlement" not in words:
        units |= {"month", "quarter", "week"}
    if "day" in units and high > 31:
        units |= {"yearday"}
    if ("hour" in units or "settlement" in words) and _is_clock_count(low, high):
        found.append(Part(name, {"interval": values}))
    if high == 13 and low == 1 and units & {"month"}:
        found.append(Part(name, {"period" if "period" in words else "month": values}))
    if "year" in units and EAST.search(name) and low >= 50 and high < 200:  # of the Republic of China
        found.append(Part(name, {"year": values}))
    fitting = [role for role, (least, most) in _RANGES.items() if role in units and least <= low and high <= most]
    return (*found, *(Part(name, {role: values}) for role in fitting))


def _sums(units: frozenset[str], known: Floats) -> float | None:
    """Return the number that stands for the whole year: month 0, or a fifth quarter, once among all others."""
    for role in ("month", "quarter"):
        least, most = _RANGES[role]
        numbers, counts = np.unique(known, return_counts=True)
        if role in units and len(numbers) == most + 1 and counts.max() <= counts.min() + 1 < len(known):
            extra = numbers[0] if numbers[0] == least - 1 else numbers[-1]
            if extra in (least - 1, most + 1) and (role, extra) != ("month", 13):
                return float(extra)
    return None


def _clock_numbers(name: str, values: Floats, known: Floats) -> list[Part]:
    """1430 is half past two, 143000 the same with its seconds."""
    if known.max() <= 2400 and np.all(known % 100 < 60):
        return [Part(name, {"hour": values // 100, "minute": values % 100})]
    if known.max() <= 240_000 and np.all(known % 100 < 60) and np.all(known // 100 % 100 < 60):
        return [Part(name, {"hour": values // 10_000, "minute": values // 100 % 100, "second": values % 100})]
    return []


def _clock_part(name: str, values: Floats) -> Part | None:
    """Return whole numbers that cover a day as its clock: 1 to 24 are its hours, 1 to 96 quarters of them, 1430 is 14:30."""
    low, high = np.nanmin(values), np.nanmax(values)
    if _is_clock_count(low, high):
        return Part(name, {"interval": values})
    if low == 0 and high in (23, 47, 95):
        return Part(name, {"interval": values + 1})
    clock = _clock_numbers(name, values, values[~np.isnan(values)]) if low >= 0 and 2300 <= high <= 2400 else []
    return Part(name, _from_ends(dict(clock[0].values))) if clock else None


def is_calendar(name: str, values: Floats, stamps: Stamps | None) -> bool:
    """Return whether numbers are the month, the weekday … of each row's moment, as their name says, or mark days."""
    known = ~np.isnan(values)
    if not known.any() or np.any(values[known] != np.round(values[known])):
        return False
    if name_words(name) & _DAY_MARKS:
        return values[known].min() >= 0 and bool(values[known].max() <= 6)
    if stamps is None:
        ranges = [_RANGES[unit] for unit in named_units(name) if unit in _RANGES]  # type: ignore[index]
        return any(least <= values[known].min() and values[known].max() <= most for least, most in ranges)
    known &= ~np.isnat(stamps)
    if not known.any():
        return False
    sure = known.sum() >= 15 and len(np.unique(values[known])) >= 5  # so many equal the month or weekday by no accident
    units = ("weekday", "month", "quarter", "year") if sure else ()
    if _of_the_month(values[known], stamps[known]):
        return True
    return any(_are_parts(unit, values[known], stamps[known]) for unit in (*named_units(name), *units))


def _of_the_month(values: Floats, stamps: Stamps) -> bool:
    """Return whether a few numbers are the same in every January, every February … of two years or more, as halves are."""
    months = months_and_days(stamps)[0]
    if len(values) < 24 or np.ptp(months) < 24 or not 2 <= len(np.unique(values)) <= 12:
        return False
    return len(np.unique(np.column_stack([months % 12, values]), axis=0)) == len(np.unique(months % 12))


def _are_parts(unit: str, values: Floats, stamps: Stamps) -> bool:
    months, days = months_and_days(stamps)
    clock = (stamps - stamps.astype("datetime64[D]")).astype(np.int64) // SECOND
    first = stamps.astype("datetime64[Y]").astype("datetime64[D]")
    yeardays = (stamps.astype("datetime64[D]") - first).astype(np.int64) + 1
    found = {"year": months // 12, "quarter": months % 12 // 3 + 1, "month": months % 12 + 1, "day": days}
    found |= {"week": np.round(yeardays / 7.0), "yearday": yeardays}
    found |= {"hour": clock // 3600, "minute": clock // 60 % 60}
    if unit == "weekday":
        least, most = _RANGES["weekday"]
        in_range = least <= values.min() and values.max() <= most
        return bool(in_range and len(np.unique((values - weekdays(stamps)) % 7)) == 1)
    if unit not in found:
        return False
    return bool(np.mean(np.abs(values - found[unit]) <= (1 if unit in ("week", "hour") else 0)) >= _NEARLY)


def _text_parts(name: str, cells: pd.Series) -> tuple[Part, ...]:
    codes, unique = pd.factorize(cells)
    if not 1 < len(unique) <= _MOST_CELLS:
        return ()
    named = bool(named_units(name)) or bool(name_words(name) & _PERIOD_WORDS) or _UNNAMED.fullmatch(name) is not None
    found = []
    for written in spelled([str(cell) for cell in unique]):
        if 2 * len(np.unique(np.column_stack(list(written.values.values())), axis=0)) <= len(unique):
            continue
        values = {role: np.append(numbers, np.nan)[codes] for role, numbers in with_whole_hours(written.values).items()}
        if values.keys() == {"hour"} and np.nanmin(values["hour"]) == 1 and np.nanmax(values["hour"]) in (24, 25):
            values = {"interval": values["hour"]}
        if values.keys() == {"hour"} and not named and _ORDINAL.fullmatch(str(unique[0])):
            continue  # the 1st, 2nd and 3rd of something
        if values.keys() == {"hour", "minute"}:
            values = _from_ends(values)
        if len(values) == 1 and values.keys() & _LETTERED and not named and str(unique[0])[-1:].isdigit():
            continue  # Q1, T2, W05 under another name are names of something
        kept = codes >= 0 if written.aside is None else np.append(~written.aside, False)[codes]
        mostly = kept.any() and all(np.mean(~np.isnan(numbers[kept])) >= _MOSTLY for numbers in values.values())
        if mostly and "year" not in values:
            found.append(Part(name, values, written=True))
    return tuple(found)


def _from_ends(values: dict[Role, Floats]) -> dict[Role, Floats]:
    """Clocks that reach 24:00 and never 0:00 name the ends of hours (or of parts of them): each begins one before."""
    minutes = 60 * values["hour"] + values["minute"]
    first = np.nanmin(minutes)
    if first <= 0 or np.nanmax(minutes) != 1440:
        return values
    return {"hour": (minutes - first) // 60, "minute": (minutes - first) % 60}


def _unnamed_parts(columns: list[tuple[str, Floats]]) -> tuple[Part, ...]:
    """Return columns side by side, of whole numbers, that count on like years and months, whatever their names say."""
    thirds = columns[2:] or columns
    for (year_name, year), (name, part), (day_name, day) in zip(columns, columns[1:], thirds, strict=False):
        if not _within(year, "year"):
            continue
        years = Part(year_name, {"year": year})
        counts = np.mean((np.diff(part) == 1) | ((np.diff(year) == 1) & (part[1:] <= 1))) >= _NEARLY
        if counts and part.max() in (365, 366):
            return (years, Part(name, {"yearday": part}))
        if not _within(part, "week"):
            continue
        if counts and part.max() >= 50:
            return (years, Part(name, {"week": part}))
        if counts and np.array_equal(np.unique(part), [1, 2, 3, 4]):
            return (years, Part(name, {"quarter": part}))
        if not _within(part, "month"):
            continue
        places, months = 12 * year + part, Part(name, {"month": part})
        # days may stand many times, once for each hour
        firsts = np.unique(32 * places + day, return_index=True)[1].astype(np.float64)
        if _within(day, "day") and day_name not in (year_name, name) and _grows(firsts, 0.9):
            return (years, months, Part(day_name, {"day": day}))
        even = np.mean(np.abs(np.diff(places)) == 1) >= _NEARLY
        if len(np.unique(part)) >= _FEWEST and _grows(places, _NEARLY) and even:
            return (years, months)
    return ()


def _within(values: Floats, role: Role) -> bool:
    least, most = _RANGES[role]
    return len(values) >= _FEWEST and bool(np.all((values >= least) & (values <= most)))


def _grows(places: Floats, share: float) -> bool:
    steps = np.diff(places)
    return bool(max(np.mean(steps > 0), np.mean(steps < 0)) >= share)


def _is_clock_count(low: float, high: float) -> bool:
    """Return whether numbers count the hours, half-hours or quarters of an hour of a day from 1."""
    return low == 1 and any(high in (size, size + size // 24) for size in (24, 48, 96))


def combined_times(table: TypedTable) -> dict[str, tuple[Part, ...]]:
    """Return the combinations of columns that are moments together, under the names that a person sees."""
    columns = sorted(table.columns, key=lambda column: len(name_words(column.name)) > 1)
    requested = table.reading.fiscal_year
    parts = []
    for column in columns:
        begins = requested == "begins" or (requested is None and _NAMED_BY_BEGIN.match(column.example) is not None)
        parts += [replace(part, begins=begins) for part in _parts_of(table, column)]
    parts = parts[:_MOST_PARTS]
    names = {column.name for column in table.columns}
    found: dict[str, tuple[Part, ...]] = {}
    numbers = _whole_numbers(table)
    if not tuple(_combinations(parts)):
        parts = list(_unnamed_parts(numbers)) or parts
    if (clock := _counted_clock(table, parts, numbers)) is not None:
        parts.append(clock)
    for chosen in _combinations(parts):
        ordered = tuple(sorted(chosen, key=lambda part: min(map(_COARSE_FIRST.index, part.roles))))
        if not _names_series(ordered):
            label = free_name(PLUS.join(part.name for part in ordered), names, " (together)")
            found.setdefault(label, ordered)
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
    """Return a column that counts on within each day while values change smoothly: where they jump, it names series."""
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
                return _clock_part(name, values)
    return None


def _smooth(values: Floats, within: Bools) -> bool:
    if len(values) < _SOME or np.isnan(values).any() or not within.any():
        return False
    near, far = np.abs(np.diff(values))[within].mean(), np.abs(values[6:] - values[:-6]).mean()
    return bool(near < 0.7 * far)


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


def moments(parts: tuple[Part, ...]) -> Stamps:
    """Put the parts of each row together; NaT where one is missing or does not exist (30 February)."""
    values, _ = gregorian(together(parts), " ".join(part.name for part in parts))
    start = fiscal_start(values)
    return composed(in_calendar_years(values, start, any(part.begins for part in parts)) if start > 1 else values)


def together(parts: tuple[Part, ...]) -> dict[Role, Floats]:
    """Return the numbers of all parts."""
    return {role: numbers for part in parts for role, numbers in part.values.items()}


def proposed_time(table: TypedTable, combined: Mapping[str, tuple[Part, ...]]) -> str | None:
    """Return the finest of what distinguishes the rows and grows with them, as a date of birth does not."""
    stamps = {name: table.stamps(name) for name in table.names_of("time")}
    stamps |= {name: moments(parts) for name, parts in combined.items()}
    known = {name: int((~np.isnat(found)).sum()) for name, found in stamps.items()}
    different = {name: len(pd.unique(found[~np.isnat(found)])) for name, found in stamps.items()}
    most = max(known.values(), default=0)  # rows without a moment may be sums: four quarters and their total
    least = {name: most - (_SUMS if name in combined else _GAPS) * table.rows for name in stamps}
    likely = [name for name in stamps if different[name] > 1 and known[name] >= least[name]]
    if not likely:
        return max(known, key=lambda name: known[name]) if known else None
    growth = {name: growth_of(stamps[name][~np.isnat(stamps[name])]) for name in likely}
    likely = [name for name in likely if growth[name] >= max(growth.values()) - 0.2]
    finest = max(different[name] for name in likely)
    likely = [name for name in likely if different[name] > 0.9 * finest]
    gaps = {name: known[name] < most - 0.02 * table.rows for name in likely}
    rank = dict.fromkeys(likely, 1)
    for name in combined.keys() & rank.keys():  # a date with a clock goes before a column alone, other numbers behind
        last = combined[name][-1]
        rank[name] = 0 if last.roles >= {"hour", "minute"} and last.written else 2
    return min(likely, key=lambda name: (gaps[name], rank[name], -known[name]))

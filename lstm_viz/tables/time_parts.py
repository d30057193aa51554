"""Columns that hold a part of a moment: a year, a month, a clock. What each holds is told by its name and its values."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from lstm_viz.tables.calendar_words import CLOCK_WORDS, TIME_WORDS, YEARDAY_WORDS, name_words, named_units, vocabulary
from lstm_viz.tables.cell_shapes import EAST, Role
from lstm_viz.tables.composing import with_whole_hours
from lstm_viz.tables.spellings import spelled
from lstm_viz.tables.steps import SECOND, Floats, Stamps, months_and_days, weekdays

if TYPE_CHECKING:
    from lstm_viz.tables.columns import Column

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


@dataclass(frozen=True, eq=False)
class Part:
    """A column that holds parts of moments: (N,) numbers for each, NaN for none; `written` as text, such as "14:30"."""

    name: str
    values: Mapping[Role, Floats]
    written: bool = False
    begins: bool = False  # fiscal years are named after the year in which they begin

    @property
    def roles(self) -> frozenset[Role]:
        """Return which parts."""
        return frozenset(self.values)


def parts_of(column: "Column", cells: pd.Series) -> tuple[Part, ...]:
    """Return what a column can hold of a moment, the likeliest first; nothing where neither name nor form says so."""
    if column.kind == "time":
        return _date_part(column.name, cells.to_numpy(dtype="datetime64[us]"))
    if column.kind == "number":
        return _number_parts(column.name, cells.to_numpy(dtype=np.float64))
    return _text_parts(column.name, cells) if column.kind == "text" else ()


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
    if ("hour" in units or "settlement" in words) and low == 1 and any(high in (n, n + n // 24) for n in (24, 48, 96)):
        found.append(Part(name, {"interval": values}))
    if high == 13 and low == 1 and units & {"month"}:
        found.append(Part(name, {"period" if "period" in words else "month": values}))
    if "year" in units and EAST.search(name) and low >= 50 and high < 200:  # of the Republic of China
        found.append(Part(name, {"year": values}))
    fitting = [role for role, (least, most) in _RANGES.items() if role in units and least <= low and high <= most]
    return (*found, *(Part(name, {role: values}) for role in fitting))


def _sums(units: frozenset[str], known: Floats) -> float | None:
    """Return the number that stands for the whole year: month 0, or a fifth quarter, once beside all others."""
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


def clock_part(name: str, values: Floats) -> Part | None:
    """Return whole numbers that cover a day as its clock: 1 to 24 are its hours, 1 to 96 quarters of them, 1430 is 14:30."""
    low, high = np.nanmin(values), np.nanmax(values)
    if low == 1 and any(high in (n, n + n // 24) for n in (24, 48, 96)):
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
    found = {
        "year": months // 12,
        "quarter": months % 12 // 3 + 1,
        "month": months % 12 + 1,
        "week": np.round(yeardays / 7.0),
        "day": days,
        "yearday": yeardays,
        "hour": clock // 3600,
        "minute": clock // 60 % 60,
    }
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
    said = bool(named_units(name)) or bool(name_words(name) & _PERIOD_WORDS) or _UNNAMED.fullmatch(name) is not None
    found = []
    for written in spelled([str(cell) for cell in unique]):
        if 2 * len(np.unique(np.column_stack(list(written.values.values())), axis=0)) <= len(unique):
            continue
        values = {role: np.append(numbers, np.nan)[codes] for role, numbers in with_whole_hours(written.values).items()}
        if values.keys() == {"hour"} and np.nanmin(values["hour"]) == 1 and np.nanmax(values["hour"]) in (24, 25):
            values = {"interval": values["hour"]}
        if values.keys() == {"hour"} and not said and _ORDINAL.fullmatch(str(unique[0])):
            continue  # the 1st, 2nd and 3rd of something
        if values.keys() == {"hour", "minute"}:
            values = _from_ends(values)
        if len(values) == 1 and values.keys() & _LETTERED and not said and str(unique[0])[-1:].isdigit():
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


def unnamed_parts(columns: list[tuple[str, Floats]]) -> tuple[Part, ...]:
    """Return columns side by side that count on like years and months (and days), whatever their names say.

    `columns` are those of whole numbers in the order of the file, with their values.
    """
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

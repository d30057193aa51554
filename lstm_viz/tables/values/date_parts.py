"""Parts of moments (a year, a month, an hour …) put together to moments."""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date

import numpy as np
from hijridate import Hijri
from persiantools.jdatetime import JalaliDate

from lstm_viz.tables.values.calendar_words import name_words, vocabulary
from lstm_viz.tables.values.cell_shapes import Role
from lstm_viz.tables.values.time_steps import DAY, SECOND, Bools, Floats, Ints, Stamps, days_in_month, step_share

_SOME = 20
_MOSTLY_ON = 0.95
_MONTHS_OF: Mapping[Role, int] = {"month": 1, "quarter": 3, "third": 4, "half": 6}
_CLOCK: Mapping[Role, float] = {"hour": 3600.0, "minute": 60.0, "second": 1.0, "fraction": 1.0, "zone": -3600.0}
_COUNTS_OF_YEARS = ((2400, 2700, -543, "Thai Buddhist calendar"), (50, 199.5, 1911, "Republic of China"))
_HIJRI_WORDS = vocabulary("hijri hijrah hijriyah islamic umalqura ummalqura ah ھجری هجري هجرية التاريخ قمری")
_PERSIAN_WORDS = vocabulary("jalali shamsi persian solar شمسی خورشیدی تاریخ")
_CLEARLY = 0.02
_Convert = Callable[[int, int, int], date]


def composed(values: Mapping[Role, Floats]) -> Stamps:
    """Return the (N,) moments that a year and other parts make, NaT where one is missing or does not exist (30 February).

    A part stands for its first day, a week for its Monday unless a weekday (1 to 7) is there; a zone is hours ahead of UTC.
    """
    values = with_whole_hours(values)
    days, valid = _days(values)
    clock = np.zeros(len(days))
    for role, seconds in _CLOCK.items():
        clock = clock + values.get(role, np.zeros(len(days))) * seconds
    if "interval" in values:
        clock = clock + _intervals(days, values["interval"])
    known = valid & ~np.isnan(clock)
    whole = days * DAY + np.where(known, clock * SECOND, 0).round().astype(np.int64)
    return np.where(known, whole.astype("datetime64[us]"), np.datetime64("NaT", "us"))


def _days(values: Mapping[Role, Floats]) -> tuple[Ints, Bools]:
    year = _whole(values["year"])
    known = ~np.isnan(values["year"]) & (year >= 1) & (year <= 9999)
    if "week" in values:
        day = values.get("weekday", np.ones(len(year)))
        mondays, valid = _weeks(year, _whole(values["week"]))
        days, valid = mondays + _whole(day) - 1, valid & ~np.isnan(values["week"]) & ~np.isnan(day)
    elif "yearday" in values:
        place = _whole(values["yearday"])
        first = first_days((year - 1970) * 12)
        valid = (place >= 1) & (place <= first_days((year - 1969) * 12) - first)
        days = first + place - 1
    elif "period" in values:  # thirteen make a year, counted on from the first of January of the first year
        period = _whole(values["period"])
        start = int(year[known].min()) if known.any() else 1970
        days = first_days(np.array([(start - 1970) * 12])) + 28 * ((year - start) * 13 + period - 1)
        valid = (period >= 1) & (period <= 13)
    else:
        days, valid = _month_days(year, values)
    return days, known & valid


def with_whole_hours(values: Mapping[Role, Floats]) -> Mapping[Role, Floats]:
    """Return hours from 0 to 24 where they were counted twice from 1 to 12."""
    if "afternoon" not in values or "hour" not in values:
        return values
    hour = values["hour"]
    more = np.where(hour > 12, 0.0, 12 * values["afternoon"] - np.where(hour == 12, 12.0, 0.0))
    whole: dict[Role, Floats] = {role: part for role, part in values.items() if role != "afternoon"}
    return whole | {"hour": hour + more}


def fiscal_start(values: Mapping[Role, Floats]) -> int:
    """Return the month in which the years begin: 4 where rows run on from April to March within each year; else 1."""
    if not {"year", "month"} <= values.keys():
        return 1
    year, month = values["year"], values["month"]
    known = ~np.isnan(year) & ~np.isnan(month)
    year, month = year[known], month[known]
    same, on = np.diff(year) == 0, np.diff(month)
    over = same & (month[:-1] == 12) & (month[1:] == 1)
    begins = month[np.r_[True, ~same]]
    if not over.any() or len(np.unique(begins)) > 1 or begins[0] == 1:
        return 1
    follows = np.isin(on, (0, 1)) | over
    return int(begins[0]) if np.mean(follows[same]) >= _MOSTLY_ON else 1


def in_calendar_years(values: Mapping[Role, Floats], start: int, begins: bool) -> Mapping[Role, Floats]:
    """Return parts with the calendar year of each month, of years that begin in the month `start`."""
    early = values["month"] < start
    return {**values, "year": values["year"] + (early if begins else -1.0 * ~early)}


def _intervals(days: Ints, number: Floats) -> Floats:
    """Return the seconds at which the hours, half-hours … of a day begin, numbered from 1, also where the clocks change."""
    most = np.nanmax(number)
    size = next(size for size in (24, 48, 96, 1440) if most <= size + size // 24)
    hour = size // 24
    _, day = np.unique(days, return_inverse=True)
    last = np.zeros(int(day.max()) + 1)
    np.maximum.at(last, day, np.where(np.isnan(number), 0, number))
    change, place = last[day] - size, number - 1
    twice, left_out = (change == hour) & (place >= 3 * hour), (change == -hour) & (place >= 2 * hour)  # the third hour
    return np.asarray((place - hour * twice + hour * left_out) * (86_400 / size))


def _whole(values: Floats) -> Ints:
    return np.where(np.isfinite(values), values, 1).astype(np.int64)


def _month_days(year: Ints, values: Mapping[Role, Floats]) -> tuple[Ints, Bools]:
    month, valid = np.ones_like(year), np.ones(len(year), dtype=bool)
    for role, size in _MONTHS_OF.items():
        if role in values:
            part = _whole(values[role])
            month, valid = size * part - size + 1, ~np.isnan(values[role]) & (part >= 1) & (part <= 12 // size)
    day = values.get("day", np.ones(len(year)))
    days = _whole(day)
    months = (year - 1970) * 12 + np.where(valid, month, 1) - 1
    valid &= ~np.isnan(day) & (days >= 1) & (days <= days_in_month(months + 1970 * 12))
    return first_days(months) + days - 1, valid


def first_days(months_since_1970: Ints) -> Ints:
    """Return the days since 1970 at which months begin."""
    return months_since_1970.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)


def _weeks(year: Ints, week: Ints) -> tuple[Ints, Bools]:
    """Return the Mondays of ISO weeks, or of weeks counted on where rows have a week 53 or 0 that no ISO year has."""
    mondays, valid = _iso_weeks(year, week)
    if len(week) < _SOME:
        return mondays, valid
    on = (np.diff(week) == 1) | ((week[1:] <= 1) & (week[:-1] >= 51))
    good = valid[1:] & valid[:-1] & (np.diff(mondays) == 7)
    if np.mean(on) < _MOSTLY_ON or np.all(good[on]):
        return mondays, valid
    starts = np.r_[0, np.flatnonzero(~on) + 1]
    begun = np.repeat(starts, np.diff(np.r_[starts, len(week)]))
    return mondays[begun] + 7 * (np.arange(len(week)) - begun), np.ones(len(week), dtype=bool)


def counted_on(values: Mapping[Role, Floats]) -> bool:
    """Return whether weeks are no ISO weeks, and were counted on from the first."""
    if "week" not in values or np.isnan(values["week"]).any() or np.isnan(values["year"]).any():
        return False
    year, week = _whole(values["year"]), _whole(values["week"])
    return not np.array_equal(_weeks(year, week)[0], _iso_weeks(year, week)[0])


def _iso_weeks(year: Ints, week: Ints) -> tuple[Ints, Bools]:
    """Return the Mondays of ISO weeks, in days since 1970, and which exist: the first holds the fourth of January."""
    fourths = [first_days((year + more - 1970) * 12) + 3 for more in (0, 1)]
    monday, after = (fourth - (fourth + 3) % 7 for fourth in fourths)
    return monday + 7 * (week - 1), (week >= 1) & (7 * week <= after - monday)


def gregorian(values: Mapping[Role, Floats], name: str) -> tuple[Mapping[Role, Floats], tuple[str, ...]]:
    """Return the (N,) parts of dates in the Gregorian calendar, and by years, months or name which other they were in."""
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
    kind = "Islamic" if words & _HIJRI_WORDS else "Persian"
    if not words & (_HIJRI_WORDS | _PERSIAN_WORDS):
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


def _converted(values: Mapping[Role, Floats], convert: _Convert) -> np.ndarray:
    """Return the day of each date, NaT where there is none; a month alone is its first day."""
    columns = [values["year"], values["month"], values.get("day", np.ones(len(values["year"])))]
    table = np.column_stack([np.where(np.isnan(column), -1, column) for column in columns]).astype(np.int64)
    unique, places = np.unique(table, axis=0, return_inverse=True)
    days = np.full(len(unique), np.datetime64("NaT", "D"))
    for place, row in enumerate(unique.tolist()):
        with suppress(ValueError, OverflowError):
            days[place] = convert(*row)
    return days[places.ravel()]


def _evenness(days: np.ndarray) -> float:
    known = np.unique(days[~np.isnat(days)]).astype(np.int64)
    return float(np.mean(~np.isnat(days))) + step_share(known) if len(known) > 2 else 0.0


def _tabular(year: int, month: int, day: int) -> date:
    """Return a day of the arithmetic Islamic calendar: months of 30 and 29 days by turns, 11 leap years in 30."""
    leap = (11 * year + 14) % 30 < 11
    if not (1 <= month <= 12 and 1 <= day <= (30 if month % 2 or (month == 12 and leap) else 29)):
        raise ValueError(f"{year}-{month}-{day}")
    return date.fromordinal(227_014 + 354 * (year - 1) + (3 + 11 * year) // 30 + 29 * (month - 1) + month // 2 + day)


_CALENDARS: Mapping[str, _Convert] = {
    "Gregorian": date,
    "Islamic": lambda *day: Hijri(*day).to_gregorian(),
    "tabular Islamic": _tabular,
    "Persian": lambda *day: JalaliDate(*day).to_gregorian(),  # type: ignore[no-untyped-call]
}

"""Moments written as numbers: years, dates such as 19881231, days of a spreadsheet, and seconds since 1970."""

import re

import numpy as np
import pandas as pd

from lstm_viz.tables.values.calendar_words import CLOCK_WORDS, DATE_WORDS, name_words, named_units, names_years
from lstm_viz.tables.values.cell_shapes import EAST, Role
from lstm_viz.tables.values.date_parts import composed, first_days, gregorian
from lstm_viz.tables.values.time_spellings import spelled
from lstm_viz.tables.values.time_steps import Floats, Stamps, months_and_days
from lstm_viz.tables.values.timestamps import Times, evenness, this_century

_EPOCH_UNITS = (
    (1e8, 1e10, 1e6, "seconds"),
    (1e11, 1e13, 1e3, "milliseconds"),
    (1e14, 1e16, 1.0, "microseconds"),
    (1e17, 1e19, 1e-3, "nanoseconds"),
)
_DATE: tuple[Role, ...] = ("year", "month", "day")
_CLOCK: tuple[Role, ...] = ("hour", "minute", "second")
_LAST_MONTH, _LAST_OF_THREE, _SHORT = 220_013, 2_200_012, 991_231
_Digits = tuple[int, int, tuple[Role, ...], tuple[str, ...]]
_DIGITS: tuple[_Digits, ...] = (
    (10_000_101, 27_001_231, _DATE, ()),
    (1_000_101, 1_991_231, _DATE, ()),  # of the Republic of China
    (1_000_001, _LAST_OF_THREE, ("year", "period"), ("read three digits behind the year as the month.",)),
    (1_000_001, 2_200_366, ("year", "yearday"), ("read three digits behind the year as its day.",)),
    (1_011_000, 31_122_200, ("day", "month", "year"), ("read the digits as day, month and year.",)),
    (1_011_000, 12_312_200, ("month", "day", "year"), ("read the digits as month, day and year.",)),
    (100_001, _LAST_MONTH, ("year", "month"), ()),
    (10_101, _SHORT, _DATE, ("read six digits as year, month and day.",)),
    (100_001, 220_053, ("year", "week"), ("read as ISO weeks.",)),
    (10_001, 22_004, ("year", "quarter"), ("read the digit behind the year as the quarter.",)),
    (1_800_010_100, 2_200_123_123, (*_DATE, *_CLOCK[:1]), ("read each number as a date with the hour.",)),
    (180_001_010_000, 220_012_312_359, (*_DATE, *_CLOCK[:2]), ("read each number as a date with hour and minute.",)),
    (18_000_101_000_000, 22_001_231_235_959, (*_DATE, *_CLOCK), ("read each number as a date with its clock.",)),
)
_DIGITS_OF: dict[Role, float] = {"quarter": 10.0, "yearday": 1e3, "period": 1e3, "year": 1e4}
_RANGES: dict[Role, tuple[int, int]] = {"month": (1, 12), "day": (1, 31), "quarter": (1, 4), "week": (1, 53)}
_RANGES |= {"yearday": (1, 366), "hour": (0, 24), "minute": (0, 59), "second": (0, 59)}
_SERIAL_START = np.datetime64("1899-12-30", "us")
_SINCE = re.compile(r"(?i)\b(second|minute|hour|day|week)s? since (\d{4}-\d{2}-\d{2})")
_SECONDS_OF = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400, "week": 604_800}
_DAYS = (  # of 1970-01-01 in other counts of days
    (40_000, 70_000, 40_587, {"mjd"}, "modified Julian days"),
    (2_400_000, 2_500_000, 2_440_587.5, {"jd", "bjd", "hjd", "julian", "juliandate", "date", "time"}, "Julian days"),
    (690_000, 780_000, 719_529, {"datenum", "matlab", "date", "time", "datetime", "timestamp"}, "days since year 0"),
)
_VERY_EVEN = 1.8
_TINY = 1e-6
_NUMBER_WORDS = {"id", "no", "nr", "number", "invoice", "order", "ticket"}
_DAYS_TO_1904 = 1462  # between the days 0 of both ways that workbooks count
_NONE: Stamps = np.zeros(0, dtype="datetime64[us]")
_SURE = 8  # so many different dates, all of which exist, are no accident


def read_number_times(values: Floats, name: str, always: bool = False, since_1904: bool = False) -> Times | None:
    """Read numbers as moments, if all fit and the name (or `always`) says so; even dates such as 19881231 need no name."""
    words, units = name_words(name), named_units(name)
    if len(values) == 0 or not np.isfinite(values[:100]).all():
        return None
    republic = bool(EAST.search(name)) and _all_between(values, 50, 199)
    if names_years(name) and (republic or _all_between(values, 2400, 2700)) and np.all(values == np.round(values)):
        dates, notes = gregorian({"year": values}, name)
        return Times(composed(dates), notes)
    if (always or words & DATE_WORDS or names_years(name)) and _all_between(values, 1000, 2200):
        return _years(values)
    whole = bool(np.all(values == np.round(values)))
    named = always or "yyyymm" in name.lower() or bool(words & (DATE_WORDS | CLOCK_WORDS))
    named = named or bool(units & {"day", "week", "month", "quarter"})
    if (since := _SINCE.search(name)) is not None:
        return _counted_from(values, np.datetime64(since[2]), since[1].lower(), f"{since[1].lower()}s since {since[2]}")
    if whole and (found := _written(values, name, named)) is not None:
        return found
    for low, high, first, known, what in _DAYS:
        if words & known and _all_between(values, low, high):
            return _counted_from(values, np.datetime64("1970-01-01"), "day", what, first)
    if (always or words & DATE_WORDS or units & {"day", "week", "month"}) and _all_between(values, 15_000, 80_000):
        return _counted_from(values, _SERIAL_START, "day", "days of a spreadsheet", -_DAYS_TO_1904 * since_1904)
    if always or words & CLOCK_WORDS:
        return _since_1970(values)
    clock = values[0] > 1e11 or (values[0] > 9e8 and bool(np.all(values % 60 == 0)))
    times = _since_1970(values) if whole and len(values) > _SURE and clock else None
    return times if times is not None and _counts_on(times.stamps) else None


def _counts_on(stamps: Stamps) -> bool:
    """Return whether moments grow (or shrink) evenly and lie in the years from 1990 to 2100, as clocks do."""
    steps = np.diff(stamps.astype(np.int64)).astype(np.float64)
    usual = float(np.median(steps))
    even = usual != 0 and bool(np.mean(np.abs(steps - usual) <= 0.02 * abs(usual)) >= 0.9)
    return even and bool(np.datetime64("1990") < stamps.min() and stamps.max() < np.datetime64("2100"))


def read_dotted_times(text: pd.Series, name: str) -> Times | None:
    """Read "2018.1 … 2018.10", which differ only as text, as months (or quarters) if the name or even steps say so."""
    head = text.head(200)
    if head.str.fullmatch(r"[12][.,]\d{3}").all():
        years = text.str.replace(r"[.,]", "", regex=True).to_numpy(dtype=np.float64)
        return _years(years) if len(years) >= _SURE and years.min() >= 1700 and is_year_counter(years) else None
    if not head.str.fullmatch(r"\d{4}[.,]\d{1,2}|(?:\d{1,2}|0\d\d)[.,]\d{4}").all():
        return None
    if text.str.fullmatch(r"\d{4}[.,]0\d").any() and not text.str.fullmatch(r"\d{4}[.,]\d\d").all():
        return None  # 1949.1 is October
    if head.str.extract(r"[.,](\d+)$")[0].nunique() == 1:
        return None  # 1949.5, 1950.5: the middles of years
    named = bool(name_words(name) & DATE_WORDS) or bool(named_units(name) & {"year", "month", "quarter"})
    for written in spelled(text.str.replace(",", ".", regex=False).tolist()):
        stamps = composed(written.values) if "year" in written.values and len(written.values) == 2 else _NONE
        different = len(np.unique(stamps))
        if different < 3 or np.isnat(stamps).any():
            continue
        if _count_months(stamps) or (named and different == len(stamps)):
            what = "the number of the month" if "month" in written.values else "quarters"
            return Times(stamps, (f"read the decimals of a year as {what}.",))
    return None


def _count_months(stamps: Stamps) -> bool:
    """Return whether months (or quarters) follow each other evenly, eight or more."""
    steps = np.diff(months_and_days(stamps)[0])
    if len(steps) <= _SURE or max(np.mean(steps > 0), np.mean(steps < 0)) < 0.95:
        return False
    return bool(np.mean(np.abs(steps) == np.median(np.abs(steps))) >= 0.9)


def has_lost_precision(text: pd.Series, stamps: Stamps) -> bool:
    """Return whether numbers in powers of ten ("1.65136E+09") are too short to distinguish the moments of their rows."""
    short = text.head(200).str.contains(r"[eE]\+?\d", regex=True)
    return bool(short.mean() > 0.5) and len(np.unique(stamps)) < 0.9 * len(stamps)


def is_year_counter(values: Floats) -> bool:
    """Return whether the numbers are whole years from 1000 to 2200, evenly spaced; in a long table they may repeat."""
    if len(values) < 3 or not _all_between(values, 1000, 2200) or not np.all(values == np.round(values)):
        return False
    steps = np.diff(values)
    if len(values) > 5 and np.any(steps <= 0):
        steps = np.diff(np.unique(values))
    return bool(len(steps) > 1 and steps[0] != 0 and np.all(steps == steps[0]))


def counts_parts_of_years(values: Floats) -> bool:
    """Return whether the numbers count on in months, quarters or halves of years from 1700 to 2200 (1990.125 …)."""
    if len(values) <= _SURE or not _all_between(values, 1700, 2200):
        return False
    return any(np.abs(np.diff(values) - 1 / count).max() < 2e-3 for count in (12, 4, 2))


def _all_between(values: Floats, low: float, high: float) -> bool:
    return bool(values.min() >= low and values.max() <= high)


def _years(values: Floats) -> Times | None:
    """Whole years, years with twelfths (1949.0833 is February 1949), or with months as decimals (1949.02, 1949.1)."""
    if len(values) > 2 and np.ptp(values % 1) < _TINY:  # 1949.5, 1950.5: the middles of years
        values = np.floor(values)
    if np.all(values == np.round(values)):
        return Times(_months((values - 1970) * 12))
    if (dotted := _dotted_months(values)) is not None:
        return Times(dotted, ("read the decimals of a year as the number of the month.",))
    quarters = values * 4 - 0.5
    if len(values) > _SURE and np.abs(quarters - np.round(quarters)).max() < _TINY:
        values = values - 0.125  # the middle of each quarter
    months = values * 12
    for middle in (0.0, 0.5):
        whole = np.round(months - middle)
        if np.abs(months - middle - whole).max() <= 0.05 + 0.2 * middle:
            return Times(_months(whole - 1970 * 12), ("read the parts of a year as months.",))
    return _decimal_days(values)


def _months(since_1970: Floats) -> Stamps:
    return since_1970.astype(np.int64).astype("datetime64[M]").astype("datetime64[us]")


def _decimal_days(values: Floats) -> Times | None:
    """2021.0014 is the first or the second of January: the parts of a year are days where they count on one by one."""
    years = np.floor(values)
    first = first_days(((years - 1970) * 12).astype(np.int64))
    lengths = first_days(((years - 1969) * 12).astype(np.int64)) - first
    places = (values - years) * lengths
    middle = 0.5 if np.mean(np.abs(places % 1 - 0.5)) < 0.25 else 0.0
    days = first + np.round(places - middle).astype(np.int64)
    if len(values) <= _SURE or np.mean(np.abs(np.diff(days)) == 1) < 0.9 or np.ptp(np.sign(np.diff(days))) > 1:
        return None
    return Times(days.astype("datetime64[D]").astype("datetime64[us]"), ("read the parts of a year as days.",))


def _dotted_months(values: Floats) -> Stamps | None:
    """1871.01 to 1871.12 are months, 1871.1 is October; 1990.1 to 1990.4 alone are quarters."""
    years = np.floor(values + 1e-6)
    hundredths = (values - years) * 100
    parts = np.round(hundredths)
    if np.abs(hundredths - parts).max() > 1e-3 or parts.min() < 1 or (len(parts) > 1 and len(np.unique(parts)) == 1):
        return None
    if np.isin(parts, (10, 20, 30, 40)).all() and len(np.unique(parts)) > 2:
        parts = 3 * parts / 10 - 2
    elif parts.max() > 12 or len(np.unique(parts)) < min(12, len(parts)) - 1:
        return None
    return _months((years - 1970) * 12 + parts - 1)


def _written(values: Floats, name: str, named: bool) -> Times | None:
    if not _all_between(values, 10_001, 22_001_231_235_959):
        return None
    if values.max() < 22_001_300 and np.all(values % 100 == 0) and (found := _written(values // 100, name, named)):
        return found
    units = named_units(name)
    for low, high, roles, note in _DIGITS:
        if not _all_between(values, low, high):
            continue
        parts = _split(values, roles)
        aside = parts["month"] == 13 if high == _LAST_MONTH else np.zeros(len(values), dtype=bool)
        ranges = _RANGES | {"year": (100, 2700) if roles == _DATE else (1800, 2200)}
        possible = all(_all_between(numbers[~aside], *ranges[role]) for role, numbers in parts.items())
        if not _as_expected(parts, units, high) or aside.mean() > 0.1 or not possible:
            continue
        sure = False
        if roles[:3] == _DATE and not name_words(name) & _NUMBER_WORDS:
            sure = _could_be_days(values // 100.0 ** (len(roles) - 3))
        elif high == _LAST_MONTH and values[~aside].min() >= 170_001:
            places = np.unique(12 * parts["year"][~aside] + parts["month"][~aside])
            sure = len(places) >= _SURE and bool(np.mean(np.diff(places) == 1) >= 0.9)
        guessed = roles[0] != "year" or high == _SHORT
        if not (named or sure):
            continue
        dates, notes = gregorian(parts, name)
        stamps = composed(dates) if high > _SHORT else this_century(composed(dates))
        if np.isnat(stamps[~aside]).any() or (guessed and evenness(stamps) < _VERY_EVEN):
            continue
        stamps[aside] = np.datetime64("NaT")
        return Times(stamps, (*notes, *note), aside if aside.any() else None)
    return None


def _split(values: Floats, roles: tuple[Role, ...]) -> dict[Role, Floats]:
    """Cut numbers into parts from the right: years at the end have four digits, those at the begin all that is left."""
    parts: dict[Role, Floats] = {}
    for role in reversed(roles):
        size = _DIGITS_OF.get(role, 100.0) if role != roles[0] else 1e4
        parts[role] = values % size
        values = values // size
    if "period" in parts:
        parts["month"] = parts.pop("period")
    elif roles == _DATE and parts["year"].max() < 100:
        parts["year"] = parts["year"] + 2000
    return parts


def _as_expected(parts: dict[Role, Floats], units: frozenset[str], high: int) -> bool:
    """Weeks are named or go beyond 13, three digits behind a year are months where they come again each year."""
    if high == _LAST_MONTH:
        return "week" not in units
    if "week" in parts:
        return "week" in units or parts["week"].max() > 13
    return high != _LAST_OF_THREE or 2 * len(np.unique(parts["month"])) <= len(parts["month"])


def _could_be_days(dates: Floats) -> bool:
    days = np.unique(np.floor(dates))
    months = days // 100 % 100
    if len(days) < _SURE or not _all_between(months, 1, 12) or not _all_between(days % 100, 1, 31):
        return False
    return bool(days[0] >= 17_000_101 and days[-1] // 10_000 - days[0] // 10_000 <= 0.2 * len(days) + 1)


def _counted_from(values: Floats, start: np.datetime64, unit: str, what: str, first: float = 0) -> Times:
    """Days (or hours, …) since a moment, to the second: of a spreadsheet, of astronomers, or as the column's name says."""
    seconds = np.round((values - first) * _SECONDS_OF[unit]).astype(np.int64)
    stamps = (start + seconds.astype("timedelta64[s]")).astype("datetime64[us]")
    return Times(stamps, (f"read the numbers as {what} ({values[0]:.10g} is {stamps[0]!s:.10}).",))


def _since_1970(values: Floats) -> Times | None:
    """Read each number by its size: exports have changed from milliseconds to microseconds within a file."""
    stamps, found = np.full(len(values), np.datetime64("NaT", "us")), []
    for low, high, microseconds, words in _EPOCH_UNITS:
        rows = (values >= low) & (values <= high)
        if rows.any():
            stamps[rows] = np.round(values[rows] * microseconds).astype(np.int64).astype("datetime64[us]")
            found.append(words)
    if np.isnat(stamps).any() or (len(found) > 1 and not _counts_on(stamps)):
        return None
    return Times(stamps, (f"read as {' and '.join(found)} since 1970-01-01 (UTC).",))

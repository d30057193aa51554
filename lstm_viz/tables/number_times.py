"""Moments written as numbers: years, dates such as 19881231, and seconds since 1970."""

import re

import numpy as np
import numpy.typing as npt
import pandas as pd

from lstm_viz.tables.times import Times

_EPOCH_UNITS = ((1e8, 1e10, "s", "seconds"), (1e11, 1e13, "ms", "milliseconds"), (1e14, 1e16, "us", "microseconds"))
_DATE_WORDS = frozenset(
    {"year", "years", "yr", "date", "dates", "time", "datetime", "day", "month", "period", "jahr", "datum", "ds"}
)
_CLOCK_WORDS = frozenset(
    {"epoch", "unix", "unixtime", "time", "date", "datetime", "timestamp", "timestamps", "ts", "stamp", "ds"}
)


def read_number_times(values: npt.NDArray[np.float64], name: str, always: bool = False) -> Times | None:
    """Read numbers as years, YYYYMMDD dates or seconds since 1970, if all fit and the name (or `always`) says so."""
    words = _words(name)
    dated, clocked = bool(words & _DATE_WORDS) or always, bool(words & _CLOCK_WORDS) or always
    if len(values) == 0 or not (dated or clocked):
        return None
    if dated and _all_between(values, 1000, 2200):
        return _years(values)
    if not np.all(values == np.round(values)):
        return None
    if dated and _all_between(values, 10_000_101, 22_001_231):
        return _compact_dates(values)
    return _since_1970(values)


def is_year_counter(values: npt.NDArray[np.float64]) -> bool:
    """Return whether the numbers are whole years from 1000 to 2200, evenly spaced."""
    if len(values) < 3 or not _all_between(values, 1000, 2200) or not np.all(values == np.round(values)):
        return False
    steps = np.diff(values)
    return bool(steps[0] != 0 and np.all(steps == steps[0]))


def _words(name: str) -> set[str]:
    return set(re.sub(r"[^a-z]+", " ", re.sub(r"([a-z])([A-Z])", r"\1 \2", name).lower()).split())


def _all_between(values: npt.NDArray[np.float64], low: float, high: float) -> bool:
    return bool(values.min() >= low and values.max() <= high)


def _years(values: npt.NDArray[np.float64]) -> Times | None:
    """Whole years, or years with twelfths (1949.0833 is February 1949)."""
    months = values * 12
    if np.abs(months - np.round(months)).max() > 0.05:
        return None
    whole = np.round(months).astype(np.int64) - 1970 * 12
    note = () if np.all(values == np.round(values)) else ("read the parts of a year as months.",)
    return Times(whole.astype("datetime64[M]").astype("datetime64[us]"), note)


def _compact_dates(values: npt.NDArray[np.float64]) -> Times | None:
    text = pd.Series(values.astype(np.int64)).astype(str)
    stamps = np.asarray(pd.to_datetime(text, format="%Y%m%d", errors="coerce"), dtype="datetime64[us]")
    return None if np.isnat(stamps).any() else Times(stamps)


def _since_1970(values: npt.NDArray[np.float64]) -> Times | None:
    for low, high, unit, words in _EPOCH_UNITS:
        if _all_between(values, low, high):
            stamps = values.astype(np.int64).astype(f"datetime64[{unit}]").astype("datetime64[us]")
            return Times(stamps, (f"read as {words} since 1970-01-01 (UTC).",))
    return None

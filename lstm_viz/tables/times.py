"""Cells of text to moments."""

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from lstm_viz.tables.clocks import ISO, likely_formats
from lstm_viz.tables.steps import Ints, Stamps, months_and_days

_MOSTLY = 0.8
_CENTURY = np.timedelta64(36525, "D")
_ZONE = r"(:\d{2}(?:\.\d+)?) ?[+-]\d{2}:?\d{2}$"
_MONTHS = (
    r"(?i)\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
    r"(?:uary|ruary|ch|il|e|y|ust|t|tember|ober|ember)?\b\.?"
)
_REWRITES = (
    (r"\s\s+|[\t\r\n\xa0]", " "),
    (r"(:\d{2}(?:\.\d+)?) ?(?:UTC|GMT|Z)$", r"\1+00:00"),
    (r"^(\d{4})[ -]?W(\d{2})$", r"\1-W\2-1"),
    (r"^(\d{4})M(\d{2})$", r"\1-\2"),
    *((rf"^(\d{{4}})[ -]?[Qq]{q}$", rf"\1-{m}") for q, m in enumerate(("01", "04", "07", "10"), start=1)),
    *((rf"^[Qq]{q}[ -]?(\d{{4}})$", rf"\1-{m}") for q, m in enumerate(("01", "04", "07", "10"), start=1)),
    (_MONTHS, r"\1"),
)


@dataclass(frozen=True, eq=False)
class Times:
    """Moments in UTC or without a zone, as datetime64[us] (NaT for none), and what was decided to read them."""

    stamps: Stamps
    notes: tuple[str, ...] = ()


def read_text_times(text: pd.Series) -> Times | None:
    """Read text cells as moments, all in one written form; None if fewer than 80 % can be read.

    `text` is stripped and without missing cells. Of the forms that fit equally well, that with the evener steps wins.
    """
    sample = text.iloc[:: max(1, len(text) // 100)].head(100)
    if sum(any(map(str.isdigit, cell)) for cell in sample) * 2 < len(sample):
        return None
    rewrites = [(pattern, new) for pattern, new in _REWRITES if _found(pattern, sample)]
    formats = likely_formats(_rewritten(sample, rewrites).tolist())
    if not formats:
        return None
    whole = _rewritten(text, rewrites)
    readings = [reading for form in formats if (reading := _parsed(whole, form)) is not None]
    return _best(readings) if readings else None


def _found(pattern: str, cells: pd.Series) -> bool:
    search = re.compile(pattern).search
    return any(search(cell) for cell in cells)


def _rewritten(text: pd.Series, rewrites: list[tuple[str, str]]) -> pd.Series:
    """Bring quarters, ISO weeks, names of months and of zones to the one form that is read."""
    for pattern, new in rewrites:
        text = text.str.replace(pattern, new, regex=True)
    return text


@dataclass(frozen=True, eq=False)
class _Reading:
    form: str
    times: Times

    @property
    def share(self) -> float:
        return float(np.mean(~np.isnat(self.times.stamps)))


def _parsed(text: pd.Series, form: str) -> _Reading | None:
    zoned = _found(_ZONE, text.head(100))
    stamps = _stamps(text, form, zoned)
    notes: list[str] = []
    if zoned:
        stamps, note = _without_zone(text, form, stamps)
        notes.append(note)
    if "%y" in form:
        stamps = _this_century(stamps)
    reading = _Reading(form, Times(stamps, tuple(notes)))
    return reading if reading.share >= _MOSTLY else None


def _stamps(text: pd.Series, form: str, zoned: bool) -> Stamps:
    parsed = pd.to_datetime(text, format=form, errors="coerce", utc=zoned or form == ISO)
    return np.asarray(parsed.dt.tz_localize(None) if parsed.dt.tz else parsed, dtype="datetime64[us]")


def _without_zone(text: pd.Series, form: str, utc: Stamps) -> tuple[Stamps, str]:
    """Dates at local midnight stay dates; every other moment is taken in UTC."""
    bare = text.str.replace(_ZONE, r"\1", regex=True)
    local = _stamps(bare, form.replace(" %z", "").replace("%z", ""), zoned=False)
    known = local[~np.isnat(local)]
    if len(known) and np.all(known == known.astype("datetime64[D]")):
        return local, "took the local dates and left out the time zone."
    return utc, "converted the times to UTC and left out the time zone."


def _this_century(stamps: Stamps) -> Stamps:
    """Two-digit years that would lie more than ten years ahead belong to the last century."""
    limit = np.datetime64("now", "Y") + np.timedelta64(10, "Y")
    return np.where(stamps > limit.astype("datetime64[us]"), stamps - _CENTURY, stamps)


def _best(readings: list[_Reading]) -> Times:
    top = max(reading.share for reading in readings)
    tied = [reading for reading in readings if reading.share == top]
    best = max(tied, key=lambda reading: evenness(reading.times.stamps))
    if len(tied) == 1:
        return best.times
    order = "/".join({"d": "day", "m": "month", "y": "year", "Y": "year"}[c] for c in best.form if c in "dmyY")
    reason = f"day and month could be swapped; read as {order}, which makes the steps most even."
    return Times(best.times.stamps, (*best.times.notes, reason))


def evenness(stamps: Stamps) -> float:
    """Return 0 to 2: the share of steps in one direction plus the share of the most frequent step, also in months."""
    known = stamps[~np.isnat(stamps)]
    if len(known) < 2:
        return 0.0
    steps = np.diff(known).astype(np.int64)
    ordered = np.unique(known)
    months, days = months_and_days(ordered)
    regular = _most_frequent(ordered.astype(np.int64))
    if np.all(days == days[0]):
        regular = max(regular, _most_frequent(months))
    return float(max(np.mean(steps >= 0), np.mean(steps <= 0))) + regular


def _most_frequent(places: Ints) -> float:
    """Return the share of the most frequent difference between neighbours."""
    if len(places) < 2:
        return 0.0
    return float(np.unique(np.diff(places), return_counts=True)[1].max() / (len(places) - 1))

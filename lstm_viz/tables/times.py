"""Cells of text to moments."""

import re
from collections import Counter
from dataclasses import dataclass

import numpy as np
import pandas as pd

from lstm_viz.tables.clocks import ISO, cell_formats, likely_formats
from lstm_viz.tables.forms import rewritten
from lstm_viz.tables.reading import DateOrder
from lstm_viz.tables.steps import DAY, Floats, Ints, Stamps, months_and_days

_MOSTLY = 0.8
_CENTURY = np.timedelta64(36525, "D")
_ZONE = r"(:\d{2}(?:\.\d+)?) ?[+-]\d{2}:?\d{2}$"
_MIDNIGHT = r"([ T])24(:00){1,2}$"
_PARTS = {"d": "day", "m": "month", "y": "year"}


@dataclass(frozen=True, eq=False)
class Times:
    """Moments in UTC or without a zone, as datetime64[us] (NaT for none), and what was decided to read them."""

    stamps: Stamps
    notes: tuple[str, ...] = ()


def read_text_times(text: pd.Series, order: DateOrder | None = None) -> Times | None:
    """Read text cells as moments, all in one order of day, month and year; None if fewer than 80% can be read.

    Of the orders that fit equally well, that with the evener steps wins, unless a person forces one. Each different text
    is read once, and evenness is judged on different texts, for in a long table every series repeats the dates.

    Args:
        text: stripped cells without missing ones; its name may say that numbers are weeks.
        order: the order of day, month and year that a person wants.
    """
    codes, unique = pd.factorize(text)
    cells = pd.Series(unique, name=text.name)
    places = np.union1d(np.arange(min(100, len(cells))), np.arange(0, len(cells), max(1, len(cells) // 100)))
    sample = cells.iloc[places]
    if sum(any(map(str.isdigit, cell)) for cell in sample) * 2 < len(sample):
        return None
    cells, notes = rewritten(cells, sample)
    formats = likely_formats(cells.iloc[places].tolist())
    weights = np.bincount(codes, minlength=len(cells)) / max(1, len(codes))
    formats = _possible(formats, cells)
    readings = [reading for form in formats if (reading := _parsed(cells, form, weights)) is not None]
    best = _best(readings, order, repeats=len(codes) / max(1, len(cells)))
    return None if best is None else Times(best.stamps[codes], (*notes, *best.notes))


def _possible(formats: tuple[str, ...], cells: pd.Series) -> tuple[str, ...]:
    """Leave out formats that fit too few of evenly chosen cells, where there are many cells."""
    sample = cells.iloc[:: max(1, len(cells) // 500)]
    if len(formats) < 2 or len(cells) < 5000:
        return formats
    fits = (pd.to_datetime(sample, format=form, errors="coerce", utc=True).notna().mean() for form in formats)
    return tuple(form for form, share in zip(formats, fits, strict=True) if share > 0.6) or formats


@dataclass(frozen=True, eq=False)
class _Reading:
    form: str
    stamps: Stamps
    share: float
    notes: tuple[str, ...] = ()

    @property
    def order(self) -> str:
        return order_of(self.form)


def order_of(form: str) -> str:
    """Return the order of the parts of a date in a format: "%d.%b %Y" gives "dmy"."""
    return "".join({"b": "m", "Y": "y"}.get(c, c) for c in re.findall(r"%([dmbyY])", form))


def _parsed(text: pd.Series, form: str, weights: Floats) -> _Reading | None:
    zoned = any(map(re.compile(_ZONE).search, text.head(100)))
    stamps = _with_other_clocks(text, form, _stamps(text, form, zoned), zoned)
    share = float(weights[~np.isnat(stamps)].sum())
    if share < _MOSTLY:
        return None
    notes: list[str] = []
    if zoned:
        stamps, note = _without_zone(text, form, stamps)
        notes.append(note)
    if "%y" in form:
        stamps = _this_century(stamps)
    if re.fullmatch(r"%[my].%[my]", form):
        if evenness(stamps) < 1.9 or len(stamps) < 6:
            return None
        notes.append(f'read "{text.iloc[0]}" as {str(stamps[0])[:7]}.')
    return _Reading(form, stamps, share, tuple(notes))


def _stamps(text: pd.Series, form: str, zoned: bool) -> Stamps:
    """Parse; the midnight that ends a day ("24:00") is the one that begins the next."""
    late = text.str.contains(" 24:00", regex=False) | text.str.contains("T24:00", regex=False)
    if late.any():
        text = text.str.replace(_MIDNIGHT, lambda match: match[1] + "00" + ":00" * (match[0].count(":")), regex=True)
    parsed = pd.to_datetime(text, format=form, errors="coerce", utc=zoned or form == ISO)
    naive = parsed.dt.tz_localize(None) if parsed.dt.tz else parsed
    stamps: Stamps = np.array(naive, dtype="datetime64[us]")
    stamps[late.to_numpy()] += np.timedelta64(DAY, "us")
    return stamps


def _with_other_clocks(text: pd.Series, form: str, stamps: Stamps, zoned: bool) -> Stamps:
    """Read what is left in the forms that it has, if day, month and year stand in the same order."""
    left = np.isnat(stamps)
    if not left.any() or left.all():
        return stamps
    rest = text[left]
    counts = Counter(other for cell in rest.head(200) for other in cell_formats(cell))
    for other, _ in counts.most_common(3):
        if other != form and order_of(other) == order_of(form):
            found = _stamps(text[np.isnat(stamps)], other, zoned)
            stamps = stamps.copy()
            stamps[np.isnat(stamps)] = found
    return stamps


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


def _best(readings: list[_Reading], order: DateOrder | None, repeats: float) -> _Reading | None:
    if not readings:
        return None
    forced = [reading for reading in readings if reading.order == order]
    if forced:
        return max(forced, key=lambda reading: reading.share)
    best = _evenest(readings, repeats)
    if order is not None and len(best.order) == 3 and best.form != ISO:
        note = f"the dates are no {_words(order)}: read as {_words(best.order)}."
        return _Reading(best.form, best.stamps, best.share, (*best.notes, note))
    return best


def _evenest(readings: list[_Reading], repeats: float) -> _Reading:
    """Of orders that are equally even, dates that stand many times (once for each hour) are days rather than months."""
    top = max(reading.share for reading in readings)
    tied = [reading for reading in readings if reading.share == top]
    if len(tied) == 1:
        return tied[0]
    even = [evenness(reading.stamps) for reading in tied]
    spans = [float(np.ptp(reading.stamps[~np.isnat(reading.stamps)].astype(np.int64))) for reading in tied]
    rank = [(even[place], -spans[place] if repeats >= 12 else 0.0) for place in range(len(tied))]
    best = tied[rank.index(max(rank))]
    if all(np.array_equal(best.stamps, other.stamps) for other in tied):
        return best
    reason = "which makes the steps most even" if even.count(max(even)) == 1 else "though both make even steps"
    note = f"day and month could be swapped; read as {_words(best.order)}, {reason}."
    return _Reading(best.form, best.stamps, best.share, (*best.notes, note))


def _words(order: str) -> str:
    return "/".join(_PARTS[part] for part in order)


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
    order = float(max(np.mean(steps >= 0), np.mean(steps <= 0)))
    return (order if order > 0.8 else 0.5) + regular  # rows in no order tell nothing


def _most_frequent(places: Ints) -> float:
    """Return the share of the most frequent difference between neighbours."""
    if len(places) < 2:
        return 0.0
    return float(np.unique(np.diff(places), return_counts=True)[1].max() / (len(places) - 1))

"""Cells of text to moments."""

import re
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd

from lstm_viz.tables.values.calendar_words import SERIES_WORDS, name_words, named_units
from lstm_viz.tables.values.cell_shapes import Role
from lstm_viz.tables.values.date_parts import composed, gregorian
from lstm_viz.tables.values.time_spellings import Written, spelled
from lstm_viz.tables.values.time_steps import DAY, Bools, Stamps, growth_of, months_and_days, sample_places, step_share

DateOrder = Literal["dmy", "mdy", "ymd"]
_MOSTLY = 0.8
_SOME = 10
_FEW, _SAMPLE = 4, 100
_IN_ORDER = 0.99
_EVEN = 0.7  # four of five steps of business days are one day
_CENTURY = 36525 * DAY
_ISO = re.compile(r"\d{4}-\d{2}(?:-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z| ?[+-]\d{2}:?\d{2})?)?)?")
_ZONE = re.compile(r"(:\d{2}(?:\.\d+)?)(?:Z| ?[+-]\d{2}:?\d{2})$")
_WORDS = {"d": "day", "m": "month", "y": "year"}
_CLOCKS = re.compile(r"(\d{2}:\d{2}) ?[-–] ?(\d{2}:\d{2})$")
_HOUR = re.compile(r"[HhSs]\d{1,2}")
_THAI = re.compile("[\u0e00-\u0e7f]")


@dataclass(frozen=True, eq=False)
class Times:
    """Moments in UTC or without a zone, and what was decided to read them."""

    stamps: Stamps  # datetime64[us], NaT for none
    notes: tuple[str, ...] = ()
    aside: Bools | None = None  # which cells are longer periods than the others (years among months)
    doubts: tuple[str, ...] = ()  # what should be looked at
    order: str = ""  # of day, month and year ("dmy")
    share: float = 0.0  # of the cells, that could be read


def read_text_times(text: pd.Series, order: DateOrder | None = None) -> Times | None:
    """Read text cells (none missing) as moments, all in one order of day, month and year; None if under 80% can be read.

    Of the orders that fit equally well, that with the evener steps wins, unless a person forces one. Different texts are
    read and judged once, for in a long table every series repeats the dates.
    """
    codes, unique = pd.factorize(text)
    if len(codes) >= 2 * len(unique) and all(map(_HOUR.fullmatch, unique[:_SAMPLE])):
        return None  # H1 to H24 of each day, or names
    cells = pd.Series(unique, dtype="str", name=text.name)
    places = sample_places(len(cells), _SAMPLE)
    ends = cells.iloc[places].str.extract(_CLOCKS)[1]
    if ends.notna().all() and ends.nunique() > _FEW:  # "2021-03-01 00:00-01:00": a zone would not change so
        cells = cells.str.replace(_CLOCKS, r"\1", regex=True)
    sample = cells.iloc[places]
    if sum(any(map(str.isdigit, cell)) for cell in sample) * 2 < len(sample):
        return None
    weights = np.bincount(codes, minlength=len(cells)) / max(1, len(codes))
    readings: list[Times] = []
    week = "week" in named_units(str(text.name))
    if sum(_ISO.fullmatch(cell) is not None for cell in sample) * 2 > len(sample) and not _otherwise(sample, week):
        readings = [_iso(cells)]
    if not readings or _share(readings[0], weights) < _MOSTLY:
        readings = [found for written in spelled(cells.tolist(), week) if (found := _read(written, cells)) is not None]
    shared = [replace(reading, share=_share(reading, weights)) for reading in readings]
    kept = [reading for reading in shared if reading.share >= _MOSTLY]
    best = _best(kept, order, repeats=len(codes) / max(1, len(cells)))
    if best is None:
        return None
    few = len(np.unique(best.stamps))
    if few <= _FEW and 2 * few <= len(best.stamps):  # 10A and 10B are names
        return None
    aside = None if best.aside is None or not best.aside.any() else best.aside[codes]
    stamps = best.stamps[codes]
    back = _swapped_back(stamps) if len(best.order) == 3 and order is None else None
    if back is None:
        return replace(best, stamps=stamps, aside=aside)
    changed = back != stamps
    place = int(np.argmax(changed))
    doubt = (
        f"{int(np.sum(changed)):,} dates have day and month swapped, as spreadsheets do to dates of another language "
        f'("{text.iloc[place]}" is {str(back[place])[:10]}): read so that they follow each other.'
    )
    return Times(back, (), aside, (doubt,), best.order)


def _share(reading: Times, weights: np.ndarray) -> float:
    kept = np.ones(len(weights), dtype=bool) if reading.aside is None else ~reading.aside
    whole = float(weights[kept].sum())
    return float(weights[kept & ~np.isnat(reading.stamps)].sum()) / whole if whole else 0.0


def _otherwise(sample: pd.Series, week: bool) -> bool:
    """Return whether what looks like ISO dates is something else: weeks by name, or years of another calendar."""
    if week and sample.str.len().max() < 8:
        return True
    pairs = [(int(cell[:4]), int(cell[5:])) for cell in sample if re.fullmatch(r"\d{4}-\d{2}", cell)]
    if len(pairs) > 2 and len(pairs) == len(sample) and all(last == (first + 1) % 100 for first, last in pairs):
        return True  # "2001-02" is the year that begins in 2001
    years = np.array([int(cell[:4]) for cell in sample if cell[:4].isdigit()])
    return len(years) > 0 and bool(1250 <= np.median(years) <= 1550 or np.median(years) >= 2400)


def _iso(cells: pd.Series) -> Times:
    """Read the usual form of computers, and what is left in the other forms that begin with the year."""
    zoned = any(map(_ZONE.search, cells.head(100)))
    stamps, notes = _parsed(cells), tuple[str, ...]()
    if zoned:
        universal = cells.str.endswith("Z").all()
        local = stamps if universal else _parsed(cells.str.replace(_ZONE, r"\1", regex=True))
        stamps, notes = _without_zone(local, stamps)
    left = np.flatnonzero(np.isnat(stamps))
    for written in spelled(cells.iloc[left].tolist()) if 0 < len(left) < len(cells) else ():
        if written.order in ("ymd", "ym"):
            stamps[left] = composed(written.values)
            break
    return Times(stamps, notes, order="ymd")


def _parsed(cells: pd.Series) -> Stamps:
    parsed = pd.to_datetime(cells, format="ISO8601", errors="coerce", utc=True)
    return np.array(parsed.dt.tz_localize(None), dtype="datetime64[us]")


def _read(written: Written, cells: pd.Series) -> Times | None:
    named = name_words(str(cells.name)) & SERIES_WORDS
    if "year" not in written.values or (named and len(written.values) == 1 and not cells.iloc[0][:1].isdigit()):
        return None  # A2000 is no year where the name says that it is an id
    thai = written.short and _THAI.search(f"{cells.name} {cells.iloc[0]}") is not None
    thai = thai and 33 <= float(np.nanmedian(written.values["year"] % 100)) <= 80  # 2533 to 2580, or else 1990 to 2032
    values = {**written.values, "year": written.values["year"] % 100 + 2500} if thai else written.values
    dates, more = gregorian(values, str(cells.name)) if thai or not written.short else (values, ())
    stamps, notes = composed(dates), (*written.notes, *more)
    if "zone" in dates:
        local: dict[Role, np.ndarray] = {role: values for role, values in dates.items() if role != "zone"}
        stamps, more = _without_zone(composed(local), stamps)
        notes = (*notes, *more)
    if written.short:
        stamps = stamps if thai else this_century(stamps)
        if written.doubtful:
            if evenness(stamps) < 1.9 or len(stamps) < 6:
                return None
            notes = (*notes, f'read "{cells.iloc[0]}" as {str(stamps[0])[:7]}.')
    return Times(stamps, notes, written.aside, order=written.order)


def _without_zone(local: Stamps, utc: Stamps) -> tuple[Stamps, tuple[str, ...]]:
    """Dates at local midnight stay dates, also where UTC has them on the evening before; all else is taken in UTC."""
    known = local[~np.isnat(local)]
    if len(known) and np.all(known == known.astype("datetime64[D]")):
        return local, ("took the local dates and left out the time zone.",)
    clocks = np.unique((utc - utc.astype("datetime64[D]"))[~np.isnat(utc)])
    hours = clocks / np.timedelta64(1, "h")
    steps = np.diff(np.unique(utc[~np.isnat(utc)])).astype(np.int64)
    if 0 < len(hours) <= 2 and hours[0] >= 12 and np.ptp(hours) <= 1 and len(steps) > 1 and np.median(steps) > DAY // 2:
        days = (utc.astype("datetime64[D]") + np.timedelta64(1, "D")).astype("datetime64[us]")
        return days, ("took each evening in UTC as the local midnight that follows, the begin of the next day.",)
    return utc, ("converted the times to UTC and left out the time zone.",)


def _swapped_back(stamps: Stamps) -> Stamps | None:
    """Return dates with day and month swapped, as spreadsheets do, where only so they follow each other; or else None."""
    known = np.flatnonzero(~np.isnat(stamps))
    if len(known) < _SOME or growth_of(stamps[known]) >= _IN_ORDER:
        return None
    months, days = months_and_days(stamps[known])
    can = (days <= 12) & (months % 12 + 1 != days)
    other = stamps[known].copy()
    first = (months[can] - months[can] % 12 + days[can] - 1 - 1970 * 12).astype("datetime64[M]").astype("datetime64[D]")
    clock = stamps[known][can] - stamps[known][can].astype("datetime64[D]")
    other[can] = (first + (months[can] % 12).astype("timedelta64[D]")).astype("datetime64[us]") + clock
    sure = np.flatnonzero(~can[:-1] & ~can[1:])
    steps = np.diff(stamps[known].astype(np.int64))[sure]
    step = float(np.median(steps)) if len(steps) else float(DAY)
    best = max((_follow(stamps[known], other, step, swap) for swap in (False, True)), key=growth_of)
    even = step_share(best.astype(np.int64)) >= _EVEN
    if growth_of(best) < _IN_ORDER or not even or int(np.sum(best != stamps[known])) < 2:
        return None
    back = stamps.copy()
    back[known] = best
    return back


def _follow(stamps: Stamps, other: Stamps, step: float, swap: bool) -> Stamps:
    """Take of each two readings the one that lies nearer to where the next should be; `swap` begins with the other."""
    pairs = np.column_stack([stamps, other]).astype(np.int64).tolist()
    last = pairs[0][swap]
    chosen = [last]
    for read, swapped in pairs[1:]:
        last = min(read, swapped, key=lambda moment: abs(moment - last - step))
        chosen.append(last)
    return np.array(chosen, dtype=np.int64).astype("datetime64[us]")


def this_century(stamps: Stamps) -> Stamps:
    """Two-digit years that would lie more than ten years ahead belong to the last century."""
    limit = np.datetime64("now", "Y") + np.timedelta64(10, "Y")
    return np.where(stamps > limit.astype("datetime64[us]"), stamps - np.timedelta64(_CENTURY, "us"), stamps)


def _best(readings: list[Times], order: DateOrder | None, repeats: float) -> Times | None:
    forced = [reading for reading in readings if reading.order == order]
    if forced or not readings:
        return max(forced, key=lambda reading: reading.share, default=None)
    best = _evenest(readings, repeats)
    if order is not None and len(best.order) == 3 and best.order != "ymd":
        note = f"the dates are no {_words(order)}: read as {_words(best.order)}."
        return replace(best, notes=(*best.notes, note))
    return best


def _evenest(readings: list[Times], repeats: float) -> Times:
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
    note = f"day and month could be swapped; read as {_words(best.order)}"
    if even.count(max(even)) == 1:
        return replace(best, notes=(*best.notes, f"{note}, which makes the steps most even."))
    rivals = [other for other in tied if len(other.order) == 3 and sorted(other.order) == sorted(best.order)]
    if len(rivals) < 2 or len(pd.unique(best.stamps)) < 3:  # one moment (and none) has no steps
        return best
    doubt = f"{note}, though both make even steps. Choose the order of dates if it is the other."
    return replace(best, doubts=(doubt,))


def _words(order: str) -> str:
    return "/".join(_WORDS[part] for part in order)


def evenness(stamps: Stamps) -> float:
    """Return 0 to 2: the share of steps in one direction plus the share of the most frequent step, also in months."""
    known = stamps[~np.isnat(stamps)]
    if len(known) < 2:
        return 0.0
    steps = np.diff(known).astype(np.int64)
    ordered = np.unique(known)
    months, days = months_and_days(ordered)
    regular = step_share(ordered.astype(np.int64))
    if np.all(days == days[0]):
        regular = max(regular, step_share(months))
    order = float(max(np.mean(steps >= 0), np.mean(steps <= 0)))
    return (order if order > 0.8 else 0.5) + regular  # rows in no order say nothing

"""Sorted rows onto the regular grid of their frequency, cut to where values are."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
from pandas.tseries.frequencies import to_offset

from lstm_viz.errors import SeriesError, SettingsError
from lstm_viz.phrases import counted, shown
from lstm_viz.tables.columns.table import Duplicates
from lstm_viz.tables.series.frequency import ROWS, WORKDAYS, Frequency, by_months, by_time, infer_frequency, patterned
from lstm_viz.tables.series.rows import UNTOUCHED, Repairs, Rows, arranged, as_days, gathered, row_notes, step_notes
from lstm_viz.tables.values.time_steps import (
    DAY,
    Bools,
    Floats,
    Ints,
    Stamps,
    Steps,
    days_in_month,
    grid,
    month_start,
    months_and_days,
    pattern_of,
    positions,
    step_of,
    weekdays,
)

_MOST_SERIES = 40
_OLD = {"M": "ME", "Q": "QE", "Y": "YE", "A": "YE", "H": "h", "T": "min", "S": "s"}
_MAX_GROWTH = 5
_SMALL_GRID = 10_000
_SOME_ROWS = 20
_SOME_PERIODS = 6
_FEW = 0.03
_UNEVEN = "The dates are not evenly spaced: took the rows in order of time as steps."


def _shared_frequency(rows: Rows) -> Frequency | None:
    """Return the frequency that at least half of the series follow, else that of all moments together, else None."""
    starts = np.flatnonzero(np.r_[True, rows.codes[1:] != rows.codes[:-1], True])
    if len(starts) == 2:
        return infer_frequency(rows.stamps)
    sizes = np.diff(starts)
    longest = np.argsort(-sizes, kind="stable")
    some = [int(place) for place in longest[:: max(1, len(longest) // _MOST_SERIES)] if sizes[place] >= 3]
    found = [infer_frequency(rows.stamps[starts[place] : starts[place + 1]]) for place in some]
    known = [frequency for frequency in found if frequency is not None]
    for label, votes in Counter(frequency.label for frequency in known).most_common(1):
        if votes * 2 >= len(some):
            return Counter(one for one in known if one.label == label).most_common(1)[0][0]
    moments = np.unique(rows.stamps)
    return infer_frequency(moments) if len(moments) > 1 else None


def forced_frequency(alias: str) -> Frequency:
    """Return the frequency of a pandas alias that a person chose; a SettingsError where it makes no regular grid."""
    if alias == ROWS.alias:
        return ROWS
    if (pattern := patterned(alias)) is not None:
        return pattern
    try:
        offset: Any = to_offset(_OLD.get(alias, alias))
        kind, size, end = step_of(offset.freqstr)
    except (ValueError, TypeError, AttributeError, KeyError):
        size = 0
    if size < 1:
        known = "Use an alias such as min, h, D, B, W-MON, MS, QS or YS, or leave it out."
        raise SettingsError(f'`frequency` (="{shown(alias)}") is no step that is known. {known}')
    anchor = np.array(["1970-01-01"], dtype="datetime64[us]")
    if kind == "months":
        return replace(by_months(anchor, size, end), alias=offset.freqstr)
    if kind == "workdays" and size > 1:
        return Frequency(offset.freqstr, f"every {size} business days", 1, "", f"{size}-business-day step")
    return WORKDAYS if kind == "workdays" else replace(by_time(size, anchor), alias=offset.freqstr)


def _is_coarser(rows: Rows, frequency: Frequency) -> bool:
    """Return whether the steps of a frequency are longer than those of the rows, which must be sorted."""
    steps = np.diff(rows.stamps.view(np.int64))[rows.codes[1:] == rows.codes[:-1]]
    if pattern_of(frequency.alias) is not None:
        return False
    kind, size, _ = step_of(frequency.alias)
    length = size * {"months": 28 * DAY, "workdays": DAY, "time": 1}[kind]
    return bool(len(steps) and np.median(steps) < 0.75 * length)


def _floored(stamps: Stamps, alias: str) -> Stamps:
    """Return the moment that stands for the step in which each moment lies: its start, or its end if the alias says so."""
    offset: Any = to_offset(alias)
    kind, size, end = step_of(alias)
    if kind == "workdays":
        workdays = np.busday_offset(stamps.astype("datetime64[D]"), 0, roll="backward")
        return np.asarray(workdays, dtype="datetime64[us]")
    if kind == "time" and size % (7 * DAY) == 0 and getattr(offset, "weekday", None) is not None:
        ends = stamps.astype("datetime64[D]") + (offset.weekday - weekdays(stamps)) % 7
        return np.asarray(ends, dtype="datetime64[us]")
    if kind == "time":
        return (np.floor_divide(stamps.view(np.int64), size) * size).astype("datetime64[us]")
    anchor = getattr(offset, "startingMonth", None) or getattr(offset, "month", None) or (12 if end else 1)
    begin = anchor % size if end else (anchor - 1) % size
    months = np.floor_divide(months_and_days(stamps)[0] - begin, size) * size + begin
    last = months + size - 1
    days = month_start(last) + (days_in_month(last) - 1).astype("timedelta64[D]") if end else month_start(months)
    return days.astype("datetime64[us]")


@dataclass(frozen=True, eq=False)
class Line:
    """One series on its grid."""

    ds: Steps  # (T + F,) moments or row numbers; F steps lie after the last value
    cells: Floats  # (T + F, 1 + K) the target, then features
    steps: int  # T, the steps from the first to the last value; 0 if there is none
    frequency: Frequency  # the step of the grid
    repairs: Repairs = UNTOUCHED  # what was done, as counts
    notes: tuple[str, ...] = ()  # what was done, in sentences
    known: int = 0  # so many of the first features are known ahead

    @property
    def y(self) -> Floats:
        """Return the target."""
        return self.cells[: self.steps, 0]


@dataclass(frozen=True)
class LineOptions:
    """How rows become lines."""

    duplicates: Duplicates = "mean"  # what becomes of rows that share a moment
    frequency: str | None = None  # the pandas alias to force
    known: int = 0  # so many of the first features are known ahead


def lines_without_time(cells: Floats, codes: Ints, count: int, options: LineOptions) -> Iterator[Line]:
    """Take the rows of each series in their order as steps."""
    order = np.argsort(codes, kind="stable") if count > 1 else np.arange(len(codes))
    bounds = np.searchsorted(codes[order], np.arange(count + 1))
    for first, last in pairwise(bounds):
        part = cells[order[first:last]]
        yield _cut(Line(np.arange(len(part), dtype=np.int64), part, len(part), ROWS), options)


def lines_in_time(rows: Rows, count: int, options: LineOptions) -> tuple[Frequency, Iterator[Line]]:
    """Lay the rows of each of `count` series, NaT without a moment, on the grid of the frequency that they share."""
    stray, missing = _strays(rows.stamps), np.isnat(rows.stamps)
    undated, astray = (np.bincount(rows.codes[left_out], minlength=count) for left_out in (missing, stray))
    dated = ~(stray | missing)
    rows, disorder = arranged(rows if dated.all() else rows.taken(dated), count, options.duplicates)
    if len(rows) == 0 or rows.stamps.min() == rows.stamps.max():
        few = f"{counted(min(1, len(rows)), 'date')}: a series needs at least 2"
        raise SeriesError(f"The time column holds {few}. Pick another time column.")
    rows, frequency, base = _with_frequency(rows, count, options)
    counts = {"undated": undated, "astray": astray, **disorder}
    bounds = np.searchsorted(rows.codes, np.arange(count + 1))

    def laid() -> Iterator[Line]:
        for code, (first, last) in enumerate(pairwise(bounds)):
            line = _on_grid(rows.stamps[first:last], rows.cells[first:last], frequency, options)
            own = {name: int(of_series[code]) for name, of_series in counts.items()}
            own |= {name: getattr(line.repairs, name) for name in ("moved", "added", "uneven")}
            yield _cut(replace(line, repairs=replace(base, **own)), options)

    return frequency or ROWS, laid()


def _strays(stamps: Stamps) -> Bools:
    """Return which few moments lie farther from all others than these from each other: a typing error, a clock reset."""
    moments = stamps.astype(np.int64)
    known = np.sort(moments[~np.isnat(stamps)])
    none = np.zeros(len(stamps), dtype=bool)
    if len(known) < _SOME_ROWS:
        return none
    cut = max(1, int(_FEW * len(known)))
    first, last = known[cut], known[-1 - cut]
    span = max(int(last - first), 1)
    alone = ~np.isnat(stamps) & ((moments < first - 2 * span) | (moments > last + 2 * span))
    return alone if alone.sum() <= cut else none


def _with_frequency(rows: Rows, count: int, options: LineOptions) -> tuple[Rows, Frequency | None, Repairs]:
    forced = forced_frequency(options.frequency) if options.frequency else None
    if forced == ROWS:
        return rows, None, Repairs()
    if forced is not None and _is_coarser(rows, forced):
        gathered_rows = Rows(_floored(rows.stamps, forced.alias), rows.codes, rows.cells)
        return arranged(gathered_rows, count, options.duplicates)[0], forced, Repairs(gathered=len(rows))
    base = Repairs()
    if (days := as_days(rows)) is not None:
        rows, base = arranged(days, count, options.duplicates)[0], Repairs(clocks=1)
    if forced is None and (months := _retail_months(rows)) is not None:
        rows, base = months, replace(base, retail=len(rows))
    return rows, forced or _shared_frequency(rows), base


def _retail_months(rows: Rows) -> Rows | None:
    """Return the months that ends of periods of four or five weeks (4-4-5) stand for; None for other steps."""
    same = rows.codes[1:] == rows.codes[:-1]
    steps = np.diff(rows.stamps.view(np.int64))[same]
    if len(steps) < _SOME_PERIODS or not np.isin(steps, (28 * DAY, 35 * DAY)).all() or len(np.unique(steps)) < 2:
        return None
    months = (rows.stamps - np.timedelta64(17, "D")).astype("datetime64[M]").astype("datetime64[us]")
    return Rows(months, rows.codes, rows.cells) if np.all(months[1:][same] > months[:-1][same]) else None


def _on_grid(stamps: Stamps, cells: Floats, frequency: Frequency | None, options: LineOptions) -> Line:
    """Lay sorted, different moments on a grid; if they do not follow it, the rows are the steps."""
    if len(stamps) == 0 or frequency is None:
        return _as_rows(cells, "" if len(stamps) == 0 or options.frequency == ROWS.alias else _UNEVEN)
    places, offset = positions(stamps, frequency.alias)
    shared = np.diff(places) <= 0
    if options.frequency is None and (np.mean(offset <= 0.15) < 0.9 or np.sum(shared) > 0.05 * len(stamps)):
        return _as_rows(cells, _UNEVEN)
    start, count = int(places[0]), int(places[-1] - places[0]) + 1
    if count > _MAX_GROWTH * len(stamps) and count > _SMALL_GRID:
        sparse = f"too sparse for {frequency.label} steps ({len(stamps):,} dates on {count:,} steps)"
        return _as_rows(cells, f"The dates are {sparse}: took the rows in order of time as steps.")
    ds = grid(stamps, frequency.alias, start, count)
    moved = int(np.sum(stamps != ds[places - start]))
    if shared.any():
        starts = np.flatnonzero(np.r_[True, ~shared])
        places, cells = places[starts], gathered(cells, starts, options.duplicates)
    laid = np.full((count, cells.shape[1]), np.nan)
    laid[places - start] = cells
    return Line(ds, laid, count, frequency, Repairs(moved=moved, added=count - len(places)))


def _as_rows(cells: Floats, note: str = "") -> Line:
    ds = np.arange(len(cells), dtype=np.int64)
    return Line(ds, cells, len(cells), ROWS, Repairs(uneven=int(bool(note))), (note,) if note else ())


def _cut(line: Line, options: LineOptions) -> Line:
    """Cut off steps without a value at both ends; those at the end stay if something is known of them."""
    known = np.flatnonzero(~np.isnan(line.cells[:, 0]))
    if len(known) == 0:
        return replace(line, steps=0)
    first, end, laid = int(known[0]), int(known[-1]) + 1, len(line.cells)
    kept = not np.isnan(line.cells[end:, 1 : 1 + options.known]).all()
    stop = laid if kept else end
    done = replace(line.repairs, cut=first + laid - stop, ahead=stop - end)
    step = line.frequency.step_name
    ends = "start and the end" if first and laid > stop else "start" if first else "end"
    before, after = row_notes(done, step, options.duplicates), step_notes(done, laid, step, ends)
    ds = line.ds[first:stop] - first if line.frequency == ROWS else line.ds[first:stop]
    notes = (*before, *line.notes, *after)
    return Line(ds, line.cells[first:stop], end - first, line.frequency, done, notes, options.known)

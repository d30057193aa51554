"""Rows of one or many series: sorted by series and moment, one row for each moment."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt
import pandas as pd

from lstm_viz.phrases import counted, plural
from lstm_viz.tables.columns.table import Duplicates
from lstm_viz.tables.values.time_steps import DAY, Bools, Floats, Ints, Stamps

_DONE = {"mean": "Averaged", "sum": "Added up", "first": "Kept the first of the", "last": "Kept the last of the"}


@dataclass(frozen=True, eq=False)
class Rows:
    """Rows of one or many series, each with a moment."""

    stamps: Stamps
    codes: Ints  # the number of their series, from 0
    cells: Floats  # (N, 1 + K) the target, then features

    def __len__(self) -> int:
        return len(self.stamps)

    def taken(self, rows: npt.NDArray) -> "Rows":
        """Return some of the rows, by number or by mask."""
        return Rows(self.stamps[rows], self.codes[rows], self.cells[rows])


def arranged(rows: Rows, count: int, how: Duplicates) -> tuple[Rows, dict[str, np.ndarray]]:
    """Sort rows by series and moment, make one row of those that share both, and count what was done in each series."""
    key = rows.stamps.view(np.int64)
    if len(rows) and not rows.codes[0] == rows.codes[-1] == rows.codes.max() == rows.codes.min():
        places, unique = pd.factorize(key, sort=True)
        key = rows.codes * len(unique) + places
    if np.all(key[1:] > key[:-1]):
        return rows, dict.fromkeys(("unsorted", "backwards", "repeated"), np.zeros(count, dtype=np.int64))
    unsorted, backwards = _disorder(key, rows.codes, count)
    order = np.argsort(key, kind="stable")
    key, rows = key[order], rows.taken(order)
    starts = np.flatnonzero(np.r_[True, key[1:] != key[:-1]])
    sizes = np.diff(np.r_[starts, len(key)])
    repeated = np.bincount(rows.codes[starts], weights=np.where(sizes > 1, sizes, 0), minlength=count)
    if len(starts) < len(key):
        rows = Rows(rows.stamps[starts], rows.codes[starts], gathered(rows.cells, starts, how))
    return rows, {"unsorted": unsorted, "backwards": backwards, "repeated": repeated}


def _disorder(key: Ints, codes: Ints, count: int) -> tuple[Ints, Bools]:
    if np.any(codes[1:] < codes[:-1]):
        by_series = np.argsort(codes, kind="stable")
        key, codes = key[by_series], codes[by_series]
    late = np.bincount(codes[key < np.maximum.accumulate(key)], minlength=count)
    within, step = codes[1:][codes[1:] == codes[:-1]], np.diff(key)[codes[1:] == codes[:-1]]
    up, down = (np.bincount(within[side], minlength=count) for side in (step > 0, step < 0))
    backwards = (up == 0) & (down > 0)
    return np.where(backwards, 0, late), backwards


def gathered(cells: Floats, starts: Ints, how: Duplicates) -> Floats:
    """Make one row of each run of rows; missing cells count for nothing. Where the target is summed, others are averaged."""
    others: Duplicates = "mean" if how == "sum" else how
    ways = [how, *[others] * (cells.shape[1] - 1)]
    return np.column_stack([_gathered(column, starts, way) for column, way in zip(cells.T, ways, strict=True)])


def _gathered(values: Floats, starts: Ints, how: Duplicates) -> Floats:
    known = ~np.isnan(values)
    counts = np.add.reduceat(known.astype(np.int64), starts)
    if how in ("mean", "sum"):
        parts = np.where(known, values, 0.0)
        with np.errstate(over="ignore"):
            found = np.add.reduceat(parts, starts)
        if how == "mean":
            found = found / np.maximum(counts, 1)
            if np.isinf(found).any():
                sizes = np.diff(np.r_[starts, len(values)])
                found = np.add.reduceat(parts / np.repeat(np.maximum(counts, 1), sizes), starts)
        return np.where((counts > 0) & np.isfinite(found), found, np.nan)
    end, choose = (len(values) - 1, np.minimum) if how == "first" else (0, np.maximum)
    places = choose.reduceat(np.where(known, np.arange(len(values)), end), starts)
    return np.where(counts > 0, values[places], np.nan)


def as_days(rows: Rows) -> Rows | None:
    """Daily or rarer moments at changing times of day count by their day; None if the clock matters."""
    same = rows.codes[1:] == rows.codes[:-1]
    steps = np.diff(rows.stamps.view(np.int64))[same]
    if len(steps) == 0 or np.median(steps) < 0.75 * DAY:
        return None
    days = rows.stamps.astype("datetime64[D]").astype("datetime64[us]")
    clocks = rows.stamps - days
    if np.all(clocks == clocks[0]):
        return None
    different = 1 + int(np.sum(~same | (days[1:] != days[:-1])))
    return None if len(np.unique(days)) < 2 or different < 0.9 * len(days) else Rows(days, rows.codes, rows.cells)


@dataclass(frozen=True)
class Repairs:
    """Counts of rows and steps that were changed."""

    undated: int = 0  # rows left out for want of a date
    astray: int = 0  # rows left out because their date lies far from all others
    unsorted: int = 0  # rows that stood after a later one
    backwards: int = 0  # 1 if the rows began with the newest
    repeated: int = 0  # rows that share their moment with another
    clocks: int = 0  # dates whose time of day was left out
    gathered: int = 0  # rows that were put together to a longer step
    retail: int = 0  # ends of periods of four or five weeks that were taken as their months
    uneven: int = 0  # 1 if the dates followed no regular steps, and the rows became the steps
    moved: int = 0  # dates moved to the nearest regular step
    added: int = 0  # steps added without a value
    cut: int = 0  # steps without a value cut off at the ends
    ahead: int = 0  # steps after the last value kept for what is known of them

    @classmethod
    def total(cls, many: Sequence["Repairs"]) -> "Repairs":
        """Add up the counts of many series."""
        return cls(*(sum(getattr(one, field.name) for one in many) for field in fields(cls)))


UNTOUCHED = Repairs()


def row_notes(done: Repairs, step: str, how: str = "mean") -> tuple[str, ...]:
    """Return one sentence for each thing that was done to rows; `step` is the word for one, `how` as in `Duplicates`."""
    notes = (
        done.undated and f"Left out {counted(done.undated, 'row')} without a date.",
        done.astray and f"Left out {counted(done.astray, 'row')} whose date lies far from all others.",
        done.backwards and "Reversed the rows, which began with the newest.",
        done.unsorted and f"Sorted {counted(done.unsorted, 'row')} by date.",
        done.repeated and f"{_DONE[how]} {done.repeated:,} rows that share a date.",
        done.clocks and "Left out the time of day.",
        done.retail and f"Took {done.retail:,} periods of four and five weeks as the months that they stand for.",
        done.gathered and f"{_DONE[how]} {counted(done.gathered, 'row')} within each {step}.",
    )
    return tuple(note for note in notes if note)


def step_notes(done: Repairs, steps: int, step: str, ends: str = "ends") -> tuple[str, ...]:
    """Return one sentence for each thing that was done to steps; `ends` says where some were cut off."""
    noun, gaps = (step, "a gap") if done.added == 1 else (plural(step), "gaps")
    notes = (
        done.moved and f"Moved {counted(done.moved, 'date')} to the nearest regular step.",
        done.added and f"Added {done.added:,} missing {noun} ({100 * done.added / steps:.2g}%) as {gaps}.",
        done.cut and f"Left out {counted(done.cut, step)} without a value at the {ends}.",
        done.ahead and f"Kept {counted(done.ahead, step)} after the last value for the columns known ahead.",
    )
    return tuple(note for note in notes if note)

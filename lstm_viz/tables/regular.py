"""Rows with moments onto a regular grid, with a sentence for each thing done."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from lstm_viz.errors import SeriesError
from lstm_viz.tables.frequency import ROWS, Frequency, infer_frequency
from lstm_viz.tables.steps import Ints, Stamps, Steps, grid, positions
from lstm_viz.tables.wording import counted, plural

Floats = npt.NDArray[np.float64]

_MAX_GROWTH = 5
_SMALL_GRID = 10_000
_DAY = np.timedelta64(1, "D")


@dataclass(frozen=True, eq=False)
class Line:
    """Moments (or row numbers) with values, the step between them, and what was done so far."""

    ds: Steps
    y: Floats
    frequency: Frequency = ROWS
    notes: tuple[str, ...] = ()


def arranged(stamps: Stamps, y: Floats) -> Line:
    """Drop rows without a moment, sort by time, and average rows that share a moment.

    Raises:
        SeriesError: fewer than two different moments.
    """
    known = ~np.isnat(stamps)
    notes = [f"Left out {counted(int(np.sum(~known)), 'row')} without a date."] if not known.all() else []
    stamps, y = stamps[known], y[known]
    notes += _order_notes(stamps)
    order = np.argsort(stamps, kind="stable")
    moments, places = np.unique(stamps[order], return_inverse=True)
    if len(moments) < 2:
        raise SeriesError(
            f"The time column holds {counted(len(moments), 'date')}: a series needs at least 2. "
            "Pick another time column."
        )
    if len(moments) < len(stamps):
        counts = np.bincount(places)
        notes.append(f"Averaged {int(counts[counts > 1].sum()):,} rows that share a date.")
    return Line(moments, averaged(places, y[order], len(moments)), notes=tuple(notes))


def _order_notes(stamps: Stamps) -> list[str]:
    if len(stamps) < 2:
        return []
    steps = np.diff(stamps).astype(np.int64)
    if np.all(steps >= 0):
        return []
    if np.all(steps <= 0):
        return ["Reversed the rows, which began with the newest."]
    late = int(np.sum(stamps < np.maximum.accumulate(stamps)))
    return [f"Sorted {counted(late, 'row')} by date."]


def averaged(places: Ints, y: Floats, count: int) -> Floats:
    """Return for each place from 0 to `count` - 1 the mean of the known values there, NaN for none."""
    known = ~np.isnan(y)
    places, y = places[known], y[known]
    counts = np.bincount(places, minlength=count)
    means = np.bincount(places, weights=y / counts[places], minlength=count)
    return np.where(counts > 0, means, np.nan)


def regular(line: Line) -> Line:
    """Lay sorted, unique moments on the grid of their frequency; if they have none, the rows are the steps."""
    line = _without_clock(line)
    frequency = infer_frequency(line.ds)
    if frequency is None:
        note = "The dates are not evenly spaced: took the rows in order of time as steps."
        return replace(line, frequency=ROWS, notes=(*line.notes, note))
    places, _ = positions(line.ds, frequency.alias)
    start, count = int(places[0]), int(places[-1] - places[0]) + 1
    if count > _MAX_GROWTH * len(line.ds) and count > _SMALL_GRID:
        note = (
            f"The dates are too sparse for {frequency.label} steps ({len(line.ds):,} dates on {count:,} steps): "
            "took the rows in order of time as steps."
        )
        return replace(line, frequency=ROWS, notes=(*line.notes, note))
    ds = grid(line.ds, frequency.alias, start, count)
    y = averaged(places - start, line.y, count)
    notes = (*line.notes, *_moved_note(line.ds, ds[places - start]), *_gap_note(places, count, frequency))
    return Line(ds, y, frequency, notes)


def _without_clock(line: Line) -> Line:
    """Daily or rarer moments at changing times of day count by their day."""
    if np.median(np.diff(line.ds).astype(np.int64)) < 0.75 * 86_400e6:
        return line
    days = line.ds.astype("datetime64[D]").astype("datetime64[us]")
    if len(np.unique(line.ds - days)) == 1:
        return line
    moments, places = np.unique(days, return_inverse=True)
    if len(moments) < 2 or len(moments) < 0.9 * len(days):
        return line
    return Line(moments, averaged(places, line.y, len(moments)), notes=(*line.notes, "Left out the time of day."))


def _moved_note(given: Stamps, taken: Stamps) -> tuple[str, ...]:
    moved = int(np.sum(given != taken))
    return (f"Moved {counted(moved, 'date')} to the nearest regular step.",) if moved else ()


def _gap_note(places: Ints, count: int, frequency: Frequency) -> tuple[str, ...]:
    missing = count - len(np.unique(places))
    if missing == 0:
        return ()
    noun = frequency.step_name if missing == 1 else plural(frequency.step_name)
    share = 100 * missing / count
    return (f"Added {missing:,} missing {noun} ({share:.2g} %) as {'a gap' if missing == 1 else 'gaps'}.",)


def trimmed(line: Line) -> Line:
    """Cut off steps without a value at both ends."""
    known = np.flatnonzero(~np.isnan(line.y))
    if len(known) == 0 or len(known) == len(line.y):
        return line
    first, last = int(known[0]), int(known[-1]) + 1
    cut = len(line.y) - (last - first)
    if cut == 0:
        return line
    note = (
        f"Left out {counted(cut, line.frequency.step_name)} without a value at the {_ends(first, len(line.y) - last)}."
    )
    return Line(line.ds[first:last], line.y[first:last], line.frequency, (*line.notes, note))


def _ends(before: int, after: int) -> str:
    if before and after:
        return "start and the end"
    return "start" if before else "end"

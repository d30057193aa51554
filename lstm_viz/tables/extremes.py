"""Values that do not belong: far from their neighbours and their season, marks for nothing, and a change of unit."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from lstm_viz.tables.steps import Floats, Ints

Stretches = npt.NDArray[np.int64]  # (R, 2): [start, end) of each run, in order
_FAR = 8.0  # so many robust standard deviations are no chance
_FEW = 0.005  # of the rows: more than that is how the series is
_APART = 1.5
_WINDOW = 25
_SHIFT_ROWS = 12
_LONGEST_WINDOW = 200
_NINES = np.array([99.9, 99.99, 999.0, 999.9, 999.99, 9999.0, 9999.9, 9999.99, 99_999.0, 999_999.0])
_MARKS = np.r_[_NINES, -_NINES, -99.0, -200.0, 1e20, -1e20, 9.96921e36, 32_767.0, -32_768.0, 65_535.0]


def stretches(mask: npt.NDArray[np.bool_]) -> Stretches:
    """Return the runs of rows at which `mask` holds."""
    edges = np.flatnonzero(np.diff(np.r_[False, mask, False].astype(np.int8)))
    return edges.reshape(-1, 2).astype(np.int64)


def equal_stretches(y: Floats) -> Stretches:
    """Return the runs of two or more equal values; a gap ends a run."""
    same = y[1:] == y[:-1]
    found = stretches(same)
    found[:, 1] += 1
    return found


def lengths(found: Stretches) -> Ints:
    """Return how many rows each run has."""
    return found[:, 1] - found[:, 0]


def longest(found: Stretches, most: int) -> tuple[tuple[int, int], ...]:
    """Return the longest runs, at most so many, in order of time."""
    order = np.sort(np.argsort(-lengths(found), kind="stable")[:most])
    return tuple((int(start), int(end)) for start, end in found[order])


def outliers(y: Floats, season: int) -> Stretches:
    """Return runs of one to three rows far from the running median and the season; nothing where many are.

    A row is far if it is more than `FAR` robust standard deviations (1.4826 times the median distance) away, for series
    without negative values also on a logarithmic scale, since swings may grow with the level; and if the far rows stand
    apart from all others, which tails of a distribution do not.

    Args:
        y: (T,), NaN at gaps.
        season: the steps of one season, 1 for none.
    """
    far = np.nan_to_num(_distances(y, season), nan=0.0)
    if far.max() > _FAR and np.nanmin(y) >= 0 and (middle := float(np.nanmedian(y))) > 0:
        far = np.minimum(far, np.nan_to_num(_distances(np.log1p(y / middle), season), nan=0.0))
    most = int(max(3, _FEW * np.sum(~np.isnan(y))))
    top = np.r_[-np.sort(-far), 0.0][: 3 * most + 1]
    if top[-1] > _FAR:  # so many are far that it is how the series is
        return np.zeros((0, 2), dtype=np.int64)
    steps = np.flatnonzero((top[:-1] > _FAR) & (top[:-1] > _APART * top[1:]))
    found = stretches(far >= top[steps[-1]]) if len(steps) else np.zeros((0, 2), dtype=np.int64)
    found = found[lengths(found) <= 3]
    return found if len(found) <= most else found[:0]


def _distances(y: Floats, season: int) -> Floats:
    """Return how far each row is from its neighbours and its season, in robust standard deviations; 0 for a constant."""
    known = ~np.isnan(y)
    largest = np.nanmax(np.abs(y))
    if known.sum() < 12 or largest == 0:
        return np.zeros(len(y))
    y = y / largest
    rest = y - _running_median(y, season)
    if 2 <= season <= len(y) // 3:
        rest = rest - _seasonal_median(rest, season)
    distance = np.abs(rest - np.nanmedian(rest))
    scale = np.nanmedian(distance)
    if scale <= 1e-12:
        moved = distance[distance > 0]
        if len(moved) <= max(5, _FEW * len(y)):
            return np.zeros(len(y))
        scale = np.median(moved)
    return np.asarray(distance / (1.4826 * scale), dtype=np.float64)


def _running_median(y: Floats, season: int) -> Floats:
    """Over one season, or some rows; a long season is thinned out, which keeps its level."""
    width = season if 4 <= season <= len(y) // 3 else min(_WINDOW, len(y) // 2)
    thin = max(1, width // _LONGEST_WINDOW)
    part = pd.Series(y[::thin]).rolling(width // thin | 1, center=True, min_periods=1).median()
    level = np.array(part.ffill().bfill(), dtype=np.float64)
    half = width // thin // 2
    if width == season:
        level[:half], level[-half:] = level[half], level[-half - 1]
    return level if thin == 1 else np.interp(np.arange(len(y)), np.arange(0, len(y), thin), level)


def _seasonal_median(rest: Floats, season: int) -> Floats:
    rows = -(-len(rest) // season)
    folded = np.full(rows * season, np.nan)
    folded[: len(rest)] = rest
    middle = pd.DataFrame(folded.reshape(rows, season)).median().fillna(0.0).to_numpy()
    return np.tile(middle, rows)[: len(rest)]


def marks_for_nothing(y: Floats) -> tuple[float, npt.NDArray[np.bool_]] | None:
    """Return a value such as -999 that lies far outside all others and the rows where it stands, or None."""
    low, high = np.nanmin(y), np.nanmax(y)
    for value in (low, high):
        if not np.isclose(_MARKS, value, rtol=1e-9, atol=0).any():
            continue
        others = y[(y != value) & ~np.isnan(y)]
        if len(others) < 3:
            continue
        low_usual, high_usual = np.quantile(others, (0.01, 0.99))
        apart = min(abs(value - low_usual), abs(value - high_usual)) > max(high_usual - low_usual, 1e-9)
        if apart or (value < 0 <= others.min()):
            return float(value), y == value
    return None


def level_shift(y: Floats, season: int) -> tuple[int, float, float] | None:
    """Return the row from which on the level is another, for good, and the usual value before and after; None for none.

    The values of a season (or 12 rows) before and after the row lie apart by more than they scatter, the step is taken
    within a row or two, and no other change of level comes near it: a trend and a season are none.

    Args:
        y: (T,), NaN at gaps.
        season: the steps of one season, 1 for none.
    """
    season = season if 1 < season <= len(y) // 6 else 1
    width = -(-_SHIFT_ROWS // season) * season
    if len(y) < 4 * width:
        return None
    medians = pd.Series(y).rolling(width, min_periods=width // 2).median().to_numpy()
    jumps = np.abs(medians[2 * width - 1 :] - medians[width - 1 : -width])
    if np.isnan(jumps).all():
        return None
    at = int(np.nanargmax(jumps))
    row = at + width
    scatter = 1.4826 * _scatter(y[row : row + width] - y[row - width : row])  # of equal places in the season
    apart = np.nan_to_num(np.r_[jumps[: max(0, at - 3 * width // 2)], jumps[at + 3 * width // 2 :]])
    if len(apart) < width // 2 or jumps[at] <= 3 * scatter or jumps[at] <= 3 * max(apart):  # a trend is all jumps
        return None
    before, after = medians[row - 1], medians[row + width - 1]
    middle = (before + after) / 2
    sides = (
        (medians[width - 1 : row] > middle) != (after > middle),
        (medians[row + width - 1 :] > middle) == (after > middle),
    )
    if min(np.mean(side) for side in sides) < 0.95:
        return None
    near = y[row - width : row + width]
    costs = np.r_[0, np.nancumsum(np.abs(near - before) - np.abs(near - after))]
    row = row - width + int(np.argmin(costs))  # where the old level ends fits best
    return row, float(np.nanmedian(y[:row])), float(np.nanmedian(y[row:]))


def _scatter(values: Floats) -> float:
    return float(np.nanmedian(np.abs(values - np.nanmedian(values))))


def change_of_unit(y: Floats) -> tuple[int, int] | None:
    """Return the row from which on the values are 100, 1,000 … times larger or smaller and the power of ten, or None."""
    size = np.abs(y)
    known = np.flatnonzero(size > 0)
    if len(known) < 20:
        return None
    decades = np.log10(size[known])
    smooth = pd.Series(decades).rolling(9, center=True, min_periods=5).median().bfill().ffill().to_numpy()
    before = smooth[:-1]
    at = int(np.argmax(np.abs(np.diff(before)))) + 1
    if not 5 <= at <= len(known) - 5:
        return None
    first, last = decades[:at], decades[at:]
    power = float(np.median(last[:24]) - np.median(first[-24:]))
    apart = min(np.quantile(last, 0.05) - np.quantile(first, 0.95), 1) if power > 0 else 0
    apart = apart or np.quantile(first, 0.05) - np.quantile(last, 0.95)
    whole = round(power)
    if abs(whole) < 2 or abs(power - whole) > 0.25 or apart < 1:
        return None
    return int(known[at]), whole

"""What stands where a value is missing, so that no row knows of a later one that it must not know."""

import numpy as np

from lstm_viz.forecasting.config import Fill


def fill_gaps(values: np.ndarray, train_end: int, fill: Fill = "interpolate") -> np.ndarray:
    """Fill gaps; with a mask it does not matter by what.

    Training rows are interpolated between their own neighbours, or carry the value before; held-out rows always carry the
    last value before them.

    Args:
        values: (T,), NaN at gaps, at least one number before `train_end`.
    """
    training = values[:train_end]
    known = np.flatnonzero(np.isfinite(training))
    rows = np.arange(train_end)
    if fill == "interpolate":
        filled = np.interp(rows, known, training[known])
    else:
        filled = training[known[np.maximum(np.searchsorted(known, rows, side="right") - 1, 0)]]
    later = np.concatenate([filled[-1:], values[train_end:]])
    last_known = np.maximum.accumulate(np.where(np.isfinite(later), np.arange(len(later)), 0))
    return np.concatenate([filled, later[last_known][1:]])

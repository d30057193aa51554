"""The level of a series: simple exponential smoothing, with the smoothing that forecasts the asked horizon best."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from lstm_viz.forecasting.seasonality import EVIDENCE_ROWS

SMOOTHINGS = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)

CLEARLY = 0.999


def smoothed_level(values: np.ndarray, smoothing: float) -> np.ndarray:
    """Smooth exponentially: l_t = α·y_t + (1 − α)·l_{t−1}, l_0 = y_0 (Brown 1959); a gap leaves the level as it was.

    Args:
        values: (T,), NaN at gaps.
        smoothing: α from 0 to 1; 1 repeats the last value.

    Returns:
        The level after each row, (T,); before the first value it is that value.
    """
    from scipy.signal import lfilter  # half a second to import, which settings alone do not need

    known = np.flatnonzero(np.isfinite(values))
    first = values[known[0]]
    shifts = lfilter([smoothing], [1.0, smoothing - 1.0], values[known] - first)
    newest = np.searchsorted(known, np.arange(len(values)), side="right") - 1
    level = first + shifts[np.maximum(newest, 0)]
    return np.asarray(np.where(newest < 0, first, level))


def fit_smoothing(values: np.ndarray, horizon: int) -> float:
    """Choose the smoothing whose level is nearest to the next `horizon` values, by mean absolute error.

    The usual choice looks one step ahead only, which follows noise that is gone when the forecast is needed. The first
    quarter of the rows is left out of the judgement, since the level still settles there; of very long series the newest
    4000 rows decide.
    """
    recent = values[-EVIDENCE_ROWS:]
    if np.isfinite(recent).sum() < 2:
        return 1.0
    ahead = max(1, min(horizon, len(recent) // 3))
    coming = sliding_window_view(recent[1:], ahead)
    settled = len(coming) // 4
    best, least = 1.0, np.inf
    for smoothing in SMOOTHINGS:
        level = smoothed_level(recent, smoothing)[: len(coming), None]
        error = np.abs(coming - level)[settled:]
        mean = float(error[np.isfinite(error)].mean()) if np.isfinite(error).any() else np.inf
        if mean < CLEARLY * least:
            best, least = smoothing, mean
    return best

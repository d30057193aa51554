"""What the one-step errors of a calibration run show: whether they repeat, and how they are distributed."""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from lstm_viz.phrases import counted
from lstm_viz.tables import Frequency, Series

ENOUGH = 12
MOST_LAGS = 40
CHANCE = 0.05
TWO_SIGMA = 1.96
HEAVY = 1.5
MIN_BIAS = 0.15
FAINT = 0.2


@dataclass(frozen=True, eq=False)
class ResidualStatistics:
    """The one-step errors of a calibration run and their statistics."""

    residuals: np.ndarray  # truth less forecast in the network's unit, (N,)
    lags: np.ndarray  # distances at which errors are compared, in steps of the series, (L,)
    autocorrelation: np.ndarray  # at each lag, (L,)
    bound: float  # ±1.96/√N; chance alone stays inside at 19 of 20 lags
    p_value: float  # of Ljung & Box (1978) over all lags; NaN where it does not exist
    # mean, deviation, skew, excess: moments of the distribution; excess is kurtosis less 3
    mean: float
    deviation: float
    skew: float
    excess: float

    @property
    def is_enough(self) -> bool:
        """Whether there are errors enough to judge."""
        return len(self.residuals) >= ENOUGH and self.deviation > 0 and len(self.lags) > 0


def leftover_of(residuals: np.ndarray, rows: np.ndarray, season_length: int = 1) -> ResidualStatistics:
    """Measure errors (N,) at ascending rows of the series (N,), over a season of lags at least where there are enough."""
    size, bound = len(residuals), TWO_SIGMA / np.sqrt(max(1, len(residuals)))
    deviation = float(residuals.std(ddof=1)) if size > 1 else 0.0
    if size < ENOUGH or deviation == 0:
        mean = float(residuals.mean()) if size else 0.0
        return ResidualStatistics(residuals, np.empty(0), np.empty(0), bound, np.nan, mean, deviation, np.nan, np.nan)
    line, stride = _on_a_grid(residuals, rows)
    lags = min(max(10, season_length // stride + 1), MOST_LAGS, size // 3)
    correlation, p_value = _correlate(line, lags)
    distances = stride * np.arange(1, len(correlation) + 1)
    shape = (float(residuals.mean()), deviation, float(stats.skew(residuals)), float(stats.kurtosis(residuals)))
    return ResidualStatistics(residuals, distances, correlation, bound, p_value, *shape)


def residuals_of_series(series: Series, ds: np.ndarray, residuals: np.ndarray) -> ResidualStatistics:
    """Measure errors that come with their moments."""
    moments = np.asarray(ds).astype(series.ds.dtype)
    return leftover_of(np.asarray(residuals), np.searchsorted(series.ds, moments), series.frequency.season_length)


def _on_a_grid(residuals: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, int]:
    """Lay errors on a regular grid, NaN where one is missing; also return how many rows lie between two places."""
    stride = int(np.diff(rows).min())
    places = (rows - rows[0]) // stride
    line = np.full(int(places[-1]) + 1, np.nan)
    line[places] = residuals
    return line, stride


def _correlate(line: np.ndarray, lags: int) -> tuple[np.ndarray, float]:
    """Return the autocorrelation from lag 1 on, and the p-value of Ljung & Box over all lags, both by statsmodels."""
    from statsmodels.tsa.stattools import acf, q_stat  # type: ignore[import-untyped]  # half a second to import

    correlation = np.asarray(acf(line, nlags=lags, fft=False, missing="conservative"))[1:]
    _, p_values = q_stat(correlation, nobs=int(np.isfinite(line).sum()))
    return correlation, float(p_values[-1])


def memory_sentence(left: ResidualStatistics, frequency: Frequency) -> str:
    """Say whether past errors still predict anything, and what that means for the forecast."""
    if not left.is_enough:
        return _too_little(left)
    if not left.p_value < CHANCE:
        return (
            "Nothing more can be learned from past errors: they are no more correlated than chance would "
            f"allow (Ljung–Box p = {left.p_value:.2f})."
        )
    place = int(np.abs(left.autocorrelation).argmax())
    lag, value = int(left.lags[place]), left.autocorrelation[place]
    much = "a little" if abs(value) < FAINT else "something"
    seen = f"autocorrelation {_signed(value)} at lag {lag}; chance would stay within ±{left.bound:.2f}"
    if lag == frequency.season_length > 1:
        return (
            f"The errors of one {frequency.season_name} still predict {much} of the next ({seen}): part of the season is "
            "left over, and a longer window may help."
        )
    if lag > 1:
        return (
            f"An error still predicts {much} of the one {lag} {frequency.step_name}s later ({seen}): a window that "
            f"reaches well beyond {lag} {frequency.step_name}s may help."
        )
    if value > 0:
        return (
            f"The errors of one step still predict {much} of the next ({seen}): the forecast follows changes too slowly, "
            "and a longer window, or normalising each window by its last value, may help."
        )
    return (
        f"The errors of one step still predict {much} of the next ({seen}): the forecast overshoots, and a smoother "
        "level or a longer window may help."
    )


def shape_sentence(left: ResidualStatistics) -> str:
    """Say how the errors are distributed, and what that means for the forecast; the weightiest finding alone."""
    size = len(left.residuals)
    if not left.is_enough:
        return _too_little(left)
    if abs(left.mean) > left.deviation * max(MIN_BIAS, TWO_SIGMA / np.sqrt(size)):
        side = "too low" if left.mean > 0 else "too high"
        return (
            f"The forecasts one step ahead were {side} on average (by {abs(left.mean):.2f}, "
            f"{abs(left.mean) / left.deviation:.0%} of the spread): expect the next one to lie {side} as well."
        )
    if abs(left.skew) > TWO_SIGMA * np.sqrt(6 / size):
        longer, end = ("above", "upper") if left.skew > 0 else ("below", "lower")
        return (
            f"The largest errors lie {longer} the forecast (skew {_signed(left.skew)}): the {end} end of the interval is "
            "less reliable."
        )
    if left.excess > max(HEAVY, TWO_SIGMA * np.sqrt(24 / size)):
        return (
            f"A few errors are far larger than the rest (excess kurtosis {_signed(left.excess)}): now and then a value will "
            "lie far outside the interval."
        )
    return (
        f"The errors lie evenly around zero (mean {_signed(left.mean)}, skew {_signed(left.skew)}): intervals that reach as "
        "far up as down fit them."
    )


def _too_little(left: ResidualStatistics) -> str:
    size = len(left.residuals)
    if size >= ENOUGH:
        return f"All {size} errors of the calibration run are the same: there is nothing to analyse."
    known = f"Only {counted(size, 'error')}" if size else "No errors"
    return (
        f"{known} of a calibration run are available: too few to tell whether anything is left to learn. A longer series "
        "would show."
    )


def _signed(value: float) -> str:
    """Write a number with its sign and two digits: −0.12, +0.50."""
    return f"{value:+.2f}".replace("-", "−")

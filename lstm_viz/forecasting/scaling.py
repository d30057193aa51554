"""Between the units of the file and the numbers that a network likes."""

from dataclasses import dataclass

import numpy as np

MULTIPLICATIVE_SLOPE = 0.5
MIN_BLOCKS = 4


@dataclass(frozen=True)
class Scaling:
    """Map values to z = (log(y) or y, less `offset`) / `scale`, and back.

    Args:
        log: whether the logarithm is taken first.
        offset: mean of the training rows.
        scale: standard deviation of the training rows.
    """

    log: bool
    offset: float
    scale: float

    def apply(self, values: np.ndarray) -> np.ndarray:
        """Scale values; where a logarithm does not exist (a held-out value ≤ 0), the smallest positive number stands in."""
        raw = np.log(np.maximum(values, np.finfo(float).tiny)) if self.log else values
        return np.asarray((raw - self.offset) / self.scale)

    def invert(self, scaled: np.ndarray) -> np.ndarray:
        """Bring scaled values back to the units of the file."""
        raw = np.asarray(scaled, dtype=float) * self.scale + self.offset
        return np.exp(raw) if self.log else raw


def fit_scaling(training: np.ndarray, season_length: int) -> Scaling:
    """Fit a scaling to training rows and nothing else; NaN are passed over."""
    observed = training[np.isfinite(training)]
    log = swings_grow_with_level(observed, season_length)
    raw = np.log(observed) if log else observed
    unit = float(np.abs(raw).max()) or 1.0  # squares of very large or very small values leave the range of floats
    deviation = unit * float((raw / unit).std())
    return Scaling(log, unit * float((raw / unit).mean()), deviation if deviation > 0 else 1.0)


def swings_grow_with_level(values: np.ndarray, season_length: int) -> bool:
    """Decide whether a series is multiplicative, so that its logarithm is easier to forecast.

    Blocks of one season (at least 4 rows) are compared: the slope of log standard deviation on log mean is 0 where swings
    stay the same and 1 where they grow with the level; 0.5 and more counts as growing. All values must be positive and the
    level itself must move by a factor of 1.5 or more, otherwise the slope is noise.
    """
    size = max(season_length, 4)
    if len(values) < MIN_BLOCKS * size or values.min() <= 0:
        return False
    blocks = (values / values.max())[: len(values) // size * size].reshape(-1, size)
    means, deviations = blocks.mean(axis=1), blocks.std(axis=1)
    moving = deviations > 0
    if moving.sum() < MIN_BLOCKS or means.max() < 1.5 * means.min():
        return False
    slope = np.polyfit(np.log(means[moving]), np.log(deviations[moving]), 1)[0]
    return bool(slope >= MULTIPLICATIVE_SLOPE)


def fill_gaps(values: np.ndarray, train_end: int) -> np.ndarray:
    """Fill gaps so that no training row knows of a later one outside the training rows.

    Training rows are interpolated between their own neighbours; held-out rows repeat the last value before them.
    """
    training = values[:train_end]
    known = np.flatnonzero(np.isfinite(training))
    filled = np.interp(np.arange(train_end), known, training[known])
    later = np.concatenate([filled[-1:], values[train_end:]])
    last_known = np.maximum.accumulate(np.where(np.isfinite(later), np.arange(len(later)), 0))
    return np.concatenate([filled, later[last_known][1:]])

"""Forecasts that need no training: what every model has to beat."""

import numpy as np


def usable_season(season_length: int, training_rows: int) -> int:
    """Give the season, or 1 where the training rows hold less than two of them."""
    return season_length if training_rows >= 2 * season_length else 1


def repeat_last_value(past: np.ndarray, horizon: int) -> np.ndarray:
    """Forecast the last value for every step (the naive method).

    Args:
        past: known values without gaps, oldest first.
    """
    return np.full(horizon, past[-1])


def repeat_last_season(past: np.ndarray, horizon: int, season_length: int) -> np.ndarray:
    """Forecast the value of one season before (the seasonal naive method); further seasons repeat it.

    Args:
        past: known values without gaps, oldest first, at least one season.
    """
    return np.resize(past[-season_length:], horizon)

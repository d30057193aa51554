"""Which rows teach, which choose, and which are only looked at when all is decided."""

from dataclasses import dataclass

import numpy as np

from lstm_viz.forecasting.config import (
    MIN_TRAINING_WINDOWS,
    VALIDATION_SHARE,
    ForecastConfig,
    check_config,
)

MAX_VALIDATION_WINDOWS = 2000


@dataclass(frozen=True)
class Split:
    """Rows [0, validation_start) teach, [validation_start, train_end) choose the epoch, [train_end, rows) are held out.

    An *origin* is the first row that a window forecasts: it reads the W rows before and answers H rows from there.
    """

    validation_start: int
    train_end: int
    rows: int
    window: int
    horizon: int

    @property
    def training_origins(self) -> np.ndarray:
        """Origins whose targets all lie before the validation rows."""
        return np.arange(self.window, self.validation_start - self.horizon + 1)

    @property
    def validation_origins(self) -> np.ndarray:
        """Origins whose targets are all validation rows; at most 2000, evenly spaced."""
        origins = np.arange(self.validation_start, self.train_end - self.horizon + 1)
        every = -(-len(origins) // MAX_VALIDATION_WINDOWS)
        return origins[::every]

    @property
    def holdout_origins(self) -> np.ndarray:
        """Origins one horizon apart that cover the held-out rows."""
        return np.arange(self.train_end, self.rows, self.horizon)


def split_rows(rows: int, config: ForecastConfig) -> Split:
    """Divide a series by time: the newest rows are held out, the ones before them validate.

    Raises:
        SettingsError: the series is too short.
    """
    check_config(config, rows)
    train_end = rows - config.holdout
    most = train_end - config.window - config.horizon - MIN_TRAINING_WINDOWS + 1
    validation = min(max(config.horizon, round(VALIDATION_SHARE * train_end)), most)
    return Split(train_end - validation, train_end, rows, config.window, config.horizon)

"""Which rows teach, which choose when to stop, and which are only looked at when all is decided."""

from dataclasses import dataclass

import numpy as np

from lstm_viz.errors import SettingsError
from lstm_viz.forecasting.config import MAX_WINDOWS_PER_EPOCH, MIN_TRAINING_WINDOWS, ForecastConfig, check_config

MAX_VALIDATION_WINDOWS = 2000
HEAD_SHARE = 0.7


@dataclass(frozen=True)
class Split:
    """Rows [0, validation_start) teach, [validation_start, train_end) choose the epoch, [train_end, rows) are held out.

    An *origin* is the first row that a window forecasts: it reads the W rows before and answers H rows from there. Without
    validation all rows before `train_end` teach.
    """

    validation_start: int
    train_end: int
    rows: int
    window: int
    horizon: int
    steps_answered: int

    @property
    def training_origins(self) -> np.ndarray:
        """Origins whose targets all lie before the validation rows."""
        return np.arange(self.window, self.validation_start - self.steps_answered + 1)

    @property
    def validation_origins(self) -> np.ndarray:
        """Origins whose targets are all validation rows; at most 2000, evenly spaced."""
        origins = np.arange(self.validation_start, self.train_end - self.steps_answered + 1)
        every = -(-len(origins) // MAX_VALIDATION_WINDOWS)
        return origins[:: max(1, every)]

    @property
    def holdout_origins(self) -> np.ndarray:
        """Origins one horizon apart that cover the held-out rows."""
        return np.arange(self.train_end, self.rows, self.horizon)


def windows_seen(rows: int, config: ForecastConfig) -> tuple[int, int]:
    """Count the training windows that each epoch sees, and all that there are."""
    count = len(split_rows(rows, config).training_origins)
    return min(count, MAX_WINDOWS_PER_EPOCH), count


def rehearsal_head(end: int, config: ForecastConfig) -> int | None:
    """Give the first row that a rehearsal leaves out, at 70% of the windows before `end`; None with too few rows."""
    windows = end - config.window - config.horizon + 1
    head = config.window + int(HEAD_SHARE * windows)
    enough = head - config.window - config.horizon + 1 >= MIN_TRAINING_WINDOWS and end - head >= 1
    return head if enough else None


def split_rows(rows: int, config: ForecastConfig, end: int | None = None) -> Split:
    """Divide a series by time: the newest rows are held out, the ones before them may validate.

    Args:
        end: first row that nothing is fitted to; the first held-out one when not given.

    Raises:
        SettingsError: the series is too short.
    """
    if end is None:
        check_config(config, rows)
        end = rows - config.holdout
    most = end - config.window - config.steps_answered - MIN_TRAINING_WINDOWS + 1
    if most < 0:
        raise SettingsError(
            f"`window` (={config.window}) is too long for the {end} rows known at one of the `origins`. "
            f"Use {'a shorter window' if config.window + most < 1 else f'at most {config.window + most}'}."
        )
    validation = min(max(config.horizon, round(config.validation * end)), most) if config.validation else 0
    return Split(end - validation, end, rows, config.window, config.horizon, config.steps_answered)

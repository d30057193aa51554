"""One series as networks read it: split by time, prepared, cut into windows."""

from dataclasses import replace

import numpy as np

from lstm_viz.errors import SeriesError
from lstm_viz.forecasting.config import ForecastConfig
from lstm_viz.forecasting.preparation import Preparation, Season, fit_preparation, wants_season
from lstm_viz.forecasting.windows import Rows, Windows, fill_gaps, split_rows
from lstm_viz.tables import Series

MIN_OBSERVED = 4


class PreparedSeries:
    """A series, and all that is fitted to it before networks are: its season, its level, what known columns do.

    Nothing sees rows from `split.train_end` on.

    Args:
        series: a regular series, gaps as NaN.
        end: first row that nothing is fitted to; the first held-out one when not given.
        number: which of several series it is; None where it is learnt alone.
        season: overrules whether a season is taken off; None leaves it to the config.

    Raises:
        SettingsError: the series is too short for the config.
        SeriesError: the training rows hold too few different values.
    """

    def __init__(
        self,
        series: Series,
        config: ForecastConfig,
        end: int | None = None,
        number: int | None = None,
        season: Season | None = None,
    ) -> None:
        self.series, self.config, self.number = series, config, number
        self.split = split_rows(len(series.y), config, end)
        self.training_values = series.y[: self.split.train_end]
        _require_variety(self.training_values)
        self.season = usable_season(series.frequency.season_length, self.split.train_end)
        self.known = _known_columns(series, len(series.y) + config.horizon)
        self.past = _past_columns(series, self.split.train_end)
        ended = None if self.known is None else self.known[: self.split.train_end]
        requested = config.preparation if season is None else replace(config.preparation, season=season)
        self.use_preparation(fit_preparation(self.training_values, self.season, config.horizon, requested, ended))

    def use_preparation(self, preparation: Preparation) -> None:
        """Prepare all rows of the series in one way."""
        self.preparation = preparation
        rows = len(self.series.y)
        self.adjusted = preparation.adjust(self.series.y, None if self.known is None else self.known[:rows])
        self.levels = preparation.level(self.adjusted)
        self.filled = fill_gaps(self.adjusted, self.split.train_end, self.config.fill)
        self.inputs = self._windows()

    @property
    def masked(self) -> bool:
        """Whether the second channel that is read says where a value is no gap."""
        return self.inputs.observed is not None

    @property
    def training_windows(self) -> Windows:
        """The windows that teach."""
        return self.inputs.at(self.split.training_origins)

    @property
    def validation_windows(self) -> Windows | None:
        """The windows that choose the epoch; None where there is none, or gaps alone, which every model would fit."""
        origins = self.split.validation_origins
        targets = self.series.y[self.split.validation_start : self.split.train_end]
        return self.inputs.at(origins) if len(origins) and np.isfinite(targets).any() else None

    def truth_in_units(self, origin: int) -> np.ndarray:
        """Return the rows from an origin on as a network would have to answer them, (H,); NaN where unknown."""
        coming = np.full(self.config.horizon, np.nan)
        known = self.adjusted[origin : origin + self.config.horizon] - self.levels[origin - 1]
        coming[: len(known)] = known / self.preparation.unit
        return coming

    def in_file_units(self, answers: np.ndarray, origin: int) -> np.ndarray:
        """Bring answers (N, H) of one origin into the unit of the series, not shrunk."""
        return self.restored(np.asarray(answers, dtype=float), np.full(len(answers), origin))

    def restored(self, answers: np.ndarray, origins: np.ndarray) -> np.ndarray:
        """Bring answers (N, H) of N origins into the unit of the series."""
        added = self.effects(origins, answers.shape[1])
        return self.preparation.restore(answers, origins, self.levels[origins - 1], added)

    def effects(self, origins: np.ndarray, steps: int) -> np.ndarray:
        """Return what known columns add to the rows from each origin on, (N, steps), in adjusted values."""
        if self.known is None:
            return np.zeros((len(origins), steps))
        totals = self.preparation.effects.total(self.known)
        return np.asarray(totals[origins[:, None] + np.arange(steps)])

    def _windows(self) -> Windows:
        unit = self.preparation.unit
        observed = np.isfinite(self.series.y)
        gappy = self.number is not None or not observed[: self.split.train_end].all()
        masked = self.config.fill == "mask" and gappy  # of several series one may have gaps, and all are read alike
        values = self.filled / unit, self.adjusted / unit, self.levels / unit
        rows = Rows(*values, observed if masked else None, self.past, self.number)
        return Windows(rows, self.config.window, self.config.steps_answered)


def _known_columns(series: Series, rows: int) -> np.ndarray | None:
    """Lay the columns known in advance side by side, (rows, K), NaN where nothing is known; None without any."""
    columns = [feature.values for feature in series.features if feature.known]
    if not columns:
        return None
    padded = [np.concatenate([values, np.full(max(0, rows - len(values)), np.nan)])[:rows] for values in columns]
    return np.stack(padded, axis=1)


def _past_columns(series: Series, train_end: int) -> np.ndarray | None:
    """Lay the columns of the past side by side, in standard deviations of the training rows, (T, P), 0 where missing."""
    columns = [feature.values[: len(series.y)] for feature in series.features if not feature.known]
    if not columns:
        return None
    scales = [moments(values[:train_end]) for values in columns]
    scaled = [np.nan_to_num((values - mean) / unit) for values, (mean, unit) in zip(columns, scales, strict=True)]
    return np.stack(scaled, axis=1)


def moments(training: np.ndarray) -> tuple[float, float]:
    """Return mean and standard deviation of the values that are there; 0 and 1 where there are none, or no two."""
    known = training[np.isfinite(training)]
    return (float(known.mean()), float(known.std()) or 1.0) if len(known) else (0.0, 1.0)


def usable_season(season_length: int, training_rows: int) -> int:
    """Return the season, or 1 where the training rows hold less than two of them."""
    return season_length if training_rows >= 2 * season_length else 1


def season_of_most(parts: list[tuple[Series, int]], config: ForecastConfig) -> Season:
    """Decide whether a season is taken off several series, given with the ends of their training rows: if most have one."""
    votes = []
    for series, end in parts:
        season, values = usable_season(series.frequency.season_length, end), series.y[:end]
        if season > 1 and np.isfinite(values).sum() > 1:
            votes.append(wants_season(values, season, config.preparation.season))
    return "always" if sum(votes) * 2 > len(votes) else "none"


def _require_variety(values: np.ndarray) -> None:
    observed = values[np.isfinite(values)]
    if len(observed) < MIN_OBSERVED:
        raise SeriesError(
            f"Only {len(observed)} of the {len(values)} rows before the held-out part hold a number; "
            f"training needs at least {MIN_OBSERVED}. Pick another column or a shorter `holdout`."
        )
    if observed.min() == observed.max():
        raise SeriesError(
            f"All rows before the held-out part hold the same value (={observed[0]:g}): there is nothing to learn. "
            "Pick another column or a shorter `holdout`."
        )

"""Between the unit of the file and what a network reads: what is left of a series without its season and its level."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from lstm_viz.forecasting.effects import NO_EFFECTS, Effects, fit_effects
from lstm_viz.forecasting.levels import fit_smoothing, smoothed_level
from lstm_viz.forecasting.seasonality import NEEDED_SEASONS, is_seasonal, longest_season, seasonal_indices
from lstm_viz.settings import require_valid

Scale = Literal["auto", "log", "linear"]
Season = Literal["auto", "always", "none"]
Level = Literal["smoothed", "last", "none"]


@dataclass(frozen=True)
class PreparationConfig:
    """Say what is taken off a series before a network reads it.

    Args:
        scale: `log` takes logarithms, `linear` does not, `auto` does where all values are positive.
        season: `auto` takes off the season where there is one, `always` in any case, `none` never.
        level: what a window is told relative to: the `smoothed` level, the `last` value, or `none` (the mean of all).
    """

    scale: Scale = "auto"
    season: Season = "auto"
    level: Level = "smoothed"

    def __post_init__(self) -> None:
        require_valid(self)


@dataclass(frozen=True, eq=False)
class Preparation:
    """What was fitted to rows of a series, to prepare any rows of it and to undo that.

    A row becomes adjusted = log(y) or y, less the season and the effects of known columns; a window is told as
    (adjusted − level) / unit.

    Args:
        log: whether logarithms are taken.
        season: what each step of the season adds, (S,), at row mod S; (1,) of 0 without a season.
        smoothing: α of the level; None where all windows are told relative to `offset`.
        offset: mean of the adjusted rows.
        unit: standard deviation of one-step changes, or of the values where the level is not smoothed.
    """

    log: bool
    season: np.ndarray
    smoothing: float | None
    offset: float
    unit: float
    effects: Effects = NO_EFFECTS

    def adjust(self, values: np.ndarray, columns: np.ndarray | None = None) -> np.ndarray:
        """Take logarithms, season and effects off all rows; a logarithm that does not exist is that of ε.

        Args:
            values: (T,), NaN at gaps.
            columns: known columns of these rows, (T, K); None where there are none.
        """
        raw = np.log(np.maximum(values, np.finfo(float).tiny)) if self.log else np.asarray(values, dtype=float)
        raw = raw - self.season[np.arange(len(values)) % len(self.season)]
        return np.asarray(raw if columns is None else raw - self.effects.total(columns))

    def level(self, adjusted: np.ndarray) -> np.ndarray:
        """Give the level after each row, (T,)."""
        if self.smoothing is None:
            return np.full(len(adjusted), self.offset)
        return smoothed_level(adjusted, self.smoothing)

    def restore(
        self, answers: np.ndarray, origins: np.ndarray, levels: np.ndarray, added: np.ndarray | float = 0.0
    ) -> np.ndarray:
        """Bring answers back to the unit of the file.

        Args:
            answers: what networks say of the H rows from each origin on, (N, H).
            origins: first row told of, (N,).
            levels: level before each origin, (N,).
            added: effects of known columns on these rows, (N, H).
        """
        rows = origins[:, None] + np.arange(answers.shape[1])
        raw = answers * self.unit + levels[:, None] + self.season[rows % len(self.season)] + added
        with np.errstate(over="ignore"):
            return np.exp(raw) if self.log else np.asarray(raw)

    def to_dict(self) -> dict[str, Any]:
        """Give plain values for JSON."""
        return {**vars(self), "season": self.season.tolist(), "effects": self.effects.to_dict()}


def fit_preparation(
    values: np.ndarray,
    season_length: int,
    horizon: int,
    config: PreparationConfig | None = None,
    columns: np.ndarray | None = None,
) -> Preparation:
    """Fit a preparation to rows and nothing else.

    Args:
        values: (T,), NaN at gaps, at least two of them numbers.
        season_length: the season to look for; 1 for none.
        horizon: steps ahead for which the level is wanted.
        columns: columns known in advance, (T, K), whose effects are taken off; None where there are none.
    """
    config = config or PreparationConfig()
    log = config.scale == "log" or (config.scale == "auto" and bool(np.nanmin(values) > 0))
    raw = np.log(np.maximum(values, np.finfo(float).tiny)) if log else values
    season = np.zeros(1)
    if wants_season(raw, season_length, config.season):
        season = seasonal_indices(raw, longest_season(raw, season_length))
    adjusted = raw - season[np.arange(len(raw)) % len(season)]
    effects = NO_EFFECTS if columns is None else fit_effects(adjusted, columns)
    adjusted = adjusted if columns is None else adjusted - effects.total(columns)
    smoothing = {"smoothed": fit_smoothing(adjusted, horizon), "last": 1.0, "none": None}[config.level]
    return Preparation(log, season, smoothing, float(np.nanmean(adjusted)), _unit_of(adjusted, config.level), effects)


def wants_season(raw: np.ndarray, season_length: int, wish: Season) -> bool:
    """Tell whether a season is taken off."""
    enough = season_length > 1 and len(raw) >= NEEDED_SEASONS * season_length
    return enough and (wish == "always" or (wish == "auto" and is_seasonal(raw, season_length)))


def _unit_of(adjusted: np.ndarray, level: Level) -> float:
    """Measure what counts as 1; 1 itself where nothing moves."""
    known = adjusted[np.isfinite(adjusted)]
    moves = np.diff(known) if level == "smoothed" else known
    size = float(np.abs(moves).max(initial=0.0))  # squares of very large or small values leave the range of floats
    if size == 0:
        return 1.0
    return size * float(np.sqrt(np.mean(np.square((moves - moves.mean()) / size)))) or size

"""Between the unit of the file and what a network reads: a series without season, level and effects of known columns."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from lstm_viz.settings import require_valid

HALF_LIFE = 3.0
SIGNIFICANT = 1.645
NEEDED_SEASONS = 2
EVIDENCE_SEASONS, EVIDENCE_ROWS = 20, 4000
DAYS_OF_WEEK = (7, 5)
ROWS_OF_DAY = range(20, 289)
WEEKS_OF_YEAR = 52
NEEDED_WEEKS = 3
FAR_LESS = 0.5
SMOOTHINGS = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
CLEARLY = 0.999
STANDARD_ERRORS = 3.0

Scale = Literal["auto", "log", "linear"]
Season = Literal["auto", "always", "none"]
Level = Literal["smoothed", "last", "none"]


def _centred_average(values: np.ndarray, season_length: int) -> np.ndarray:
    """Average over one season around each row, (T,); NaN at the ends, and gaps are passed over.

    An even season takes half of its two outermost rows, as classical decomposition does (Kendall & Stuart 1983).
    """
    weights = np.ones(season_length) if season_length % 2 else np.r_[0.5, np.ones(season_length - 1), 0.5]
    known = np.isfinite(values)
    sums = np.convolve(np.where(known, values, 0.0), weights, "valid")
    counts = np.convolve(known.astype(float), weights, "valid")
    middle = np.where(counts >= weights.sum() / 2, sums / np.maximum(counts, 1e-9), np.nan)
    side = (len(values) - len(middle)) // 2
    return np.concatenate([np.full(side, np.nan), middle, np.full(len(values) - len(middle) - side, np.nan)])


def seasonal_indices(values: np.ndarray, season_length: int, half_life: float = HALF_LIFE) -> np.ndarray:
    """Average how each step of the season differs from the trend, (S,) with mean 0; the index of row t is at t mod S.

    Args:
        values: (T,), NaN at gaps, at least two seasons.
        half_life: seasons after which a difference counts half.
    """
    rows = np.arange(len(values))
    differences = values - _centred_average(values, season_length)
    weights = np.where(np.isfinite(differences), 0.5 ** ((rows[-1] - rows) / (season_length * half_life)), 0.0)
    steps = rows % season_length
    sums = np.bincount(steps, weights * np.nan_to_num(differences), season_length)
    totals = np.bincount(steps, weights, season_length)
    indices = np.where(totals > 0, sums / np.maximum(totals, np.finfo(float).tiny), 0.0)
    return np.asarray(indices - indices.mean())


def is_seasonal(values: np.ndarray, season_length: int) -> bool:
    """Decide whether a series repeats itself after a season.

    With three seasons or more: the autocorrelation at the season lies beyond what chance gives in one of ten series
    (Bartlett's error, as the theta method tests; Assimakopoulos & Nikolopoulos 2000). With two to three: the two seasons
    differ less from each other than from a straight line. Of a long series the newest 20 seasons (or 4000 rows) decide.
    """
    if season_length < 2 or len(values) < NEEDED_SEASONS * season_length:
        return False
    values = values[-max(EVIDENCE_SEASONS * season_length, EVIDENCE_ROWS) :]
    known = np.flatnonzero(np.isfinite(values))
    if len(known) < season_length + 2:
        return False
    filled = np.interp(np.arange(len(values)), known, values[known])
    if len(filled) < 3 * season_length:
        return _two_seasons_agree(filled, season_length)
    from scipy.signal import correlate  # half a second to import, which settings alone do not need

    centred = filled - filled.mean()
    power = float(centred @ centred)
    if power == 0:
        return False
    middle = len(centred) - 1
    products = correlate(centred, centred, method="auto")[middle + 1 : middle + 1 + season_length]
    autocorrelation = products / power
    error = np.sqrt((1 + 2 * np.sum(autocorrelation[:-1] ** 2)) / len(filled))
    return bool(autocorrelation[-1] > SIGNIFICANT * error)


def longest_season(values: np.ndarray, season_length: int) -> int:
    """Return the season, or a week of them where days differ: seven, or five where there are working days alone.

    Seasons of 20 to 288 rows (five minutes each) can be days, except 52, the weeks of a year. A week is found where what the
    day leaves over repeats itself after a week (see `is_seasonal`) and changes less than half as much, squared, as after
    fewer days. Weaker weeks are left to the networks: indices of a week come from few examples and grow old.
    """
    if season_length not in ROWS_OF_DAY or season_length == WEEKS_OF_YEAR:
        return season_length
    rest = values - seasonal_indices(values, season_length)[np.arange(len(values)) % season_length]
    for days in DAYS_OF_WEEK:
        week = days * season_length
        if len(values) >= NEEDED_WEEKS * week and is_seasonal(rest, week) and _is_a_week(rest, season_length, days):
            return week
    return season_length


def _is_a_week(values: np.ndarray, day: int, days: int) -> bool:
    """Return whether values change far less after so many days than after any other number of days up to a week."""
    lags = day * np.arange(1, max(DAYS_OF_WEEK) + 1)
    changes = [values[lag:] - values[:-lag] for lag in lags]
    known = [change[np.isfinite(change)] for change in changes]
    sizes = np.array([np.mean(change**2) if len(change) else np.inf for change in known])
    return bool(sizes[days - 1] < FAR_LESS * np.delete(sizes, days - 1).min())


def _two_seasons_agree(values: np.ndarray, season_length: int) -> bool:
    rows = np.arange(len(values))
    rest = values - np.polyval(np.polyfit(rows, values, 1), rows)
    apart = rest[season_length:] - rest[:-season_length]
    return bool(np.mean(apart**2) < np.mean(rest**2))


def smoothed_level(values: np.ndarray, smoothing: float) -> np.ndarray:
    """Smooth exponentially: l_t = α·y_t + (1 − α)·l_{t−1}, l_0 = y_0 (Brown 1959); a gap leaves the level as it was.

    Returns the level after each row, (T,), before the first value that value; α is the smoothing, and 1 repeats the last.
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


@dataclass(frozen=True, eq=False)
class Effects:
    """Linear effects on adjusted values."""

    coefficients: np.ndarray  # what one unit of each column adds, (K,); 0 where nothing significant was found
    means: np.ndarray  # mean of each column, at which it adds nothing, (K,)

    def total(self, columns: np.ndarray) -> np.ndarray:
        """Add up what rows of columns (N, K) do, (N,); a missing value counts as the mean."""
        apart = np.where(np.isfinite(columns), columns - self.means, 0.0)
        return np.asarray(apart @ self.coefficients)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {"coefficients": self.coefficients.tolist(), "means": self.means.tolist()}


NO_EFFECTS = Effects(np.zeros(0), np.zeros(0))


def fit_effects(adjusted: np.ndarray, columns: np.ndarray) -> Effects:
    """Fit effects by least squares between changes of the columns and changes of the series.

    Changes leave out trend and level, which would otherwise look like effects. What does not reach three of its standard
    errors is dropped, and the rest is fitted again; three, because changes of neighbouring rows are not independent.

    Adjusted values (T,) have no season any more, NaN at gaps; columns are (T, K).
    """
    count = columns.shape[1]
    means = np.array([float(np.nanmean(column)) if np.isfinite(column).any() else 0.0 for column in columns.T])
    apart = np.where(np.isfinite(columns), columns - means, 0.0)
    change, moves = np.diff(adjusted), np.diff(apart, axis=0)
    known = np.isfinite(change)
    kept = np.flatnonzero(np.ptp(moves[known], axis=0) > 0) if known.sum() > count + 2 else np.empty(0, dtype=int)
    coefficients = np.zeros(count)
    while len(kept):
        found, error = _least_squares(moves[known][:, kept], change[known] - change[known].mean())
        weak = np.abs(found) < STANDARD_ERRORS * error
        if not weak.any():
            coefficients[kept] = found
            break
        kept = np.delete(kept, int(np.argmin(np.abs(found) / np.maximum(error, np.finfo(float).tiny))))
    return Effects(coefficients, means)


def _least_squares(moves: np.ndarray, change: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return coefficients and their standard errors, (K,) each; columns that say the same share their effect."""
    inverse = np.linalg.pinv(moves.T @ moves, hermitian=True)
    found = inverse @ (moves.T @ change)
    rest = change - moves @ found
    spare = max(1, len(change) - moves.shape[1])
    return found, np.sqrt(np.maximum(np.diag(inverse), 0.0) * float(rest @ rest) / spare)


@dataclass(frozen=True)
class PreparationConfig:
    """Choose what is taken off a series before a network reads it, each setting as `glossary.py` explains it."""

    scale: Scale = "auto"
    season: Season = "auto"
    level: Level = "smoothed"

    def __post_init__(self) -> None:
        require_valid(self)


@dataclass(frozen=True, eq=False)
class Preparation:
    """What was fitted to rows of a series, to prepare any rows of it and to undo that.

    A row becomes adjusted = log(y) or y, less the season and the effects of known columns; a window becomes
    (adjusted − level) / unit.
    """

    log: bool  # whether logarithms are taken
    season: np.ndarray  # what each step of the season adds, (S,), at row mod S; (1,) of 0 without a season
    smoothing: float | None  # α of the level; None where all windows are measured from `offset`
    offset: float  # mean of the adjusted rows
    unit: float  # standard deviation of one-step changes, or of the values where the level is not smoothed
    effects: Effects = NO_EFFECTS

    def adjust(self, values: np.ndarray, columns: np.ndarray | None = None) -> np.ndarray:
        """Take logarithms, season and effects of known columns (T, K) off all rows (T,); log 0 counts as log ε."""
        raw = np.log(np.maximum(values, np.finfo(float).tiny)) if self.log else np.asarray(values, dtype=float)
        raw = raw - self.season[np.arange(len(values)) % len(self.season)]
        return np.asarray(raw if columns is None else raw - self.effects.total(columns))

    def level(self, adjusted: np.ndarray) -> np.ndarray:
        """Return the level after each row, (T,)."""
        if self.smoothing is None:
            return np.full(len(adjusted), self.offset)
        return smoothed_level(adjusted, self.smoothing)

    def restore(
        self, answers: np.ndarray, origins: np.ndarray, levels: np.ndarray, added: np.ndarray | float = 0.0
    ) -> np.ndarray:
        """Bring answers (N, H) back to the unit of the file, given the N origins and the levels before them.

        Args:
            added: effects of known columns on these rows, (N, H).
        """
        rows = origins[:, None] + np.arange(answers.shape[1])
        raw = answers * self.unit + levels[:, None] + self.season[rows % len(self.season)] + added
        with np.errstate(over="ignore"):
            return np.exp(raw) if self.log else np.asarray(raw)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
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


def wants_season(raw: np.ndarray, season_length: int, requested: Season) -> bool:
    """Return whether a season is taken off."""
    enough = season_length > 1 and len(raw) >= NEEDED_SEASONS * season_length
    return enough and (requested == "always" or (requested == "auto" and is_seasonal(raw, season_length)))


def _unit_of(adjusted: np.ndarray, level: Level) -> float:
    """Measure what counts as 1; 1 itself where nothing moves."""
    known = adjusted[np.isfinite(adjusted)]
    moves = np.diff(known) if level == "smoothed" else known
    size = float(np.abs(moves).max(initial=0.0))  # squares of very large or small values leave the range of floats
    if size == 0:
        return 1.0
    return size * float(np.sqrt(np.mean(np.square((moves - moves.mean()) / size)))) or size

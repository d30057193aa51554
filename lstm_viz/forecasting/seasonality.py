"""The season of a series: whether there is one, and what it adds to each of its steps."""

import numpy as np

HALF_LIFE = 3.0
SIGNIFICANT = 1.645
NEEDED_SEASONS = 2
EVIDENCE_SEASONS, EVIDENCE_ROWS = 20, 4000
DAYS_OF_WEEK = (7, 5)
ROWS_OF_DAY = range(20, 289)
WEEKS_OF_YEAR = 52
NEEDED_WEEKS = 3
FAR_LESS = 0.5


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
    """Average what each step of the season differs from the trend, recent seasons more than old ones.

    Args:
        values: (T,), NaN at gaps, at least two seasons.
        half_life: seasons after which a difference counts half.

    Returns:
        (S,) with mean 0; the index of row t is at t mod S.
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
    """Give the season, or a week of them where days differ: seven, or five where working days alone are told.

    Seasons of 20 to 288 rows (five minutes each) can be days, except 52, the weeks of a year. A week is found where what the
    day leaves over repeats itself after a week (see `is_seasonal`) and changes less than half as much, squared, as after
    fewer days. Weaker weeks are left to the networks: indices of a week come from few examples and grow old.

    Args:
        values: (T,), NaN at gaps, at least two seasons.
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
    """Tell whether values change far less after so many days than after any other number of days up to a week."""
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

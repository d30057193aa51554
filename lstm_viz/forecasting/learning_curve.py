"""How the error falls as the same recipe learns from more rows."""

from dataclasses import replace

import numpy as np

from lstm_viz.forecasting.config import MIN_TRAINING_WINDOWS, ForecastConfig
from lstm_viz.forecasting.preparation import NEEDED_SEASONS
from lstm_viz.forecasting.prepared_series import MIN_OBSERVED
from lstm_viz.forecasting.recipe import Recipe
from lstm_viz.tables import Series

SHARES = (1 / 8, 1 / 4, 1 / 2)
MIN_CHANGE = 0.05
MOST_ROWS = 20_000

LearningCurve = tuple[tuple[int, float], ...]


def learning_starts(series: Series, config: ForecastConfig, end: int) -> list[int]:
    """Return the first rows from which an eighth, a quarter and a half of the rows before `end` teach, where that suffices.

    They suffice for a few windows, and, where there is a season, for as many seasons as it takes to see it: a shorter part
    would be another recipe. With more than 20,000 rows there is no curve: rows are not scarce, and it would take long.
    """
    if end > MOST_ROWS:
        return []
    windows = config.window + config.steps_answered + MIN_TRAINING_WINDOWS - 1
    least = max(MIN_OBSERVED, windows, NEEDED_SEASONS * series.frequency.season_length)
    rows = [round(share * end) for share in SHARES]
    return [end - count for count in rows if count >= least]


def newest_rows(series: Series, start: int) -> Series:
    """Leave out the rows before one, and what goes along with them."""
    features = tuple(replace(feature, values=feature.values[start:]) for feature in series.features)
    return replace(series, ds=series.ds[start:], y=series.y[start:], features=features)


def heldout_error_of(recipe: Recipe) -> float:
    """Measure the mean absolute error on the held-out rows, one horizon after the other; NaN where all are gaps."""
    split, y = recipe.experiment.split, recipe.experiment.series.y
    origins = split.holdout_origins
    answers = np.concatenate([recipe.experiment.predict(np.array([origin]))[0] for origin in origins])
    errors = np.abs(answers[: split.rows - split.train_end] - y[split.train_end :])
    return float(np.nanmean(errors)) if np.isfinite(errors).any() else float("nan")


def learning_sentence(curve: LearningCurve) -> str:
    """Say what the last doubling of the rows brought; empty where there was none."""
    if len(curve) < 2 or not curve[-2][1] or not np.isfinite(curve[-2][1] + curve[-1][1]):
        return ""
    (fewer, before), (rows, after) = curve[-2:]
    change, gain = after / before - 1, f"Learning from {rows:,} rows in place of {fewer:,}"
    best = min(error for _, error in curve)
    if change < -MIN_CHANGE and after > (1 + MIN_CHANGE) * best:
        return "With fewer rows the error was now higher, now lower: their number does not decide here."
    if change < -MIN_CHANGE:
        return f"{gain} lowered the error by {-change:.0%}: more history would probably help."
    if change > MIN_CHANGE:
        return (
            f"{gain} raised the error by {change:.0%}: the oldest rows may mislead, and a shorter file may do better."
        )
    return f"{gain} changed the error by less than {MIN_CHANGE:.0%}: more history would bring little."

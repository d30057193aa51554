"""Forecasts that every model has to beat, all by statsforecast: naive, seasonal naive, and AutoETS."""

import logging
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from lstm_viz.forecasting.calibration import LEVELS
from lstm_viz.forecasting.config import ForecastConfig
from lstm_viz.forecasting.prepared_series import usable_season
from lstm_viz.forecasting.recipe import Recipe
from lstm_viz.forecasting.scores import mean_scores, score_table
from lstm_viz.forecasting.windows import fill_gaps
from lstm_viz.tables import Series

BASELINES = ("naive", "seasonal_naive", "auto_ets")
ETS_ROWS = 2000
ETS_LONGEST_SEASON = 24
MAX_ETS_PIECES = 12

logger = logging.getLogger(__name__)


def baseline_forecasts(past: np.ndarray, horizon: int, season_length: int, ets: bool = True) -> dict[str, np.ndarray]:
    """Forecast by repeating the last value, by repeating the last season, and by AutoETS.

    Without two seasons of rows there is no season to repeat. AutoETS (Hyndman & Khandakar 2008) reads the newest 2000
    rows; it knows no season beyond 24 steps, so that a longer one is taken off first (MSTL; Bandara et al. 2021). It is NaN
    where it is not fitted (`ets`) or cannot be. Gaps are interpolated.
    """
    from statsforecast.models import Naive, SeasonalNaive  # seconds to import, needed in worker processes only

    known = fill_gaps(past, len(past))
    season = usable_season(season_length, len(past))
    repeated = SeasonalNaive(season_length=season) if season > 1 else Naive()
    return {
        "naive": _forecast_by(Naive(), known, horizon),
        "seasonal_naive": _forecast_by(repeated, known, horizon),
        "auto_ets": _forecast_by_ets(known[-ETS_ROWS:], horizon, season) if ets else np.full(horizon, np.nan),
    }


def _forecast_by(model: Any, known: np.ndarray, horizon: int) -> np.ndarray:
    return np.asarray(model.forecast(y=known, h=horizon)["mean"], dtype=float)


def _forecast_by_ets(known: np.ndarray, horizon: int, season: int) -> np.ndarray:
    """Forecast with AutoETS; NaN where it finds no model, as on a handful of rows."""
    from statsforecast.models import MSTL, AutoETS

    model = AutoETS(season_length=season)
    if season > ETS_LONGEST_SEASON:
        model = MSTL(season_length=season, trend_forecaster=AutoETS(season_length=1, model="ZZN"))
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            return _forecast_by(model, known, horizon)
    except Exception:
        logger.info("AutoETS found no model for %d rows", len(known), exc_info=True)
        return np.full(horizon, np.nan)


@dataclass(frozen=True, eq=False)
class Backtest:
    """What the recipe forecast at several origins, and what happened."""

    # `origin` (its row), `step` (from 1), `ds`, `y`, a column per method, and interval columns where there are any
    table: pd.DataFrame
    scores: pd.DataFrame  # mean over the origins, as `score_table` gives them for one
    # share of the observed values inside the interval of each level, by its name; None without intervals
    coverage: dict[str, float] | None


def backtest_origins(rows: int, config: ForecastConfig) -> list[int]:
    """Return the origins, oldest first: one horizon apart, the last at the begin of the held-out part."""
    last = rows - config.holdout
    earliest = config.rows_needed - config.holdout
    origins = [last - config.horizon * back for back in range(config.origins)]
    return [origin for origin in reversed(origins) if origin == last or origin >= earliest]


def compare_at(recipe: Recipe, origin: int, steps: int, ets: bool = True) -> pd.DataFrame:
    """Compare what a recipe and the baselines forecast for `steps` rows from an origin with what happened.

    Args:
        origin: not before the recipe's end; later ones slide its networks without training them again.
    """
    experiment = recipe.experiment
    series, horizon = experiment.series, experiment.config.horizon
    answers = recipe.forecast(origin).rename(columns={"yhat": "model"})
    baselines = baseline_forecasts(series.y[:origin], horizon, experiment.season, ets)
    truth, known = np.full(horizon, np.nan), series.y[origin : origin + horizon]
    truth[: len(known)] = known
    rows = np.arange(origin, origin + horizon)
    head = pd.DataFrame({"origin": origin, "step": rows - origin + 1, "ds": stamps(series, rows), "y": truth})
    return pd.concat([head, answers[["model"]], pd.DataFrame(baselines), answers.drop(columns="model")], axis=1)[:steps]


def stamps(series: Series, rows: np.ndarray) -> np.ndarray:
    """Return the moments of rows, also of those beyond the end."""
    beyond = int(max(0, rows[-1] + 1 - len(series.ds)))
    known = np.concatenate([series.ds, series.future(beyond)]) if beyond else series.ds
    return np.asarray(known[rows])


def compare_on_heldout(recipe: Recipe) -> pd.DataFrame:
    """Forecast all held-out rows piece by piece, one horizon each, with networks that saw none of them."""
    split = recipe.experiment.split
    origins = split.holdout_origins
    ets = len(origins) <= MAX_ETS_PIECES
    pieces = [compare_at(recipe, int(origin), split.rows - int(origin), ets) for origin in origins]
    return pd.concat(pieces, ignore_index=True)


def conclude_backtest(pieces: list[pd.DataFrame], series: Series, season: int) -> Backtest:
    """Gather the first forecast of every origin: one table of `compare_at` each, oldest first."""
    scores = [score_table(piece, series.y[: int(piece["origin"].iloc[0])], season) for piece in pieces]
    table = pd.concat(pieces, ignore_index=True)
    return Backtest(table, mean_scores(scores), _coverage_of(table))


def _coverage_of(table: pd.DataFrame) -> dict[str, float] | None:
    if f"lo-{LEVELS[0]}" not in table:
        return None
    seen = table.dropna(subset=["y", f"lo-{LEVELS[0]}"])
    inside = {str(level): seen["y"].between(seen[f"lo-{level}"], seen[f"hi-{level}"]) for level in LEVELS}
    return None if seen.empty else {level: float(share.mean()) for level, share in inside.items()}

"""Rolling-origin back-test: the same recipe, and the baselines, on what was known at several moments of the past."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from lstm_viz.forecasting.baselines import baseline_forecasts
from lstm_viz.forecasting.config import ForecastConfig
from lstm_viz.forecasting.intervals import LEVELS
from lstm_viz.forecasting.recipe import Recipe
from lstm_viz.forecasting.scores import mean_scores, score_table
from lstm_viz.tables import Series

MAX_ETS_PIECES = 12


@dataclass(frozen=True, eq=False)
class Backtest:
    """What the recipe said at several origins, and what happened.

    Args:
        table: `origin` (its row), `step` (from 1), `ds`, `y`, a column per method, and interval columns where there are any.
        scores: mean over the origins, as `score_table` gives them for one.
        coverage: share of the observed values inside the interval of each level, by its name; None without intervals.
    """

    table: pd.DataFrame
    scores: pd.DataFrame
    coverage: dict[str, float] | None


def backtest_origins(rows: int, config: ForecastConfig) -> list[int]:
    """Give the origins, oldest first: one horizon apart, the last at the begin of the held-out part."""
    last = rows - config.holdout
    earliest = config.rows_needed - config.holdout
    origins = [last - config.horizon * back for back in range(config.origins)]
    return [origin for origin in reversed(origins) if origin == last or origin >= earliest]


def tell_origin(recipe: Recipe, origin: int, steps: int, ets: bool = True) -> pd.DataFrame:
    """Lay what a recipe and the baselines say of `steps` rows from an origin beside what happened.

    Args:
        origin: not before the recipe's end; later ones slide its networks without training them again.
    """
    experiment = recipe.experiment
    series, horizon = experiment.series, experiment.config.horizon
    told = recipe.forecast(origin).rename(columns={"yhat": "model"})
    baselines = baseline_forecasts(series.y[:origin], horizon, experiment.season, ets)
    truth = np.full(horizon, np.nan)
    known = series.y[origin : origin + horizon]
    truth[: len(known)] = known
    rows = np.arange(origin, origin + horizon)
    head = pd.DataFrame({"origin": origin, "step": rows - origin + 1, "ds": stamps(series, rows), "y": truth})
    return pd.concat([head, told[["model"]], pd.DataFrame(baselines), told.drop(columns="model")], axis=1)[:steps]


def stamps(series: Series, rows: np.ndarray) -> np.ndarray:
    """Give the moments of rows, also of those beyond the end."""
    beyond = int(max(0, rows[-1] + 1 - len(series.ds)))
    known = np.concatenate([series.ds, series.future(beyond)]) if beyond else series.ds
    return np.asarray(known[rows])


def tell_heldout(recipe: Recipe) -> pd.DataFrame:
    """Tell all held-out rows piece by piece, one horizon each, with networks that saw none of them."""
    split = recipe.experiment.split
    origins = split.holdout_origins
    ets = len(origins) <= MAX_ETS_PIECES
    pieces = [tell_origin(recipe, int(origin), split.rows - int(origin), ets) for origin in origins]
    return pd.concat(pieces, ignore_index=True)


def conclude_backtest(pieces: list[pd.DataFrame], series: Series, season: int) -> Backtest:
    """Gather the first forecast of every origin.

    Args:
        pieces: one table of `tell_origin` per origin, oldest first.
    """
    scores = [score_table(piece, series.y[: int(piece["origin"].iloc[0])], season) for piece in pieces]
    table = pd.concat(pieces, ignore_index=True)
    return Backtest(table, mean_scores(scores), _coverage_of(table))


def _coverage_of(table: pd.DataFrame) -> dict[str, float] | None:
    """Measure how many of the observed values lie inside the intervals that were told before; None without intervals."""
    if f"lo-{LEVELS[0]}" not in table:
        return None
    observed = table.dropna(subset=["y", f"lo-{LEVELS[0]}"])
    if observed.empty:
        return None
    return {
        str(level): float(observed["y"].between(observed[f"lo-{level}"], observed[f"hi-{level}"]).mean())
        for level in LEVELS
    }

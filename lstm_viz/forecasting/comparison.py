"""How a model stands beside its rivals: in all back-tests, at each origin, and at each step ahead."""

from typing import Literal

import numpy as np
import pandas as pd

from lstm_viz.forecasting.forecast import Forecast
from lstm_viz.forecasting.prepared import usable_season
from lstm_viz.forecasting.scores import METHODS, TIE, score_table
from lstm_viz.tables import Series

Standing = Literal["worse", "between", "best"]
Rank = Literal["best", "level", "auto_ets", "rule", "unknown"]


def _judged_scores(forecast: Forecast) -> pd.DataFrame:
    """Give the scores that the verdict is made of: mean of the back-tests, or those of the held-out rows alone."""
    return forecast.backtest_scores if forecast.origins > 1 else forecast.scores


def judged_errors(forecast: Forecast, measure: str = "mae") -> dict[str, float]:
    """Give one measure of those scores by method."""
    return {str(name): float(value) for name, value in _judged_scores(forecast)[measure].items()}


def methods_told(forecast: Forecast) -> list[str]:
    """Name the methods that have an error to compare, the model first."""
    errors = judged_errors(forecast)
    known = [name for name in METHODS if np.isfinite(errors.get(name, np.nan))]
    return [name for name in known if name != "seasonal_naive" or forecast.has_season]


def best_rival(forecast: Forecast) -> str | None:
    """Name the method with the least mean absolute error beside the model; None where there is none to compare."""
    errors = judged_errors(forecast)
    rivals = [name for name in methods_told(forecast) if name != "model"]
    return min(rivals, key=errors.__getitem__) if rivals else None


def standing(forecast: Forecast) -> Standing:
    """Place a model: `best` beats the simple rules and is not behind AutoETS, `worse` is behind the rules."""
    judged = judged_errors(forecast)
    errors = {name: judged[name] for name in methods_told(forecast)}
    model, rules = errors.get("model"), [errors[name] for name in ("naive", "seasonal_naive") if name in errors]
    if model is None or not rules:
        return "worse"
    if model > (1 + TIE) * min(rules):
        return "worse"
    beaten = model < (1 - TIE) * min(rules) and model <= (1 + TIE) * errors.get("auto_ets", np.inf)
    return "best" if beaten else "between"


def rank(forecast: Forecast) -> Rank:
    """Say who is ahead: the model (`best`), AutoETS or a simple `rule`; `level` where nobody is."""
    place, errors, rival = standing(forecast), judged_errors(forecast), best_rival(forecast)
    if rival is None or not np.isfinite(errors["model"]):
        return "unknown"
    if place == "best":
        return "best"
    if place == "worse":
        return "rule"
    return "auto_ets" if errors["model"] > (1 + TIE) * errors[rival] else "level"


def scores_by_origin(forecast: Forecast, series: Series, measure: str) -> pd.DataFrame:
    """Score every origin on its own.

    Args:
        measure: `mae`, `rmse`, `smape` or `mase`.

    Returns:
        One row per origin (its first row in the series), one column per method; their mean is `backtest_scores`.
    """
    season = usable_season(series.frequency.season_length, len(series.y) - len(forecast.heldout))
    table = forecast.backtest
    rows = {
        int(origin): score_table(table[table["origin"] == origin], series.y[: int(origin)], season)[measure]
        for origin in table["origin"].unique()
    }
    return pd.DataFrame(rows).T


def errors_by_step(backtest: pd.DataFrame, methods: list[str]) -> pd.DataFrame:
    """Average the absolute errors of each step ahead over the origins; index `step`, one column per method."""
    errors = backtest[methods].sub(backtest["y"], axis=0).abs()
    means: pd.DataFrame = errors.groupby(backtest["step"]).mean()
    return means.dropna(how="all")

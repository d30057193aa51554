"""How far forecasts are from what happened, by the field's usual measures, and what that means in one sentence."""

from typing import Literal

import numpy as np
import pandas as pd
from utilsforecast.losses import mae, mase, rmse, smape

from lstm_viz.forecasting.forecast import Forecast
from lstm_viz.forecasting.prepared_series import usable_season
from lstm_viz.tables import Series

METHODS = ("model", "naive", "seasonal_naive", "auto_ets")
MEASURES = ("mae", "rmse", "smape", "mase")
TIE = 0.01
MANY = 10

Standing = Literal["worse", "between", "best"]
Rank = Literal["best", "level", "auto_ets", "rule", "unknown"]


def score_table(answers: pd.DataFrame, training: np.ndarray, season_length: int) -> pd.DataFrame:
    """Score each method on the rows that were observed.

    Args:
        answers: columns `ds, y` and some of `METHODS`.
        training: values of the training rows with NaN at gaps, (N,).
        season_length: the season whose naive error in training is the unit of MASE.

    Returns:
        One row per method; columns `mae` and `rmse` in the unit of the series, `smape` in percent (0 … 200, as in
        Makridakis 1993), `mase` (Hyndman & Koehler 2006). A measure that does not exist is NaN.
    """
    methods = [name for name in METHODS if name in answers]
    observed = answers.dropna(subset=["y"]).assign(unique_id="series")
    if observed.empty:
        return pd.DataFrame(np.nan, index=methods, columns=list(MEASURES))
    history = pd.DataFrame({"unique_id": "series", "ds": np.arange(len(training)), "y": training})
    with np.errstate(all="ignore"):  # an error beyond the range of floats counts as missing
        rows = {name: measure(observed, methods) for name, measure in (("mae", mae), ("rmse", rmse), ("smape", smape))}
        rows["mase"] = mase(observed, methods, season_length, history)
    table = pd.DataFrame({name: row[methods].iloc[0].astype(float) for name, row in rows.items()})
    table["smape"] *= 200  # utilsforecast halves it and leaves out the percent
    table = table.replace([np.inf, -np.inf], np.nan)
    absent = [name for name in methods if observed[name].isna().any()]
    table.loc[absent] = np.nan
    return table


def mean_scores(tables: list[pd.DataFrame]) -> pd.DataFrame:
    """Average the scores of several origins; a method that is missing at one of them has none."""
    return sum(tables[1:], start=tables[0]) / len(tables)


def verdict(scores: pd.DataFrame, season_name: str, tried: str) -> str:
    """Say in one sentence whether the model is worth using, by its mean absolute error against the best baseline.

    Args:
        season_name: what the seasonal naive repeats, for example `year`; empty where there is no season.
        tried: the evidence, for example `the 12 months held out`.
    """
    errors = scores["mae"].drop(index="auto_ets", errors="ignore")
    if errors.isna().any():
        return (
            f"The errors on {tried} are unknown: nothing was observed, or they are too large for a number; "
            "do not trust this model."
        )
    simple = str(errors.drop(index="model").idxmin())
    model = float(errors["model"])
    rule = f"repeating the last {season_name if season_name and simple == 'seasonal_naive' else 'value'}"
    figures = f"mean error {model:.4g} against {float(errors[simple]):.4g} over {tried}"
    return _against_rule(model, float(errors[simple]), rule, figures) + _against_ets(model, scores["mae"])


def _against_rule(model: float, other: float, rule: str, figures: str) -> str:
    if abs(model - other) <= TIE * other:
        return f"No better than {rule} ({figures}): the simple rule does as well."
    if model < other:
        return f"Better than {rule} by {1 - model / other:.0%} ({figures})."
    worse = ", which was exact"
    if other:
        worse = f" by {model / other - 1:.0%}" if model < MANY * other else f", more than {MANY} times as far off"
    return f"Worse than {rule}{worse} ({figures}): do not use this model."


def _against_ets(model: float, errors: pd.Series) -> str:
    other = float(errors.get("auto_ets", np.nan))
    if not np.isfinite(other) or other <= 0:
        return ""
    if abs(model - other) <= TIE * other:
        outcome = "as well"
    elif model < other:
        outcome = f"worse by {other / model - 1:.0%}"
    else:
        outcome = f"better by {1 - other / model:.0%}"
    return f" AutoETS, a classical method, does {outcome}."


def judged_errors(forecast: Forecast, measure: str = "mae") -> dict[str, float]:
    """Return the errors that the verdict is made of: mean of the back-tests, or those of the held-out rows alone."""
    scores = forecast.backtest_scores if forecast.origins > 1 else forecast.scores
    return {str(name): float(value) for name, value in scores[measure].items()}


def methods_with_errors(forecast: Forecast) -> list[str]:
    """Name the methods that have an error to compare, the model first."""
    errors = judged_errors(forecast)
    known = [name for name in METHODS if np.isfinite(errors.get(name, np.nan))]
    return [name for name in known if name != "seasonal_naive" or forecast.has_season]


def best_rival(forecast: Forecast) -> str | None:
    """Name the method with the least mean absolute error apart from the model; None where there is none to compare."""
    errors = judged_errors(forecast)
    rivals = [name for name in methods_with_errors(forecast) if name != "model"]
    return min(rivals, key=errors.__getitem__) if rivals else None


def standing(forecast: Forecast) -> Standing:
    """Place a model: `best` beats the simple rules and is not behind AutoETS, `worse` is behind the rules."""
    judged = judged_errors(forecast)
    errors = {name: judged[name] for name in methods_with_errors(forecast)}
    model, rules = errors.get("model"), [errors[name] for name in ("naive", "seasonal_naive") if name in errors]
    if model is None or not rules or model > (1 + TIE) * min(rules):
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
    """Score every origin by one of `MEASURES`: a row per origin (its place), a column per method."""
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

"""How far forecasts are from what happened, by the field's usual measures, and what that means in one sentence."""

import numpy as np
import pandas as pd
from utilsforecast.losses import mae, mase, rmse, smape

METHODS = ("model", "naive", "seasonal_naive", "auto_ets")
MEASURES = ("mae", "rmse", "smape", "mase")
TIE = 0.01
MANY = 10


def score_table(told: pd.DataFrame, training: np.ndarray, season_length: int) -> pd.DataFrame:
    """Score each method on the rows that were observed.

    Args:
        told: columns `ds, y` and some of `METHODS`.
        training: values of the training rows with NaN at gaps, (N,).
        season_length: the season whose naive error in training is the unit of MASE.

    Returns:
        One row per method; columns `mae` and `rmse` in the unit of the series, `smape` in percent (0 … 200, as in
        Makridakis 1993), `mase` (Hyndman & Koehler 2006). A measure that does not exist is NaN.
    """
    methods = [name for name in METHODS if name in told]
    observed = told.dropna(subset=["y"]).assign(unique_id="series")
    if observed.empty:
        return pd.DataFrame(np.nan, index=methods, columns=list(MEASURES))
    history = pd.DataFrame({"unique_id": "series", "ds": np.arange(len(training)), "y": training})
    with np.errstate(all="ignore"):  # an error beyond the range of floats is told as one that does not exist
        rows = {
            "mae": mae(observed, methods),
            "rmse": rmse(observed, methods),
            "smape": smape(observed, methods),
            "mase": mase(observed, methods, season_length, history),
        }
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
        scores: from `score_table`.
        season_name: what the seasonal naive repeats, for example `year`; empty where there is no season.
        tried: on what, for example `the 12 months held out`.
    """
    errors = scores["mae"].drop(index="auto_ets", errors="ignore")
    if errors.isna().any():
        return (
            f"The errors on {tried} cannot be told: nothing was observed, or they are too large for a number; "
            "do not trust this model."
        )
    simple = str(errors.drop(index="model").idxmin())
    model = float(errors["model"])
    names = {"naive": "repeating the last value", "seasonal_naive": "repeating the last value"}
    if season_name:
        names["seasonal_naive"] = f"repeating the last {season_name}"
    figures = f"mean error {model:.4g} against {float(errors[simple]):.4g} over {tried}"
    return _against_rule(model, float(errors[simple]), names[simple], figures) + _against_ets(model, scores["mae"])


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
        return " AutoETS, a classical method, does as well."
    if model < other:
        return f" AutoETS, a classical method, does worse by {other / model - 1:.0%}."
    return f" AutoETS, a classical method, does better by {1 - other / model:.0%}."

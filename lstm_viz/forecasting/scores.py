"""How far forecasts are from what happened, by the field's usual measures, and what that means in one sentence."""

import numpy as np
import pandas as pd
from utilsforecast.losses import mae, mase, rmse, smape

METHODS = ("model", "naive", "seasonal_naive")
TIE = 0.01
MANY = 10


def score_table(heldout: pd.DataFrame, training: np.ndarray, season_length: int) -> pd.DataFrame:
    """Score each method on the held-out rows that were observed.

    Args:
        heldout: columns `ds, y` and one per method of `METHODS`.
        training: values of the training rows with NaN at gaps, (N,).
        season_length: the season whose naive error in training is the unit of MASE.

    Returns:
        One row per method; columns `mae` and `rmse` in the unit of the series, `smape` in percent (0 … 200, as in
        Makridakis 1993), `mase` (Hyndman & Koehler 2006). A measure that does not exist is NaN.
    """
    observed = heldout.dropna(subset=["y"]).assign(unique_id="series")
    if observed.empty:
        return pd.DataFrame(np.nan, index=list(METHODS), columns=["mae", "rmse", "smape", "mase"])
    history = pd.DataFrame({"unique_id": "series", "ds": np.arange(len(training)), "y": training})
    methods = list(METHODS)
    with np.errstate(all="ignore"):  # an error beyond the range of floats is told as one that does not exist
        rows = {
            "mae": mae(observed, methods),
            "rmse": rmse(observed, methods),
            "smape": smape(observed, methods),
            "mase": mase(observed, methods, season_length, history),
        }
    table = pd.DataFrame({name: row[methods].iloc[0].astype(float) for name, row in rows.items()})
    table["smape"] *= 200  # utilsforecast halves it and leaves out the percent
    return table.replace([np.inf, -np.inf], np.nan)


def verdict(scores: pd.DataFrame, season_name: str, steps: str) -> str:
    """Say in one sentence whether the model is worth using, by its mean absolute error against the better baseline.

    Args:
        scores: from `score_table`.
        season_name: what the seasonal naive repeats, for example `year`; empty where there is no season.
        steps: what was held out, for example `12 months`.
    """
    errors = scores["mae"]
    if errors.isna().any():
        return (
            f"The errors on the {steps} held out cannot be told: none was observed, or they are too large for a number; "
            "do not trust this model."
        )
    rival = str(errors[["naive", "seasonal_naive"]].idxmin())
    repeated = f"the last {season_name}" if rival == "seasonal_naive" and season_name else "the last value"
    figures = f"mean error {errors['model']:.4g} against {errors[rival]:.4g} over the {steps} held out"
    model, other = float(errors["model"]), float(errors[rival])
    if abs(model - other) <= TIE * other:
        return f"No better than repeating {repeated} ({figures}): the simple rule does as well."
    if model < other:
        return f"Better than repeating {repeated} by {1 - model / other:.0%} ({figures})."
    worse = "" if other else ", which was exact"
    if other:
        worse = f" by {model / other - 1:.0%}" if model < MANY * other else f", more than {MANY} times as far off"
    return f"Worse than repeating {repeated}{worse} ({figures}): do not use this model."

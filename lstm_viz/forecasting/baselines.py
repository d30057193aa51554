"""Forecasts that every model has to beat, all by statsforecast: naive, seasonal naive, and AutoETS."""

import logging
import warnings
from typing import Any

import numpy as np

from lstm_viz.forecasting.gaps import fill_gaps
from lstm_viz.forecasting.prepared import usable_season

BASELINES = ("naive", "seasonal_naive", "auto_ets")
ETS_ROWS = 2000
ETS_LONGEST_SEASON = 24

logger = logging.getLogger(__name__)


def baseline_forecasts(past: np.ndarray, horizon: int, season_length: int, ets: bool = True) -> dict[str, np.ndarray]:
    """Forecast by repeating the last value, by repeating the last season, and by AutoETS.

    Without two seasons of rows there is no season to repeat. AutoETS (Hyndman & Khandakar 2008) reads the newest 2000
    rows; it knows no season beyond 24 steps, so that a longer one is taken off first (MSTL; Bandara et al. 2021).

    Args:
        past: rows before the forecast, NaN at gaps, which are interpolated.
        ets: whether AutoETS is asked for.

    Returns:
        One array (H,) per name of `BASELINES`; AutoETS is NaN where it was not asked for or could not be fitted.
    """
    from statsforecast.models import Naive, SeasonalNaive  # seconds to import, needed in worker processes only

    known = fill_gaps(past, len(past))
    season = usable_season(season_length, len(past))
    repeated = SeasonalNaive(season_length=season) if season > 1 else Naive()
    return {
        "naive": ask(Naive(), known, horizon),
        "seasonal_naive": ask(repeated, known, horizon),
        "auto_ets": _ask_ets(known[-ETS_ROWS:], horizon, season) if ets else np.full(horizon, np.nan),
    }


def ask(model: Any, known: np.ndarray, horizon: int) -> np.ndarray:
    """Forecast with one model of statsforecast."""
    return np.asarray(model.forecast(y=known, h=horizon)["mean"], dtype=float)


def _ask_ets(known: np.ndarray, horizon: int, season: int) -> np.ndarray:
    """Forecast with AutoETS; NaN where it finds no model, as on a handful of rows."""
    from statsforecast.models import MSTL, AutoETS

    model = AutoETS(season_length=season)
    if season > ETS_LONGEST_SEASON:
        model = MSTL(season_length=season, trend_forecaster=AutoETS(season_length=1, model="ZZN"))
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            return ask(model, known, horizon)
    except Exception:
        logger.info("AutoETS found no model for %d rows", len(known), exc_info=True)
        return np.full(horizon, np.nan)

"""The back-test and its baselines against the libraries of the field, asked directly on the same splits."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from lstm_viz.forecasting.backtest import backtest_origins
from lstm_viz.forecasting.study import ForecastStudy
from lstm_viz.tables import load_sample, make_series

pytestmark = pytest.mark.slow
METHODS = {"naive": "Naive", "seasonal_naive": "SeasonalNaive", "auto_ets": "AutoETS"}
ORIGINS = 4


@pytest.fixture(scope="module", params=["airline_passengers", "nile"])
def told(request, quick):
    """A series with the back-test of a small recipe, and what statsforecast's own cross-validation says."""
    from statsforecast import StatsForecast
    from statsforecast.models import AutoETS, Naive, SeasonalNaive

    series = make_series(load_sample(request.param))
    config = replace(quick(series, epochs=2), members=1, origins=ORIGINS)
    study = ForecastStudy(series, config)
    list(study.experiment.epochs())
    list(study.check())
    season = max(1, series.frequency.season_length)
    engine = StatsForecast([Naive(), SeasonalNaive(season), AutoETS(season)], freq=1)
    frame = pd.DataFrame({"unique_id": "series", "ds": np.arange(len(series)), "y": series.y})
    crossed = engine.cross_validation(config.horizon, frame, n_windows=ORIGINS, step_size=config.horizon)
    return series, config, study.conclude(), crossed


def test_origins_are_those_of_cross_validation(told):
    series, config, forecast, crossed = told
    cutoffs = crossed["cutoff"].unique() + 1
    assert backtest_origins(len(series), config) == cutoffs.tolist()
    assert forecast.backtest["origin"].unique().tolist() == cutoffs.tolist()


@pytest.mark.parametrize("ours", METHODS)
def test_baselines_say_what_cross_validation_says(ours, told):
    series, _, forecast, crossed = told
    if ours == "seasonal_naive" and series.frequency.season_length == 1:
        assert forecast.backtest[ours].tolist() == forecast.backtest["naive"].tolist()
        return
    np.testing.assert_allclose(forecast.backtest[ours], crossed[METHODS[ours]], rtol=1e-9)


@pytest.mark.parametrize("measure", ["mae", "rmse", "smape", "mase"])
def test_scores_are_those_of_utilsforecast(measure, told):
    from utilsforecast import losses

    series, _, forecast, _ = told
    season = max(1, series.frequency.season_length)
    methods = ["model", *METHODS]
    per_origin = []
    for origin, table in forecast.backtest.groupby("origin"):
        frame = table[["y", *methods]].assign(unique_id="series", ds=table["ds"])
        known = pd.DataFrame({"unique_id": "series", "ds": series.ds[:origin], "y": series.y[:origin]})
        more = {"seasonality": season, "train_df": known} if measure == "mase" else {}
        per_origin.append(getattr(losses, measure)(frame, methods, **more)[methods].iloc[0])
    scale = 200 if measure == "smape" else 1  # theirs goes from 0 to 1, ours from 0 to 200
    expected = scale * pd.DataFrame(per_origin).mean()
    np.testing.assert_allclose(forecast.backtest_scores.loc[methods, measure], expected, rtol=1e-9)

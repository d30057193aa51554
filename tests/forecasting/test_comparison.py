"""How a model stands: the tables agree with the scores, and the verdict's colour with its words."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from lstm_viz.forecasting.forecast import Forecast
from lstm_viz.forecasting.scores import (
    best_rival,
    errors_by_step,
    methods_with_errors,
    rank,
    scores_by_origin,
    standing,
)
from lstm_viz.forecasting.study import ForecastStudy

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def told(airline) -> Forecast:
    """A forecast of an LSTM that hardly learned."""
    from lstm_viz.forecasting.config import suggest_config

    config = suggest_config(144, 12)
    config = replace(config, hidden_size=4, members=1, origins=3, training=replace(config.training, epochs=1))
    study = ForecastStudy(airline, config)
    list(study.experiment.epochs())
    list(study.check())
    return study.conclude()


@pytest.mark.parametrize("measure", ["mae", "rmse", "smape", "mase"])
def test_mean_over_the_origins_is_the_score_of_the_back_test(told, airline, measure):
    rows = scores_by_origin(told, airline, measure)
    assert rows.index.tolist() == [108, 120, 132]
    pd.testing.assert_series_equal(rows.mean(), told.backtest_scores[measure], check_names=False)


def test_error_of_each_step_is_the_mean_over_the_origins(told):
    errors = errors_by_step(told.backtest, ["model", "naive"])
    third = told.backtest[told.backtest["step"] == 3]
    assert errors.loc[3, "naive"] == pytest.approx((third["y"] - third["naive"]).abs().mean())
    assert errors.index.tolist() == list(range(1, 13))
    np.testing.assert_allclose(errors.mean(), told.backtest_scores.loc[["model", "naive"], "mae"])


def with_errors(told, **mae):
    return replace(told, backtest_scores=pd.DataFrame({"mae": mae, "mase": mae}))


@pytest.mark.parametrize(
    ("errors", "place"),
    [
        ({"model": 1, "naive": 2, "seasonal_naive": 2, "auto_ets": 1.5}, "best"),
        ({"model": 1, "naive": 2, "seasonal_naive": 2, "auto_ets": 1.0}, "best"),
        ({"model": 1, "naive": 2, "seasonal_naive": 2, "auto_ets": 0.5}, "between"),
        ({"model": 2, "naive": 2, "seasonal_naive": 3, "auto_ets": 5}, "between"),
        ({"model": 3, "naive": 2, "seasonal_naive": 4, "auto_ets": 5}, "worse"),
        ({"model": 1, "naive": 2, "seasonal_naive": 2, "auto_ets": np.nan}, "best"),
        ({"model": np.nan, "naive": 2, "seasonal_naive": 2, "auto_ets": 1}, "worse"),
    ],
)
def test_only_a_model_behind_a_simple_rule_deserves_a_warning(told, errors, place):
    assert standing(with_errors(told, **errors)) == place


@pytest.mark.parametrize(
    ("errors", "ahead"),
    [
        ({"model": 1, "naive": 2, "seasonal_naive": 2, "auto_ets": 1.5}, "best"),
        ({"model": 1, "naive": 2, "seasonal_naive": 2, "auto_ets": 0.5}, "auto_ets"),
        ({"model": 2, "naive": 2, "seasonal_naive": 3, "auto_ets": 5}, "level"),
        ({"model": 3, "naive": 2, "seasonal_naive": 4, "auto_ets": 1}, "rule"),
        ({"model": np.nan, "naive": 2, "seasonal_naive": 2, "auto_ets": 1}, "unknown"),
    ],
)
def test_who_is_ahead_is_named(told, errors, ahead):
    assert rank(with_errors(told, **errors)) == ahead


def test_best_rival_is_the_nearest_method_that_could_be_asked(told):
    assert best_rival(with_errors(told, model=1, naive=3, seasonal_naive=2, auto_ets=np.nan)) == "seasonal_naive"
    assert best_rival(with_errors(told, model=1, naive=3, seasonal_naive=2, auto_ets=1.9)) == "auto_ets"
    assert best_rival(with_errors(told, model=1)) is None
    assert methods_with_errors(told) == ["model", "naive", "seasonal_naive", "auto_ets"]

"""The learning curve: fewer rows, the same recipe, the same held-out part."""

from dataclasses import replace

import numpy as np
import pytest

from lstm_viz.forecasting.forecast import Forecast
from lstm_viz.forecasting.learning_curve import heldout_error_of, learning_sentence, learning_starts, newest_rows
from lstm_viz.forecasting.recipe import Recipe
from lstm_viz.forecasting.study import ForecastStudy
from lstm_viz.tables import Feature


def test_parts_are_the_newest_rows_and_long_enough(airline, quick):
    config = replace(quick(airline), window=12)
    assert learning_starts(airline, config, 132) == [99, 66]
    assert learning_starts(airline, replace(config, window=24), 132) == [66]
    plain = replace(airline, frequency=replace(airline.frequency, season_length=1))
    assert learning_starts(plain, config, 264) == [231, 198, 132]
    assert learning_starts(airline, replace(config, window=80), 132) == []


def test_shorter_series_keep_what_goes_along(airline):
    series = replace(
        airline, features=(Feature("known", np.arange(150.0), True), Feature("past", np.arange(144.0), False))
    )
    short = newest_rows(series, 100)
    assert len(short) == 44
    assert short.ds[0] == airline.ds[100]
    assert [feature.values[0] for feature in short.features] == [100, 100]
    assert len(short.features[0].values) == 50


@pytest.mark.slow
def test_curve_ends_with_the_error_that_the_scores_tell(airline, quick):
    config = quick(airline)
    study = ForecastStudy(airline, config)
    list(study.experiment.epochs())
    study.experiment.load_best()
    stages = [(stage.name, stage.number, stage.count) for stage in study.check()]
    assert stages[-1] == ("learning curve", 1, 1)
    forecast = study.conclude()
    (half, error), (rows, last) = forecast.learning
    assert (half, rows) == (66, 132)
    assert last == pytest.approx(forecast.scores.loc["model", "mae"])
    again = Recipe(newest_rows(airline, 66), study.repeated, 66)
    list(again.train())
    assert error == heldout_error_of(again)
    assert Forecast.from_dict(forecast.to_dict()).learning == forecast.learning


@pytest.mark.slow
def test_error_covers_held_out_parts_longer_than_the_horizon_and_leaves_gaps_out(airline, quick):
    values = airline.y.copy()
    values[[130, 140]] = np.nan
    series = replace(airline, y=values)
    recipe = Recipe(series, replace(quick(airline), holdout=20, horizon=8))
    list(recipe.train())
    told = np.concatenate([recipe.experiment.predict(np.array([origin]))[0] for origin in (124, 132, 140)])[:20]
    assert heldout_error_of(recipe) == pytest.approx(np.nanmean(np.abs(told - values[124:])))


@pytest.mark.parametrize(
    ("errors", "said"),
    [
        ([4.0, 3.0, 2.0], "Learning from 400 rows in place of 200 lowered the error by 33%: more history"),
        (
            [2.0, 2.0, 3.0],
            "Learning from 400 rows in place of 200 raised the error by 50%: the oldest rows may mislead",
        ),
        ([5.0, 2.0, 1.95], "changed the error by less than 5%: more history would bring little"),
        ([2.0, 4.0, 3.0], "now higher, now lower"),
    ],
)
def test_the_last_doubling_is_put_into_words(errors, said):
    curve = tuple(zip((100, 200, 400), errors, strict=True))
    assert said in learning_sentence(curve)


def test_nothing_is_said_of_what_was_not_measured():
    assert learning_sentence(()) == ""
    assert learning_sentence(((100, 2.0),)) == ""
    assert learning_sentence(((100, float("nan")), (200, 2.0))) == ""
    assert learning_sentence(((100, 0.0), (200, 0.0))) == ""

"""One set of networks that learns several series: what they read, what they are taught, and what they say of each."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from lstm_viz.errors import SettingsError
from lstm_viz.forecasting.config import MAX_SERIES
from lstm_viz.forecasting.experiment import ForecastExperiment
from lstm_viz.forecasting.importance import sensitivity_of
from lstm_viz.forecasting.prepared_series import season_of_most
from lstm_viz.forecasting.recipe import load_recipe, save_recipe
from lstm_viz.forecasting.series_group import GlobalModel, PooledWindows, SeriesGroup
from lstm_viz.forecasting.study import ForecastStudy, OtherSeries, config_for, forecast_alone
from lstm_viz.forecasting.windows import Rows, Windows
from lstm_viz.recurrent.specification import ModelConfig


@pytest.fixture(scope="module")
def three(airline):
    """The airline series whole, its last six years doubled, and its first 30 months, which are too short for some fits."""
    doubled = replace(airline, ds=airline.ds[72:], y=2 * airline.y[72:], unique_id="doubled")
    short = replace(airline, ds=airline.ds[:30], y=airline.y[:30], unique_id="short")
    return replace(airline, unique_id="whole"), doubled, short


@pytest.fixture(scope="module")
def study(three, quick):
    study = ForecastStudy(three[0], quick(three[0]), SeriesGroup.of(three, three[0]))
    list(study.experiment.epochs())
    study.experiment.load_best()
    list(study.check())
    return study


@pytest.fixture
def model():
    torch.manual_seed(0)
    return GlobalModel(ModelConfig("lstm", 3, 4, 1, 0.0, 2), count=3, size=2)


def test_group_keeps_the_order_of_the_file_and_counts_the_one_spoken_of(three):
    group = SeriesGroup.of(three, three[1])
    assert group.names == ("whole", "doubled", "short")
    assert group.place == 1
    assert sorted(group.others) == [0, 2]
    about = group.about(2, three[1])
    assert (about.place, sorted(about.others)) == (2, [0, 1])
    assert about.others[1] is three[1]
    assert group.unaccompanied().others == {}


def test_group_is_cut_to_its_limit_but_never_loses_the_one_spoken_of(three):
    many = tuple(replace(three[0], unique_id=str(number)) for number in range(MAX_SERIES + 5))
    group = SeriesGroup.of(many, many[-1])
    assert len(group.names) == MAX_SERIES
    assert group.names[group.place] == many[-1].unique_id
    assert group.embedding_size == 8
    assert SeriesGroup.of(three, three[0]).embedding_size == 2


def test_global_model_reads_the_row_of_its_series_in_place_of_the_number(model):
    window = torch.randn(1, 5, 1)
    asked = [torch.cat([window, torch.full((1, 5, 1), float(number))], dim=-1) for number in range(3)]
    assert torch.equal(model(asked[0]), model(asked[2]))
    with torch.no_grad():
        model.series.weight[2] = torch.tensor([0.5, -0.5])
    assert torch.equal(model.read(asked[2])[0, :, 1:], torch.tensor([[0.5, -0.5]]).expand(5, 2))
    assert not torch.equal(model(asked[0]), model(asked[2]))
    assert torch.equal(model(asked[0]), model(asked[1]))


def test_pooled_windows_are_those_of_their_parts():
    values = np.arange(20.0)
    parts = [
        Windows(Rows(values, values, 0 * values, number=0), 3, 2, np.arange(3, 10)),
        Windows(Rows(100 + values, 100 + values, 0 * values, number=1), 3, 2, np.arange(0)),
        Windows(Rows(200 + values, 200 + values, 0 * values, number=2), 3, 2, np.arange(5, 8)),
    ]
    pool = PooledWindows(parts)
    assert len(pool) == 10
    inputs, targets = pool.batch(torch.tensor([9, 0, 7]))
    assert inputs[:, :, 0].tolist() == [[0, 1, 2], [204, 205, 206], [202, 203, 204]]
    assert inputs[:, :, 1].tolist() == [[0] * 3, [2] * 3, [2] * 3]
    assert targets.tolist() == [[3, 4], [207, 208], [205, 206]]


@pytest.mark.parametrize("generator", [torch.Generator().manual_seed(1), None])
def test_large_pools_are_seen_evenly(generator):
    values = np.arange(2000.0)
    sizes = (1500, 500)
    parts = [
        Windows(Rows(values, values, values, number=n), 3, 2, np.arange(3, 3 + size)) for n, size in enumerate(sizes)
    ]
    pool = PooledWindows(parts)
    inputs, _ = pool.batch(torch.arange(len(pool)), generator)
    assert len(inputs) == 1024
    assert inputs[:, 0, 1].sum() == pytest.approx(256, abs=1 if generator is None else 60)


def test_nothing_that_is_fitted_sees_the_held_out_rows_of_any_series(three, quick):
    config = quick(three[0])

    def trained(group):
        experiment = ForecastExperiment(three[0], config, group=group)
        list(experiment.epochs())
        return experiment.trainer.best_weights

    group = SeriesGroup.of(three[:2], three[0])
    later = replace(three[1], y=np.where(np.arange(72) < 72 - config.holdout, three[1].y, 9999.0))
    weights = trained(group)
    same = trained(SeriesGroup(group.names, 0, {1: later}))
    assert all(torch.equal(weights[name], same[name]) for name in weights)
    earlier = replace(three[1], y=np.where(np.arange(72) < 72 - config.holdout - 1, three[1].y, 9999.0))
    other = trained(SeriesGroup(group.names, 0, {1: earlier}))
    assert not torch.equal(weights["rnn.weight_ih_l0"], other["rnn.weight_ih_l0"])


def test_series_that_are_too_short_do_not_teach_and_are_refused(study):
    assert [each.series.unique_id for each in study.experiment.others] == ["doubled"]
    others = OtherSeries(study, study.group)
    stages = list(others.forecast_all())
    assert [(stage.name, stage.number, stage.count) for stage in stages] == [("series", 1, 2), ("series", 2, 2)]
    assert list(others.forecasts) == ["doubled"]
    assert list(others.refused) == ["short"]
    assert "rows" in others.refused["short"]


@pytest.mark.slow
def test_each_series_has_its_own_numbers_from_the_same_networks(study, three):
    about = study.about(1)
    assert about.experiment.members is study.experiment.members
    whole, doubled = study.conclude(), about.conclude()
    assert len(whole.future) == len(doubled.future) == 12
    np.testing.assert_array_equal(whole.future["ds"], doubled.future["ds"])
    assert doubled.future["yhat"].mean() == pytest.approx(2 * whole.future["yhat"].mean(), rel=0.15)
    assert set(doubled.heldout["y"]) == set(three[1].y[-12:])
    assert doubled.backtest["origin"].max() == 60
    assert list(study.series.y) == list(three[0].y)


def test_each_series_is_judged_at_its_own_moments(study):
    assert [recipe.end for recipe in study.tried] == [120]
    assert [recipe.end for recipe in study.about(1).tried] == []


def test_recipe_forecasts_again_without_the_other_series(study, three):
    data = save_recipe(study.final)
    forecast = study.conclude()
    again = load_recipe(data, three[0])
    np.testing.assert_array_equal(again.forecast(144)["yhat"], forecast.future["yhat"])
    assert again.experiment.group.names == ("whole", "doubled", "short")
    told = sensitivity_of(again.experiment, 144)
    assert np.isfinite(told.total).all()


def test_recipe_speaks_of_each_series(study, three):
    others = OtherSeries(study, study.group)
    list(others.forecast_all())
    data = save_recipe(study.newest, others.recipes)
    again = load_recipe(data, three[1])
    np.testing.assert_array_equal(again.forecast(72)["yhat"], others.forecasts["doubled"].future["yhat"])
    np.testing.assert_array_equal(again.forecast(72)["hi-95"], others.forecasts["doubled"].future["hi-95"])
    np.testing.assert_array_equal(load_recipe(data, three[0]).forecast(144), study.newest.forecast(144))


def test_what_the_recurrent_layers_read_holds_the_embedding(study):
    experiment = study.experiment
    read = experiment.window_read(132)
    assert read.shape == (experiment.config.window, experiment.network.input_size)
    row = experiment.model.series.weight[0].detach().numpy()
    assert np.abs(row).sum() > 0
    np.testing.assert_array_equal(read[:, -2:], np.tile(row, (len(read), 1)))


def test_sensitivity_is_that_of_finite_differences(study):
    experiment = study.experiment
    told = sensitivity_of(experiment, 132).total[:, -1]
    y = experiment.series.y.copy()
    told_before = experiment.predict(np.array([132]))[0]
    y[131] += 0.01
    experiment.series = replace(experiment.series, y=y)
    experiment.use_preparation(experiment.preparation)
    moved = (experiment.predict(np.array([132]))[0] - told_before) / 0.01
    y[131] -= 0.01
    experiment.series = replace(experiment.series, y=y)
    experiment.use_preparation(experiment.preparation)
    np.testing.assert_allclose(told, moved, rtol=0.02, atol=1e-3)


def test_season_is_decided_by_most(airline, quick):
    config = quick(airline)
    plain = replace(airline, y=np.random.default_rng(0).normal(100, 1, 144))
    assert season_of_most([(airline, 132), (airline, 132), (plain, 132)], config) == "always"
    assert season_of_most([(airline, 132), (plain, 132), (plain, 132)], config) == "none"
    assert season_of_most([(airline, 10)], config) == "none"


def test_alone_each_series_is_learned_as_if_the_others_were_not_there(three, quick):
    config = quick(three[0])
    alone = forecast_alone(three[1], config)
    study = ForecastStudy(three[0], config)
    list(study.experiment.epochs())
    study.experiment.load_best()
    others = OtherSeries(study, SeriesGroup.of(three[:2], three[0]))
    list(others.forecast_all())
    np.testing.assert_array_equal(others.forecasts["doubled"].future["yhat"], alone.future["yhat"])


def test_shorter_series_are_asked_for_the_same_horizon_with_less(three, quick):
    config = quick(three[0])
    assert config_for(three[1], config) == config
    suits = replace(config, horizon=6, holdout=6)
    assert config_for(three[2], suits).horizon == 6
    assert config_for(three[2], suits).window < suits.window
    with pytest.raises(SettingsError, match="horizon"):
        config_for(three[2], config)


def test_stopping_leaves_what_is_complete(three, quick):
    study = ForecastStudy(three[0], quick(three[0]))
    list(study.experiment.epochs())
    study.experiment.load_best()
    others = OtherSeries(study, SeriesGroup.of(three, three[0]))
    assert list(others.forecast_all(lambda: True)) == []
    assert others.results.forecasts == {}


def test_a_series_that_is_stopped_is_neither_forecast_nor_refused(three, quick):
    study = ForecastStudy(three[0], quick(three[0]))
    list(study.experiment.epochs())
    others, answers = OtherSeries(study, SeriesGroup.of(three, three[0])), [False]
    assert [stage.name for stage in others.forecast_all(lambda: answers.pop() if answers else True)] == ["series"]
    assert (others.forecasts, others.refused) == ({}, {})

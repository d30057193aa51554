"""From a series to a forecast: no leakage, the same twice, better than the simple rules where it should be."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from lstm_viz.errors import RunError, SeriesError
from lstm_viz.forecasting.config import PRESETS, one_network, suggest_config
from lstm_viz.forecasting.experiment import ForecastExperiment
from lstm_viz.forecasting.forecast import Forecast
from lstm_viz.forecasting.preparation import PreparationConfig, fit_effects
from lstm_viz.forecasting.recipe import Recipe, load_recipe, save_recipe
from lstm_viz.forecasting.study import ForecastStudy
from lstm_viz.settings import with_values
from lstm_viz.tables import ROWS, SAMPLES, Feature, Series, load_sample, make_series

pytestmark = pytest.mark.slow


def trained(series, config):
    experiment = ForecastExperiment(series, config)
    records = [(r.member, r.train_loss, r.validation_loss) for r in experiment.epochs()]
    experiment.load_best()
    return experiment, records


def studied(series, config):
    study = ForecastStudy(series, config)
    list(study.experiment.epochs())
    list(study.check())
    return study, study.conclude()


@pytest.mark.parametrize("validation", [0.0, 0.15])
def test_model_does_not_know_the_held_out_values(airline, quick, validation):
    config = replace(quick(airline), validation=validation)
    changed = airline.y.copy()
    changed[-config.holdout :] = 1e6 * np.random.default_rng(0).random(config.holdout)
    first, losses = trained(airline, config)
    second, losses_changed = trained(replace(airline, y=changed), config)
    assert losses == losses_changed
    assert first.preparation.to_dict() == second.preparation.to_dict()
    for one, other in zip(first.members, second.members, strict=True):
        for name, weights in one.best_weights.items():
            assert (weights == other.best_weights[name]).all()
    origin = first.split.train_end
    np.testing.assert_array_equal(first.predict(np.array([origin])), second.predict(np.array([origin])))


def test_losses_of_a_long_series_come_from_its_seed_alone(sine, quick):
    steps = np.arange(12_000)
    long = replace(sine, ds=steps, y=np.sin(steps / 5) + steps / 1000)
    config = replace(quick(long, epochs=1), validation=0.15, members=1)
    losses = []
    for seed in (1, 2):
        torch.manual_seed(seed)  # whatever else the process draws
        losses.append(trained(long, config)[1])
    assert losses[0] == losses[1]


def test_nothing_of_a_back_test_knows_what_came_after_its_origin(airline, quick):
    config = quick(airline)
    _, told = studied(airline, config)
    changed = airline.y.copy()
    changed[-config.holdout :] *= 3
    _, again = studied(replace(airline, y=changed), config)
    columns = ["model", "naive", "seasonal_naive", "auto_ets", "lo-80", "hi-80", "lo-95", "hi-95"]
    np.testing.assert_array_equal(told.backtest[columns], again.backtest[columns])
    assert told.backtest["origin"].unique().tolist() == [120, 132]


def test_gaps_at_the_end_of_training_are_not_filled_with_held_out_values(airline, quick):
    config = quick(airline)
    gappy = airline.y.copy()
    gappy[-config.holdout - 3 : -config.holdout] = np.nan
    changed = gappy.copy()
    changed[-config.holdout :] *= 7
    _, losses = trained(replace(airline, y=gappy), config)
    _, losses_changed = trained(replace(airline, y=changed), config)
    assert losses == losses_changed


@pytest.mark.parametrize("fill", ["mask", "interpolate", "carry"])
def test_what_stands_in_a_masked_gap_is_never_read(airline, quick, fill):
    gappy = airline.y.copy()
    gappy[40:44] = np.nan
    experiment = ForecastExperiment(replace(airline, y=gappy), replace(quick(airline), fill=fill))
    read = experiment.window_read(48)
    if fill == "mask":
        assert read.shape == (24, 2)
        assert read[16:20].tolist() == [[0.0, 0.0]] * 4
        assert (read[:16, 1] == 1).all()
    else:
        assert read.shape == (24, 1)
        assert (read[16:20] != 0).all()
    assert np.isnan(experiment.truth_in_units(38)[2:6]).all()


def test_same_seed_and_data_give_the_same_losses_and_forecast_bit_for_bit(airline, quick):
    first, losses = trained(airline, quick(airline))
    second, losses_again = trained(airline, quick(airline))
    assert losses == losses_again
    np.testing.assert_array_equal(first.predict(np.array([144])), second.predict(np.array([144])))
    assert trained(airline, quick(airline, seed=1))[1] != losses


def test_members_start_differently_and_are_trained_side_by_side(airline, quick):
    experiment, records = trained(airline, replace(quick(airline), members=3))
    assert [member for member, _, _ in records] == [0, 1, 2] * 2 + [0, 1] * 3
    assert len({loss for _, loss, _ in records[:3]}) == 3
    together = experiment.answers(np.array([144]))
    alone = [experiment._answers_of(member.model, np.array([144])) for member in experiment.members]
    np.testing.assert_allclose(together, np.mean(alone, axis=0), rtol=1e-12)


@pytest.mark.slow
@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
def test_a_sine_is_learnt_by_every_cell(sine, cell):
    config = replace(suggest_config(200, 1, horizon=10), cell=cell, members=1, origins=1)
    _, forecast = studied(sine, config)
    steps = np.arange(200, 210)
    np.testing.assert_allclose(forecast.future["yhat"], np.sin(2 * np.pi * steps / 10) + 3, atol=0.15)
    assert forecast.verdict.startswith("Better than repeating the last value by")


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1])
def test_airline_passengers_with_defaults_beat_the_baselines_in_the_back_test(airline, seed):
    config = with_values(suggest_config(144, 12), {"seed": seed})
    _, forecast = studied(airline, config)
    scores = forecast.backtest_scores["mase"]
    assert scores["model"] < min(scores["naive"], scores["seasonal_naive"], scores["auto_ets"])
    assert forecast.origins == 4
    assert 0.6 <= forecast.coverage["80"] <= 1.0
    assert forecast.coverage["80"] <= forecast.coverage["95"]


def test_held_out_part_longer_than_the_horizon_is_forecast_piece_by_piece(airline, quick):
    study, forecast = studied(airline, replace(quick(airline), holdout=30))
    heldout = forecast.heldout
    assert len(heldout) == 30
    np.testing.assert_array_equal(heldout["y"], airline.y[-30:])
    for origin in (114, 126, 138):
        expected = study.experiment.predict(np.array([origin]))[0][: 144 - origin]
        np.testing.assert_allclose(heldout["model"].iloc[origin - 114 : origin - 114 + 12], expected, rtol=1e-6)
        assert (heldout["naive"].iloc[origin - 114 : origin - 114 + 12] == airline.y[origin - 1]).all()


def test_future_begins_right_after_the_series_and_lies_inside_its_intervals(airline, quick):
    future = studied(airline, quick(airline))[1].future
    assert [str(day)[:7] for day in future["ds"].to_numpy()[[0, -1]]] == ["1961-01", "1961-12"]
    ordered = future[["lo-95", "lo-80", "yhat", "hi-80", "hi-95"]].to_numpy()
    assert (np.diff(ordered, axis=1) > 0).all()
    width = np.log(future["hi-80"] / future["lo-80"])
    assert (np.diff(width) >= -1e-9).all()


def test_forecast_survives_json(airline, quick):
    forecast = studied(airline, quick(airline))[1]
    again = Forecast.from_dict(forecast.to_dict())
    np.testing.assert_array_equal(again.future["yhat"], forecast.future["yhat"])
    np.testing.assert_array_equal(again.heldout["ds"], forecast.heldout["ds"].to_numpy().astype("datetime64[us]"))
    np.testing.assert_array_equal(again.scores.to_numpy(), forecast.scores.to_numpy())
    np.testing.assert_array_equal(again.backtest["origin"], forecast.backtest["origin"])
    assert again.coverage == forecast.coverage


def test_missing_held_out_values_become_none_in_json_and_do_not_count(airline, quick):
    values = airline.y.copy()
    values[-5] = np.nan
    forecast = studied(replace(airline, y=values), quick(airline))[1]
    assert forecast.to_dict()["heldout"][-5]["y"] is None
    assert np.isfinite(forecast.scores.to_numpy()).all()


def test_stopping_after_the_first_fit_leaves_a_forecast_that_was_scored(airline, quick):
    study = ForecastStudy(airline, quick(airline))
    list(study.experiment.epochs())
    stages = [stage.name for stage in study.check(lambda: True)]
    forecast = study.conclude()
    assert stages == ["calibrate"]
    assert forecast.origins == 1
    assert np.isfinite(forecast.scores.loc["model"].to_numpy()).all()
    assert forecast.has_intervals
    assert "12 months held out" in forecast.verdict


def test_stop_is_heard_in_the_calibration_which_is_dropped_then(airline, quick):
    study = ForecastStudy(airline, quick(airline))
    list(study.experiment.epochs())
    calibration = study.scored.calibration.trainer  # somebody asks after its first epoch
    assert [stage.name for stage in study.check(lambda: calibration.epoch >= 1)] == ["calibrate"]
    assert (calibration.epoch, calibration.end_reason) == (1, "stopped")
    forecast = study.conclude()
    assert forecast.has_intervals
    assert forecast.shrinkage == 1.0, "what one epoch has learnt says nothing of the networks"
    assert forecast.residuals.empty
    assert np.isfinite(forecast.scores.loc["model"].to_numpy()).all()


def test_a_training_that_was_stopped_is_calibrated_where_that_is_quickly_done(airline, quick, monkeypatch):
    residuals = []
    for seconds in (1000.0, 0.0):
        monkeypatch.setattr("lstm_viz.forecasting.study.STOPPED_SECONDS", seconds)
        study = ForecastStudy(airline, quick(airline))
        list(study.experiment.epochs())
        list(study.check(lambda: True))
        residuals.append(len(study.conclude().residuals))
    assert residuals[0] > 0
    assert residuals[1] == 0


def test_stop_is_heard_in_the_calibration_of_a_back_test(airline, quick):
    recipe = Recipe(airline, quick(airline), 120)
    calibration = recipe.calibration.trainer
    list(recipe.train(lambda: calibration.epoch >= 1))
    assert (calibration.epoch, calibration.end_reason) == (1, "stopped")


def test_a_saved_recipe_forecasts_the_same_and_goes_on_with_newer_rows(airline, quick):
    study, forecast = studied(airline, quick(airline))
    data = save_recipe(study.final)
    np.testing.assert_array_equal(load_recipe(data, airline).forecast(144), forecast.future.drop(columns="ds"))
    grown = replace(airline, ds=np.append(airline.ds, airline.future(1)), y=np.append(airline.y, 450.0))
    moved = load_recipe(data, grown).forecast(145)
    assert np.isfinite(moved.to_numpy()).all()
    assert not np.allclose(moved["yhat"], forecast.future["yhat"])
    with pytest.raises(RunError, match="has 143 rows"):
        load_recipe(data, replace(airline, ds=airline.ds[:-1], y=airline.y[:-1]))


def test_training_rows_that_are_all_the_same_are_refused(airline, quick):
    values = airline.y.copy()
    values[:-12] = 5.0
    with pytest.raises(SeriesError, match="same value"):
        ForecastExperiment(replace(airline, y=values), quick(airline))


def test_training_rows_without_numbers_are_refused(airline, quick):
    values = airline.y.copy()
    values[:-12] = np.nan
    with pytest.raises(SeriesError, match="Only 0 of the 132 rows"):
        ForecastExperiment(replace(airline, y=values), quick(airline))


def test_forecast_without_a_complete_epoch_is_refused(airline, quick):
    with pytest.raises(RunError, match="no model"):
        ForecastStudy(airline, quick(airline)).conclude()


@pytest.mark.slow
@pytest.mark.parametrize(("rows", "season"), [(144, 12), (3000, 1), (1_000_000, 1440)])
def test_what_suits_a_series_is_what_is_recommended(rows, season):
    config = suggest_config(rows, season)
    assert PRESETS[0].apply(config) == config


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.key)
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.key)
def test_every_sample_trains_in_every_way(sample, preset):
    series = make_series(load_sample(sample.key))
    config = preset.apply(suggest_config(len(series.y), series.frequency.season_length))
    config = with_values(config, {"epochs": 2, "batch_size": 256, "origins": 1})
    study, forecast = studied(series, config)
    assert study.experiment.trainer.epoch == 2
    assert np.isfinite(forecast.future["yhat"]).all()
    assert np.isfinite(forecast.scores.to_numpy()).all()


def test_a_recursive_answer_is_read_again_as_input(sine, quick):
    config = replace(quick(sine), strategy="recursive", members=1)
    experiment, _ = trained(sine, config)
    longer = experiment.answers(np.array([150]))[0]
    assert longer.shape == (config.horizon,)
    grown = sine.y.copy()
    grown[150] = experiment.predict(np.array([150]))[0, 0]
    moved = ForecastExperiment(replace(sine, y=grown), config)
    moved.use_preparation(replace(experiment.preparation, smoothing=None, offset=experiment.levels[149]))
    moved.members = experiment.members
    np.testing.assert_allclose(moved.answers(np.array([151]))[0][:-1], longer[1:], atol=1e-5)


def test_training_loss_decides_where_all_validation_rows_are_gaps(airline, quick):
    config = one_network(quick(airline))
    config = replace(config, training=replace(config.training, epochs=5))
    values = airline.y.copy()
    split = ForecastExperiment(airline, config).split
    values[split.validation_start : split.train_end] = np.nan
    experiment, losses = trained(replace(airline, y=values), config)
    assert all(validation is None for _, _, validation in losses)
    assert experiment.trainer.best_epoch == np.argmin([loss for _, loss, _ in losses]) + 1
    assert np.isfinite(experiment.predict(np.array([144]))).all()


@pytest.mark.parametrize("unit", [1e300, 1e-300, 1e12])
def test_values_of_any_size_are_learnt_alike(sine, quick, unit):
    config = quick(sine)
    plain, losses = trained(replace(sine, y=sine.y - 3), config)
    _, losses_of_unit = trained(replace(sine, y=(sine.y - 3) * unit), config)
    np.testing.assert_allclose([x[1] for x in losses_of_unit], [x[1] for x in losses], rtol=1e-4)
    assert plain.preparation.unit > 0


def with_features(series, **columns):
    features = tuple(Feature(name, values, known) for name, (values, known) in columns.items())
    return replace(series, features=features)


def campaigns():
    """A random walk that jumps on days of a campaign, which are known in advance, and their days, seven beyond the end."""
    random = np.random.default_rng(4)
    days = (random.random(187) < 0.15).astype(float)
    walk = 100 + np.cumsum(random.standard_normal(180))
    series = Series("sales", None, np.arange(180), walk + 12 * days[:180], ROWS)
    return series, walk, days


def test_a_known_column_moves_the_forecast_by_its_effect(quick):
    series, _, days = campaigns()
    config = replace(quick(series), preparation=PreparationConfig(scale="linear"))
    days[180:187] = [0, 1, 0, 1, 1, 0, 0]
    study, forecast = studied(with_features(series, campaign=(days, True)), config)
    effects = study.final.experiment.preparation.effects
    assert effects.coefficients[0] == pytest.approx(12, abs=1)
    jumps = study.final.experiment.effects(np.array([180]), 7)[0]
    np.testing.assert_allclose(jumps - jumps[0], 12 * days[180:187], atol=3)
    plain = studied(series, config)[1]
    assert forecast.backtest_scores.loc["model", "mae"] < plain.backtest_scores.loc["model", "mae"]


def test_columns_that_say_nothing_have_hardly_ever_an_effect():
    series, _, _ = campaigns()
    random = np.random.default_rng(5)
    found = [np.count_nonzero(fit_effects(series.y, random.standard_normal((180, 3))).coefficients) for _ in range(100)]
    assert sum(found) <= 6
    assert np.count_nonzero(fit_effects(series.y, np.ones((180, 1))).coefficients) == 0


def test_a_past_column_is_read_and_its_future_is_not(airline, quick):
    lead = np.append(airline.y[1:], 400.0)
    series = with_features(airline, lead=(lead, False))
    experiment, _ = trained(series, quick(airline))
    assert experiment.window_read(132).shape == (24, 2)
    changed = lead.copy()
    changed[132:] = 1e6
    other, _ = trained(with_features(airline, lead=(changed, False)), quick(airline))
    np.testing.assert_array_equal(experiment.predict(np.array([132])), other.predict(np.array([132])))
    assert not np.array_equal(experiment.predict(np.array([140])), other.predict(np.array([140])))


def test_a_saved_recipe_keeps_effects_and_columns(airline, quick):
    random = np.random.default_rng(6)
    columns = {"holiday": (random.random(150), True), "lead": (random.random(144), False)}
    series = with_features(airline, **columns)
    study, forecast = studied(series, quick(airline))
    again = load_recipe(save_recipe(study.final), series).forecast(144)
    np.testing.assert_array_equal(again, forecast.future.drop(columns="ds"))


@pytest.mark.parametrize("rows", range(40, 64, 3))
def test_parts_too_short_to_validate_are_no_trouble(rows, airline, quick):
    """Where a fit has fewer validation rows than it answers at once, none of its windows validates."""
    series = replace(airline, ds=airline.ds[:rows], y=airline.y[:rows])
    config = one_network(quick(series, epochs=1))
    study = ForecastStudy(series, replace(config, window=4, horizon=8, holdout=8))
    list(study.experiment.epochs())
    list(study.check())
    assert np.isfinite(study.conclude().future["yhat"]).all()


def test_later_fits_train_for_as_long_as_the_first_one_did(airline, quick):
    study = ForecastStudy(airline, quick(airline, epochs=5000))
    for trainer in study.experiment.members:
        trainer.target_epochs = 3
    list(study.experiment.epochs())
    stages = [stage.name for stage in study.check()]
    assert stages == ["calibrate", "refit", "back-test", "learning curve"]
    assert study.final.experiment.trainer.epoch == 3
    assert study.conclude().origins == 2

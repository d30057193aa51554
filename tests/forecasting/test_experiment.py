"""From a series to a forecast: no leakage, the same twice, better than the simple rules where it should be."""

from dataclasses import replace

import numpy as np
import pytest

from lstm_viz.errors import RunError, SeriesError
from lstm_viz.forecasting.config import suggest_config
from lstm_viz.forecasting.experiment import ForecastExperiment
from lstm_viz.forecasting.forecast import Forecast
from lstm_viz.tables import SAMPLES, load_sample, make_series


def trained(series, config):
    experiment = ForecastExperiment(series, config)
    records = [(r.train_loss, r.validation_loss) for r in experiment.trainer.epochs()]
    return experiment, records


def test_model_does_not_know_the_held_out_values(airline, quick):
    config = quick(airline)
    changed = airline.y.copy()
    changed[-config.holdout :] = 1e6 * np.random.default_rng(0).random(config.holdout)
    first, losses = trained(airline, config)
    second, losses_changed = trained(replace(airline, y=changed), config)
    assert losses == losses_changed
    assert first.scaling == second.scaling
    for name, weights in first.trainer.best_weights.items():
        assert (weights == second.trainer.best_weights[name]).all()
    np.testing.assert_array_equal(first.forecast().heldout["model"], second.forecast().heldout["model"])


def test_gaps_at_the_end_of_training_are_not_filled_with_held_out_values(airline, quick):
    config = quick(airline)
    gappy = airline.y.copy()
    gappy[-config.holdout - 3 : -config.holdout] = np.nan
    changed = gappy.copy()
    changed[-config.holdout :] *= 7
    _, losses = trained(replace(airline, y=gappy), config)
    _, losses_changed = trained(replace(airline, y=changed), config)
    assert losses == losses_changed


def test_same_seed_and_data_give_the_same_losses_and_forecast_bit_for_bit(airline, quick):
    first, losses = trained(airline, quick(airline))
    second, losses_again = trained(airline, quick(airline))
    assert losses == losses_again
    np.testing.assert_array_equal(first.forecast().future["yhat"], second.forecast().future["yhat"])
    assert trained(airline, quick(airline, seed=1))[1] != losses


@pytest.mark.slow
@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
def test_a_sine_is_learnt_by_every_cell(sine, cell):
    config = replace(suggest_config(200, 1, horizon=10), cell=cell)
    experiment, _ = trained(sine, config)
    forecast = experiment.forecast()
    steps = np.arange(200, 210)
    np.testing.assert_allclose(forecast.future["yhat"], np.sin(2 * np.pi * steps / 10) + 3, atol=0.12)
    assert forecast.verdict.startswith("Better than repeating the last value by")


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_airline_passengers_with_defaults_beat_the_seasonal_naive(airline, seed):
    config = suggest_config(144, 12)
    experiment, _ = trained(airline, replace(config, training=replace(config.training, seed=seed)))
    scores = experiment.forecast().scores
    assert scores.loc["model", "mase"] < scores.loc["seasonal_naive", "mase"]


def test_held_out_part_longer_than_the_horizon_is_forecast_piece_by_piece(airline, quick):
    config = replace(quick(airline), holdout=30)
    experiment, _ = trained(airline, config)
    heldout = experiment.forecast().heldout
    assert len(heldout) == 30
    np.testing.assert_array_equal(heldout["y"], airline.y[-30:])
    for origin in (114, 126, 138):
        expected = experiment.predict(np.array([origin]))[0][: 144 - origin]
        np.testing.assert_allclose(heldout["model"].iloc[origin - 114 : origin - 114 + 12], expected, rtol=1e-6)
        assert (heldout["naive"].iloc[origin - 114 : origin - 114 + 12] == airline.y[origin - 1]).all()


def test_future_begins_right_after_the_series(airline, quick):
    experiment, _ = trained(airline, quick(airline))
    future = experiment.forecast().future
    assert [str(day)[:7] for day in future["ds"].to_numpy()[[0, -1]]] == ["1961-01", "1961-12"]


def test_forecast_survives_json(airline, quick):
    forecast = trained(airline, quick(airline))[0].forecast()
    again = Forecast.from_dict(forecast.to_dict())
    np.testing.assert_array_equal(again.future["yhat"], forecast.future["yhat"])
    np.testing.assert_array_equal(again.heldout["ds"], forecast.heldout["ds"].to_numpy().astype("datetime64[us]"))
    np.testing.assert_array_equal(again.scores.to_numpy(), forecast.scores.to_numpy())


def test_missing_held_out_values_become_none_in_json_and_do_not_count(airline, quick):
    values = airline.y.copy()
    values[-5] = np.nan
    forecast = trained(replace(airline, y=values), quick(airline))[0].forecast()
    assert forecast.to_dict()["heldout"][-5]["y"] is None
    assert np.isfinite(forecast.scores.to_numpy()).all()


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
        ForecastExperiment(airline, quick(airline)).forecast()


@pytest.mark.slow
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.key)
def test_every_sample_trains_with_suggested_settings(sample):
    series = make_series(load_sample(sample.key))
    config = suggest_config(len(series.y), series.frequency.season_length)
    experiment, losses = trained(series, replace(config, training=replace(config.training, epochs=3)))
    forecast = experiment.forecast()
    assert losses[-1][0] < losses[0][0]
    assert np.isfinite(forecast.future["yhat"]).all()
    assert np.isfinite(forecast.scores.to_numpy()).all()


def test_training_loss_decides_where_all_validation_rows_are_gaps(airline, quick):
    config = quick(airline)
    values = airline.y.copy()
    split = ForecastExperiment(airline, config).split
    values[split.validation_start : split.train_end] = np.nan
    experiment, losses = trained(replace(airline, y=values), config)
    assert all(validation is None for _, validation in losses)
    assert experiment.trainer.best_epoch == np.argmin([loss for loss, _ in losses]) + 1
    assert np.isfinite(experiment.forecast().future["yhat"]).all()


@pytest.mark.parametrize("unit", [1e300, 1e-300, 1e12])
def test_values_of_any_size_are_learnt_alike(sine, quick, unit):
    config = quick(sine)
    plain, losses = trained(replace(sine, y=sine.y - 3), config)
    _, losses_of_unit = trained(replace(sine, y=(sine.y - 3) * unit), config)
    np.testing.assert_allclose(losses_of_unit, losses, rtol=1e-4)
    assert plain.scaling.scale > 0

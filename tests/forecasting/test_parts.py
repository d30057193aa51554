"""The parts of a forecast: suggestions, split, scaling, windows, baselines, scores, verdict."""

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from lstm_viz.errors import SeriesError, SettingsError
from lstm_viz.forecasting.baselines import repeat_last_season, repeat_last_value
from lstm_viz.forecasting.config import MIN_ROWS, ForecastConfig, check_config, suggest_config
from lstm_viz.forecasting.scaling import fill_gaps, fit_scaling, swings_grow_with_level
from lstm_viz.forecasting.scores import score_table, verdict
from lstm_viz.forecasting.split import split_rows
from lstm_viz.forecasting.windows import Windows, observed_squared_error


@given(rows=st.integers(MIN_ROWS, 5000), season=st.sampled_from([1, 4, 5, 7, 12, 24, 52, 288, 1440]))
def test_suggested_settings_fit_every_series_that_is_long_enough(rows, season):
    config = suggest_config(rows, season)
    split = split_rows(rows, config)
    assert len(split.training_origins) >= 4
    assert len(split.validation_origins) >= 1
    assert split.training_origins[0] >= config.window
    assert split.training_origins[-1] + config.horizon <= split.validation_start
    assert split.validation_origins[-1] + config.horizon <= split.train_end
    assert split.holdout_origins[0] == split.train_end == rows - config.holdout


def test_season_decides_horizon_and_window():
    config = suggest_config(144, 12)
    assert (config.horizon, config.window, config.holdout) == (12, 24, 12)


def test_too_short_series_names_what_is_needed():
    with pytest.raises(SeriesError, match="has 6 rows; training needs at least 7"):
        suggest_config(6, 1)


@given(rows=st.integers(20, 300), horizon=st.integers(1, 300), window=st.integers(1, 300), holdout=st.integers(1, 300))
def test_refusal_names_values_that_then_work(rows, horizon, window, holdout):
    config = ForecastConfig(horizon=horizon, window=window, holdout=holdout)
    try:
        check_config(config, rows)
        assert len(split_rows(rows, config).training_origins) >= 4
    except SettingsError as error:
        for name in ("horizon", "window", "holdout"):
            if f"`{name}` at most" in str(error):
                value = int(str(error).split(f"`{name}` at most ")[1].split()[0].rstrip("."))
                check_config(
                    ForecastConfig(**{"horizon": horizon, "window": window, "holdout": holdout, name: value}), rows
                )


@given(st.lists(st.floats(0.1, 1e6), min_size=8, max_size=60), st.sampled_from([1, 4, 12]))
def test_scaling_comes_back_to_where_it_began(values, season):
    series = np.array(values)
    scaling = fit_scaling(series, season)
    np.testing.assert_allclose(scaling.invert(scaling.apply(series)), series, rtol=1e-6, atol=1e-6)


def test_airline_swings_grow_with_their_level_and_a_sine_does_not(airline):
    assert swings_grow_with_level(airline.y, 12)
    assert not swings_grow_with_level(np.sin(np.arange(200.0)) + 10, 12)
    assert not swings_grow_with_level(airline.y - 200, 12)


def test_gaps_are_filled_from_their_own_side_of_the_split():
    values = np.array([np.nan, 1.0, np.nan, 3.0, np.nan, 100.0, np.nan, 7.0])
    np.testing.assert_array_equal(fill_gaps(values, 5), [1, 1, 2, 3, 3, 100, 100, 7])


def test_windows_hold_the_past_and_the_future_relative_to_the_last_value():
    values = np.arange(20.0)
    windows = Windows(values, values, np.array([5, 9]), window=3, horizon=2)
    inputs, targets = windows.batch(torch.tensor([1, 0]))
    assert inputs.squeeze(-1).tolist() == [[-2, -1, 0], [-2, -1, 0]]
    assert targets.tolist() == [[1, 2], [1, 2]]


def test_missing_targets_do_not_enter_the_loss():
    outputs = torch.tensor([[1.0, 50.0]], requires_grad=True)
    loss = observed_squared_error(outputs, torch.tensor([[3.0, float("nan")]]))
    loss.backward()
    assert loss.item() == 4.0
    assert outputs.grad.tolist() == [[-4.0, 0.0]]
    assert observed_squared_error(outputs, torch.full((1, 2), float("nan"))).item() == 0.0


def test_naive_rules_repeat_the_last_value_and_the_last_season():
    past = np.array([1.0, 2, 3, 4, 5])
    assert repeat_last_value(past, 3).tolist() == [5, 5, 5]
    assert repeat_last_season(past, 7, 3).tolist() == [3, 4, 5, 3, 4, 5, 3]


def heldout(y, **methods):
    return pd.DataFrame({"ds": np.arange(len(y)), "y": y, **methods})


def test_scores_follow_their_textbook_formulas():
    training = np.array([1.0, 5, 2, 7, 3, 6])
    y, guess = np.array([2.0, 8]), np.array([3.0, 6])
    scores = score_table(heldout(y, model=guess, naive=guess, seasonal_naive=guess), training, 2).loc["model"]
    error = np.abs(y - guess)
    assert scores["mae"] == pytest.approx(error.mean())
    assert scores["rmse"] == pytest.approx(np.sqrt((error**2).mean()))
    assert scores["smape"] == pytest.approx((200 * error / (np.abs(y) + np.abs(guess))).mean())
    assert scores["mase"] == pytest.approx(error.mean() / np.abs(training[2:] - training[:-2]).mean())


def test_mase_keeps_seasons_aligned_over_gaps():
    training = np.array([1.0, 5, np.nan, 7, 3, 6])
    y = np.array([4.0])
    scores = score_table(heldout(y, model=y + 1, naive=y, seasonal_naive=y), training, 2)
    assert scores.loc["model", "mase"] == pytest.approx(1 / np.nanmean(np.abs(training[2:] - training[:-2])))


def scores(model, naive, seasonal):
    return pd.DataFrame({"mae": {"model": model, "naive": naive, "seasonal_naive": seasonal}})


@pytest.mark.parametrize(
    ("table", "beginning"),
    [
        (scores(69.0, 200.0, 100.0), "Better than repeating the last year by 31%"),
        (scores(69.0, 100.0, 200.0), "Better than repeating the last value by 31%"),
        (scores(150.0, 200.0, 100.0), "Worse than repeating the last year by 50%"),
        (scores(1e9, 200.0, 100.0), "Worse than repeating the last year, more than 10 times as far off"),
        (scores(100.2, 200.0, 100.0), "No better than repeating the last year"),
        (scores(1.0, 0.0, 0.0), "Worse than repeating the last value, which was exact"),
        (scores(np.nan, np.nan, np.nan), "The errors on the 12 months held out cannot be told"),
    ],
)
def test_verdict_says_whether_the_model_is_worth_using(table, beginning):
    assert verdict(table, "year", "12 months").startswith(beginning)


@given(rows=st.integers(MIN_ROWS, 2000), horizon=st.integers(1, 512))
def test_horizon_is_taken_up_to_the_longest_that_the_refusal_names(rows, horizon):
    longest = min(512, (rows - 4) // 3)
    if horizon <= longest:
        assert suggest_config(rows, 12, horizon).horizon == horizon
    elif horizon > (rows - 4) // 3:
        with pytest.raises(SettingsError, match=f"Use at most {(rows - 4) // 3}"):
            suggest_config(rows, 12, horizon)

"""The parts of a forecast: suggestions, split, scaling, windows, baselines, scores, verdict."""

from dataclasses import replace
from typing import get_args

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from lstm_viz.errors import SeriesError, SettingsError
from lstm_viz.forecasting.backtest import backtest_origins, baseline_forecasts
from lstm_viz.forecasting.calibration import best_shrinkage, conformal_intervals
from lstm_viz.forecasting.config import MIN_ROWS, ForecastConfig, check_config, suggest_config
from lstm_viz.forecasting.preparation import (
    Level,
    PreparationConfig,
    fit_preparation,
    fit_smoothing,
    is_seasonal,
    longest_season,
    seasonal_indices,
    smoothed_level,
)
from lstm_viz.forecasting.recipe import Recipe
from lstm_viz.forecasting.scores import score_table, verdict
from lstm_viz.forecasting.windows import Rows, Windows, fill_gaps, observed_error, split_rows


@given(
    rows=st.integers(MIN_ROWS, 5000),
    season=st.sampled_from([1, 4, 5, 7, 12, 24, 52, 288, 1440]),
    validation=st.sampled_from([0.0, 0.15]),
)
def test_suggested_settings_fit_every_series_that_is_long_enough(rows, season, validation):
    config = replace(suggest_config(rows, season), validation=validation)
    split = split_rows(rows, config)
    assert len(split.training_origins) >= 4
    assert (len(split.validation_origins) >= 1) == (validation > 0)
    assert split.training_origins[0] >= config.window
    assert split.training_origins[-1] + config.horizon <= split.validation_start
    assert validation == 0 or split.validation_origins[-1] + config.horizon <= split.train_end
    assert len(backtest_origins(rows, config)) == config.origins
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


@given(
    st.lists(st.floats(0.1, 1e6), min_size=8, max_size=60), st.sampled_from([1, 4]), st.sampled_from(get_args(Level))
)
def test_prepared_values_come_back_to_where_they_began(values, season, level):
    series = np.array(values)
    preparation = fit_preparation(series, season, 2, PreparationConfig(level=level))
    adjusted = preparation.adjust(series)
    levels = preparation.level(adjusted)
    origins = np.arange(1, len(series))
    answers = ((adjusted[1:] - levels[:-1]) / preparation.unit)[:, None]
    np.testing.assert_allclose(preparation.restore(answers, origins, levels[:-1])[:, 0], series[1:], rtol=1e-6)


def test_level_is_exponential_smoothing_and_gaps_leave_it(airline):
    known = pd.Series(airline.y)
    by_pandas = known.ewm(alpha=0.3, adjust=False).mean().to_numpy()
    np.testing.assert_allclose(smoothed_level(airline.y, 0.3), by_pandas, rtol=1e-12)
    gappy = airline.y.copy()
    gappy[[0, 50, 51]] = np.nan
    level = smoothed_level(gappy, 0.3)
    without = smoothed_level(gappy[np.isfinite(gappy)], 0.3)
    assert level[0] == gappy[1]
    assert level[49] == level[50] == level[51] == without[48]
    np.testing.assert_array_equal(level[52:], without[49:])
    np.testing.assert_array_equal(smoothed_level(airline.y, 1.0), airline.y)


def test_smoothing_is_slow_for_noise_and_follows_a_random_walk():
    random = np.random.default_rng(0)
    noise = random.standard_normal(300)
    assert fit_smoothing(noise, 12) <= 0.1
    assert fit_smoothing(np.cumsum(noise), 3) >= 0.9


def test_seasonal_indices_are_those_of_a_pure_season_whatever_the_trend():
    season = np.array([3.0, -1.0, -4.0, 2.0])
    rows = np.arange(40)
    values = 5 + 0.7 * rows + season[rows % 4]
    np.testing.assert_allclose(seasonal_indices(values, 4), season, atol=1e-9)
    values[[7, 18, 19]] = np.nan
    np.testing.assert_allclose(seasonal_indices(values, 4), season, atol=0.3)


def test_recent_seasons_count_more_than_old_ones():
    rows = np.arange(80)
    size = np.where(rows < 40, 1.0, 3.0)
    indices = seasonal_indices(size * np.array([1.0, -1.0])[rows % 2], 2)
    assert indices[0] > 2.5


def test_a_season_is_found_where_there_is_one(airline):
    random = np.random.default_rng(1)
    assert is_seasonal(np.log(airline.y), 12)
    assert is_seasonal(np.log(airline.y[:30]), 12)
    assert not is_seasonal(random.standard_normal(200), 12)
    assert not is_seasonal(airline.y[:20], 12)
    assert not is_seasonal(np.full(60, 3.0), 12)


def hours(days: int, weekend: float = 0.0, week: int = 7) -> np.ndarray:
    """A value each hour: the same day again and again with a little noise, less on the last two days of a week."""
    rows = np.arange(24 * days)
    ends = rows // 24 % week >= week - 2
    return np.sin(2 * np.pi * rows / 24) - weekend * ends + 0.1 * np.random.default_rng(2).standard_normal(len(rows))


@pytest.mark.parametrize("week", [5, 7])
def test_the_season_of_a_day_becomes_that_of_a_week_where_days_differ(week):
    values = hours(28, weekend=1.0, week=week)
    values[100:130] = np.nan
    assert longest_season(values, 24) == week * 24
    assert longest_season(values[: 24 * (3 * week - 1)], 24) == 24
    assert len(fit_preparation(values, 24, 24).season) == week * 24
    assert len(fit_preparation(values, 24, 24, PreparationConfig(season="none")).season) == 1


def test_days_that_are_alike_or_drift_make_no_week():
    drift = np.cumsum(np.random.default_rng(3).standard_normal(24 * 60))
    assert longest_season(hours(60), 24) == 24
    assert longest_season(hours(60) + 0.1 * drift, 24) == 24
    assert longest_season(drift, 24) == 24


def test_a_season_that_is_no_day_stays_as_it_is(airline):
    assert longest_season(np.log(airline.y), 12) == 12
    years = np.random.default_rng(4).standard_normal(7 * 52)
    assert longest_season(np.tile(years, 4), 52) == 52


def test_logarithms_are_taken_of_positive_values_alone(airline):
    assert fit_preparation(airline.y, 12, 12).log
    assert not fit_preparation(airline.y - 150, 12, 12).log
    assert not fit_preparation(airline.y, 12, 12, PreparationConfig(scale="linear")).log


def test_gaps_are_filled_from_their_own_side_of_the_split():
    values = np.array([np.nan, 1.0, np.nan, 3.0, np.nan, 100.0, np.nan, 7.0])
    np.testing.assert_array_equal(fill_gaps(values, 5), [1, 1, 2, 3, 3, 100, 100, 7])
    np.testing.assert_array_equal(fill_gaps(values, 5, "carry"), [1, 1, 1, 3, 3, 100, 100, 7])


def test_windows_hold_the_past_and_the_future_relative_to_the_level():
    values = np.arange(20.0)
    windows = Windows(Rows(values, values, values + 0.5), 3, 2, np.array([5, 9]))
    inputs, targets = windows.batch(torch.tensor([1, 0]))
    assert inputs.squeeze(-1).tolist() == [[-2.5, -1.5, -0.5]] * 2
    assert targets.tolist() == [[0.5, 1.5]] * 2


def test_a_mask_hides_what_stands_in_a_gap():
    values, observed = np.arange(10.0), np.ones(10, dtype=bool)
    observed[3] = False
    windows = Windows(Rows(values, values, values, observed), 3, 2, np.array([5]))
    inputs, _ = windows.batch(torch.tensor([0]))
    assert inputs[0].tolist() == [[-2.0, 1.0], [0.0, 0.0], [0.0, 1.0]]


@pytest.mark.parametrize(("loss", "size"), [("mse", 4.0), ("mae", 2.0), ("huber", 1.5)])
def test_missing_targets_do_not_enter_the_loss(loss, size):
    outputs = torch.tensor([[1.0, 50.0]], requires_grad=True)
    error = observed_error(outputs, torch.tensor([[3.0, float("nan")]]), loss)
    error.backward()
    assert error.item() == size
    assert outputs.grad[0, 1] == 0.0
    assert outputs.grad[0, 0] < 0.0
    assert observed_error(outputs, torch.full((1, 2), float("nan")), loss).item() == 0.0


@pytest.mark.slow
def test_baselines_are_those_of_statsforecast(airline):
    from statsforecast.models import AutoETS, Naive, SeasonalNaive

    past = airline.y[:-12]
    ours = baseline_forecasts(past, 12, 12)
    for name, model in {"naive": Naive(), "seasonal_naive": SeasonalNaive(12), "auto_ets": AutoETS(12)}.items():
        np.testing.assert_array_equal(ours[name], model.forecast(y=past, h=12)["mean"])


def test_baselines_without_a_whole_season_repeat_the_last_value():
    ours = baseline_forecasts(np.array([1.0, 2, np.nan, 4, 5]), 3, 4)
    assert ours["naive"].tolist() == ours["seasonal_naive"].tolist() == [5, 5, 5]


def test_a_long_season_is_taken_off_before_auto_ets():
    rows = np.arange(48 * 6)
    past = 10 + np.sin(rows * 2 * np.pi / 48)
    coming = 10 + np.sin(np.arange(288, 336) * 2 * np.pi / 48)
    np.testing.assert_allclose(baseline_forecasts(past, 48, 48)["auto_ets"], coming, atol=0.05)


def test_errors_that_grow_give_intervals_that_grow_and_cover():
    random = np.random.default_rng(2)
    errors = np.cumsum(random.standard_normal((400, 6)), axis=1)
    intervals = conformal_intervals(errors[:300])
    assert (np.diff(intervals.half_widths, axis=1) >= 0).all()
    for level, half_width in zip((0.80, 0.95), intervals.half_widths, strict=True):
        covered = (np.abs(errors[300:]) <= half_width).mean()
        assert level <= covered <= level + 0.12


def test_intervals_need_two_forecasts_that_can_be_judged():
    assert conformal_intervals(np.array([[1.0, 2.0]])) is None
    assert conformal_intervals(np.full((5, 2), np.nan)) is None


def test_answers_that_help_nobody_are_shrunk_away():
    truths = np.random.default_rng(3).standard_normal((50, 4))
    assert best_shrinkage(truths, truths) == 1.0
    assert best_shrinkage(-truths, truths) == 0.0
    assert best_shrinkage(2 * truths, truths) == 0.5


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


def scores(model, naive, seasonal, ets=np.nan):
    return pd.DataFrame({"mae": {"model": model, "naive": naive, "seasonal_naive": seasonal, "auto_ets": ets}})


@pytest.mark.parametrize(
    ("table", "beginning"),
    [
        (scores(69.0, 200.0, 100.0), "Better than repeating the last year by 31%"),
        (scores(69.0, 100.0, 200.0), "Better than repeating the last value by 31%"),
        (scores(150.0, 200.0, 100.0), "Worse than repeating the last year by 50%"),
        (scores(1e9, 200.0, 100.0), "Worse than repeating the last year, more than 10 times as far off"),
        (scores(100.2, 200.0, 100.0), "No better than repeating the last year"),
        (scores(1.0, 0.0, 0.0), "Worse than repeating the last value, which was exact"),
        (scores(np.nan, np.nan, np.nan), "The errors on the 12 months held out are unknown"),
    ],
)
def test_verdict_says_whether_the_model_is_worth_using(table, beginning):
    assert verdict(table, "year", "the 12 months held out").startswith(beginning)


@pytest.mark.parametrize(
    ("ets", "end"),
    [(50.0, "does better by 28%."), (80.0, "does worse by 16%."), (69.1, "does as well."), (np.nan, "held out).")],
)
def test_verdict_tells_how_a_classical_method_does(ets, end):
    assert verdict(scores(69.0, 200.0, 100.0, ets), "year", "the 12 months held out").endswith(end)


@given(rows=st.integers(MIN_ROWS, 2000), horizon=st.integers(1, 512))
def test_horizon_is_taken_up_to_the_longest_that_the_refusal_names(rows, horizon):
    longest = min(512, (rows - 4) // 3)
    if horizon <= longest:
        assert suggest_config(rows, 12, horizon).horizon == horizon
    elif horizon > (rows - 4) // 3:
        with pytest.raises(SettingsError, match=f"Use at most {(rows - 4) // 3}"):
            suggest_config(rows, 12, horizon)


@pytest.mark.parametrize("spike", [1e6, -1e6, 1e12])
def test_no_interval_goes_farther_than_one_range_beyond_what_was_seen(quick, sine, spike):
    values = sine.y.copy()
    values[120] = spike
    series = replace(sine, y=values)
    recipe = Recipe(series, quick(series))
    for _ in recipe.train():
        pass
    table = recipe.forecast(len(values))
    low, high = values.min(), values.max()
    assert table.to_numpy().min() >= low - (high - low)
    assert table.to_numpy().max() <= high + (high - low)

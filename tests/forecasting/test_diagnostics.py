"""Residuals: white noise is told from errors that follow one another, and every sentence says what was measured."""

import numpy as np
import pytest
from scipy.signal import lfilter
from statsmodels.stats.diagnostic import acorr_ljungbox

from lstm_viz.forecasting.diagnostics import leftover_of, memory_sentence, residuals_of_series, shape_sentence
from lstm_viz.tables import Frequency

MONTHLY = Frequency("MS", "monthly", 12, "year", "month")
NOISE = np.random.default_rng(4).normal(size=240)


def measured(residuals, season=1):
    return leftover_of(np.asarray(residuals, dtype=float), np.arange(len(residuals)), season)


def test_white_noise_leaves_nothing_to_learn():
    left = measured(NOISE)
    assert left.p_value > 0.05
    assert memory_sentence(left, MONTHLY).startswith("Nothing more can be learned")
    assert f"p = {left.p_value:.2f}" in memory_sentence(left, MONTHLY)


@pytest.mark.parametrize(("memory", "words"), [(0.6, "too slowly"), (-0.6, "overshoots")])
def test_errors_that_follow_one_another_are_told(memory, words):
    left = measured(lfilter([1], [1, -memory], NOISE))
    said = memory_sentence(left, MONTHLY)
    assert left.p_value < 0.001
    assert "The errors of one step still predict something of the next" in said
    assert words in said
    assert f"{left.autocorrelation[0]:+.2f}".replace("-", "−") in said


def test_errors_that_return_with_the_season_are_told():
    seasonal = NOISE + 2 * np.tile(np.random.default_rng(2).normal(size=12), 20)
    said = memory_sentence(measured(seasonal, 12), MONTHLY)
    assert "The errors of one year still predict something of the next" in said
    assert "at lag 12" in said


def test_errors_that_return_at_another_distance_are_told():
    echo = NOISE.copy()
    echo[5:] += 0.9 * NOISE[:-5]
    assert "5 months later" in memory_sentence(measured(echo), MONTHLY)


def test_ljung_box_is_that_of_statsmodels():
    left = measured(NOISE)
    oracle = acorr_ljungbox(NOISE, lags=[len(left.lags)])["lb_pvalue"].iloc[0]
    assert left.p_value == pytest.approx(oracle)
    assert left.bound == pytest.approx(1.96 / np.sqrt(240))


def test_missing_errors_keep_their_place():
    rows = np.delete(np.arange(240), [10, 11, 50])
    walk = lfilter([1], [1, -0.8], NOISE)
    left = leftover_of(walk[rows], rows)
    assert left.autocorrelation[0] == pytest.approx(measured(walk).autocorrelation[0], abs=0.03)


def test_lags_of_thinned_errors_count_steps_of_the_series():
    left = leftover_of(NOISE, 3 * np.arange(240))
    assert left.lags[:3].tolist() == [3, 6, 9]


@pytest.mark.parametrize(
    ("residuals", "words"),
    [([], "No errors"), ([1.0], "Only 1 error "), (range(5), "Only 5 errors"), ([1.0] * 50, "All 50 errors")],
    ids=["none", "one", "five", "same"],
)
def test_too_few_errors_are_told_and_not_judged(residuals, words):
    left = measured(list(residuals))
    assert not left.is_enough
    assert memory_sentence(left, MONTHLY) == shape_sentence(left)
    assert words in shape_sentence(left)


def test_chance_is_mistaken_for_memory_about_once_in_twenty():
    draws = np.random.default_rng(0).normal(size=(200, 120))
    assert 0.01 < np.mean([measured(draw).p_value < 0.05 for draw in draws]) < 0.12


def test_shape_is_said_by_its_weightiest_finding():
    heavy = np.where(np.arange(240) % 40 == 0, 8.0 * np.sign(NOISE), NOISE)
    assert "lie evenly around zero" in shape_sentence(measured(NOISE - NOISE.mean()))
    assert "too low" in shape_sentence(measured(NOISE + 1))
    assert "too high" in shape_sentence(measured(NOISE - 1))
    skewed = np.random.default_rng(3).exponential(size=240)
    assert "upper end" in shape_sentence(measured(skewed - skewed.mean()))
    assert "lower end" in shape_sentence(measured(skewed.mean() - skewed))
    balanced = np.concatenate([heavy, -heavy])
    assert "far larger" in shape_sentence(measured(balanced))


def test_errors_of_a_series_take_their_place_by_their_moments(airline):
    ds = airline.ds[100:130].astype("datetime64[ns]")
    left = residuals_of_series(airline, ds, NOISE[:30])
    assert left.lags[0] == 1
    assert len(left.lags) == 10

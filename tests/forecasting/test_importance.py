"""Why a forecast is what it is: parts that sum to it, slopes that equal finite differences."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from lstm_viz.forecasting.config import one_network, tutorial
from lstm_viz.forecasting.experiment import ForecastExperiment
from lstm_viz.forecasting.importance import level_weights, makeup_of, sensitivity_of
from lstm_viz.forecasting.preparation import smoothed_level
from lstm_viz.settings import with_values
from lstm_viz.tables import Feature

pytestmark = pytest.mark.slow


def fitted(series, config, end=None, shrinkage=0.75):
    experiment = ForecastExperiment(series, config, end)
    list(experiment.epochs())
    experiment.load_best()
    experiment.shrinkage = shrinkage
    return experiment


def in_double(experiment):
    """The same members, answering in float64, so that small differences can be taken."""

    class Exact(ForecastExperiment):
        def _answers_of(self, model, origins):
            windows = self.inputs
            values = windows.pasts[origins - windows.window] - windows.levels[origins - 1, None]
            inputs = values.unsqueeze(-1)
            if windows.observed is not None:
                seen = windows.observed[origins - windows.window]
                inputs = torch.stack([values * seen, seen], dim=-1)
            if windows.past is not None:
                inputs = torch.cat([inputs, windows.past[origins - windows.window].transpose(1, 2)], dim=-1)
            with torch.no_grad():
                return self.ask(model.double().eval(), inputs).numpy()

    experiment.__class__ = Exact
    return experiment


def moved(experiment, row, by):
    """The forecast after one value was moved, with everything fitted held still."""
    series, y = experiment.series, experiment.series.y.copy()
    y[row] += by
    experiment.series = replace(series, y=y)
    experiment.use_preparation(experiment.preparation)
    told = experiment.predict(np.array([len(y)]))[0]
    experiment.series = series
    experiment.use_preparation(experiment.preparation)
    return told


def finite_differences(experiment, rows, step=1e-4):
    columns = [(moved(experiment, row, step) - moved(experiment, row, -step)) / (2 * step) for row in rows]
    return np.stack(columns, axis=1)


def with_gaps(series):
    y = series.y.copy()
    y[[60, 119, 120, 125, 138]] = np.nan
    return replace(series, y=y)


def with_further_columns(series):
    """A column known in advance that raises the series, and one of the past."""
    random = np.random.default_rng(0)
    fair, rain = (random.random(156) < 0.3).astype(float), random.random(144)
    features = (Feature("fair", fair, True), Feature("rain", rain, False))
    return replace(series, y=series.y * (1 + 0.5 * fair[:144]), features=features)


WAYS = {
    "recommended": lambda config: config,
    "gru": lambda config: replace(config, cell="gru"),
    "without logarithms": lambda config: with_values(config, {"scale": "linear"}),
    "one network": one_network,
    "interpolated": lambda config: replace(config, fill="interpolate"),
    "carried": lambda config: replace(config, fill="carry"),
    "recursive": lambda config: replace(tutorial(config), training=config.training),
}


@pytest.mark.parametrize("gaps", [False, True], ids=["whole", "gaps"])
@pytest.mark.parametrize("way", WAYS)
def test_slopes_equal_finite_differences(airline, quick, way, gaps):
    series = with_gaps(airline) if gaps else airline
    experiment = fitted(series, replace(WAYS[way](quick(airline)), members=2), end=144)
    told = sensitivity_of(experiment, 144)
    known = np.isfinite(series.y[told.rows])
    assert np.isnan(told.total[:, ~known]).all()
    found = finite_differences(in_double(experiment), told.rows[known])
    np.testing.assert_allclose(told.total[:, known], found, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("gaps", [False, True], ids=["whole", "gaps"])
@pytest.mark.parametrize("way", ["recommended", "recursive"])
def test_slopes_and_parts_hold_with_further_columns_too(airline, quick, way, gaps):
    series = with_further_columns(with_gaps(airline) if gaps else airline)
    experiment = fitted(series, replace(WAYS[way](quick(airline)), members=1), end=144)
    told, makeup = sensitivity_of(experiment, 144), makeup_of(experiment, 144)
    known = np.isfinite(series.y[told.rows])
    assert makeup.known.any()
    stages = makeup.stages()
    np.testing.assert_allclose(stages["forecast"], experiment.predict(np.array([144]))[0], rtol=1e-12)
    assert not np.array_equal(stages["known"], stages["season"])
    found = finite_differences(in_double(experiment), told.rows[known])
    np.testing.assert_allclose(told.total[:, known], found, rtol=1e-5, atol=1e-7)


def test_values_before_the_window_count_together(airline, quick):
    experiment = fitted(airline, with_values(quick(airline), {"window": 6}), end=144)
    told = sensitivity_of(experiment, 144).earlier
    found = finite_differences(in_double(experiment), range(138)).sum(axis=1)
    np.testing.assert_allclose(told, found, rtol=1e-5, atol=1e-8)


def test_a_fit_that_ended_before_the_held_out_part_is_explained_too(airline, quick):
    experiment = fitted(with_gaps(airline), replace(quick(airline), fill="interpolate"))
    told = sensitivity_of(experiment, 144)
    known = np.isfinite(experiment.series.y[told.rows])
    found = finite_differences(in_double(experiment), told.rows[known])
    np.testing.assert_allclose(told.total[:, known], found, rtol=1e-5, atol=1e-7)


def test_without_the_networks_only_the_level_answers(airline, quick):
    experiment = fitted(airline, quick(airline), shrinkage=0.0)
    told, makeup = sensitivity_of(experiment, 144), makeup_of(experiment, 144)
    assert (told.by_networks == 0).all()
    assert (makeup.networks == 0).all()
    np.testing.assert_array_equal(told.total, told.by_level)


@pytest.mark.parametrize("scale", ["log", "linear"])
def test_level_season_and_networks_sum_to_the_forecast(airline, quick, scale):
    experiment = fitted(airline, with_values(quick(airline), {"scale": scale}), end=144)
    makeup = makeup_of(experiment, 144)
    raw = makeup.level + makeup.season + makeup.known + makeup.networks
    told = experiment.predict(np.array([144]))[0]
    np.testing.assert_allclose(makeup.in_file_units(raw), told, rtol=1e-12)
    np.testing.assert_allclose(makeup.stages()["forecast"], told, rtol=1e-12)
    assert makeup.log == (scale == "log")


@pytest.mark.parametrize("smoothing", [0.05, 0.3, 1.0])
def test_weights_give_the_level(smoothing):
    values = np.random.default_rng(0).normal(size=40)
    np.testing.assert_allclose(level_weights(smoothing, 40) @ values, smoothed_level(values, smoothing)[-1], rtol=1e-12)
    assert level_weights(None, 3).tolist() == [0, 0, 0]

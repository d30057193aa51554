"""Back-test, error per step, left-over and why: every chart holds exactly the numbers that it was given."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from lstm_viz.figures.evaluation_charts import (
    autocorrelation_chart,
    backtest_chart,
    importance_chart,
    learning_chart,
    makeup_chart,
    residual_histogram,
    step_errors,
)
from lstm_viz.figures.theme import DARK, LIGHT
from lstm_viz.forecasting.diagnostics import leftover_of

HOSTILE = "<img src=x onerror=alert(1)>"


def traces(figure):
    return {trace.name: trace for trace in figure.data}


def known(values):
    values = np.asarray(values, dtype=float)
    return values[np.isfinite(values)]


def test_back_test_holds_what_was_said_at_every_origin(airline, airline_forecast):
    table = airline_forecast.backtest
    figure = backtest_chart(airline, table, "auto_ets", "AutoETS", LIGHT)
    drawn = traces(figure)
    np.testing.assert_array_equal(known(drawn["forecast"].y), table["model"])
    np.testing.assert_array_equal(known(drawn["AutoETS"].y), table["auto_ets"])
    assert np.isnan(np.asarray(drawn["forecast"].y)).sum() == 2, "the line breaks between the origins"
    np.testing.assert_array_equal(drawn["what happened"].y, airline.y[120 - 24 :])
    bands = [trace for trace in figure.data if trace.fill == "toself"]
    assert [trace.showlegend for trace in bands] == [True, False]
    for band, (_, piece) in zip(bands, table.groupby("origin"), strict=True):
        np.testing.assert_array_equal(band.y, np.r_[piece["hi-80"], piece["lo-80"][::-1]])
    assert len(figure.layout.shapes) == 2


def test_back_test_of_one_step_without_intervals_or_rival_is_drawn(airline, airline_forecast):
    table = airline_forecast.backtest
    table = table[table["step"] == 1].drop(columns=["lo-80", "hi-80"])
    figure = backtest_chart(airline, table, None, "", DARK)
    assert set(traces(figure)) == {"what happened", "forecast"}
    assert (np.asarray(figure.data[-1].marker.size)[::2] > 0).all(), "every origin has its dot"


def test_step_errors_hold_one_line_per_method_told_apart_by_more_than_colour():
    errors = pd.DataFrame({"model": [1.0, 2], "naive": [2.0, 4], "seasonal_naive": [3.0, 3], "auto_ets": [1.0, 1.5]})
    errors.index = pd.Index([1, 2])
    labels = {name: name for name in errors}
    figure = step_errors(errors, labels, "month", LIGHT)
    for name, trace in traces(figure).items():
        np.testing.assert_array_equal(trace.y, errors[name])
        np.testing.assert_array_equal(trace.x, [1, 2])
    assert len({(trace.line.dash, trace.marker.symbol) for trace in figure.data}) == 4
    assert figure.layout.xaxis.title.text == "months ahead"


@pytest.fixture
def left():
    walk = np.cumsum(np.random.default_rng(0).normal(size=80))
    return leftover_of(walk - walk.mean(), np.arange(80))


def test_autocorrelation_holds_every_lag_once_and_its_band(left):
    figure = autocorrelation_chart(left, "month", LIGHT)
    drawn = {lag: value for trace in figure.data for lag, value in zip(trace.x, trace.y, strict=True)}
    assert drawn == dict(zip(left.lags, left.autocorrelation, strict=True))
    beyond = traces(figure)["beyond chance"]
    assert (np.abs(beyond.y) > left.bound).all()
    assert sorted({shape.y0 for shape in figure.layout.shapes}) == [-left.bound, left.bound]


def test_histogram_counts_every_error_under_a_curve_of_the_same_area(left):
    figure = residual_histogram(left, LIGHT)
    bars, curve = figure.data
    assert sum(bars.y) == 80
    area = np.trapezoid(curve.y, curve.x)
    assert area == pytest.approx(80 * bars.width[0], rel=0.01)


def test_importance_holds_every_slope_and_says_its_sign_without_colour(airline):
    rows = np.arange(120, 144)
    level, networks = np.zeros(24), np.linspace(-0.5, 1, 24)
    level[-1], networks[3] = 0.5, np.nan
    figure = importance_chart(airline, rows, level, networks, LIGHT)
    up, down = traces(figure)["raises the forecast"], traces(figure)["lowers the forecast"]
    total = level + networks
    np.testing.assert_array_equal(up.y, total[total > 0])
    np.testing.assert_array_equal(down.y, total[total < 0])
    np.testing.assert_array_equal(traces(figure)["value read"].y, airline.y[120:])
    assert up.marker.pattern.shape != down.marker.pattern.shape
    assert [text for text in (*up.text, *down.text) if text] == ["+1.5", "−0.5"]
    np.testing.assert_array_equal(up.customdata.sum(axis=1), up.y)


def test_importance_of_nothing_is_still_a_picture(airline):
    figure = importance_chart(airline, np.arange(4), np.zeros(4), np.zeros(4), DARK)
    assert figure.layout.yaxis2.range[0] <= 0 <= figure.layout.yaxis2.range[1]


def test_makeup_holds_its_stages(airline):
    ds = airline.future(3)
    stages = {"level": np.full(3, 5.0), "season": np.array([4.0, 5, 6]), "forecast": np.array([4.5, 5, 7])}
    drawn = traces(makeup_chart(airline, ds, stages, 24, LIGHT))
    np.testing.assert_array_equal(drawn["level alone"].y, stages["level"])
    np.testing.assert_array_equal(drawn["level and season"].y, stages["season"])
    np.testing.assert_array_equal(drawn["full forecast"].y, stages["forecast"])
    np.testing.assert_array_equal(drawn["what happened"].y, airline.y[-24:])


def test_stages_that_add_nothing_are_left_out(airline):
    ds, flat, moving = airline.future(3), np.full(3, 5.0), np.arange(3.0)
    no_season = makeup_chart(airline, ds, {"level": flat, "season": flat, "forecast": moving}, 9, LIGHT)
    no_networks = makeup_chart(airline, ds, {"level": flat, "season": moving, "forecast": moving}, 9, LIGHT)
    assert list(traces(no_season))[1:] == ["level alone", "full forecast"]
    assert list(traces(no_networks))[1:] == ["level alone", "full forecast"]


def test_names_from_the_file_are_text_in_every_chart(airline, airline_forecast):
    series = replace(airline, name=HOSTILE, time=HOSTILE)
    stages = {name: np.ones(2) for name in ("level", "season", "forecast")}
    for figure in (
        backtest_chart(series, airline_forecast.backtest, "naive", HOSTILE, LIGHT),
        importance_chart(series, np.arange(3), np.ones(3), np.ones(3), LIGHT),
        makeup_chart(series, series.future(2), stages, 4, LIGHT),
    ):
        assert "<img" not in json.dumps(figure.to_dict(), default=str)


def test_learning_curve_holds_a_point_for_each_part_and_the_rule_beside_it():
    drawn = traces(learning_chart(((33, 4.0), (66, 3.0), (132, 2.5)), ("Last season", 2.8), LIGHT))
    assert drawn["this model"].x.tolist() == [33, 66, 132]
    assert list(drawn["this model"].text) == ["4", "3", "2.5"]
    assert list(drawn["Last season"].y) == [2.8, 2.8]
    assert list(traces(learning_chart(((33, 4.0), (66, 3.0)), None, LIGHT))) == ["this model"]

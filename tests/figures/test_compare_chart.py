"""Runs over each other can be told apart, and only those on the same data share a chart."""

from dataclasses import replace

import numpy as np
import pytest

from lstm_viz.figures.forecast_charts import rerun_chart
from lstm_viz.figures.run_charts import (
    DASHES,
    MAX_COMPARED,
    Compared,
    compare_forecasts,
    compare_losses,
    mark_colours,
    same_data,
)
from lstm_viz.figures.theme import DARK, LIGHT
from lstm_viz.tables import ROWS, Series, load_sample, make_series
from lstm_viz.training.config import EpochRecord
from tests.figures.conftest import one_step

HISTORY = [EpochRecord(n, 2.0 / n, None, 0.01, 1.0, n / 3, True, member) for n in range(1, 9) for member in (0, 1)]


def run(series, forecast, mark="A", name="LSTM · passengers"):
    return Compared(mark, name, series, forecast, HISTORY, "mae")


def names(figure):
    return [trace.name for trace in figure.data if trace.showlegend is not False]


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_no_two_runs_look_alike_nor_like_the_truth(palette):
    colours = mark_colours(palette)
    assert len({*colours, palette.truth}) == MAX_COMPARED + 1
    assert len(set(DASHES)) == MAX_COMPARED


def test_every_run_has_one_place_in_the_legend_and_a_line_for_each_part(airline, airline_forecast):
    figure = compare_forecasts([(0, run(airline, airline_forecast)), (2, run(airline, airline_forecast, "C"))], LIGHT)
    assert names(figure) == ["what happened", "A  LSTM · passengers", "C  LSTM · passengers"]
    lines = [trace for trace in figure.data if trace.legendgroup == "C"]
    assert {trace.line.color for trace in lines} == {LIGHT.gru}
    assert len(lines) == 2


def test_intervals_are_drawn_for_one_or_two_runs_only(airline, airline_forecast):
    for count, bands in ((1, 1), (2, 2), (3, 0)):
        runs = [(place, run(airline, airline_forecast)) for place in range(count)]
        assert sum(trace.fill == "tonexty" for trace in compare_forecasts(runs, LIGHT).data) == bands


def test_the_first_view_shows_all_heights_of_its_stretch(airline, airline_forecast):
    figure = compare_forecasts([(0, run(airline, airline_forecast))], LIGHT)
    low, high = figure.layout.yaxis.range
    seen = airline.y[airline.ds >= figure.layout.xaxis.range[0]]
    assert low < seen.min()
    assert high > max(seen.max(), airline_forecast.future["hi-80"].max())


def test_names_from_people_are_text(airline, airline_forecast):
    figure = compare_forecasts([(0, run(airline, airline_forecast, name="<b>x</b>"))], LIGHT)
    assert "A  &lt;b&gt;x&lt;/b&gt;" in names(figure)


def test_a_forecast_of_one_step_and_rows_without_time_are_drawn():
    series = Series("v", None, np.arange(30), np.arange(30.0) % 5, ROWS)
    figure = compare_forecasts([(0, run(series, one_step(series)))], LIGHT)
    assert figure.layout.xaxis.title.text == "row"


def test_losses_are_those_of_the_first_network(airline):
    figure = compare_losses([(0, run(airline, None)), (1, run(airline, None, "B"))], LIGHT)
    curves = [trace for trace in figure.data if trace.mode == "lines"]
    assert [len(curve.x) for curve in curves] == [8, 8]
    assert figure.layout.yaxis.title.text == "mean absolute error (scaled)"
    other = replace(run(airline, None, "B"), loss="mse")
    mixed = compare_losses([(0, run(airline, None)), (1, other)], LIGHT)
    assert mixed.layout.yaxis.title.text == "loss (scaled)"


def test_only_the_same_column_on_the_same_steps_is_the_same_data(airline):
    shorter = replace(airline, ds=airline.ds[:100], y=airline.y[:100])
    other = airline.y.copy()
    other[50] += 1
    assert same_data(airline, shorter)
    assert not same_data(airline, replace(airline, y=other))
    assert not same_data(airline, replace(airline, name="other"))
    assert not same_data(airline, make_series(load_sample("nile")))


def test_old_forecast_truth_and_new_forecast_are_told_apart(airline, airline_forecast):
    figure = rerun_chart(airline, 138, airline_forecast.future, airline_forecast.future, LIGHT)
    told = names(figure)
    assert told == [
        "80% interval, earlier",
        "95% interval",
        "80% interval",
        "what happened",
        "earlier forecast",
        "new forecast",
    ]
    plain = airline_forecast.future[["ds", "yhat"]]
    assert names(rerun_chart(airline, 138, plain, plain, DARK)) == ["what happened", "earlier forecast", "new forecast"]

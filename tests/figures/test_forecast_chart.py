"""The charts of a series and of its forecast, read back as numbers."""

import json
from dataclasses import replace

import numpy as np
import plotly.graph_objects as go
import pytest

from lstm_viz.figures.forecast_charts import VISIBLE_HORIZONS, data_check_chart, forecast_chart
from lstm_viz.figures.theme import DARK, LIGHT, literal
from lstm_viz.tables import load_sample, make_series
from tests.figures.conftest import one_step

HOSTILE = "<img src=x onerror=alert(1)> <b>bold</b> &amp; <a href='javascript:1'>"


def lines_of(figure: go.Figure) -> dict[str, go.Scatter]:
    return {trace.name: trace for trace in figure.data}


def moments(values: object) -> np.ndarray:
    return np.asarray(values).astype("datetime64[us]")


def test_chart_holds_exactly_the_numbers_of_the_forecast(airline, airline_forecast):
    lines = lines_of(forecast_chart(airline, airline_forecast, LIGHT))
    told = {
        "what happened": (airline.ds, airline.y),
        "last season": (airline_forecast.heldout["ds"], airline_forecast.heldout["seasonal_naive"]),
        "model, held out": (airline_forecast.heldout["ds"], airline_forecast.heldout["model"]),
        "forecast": (airline_forecast.future["ds"], airline_forecast.future["yhat"]),
    }
    assert set(lines) == set(told) | {"80% above", "80% interval", "95% above", "95% interval"}
    for level in ("80", "95"):
        np.testing.assert_array_equal(lines[f"{level}% interval"].y, airline_forecast.future[f"lo-{level}"])
        np.testing.assert_array_equal(lines[f"{level}% above"].y, airline_forecast.future[f"hi-{level}"])
    for name, (ds, y) in told.items():
        np.testing.assert_array_equal(moments(lines[name].x), moments(ds), err_msg=name)
        np.testing.assert_array_equal(np.asarray(lines[name].y), y, err_msg=name)


def test_held_out_part_is_shaded_from_its_first_row_to_its_last(airline, airline_forecast):
    (shape,) = forecast_chart(airline, airline_forecast, LIGHT).layout.shapes
    assert moments([shape.x0, shape.x1]).tolist() == moments(airline.ds[[-12, -1]]).tolist()


def test_model_speaks_in_one_colour_and_is_told_apart_by_dashes(airline, airline_forecast):
    lines = lines_of(forecast_chart(airline, airline_forecast, DARK))
    assert lines["forecast"].line.color == lines["model, held out"].line.color == DARK.model
    drawn = [line for name, line in lines.items() if "%" not in name]
    assert len({(line.line.color, line.line.dash) for line in drawn}) == len(drawn) == 4


def test_without_a_season_the_rival_is_the_last_value(airline):
    forecast = one_step(airline)
    assert "last value" in lines_of(forecast_chart(airline, forecast, LIGHT))


@pytest.mark.parametrize(("log", "kind"), [(False, "linear"), (True, "log")])
def test_scale_is_what_was_asked_for(airline, airline_forecast, log, kind):
    assert forecast_chart(airline, airline_forecast, LIGHT, log=log).layout.yaxis.type == kind


def test_a_single_step_is_a_dot_that_can_be_seen(airline):
    lines = lines_of(forecast_chart(airline, one_step(airline), LIGHT))
    assert lines["forecast"].mode == lines["model, held out"].mode == "markers"
    assert lines["what happened"].mode == "lines"


def test_names_from_the_file_are_text(airline, airline_forecast):
    series = replace(airline, name=HOSTILE, time=HOSTILE)
    for figure in (forecast_chart(series, airline_forecast, LIGHT), data_check_chart(series, (), LIGHT, 12)):
        text = json.dumps(figure.to_dict(), default=str)
        assert "<img" not in text
        assert "<a " not in text
        assert figure.layout.xaxis.title.text == figure.layout.yaxis.title.text == literal(HOSTILE)


@pytest.mark.parametrize("name", ["sales", "$x_{", "a & b", "größe", "<", "%{y}"])
def test_escaped_names_say_the_same(name):
    import html

    assert html.unescape(literal(name)) == name


def test_a_long_history_is_first_shown_from_where_the_forecast_is_no_speck():
    series = make_series(load_sample("sunspots"))
    forecast = one_step(series)
    first, last = forecast_chart(series, forecast, LIGHT).layout.xaxis.range
    assert moments([first])[0] == series.ds[-2 * VISIBLE_HORIZONS]
    assert moments([last])[0] == series.future(1)[0]


def test_a_short_history_is_shown_whole(airline, airline_forecast):
    rows = slice(-VISIBLE_HORIZONS * 24, None)
    short = replace(airline, ds=airline.ds[rows], y=airline.y[rows])
    layout = forecast_chart(short, airline_forecast, LIGHT).layout
    assert layout.xaxis.range is layout.yaxis.range is None


@pytest.mark.parametrize("log", [False, True])
def test_the_first_view_of_a_long_history_reaches_over_all_that_it_shows(airline, airline_forecast, log):
    low, high = forecast_chart(airline, airline_forecast, LIGHT, log=log).layout.yaxis.range
    shown = [airline.y[-VISIBLE_HORIZONS * 24 :].min(), airline_forecast.future["hi-95"].max()]
    lowest, highest = np.log10(shown) if log else shown
    assert low < min(lowest, np.log10(airline_forecast.future["lo-95"].min()) if log else np.inf)
    assert high > highest


def test_legend_leads_with_the_forecast_and_stands_above_the_plot(airline, airline_forecast):
    figure = forecast_chart(airline, airline_forecast, LIGHT)
    ranked = sorted((trace for trace in figure.data if trace.showlegend is not False), key=lambda t: t.legendrank)
    assert [trace.name for trace in ranked[:4]] == ["forecast", "80% interval", "95% interval", "what happened"]
    assert (figure.layout.legend.yref, figure.layout.legend.yanchor) == ("container", "top")
    (label,) = figure.layout.annotations
    assert (label.text, label.yanchor) == ("held out", "top")


def test_rows_without_time_are_named_rows(sine):
    figure = forecast_chart(sine, one_step(sine), LIGHT)
    assert figure.layout.xaxis.title.text == "row"
    assert lines_of(figure)["forecast"].x[0] == 200


def test_chart_of_the_data_shades_what_the_model_never_sees(airline):
    figure = data_check_chart(airline, (), LIGHT, 12)
    (shape,) = figure.layout.shapes
    assert moments([shape.x0, shape.x1]).tolist() == moments(airline.ds[[-12, -1]]).tolist()
    np.testing.assert_array_equal(figure.data[0].y, airline.y)


@pytest.mark.parametrize("holdout", [0, 144, 10_000])
def test_chart_of_the_data_shades_nothing_where_nothing_sensible_is_held_out(airline, holdout):
    assert data_check_chart(airline, (), LIGHT, holdout).layout.shapes == ()


def test_gaps_stay_gaps(airline):
    y = airline.y.copy()
    y[50:60] = np.nan
    assert np.isnan(data_check_chart(replace(airline, y=y), (), LIGHT, 12).data[0].y).sum() == 10

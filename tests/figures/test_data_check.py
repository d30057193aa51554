"""The picture of what was found in a series, read back as numbers."""

import json
from dataclasses import replace

import numpy as np
import pytest

from lstm_viz.figures.forecast_charts import MOST_SPANS, data_check_chart
from lstm_viz.figures.theme import DARK, LIGHT, literal
from lstm_viz.tables import Finding, Series, inspect_series

HOSTILE = "<img src=x onerror=alert(1)> <b>bold</b> &amp;"


@pytest.fixture
def flawed(airline) -> Series:
    """Passengers with gaps, a spike, a mark for nothing and a year in which nothing moves."""
    y = airline.y.copy()
    y[50], y[70], y[90:104], y[20:24], y[30] = 2360, -999, y[90], np.nan, np.nan
    return replace(airline, y=y)


def test_each_kind_has_a_shape_and_a_name_of_its_own(flawed):
    figure = data_check_chart(flawed, inspect_series(flawed), LIGHT)
    named = {trace.name: trace for trace in figure.data}
    assert set(named) == {"passengers", "value does not change", "outlier", "code for missing?"}
    assert len({trace.marker.symbol for trace in figure.data[1:]}) == 3
    assert figure.layout.showlegend


def test_places_are_drawn_where_they_are(flawed):
    figure = data_check_chart(flawed, inspect_series(flawed), DARK)
    named = {trace.name: trace for trace in figure.data}
    assert named["outlier"].y.tolist() == [2360]
    assert np.asarray(named["outlier"].x).astype("datetime64[us]").tolist() == flawed.ds[[50]].tolist()
    assert named["code for missing?"].y.tolist() == [-999]
    ends = np.asarray(named["value does not change"].x[:2]).astype("datetime64[us]")
    assert ends.tolist() == flawed.ds[[90, 103]].tolist()
    spans = [(shape.x0, shape.x1) for shape in figure.layout.shapes]
    assert spans == [(flawed.ds[19], flawed.ds[24]), (flawed.ds[29], flawed.ds[31])]


def test_gaps_are_named_once_in_the_legend(flawed):
    shapes = data_check_chart(flawed, inspect_series(flawed), LIGHT).layout.shapes
    assert [shape.showlegend for shape in shapes] == [True, False]
    assert {shape.name for shape in shapes} == {"no value"}


def test_the_line_is_the_series(flawed):
    np.testing.assert_array_equal(data_check_chart(flawed, (), LIGHT).data[0].y, flawed.y)


def test_a_series_without_flaws_has_no_legend(airline):
    figure = data_check_chart(airline, inspect_series(airline), LIGHT)
    assert not figure.layout.showlegend
    assert (len(figure.data), figure.layout.shapes) == (1, ())


def test_of_many_gaps_the_longest_are_shaded(airline):
    y = np.tile(airline.y, 10)
    y[np.arange(5, 1435, 5)] = np.nan
    y[700:740] = np.nan
    series = Series("y", None, np.arange(1440), y, replace(airline.frequency, alias="step"))
    shapes = data_check_chart(series, inspect_series(series), LIGHT).layout.shapes
    assert len(shapes) == MOST_SPANS
    assert any(shape.x1 - shape.x0 > 40 for shape in shapes)


def test_values_between_gaps_can_be_seen(airline):
    y = airline.y.copy()
    y[1:-1:2] = np.nan
    assert data_check_chart(replace(airline, y=y), (), LIGHT).data[0].mode == "lines+markers"


def test_a_long_series_keeps_its_extremes_and_its_marks(airline):
    y = np.sin(np.arange(100_000) / 50)
    y[12_345] = 40
    series = Series("y", None, np.arange(100_000), y, replace(airline.frequency, alias="step", season_length=1))
    figure = data_check_chart(series, inspect_series(series), LIGHT)
    assert len(figure.data[0].y) < 10_000
    assert figure.data[0].y.max() == 40
    assert figure.data[1].x.tolist() == [12_345]


def test_names_from_the_file_are_text(flawed):
    series = replace(flawed, name=HOSTILE, time=HOSTILE)
    figure = data_check_chart(series, inspect_series(series), LIGHT)
    assert "<img" not in json.dumps(figure.to_dict(), default=str)
    assert figure.layout.xaxis.title.text == figure.layout.yaxis.title.text == literal(HOSTILE)


def test_all_places_of_one_kind_are_one_entry(airline):
    findings = (Finding("outliers", "warning", "x.", ((3, 4), (9, 11))),)
    (_, ring) = data_check_chart(airline, findings, LIGHT).data
    assert ring.y.tolist() == airline.y[[3, 9, 10]].tolist()

"""One point for each unit, where its shares say."""

from types import SimpleNamespace

import numpy as np
import pytest

from lstm_viz.figures.layer_charts import saturation_chart
from lstm_viz.figures.theme import DARK, LIGHT
from lstm_viz.recurrent.unit_analysis import saturation

SHARES = SimpleNamespace(left=np.array([0.0, 0.25, 1.0]), right=np.array([1.0, 0.5, 0.0]))


def points(figure):
    return next(trace for trace in figure.data if trace.mode == "markers")


def test_points_stand_at_their_shares_and_know_their_units():
    drawn = points(saturation_chart("Forget gate", "forget_gate", SHARES, LIGHT))
    assert list(drawn.x) == [0.0, 0.25, 1.0]
    assert list(drawn.y) == [1.0, 0.5, 0.0]
    assert list(drawn.customdata) == [1, 2, 3]
    assert "unit %{customdata}" in drawn.hovertemplate


def test_shares_of_a_gate_can_be_drawn_as_they_are():
    gate = np.array([[0.05, 0.5], [0.95, 0.5], [0.97, 0.05], [0.99, 0.5]])
    drawn = points(saturation_chart("Forget gate", "forget_gate", saturation(gate), LIGHT))
    assert list(zip(drawn.x, drawn.y, strict=True)) == [(0.25, 0.75), (0.25, 0.0)]


@pytest.mark.parametrize("palette", [LIGHT, DARK])
@pytest.mark.parametrize("gate", ["forget_gate", "input_gate", "output_gate", "update_gate", "reset_gate"])
def test_a_gate_has_the_colour_that_it_has_everywhere(gate, palette):
    assert points(saturation_chart("A gate", gate, SHARES, palette)).marker.color == getattr(palette, gate)


def test_the_square_is_a_square_and_holds_every_point():
    layout = saturation_chart("Forget gate", "forget_gate", SHARES, LIGHT).layout
    assert layout.yaxis.scaleanchor == "x"
    for axis in (layout.xaxis, layout.yaxis):
        assert axis.range[0] < 0
        assert axis.range[1] > 1


def test_the_line_that_no_point_can_cross_is_hinted():
    line = next(
        trace for trace in saturation_chart("Forget gate", "forget_gate", SHARES, LIGHT).data if trace.mode == "lines"
    )
    assert [x + y for x, y in zip(line.x, line.y, strict=True)] == [1, 1]


def test_a_title_is_text():
    layout = saturation_chart("<b>gate</b>", "forget_gate", SHARES, LIGHT).layout
    assert layout.title.text == "&lt;b&gt;gate&lt;/b&gt;"

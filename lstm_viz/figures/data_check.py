"""A series with what was found in it: gaps, values far from the others, stretches where nothing moves."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from lstm_viz.figures.layout import base_figure, shade, thin
from lstm_viz.figures.theme import Palette, literal
from lstm_viz.tables import Series
from lstm_viz.tables.inspection import Finding

MOST_SPANS = 60
_RINGS = {"outliers": ("far from the others", "circle-open"), "sentinel": ("mark for nothing?", "x-thin-open")}
_LINES = {"constant": "value does not change", "unit": "another unit?", "level": "another level?"}


def data_check_chart(
    series: Series, findings: Sequence[Finding], palette: Palette, holdout: int = 0, height: int = 420
) -> go.Figure:
    """Draw a series, mark what was found, each kind with a shape and a name of its own, and shade the rows at its end.

    Args:
        series: on its grid.
        findings: of `inspect_series`; their places are rows of the series.
        holdout: how many rows at the end are shaded, which the model does not see.
    """
    figure = base_figure(palette, height)
    places = {finding.kind: finding.places for finding in findings if finding.places}
    x, y = thin(series.ds, series.y)
    name, line = literal(series.name), {"color": palette.truth, "width": 2}
    look = {"line": line, "marker": {"size": 4}, "hovertemplate": "%{y:,.6~g}"}
    figure.add_scatter(x=x, y=y, name=name, mode=_mode(series), **look)
    _shade_gaps(figure, series, places.get("gaps", ()), palette)
    for kind, label in _LINES.items():
        if kind in places:
            symbol = "square" if kind == "constant" else "triangle-right"
            _underline(figure, series, places[kind], label, palette, symbol)
    for kind, (label, symbol) in _RINGS.items():
        if kind in places:
            _ring(figure, series, places[kind], label, palette, symbol)
    figure.update_layout(showlegend=bool(places), xaxis_title=literal(series.time or "row"), yaxis_title=name)
    if 0 < holdout < len(series):
        shade(figure, series.ds[-holdout], series.ds[-1], "held out", palette, inside=False)
    return figure


def _mode(series: Series) -> str:
    known = ~np.isnan(series.y)
    alone = known & ~np.r_[False, known[:-1]] & ~np.r_[known[1:], False]
    return "lines+markers" if alone.any() and len(series) <= 2000 else "lines"


def _shade_gaps(figure: go.Figure, series: Series, places: Sequence[tuple[int, int]], palette: Palette) -> None:
    """Shade from the last value before a gap to the first after it, so that a single missing step is seen."""
    look = {"y0": 0, "y1": 1, "yref": "paper", "fillcolor": palette.muted, "opacity": 0.28, "layer": "below"}
    look |= {"line_width": 0}
    widest = sorted(places, key=lambda place: place[0] - place[1])[:MOST_SPANS]
    for number, (start, end) in enumerate(sorted(widest)):
        x0, x1 = series.ds[max(0, start - 1)], series.ds[min(end, len(series) - 1)]
        figure.add_shape(type="rect", x0=x0, x1=x1, **look, name="no value", legendgroup="gaps", showlegend=number == 0)


def _underline(
    figure: go.Figure, series: Series, places: Sequence[tuple[int, int]], label: str, palette: Palette, symbol: str
) -> None:
    """Draw a broad line from the first to the last row of each stretch, with a mark at both ends."""
    x, y = [], []
    for start, end in places:
        x += [series.ds[start], series.ds[end - 1], series.ds[end - 1]]
        y += [series.y[start], series.y[end - 1], np.nan]
    look = {"line": {"color": palette.seasonal, "width": 6}, "opacity": 0.75, "hoverinfo": "skip"}
    ends = {"symbol": symbol, "size": 10, "color": palette.seasonal}
    figure.add_scatter(x=np.array(x), y=np.array(y), name=label, mode="lines+markers", marker=ends, **look)


def _ring(
    figure: go.Figure, series: Series, places: Sequence[tuple[int, int]], label: str, palette: Palette, symbol: str
) -> None:
    rows, colour = np.concatenate([np.arange(start, end) for start, end in places]), palette.negative
    ring = {"symbol": symbol, "size": 14, "color": colour, "line": {"width": 2.5, "color": colour}}
    look = {"name": label, "mode": "markers", "marker": ring, "hovertemplate": "%{y:,.6~g}"}
    figure.add_scatter(x=series.ds[rows], y=series.y[rows], **look)

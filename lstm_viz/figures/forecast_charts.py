"""Charts of a series and its forecast: the data check, the forecast, and a forecast from newer rows over the old one."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from lstm_viz.figures.layout import (
    HOVER,
    add_line,
    base_figure,
    name_axes,
    place_legend_on_top,
    see_through,
    shade,
    show_from,
    thin,
    with_room,
)
from lstm_viz.figures.theme import Palette, literal
from lstm_viz.forecasting.forecast import Forecast
from lstm_viz.tables import Series
from lstm_viz.tables.series.inspection import Finding

VISIBLE_HORIZONS = 3
HEADROOM = 0.08
BANDS = (("95", 0.14), ("80", 0.28))
EDGE = {"80": 0, "95": 0.8}  # on a dark ground the outer band alone is hard to see
RANK = {"80": 1001, "95": 1002}
VISIBLE = 2
MOST_SPANS = 60
_LINES = {
    "constant": ("value does not change", "square"),
    "unit": ("change of unit?", "triangle-right"),
    "level": ("level shift?", "triangle-right"),
}
_RINGS = {"outliers": ("outlier", "circle-open"), "sentinel": ("code for missing?", "x-thin-open")}


def forecast_chart(
    series: Series, forecast: Forecast, palette: Palette, log: bool = False, height: int = 480
) -> go.Figure:
    """Draw a forecast with its evidence, and at first the last stretch of a long history alone; zooming out shows all."""
    figure = base_figure(palette, height)
    heldout, future = forecast.heldout, forecast.future
    if forecast.has_intervals:
        for level, opacity in BANDS:
            add_band(figure, future, level, palette.model, opacity)
    add_line(figure, *thin(series.ds, series.y), "what happened", palette.truth, "solid", 1.8)
    held_x = heldout["ds"].to_numpy()
    rival = "seasonal_naive" if forecast.has_season else "naive"
    label = "last season" if forecast.has_season else "last value"
    add_line(figure, held_x, heldout["model"].to_numpy(), "model, held out", palette.model, "dash", 2.4)
    add_line(figure, held_x, heldout[rival].to_numpy(), label, palette.seasonal, "dot", 2.0)
    add_line(figure, future["ds"].to_numpy(), future["yhat"].to_numpy(), "forecast", palette.model, "solid", 3.5)
    figure.data[-1].legendrank = 1000
    figure.update_traces(legendrank=1003, selector=lambda trace: trace.legendrank is None)
    shade(figure, held_x[0], held_x[-1], "held out", palette)
    place_legend_on_top(figure)
    name_axes(figure, series)
    figure.update_yaxes(type="log" if log else "linear")
    _show_end(figure, series, forecast, log)
    return figure


def add_band(figure: go.Figure, future: pd.DataFrame, level: str, colour: str, opacity: float) -> None:
    """Shade a prediction interval."""
    x, low, high = (future[name].to_numpy() for name in ("ds", f"lo-{level}", f"hi-{level}"))
    edge: dict[str, Any] = {"x": x, "mode": "lines", "legendgroup": level, "hovertemplate": HOVER}
    edge["line"] = {"width": EDGE[level], "color": see_through(colour, 0.5)}
    figure.add_scatter(y=high, name=f"{level}% above", showlegend=False, **edge)
    fill = {"fill": "tonexty", "fillcolor": see_through(colour, opacity)}
    figure.add_scatter(y=low, name=f"{level}% interval", legendrank=RANK[level], **edge, **fill)


def _show_end(figure: go.Figure, series: Series, forecast: Forecast, log: bool) -> None:
    """Choose the stretch to show first: a few times what is forecast, or all of a shorter series."""
    steps = len(forecast.heldout) + len(forecast.future)
    start = len(series.ds) - VISIBLE_HORIZONS * steps
    if start <= 0:
        return
    figure.update_xaxes(range=[series.ds[start], forecast.future["ds"].to_numpy()[-1]])
    future = [forecast.future[name] for name in forecast.future if name != "ds"]
    shown = np.concatenate([series.y[start:], *future, forecast.heldout["model"]])
    if (ends := with_room(np.log10(shown[shown > 0]) if log else shown, HEADROOM)) is not None:
        figure.update_yaxes(range=ends)


def rerun_chart(
    series: Series, old_rows: int, before: pd.DataFrame, now: pd.DataFrame, palette: Palette, height: int = 440
) -> go.Figure:
    """Draw the old forecast, what happened, and the new forecast with its intervals.

    Args:
        series: all rows, old and new.
        old_rows: how many of them the model knew when it made the forecast `before`.
        before, now: `ds, yhat` and the bounds of the intervals where there are some.
    """
    figure = base_figure(palette, height)
    if "lo-80" in before:
        add_band(figure, before, "80", palette.seasonal, 0.16)
        figure.data[-1].update(name="80% interval, earlier", legendgroup="then")
        figure.data[-2].update(legendgroup="then")
    if "lo-80" in now:
        for level, opacity in (("95", 0.14), ("80", 0.24)):
            add_band(figure, now, level, palette.model, opacity)
    add_line(figure, *thin(series.ds, series.y), "what happened", palette.truth, "solid", 2.0)
    then, new = ((table["ds"].to_numpy(), table["yhat"].to_numpy()) for table in (before, now))
    add_line(figure, *then, "earlier forecast", palette.seasonal, "dash", 2.5)
    add_line(figure, *new, "new forecast", palette.model, "solid", 3.0)
    shade(figure, series.ds[old_rows], series.ds[-1], "new rows", palette)
    start = len(series) - VISIBLE * (len(now) + len(series) - old_rows)
    show_from(figure, series, start, now["ds"].to_numpy()[-1])
    return figure


def data_check_chart(
    series: Series, findings: Sequence[Finding], palette: Palette, holdout: int = 0, height: int = 420
) -> go.Figure:
    """Draw a series on its grid, mark each kind of finding of `inspect_series`, and shade the held-out rows at its end."""
    figure = base_figure(palette, height)
    places = {finding.kind: finding.places for finding in findings if finding.places}
    x, y = thin(series.ds, series.y)
    name, line = literal(series.name), {"color": palette.truth, "width": 2}
    style = {"line": line, "marker": {"size": 4}, "hovertemplate": "%{y:,.6~g}"}
    figure.add_scatter(x=x, y=y, name=name, mode=_mode(series), **style)
    _shade_gaps(figure, series, places.get("gaps", ()), palette)
    for marks, draw in ((_LINES, _underline), (_RINGS, _ring)):
        for kind, (label, symbol) in marks.items():
            if kind in places:
                draw(figure, series, places[kind], label, palette, symbol)
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
    style: dict[str, Any] = {"y0": 0, "y1": 1, "yref": "paper", "fillcolor": palette.muted, "opacity": 0.28}
    style |= {"type": "rect", "layer": "below", "line_width": 0, "name": "no value", "legendgroup": "gaps"}
    widest = sorted(places, key=lambda place: place[0] - place[1])[:MOST_SPANS]
    for number, (start, end) in enumerate(sorted(widest)):
        x0, x1 = series.ds[max(0, start - 1)], series.ds[min(end, len(series) - 1)]
        figure.add_shape(x0=x0, x1=x1, **style, showlegend=number == 0)


def _underline(
    figure: go.Figure, series: Series, places: Sequence[tuple[int, int]], label: str, palette: Palette, symbol: str
) -> None:
    """Draw a broad line from the first to the last row of each stretch, with a mark at both ends."""
    x, y = [], []
    for start, end in places:
        x += [series.ds[start], series.ds[end - 1], series.ds[end - 1]]
        y += [series.y[start], series.y[end - 1], np.nan]
    style = {"line": {"color": palette.seasonal, "width": 6}, "opacity": 0.75, "hoverinfo": "skip"}
    ends = {"symbol": symbol, "size": 10, "color": palette.seasonal}
    figure.add_scatter(x=np.array(x), y=np.array(y), name=label, mode="lines+markers", marker=ends, **style)


def _ring(
    figure: go.Figure, series: Series, places: Sequence[tuple[int, int]], label: str, palette: Palette, symbol: str
) -> None:
    rows, colour = np.concatenate([np.arange(start, end) for start, end in places]), palette.negative
    ring = {"symbol": symbol, "size": 14, "color": colour, "line": {"width": 2.5, "color": colour}}
    style = {"name": label, "mode": "markers", "marker": ring, "hovertemplate": "%{y:,.6~g}"}
    figure.add_scatter(x=series.ds[rows], y=series.y[rows], **style)

"""History, the held-out part with what the model said of it, and the future."""

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from lstm_viz.figures.layout import (
    add_line,
    base_figure,
    name_axes,
    put_legend_on_top,
    see_through,
    shade,
    thin,
    with_room,
)
from lstm_viz.figures.theme import Palette
from lstm_viz.forecasting.forecast import Forecast
from lstm_viz.tables import Series

VISIBLE_HORIZONS = 3
HEADROOM = 0.08
BANDS = (("95", 0.14), ("80", 0.28))
EDGE = {"80": 0, "95": 0.8}  # on a dark ground the outer band alone is hard to see
RANK = {"80": 1001, "95": 1002}


def forecast_chart(
    series: Series, forecast: Forecast, palette: Palette, log: bool = False, height: int = 480
) -> go.Figure:
    """Draw a forecast with its evidence.

    The first view shows the last stretch of a long history, so that the forecast is not a speck; a double click, or zooming
    out, shows all.
    """
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
    put_legend_on_top(figure)
    name_axes(figure, series)
    figure.update_yaxes(type="log" if log else "linear")
    _show_end(figure, series, forecast, log)
    return figure


def add_band(figure: go.Figure, future: pd.DataFrame, level: str, colour: str, opacity: float) -> None:
    """Shade a prediction interval."""
    x, low, high = (future[name].to_numpy() for name in ("ds", f"lo-{level}", f"hi-{level}"))
    edge: dict[str, Any] = {"x": x, "mode": "lines", "legendgroup": level, "hovertemplate": "%{y:,.4~g}"}
    edge["line"] = {"width": EDGE[level], "color": see_through(colour, 0.5)}
    figure.add_scatter(y=high, name=f"{level}% above", showlegend=False, **edge)
    fill = {"fill": "tonexty", "fillcolor": see_through(colour, opacity)}
    figure.add_scatter(y=low, name=f"{level}% interval", legendrank=RANK[level], **edge, **fill)


def _show_end(figure: go.Figure, series: Series, forecast: Forecast, log: bool) -> None:
    """Choose the stretch to show first: a few times what is forecast, or all of a shorter series."""
    told = len(forecast.heldout) + len(forecast.future)
    start = len(series.ds) - VISIBLE_HORIZONS * told
    if start <= 0:
        return
    figure.update_xaxes(range=[series.ds[start], forecast.future["ds"].to_numpy()[-1]])
    future = [forecast.future[name] for name in forecast.future if name != "ds"]
    shown = np.concatenate([series.y[start:], *future, forecast.heldout["model"]])
    if (ends := with_room(np.log10(shown[shown > 0]) if log else shown, HEADROOM)) is not None:
        figure.update_yaxes(range=ends)

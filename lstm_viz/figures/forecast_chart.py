"""History, the held-out part with what the model said of it, and the future."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from lstm_viz.figures.layout import base_figure, thin
from lstm_viz.figures.series_chart import shade
from lstm_viz.figures.theme import Palette, literal
from lstm_viz.forecasting.forecast import Forecast
from lstm_viz.tables import Series

VISIBLE_HORIZONS = 6


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
        for level, opacity in (("95", 0.14), ("80", 0.24)):
            add_band(figure, future, level, palette.model, opacity)
    add_line(figure, *thin(series.ds, series.y), "what happened", palette.truth, "solid", 2.0)
    held_x = heldout["ds"].to_numpy()
    rival = "seasonal_naive" if forecast.has_season else "naive"
    label = "last season repeated" if forecast.has_season else "last value repeated"
    add_line(figure, held_x, heldout[rival].to_numpy(), label, palette.seasonal, "dot", 2.0)
    add_line(figure, held_x, heldout["model"].to_numpy(), "model on held-out part", palette.model, "dash", 3.0)
    add_line(figure, future["ds"].to_numpy(), future["yhat"].to_numpy(), "forecast", palette.model, "solid", 3.0)
    shade(figure, held_x[0], held_x[-1], "held out", palette)
    figure.update_xaxes(title=literal(series.time or "row"), range=first_view(series, forecast))
    figure.update_yaxes(title=literal(series.name), type="log" if log else "linear")
    return figure


def add_line(figure: go.Figure, x: np.ndarray, y: np.ndarray, name: str, colour: str, dash: str, width: float) -> None:
    """Add one line; a single point gets a marker, since a line of one point cannot be seen."""
    mode = "lines" if len(x) > 1 else "markers"
    line = {"color": colour, "width": width, "dash": dash}
    marker = {"color": colour, "size": 9}
    figure.add_scatter(x=x, y=y, name=name, mode=mode, line=line, marker=marker, hovertemplate="%{y:,.6~g}")


def add_band(figure: go.Figure, future: pd.DataFrame, level: str, colour: str, opacity: float) -> None:
    """Shade a prediction interval."""
    x, low, high = (future[name].to_numpy() for name in ("ds", f"lo-{level}", f"hi-{level}"))
    rgb = ",".join(str(int(colour[place : place + 2], 16)) for place in (1, 3, 5))
    edge = {"x": x, "mode": "lines", "line": {"width": 0}, "legendgroup": level, "hovertemplate": "%{y:,.6~g}"}
    figure.add_scatter(y=high, name=f"{level} % above", showlegend=False, **edge)
    fill = {"fill": "tonexty", "fillcolor": f"rgba({rgb},{opacity})"}
    figure.add_scatter(y=low, name=f"{level} % interval", **edge, **fill)


def first_view(series: Series, forecast: Forecast) -> list[object] | None:
    """Choose the stretch to show first: six times what is forecast, or all of a shorter series."""
    told = len(forecast.heldout) + len(forecast.future)
    start = len(series.ds) - VISIBLE_HORIZONS * told
    if start <= 0:
        return None
    return [series.ds[start], forecast.future["ds"].to_numpy()[-1]]

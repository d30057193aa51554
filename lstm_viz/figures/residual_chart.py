"""Residuals: whether errors follow one another, and how they are spread."""

import numpy as np
import plotly.graph_objects as go

from lstm_viz.figures.layout import base_figure, put_legend_on_top, see_through
from lstm_viz.figures.theme import Palette
from lstm_viz.forecasting.diagnostics import Leftover

CURVE_POINTS = 121
CURVE_REACH = 3.5


def autocorrelation_chart(left: Leftover, step_name: str, palette: Palette, height: int = 280) -> go.Figure:
    """Draw the autocorrelation at each lag over the band in which chance stays; what leaves it is filled and bordered."""
    figure = base_figure(palette, height)
    beyond = np.abs(left.autocorrelation) > left.bound
    figure.add_hrect(y0=-left.bound, y1=left.bound, fillcolor=palette.muted, opacity=0.16, line_width=0, layer="below")
    for edge in (-left.bound, left.bound):
        figure.add_hline(y=edge, line={"color": palette.muted, "dash": "dash", "width": 1})
    for name, chosen, opacity, pattern in (("within chance", ~beyond, 0.45, "/"), ("beyond chance", beyond, 1.0, "")):
        fill = {"color": palette.training, "opacity": opacity, "pattern": {"shape": pattern, "size": 5}}
        look = {"width": 0.6 * (left.lags[0] if len(left.lags) else 1), "hovertemplate": "%{y:+.2f}"}
        figure.add_bar(x=left.lags[chosen], y=left.autocorrelation[chosen], name=name, marker=fill, **look)
    put_legend_on_top(figure)
    reach = max(0.3, 1.15 * float(np.abs(left.autocorrelation).max(initial=left.bound)))
    figure.update_xaxes(title_text=f"{step_name}s between two errors")
    figure.update_yaxes(title_text="autocorrelation", range=[-reach, reach], zeroline=True, zerolinecolor=palette.muted)
    figure.update_layout(barmode="overlay")
    return figure


def residual_histogram(left: Leftover, palette: Palette, height: int = 280) -> go.Figure:
    """Draw how often errors of each size occurred, and the normal curve of the same mean and spread."""
    figure = base_figure(palette, height)
    counts, edges = np.histogram(left.residuals, bins="auto")
    fill = {"color": see_through(palette.training, 0.5), "line": {"color": palette.paper, "width": 1}}
    look = {"name": "errors", "marker": fill, "hovertemplate": "%{y} errors"}
    figure.add_bar(x=(edges[1:] + edges[:-1]) / 2, y=counts, width=np.diff(edges), **look)
    x = left.mean + left.deviation * np.linspace(-CURVE_REACH, CURVE_REACH, CURVE_POINTS)
    density = np.exp(-0.5 * ((x - left.mean) / left.deviation) ** 2) / (left.deviation * np.sqrt(2 * np.pi))
    y, line = density * len(left.residuals) * (edges[1] - edges[0]), {"color": palette.ink, "dash": "dash", "width": 2}
    figure.add_scatter(x=x, y=y, name="normal curve", mode="lines", line=line, hoverinfo="skip")
    put_legend_on_top(figure)
    figure.add_vline(x=0, line={"color": palette.muted, "width": 1})
    figure.update_xaxes(title_text="error")
    figure.update_yaxes(title_text="how many")
    figure.update_layout(hovermode="closest")
    return figure

"""Charts of a layer: how saturated its gates are, and how fast it is."""

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
import plotly.graph_objects as go

from lstm_viz.figures.layout import base_figure, place_title_inside
from lstm_viz.figures.theme import Palette

SHARES = [0.0, 0.5, 1.0]
ROW, FRAME = 44, 62


class _Shares(Protocol):
    """What is drawn: by unit, the share of steps at which a gate was below 0.1 and above 0.9, (H,) each."""

    @property
    def left(self) -> np.ndarray:
        """Nearly shut."""

    @property
    def right(self) -> np.ndarray:
        """Nearly open."""


def saturation_chart(title: str, gate: str, shares: _Shares, palette: Palette, height: int = 250) -> go.Figure:
    """Draw one gate, a point for each unit: shut to the right, open to the top, none beyond the dashed line."""
    figure = base_figure(palette, height)
    line = {"color": palette.muted, "width": 1, "dash": "dash"}
    figure.add_scatter(x=[0, 1], y=[1, 0], mode="lines", line=line, hoverinfo="skip")
    colour, units = getattr(palette, gate), np.arange(1, len(shares.left) + 1)
    dots = {"color": colour, "size": 9, "opacity": 0.65, "line": {"color": colour, "width": 1}}
    hover = "unit %{customdata}<br>nearly shut %{x:.0%}<br>nearly open %{y:.0%}<extra></extra>"
    style = {"mode": "markers", "marker": dots, "cliponaxis": False, "customdata": units, "hovertemplate": hover}
    figure.add_scatter(x=shares.left, y=shares.right, **style)
    axis = {"range": [-0.03, 1.03], "tickvals": SHARES, "tickformat": ".0%", "showgrid": True, "zeroline": True}
    axis |= {"gridcolor": palette.grid, "zerolinecolor": palette.grid, "fixedrange": True}
    figure.update_xaxes(**axis, title_text="nearly shut", title_standoff=6, constrain="domain")
    figure.update_yaxes(**axis, title_text="nearly open", title_standoff=4, scaleanchor="x", constrain="domain")
    place_title_inside(figure, title)
    figure.update_layout(margin={"l": 52, "r": 12, "t": 36, "b": 44}, showlegend=False, hovermode="closest")
    return figure


def speed_chart(
    names: Sequence[str],
    rates: Sequence[float],
    spans: Sequence[tuple[float, float]],
    colours: Sequence[str],
    palette: Palette,
) -> go.Figure:
    """Draw a bar for each cell, its median of steps per second, and the quartiles (`spans`) as a line across its end."""
    figure = base_figure(palette, FRAME + ROW * len(names))
    error: dict[str, Any] = {"type": "data", "symmetric": False, "color": palette.ink, "thickness": 2, "width": 7}
    error["array"] = [high - rate for rate, (_, high) in zip(rates, spans, strict=True)]
    error["arrayminus"] = [rate - low for rate, (low, _) in zip(rates, spans, strict=True)]
    style = {"orientation": "h", "width": 0.62, "hovertemplate": "%{y}: %{x:,.0f} steps a second<extra></extra>"}
    figure.add_bar(y=list(names), x=list(rates), marker={"color": list(colours)}, error_x=error, **style)
    figure.update_xaxes(rangemode="tozero", title_text="steps per second", tickformat=",.3~s", showgrid=True, nticks=6)
    figure.update_yaxes(autorange="reversed", showgrid=False, tickfont={"size": 15, "color": palette.ink})
    figure.update_layout(margin={"l": 10, "r": 16, "t": 8, "b": 40}, showlegend=False, hovermode="closest")
    return figure

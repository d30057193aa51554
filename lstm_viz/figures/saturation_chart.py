"""How often the gates of each unit are nearly shut and nearly open (Karpathy, Johnson & Li 2015, figure 3)."""

from typing import Protocol

import numpy as np
import plotly.graph_objects as go

from lstm_viz.figures.layout import base_figure, put_title_inside
from lstm_viz.figures.theme import Palette

SHARES = [0.0, 0.5, 1.0]


class _Shares(Protocol):
    """What is drawn: by unit, the share of steps at which a gate was below 0.1 and above 0.9, (H,) each."""

    @property
    def left(self) -> np.ndarray:
        """Nearly shut."""

    @property
    def right(self) -> np.ndarray:
        """Nearly open."""


def saturation_chart(title: str, gate: str, shares: _Shares, palette: Palette, height: int = 250) -> go.Figure:
    """Draw one gate: a point for each unit, nearly shut to the right, nearly open to the top.

    No point lies beyond the dashed line, where both shares add up to 1.

    Args:
        gate: names the colour.
        height: in pixels; the width follows the page.
    """
    figure = base_figure(palette, height)
    figure.add_scatter(
        x=[0, 1], y=[1, 0], mode="lines", line={"color": palette.muted, "width": 1, "dash": "dash"}, hoverinfo="skip"
    )
    colour, units = getattr(palette, gate), np.arange(1, len(shares.left) + 1)
    dots = {"color": colour, "size": 9, "opacity": 0.65, "line": {"color": colour, "width": 1}}
    hover = "unit %{customdata}<br>nearly shut %{x:.0%}<br>nearly open %{y:.0%}<extra></extra>"
    look = {"mode": "markers", "marker": dots, "cliponaxis": False, "customdata": units, "hovertemplate": hover}
    figure.add_scatter(x=shares.left, y=shares.right, **look)
    axis = {"range": [-0.03, 1.03], "tickvals": SHARES, "tickformat": ".0%", "showgrid": True, "zeroline": True}
    axis |= {"gridcolor": palette.grid, "zerolinecolor": palette.grid, "fixedrange": True}
    figure.update_xaxes(**axis, title_text="nearly shut", title_standoff=6, constrain="domain")
    figure.update_yaxes(**axis, title_text="nearly open", title_standoff=4, scaleanchor="x", constrain="domain")
    put_title_inside(figure, title)
    figure.update_layout(margin={"l": 52, "r": 12, "t": 36, "b": 44}, showlegend=False, hovermode="closest")
    return figure

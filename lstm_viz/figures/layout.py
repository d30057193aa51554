"""What all plotly charts have in common."""

import numpy as np
import plotly.graph_objects as go

from lstm_viz.figures.theme import Palette

FONT = "Source Sans, system-ui, -apple-system, 'Segoe UI', sans-serif"
MAX_POINTS = 4000


def base_figure(palette: Palette, height: int) -> go.Figure:
    """Make an empty chart with quiet axes, one hover box per position, and a legend above."""
    axis = {
        "gridcolor": palette.grid,
        "linecolor": palette.grid,
        "zeroline": False,
        "tickfont": {"size": 13, "color": palette.muted},
        "title": {"font": {"size": 14, "color": palette.muted}},
        "automargin": True,
    }
    return go.Figure(
        layout={
            "template": "none",
            "height": height,
            "margin": {"l": 56, "r": 16, "t": 40, "b": 40},
            "font": {"family": FONT, "size": 14, "color": palette.ink},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "hovermode": "x unified",
            "hoverlabel": {"bgcolor": palette.paper, "bordercolor": palette.grid, "font": {"color": palette.ink}},
            "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "font": {"size": 14}},
            "xaxis": {**axis, "showgrid": False},
            "yaxis": axis,
            "uirevision": "keep",
        }
    )


def thin(x: np.ndarray, y: np.ndarray, limit: int = MAX_POINTS) -> tuple[np.ndarray, np.ndarray]:
    """Leave out points that cannot be told apart on a screen, but keep every bucket's lowest and highest.

    Args:
        x, y: the line, (N,); NaN in `y` are gaps.
        limit: about how many points may stay.

    Returns:
        The line itself where it is short enough, else about `limit` of its points in their order.
    """
    if len(y) <= limit:
        return x, y
    buckets = np.array_split(np.arange(len(y)), limit // 2)
    keep: list[int] = [0, len(y) - 1]
    for bucket in buckets:
        values = y[bucket]
        if np.isfinite(values).any():
            keep += [int(bucket[np.nanargmin(values)]), int(bucket[np.nanargmax(values)])]
        else:
            keep.append(int(bucket[0]))
    order = np.unique(keep)
    return x[order], y[order]

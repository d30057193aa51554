"""How fast forecasts grow worse: the error of each step ahead, for the model and its rivals."""

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go

from lstm_viz.figures.layout import base_figure, put_legend_on_top
from lstm_viz.figures.theme import Palette, literal

LOOKS = {
    "model": ("model", "solid", "circle", 3.0),
    "naive": ("naive", "dot", "square", 1.8),
    "seasonal_naive": ("seasonal", "dash", "diamond", 1.8),
    "auto_ets": ("training", "dashdot", "triangle-up", 1.8),
}
MOST_MARKERS = 40


def step_errors(
    errors: pd.DataFrame, labels: Mapping[str, str], step_name: str, palette: Palette, height: int = 300
) -> go.Figure:
    """Draw one line per method.

    Args:
        errors: index: steps ahead, from 1; one column per method, mean absolute error.
        labels: what the legend calls a method.
        step_name: what a step is, for example `month`.
    """
    figure = base_figure(palette, height)
    for name in errors:
        colour, dash, symbol, width = LOOKS[str(name)]
        line = {"color": getattr(palette, colour), "dash": dash, "width": width}
        look = {"line": line, "marker": {"symbol": symbol, "size": 7}, "hovertemplate": "%{y:,.4~g}"}
        look["mode"] = "lines+markers" if len(errors) <= MOST_MARKERS else "lines"
        x, y = errors.index.to_numpy(), errors[name].to_numpy()
        figure.add_scatter(x=x, y=y, name=literal(labels[str(name)]), **look)
    put_legend_on_top(figure)
    figure.update_xaxes(title_text=f"{step_name}s ahead", dtick=1 if len(errors) <= 15 else None)
    figure.update_yaxes(title_text="mean absolute error", rangemode="tozero")
    return figure

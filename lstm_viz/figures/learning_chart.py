"""The learning curve: the error on the held-out rows by how many rows taught."""

import numpy as np
import plotly.graph_objects as go

from lstm_viz.figures.layout import base_figure, put_legend_on_top
from lstm_viz.figures.theme import Palette, literal
from lstm_viz.figures.wording import rounded


def learning_chart(
    curve: tuple[tuple[int, float], ...], rival: tuple[str, float] | None, palette: Palette, height: int = 260
) -> go.Figure:
    """Draw the errors over the rows, which double from point to point.

    Args:
        curve: rows that taught, and the mean absolute error.
        rival: the name and the error of a rule to compare with; it is a line, since it needs no rows.
    """
    figure = base_figure(palette, height)
    rows, errors = (np.array(column, dtype=float) for column in zip(*curve, strict=True))
    look = {"mode": "lines+markers+text", "line": {"color": palette.model, "width": 3}, "marker": {"size": 9}}
    text = {"text": [rounded(error, digits=3) for error in errors], "textposition": "top center", "cliponaxis": False}
    figure.add_scatter(x=rows, y=errors, name="this model", **look, **text, hovertemplate="%{y:,.4~g}")
    if rival is not None:
        name, error = rival
        line = {"color": palette.seasonal, "dash": "dash", "width": 2}
        ends = {"x": rows[[0, -1]], "y": [error, error]}
        figure.add_scatter(**ends, name=literal(name), mode="lines", line=line, hovertemplate="%{y:,.4~g}")
    ticks = {"tickvals": rows, "ticktext": [f"{count:,.0f}" for count in rows]}
    figure.update_xaxes(title_text="rows that taught", type="log", **ticks)
    figure.update_yaxes(title_text="mean absolute error", rangemode="tozero")
    put_legend_on_top(figure)
    return figure

"""How many steps per second each cell reads, with the quartiles of all turns."""

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from lstm_viz.figures.layout import base_figure
from lstm_viz.figures.theme import Palette

ROW, FRAME = 44, 62


def speed_chart(
    names: Sequence[str],
    rates: Sequence[float],
    spans: Sequence[tuple[float, float]],
    colours: Sequence[str],
    palette: Palette,
) -> go.Figure:
    """Draw a bar for each cell, with the middle half of all turns as a line across its end.

    Args:
        names: of the cells, from the top.
        rates: steps per second, the median.
        spans: quartiles of the same.
        colours: of the bars.
        palette: of the page.
    """
    figure = base_figure(palette, FRAME + ROW * len(names))
    error: dict[str, Any] = {"type": "data", "symmetric": False, "color": palette.ink, "thickness": 2, "width": 7}
    error["array"] = [high - rate for rate, (_, high) in zip(rates, spans, strict=True)]
    error["arrayminus"] = [rate - low for rate, (low, _) in zip(rates, spans, strict=True)]
    look = {"orientation": "h", "width": 0.62, "hovertemplate": "%{y}: %{x:,.0f} steps a second<extra></extra>"}
    figure.add_bar(y=list(names), x=list(rates), marker={"color": list(colours)}, error_x=error, **look)
    figure.update_xaxes(rangemode="tozero", title_text="steps per second", tickformat=",.3~s", showgrid=True, nticks=6)
    figure.update_yaxes(autorange="reversed", showgrid=False, tickfont={"size": 15, "color": palette.ink})
    figure.update_layout(margin={"l": 10, "r": 16, "t": 8, "b": 40}, showlegend=False, hovermode="closest")
    return figure

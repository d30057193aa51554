"""A series as it was read."""

import plotly.graph_objects as go

from lstm_viz.figures.layout import base_figure, shade, thin
from lstm_viz.figures.theme import Palette, literal
from lstm_viz.tables import Series


def series_chart(series: Series, holdout: int, palette: Palette, height: int = 420) -> go.Figure:
    """Draw a series and shade the rows at its end that the model will never see.

    Args:
        holdout: how many rows at the end are shaded; 0 shades none.
    """
    figure = base_figure(palette, height)
    x, y = thin(series.ds, series.y)
    name = literal(series.name)
    figure.add_scatter(
        x=x, y=y, name=name, mode="lines", line={"color": palette.truth, "width": 2}, hovertemplate="%{y:,.6~g}"
    )
    figure.update_layout(showlegend=False, yaxis_title=name, xaxis_title=literal(series.time or "row"))
    if 0 < holdout < len(series.ds):
        shade(figure, series.ds[-holdout], series.ds[-1], "held out", palette, inside=False)
    return figure

"""The same model on newer rows: what it said, what then happened, what it says now."""

import pandas as pd
import plotly.graph_objects as go

from lstm_viz.figures.forecast_chart import add_band
from lstm_viz.figures.layout import add_line, base_figure, shade, show_from, thin
from lstm_viz.figures.theme import Palette
from lstm_viz.tables import Series

VISIBLE = 2


def rerun_chart(
    series: Series, old_rows: int, before: pd.DataFrame, now: pd.DataFrame, palette: Palette, height: int = 440
) -> go.Figure:
    """Draw the old forecast, what happened, and the new forecast with its intervals.

    Args:
        series: all rows, old and new.
        old_rows: how many of them the model knew when it told `before`.
        before, now: `ds, yhat` and the bounds of the intervals where there are some.
    """
    figure = base_figure(palette, height)
    if "lo-80" in before:
        add_band(figure, before, "80", palette.seasonal, 0.16)
        figure.data[-1].update(name="80% interval of then", legendgroup="then")
        figure.data[-2].update(legendgroup="then")
    if "lo-80" in now:
        for level, opacity in (("95", 0.14), ("80", 0.24)):
            add_band(figure, now, level, palette.model, opacity)
    add_line(figure, *thin(series.ds, series.y), "what happened", palette.truth, "solid", 2.0)
    then, new = ((told["ds"].to_numpy(), told["yhat"].to_numpy()) for told in (before, now))
    add_line(figure, *then, "forecast of then", palette.seasonal, "dash", 2.5)
    add_line(figure, *new, "forecast now", palette.model, "solid", 3.0)
    shade(figure, series.ds[old_rows], series.ds[-1], "new rows", palette)
    start = len(series) - VISIBLE * (len(now) + len(series) - old_rows)
    show_from(figure, series, start, now["ds"].to_numpy()[-1])
    return figure

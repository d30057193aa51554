"""What the model said at several moments of the past, beside what happened then."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from lstm_viz.figures.forecast_chart import HEADROOM
from lstm_viz.figures.layout import base_figure, name_axes, put_legend_on_top, see_through, with_room
from lstm_viz.figures.theme import Palette, literal
from lstm_viz.tables import Series

CONTEXT_HORIZONS = 2
BAND = "80"


def backtest_chart(
    series: Series, backtest: pd.DataFrame, rival: str | None, rival_label: str, palette: Palette, height: int = 400
) -> go.Figure:
    """Draw the last stretch of a history and, from every origin on, what was said of it beforehand.

    Args:
        backtest: `origin`, `step`, `ds`, `model`, the rival's column, and `lo-80`, `hi-80` where there are intervals.
        rival: the column of the method to compare with; None draws none.
    """
    figure = base_figure(palette, height)
    origins = backtest["origin"].unique()
    first = max(0, int(origins[0]) - CONTEXT_HORIZONS * int(backtest["step"].max()))
    if f"lo-{BAND}" in backtest:
        _add_bands(figure, backtest, palette)
    told = {"mode": "lines+markers", "hovertemplate": "%{y:,.4~g}"}
    sizes = [np.r_[7, np.zeros(len(piece))] for _, piece in backtest.groupby("origin")]
    dots = {"size": np.concatenate(sizes)}  # one on the first point of every origin
    x, y = series.ds[first:], series.y[first:]
    line = {"color": palette.truth, "width": 1.8}
    figure.add_scatter(x=x, y=y, name="what happened", mode="lines", line=line, hovertemplate="%{y:,.4~g}")
    x, y = _pieces(backtest, "model")
    line = {"color": palette.model, "width": 3}
    figure.add_scatter(x=x, y=y, name="model said", line=line, marker=dots, **told)
    if rival is not None:
        x, y = _pieces(backtest, rival)
        line = {"color": palette.training, "width": 1.8, "dash": "dot"}
        square = {**dots, "symbol": "square"}
        figure.add_scatter(x=x, y=y, name=literal(rival_label), line=line, marker=square, **told)
    for origin in origins:
        rule = {"width": 1, "dash": "dot", "color": palette.muted}
        figure.add_shape(type="line", x0=series.ds[origin], x1=series.ds[origin], y0=0, y1=1, yref="paper", line=rule)
    put_legend_on_top(figure)
    name_axes(figure, series)
    said = [backtest[name] for name in ("model", f"lo-{BAND}", f"hi-{BAND}") if name in backtest]
    # fitted to what happened and to what the model said, so that a rival that went astray flattens nothing
    figure.update_yaxes(range=with_room(np.concatenate([series.y[first:], *said]), HEADROOM))
    return figure


def _pieces(backtest: pd.DataFrame, column: str) -> tuple[np.ndarray, np.ndarray]:
    parts = [piece for _, piece in backtest.groupby("origin")]
    x = [np.append(part["ds"].to_numpy(), part["ds"].to_numpy()[-1:]) for part in parts]
    y = [np.append(part[column].to_numpy(dtype=float), np.nan) for part in parts]
    return np.concatenate(x), np.concatenate(y)


def _add_bands(figure: go.Figure, backtest: pd.DataFrame, palette: Palette) -> None:
    for number, (_, piece) in enumerate(backtest.groupby("origin")):
        x, low, high = (piece[name].to_numpy() for name in ("ds", f"lo-{BAND}", f"hi-{BAND}"))
        line = {"width": 8 if len(x) == 1 else 0, "color": see_through(palette.model, 0.28)}
        look = {"mode": "lines", "line": line, "fill": "toself", "fillcolor": see_through(palette.model, 0.22)}
        legend = {"name": f"{BAND}% interval", "legendgroup": "band", "showlegend": number == 0}
        edge = {"x": np.concatenate([x, x[::-1]]), "y": np.concatenate([high, low[::-1]])}
        figure.add_scatter(**edge, **look, **legend, hoverinfo="skip")

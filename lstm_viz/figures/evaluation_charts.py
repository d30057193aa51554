"""Charts of what a forecast is worth: back-test, error by step, residuals, learning curve and importance."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from lstm_viz.figures.forecast_charts import HEADROOM
from lstm_viz.figures.layout import HOVER, add_line, base_figure, name_axes, place_legend_on_top, see_through, with_room
from lstm_viz.figures.theme import Palette, literal
from lstm_viz.figures.wording import rounded
from lstm_viz.forecasting.diagnostics import ResidualStatistics
from lstm_viz.tables import Series

CONTEXT_HORIZONS = 2
BAND = "80"
CURVE_POINTS, CURVE_REACH = 121, 3.5
MOST_MARKERS = 40
STYLES = {
    "model": ("model", "solid", "circle", 3.0),
    "naive": ("naive", "dot", "square", 1.8),
    "seasonal_naive": ("seasonal", "dash", "diamond", 1.8),
    "auto_ets": ("training", "dashdot", "triangle-up", 1.8),
}
STAGES = (
    ("level", "level alone", "naive", "dot", 2.0),
    ("season", "level and season", "seasonal", "dash", 2.4),
    ("known", "with known columns", "training", "dashdot", 2.4),
    ("forecast", "full forecast", "model", "solid", 3.5),
)


def backtest_chart(
    series: Series, backtest: pd.DataFrame, rival: str | None, rival_label: str, palette: Palette, height: int = 400
) -> go.Figure:
    """Draw the last stretch of a history and, from every origin on, what was forecast of it beforehand.

    Args:
        backtest: `origin`, `step`, `ds`, `model`, the rival's column, and `lo-80`, `hi-80` where there are intervals.
        rival: the column of the method to compare with; None draws none.
    """
    figure = base_figure(palette, height)
    origins = backtest["origin"].unique()
    first = max(0, int(origins[0]) - CONTEXT_HORIZONS * int(backtest["step"].max()))
    if f"lo-{BAND}" in backtest:
        _add_bands(figure, backtest, palette)
    style = {"mode": "lines+markers", "hovertemplate": HOVER}
    sizes = [np.r_[7, np.zeros(len(piece))] for _, piece in backtest.groupby("origin")]
    dots = {"size": np.concatenate(sizes)}  # one on the first point of every origin
    known, line = {"x": series.ds[first:], "y": series.y[first:]}, {"color": palette.truth, "width": 1.8}
    figure.add_scatter(**known, name="what happened", mode="lines", line=line, hovertemplate=HOVER)
    line = {"color": palette.model, "width": 3}
    figure.add_scatter(**_pieces(backtest, "model"), name="forecast", line=line, marker=dots, **style)
    if rival is not None:
        line, square = {"color": palette.training, "width": 1.8, "dash": "dot"}, {**dots, "symbol": "square"}
        figure.add_scatter(**_pieces(backtest, rival), name=literal(rival_label), line=line, marker=square, **style)
    rule = {"type": "line", "line": {"width": 1, "dash": "dot", "color": palette.muted}}
    for at in series.ds[origins]:
        figure.add_shape(x0=at, x1=at, y0=0, y1=1, yref="paper", **rule)
    place_legend_on_top(figure)
    name_axes(figure, series)
    forecast = [backtest[name] for name in ("model", f"lo-{BAND}", f"hi-{BAND}") if name in backtest]
    # fitted to what happened and to the model, so that a rival that went astray flattens nothing
    figure.update_yaxes(range=with_room(np.concatenate([series.y[first:], *forecast]), HEADROOM))
    return figure


def _pieces(backtest: pd.DataFrame, column: str) -> dict[str, np.ndarray]:
    """Give the points of a column with a gap behind every origin."""
    parts = [piece for _, piece in backtest.groupby("origin")]
    x = [np.append(part["ds"].to_numpy(), part["ds"].to_numpy()[-1:]) for part in parts]
    y = [np.append(part[column].to_numpy(dtype=float), np.nan) for part in parts]
    return {"x": np.concatenate(x), "y": np.concatenate(y)}


def _add_bands(figure: go.Figure, backtest: pd.DataFrame, palette: Palette) -> None:
    for number, (_, piece) in enumerate(backtest.groupby("origin")):
        x, low, high = (piece[name].to_numpy() for name in ("ds", f"lo-{BAND}", f"hi-{BAND}"))
        line = {"width": 8 if len(x) == 1 else 0, "color": see_through(palette.model, 0.28)}
        style = {"mode": "lines", "line": line, "fill": "toself", "fillcolor": see_through(palette.model, 0.22)}
        legend = {"name": f"{BAND}% interval", "legendgroup": "band", "showlegend": number == 0}
        edge = {"x": np.concatenate([x, x[::-1]]), "y": np.concatenate([high, low[::-1]])}
        figure.add_scatter(**edge, **style, **legend, hoverinfo="skip")


def step_errors(
    errors: pd.DataFrame, labels: Mapping[str, str], step_name: str, palette: Palette, height: int = 300
) -> go.Figure:
    """Draw one line per method.

    Args:
        errors: mean absolute error by steps ahead, from 1; one column per method.
        labels: what the legend calls a method.
        step_name: what a step is, for example `month`.
    """
    figure = base_figure(palette, height)
    for name in errors:
        colour, dash, symbol, width = STYLES[str(name)]
        line = {"color": getattr(palette, colour), "dash": dash, "width": width}
        style = {"line": line, "marker": {"symbol": symbol, "size": 7}, "hovertemplate": HOVER}
        style["mode"] = "lines+markers" if len(errors) <= MOST_MARKERS else "lines"
        x, y = errors.index.to_numpy(), errors[name].to_numpy()
        figure.add_scatter(x=x, y=y, name=literal(labels[str(name)]), **style)
    place_legend_on_top(figure)
    figure.update_xaxes(title_text=f"{step_name}s ahead", dtick=1 if len(errors) <= 15 else None)
    figure.update_yaxes(title_text="mean absolute error", rangemode="tozero")
    return figure


def autocorrelation_chart(left: ResidualStatistics, step_name: str, palette: Palette, height: int = 280) -> go.Figure:
    """Draw the autocorrelation at each lag over the band in which chance stays; what leaves it is filled and bordered."""
    figure = base_figure(palette, height)
    beyond = np.abs(left.autocorrelation) > left.bound
    figure.add_hrect(y0=-left.bound, y1=left.bound, fillcolor=palette.muted, opacity=0.16, line_width=0, layer="below")
    for edge in (-left.bound, left.bound):
        figure.add_hline(y=edge, line={"color": palette.muted, "dash": "dash", "width": 1})
    for name, chosen, opacity, pattern in (("within chance", ~beyond, 0.45, "/"), ("beyond chance", beyond, 1.0, "")):
        fill = {"color": palette.training, "opacity": opacity, "pattern": {"shape": pattern, "size": 5}}
        style = {"width": 0.6 * (left.lags[0] if len(left.lags) else 1), "hovertemplate": "%{y:+.2f}"}
        figure.add_bar(x=left.lags[chosen], y=left.autocorrelation[chosen], name=name, marker=fill, **style)
    place_legend_on_top(figure)
    reach = max(0.3, 1.15 * float(np.abs(left.autocorrelation).max(initial=left.bound)))
    figure.update_xaxes(title_text=f"lag in {step_name}s")
    figure.update_yaxes(title_text="autocorrelation", range=[-reach, reach], zeroline=True, zerolinecolor=palette.muted)
    figure.update_layout(barmode="overlay")
    return figure


def residual_histogram(left: ResidualStatistics, palette: Palette, height: int = 280) -> go.Figure:
    """Draw how often errors of each size occurred, and the normal curve of the same mean and spread."""
    figure = base_figure(palette, height)
    counts, edges = np.histogram(left.residuals, bins="auto")
    fill = {"color": see_through(palette.training, 0.5), "line": {"color": palette.paper, "width": 1}}
    style = {"name": "errors", "marker": fill, "hovertemplate": "%{y} errors"}
    figure.add_bar(x=(edges[1:] + edges[:-1]) / 2, y=counts, width=np.diff(edges), **style)
    x = left.mean + left.deviation * np.linspace(-CURVE_REACH, CURVE_REACH, CURVE_POINTS)
    density = np.exp(-0.5 * ((x - left.mean) / left.deviation) ** 2) / (left.deviation * np.sqrt(2 * np.pi))
    y, line = density * len(left.residuals) * (edges[1] - edges[0]), {"color": palette.ink, "dash": "dash", "width": 2}
    figure.add_scatter(x=x, y=y, name="normal curve", mode="lines", line=line, hoverinfo="skip")
    place_legend_on_top(figure)
    figure.add_vline(x=0, line={"color": palette.muted, "width": 1})
    figure.update_xaxes(title_text="error")
    figure.update_yaxes(title_text="count")
    figure.update_layout(hovermode="closest")
    return figure


def learning_chart(
    curve: tuple[tuple[int, float], ...], rival: tuple[str, float] | None, palette: Palette, height: int = 260
) -> go.Figure:
    """Draw the mean absolute error over the rows that were learned from, which double from point to point.

    Args:
        rival: the name and the error of a rule to compare with; it is a line, since it needs no rows.
    """
    figure = base_figure(palette, height)
    rows, errors = (np.array(column, dtype=float) for column in zip(*curve, strict=True))
    style = {"mode": "lines+markers+text", "line": {"color": palette.model, "width": 3}, "marker": {"size": 9}}
    text = {"text": [rounded(error, digits=3) for error in errors], "textposition": "top center", "cliponaxis": False}
    figure.add_scatter(x=rows, y=errors, name="this model", **style, **text, hovertemplate=HOVER)
    if rival is not None:
        name, error = rival
        ends, line = {"x": rows[[0, -1]], "y": [error, error]}, {"color": palette.seasonal, "dash": "dash", "width": 2}
        figure.add_scatter(**ends, name=literal(name), mode="lines", line=line, hovertemplate=HOVER)
    ticks = {"tickvals": rows, "ticktext": [f"{count:,.0f}" for count in rows]}
    figure.update_xaxes(title_text="training rows", type="log", **ticks)
    figure.update_yaxes(title_text="mean absolute error", rangemode="tozero")
    place_legend_on_top(figure)
    return figure


def importance_chart(
    series: Series, rows: np.ndarray, by_level: np.ndarray, by_networks: np.ndarray, palette: Palette, height: int = 420
) -> go.Figure:
    """Draw the window that was read and, below each value, how the forecast moves when the value is 1 higher.

    Args:
        rows: of the window, (W,).
        by_level, by_networks: what moves the forecast through the level and through the networks, (W,); NaN at gaps.
    """
    figure = base_figure(palette, height)
    x, moved = series.ds[rows], by_level + by_networks
    read = {"mode": "lines+markers" if len(rows) <= 120 else "lines", "line": {"color": palette.truth, "width": 2}}
    figure.add_scatter(x=x, y=series.y[rows], name="value read", **read, hovertemplate=HOVER)
    for name, chosen, colour, shape in (
        ("raises the forecast", moved > 0, palette.positive, ""),
        ("lowers the forecast", moved < 0, palette.negative, "/"),
    ):
        words = _strongest(moved[chosen], 0.1 * float(np.nanmax(np.abs(moved), initial=0.0)))
        text = {"textposition": "outside", "textangle": 0, "textfont": {"size": 12, "color": palette.ink}}
        sentence = "%{y:+,.3~g} (level %{customdata[0]:+,.3~g}, networks %{customdata[1]:+,.3~g})"
        style = {"name": name, "text": words, "constraintext": "none", "cliponaxis": False, "hovertemplate": sentence}
        fill = {"color": colour, "pattern": {"shape": shape, "size": 5}}
        by = np.stack([by_level, by_networks], axis=1)[chosen]
        figure.add_bar(x=x[chosen], y=moved[chosen], yaxis="y2", marker=fill, customdata=by, **style, **text)
    _share_x_axis(figure, series, moved, palette)
    return figure


def _strongest(moved: np.ndarray, least: float) -> list[str]:
    """Label the largest of some bars where it can be seen; neighbours would write over each other."""
    place = int(np.abs(moved).argmax()) if len(moved) else -1
    return [
        rounded(value, signed=True, digits=3) if number == place and abs(value) >= least else ""
        for number, value in enumerate(moved)
    ]


def _share_x_axis(figure: go.Figure, series: Series, moved: np.ndarray, palette: Palette) -> None:
    place_legend_on_top(figure)
    known = moved[np.isfinite(moved)]
    low, high = float(known.min(initial=0.0)), float(known.max(initial=0.0))
    room = 0.25 * ((high - low) or 1.0)
    reach = [low - (room if low < 0 else 0), high + (room if high > 0 else 0)]
    second = {**figure.layout.yaxis.to_plotly_json(), "domain": [0, 0.42], "anchor": "x"}
    second |= {"zeroline": True, "zerolinecolor": palette.muted, "range": reach, "nticks": 5}
    name_axes(figure, series)
    figure.update_layout(yaxis={"domain": [0.5, 1], "anchor": "x"}, yaxis2=second, barmode="overlay")
    figure.update_layout(yaxis2={"title": {"text": "per +1"}}, xaxis={"anchor": "y2"})


def makeup_chart(
    series: Series, ds: np.ndarray, stages: Mapping[str, np.ndarray], window: int, palette: Palette, height: int = 300
) -> go.Figure:
    """Draw the forecast as it is built up, beside the newest `window` values.

    Args:
        ds: moments of the forecast, (H,).
        stages: `level`, `season` (with the level), `known` (with both), `forecast` (with all), (H,) each.
    """
    figure = base_figure(palette, height)
    add_line(figure, series.ds[-window:], series.y[-window:], "what happened", palette.truth, "solid", 1.8)
    for name, label, colour, dash, width in _kept_stages(stages):
        add_line(figure, ds, stages[name], label, getattr(palette, colour), dash, width)
    place_legend_on_top(figure)
    name_axes(figure, series)
    return figure


def _kept_stages(stages: Mapping[str, np.ndarray]) -> list[tuple[str, str, str, str, float]]:
    """Leave out the stages that equal the one before or as the whole: what adds nothing is not drawn."""
    kept, before = [STAGES[0]], stages["level"]
    for stage in STAGES[1:-1]:
        values = stages.get(stage[0], before)
        if not np.array_equal(values, before) and not np.array_equal(values, stages["forecast"]):
            kept.append(stage)
            before = values
    return [*kept, STAGES[-1]]

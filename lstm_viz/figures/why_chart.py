"""Why a forecast is what it is: the values read with their weight below them, and the parts that it is built of."""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

from lstm_viz.figures.layout import add_line, base_figure, name_axes, put_legend_on_top
from lstm_viz.figures.theme import Palette
from lstm_viz.figures.wording import rounded
from lstm_viz.tables import Series

STAGES = (
    ("level", "level alone", "naive", "dot", 2.0),
    ("season", "level and season", "seasonal", "dash", 2.4),
    ("known", "with known columns", "training", "dashdot", 2.4),
    ("forecast", "the whole forecast", "model", "solid", 3.5),
)


def importance_chart(
    series: Series, rows: np.ndarray, by_level: np.ndarray, by_networks: np.ndarray, palette: Palette, height: int = 420
) -> go.Figure:
    """Draw the window that was read and, below each value, how the forecast moves when the value is 1 higher.

    Args:
        rows: rows of the window, (W,).
        by_level, by_networks: what moves the forecast through the level and through the networks, (W,); NaN at gaps.
    """
    figure = base_figure(palette, height)
    x, moved = series.ds[rows], by_level + by_networks
    line = {"color": palette.truth, "width": 2}
    mode = "lines+markers" if len(rows) <= 120 else "lines"
    figure.add_scatter(x=x, y=series.y[rows], name="value read", mode=mode, line=line, hovertemplate="%{y:,.4~g}")
    for name, chosen, colour, shape in (
        ("raises the forecast", moved > 0, palette.positive, ""),
        ("lowers the forecast", moved < 0, palette.negative, "/"),
    ):
        words = _strongest(moved[chosen], 0.1 * float(np.nanmax(np.abs(moved), initial=0.0)))
        text = {"textposition": "outside", "textangle": 0, "textfont": {"size": 12, "color": palette.ink}}
        told = "%{y:+,.3~g} (level %{customdata[0]:+,.3~g}, networks %{customdata[1]:+,.3~g})"
        look = {"name": name, "text": words, "constraintext": "none", "cliponaxis": False, "hovertemplate": told}
        fill = {"color": colour, "pattern": {"shape": shape, "size": 5}}
        by = np.stack([by_level, by_networks], axis=1)[chosen]
        figure.add_bar(x=x[chosen], y=moved[chosen], yaxis="y2", marker=fill, customdata=by, **look, **text)
    _share_x_axis(figure, series, moved, palette)
    return figure


def _strongest(moved: np.ndarray, least: float) -> list[str]:
    """Write the largest of some bars beside it where it can be seen; neighbours would write over each other."""
    place = int(np.abs(moved).argmax()) if len(moved) else -1
    seen = [number == place and abs(value) >= least for number, value in enumerate(moved)]
    return [
        rounded(value, signed=True, digits=3) if is_seen else "" for value, is_seen in zip(moved, seen, strict=True)
    ]


def _share_x_axis(figure: go.Figure, series: Series, moved: np.ndarray, palette: Palette) -> None:
    put_legend_on_top(figure)
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
    """Draw the forecast as it is built up: the level, with the season, with what the networks add.

    Args:
        ds: moments of the forecast, (H,).
        stages: `level`, `season` (with the level), `known` (with both) and `forecast` (with all), in the unit of
            the file, (H,) each.
        window: how many of the newest values are drawn beside it, so that one sees what is large.
    """
    figure = base_figure(palette, height)
    add_line(figure, series.ds[-window:], series.y[-window:], "what happened", palette.truth, "solid", 1.8)
    for name, label, colour, dash, width in _kept_stages(stages):
        add_line(figure, ds, stages[name], label, getattr(palette, colour), dash, width)
    put_legend_on_top(figure)
    name_axes(figure, series)
    return figure


def _kept_stages(stages: Mapping[str, np.ndarray]) -> list[tuple[str, str, str, str, float]]:
    """Leave out the stages that say the same as the one before or as the whole: what adds nothing is not drawn."""
    kept, before = [STAGES[0]], stages["level"]
    for stage in STAGES[1:-1]:
        values = stages.get(stage[0], before)
        if not np.array_equal(values, before) and not np.array_equal(values, stages["forecast"]):
            kept.append(stage)
            before = values
    return [*kept, STAGES[-1]]

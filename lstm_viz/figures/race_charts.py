"""Charts of a race: losses with the finish line, and which steps the loss reaches."""

from collections.abc import Mapping, Sequence
from math import ceil, floor, isfinite, log10
from typing import Any

import numpy as np
import plotly.graph_objects as go

from lstm_viz.figures.layout import base_figure, place_title_inside, thin
from lstm_viz.figures.run_charts import set_log_axis
from lstm_viz.figures.theme import Palette
from lstm_viz.glossary import label_of
from lstm_viz.racing.config import COPIED, RaceConfig, RaceRecord, solved_at
from lstm_viz.recurrent.specification import Cell

Histories = Mapping[Cell, Sequence[RaceRecord]]

DASHES: dict[Cell, str] = {"lstm": "solid", "gru": "dash", "rnn": "dot"}
SYMBOLS: dict[Cell, str] = {"lstm": "circle", "gru": "diamond", "rnn": "square"}
MAX_LINE_POINTS = 1200
LABEL_HEIGHT, LABEL_WIDTH = 19, 0.2  # pixels, and share of the panel that a name takes
LEVEL_ROOM = 13  # pixels between the middle of a name and a level, or the end of a line that goes on beside it
TOP_SHARE = 1.06
SOLVED = "solved at update"
FIRST_STAGE = 100
SPLIT = {"yaxis": [0.45, 1.0], "yaxis2": [0.0, 0.34]}
MARGIN = {"l": 56, "r": 84, "t": 40, "b": 44}
LOWEST = -40.0  # what is drawn on the floor; the hover text has the true value
FEWEST_DECADES = 4
MAP_DEPTH = 8.0  # decades from the palest to the full colour of a map
MAX_COLUMNS = 120
REACH_MARGIN = {"l": 64, "r": 16, "t": 28, "b": 44}


def race_chart(config: RaceConfig, histories: Histories, palette: Palette, height: int = 0) -> go.Figure:
    """Draw one line per network up to its newest record, and a star where it has solved the task.

    A `height` of 0 gives each panel its room.
    """
    by_share = config.about.least_accuracy > 0
    height = height or (450 if by_share else 370)
    figure = base_figure(palette, height)
    stage = stage_of(config, max((history[-1].update for history in histories.values() if history), default=0))
    low, high = loss_range(config, histories)
    figure.update_layout(margin=MARGIN, hoversubplots="axis", modebar=_quiet_bar(palette))
    figure.update_xaxes(title_text="updates", range=[0, stage], anchor="y2" if by_share else "y")
    figure.update_yaxes(title_text=f"test loss ({config.about.measure})", range=[log10(low), log10(high)])
    set_log_axis(figure, np.array([low, high]))
    if by_share:
        _add_share_panel(figure, palette)
    _add_level(figure, f"guessing: {config.chance:.3g}", config.chance, stage, (palette.muted, "longdash"))
    _add_finish(figure, config, stage, low, palette)
    star = {"symbol": "star", "size": 15, "color": palette.ink}
    figure.add_scatter(x=[None], y=[None], name=SOLVED, mode="markers", marker=star, showlegend=True)
    for cell, history in histories.items():
        _add_racer(figure, config, cell, history, palette, by_share)
    panel = (SPLIT["yaxis"][1] - SPLIT["yaxis"][0] if by_share else 1.0) * (height - MARGIN["t"] - MARGIN["b"])
    _add_names(figure, config, histories, palette, (stage, low, high, panel))
    return figure


def _quiet_bar(palette: Palette) -> dict[str, str]:
    return {"bgcolor": "rgba(0,0,0,0)", "color": palette.muted, "activecolor": palette.ink}


def stage_of(config: RaceConfig, newest: int) -> int:
    """Give the end of the axis of updates, which grows in a few leaps."""
    decades = [FIRST_STAGE * 10**decade for decade in range(4)]
    stages = [step * decade for decade in decades for step in (1, 2, 3, 5)]
    reached = next((stage for stage in stages if stage >= newest), config.updates)
    return max(min(reached, config.updates), newest)


def loss_range(config: RaceConfig, histories: Histories) -> tuple[float, float]:
    """Give round ends of the axis of losses, with guessing, the finish and all losses between them."""
    losses = [record.test_loss for history in histories.values() for record in history if record.test_loss > 0]
    finish = config.about.most_loss
    known = [config.chance * 1.3, finish / 2 if isfinite(finish) else config.chance / 20, *losses]
    return _round_down(min(known) * 0.99), _round_up(max(known) * 1.01)


def _round_down(value: float) -> float:
    """Give the next of 1, 2, 5, 10, 20 … below."""
    decade = 10.0 ** floor(log10(value))
    return max(step * decade for step in (1, 2, 5) if step * decade <= value * (1 + 1e-12))


def _round_up(value: float) -> float:
    """Give the next of 1, 2, 5, 10, 20 … above."""
    decade = 10.0 ** ceil(log10(value))
    return min(step * decade for step in (0.1, 0.2, 0.5, 1) if step * decade >= value * (1 - 1e-12))


def _add_level(figure: go.Figure, name: str, level: float, stage: int, style: tuple[str, str], axis: str = "y") -> None:
    """Draw a level across a panel in a colour and dash; the legend names it, since lines may run anywhere."""
    colour, dash = style
    drawn = {"mode": "lines", "line": {"color": colour, "width": 1.5, "dash": dash}, "hoverinfo": "skip"}
    figure.add_scatter(x=[0, stage], y=[level, level], yaxis=axis, name=name, showlegend=True, **drawn)


def _add_finish(figure: go.Figure, config: RaceConfig, stage: int, low: float, palette: Palette) -> None:
    about, style = config.about, (palette.ink, "solid")
    whole = {"type": "rect", "xref": "paper", "x0": 0, "x1": 1, "layer": "below", "line": {"width": 0}}
    if about.least_accuracy:
        figure.add_shape(**whole, yref="y2", y0=about.least_accuracy, y1=TOP_SHARE, fillcolor=palette.band)
        _add_level(figure, f"finish: {about.least_accuracy:.0%} accuracy", about.least_accuracy, stage, style, "y2")
    else:
        figure.add_shape(**whole, yref="y", y0=low, y1=about.most_loss, fillcolor=palette.band)
        _add_level(figure, f"finish: {about.most_loss:g}", about.most_loss, stage, style)


def _add_share_panel(figure: go.Figure, palette: Palette) -> None:
    """Put a second panel below: accuracy."""
    axis = figure.layout.yaxis
    second: dict[str, Any] = {"range": [-0.03, TOP_SHARE], "tickvals": [0, 0.5, 1], "tickformat": ".0%"}
    second["gridcolor"] = palette.grid
    second |= {"title": {"text": "accuracy", "font": axis.title.font}, "tickfont": axis.tickfont}
    second |= {"domain": SPLIT["yaxis2"], "zeroline": False, "automargin": True}
    figure.update_layout(yaxis={"domain": SPLIT["yaxis"]}, yaxis2=second)


def _add_racer(
    figure: go.Figure, config: RaceConfig, cell: Cell, history: Sequence[RaceRecord], palette: Palette, by_share: bool
) -> None:
    updates = np.array([record.update for record in history], dtype=float)
    losses = np.array([record.test_loss if record.test_loss > 0 else np.nan for record in history], dtype=float)
    first = solved_at(config, history)
    _add_line(figure, cell, updates, losses, palette, "y", "%{y:.3g}")
    if by_share:
        shares = np.array([record.accuracy for record in history], dtype=float)
        _add_line(figure, cell, updates, shares, palette, "y2", "%{y:.1%}")
        _add_star(figure, cell, first, updates, shares, palette, "y2")
    _add_star(figure, cell, first, updates, losses, palette, "y")


def _add_line(
    figure: go.Figure, cell: Cell, x: np.ndarray, y: np.ndarray, palette: Palette, axis: str, hover: str
) -> None:
    """Draw a line with a mark of its own on the newest point."""
    x, y = thin(x, y, MAX_LINE_POINTS)
    line, common = _line_of(cell, palette), {"yaxis": axis, "showlegend": False}
    figure.add_scatter(x=x, y=y, name=label_of(cell), mode="lines", line=line, hovertemplate=hover, **common)
    mark = {"color": line["color"], "size": 8, "symbol": SYMBOLS[cell]}
    figure.add_scatter(x=x[-1:], y=y[-1:], mode="markers", marker=mark, hoverinfo="skip", **common)


def _line_of(cell: Cell, palette: Palette) -> dict[str, Any]:
    return {"color": getattr(palette, cell), "width": 2.5, "dash": DASHES[cell]}


def _add_star(
    figure: go.Figure, cell: Cell, first: int | None, x: np.ndarray, y: np.ndarray, palette: Palette, axis: str
) -> None:
    if first is None:
        return
    star = {"symbol": "star", "size": 17, "color": getattr(palette, cell), "line": {"color": palette.ink, "width": 1.5}}
    quiet = {"name": f"{label_of(cell)} solved", "hoverinfo": "skip", "showlegend": False}
    figure.add_scatter(x=[first], y=y[x == first], yaxis=axis, mode="markers", marker=star, **quiet)


def _add_names(
    figure: go.Figure, config: RaceConfig, histories: Histories, palette: Palette, frame: tuple[float, ...]
) -> None:
    """Name each line at its end, with the update at which it was solved, where no other name, level or end is."""
    stage, low, high, height = frame  # last update, lowest and highest loss, and height in pixels of the panel

    def up_to(loss: float) -> float:
        return (log10(loss) - log10(low)) / (log10(high) - log10(low)) * height

    finish = config.about.most_loss if isfinite(config.about.most_loss) else 0.0
    levels = [up_to(level) for level in (config.chance, finish) if level]
    placed: list[tuple[float, float]] = []
    ends = {cell: history[-1] for cell, history in histories.items() if history and history[-1].test_loss > 0}
    for cell, end in sorted(ends.items(), key=lambda item: item[1].test_loss):
        first = solved_at(config, histories[cell])
        across, at = end.update / stage, up_to(end.test_loss)
        near = [other_up for other_across, other_up in placed if abs(across - other_across) < LABEL_WIDTH]
        ahead = [up_to(other.test_loss) for other in ends.values() if 0 < other.update / stage - across < LABEL_WIDTH]
        up = above(at, near, [*levels, *ahead] if across < 1 else [])
        placed.append((across, up))
        text = f"<b>{label_of(cell)}</b>" + (f" {first:,}" if first else "")
        place = {"x": end.update, "xanchor": "left", "xshift": 12, "y": log10(end.test_loss), "yshift": up - at}
        ground = palette.band if end.test_loss <= finish else palette.paper  # another line may run below
        style = {"font": {"color": getattr(palette, cell), "size": 15}, "bgcolor": ground, "borderpad": 0}
        figure.add_annotation(text=text, **place, **style, showarrow=False)


def above(at: float, names: Sequence[float], levels: Sequence[float]) -> float:
    """Give the lowest place from `at` upwards, in pixels, where a name meets no other name and no level.

    >>> above(10, [12], [30]), above(10, [], [4]), above(10, [], [])
    (43, 17, 10)
    """
    taken = [(name, LABEL_HEIGHT) for name in names] + [(level, LEVEL_ROOM) for level in levels]
    for place, room in sorted(taken):
        if abs(at - place) < room:
            at = place + room
    return at


def reach_chart(config: RaceConfig, histories: Histories, palette: Palette, height: int = 290) -> go.Figure:
    """Draw log10 ‖dL/dh_t‖ by step, one line per network, from its newest record that has it."""
    figure = base_figure(palette, height)
    newest = {cell: reach for cell, history in histories.items() if (reach := _newest_reach(history)) is not None}
    low, high = _decades_of(list(newest.values()))
    spread = max(2, ceil((high - low) / 12) * 2)
    ticks = list(range(int(high) // spread * spread, int(low) - 1, -spread))
    figure.update_layout(margin=REACH_MARGIN, showlegend=False, modebar=_quiet_bar(palette))
    figure.update_xaxes(title_text="step t of the sequence", range=[0.5, config.steps + 0.5])
    figure.update_yaxes(title_text="‖∂L/∂hₜ‖", range=[low, high])
    figure.update_yaxes(tickvals=ticks, ticktext=[_power_of_ten(tick) for tick in ticks])
    _mark_clue(figure, config, palette)
    steps = np.array(config.gradient_steps)
    for cell, reach in newest.items():
        style = {"mode": "lines", "customdata": reach, "hovertemplate": "10^%{customdata:.1f}"}
        style["line"] = _line_of(cell, palette)
        figure.add_scatter(x=steps, y=np.maximum(reach, LOWEST), name=label_of(cell), **style)
    _add_reach_names(figure, newest, palette, (low, high, height - REACH_MARGIN["t"] - REACH_MARGIN["b"]))
    return figure


def _newest_reach(history: Sequence[RaceRecord]) -> np.ndarray | None:
    known = next((record.gradient_by_step for record in reversed(history) if record.gradient_by_step), None)
    return None if known is None else np.array(known)


def _decades_of(reaches: Sequence[np.ndarray]) -> tuple[float, float]:
    """Give even ends of the axis, so that it leaps seldom."""
    shown = np.maximum(np.concatenate([*reaches, np.array([-FEWEST_DECADES, 0.0])]), LOWEST)
    return floor((float(shown.min()) - 0.5) / 2) * 2.0, ceil((float(shown.max()) + 1.5) / 2) * 2.0


def _power_of_ten(exponent: float) -> str:
    if exponent == LOWEST:
        return f"≤ 10<sup>−{-exponent:g}</sup>"
    return "1" if exponent == 0 else f"10<sup>{exponent:g}</sup>".replace("-", "−")


def _mark_clue(figure: go.Figure, config: RaceConfig, palette: Palette) -> None:
    last = {"recall": 1, "copy": COPIED}.get(config.task)
    if last is None:
        return
    figure.add_vrect(0.5, last + 0.5, fillcolor=palette.grid, line_width=0, layer="below")
    place = {"x": last + 0.5, "xanchor": "left", "xshift": 48, "y": 1, "yref": "paper", "yanchor": "top"}
    style = {"showarrow": False, "font": {"color": palette.muted, "size": 13}}
    figure.add_annotation(text="◂ to be remembered", **place, **style)


def _add_reach_names(
    figure: go.Figure, reaches: dict[Cell, np.ndarray], palette: Palette, frame: tuple[float, float, float]
) -> None:
    low, high, height = frame
    beneath = float("-inf")
    for cell, reach in sorted(reaches.items(), key=lambda item: float(item[1][0])):
        start = max(float(reach[0]), LOWEST)
        at = (start - low) / (high - low) * height
        up = beneath = max(at + LABEL_HEIGHT * 0.7, beneath + LABEL_HEIGHT)
        place = {"x": 0.01, "xref": "paper", "xanchor": "left", "y": start, "yshift": up - at}
        font = {"color": getattr(palette, cell), "size": 15}
        figure.add_annotation(text=f"<b>{label_of(cell)}</b>", **place, showarrow=False, font=font)


def reach_map(
    config: RaceConfig, cell: Cell, history: Sequence[RaceRecord], palette: Palette, height: int = 230
) -> go.Figure:
    """Draw the gradient norm of one network by step (up) and update (right): full colour at 1 or more, palest at 10⁻⁸."""
    figure = base_figure(palette, height)
    chosen = history[:: max(1, ceil(len(history) / MAX_COLUMNS))]
    unknown = [np.nan] * len(config.gradient_steps)
    values = np.array([record.gradient_by_step or unknown for record in chosen], dtype=float).T
    colours = {"colorscale": [[0, palette.empty], [1, getattr(palette, cell)]], "zmin": -MAP_DEPTH, "zmax": 0.0}
    style = {**colours, "showscale": False, "hovertemplate": "update %{x}, step %{y}: 10^%{z:.1f}<extra></extra>"}
    updates = [record.update for record in chosen]
    figure.add_heatmap(x=updates, y=list(config.gradient_steps), z=values if chosen else None, **style)
    place_title_inside(figure, label_of(cell))
    margin = {"l": 48, "r": 12, "t": 32, "b": 44}
    figure.update_layout(margin=margin, hovermode="closest", modebar=_quiet_bar(palette))
    figure.update_xaxes(title_text="updates", nticks=5)
    figure.update_yaxes(title_text="step t", showgrid=False)
    return figure

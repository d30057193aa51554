"""Which steps the loss reaches: the length of its gradient by the hidden state of each step, now and along training."""

from collections.abc import Sequence
from math import ceil, floor

import numpy as np
import plotly.graph_objects as go

from lstm_viz.figures.layout import base_figure, put_title_inside
from lstm_viz.figures.race_chart import DASHES, LABEL_HEIGHT, Histories, quiet_bar
from lstm_viz.figures.theme import Palette
from lstm_viz.glossary import label_of
from lstm_viz.racing.config import COPIED, RaceConfig
from lstm_viz.racing.records import RaceRecord
from lstm_viz.recurrent.specification import Cell

LOWEST = -40.0  # what is drawn on the floor; the pointer tells the true value
FEWEST_DECADES = 4
MAP_DEPTH = 8.0  # decades from the palest to the full colour of a map
MAX_COLUMNS = 120
REACH_MARGIN = {"l": 64, "r": 16, "t": 28, "b": 44}


def reach_chart(config: RaceConfig, histories: Histories, palette: Palette, height: int = 290) -> go.Figure:
    """Draw log10 ‖dL/dh_t‖ by step, one line per network, from its newest record that has it."""
    figure = base_figure(palette, height)
    newest = {cell: reach for cell, history in histories.items() if (reach := _newest_reach(history)) is not None}
    low, high = _decades_of(list(newest.values()))
    spread = max(2, ceil((high - low) / 12) * 2)
    ticks = list(range(int(high) // spread * spread, int(low) - 1, -spread))
    figure.update_layout(margin=REACH_MARGIN, showlegend=False, modebar=quiet_bar(palette))
    figure.update_xaxes(title_text="step t of the sequence", range=[0.5, config.steps + 0.5])
    figure.update_yaxes(title_text="‖∂L/∂hₜ‖", range=[low, high])
    figure.update_yaxes(tickvals=ticks, ticktext=[power(tick) for tick in ticks])
    _mark_clue(figure, config, palette)
    steps = np.array(config.gradient_steps)
    for cell, reach in newest.items():
        line = {"color": getattr(palette, cell), "width": 2.5, "dash": DASHES[cell]}
        look = {"mode": "lines", "line": line, "customdata": reach, "hovertemplate": "10^%{customdata:.1f}"}
        figure.add_scatter(x=steps, y=np.maximum(reach, LOWEST), name=label_of(cell), **look)
    _add_reach_names(figure, newest, palette, (low, high, height - REACH_MARGIN["t"] - REACH_MARGIN["b"]))
    return figure


def _newest_reach(history: Sequence[RaceRecord]) -> np.ndarray | None:
    """Give the newest gradient by step; None where there is none."""
    known = next((record.gradient_by_step for record in reversed(history) if record.gradient_by_step), None)
    return None if known is None else np.array(known)


def _decades_of(reaches: Sequence[np.ndarray]) -> tuple[float, float]:
    """Give even ends of the axis, so that it leaps seldom."""
    shown = np.maximum(np.concatenate([*reaches, np.array([-FEWEST_DECADES, 0.0])]), LOWEST)
    return floor((float(shown.min()) - 0.5) / 2) * 2.0, ceil((float(shown.max()) + 1.5) / 2) * 2.0


def power(exponent: float) -> str:
    """Write a power of ten."""
    if exponent == LOWEST:
        return f"≤ 10<sup>−{-exponent:g}</sup>"
    return "1" if exponent == 0 else f"10<sup>{exponent:g}</sup>".replace("-", "−")


def _mark_clue(figure: go.Figure, config: RaceConfig, palette: Palette) -> None:
    last = {"recall": 1, "copy": COPIED}.get(config.task)
    if last is None:
        return
    figure.add_vrect(0.5, last + 0.5, fillcolor=palette.grid, line_width=0, layer="below")
    place = {"x": last + 0.5, "xanchor": "left", "xshift": 48, "y": 1, "yref": "paper", "yanchor": "top"}
    look = {"showarrow": False, "font": {"color": palette.muted, "size": 13}}
    figure.add_annotation(text="◂ to be remembered", **place, **look)


def _add_reach_names(
    figure: go.Figure, reaches: dict[Cell, np.ndarray], palette: Palette, frame: tuple[float, float, float]
) -> None:
    low, high, height = frame
    beneath = float("-inf")
    for cell, reach in sorted(reaches.items(), key=lambda item: float(item[1][0])):
        start = max(float(reach[0]), LOWEST)
        at = (start - low) / (high - low) * height
        up = max(at + LABEL_HEIGHT * 0.7, beneath + LABEL_HEIGHT)
        beneath = up
        place = {"x": 0.01, "xref": "paper", "xanchor": "left", "y": start, "yshift": up - at}
        font = {"color": getattr(palette, cell), "size": 15}
        figure.add_annotation(text=f"<b>{label_of(cell)}</b>", **place, showarrow=False, font=font)


def reach_map(
    config: RaceConfig, cell: Cell, history: Sequence[RaceRecord], palette: Palette, height: int = 230
) -> go.Figure:
    """Draw how far the loss of one network reached while it trained: steps upwards, updates to the right.

    The full colour is a length of 1 or more, the palest 10⁻⁸ or less.
    """
    figure = base_figure(palette, height)
    chosen = history[:: max(1, ceil(len(history) / MAX_COLUMNS))]
    unknown = [np.nan] * len(config.gradient_steps)
    values = np.array([record.gradient_by_step or unknown for record in chosen], dtype=float).T
    colours = {"colorscale": [[0, palette.empty], [1, getattr(palette, cell)]], "zmin": -MAP_DEPTH, "zmax": 0.0}
    look = {**colours, "showscale": False, "hovertemplate": "update %{x}, step %{y}: 10^%{z:.1f}<extra></extra>"}
    updates = [record.update for record in chosen]
    figure.add_heatmap(x=updates, y=list(config.gradient_steps), z=values if chosen else None, **look)
    put_title_inside(figure, label_of(cell))
    margin = {"l": 48, "r": 12, "t": 32, "b": 44}
    figure.update_layout(margin=margin, hovermode="closest", modebar=quiet_bar(palette))
    figure.update_xaxes(title_text="updates", nticks=5)
    figure.update_yaxes(title_text="step t", showgrid=False)
    return figure

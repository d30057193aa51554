"""The loss over the epochs, while training goes on and after."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from lstm_viz.figures.layout import base_figure, thin
from lstm_viz.figures.theme import Palette
from lstm_viz.training.config import Loss
from lstm_viz.training.history import EpochRecord

MAX_CURVE_POINTS = 1200
STRONG = 2.5
LOSS_NAMES: dict[Loss, str] = {"mse": "mean squared error", "mae": "mean absolute error", "huber": "Huber error"}


def loss_curves(
    history: Sequence[EpochRecord], palette: Palette, log: bool = True, height: int = 380, loss: Loss = "mse"
) -> go.Figure:
    """Draw the training loss of every network, the validation loss where there is one, and mark the epoch that is kept.

    The first network is the one that other pages look into: its line is strong, those of the others are thin.
    """
    figure = base_figure(palette, height)
    members = sorted({record.member for record in history})
    drawn = [_draw_member(figure, [r for r in history if r.member == number], number, palette) for number in members]
    if not history:
        add_curve(figure, np.empty(0), np.empty(0), "training loss", strong(palette.training))
        figure.update_yaxes(showticklabels=False, showgrid=False)
        figure.update_xaxes(title="epoch", range=[0, 10])
        return figure
    figure.update_xaxes(title="epoch", rangemode="tozero")
    figure.update_yaxes(title=f"{LOSS_NAMES[loss]} (scaled)", type="linear")
    if log:
        set_log_axis(figure, np.concatenate(drawn))
    return figure


def _draw_member(figure: go.Figure, history: Sequence[EpochRecord], number: int, palette: Palette) -> np.ndarray:
    """Draw the curves of one network; gives all losses drawn."""
    epochs = np.array([record.epoch for record in history], dtype=float)
    training = np.array([record.train_loss for record in history], dtype=float)
    if number:
        thin_line = {"color": palette.training, "width": 1.2, "dash": "dot"}
        add_curve(figure, epochs, training, "other networks", thin_line, in_legend=number == 1)
        return training
    add_curve(figure, epochs, training, "training loss", strong(palette.training))
    validation = np.array([np.nan if r.validation_loss is None else r.validation_loss for r in history], dtype=float)
    if np.isfinite(validation).any():
        add_curve(figure, epochs, validation, "validation loss", strong(palette.validation, "dash"))
    best = [record for record in history if record.is_best]
    if best and len(best) < len(history):
        ring = {"symbol": "circle-open", "size": 15, "color": palette.ink, "line": {"width": 2}}
        look = {"name": "best so far (kept)", "mode": "markers", "marker": ring, "hoverinfo": "skip"}
        figure.add_scatter(x=[best[-1].epoch], y=[best[-1].deciding_loss], **look)
    return np.concatenate([training, validation])


def strong(colour: str, dash: str = "solid") -> dict[str, Any]:
    """Describe the line of a curve that the eye is led to."""
    return {"color": colour, "width": STRONG, "dash": dash}


def add_curve(
    figure: go.Figure, x: np.ndarray, y: np.ndarray, name: str, line: dict[str, Any], in_legend: bool = True
) -> None:
    """Add one curve; a strong one gets a dot on its newest point."""
    x, y = thin(x, y, MAX_CURVE_POINTS)
    figure.add_scatter(
        x=x, y=y, name=name, mode="lines", line=line, hovertemplate="%{y:.4g}", showlegend=in_legend, legendgroup=name
    )
    if len(x) and line["width"] == STRONG:
        dot = {"color": line["color"], "size": 9}
        figure.add_scatter(x=x[-1:], y=y[-1:], mode="markers", marker=dot, showlegend=False, hoverinfo="skip")


def set_log_axis(figure: go.Figure, values: np.ndarray) -> None:
    """Make the upright axis logarithmic, with round positions among the values."""
    ticks = log_ticks(values)
    figure.update_yaxes(type="log", tickvals=ticks, ticktext=[f"{tick:g}" for tick in ticks])


def log_ticks(values: np.ndarray) -> list[float]:
    """Choose three or more round positions on a logarithmic axis, as coarse as the span of the values allows."""
    positive = values[np.isfinite(values) & (values > 0)]
    if not positive.size:
        return []
    low, high = float(positive.min()) * 0.97, float(positive.max()) * 1.03
    exponents = range(int(np.floor(np.log10(low))), int(np.ceil(np.log10(high))) + 1)
    for steps in ((1,), (1, 2, 5), (1, 1.5, 2, 2.5, 3, 4, 5, 6, 7, 8, 9)):
        ticks = [step * 10.0**exponent for exponent in exponents for step in steps]
        inside = [tick for tick in ticks if low <= tick <= high]
        if len(inside) >= 3:
            return inside
    digits = 2 + max(0, -int(np.floor(np.log10(high / low - 1))))
    return sorted({float(f"{tick:.{digits}g}") for tick in np.geomspace(low, high, 4)})

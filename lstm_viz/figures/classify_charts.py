"""Charts of classifiers: how loss and accuracy went, examples of each class, how sure it is, and how early."""

from collections.abc import Sequence
from math import log10

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from lstm_viz.figures.layout import base_figure, thin
from lstm_viz.figures.run_charts import add_curve, set_log_axis, strong
from lstm_viz.figures.theme import Palette, literal
from lstm_viz.training.config import EpochRecord, PartRecord

MOST_CLASSES, EXAMPLES, PART_UPDATES = 12, 8, 100
GAP = 1


def training_points(
    history: Sequence[EpochRecord], parts: Sequence[PartRecord], per_epoch: int, name: str
) -> np.ndarray:
    """Give `train_loss` or `train_accuracy` over the epochs, (N, 2), every 100 of the `per_epoch` updates if it has more."""
    if parts and per_epoch > PART_UPDATES:
        points = [(part.update / per_epoch, getattr(part, name)) for part in parts]
    else:
        points = [(float(record.epoch), getattr(record, name)) for record in history]
    return np.array(points, dtype=float).reshape(-1, 2)


def classify_loss(
    history: Sequence[EpochRecord], parts: Sequence[PartRecord], per_epoch: int, classes: int, palette: Palette
) -> go.Figure:
    """Draw the cross-entropy over the epochs; a line marks what guessing among the classes costs."""
    figure = base_figure(palette, 300)
    points = training_points(history, parts, per_epoch, "train_loss")
    training, held = _draw_pair(figure, history, points, "loss", palette)
    figure.update_xaxes(title="epoch", rangemode="tozero")
    figure.update_yaxes(title="cross-entropy (nats)", type="log")
    shown = np.concatenate([training[:, 1], held[:, 1]])
    if not len(shown):
        figure.update_yaxes(showticklabels=False, showgrid=False)
    else:
        set_log_axis(figure, np.append(shown, np.log(classes)))
        _mark_level(figure, float(np.log(classes)), f"guessing: ln {classes}", palette)
    return figure


def classify_accuracy(
    history: Sequence[EpochRecord], parts: Sequence[PartRecord], per_epoch: int, majority: float, palette: Palette
) -> go.Figure:
    """Draw the share of right answers over the epochs; a line marks what always naming the most frequent class gives."""
    figure = base_figure(palette, 300)
    _draw_pair(figure, history, training_points(history, parts, per_epoch, "train_accuracy"), "accuracy", palette)
    figure.update_xaxes(title="epoch", rangemode="tozero")
    figure.update_yaxes(title="accuracy", range=[0, 1.02], tickformat=".0%")
    _mark_level(figure, majority, "always the most frequent class", palette)
    return figure


def _draw_pair(
    figure: go.Figure, history: Sequence[EpochRecord], training: np.ndarray, name: str, palette: Palette
) -> tuple[np.ndarray, np.ndarray]:
    """Draw the points of training and those of validation; gives both, (N, 2) each."""
    points = [(record.epoch, getattr(record, f"validation_{name}")) for record in history]
    held = np.array([pair for pair in points if pair[1] is not None], dtype=float).reshape(-1, 2)
    add_curve(figure, training[:, 0], training[:, 1], f"training {name}", strong(palette.training))
    if len(held):
        add_curve(figure, held[:, 0], held[:, 1], f"validation {name}", strong(palette.validation, "dash"))
    return training, held


def _mark_level(figure: go.Figure, level: float, words: str, palette: Palette) -> None:
    figure.add_hline(y=level, line={"color": palette.muted, "width": 1, "dash": "dot"})
    y = log10(level) if figure.layout.yaxis.type == "log" else level  # plotly takes lines as they are, words as powers
    place = {"x": 1, "xref": "x domain", "y": y, "xanchor": "right", "yanchor": "bottom"}
    figure.add_annotation(text=words, **place, showarrow=False, font={"size": 13, "color": palette.muted})


def calibration_chart(table: pd.DataFrame, palette: Palette) -> go.Figure:
    """Draw accuracy over confidence, from `Results.calibration`; on the diagonal both agree."""
    figure = base_figure(palette, 340)
    diagonal = {"color": palette.muted, "width": 1, "dash": "dot"}
    figure.add_scatter(x=[0, 1], y=[0, 1], mode="lines", line=diagonal, name="perfectly calibrated", hoverinfo="skip")
    share = table["examples"] / table["examples"].sum()
    dots = {"size": 8 + 26 * np.sqrt(share), "color": palette.model, "opacity": 0.85, "line": {"width": 0}}
    sentence = "%{customdata:,} predictions: confidence %{x:.0%}, accuracy %{y:.0%}<extra></extra>"
    style = {"mode": "markers", "marker": dots, "cliponaxis": False}  # never and always right lie on the edges
    data = {"x": table["confidence"], "y": table["accuracy"], "customdata": table["examples"]}
    figure.add_scatter(**data, name="predictions", **style, hovertemplate=sentence)
    figure.update_layout(hovermode="closest")
    figure.update_xaxes(title="confidence", range=[0, 1.03], tickformat=".0%")
    figure.update_yaxes(title="accuracy", range=[0, 1.05], tickformat=".0%")
    return figure


def early_chart(
    steps: np.ndarray, accuracy: np.ndarray, confidence: np.ndarray, palette: Palette, unit: str = "step"
) -> go.Figure:
    """Draw accuracy and confidence as if the sequences had ended early, after the steps (S,), counted from 1."""
    figure = base_figure(palette, 340)
    add_curve(figure, steps, accuracy, "accuracy", strong(palette.training))
    add_curve(figure, steps, confidence, "probability of the correct class", strong(palette.validation, "dash"))
    figure.update_traces(hovertemplate="%{y:.1%}")
    figure.update_xaxes(title=f"{unit}s read", rangemode="tozero", dtick=1 if len(steps) <= 12 else None)
    figure.update_yaxes(range=[0, 1.03], tickformat=".0%")
    return figure


def picture_gallery(rows: Sequence[tuple[str, Sequence[np.ndarray]]], palette: Palette) -> go.Figure:
    """Lay pictures out class by class: its name and pictures (T, I), from 0 (paper) to 1 (ink)."""
    height, width = rows[0][1][0].shape
    most = max(len(pictures) for _, pictures in rows)
    mosaic = np.full((len(rows) * (height + GAP), most * (width + GAP)), np.nan)
    for row, (_, pictures) in enumerate(rows):
        for column, picture in enumerate(pictures):
            top, left = row * (height + GAP), column * (width + GAP)
            mosaic[top : top + height, left : left + width] = picture
    figure = base_figure(palette, max(220, 46 * len(rows) + 40))
    scale = [[0, palette.empty], [1, palette.ink]]
    figure.add_heatmap(z=mosaic, colorscale=scale, zmin=0, zmax=1, showscale=False, hoverinfo="skip")
    places = [row * (height + GAP) + (height - 1) / 2 for row in range(len(rows))]
    names = [literal(name[:18]) for name, _ in rows]
    figure.update_yaxes(tickvals=places, ticktext=names, autorange="reversed", showgrid=False, scaleanchor="x")
    figure.update_yaxes(constrain="domain", tickfont={"size": 15, "color": palette.ink})
    figure.update_xaxes(visible=False, constrain="domain")
    figure.update_layout(margin={"l": 40, "r": 8, "t": 8, "b": 8})
    return figure


def series_gallery(rows: Sequence[tuple[str, Sequence[np.ndarray]]], palette: Palette) -> go.Figure:
    """Draw the first feature of some sequences, a lane for each class: its name and sequences (T, I)."""
    figure = base_figure(palette, max(260, 84 * len(rows) + 60))
    values = np.concatenate([sequence[:, 0] for _, sequences in rows for sequence in sequences])
    low, high = float(values.min()), float(values.max())
    span = (high - low) or 1.0
    for lane, (_, sequences) in enumerate(rows):
        for number, sequence in enumerate(sequences):
            y = -lane + 0.42 * (2 * (sequence[:, 0] - low) / span - 1)
            x, y = thin(np.arange(1, len(y) + 1), y, 400)
            line = {"color": palette.training, "width": 2 if number == 0 else 1}
            quiet = {"opacity": 1 if number == 0 else 0.35, "showlegend": False, "hoverinfo": "skip"}
            figure.add_scatter(x=x, y=y, mode="lines", line=line, **quiet)
    names = [literal(name[:18]) for name, _ in rows]
    figure.update_yaxes(tickvals=[-lane for lane in range(len(rows))], ticktext=names, range=[0.6 - len(rows), 0.6])
    figure.update_yaxes(tickfont={"size": 15, "color": palette.ink})
    figure.update_xaxes(title="step")
    return figure

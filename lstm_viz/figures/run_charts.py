"""Charts of training: the loss curves of one run, and several runs compared."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from lstm_viz.figures.forecast_charts import add_band
from lstm_viz.figures.layout import add_line, base_figure, shade, show_from, thin
from lstm_viz.figures.theme import Palette, literal
from lstm_viz.forecasting.forecast import Forecast
from lstm_viz.tables import Series
from lstm_viz.training.config import EpochRecord, Loss

MAX_CURVE_POINTS = 1200
STRONG = 2.5
MAX_COMPARED, MOST_WITH_BANDS = 6, 2
DASHES = ("solid", "dash", "dashdot", "longdash", "dot", "longdashdot")
SHORT = 36
VISIBLE = 2
LOSS_NAMES: dict[Loss, str] = {"mse": "mean squared error", "mae": "mean absolute error", "huber": "Huber error"}


def loss_curves(
    history: Sequence[EpochRecord], palette: Palette, log: bool = True, height: int = 380, loss: Loss = "mse"
) -> go.Figure:
    """Draw the training loss of every network, the first one's strongly with its validation loss and the epoch kept."""
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
        style = {"name": "best so far (kept)", "mode": "markers", "marker": ring, "hoverinfo": "skip"}
        figure.add_scatter(x=[best[-1].epoch], y=[best[-1].deciding_loss], **style)
    return np.concatenate([training, validation])


def strong(colour: str, dash: str = "solid") -> dict[str, Any]:
    """Describe the line of a curve that the eye is led to."""
    return {"color": colour, "width": STRONG, "dash": dash}


def add_curve(
    figure: go.Figure, x: np.ndarray, y: np.ndarray, name: str, line: dict[str, Any], in_legend: bool = True
) -> None:
    """Add one curve; a strong one gets a dot on its newest point."""
    x, y = thin(x, y, MAX_CURVE_POINTS)
    legend = {"name": name, "legendgroup": name, "showlegend": in_legend}
    figure.add_scatter(x=x, y=y, mode="lines", line=line, hovertemplate="%{y:.4g}", **legend)
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


@dataclass(frozen=True, eq=False)
class Compared:
    """A run among others."""

    mark: str  # the letter that stands for it in charts and tables
    name: str
    series: Series
    forecast: Forecast | None  # None where it has none (yet)
    history: Sequence[EpochRecord]
    loss: Loss = "mse"

    @property
    def label(self) -> str:
        """The mark and as much of the name as a legend has room for; safe for plotly."""
        short = self.name if len(self.name) <= SHORT else f"{self.name[: SHORT - 1].rstrip()}…"
        return literal(f"{self.mark}  {short}")


def mark_colours(palette: Palette) -> tuple[str, ...]:
    """Give as many colours as runs are compared, apart from each other and from the truth."""
    return (palette.lstm, palette.rnn, palette.gru, palette.forget_gate, palette.output_gate, palette.muted)


def same_data(one: Series, other: Series) -> bool:
    """Return whether two series can share one chart: the same column on the same steps, equal where both have values."""
    if one.name != other.name or one.frequency != other.frequency or one.ds[0] != other.ds[0]:
        return False
    rows = min(len(one), len(other))
    return bool(np.allclose(one.y[:rows], other.y[:rows], rtol=1e-9, atol=0, equal_nan=True))


def compare_forecasts(runs: Sequence[tuple[int, Compared]], palette: Palette, height: int = 460) -> go.Figure:
    """Draw the forecasts of runs on the same data over what happened; a run's place decides its colour."""
    figure = base_figure(palette, height)
    colours = mark_colours(palette)
    forecasts = [(place, run, run.forecast) for place, run in runs if run.forecast is not None]
    if len(forecasts) <= MOST_WITH_BANDS:
        for place, _, forecast in forecasts:
            if forecast.has_intervals:
                add_band(figure, forecast.future, "80", colours[place], 0.16)
        for trace in figure.data:
            trace.update(showlegend=False, hoverinfo="skip", hovertemplate=None)
    series = max((run.series for _, run in runs), key=len)
    add_line(figure, *thin(series.ds, series.y), "what happened", palette.truth, "solid", 2.0)
    for place, run, forecast in forecasts:
        _add_forecast(figure, run, forecast, colours[place], DASHES[place])
    heldout = [forecast.heldout["ds"].to_numpy() for _, _, forecast in forecasts]
    shade(figure, min(ds[0] for ds in heldout), max(ds[-1] for ds in heldout), "held out", palette)
    most = max(len(forecast.heldout) + len(forecast.future) for _, _, forecast in forecasts)
    end = max(forecast.future["ds"].to_numpy()[-1] for _, _, forecast in forecasts)
    show_from(figure, series, len(series) - VISIBLE * most, end)
    return figure


def _add_forecast(figure: go.Figure, run: Compared, forecast: Forecast, colour: str, dash: str) -> None:
    heldout, future = forecast.heldout, forecast.future
    add_line(figure, heldout["ds"].to_numpy(), heldout["model"].to_numpy(), run.label, colour, dash, 1.6)
    figure.data[-1].update(showlegend=False, legendgroup=run.mark)
    add_line(figure, future["ds"].to_numpy(), future["yhat"].to_numpy(), run.label, colour, dash, 3.0)
    figure.data[-1].update(legendgroup=run.mark)


def compare_losses(runs: Sequence[tuple[int, Compared]], palette: Palette, height: int = 340) -> go.Figure:
    """Draw for every run the loss by which its first network was judged: the validation loss, or else the training loss."""
    figure = base_figure(palette, height)
    drawn: list[np.ndarray] = []
    for place, run in runs:
        first = [record for record in run.history if record.member == 0]
        losses = np.array([record.deciding_loss for record in first], dtype=float)
        epochs = np.array([record.epoch for record in first], dtype=float)
        add_curve(figure, epochs, losses, run.label, strong(mark_colours(palette)[place], DASHES[place]))
        drawn.append(losses)
    kinds = {run.loss for _, run in runs}
    kind = LOSS_NAMES[kinds.pop()] if len(kinds) == 1 else "loss"
    figure.update_xaxes(title="epoch", rangemode="tozero")
    figure.update_yaxes(title=f"{kind} (scaled)", type="log")
    if any(map(len, drawn)):
        set_log_axis(figure, np.concatenate(drawn))
    return figure

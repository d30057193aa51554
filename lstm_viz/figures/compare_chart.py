"""Several runs over each other: what they forecast, and how they learned."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from lstm_viz.figures.forecast_chart import add_band
from lstm_viz.figures.layout import add_line, base_figure, shade, show_from, thin
from lstm_viz.figures.loss_curves import LOSS_NAMES, add_curve, set_log_axis, strong
from lstm_viz.figures.theme import Palette, literal
from lstm_viz.forecasting.forecast import Forecast
from lstm_viz.tables import Series
from lstm_viz.training.config import Loss
from lstm_viz.training.history import EpochRecord

MAX_COMPARED = 6
MOST_WITH_BANDS = 2
DASHES = ("solid", "dash", "dashdot", "longdash", "dot", "longdashdot")
SHORT = 36
VISIBLE = 2


@dataclass(frozen=True, eq=False)
class Compared:
    """A run among others.

    Args:
        mark: the letter that stands for it in charts and tables.
        name: what it is called.
        forecast: None where it has none (yet).
    """

    mark: str
    name: str
    series: Series
    forecast: Forecast | None
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
    """Tell whether two series can share one chart: the same column on the same steps, alike wherever both have values."""
    if one.name != other.name or one.frequency != other.frequency or one.ds[0] != other.ds[0]:
        return False
    rows = min(len(one), len(other))
    return bool(np.allclose(one.y[:rows], other.y[:rows], rtol=1e-9, atol=0, equal_nan=True))


def compare_forecasts(runs: Sequence[tuple[int, Compared]], palette: Palette, height: int = 460) -> go.Figure:
    """Draw the forecasts of runs on the same data over what happened.

    Args:
        runs: with the place that decides each one's colour; all of the same data, at least one with a forecast.
    """
    figure = base_figure(palette, height)
    colours = mark_colours(palette)
    told = [(place, run, run.forecast) for place, run in runs if run.forecast is not None]
    if len(told) <= MOST_WITH_BANDS:
        for place, _, forecast in told:
            if forecast.has_intervals:
                add_band(figure, forecast.future, "80", colours[place], 0.16)
        for trace in figure.data:
            trace.update(showlegend=False, hoverinfo="skip", hovertemplate=None)
    series = max((run.series for _, run in runs), key=len)
    add_line(figure, *thin(series.ds, series.y), "what happened", palette.truth, "solid", 2.0)
    for place, run, forecast in told:
        _add_forecast(figure, run, forecast, colours[place], DASHES[place])
    starts = [forecast.heldout["ds"].to_numpy()[0] for _, _, forecast in told]
    ends = [forecast.heldout["ds"].to_numpy()[-1] for _, _, forecast in told]
    shade(figure, min(starts), max(ends), "held out", palette)
    most = max(len(forecast.heldout) + len(forecast.future) for _, _, forecast in told)
    end = max(forecast.future["ds"].to_numpy()[-1] for _, _, forecast in told)
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
    colours = mark_colours(palette)
    drawn: list[np.ndarray] = []
    for place, run in runs:
        first = [record for record in run.history if record.member == 0]
        losses = np.array([record.deciding_loss for record in first], dtype=float)
        epochs = np.array([record.epoch for record in first], dtype=float)
        add_curve(figure, epochs, losses, run.label, strong(colours[place], DASHES[place]))
        drawn.append(losses)
    kinds = {run.loss for _, run in runs}
    kind = LOSS_NAMES[kinds.pop()] if len(kinds) == 1 else "loss"
    figure.update_xaxes(title="epoch", rangemode="tozero")
    figure.update_yaxes(title=f"{kind} (scaled)", type="log")
    if any(map(len, drawn)):
        set_log_axis(figure, np.concatenate(drawn))
    return figure

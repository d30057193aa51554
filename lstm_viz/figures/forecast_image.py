"""The forecast as a picture for print and slides: PNG or SVG, drawn without a browser."""

import io
import warnings
from textwrap import shorten
from threading import Lock
from typing import Literal

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lstm_viz.figures.forecast_charts import VISIBLE_HORIZONS
from lstm_viz.figures.theme import LIGHT, Palette
from lstm_viz.forecasting.forecast import Forecast
from lstm_viz.tables import Series

ImageFormat = Literal["png", "svg"]
MAX_LABEL = 50
_ONE_AT_A_TIME = Lock()  # matplotlib's settings belong to the process: who leaves first would take another's away


def forecast_image(series: Series, forecast: Forecast, image_format: ImageFormat, palette: Palette = LIGHT) -> bytes:
    """Draw the same lines as `forecast_chart`, 10 × 5 inches, PNG at 200 dots per inch."""
    figure = Figure(figsize=(10, 5), layout="constrained", facecolor=palette.paper)
    axes = figure.add_subplot(facecolor=palette.paper)
    _draw_lines(axes, series, forecast, palette)
    _style_axes(axes, series, palette)
    buffer = io.BytesIO()
    with _ONE_AT_A_TIME, rc_context({"svg.fonttype": "none"}), warnings.catch_warnings():
        # A script that no installed font has is drawn as boxes in PNG; SVG keeps the text, so that the viewer's fonts serve.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        figure.savefig(buffer, format=image_format, dpi=200, metadata={"Date": None} if image_format == "svg" else None)
    return buffer.getvalue()


def _draw_lines(axes: Axes, series: Series, forecast: Forecast, palette: Palette) -> None:
    """Draw history, held-out prediction, its simple rival and the future, from where the interactive chart starts too."""
    held, future = forecast.heldout, forecast.future
    first = max(0, len(series.ds) - VISIBLE_HORIZONS * (len(held) + len(future)))
    rival = "seasonal_naive" if forecast.has_season else "naive"
    label = "last season" if forecast.has_season else "last value"
    axes.axvspan(held["ds"].iloc[0], held["ds"].iloc[-1], color=palette.muted, alpha=0.13, lw=0, label="held out")
    axes.plot(series.ds[first:], series.y[first:], color=palette.truth, lw=1.4, label="what happened")
    axes.plot(held["ds"], held[rival], color=palette.seasonal, lw=1.4, ls=":", label=label)
    axes.plot(held["ds"], held["model"], color=palette.model, lw=2, ls="--", label="model, held out")
    if forecast.has_intervals:
        for level, alpha in (("95", 0.14), ("80", 0.24)):
            bounds = (future[f"lo-{level}"], future[f"hi-{level}"])
            axes.fill_between(future["ds"], *bounds, color=palette.model, alpha=alpha, lw=0, label=f"{level}% interval")
    axes.plot(future["ds"], future["yhat"], color=palette.model, lw=2.2, label="forecast")


def _style_axes(axes: Axes, series: Series, palette: Palette) -> None:
    """Quieten the frame and name the axes; text from the file is never read as mathematics."""
    axes.set_xlabel(series.time or "row", color=palette.muted, parse_math=False)
    axes.set_ylabel(shorten(series.name, MAX_LABEL, placeholder=" …"), color=palette.muted, parse_math=False)
    axes.tick_params(colors=palette.muted)
    axes.grid(axis="y", color=palette.grid)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=5, frameon=False, labelcolor=palette.ink, fontsize=9)

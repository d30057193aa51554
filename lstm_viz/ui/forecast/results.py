"""What a person sees first when a run has ended: what to believe, three numbers, the chart, and all to take along."""

import re

import numpy as np
import pandas as pd
import streamlit as st

from lstm_viz.figures.forecast_charts import forecast_chart
from lstm_viz.figures.forecast_image import forecast_image
from lstm_viz.figures.wording import alike, moment, moments, rounded
from lstm_viz.forecasting.calibration import LEVELS
from lstm_viz.forecasting.forecast import Forecast
from lstm_viz.forecasting.scores import best_rival, judged_errors, standing
from lstm_viz.glossary import label_of, meaning_of
from lstm_viz.runs.archive import chart_html, forecast_csv, model_bundle
from lstm_viz.runs.records import RunView, subject_of
from lstm_viz.runs.services import training_service
from lstm_viz.tables import Frequency
from lstm_viz.ui.forecast.words import interval_in_words
from lstm_viz.ui.shared.fold import CHART_HEIGHT, FEW_BUTTONS, METRIC_WIDTH, lowered, metric
from lstm_viz.ui.shell.theme import current_palette, sized

SHOWN_ROWS = 13


def show_verdict(forecast: Forecast) -> None:
    """Say in one sentence whether to trust the model: a warning only where a simple rule is the better forecast."""
    place = standing(forecast)
    with st.container(key="verdict"):
        if place == "best":
            st.success(forecast.verdict, icon=":material/check_circle:")
        elif place == "between":
            st.info(forecast.verdict, icon=":material/balance:")
        else:
            st.warning(forecast.verdict, icon=":material/do_not_disturb_on:")


def show_headline(view: RunView, forecast: Forecast) -> None:
    """Show the next value, how good the model was, and how often it was right about its doubt."""
    with st.container(horizontal=True, gap="small"):
        _show_next(view, forecast)
        _show_error_size(forecast)
        _show_coverage(forecast)


def _show_next(view: RunView, forecast: Forecast) -> None:
    """Show the first value of the forecast with its 80% interval."""
    first = forecast.future.iloc[0]
    when = f"Next: {moment(forecast.future['ds'].to_numpy()[0], view.series.frequency)}"
    if not forecast.has_intervals:
        st.metric(when, rounded(first["yhat"]), width=METRIC_WIDTH)
        return
    value, low, high = alike([first["yhat"], first["lo-80"], first["hi-80"]])
    metric(when, value, f"80%: {low} to {high}", interval_in_words(view.spec.config, len(view.series)))


def _show_error_size(forecast: Forecast) -> None:
    """Show the model's error beside that of its best rival."""
    rival = best_rival(forecast)
    measure = "mase" if np.isfinite(judged_errors(forecast, "mase")["model"]) else "mae"
    errors = judged_errors(forecast, measure)
    tried = f"in {forecast.origins} back-tests" if forecast.origins > 1 else "on the held-out part"
    beside = "no rival to compare"
    if rival is not None:
        beside = f"rival {label_of(rival)}: {rounded(errors[rival], digits=3)}"
    value = rounded(errors["model"], digits=3)
    metric(
        f"{label_of(measure)} {tried}",
        value,
        beside,
        f"{meaning_of(measure)} {label_of('best_rival')}: {lowered(meaning_of('best_rival'))}",
    )


def _show_coverage(forecast: Forecast) -> None:
    if forecast.coverage is None:
        return
    narrow, wide = (forecast.coverage[str(level)] for level in LEVELS)
    label, beside = f"Inside the {LEVELS[0]}% interval", f"{LEVELS[1]}% interval: {100 * wide:.0f}%"
    metric(label, f"{100 * narrow:.0f}%", beside, meaning_of("coverage"))


def show_chart(view: RunView, forecast: Forecast) -> None:
    """Draw history, held-out part and future; the scale is the person's choice."""

    @st.fragment
    def chart() -> None:
        place = st.container()
        positive = bool(np.nanmin(view.series.y) > 0)
        scale = st.segmented_control(
            "Scale",
            ["linear", "log"],
            default="linear",
            required=True,
            key="scale",
            disabled=not positive,
            label_visibility="collapsed",
        )
        figure = forecast_chart(view.series, forecast, current_palette(), log=scale == "log", height=CHART_HEIGHT)
        alt = f"History, held-out part and forecast. {forecast.verdict}"
        place.plotly_chart(sized(figure), key="forecast-chart", config=FEW_BUTTONS, theme=None, alt=alt)

    chart()


def show_numbers(view: RunView, forecast: Forecast) -> None:
    """Show the forecast as a table."""
    show_table(forecast.future, view.series.frequency, "The forecast, step by step")


def show_table(future: pd.DataFrame, frequency: Frequency, alt: str) -> None:
    """Show steps to come as a table, all numbers with as many decimals.

    Args:
        future: `ds`, `yhat`, and `lo-80`, `hi-80`, `lo-95`, `hi-95` where there are intervals.
    """
    names = {"yhat": "forecast"}
    for level in LEVELS:
        names |= {f"lo-{level}": f"{level}% from", f"hi-{level}": f"{level}% to"}
    names = {name: label for name, label in names.items() if name in future}
    texts = iter(alike([float(value) for name in names for value in future[name]]))
    columns = {label: [next(texts) for _ in range(len(future))] for label in names.values()}
    table = pd.DataFrame({"when": moments(future["ds"].to_numpy(), frequency), **columns})
    right = {name: st.column_config.TextColumn(name, alignment="right") for name in names.values()}
    height = 38 + 35 * min(len(table), SHOWN_ROWS)
    st.dataframe(table, hide_index=True, alt=alt, column_config=right, height=height)


def offer_downloads(view: RunView, forecast: Forecast) -> None:
    """Offer the forecast, the chart and the model; each file is made when it is asked for."""
    name = view.series.unique_id if view.forecasts_by_series else subject_of(view.spec)
    stem = "-".join(re.findall(r"[^\W_]+", name.lower()))[:40] or "series"
    series, service = view.series, training_service()
    files = [
        ("CSV", f"{stem}-forecast.csv", "text/csv", lambda: forecast_csv(forecast)),
        ("PNG", f"{stem}-forecast.png", "image/png", lambda: forecast_image(series, forecast, "png")),
        ("SVG", f"{stem}-forecast.svg", "image/svg+xml", lambda: forecast_image(series, forecast, "svg")),
        ("HTML", f"{stem}-forecast.html", "text/html", lambda: chart_html(series, forecast)),
        (
            "Model and script",
            f"{stem}-model.zip",
            "application/zip",
            lambda: model_bundle(view, service.store.recipe(view.key) or b""),
        ),
    ][: None if view.has_networks else -1]
    with st.container(horizontal=True):
        for label, name, mime, make in files:
            st.download_button(
                label, make, name, mime, key=f"download-{label}", on_click="ignore", icon=":material/download:"
            )

"""The top of a finished forecast: verdict, three numbers, chart, table and downloads."""

import re
from collections.abc import Callable
from typing import Any

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
from lstm_viz.ui.shared.fold import CHART_HEIGHT, FEW_BUTTONS, METRIC_WIDTH, download_button, lowered, metric
from lstm_viz.ui.shell.theme import current_palette, draw_chart

SHOWN_ROWS = 13


def show_verdict(forecast: Forecast) -> None:
    """Say in one sentence whether to trust the model; a warning only where a simple rule is better."""
    place = standing(forecast)
    with st.container(key="verdict"):
        if place == "best":
            st.success(forecast.verdict, icon=":material/check_circle:")
        elif place == "between":
            st.info(forecast.verdict, icon=":material/balance:")
        else:
            st.warning(forecast.verdict, icon=":material/do_not_disturb_on:")


def show_headline(view: RunView, forecast: Forecast) -> None:
    """Show the next value, the error of the model, and the coverage of its intervals."""
    with st.container(horizontal=True, gap="small"):
        _show_next(view, forecast)
        _show_error_size(forecast)
        if forecast.coverage is not None:
            narrow, wide = (f"{100 * forecast.coverage[str(level)]:.0f}%" for level in LEVELS)
            label, comparison = f"Inside the {LEVELS[0]}% interval", f"{LEVELS[1]}% interval: {wide}"
            metric(label, narrow, comparison, meaning_of("coverage"))


def _show_next(view: RunView, forecast: Forecast) -> None:
    first = forecast.future.iloc[0]
    when = f"Next: {moment(forecast.future['ds'].to_numpy()[0], view.series.frequency)}"
    if not forecast.has_intervals:
        st.metric(when, rounded(first["yhat"]), width=METRIC_WIDTH)
        return
    value, low, high = alike([first["yhat"], first["lo-80"], first["hi-80"]])
    metric(when, value, f"80%: {low} to {high}", interval_in_words(view.spec.config, len(view.series)))


def _show_error_size(forecast: Forecast) -> None:
    rival = best_rival(forecast)
    measure = "mase" if np.isfinite(judged_errors(forecast, "mase")["model"]) else "mae"
    errors = judged_errors(forecast, measure)
    where = f"in {forecast.origins} back-tests" if forecast.origins > 1 else "on the held-out part"
    best = "nothing to compare" if rival is None else f"{label_of(rival)}: {rounded(errors[rival], digits=3)}"
    meaning = f"{meaning_of(measure)} {label_of('best_rival')}: {lowered(meaning_of('best_rival'))}"
    metric(f"{label_of(measure)} {where}", rounded(errors["model"], digits=3), best, meaning)


def show_chart(view: RunView, forecast: Forecast) -> None:
    """Draw history, held-out part and future, on a scale to choose."""

    @st.fragment
    def chart() -> None:
        place = st.container()
        options: dict[str, Any] = {"required": True, "key": "scale", "label_visibility": "collapsed"}
        no_log = not bool(np.nanmin(view.series.y) > 0)
        scale = st.segmented_control("Scale", ["linear", "log"], default="linear", disabled=no_log, **options)
        figure = forecast_chart(view.series, forecast, current_palette(), log=scale == "log", height=CHART_HEIGHT)
        alt = f"History, held-out part and forecast. {forecast.verdict}"
        with place:
            draw_chart(figure, "forecast-chart", alt, FEW_BUTTONS)

    chart()


def show_numbers(view: RunView, forecast: Forecast) -> None:
    """Show the forecast as a table."""
    show_table(forecast.future, view.series.frequency, "The forecast, step by step")


def show_table(future: pd.DataFrame, frequency: Frequency, alt: str) -> None:
    """Show a forecast as a table, all numbers with as many decimals; `alt` says which one."""
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
    """Offer the forecast, the chart and the model as files."""
    name = view.series.unique_id if view.forecasts_by_series else subject_of(view.spec)
    stem = "-".join(re.findall(r"[^\W_]+", name.lower()))[:40] or "series"
    series, store = view.series, training_service().store

    def model() -> bytes:
        return model_bundle(view, store.recipe(view.key) or b"")

    files: list[tuple[str, str, str, Callable[[], str | bytes]]] = [
        ("CSV", f"{stem}-forecast.csv", "text/csv", lambda: forecast_csv(forecast)),
        ("PNG", f"{stem}-forecast.png", "image/png", lambda: forecast_image(series, forecast, "png")),
        ("SVG", f"{stem}-forecast.svg", "image/svg+xml", lambda: forecast_image(series, forecast, "svg")),
        ("HTML", f"{stem}-forecast.html", "text/html", lambda: chart_html(series, forecast)),
    ]
    if view.has_networks:
        files += [("Model and script", f"{stem}-model.zip", "application/zip", model)]
    with st.container(horizontal=True):
        for label, name, mime, make in files:
            download_button(label, make, name, mime, f"download-{label}")

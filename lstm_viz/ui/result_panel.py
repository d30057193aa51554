"""The forecast: what to believe, the chart, the scores, and everything to take along."""

import numpy as np
import pandas as pd
import streamlit as st

from lstm_viz.figures.forecast_chart import forecast_chart
from lstm_viz.figures.forecast_image import forecast_image
from lstm_viz.forecasting.forecast import Forecast, plain_stamps
from lstm_viz.forecasting.intervals import LEVELS
from lstm_viz.glossary import label_of, meaning_of
from lstm_viz.runs.exports import chart_html, forecast_csv, model_bundle
from lstm_viz.runs.records import RunView
from lstm_viz.runs.service import training_service
from lstm_viz.ui.look import CHART_CONFIG, current_palette
from lstm_viz.ui.text import small

MEASURES = ("mae", "rmse", "smape", "mase")


def show_verdict(forecast: Forecast) -> None:
    """Say in one sentence whether to trust the model."""
    if forecast.verdict.startswith("Better"):
        st.success(forecast.verdict, icon=":material/check_circle:")
    else:
        st.warning(forecast.verdict, icon=":material/do_not_disturb_on:")


def show_chart(view: RunView, forecast: Forecast) -> None:
    """Draw history, held-out part and future; the scale is the person's choice."""

    @st.fragment
    def chart() -> None:
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
        figure = forecast_chart(view.series, forecast, current_palette(), log=scale == "log")
        alt = f"History, held-out part and forecast. {forecast.verdict}"
        st.plotly_chart(figure, key="forecast-chart", config=CHART_CONFIG, theme=None, alt=alt)

    chart()


def show_scores(view: RunView, forecast: Forecast) -> None:
    """Show the errors in the back-test and on the held-out rows, the model first."""
    if forecast.origins > 1:
        st.markdown(f"**Errors over {forecast.origins} back-tests**", help=meaning_of("backtest"))
        score_frame(view, forecast, forecast.backtest_scores)
    st.markdown(f"**Errors on the {len(forecast.heldout)} held-out steps**", help=meaning_of("holdout"))
    score_frame(view, forecast, forecast.scores)
    if forecast.coverage is not None:
        told = ", ".join(f"{share:.0%} inside the {level} % interval" for level, share in forecast.coverage.items())
        st.markdown(small(f"Of what happened in the back-test lay {told}."), help=meaning_of("coverage"))
    if forecast.shrinkage < 1:
        st.markdown(small(shrinkage_in_words(forecast.shrinkage)), help=meaning_of("shrinkage"))


def score_frame(view: RunView, forecast: Forecast, scores: pd.DataFrame) -> None:
    """Draw a table of errors; what could not be measured is left out."""
    kept = scores if forecast.has_season else scores.drop(index="seasonal_naive")
    names = {"model": f"{label_of(view.spec.config.cell)} (this model)"}
    table = kept.dropna(how="all").rename(index=lambda name: names.get(name) or label_of(name))
    columns = {
        name: st.column_config.NumberColumn(label_of(name), help=meaning_of(name), format=shape)
        for name, shape in zip(MEASURES, ("%.4g", "%.4g", "%.1f %%", "%.3f"), strict=True)
    }
    st.dataframe(table, column_config=columns, alt="Errors of the model and of the simple rules")


def shrinkage_in_words(shrinkage: float) -> str:
    """Say how far the networks are believed."""
    if shrinkage == 0:
        return "In the rehearsal the networks made it only worse: the forecast is the level and the season alone."
    return f"In the rehearsal {shrinkage:.0%} of the networks' answer was best: so much of it counts in the forecast."


def show_numbers(forecast: Forecast) -> None:
    """Show the forecast as a table."""
    table = pd.DataFrame({"when": plain_stamps(forecast.future["ds"]), "forecast": forecast.future["yhat"]})
    for level in LEVELS if forecast.has_intervals else ():
        low, high = f"lo-{level}", f"hi-{level}"
        table = table.assign(**{f"{level} % from": forecast.future[low], f"{level} % to": forecast.future[high]})
    st.dataframe(table, hide_index=True, alt="The forecast, step by step", height=min(280, 38 + 35 * len(table)))


def offer_downloads(view: RunView, forecast: Forecast) -> None:
    """Offer the forecast, the chart and the model; each file is made when it is asked for."""
    stem = "".join(c if c.isalnum() else "-" for c in view.spec.target.lower()).strip("-")[:40] or "series"
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
    ]
    with st.container(horizontal=True):
        for label, name, mime, make in files:
            st.download_button(
                label, make, name, mime, key=f"download-{label}", on_click="ignore", icon=":material/download:"
            )

"""Residuals: whether errors hold anything that the forecast could have used, and whether more rows would help."""

import numpy as np
import streamlit as st

from lstm_viz.figures.learning_chart import learning_chart
from lstm_viz.figures.residual_chart import autocorrelation_chart, residual_histogram
from lstm_viz.forecasting.diagnostics import leftover_of_series, memory_sentence, shape_sentence
from lstm_viz.forecasting.forecast import Forecast
from lstm_viz.forecasting.learning import learning_sentence
from lstm_viz.glossary import label_of, meaning_of
from lstm_viz.runs.records import RunView
from lstm_viz.ui.forecast_words import unit_in_words
from lstm_viz.ui.look import current_palette, sized
from lstm_viz.ui.result_panel import FEW_BUTTONS
from lstm_viz.ui.text import small


def show_leftover(view: RunView, forecast: Forecast) -> None:
    """Draw the autocorrelation and the distribution of the one-step errors, each with what it means."""
    series, residuals = view.series, forecast.residuals
    left = leftover_of_series(series, residuals["ds"].to_numpy(), residuals["residual"].to_numpy(dtype=float))
    memory, shape = memory_sentence(left, series.frequency), shape_sentence(left)
    if not left.is_enough:
        st.markdown(memory)
        return
    palette = current_palette()
    one, two = st.columns(2)
    with one:
        st.markdown("**Are errors correlated over time?**", help=meaning_of("autocorrelation"))
        figure = autocorrelation_chart(left, series.frequency.step_name, palette)
        alt = f"Autocorrelation of {len(left.residuals)} one-step errors. {memory}"
        st.plotly_chart(sized(figure), key="autocorrelation", config=FEW_BUTTONS, theme=None, alt=alt)
        st.markdown(memory)
    with two:
        st.markdown("**How are errors distributed?**", help=meaning_of("residual"))
        figure = residual_histogram(left, palette)
        alt = f"Histogram of {len(left.residuals)} one-step errors. {shape}"
        st.plotly_chart(sized(figure), key="residuals", config=FEW_BUTTONS, theme=None, alt=alt)
        st.markdown(shape)
    told = f"{len(left.residuals)} forecasts one step ahead, in a calibration run on rows that it had not seen."
    st.markdown(
        small(f"{told} An error is the actual value minus the forecast; 1 is the {unit_in_words(view.spec.config)}.")
    )


def show_learning_curve(forecast: Forecast) -> None:
    """Draw how the error falls as more rows teach, with what that means; nothing where there were too few."""
    told = learning_sentence(forecast.learning)
    if not told:
        return
    st.markdown(f"**{label_of('learning_curve')}**", help=meaning_of("learning_curve"))
    rules = {name: float(forecast.scores["mae"].get(name, np.nan)) for name in ("naive", "seasonal_naive")}
    best = min(rules, key=lambda name: rules[name] if np.isfinite(rules[name]) else np.inf)
    rival = (label_of(best), rules[best]) if np.isfinite(rules[best]) else None
    figure = learning_chart(forecast.learning, rival, current_palette())
    st.plotly_chart(sized(figure), key="learning-curve", config=FEW_BUTTONS, theme=None, alt=f"Learning curve. {told}")
    st.markdown(told)

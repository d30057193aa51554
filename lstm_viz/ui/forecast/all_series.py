"""All series of a run: how good each forecast is, one click from it, and all forecasts as one file."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from lstm_viz.figures.wording import alike
from lstm_viz.forecasting.forecast import Forecast
from lstm_viz.forecasting.scores import Rank, best_rival, judged_errors, rank
from lstm_viz.glossary import label_of, meaning_of
from lstm_viz.runs.archive import forecasts_csv
from lstm_viz.runs.records import RunView
from lstm_viz.tables import Series, guarded
from lstm_viz.ui.forecast.sources import SERIES_SHOWN
from lstm_viz.ui.shared.fold import download_button
from lstm_viz.ui.shell.address import Address
from lstm_viz.ui.shell.markdown import literal, small, with_names
from lstm_viz.ui.shell.session import set_widget_value, widget_value

SHOWN_ROWS = 10
RECENT_HORIZONS = 3
SHOWN_REFUSALS = 5
RIVAL = f"{label_of('best_rival')}'s {label_of('mase')}"
WORDS: dict[Rank, str] = {
    "best": "better than the other methods",
    "level": "about as good as the best other method",
    "auto_ets": "AutoETS, a classical method, is better",
    "rule": "a simple rule is better",
    "unknown": "nothing to compare",
}


def show_group(view: RunView, address: Address) -> None:
    """Show a table with one row per series; ticking a row opens its forecast."""
    forecasts, key = view.forecasts_by_series, f"company-{view.key}"
    names = list(forecasts)

    def open_series() -> None:
        picked: Any = widget_value(key)
        rows = picked["selection"]["rows"] if picked else []
        if rows and rows[0] < len(names):
            address.set(**{SERIES_SHOWN: names[rows[0]]})

    st.markdown(ranks_in_words([rank(forecast) for forecast in forecasts.values()]))
    st.markdown(small("Tick a series to see its forecast below."))
    table = pd.DataFrame([row_of(name, view.about(name).series, forecast) for name, forecast in forecasts.items()])
    set_widget_value(key, {"selection": {"rows": [names.index(view.series.unique_id)], "columns": [], "cells": []}})
    columns = {
        "Last and next": st.column_config.LineChartColumn(help="The latest values, then the forecast.", width="small"),
        "Next": st.column_config.TextColumn(help="The first value of the forecast.", alignment="right"),
        label_of("mase"): st.column_config.NumberColumn(help=meaning_of("mase"), format="%.3f"),
        RIVAL: st.column_config.NumberColumn(help=meaning_of("best_rival"), format="%.3f"),
    }
    alt = "Every series with its next value, its error and how it compares with the best other method"
    ticks: Any = {"key": key, "on_select": open_series, "selection_mode": "single-row-required"}
    height = 38 + 35 * min(len(table), SHOWN_ROWS)
    st.dataframe(table, hide_index=True, height=height, alt=alt, column_config=columns, **ticks)
    if view.about(address.get(SERIES_SHOWN)).series.unique_id != view.series.unique_id:
        st.rerun()
    _show_missing(view)
    label, name = f"CSV of all {len(forecasts)} forecasts", "all-forecasts.csv"
    download_button(label, lambda: forecasts_csv(forecasts.items()), name, "text/csv", "download-all")


def _show_missing(view: RunView) -> None:
    refused = view.others.refused
    for name, why in list(refused.items())[:SHOWN_REFUSALS]:
        sentence = f"{literal(name + ':')} {with_names(why)}"
        st.markdown(f":orange[:material/warning:] {small(sentence)}")
    if len(refused) > SHOWN_REFUSALS:
        st.markdown(small(f"{len(refused) - SHOWN_REFUSALS} more have no forecast, for reasons like these."))
    unreached = 0 if view.group is None else len(view.group.names) - len(view.forecasts_by_series) - len(refused)
    if unreached:
        st.markdown(
            small(f"Training ended before {unreached} series had their turn. Train again to forecast them too.")
        )


def ranks_in_words(ranks: Sequence[Rank]) -> str:
    """Say for how many series the model is the best, and what is better on the others."""
    rest = [
        f"on **{ranks.count(place)}** {words}" for place, words in WORDS.items() if place in ranks and place != "best"
    ]
    best = f"The model is better than the other methods on **{ranks.count('best')} of {len(ranks)}** series"
    return f"{'; '.join([best, *rest])}."


def row_of(name: str, series: Series, forecast: Forecast) -> dict[str, object]:
    """Return one row of the table."""
    rival, errors = best_rival(forecast), judged_errors(forecast, "mase")
    future = forecast.future["yhat"].to_numpy(dtype=float)
    shown = ["yhat", "lo-80", "hi-80"] if forecast.has_intervals else ["yhat"]
    recent = pd.Series(series.y[-RECENT_HORIZONS * len(future) :]).ffill().bfill().to_numpy()
    return {
        "Series": guarded(name),  # the table can be copied and downloaded
        "Last and next": np.concatenate([recent, future]).tolist(),
        "Next": alike([float(value) for value in forecast.future.iloc[0][shown]])[0],
        "Compared with other methods": WORDS[rank(forecast)],
        label_of("mase"): errors["model"],
        RIVAL: np.nan if rival is None else errors[rival],
    }

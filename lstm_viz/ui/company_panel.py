"""All series of a run: how each came out, one click from its forecast, and all forecasts as one file."""

import numpy as np
import pandas as pd
import streamlit as st

from lstm_viz.figures.wording import rounded
from lstm_viz.forecasting.comparison import best_rival, judged_errors, standing
from lstm_viz.forecasting.forecast import Forecast
from lstm_viz.glossary import label_of, meaning_of
from lstm_viz.runs.exports import forecasts_csv
from lstm_viz.runs.records import RunView
from lstm_viz.tables import Series
from lstm_viz.ui.address import Address
from lstm_viz.ui.sources import SERIES_SHOWN
from lstm_viz.ui.text import literal, small

SHOWN_ROWS = 10
RECENT_HORIZONS = 3
TOLD_REFUSALS = 5
WORDS = {"best": "better than its rivals", "between": "about as good", "worse": "a simple rule is better"}


def show_company(view: RunView, address: Address) -> None:
    """Show every series of a run in a row; a click goes to its forecast."""
    told = view.told
    st.markdown(told_in_words(told))
    table = pd.DataFrame([row_of(name, view.about(name).series, forecast) for name, forecast in told.items()])
    picked = st.dataframe(
        table,
        hide_index=True,
        key=f"company-{view.key}",
        height=38 + 35 * min(len(table), SHOWN_ROWS),
        on_select="rerun",
        selection_mode="single-row",
        alt="Every series with its next value, its error and how it stands beside its best rival",
        column_config={
            "Last and next": st.column_config.LineChartColumn(
                help="The newest values, and the forecast that follows them."
            ),
            label_of("mase"): st.column_config.NumberColumn(help=meaning_of("mase"), format="%.3f"),
            "Best rival": st.column_config.NumberColumn(
                help=f"{label_of('mase')} of the best rival. {meaning_of('best_rival')}", format="%.3f"
            ),
        },
    )
    rows = picked["selection"]["rows"]
    chosen = list(told)[rows[0]] if rows and rows[0] < len(told) else None
    if chosen is not None and chosen != view.series.unique_id:
        address.set(**{SERIES_SHOWN: chosen})
        st.rerun()
    st.markdown(small("Click the box at the left of a series to see its forecast."))
    refused = view.others.refused
    for name, why in list(refused.items())[:TOLD_REFUSALS]:
        st.markdown(f":orange[:material/warning:] {small(literal(f'{name}: {why}'))}")
    if len(refused) > TOLD_REFUSALS:
        st.markdown(small(f"{len(refused) - TOLD_REFUSALS} more have no forecast, for reasons like these."))
    st.download_button(
        f"CSV of all {len(told)} forecasts",
        lambda: forecasts_csv(told.items()),
        "all-forecasts.csv",
        "text/csv",
        key="download-all",
        on_click="ignore",
        icon=":material/download:",
    )


def told_in_words(told: dict[str, Forecast]) -> str:
    """Say for how many series the model is the best that is known."""
    places = [standing(forecast) for forecast in told.values()]
    best, worse = places.count("best"), places.count("worse")
    return (
        f"The model is better than its rivals on **{best} of {len(places)}** series, and a simple rule is better on "
        f"**{worse}**."
    )


def row_of(name: str, series: Series, forecast: Forecast) -> dict[str, object]:
    """Lay one series into the columns of the table."""
    rival, errors = best_rival(forecast), judged_errors(forecast, "mase")
    future = forecast.future["yhat"].to_numpy(dtype=float)
    recent = pd.Series(series.y[-RECENT_HORIZONS * len(future) :]).ffill().bfill().to_numpy()
    return {
        "Series": name,
        "Last and next": np.concatenate([recent, future]).tolist(),
        "Next": rounded(float(future[0])),
        label_of("mase"): errors["model"],
        "Best rival": np.nan if rival is None else errors[rival],
        "Standing": WORDS[standing(forecast)],
    }

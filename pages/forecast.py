"""Upload a CSV, watch a recurrent network learn from it, download a forecast."""

import streamlit as st

from lstm_viz.ui.forecast.check import show_data_check
from lstm_viz.ui.forecast.data import data_panel, with_upload
from lstm_viz.ui.forecast.result_view import show_run
from lstm_viz.ui.forecast.settings import settings_panel, train_forecast_button
from lstm_viz.ui.forecast.state import open_forecast_page
from lstm_viz.ui.runs.heading import runs_panel
from lstm_viz.ui.shared.launch import reading_place, replaced
from lstm_viz.ui.shell.address import Address

address = Address("forecast")
controls, canvas = st.columns([1, 2.1], gap="large")

with controls:
    st.subheader("1 · Data", anchor=False)
    with reading_place():
        page = with_upload(open_forecast_page(address), address)
    data_panel(page, address)
    with replaced("model"):
        if page.settings is not None and page.series is not None:
            st.subheader("2 · Model", anchor=False)
            settings_panel(page.settings, page.series.frequency.step_name, page.series_count, address)
            train_forecast_button(page, address)
        runs_panel(page.run, address)

with canvas, replaced("canvas"):
    if page.run is None:
        show_data_check(page, address)
    else:
        show_run(page.run, address, settings_differ=page.settings is not None and not page.is_of_run)

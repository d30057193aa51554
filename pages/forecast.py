"""Bring a CSV, watch a recurrent network learn it, take a forecast home."""

import streamlit as st

from lstm_viz.ui.forecast.check import show_data_check
from lstm_viz.ui.forecast.data import data_panel, with_upload
from lstm_viz.ui.forecast.result_view import show_run
from lstm_viz.ui.forecast.settings import settings_panel, train_forecast_button
from lstm_viz.ui.forecast.state import open_workbench
from lstm_viz.ui.runs.heading import runs_panel
from lstm_viz.ui.shared.launch import reading_place, replaced
from lstm_viz.ui.shell.address import Address

address = Address("forecast")
controls, canvas = st.columns([1, 2.1], gap="large")

with controls:
    st.subheader("1 · Data", anchor=False)
    with reading_place():
        bench = with_upload(open_workbench(address), address)
    data_panel(bench, address)
    with replaced("model"):
        if bench.settings is not None and bench.series is not None:
            st.subheader("2 · Model", anchor=False)
            settings_panel(bench.settings, bench.series.frequency.step_name, bench.series_count, address)
            train_forecast_button(bench, address)
        runs_panel(bench.run, address)

with canvas, replaced("canvas"):
    if bench.run is None:
        show_data_check(bench, address)
    else:
        show_run(bench.run, address, settings_differ=bench.settings is not None and not bench.is_of_run)

"""Classify sequences: digits read row by row, or labelled sequences of one's own."""

import streamlit as st

from lstm_viz.ui.classify.controls import classify_button, classify_controls, classify_list
from lstm_viz.ui.classify.data import classify_data_panel, with_files
from lstm_viz.ui.classify.results import classify_canvas
from lstm_viz.ui.classify.state import open_classify_page
from lstm_viz.ui.shared.launch import reading_place, replaced
from lstm_viz.ui.shell.address import Address

address = Address("classify")
controls, canvas = st.columns([1, 2.1], gap="large")

with controls:
    st.subheader("1 · Data", anchor=False)
    with reading_place():
        page = with_files(open_classify_page(address), address)
    classify_data_panel(page, address)
    with replaced("model"):
        if page.settings is not None:
            st.subheader("2 · Model", anchor=False)
            classify_controls(page.settings, address)
            classify_button(page, address)
        classify_list(page, address)

with canvas, replaced("canvas"):
    classify_canvas(page, address)

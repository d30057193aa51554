"""The script behind every page: frame, navigation, then the page that the address names."""

import streamlit as st

from lstm_viz.ui.navigation import ROOT, all_pages

st.set_page_config(page_title="LSTM, live", page_icon=str(ROOT / "assets" / "favicon.svg"), layout="wide")
st.navigation(list(all_pages().values()), position="top").run()

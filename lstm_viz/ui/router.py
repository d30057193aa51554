"""The script behind every page: frame, navigation, then the page that the address names."""

from pathlib import Path

import streamlit as st

ROOT = Path(__file__).resolve().parents[2]
PAGES = ROOT / "pages"

st.set_page_config(page_title="LSTM, live", page_icon=str(ROOT / "assets" / "favicon.svg"), layout="wide")

st.navigation(
    [
        st.Page(PAGES / "home.py", title="Home", icon=":material/home:", default=True),
        st.Page(PAGES / "forecast.py", title="Forecast", icon=":material/show_chart:", url_path="forecast"),
    ],
    position="top",
).run()

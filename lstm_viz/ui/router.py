"""The script behind every page: frame, navigation, then the page that the address names."""

import streamlit as st

from lstm_viz.ui.look import mend_contrast
from lstm_viz.ui.navigation import ROOT, all_pages
from lstm_viz.ui.session import enter_page

st.set_page_config(page_title="LSTM, live", page_icon=str(ROOT / "assets" / "favicon.svg"), layout="wide")
mend_contrast()
page = st.navigation(list(all_pages().values()), position="top")
enter_page(page.url_path)
page.run()

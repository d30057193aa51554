"""The script behind every page: frame, navigation, then the page that the address names, and what stands around it."""

import streamlit as st

from lstm_viz.paths import ROOT
from lstm_viz.ui.shared.tours import follow_tour_link, tour_panel
from lstm_viz.ui.shell.navigation import all_pages, enlarge, projector_toggle
from lstm_viz.ui.shell.session import enter_page
from lstm_viz.ui.shell.theme import apply_theme_styles

st.set_page_config(page_title="LSTM, live", page_icon=str(ROOT / "assets" / "favicon.svg"), layout="wide")
apply_theme_styles()
page = st.navigation(list(all_pages().values()), position="top")
enter_page(page.url_path)
follow_tour_link(page.url_path)
enlarge()
above, below = st.container(), st.container()
with above:
    page.run()
with below:
    projector_toggle()
    tour_panel(page.url_path)

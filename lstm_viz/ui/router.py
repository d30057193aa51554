"""The script behind every page: frame, navigation, then the page that the address names, and what stands around it."""

import streamlit as st

from lstm_viz.paths import ROOT
from lstm_viz.ui.look import mend_looks
from lstm_viz.ui.navigation import all_pages
from lstm_viz.ui.projector import enlarge, projector_toggle
from lstm_viz.ui.session import enter_page
from lstm_viz.ui.tour_panel import follow_tour_link, tour_panel

st.set_page_config(page_title="LSTM, live", page_icon=str(ROOT / "assets" / "favicon.svg"), layout="wide")
mend_looks()
page = st.navigation(list(all_pages().values()), position="top")
enter_page(page.url_path)
follow_tour_link(page.url_path)
enlarge()
beside, below = st.container(), st.container()
with beside:
    page.run()
with below:
    projector_toggle()
    tour_panel(page.url_path)

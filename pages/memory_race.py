"""Let an RNN, a GRU and an LSTM learn the same task side by side, and see which of them remembers."""

import streamlit as st

from lstm_viz.ui.race.controls import open_race_page, race_buttons, race_controls
from lstm_viz.ui.race.results import race_canvas, race_table
from lstm_viz.ui.shell.address import Address

address = Address("race")
page = open_race_page(address)
st.header("Which cell learns to remember?", anchor=False)
st.markdown(
    "Networks with equally many hidden units learn the same task from the same sequences, with the same budget of updates. "
    "The longer the sequence, the further back the gradient must reach."
)
controls, canvas = st.columns([1, 2.25], gap="medium")

with controls:
    race_controls(page, address)

with canvas:
    race_buttons(page, address)
    race_canvas(page, address)

race_table(page, address)

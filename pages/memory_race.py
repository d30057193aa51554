"""Let an RNN, a GRU and an LSTM learn the same task side by side, and see which of them remembers."""

import streamlit as st

from lstm_viz.ui.race.controls import open_race_bench, race_buttons, race_controls
from lstm_viz.ui.race.results import race_canvas, race_table
from lstm_viz.ui.shell.address import Address

address = Address("race")
bench = open_race_bench(address)
st.header("Which cell learns to remember?", anchor=False)
st.markdown(
    "Networks with as many hidden units each learn the same task from the same sequences, with the same budget of updates. "
    "The longer the sequence, the farther back the loss must reach."
)
controls, canvas = st.columns([1, 2.25], gap="medium")

with controls:
    race_controls(bench, address)

with canvas:
    race_buttons(bench, address)
    race_canvas(bench, address)

race_table(bench, address)

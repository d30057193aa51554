"""What this is, in one sentence and one living picture."""

import streamlit as st

from lstm_viz.ui.shared.tours import home_film, learning_film, tour_cards
from lstm_viz.ui.shell.address import Address
from lstm_viz.ui.shell.navigation import button_to, link_to

Address("home")
words, picture = st.columns([1, 2.2], gap="large", vertical_alignment="center")

with words:
    st.title("Watch an LSTM learn", anchor=False)
    st.markdown(
        "Upload a table of numbers over time, watch a recurrent network learn from it **while it trains**, and download a "
        "forecast that says how far it can be trusted."
    )
    button_to("forecast", "Forecast your own file")
    link_to("step", "Step a live cell, gate by gate")
    st.caption(
        "The picture is a real run, saved epoch by epoch: an LSTM that has read eleven years of airline passengers and "
        "forecasts the twelfth. Press play, or drag along the epochs."
    )

with picture:
    learning_film(home_film(), key="home-film")

tour_cards()

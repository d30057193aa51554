"""What this is, in one sentence and one living picture."""

import streamlit as st

st.title("See how an LSTM remembers", anchor=False)
st.markdown(
    "Bring a table of numbers over time, watch a recurrent network learn it **live**, and take home a forecast that says how "
    "far it can be trusted."
)
st.page_link("pages/forecast.py", label="Forecast a CSV", icon=":material/show_chart:")

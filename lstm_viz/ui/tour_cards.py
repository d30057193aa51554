"""The tours as cards, for Home."""

import streamlit as st

from lstm_viz.tours.tour import Tour
from lstm_viz.tours.tours import TOURS
from lstm_viz.ui.text import small
from lstm_viz.ui.tour_panel import start_tour


def tour_cards() -> None:
    """Offer the tours side by side."""
    st.subheader("Guided tours", anchor=False)
    for column, tour in zip(st.columns(len(TOURS), gap="medium"), TOURS.values(), strict=True):
        with (
            column,
            st.container(border=True, height="stretch", vertical_alignment="distribute", key=f"tour-card-{tour.key}"),
        ):
            _tour_card(tour)


def _tour_card(tour: Tour) -> None:
    with st.container():
        st.markdown(f"**{tour.title}**")
        st.markdown(small(tour.promise))
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button("Start", icon=":material/play_arrow:", key=f"start-{tour.key}"):
            start_tour(tour.key)
        st.markdown(small(f"{len(tour.stops)} stops, {tour.minutes} minutes"))

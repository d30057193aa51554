"""Colours for the theme that the person sees."""

import streamlit as st

from lstm_viz.figures.theme import Palette, palette


def current_palette() -> Palette:
    """Give the palette for the browser's theme; light until the browser has told."""
    return palette("dark" if st.context.theme.type == "dark" else "light")


CHART_CONFIG = {"displaylogo": False, "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d"]}

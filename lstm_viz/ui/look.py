"""Colours for the theme that the person sees."""

import streamlit as st

from lstm_viz.figures.theme import Palette, palette


def current_palette() -> Palette:
    """Give the palette for the browser's theme; light until the browser has told."""
    return palette("dark" if st.context.theme.type == "dark" else "light")


# Streamlit writes white on the primary colour, which the dark theme needs light: 3.6 to 1, too pale to read.
DARK_INK = '<style>[data-baseweb="tag"], [data-testid="stBaseButton-primary"] {color: #0f131a !important}</style>'


def mend_contrast() -> None:
    """Write dark on the primary colour where the theme is dark."""
    if st.context.theme.type == "dark":
        st.html(DARK_INK)


CHART_CONFIG = {"displaylogo": False, "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d"]}
STILL = {"staticPlot": True}  # also while it is redrawn: plotly fails when a drag meets a redraw

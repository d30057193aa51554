"""While a file is read, the page says so, and offers nothing to do with what is being replaced."""

from collections.abc import Callable

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lstm_viz.ui.session import current_session
from lstm_viz.ui.text import literal

PLACE, REPLACED = "reading-place", "replaced-"

REPLACED_PARTS = f'[class*="st-key-{REPLACED}"]'
HIDE = (
    f'.stMain:has(.st-key-{PLACE} [data-testid="stSpinner"]) :is({REPLACED_PARTS}, {REPLACED_PARTS} *) '
    "{visibility: hidden !important}"
)


def reading_place() -> DeltaGenerator:
    """Give the place of the words that say what is being read; as long as they stand, what is `replaced` is hidden."""
    st.html(f"<style>{HIDE}</style>")
    return st.container(key=PLACE)


def read_once(name: str, place: str, read: Callable[[], str]) -> str:
    """Read and store what has arrived, and say so meanwhile; what fails is not tried again.

    A click does not wait: Streamlit starts the next script while this one goes on reading, which then finds what was read.

    Args:
        place: tells what has arrived from all else in this session.
        read: reads and stores it, and gives its name there.
    """
    session = current_session()
    with st.spinner(f"Reading {literal(name)} …"), session.reading:
        try:
            if place not in session.stored:
                session.stored[place] = read()
            return session.stored[place]
        except Exception:
            session.arrived = False
            raise


def replaced(name: str) -> DeltaGenerator:
    """Give a place for what belongs to the data that is open, and goes when other data is read."""
    return st.container(key=REPLACED + name)

"""While a file is read, the page says so, and offers nothing to do with what is being replaced."""

from collections.abc import Iterator
from contextlib import contextmanager

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


@contextmanager
def reading(name: str) -> Iterator[None]:
    """Say that a file which has arrived is being read; one that fails is not tried again."""
    with st.spinner(f"Reading {literal(name)} …"):
        try:
            yield
        except Exception:
            current_session().arrived = False
            raise


def replaced(name: str) -> DeltaGenerator:
    """Give a place for what belongs to the data that is open, and goes when other data is read."""
    return st.container(key=REPLACED + name)

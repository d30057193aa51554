"""Folds, metrics and chart buttons that several pages share."""

from collections.abc import Callable

import streamlit as st

from lstm_viz.ui.shell.theme import CHART_CONFIG

CHART_HEIGHT = 400


METRIC_WIDTH = 170


SPARED = [
    "zoom2d",
    "pan2d",
    "zoomIn2d",
    "zoomOut2d",
]  # a drag zooms, a double click undoes; more buttons hide the legend


FEW_BUTTONS = {**CHART_CONFIG, "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d", *SPARED]}


def lowered(sentence: str) -> str:
    """Begin a sentence in the middle of another."""
    return sentence[0].lower() + sentence[1:]


def metric(label: str, value: str, beside: str, meaning: str) -> None:
    """Draw one number with what it is to be read with."""
    st.metric(label, value, beside, delta_color="off", delta_arrow="off", help=meaning, width=METRIC_WIDTH)


def fold(label: str, key: str, icon: str, draw: Callable[[], None], expanded: bool = False) -> None:
    """Draw a section that is worked out only while it is open, and without drawing the page anew."""

    @st.fragment
    def section() -> None:
        box = st.expander(label, expanded, key=f"fold-{key}", icon=f":material/{icon}:", on_change="rerun")
        if box.open:
            with box:
                draw()

    section()

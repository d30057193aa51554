"""Folds, metrics, menus and buttons that several pages share."""

from collections.abc import Callable, Iterable
from typing import Any

import streamlit as st

from lstm_viz.glossary import label_of, meaning_of
from lstm_viz.ui.shell.session import set_widget_value
from lstm_viz.ui.shell.theme import CHART_CONFIG

CHART_HEIGHT = 400
METRIC_WIDTH = 170
MORE_BUTTONS = ["select2d", "lasso2d", "autoScale2d", "zoom2d", "pan2d", "zoomIn2d", "zoomOut2d"]
FEW_BUTTONS = {
    **CHART_CONFIG,
    "modeBarButtonsToRemove": MORE_BUTTONS,
}  # more would hide the legend; a drag zooms anyway


def lowered(sentence: str) -> str:
    """Begin a sentence in the middle of another."""
    return sentence[0].lower() + sentence[1:]


def metric(label: str, value: str, comparison: str, meaning: str) -> None:
    """Draw one number with what it is to be compared with."""
    st.metric(label, value, comparison, delta_color="off", delta_arrow="off", help=meaning, width=METRIC_WIDTH)


def fold(label: str, key: str, icon: str, draw: Callable[[], None], expanded: bool = False) -> None:
    """Draw a section that is computed only while it is open, and without redrawing the page."""

    @st.fragment
    def section() -> None:
        box = st.expander(label, expanded, key=f"fold-{key}", icon=f":material/{icon}:", on_change="rerun")
        if box.open:
            with box:
                draw()

    section()


def menu(
    term: str,
    key: str,
    options: Iterable[str],
    shown: str,
    change: Callable[[], None],
    words: Callable[[str], str] = str,
) -> None:
    """Draw a menu with the label and the help of a term of the glossary."""
    set_widget_value(key, shown)
    st.selectbox(label_of(term), list(options), format_func=words, key=key, on_change=change, help=meaning_of(term))


def download_button(
    label: str, make: Any, name: str, mime: str, key: str, icon: str = "download", **options: Any
) -> None:
    """Offer a file, which is made when it is asked for."""
    st.download_button(label, make, name, mime, key=key, on_click="ignore", icon=f":material/{icon}:", **options)


def open_button(label: str, key: str, is_open: bool, go_to: Callable[..., None], **parameters: str) -> None:
    """Draw a line of a list of runs, which opens one; the open one has a tick."""
    icon = ":material/check:" if is_open else ":material/history:"
    st.button(label, key=key, type="tertiary", icon=icon, on_click=go_to, kwargs=parameters)

"""The whole sequence at once, drawn in the browser."""

from collections.abc import Callable

import streamlit as st

from lstm_viz.ui.javascript import join_modules, join_styles

_mount = st.components.v2.component(
    "lstm_viz_gate_maps",
    css=join_styles("gate_maps/gate_maps.css"),
    js=join_modules("gate_maps/gate_maps.js"),
)


def gate_maps(overview: bytes, key: str, on_stretch: Callable[[], None]) -> None:
    """Show an overview; nothing comes back to Python but the stretch whose like is looked for.

    Args:
        overview: from `overview_bytes`.
        key: tells overviews on one page apart; `on_stretch` finds the stretch under it, as `read_search` reads it.
        on_stretch: called when the visitor marks a stretch, or drops it.
    """
    _mount(key=key, data=overview, on_stretch_change=on_stretch)

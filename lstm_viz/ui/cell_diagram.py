"""The live cell, drawn in the browser from one trace."""

from collections.abc import Callable

import streamlit as st

from lstm_viz.ui.javascript import join_modules, join_styles

_mount = st.components.v2.component(
    "lstm_viz_cell_diagram",
    css=join_styles("cell_diagram/cell_diagram.css"),
    js=join_modules("cell_diagram/cell_diagram.js"),
)


def cell_diagram(scene: bytes, key: str, on_what_if: Callable[[], None]) -> None:
    """Show a scene to be stepped; nothing comes back to Python but changes.

    Args:
        scene: from `scene_bytes`.
        key: tells diagrams on one page apart; `on_what_if` finds the wished changes under it.
        on_what_if: called when the visitor changes something.
    """
    _mount(key=key, data=scene, on_what_if_change=on_what_if)

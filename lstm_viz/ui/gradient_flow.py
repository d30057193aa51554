"""The gradient's way back through time, drawn in the browser."""

import streamlit as st

from lstm_viz.ui.javascript import join_modules, join_styles

_mount = st.components.v2.component(
    "lstm_viz_gradient_flow",
    css=join_styles("gradient_flow/gradient_flow.css"),
    js=join_modules("gradient_flow/gradient_flow.js"),
)


def gradient_flow(flow: bytes, key: str) -> None:
    """Show gradients; nothing comes back to Python.

    Args:
        flow: from `flow_bytes`.
        key: tells several on one page apart.
    """
    _mount(key=key, data=flow)

"""The gradient's way back through time, drawn in the browser."""

import streamlit as st

from lstm_viz.ui.javascript import ASSETS, join_modules

_mount = st.components.v2.component(
    "lstm_viz_gradient_flow",
    css=(ASSETS / "gradient_flow" / "gradient_flow.css").read_text(encoding="utf-8"),
    js=join_modules("gradient_flow/gradient_flow.js"),
)


def gradient_flow(flow: bytes, key: str) -> None:
    """Show gradients; nothing comes back to Python.

    Args:
        flow: from `flow_bytes`.
        key: tells several on one page apart.
    """
    _mount(key=key, data=flow)

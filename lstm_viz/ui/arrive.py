"""Bring what a click has opened before the eyes: on a phone it lies a screen below, and the keyboard has lost its place."""

from pathlib import Path

import streamlit as st

ASSETS = Path(__file__).resolve().parents[2] / "assets" / "arrive"

_mount = st.components.v2.component("lstm_viz_arrive", html="<span></span>", js=(ASSETS / "arrive.js").read_text())


def arrive(at: str, moved: bool) -> None:
    """Scroll here, if this is out of sight, and take the keyboard's focus, if nothing has it.

    Args:
        at: names what was opened; the same name does nothing twice.
        moved: whether a click of this visit opened it; a page that is only loaded stays where it is.
    """
    _mount(key="arrive", data={"at": at, "moved": moved})

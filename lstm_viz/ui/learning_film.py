"""The film of a model that learns, played in the browser."""

from typing import Any

import streamlit as st

from lstm_viz.figures.theme import PALETTES
from lstm_viz.ui.javascript import mount
from lstm_viz.zoo.film import load_film

_mount_film = mount("learning_film", on_stage=False)


def learning_film(film: dict[str, Any], key: str, height: int = 660) -> None:
    """Show a film that plays once by itself and can then be scrubbed; nothing comes back to Python.

    A visitor who asked for less motion sees the last frame. Slider, arrow keys, Home, End and space move through the
    film; colours follow the browser's theme.

    Args:
        film: from `home_film`.
        key: tells films on one page apart.
        height: of the whole figure, in pixels.
    """
    _mount_film(key=key, data={"film": film, "height": height, "palettes": PALETTES})


@st.cache_data(show_spinner=False)
def home_film() -> dict[str, Any]:
    """Read the film of Home once per server."""
    return load_film()

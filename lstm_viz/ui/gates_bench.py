"""What *Gates over time* shows: the maps of the sequence, and what the units do over many others."""

import streamlit as st

from lstm_viz.stepping.request import StepRequest
from lstm_viz.stepping.sources import find_source
from lstm_viz.ui.surveys import open_surveys

CACHED_OVERVIEWS = 12


def packed_overview(request: StepRequest, stretch: str) -> bytes:
    """Make an overview, or take it from the cache.

    Args:
        request: one that can be shown.
        stretch: what to look for, as `read_search` reads it; anything else looks for nothing.
    """
    return _overview(request, stretch, find_source(request).version())


@st.cache_data(show_spinner=False, max_entries=CACHED_OVERVIEWS)
def _overview(request: StepRequest, stretch: str, version: str) -> bytes:
    from lstm_viz.stepping.overview import overview_bytes, read_search
    from lstm_viz.stepping.scene import build_scene

    return overview_bytes(build_scene(request), open_surveys(request), read_search(stretch))

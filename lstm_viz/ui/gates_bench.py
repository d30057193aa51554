"""What *Gates over time* shows: the maps of the sequence, and what the units do over many others."""

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from lstm_viz.recurrent.specification import Cell
from lstm_viz.stepping.request import UNTRAINED, StepRequest
from lstm_viz.ui.step_bench import version_of

if TYPE_CHECKING:
    from lstm_viz.stepping.survey import Survey

CACHED_SURVEYS = 48
CACHED_OVERVIEWS = 12


def open_surveys(request: StepRequest) -> "dict[Cell, Survey]":
    """Test the units of each lane, or take from the cache what was found before."""
    from lstm_viz.stepping.scene import lanes_of

    return {cell: _survey(same_units(request, cell), cell, version_of(request)) for cell in lanes_of(request)}


def same_units(request: StepRequest, cell: Cell) -> StepRequest:
    """Leave out of a request all that does not change what a lane's units do over test sequences."""
    units = replace(request, cells=(cell,), what_if="")
    return units if request.source == UNTRAINED else replace(units, text="")


def packed_overview(request: StepRequest, stretch: str) -> bytes:
    """Make an overview, or take it from the cache.

    Args:
        request: one that can be shown.
        stretch: what to look for, as `read_search` reads it; anything else looks for nothing.
    """
    return _overview(request, stretch, version_of(request))


@st.cache_data(show_spinner="Testing every unit …", max_entries=CACHED_SURVEYS)
def _survey(request: StepRequest, cell: Cell, version: str) -> "Survey":
    from lstm_viz.stepping.survey import survey_lane

    return survey_lane(request, cell)


@st.cache_data(show_spinner=False, max_entries=CACHED_OVERVIEWS)
def _overview(request: StepRequest, stretch: str, version: str) -> bytes:
    from lstm_viz.stepping.overview import overview_bytes, read_search
    from lstm_viz.stepping.scene import build_scene

    return overview_bytes(build_scene(request), open_surveys(request), read_search(stretch))

"""What the units of a model do over many test sequences, measured once and kept."""

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from lstm_viz.recurrent.specification import Cell
from lstm_viz.stepping.request import StepRequest
from lstm_viz.stepping.sources import find_source

if TYPE_CHECKING:
    from lstm_viz.stepping.survey import Survey

CACHED_SURVEYS = 48


def open_surveys(request: StepRequest) -> "dict[Cell, Survey]":
    """Test the units of each lane, or take from the cache what was found before."""
    source = find_source(request)
    return {cell: _survey(_same_units(request, cell), cell, source.version()) for cell in source.cells()}


def _same_units(request: StepRequest, cell: Cell) -> StepRequest:
    """Leave out of a request all that does not change what a lane's units do over test sequences."""
    units = replace(request, cells=(cell,), what_if="")
    return replace(units, text="") if find_source(request).known else units


@st.cache_data(show_spinner="Testing every unit …", max_entries=CACHED_SURVEYS)
def _survey(request: StepRequest, cell: Cell, version: str) -> "Survey":
    from lstm_viz.stepping.survey import survey_lane

    return survey_lane(request, cell)

"""What the units of a model do over many test sequences, measured once and kept."""

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from lstm_viz.recurrent.specification import Cell
from lstm_viz.runs.service import training_service
from lstm_viz.stepping.request import RUN, UNTRAINED, StepRequest

if TYPE_CHECKING:
    from lstm_viz.stepping.survey import Survey

CACHED_SURVEYS = 48


def open_surveys(request: StepRequest) -> "dict[Cell, Survey]":
    """Test the units of each lane, or take from the cache what was found before."""
    from lstm_viz.stepping.scene import lanes_of

    return {cell: _survey(same_units(request, cell), cell, version_of(request)) for cell in lanes_of(request)}


def same_units(request: StepRequest, cell: Cell) -> StepRequest:
    """Leave out of a request all that does not change what a lane's units do over test sequences."""
    units = replace(request, cells=(cell,), what_if="")
    return units if request.source == UNTRAINED else replace(units, text="")


@st.cache_data(show_spinner="Testing every unit …", max_entries=CACHED_SURVEYS)
def _survey(request: StepRequest, cell: Cell, version: str) -> "Survey":
    from lstm_viz.stepping.survey import survey_lane

    return survey_lane(request, cell)


def version_of(request: StepRequest) -> str:
    """Tell one state of a run's weights from another: it may train further."""
    if not request.source.startswith(RUN):
        return ""
    history = training_service().store.history(request.source.removeprefix(RUN))
    return str(len(history))

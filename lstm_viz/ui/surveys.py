"""What the units of a model do over many test sequences, measured once and kept."""

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from lstm_viz.recurrent.specification import Cell
from lstm_viz.runs.classify_service import classify_service
from lstm_viz.runs.epoch_store import WEIGHTS
from lstm_viz.runs.service import training_service
from lstm_viz.stepping.request import CLASS, RUN, STATE, UNTRAINED, StepRequest

if TYPE_CHECKING:
    from lstm_viz.stepping.survey import Survey

CACHED_SURVEYS = 48


def open_surveys(request: StepRequest) -> "dict[Cell, Survey]":
    """Test the units of each lane, or take from the cache what was found before."""
    from lstm_viz.stepping.scene import lanes_of

    return {cell: _survey(_same_units(request, cell), cell, version_of(request)) for cell in lanes_of(request)}


def _same_units(request: StepRequest, cell: Cell) -> StepRequest:
    """Leave out of a request all that does not change what a lane's units do over test sequences."""
    units = replace(request, cells=(cell,), what_if="")
    text_matters = request.source == UNTRAINED or request.source.startswith(STATE)
    return units if text_matters else replace(units, text="")


@st.cache_data(show_spinner="Testing every unit …", max_entries=CACHED_SURVEYS)
def _survey(request: StepRequest, cell: Cell, version: str) -> "Survey":
    from lstm_viz.stepping.survey import survey_lane

    return survey_lane(request, cell)


def version_of(request: StepRequest) -> str:
    """Tell one state of a model's weights from another: it may train further.

    Raises:
        RunNotFound: it is gone; what the cache knows of it is not shown either.
    """
    if request.source.startswith(CLASS):
        from lstm_viz.stepping.class_subject import spec_of_classifier

        key = request.source.removeprefix(CLASS)
        spec_of_classifier(key)
        return str(classify_service().store.folders.changed(key, WEIGHTS))
    if request.source.startswith(STATE):
        from lstm_viz.runs.states import state_stored

        return str(state_stored(request.source.removeprefix(STATE)))
    if not request.source.startswith(RUN):
        return ""
    return training_service().store.model_version(request.source.removeprefix(RUN))

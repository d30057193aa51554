"""What can be stepped, for the menu: what ships, and what was trained in this session."""

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from lstm_viz.errors import LSTMVizError
from lstm_viz.recurrent.specification import Cell
from lstm_viz.runs.services import classify_service, training_service
from lstm_viz.scenes.sources import find_source
from lstm_viz.scenes.step_request import CLASS, RUN, SOURCES, StepRequest
from lstm_viz.ui.shell.session import current_session

if TYPE_CHECKING:
    from lstm_viz.scenes.overview import Survey


def forecast_names() -> dict[str, str]:
    """Name the cells that ship, and the runs of the Forecast page in this session, newest first."""
    names = {source: find_source(StepRequest(source)).name() for source in SOURCES}
    for run in reversed(current_session().runs):
        with suppress(LSTMVizError):  # a run that is gone cannot be offered
            series = training_service().store.series(run)
            names[RUN + run] = f"your run: {series.unique_id or series.name} ({run[:4]})"
    return names


def source_names(asked: str) -> dict[str, str]:
    """Name what can be stepped; what is asked for is among it, whatever it is."""
    names = forecast_names()
    for key in reversed(current_session().classifiers):
        with suppress(LSTMVizError):
            if classify_service().store.weights(key) is not None:
                names[CLASS + key] = find_source(StepRequest(CLASS + key)).name()
    if asked not in names:
        names[asked] = "this run"
        with suppress(LSTMVizError):
            names[asked] = find_source(StepRequest(asked)).name()
    return names


def count_layers(request: StepRequest) -> int:
    """Count the layers that can be chosen; 1 where the model cannot be opened."""
    with suppress(LSTMVizError):
        return find_source(request).layers()
    return 1


def words_of_source(request: StepRequest) -> str:
    """Say what the cell does; nothing where it cannot be opened."""
    with suppress(LSTMVizError):
        return find_source(request).words()
    return ""


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
    from lstm_viz.scenes.overview import survey_lane

    return survey_lane(request, cell)

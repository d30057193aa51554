"""Sources for the menu: cells that ship, and those trained in this session; and the layers of one."""

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import streamlit as st

from lstm_viz.errors import LSTMVizError
from lstm_viz.glossary import label_of, meaning_of
from lstm_viz.recurrent.specification import Cell
from lstm_viz.runs.services import classify_service, training_service
from lstm_viz.scenes.sources import find_source
from lstm_viz.scenes.step_request import CLASS, RUN, SOURCES, StepRequest
from lstm_viz.ui.shell.address import Address
from lstm_viz.ui.shell.session import current_session, set_widget_value, widget_value

if TYPE_CHECKING:
    from lstm_viz.scenes.overview import Survey

CACHED_SURVEYS = 48


def forecast_names() -> dict[str, str]:
    """Name the cells that ship, and the runs of the Forecast page in this session, newest first."""
    names = {source: find_source(StepRequest(source)).name() for source in SOURCES}
    for run in reversed(current_session().runs):
        with suppress(LSTMVizError):  # a run that is gone cannot be offered
            series = training_service().store.series(run)
            names[RUN + run] = f"your run: {series.unique_id or series.name} ({run[:4]})"
    return names


def source_names(requested: str) -> dict[str, str]:
    """Name what can be stepped, including what is requested."""
    names = forecast_names()
    for key in reversed(current_session().classifiers):
        with suppress(LSTMVizError):
            if classify_service().store.weights(key) is not None:
                names[CLASS + key] = find_source(StepRequest(CLASS + key)).name()
    if requested not in names:
        names[requested] = "this run"
        with suppress(LSTMVizError):
            names[requested] = find_source(StepRequest(requested)).name()
    return names


def choose_layer(request: StepRequest, key: str, address: Address, **others: str | None) -> None:
    """Draw the choice of a layer, where there are several; `others` are written to the address along with it."""
    layers = 1
    with suppress(LSTMVizError):
        layers = find_source(request).layers()
    if layers == 1:
        return

    def change() -> None:
        address.set(layer=str(widget_value(key)), **others)

    set_widget_value(key, request.layer + 1)
    options: dict[str, Any] = {"required": True, "help": meaning_of("layer"), "on_change": change}
    st.segmented_control(label_of("layer"), range(1, layers + 1), key=key, **options)


def open_surveys(request: StepRequest) -> "dict[Cell, Survey]":
    """Test the units of each lane, or take the results from the cache."""
    source = find_source(request)
    return {cell: _survey(_same_units(request, cell), cell, source.version()) for cell in source.cells()}


def _same_units(request: StepRequest, cell: Cell) -> StepRequest:
    """Return a request without all that does not change what a lane's units do over test sequences."""
    units = replace(request, cells=(cell,), what_if="")
    return replace(units, text="") if find_source(request).known else units


@st.cache_data(show_spinner="Testing every unit …", max_entries=CACHED_SURVEYS)
def _survey(request: StepRequest, cell: Cell, version: str) -> "Survey":
    from lstm_viz.scenes.overview import survey_lane

    return survey_lane(request, cell)

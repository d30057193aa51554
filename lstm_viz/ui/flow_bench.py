"""What *Gradient flow* shows, from its address; the last good view stays where the next one cannot be made."""

from contextlib import nullcontext, suppress
from dataclasses import asdict, dataclass
from typing import Any

import streamlit as st

from lstm_viz.errors import LSTMVizError, RunNotFound, SequenceError
from lstm_viz.flow.request import FlowRequest
from lstm_viz.settings import settings_of
from lstm_viz.stepping.request import StepRequest
from lstm_viz.stepping.sources import find_source
from lstm_viz.ui.address import Address
from lstm_viz.ui.forms import Settings, read_requested, settle
from lstm_viz.ui.session import current_session
from lstm_viz.ui.step_bench import LONGEST_TEXT

CACHED_FLOWS = 128  # a class, each with a view of its own; under 1 MB each, and seconds of work
LONG = 150_000  # work that takes more than a moment
STAYS = "The last view that worked stays below."


FLOW_SETTINGS = {name: one for name, one in settings_of(FlowRequest).items() if name != "text"}
USUAL = asdict(FlowRequest())


def term_of(name: str) -> str:
    """Name the term of the glossary that explains a setting."""
    return "flow_source" if name == "source" else name


@dataclass(frozen=True, eq=False, kw_only=True)
class FlowBench(Settings):
    """What is shown, and what is wrong with what was asked; the controls show what could be taken of it.

    Args:
        view: what could be computed.
        flow: packed for the browser.
    """

    view: FlowRequest
    flow: bytes

    def shown(self, name: str) -> Any:
        """Give what the widget of a setting shows."""
        return self.usual(name)


def open_flow_bench(address: Address) -> FlowBench:
    """Read the address and compute what the page shows; the last good view stays where the next one cannot be made."""
    session = current_session()
    asked, errors = _read_flow_request(address)
    try:
        flow = _packed_flow(asked)
    except LSTMVizError as error:
        place = "text" if isinstance(error, SequenceError) else "source"
        errors[place] = f"{error} {STAYS}"
        shown, flow = _fall_back()
        return FlowBench(asked, FlowRequest(), errors=errors, view=shown, flow=flow)
    session.good_flow = asked
    return FlowBench(asked, FlowRequest(), errors=errors, view=asked, flow=flow)


def _fall_back() -> tuple[FlowRequest, bytes]:
    """Give the last view that worked, or the first one where there is none, or it showed a run that is gone."""
    shown = current_session().good_flow or FlowRequest()
    try:
        return shown, _packed_flow(shown)
    except LSTMVizError:
        return FlowRequest(), _packed_flow(FlowRequest())


def _read_flow_request(address: Address) -> tuple[FlowRequest, dict[str, str]]:
    """Read what is asked for; what cannot be is left out, and told by setting."""
    requested, errors = read_requested(address, FLOW_SETTINGS, term_of)
    if "layer" in requested:
        requested["layer"] -= 1  # an address counts from 1
    text = address.get("text", LONGEST_TEXT)
    base = {**USUAL, "text": text or ""}
    asked = settle(FlowRequest, base, requested, errors, lambda _, name: USUAL[name], term_of, "seeds")
    return asked, errors


def _packed_flow(request: FlowRequest) -> bytes:
    version = ""
    with suppress(RunNotFound):  # what is said of it is said where it is opened
        version = find_source(StepRequest(request.source)).version()
    patience = st.spinner("Following the gradients …") if request.work > LONG else nullcontext()
    with patience:
        return _packed(request, version)


@st.cache_data(show_spinner=False, max_entries=CACHED_FLOWS)
def _packed(request: FlowRequest, version: str) -> bytes:
    from lstm_viz.flow.payload import flow_bytes

    return flow_bytes(request)

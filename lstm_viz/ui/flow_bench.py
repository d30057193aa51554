"""What *Gradient flow* shows, from its address; the last good view stays where the next one cannot be made."""

from collections.abc import Callable
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field, fields
from typing import Any

import streamlit as st

from lstm_viz.errors import LSTMVizError, RunNotFound, SequenceError
from lstm_viz.flow.request import FlowRequest
from lstm_viz.stepping.request import StepRequest
from lstm_viz.stepping.sources import find_source
from lstm_viz.ui.address import Address
from lstm_viz.ui.session import current_session
from lstm_viz.ui.step_bench import LONGEST_TEXT
from lstm_viz.ui.wishes import read_wishes, settle

CACHED_FLOWS = 128  # a class, each with a view of its own; under 1 MB each, and seconds of work
LONG = 150_000  # work that takes more than a moment
STAYS = "The last view that worked stays below."
TERMS = {"source": "flow_source"}


PARSERS: dict[str, Callable[[str], Any]] = {
    **dict.fromkeys(("source", "where", "initialization", "activation"), str),
    **dict.fromkeys(("length", "hidden_size", "seeds", "seed"), int),
    **dict.fromkeys(("forget_bias", "scale", "spectral_radius", "clip"), float),
    "layer": lambda text: int(text) - 1,
}
USUAL = {field.name: field.default for field in fields(FlowRequest)}


@dataclass(frozen=True, eq=False)
class FlowBench:
    """What is shown, and what is wrong with what was asked.

    Args:
        asked: from the address, without what cannot be.
        shown: what could be computed of it.
        flow: packed for the browser.
        errors: what is wrong, by the setting that it stands beside.
    """

    asked: FlowRequest
    shown: FlowRequest
    flow: bytes
    errors: dict[str, str] = field(default_factory=dict)


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
        return FlowBench(asked, shown, flow, errors)
    session.good_flow = asked
    return FlowBench(asked, asked, flow, errors)


def _fall_back() -> tuple[FlowRequest, bytes]:
    """Give the last view that worked, or the first one where there is none, or it showed a run that is gone."""
    shown = current_session().good_flow or FlowRequest()
    try:
        return shown, _packed_flow(shown)
    except LSTMVizError:
        return FlowRequest(), _packed_flow(FlowRequest())


def _read_flow_request(address: Address) -> tuple[FlowRequest, dict[str, str]]:
    """Read what is asked for; what cannot be is left out, and told by setting."""
    wishes, errors = read_wishes(address, PARSERS, TERMS)
    text = address.get("text", LONGEST_TEXT)
    base = {**USUAL, "text": text or ""}
    asked = settle(FlowRequest, base, wishes, errors, lambda _, name: USUAL[name], otherwise="seeds", terms=TERMS)
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

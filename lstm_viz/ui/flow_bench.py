"""What *Gradient flow* shows, from its address; the last good view stays where the next one cannot be made."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import streamlit as st

from lstm_viz.errors import LSTMVizError, RunNotFound, SequenceError, SettingsError
from lstm_viz.flow.request import FlowRequest
from lstm_viz.runs.service import training_service
from lstm_viz.stepping.request import RUN
from lstm_viz.ui.address import Address
from lstm_viz.ui.session import current_session
from lstm_viz.ui.step_bench import LONGEST_TEXT, decimal, whole

CACHED_FLOWS = 32


@dataclass(frozen=True)
class FlowBench:
    """What is shown, and what is wrong with what was asked.

    Args:
        asked: from the address; the last good request where the address cannot be read at all.
        shown: what could be computed of it.
        flow: packed for the browser.
        text_error, source_error, settings_error: the sentence for the control that caused it; None where all is well.
    """

    asked: FlowRequest
    shown: FlowRequest
    flow: bytes
    text_error: LSTMVizError | None = None
    source_error: LSTMVizError | None = None
    settings_error: LSTMVizError | None = None


def open_flow_bench(address: Address) -> FlowBench:
    """Read the address and compute what the page shows."""
    session = current_session()
    try:
        asked = read_flow_request(address)
    except LSTMVizError as error:
        shown = session.good_flow or FlowRequest()
        return told(shown, shown, error)
    try:
        flow = packed_flow(asked)
    except LSTMVizError as error:
        return told(asked, session.good_flow or FlowRequest(), error)
    session.good_flow = asked
    return FlowBench(asked, asked, flow)


def told(asked: FlowRequest, shown: FlowRequest, error: LSTMVizError) -> FlowBench:
    """Show what can be shown instead, and put the sentence where it belongs."""
    try:
        flow = packed_flow(shown)
    except LSTMVizError:  # the run that was shown is gone by now
        shown = FlowRequest()
        flow = packed_flow(shown)
    if isinstance(error, SequenceError):
        return FlowBench(asked, shown, flow, text_error=error)
    if isinstance(error, SettingsError):
        return FlowBench(asked, shown, flow, settings_error=error)
    return FlowBench(asked, shown, flow, source_error=error)


def packed_flow(request: FlowRequest) -> bytes:
    """Compute the gradients, or take them from the cache."""
    version = ""
    if request.source.startswith(RUN):  # it may train further
        with suppress(RunNotFound):  # what is said of it is said where it is opened
            version = str(len(training_service().store.history(request.source.removeprefix(RUN))))
    return _packed(request, version)


@st.cache_data(show_spinner=False, max_entries=CACHED_FLOWS)
def _packed(request: FlowRequest, version: str) -> bytes:
    from lstm_viz.flow.payload import flow_bytes

    return flow_bytes(request)


def read_flow_request(address: Address) -> FlowRequest:
    """Read what is asked for; a number that cannot be read is passed over.

    Raises:
        SettingsError: a value lies outside what is computed.
    """
    named: dict[str, Any] = {
        "source": address.get("source"),
        "where": address.get("where"),
        "text": address.get("text", LONGEST_TEXT),
        "layer": whole(address.get("layer"), 1),
        "initialization": address.get("initialization"),
        "activation": address.get("activation"),
        **{name: whole(address.get(name)) for name in ("length", "hidden_size", "seeds", "seed")},
        **{name: decimal(address.get(name)) for name in ("forget_bias", "scale", "spectral_radius", "clip")},
    }
    return FlowRequest(**{name: value for name, value in named.items() if value is not None})

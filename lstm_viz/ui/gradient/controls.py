"""*Gradient flow*: what is shown, from its address, its controls, and its code."""

from contextlib import nullcontext, suppress
from dataclasses import asdict, dataclass

import streamlit as st

from lstm_viz.errors import LSTMVizError, RunNotFound, SequenceError
from lstm_viz.scenes.gradient_request import FlowRequest
from lstm_viz.scenes.gradient_subjects import cells_of, model_of, source_behind
from lstm_viz.scenes.sources import Typed, find_source
from lstm_viz.scenes.step_request import UNTRAINED, StepRequest
from lstm_viz.settings import settings_of
from lstm_viz.ui.shared.code import code_of_cells
from lstm_viz.ui.shared.fold import menu
from lstm_viz.ui.shared.form import Form, Settings, more_settings, read_requested, settle
from lstm_viz.ui.shell.address import Address
from lstm_viz.ui.shell.components import mount
from lstm_viz.ui.shell.markdown import literal
from lstm_viz.ui.shell.navigation import link_to
from lstm_viz.ui.shell.session import current_session, set_widget_value, widget_value
from lstm_viz.ui.step.sources import choose_layer, forecast_names
from lstm_viz.ui.step.state import LONGEST_TEXT, last_good

CACHED_FLOWS = 128  # a class, each with a view of its own; under 1 MB each, and seconds of work
LONG = 150_000  # work that takes more than a moment
STAYS = "The last view that worked is shown below."
FLOW_SETTINGS = {name: one for name, one in settings_of(FlowRequest).items() if name != "text"}
USUAL = asdict(FlowRequest())
FLOW, LAYER = "gradient-flow", "flow-layer"
WHERE_NAMES = {"last": "last step", "every": "every step"}
NUMBERS = ("hidden_size", "seeds", "seed", "spectral_radius", "clip")
FOLDED = ("where", "activation", "initialization", *NUMBERS)
FIRST_SEED = (
    "This is the model of the first seed; its head is the random direction on which the loss projects the hidden state."
)
AT_THE_END = "With the weights at the end of its training."

_mount = mount("gradient_flow")


def _term_of(name: str) -> str:
    return "flow_source" if name == "source" else name


@dataclass(frozen=True, eq=False, kw_only=True)
class _GradientPage(Settings):
    """The settings of the controls, and the view that could be computed, packed for the browser as `flow`."""

    view: FlowRequest
    flow: bytes


def open_gradient_page(address: Address) -> _GradientPage:
    """Read the address and compute what the page shows; the last good view stays where the next one cannot be made."""
    session = current_session()
    requested, errors = _read_flow_request(address)
    try:
        view, flow = requested, _packed_flow(requested)
        session.good_flow = requested
    except LSTMVizError as error:
        errors["text" if isinstance(error, SequenceError) else "source"] = f"{error} {STAYS}"
        view, flow = last_good(session.good_flow, FlowRequest(), _packed_flow)
    return _GradientPage(requested, FlowRequest(), errors=errors, view=view, flow=flow)


def _read_flow_request(address: Address) -> tuple[FlowRequest, dict[str, str]]:
    """Read the address; impossible values are left out, and reported by setting."""
    requested, errors = read_requested(address, FLOW_SETTINGS, _term_of)
    if "layer" in requested:
        requested["layer"] -= 1  # an address counts from 1
    base = {**USUAL, "text": address.get("text", LONGEST_TEXT) or ""}
    return settle(FlowRequest, base, requested, errors, lambda _, name: USUAL[name], _term_of, "seeds"), errors


def _packed_flow(request: FlowRequest) -> bytes:
    version = ""
    with suppress(RunNotFound):  # it is reported where it is opened
        version = find_source(StepRequest(request.source)).version()
    with st.spinner("Computing the gradients …") if request.work > LONG else nullcontext():
        return _packed(request, version)


@st.cache_data(show_spinner=False, max_entries=CACHED_FLOWS)
def _packed(request: FlowRequest, version: str) -> bytes:
    from lstm_viz.scenes.gradient_bytes import flow_bytes

    return flow_bytes(request)


def flow_controls(page: _GradientPage, address: Address) -> None:
    """Draw what the page is about, and the controls, each with what is wrong with it."""
    st.header("How far back does the loss reach?", anchor=False)
    st.markdown(
        "Training sends the error back through every step of the sequence, as a gradient. Where it vanishes, nothing can be "
        "learned. It starts at the right and travels to the left."
    )
    form = Form(page, address, _term_of, "flow")
    if not page.config.trained:
        _untrained_controls(form)
        return
    source, sequence, loss = st.columns([1.2, 2.0, 1.1], gap="medium", vertical_alignment="top")
    with source:
        _choose_source(form)
    with sequence:
        _choose_sequence(form)
    with loss:
        form.choice("where", words=WHERE_NAMES.__getitem__)


def _choose_source(form: Form) -> None:
    source = form.settings.config.source
    names = {UNTRAINED: "", **forecast_names()} | {UNTRAINED: "untrained cells"}
    names.setdefault(source, "this run")

    def change() -> None:
        form.address.replace(source=str(widget_value("flow-source")))

    menu("flow_source", "flow-source", names, source, change, names.__getitem__)
    form.show_error_of("source")


def _choose_sequence(form: Form) -> None:
    shown = form.settings.config
    request = StepRequest(shown.source, layer=shown.layer)
    choose_layer(request, LAYER, form.address)
    if not isinstance(typed := find_source(request).reads(), Typed):
        return
    key = "flow-text"

    def change() -> None:
        form.address.set(text=str(widget_value(key) or "") or None)

    set_widget_value(key, shown.text or typed.example)
    st.text_input(typed.label, key=key, on_change=change, help=literal(typed.meaning))
    form.show_error_of("text")


def _untrained_controls(form: Form) -> None:
    source, bias, scale, length = st.columns([1.2, 1.4, 1.4, 1.4], gap="medium", vertical_alignment="top")
    with source:
        _choose_source(form)
    with bias:
        form.slider("forget_bias")
    with scale:
        form.slider("scale")
    with length:
        form.slider("length")
    folded = any(name in form.settings.errors for name in FOLDED)
    with more_settings("flow-more", folded, "More settings: loss, initial weights, activation, size, clipping"):
        with st.container(horizontal=True, gap="medium"):
            form.choice("where", words=WHERE_NAMES.__getitem__)
            form.choice("activation")
            form.field("initialization", width=210)
        with st.container(horizontal=True, gap="medium"):
            for name in NUMBERS:
                form.field(name, width=170)
        for name in ("initialization", *NUMBERS):
            form.show_error_of(name)


def flow_view(page: _GradientPage) -> None:
    """Draw everything that is computed."""
    _mount(key=FLOW, data=page.flow)
    link_to("race", "Let the three cells race on a task, and see which one learns what its gradient reaches")


def flow_code(page: _GradientPage) -> None:
    """Offer the models of the lanes as code."""
    request = page.view
    note = AT_THE_END if request.trained else FIRST_SEED
    alone = source_behind(request).alone
    code_of_cells("flow-code", lambda: cells_of(request), lambda cell: model_of(request, cell), note, alone)

"""*Gradient flow*: what is shown, from its address, its controls, and its code."""

from contextlib import nullcontext, suppress
from dataclasses import asdict, dataclass
from typing import Any

import streamlit as st

from lstm_viz.errors import LSTMVizError, RunNotFound, SequenceError
from lstm_viz.glossary import label_of, meaning_of
from lstm_viz.scenes.gradient_request import FlowRequest
from lstm_viz.scenes.gradient_subjects import cells_of, model_of, source_behind
from lstm_viz.scenes.sources import Typed, find_source
from lstm_viz.scenes.step_request import UNTRAINED, StepRequest
from lstm_viz.settings import settings_of
from lstm_viz.ui.shared.code import code_of_cells
from lstm_viz.ui.shared.form import Form, Settings, more_settings, read_requested, settle
from lstm_viz.ui.shell.address import Address
from lstm_viz.ui.shell.components import mount
from lstm_viz.ui.shell.markdown import literal
from lstm_viz.ui.shell.navigation import link_to
from lstm_viz.ui.shell.session import current_session, set_widget_value, widget_value
from lstm_viz.ui.step.sources import count_layers, forecast_names
from lstm_viz.ui.step.state import LONGEST_TEXT

CACHED_FLOWS = 128  # a class, each with a view of its own; under 1 MB each, and seconds of work
LONG = 150_000  # work that takes more than a moment
STAYS = "The last view that worked stays below."


FLOW_SETTINGS = {name: one for name, one in settings_of(FlowRequest).items() if name != "text"}
USUAL = asdict(FlowRequest())


def _term_of(name: str) -> str:
    return "flow_source" if name == "source" else name


@dataclass(frozen=True, eq=False, kw_only=True)
class _GradientPage(Settings):
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


def open_gradient_page(address: Address) -> _GradientPage:
    """Read the address and compute what the page shows; the last good view stays where the next one cannot be made."""
    session = current_session()
    asked, errors = _read_flow_request(address)
    try:
        flow = _packed_flow(asked)
    except LSTMVizError as error:
        place = "text" if isinstance(error, SequenceError) else "source"
        errors[place] = f"{error} {STAYS}"
        shown, flow = _fall_back()
        return _GradientPage(asked, FlowRequest(), errors=errors, view=shown, flow=flow)
    session.good_flow = asked
    return _GradientPage(asked, FlowRequest(), errors=errors, view=asked, flow=flow)


def _fall_back() -> tuple[FlowRequest, bytes]:
    """Give the last view that worked, or the first one where there is none, or it showed a run that is gone."""
    shown = current_session().good_flow or FlowRequest()
    try:
        return shown, _packed_flow(shown)
    except LSTMVizError:
        return FlowRequest(), _packed_flow(FlowRequest())


def _read_flow_request(address: Address) -> tuple[FlowRequest, dict[str, str]]:
    """Read what is asked for; what cannot be is left out, and told by setting."""
    requested, errors = read_requested(address, FLOW_SETTINGS, _term_of)
    if "layer" in requested:
        requested["layer"] -= 1  # an address counts from 1
    text = address.get("text", LONGEST_TEXT)
    base = {**USUAL, "text": text or ""}
    asked = settle(FlowRequest, base, requested, errors, lambda _, name: USUAL[name], _term_of, "seeds")
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
    from lstm_viz.scenes.gradient_bytes import flow_bytes

    return flow_bytes(request)


FLOW, LAYER = "gradient-flow", "flow-layer"
WHERE_NAMES = {"last": "last step", "every": "every step"}
NUMBERS = ("hidden_size", "seeds", "seed", "spectral_radius", "clip")
FOLDED = ("where", "activation", "initialization", *NUMBERS)

_mount = mount("gradient_flow")


def flow_controls(page: _GradientPage, address: Address) -> None:
    """Say what the page is about, and draw the controls, each with what is wrong with it."""
    st.header("How far back does the loss reach?", anchor=False)
    st.markdown(
        "Training sends the error back through every step of the sequence, as a gradient. What it does not reach cannot be "
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
    set_widget_value("flow-source", source)
    st.selectbox(
        label_of("flow_source"),
        list(names),
        format_func=names.__getitem__,
        key="flow-source",
        on_change=lambda: form.address.replace(source=str(widget_value("flow-source"))),
        help=meaning_of("flow_source"),
    )
    form.show_error_of("source")


def _choose_sequence(form: Form) -> None:
    """Let the person set what a trained cell reads: a text of its task, or a layer of a run."""
    source = find_source(StepRequest(form.settings.config.source))
    if (layers := count_layers(source.request)) > 1:
        set_widget_value(LAYER, form.settings.config.layer + 1)
        st.segmented_control(
            label_of("layer"),
            range(1, layers + 1),
            required=True,
            key=LAYER,
            help=meaning_of("layer"),
            on_change=lambda: form.address.set(layer=str(widget_value(LAYER))),
        )
    if not isinstance(typed := source.reads(), Typed):
        return
    set_widget_value("flow-text", form.settings.config.text or typed.example)
    st.text_input(
        typed.label,
        key="flow-text",
        on_change=lambda: form.address.set(text=str(widget_value("flow-text") or "") or None),
        help=literal(typed.meaning),
    )
    form.show_error_of("text")


def _untrained_controls(form: Form) -> None:
    """Let the person set what decides how the gradient fades: first what it is worth to move."""
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
    with more_settings("flow-more", folded, "More settings: loss, start weights, activation, size, clipping"):
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
    link_to("race", "Let the three cells race for a task, and see which of them learns what its gradient reaches")


FIRST_SEED = (
    "This is the model of the first seed; its head is the random direction on which the loss projects the hidden state."
)
AT_THE_END = "With the weights at the end of its training."


def flow_code(page: _GradientPage) -> None:
    """Offer the models of the lanes as code."""
    request = page.view

    note = AT_THE_END if request.trained else FIRST_SEED
    alone = source_behind(request).alone
    code_of_cells("flow-code", lambda: cells_of(request), lambda cell: model_of(request, cell), note, alone)

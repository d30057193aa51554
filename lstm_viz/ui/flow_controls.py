"""The controls of *Gradient flow*: whose gradient, of which loss, and all that makes it vanish or hold."""

import streamlit as st

from lstm_viz.glossary import label_of, meaning_of
from lstm_viz.stepping.request import UNTRAINED, StepRequest
from lstm_viz.stepping.sources import Typed, find_source
from lstm_viz.ui.address import Address
from lstm_viz.ui.flow_bench import FlowBench, term_of
from lstm_viz.ui.forms import Form, more_settings
from lstm_viz.ui.javascript import mount
from lstm_viz.ui.navigation import link_to
from lstm_viz.ui.session import put_widget_value, widget_value
from lstm_viz.ui.step_sources import count_layers, forecast_names
from lstm_viz.ui.text import literal

FLOW, LAYER = "gradient-flow", "flow-layer"
WHERE_NAMES = {"last": "last step", "every": "every step"}
NUMBERS = ("hidden_size", "seeds", "seed", "spectral_radius", "clip")
FOLDED = ("where", "activation", "initialization", *NUMBERS)

_mount = mount("gradient_flow")


def flow_controls(bench: FlowBench, address: Address) -> None:
    """Say what the page is about, and draw the controls, each with what is wrong with it."""
    st.header("How far back does the loss reach?", anchor=False)
    st.markdown(
        "Training sends the error back through every step of the sequence, as a gradient. What it does not reach cannot be "
        "learned. It starts at the right and travels to the left."
    )
    form = Form(bench, address, term_of, "flow")
    if not bench.config.trained:
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
    put_widget_value("flow-source", source)
    st.selectbox(
        label_of("flow_source"),
        list(names),
        format_func=names.__getitem__,
        key="flow-source",
        on_change=lambda: form.address.replace(source=str(widget_value("flow-source"))),
        help=meaning_of("flow_source"),
    )
    form.tell("source")


def _choose_sequence(form: Form) -> None:
    """Let the person set what a trained cell reads: a text of its task, or a layer of a run."""
    source = find_source(StepRequest(form.settings.config.source))
    if (layers := count_layers(source.request)) > 1:
        put_widget_value(LAYER, form.settings.config.layer + 1)
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
    put_widget_value("flow-text", form.settings.config.text or typed.example)
    st.text_input(
        typed.label,
        key="flow-text",
        on_change=lambda: form.address.set(text=str(widget_value("flow-text") or "") or None),
        help=literal(typed.meaning),
    )
    form.tell("text")


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
            form.tell(name)


def flow_view(bench: FlowBench) -> None:
    """Draw everything that is computed."""
    _mount(key=FLOW, data=bench.flow)
    link_to("race", "Let the three cells race for a task, and see which of them learns what its gradient reaches")

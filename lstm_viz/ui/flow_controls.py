"""The controls of *Gradient flow*: whose gradient, of which loss, and all that makes it vanish or hold."""

from typing import Any

import streamlit as st

from lstm_viz.flow.request import FORGET_BIASES, MAX_CLIP, MAX_LENGTH, MAX_SEEDS, SCALES, WHERES, FlowRequest
from lstm_viz.glossary import GLOSSARY, label_of, meaning_of
from lstm_viz.recurrent.specification import ACTIVATIONS, INITIALIZATIONS, MAX_RECURRENT_SCALE
from lstm_viz.sequences.tasks import TASKS
from lstm_viz.stepping.request import MAX_SEED, MAX_UNTRAINED_SIZE, RUN, UNTRAINED, StepRequest
from lstm_viz.ui.address import Address
from lstm_viz.ui.drawer import more_settings
from lstm_viz.ui.errors import show_error
from lstm_viz.ui.flow_bench import FlowBench
from lstm_viz.ui.javascript import mount
from lstm_viz.ui.navigation import link_to
from lstm_viz.ui.session import put_widget_value, widget_value
from lstm_viz.ui.step_sources import count_layers, forecast_names
from lstm_viz.ui.text import literal

FLOW = "gradient-flow"
WHERE_NAMES = {"last": "last step", "every": "every step"}
DEFAULTS = FlowRequest()
FOLDED = ("where", "activation", "initialization", "hidden_size", "seeds", "seed", "spectral_radius", "clip")

_mount = mount("gradient_flow")


def flow_controls(bench: FlowBench, address: Address) -> None:
    """Say what the page is about, and draw the controls, each with what is wrong with it."""
    st.header("How far back does the loss reach?", anchor=False)
    st.markdown(
        "Training sends the error back through every step of the sequence, as a gradient. What it does not reach cannot be "
        "learned. It starts at the right and travels to the left."
    )
    draw = FlowDrawer(bench, address)
    if bench.asked.source == UNTRAINED:
        _untrained_controls(draw)
        return
    source, sequence, loss = st.columns([1.2, 2.0, 1.1], gap="medium", vertical_alignment="top")
    with source:
        _choose_source(draw)
    with sequence:
        _choose_sequence(draw)
    with loss:
        draw.choice("where", WHERES, WHERE_NAMES.__getitem__)


def _choose_source(draw: "FlowDrawer") -> None:
    source = draw.asked.source
    names = {**forecast_names(), UNTRAINED: "untrained cells"}
    names.setdefault(source, "this run")
    put_widget_value("flow-source", source)
    st.selectbox(
        label_of("flow_source"),
        [UNTRAINED, *(name for name in names if name != UNTRAINED)],
        format_func=names.__getitem__,
        key="flow-source",
        on_change=lambda: draw.address.replace(source=str(widget_value("flow-source"))),
        help=meaning_of("flow_source"),
    )
    draw.tell("source")


def _choose_sequence(draw: "FlowDrawer") -> None:
    """Let the person set what a trained cell reads: a text of its task, or a layer of a run."""
    source = draw.asked.source
    if source.startswith(RUN):
        layers = count_layers(StepRequest(source=source))
        if layers > 1:
            draw.choice("layer", range(layers), lambda layer: str(layer + 1))
        return
    task = TASKS.get(source)
    if task is None:
        return
    put_widget_value("flow-text", draw.asked.text or task.example)
    st.text_input(
        "What it reads",
        key="flow-text",
        on_change=lambda: draw.address.set(text=str(widget_value("flow-text") or "") or None),
        help=literal(f"It knows these tokens: {' '.join(task.inputs)}"),
    )
    draw.tell("text")


def _untrained_controls(draw: "FlowDrawer") -> None:
    """Let the person set what decides how the gradient fades: first what it is worth to move."""
    source, bias, scale, length = st.columns([1.2, 1.4, 1.4, 1.4], gap="medium", vertical_alignment="top")
    with source:
        _choose_source(draw)
    with bias:
        draw.slider("forget_bias", *FORGET_BIASES, step=0.25)
    with scale:
        draw.slider("scale", *SCALES, step=0.05)
    with length:
        draw.slider("length", 1, MAX_LENGTH)
    folded = any(name in draw.errors for name in FOLDED)
    with more_settings("flow-more", folded, "More settings: loss, start weights, activation, size, clipping"):
        with st.container(horizontal=True, gap="medium"):
            draw.choice("where", WHERES, WHERE_NAMES.__getitem__)
            draw.choice("activation", ACTIVATIONS, lambda name: GLOSSARY[name].label)
            draw.menu("initialization", INITIALIZATIONS)
        with st.container(horizontal=True, gap="medium"):
            draw.number("hidden_size", 1, MAX_UNTRAINED_SIZE)
            draw.number("seeds", 1, MAX_SEEDS)
            draw.number("seed", 0, MAX_SEED - MAX_SEEDS)
            draw.number("spectral_radius", 0.0, MAX_RECURRENT_SCALE, step=0.05)
            draw.number("clip", 0.0, MAX_CLIP, step=0.5)
        for name in FOLDED:
            draw.tell(name)


def flow_view(bench: FlowBench) -> None:
    """Draw everything that is computed."""
    _mount(key=FLOW, data=bench.flow)
    link_to("race", "Let the three cells race for a task, and see which of them learns what its gradient reaches")


class FlowDrawer:
    """Draw one widget per setting: filled from the request, writing to the address."""

    def __init__(self, bench: FlowBench, address: Address) -> None:
        self.asked, self.errors, self.address = bench.asked, bench.errors, address

    def tell(self, name: str) -> None:
        """Say what is wrong with a setting; a folded one is told where the fold ends."""
        if name in self.errors:
            show_error(self.errors[name])

    def slider(self, name: str, least: float, most: float, **options: Any) -> None:
        """Draw a slider."""
        st.slider(label_of(name), least, most, **options, **self._options(name, getattr(self.asked, name)))
        self.tell(name)

    def number(self, name: str, least: float, most: float, **options: Any) -> None:
        """Draw a number field."""
        value = getattr(self.asked, name)
        st.number_input(label_of(name), least, most, None, width=170, **options, **self._options(name, value))

    def choice(self, name: str, values: Any, words: Any) -> None:
        """Draw a few values side by side."""
        options = self._options(name, getattr(self.asked, name))
        st.segmented_control(label_of(name), values, format_func=words, required=True, **options)
        if name not in FOLDED:
            self.tell(name)

    def menu(self, name: str, values: Any) -> None:
        """Draw values in a menu."""
        options = self._options(name, getattr(self.asked, name))
        st.selectbox(label_of(name), values, format_func=lambda value: GLOSSARY[value].label, width=210, **options)

    def _options(self, name: str, shown: Any) -> dict[str, Any]:
        key = f"flow-{name}"
        put_widget_value(key, shown)
        return {"key": key, "help": meaning_of(name), "on_change": self._write, "args": (name,)}

    def _write(self, name: str) -> None:
        value = widget_value(f"flow-{name}")
        plain = value is None or value == getattr(DEFAULTS, name)
        told = int(str(value)) + 1 if name == "layer" and value is not None else value
        self.address.set(**{name: None if plain else str(told)})

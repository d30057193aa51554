"""The controls of *Gradient flow*: whose gradient, of which loss, and all that makes it vanish or hold."""

from typing import Any

import streamlit as st

from lstm_viz.flow.request import FORGET_BIASES, MAX_CLIP, MAX_LENGTH, MAX_SEEDS, SCALES, WHERES, FlowRequest
from lstm_viz.glossary import GLOSSARY, label_of, meaning_of
from lstm_viz.recurrent.specification import ACTIVATIONS, INITIALIZATIONS, MAX_RECURRENT_SCALE
from lstm_viz.sequences.tasks import TASKS
from lstm_viz.stepping.request import MAX_SEED, MAX_UNTRAINED_SIZE, RUN, UNTRAINED
from lstm_viz.ui.address import Address
from lstm_viz.ui.errors import show_error
from lstm_viz.ui.flow_bench import FlowBench
from lstm_viz.ui.gradient_flow import gradient_flow
from lstm_viz.ui.navigation import link_to
from lstm_viz.ui.session import put_widget_value, widget_value
from lstm_viz.ui.step_controls import STAYS, layers_of_run, source_names
from lstm_viz.ui.text import literal

FLOW = "gradient-flow"
WHERE_NAMES = {"last": "last step", "every": "every step"}
DEFAULTS = FlowRequest()


def flow_controls(bench: FlowBench, address: Address) -> None:
    """Draw the controls, each with what is wrong with it."""
    draw = FlowDrawer(bench.asked, address)
    source, sequence, loss = st.columns([1.2, 2.0, 1.1], gap="medium", vertical_alignment="top")
    with source:
        choose_source(bench, address)
    with sequence:
        choose_sequence(bench, draw)
    with loss:
        draw.choice("where", WHERES, WHERE_NAMES.__getitem__)
    if bench.asked.source == UNTRAINED:
        untrained_controls(draw)
    if bench.settings_error is not None:
        show_error(f"{bench.settings_error} {STAYS}")


def choose_source(bench: FlowBench, address: Address) -> None:
    """Offer untrained cells, the trained ones, and the runs of this session."""
    names = {UNTRAINED: "untrained cells", **source_names()}
    names[UNTRAINED] = "untrained cells"
    names.setdefault(bench.asked.source, "this run")
    put_widget_value("flow-source", bench.asked.source)
    st.selectbox(
        "Whose gradient",
        list(names),
        format_func=names.__getitem__,
        key="flow-source",
        on_change=lambda: address.replace(source=str(widget_value("flow-source"))),
        help="Untrained cells of any size on a random sequence; cells trained for a task, at every stage of their "
        "training; or your own run of the Forecast page.",
    )
    if bench.source_error is not None:
        show_error(f"{bench.source_error} {STAYS}")


def choose_sequence(bench: FlowBench, draw: "FlowDrawer") -> None:
    """Let the person set what is read: a length, a text of a task, or a layer of a run."""
    source = bench.asked.source
    if source == UNTRAINED:
        draw.slider("length", 1, MAX_LENGTH)
        return
    if source.startswith(RUN):
        layers = layers_of_run(source)
        if layers > 1:
            draw.choice("layer", range(layers), lambda layer: str(layer + 1))
        return
    task = TASKS.get(source)
    if task is None:
        return
    put_widget_value("flow-text", bench.asked.text or task.example)
    st.text_input(
        "What it reads",
        key="flow-text",
        on_change=lambda: draw.address.set(text=str(widget_value("flow-text") or " ")),
        help=literal(f"It knows these tokens: {' '.join(task.inputs)}"),
    )
    if bench.text_error is not None:
        show_error(f"{bench.text_error} {STAYS}")


def untrained_controls(draw: "FlowDrawer") -> None:
    """Let the person set what decides how the gradient fades."""
    bias, scale, initialization, activation = st.columns([1.5, 1.5, 1.0, 0.9], gap="medium", vertical_alignment="top")
    with bias:
        draw.slider("forget_bias", *FORGET_BIASES, step=0.25)
    with scale:
        draw.slider("scale", *SCALES, step=0.05)
    with initialization:
        draw.menu("initialization", INITIALIZATIONS)
    with activation:
        draw.choice("activation", ACTIVATIONS, lambda name: GLOSSARY[name].label)
    with st.expander("More settings", icon=":material/tune:"), st.container(horizontal=True, gap="medium"):
        draw.number("hidden_size", 1, MAX_UNTRAINED_SIZE)
        draw.number("seeds", 1, MAX_SEEDS)
        draw.number("seed", 0, MAX_SEED - MAX_SEEDS)
        draw.number("spectral_radius", 0.0, MAX_RECURRENT_SCALE, step=0.05)
        draw.number("clip", 0.0, MAX_CLIP, step=0.5)


def flow_view(bench: FlowBench) -> None:
    """Draw everything that is computed."""
    gradient_flow(bench.flow, FLOW)
    link_to("race", "Let the three cells race for a task, and see which of them learns what its gradient reaches")


class FlowDrawer:
    """Draw one widget per setting: filled from the request, writing to the address."""

    def __init__(self, asked: FlowRequest, address: Address) -> None:
        self.asked, self.address = asked, address

    def slider(self, name: str, least: float, most: float, **options: Any) -> None:
        """Draw a slider."""
        st.slider(label_of(name), least, most, **options, **self._options(name, getattr(self.asked, name)))

    def number(self, name: str, least: float, most: float, **options: Any) -> None:
        """Draw a number field."""
        value = getattr(self.asked, name)
        st.number_input(label_of(name), least, most, None, width=170, **options, **self._options(name, value))

    def choice(self, name: str, values: Any, words: Any) -> None:
        """Draw a few values side by side."""
        options = self._options(name, getattr(self.asked, name))
        st.segmented_control(label_of(name), values, format_func=words, required=True, **options)

    def menu(self, name: str, values: Any) -> None:
        """Draw values in a menu."""
        options = self._options(name, getattr(self.asked, name))
        st.selectbox(label_of(name), values, format_func=lambda value: GLOSSARY[value].label, **options)

    def _options(self, name: str, shown: Any) -> dict[str, Any]:
        key = f"flow-{name}"
        put_widget_value(key, shown)
        return {"key": key, "help": meaning_of(name), "on_change": self._write, "args": (name,)}

    def _write(self, name: str) -> None:
        value = widget_value(f"flow-{name}")
        plain = value is None or value == getattr(DEFAULTS, name)
        told = int(str(value)) + 1 if name == "layer" and value is not None else value
        self.address.set(**{name: None if plain else str(told)})

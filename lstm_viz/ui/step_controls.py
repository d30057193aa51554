"""The controls of *Step the cell*: which model, which sequence, which lanes."""

from contextlib import suppress

import streamlit as st

from lstm_viz.errors import LSTMVizError
from lstm_viz.glossary import GLOSSARY, meaning_of
from lstm_viz.recurrent.specification import CELLS, MAX_FORGET_BIAS
from lstm_viz.runs.service import training_service
from lstm_viz.sequences.tasks import TASKS
from lstm_viz.sequences.tokens import SPLITS
from lstm_viz.stepping.request import FORECAST, MAX_SEED, MAX_UNTRAINED_SIZE, RUN, UNTRAINED, UNTRAINED_TEXT
from lstm_viz.stepping.what_if import lasting
from lstm_viz.ui.address import Address
from lstm_viz.ui.cell_diagram import cell_diagram
from lstm_viz.ui.errors import show_error
from lstm_viz.ui.session import current_session, put_widget_value, widget_value
from lstm_viz.ui.step_bench import StepBench
from lstm_viz.ui.text import literal

SOURCE, TEXT, LANES, LAYER, DIAGRAM = "step-source", "step-text", "step-cells", "step-layer", "step-diagram"
STAYS = "The last view that worked stays below."
SPLIT_NAMES = {"auto": "as the text suggests", "words": "words", "characters": "characters"}


def step_controls(bench: StepBench, address: Address) -> None:
    """Draw the controls in one row, and below it what was wrong."""
    model, sequence, lanes = st.columns([1.1, 2.2, 1.1], gap="medium", vertical_alignment="top")
    with model:
        choose_source(bench, address)
    with sequence:
        choose_text(bench, address)
    with lanes:
        choose_lanes(bench, address)
    if bench.asked.source == UNTRAINED:
        untrained_settings(bench, address)
    tell_source(bench)


def tell_source(bench: StepBench) -> None:
    """Say in one line what the cell does."""
    source = bench.shown.source
    if source in TASKS:
        meaning = TASKS[source].meaning
        words = f"This cell was trained to {meaning[0].lower()}{meaning[1:]}"
    elif source == UNTRAINED:
        words = "Nothing is learned yet: the weights come from the seed. This is what a cell does before training."
    else:
        words = "The cell reads the rows before the held-out ones step by step, and forecasts after each."
        words += told_of_run(source)
    st.markdown(f"{literal(words)} *Step with the arrow keys; click anything.*")


def told_of_run(source: str) -> str:
    """Say how what is shown differs from the forecast of its run; nothing where it does not, or it cannot be opened."""
    if not source.startswith(RUN):
        return ""
    try:
        config = training_service().store.spec(source.removeprefix(RUN)).config
    except LSTMVizError:
        return ""
    if config.members == 1 and not config.shrink:
        return ""
    network = f"one network of the {config.members} that the forecast averages" if config.members > 1 else "the network"
    shrink = ", before its answer is drawn towards the level" if config.shrink else ""
    return f" This is {network}{shrink}."


def choose_source(bench: StepBench, address: Address) -> None:
    """Offer the trained cells, the untrained one, and the runs of this session."""
    names = source_names()
    names.setdefault(bench.asked.source, "this run")
    put_widget_value(SOURCE, bench.asked.source)
    st.selectbox(
        "Which cell",
        list(names),
        format_func=names.__getitem__,
        key=SOURCE,
        on_change=lambda: address.replace(source=str(widget_value(SOURCE)), **kept_lanes(bench)),
        help="Cells that were trained for a task ship with the app. The untrained one reads any text.",
    )
    if bench.source_error is not None:
        show_error(f"{bench.source_error} {STAYS}")


def source_names() -> dict[str, str]:
    """Name what can be stepped."""
    names = {key: f"trained: {task.title}" for key, task in TASKS.items()}
    names |= {FORECAST: "trained: airline passengers", UNTRAINED: "untrained, any text"}
    for run in reversed(current_session().runs):
        with suppress(LSTMVizError):  # a run that is gone cannot be offered
            series = training_service().store.series(run)
            names[RUN + run] = f"your run: {series.unique_id or series.name} ({run[:4]})"
    return names


def kept_lanes(bench: StepBench) -> dict[str, str]:
    """Give the lanes as the address writes them, to take them along to another model."""
    return {"cells": "-".join(bench.asked.cells)} if bench.asked.cells != ("lstm",) else {}


def choose_text(bench: StepBench, address: Address) -> None:
    """Let the person type what is read; a model of numbers reads its series."""
    source = bench.asked.source
    task = TASKS.get(source)
    if task is None and source != UNTRAINED:
        return
    put_widget_value(TEXT, bench.asked.text or (task.example if task else UNTRAINED_TEXT))
    st.text_input(
        "What it reads",
        key=TEXT,
        on_change=lambda: address.set(
            text=str(widget_value(TEXT) or " "), what_if=lasting(bench.asked.what_if) or None
        ),
        help=literal(f"It knows these tokens: {' '.join(task.inputs)}")
        if task
        else "Any text in any script. Each token has numbers of its own.",
    )
    if bench.text_error is not None:
        show_error(f"{bench.text_error} {STAYS}")


def choose_lanes(bench: StepBench, address: Address) -> None:
    """Let the same sequence run through several cells."""
    if bench.asked.source.startswith(RUN):
        choose_layer(bench, address)
        return
    put_widget_value(LANES, list(bench.asked.cells))
    st.pills(
        "Lanes",
        CELLS,
        selection_mode="multi",
        format_func=lambda cell: GLOSSARY[cell].label,
        key=LANES,
        on_change=lambda: write_lanes(address),
        help="The same sequence through several cells, stepping together.",
    )


def choose_layer(bench: StepBench, address: Address) -> None:
    """Let the person choose the layer of a run that has several."""
    layers = layers_of_run(bench.shown.source)
    if layers == 1:
        return
    put_widget_value(LAYER, bench.shown.layer + 1)
    st.segmented_control(
        "Layer",
        range(1, layers + 1),
        required=True,
        key=LAYER,
        help="The first layer reads the input, each next one the hidden states of the one below.",
        on_change=lambda: address.set(layer=str(widget_value(LAYER)), what_if=None),
    )


def layers_of_run(source: str) -> int:
    """Count the layers of a run's model; 1 where it cannot be opened."""
    try:
        return training_service().store.spec(source.removeprefix(RUN)).config.num_layers
    except LSTMVizError:
        return 1


def write_lanes(address: Address) -> None:
    """Write the chosen lanes; the last one cannot be taken away."""
    chosen = widget_value(LANES)
    lanes = [cell for cell in CELLS if isinstance(chosen, list) and cell in chosen]
    if lanes:
        address.set(cells=None if lanes == ["lstm"] else "-".join(lanes))


def untrained_settings(bench: StepBench, address: Address) -> None:
    """Let the person choose the untrained cell's size, start weights and forget bias."""
    asked = bench.asked
    shown = {"hidden_size": asked.hidden_size, "forget_bias": asked.forget_bias, "seed": asked.seed}
    for name, value in {**shown, "splitting": asked.splitting}.items():
        put_widget_value(f"step-{name}", value)

    def write(name: str) -> None:
        address.set(**{name: str(widget_value(f"step-{name}")), "what_if": None})

    size, bias, seed, split = st.columns([1.3, 1.3, 0.8, 1.0], gap="medium", vertical_alignment="bottom")
    with size:
        st.slider(
            GLOSSARY["hidden_size"].label,
            *(1, MAX_UNTRAINED_SIZE),
            key="step-hidden_size",
            help=meaning_of("hidden_size"),
            on_change=write,
            args=("hidden_size",),
        )
    with bias:
        st.slider(
            GLOSSARY["forget_bias"].label,
            *(-MAX_FORGET_BIAS, MAX_FORGET_BIAS),
            step=0.5,
            key="step-forget_bias",
            help=meaning_of("forget_bias"),
            on_change=write,
            args=("forget_bias",),
        )
    with seed:
        st.number_input(
            "Seed", 0, MAX_SEED, key="step-seed", help="Draws other weights.", on_change=write, args=("seed",)
        )
    with split:
        st.selectbox(
            "Split into",
            SPLITS,
            format_func=SPLIT_NAMES.__getitem__,
            key="step-splitting",
            on_change=write,
            args=("splitting",),
        )


def tell_change_error(bench: StepBench, address: Address) -> None:
    """Say why the changes of the address could not be made, and offer to forget them."""
    if bench.change_error is None:
        return
    show_error(f"{bench.change_error} The sequence is shown without changes.")
    st.button("Forget the changes", key="step-forget", on_click=lambda: address.set(what_if=None))


def step_diagram(bench: StepBench, address: Address) -> None:
    """Draw the cell, and what was wrong with a change."""
    tell_change_error(bench, address)

    def take_changes() -> None:
        state = widget_value(DIAGRAM)
        changes = getattr(state, "what_if", None)
        if changes is not None:
            address.set(what_if=str(changes) or None)

    cell_diagram(bench.scene, DIAGRAM, take_changes)

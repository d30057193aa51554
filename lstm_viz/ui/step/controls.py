"""The controls of *Step the cell*: the source, the sequence, the lanes, and the code of what is stepped."""

from contextlib import suppress
from dataclasses import fields
from typing import Any

import streamlit as st

from lstm_viz.errors import LSTMVizError
from lstm_viz.glossary import GLOSSARY, meaning_of
from lstm_viz.recurrent.specification import CELLS, MAX_FORGET_BIAS, Cell
from lstm_viz.scenes.sources import Typed, find_source
from lstm_viz.scenes.step_request import MAX_UNTRAINED_SIZE, StepRequest
from lstm_viz.scenes.step_scene import lasting
from lstm_viz.sequences.tasks.task import SPLITS
from lstm_viz.settings import MAX_SEED
from lstm_viz.ui.layer.unknown_settings import ask_unknown
from lstm_viz.ui.shared.code import code_of_cells
from lstm_viz.ui.shell.address import Address
from lstm_viz.ui.shell.components import mount, sent
from lstm_viz.ui.shell.errors import show_error
from lstm_viz.ui.shell.markdown import literal
from lstm_viz.ui.shell.navigation import link_to
from lstm_viz.ui.shell.session import set_widget_value, widget_value
from lstm_viz.ui.step.sources import count_layers, source_names, words_of_source
from lstm_viz.ui.step.state import LONGEST_TEXT, StepPage

NAMES = tuple(field.name for field in fields(StepRequest))


def link_with_sequence(page: str, label: str, address: Address) -> None:
    """Draw a link to a page that takes the model, the sequence and what was changed along.

    The step and the unit go along by themselves: the browser keeps them.
    """
    values = {name: address.get(name, LONGEST_TEXT) for name in NAMES}
    link_to(page, label, **{name: value for name, value in values.items() if value})


SOURCE, TEXT, LANES, LAYER, DIAGRAM = "step-source", "step-text", "step-cells", "step-layer", "step-diagram"
TEST = "step-test"
STAYS = "The last view that worked stays below."
SPLIT_NAMES = {"auto": "as the text suggests", "words": "words", "characters": "characters"}

_mount = mount("cell_diagram")


def step_controls(page: StepPage, address: Address) -> None:
    """Draw the controls in one row, and below it what was wrong."""
    model, sequence, lanes = st.columns([1.1, 2.2, 1.1], gap="medium", vertical_alignment="top")
    with model:
        _choose_source(page, address)
    with sequence:
        _choose_text(page, address)
    with lanes:
        _choose_lanes(page, address)
    if not find_source(page.asked).trained:
        _untrained_settings(page, address)
    _tell_source(page)


def _tell_source(page: StepPage) -> None:
    st.markdown(f"{literal(words_of_source(page.shown))} *Step with the arrow keys; click anything.*")


def _choose_source(page: StepPage, address: Address) -> None:
    names = source_names(page.asked.source)
    set_widget_value(SOURCE, page.asked.source)
    st.selectbox(
        "Which cell",
        list(names),
        format_func=names.__getitem__,
        key=SOURCE,
        on_change=lambda: address.replace(source=str(widget_value(SOURCE)), **_kept_lanes(page)),
        help="Cells that were trained for a task ship with the app. The untrained one reads any text.",
    )
    if page.source_error is not None:
        show_error(f"{page.source_error} {STAYS}")


def _kept_lanes(page: StepPage) -> dict[str, str]:
    return {"cells": "-".join(page.asked.cells)} if page.asked.cells != ("lstm",) else {}


def _choose_text(page: StepPage, address: Address) -> None:
    """Let the person choose what is read; a forecaster reads its series."""
    reads: Typed | int | str | None = None
    with suppress(LSTMVizError):
        reads = find_source(page.asked).reads()
    if isinstance(reads, Typed):
        _type_text(page, address, reads)
    elif isinstance(reads, int):
        _choose_test(page, address, reads - 1)
    elif reads == "seed":
        _choose_seed(page, address)
    if page.text_error is not None:
        show_error(f"{page.text_error} {STAYS}")


def _type_text(page: StepPage, address: Address, typed: Typed) -> None:
    set_widget_value(TEXT, page.asked.text or typed.example)

    def write() -> None:
        _read_another(page, address, text=str(widget_value(TEXT) or " "))

    st.text_input(typed.label, key=TEXT, on_change=write, help=literal(typed.meaning), placeholder=typed.empty)


def _read_another(page: StepPage, address: Address, **changes: str | None) -> None:
    """Write which sequence is read; what was changed stays so far as it holds for any."""
    address.set(**changes, what_if=lasting(page.asked.what_if) or None)


def _choose_test(page: StepPage, address: Address, last: int) -> None:
    asked = page.asked.text.strip()[:9] or "0"
    number = int(asked) if asked.isascii() and asked.isdecimal() else 0
    set_widget_value(TEST, min(number, last))

    def write() -> None:
        chosen = widget_value(TEST)
        _read_another(page, address, text=None if chosen is None else str(chosen), stretch=None)

    label, meaning = f"Test sequence (0 to {last})", "Training never saw any of these."
    st.number_input(label, 0, last, None, 1, key=TEST, on_change=write, width=220, help=meaning)


def _choose_seed(page: StepPage, address: Address) -> None:
    set_widget_value("step-seed", page.asked.seed)

    def write() -> None:
        _read_another(page, address, seed=str(widget_value("step-seed")))

    label, meaning = "Seed of the sequence", "Draws another random sequence."
    st.number_input(label, 0, MAX_SEED, key="step-seed", help=meaning, on_change=write, width=220)


def _choose_lanes(page: StepPage, address: Address) -> None:
    if find_source(page.asked).alone:
        _choose_layer(page, address)
        _ask_unknown(page, address)
        return
    set_widget_value(LANES, list(page.asked.cells))
    st.pills(
        "Lanes",
        CELLS,
        selection_mode="multi",
        format_func=lambda cell: GLOSSARY[cell].label,
        key=LANES,
        on_change=lambda: _write_lanes(address),
        help="The same sequence through several cells, stepping together.",
    )


def _ask_unknown(page: StepPage, address: Address) -> None:
    if (opened := find_source(page.shown).unknown()) is not None:
        state, unknown = opened
        ask_unknown(state.foreign, unknown, address, "step", has_room=False)


def _choose_layer(page: StepPage, address: Address) -> None:
    layers = count_layers(page.shown)
    if layers == 1:
        return
    set_widget_value(LAYER, page.shown.layer + 1)
    st.segmented_control(
        "Layer",
        range(1, layers + 1),
        required=True,
        key=LAYER,
        help="The first layer reads the input, each next one the hidden states of the one below.",
        on_change=lambda: address.set(layer=str(widget_value(LAYER)), what_if=None),
    )


def _write_lanes(address: Address) -> None:
    """Write the chosen lanes; the last one cannot be taken away."""
    chosen = widget_value(LANES)
    lanes = [cell for cell in CELLS if isinstance(chosen, list) and cell in chosen]
    if lanes:
        address.set(cells=None if lanes == ["lstm"] else "-".join(lanes))


def _untrained_settings(page: StepPage, address: Address) -> None:
    """Let the person choose the untrained cell's size, start weights and forget bias."""
    asked = page.asked
    shown = {"hidden_size": asked.hidden_size, "forget_bias": asked.forget_bias, "seed": asked.seed}
    for name, value in {**shown, "splitting": asked.splitting}.items():
        set_widget_value(f"step-{name}", value)

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


def show_change_error(page: StepPage, address: Address) -> None:
    """Say why the changes of the address could not be made, and offer to forget them."""
    if page.change_error is None:
        return
    show_error(f"{page.change_error} The sequence is shown without changes.")
    st.button("Forget the changes", key="step-forget", on_click=lambda: address.set(what_if=None))


def step_diagram(page: StepPage, address: Address) -> None:
    """Draw the cell, and what was wrong with a change."""
    show_change_error(page, address)

    def take_changes() -> None:
        changes = sent(DIAGRAM, "what_if")
        if changes is not None:
            address.set(what_if=str(changes) or None)

    _mount(key=DIAGRAM, data=page.scene, on_what_if_change=take_changes)


def step_code(page: StepPage) -> None:
    """Offer the models of the lanes as code."""
    request = page.shown

    def model_of(cell: Cell) -> Any:
        return find_source(request).open(cell).model

    code_of_cells("step-code", lambda: request.cells, model_of, alone=len(request.cells) == 1)

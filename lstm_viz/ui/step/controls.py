"""The controls of *Step the cell*: the source, the sequence, the lanes, and the code of what is stepped."""

from contextlib import suppress
from dataclasses import fields
from typing import Any

import streamlit as st

from lstm_viz.errors import LSTMVizError
from lstm_viz.glossary import label_of, meaning_of
from lstm_viz.recurrent.specification import CELLS, Cell
from lstm_viz.scenes.sources import Typed, find_source
from lstm_viz.scenes.step_request import StepRequest
from lstm_viz.scenes.step_scene import lasting
from lstm_viz.ui.layer.unknown_settings import ask_unknown
from lstm_viz.ui.shared.code import code_of_cells
from lstm_viz.ui.shared.fold import menu
from lstm_viz.ui.shared.form import Form, Settings
from lstm_viz.ui.shell.address import Address
from lstm_viz.ui.shell.components import mount, sent
from lstm_viz.ui.shell.errors import show_error
from lstm_viz.ui.shell.markdown import literal
from lstm_viz.ui.shell.navigation import link_to
from lstm_viz.ui.shell.session import set_widget_value, widget_value
from lstm_viz.ui.step.sources import choose_layer, source_names
from lstm_viz.ui.step.state import LONGEST_TEXT, StepPage

NAMES = tuple(field.name for field in fields(StepRequest))
SOURCE, TEXT, LANES, LAYER, DIAGRAM = "step-source", "step-text", "step-cells", "step-layer", "step-diagram"
TEST = "step-test"
STAYS = "The last view that worked is shown below."
SPLIT_NAMES = {"auto": "as the text suggests", "words": "words", "characters": "characters"}

_mount = mount("cell_diagram")


def link_with_sequence(page: str, label: str, address: Address) -> None:
    """Draw a link to a page that takes model, sequence and changes along; the browser keeps step and unit."""
    values = {name: address.get(name, LONGEST_TEXT) for name in NAMES}
    link_to(page, label, **{name: value for name, value in values.items() if value})


def step_controls(page: StepPage, address: Address) -> None:
    """Draw the controls in one row, and below it what is wrong."""
    model, sequence, lanes = st.columns([1.1, 2.2, 1.1], gap="medium", vertical_alignment="top")
    with model:
        _choose_source(page, address)
    with sequence:
        _choose_text(page, address)
    with lanes:
        _choose_lanes(page, address)
    if not find_source(page.requested).trained:
        _untrained_settings(page, address)
    words = ""
    with suppress(LSTMVizError):
        words = literal(find_source(page.shown).words())
    st.markdown(f"{words} *Step with the arrow keys; click anything.*")


def _choose_source(page: StepPage, address: Address) -> None:
    requested = page.requested
    names = source_names(requested.source)
    lanes = {"cells": "-".join(requested.cells)} if requested.cells != ("lstm",) else {}

    def change() -> None:
        address.replace(source=str(widget_value(SOURCE)), **lanes)

    menu("step_source", SOURCE, names, requested.source, change, names.__getitem__)
    if page.source_error is not None:
        show_error(f"{page.source_error} {STAYS}")


def _choose_text(page: StepPage, address: Address) -> None:
    """Draw the choice of what is read; a forecaster reads its series."""
    reads: Typed | int | str | None = None
    with suppress(LSTMVizError):
        reads = find_source(page.requested).reads()
    if isinstance(reads, Typed):
        _type_text(page, address, reads)
    elif isinstance(reads, int):
        _choose_test(page, address, reads - 1)
    elif reads == "seed":
        _choose_seed(page, address)
    if page.text_error is not None:
        show_error(f"{page.text_error} {STAYS}")


def _type_text(page: StepPage, address: Address, typed: Typed) -> None:
    set_widget_value(TEXT, page.requested.text or typed.example)

    def write() -> None:
        _read_another(page, address, text=str(widget_value(TEXT) or " "))

    st.text_input(typed.label, key=TEXT, on_change=write, help=literal(typed.meaning), placeholder=typed.empty)


def _read_another(page: StepPage, address: Address, **changes: str | None) -> None:
    """Write which sequence is read, and keep those changes that make sense for any."""
    address.set(**changes, what_if=lasting(page.requested.what_if) or None)


def _choose_test(page: StepPage, address: Address, last: int) -> None:
    text = page.requested.text.strip()[:9] or "0"
    number = int(text) if text.isascii() and text.isdecimal() else 0
    set_widget_value(TEST, min(number, last))

    def write() -> None:
        chosen = widget_value(TEST)
        _read_another(page, address, text=None if chosen is None else str(chosen), stretch=None)

    label, meaning = f"Test sequence (0 to {last})", "None of these was used in training."
    st.number_input(label, 0, last, None, 1, key=TEST, on_change=write, width=220, help=meaning)


def _choose_seed(page: StepPage, address: Address) -> None:
    effects = {"seed": {"what_if": lasting(page.requested.what_if) or None}}
    form = Form(Settings(page.requested, StepRequest()), address, prefix="step", effects=effects)
    form.field("seed", label="Seed of the sequence", width=220)


def _choose_lanes(page: StepPage, address: Address) -> None:
    if find_source(page.requested).alone:
        choose_layer(page.shown, LAYER, address, what_if=None)
        if (opened := find_source(page.shown).unknown()) is not None:
            state, unknown = opened
            ask_unknown(state.foreign, unknown, address, "step", has_room=False)
        return
    set_widget_value(LANES, list(page.requested.cells))

    def change() -> None:
        lanes = widget_value(LANES)
        cells = [cell for cell in CELLS if isinstance(lanes, list) and cell in lanes]
        if cells:  # the last one cannot be removed
            address.set(cells=None if cells == ["lstm"] else "-".join(cells))

    options: dict[str, Any] = {"selection_mode": "multi", "format_func": label_of, "on_change": change}
    st.pills(label_of("step_cells"), CELLS, key=LANES, help=meaning_of("step_cells"), **options)


def _untrained_settings(page: StepPage, address: Address) -> None:
    names = ("hidden_size", "forget_bias", "seed", "splitting")
    effects: dict[str, dict[str, None]] = {name: {"what_if": None} for name in names}
    form = Form(Settings(page.requested, StepRequest()), address, prefix="step", effects=effects)
    size, bias, seed, split = st.columns([1.3, 1.3, 0.8, 1.0], gap="medium", vertical_alignment="bottom")
    with size:
        form.slider("hidden_size")
    with bias:
        form.slider("forget_bias")
    with seed:
        form.field("seed")
    with split:
        form.field("splitting", format_func=SPLIT_NAMES.__getitem__)


def show_change_error(page: StepPage, address: Address) -> None:
    """Say why the changes in the address are impossible, and offer to discard them."""
    if page.change_error is None:
        return
    show_error(f"{page.change_error} The sequence is shown without changes.")
    st.button("Discard the changes", key="step-forget", on_click=lambda: address.set(what_if=None))


def step_diagram(page: StepPage, address: Address) -> None:
    """Draw the cell, and what is wrong with a change."""
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

"""The worked example of an address; what cannot be read is reported next to its own field."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import streamlit as st

from lstm_viz.errors import SettingsError
from lstm_viz.figures.theme import PALETTES
from lstm_viz.glossary import GLOSSARY
from lstm_viz.lessons.worked_example import (
    CLASSIC_ROWS,
    LETTERS,
    SIZE,
    Equation,
    Example,
    Numbers,
    Worked,
    amounts,
    equations,
    read_number,
    squash,
    work_out,
    write,
    write_pre,
    write_reset,
    write_rounded,
    write_sum,
)
from lstm_viz.recurrent.specification import CELLS, Cell
from lstm_viz.ui.shell.address import Address
from lstm_viz.ui.shell.components import mount, sent

VECTORS = ("h", "x", "c")
LONGEST_NUMBER = 16
GATE_OF = {letter: gate for gate, letter in LETTERS.items()}
ROW_FIELDS = tuple(f"{letter}{unit + 1}" for letter in GATE_OF for unit in range(SIZE))
FIELDS = (*VECTORS, *ROW_FIELDS)
CLASSIC = Example()
EXAMPLE = "worked-example"

_mount = mount("worked_example")


@dataclass(frozen=True, eq=False)
class _WorkedPage:
    """What is shown; what cannot be read stands in `typed` and `errors` by field and place (`x/2`, `f1/6`)."""

    worked: Worked
    typed: Mapping[str, str]
    errors: Mapping[str, str]


def _open_worked_page(address: Address) -> _WorkedPage:
    typed: dict[str, str] = {}
    errors: dict[str, str] = {}
    read = {name: _read_field(name, address.get(name), typed, errors) for name in FIELDS}
    cell: Cell = next((cell for cell in CELLS if cell == address.get("cell")), "lstm")
    example = Example(cell, read["h"], read["x"], read["c"])
    for name in ROW_FIELDS:
        if read[name] != classic(name):
            example = example.with_row(GATE_OF[name[0]], int(name[1]) - 1, read[name])
    return _WorkedPage(work_out(example), typed, errors)


def classic(name: str) -> Numbers:
    """Return the initial numbers of a field."""
    if name in VECTORS:
        numbers: Numbers = getattr(CLASSIC, name)
        return numbers
    return CLASSIC_ROWS[GATE_OF[name[0]]][int(name[1]) - 1]


def _read_field(name: str, text: str | None, typed: dict[str, str], errors: dict[str, str]) -> Numbers:
    """Read the numbers of a field; what cannot be read is reported, and the classic number used instead."""
    usual = classic(name)
    if text is None:
        return usual
    words = text.split(",")
    if len(words) != len(usual):
        wanted = f"{len(usual)} numbers, separated by commas"
        errors[name] = f"{name} (={text[:40]}) must be {wanted}. The original numbers are shown."
        return usual
    return tuple(
        _read_place(f"{name}/{place}", word, other, typed, errors)
        for place, (word, other) in enumerate(zip(words, usual, strict=True))
    )


def _read_place(place: str, word: str, other: Any, typed: dict[str, str], errors: dict[str, str]) -> Any:
    """Read one number; an empty one is the classic one."""
    if not word.strip():
        return other
    try:
        return read_number(word)
    except SettingsError as error:
        typed[place], errors[place] = word[:LONGEST_NUMBER], f"{error} Until then {write(other)} is used."
        return other


def edited(name: str, place: int, word: str, now: str | None) -> str | None:
    """Return a field's parameter after one of its numbers was changed; None where all are classic.

    >>> edited("x", 1, "0,9", None)
    '0.6,0.9,0.8'
    """
    usual = [f"{number:f}" for number in classic(name)]
    words = (now or "").split(",")
    words = words if len(words) == len(usual) else list(usual)
    words[place] = word.strip().replace(",", ".").replace("−", "-")[:LONGEST_NUMBER] or usual[place]
    return None if words == usual else ",".join(words)


def describe(page: _WorkedPage) -> dict[str, Any]:
    """Return all that the browser draws: texts as they are written, and numbers where lengths are drawn."""
    worked = page.worked
    cell = worked.example.cell
    return {
        "cell": cell,
        "cells": [{"cell": name, "label": GLOSSARY[name].label} for name in CELLS],
        "gates": [_describe_gate(worked, gate) for gate in worked.example.gates],
        "units": [_describe_unit(worked, unit) for unit in range(SIZE)],
        "fields": {name: _written_field(worked.example, name) for name in FIELDS},
        "typed": dict(page.typed),
        "errors": dict(page.errors),
        "terms": {name: asdict(GLOSSARY[name]) for name in (*LETTERS, "cell_state", "hidden_state")},
        "palettes": PALETTES,
    }


def _written_field(example: Example, name: str) -> list[str]:
    row = getattr(example, name) if name in VECTORS else example.rows[GATE_OF[name[0]]][int(name[1]) - 1]
    return [write(number) for number in row]


def _describe_gate(worked: Worked, gate: str) -> dict[str, Any]:
    term = GLOSSARY[gate]
    units = [_describe_sum(worked, gate, unit) for unit in range(SIZE)]
    return {"name": gate, "letter": LETTERS[gate], "label": term.label, "meaning": term.meaning, "units": units}


def _describe_sum(worked: Worked, gate: str, unit: int) -> dict[str, Any]:
    words = amounts(worked, gate, unit)
    lines = [
        {"name": term.name, "amount": float(term.amount), "after": float(term.after), "words": word}
        for term, word in zip(worked.terms(gate, unit), words, strict=True)
    ]
    return {
        "field": LETTERS[gate] + str(unit + 1),
        "lines": lines,
        "sum": write_sum(words),
        "reset": write_reset(worked, unit) if worked.is_reset(gate) else "",
        "pre": float(worked.pre_activation(gate, unit)),
        "pre_words": write_pre(worked, gate, unit),
        "exact": not worked.is_reset(gate),
        "value": worked.value(gate, unit),
        "words": write_rounded(worked.value(gate, unit)),
        "squash": asdict(squash(worked, gate, unit)),
    }


def _describe_unit(worked: Worked, unit: int) -> dict[str, Any]:
    states = ("cell_state", "hidden_state") if worked.example.cell == "lstm" else ("hidden_state",)
    written: tuple[Equation, ...] = equations(worked, unit)
    values = {
        name: {"value": worked.value(name, unit), "words": write_rounded(worked.value(name, unit))} for name in states
    }
    return {"values": values, "equations": [asdict(equation) for equation in written]}


def worked_panel(address: Address) -> None:
    """Draw the worked example; what is typed and which cell it is go to the address."""
    page = _open_worked_page(address)
    st.header("One step, by hand", anchor=False)
    _mount(key=EXAMPLE, data=describe(page), on_edit_change=lambda: _take_edit(address))


def _take_edit(address: Address) -> None:
    """Write an edit to the address: another number, another cell, or all numbers as they were at first."""
    edit = sent(EXAMPLE, "edit")
    if not isinstance(edit, Mapping):
        return
    name, place = edit.get("field"), edit.get("place")
    if edit.get("reset"):
        address.set(**dict.fromkeys(FIELDS))
    elif edit.get("cell") in CELLS:
        address.set(cell=None if edit["cell"] == "lstm" else str(edit["cell"]))
    elif name in FIELDS and isinstance(place, int) and 0 <= place < len(classic(name)):
        address.set(**{name: edited(name, place, str(edit.get("text", "")), address.get(name))})

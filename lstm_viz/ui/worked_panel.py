"""The worked example: one step of a cell by hand, with numbers that can be typed over."""

from collections.abc import Mapping

import streamlit as st

from lstm_viz.recurrent.specification import CELLS
from lstm_viz.ui.address import Address
from lstm_viz.ui.javascript import mount, sent
from lstm_viz.ui.worked_bench import FIELDS, classic, describe, edited, open_worked_bench

EXAMPLE = "worked-example"

_mount = mount("worked_example")


def worked_panel(address: Address) -> None:
    """Draw the worked example; what is typed and which cell it is go to the address."""
    bench = open_worked_bench(address)
    st.header("One step, by hand", anchor=False)
    _mount(key=EXAMPLE, data=describe(bench), on_edit_change=lambda: _take_edit(address))


def _take_edit(address: Address) -> None:
    """Write what was done in the picture to the address: a number typed over, another cell, or all numbers as at first."""
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

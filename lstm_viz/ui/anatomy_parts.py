"""Which part of *Anatomy* is open: each is light to load and has an address of its own."""

import streamlit as st

from lstm_viz.glossary import anatomy_term, label_of, meaning_of
from lstm_viz.ui.address import Address
from lstm_viz.ui.errors import show_error
from lstm_viz.ui.session import put_widget_value, widget_value
from lstm_viz.ui.worked_bench import FIELDS

PARTS = ("layer", "count", "code", "hand", "myths")
PART = "anatomy-part"
OF_LAYER = ("layer", "count", "code")


def choose_part(address: Address) -> str:
    """Draw the row of parts and give the one that is open."""
    wished, part = address.get("part"), _asked_part(address)
    st.header("A recurrent layer, taken apart", anchor=False)
    put_widget_value(PART, part)
    st.segmented_control(
        label_of("anatomy_part"),
        PARTS,
        format_func=lambda name: label_of(anatomy_term(name)),
        required=True,
        wrap=True,
        key=PART,
        on_change=lambda: address.set(part=str(widget_value(PART))),
        label_visibility="collapsed",
    )
    if wished is not None and wished != part:
        show_error(f"“{wished[:40]}” is no part of this page. Choose one above.")
    return part


def _asked_part(address: Address) -> str:
    """Give the part that an address means: one that names numbers of the worked example, or a claim, need not say so."""
    wished = address.get("part")
    if wished in PARTS:
        return wished
    if address.get("myth") is not None:
        return "myths"
    return "hand" if any(address.get(name) is not None for name in FIELDS) else "layer"


def tell_part(part: str) -> None:
    """Say what a part shows."""
    st.markdown(meaning_of(anatomy_term(part)))

"""What tutorials get wrong: a claim on each card, and inside it the number that settles it, measured when it is opened."""

from dataclasses import asdict
from typing import Any

import streamlit as st

from lstm_viz.figures.theme import PALETTES
from lstm_viz.lessons.misconceptions import BY_KEY, MYTHS, Evidence, Myth
from lstm_viz.ui.shell.address import Address
from lstm_viz.ui.shell.components import mount, sent
from lstm_viz.ui.shell.errors import show_error

LIST = "myths"
ALL = "all"
BETWEEN = "."
SEED = 0

_mount = mount("myths")


def myths_panel(address: Address) -> None:
    """Draw the cards; which are open is in the address."""
    st.header("What tutorials get wrong", anchor=False)
    opened, unknown = _opened_myths(address)
    if unknown:
        show_error(f"“{unknown[:40]}” is not a claim in this list. Open one below.")
    cards = [_describe_myth(myth, myth.key in opened) for myth in MYTHS]
    _mount(key=LIST, data={"cards": cards, "palettes": PALETTES}, on_opened_change=lambda: _keep_opened(address))


def _opened_myths(address: Address) -> tuple[set[str], str]:
    requested = address.get("myth")
    if requested is None or requested == ALL:
        return set(BY_KEY) if requested else set(), ""
    names = requested.split(BETWEEN)
    return set(names) & set(BY_KEY), next((name for name in names if name not in BY_KEY), "")


def _describe_myth(myth: Myth, is_open: bool) -> dict[str, Any]:
    """Return a card; a closed one is not measured, and does not have its answer."""
    card = {"key": myth.key, "claim": myth.claim}
    if not is_open:
        return card
    answer = {"truth": myth.truth, "wrong": myth.wrong, "right": myth.right}
    return {**card, **answer, "evidence": asdict(_measured(myth.key))}


def _keep_opened(address: Address) -> None:
    requested = sent(LIST, "opened")
    if not isinstance(requested, list):
        return
    opened = [myth.key for myth in MYTHS if myth.key in requested]
    address.set(myth=(ALL if len(opened) == len(MYTHS) else BETWEEN.join(opened)) or None)


@st.cache_data(show_spinner=False)
def _measured(key: str) -> Evidence:
    return BY_KEY[key].measure(SEED)

"""Numbers that may stand for nothing, such as -9999: one click counts them as missing, another one as numbers again."""

import streamlit as st

from lstm_viz.tables import Decision
from lstm_viz.tables.sentinels import SENTINEL
from lstm_viz.ui.address import Address
from lstm_viz.ui.sources import parsed, written
from lstm_viz.ui.text import literal, small, with_names
from lstm_viz.ui.workbench import Workbench, choose_data

MISSING, GENUINE = ("na", "missing"), ("real", "genuine")


def missing_button(bench: Workbench, address: Address, value: float) -> None:
    """Offer to count a number as missing."""
    text = f"{value:.10g}"
    st.button(
        f"Treat {literal(text)} as missing",
        key=f"missing-{text}",
        icon=":material/backspace:",
        on_click=_move_mark,
        args=(bench, address, text, True),
    )


def tell_marks(bench: Workbench, address: Address, decisions: list[Decision]) -> None:
    """Say which numbers were counted as missing for how they look, each with the way back, and back again."""
    for value in dict.fromkeys(str(decision.value) for decision in decisions):
        about = [decision for decision in decisions if decision.value == value]
        kept = any(decision.chosen for decision in about)
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            with st.container():
                icon = "" if kept else ":orange[:material/warning:] "
                st.markdown(icon + small(" ".join(with_names(decision.sentence) for decision in about)))
            with st.container():
                st.button(
                    f"Treat {literal(value)} as missing" if kept else f"Keep {literal(value)} as a number",
                    key=f"mark-{value}",
                    on_click=_move_mark,
                    args=(bench, address, value, kept),
                )


def is_of_mark(decision: Decision) -> bool:
    """Tell whether a decision is about a number that looks like a mark for nothing."""
    return decision.setting == SENTINEL


def _move_mark(bench: Workbench, address: Address, value: str, to_missing: bool) -> None:
    lists = {}
    for (parameter, name), gains in ((MISSING, to_missing), (GENUINE, not to_missing)):
        others = [mark for mark in parsed(name, bench.choices.get(parameter, "")) if mark != value]
        lists[parameter] = written(name, [*others, value] if gains else others) or None
    choose_data(bench, address, **lists)

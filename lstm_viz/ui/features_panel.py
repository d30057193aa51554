"""Columns that go along with the one that is forecast: known in advance, or known of the past only."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from lstm_viz.glossary import label_of, meaning_of
from lstm_viz.runs.choices import FEATURES, names_in, written_names
from lstm_viz.tables import MAX_FEATURES, Table, feature_choices
from lstm_viz.ui.address import Address
from lstm_viz.ui.errors import show_error
from lstm_viz.ui.session import put_widget_value, was_filled, widget_value
from lstm_viz.ui.sources import data_parameter
from lstm_viz.ui.text import literal, small, with_names
from lstm_viz.ui.workbench import Workbench, choose_data

MOST_NAMES = 4
MOST_PILLS = 12


def features_panel(bench: Workbench, table: Table, address: Address) -> None:
    """Offer the columns that are left, folded away; nothing where none is left and none was chosen."""
    used = _used_features(bench)
    options = () if bench.panel is None else feature_choices(table, bench.panel.columns)
    if not options and not any(used.values()) and not bench.feature_errors:
        return
    key = f"features-{data_parameter(bench.source)}"
    if bench.feature_errors or not was_filled(key):
        put_widget_value(key, bool(bench.feature_errors))
    with st.container(gap="xsmall"):
        fold = st.expander(label_of("features"), key=key, icon=":material/add_column_right:", on_change="rerun")
        if not fold.open and any(used.values()):
            st.markdown(small(with_names(_in_a_line(used))))
    if not fold.open:
        return
    with fold:
        st.markdown(small(meaning_of("features")))
        for role in FEATURES:
            _choose_features(bench, table, address, role, options)


def _used_features(bench: Workbench) -> dict[str, tuple[str, ...]]:
    """Tell which columns go along: those in force, or those that were asked for while there is no series."""
    if bench.panel is not None:
        return {role: getattr(bench.panel.columns, role) for role in FEATURES}
    return {role: names_in(bench.choices.get(role, "")) for role in FEATURES}


def _in_a_line(used: dict[str, tuple[str, ...]]) -> str:
    names = [f"`{name}`" for role in FEATURES for name in used[role]]
    return f"{len(names)} used: {', '.join(names[:MOST_NAMES])}{' …' if len(names) > MOST_NAMES else ''}"


def _choose_features(bench: Workbench, table: Table, address: Address, role: str, options: tuple[str, ...]) -> None:
    used: dict[str, Sequence[str]] = {**_used_features(bench)}
    elsewhere = {name for other in FEATURES if other != role for name in used[other]}
    kinds = {column.name: f" · {column.kind}" for column in table.columns if column.kind != "number"}
    offered = [name for name in options if name not in elsewhere]
    key = f"features-{role}"

    def change() -> None:
        chosen = widget_value(key)
        names = [str(name) for name in chosen] if isinstance(chosen, list) else []
        choose_data(bench, address, **{name: written_names(found) for name, found in (used | {role: names}).items()})

    put_widget_value(key, list(used[role]))
    names = list(dict.fromkeys([*offered, *used[role]]))
    common: dict[str, Any] = {"key": key, "on_change": change, "help": meaning_of(role)}
    if len(options) > MOST_PILLS:
        st.multiselect(
            label_of(role),
            names,
            format_func=lambda name: name + kinds.get(name, ""),
            max_selections=MAX_FEATURES,
            placeholder="None",
            **common,
        )
    elif names:
        st.pills(
            label_of(role),
            names,
            format_func=lambda name: literal(name + kinds.get(name, "")),
            selection_mode="multi",
            wrap=True,
            **common,
        )
    else:
        st.markdown(small(f"{label_of(role)}: no column is left."))
    for sentence in bench.feature_errors.get(role, ()):
        show_error(sentence)

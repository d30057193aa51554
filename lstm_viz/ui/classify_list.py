"""The classifiers of this browser tab, to go back to."""

import streamlit as st

from lstm_viz.glossary import label_of
from lstm_viz.runs.classify_service import classify_service
from lstm_viz.runs.classify_store import ClassifyView
from lstm_viz.ui.address import Address
from lstm_viz.ui.classify_bench import ClassifyBench
from lstm_viz.ui.launch import find_view
from lstm_viz.ui.session import current_session
from lstm_viz.ui.text import literal

MAX_SHOWN = 6


def classify_list(bench: ClassifyBench, address: Address) -> None:
    """List the newest classifiers; a click opens one."""
    keys = current_session().classifiers
    if not keys or (bench.run is not None and keys == [bench.run.key]):
        return
    st.subheader("Your classifiers", anchor=False)
    for key in reversed(keys[-MAX_SHOWN:]):
        view, _ = find_view(classify_service(), key)
        if view is None:
            continue
        st.button(
            literal(_line_of(view)),
            key=f"open-{key}",
            type="tertiary",
            icon=":material/check:" if bench.run is not None and key == bench.run.key else ":material/history:",
            on_click=address.replace,
            kwargs={"run": key},
        )


def _line_of(view: ClassifyView) -> str:
    config = view.spec.config
    name = f"{label_of(config.cell)} {'/'.join(str(size) for size in config.sizes)} · {view.spec.source.name[:40]}"
    if view.state.active:
        return f"{name} · {'waiting' if view.state.status == 'queued' else 'training'}"
    return f"{name} · {view.state.status if view.results is None else f'{view.results.accuracy:.1%} right'}"

"""The runs of this session, so that none is out of reach."""

import math

import streamlit as st

from lstm_viz.errors import LSTMVizError
from lstm_viz.glossary import label_of, meaning_of
from lstm_viz.runs.records import RunView
from lstm_viz.runs.service import training_service
from lstm_viz.ui.address import Address
from lstm_viz.ui.session import current_session
from lstm_viz.ui.text import literal

MAX_SHOWN = 8


def runs_panel(run: RunView | None, address: Address) -> None:
    """List the runs that were opened in this session, newest first; a click opens one."""
    runs = current_session().runs
    if run is not None and run.key not in runs:
        runs.append(run.key)
    if not runs or (run is not None and runs == [run.key]):
        return
    st.subheader("Runs of this session", anchor=False, help=meaning_of("mase"))
    for key in list(reversed(runs))[:MAX_SHOWN]:
        st.button(
            literal(name_of(key)),
            key=f"open-{key}",
            type="tertiary",
            icon=":material/check:" if run is not None and key == run.key else ":material/history:",
            on_click=address.replace,
            kwargs={"run": key},
        )


def name_of(key: str) -> str:
    """Call a run by its cell, its data, and how it went."""
    try:
        view = training_service().view(key)
    except LSTMVizError:
        return "a run that is no longer kept"
    return f"{label_of(view.spec.config.cell)} · {view.spec.target[:40]} · {outcome(view)}"


def outcome(view: RunView) -> str:
    """Say in a word or a number how a run went."""
    if view.state.active:
        return "waiting" if view.state.status == "queued" else "training"
    if view.forecast is None:
        return view.state.status
    mase = float(view.forecast.backtest_scores["mase"]["model"])
    return "no score" if math.isnan(mase) else f"{label_of('mase')} {mase:.2f}"

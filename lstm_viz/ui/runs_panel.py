"""The newest runs beside the Forecast page, and the way to all of them."""

import streamlit as st

from lstm_viz.glossary import label_of, meaning_of
from lstm_viz.runs.glance import Glance
from lstm_viz.runs.records import RunView
from lstm_viz.ui.address import Address
from lstm_viz.ui.navigation import link_to
from lstm_viz.ui.run_memory import join_run, remember_runs
from lstm_viz.ui.runs_bench import known_runs
from lstm_viz.ui.session import current_session
from lstm_viz.ui.text import literal

MAX_SHOWN = 5


def runs_panel(run: RunView | None, address: Address) -> None:
    """List the newest runs of this browser; a click opens one."""
    if run is not None:
        join_run(run.key)
    remember_runs()
    keys = current_session().runs
    if not keys or (run is not None and keys == [run.key]):
        return
    st.subheader("Your runs", anchor=False, help=meaning_of("mase"))
    for seen in known_runs(MAX_SHOWN):
        st.button(
            literal(_line_of(seen)),
            key=f"open-{seen.key}",
            type="tertiary",
            icon=":material/check:" if run is not None and seen.key == run.key else ":material/history:",
            on_click=address.replace,
            kwargs={"run": seen.key},
        )
    link_to("runs", "Compare, name, take along", **({"run": run.key} if run else {}))


def _line_of(run: Glance) -> str:
    return f"{run.name} · {outcome(run)}"


def outcome(run: Glance) -> str:
    """Say in a word or a number how a run went."""
    if run.active:
        return "waiting" if run.status == "queued" else "training"
    return run.status if run.mase is None else f"{label_of('mase')} {run.mase:.2f}"

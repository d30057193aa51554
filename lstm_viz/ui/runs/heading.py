"""The top of *Runs*, and the newest runs on *Forecast*."""

from typing import Any

import streamlit as st

from lstm_viz.glossary import label_of, meaning_of
from lstm_viz.runs.archive import MAX_ARCHIVE_BYTES, open_run
from lstm_viz.runs.records import RunView
from lstm_viz.runs.services import training_service
from lstm_viz.runs.summary import RunSummary
from lstm_viz.ui.runs.memory import join_run, remember_runs
from lstm_viz.ui.runs.state import known_runs
from lstm_viz.ui.shared.fold import open_button
from lstm_viz.ui.shell.address import Address
from lstm_viz.ui.shell.errors import refusing, show_refusal
from lstm_viz.ui.shell.markdown import literal, small
from lstm_viz.ui.shell.navigation import button_to, link_to
from lstm_viz.ui.shell.session import current_session, widget_value

PACKED = "packed-run"
MAX_SHOWN = 5


def runs_head(address: Address) -> None:
    """Draw the heading and the button next to it."""
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.header("Your runs", anchor=False, width="content")
        with st.popover("Open a run from a zip", icon=":material/folder_zip:"):
            st.markdown("A run that was downloaded from this page, here or on another server.")
            options: Any = {"on_change": _take_packed, "args": (address,), "label_visibility": "collapsed"}
            most = MAX_ARCHIVE_BYTES // 1024**2
            st.file_uploader("Zip of a run", type=["zip"], key=PACKED, max_upload_size=most, **options)
            if widget_value(PACKED) is not None:
                show_refusal("packed")
    if not current_session().keeps:
        st.markdown(
            small("This browser stores nothing for this site: the list is lost when you close the tab. Zips remain.")
        )


def _take_packed(address: Address) -> None:
    """Open a packed run under a new key and show it, or say why that is impossible."""
    packed, service = widget_value(PACKED), training_service()
    with refusing("packed"):
        if packed is not None:
            key = open_run(service.store, service.uploads, packed.getvalue())  # type: ignore[attr-defined]
            join_run(key)
            current_session().opened = key
            address.set(run=key)


def show_emptiness() -> None:
    """Say what will be listed here, once the browser has reported that it knows no run."""
    if not current_session().has_reported:
        st.markdown(small("Looking for the runs of this browser …"))
        return
    st.markdown("Every forecast that you train in this browser is listed here, to compare, continue and download.")
    button_to("forecast", "Train your first run")


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
        is_open = run is not None and seen.key == run.key
        line = literal(f"{seen.name} · {_outcome(seen)}")
        open_button(line, f"open-{seen.key}", is_open, address.replace, run=seen.key)
    link_to("runs", "Compare, rename, download", **({"run": run.key} if run else {}))


def _outcome(run: RunSummary) -> str:
    if run.active:
        return "waiting" if run.status == "queued" else "training"
    return run.status if run.mase is None else f"{label_of('mase')} {run.mase:.2f}"

"""The top of the Runs page: what it is, the way in for a packed run, and what to do where there is none."""

import streamlit as st

from lstm_viz.runs.archive import MAX_ARCHIVE_BYTES, open_run
from lstm_viz.runs.service import training_service
from lstm_viz.ui.address import Address
from lstm_viz.ui.errors import refusing, show_refusal
from lstm_viz.ui.navigation import button_to
from lstm_viz.ui.run_memory import join_run
from lstm_viz.ui.session import current_session, widget_value
from lstm_viz.ui.text import small

PACKED = "packed-run"


def runs_head(address: Address) -> None:
    """Draw the heading and the button beside it."""
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.header("Your runs", anchor=False, width="content")
        with st.popover("Open a run from a zip", icon=":material/folder_zip:"):
            st.markdown("A run that was downloaded on this page, here or on another server.")
            st.file_uploader(
                "Zip of a run",
                type=["zip"],
                key=PACKED,
                on_change=_take_packed,
                args=(address,),
                max_upload_size=MAX_ARCHIVE_BYTES // 1024**2,
                label_visibility="collapsed",
            )
            if widget_value(PACKED) is not None:
                show_refusal("packed")
    if not current_session().keeps:
        st.markdown(small("This browser keeps nothing for this site: the list below ends with this tab. Zips stay."))


def _take_packed(address: Address) -> None:
    """Open a packed run under a key of its own and look at it; one that cannot be is refused in a sentence."""
    packed, service = widget_value(PACKED), training_service()
    with refusing("packed"):
        if packed is not None:
            key = open_run(service.store, service.uploads, packed.getvalue())  # type: ignore[attr-defined]
            join_run(key)
            current_session().opened = key
            address.set(run=key)


def show_emptiness() -> None:
    """Say what will stand here; nothing is said before the browser has told whether it knows any run."""
    if not current_session().heard:
        st.markdown(small("Looking for the runs of this browser …"))
        return
    st.markdown(
        "Every forecast that you train in this browser is kept here, to be compared, continued and taken along."
    )
    button_to("forecast", "Train your first run")

"""How errors reach the person: one sentence next to the control, never a traceback."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from lstm_viz.errors import LSTMVizError
from lstm_viz.ui.shell.markdown import with_names
from lstm_viz.ui.shell.session import current_session

logger = logging.getLogger(__name__)


def show_error(error: LSTMVizError | str) -> None:
    """Show what is wrong, what was found and what to do, where the person is looking."""
    st.error(with_names(str(error)), icon=":material/error:")


@contextmanager
def refusing(place: str) -> Iterator[None]:
    """Do what a click or a file asks for; where it cannot be done, why is kept for `show_refusal`."""
    refusals = current_session().refusals
    refusals.pop(place, None)
    try:
        yield
    except LSTMVizError as error:
        refusals[place] = str(error)


def show_refusal(place: str) -> None:
    """Show why the last click or file at a place was refused, if it was."""
    if refusal := current_session().refusals.get(place):
        show_error(refusal)


def show_script_error(error: BaseException) -> bool:
    """Say that something broke on our side; the log has the traceback, the browser does not."""
    logger.error("a page failed", exc_info=error)
    words = "Something went wrong because of a bug in the app; the server's log has the details. Nothing is lost"
    st.error(f"{words}: reload the page to continue.", icon=":material/error:")
    return True

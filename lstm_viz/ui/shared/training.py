"""Training as it goes on: curves that draw themselves, the numbers beside them, Stop and Train further."""

from collections.abc import Callable
from typing import Protocol, TypeVar

import streamlit as st

from lstm_viz.errors import LSTMVizError
from lstm_viz.phrases import counted
from lstm_viz.runs.records import RunState, Status
from lstm_viz.training.config import MAX_EPOCHS, EpochRecord
from lstm_viz.ui.shell.errors import show_error
from lstm_viz.ui.shell.markdown import with_names

REDRAW_EVERY = 0.25
POLL_INTERVAL = 0.5


class _Watched(Protocol):
    """What changes while a training goes on."""

    @property
    def key(self) -> str:
        """What it is found under."""

    @property
    def state(self) -> RunState:
        """Where it stands."""

    @property
    def history(self) -> tuple[EpochRecord, ...]:
        """Its epochs so far."""

    @property
    def epoch(self) -> int:
        """Epochs that are complete."""


View = TypeVar("View", bound=_Watched)


def watch_training(look: Callable[[], View], status: Status, draw: Callable[[View], None]) -> None:
    """Redraw a training a few times a second, less often while it waits; redraw the page when its status changes.

    Args:
        look: gives it as it is now.
        status: that the page was drawn with.
        draw: draws it.
    """

    @st.fragment(run_every=POLL_INTERVAL if status == "queued" else REDRAW_EVERY)
    def live() -> None:
        try:
            view = look()
        except LSTMVizError as error:
            show_error(error)
            return
        draw(view)
        if view.state.status != status:
            st.rerun()

    live()


def waiting_text(state: RunState, ahead: int) -> str:
    """Say who is before a run in the queue; nothing where it does not wait."""
    if state.status == "queued" and ahead:
        runs = "1 run is" if ahead == 1 else f"{ahead} runs are"
        return f"Waiting: {runs} before this one"
    return "Starting …" if state.status == "queued" else ""


def offer_more(view: _Watched, further: Callable[[str, int], None], usual: int, over: str) -> None:
    """Offer to go on from where training stands: to its planned end where it was interrupted, else for more epochs.

    Args:
        view: a training that has ended.
        further: (key, epochs) goes on; 0 epochs go to the planned end.
        usual: epochs that are offered.
        over: what an epoch passes over.
    """

    def button(epochs: int, meaning: str) -> None:
        st.button(
            "Train further",
            key="train-further",
            icon=":material/resume:",
            on_click=further,
            args=(view.key, epochs),
            help=meaning,
        )

    if view.state.status == "interrupted" or not view.history:
        button(0, f"Go on to epoch {view.state.target_epochs} as planned, from the last checkpoint.")
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        more = st.number_input(
            "More epochs",
            1,
            MAX_EPOCHS,
            usual,
            key="more-epochs",
            width=140,
            help=f"How many passes over the {over} to add. The learning rate starts anew.",
        )
        button(int(more or 1), "Go on from the last epoch with the weights that it had.")


def note_settings_differ() -> None:
    """Say that what is shown was trained with other settings than the controls show."""
    st.info(
        "You changed settings since this run. Train again to start a new run with them; this one stays.",
        icon=":material/tune:",
    )


def show_ending(view: _Watched) -> None:
    """Say how training ended, where that needs saying."""
    if view.state.status == "stopped":
        st.markdown(_stopped_text(view.epoch, view.state.target_epochs))
    if not view.state.message:
        return
    if view.state.status in ("failed", "diverged"):
        show_error(view.state.message)
    else:
        st.warning(with_names(view.state.message), icon=":material/warning:")


def _stopped_text(done: int, target: int) -> str:
    """Say how far a training came that somebody stopped.

    >>> _stopped_text(3, 300), _stopped_text(0, 300)
    ('Stopped after 3 of 300 epochs.', 'Stopped before the first of 300 epochs was over.')
    """
    planned = counted(target, "epoch")
    return f"Stopped after {done:,} of {planned}." if done else f"Stopped before the first of {planned} was over."

"""Training as it goes on: its head, its progress, Stop and Train further, and how it ended."""

from collections.abc import Callable
from typing import Any, TypeVar

import streamlit as st

from lstm_viz.errors import LSTMVizError
from lstm_viz.phrases import counted
from lstm_viz.runs.epoch_store import ClassifyView
from lstm_viz.runs.records import RaceView, RunState, RunView
from lstm_viz.training.config import MAX_EPOCHS
from lstm_viz.ui.shell.components import arrive
from lstm_viz.ui.shell.errors import show_error
from lstm_viz.ui.shell.markdown import literal, small, with_names
from lstm_viz.ui.shell.session import current_session

REDRAW_EVERY = 0.25
POLL_INTERVAL = 0.5


Trained = RunView | ClassifyView
View = TypeVar("View", RunView, ClassifyView, RaceView)


def show_head(view: Trained, title: str, summary: str, settings_differ: bool) -> None:
    """Draw what is trained on and how; `settings_differ` where the controls show other settings than it was trained with."""
    arrive(f"{view.key} {view.state.active}", moved=current_session().moved)
    st.subheader(literal(title), anchor=False)
    st.markdown(small(summary))
    if settings_differ:
        words = "You changed settings since this run. Train again to start a new run with them; this one is kept."
        st.info(words, icon=":material/tune:")


def watch_training(
    look: Callable[[], View], status: str, draw: Callable[[View], None], redraw_every: float = REDRAW_EVERY
) -> None:
    """Redraw a training a few times a second, less often while it waits; redraw the page when its status changes.

    Args:
        look: returns it as it is now.
        status: that the page was drawn with.
    """

    @st.fragment(run_every=POLL_INTERVAL if status == "queued" else redraw_every)
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


def progress_bar(share: float, text: str, key: str, stop: Callable[[], None], meaning: str) -> None:
    """Draw how far training is, and the button that stops it."""
    bar, button = st.columns([5, 1], vertical_alignment="center")
    bar.progress(min(1.0, share), text=text)
    button.button("Stop", key=key, icon=":material/stop_circle:", on_click=stop, help=meaning, width="stretch")


def waiting_text(state: RunState, ahead: int, has_begun: bool) -> str:
    """Say that a run waits, and for how many others, or that it starts; nothing once it has begun."""
    if state.status == "queued" and ahead:
        return f"Waiting: {'1 run is' if ahead == 1 else f'{ahead} runs are'} before this one"
    return "" if has_begun and state.status != "queued" else "Starting …"


def number(value: float | None, shape: str = "{:.3g}") -> str:
    """Write a number; a dash where there is none."""
    return "–" if value is None else shape.format(value)


def offer_more(view: Trained, further: Callable[[str, int], None], usual: int, examples: str) -> None:
    """Offer to continue a training that has ended: to its planned end if it was interrupted, else for more epochs.

    Args:
        further: (key, epochs) continues; 0 epochs go to the planned end.
        usual: epochs that are offered.
        examples: what an epoch passes over.
    """

    def button(epochs: int, meaning: str) -> None:
        options: dict[str, Any] = {"icon": ":material/resume:", "on_click": further, "args": (view.key, epochs)}
        st.button("Train further", key="train-further", help=meaning, **options)

    if view.state.status == "interrupted" or not view.history:
        button(0, f"Continue to epoch {view.state.target_epochs} as planned, from the last checkpoint.")
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        meaning = f"How many passes over the {examples} to add. The learning rate schedule starts again."
        more = st.number_input("More epochs", 1, MAX_EPOCHS, usual, key="more-epochs", width=140, help=meaning)
        button(int(more or 1), "Continue from the last epoch, with the weights of that epoch.")


def show_ending(view: Trained) -> None:
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
    """Say how far a training came before it was stopped.

    >>> _stopped_text(3, 300), _stopped_text(0, 300)
    ('Stopped after 3 of 300 epochs.', 'Stopped during the first of 300 epochs.')
    """
    planned = counted(target, "epoch")
    return f"Stopped after {done:,} of {planned}." if done else f"Stopped during the first of {planned}."

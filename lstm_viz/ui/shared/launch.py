"""Choosing data and starting a training, the same on every page, and what stands there while a file is read."""

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lstm_viz.errors import LSTMVizError
from lstm_viz.ui.shell.address import Address
from lstm_viz.ui.shell.errors import refusing, show_refusal
from lstm_viz.ui.shell.markdown import literal
from lstm_viz.ui.shell.session import current_session, set_widget_value, widget_value

PLACE, REPLACED = "reading-place", "replaced-"

REPLACED_PARTS = f'[class*="st-key-{REPLACED}"]'
HIDE = (
    f'.stMain:has(.st-key-{PLACE} [data-testid="stSpinner"]) :is({REPLACED_PARTS}, {REPLACED_PARTS} *) '
    "{visibility: hidden !important}"
)


def reading_place() -> DeltaGenerator:
    """Give the place of the words that say what is being read; as long as they stand, what is `replaced` is hidden."""
    st.html(f"<style>{HIDE}</style>")
    return st.container(key=PLACE)


def read_once(name: str, place: str, read: Callable[[], str]) -> str:
    """Read and store what has arrived, and say so meanwhile; what fails is not tried again.

    A click does not wait: Streamlit starts the next script while this one goes on reading, which then finds what was read.

    Args:
        place: tells what has arrived from all else in this session.
        read: reads and stores it, and gives its name there.
    """
    session = current_session()
    with st.spinner(f"Reading {literal(name)} …"), session.reading:
        try:
            if place not in session.stored:
                session.stored[place] = read()
            return session.stored[place]
        except Exception:
            session.arrived = False
            raise


def replaced(name: str) -> DeltaGenerator:
    """Give a place for what belongs to the data that is open, and goes when other data is read."""
    return st.container(key=REPLACED + name)


View = TypeVar("View", covariant=True)


class _Service(Protocol[View]):
    def view(self, key: str) -> View: ...


def find_view(service: _Service[View], key: str | None) -> tuple[View | None, LSTMVizError | None]:
    """Open the training that an address names, or say why it cannot be; neither where it names none."""
    if key is None:
        return None, None
    try:
        return service.view(key), None
    except LSTMVizError as error:
        return None, error


def launch(
    place: str, service: Any, create: Callable[[], str], address: Address, name: str = "run", *limits: int
) -> None:
    """Store a new training, queue it, and put it into the address.

    Args:
        place: where a refusal is shown.
        service: trains it.
        create: stores it and gives its key.
        name: of its key in the address.
        limits: how far it is to go now, where it is not to go to its end.
    """
    with refusing(place):
        key = create()
        current_session().moved = True
        address.replace(**{name: key})
        service.submit(key, *limits)


def train_further(place: str, service: Any) -> Callable[[str, int], None]:
    """Give what queues more epochs of a training that has ended; 0 goes on to its planned end."""

    def further(key: str, epochs: int) -> None:
        current_session().moved = True
        with refusing(place):
            service.submit(key, more_epochs=epochs)

    return further


def train_button(
    place: str, key: str, training: bool, again: bool, possible: bool, start: Callable[..., None], args: tuple[Any, ...]
) -> None:
    """Draw the button that starts a new run.

    Args:
        place: where a refusal is kept.
        training: whether a run of just these data and settings goes on.
        again: whether a run is open.
        possible: whether data and settings allow one.
        start, args: what a click does.
    """
    st.button(
        "Training …" if training else "Train again" if again else "Train",
        key=key,
        type="primary",
        icon=":material/play_arrow:",
        width="stretch",
        disabled=training or not possible,
        on_click=start,
        args=args,
    )
    show_refusal(place)


def choose_source(label: str, key: str, names: dict[str, str], chosen: str, go_to: Callable[[str], None]) -> None:
    """Draw the samples and files to choose from; one that is still being read is not waited for.

    Args:
        names: what stands there, by what the address calls it.
        go_to: opens another one.
    """

    def change() -> None:
        current_session().arrived = False
        go_to(str(widget_value(key)))

    set_widget_value(key, chosen)
    st.pills(
        label,
        list(names),
        format_func=lambda name: literal(names[name]),
        required=True,
        wrap=True,
        label_visibility="collapsed",
        key=key,
        on_change=change,
    )


def note_arrival(place: str, uploader: str) -> None:
    """Note that files have arrived, or were taken away."""
    current_session().refusals.pop(place, None)
    current_session().arrived = bool(widget_value(uploader))

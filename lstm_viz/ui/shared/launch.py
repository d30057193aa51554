"""Choosing data and starting a training, the same on every page, and what stands there while a file is read."""

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lstm_viz.errors import LSTMVizError, RunNotFound
from lstm_viz.runs.forecast_store import UploadStore
from lstm_viz.tables import MAX_BYTES
from lstm_viz.ui.shell.address import Address
from lstm_viz.ui.shell.errors import refusing, show_refusal
from lstm_viz.ui.shell.markdown import literal
from lstm_viz.ui.shell.session import current_session, set_widget_value, widget_value

View = TypeVar("View", covariant=True)
Page = TypeVar("Page")

PLACE, REPLACED = "reading-place", "replaced-"
REPLACED_PARTS = f'[class*="st-key-{REPLACED}"]'
HIDE = (
    f'.stMain:has(.st-key-{PLACE} [data-testid="stSpinner"]) :is({REPLACED_PARTS}, {REPLACED_PARTS} *) '
    "{visibility: hidden !important}"
)


def reading_place() -> DeltaGenerator:
    """Return the place that says what is being read; while it says so, what is `replaced` is hidden."""
    st.html(f"<style>{HIDE}</style>")
    return st.container(key=PLACE)


def open_arrived(
    page: Page,
    place: str,
    uploader: str,
    store: Callable[[list[Any]], str],
    open_page: Callable[[str, str], Page],
    named: bool = False,
) -> Page:
    """Open the files that have just arrived; those that cannot be read are refused, and what was open stays.

    A click does not wait: Streamlit starts the next script while this one is still reading, which then finds what was read.

    Args:
        page: what was open.
        place: where a refusal is shown.
        store: reads and stores the files, and returns their key, or raises an `LSTMVizError`.
        open_page: opens what is stored under a key, with the names of the files.
        named: whether a refusal begins with the names of the files.
    """
    session, found = current_session(), widget_value(uploader)
    files: list[Any] = found if isinstance(found, list) else [found] if found else []
    if not session.arrived or not files:
        return page
    names = " + ".join(file.name for file in files)
    arrived = " ".join(file.file_id for file in files)
    try:
        with st.spinner(f"Reading {literal(names)} …"), session.reading:
            if arrived not in session.stored:
                session.stored[arrived] = store(files)
    except Exception as error:
        session.arrived = False
        if not isinstance(error, LSTMVizError):
            raise
        session.refusals[place] = f"{names[:80]}: {error}" if named else str(error)
        return page
    page = open_page(session.stored[arrived], names)
    session.arrived = False
    return page


def replaced(name: str) -> DeltaGenerator:
    """Return a place for what belongs to the open data, and is hidden while other data is read."""
    return st.container(key=REPLACED + name)


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
        create: stores it and returns its key.
        name: of its key in the address.
        limits: how far to train now, if not to the end.
    """
    with refusing(place):
        key = create()
        current_session().moved = True
        address.replace(**{name: key})
        service.submit(key, *limits)


def train_further(place: str, service: Any) -> Callable[[str, int], None]:
    """Return what queues more epochs of a training that has ended; 0 continues to its planned end."""

    def further(key: str, epochs: int) -> None:
        current_session().moved = True
        with refusing(place):
            service.submit(key, more_epochs=epochs)

    return further


def train_button(
    place: str, key: str, run: Any, is_of_run: bool, possible: bool, start: Callable[..., None], args: tuple[Any, ...]
) -> None:
    """Draw the button that starts a new run.

    Args:
        place: where a refusal is shown.
        run: what is open, if anything; `is_of_run` if it has these data and settings.
        possible: whether data and settings allow a run.
        start, args: what a click does.
    """
    training = run is not None and is_of_run and run.state.active
    label = "Training …" if training else "Train" if run is None else "Train again"
    options: dict[str, Any] = {"type": "primary", "icon": ":material/play_arrow:", "width": "stretch"}
    st.button(label, key=key, disabled=training or not possible, on_click=start, args=args, **options)
    show_refusal(place)


def choose_source(label: str, key: str, names: dict[str, str], chosen: str, go_to: Callable[[str], None]) -> None:
    """Draw the samples and files to choose from; one that is still being read is not waited for.

    Args:
        names: of the samples and files, by what the address calls them.
        go_to: opens another one.
    """

    def change() -> None:
        current_session().arrived = False
        go_to(str(widget_value(key)))

    set_widget_value(key, chosen)
    options: dict[str, Any] = {"required": True, "wrap": True, "label_visibility": "collapsed", "on_change": change}
    st.pills(label, list(names), format_func=lambda name: literal(names[name]), key=key, **options)


def upload_field(label: str, key: str, place: str, meaning: str, **options: Any) -> None:
    """Draw the field that takes files, and why the last ones were refused.

    Args:
        place: where a refusal is kept.
        options: of Streamlit's uploader.
    """

    def note_arrival() -> None:
        current_session().refusals.pop(place, None)
        current_session().arrived = bool(widget_value(key))

    most = MAX_BYTES // 1024**2
    st.file_uploader(label, key=key, on_change=note_arrival, max_upload_size=most, help=meaning, **options)
    if widget_value(key):
        show_refusal(place)


def upload_name(uploads: UploadStore, key: str) -> str:
    """Return the name of a stored upload; one that is gone keeps its key and fails when it is read."""
    try:
        return uploads.name(key)
    except RunNotFound:
        return "file"

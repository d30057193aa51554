"""The one door to Streamlit's session state."""

from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from lstm_viz.scenes.gradient_request import FlowRequest
from lstm_viz.scenes.step_request import StepRequest
from lstm_viz.tables import Reading

if TYPE_CHECKING:
    from lstm_viz.anatomy.costs import Speed, SpeedRequest


@dataclass
class Upload:
    """A file uploaded in this session: its key in the upload store, and its name."""

    key: str
    name: str


@dataclass
class Drawn:
    """What a tab remembers of one drawing pad."""

    ink: str = ""
    last_sent: str = ""  # when it sent its ink, and that ink
    text: str | None = None  # the drawing as it stands in the address; None while nothing is drawn
    # the newest texts that came from this pad; an address that still names an older one only lags behind
    sent_texts: tuple[str | None, ...] = (None,)
    last_requested: str | None = None  # the text that the address named last
    version: int = 0  # counts the drawings that did not come from the pad


@dataclass
class _AddressBar:
    """The address in the browser; one that lags behind may still report `superseded` parameters."""

    page: str = ""
    written: dict[str, str] = field(default_factory=dict)
    superseded: list[dict[str, str]] = field(default_factory=list)

    def write(self, parameters: dict[str, str]) -> None:
        """Write other parameters."""
        current = st.query_params.to_dict()
        if current != parameters:
            self.superseded.append(current)
            self.written = parameters
            st.query_params.from_dict(parameters)

    def synchronize(self) -> None:
        """Accept what the browser reports, or write again what it does not know yet."""
        reported = st.query_params.to_dict()
        if reported != self.written and reported in self.superseded:
            st.query_params.from_dict(self.written)
        else:
            self.written = reported
            self.superseded.clear()


@dataclass
class Session:
    """What one browser tab remembers beyond its address."""

    # uploads, runs, races, classifiers: files and keys opened in this session, newest last
    uploads: list[Upload] = field(default_factory=list)
    # how each source was last read without an error, by its name in the address
    good_readings: dict[str, Reading] = field(default_factory=dict)
    # what was chosen of reading and columns of a source when another was opened, by its name
    data_choices: dict[str, dict[str, str]] = field(default_factory=dict)
    arrived: bool = False  # whether a file has arrived on the open page and is still to be read
    # held while a file is read; `stored` has where each went, by Streamlit's names for them
    reading: Lock = field(default_factory=Lock)
    stored: dict[str, str] = field(default_factory=dict)
    moved: bool = False  # whether a training button was pressed in this session
    runs: list[str] = field(default_factory=list)
    races: list[str] = field(default_factory=list)
    classifiers: list[str] = field(default_factory=list)
    # names of the uploaded files with labels, by their name in the address
    labelled: dict[str, str] = field(default_factory=dict)
    speeds: dict["SpeedRequest", "tuple[Speed, ...]"] = field(default_factory=dict)
    # keys of runs deleted in this session, so that the browser forgets them
    forgotten: set[str] = field(default_factory=set)
    # whether the browser has sent the runs that it remembers; `keeps` whether it can remember any
    has_reported: bool = False
    pads: dict[str, Drawn] = field(default_factory=dict)
    keeps: bool = True
    opened: str = ""  # the run whose name was clicked last on the Runs page
    # why the last click did nothing, or the last file was refused, by the place where that is shown
    refusals: dict[str, str] = field(default_factory=dict)
    address_bar: _AddressBar = field(default_factory=_AddressBar)
    addresses: dict[str, dict[str, str]] = field(default_factory=dict)
    carried_parameters: dict[str, str] = field(default_factory=dict)
    is_new: bool = True
    # the stop of a tour whose question was just answered, from 0; the guess itself stays in the browser
    question: int | None = None
    page: str = ""
    has_entered: bool = False  # whether the page has just been opened, so that its parameters are still to be taken up
    # keys of the widgets filled since then; `drawn` are Streamlit's names of those last reported by the browser
    filled: set[str] = field(default_factory=set)
    drawn: frozenset[str] = frozenset()
    # good_step, good_flow: the last request of *Step the cell* and *Gradient flow* that could be shown
    good_step: StepRequest | None = None
    good_flow: FlowRequest | None = None


def current_session() -> Session:
    """Return this tab's session; the first call makes it."""
    if "session" not in st.session_state:
        st.session_state["session"] = Session()
    session: Session = st.session_state["session"]
    return session


def enter_page(page: str) -> None:
    """Note which page is open: a widget of the same key on another page is another widget, and starts empty."""
    session = current_session()
    if session.page != page:
        session.page, session.filled, session.has_entered, session.arrived = page, set(), True, False


def set_widget_value(key: str, value: object) -> None:
    """Set what a widget shows, before it is drawn, where it shows something else.

    A value that is set travels back to the browser, and would undo a click that is made while it is on its way. A slider
    whose range changes needs a key for each range, since it starts empty then.
    """
    filled = current_session().filled
    if key in filled and _is_drawn(key) and key in st.session_state and st.session_state[key] == value:
        return
    filled.add(key)
    st.session_state[key] = value


def _is_drawn(key: str) -> bool:
    """Return whether the browser's last request reported a widget.

    A rerun that follows another at once overtakes what that one sent. A widget that was filled there and not drawn would
    start with its first choice instead, and hand that back as if a person had chosen it.
    """
    context = get_script_run_ctx()
    if context is None:
        return False
    return context.session_state._state._key_id_mapper.get_id_from_key(key, "") in current_session().drawn


def was_filled(key: str) -> bool:
    """Return whether a widget was filled since the page was opened."""
    return key in current_session().filled


def widget_value(key: str) -> object:
    """Read what a widget holds; None where it is not drawn."""
    return st.session_state.get(key)

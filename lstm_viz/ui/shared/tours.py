"""The card of a tour, the cards on Home, and the film above them."""

from typing import Any

import streamlit as st

from lstm_viz.figures.theme import PALETTES
from lstm_viz.tours.tours import TOURS, Found, Stop, Tour, read_place, write_place
from lstm_viz.ui.shell.address import carried_parameters, pack, unpacked
from lstm_viz.ui.shell.components import mount, sent
from lstm_viz.ui.shell.markdown import small
from lstm_viz.ui.shell.navigation import all_pages
from lstm_viz.ui.shell.session import current_session
from lstm_viz.zoo.catalogue import load_film

CARD, PARAMETER = "tour", "tour"

# What stands last on a page can be scrolled above the card, and the card does not fade while the page behind it is drawn.
ROOM = """<style>
.stMainBlockContainer {padding-bottom: 30rem !important}
.st-key-tour-place, .st-key-tour-place * {opacity: 1 !important}
</style>"""

_mount_card = mount("tour", on_stage=False)
_mount_film = mount("learning_film")


def _current_stop() -> tuple[Tour, int] | None:
    """Return the current tour and its stop; None where the address names none that exists."""
    return read_place(carried_parameters().get(PARAMETER))


def follow_tour_link(url_path: str) -> None:
    """Open the page of a stop for a visitor whose link names only the stop."""
    session = current_session()
    was_new, session.is_new = session.is_new, False
    running = _current_stop()
    if not was_new or running is None or unpacked():
        return
    tour, place = running
    if not _is_here(tour.stops[place], url_path) or tour.stops[place].parameters:
        _open_stop(tour, place)


def _is_here(stop: Stop, url_path: str) -> bool:
    return all_pages()[stop.page].url_path == url_path


def _open_stop(tour: Tour, place: int) -> None:
    stop = tour.stops[place]
    own = current_session().addresses.get(stop.page, {}) if stop.parameters is None else stop.parameters
    parameters = {**own, **carried_parameters(), PARAMETER: write_place(tour, place)}
    st.switch_page(all_pages()[stop.page], query_params=parameters)


@st.fragment
def tour_panel(url_path: str) -> None:
    """Draw the card of the current tour, if there is one.

    A question is answered without redrawing the page, by the models as they are now. The guess stays in the browser.
    """
    session = current_session()
    running = _current_stop()
    if running is None:
        return
    tour, place = running
    question, session.question = session.question, None
    st.html(ROOM)

    def note_question() -> None:
        session.question = _trigger("ask")

    card = _card_of(tour, place, url_path, is_answered=question == place)
    with st.container(key="tour-place"):
        _mount_card(key=CARD, data=card, on_go_change=_go, on_ask_change=note_question)


def _card_of(tour: Tour, place: int, url_path: str, is_answered: bool) -> dict[str, Any]:
    stop = tour.stops[place]
    return {
        "key": tour.key,
        "title": tour.title,
        "at": place,
        "stops": [_values_of(stop) for stop in tour.stops],
        "here": _is_here(stop, url_path),
        "found": _answer_of(stop) if is_answered else None,
    }


def _values_of(stop: Stop) -> dict[str, Any]:
    question = stop.question
    return {
        "title": stop.title,
        "words": stop.words,
        "page": all_pages()[stop.page].title,
        "highlight": stop.highlight,
        "place": stop.place,
        "question": question and {"words": question.words, "choices": dict(question.choices)},
    }


def _answer_of(stop: Stop) -> dict[str, str] | None:
    """Run the model of a stop's question, and fill the sentence that says what it did."""
    if stop.question is None:
        return None
    from lstm_viz.tours.asking import ask  # torch, which the first page must not wait for

    found: Found = ask(stop.question.ask)
    return {"choice": found.choice, "words": stop.question.reveal.format(**found.numbers)}


def _go() -> None:
    """Go where a button of the card leads; a place before the first stop ends the tour."""
    place, running = _trigger("go"), _current_stop()
    if place is None or running is None:
        return
    tour, _ = running
    if 0 <= place < len(tour.stops):
        _open_stop(tour, place)
    else:
        pack(PARAMETER, None)


def _trigger(name: str) -> int | None:
    value = sent(CARD, name)
    return value if isinstance(value, int) else None


def tour_cards() -> None:
    """Offer the tours side by side."""
    st.subheader("Guided tours", anchor=False)
    card: dict[str, Any] = {"border": True, "height": "stretch", "vertical_alignment": "distribute"}
    for column, tour in zip(st.columns(len(TOURS), gap="medium"), TOURS.values(), strict=True):
        with column, st.container(key=f"tour-card-{tour.key}", **card):
            _tour_card(tour)


def _tour_card(tour: Tour) -> None:
    with st.container():
        st.markdown(f"**{tour.title}**")
        st.markdown(small(tour.promise))
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button("Start", icon=":material/play_arrow:", key=f"start-{tour.key}"):
            _open_stop(tour, 0)
        st.markdown(small(f"{len(tour.stops)} stops, {tour.minutes} minutes"))


def learning_film(film: dict[str, Any], key: str, height: int = 660) -> None:
    """Show a film from `home_film`, which plays once and can then be scrubbed; `height` is that of the figure, in pixels."""
    _mount_film(key=key, data={"film": film, "height": height, "palettes": PALETTES})


@st.cache_data(show_spinner=False)
def home_film() -> dict[str, Any]:
    """Read the film of Home once per server."""
    return load_film()

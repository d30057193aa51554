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


def _current_stop() -> tuple[Tour, int] | None:
    """Tell which tour runs and where it is; None while none runs, or the address names one that does not exist."""
    return read_place(carried_parameters().get(PARAMETER))


def follow_tour_link(url_path: str) -> None:
    """Open the page of a stop where somebody comes with a link that names nothing but the stop."""
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
    """Go to a stop: its page, at its address."""
    stop = tour.stops[place]
    own = current_session().addresses.get(stop.page, {}) if stop.parameters is None else stop.parameters
    st.switch_page(
        all_pages()[stop.page], query_params={**own, **carried_parameters(), PARAMETER: write_place(tour, place)}
    )


def _start_tour(key: str) -> None:
    _open_stop(TOURS[key], 0)


@st.fragment
def tour_panel(url_path: str) -> None:
    """Draw the card of the tour that runs; nothing where none does.

    A question is answered without drawing the page anew, and by the models as they are now. What the visitor guessed stays
    in the browser.
    """
    session = current_session()
    running = _current_stop()
    if running is None:
        return
    tour, place = running
    asked, session.asked = session.asked, None
    st.html(ROOM)
    with st.container(key="tour-place"):
        _mount_card(
            key=CARD, data=_card_of(tour, place, url_path, asked), on_go_change=go, on_ask_change=_note_question
        )


def _card_of(tour: Tour, place: int, url_path: str, asked: int | None) -> dict[str, Any]:
    stop = tour.stops[place]
    found = _answer_of(stop) if asked == place else None
    return {
        "key": tour.key,
        "title": tour.title,
        "at": place,
        "stops": [_values_of(stop) for stop in tour.stops],
        "here": _is_here(stop, url_path),
        "found": found,
    }


def _values_of(stop: Stop) -> dict[str, Any]:
    """Give a stop as plain values; of its question what is asked and what can be guessed."""
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
    """Run the model of a stop's question, and fill the sentence that tells what it did."""
    if stop.question is None:
        return None
    from lstm_viz.tours.asking import ask  # torch, which the first page must not wait for

    found: Found = ask(stop.question.ask)
    return {"choice": found.choice, "words": stop.question.reveal.format(**found.numbers)}


def go() -> None:
    """Go where a button of the card leads; a place before the first stop ends the tour."""
    place, running = _trigger("go"), _current_stop()
    if place is None or running is None:
        return
    tour, _ = running
    if 0 <= place < len(tour.stops):
        _open_stop(tour, place)
    else:
        pack(PARAMETER, None)


def _note_question() -> None:
    current_session().asked = _trigger("ask")


def _trigger(name: str) -> int | None:
    """Read the number that the card sent; None where it sent none."""
    value = sent(CARD, name)
    return value if isinstance(value, int) else None


def tour_cards() -> None:
    """Offer the tours side by side."""
    st.subheader("Guided tours", anchor=False)
    for column, tour in zip(st.columns(len(TOURS), gap="medium"), TOURS.values(), strict=True):
        with (
            column,
            st.container(border=True, height="stretch", vertical_alignment="distribute", key=f"tour-card-{tour.key}"),
        ):
            _tour_card(tour)


def _tour_card(tour: Tour) -> None:
    with st.container():
        st.markdown(f"**{tour.title}**")
        st.markdown(small(tour.promise))
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button("Start", icon=":material/play_arrow:", key=f"start-{tour.key}"):
            _start_tour(tour.key)
        st.markdown(small(f"{len(tour.stops)} stops, {tour.minutes} minutes"))


_mount_film = mount("learning_film")


def learning_film(film: dict[str, Any], key: str, height: int = 660) -> None:
    """Show a film that plays once by itself and can then be scrubbed; nothing comes back to Python.

    A visitor who asked for less motion sees the last frame. Slider, arrow keys, Home, End and space move through the
    film; colours follow the browser's theme.

    Args:
        film: from `home_film`.
        key: tells films on one page apart.
        height: of the whole figure, in pixels.
    """
    _mount_film(key=key, data={"film": film, "height": height, "palettes": PALETTES})


@st.cache_data(show_spinner=False)
def home_film() -> dict[str, Any]:
    """Read the film of Home once per server."""
    return load_film()

"""Requests that follow each other closely: each is taken up as the visitor meant it."""

from urllib.parse import parse_qs, urlencode

from tests.browser.forecast_page import LONG
from tests.browser.session import session_on

AIRLINE, NILE = {"source": "Airline passengers"}, {"source": "Nile"}


def test_a_timer_brings_no_choice_and_takes_none_back(server):
    with session_on(server.url) as session:
        session.visit("forecast", urlencode(LONG))
        session.ask(urlencode(LONG), {**AIRLINE, "train": True})
        while not session.fragment:
            session.listen()
        session.finish()
        run = session.query
        session.ask(run, NILE, session.fragment)  # the values of a click that is about to be sent
        session.ask(run, NILE)
        session.ask(run, AIRLINE, session.fragment)  # sent before the browser heard of the other series
        while "data=" not in session.query:
            session.listen()
        session.settle()
        assert session.query == "data=nile"


def test_an_address_that_the_browser_has_not_heard_of_yet_is_not_taken_back(server):
    with session_on(server.url) as session:
        session.visit("forecast", "hidden_size=7")
        session.ask("hidden_size=7", NILE)
        session.finish()
        session.ask("hidden_size=7", {**NILE, "projector": True})
        session.finish()
        assert parse_qs(session.query) == {"data": ["nile"], "hidden_size": ["7"], "projector": ["1"]}
        session.ask("hidden_size=7", {**AIRLINE, "projector": False}, back=True)
        session.finish()
        session.ask("hidden_size=7", AIRLINE)
        session.finish()
        assert "nile" not in session.query, "the browser's Back is no lag"


def test_a_click_is_not_cut_off_by_the_next_one(server):
    for _ in range(12):
        with session_on(server.url) as session:
            session.visit("forecast")
            session.ask("", NILE)
            session.ask("", {**NILE, "projector": True})
            while "projector" not in session.query:
                session.listen()
            session.finish()
            assert parse_qs(session.query) == {"data": ["nile"], "projector": ["1"]}

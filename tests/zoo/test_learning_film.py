"""The film can be mounted on a page, twice, and speaks the project's palette."""

import re

import pytest
from streamlit.testing.v1 import AppTest

from lstm_viz.figures.theme import PALETTES
from lstm_viz.paths import ASSETS
from tests.runs.waiting import HANGS

CSS = (ASSETS / "learning_film" / "learning_film.css").read_text()


def two_films():
    from lstm_viz.ui.shared.tours import learning_film
    from lstm_viz.zoo.catalogue import load_film

    learning_film(load_film(), key="first")
    learning_film(load_film(), key="second", height=500)


@pytest.mark.slow
def test_two_films_live_on_one_page():
    page = AppTest.from_function(two_films, default_timeout=HANGS).run()
    assert not page.exception
    assert len(page.get("bidi_component")) == 2


def test_every_film_colour_is_in_the_palette_of_both_modes():
    used = set(re.findall(r"var\(--(?!st-|picture)([a-z]+)\)", CSS))
    assert used
    assert used <= PALETTES["light"].keys() & PALETTES["dark"].keys()

"""What belongs to no page goes along from page to page; everything else stays where it was."""

import pytest
from streamlit.testing.v1 import AppTest

from lstm_viz.paths import ROOT
from lstm_viz.tours.tours import TOURS
from tests.pages.conftest import ROUTER
from tests.runs.waiting import HANGS

pytestmark = pytest.mark.slow


def parameters(app):
    return {name: value[0] if isinstance(value, list) else value for name, value in app.query_params.items()}


def turn_to(app, page):
    """Click on a page in the navigation, which drops all parameters."""
    app.query_params.clear()
    return app.switch_page(str(ROOT / "pages" / f"{page}.py")).run()


@pytest.mark.parametrize("path", sorted((ROOT / "pages").glob("*.py")), ids=lambda path: path.stem)
def test_every_page_opens_an_address_so_that_luggage_arrives(path):
    assert "Address(" in path.read_text(encoding="utf-8")


def test_tour_and_projector_go_along_and_each_page_keeps_its_own(open_page):
    app = open_page("forecast", data="nile", tour="forecast.3", projector="1")
    carried_parameters = {"tour": "forecast.3", "projector": "1"}
    turn_to(app, "step_the_cell")
    assert parameters(app) == carried_parameters
    turn_to(app, "forecast")
    assert parameters(app) == {"data": "nile", **carried_parameters}
    assert not app.exception


def test_a_choice_that_takes_all_other_parameters_away_leaves_the_luggage(open_page):
    app = open_page("forecast", data="nile", horizon="4", projector="1")
    app.get_by_key("source").set_value("sunspots").run()
    assert parameters(app)["projector"] == "1"
    assert parameters(app)["data"] == "sunspots"


def test_projector_mode_is_turned_on_and_off(open_page):
    app = open_page("home")
    app.toggle(key="projector").set_value(True).run()
    assert parameters(app) == {"projector": "1"}
    turn_to(app, "gradient_flow")
    assert app.toggle(key="projector").value is True
    app.toggle(key="projector").set_value(False).run()
    assert parameters(app) == {}
    turn_to(app, "home")
    assert parameters(app) == {}
    assert app.toggle(key="projector").value is False


@pytest.mark.parametrize("key", TOURS)
def test_home_starts_every_tour(open_page, key):
    app = open_page("home")
    app.button(key=f"start-{key}").click().run()
    assert not app.exception
    assert parameters(app) == {**TOURS[key].stops[0].parameters, "tour": f"{key}.1"}


def test_a_link_that_names_only_a_stop_opens_what_the_stop_shows():
    app = AppTest.from_file(ROUTER, default_timeout=HANGS)
    app.query_params["tour"] = "forget.5"
    app.run()
    assert not app.exception
    assert parameters(app) == {**TOURS["forget"].stops[4].parameters, "tour": "forget.5"}


@pytest.mark.parametrize("place", ["gates.99", "nothing.1", "<b>", ""])
def test_an_address_that_names_no_tour_shows_its_page(open_page, place):
    app = open_page("step_the_cell", tour=place, source="recall")
    assert not app.exception
    assert app.selectbox(key="step-source").value == "recall"

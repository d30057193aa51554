"""Pictures of the main states, to be looked at: light and dark, on a projector, a laptop and a phone."""

import io
import os
import re

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.classify_page import QUICK, ClassifyPage
from tests.browser.forecast_page import SMALL, ForecastPage
from tests.browser.gates_page import GatesPage
from tests.browser.gradient_page import GradientPage
from tests.browser.race_page import RacePage
from tests.browser.step_page import StepPage

CUT = """[...document.querySelectorAll("[data-testid=stPageLink-NavLink] p")]
  .filter(words => words.scrollWidth > words.clientWidth + 1).map(words => words.innerText)"""
LOOKS = [(400, "dark")]  # where words are cut and pages too wide
# as much to lay out, less to train
RUN, RACE, CLASSIFIER = {"members": 1, "epochs": 20}, {"length": 10, "updates": 100}, QUICK
if os.environ.get("ALL_LOOKS"):  # `make screenshots`
    LOOKS += [(1440, "light"), (1440, "dark"), (1024, "light")]
    RUN, RACE, CLASSIFIER = {}, {"length": 30, "updates": 400}, {}  # what everybody gets; a race the plain cell loses


@pytest.fixture(scope="module")
def finished(browser, server):
    """The address of a run that ended."""
    forecast = ForecastPage(browser.new_context().new_page(), server)
    forecast.open(**RUN)
    forecast.train()
    forecast.finish()
    yield f"{server.url}/forecast?run={forecast.run}"
    forecast.page.context.close()


@pytest.fixture(scope="module")
def finished_race(browser, server):
    """The key of a race that ended."""
    race = RacePage(browser.new_context().new_page(), server).open(**RACE)
    race.button("Start race").click()
    race.finish(RACE["updates"])
    yield race.race
    race.page.context.close()


@pytest.fixture(scope="module")
def classifier(browser, server):
    """The address of a classifier that was trained."""
    classify = ClassifyPage(browser.new_context().new_page(), server).open(**CLASSIFIER)
    classify.train()
    yield classify.page.url
    classify.page.context.close()


@pytest.fixture(params=LOOKS, ids=lambda p: f"{p[0]}-{p[1]}")
def look(request, browser, screenshots):
    """A page of some width and mode, and a way to keep its picture."""
    width, mode = request.param
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=mode)
    page = context.new_page()

    def shoot(state):
        page.wait_for_timeout(700)
        overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        page.screenshot(path=screenshots / f"{state}-{width}-{mode}.png", full_page=True)
        assert overflow <= 0, f"{state} is {overflow} px wider than {width}"
        assert page.evaluate(CUT) == [], "words of links are cut"

    yield page, shoot
    context.close()


def full_height(page):
    """Make the window as tall as the page, since Streamlit scrolls inside it."""
    height = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
    page.set_viewport_size({"width": page.viewport_size["width"], "height": int(height) + 20})


def test_screenshots_of_home(look, server):
    page, shoot = look
    page.goto(server.url)
    expect(page.get_by_text(re.compile("^Epoch 80 of 80"))).to_be_visible()
    full_height(page)
    shoot("home")


def test_screenshots_of_a_series_with_all_settings(look, server):
    page, shoot = look
    forecast = ForecastPage(page, server).open(data="mauna_loa_co2")
    page.get_by_text("More settings").click()
    expect(page.get_by_role("spinbutton", name="Seed")).to_be_visible()
    expect(forecast.train_button).to_be_visible()
    full_height(page)
    shoot("series")


def test_screenshots_of_training(look, server):
    page, shoot = look
    forecast = ForecastPage(page, server).open(data="sunspots", epochs=5000, **SMALL)
    forecast.train()
    forecast.wait_for_epoch(12)
    full_height(page)
    shoot("training")
    forecast.stop_button.click()
    forecast.finish()


def test_screenshots_of_a_forecast(look, finished):
    page, shoot = look
    page.goto(finished)
    expect(page.get_by_role("button", name="Train further")).to_be_visible()
    full_height(page)
    shoot("forecast")


def test_screenshots_of_what_was_refused(look, server):
    page, shoot = look
    forecast = ForecastPage(page, server).open(data="nile", horizon=90)
    forecast.upload("constant.csv", b"day,price\n" + b"".join(b"2024-01-%02d,5\n" % day for day in range(1, 29)))
    expect(page.get_by_role("alert")).to_have_count(1)
    full_height(page)
    shoot("refused")


def test_screenshots_of_a_stepped_cell(look, server):
    page, shoot = look
    StepPage(page, server).open("#step=11", source="counting")
    full_height(page)
    shoot("step")


def test_screenshots_of_three_lanes_with_a_change(look, server):
    page, shoot = look
    change = "lstm.forget_gate.*@6-=0"
    StepPage(page, server).open("#step=8&phase=forget", source="recall", cells="lstm-gru-rnn", what_if=change)
    full_height(page)
    shoot("lanes")


def test_screenshots_of_a_gradient(look, server):
    page, shoot = look
    GradientPage(page, server).open("#step=60&lane=lstm")
    page.set_viewport_size({"width": page.viewport_size["width"], "height": 1160})
    shoot("flow-first")
    full_height(page)
    shoot("flow")


def test_screenshots_of_the_gates_over_time(look, server):
    page, shoot = look
    GatesPage(page, server).open(source="agreement")
    full_height(page)
    shoot("gates")


def test_screenshots_of_a_finished_race(look, server, finished_race):
    page, shoot = look
    race = RacePage(page, server).open(race=finished_race)
    expect(race.standing("Finished after update")).to_be_visible()
    full_height(page)
    shoot("race")


def test_screenshots_of_a_classifier(look, server, classifier):
    page, shoot = look
    page.goto(classifier)
    expect(ClassifyPage(page, server).belief).to_be_visible()
    page.set_viewport_size({"width": page.viewport_size["width"], "height": 1160})
    shoot("classify-first")
    full_height(page)
    shoot("classify")


def test_screenshots_of_the_anatomy(look, server):
    page, shoot = look
    page.goto(f"{server.url}/anatomy")
    expect(page.get_by_role("heading").first).to_be_visible()
    page.wait_for_load_state("networkidle")
    full_height(page)
    shoot("anatomy")


@pytest.mark.skipif(not os.environ.get("ALL_LOOKS"), reason="the picture in README, which people look at")
def test_moving_picture_of_a_stepped_cell(browser, server, screenshots):
    """From before the X to where the unit counts down what is still owed."""
    page = browser.new_context(viewport={"width": 1200, "height": 820}, color_scheme="light").new_page()
    step = StepPage(page, server).open("#step=8&unit=9", source="counting")
    frames = []
    for number in range(8, 21):
        step.expect_step(number)
        page.wait_for_timeout(500)  # what moves has come to rest
        frames.append(Image.open(io.BytesIO(page.screenshot())).convert("RGB"))
        step.ribbon.press("ArrowRight")
    frames[0].save(screenshots / "step.webp", save_all=True, append_images=frames[1:], duration=450, loop=0, quality=70)
    page.context.close()

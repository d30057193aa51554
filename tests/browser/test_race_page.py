"""A race in a real browser: started, paused, left, found again, ended."""

import re

import pytest
from playwright.sync_api import expect

from lstm_viz.figures.theme import DARK
from tests.browser.accessible import expect_nothing_serious
from tests.browser.race_page import RacePage

SMALL = {"length": 8, "hidden_size": 8, "batch_size": 16, "updates": 900, "learning_rate": 0.0001}
TINY = {**SMALL, "updates": 30}


@pytest.fixture
def race_page(page, server):
    return RacePage(page, server)


def test_a_race_is_started_paused_left_resumed_and_seen_by_others(race_page, browser, server):
    page, earlier = race_page.page, len(list(server.data.glob("races/*/race.json")))
    race_page.open(**SMALL)
    race_page.button("Start race").dblclick()
    race_page.wait_for_points(2)
    before = race_page.points()
    race_page.wait_for_points(max(before.values()) + 2)
    race_page.button("Pause").click()
    expect(race_page.standing("Paused at update")).to_be_visible()
    told, key = race_page.standing("Paused at update").inner_text(), race_page.race
    assert len(list(server.data.glob("races/*/race.json"))) == earlier + 1, (
        "the second click of a double click starts nothing"
    )

    page.get_by_role("link", name="Home").first.click()
    expect(page.get_by_text("Watch an LSTM learn").first).to_be_visible()
    page.get_by_role("link", name="Memory race").first.click()
    expect(race_page.standing(told)).to_be_visible()
    assert race_page.race == key
    race_page.wait_for_points(1)
    paused = race_page.points()

    other = RacePage(browser.new_context().new_page(), server).open(race=key)
    expect(other.standing(told)).to_be_visible()
    expect(other.page.get_by_role("spinbutton", name="Hidden units")).to_have_value("8")

    race_page.button("Resume").click()
    race_page.wait_for_points(max(paused.values()) + 1)
    expect(other.standing(told)).to_be_visible()
    race_page.finish(900)
    race_page.wait_for_points(90)
    assert set(race_page.points().values()) == {90}
    expect(page.get_by_text("Not solved within 900 updates")).to_have_count(3)
    expect(page.get_by_text("How the reach of the gradient changed during training")).to_be_visible()
    page.reload()
    expect(race_page.standing("Finished after update 900")).to_be_visible()
    other.page.reload()
    expect(other.standing("Finished after update 900")).to_be_visible()
    other.page.context.close()


def test_steps_settings_and_the_way_back_to_an_earlier_race(race_page):
    page = race_page.page
    race_page.open(**TINY)
    race_page.button("One step").click()
    expect(race_page.standing("Paused at update 10 of 30")).to_be_visible()
    first = race_page.race
    race_page.button("One step").click()
    expect(race_page.standing("Paused at update 20 of 30")).to_be_visible()
    seed = page.get_by_role("spinbutton", name="Seed")
    seed.fill("5")
    seed.press("Enter")
    expect(page.get_by_text("You changed settings since this race")).to_be_visible()
    expect(race_page.standing("Paused at update 20 of 30")).to_be_visible()
    race_page.button("Start race").click()
    race_page.finish(30)
    assert race_page.race != first
    page.get_by_role("button", name="Open race 1").click()
    expect(race_page.standing("Paused at update 20 of 30")).to_be_visible()
    expect(seed).to_have_value("0")
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="repeat").first.click()
    expect(opened.value.get_by_role("spinbutton", name="Seed")).to_have_value("5")
    expect(opened.value).to_have_url(re.compile("length=8.*hidden_size=8.*seed=5"))


def test_axe_finds_nothing_serious_and_a_phone_needs_no_sideways_scrolling(race_page):
    page = race_page.page
    race_page.open(**TINY, task="recall")
    race_page.button("Start race").click()
    race_page.finish(30)
    expect_nothing_serious(page)
    page.emulate_media(color_scheme="dark")
    page.goto(
        f"{page.url}&length=9999"
    )  # so that the primary button rests: its dark colour is the theme's, too pale for axe
    expect(page.get_by_text("must lie between")).to_be_visible()
    race_page.wait_for_colour(DARK.lstm)
    expect_nothing_serious(page)
    page.set_viewport_size({"width": 400, "height": 800})
    main = page.get_by_test_id("stMain")
    assert main.evaluate("main => main.scrollWidth - main.clientWidth") <= 0

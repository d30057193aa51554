"""Gradients in a real browser."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from lstm_viz.figures.theme import DARK, LIGHT
from lstm_viz.scenes.gradient_measures import measure
from lstm_viz.scenes.gradient_request import FlowRequest
from lstm_viz.scenes.gradient_subjects import cells_of, contestant
from tests.browser.accessible import expect_nothing_serious
from tests.browser.address import expect_place
from tests.browser.gradient_page import GradientPage
from tests.browser.traffic import Traffic


@pytest.fixture
def gradient_page(page, server):
    return GradientPage(page, server)


def expected_at(request, step):
    """Medians over seeds at a step, in the order of the readout."""
    found = []
    for cell in cells_of(request):
        measured = measure(contestant(request, cell).frames[-1][1])
        norms = [measured.hidden] if measured.cell is None else [measured.cell, measured.hidden]
        found += [10 ** np.median(norm[:, step]) for norm in norms]
    return found


def test_the_readout_is_what_python_computes_at_every_end(gradient_page):
    request = FlowRequest(length=40, hidden_size=8, seeds=3, forget_bias=2.0)
    gradient_page.open("#view=size", length=40, hidden_size=8, seeds=3, forget_bias=2.0)
    for key, step in (("Home", 0), ("ArrowRight", 1), ("End", 39), ("ArrowLeft", 38)):
        gradient_page.page.keyboard.press(key)
        gradient_page.expect_step(step + 1)
        np.testing.assert_allclose(gradient_page.readout(), expected_at(request, step), rtol=0.06)


def test_looking_around_asks_the_server_nothing(gradient_page):
    traffic = Traffic(gradient_page.page)
    gradient_page.open(source="recall")
    traffic.settle()
    before = traffic.sent
    for key in ("Home", "ArrowRight", "End"):
        gradient_page.page.keyboard.press(key)
    gradient_page.card("RNN").click()
    expect(gradient_page.page.get_by_role("heading", name="Inside the RNN")).to_be_visible()
    gradient_page.state.focus()
    trained = gradient_page.card("LSTM").inner_text()
    gradient_page.page.keyboard.press("Home")
    expect(gradient_page.root).to_have_attribute("data-frame", "1")
    expect(gradient_page.page.locator(".training .epochs")).to_contain_text("LSTM epoch 0")
    assert gradient_page.card("LSTM").inner_text() != trained
    traffic.expect_silence_since(before)


def test_the_forget_bias_mends_the_lstm_by_keyboard_alone_and_back_undoes_it(gradient_page):
    gradient_page.open()
    expect(gradient_page.lesson).to_contain_text("The LSTM vanishes too")
    slider = gradient_page.page.get_by_role("slider", name="Forget bias")
    slider.focus()
    gradient_page.page.keyboard.press("End")
    expect(gradient_page.card("LSTM")).not_to_have_attribute("data-verdict", "vanishes")
    expect(gradient_page.card("RNN")).to_have_attribute("data-verdict", "vanishes")
    expect(gradient_page.page).to_have_url(re.compile("forget_bias=5"))
    gradient_page.page.go_back()
    expect(gradient_page.card("LSTM")).to_have_attribute("data-verdict", "vanishes")
    expect(gradient_page.page).not_to_have_url(re.compile("forget_bias"))


def test_the_address_leads_to_the_same_place_in_another_browser(gradient_page, browser, server):
    gradient_page.open(source="recall")
    gradient_page.card("GRU").click()
    gradient_page.page.keyboard.press("Home")
    trained = gradient_page.root.get_attribute("data-frame")
    gradient_page.state.focus()
    gradient_page.page.keyboard.press("ArrowLeft")
    expect(gradient_page.root).not_to_have_attribute("data-frame", trained)
    expect_place(gradient_page.page, lane="gru", frame=gradient_page.root.get_attribute("data-frame"))
    other = GradientPage(browser.new_context(viewport={"width": 1440, "height": 900}).new_page(), server)
    other.page.goto(gradient_page.page.url)
    other.ready()
    expect(other.page.get_by_role("heading", name="Inside the GRU")).to_be_visible()
    for name in ("data-frame", "data-step", "data-drawn"):
        expect(other.root).to_have_attribute(name, gradient_page.root.get_attribute(name))
    other.page.context.close()


def test_an_overflow_and_a_refusal_are_told_and_nothing_is_blank(gradient_page):
    gradient_page.open(length=300, activation="relu", spectral_radius=60, seeds=1)
    expect(gradient_page.card("RNN")).to_have_attribute("data-verdict", "overflows")
    expect(gradient_page.card("RNN")).to_contain_text("hidden state leaves the range")
    version = gradient_page.version()
    field = gradient_page.page.get_by_role("button", name="More settings").or_(
        gradient_page.page.get_by_text("More settings")
    )
    field.first.click()
    radius = gradient_page.page.get_by_role("spinbutton", name="Spectral radius")
    radius.fill("2")
    radius.press("Enter")
    expect(gradient_page.root).not_to_have_attribute("data-drawn", version)


def test_axe_finds_nothing_serious_in_light_and_dark_and_a_phone_needs_no_sideways_scrolling(gradient_page):
    gradient_page.open(source="recall")
    for mode, palette in (("light", LIGHT), ("dark", DARK)):
        gradient_page.page.emulate_media(color_scheme=mode)
        expect(gradient_page.root).to_have_css("--paper", palette.paper)
        expect_nothing_serious(gradient_page.page)
    gradient_page.page.set_viewport_size({"width": 400, "height": 800})
    main = gradient_page.page.get_by_test_id("stMain")
    assert main.evaluate("main => main.scrollWidth - main.clientWidth") <= 0

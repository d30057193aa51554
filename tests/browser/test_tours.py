"""Guided tours and projector mode, in a real browser."""

import re

from playwright.sync_api import expect

from lstm_viz.tours.asking import ask
from lstm_viz.tours.tours import TOURS
from tests.browser.accessible import expect_nothing_serious
from tests.browser.address import expect_place
from tests.browser.step_page import StepPage
from tests.browser.tour_card import TourCard

GATES = TOURS["gates"]


def test_a_tour_is_walked_from_home_to_its_end_by_keyboard_alone(page, server):
    card = TourCard(page)
    page.goto(server.url)
    expect(page.get_by_role("button", name="Start").first).to_be_visible()
    page.evaluate("window.sameDocument = true")
    card.tab_to("st-key-start-gates")
    page.keyboard.press("Enter")
    for number in range(1, len(GATES.stops) + 1):
        stop = card.expect_stop(GATES, number)
        card.expect_ring_on(stop.highlight)
        if stop.page == "step":
            expect_place(page, step=stop.place.split("&")[0].removeprefix("step="))
        if number == 2:
            page.keyboard.press("PageUp")
            card.expect_stop(GATES, 1)
            page.keyboard.press("PageDown")
            card.expect_stop(GATES, 2)
            expect_nothing_serious(page)
        page.keyboard.press("Enter" if number % 2 else "PageDown")
        if number == len(GATES.stops):
            card.button("Finish").press("Enter")
    expect(card.root).to_have_count(0)
    expect(page).not_to_have_url(re.compile("tour="))
    assert page.evaluate("window.sameDocument"), "no page was loaded anew"


def test_a_stop_outlives_reload_and_other_pages_and_opens_elsewhere_by_its_address(page, server, browser):
    card, step = TourCard(page), StepPage(page, server)
    page.goto(f"{server.url}/?tour=gates.4")
    stop = card.expect_stop(GATES, 4)
    card.expect_ring_on(stop.highlight)
    page.keyboard.press("ArrowRight")  # the card's button has the focus: the diagram hears it all the same
    step.expect_step(11)
    expect_place(page, step=11)
    page.reload()
    card.expect_stop(GATES, 4)
    card.expect_ring_on(stop.highlight)
    step.expect_step(11)
    other = browser.new_context(viewport={"width": 400, "height": 850}).new_page()
    other.goto(page.url)
    TourCard(other).expect_stop(GATES, 4)
    TourCard(other).expect_ring_on(stop.highlight)
    expect_nothing_serious(other)
    other.context.close()

    page.get_by_role("textbox", name="What it reads").press("PageDown")
    page.get_by_role("link", name="Gradient flow").click()
    expect(card.root.get_by_text("This stop is on the page “Step the cell”.")).to_be_visible()
    expect(card.ring).to_be_hidden()
    card.expect_stop(GATES, 4)
    card.button("Take me there").click()
    card.expect_ring_on(stop.highlight)
    page.locator("body").press("Escape")
    expect(card.root).to_have_count(0)
    expect(page).not_to_have_url(re.compile("tour="))


def test_a_tour_begins_at_its_place_however_late_its_card_comes(page, server):
    page.add_init_script(
        "const later = setTimeout; setTimeout = (f, ms, ...a) => (ms === 250 ? f() : later(f, ms, ...a))"
    )
    page.goto(server.url)
    page.locator(
        ".st-key-start-gates button"
    ).click()  # the picture writes its own place at once, before the card is there
    TourCard(page).expect_stop(GATES, 1)
    expect_place(page, step=1)


def test_a_guess_comes_first_and_the_model_says_how_it_is(page, server):
    card = TourCard(page)
    for number, right in ((4, False), (6, True)):
        page.goto(f"{server.url}/?tour=gates.{number}")
        question = card.expect_stop(GATES, number).question
        expect(card.answer).to_have_text("Guess first; then the model is asked.")
        found = ask(question.ask)
        guess = next(words for name, words in question.choices.items() if (name == found.choice) is right)
        expect(page).to_have_url(re.compile("step_the_cell.*cells=lstm"))
        before = page.url.split("#")[0]
        card.button(guess).press("Enter")
        expect(card.answer).to_contain_text(question.reveal.format(**found.numbers))
        expect(card.answer).to_contain_text("Just as you said." if right else "The model says:")
        expect(card.button(guess)).to_have_attribute("aria-pressed", "true")
        assert page.url.split("#")[0] == before, "no guess is written down"
    expect_nothing_serious(page)


def test_projector_mode_is_turned_on_by_keyboard_and_stays(page, server):
    page.set_viewport_size({"width": 1280, "height": 720})
    step = StepPage(page, server).open(source="counting")
    toggle = page.get_by_role("switch", name="Projector")
    size = "parseFloat(getComputedStyle(document.documentElement).fontSize)"
    before = page.evaluate(size)
    toggle.press(" ")
    expect(page).to_have_url(re.compile(r"source=counting.*projector=1"))
    page.wait_for_function(f"{size} === {1.25 * before}")
    page.locator(".chip").nth(4).click()
    step.expect_step(5)
    box = page.locator(".story .picture").bounding_box()
    page.locator(".story .picture").click(position={"x": box["width"] - 4, "y": 20})
    step.expect_step(25)
    page.get_by_role("link", name="Gradient flow").click()
    expect(page.get_by_role("heading", name="How far back does the loss reach?")).to_be_visible()
    expect(page).to_have_url(re.compile(r"gradient_flow\?projector=1"))
    expect(toggle).to_be_checked()
    expect_nothing_serious(page)
    page.reload()
    expect(toggle).to_be_checked()
    toggle.press(" ")
    expect(page).not_to_have_url(re.compile("projector"))
    page.wait_for_function(f"{size} === {before}")

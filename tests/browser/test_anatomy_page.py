"""The worked example and the list of claims in a real browser."""

import re
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from lstm_viz.figures.theme import DARK, LIGHT
from lstm_viz.lessons.misconceptions import BY_KEY
from lstm_viz.lessons.worked_example import (
    CLASSIC_ROWS,
    CLASSIC_X,
    Example,
    amounts,
    work_out,
    write_pre,
    write_rounded,
)
from tests.browser.accessible import expect_nothing_serious
from tests.browser.address import expect_place
from tests.browser.anatomy_page import AnatomyPage


@pytest.fixture
def anatomy(page, server):
    return AnatomyPage(page, server)


def test_a_number_typed_over_changes_every_product_and_a_wrong_one_is_told_beside_it(anatomy):
    anatomy.open()
    weight = anatomy.field("weight of x, number 3")
    weight.fill("−2,5")
    weight.press("Enter")
    row = (*CLASSIC_ROWS["forget_gate"][0][:5], Decimal("-2.5"), Decimal(1))
    worked = work_out(Example().with_row("forget_gate", 0, row))
    expect(anatomy.products).to_have_text(list(amounts(worked, "forget_gate", 0)))
    expect(anatomy.root.locator(".total b")).to_have_text(write_pre(worked, "forget_gate", 0))
    kept = write_rounded(worked.value("cell_state", 0))
    expect(anatomy.number("Cell state of unit 1")).to_have_text(kept)
    expect(anatomy.page).to_have_url(re.compile(r"f1=0\.5%2C0\.1%2C-0\.4%2C0\.3%2C-0\.2%2C-2\.5%2C1"))

    x = anatomy.field("input x, number 1")
    x.fill("<b>x")
    x.press("Tab")
    told = anatomy.root.get_by_role("alert").filter(has_text=f"Until then {CLASSIC_X[0]} is used")
    expect(told).to_contain_text("“<b>x” is no number")
    expect(x).to_have_value("<b>x")
    expect(x).to_have_attribute("aria-invalid", "true")
    x.fill("0.9")
    x.press("ArrowUp")
    expect(x).to_have_value("1")
    expect(told).to_have_count(0)
    anatomy.root.get_by_role("button", name="The classic numbers again").click()
    expect(anatomy.products).to_have_text(list(amounts(work_out(Example()), "forget_gate", 0)))
    expect(anatomy.page).not_to_have_url(re.compile("f1="))


def test_it_is_stepped_by_keyboard_claims_open_and_axe_is_content(anatomy):
    anatomy.open()
    keyboard = anatomy.page.keyboard
    anatomy.root.get_by_role("button", name="Next ›").focus()
    keyboard.press("Enter")
    expect(anatomy.sentence).to_contain_text("stand behind each other")
    expect(anatomy.products.first).to_be_hidden()
    keyboard.press("ArrowRight")
    expect(anatomy.products.first).to_be_visible()
    expect(anatomy.root.locator(".total")).to_be_hidden()
    keyboard.press("ArrowRight")
    expect(anatomy.sentence).to_contain_text("= 1.47.")
    for _ in range(4):
        keyboard.press("ArrowRight")
    expect(anatomy.sentence).to_contain_text("0.2178 in unit 1")
    expect_place(anatomy.page, hand=r"forget_gate\.1\.hidden")
    anatomy.number("Candidate of unit 2").focus()
    keyboard.press("Enter")
    expect(anatomy.root.get_by_role("heading", name="Candidate, unit 2")).to_be_visible()
    expect_place(anatomy.page, hand=r"candidate\.2\.hidden")

    look_at_both(anatomy)

    anatomy.part("Misconceptions").click()
    anatomy.claim("c_n is the value").focus()
    keyboard.press("Enter")
    expect(anatomy.page.locator(".first")).to_have_text(BY_KEY["c_n"].measure(0).figures[0].text)
    expect(anatomy.page).to_have_url(re.compile("myth=c_n"))
    anatomy.root = anatomy.page.locator(".myths")
    look_at_both(anatomy)


def look_at_both(anatomy):
    """In light and dark axe finds nothing, and nothing is wider than a phone."""
    anatomy.page.mouse.move(0, 400)
    for mode, palette in (("light", LIGHT), ("dark", DARK)):
        anatomy.page.emulate_media(color_scheme=mode)
        expect(anatomy.root).to_have_css("--paper", palette.paper)
        expect_nothing_serious(anatomy.page)
    width = anatomy.page.viewport_size["width"]
    anatomy.page.set_viewport_size({"width": 400, "height": 800})
    main = anatomy.page.get_by_test_id("stMain")
    assert main.evaluate("main => main.scrollWidth - main.clientWidth") <= 0
    anatomy.page.set_viewport_size({"width": width, "height": 900})


def test_bars_stand_beside_their_lines_also_in_projector_mode(anatomy):
    for parameters in ({}, {"projector": 1}):
        anatomy.open(**parameters)
        middles = anatomy.root.evaluate("""root => {
            const middle = one => { const { top, height } = one.getBoundingClientRect(); return top + height / 2; };
            return [".ledger .term", "rect.bar"].map(all => [...root.querySelectorAll(all)].slice(0, 6).map(middle));
        }""")
        assert len(middles[0]) == 6
        assert middles[1] == pytest.approx(middles[0], abs=3)

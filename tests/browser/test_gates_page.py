"""The whole sequence at once in a real browser."""

import math
import re

import numpy as np
import pytest
from playwright.sync_api import expect

from lstm_viz.figures.theme import DARK, LIGHT
from lstm_viz.recurrent.unit_analysis import similar_order, similar_steps
from lstm_viz.scenes.step_request import StepRequest
from lstm_viz.scenes.step_scene import build_scene
from tests.browser.accessible import expect_nothing_serious
from tests.browser.address import expect_place
from tests.browser.gates_page import AXIS, GatesPage
from tests.browser.step_page import StepPage
from tests.browser.traffic import Traffic

TEXT = "Bxyzzyxxzyx?"
STEPS, UNITS = len(TEXT), 16
SHOWN = ("forget_gate", "input_gate", "candidate", "cell_state", "output_gate", "hidden_state")


@pytest.fixture
def gates_page(page, server):
    return GatesPage(page, server)


@pytest.fixture(scope="module")
def layer():
    return build_scene(StepRequest(source="recall", text=TEXT)).lanes[0].trace.layer()


def rgb(colour):
    return np.array([int(colour[place : place + 2], 16) for place in (1, 3, 5)])


def shade(palette, name, value, scale):
    """The colour of a value: 64 shades from the empty cell to the full colour; small signed values are lifted."""
    is_gate = name.endswith("_gate")
    share = min(abs(value) / (1 if is_gate else scale), 1)
    share = math.floor(share * 64 + 0.5) / 64
    full = getattr(palette, name) if is_gate else palette.negative if value < 0 else palette.positive
    return rgb(palette.empty) + (rgb(full) - rgb(palette.empty)) * (share if is_gate else share**0.7)


def numbers(texts):
    plain = [text.replace("−", "-").replace("·10⁻³", "e-3").replace("·10⁻⁴", "e-4") for text in texts]
    return [float(text) for text in plain]


def expect_painted(gates_page, layer, palette, order=range(UNITS)):
    """Every cell of every map has the shade of its value, rows in this order."""
    wide = gates_page.maps.bounding_box()["width"] / STEPS
    tall = gates_page.row_height(UNITS)
    for name in SHOWN:
        values = layer[name][:, list(order)]
        scale = max(1.0, float(np.abs(values).max()))
        top = gates_page.map_top(name) - AXIS
        places = [((t + 0.5) * wide, top + (row + 0.5) * tall) for t in range(STEPS) for row in range(UNITS)]
        expected = [shade(palette, name, value, scale) for value in values.ravel()]
        painted = np.array(gates_page.pixels(places))
        assert np.ptp(painted, axis=0).max() > 30, "the map is not all of one colour"
        np.testing.assert_allclose(painted, expected, atol=1.01)


def test_every_value_is_painted_in_its_shade_also_when_the_theme_changes(gates_page, layer):
    gates_page.open(source="recall", text=TEXT)
    for mode, palette in (("light", LIGHT), ("dark", DARK)):
        gates_page.page.emulate_media(color_scheme=mode)
        expect(gates_page.root).to_have_css("--paper", palette.paper)
        expect_painted(gates_page, layer, palette)


def test_the_tip_shows_what_python_computes(gates_page, layer):
    gates_page.open(source="recall", text=TEXT)
    for step, unit, name in [
        (0, 0, "forget_gate"),
        (5, 7, "cell_state"),
        (11, 15, "hidden_state"),
        (3, 9, "candidate"),
    ]:
        title, texts = gates_page.hover(name, step, unit, STEPS, UNITS)
        assert gates_page.page.locator(".cross").get_attribute("d").count("h") == len(SHOWN), "one line in each map"
        assert title == f"step {step + 1}: {TEXT[step]}, unit {unit + 1}"
        assert numbers(texts) == pytest.approx([float(layer[shown][step, unit]) for shown in SHOWN], abs=0.0051)


def test_the_place_is_kept_from_page_to_page(page, server, gates_page):
    StepPage(page, server).open("#step=5&unit=4", source="recall", text=TEXT)
    page.get_by_role("link", name="Gates over time").first.click()
    gates_page.ready()
    gates_page.expect_place(5, 4)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("]")
    gates_page.expect_place(6, 5)
    expect(page.locator(".marker").first).to_have_text("5")
    expect(page).to_have_url(re.compile("#step=6&unit=5"))
    page.get_by_role("link", name="Step through it").click()
    step_page = StepPage(page, server)
    step_page.ready()
    step_page.expect_step(6)
    expect(step_page.unit_title).to_contain_text(re.compile("unit 5 of", re.IGNORECASE))


def test_sorting_moves_the_rows_and_the_chosen_unit_with_them(gates_page, layer):
    gates_page.open("#step=3&unit=8", source="recall", text=TEXT)
    order = similar_order(layer["cell_state"]).tolist()
    assert order != sorted(order)
    gates_page.order("by similarity")
    expect(gates_page.page.get_by_text("rises and falls together")).to_be_visible()
    expect_painted(gates_page, layer, LIGHT, order)
    for row in (0, 7, 15):
        title, _ = gates_page.hover("forget_gate", 2, row, STEPS, UNITS)
        assert title.endswith(f"unit {order[row] + 1}")
    tall = gates_page.row_height(UNITS)
    marker = gates_page.page.locator(".marker").first
    middle = float(re.search(r"top: ([\d.]+)px", marker.get_attribute("style"))[1])
    assert middle == gates_page.map_top("forget_gate") + (order.index(7) + 0.5) * tall
    gates_page.maps.focus()
    gates_page.page.keyboard.press("ArrowDown")
    gates_page.expect_place(3, order[(order.index(7) + 1) % UNITS] + 1)
    expect(gates_page.page).to_have_url(re.compile("order=similarity"))
    gates_page.page.reload()
    gates_page.ready()
    expect(gates_page.page.get_by_role("button", name="by similarity")).to_have_attribute("aria-pressed", "true")


def test_looking_around_asks_the_server_nothing(gates_page):
    traffic = Traffic(gates_page.page)
    gates_page.open(source="recall", text=TEXT, cells="lstm-gru-rnn")
    traffic.settle()
    before = traffic.sent
    gates_page.hover("forget_gate", 4, 4, STEPS, UNITS)
    gates_page.page.mouse.click(*gates_page.point("cell_state", 7, 3, STEPS, UNITS))
    gates_page.expect_place(8, 4)
    for key in ("ArrowRight", "Home", "End", "ArrowUp", "["):
        gates_page.page.keyboard.press(key)
    gates_page.order("by similarity")
    gates_page.page.locator(".switch").get_by_role("button", name="GRU").click()
    expect(gates_page.page.locator(".label.update_gate")).to_be_visible()
    expect(gates_page.page.locator(".label.cell_state")).to_have_count(0)
    gates_page.page.locator(".units li button").last.click()
    expect_place(gates_page.page, lane="gru")
    traffic.expect_silence_since(before)


def test_a_stretch_is_looked_for_by_mouse_and_by_keys_and_dropped(gates_page, layer):
    gates_page.open("#step=1&unit=1", source="recall", text=TEXT)
    gates_page.drag(3, 5, STEPS)
    expect(gates_page.answers).to_be_visible()
    expect(gates_page.page.get_by_text("Where else is it like steps 4 to 6?")).to_be_visible()
    expected = [one for one in similar_steps(layer["cell_state"], 3, 5) if one.similarity >= 0.5]
    items = gates_page.answers.locator("div").first.locator("li")
    expect(items).to_have_count(len(expected))
    assert len(expected) > 0
    told = numbers(items.locator(".score").all_inner_texts())
    assert told == pytest.approx([one.similarity for one in expected], abs=0.0051)
    expect(gates_page.page.locator("rect.similar-steps")).to_have_count(len(expected))
    items.first.get_by_role("button").click()
    gates_page.expect_place(expected[0].first + 1, 1)
    expect(gates_page.page).to_have_url(re.compile(r"stretch=lstm\.4-6\."))
    gates_page.page.reload()
    gates_page.ready()
    expect(gates_page.page.locator("rect.asked")).to_have_count(1)
    gates_page.maps.press("Escape")
    expect(gates_page.page.locator("rect.asked")).to_have_count(0)
    expect(gates_page.page).not_to_have_url(re.compile("stretch="))
    gates_page.page.keyboard.press("Home")
    for _ in range(3):
        gates_page.page.keyboard.press("Shift+ArrowRight")
    expect(gates_page.page.get_by_text("Where else is it like steps 1 to 4?")).to_be_visible()
    expect(gates_page.answers).to_be_visible()
    expect(gates_page.page.locator(".overview .spoken")).to_contain_text("Selected steps 1 to 4")


def test_the_counting_unit_is_found_and_proved(gates_page):
    gates_page.open(source="counting")
    claim = gates_page.page.locator(".claim")
    expect(claim).to_contain_text("follows remaining")
    assert abs(float(re.search(r"r = (−?[\d.]+)", claim.inner_text())[1].replace("−", "-"))) > 0.99
    expect(gates_page.page.locator(".examples .example")).to_have_count(4)
    expect(gates_page.page.locator(".strip-names > span")).to_have_count(6)
    expect(gates_page.page.locator(".strip-column")).to_have_count(25)


def test_hostile_tokens_are_text_and_a_phone_needs_no_sideways_scrolling(gates_page):
    dialogs = []
    gates_page.page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    gates_page.page.set_viewport_size({"width": 400, "height": 800})
    text = "<img src=x onerror=alert(1)> **b** $x$ שלום 我爱 " * 6
    gates_page.open(source="untrained", text=text, cells="lstm-gru-rnn")
    expect(gates_page.page.locator(".units .what").filter(has_text="“<”").first).to_be_attached()
    assert gates_page.page.locator(".overview img").count() == 0
    assert dialogs == []
    main = gates_page.page.get_by_test_id("stMain")
    assert main.evaluate("main => main.scrollWidth - main.clientWidth") <= 0
    assert gates_page.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


def test_axe_finds_nothing_serious_in_light_and_dark(gates_page):
    gates_page.open(source="recall", text=TEXT, cells="lstm-gru-rnn")
    for mode, palette in (("light", LIGHT), ("dark", DARK)):
        gates_page.page.emulate_media(color_scheme=mode)
        expect(gates_page.root).to_have_css("--paper", palette.paper)
        expect_nothing_serious(gates_page.page)

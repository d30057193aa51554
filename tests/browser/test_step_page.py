"""Stepping a live cell in a real browser."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from lstm_viz.figures.theme import DARK, LIGHT
from lstm_viz.scenes.step_request import StepRequest
from lstm_viz.scenes.step_scene import build_scene
from tests.browser.accessible import expect_nothing_serious
from tests.browser.address import expect_place
from tests.browser.step_page import StepPage
from tests.browser.traffic import Traffic


@pytest.fixture
def step_page(page, server):
    return StepPage(page, server)


def last_number(equation: str) -> float:
    return float(equation.split("=")[-1].replace("·10⁻³", "e-3"))


def test_every_step_and_unit_shows_what_python_computes(step_page):
    step_page.open("#step=1&unit=1", source="recall", text="Bxyzzyx?")
    layer = build_scene(StepRequest(source="recall", text="Bxyzzyx?")).lanes[0].trace.layer()
    for unit in range(3):
        for step in range(layer.steps):
            step_page.expect_step(step + 1)
            for name in ("forget_gate", "input_gate", "candidate", "cell_state", "output_gate"):
                shown = last_number(step_page.equation(name))
                assert shown == pytest.approx(layer[name][step, unit], abs=0.0051), (name, step, unit)
            step_page.page.keyboard.press("ArrowRight")
        step_page.page.keyboard.press("Home")
        step_page.page.keyboard.press("]")


def test_stepping_asks_the_server_nothing(step_page):
    traffic = Traffic(step_page.page)
    step_page.open(source="untrained", text=" ".join("abcdefghij" * 4))
    traffic.settle()
    before = traffic.sent
    step_page.page.keyboard.press("Home")
    for _ in range(30):
        step_page.page.keyboard.press("ArrowRight")
    for key in ("ArrowDown", "ArrowDown", "]", "[", "ArrowUp", "Escape"):
        step_page.page.keyboard.press(key)
    step_page.expect_step(31)
    expect_place(step_page.page, step=31)
    traffic.expect_silence_since(before)


def test_keys_step_through_the_sequence_and_stop_at_its_ends(step_page):
    step_page.open(source="recall", text="Bxyz?")
    press = step_page.page.keyboard.press
    press("Home")
    step_page.expect_step(1)
    press("ArrowLeft")
    step_page.expect_step(1)
    press("End")
    step_page.expect_step(5)
    press("ArrowRight")
    step_page.expect_step(5)


def test_down_and_up_walk_through_the_moments_and_on_into_the_next_step(step_page):
    step_page.open("#step=2&phase=whole", source="recall", text="Bxyz?")
    pressed = step_page.page.locator(".phases button[aria-pressed=true]")
    for moment in ("read", "forget", "write", "update", "expose", "predict"):
        step_page.page.keyboard.press("ArrowDown")
        expect(pressed).to_have_text(moment)
    step_page.page.keyboard.press("ArrowDown")
    expect(pressed).to_have_text("read")
    step_page.expect_step(3)
    step_page.page.keyboard.press("ArrowUp")
    expect(pressed).to_have_text("predict")
    step_page.expect_step(2)
    step_page.page.keyboard.press("Escape")
    expect(pressed).to_have_text("whole step")


def test_space_plays_to_the_end_and_pauses(step_page):
    step_page.open("#step=1", source="recall", text="Bxyzxyz?")
    step_page.page.get_by_label("Steps per second").select_option("10")
    step_page.ribbon.focus()
    step_page.page.keyboard.press("Space")
    step_page.expect_step(8)
    expect(step_page.page.get_by_role("button", name="Play (space)")).to_be_visible()


def test_a_token_is_clicked_and_the_ribbon_dragged(step_page):
    step_page.open("#step=1", source="recall", text="Bxyzxyz?")
    chips = step_page.page.locator(".chip")
    chips.nth(4).click()
    step_page.expect_step(5)
    box, to = chips.nth(4).bounding_box(), chips.nth(6).bounding_box()
    mouse = step_page.page.mouse
    mouse.move(box["x"] + 5, box["y"] + 10)
    mouse.down()
    mouse.move(to["x"] + 5, to["y"] + 10, steps=5)
    mouse.up()
    step_page.expect_step(7)


BLOCKED = (
    "Object.defineProperty(window, 'sessionStorage', { get() { throw new DOMException('no', 'SecurityError'); } })"
)
FULL = "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }"
DAMAGED = "sessionStorage.setItem('lstm-viz-place', '{')"


@pytest.mark.parametrize("storage", [BLOCKED, FULL, DAMAGED], ids=["blocked", "full", "damaged"])
def test_a_browser_that_keeps_nothing_steps_all_the_same(step_page, storage):
    errors = []
    step_page.page.on("pageerror", lambda error: errors.append(str(error)))
    step_page.page.add_init_script(storage)
    step_page.open("#step=2", source="recall", text="Bxyz?")
    step_page.expect_step(2)
    step_page.page.keyboard.press("ArrowRight")
    step_page.expect_step(3)
    expect_place(step_page.page, step=3)
    assert errors == []


def test_the_address_leads_to_the_same_place_in_another_browser(step_page, browser, server):
    step_page.open(source="recall", text="Bxyzxyz?", cells="lstm-rnn", what_if="lstm.off.3")
    for key in ("Home", "ArrowRight", "ArrowRight", "ArrowDown", "]"):
        step_page.page.keyboard.press(key)
    title = step_page.unit_title.inner_text()
    expect_place(step_page.page, step=3, unit=re.search(r"unit (\d+)", title)[1], phase="read")
    address = step_page.page.url
    other = StepPage(browser.new_context(viewport={"width": 1440, "height": 900}).new_page(), server)
    other.page.goto(address)
    other.ready()
    other.expect_step(3)
    expect(other.unit_title).to_have_text(title)
    expect(other.page.locator(".phases button[aria-pressed=true]")).to_have_text("read")
    expect(other.changes).to_contain_text("unit 3 silent")
    assert other.version() == step_page.version()
    other.page.context.close()


def test_reloading_keeps_the_place(step_page):
    step_page.open(source="recall", text="Bxyzxyz?")
    step_page.page.keyboard.press("End")
    expect_place(step_page.page, step=8)
    step_page.page.reload()
    step_page.ready()
    step_page.expect_step(8)


def test_a_gate_is_held_by_keyboard_alone_and_the_effect_is_told_in_numbers(step_page):
    step_page.open("#step=2&unit=1", source="recall", text="Bxyzxyz?")
    before = step_page.version()
    press = step_page.page.keyboard.press
    step_page.page.get_by_role("button", name="Hold the forget gate").focus()
    press("Enter")
    expect(step_page.page.get_by_role("dialog")).to_be_visible()
    press("ArrowDown")  # shut
    press("Tab")
    press("Tab")
    press("ArrowDown")  # all units
    press("Enter")
    step_page.wait_for_new_scene(before)
    expect(step_page.changes).to_contain_text("forget gate of all units at 0 from step 2 on")
    assert "what_if" in step_page.page.url
    step_page.expect_step(2)
    step_page.ribbon.focus()
    press("End")
    scene = build_scene(StepRequest(source="recall", text="Bxyzxyz?", what_if="lstm.forget_gate.*@2-=0"))
    right = list(scene.changed_answers[-1])
    was, now = (float(trace.probabilities[-1, right].sum()) for trace in (scene.lanes[0].trace, scene.lanes[0].changed))
    assert was > 0.9 > now
    told = step_page.page.locator(".effect").inner_text()
    shown = [float(share) for share in re.findall(r"([\d.]+)%", told)]
    np.testing.assert_allclose(shown, [100 * was, 100 * now], atol=0.51)
    assert "but held: 0" in step_page.equation("forget_gate")


def test_changes_are_undone_one_by_one_and_all_at_once(step_page):
    step_page.open(source="recall", text="Bxyzxyz?", what_if="lstm.off.1~lstm.off.2~token@1=A")
    before = step_page.version()
    step_page.page.get_by_role("button", name="Undo: unit 2 silent").click()
    step_page.wait_for_new_scene(before)
    expect(step_page.changes).not_to_contain_text("unit 2")
    expect(step_page.changes).to_contain_text("unit 1")
    before = step_page.version()
    step_page.page.get_by_role("button", name="undo all").click()
    step_page.wait_for_new_scene(before)
    expect(step_page.changes).to_be_hidden()
    assert "what_if" not in step_page.page.url


def test_another_token_is_read_and_what_is_right_follows(step_page):
    step_page.open("#step=1", source="recall", text="Bxyzxyz?")
    before = step_page.version()
    step_page.page.get_by_label("Another token for this step").select_option("C")
    step_page.page.get_by_role("button", name="try").click()
    step_page.wait_for_new_scene(before)
    expect(step_page.page.locator(".chip").first).to_have_text("BC")
    step_page.page.keyboard.press("End")
    expect(step_page.page.locator(".prediction li.right .token")).to_have_text("✓ C")


def test_a_unit_starts_with_what_it_is_given(step_page):
    step_page.open("#step=1&unit=1", source="recall", text="xyz?")
    canvas = step_page.page.locator(".lane canvas").first
    before = step_page.version()
    canvas.click(position={"x": canvas.bounding_box()["width"] * 0.065, "y": 30})
    dialog = step_page.page.get_by_role("dialog")
    expect(dialog).to_contain_text("Cell state of the LSTM, unit 1, before the first step")
    dialog.get_by_label("Value to hold it at").fill("500")
    step_page.page.keyboard.press("Enter")
    expect(dialog.get_by_role("alert")).to_have_text("Give a number from −100 to 100.")
    dialog.get_by_label("Value to hold it at").fill("7.5")
    step_page.page.keyboard.press("Enter")
    step_page.wait_for_new_scene(before)
    expect(step_page.changes).to_contain_text("cell state of unit 1 starts with 7.5")
    changed = (
        build_scene(StepRequest(source="recall", text="xyz?", what_if="lstm.cell_state.1@start=7.5")).lanes[0].changed
    )
    shown = last_number(step_page.equation("cell_state"))
    assert shown == pytest.approx(changed.layer()["cell_state"][0, 0], abs=0.0051)


def test_a_click_on_a_strip_picks_its_unit_and_holding_can_be_cancelled(step_page):
    step_page.open("#step=3&unit=1", source="recall", text="Bxyzxyz?")
    canvas = step_page.page.locator(".lane canvas").first
    box = canvas.bounding_box()
    before = step_page.unit_title.inner_text()
    canvas.click(position={"x": box["width"] * 0.22, "y": 225})
    expect(step_page.page.get_by_role("dialog")).to_contain_text("Forget gate")
    step_page.page.keyboard.press("Escape")
    expect(step_page.page.get_by_role("dialog")).to_be_hidden()
    assert step_page.unit_title.inner_text() != before


def test_the_dialog_lies_in_sight_and_under_no_tip(step_page):
    step_page.open("#step=3&unit=1", source="recall", text="Bxyzxyz?")
    canvas = step_page.page.locator(".lane canvas").first
    place = {"x": canvas.bounding_box()["width"] * 0.22, "y": 240}
    canvas.hover(position=place)
    expect(step_page.page.get_by_role("tooltip")).to_be_visible()
    canvas.click(position=place)
    expect(step_page.page.get_by_role("tooltip")).to_be_hidden()
    for name in ("Hold", "Cancel"):
        expect(step_page.page.get_by_role("button", name=name, exact=True)).to_be_in_viewport(ratio=1)


def test_a_visitor_is_led_to_the_unit_that_counts(step_page):
    step_page.open("#step=5&unit=1", source="counting")
    step_page.page.get_by_role("button", name="show its story").click()
    named = re.search(r"Watch unit (\d+)", step_page.page.locator(".guide").inner_text())[1]
    expect(step_page.unit_title).to_have_text(f"LSTM, unit {named} of 10")
    expect(step_page.page.locator(".story")).to_be_in_viewport(ratio=0.9)


def test_hovering_a_strip_tells_value_name_and_meaning(step_page):
    step_page.open("#step=3&unit=1", source="recall", text="Bxyzxyz?")
    canvas = step_page.page.locator(".lane canvas").first
    box = canvas.bounding_box()
    canvas.hover(position={"x": box["width"] * 0.22, "y": 225})
    tip = step_page.page.get_by_role("tooltip")
    expect(tip).to_contain_text("Forget gate")
    expect(tip).to_contain_text("How much of its previous cell state each unit keeps")
    unit = int(re.search(r"unit (\d+)", tip.inner_text())[1])
    layer = build_scene(StepRequest(source="recall", text="Bxyzxyz?")).lanes[0].trace.layer()
    assert f"{layer['forget_gate'][2, unit - 1]:.2f}" in tip.inner_text()


def test_hostile_tokens_stay_text(step_page):
    step_page.open(source="untrained", text="<img src=x onerror=window.hit=1> <b>bold</b>", splitting="words")
    assert step_page.page.evaluate("window.hit") is None
    chips = step_page.page.locator(".chip")
    expect(chips.first).to_have_text("<")
    assert step_page.page.locator(".diagram img, .diagram b b").count() == 0


def test_a_bad_text_is_told_and_the_diagram_stays(step_page):
    step_page.open(source="recall", text="Bxy?")
    field = step_page.page.get_by_role("textbox", name="What it reads")
    field.fill("Bxq?")
    field.press("Enter")
    expect(step_page.page.get_by_role("alert")).to_contain_text("does not know")
    expect(step_page.page.locator(".chip")).to_have_text(["B", "x", "y", "?"])
    field.fill("Dxy?")
    field.press("Enter")
    expect(step_page.page.locator(".chip")).to_have_text(["D", "x", "y", "?"])
    expect(step_page.page.get_by_role("alert")).to_have_count(0)


def test_axe_finds_nothing_serious_in_light_and_dark(step_page):
    step_page.open(source="recall", cells="lstm-gru", what_if="lstm.off.1")
    for mode, palette in (("light", LIGHT), ("dark", DARK)):
        step_page.page.emulate_media(color_scheme=mode)
        expect(step_page.diagram).to_have_css("--paper", palette.paper)
        expect_nothing_serious(step_page.page)


def test_a_keyboard_reaches_every_control_of_the_diagram(step_page):
    step_page.open(source="recall", text="Bxyz?", what_if="lstm.off.1")
    reached = set()
    step_page.ribbon.focus()
    for _ in range(60):
        reached.add(
            step_page.page.evaluate(
                """() => { let at = document.activeElement; while (at?.shadowRoot) at = at.shadowRoot.activeElement;
                           return at?.getAttribute('aria-label') ?? at?.textContent ?? ''; }"""
            )
        )
        step_page.page.keyboard.press("Tab")
    for name in ("Step of the sequence", "Play (space)", "Steps per second", "Another token for this step", "forget"):
        assert name in reached
    for name in ("Next unit (])", "Hold the output gate", "Undo: unit 1 silent", "silence this unit"):
        assert any(name in label for label in reached), name


def test_nothing_is_wider_than_the_window(step_page):
    step_page.page.set_viewport_size({"width": 400, "height": 900})
    step_page.open(source="untrained", cells="lstm-gru-rnn", hidden_size=128)
    for width in (400, 1440, 1024):
        step_page.page.set_viewport_size({"width": width, "height": 900})
        step_page.page.wait_for_function(
            """([diagram, width]) => innerWidth === width && diagram.scrollWidth - diagram.clientWidth <= 1
                && document.documentElement.scrollWidth <= document.documentElement.clientWidth""",
            arg=[step_page.diagram.element_handle(), width],
        )

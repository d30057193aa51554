"""The drawn layer in a real browser."""

import re

import pytest
import torch
from playwright.sync_api import expect
from safetensors.torch import save

from lstm_viz.figures.theme import DARK, LIGHT
from tests.browser.accessible import expect_nothing_serious
from tests.browser.anatomy_page import AnatomyPage


@pytest.fixture
def layer(page, server):
    anatomy = AnatomyPage(page, server)
    anatomy.root = page.locator(".layer-map")
    return anatomy


def port(layer, name):
    return layer.root.locator(".cell.torch").get_by_role("img", name=re.compile(f"^{name}: ")).locator(".axis")


def tensor(layer, name):
    return layer.root.get_by_role("img", name=re.compile(re.escape(name).replace("/", r"\/") + ", shape"))


def test_batch_first_turns_the_shapes_a_tensor_tells_where_gates_are_and_axe_is_content(layer):
    layer.open(part="layer")
    expect(port(layer, "output")).to_have_text(["B50", "T28", "u75"])
    layer.page.get_by_text("batch_first", exact=True).click()
    expect(port(layer, "output")).to_have_text(["T28", "B50", "u75"])
    expect(port(layer, "h_n")).to_have_text(["D·L1", "B50", "u75"])
    expect(layer.page).to_have_url(re.compile("batch_first=False"))
    expect(layer.root.locator(".claim")).to_contain_text("largest difference now: 0")

    tensor(layer, "lstm.weight_hh_l0").focus()
    tip = layer.root.get_by_role("tooltip")
    expect(tip).to_contain_text("Forget gaterows 75–149")
    expect(tip).to_contain_text("In Keras: recurrent_kernel (75, 300).")
    expect(tensor(layer, "lstm_1/lstm_cell/recurrent_kernel")).to_have_class(re.compile("twin"))
    layer.page.keyboard.press("Escape")
    expect(tip).to_be_hidden()
    for mode, palette in (("light", LIGHT), ("dark", DARK)):
        layer.page.emulate_media(color_scheme=mode)
        expect(layer.root).to_have_css("--paper", palette.paper)
        expect_nothing_serious(layer.page)

    layer.page.set_viewport_size({"width": 400, "height": 800})
    layer.root.get_by_role("button", name="Keras").click()
    expect(tensor(layer, "lstm.weight_hh_l0")).to_be_hidden()
    expect(layer.page).to_have_url(re.compile("framework=keras"))
    main = layer.page.get_by_test_id("stMain")
    assert main.evaluate("main => main.scrollWidth - main.clientWidth") <= 0


def test_weights_that_are_brought_are_drawn_counted_and_survive_a_reload(layer):
    torch.manual_seed(0)
    parts = torch.nn.ModuleDict({"gru": torch.nn.GRU(3, 5), "fc": torch.nn.Linear(5, 2)})
    layer.open(part="layer")
    layer.page.get_by_text("Load your own weights").click()
    layer.page.locator("input[type=file]").set_input_files(
        {"name": "<b>mine</b>.safetensors", "mimeType": "a/b", "buffer": save(dict(parts.state_dict()))}
    )
    expect(layer.page.get_by_text("<b>mine</b>.safetensors")).to_be_visible()
    expect(tensor(layer, "gru.weight_ih_l0")).to_have_attribute("aria-label", re.compile(r"shape \(15, 3\)"))
    expect(layer.page).to_have_url(re.compile("state=[0-9a-f]{24}"))
    layer.page.reload()
    expect(tensor(layer, "gru.weight_ih_l0")).to_be_visible()
    layer.part("Parameters and cost").click()
    count = sum(parameter.numel() for parameter in parts.parameters())
    expect(layer.page.locator(".checked .value")).to_have_text(f"{count}✓")
    layer.page.mouse.move(0, 400)
    expect_nothing_serious(layer.page)
    layer.part("Code").click()
    expect(layer.page.get_by_role("button", name="Code and weights")).to_be_visible()
    layer.page.mouse.move(0, 400)
    for scheme in ("dark", "light"):
        layer.page.emulate_media(color_scheme=scheme)
        layer.page.reload()
        expect(layer.page.get_by_role("button", name="Code and weights")).to_be_visible()
        expect_nothing_serious(layer.page)

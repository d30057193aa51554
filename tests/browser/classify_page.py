"""What a person does on the Classify page."""

import re
from collections.abc import Sequence
from urllib.parse import urlencode

from playwright.sync_api import Page, expect

from tests.browser.patience import wait_while_it_goes_on
from tests.browser.server import Server
from tests.browser.still import wait_until_still

QUICK = {"sizes": "16", "epochs": 12}
THREE = (
    (0.3, 0.22),
    (0.5, 0.12),
    (0.7, 0.25),
    (0.68, 0.4),
    (0.5, 0.48),
    (0.7, 0.6),
    (0.68, 0.8),
    (0.5, 0.9),
    (0.28, 0.8),
)
Stroke = Sequence[tuple[float, float]]
INK_JS = """canvas => {
    const { width, height } = canvas;
    const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
    const inked = [...Array(width * height).keys()].filter(place => data[4 * place + 3] > 127);
    const edges = (at, side) => [Math.min(...at), Math.max(...at) + 1].map(edge => edge / side);
    return { across: edges(inked.map(place => place % width), width),
             down: edges(inked.map(place => Math.floor(place / width)), height) };
}"""
# The frame around the row that is read stands leftmost of all that has the model's colour.
FRAME_JS = """(canvas, colour) => {
    const { width, height } = canvas;
    const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
    const isOfModel = place => colour.every((level, channel) => Math.abs(data[4 * place + channel] - level) < 9);
    for (let x = 0; x < width; x += 1) {
        const rows = [...Array(height).keys()].filter(y => isOfModel(y * width + x));
        if (rows.length) return { x: x / width, top: rows[0] / height, bottom: (rows.at(-1) + 1) / height };
    }
}"""


class ClassifyPage:
    """Drive the page by what a person sees of it."""

    def __init__(self, page: Page, server: Server) -> None:
        self.page, self.server = page, server

    def open(self, **parameters: object) -> "ClassifyPage":
        """Open the page at an address and wait until it can be used."""
        query = f"?{urlencode(parameters)}" if parameters else ""
        self.page.goto(f"{self.server.url}/classify_sequences{query}")
        expect(self.page.get_by_role("heading", name="1 · Data")).to_be_visible()
        wait_until_still(self.page)
        return self

    @property
    def train_button(self):
        return self.page.get_by_role("button", name=re.compile("^(play_arrow )?Train( again)?$"))

    @property
    def verdict(self):
        return self.page.get_by_text(re.compile(r"^Test accuracy: .* held-out sequences"))

    @property
    def belief(self):
        """What the network believes at the step shown."""
        return self.page.get_by_text(re.compile(r"^After (all )?\d+.* it predicts")).first

    @property
    def pad(self):
        return self.page.get_by_label("Drawing pad")

    def train(self) -> None:
        """Train and wait for what it is worth."""
        self.train_button.click()
        wait_while_it_goes_on(self.page, self.server, self.verdict.is_visible)
        wait_until_still(self.page)

    def draw_three(self) -> None:
        """Draw a 3 with the mouse in one stroke."""
        self.draw(THREE)

    def draw(self, stroke: Stroke) -> None:
        """Draw one stroke with the mouse, in shares of the pad's sides."""
        self.pad.hover()  # waits until it stands still
        box = self.pad.bounding_box()
        assert box is not None
        places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in stroke]
        self.page.mouse.move(*places[0])
        self.page.mouse.down()
        for place in places[1:]:
            self.page.mouse.move(*place, steps=4)
        self.page.mouse.up()

    def ink(self) -> dict[str, list[float]]:
        """Find the first and the last ink on the pad, in shares of its sides."""
        return self.pad.locator("canvas").evaluate(INK_JS)

    def point_at_row_read(self, colour: str) -> None:
        """Click on the row of the picture that has the frame, which is of this colour."""
        canvas = self.page.locator(".reader canvas")
        canvas.scroll_into_view_if_needed()
        frame, box = canvas.evaluate(FRAME_JS, list(bytes.fromhex(colour.removeprefix("#")))), canvas.bounding_box()
        assert box is not None
        middle = (frame["top"] + frame["bottom"]) / 2
        self.page.mouse.click(box["x"] + frame["x"] * box["width"] + 20, box["y"] + middle * box["height"])

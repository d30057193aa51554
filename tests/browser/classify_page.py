"""What a person does on the Classify page."""

import re
from urllib.parse import urlencode

from playwright.sync_api import Page, expect

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
        return self.page.get_by_text(re.compile(r"^It names .* right that it never saw"))

    @property
    def belief(self):
        """What the network believes at the step shown."""
        return self.page.get_by_text(re.compile(r"^After (all )?\d+.* it believes")).first

    @property
    def pad(self):
        return self.page.get_by_label("Drawing pad")

    def train(self) -> None:
        """Train and wait for what it is worth."""
        self.train_button.click()
        expect(self.verdict).to_be_visible(timeout=120_000)

    def draw_three(self) -> None:
        """Draw a 3 with the mouse in one stroke."""
        self.pad.hover()  # waits until it stands still
        box = self.pad.bounding_box()
        assert box is not None
        places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in THREE]
        self.page.mouse.move(*places[0])
        self.page.mouse.down()
        for place in places[1:]:
            self.page.mouse.move(*place, steps=4)
        self.page.mouse.up()

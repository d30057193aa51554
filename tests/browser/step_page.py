"""*Step the cell* as a visitor meets it."""

import re
from urllib.parse import urlencode

from playwright.sync_api import Page, expect

from tests.browser.server import Server


class StepPage:
    """Find the parts of the page by what they are called."""

    def __init__(self, page: Page, server: Server) -> None:
        self.page, self.server = page, server
        self.diagram = page.locator(".diagram")
        self.ribbon = page.get_by_role("slider", name="Step of the sequence")
        self.unit_title = page.locator(".unit h3")
        self.changes = page.get_by_role("list", name="What is changed")

    def open(self, place: str = "", **parameters: object) -> "StepPage":
        self.page.goto(f"{self.server.url}/step_the_cell?{urlencode(parameters)}{place}")
        self.ready()
        return self

    def ready(self) -> None:
        expect(self.diagram).to_have_attribute("data-drawn", re.compile(".+"))

    @property
    def step(self) -> int:
        return int(self.ribbon.get_attribute("aria-valuenow") or 0)

    def expect_step(self, step: int) -> None:
        expect(self.ribbon).to_have_attribute("aria-valuenow", str(step))

    def equation(self, name: str) -> str:
        """The numbers of the line whose symbol is this."""
        line = self.page.locator(".equations .line").filter(has=self.page.locator(f".name.{name}"))
        return line.locator(".numbers").first.inner_text().replace("−", "-")

    def version(self) -> str:
        return self.diagram.get_attribute("data-drawn") or ""

    def wait_for_new_scene(self, before: str) -> None:
        expect(self.diagram).not_to_have_attribute("data-drawn", before)

    def draw_time(self, act) -> float:
        """Milliseconds from an action to the frame that draws a new scene."""
        before = self.version()
        handle = self.diagram.evaluate_handle(
            """(root, before) => ({ drawn: new Promise(done => {
                const look = now => (root.dataset.drawn === before ? requestAnimationFrame(look) : done(performance.now()));
                addEventListener("pointerdown", event => (root.dataset.pressed = event.timeStamp), { once: true });
                requestAnimationFrame(look);
            }) })""",
            before,
        )
        act()
        drawn = handle.evaluate("watch => watch.drawn")
        return drawn - float(self.diagram.get_attribute("data-pressed"))

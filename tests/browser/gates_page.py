"""*Gates over time* as a visitor meets it."""

import re
from urllib.parse import urlencode

from playwright.sync_api import Page, expect

from tests.browser.server import Server

AXIS = 26  # pixels of tokens above the maps


class GatesPage:
    """Find the parts of the page by what they are called."""

    def __init__(self, page: Page, server: Server) -> None:
        self.page, self.server = page, server
        self.root = page.locator(".overview")
        self.maps = page.get_by_role("application", name=re.compile("Heat maps"))
        self.canvas = page.locator(".plot canvas")
        self.where = page.locator(".where").first
        self.unit_title = page.locator(".card h3")
        self.answers = page.locator(".answers")
        self.tip = page.locator(".tip")

    def open(self, place: str = "", **parameters: object) -> "GatesPage":
        self.page.goto(f"{self.server.url}/gates_over_time?{urlencode(parameters)}{place}")
        self.ready()
        return self

    def ready(self) -> None:
        expect(self.root).to_have_attribute("data-drawn", re.compile(".+"))

    def expect_place(self, step: int, unit: int) -> None:
        expect(self.where).to_contain_text(f"Step {step} of")
        expect(self.unit_title).to_have_text(f"Unit {unit}")

    def order(self, name: str) -> None:
        self.page.get_by_role("button", name=name).click()

    def map_top(self, name: str) -> float:
        """Pixels from the top of the maps' box to the first row of one map."""
        style = self.page.locator(f".label.{name}").get_attribute("style") or ""
        return float(re.search(r"top: ?([\d.]+)px", style)[1])

    def row_height(self, units: int) -> int:
        """Pixels of one row: the markers of a unit stand in the middle of it."""
        return min(max(round(96 / units), 1), 18)

    def point(self, name: str, step: int, row: int, steps: int, units: int) -> tuple[float, float]:
        """The middle of a value on the screen; step and row from 0."""
        self.maps.scroll_into_view_if_needed()
        box = self.maps.bounding_box()
        x = box["x"] + (step + 0.5) * box["width"] / steps
        return x, box["y"] + self.map_top(name) + (row + 0.5) * self.row_height(units)

    def hover(self, name: str, step: int, row: int, steps: int, units: int) -> tuple[str, list[str]]:
        """Point at a value; the tip's title and its numbers."""
        self.page.mouse.move(*self.point(name, step, row, steps, units))
        return self.tip.locator("strong").inner_text(), self.tip.locator("b").all_inner_texts()

    def drag(self, first: int, last: int, steps: int) -> None:
        """Mark a stretch along the hidden state's map; steps from 0."""
        start = self.point("hidden_state", first, 2, steps, 16)
        end = self.point("hidden_state", last, 2, steps, 16)
        self.page.mouse.move(*start)
        self.page.mouse.down()
        self.page.mouse.move(*end, steps=6)
        self.page.mouse.up()

    def pixels(self, places: list[tuple[float, float]]) -> list[tuple[int, int, int]]:
        """Colours on the canvas, at pixels of the page counted from its corner."""
        return self.canvas.evaluate(
            """(canvas, places) => {
                const ratio = canvas.width / canvas.clientWidth;
                const brush = canvas.getContext("2d");
                return places.map(([x, y]) => [...brush.getImageData(x * ratio, y * ratio, 1, 1).data].slice(0, 3));
            }""",
            places,
        )

"""*Gradient flow* as a visitor meets it."""

import re
from urllib.parse import urlencode

from playwright.sync_api import Page, expect

from tests.browser.server import Server

RAISED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


class GradientPage:
    """Find the parts of the page by what they are called."""

    def __init__(self, page: Page, server: Server) -> None:
        self.page, self.server = page, server
        self.root = page.locator(".flow")
        self.cards = page.get_by_role("radiogroup", name="Cell to look into")
        self.course = page.get_by_role("region", name="Size of the gradient at each step")
        self.where = page.locator(".readout .where")
        self.lesson = page.locator(".lesson")
        self.state = page.get_by_role("slider", name="State of training")

    def open(self, place: str = "", **parameters: object) -> "GradientPage":
        self.page.goto(f"{self.server.url}/gradient_flow?{urlencode(parameters)}{place}")
        self.ready()
        return self

    def ready(self) -> None:
        expect(self.root).to_have_attribute("data-drawn", re.compile(".+"))

    def card(self, cell: str):
        return self.cards.get_by_role("radio", name=re.compile(f"^{cell}"))

    def expect_step(self, step: int) -> None:
        expect(self.root).to_have_attribute("data-step", str(step))

    def readout(self) -> list[float]:
        """The numbers at the step stood on: RNN, GRU, the LSTM's cell state and hidden state."""
        return [value_of(words) for words in self.page.locator(".readout .value b").all_inner_texts()]

    def version(self) -> str:
        return self.root.get_attribute("data-drawn") or ""


def value_of(words: str) -> float:
    """Read 3.9·10⁻¹⁵, 10⁻⁷ or 0.12."""
    found = re.fullmatch(r"(?:([\d.]+)·)?10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)", words)
    if found:
        return float(found[1] or 1) * 10.0 ** int(found[2].translate(RAISED))
    return float(words.replace(",", ""))

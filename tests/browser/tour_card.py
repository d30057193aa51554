"""The card of a guided tour as a visitor meets it."""

import re

from playwright.sync_api import Locator, Page, expect

from lstm_viz.tours.tours import Stop, Tour


class TourCard:
    """Find the parts of the card by what they are called."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.root = page.locator(".st-key-tour-place .card")
        self.ring = page.locator(".st-key-tour-place .ring")
        self.answer = self.root.locator(".answer")

    def button(self, name: str) -> Locator:
        return self.root.get_by_role("button", name=name, exact=True)

    def expect_stop(self, tour: Tour, number: int) -> Stop:
        """Wait until card, address and page are at a stop, counted from 1."""
        stop = tour.stops[number - 1]
        expect(self.root).to_have_attribute("data-stop", str(number))
        expect(self.root.get_by_role("heading")).to_have_text(stop.title)
        expect(self.page).to_have_url(re.compile(rf"[?&]tour={tour.key}\.{number}(&|#|$)"))
        return stop

    def expect_ring_on(self, highlight: str) -> None:
        """Wait until the ring is around an element, in sight, and the card does not lie on it."""
        element = self.page.locator(highlight.replace(" >>> ", " ")).first
        expect(element).to_be_visible()
        expect(self.ring).to_be_visible()
        self.page.wait_for_function(
            """([ring, element, card]) => {
                const [a, b, c] = [ring, element, card].map(one => one.getBoundingClientRect());
                const near = Math.abs(a.left + 6 - b.left) < 2 && Math.abs(a.top + 6 - b.top) < 2
                    && Math.abs(a.width - 12 - b.width) < 2 && Math.abs(a.height - 12 - b.height) < 2;
                const apart = a.right <= c.left || a.left >= c.right || a.bottom <= c.top || a.top >= c.bottom;
                return near && apart && b.top > 40 && b.bottom < innerHeight;
            }""",
            arg=[self.ring.element_handle(), element.element_handle(), self.root.element_handle()],
        )

    def tab_to(self, words: str, most: int = 60) -> None:
        """Press Tab until something has the focus, as somebody without a mouse does."""
        for _ in range(most):
            if words in self.page.evaluate(FOCUSED):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{words!r} cannot be reached with Tab")


FOCUSED = """() => { let at = document.activeElement; while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
    return (at?.closest("[class*=st-key-]")?.className ?? "") + " " + (at?.textContent ?? ""); }"""

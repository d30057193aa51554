"""*Anatomy* as a visitor meets it."""

import re
from urllib.parse import urlencode

from playwright.sync_api import Page, expect

from tests.browser.server import Server


class AnatomyPage:
    """Find the parts of the page by what they are called."""

    def __init__(self, page: Page, server: Server) -> None:
        self.page, self.server = page, server
        self.root = page.locator(".worked")
        self.sentence = self.root.locator(".sentence")
        self.products = self.root.locator(".ledger .term .at5, .ledger .bias .at5")

    def open(self, place: str = "", **parameters: object) -> "AnatomyPage":
        self.page.goto(f"{self.server.url}/anatomy?{urlencode({'part': 'hand', **parameters})}{place}")
        expect(self.root).to_have_attribute("data-drawn", re.compile(".+"))
        return self

    def part(self, words: str):
        return self.page.get_by_role("radio", name=words)

    def field(self, name: str):
        return self.root.get_by_role("textbox", name=name, exact=True)

    def number(self, name: str):
        return self.root.get_by_role("button", name=re.compile(f"^{name}"))

    def claim(self, words: str):
        return self.page.locator(".myths").get_by_role("button", name=re.compile(words))

"""What a person does on the Forecast page."""

import re
from urllib.parse import urlencode

from playwright.sync_api import Page, expect

from tests.browser.patience import wait_while_it_goes_on
from tests.browser.server import Server
from tests.browser.still import wait_until_still

SMALL = {"members": 1, "origins": 1}  # what follows the epochs takes about as long as they did, not fifteen times
LONG = {"epochs": 5000, "hidden_size": 64, **SMALL}  # minutes, unless it is stopped


class ForecastPage:
    """Drive the page by what a person sees of it."""

    def __init__(self, page: Page, server: Server) -> None:
        self.page, self.server = page, server

    def open(self, **parameters: object) -> "ForecastPage":
        """Open the page at an address and wait until it can be used."""
        query = f"?{urlencode(parameters)}" if parameters else ""
        self.page.goto(f"{self.server.url}/forecast{query}")
        expect(self.train_button).to_be_visible()
        wait_until_still(self.page)
        return self

    @property
    def train_button(self):
        return self.page.get_by_role("button", name=re.compile("^(play_arrow )?Train( again)?$"))

    @property
    def stop_button(self):
        return self.page.get_by_role("button", name="Stop")

    @property
    def further_button(self):
        return self.page.get_by_role("button", name="Train further")

    @property
    def verdict(self):
        """What the run came to; while the page is redrawn, the old place may hold it too, or what it came to before."""
        return self.page.get_by_text(re.compile("^(Better|Worse|No better) than repeating")).first

    @property
    def run(self) -> str:
        """The key of the run in the address."""
        found = re.search(r"run=([0-9a-f]{24})", self.page.url)
        assert found, self.page.url
        return found.group(1)

    def train(self) -> None:
        """Click Train and wait for the first epochs to be drawn."""
        self.train_button.click()
        self.wait_for_epoch(1)

    def wait_for_epoch(self, least: int) -> None:
        """Wait until at least so many epochs are shown."""
        reached = """least => {
            const text = document.querySelector('[data-testid="stProgress"]')?.innerText ?? "";
            const found = text.match(/Epoch (\\d+) of/);
            return found ? Number(found[1]) >= least : document.body.innerText.includes("Training curves");
        }"""
        wait_while_it_goes_on(self.page, self.server, lambda: self.page.evaluate(reached, least))

    def finish(self) -> None:
        """Wait until training has ended and its forecast is there: while it is drawn, an older one may still stand there."""
        wait_while_it_goes_on(self.page, self.server, self.verdict.is_visible)
        wait_while_it_goes_on(self.page, self.server, lambda: not self.stop_button.count())
        wait_until_still(self.page)
        expect(self.verdict).to_be_visible()

    def pick(self, sample: str) -> None:
        """Choose a sample."""
        self.page.get_by_role("radio", name=sample).or_(self.page.get_by_role("button", name=sample)).first.click()

    def upload(self, name: str, data: bytes) -> None:
        """Drop a file on the uploader."""
        self.page.locator('input[type="file"]').set_input_files({"name": name, "mimeType": "text/csv", "buffer": data})

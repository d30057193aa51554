"""What a person does on *Memory race*."""

import re
from urllib.parse import urlencode

from playwright.sync_api import Locator, Page, expect

from tests.browser.patience import wait_while_it_goes_on
from tests.browser.server import Server
from tests.browser.still import wait_until_still

LINES_JS = """() => {
    const traces = document.querySelector('.js-plotly-plot')?._fullData ?? [];
    const lines = traces.filter(trace => trace.mode === 'lines' && trace.yaxis === 'y' && !trace.showlegend);
    return Object.fromEntries(lines.map(trace => [trace.name, trace.x.length]));
}"""


class RacePage:
    """Drive the page by what a person sees of it."""

    def __init__(self, page: Page, server: Server) -> None:
        self.page, self.server = page, server

    def open(self, **parameters: object) -> "RacePage":
        """Open the page at an address and wait until it can be used."""
        self.page.goto(f"{self.server.url}/memory_race?{urlencode(parameters)}")
        self.ready()
        return self

    def ready(self) -> None:
        """Wait until the chart is drawn."""
        expect(self.page.locator(".js-plotly-plot").first).to_be_visible()
        wait_until_still(self.page)

    def button(self, name: str) -> Locator:
        """Find one of the buttons above the chart."""
        return self.page.get_by_role("button", name=name)

    def standing(self, words: str) -> Locator:
        """Find the words that say where the race stands; while the page is redrawn the old place may hold them too."""
        return self.page.get_by_text(re.compile(f"^{words}")).first

    def finish(self, updates: int) -> None:
        """Wait until the race has ended."""
        wait_while_it_goes_on(self.page, self.server, self.standing(f"Finished after update {updates}").is_visible)

    @property
    def race(self) -> str:
        """The key of the race in the address."""
        found = re.search(r"race=([0-9a-f]{24})", self.page.url)
        assert found, self.page.url
        return found.group(1)

    def points(self) -> dict[str, int]:
        """Count the points of each line in the chart."""
        return self.page.evaluate(LINES_JS)

    def wait_for_points(self, least: int) -> None:
        """Wait until every line has at least so many points."""
        reached = (
            f"least => {{ const lines = ({LINES_JS})(); return Object.keys(lines).length === 3 "
            "&& Object.values(lines).every(count => count >= least); }"
        )
        wait_while_it_goes_on(self.page, self.server, lambda: self.page.evaluate(reached, least))

    def wait_for_colour(self, colour: str) -> None:
        """Wait until a line of the chart has a colour."""
        self.page.wait_for_function(
            "colour => document.querySelector('.js-plotly-plot')?.data?.some(one => one.line?.color === colour)",
            arg=colour,
        )

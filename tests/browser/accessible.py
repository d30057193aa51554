"""What axe-core finds on a page."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.still import wait_until_still


def expect_nothing_serious(page: Page) -> None:
    """Wait for the page to stand still, since it is pale while it is redrawn; fail on what axe calls serious or critical."""
    wait_until_still(page)
    found = Axe().run(page).response["violations"]
    serious = [
        (rule["id"], [node["html"][:150] for node in rule["nodes"]][:3])
        for rule in found
        if rule["impact"] in ("serious", "critical")
    ]
    assert not serious, serious

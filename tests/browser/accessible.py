"""What axe-core finds on a page."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page


def expect_nothing_serious(page: Page) -> None:
    """Fail on violations of which axe says that they are serious or critical."""
    found = Axe().run(page).response["violations"]
    serious = [
        (rule["id"], [node["html"][:150] for node in rule["nodes"]][:3])
        for rule in found
        if rule["impact"] in ("serious", "critical")
    ]
    assert not serious, serious

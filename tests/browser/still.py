"""Wait for a page to stand still: what is clicked or typed while it is redrawn may be lost, and it is pale meanwhile."""

from playwright.sync_api import Page

STANDS_STILL = """() =>
  document.querySelector("[data-test-script-state]")?.dataset.testScriptState === "notRunning"
  && !document.querySelector("[data-stale=true]")"""


def wait_until_still(page: Page) -> None:
    """Wait until no script runs and nothing on the page is of an earlier run."""
    page.wait_for_function(STANDS_STILL)

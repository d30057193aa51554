"""Wait as long as something goes on: how fast a machine is, is no defect."""

import time
from collections.abc import Callable

from playwright.sync_api import Page

from tests.browser.server import Server

REST = 90  # seconds in which nothing happens at all
LOOK = 200  # milliseconds


def wait_while_it_goes_on(page: Page, server: Server, reached: Callable[[], object]) -> None:
    """Look until something is reached; fails where neither the page nor the server's files change any more."""
    last, since = None, time.monotonic()
    while not reached():
        now = page.inner_text("body"), server.written()
        if now != last:
            last, since = now, time.monotonic()
        assert time.monotonic() - since < REST, f"nothing has happened for {REST} s"
        page.wait_for_timeout(LOOK)

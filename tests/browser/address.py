"""Where a page says that it is."""

import re

from playwright.sync_api import Page, expect


def expect_place(page: Page, **place: object) -> None:
    """Wait until the address names a place behind its `#`: it is written a moment after the last key."""
    for name, value in place.items():
        expect(page).to_have_url(re.compile(rf"#(.*&)?{name}={value}(&|$)"))

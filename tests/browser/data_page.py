"""What a person does with a file of their own on the Forecast page."""

import re

from playwright.sync_api import expect

from tests.browser.forecast_page import ForecastPage


class DataPage(ForecastPage):
    """Drive the data panel by what a person sees of it."""

    @property
    def reading(self):
        """The line that says how the file was read."""
        return self.page.get_by_text(re.compile("Read as (CSV|Excel|Parquet)"))

    @property
    def preview(self):
        return self.page.get_by_test_id("stDataFrame").first

    @property
    def check(self):
        """What the data check says, above its findings."""
        return self.page.locator("p", has_text="Data check:").last

    def unfold(self) -> None:
        """Open what says how the file was read."""
        self.page.get_by_text("How this file was read").click()
        expect(self.preview).to_be_visible()

    def choose(self, label: str, option: str) -> None:
        """Pick an option of a menu by typing, as one does in a long one."""
        menu = self.page.get_by_role("combobox", name=re.compile(f"{label}$")).first
        menu.click()
        menu.fill(option)
        self.page.get_by_role("option", name=option).first.click()

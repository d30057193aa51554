"""A browser keeps its runs: over a reload and a new server, for itself alone, and for whoever gets a link."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.accessible import expect_nothing_serious
from tests.browser.forecast_page import LONG, SMALL, ForecastPage
from tests.browser.patience import wait_while_it_goes_on


def rows(page):
    return page.get_by_role("region", name="Runs", exact=True).get_by_role("rowheader")


@pytest.fixture
def trained(page, server):
    """A page of a browser that has trained one run; its key."""
    forecast = ForecastPage(page, server).open(epochs=4, **SMALL)
    forecast.train()
    forecast.finish()
    return forecast.run


def test_a_reload_keeps_the_list_another_browser_sees_none_and_a_link_brings_one(trained, page, server, browser):
    page.goto(f"{server.url}/runs")
    expect(rows(page)).to_have_count(1)
    page.reload()
    expect(rows(page)).to_have_count(1)
    other = browser.new_context().new_page()
    other.goto(f"{server.url}/runs")
    expect(other.get_by_text("Every forecast that you train in this browser is listed here")).to_be_visible()
    expect(rows(other)).to_have_count(0)
    other.goto(f"{server.url}/runs?run={trained}")
    expect(rows(other)).to_have_count(1)
    other.goto(f"{server.url}/runs")
    expect(rows(other)).to_have_count(1)
    other.context.close()


def test_where_the_browser_keeps_nothing_the_session_does_and_says_so(trained, server, browser):
    context = browser.new_context()
    context.add_init_script("Object.defineProperty(window, 'localStorage', { get() { throw new Error('blocked'); } })")
    page = context.new_page()
    page.goto(f"{server.url}/runs?run={trained}")
    expect(rows(page)).to_have_count(1)
    expect(page.get_by_text("This browser stores nothing for this site")).to_be_visible()
    context.close()


def test_runs_are_retrained_compared_and_deleted_with_the_keyboard(trained, page, server):
    page.goto(f"{server.url}/runs?run={trained}")
    page.get_by_role("tab", name="Retrain with one change").click()
    value = page.get_by_label("New value")
    value.fill("16")
    value.press("Enter")
    page.get_by_role("button", name="Train", exact=True).click()
    expect(page.get_by_text("2 runs compared")).to_be_visible()
    expect(rows(page)).to_have_count(2)
    expect(page.get_by_role("cell", name="finished")).to_have_count(2)
    changed = page.get_by_role("row").filter(has_text="Hidden units").get_by_role("cell", name="16", exact=True)
    expect(changed).to_have_count(1)  # for a moment, while the charts above come, the old table stands there too
    box = page.get_by_role("checkbox").first
    box.focus()
    page.keyboard.press("Space")
    expect(page.get_by_role("tab", name="Upload the next month")).to_be_visible()
    page.keyboard.press("Space")
    expect(page.get_by_text("2 runs compared")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("with one change: Hidden units")).to_be_visible()
    expect_nothing_serious(page)
    page.get_by_role("button", name=re.compile("Delete")).first.click()
    page.get_by_role("button", name="Delete permanently").click()
    expect(rows(page)).to_have_count(1)
    page.reload()
    expect(rows(page)).to_have_count(1)


def test_a_run_that_trains_is_stopped_when_it_is_deleted(page, server):
    forecast = ForecastPage(page, server).open(**LONG)
    forecast.train()
    key = forecast.run
    page.goto(f"{server.url}/runs?run={key}")
    expect(page.get_by_role("cell", name=re.compile("training, epoch"))).to_be_visible()
    page.get_by_role("button", name=re.compile("Delete")).first.click()
    page.get_by_role("button", name="Delete permanently").click()
    expect(page.get_by_text("Every forecast that you train in this browser is listed here")).to_be_visible()
    wait_while_it_goes_on(page, server, lambda: not (server.data / "runs" / key).exists())


def test_a_run_is_taken_along_and_opened_again(trained, page, server, tmp_path):
    page.goto(f"{server.url}/runs?run={trained}")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download zip").click()
    path = tmp_path / "run.zip"
    download.value.save_as(path)
    page.get_by_role("button", name="Open a run from a zip").click()
    page.locator('input[type="file"]').last.set_input_files(path)
    expect(rows(page)).to_have_count(2)
    expect(page).to_have_url(re.compile(r"run=(?!" + trained + ")"))

"""A real server and a real browser."""

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from tests.browser.chromium import FLAGS, find_chromium
from tests.browser.forecast_page import ForecastPage
from tests.browser.patience import wait_while_it_goes_on
from tests.browser.server import Server

TRAINED_ON = {"runs": "forecast", "classifiers": "classify_sequences"}
SCREENSHOTS = Path(__file__).parent / "screenshots"

expect.set_options(timeout=60_000)  # nothing waits that long unless it fails: a busy machine is no defect


def pytest_collection_modifyitems(items):
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def server(tmp_path_factory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("server")
    server = Server(folder / "data", folder / "log.txt")
    server.wait_until_warm()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = find_chromium()
    assert path, "no Chromium: run `python -m tests.browser.chromium`"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def page(browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, accept_downloads=True)
    page = context.new_page()
    page.set_default_timeout(60_000)
    yield page
    assert page.get_by_text("Traceback").count() == 0
    assert page.get_by_text("Something went wrong because of a bug").count() == 0
    context.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Tell what the page showed when a test failed, and what the server said last."""
    report = yield
    pages = [value for value in item.funcargs.values() if isinstance(getattr(value, "page", value), Page)]
    if report.when == "call" and report.failed and pages:
        page = getattr(pages[0], "page", pages[0])
        with suppress(PlaywrightError):
            report.sections.append(("The page", f"{page.url}\n{page.inner_text('body')[:3000]}"))
        if "server" in item.funcargs:
            report.sections.append(("The server", item.funcargs["server"].log.read_text()[-2000:]))
    return report


@pytest.fixture(autouse=True)
def nothing_left_training(request, browser) -> Iterator[None]:
    """A test that fails in the middle must not keep the next ones waiting in the queue."""
    yield
    if "server" not in request.fixturenames:
        return
    server = request.getfixturevalue("server")
    for state in server.data.glob("*/*/state.json"):
        path = TRAINED_ON.get(state.parent.parent.name)
        if path and json.loads(state.read_text())["status"] in ("queued", "running"):
            page = browser.new_context().new_page()
            page.goto(f"{server.url}/{path}?run={state.parent.name}")
            stop, further = (page.get_by_role("button", name=name) for name in ("Stop", "Train further"))

            def stopped(page: Page = page, stop: Locator = stop, further: Locator = further) -> bool:
                with suppress(PlaywrightError):  # it may end by itself before the click
                    stop.click(timeout=2000)
                return further.is_visible()

            wait_while_it_goes_on(page, server, stopped)
            page.context.close()


@pytest.fixture(scope="session")
def screenshots() -> Path:
    SCREENSHOTS.mkdir(exist_ok=True)
    return SCREENSHOTS


@pytest.fixture
def forecast(page: Page, server: Server) -> ForecastPage:
    """The Forecast page in a new browser window."""
    return ForecastPage(page, server)

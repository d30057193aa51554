"""Figures, one JSON line each: `make bench`; `make bench QUICK=1` takes each once, to see that it can be taken.

Every ratio is taken within this run, the two sides in turn, since the machine may be shared. Times are medians.
"""

import json
import statistics
import tempfile
import time
from collections.abc import Callable
from itertools import chain
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.benchmarks.gradients import cost_of_gradients, sliding
from tests.benchmarks.rounds import rounds
from tests.benchmarks.starting import cost_of_help, started_server, yardstick
from tests.benchmarks.stepping import packing, stepping
from tests.benchmarks.tracing import cost_of_looking
from tests.benchmarks.training import overhead_of_watching
from tests.browser.chromium import FLAGS, find_chromium
from tests.browser.forecast_page import ForecastPage
from tests.browser.server import Server

ROUNDS = 7
CLICKED = ("GRU", "RNN", "LSTM")


def report(name: str, value: float, unit: str, **more: object) -> None:
    """Print one figure."""
    print(json.dumps({"name": name, "value": round(value, 4), "unit": unit, **more}), flush=True)


def timed(action: Callable[[], object]) -> float:
    """Measure an action in milliseconds."""
    started = time.perf_counter()
    action()
    return 1000 * (time.perf_counter() - started)


def main() -> None:
    """Measure everything."""
    for name, value, unit, more in chain(
        cost_of_help(), cost_of_looking(), cost_of_gradients(), packing(), overhead_of_watching()
    ):
        report(name, value, unit, **more)
    expect.set_options(timeout=60_000)  # a machine that is busy is measured too
    chromium = find_chromium()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server, (name, value, unit, more) = started_server(Path(folder))
        report(name, value, unit, **more)
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        try:
            for name, value, unit, more in chain(stepping(browser, server), sliding(browser, server)):
                report(name, value, unit, **more)
            page_loads(browser, server)
            reruns(browser, server)
            watching(browser, server)
        finally:
            browser.close()
            server.stop()


def page_loads(browser: Browser, server: Server) -> None:
    """From the address to a page that answers, each time in a fresh browser session."""

    def load() -> None:
        page = browser.new_context().new_page()
        ForecastPage(page, server).open()
        page.locator(".js-plotly-plot .scatterlayer path").first.wait_for()
        page.context.close()

    first = timed(load)
    again, over = beside_the_yardstick([load] * rounds(ROUNDS))
    more = {"first": round(first), "over_yardstick": over, "rounds": len(again)}
    report("page_load_to_interactive_ms", statistics.median(again), "ms", **more)


def beside_the_yardstick(actions: list[Callable[[], object]]) -> tuple[list[float], float]:
    """Time actions in milliseconds, each in turn with the yardstick, and give the median of their ratios as well."""
    pairs = [(timed(action), timed(yardstick)) for action in actions]
    return [taken for taken, _ in pairs], round(statistics.median(taken / stick for taken, stick in pairs), 2)


def change_cell(page: Page, cell: str) -> None:
    """Click another cell and wait until the server has answered: the address names it, and nothing runs any more."""
    page.get_by_role("radio", name=cell).click()
    page.wait_for_function(
        """cell => new URL(location).searchParams.get("cell") === (cell === "LSTM" ? null : cell.toLowerCase())""",
        arg=cell,
    )


def reruns(browser: Browser, server: Server) -> None:
    """From a click on a control of the Forecast page to its answer, nothing else going on."""
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    ForecastPage(page, server).open()
    times, over = beside_the_yardstick(
        [lambda cell=cell: change_cell(page, cell) for cell in CLICKED * rounds(4)]  # type: ignore[misc]
    )
    more = {"slowest": round(max(times)), "over_yardstick": over, "rounds": len(times)}
    report("forecast_page_rerun_ms", statistics.median(times), "ms", **more)
    page.context.close()


def watching(browser: Browser, server: Server) -> None:
    """What a person sees while a run trains: first point, redraws, answers to clicks."""
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    forecast = ForecastPage(page, server)
    firsts = []
    seeds = range(rounds(3))
    for seed in seeds:
        forecast.open(data="sunspots", epochs=5000, patience=0, origins=1, seed=seed)
        firsts.append(timed(lambda: first_point(forecast)))
        if seed != seeds[-1]:
            forecast.stop_button.click()
            forecast.finish()
    report("click_to_first_point_ms", statistics.median(firsts), "ms", all=[round(value) for value in firsts])
    report("redraws_per_second", redraws_per_second(page, rounds(6)), "1/s")
    times = [timed(lambda cell=cell: change_cell(page, cell)) for cell in CLICKED * rounds(4)]
    report("click_while_training_ms", statistics.median(times), "ms", slowest=round(max(times)), rounds=len(times))
    forecast.stop_button.click()
    forecast.finish()
    page.context.close()


def first_point(forecast: ForecastPage) -> None:
    """Click Train and wait for a point of the loss curve."""
    forecast.train_button.click()
    forecast.page.wait_for_function(
        """() => document.querySelector('[data-testid="stProgress"]') &&
                 document.querySelectorAll(".js-plotly-plot .scatterlayer .points path").length > 0"""
    )


def redraws_per_second(page: Page, seconds: int) -> float:
    """Count how often the loss curve changes its shape."""
    count: int = page.evaluate(
        """seconds => new Promise(resolve => {
            let count = 0, last = "";
            const end = performance.now() + 1000 * seconds;
            const look = () => {
                const line = document.querySelector(".js-plotly-plot .scatterlayer .js-line")?.getAttribute("d") ?? "";
                if (line && line !== last) { count += 1; last = line; }
                if (performance.now() < end) requestAnimationFrame(look); else resolve(count);
            };
            look();
        })""",
        seconds,
    )
    return count / seconds


if __name__ == "__main__":
    main()

"""How fast a live cell is stepped: key to frame, playing, a what-if, and the way of a trace into the browser."""

import statistics
import time
from collections.abc import Iterator

from playwright.sync_api import Browser, Page

from lstm_viz.scenes.step_bytes import scene_bytes
from lstm_viz.scenes.step_request import UNTRAINED, StepRequest
from lstm_viz.scenes.step_scene import build_scene
from tests.benchmarks.rounds import rounds
from tests.browser.server import Server
from tests.browser.step_page import StepPage

LANES = ("lstm", "gru", "rnn")
TEXT = " ".join(f"w{place % 23}" for place in range(200))
STEPS = 200
WHAT_IFS = 12
Figure = tuple[str, float, str, dict[str, object]]

# A frame is drawn when the task after the animation frame that follows the key begins.
PRESS = """async steps => {
    const hosts = [...document.querySelectorAll("*")].filter(one => one.shadowRoot?.querySelector(".diagram"));
    const ribbon = hosts[0].shadowRoot.querySelector(".ribbon");
    const press = key => ribbon.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, composed: true }));
    const drawn = () => new Promise(done => requestAnimationFrame(() => {
        const channel = new MessageChannel();
        channel.port1.onmessage = done;
        channel.port2.postMessage(0);
    }));
    press("Home");
    const times = [];
    for (let step = 1; step < steps; step += 1) {
        await new Promise(done => setTimeout(done, 20 + 30 * Math.random()));
        const started = performance.now();
        press("ArrowRight");
        await drawn();
        times.push(performance.now() - started);
        if (ribbon.getAttribute("aria-valuenow") !== String(step + 1)) throw new Error("a step was lost");
    }
    return times;
}"""

PLAY = """async seconds => {
    const hosts = [...document.querySelectorAll("*")].filter(one => one.shadowRoot?.querySelector(".diagram"));
    const root = hosts[0].shadowRoot;
    root.querySelector(".speed select").value = "30";
    const ribbon = root.querySelector(".ribbon");
    const press = key => ribbon.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, composed: true }));
    press("Home");
    const seen = new Set();
    press(" ");
    const started = performance.now();
    while (performance.now() - started < 1000 * seconds) {
        await new Promise(requestAnimationFrame);
        seen.add(Number(ribbon.getAttribute("aria-valuenow")));
    }
    press(" ");
    const last = Number(ribbon.getAttribute("aria-valuenow"));
    return { rate: (last - 1) / seconds, dropped: last - seen.size };
}"""


def packing() -> Iterator[Figure]:
    """Measure the payload of T=200, H=64, and what Python needs for it."""
    for cells in (("lstm",), LANES):
        request = StepRequest(source=UNTRAINED, text=TEXT, hidden_size=64, cells=cells)
        scene_bytes(build_scene(request))
        times = []
        for _ in range(rounds(7)):
            started = time.perf_counter()
            data = scene_bytes(build_scene(request))
            times.append(1000 * (time.perf_counter() - started))
        about = {"T": 200, "H": 64, "lanes": len(cells)}
        yield "scene_payload_bytes", len(data), "bytes", about
        yield "scene_from_text_to_bytes_ms", statistics.median(times), "ms", about


def stepping(browser: Browser, server: Server) -> Iterator[Figure]:
    """Measure in Chromium with three lanes at T=200, H=64."""
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    about: dict[str, object] = {"T": 200, "H": 64, "lanes": 3}
    step_page = StepPage(page, server).open(source=UNTRAINED, text=TEXT, hidden_size=64, cells="-".join(LANES))
    page.wait_for_timeout(1500)
    times = sorted(page.evaluate(PRESS, 1 + rounds(STEPS - 1)))
    yield "key_to_frame_ms", statistics.median(times), "ms", {**about, "p95": round(times[int(0.95 * len(times))], 1)}
    played = page.evaluate(PLAY, rounds(5))
    yield "playing_at_30_steps_per_second", played["rate"], "1/s", {**about, "dropped": played["dropped"]}
    times = redrawn(page, step_page)
    yield "seed_to_drawn_ms", statistics.median(times), "ms", {**about, "slowest": round(max(times))}
    times = answered(page, step_page)
    yield "what_if_ms", statistics.median(times), "ms", {**about, "slowest": round(max(times))}
    step_page.open(source="counting")
    times = answered(page, step_page)
    yield "what_if_ms", statistics.median(times), "ms", {"model": "counting", "slowest": round(max(times))}
    page.context.close()


def redrawn(page: Page, step_page: StepPage) -> list[float]:
    """Measure from the press on the seed's plus to the new scene drawn: rerun, trace, way to the browser, drawing."""
    more = page.get_by_test_id("stNumberInputStepUp")
    return [step_page.draw_time(more.click) for _ in range(rounds(7))]


def answered(page: Page, step_page: StepPage) -> list[float]:
    """Measure from the press that silences a unit, or lets it speak again, to both runs drawn."""
    silence = page.get_by_role("button", name="silence this unit").or_(
        page.get_by_role("button", name="let it speak again")
    )
    times = []
    for _ in range(rounds(WHAT_IFS)):
        times.append(step_page.draw_time(silence.click))
        page.keyboard.press("]")
    return times

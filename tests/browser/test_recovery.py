"""What dies in the middle is told and taken up again: a worker, the server, and a server that is asked to end."""

import re
import signal

import psutil
from playwright.sync_api import expect

from tests.browser.forecast_page import LONG, SMALL, ForecastPage
from tests.browser.server import END, Server


def test_killed_worker_is_told_and_train_further_goes_on_with_the_run(forecast, page, server):
    forecast.open(**LONG)
    forecast.train()
    forecast.wait_for_epoch(3)
    server.worker().kill()
    expect(page.get_by_text(re.compile("The worker process that trained this was lost at epoch"))).to_be_visible()
    expect(page.get_by_role("heading", name=re.compile("passengers"))).to_be_visible()
    forecast.further_button.click()
    forecast.wait_for_epoch(5)
    forecast.stop_button.click()
    forecast.finish()


def test_restarted_server_reopens_runs_and_goes_on_with_the_one_it_had(page, tmp_path):
    server = Server(tmp_path / "data", tmp_path / "log.txt")
    forecast = ForecastPage(page, server)
    try:
        server.wait_until_warm()
        forecast.open(epochs=6, **SMALL)
        forecast.train()
        forecast.finish()
        finished, verdict = page.url, forecast.verdict.inner_text()
        forecast.open(**LONG)
        forecast.train()
        forecast.wait_for_epoch(5)
        going_on = page.url
        family = server.family()

        server.stop(signal.SIGKILL)
        _, alive = psutil.wait_procs(family, timeout=END)
        assert not alive, "a killed server leaves processes behind"
        server.start()
        page.goto(finished)  # a cold deep link: the first request that this server gets
        expect(forecast.verdict).to_have_text(verdict)
        page.goto(going_on)
        forecast.wait_for_epoch(6)
        forecast.stop_button.click()
        forecast.finish()

        family = server.family()
        server.stop()
        _, alive = psutil.wait_procs(family, timeout=END)
        assert not alive, "a stopped server leaves processes behind"
    finally:
        server.stop(signal.SIGKILL)


def test_ctrl_c_ends_everything_without_a_traceback(page, tmp_path):
    server = Server(tmp_path / "data", tmp_path / "log.txt")
    try:
        server.wait_until_warm()
        forecast = ForecastPage(page, server).open(**LONG)
        forecast.train()
        family = server.family()
        server.press_ctrl_c()
        _, alive = psutil.wait_procs(family, timeout=END)
        assert not alive
        assert "Traceback" not in server.log.read_text()
    finally:
        server.stop(signal.SIGKILL)

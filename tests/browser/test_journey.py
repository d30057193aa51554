"""The whole journey in a real browser against the real server."""

import io
import re
import subprocess
import sys
import zipfile

import numpy as np
import pandas as pd
from playwright.sync_api import expect

from tests.browser.forecast_page import LONG, SMALL, ForecastPage


def download(page, label):
    with page.expect_download() as waiting:
        page.get_by_role("button", name=label, exact=True).click()
    found = waiting.value
    return found.suggested_filename, open(found.path(), "rb").read()  # noqa: PTH123


def test_home_plays_its_film_and_leads_to_the_forecast(page, server):
    page.goto(server.url)
    epoch = page.get_by_text(re.compile(r"^Epoch \d+ of 80"))
    expect(epoch).to_be_visible()
    expect(epoch).to_have_text(re.compile("Epoch [1-9]"))
    page.get_by_role("slider").press("Home")
    expect(epoch).to_have_text(re.compile("Epoch 0 of 80|Before training"))
    page.get_by_role("slider").press("End")
    expect(epoch).to_have_text(re.compile("Epoch 80 of 80"))
    page.get_by_role("button", name="Forecast your own file").click()
    expect(page).to_have_url(re.compile("/forecast"))
    expect(page.locator(".js-plotly-plot").first).to_be_visible()


def test_sample_is_trained_stopped_trained_further_reloaded_shared_and_taken_home(forecast, page, browser, server):
    forecast.open(**LONG)
    forecast.train()
    forecast.wait_for_epoch(3)
    expect(page.locator(".js-plotly-plot .scatterlayer .js-line").first).to_be_visible()
    forecast.stop_button.click()
    forecast.finish()

    page.get_by_role("spinbutton", name="More epochs").fill("3")
    page.get_by_role("spinbutton", name="More epochs").press("Enter")
    forecast.further_button.click()
    expect(forecast.stop_button).to_be_visible()
    forecast.finish()
    verdict, address = forecast.verdict.inner_text(), page.url
    assert f"run={forecast.run}" in address

    page.reload()
    expect(forecast.verdict).to_have_text(verdict)
    other = browser.new_context().new_page()
    other.goto(address)
    expect(other.get_by_text(verdict)).to_be_visible()
    other.context.close()

    name, data = download(page, "CSV")
    table = pd.read_csv(io.BytesIO(data))
    assert name == "passengers-forecast.csv"
    assert list(table.columns) == ["ds", "yhat", "lo-80", "hi-80", "lo-95", "hi-95"]
    assert len(table) == 12
    assert table["ds"].iloc[0] == "1961-01-01"
    assert download(page, "PNG")[1].startswith(b"\x89PNG")
    assert b"<svg" in download(page, "SVG")[1][:1000]
    assert b"plotly" in download(page, "HTML")[1].lower()
    model = zipfile.ZipFile(io.BytesIO(download(page, "Model and script")[1]))
    assert {"model.safetensors", "config.json", "series.csv", "forecast.py"} <= set(model.namelist())


def test_downloaded_script_repeats_the_forecast_without_the_app(forecast, page, tmp_path):
    forecast.open(epochs=8)
    forecast.train()
    forecast.finish()
    expected = pd.read_csv(io.BytesIO(download(page, "CSV")[1]))
    zipfile.ZipFile(io.BytesIO(download(page, "Model and script")[1])).extractall(tmp_path)
    subprocess.run([sys.executable, "forecast.py"], cwd=tmp_path, check=True, capture_output=True)
    again = pd.read_csv(tmp_path / "forecast.csv")
    assert again["ds"].tolist() == expected["ds"].tolist()
    np.testing.assert_allclose(again["yhat"], expected["yhat"], rtol=1e-5)


def test_a_file_of_ones_own_is_read_changed_and_forecast(forecast, page):
    days = pd.date_range("2023-01-02", periods=120, freq="D")
    table = pd.DataFrame({"when": days.strftime("%d.%m.%Y"), "visits": np.arange(120) % 7 * 10 + 50, "noise": 1})
    forecast.open(members=1, epochs=10)
    forecast.upload("my visits.csv", table.to_csv(index=False, sep=";").encode())
    expect(page.get_by_text("Read as daily, 120 steps")).to_be_visible()
    expect(page.get_by_text("from 2023-01-02 to 2023-05-01", exact=True)).to_be_visible()
    assert "data=u-" in page.url
    page.reload()
    expect(page.get_by_text("Read as daily, 120 steps")).to_be_visible()
    forecast.train()
    forecast.finish()
    expect(forecast.verdict).to_contain_text("4 back-tests of 7 days")


BAD_FILES = {
    "empty.csv": (b"", "The file is empty"),
    "binary.csv": (bytes(range(256)) * 40, "no text table"),
    "photo.csv": (b"\x89PNG\r\n\x1a\n" + bytes(500), "PNG"),
    "words.csv": (b"a,b\nx,y\nz,w\nq,r\n", "number"),
    "header.csv": (b"a,b\n", "row"),
    "constant.csv": (b"d,v\n" + b"".join(b"2024-01-%02d,5\n" % d for d in range(1, 29)), "same value"),
    "one.csv": (b"d,v\n2024-01-01,5\n", "row"),
    "short.csv": (b"d,v\n2024-01-01,5\n2024-01-02,7\n2024-01-03,6\n", "at least 7"),
    "nothing.csv": (b"d,v\n2024-01-01,NaN\n2024-01-02,inf\n2024-01-03,\n", "number|empty|missing|value"),
}


def test_every_bad_file_gets_one_sentence_and_the_app_goes_on(forecast, page):
    forecast.open(data="nile")
    alert, told = page.get_by_role("alert"), ""
    for name, (data, words) in BAD_FILES.items():
        forecast.upload(name, data)
        expect(alert.first, name).not_to_have_text(told)
        expect(alert, name).to_have_count(1)
        expect(alert, name).to_contain_text(re.compile(words))
        told = alert.inner_text()
        forecast.pick("Nile")
        expect(page.get_by_text("Read as yearly, 100 steps"), name).to_be_visible()


def test_too_large_file_is_refused_by_the_browser_before_it_travels(forecast, page, tmp_path):
    large = tmp_path / "large.csv"
    with large.open("wb") as file:
        file.truncate(200 * 1024**2)
    forecast.open()
    page.locator('input[type="file"]').set_input_files(large)
    expect(page.get_by_text(re.compile("50.*MB or smaller"))).to_be_visible()
    expect(page.get_by_text("Read as monthly, 144 steps")).to_be_visible()


def test_hostile_names_stay_text_everywhere(forecast, page):
    hostile = '<img src=x onerror="window.hacked=1"><b>b</b> **bold** :red[x] $x^2$ ![i](http://127.0.0.1:9/i.png)'
    rows = "".join(f"2024-{1 + day // 28:02d}-{1 + day % 28:02d},{day % 7 + day}\n" for day in range(84))
    quoted = hostile.replace('"', '""')
    requests = []
    page.on("request", lambda request: requests.append(request.url))
    forecast.open(epochs=10, **SMALL)
    forecast.upload(f"{hostile[:60].replace('/', '')}.csv", f'"{quoted} date","{quoted}"\n{rows}'.encode())
    expect(page.get_by_role("heading", name=re.compile(r"\*\*bold\*\* :red\[x\] \$x\^2\$"))).to_be_visible()
    forecast.train()
    forecast.finish()
    page.wait_for_timeout(500)
    assert page.evaluate("window.hacked") is None
    assert page.locator("img[src='x'], img[src*='127.0.0.1']").count() == 0
    assert not [url for url in requests if ":9/" in url]
    download(page, "SVG")
    download(page, "PNG")


def test_reload_in_the_middle_finds_training_going_on(forecast, page, browser):
    forecast.open(**LONG)
    forecast.train()
    page.reload()
    forecast.wait_for_epoch(5)
    other = browser.new_context().new_page()
    other.goto(page.url)
    expect(other.get_by_text(re.compile(r"^Epoch \d+ of 5000"))).to_be_visible()
    other.get_by_role("button", name="Stop").click()
    forecast.finish()
    other.context.close()


def test_leaving_the_page_and_coming_back_finds_the_run(forecast, page):
    forecast.open(epochs=6, **SMALL)
    forecast.train()
    forecast.finish()
    key = forecast.run
    page.get_by_role("link", name="Home").click()
    expect(page.get_by_role("heading", name="Watch an LSTM learn")).to_be_visible()
    page.get_by_role("link", name="Forecast").click()
    forecast.finish()
    assert forecast.run == key


def test_every_button_pressed_twice_does_no_harm(forecast, page):
    forecast.open(**LONG)
    forecast.train_button.dblclick()
    forecast.wait_for_epoch(2)
    key = forecast.run
    expect(page.get_by_role("button", name="Training …")).to_be_disabled()
    assert forecast.run == key
    forecast.stop_button.dblclick()
    forecast.finish()
    page.get_by_role("spinbutton", name="More epochs").fill("2")
    page.get_by_role("spinbutton", name="More epochs").press("Enter")
    forecast.further_button.dblclick()
    expect(forecast.stop_button).to_be_visible()
    forecast.finish()


def test_page_works_from_the_keyboard_alone(forecast, page):
    forecast.open(epochs=6, members=1, origins=2)
    page.get_by_role("spinbutton", name="Horizon (months)").focus()
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.type("6")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("horizon=6"))
    forecast.train_button.focus()
    page.keyboard.press("Enter")
    forecast.finish()
    expect(forecast.verdict).to_contain_text("back-tests of 6 months")


def test_two_people_train_at_once_and_the_second_waits_in_sight(forecast, page, browser, server):
    forecast.open(**LONG)
    forecast.train()
    second = ForecastPage(browser.new_context().new_page(), server)
    second.open(epochs=5, **SMALL)
    second.train_button.click()
    expect(second.page.get_by_text("Waiting: 1 run is before this one")).to_be_visible()
    forecast.stop_button.click()
    second.finish()
    forecast.finish()
    second.page.context.close()


def test_nothing_is_loaded_from_another_machine(page, server):
    elsewhere = []
    page.on("request", lambda request: elsewhere.append(request.url))
    for path in ("/", "/forecast"):
        page.goto(server.url + path)
        expect(page.get_by_role("heading").first).to_be_visible()
        page.wait_for_load_state("networkidle")
    assert not [
        url for url in elsewhere if not url.startswith((server.url, server.url.replace("http", "ws"), "data:", "blob:"))
    ]


def test_server_stays_awake_for_others_while_a_run_trains(forecast, page, browser, server):
    forecast.open(**LONG)
    forecast.train()
    other = browser.new_context().new_page()
    other.goto(server.url)
    expect(other.get_by_role("heading", name="Watch an LSTM learn")).to_be_visible()
    expect(forecast.stop_button, "it still trains").to_be_visible()
    other.context.close()
    forecast.stop_button.click()
    forecast.finish()


def test_on_a_phone_training_scrolls_into_sight_and_the_keyboard_follows(browser, server):
    page = browser.new_context(viewport={"width": 400, "height": 800}).new_page()
    forecast = ForecastPage(page, server).open(**LONG)
    forecast.train_button.focus()
    page.keyboard.press("Enter")
    expect(forecast.stop_button).to_be_in_viewport()
    page.wait_for_function("document.activeElement !== document.body && !document.activeElement.disabled")
    forecast.wait_for_epoch(1)
    forecast.stop_button.click()
    expect(forecast.verdict).to_be_in_viewport()
    page.context.close()


def test_a_page_that_is_only_opened_does_not_scroll(forecast, page, browser, server):
    forecast.open(epochs=4, **SMALL)
    forecast.train()
    forecast.finish()
    other = browser.new_context(viewport={"width": 400, "height": 800}).new_page()
    other.goto(page.url)
    expect(other.get_by_role("button", name="Train again")).to_be_attached()
    other.wait_for_timeout(1500)
    expect(other.get_by_role("heading", name="1 · Data")).to_be_in_viewport()
    other.context.close()


def test_an_earlier_run_of_the_session_can_be_opened_again_while_it_trains(forecast, page):
    forecast.open(**LONG)
    forecast.train()
    first = forecast.run
    forecast.pick("Nile")
    expect(page.get_by_text("Read as yearly, 100 steps")).to_be_visible()
    page.get_by_role("button", name=re.compile("LSTM · passengers · .* · training")).click()
    expect(forecast.stop_button).to_be_visible()
    assert forecast.run == first
    forecast.stop_button.click()
    forecast.finish()
    expect(page.get_by_role("heading", name="Your runs")).to_have_count(0)

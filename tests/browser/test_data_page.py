"""Files as people have them, read, overruled and seen in a real browser."""

import re

import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import expect

from lstm_viz.figures.theme import DARK, LIGHT
from tests.browser.accessible import expect_nothing_serious
from tests.browser.data_page import DataPage
from tests.browser.patience import wait_while_it_goes_on
from tests.browser.reading import watch_reading, words_while_reading
from tests.browser.still import wait_until_still

MONTHS = pd.date_range("2012-01-01", periods=120, freq="MS")


def rgb(colour):
    """A colour as a browser tells it."""
    return f"rgb{tuple(bytes.fromhex(colour.removeprefix('#')))}"


QUICK = "members=1&origins=1&epochs=5&hidden_size=8"


def season(level):
    steps = np.arange(120)
    return level * (1 + 0.004 * steps + 0.2 * np.sin(steps * 2 * np.pi / 12)) + steps % 5


@pytest.fixture
def data_page(page, server):
    return DataPage(page, server).open(data="nile")


@pytest.fixture(scope="module")
def chinese_file():
    numbers = [f"{value:.1f}".replace(".", ",") for value in season(200)]
    rows = [f"{month:%d.%m.%Y};{number};正常" for month, number in zip(MONTHS, numbers, strict=True)]
    return "\r\n".join(["上海电力公司 月度用电量", "单位：千瓦时", "日期;用电量;备注", *rows, "合计;;"]).encode(
        "gb18030"
    )


@pytest.fixture(scope="module")
def stores_file():
    frames = [
        pd.DataFrame({"store": f"S{number:02d}", "month": MONTHS.strftime("%Y-%m"), "sales": season(50 * number)})
        for number in range(1, 21)
    ]
    return pd.concat(frames).to_csv(index=False).encode()


def test_chinese_file_with_preamble_and_decimal_commas_is_understood_and_can_be_overruled(
    data_page, page, chinese_file
):
    data_page.upload("用电量.csv", chinese_file)
    expect(data_page.reading).to_have_text(
        re.compile("Read as CSV, GB18030, semicolon, decimal comma, header in row 3$")
    )
    expect(page.get_by_text("Read as monthly, 120 steps")).to_be_visible()
    expect(data_page.check).to_contain_text("ready to train")
    expect(page.locator(".js-plotly-plot .scatterlayer .js-line").first).to_be_visible()

    data_page.unfold()
    data_page.choose("Encoding", "UTF-8")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("Encoding (=utf-8) does not fit")
    expect(page).to_have_url(re.compile("enc=utf-8"))
    expect(page.get_by_text("Read as monthly, 120 steps")).to_be_visible()
    page.get_by_role("button", name="Detect automatically again").click()
    expect(alert).to_have_count(0)
    header = page.get_by_role("spinbutton", name="Header row")
    header.fill("0")
    header.press("Enter")
    expect(data_page.reading).to_have_text(re.compile("no header$"))
    expect(data_page.preview).to_be_visible()
    page.reload()
    expect(data_page.reading).to_have_text(re.compile("no header$"))


def test_chinese_file_becomes_a_forecast(data_page, page, chinese_file):
    data_page.upload("用电量.csv", chinese_file)
    expect(page.get_by_text("Read as monthly, 120 steps")).to_be_visible()
    expect(page).to_have_url(re.compile("data=u-"))
    page.goto(f"{page.url}&{QUICK}")
    data_page.train_button.click()
    data_page.finish()
    expect(page.get_by_role("heading", name="用电量 · 用电量.csv")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV", exact=False).first.click()
    told = pd.read_csv(download.value.path())
    assert told.columns.tolist() == ["ds", "yhat", "lo-80", "hi-80", "lo-95", "hi-95"]
    assert told["ds"].tolist() == pd.date_range("2022-01-01", periods=12, freq="MS").strftime("%Y-%m-%d").tolist()
    assert told["yhat"].between(150, 350).all()


def test_twenty_series_of_a_long_file_become_twenty_forecasts_of_one_model(data_page, page, stores_file):
    data_page.upload("stores.csv", stores_file)
    expect(page.get_by_text("20 series, monthly, 2012-01 to 2021-12")).to_be_visible()
    page.get_by_role("radio", name="All together").click()
    expect(page.get_by_text("One global model learns from all series and forecasts each.")).to_be_visible()
    expect(page).to_have_url(re.compile("scope=global"))
    page.goto(f"{page.url}&{QUICK}")
    data_page.train_button.click()
    data_page.finish()
    expect(page.get_by_text("All 20 series")).to_be_visible()
    expect(page.get_by_role("heading", name="S01", exact=True)).to_be_visible()
    data_page.choose("Series", "S17")
    expect(page.get_by_role("heading", name="S17", exact=True)).to_be_visible()
    expect(page).to_have_url(re.compile("run=[0-9a-f]{24}.*of=S17"))
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV of all 20 forecasts").click()
    told = pd.read_csv(download.value.path())
    assert told.groupby("unique_id", sort=False)["ds"].count().to_dict() == {f"S{n:02d}": 12 for n in range(1, 21)}
    page.reload()
    expect(page.get_by_role("heading", name="S17", exact=True)).to_be_visible()
    expect_nothing_serious(page)


def test_long_file_shows_the_series_that_one_searches_for(data_page, page, stores_file):
    data_page.upload("stores.csv", stores_file)
    expect(page.get_by_text("20 series, monthly, 2012-01 to 2021-12")).to_be_visible()
    expect(page.get_by_role("heading", name="S01 · sales · stores.csv")).to_be_visible()
    data_page.choose("Series", "S17")
    expect(page.get_by_role("heading", name="S17 · sales · stores.csv")).to_be_visible()
    expect(page).to_have_url(re.compile("series=S17"))
    expect(page.locator(".js-plotly-plot .scatterlayer .js-line").first).to_be_visible()
    expect(data_page.train_button).to_be_enabled()


@pytest.fixture(scope="module")
def large_file():
    """Seconds to read, a moment to lay out."""
    hours = pd.date_range("1920-01-01", periods=800_000, freq="h").strftime("%Y-%m-%d %H:%M")
    noise = np.random.default_rng(0).normal(100, 5, (len(hours), 3)).round(2)
    return pd.DataFrame(noise, columns=list("abc")).assign(hour=hours).to_csv(index=False).encode()


def test_while_a_large_file_is_read_the_page_says_so_and_offers_to_train_nothing(data_page, page, server, large_file):
    runs, uploads = (len(list(server.data.glob(f"{kind}/*"))) for kind in ("runs", "uploads"))
    watch_reading(page, click=".st-key-train button")
    data_page.upload("large.csv", large_file)
    assert words_while_reading(page) == "Reading large.csv …"
    expect(page.get_by_role("heading", name="a · large.csv")).to_be_visible()
    expect(data_page.train_button).to_be_visible()
    wait_until_still(page)
    assert "data=u-" in page.url
    assert "run=" not in page.url
    assert len(list(server.data.glob("runs/*"))) == runs, "what was replaced is not trained"
    assert len(list(server.data.glob("uploads/*"))) == uploads + 1, "a click makes nothing be read twice"


def test_whoever_goes_elsewhere_while_a_large_file_is_read_is_not_called_back(data_page, page, server, large_file):
    uploads = len(list(server.data.glob("uploads/*")))
    watch_reading(page)
    data_page.upload("large.csv", large_file)
    assert words_while_reading(page) == "Reading large.csv …"
    data_page.pick("Sunspots")
    expect(page.get_by_role("heading", name=re.compile("Sunspots$"))).to_be_visible()
    wait_while_it_goes_on(page, server, lambda: len(list(server.data.glob("uploads/*"))) > uploads)
    wait_until_still(page)
    data_page.train_button.hover()
    expect(page).to_have_url(re.compile("data=sunspots"))
    expect(page.get_by_role("heading", name=re.compile("Sunspots$"))).to_be_visible()


def test_one_choice_is_one_step_back(data_page, page, stores_file):
    data_page.upload("stores.csv", stores_file)
    data_page.choose("Series", "S17")
    expect(page).to_have_url(re.compile("series=S17"))
    before = page.url
    data_page.choose("Series id", "(one series)")
    expect(page).not_to_have_url(re.compile("series=S17"))
    page.go_back()
    expect(page).to_have_url(before)
    expect(page.get_by_role("heading", name="S17 · sales · stores.csv")).to_be_visible()


def test_holiday_that_is_known_in_advance_is_chosen_and_its_effect_told(data_page, page):
    days = pd.date_range("2024-01-01", periods=150)
    holiday = (np.arange(150) % 17 == 5).astype(int)
    sales = (season(100)[np.arange(150) % 7] * (1 + 0.2 * holiday)).round(1)
    table = pd.DataFrame({"day": days.strftime("%Y-%m-%d"), "sales": sales, "holiday, public": holiday})
    table.loc[140:, "sales"] = np.nan
    data_page.upload("shop.csv", table.to_csv(index=False).encode())
    page.get_by_text("Further columns").click()
    page.get_by_role("button", name="holiday, public").first.click()
    expect(page).to_have_url(re.compile("known="))
    wait_until_still(page)
    page.get_by_role("spinbutton", name="Horizon").fill("14")
    page.get_by_role("spinbutton", name="Horizon").press("Enter")
    expect(page).to_have_url(re.compile("horizon=14"))
    expect(page.get_by_text("is known for 10 of the next 14 days: its mean stands in for the rest.")).to_be_visible()
    page.goto(f"{page.url}&members=1&origins=1&epochs=10&hidden_size=8")
    data_page.train_button.click()
    data_page.finish()
    expect(page.get_by_text(re.compile("“holiday, public” adds about (19|20|21)%"))).to_be_visible()
    page.reload()
    expect(page.get_by_text("1 used: “holiday, public”")).to_be_visible()


def test_everything_about_a_troubled_file_can_be_read_by_everybody_in_light_and_dark(data_page, page):
    values = season(100)
    values[60] = 9000
    rows = pd.DataFrame({"month": MONTHS.strftime("%Y-%m"), "visits": values.round(1)}).drop(range(20, 30))
    data_page.upload("visits.csv", rows.to_csv(index=False).encode() + b"2022-01,n.a.?\n")
    expect(data_page.check).to_contain_text("to check")
    expect(page.get_by_text("1 cell without a number counted as missing")).to_be_visible()
    expect(data_page.preview).to_be_visible()
    for mode, palette in (("light", LIGHT), ("dark", DARK)):
        page.emulate_media(color_scheme=mode)
        expect(page.get_by_test_id("stApp")).to_have_css("background-color", rgb(palette.paper))
        expect_nothing_serious(page)

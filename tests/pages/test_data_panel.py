"""Data of one's own: how it was read, overruled, split into series, and checked."""

import io
import json

import numpy as np
import pandas as pd
import pytest

from lstm_viz.forecasting.config import suggest_config
from lstm_viz.runs.file_choices import ONE_SERIES
from lstm_viz.runs.records import RunSpec, RunState, Source
from lstm_viz.runs.services import training_service
from lstm_viz.tables import make_panel, read_table
from lstm_viz.ui.forecast import sources
from tests.pages.conftest import unfold

pytestmark = pytest.mark.slow

MONTHS = pd.date_range("2012-01-01", periods=60, freq="MS")


def season(size=60, level=100.0):
    return level + 20 * np.sin(np.arange(size) * 2 * np.pi / 12) + np.arange(size) % 5


@pytest.fixture
def chinese_file():
    rows = [f"{month:%d.%m.%Y};{value:.1f}".replace(".", ",") for month, value in zip(MONTHS, season(), strict=True)]
    rows = [row.replace(",", ".", 2) for row in rows]
    return "\r\n".join(["上海电力公司", "单位：千瓦时", "日期;用电量", *rows]).encode("gb18030")


@pytest.fixture
def stores_file():
    frames = [
        pd.DataFrame({"store": f"S{number:02d}", "month": MONTHS.strftime("%Y-%m"), "sales": season(level=50 * number)})
        for number in range(1, 21)
    ]
    lone = pd.DataFrame({"store": ["S99"], "month": ["2012-01"], "sales": [5.0]})
    return pd.concat([*frames, lone]).to_csv(index=False).encode()


@pytest.fixture
def daily_file():
    days = pd.date_range("2024-01-01", periods=60).strftime("%Y-%m-%d")
    return pd.DataFrame({"day": days, "visits": season(), "orders": season(level=9), "note": "x"}).to_csv(index=False)


def errors(app):
    return [error.value.replace("\\", "") for error in app.error]


def text_of(app):
    return "\n".join(item.value for item in [*app.markdown, *app.caption]).replace("\\", "")


def reading_of(app):
    line = next(item.value for item in app.markdown if "Read as CSV" in item.value or "Read as Excel" in item.value)
    return line[line.index("Read as") :].replace("\\", "")


def drawn(app):
    return json.loads(app.get("plotly_chart")[0].proto.spec)["data"][0]


def preview(app):
    return app.dataframe[0].value


def test_one_line_says_how_a_file_was_read_and_nothing_else_is_in_the_way(upload, chinese_file):
    app = upload("用电量.csv", chinese_file)
    assert not app.exception
    assert not app.error
    assert reading_of(app) == "Read as CSV, GB18030, semicolon, decimal comma, header in row 3"
    assert set(app.query_params) == {"data"}
    assert not app.dataframe, "the preview is folded away"


def test_opened_line_shows_typed_rows_decisions_and_controls(upload, chinese_file):
    app = upload("用电量.csv", chinese_file, is_open=True)
    assert not app.exception
    assert list(preview(app).columns) == ["日期", "用电量"]
    assert len(preview(app)) == 8
    assert preview(app).index[0] == 4, "rows are numbered as in the file"
    assert preview(app)["用电量"].dtype == float
    assert "letters read best as Chinese text" in text_of(app)
    assert "Skipped 2 rows above the table." in text_of(app)
    shown = {box.key: box.value for box in app.selectbox if box.key.startswith("reading-")}
    assert shown == {f"reading-{name}": "" for name in ("encoding", "delimiter", "decimal", "date_order")}
    assert app.number_input(key="reading-header").value == 3


def test_overruling_a_doubtful_decimal_mark_changes_preview_and_address(upload):
    rows = "".join(f"{month:%Y-%m};1,{250 + 7 * place}\n" for place, month in enumerate(MONTHS))
    app = upload("doubtful.csv", f"month;price\n{rows}", is_open=True)
    assert "could be thousands or decimals" in text_of(app)
    found = preview(app)["price"].iloc[0]
    other = "," if found == 1250 else "."
    app.selectbox(key="reading-decimal").set_value(other)
    unfold(app)
    assert app.query_params["dec"] == other
    assert {found, preview(app)["price"].iloc[0]} == {1.25, 1250}
    assert ("decimal comma" in reading_of(app)) == (other == ",")
    app.button(key="reading-reset").click()
    unfold(app)
    assert "dec" not in app.query_params
    assert preview(app)["price"].iloc[0] == found
    assert not [button for button in app.button if button.key == "reading-reset"]


def test_choice_that_the_file_makes_by_itself_leaves_the_address(upload, chinese_file):
    app = upload("用电量.csv", chinese_file, is_open=True)
    app.selectbox(key="reading-encoding").set_value("gb18030")
    unfold(app)
    assert "enc" not in app.query_params
    app.number_input(key="reading-header").set_value(0)
    unfold(app)
    assert app.query_params["header"] == "0"
    app.number_input(key="reading-header").set_value(3)
    unfold(app)
    assert "header" not in app.query_params
    app.number_input(key="reading-header").set_value(2)
    unfold(app)
    app.number_input(key="reading-header").set_value(None)
    unfold(app)
    assert "header" not in app.query_params


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("reading-encoding", "utf-8", "Encoding (=utf-8) does not fit"),
        ("reading-header", 999, "Header row (=999) lies beyond the file"),
        ("reading-delimiter", "|", "No column holds numbers"),
        ("reading-decimal", ".", "No column holds numbers"),
    ],
)
def test_override_that_cannot_work_is_told_beside_it_and_what_was_read_stays(upload, chinese_file, key, value, words):
    app = upload("用电量.csv", chinese_file, is_open=True)
    app.number_input(key="setting-horizon").set_value(5)
    unfold(app)
    before, y = preview(app), drawn(app)["y"]
    kind = app.number_input if key == "reading-header" else app.selectbox
    kind(key=key).set_value(value)
    unfold(app)
    assert not app.exception
    assert len(app.error) == 1
    assert words in errors(app)[0]
    assert preview(app).equals(before)
    assert drawn(app)["y"] == y
    assert kind(key=key).value == value
    assert app.number_input(key="setting-horizon").value == 5
    app.button(key="reading-reset").click()
    unfold(app)
    assert not app.error


def test_two_wrong_overrides_in_an_address_are_each_told_and_a_right_one_is_kept(upload, open_page, chinese_file):
    data = upload("用电量.csv", chinese_file).query_params["data"]
    app = open_page("forecast", data=data, enc="utf-8", header="many", order="dmy")
    assert not app.exception
    assert len(app.error) == 2
    assert "Header row (=many) must be a whole number" in " ".join(errors(app))
    assert "could be swapped" not in text_of(app), "the order that was chosen is in force"
    assert "header in row 3" in reading_of(app)


def test_copied_address_reads_alike_in_another_browser(upload, open_page, stores_file):
    app = upload("stores.csv", stores_file, is_open=True)
    app.text_input(key="reading-missing").set_value("S03, no data")
    unfold(app)
    app.get_by_key("series").set_value("S07")
    unfold(app)
    assert "S03" not in app.get_by_key("series").options
    other = open_page("forecast", **dict(app.query_params))
    assert other.get_by_key("series").value == "S07"
    assert "S03" not in other.get_by_key("series").options
    assert drawn(other)["y"] == drawn(app)["y"]
    assert other.query_params == app.query_params


@pytest.mark.parametrize(
    "parameters",
    [
        {"enc": "no-such"},
        {"enc": "rot13"},
        {"sep": "<b>"},
        {"sep": "none"},
        {"dec": ";"},
        {"header": "-1"},
        {"header": "9" * 30},
        {"sheet": "no such"},
        {"order": "yyy"},
        {"na": ",,,"},
        {"id": "no such"},
        {"id": "passengers"},
        {"series": "<script>"},
        {"dup": "product"},
        {"time": "(row number)", "id": "(one series)"},
    ],
    ids=str,
)
def test_no_choice_in_an_address_breaks_the_page(open_page, parameters):
    app = open_page("forecast", **parameters)
    assert not app.exception
    assert errors(app) or any(button.key == "train" for button in app.button)


def test_column_that_is_not_there_is_told_and_the_reader_chooses(open_page):
    app = open_page("forecast", target="no such")
    assert "There is no column “no such”" in errors(app)[0]
    assert app.selectbox(key="target-column").value == "passengers"
    assert len(drawn(app)["y"])


def test_long_file_offers_its_series_and_says_what_was_left_out(upload, stores_file):
    app = upload("stores.csv", stores_file)
    assert app.get_by_key("id-column").value == "store"
    assert app.get_by_key("series").options[:2] == ["S01", "S02"]
    assert "20 series, monthly, 2012-01 to 2016-12" in text_of(app)
    assert "Left out 1 series with fewer than 2 values: “S99”." in text_of(app)
    first = drawn(app)["y"]
    app.get_by_key("series").set_value("S20").run()
    assert app.query_params["series"] == "S20"
    assert drawn(app)["y"] != first
    assert app.subheader[-1].value.replace("\\", "").startswith("S20 · sales")


def test_series_that_is_not_in_the_file_is_told_beside_the_menu(upload, open_page, stores_file):
    data = upload("stores.csv", stores_file).query_params["data"]
    app = open_page("forecast", data=data, series="S98")
    assert "There is no series “S98”" in errors(app)[0]
    assert app.get_by_key("series").value == "S01"


def test_rows_that_share_a_date_are_shown_with_their_rule_only_where_there_are_some(upload, stores_file, daily_file):
    app = upload("stores.csv", stores_file)
    assert not [group for group in app.get("button_group") if group.key == "duplicates"]
    app.get_by_key("id-column").set_value(ONE_SERIES).run()
    assert app.query_params["id"] == ONE_SERIES
    mean = drawn(app)["y"]
    app.get_by_key("duplicates").set_value("sum").run()
    assert app.query_params["dup"] == "sum"
    assert drawn(app)["y"] != mean
    app.get_by_key("duplicates").set_value("mean").run()
    assert "dup" not in app.query_params


def test_wide_file_offers_its_other_columns_and_settings_survive_a_bad_choice(upload, daily_file):
    app = upload("days.csv", daily_file)
    assert app.selectbox(key="target-column").options[:2] == ["visits", "orders"]
    app.number_input(key="setting-horizon").set_value(5).run()
    app.number_input(key="setting-hidden_size").set_value(8).run()
    app.selectbox(key="target-column").set_value("note").run()
    assert "“note” is text" in errors(app)[0]
    app.selectbox(key="target-column").set_value("orders").run()
    assert not app.error
    assert app.number_input(key="setting-horizon").value == 5
    assert app.number_input(key="setting-hidden_size").value == 8


def test_what_was_chosen_of_a_file_is_found_again_after_a_look_at_a_sample(upload, stores_file):
    app = upload("stores.csv", stores_file)
    data = app.query_params["data"]
    app.get_by_key("series").set_value("S07").run()
    app.get_by_key("source").set_value("nile").run()
    assert "series" not in app.query_params
    app.get_by_key("source").set_value(data).run()
    assert app.query_params["series"] == "S07"
    assert app.get_by_key("series").value == "S07"


def test_columns_together_can_say_when(upload):
    table = pd.DataFrame({"year": MONTHS.year, "month": MONTHS.month, "value": season()})
    app = upload("parts.csv", table.to_csv(index=False))
    assert app.selectbox(key="time-column").value == "year + month"
    assert "Read as monthly, 60 steps" in text_of(app)
    app.selectbox(key="time-column").set_value("(row number)").run()
    assert "Read row by row, without dates, 60 steps" in text_of(app)


def test_workbook_offers_its_sheets(upload):
    out = io.BytesIO()
    with pd.ExcelWriter(out) as book:
        pd.DataFrame([["Report"]]).to_excel(book, sheet_name="Cover", index=False, header=False)
        pd.DataFrame({"month": MONTHS, "sales": season()}).to_excel(book, sheet_name="Sales", index=False)
        pd.DataFrame({"month": MONTHS, "staff": season(level=9)}).to_excel(book, sheet_name="Staff", index=False)
    app = upload("book.xlsx", out.getvalue(), is_open=True)
    assert reading_of(app) == "Read as Excel, sheet Sales, header in row 1"
    app.selectbox(key="reading-sheet").set_value("Staff")
    unfold(app)
    assert app.query_params["sheet"] == "Staff"
    assert app.selectbox(key="target-column").value == "staff"
    app.selectbox(key="reading-sheet").set_value("Cover")
    unfold(app)
    assert len(app.error) == 1
    assert app.selectbox(key="target-column").value == "staff"


def test_damaged_file_opens_its_reading_by_itself(upload):
    rows = "".join(f"2024-01-{day:02d},{day * 3 % 17}\n" for day in range(1, 29))
    app = upload("damaged.csv", f"day,visits\n{rows}2024-01-29,n.a.?\n")
    assert len(app.dataframe) == 1
    assert "1 cell without a number counted as missing" in text_of(app)


def test_data_check_says_at_once_what_is_wrong(upload):
    days = pd.date_range("2024-01-01", periods=120)
    visits = 100 + 10 * np.sin(np.arange(120) * 2 * np.pi / 7)
    visits[60] = 9000
    table = pd.DataFrame({"day": days, "visits": visits.round(2)}).drop(range(30, 34))
    app = upload("visits.csv", table.to_csv(index=False))
    assert "can be used for training; 1 thing to check (outliers)" in text_of(app)
    assert "**Gaps.** 4 days of 120" in text_of(app)
    assert not app.error


def test_horizon_beyond_the_series_is_a_problem_of_the_data_check(open_page):
    app = open_page("forecast", data="nile", horizon="90")
    assert "cannot be used for training as it is (too short)" in text_of(app)
    assert "Use at most 32, or bring more rows." in text_of(app)


def test_an_upload_is_parsed_once(upload, daily_file, monkeypatch):
    read = []
    whole = sources.read_table
    monkeypatch.setattr(sources, "read_table", lambda *args: read.append(args[1]) or whole(*args))
    upload("days.csv", daily_file)
    assert "days.csv" not in read


def test_a_run_of_one_series_of_a_long_file_opens_with_that_series(open_page, data_directory):
    stamps = [f"{month:%Y-%m}" for month in MONTHS]
    levels = {"A": 100.0, "B": 900.0}
    rows = [f"{s},{m},{v:.1f}" for s, level in levels.items() for m, v in zip(stamps, season(level=level), strict=True)]
    key = training_service().uploads.add("long.csv", "\n".join(["store,month,sales", *rows]).encode())
    table = read_table(training_service().uploads.get(key)[1], "long.csv")
    series = make_panel(table).get("B")
    config = suggest_config(len(series.y), 12)
    spec = RunSpec(Source("upload", key, "long.csv"), "month", "sales", config, "2026-01-01", choices={"series": "B"})
    run = training_service().store.create(spec, series)
    training_service().store.write_state(run, RunState("stopped", 5))
    app = open_page("forecast", run=run)
    assert not app.exception
    assert app.selectbox(key="series").value == "B"


@pytest.fixture
def shop_file():
    days = pd.date_range("2024-01-01", periods=80).strftime("%Y-%m-%d")
    holiday = (np.arange(80) % 11 == 4).astype(int)
    table = pd.DataFrame({"day": days, "sales": season(80) + 30 * holiday, "holiday": holiday})
    table["price, net"], table["rain"] = np.arange(80) % 4, np.arange(80) % 6 / 2
    table["note"] = [f"n{row}" for row in range(80)]
    table.loc[70:, ["sales", "rain"]] = np.nan
    return table.to_csv(index=False)


def open_features(app):
    app.session_state[f"features-{app.query_params['data']}"] = True
    return app.run()


def test_further_columns_are_chosen_live_in_the_address_and_open_elsewhere(upload, open_page, shop_file):
    app = open_features(upload("shop.csv", shop_file))
    known = app.pills(key="features-known")
    assert [option.replace("\\", "") for option in known.options] == ["holiday", "price, net", "rain", "note · text"]
    known.set_value(["holiday", "price, net"])
    open_features(app)
    assert app.query_params["known"] == '["holiday","price, net"]'
    assert app.pills(key="features-past").options == ["rain", "note · text"]
    app.pills(key="features-past").set_value(["rain"])
    open_features(app)
    other = open_page("forecast", **dict(app.query_params))
    assert "3 used: “holiday”, “price, net”, “rain”" in text_of(other)
    assert "Known in advance" not in [group.label for group in other.pills], "folded away"
    app.pills(key="features-known").set_value([])
    open_features(app)
    assert "known" not in app.query_params
    assert app.query_params["past"] == '["rain"]'


def test_a_file_without_further_columns_has_no_place_for_them(open_page):
    app = open_page("forecast", data="nile")
    assert not [fold for fold in app.expander if fold.label == "Further columns"]


@pytest.mark.parametrize(
    ("choices", "sentence", "kept"),
    [
        ({"known": '["note"]', "past": '["rain"]'}, "“note” is text with 80 different values", (["rain"], "past")),
        ({"known": '["holiday","sales"]'}, "“sales” is chosen as further column and as target", (["holiday"], "known")),
        ({"known": '["rain"]', "past": '["rain"]'}, "“rain” is chosen as further column and as", (["rain"], "known")),
        ({"known": '["no such","holiday"]'}, "There is no column “no such”", (["holiday"], "known")),
    ],
)
def test_a_column_that_cannot_go_along_is_told_and_the_rest_stays(
    upload, open_page, shop_file, choices, sentence, kept
):
    data = upload("shop.csv", shop_file).query_params["data"]
    app = open_page("forecast", data=data, horizon="5", **choices)
    assert not app.exception
    assert [sentence in error for error in errors(app)] == [True]
    assert app.pills(key=f"features-{kept[1]}").value == kept[0]
    assert app.number_input(key="setting-horizon").value == 5
    assert "Read as daily, 70 steps" in text_of(app)


def test_an_unknown_future_is_told_before_training(upload, open_page, shop_file):
    data = upload("shop.csv", shop_file).query_params["data"]
    app = open_page("forecast", data=data, horizon="12", known='["holiday"]')
    assert "“holiday” is known for 10 of the next 12 days: its mean stands in for the rest." in text_of(app)


def test_a_mark_for_nothing_is_counted_as_missing_and_as_a_number_by_one_click(upload):
    values = np.where(np.isin(np.arange(60), (7, 30)), -9999, season().round(1))
    table = pd.DataFrame({"month": MONTHS.strftime("%Y-%m"), "visits": values})
    app = upload("marks.csv", table.to_csv(index=False), is_open=True)
    app.button(key="mark--9999").click()
    unfold(app)
    assert app.query_params["real"] == "-9999"
    assert "The value -9,999 stands 2 times" in text_of(app)
    app.button(key="missing--9999").click()
    unfold(app)
    assert (app.query_params["na"], "real" in app.query_params) == ("-9999", False)
    assert "2 months of 60" in text_of(app)


def test_a_long_series_says_how_much_of_it_an_epoch_sees(upload):
    days = pd.date_range("2010-01-01", periods=1500).strftime("%Y-%m-%d")
    app = upload("long.csv", pd.DataFrame({"day": days, "visits": season(1500)}).to_csv(index=False))
    assert "Each epoch sees a new sample of 1,024 of 1,4" in text_of(app)


def test_cells_that_look_like_formulas_are_kept_text_where_a_table_can_be_downloaded(upload):
    rows = "".join(f"{month:%Y-%m},{value},=1+{value}\n" for value, month in enumerate(MONTHS))
    app = upload("x.csv", f"month,change,note\n{rows}".encode(), is_open=True)
    assert not app.exception
    assert preview(app)["note"].tolist()[:2] == ["'=1+0", "'=1+1"]
    assert preview(app)["change"].dtype == float

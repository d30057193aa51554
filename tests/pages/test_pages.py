"""Every page runs, whatever its address says."""

import json

import pytest

from lstm_viz.runs.records import RunState
from lstm_viz.runs.services import training_service
from lstm_viz.tables import SAMPLES
from tests.runs.holding import holding
from tests.runs.waiting import wait_until

pytestmark = pytest.mark.slow


def errors(app):
    return [error.value.replace("\\", "") for error in app.error]


def charts(app):
    return [json.loads(chart.proto.spec) for chart in app.get("plotly_chart")]


def test_home_says_what_this_is_and_leads_to_the_forecast(open_page):
    app = open_page("home")
    assert not app.exception
    assert app.title[0].value == "Watch an LSTM learn"
    assert [button.label for button in app.button] == ["Forecast your own file", "Start", "Start", "Start"]


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.key)
def test_every_sample_is_shown_at_once(open_page, sample):
    app = open_page("forecast", data=sample.key)
    assert not app.exception
    assert not app.error
    assert app.selectbox(key="time-column").value == sample.time
    assert app.selectbox(key="target-column").value == sample.target
    assert len(charts(app)[0]["data"][0]["y"])


@pytest.mark.parametrize(
    "parameters",
    [
        {"data": "no-such-sample"},
        {"data": "u-../../etc/passwd"},
        {"run": "<script>alert(1)</script>"},
        {"run": "0" * 24},
        {"horizon": "many", "epochs": "-7", "seed": "1e99"},
        {"horizon": "100000"},
        {"cell": "transformer"},
        {"learning_rate": "nan"},
        {"time": "no such column"},
        {"target": "<b>no</b>"},
        {"window": "9" * 400},
        {"data": "nile", "horizon": "90"},
    ],
    ids=str,
)
def test_no_address_breaks_the_page(open_page, parameters):
    app = open_page("forecast", **parameters)
    assert not app.exception
    assert errors(app) or any(button.key == "train" for button in app.button)


def test_impossible_horizon_is_told_beside_it_and_stays_in_its_field(open_page):
    app = open_page("forecast", data="nile", horizon="90")
    assert errors(app) == [
        "Horizon (=90) is too long for a series of 100 rows, of which one horizon is held out and one validates. "
        "Use at most 32."
    ]
    assert app.number_input(key="setting-horizon").value == 90
    assert app.button(key="train").disabled


def test_changed_setting_goes_to_the_address_and_the_suggestion_leaves_it(open_page):
    app = open_page("forecast")
    app.number_input(key="setting-hidden_size").set_value(8).run()
    assert app.query_params["hidden_size"] == "8"
    app.number_input(key="setting-hidden_size").set_value(32).run()
    assert "hidden_size" not in app.query_params


def test_horizon_takes_window_and_held_out_part_along(open_page):
    app = open_page("forecast")
    app.number_input(key="setting-horizon").set_value(6).run()
    assert app.number_input(key="setting-holdout").value == 6


def test_another_sample_starts_with_its_own_settings(open_page):
    app = open_page("forecast", hidden_size="8", horizon="20")
    app.get_by_key("source").set_value("nile").run()
    assert app.query_params == {"data": "nile", "hidden_size": "8"}
    assert app.number_input(key="setting-hidden_size").value == 8
    assert app.number_input(key="setting-horizon").value == 10


def test_emptied_number_goes_back_to_the_suggestion(open_page):
    app = open_page("forecast", hidden_size="8")
    app.number_input(key="setting-hidden_size").set_value(None).run()
    assert "hidden_size" not in app.query_params
    assert app.number_input(key="setting-hidden_size").value == 32


def test_folded_setting_that_is_impossible_is_told_inside_its_fold(open_page):
    app = open_page("forecast", epochs="9999")
    assert errors(app) == ["Epochs (=9999) must lie between 1 and 5000."]
    (folded,) = [fold for fold in app.expander if fold.label == "More settings"]
    assert errors(folded) == errors(app)
    assert app.button(key="train").disabled


def test_every_run_of_the_session_stays_in_reach(open_page, finished_run):
    app = open_page("forecast", run=finished_run)
    assert not [button for button in app.button if button.key.startswith("open-")]
    app.get_by_key("source").set_value("nile").run()
    assert app.query_params["data"] == "nile"
    app.button(key=f"open-{finished_run}").click().run()
    assert app.query_params == {"run": finished_run}
    assert not app.exception


def test_uploaded_file_is_read_and_named_in_the_address(open_page):
    app = open_page("forecast")
    rows = "\n".join(f"2024-01-{day:02d},{day * day}" for day in range(1, 31))
    app.file_uploader[0].upload("daily.csv", f"date,<b>sales</b>\n{rows}\n".encode()).run()
    assert not app.exception
    assert app.query_params["data"].startswith("u-")
    assert app.selectbox(key="target-column").value == "<b>sales</b>"
    assert "daily" in app.markdown[-1].value or any("daily" in item.value for item in app.markdown)


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("empty.csv", b"", "empty"),
        ("picture.csv", b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "PNG"),
        ("header.csv", b"a,b\n", "row"),
    ],
)
def test_refused_file_leaves_what_was_open(open_page, name, data, words):
    app = open_page("forecast", data="nile")
    app.file_uploader[0].upload(name, data).run()
    assert not app.exception
    assert len(app.error) == 1
    assert words in errors(app)[0]
    assert app.query_params["data"] == "nile"
    assert len(charts(app)) == 1


def test_file_without_numbers_is_refused_and_can_be_read_otherwise(open_page):
    app = open_page("forecast", data="nile")
    rows = "".join(f"2024-01-{day:02d};ax{day % 7}xb\n" for day in range(1, 29))
    app.file_uploader[0].upload("words.csv", f"day;sales\n{rows}".replace("x", " | ").encode()).run()
    assert not app.exception
    assert "No column holds numbers" in errors(app)[0]
    assert {"reading-delimiter", "reading-decimal"} <= {box.key for box in app.selectbox}
    app.selectbox(key="reading-delimiter").set_value("|").run()
    assert not app.error
    assert len(charts(app)) == 1
    app.button(key="reading-reset").click().run()
    assert "No column holds numbers" in errors(app)[0]


def test_text_column_as_target_is_refused_beside_the_columns(open_page):
    app = open_page("forecast")
    app.file_uploader[0].upload("t.csv", b"day,n,word\n" + b"".join(b"%d,%d,w\n" % (i, i) for i in range(30))).run()
    app.selectbox(key="target-column").set_value("word").run()
    assert not app.exception
    assert "“word” is text" in errors(app)[0]
    app.selectbox(key="target-column").set_value("n").run()
    assert not app.error


def test_finished_run_shows_verdict_chart_scores_and_downloads(open_page, finished_run):
    app = open_page("forecast", run=finished_run)
    assert not app.exception
    view = training_service().view(finished_run)
    shown = [*app.success, *app.info, *app.warning]
    assert [item.value for item in shown] == [view.forecast.verdict]
    assert [metric.label for metric in app.metric] == [
        "Next: Jan 1961",
        "MASE in 2 back-tests",
        "Inside the 80% interval",
    ]
    assert app.number_input(key="setting-hidden_size").value == 8
    names = {trace["name"] for trace in charts(app)[0]["data"]}
    assert {"what happened", "model, held out", "forecast"} <= names


def test_interrupted_run_says_so_and_offers_to_go_on(open_page, finished_run):
    store = training_service().store
    store.write_state(finished_run, RunState("interrupted", 9, "The worker process was lost."))
    app = open_page("forecast", run=finished_run)
    assert "The worker process was lost" in app.warning[0].value.replace("\\", "")
    assert app.button(key="train-further").label == "Train further"


def test_run_that_trains_shows_stop_and_its_queue(open_page, finished_run):
    store = training_service().store
    store.write_state(finished_run, RunState("running", 100))
    with holding(store.folders.root, finished_run):  # another server looks after it
        wait_until(lambda: training_service().view(finished_run).state.status == "running")
        app = open_page("forecast", run=finished_run)
    assert not app.exception
    assert app.button(key="stop").label == "Stop"
    assert app.progress[0].text == "Epoch 4 of 100"


def test_damaged_run_is_told_in_one_sentence(open_page, finished_run):
    folder = training_service().store.folders.folder(finished_run)
    (folder / "series.parquet").unlink()
    app = open_page("forecast", run=finished_run)
    assert not app.exception
    assert "damaged" in errors(app)[0]


@pytest.mark.parametrize("page", ["forecast", "step_the_cell"])
def test_a_rerun_sends_no_value_back_that_would_undo_a_click_made_meanwhile(open_page, page):
    kinds = ("button_group", "selectbox", "number_input", "text_input")
    first = open_page(page)
    assert [widget for kind in kinds for widget in first.get(kind) if widget.proto.set_value]
    again = first.run()
    assert not [widget.proto.label for kind in kinds for widget in again.get(kind) if widget.proto.set_value]

"""The Runs page without a browser: what is listed, opened, compared, changed, deleted and refused."""

import io
import json
import zipfile
from types import SimpleNamespace

import pytest

from lstm_viz.runs.archive import pack_run
from lstm_viz.runs.records import RunState
from lstm_viz.runs.services import training_service
from lstm_viz.ui.runs import memory
from lstm_viz.ui.shell import components
from lstm_viz.ui.shell.session import Session
from tests.pages.conftest import stored_run

pytestmark = pytest.mark.slow

HOSTILE = "**b** <img src=x> $x$ :red[x] [a](http://a.b)"


def said(app):
    return "\n".join(part.value for part in (*app.markdown, *app.subheader, *app.info, *app.success)).replace("\\", "")


def errors(app):
    return [error.value.replace("\\", "") for error in app.error]


def charts(app):
    return [json.loads(chart.proto.spec) for chart in app.get("plotly_chart")]


def session_of(app) -> Session:
    return app.session_state["session"]


def listed(app):
    """The rows that were sent to the table."""
    for part in app.get("bidi_component"):
        data = json.loads(part.proto.json) if part.proto.json else {}
        if "rows" in data:
            return data["rows"]
    return []


@pytest.fixture
def open_runs(open_page):
    def open_at(*keys, heard=True, **parameters):
        if keys:
            parameters["run"] = ",".join(keys)
        app = open_page("runs", **parameters)
        if heard:
            session_of(app).has_reported = True
            app.run()
        assert not app.exception
        return app

    return open_at


@pytest.fixture
def second_run(airline):
    return stored_run(airline, cell="gru")


def test_an_empty_list_is_one_sentence_and_the_way_to_the_forecast(open_runs):
    app = open_runs()
    assert "Every forecast that you train in this browser is listed here" in said(app)
    assert "Train your first run" in [button.label for button in app.button]


def test_nothing_is_said_of_an_empty_list_before_the_browser_has_told(open_runs):
    app = open_runs(heard=False)
    assert "Looking for the runs" in said(app)
    assert "Every forecast" not in said(app)


def test_runs_of_others_are_not_shown(open_runs, finished_run):
    app = open_runs()
    assert finished_run not in json.dumps(listed(app))
    assert session_of(app).runs == []


def test_a_run_opened_by_link_joins_the_list_and_is_shown(open_runs, finished_run):
    app = open_runs(finished_run)
    assert session_of(app).runs == [finished_run]
    assert [row["key"] for row in listed(app)] == [finished_run]
    assert len(charts(app)) == 2
    assert "LSTM · passengers · 1 Jan 00:00" in said(app)
    assert [tab.label for tab in app.tabs] == [
        "Forecast",
        "Training curves",
        "Retrain with one change",
        "Upload the next month",
        "All settings",
    ]


@pytest.mark.parametrize("run", ["0" * 24, "<script>", "../../etc/passwd", ",,,", "0" * 24 + "," + "1" * 24])
def test_no_address_breaks_the_page(open_runs, run):
    app = open_runs(run=run)
    assert session_of(app).runs == []
    assert len(errors(app)) == (0 if run == ",,," else 1)


def test_a_name_is_taken_cleaned_and_given_back(open_runs, finished_run):
    app = open_runs(finished_run)
    app.text_input(key=f"name-{finished_run}").set_value(f"  my\n {HOSTILE} ").run()
    assert training_service().store.name(finished_run) == f"my {HOSTILE}"
    assert f"my {HOSTILE}".replace("http:", "http:\u2060") in said(app)
    assert "\\*\\*b\\*\\*" in app.subheader[0].value
    app.text_input(key=f"name-{finished_run}").set_value("").run()
    assert "LSTM · passengers · 1 Jan 00:00" in said(app)


def test_a_run_is_deleted_and_leaves_the_list_and_the_address(open_runs, finished_run):
    app = open_runs(finished_run)
    app.button(key="delete-run").click().run()
    assert not app.exception
    assert not training_service().store.folders.root.joinpath(finished_run).exists()
    assert session_of(app).runs == []
    assert "run" not in app.query_params
    assert not errors(app)


def test_two_runs_are_laid_over_each_other_and_only_what_differed_is_told(open_runs, finished_run, second_run):
    app = open_runs(finished_run, second_run)
    assert "2 runs compared" in said(app)
    table = app.table[0].value
    assert list(table.columns) == ["A", "B"]
    assert list(table.loc["Model"]) == ["LSTM", "GRU"]
    assert "Hidden units" not in table.index
    assert "MASE in back-test" in table.index
    assert len(charts(app)) == 2


def test_runs_on_other_data_are_not_laid_over_each_other(open_runs, finished_run, airline):
    from dataclasses import replace

    other = stored_run(replace(airline, y=airline.y * 2))
    app = open_runs(finished_run, other)
    assert "different data" in said(app)
    assert len(charts(app)) == 3


def test_a_run_without_forecast_is_compared_by_what_it_has(open_runs, finished_run, second_run):
    store = training_service().store
    (store.folders.folder(second_run) / "forecast.json").unlink()
    store.write_state(second_run, RunState("stopped", 4))
    app = open_runs(finished_run, second_run)
    assert "No forecast yet: B" in said(app)


def test_retraining_with_one_change_starts_a_run_that_knows_its_parent(open_runs, finished_run, monkeypatch):
    sent = []
    monkeypatch.setattr(
        "lstm_viz.runs.services.TrainingService.submit", lambda self, key, more_epochs=0: sent.append(key)
    )
    app = open_runs(finished_run)
    assert app.button(key="retrain").disabled
    app.number_input(key=f"change-{finished_run}-hidden_size").set_value(16).run()
    app.button(key="retrain").click().run()
    assert not app.exception
    (child,) = sent
    store = training_service().store
    assert store.spec(child).parent == finished_run
    assert store.spec(child).config.hidden_size == 16
    assert store.spec(finished_run).parent == ""
    assert app.query_params["run"] == f"{finished_run},{child}"
    assert list(app.table[0].value.loc["Hidden units"]) == ["8", "16"]


def test_a_change_that_cannot_be_is_told_and_not_trained(open_runs, finished_run):
    app = open_runs(finished_run)
    app.selectbox(key="change-name").select("window").run()
    app.number_input(key=f"change-{finished_run}-window").set_value(500).run()
    assert "need" in errors(app)[0]
    assert app.button(key="retrain").disabled


def test_a_parent_of_another_browser_is_not_named(open_runs, finished_run, airline):
    from dataclasses import replace

    store = training_service().store
    spec = replace(store.spec(finished_run), parent="a" * 24)
    child = store.create(spec, airline)
    store.write_state(child, RunState("stopped", 4))
    app = open_runs(child)
    assert "Made from another run with one change" in said(app)
    assert "a" * 24 not in said(app)


def test_a_packed_run_is_opened_and_a_bad_zip_is_refused_in_a_sentence(open_runs, finished_run):
    packed = pack_run(training_service().store, finished_run)
    app = open_runs()
    app.file_uploader(key="packed-run").upload("run.zip", packed, "application/zip").run()
    assert not app.exception
    assert not errors(app)
    (key,) = session_of(app).runs
    assert key != finished_run
    assert app.query_params["run"] == key
    assert len(charts(app)) == 2
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("../evil", "x")
    app.file_uploader(key="packed-run").upload("bad.zip", buffer.getvalue(), "application/zip").run()
    assert len(errors(app)) == 1
    assert session_of(app).runs == [key]


def test_the_next_rows_are_forecast_from_and_refusals_stand_beside_the_uploader(open_runs, finished_run, airline):
    rows = [f"{str(stamp)[:7]},{value:.0f}" for stamp, value in zip(airline.ds, airline.y, strict=True)]
    grown = "\n".join(["month,passengers", *rows, "1961-01,450", "1961-02,420"]).encode()
    app = open_runs(finished_run)
    upload = app.file_uploader(key=f"newer-{finished_run}")
    app = upload.upload("grown.csv", grown, "text/csv").run()
    assert not app.exception
    assert not errors(app)
    assert "2 new months: 1961-01-01 to 1961-02-01." in said(app)
    assert "error of the old forecast is" in said(app)
    same = "\n".join(["month,passengers", *rows]).encode()
    app.file_uploader(key=f"newer-{finished_run}").upload("same.csv", same, "text/csv").run()
    assert errors(app) == [
        "same.csv: The new file holds no rows after 1960-12-01, where the run's data ends. Bring it again when there are "
        "newer ones."
    ]


def test_what_the_browser_tells_is_taken_only_where_it_is_a_key(monkeypatch):
    session = Session(runs=["b" * 24], forgotten={"c" * 24})
    told = {"list": {"keys": ["a" * 24, "b" * 24, "c" * 24, "<b>", 7, None, "../.." + "a" * 19], "kept": False}}
    monkeypatch.setattr(memory, "current_session", lambda: session)
    monkeypatch.setattr(components, "widget_value", lambda key: SimpleNamespace(**told))
    memory.receive_list()
    assert session.runs == ["a" * 24, "b" * 24]
    assert (session.has_reported, session.keeps) == (True, False)
    for nonsense in (None, SimpleNamespace(), SimpleNamespace(list="x"), SimpleNamespace(list={"keys": "x"})):
        monkeypatch.setattr(components, "widget_value", lambda key, nonsense=nonsense: nonsense)
        memory.receive_list()
    assert session.runs == ["a" * 24, "b" * 24]

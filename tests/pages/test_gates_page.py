"""*Gates over time* runs for every model and every address."""

import json

import pytest

from lstm_viz.paths import ROOT
from lstm_viz.scenes.step_request import FORECAST, SOURCES, UNTRAINED

pytestmark = pytest.mark.slow


def said(app):
    return [error.value.replace("\\", "") for error in app.error]


def overview_of(app):
    """The header of what was sent to the browser."""
    (component,) = [
        element for element in app.get("bidi_component") if element.proto.component_name.endswith("gate_maps")
    ]
    data = component.proto.bytes
    return json.loads(data[4 : 4 + int.from_bytes(data[:4], "little")])


def charts(app):
    return [json.loads(chart.proto.spec) for chart in app.get("plotly_chart")]


@pytest.mark.parametrize("source", SOURCES)
def test_every_model_is_shown_at_once(open_page, source):
    app = open_page("gates_over_time", source=source, cells="lstm-gru-rnn")
    assert not app.exception
    assert said(app) == []
    header = overview_of(app)
    assert [lane["cell"] for lane in header["lanes"]] == ["lstm", "gru", "rnn"]
    assert [len(lane["findings"]) for lane in header["lanes"]] == [lane["hidden_size"] for lane in header["lanes"]]
    titles = [chart["layout"]["title"]["text"] for chart in charts(app)]
    gates = ["LSTM: forget gate", "LSTM: input gate", "LSTM: output gate", "GRU: update gate", "GRU: reset gate"]
    assert titles == gates


def test_charts_say_on_what_gates_were_measured(open_page):
    app = open_page("gates_over_time", source="counting")
    told = [caption.value.replace("\\", "") for caption in app.caption]
    header = overview_of(app)["lanes"][0]
    assert any(f"{header['tested_steps']:,} steps of {header['tested_on']}" in words for words in told)


def test_a_plain_rnn_has_no_gates_to_measure(open_page):
    app = open_page("gates_over_time", source="recall", cells="rnn")
    assert not app.exception
    assert charts(app) == []
    assert any("no gates" in caption.value for caption in app.caption)


def test_both_pages_share_their_address(open_page):
    app = open_page("step_the_cell", source="recall", text="Cxyx?")
    app = app.switch_page(str(ROOT / "pages" / "gates_over_time.py")).run()
    assert not app.exception
    assert overview_of(app)["tokens"] == ["C", "x", "y", "x", "?"]
    assert app.text_input(key="step-text").value == "Cxyx?"


def test_typing_another_text_shows_it(open_page):
    app = open_page("gates_over_time", source="recall")
    app.text_input(key="step-text").set_value("Dzz?").run()
    assert not app.exception
    assert overview_of(app)["tokens"] == ["D", "z", "z", "?"]


def test_an_unknown_token_is_told_and_the_last_good_view_stays(open_page):
    app = open_page("gates_over_time", source="recall", text="Axx?")
    app.text_input(key="step-text").set_value("Axq?").run()
    assert not app.exception
    assert len(said(app)) == 1
    assert overview_of(app)["tokens"] == ["A", "x", "x", "?"]


@pytest.mark.slow
@pytest.mark.parametrize(
    "text", ["<img src=x onerror=alert(1)>", "**bold** :red[x]", "😀 👩‍👩‍👧", "שלום עולם", "$x$ </script>", "a"]
)
def test_hostile_and_foreign_text_is_text(open_page, text):
    app = open_page("gates_over_time", source=UNTRAINED, text=text)
    assert not app.exception
    assert said(app) == []
    header = overview_of(app)
    assert "".join(header["tokens"]) == text.replace(" ", "")
    assert any(header["tokens"][0] in concept["name"] for concept in header["lanes"][0]["concepts"])


@pytest.mark.slow
@pytest.mark.parametrize(
    "parameters",
    [
        {"source": "transformer"},
        {"source": "run:" + "0" * 24},
        {"source": UNTRAINED, "hidden_size": "0"},
        {"source": UNTRAINED, "text": "a " * 1001},
        {"source": FORECAST, "layer": "7"},
        {"what_if": "rubbish"},
        {"stretch": "<script>alert(1)</script>"},
        {"stretch": "lstm.1-99999.00000000"},
        {"stretch": "lstm.3-2.00000000"},
        {"page": "step", "label": "x"},
    ],
    ids=str,
)
def test_no_address_breaks_the_page(open_page, parameters):
    app = open_page("gates_over_time", **parameters)
    assert not app.exception
    assert len(said(app)) <= 1
    assert overview_of(app)["tokens"]
    assert overview_of(app)["search"] is None


def test_a_stretch_in_the_address_is_looked_for(open_page):
    about = overview_of(open_page("gates_over_time", source="recall"))["about"]
    header = overview_of(open_page("gates_over_time", source="recall", stretch=f"lstm.3-5.{about[:8]}"))
    assert (header["search"]["first"], header["search"]["last"]) == (2, 4)
    assert header["search"]["here"]
    assert header["search"]["elsewhere"]


def test_a_stretch_of_the_sequence_before_is_forgotten_with_it(open_page):
    about = overview_of(open_page("gates_over_time", source="recall"))["about"]
    app = open_page("gates_over_time", source="recall", stretch=f"lstm.3-5.{about[:8]}")
    app.text_input(key="step-text").set_value("Dzzxyz?").run()
    assert not app.exception
    assert overview_of(app)["search"] is None


def test_a_change_made_on_the_other_page_is_shown_and_named(open_page):
    header = overview_of(open_page("gates_over_time", source="recall", what_if="lstm.off.1"))
    assert [change["words"] for change in header["changes"]] == ["unit 1 silent"]


def test_a_run_of_the_forecast_page_can_be_looked_into(open_page, finished_run):
    app = open_page("gates_over_time", source=f"run:{finished_run}")
    assert not app.exception
    assert said(app) == []
    header = overview_of(app)
    assert header["lanes"][0]["hidden_size"] == 8
    assert "windows of the series" in header["lanes"][0]["tested_on"]
    assert {"value", "last season"} <= {concept["name"] for concept in header["lanes"][0]["concepts"]}

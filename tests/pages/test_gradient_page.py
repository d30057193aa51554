"""*Gradient flow* runs for every model and every address."""

import json

import pytest

from lstm_viz.paths import ROOT
from lstm_viz.scenes.step_request import SOURCES, UNTRAINED

pytestmark = pytest.mark.slow


def said(app):
    return [error.value.replace("\\", "") for error in app.error]


def flow_of(app):
    """The header of what was sent to the browser."""
    (component,) = [
        element for element in app.get("bidi_component") if element.proto.component_name.endswith("gradient_flow")
    ]
    data = component.proto.bytes
    return json.loads(data[4 : 4 + int.from_bytes(data[:4], "little")])


def lane(header, cell):
    return next(lane for lane in header["lanes"] if lane["cell"] == cell)


@pytest.mark.parametrize("source", SOURCES)
def test_every_model_is_shown_at_once(open_page, source):
    app = open_page("gradient_flow", source=source)
    assert not app.exception
    assert said(app) == []
    header = flow_of(app)
    assert [lane["cell"] for lane in header["lanes"]] == ["rnn", "gru", "lstm"]
    assert header["trained"] == (source != UNTRAINED)


def test_the_forget_bias_slider_mends_the_lstm_and_writes_the_address(open_page):
    app = open_page("gradient_flow", length="60", hidden_size="8")
    assert lane(flow_of(app), "lstm")["frames"][0]["verdict"] == "vanishes"
    assert flow_of(app)["lesson"].startswith("The LSTM vanishes too")
    app.slider(key="flow-forget_bias").set_value(4.0).run()
    assert not app.exception
    assert lane(flow_of(app), "lstm")["frames"][0]["verdict"] == "holds"
    assert app.query_params["forget_bias"] == "4.0"
    assert lane(flow_of(app), "rnn")["frames"][0]["verdict"] == "vanishes"


def test_every_control_answers_and_a_default_leaves_the_address(open_page):
    app = open_page("gradient_flow", length="20", hidden_size="4", seeds="2")
    app.segmented_control(key="flow-where").set_value("every").run()
    app.selectbox(key="flow-initialization").set_value("identity").run()
    app.segmented_control(key="flow-activation").set_value("relu").run()
    app.slider(key="flow-scale").set_value(1.5).run()
    app.number_input(key="flow-clip").set_value(0.5).run()
    app.number_input(key="flow-spectral_radius").set_value(1.1).run()
    assert not app.exception
    assert said(app) == []
    assert dict(app.query_params) == {
        "length": "20",
        "hidden_size": "4",
        "seeds": "2",
        "where": "every",
        "initialization": "identity",
        "activation": "relu",
        "scale": "1.5",
        "clip": "0.5",
        "spectral_radius": "1.1",
    }
    app.slider(key="flow-scale").set_value(1.0).run()
    app.number_input(key="flow-spectral_radius").set_value(None).run()
    assert not {"scale", "spectral_radius"} & set(app.query_params)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"length": "0"}, "Sequence length (=0) must lie between 1 and 1000."),
        ({"length": "abc"}, "Sequence length (=abc) must be a whole number."),
        ({"scale": "nan"}, "Recurrent weights × (=nan) must lie between"),
        ({"initialization": "<b>magic</b>"}, "Initial weights (=<b>magic</b>) is not known."),
        ({"source": "../.."}, "Gradient of (=../..) is not known."),
        ({"length": "1000", "hidden_size": "128", "seeds": "20"}, "are more than is computed at once."),
        ({"source": "run:" + "0" * 24}, "This run is not on this server"),
        ({"source": "recall", "text": "Axx"}, "No step of this text is scored"),
        ({"source": "recall", "text": "A€?"}, "€"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_cannot_be_shown_is_told_once_and_the_view_stays(open_page, wrong, words):
    app = open_page("gradient_flow", **wrong)
    assert not app.exception
    (told,) = said(app)
    assert words in told
    assert flow_of(app)["lanes"]


@pytest.mark.parametrize(
    "extreme",
    [
        {"length": "1"},
        {"scale": "0.0"},
        {"spectral_radius": "60", "activation": "relu", "length": "300"},
        {"forget_bias": "-2", "length": "1000", "hidden_size": "4", "seeds": "1"},
        {"spectral_radius": "0"},
        {"hidden_size": "1"},
    ],
    ids=str,
)
def test_extremes_are_shown_as_what_they_are(open_page, extreme):
    app = open_page("gradient_flow", **extreme)
    assert not app.exception
    assert said(app) == []
    for each in flow_of(app)["lanes"]:
        assert each["frames"][0]["words"]


def test_a_run_of_the_forecast_page_is_shown_along_its_training(open_page, finished_run):
    app = open_page("gradient_flow", source=f"run:{finished_run}")
    assert not app.exception
    assert said(app) == []
    (only,) = flow_of(app)["lanes"]
    assert only["cell"] == "lstm"
    assert [frame["epoch"] for frame in only["frames"]] == [0, 1, 2, 3, 4]


def test_every_layer_of_a_run_can_be_looked_at(open_page, deep_run):
    app = open_page("gradient_flow", source=f"run:{deep_run}")
    assert not app.exception
    (lowest,) = flow_of(app)["lanes"]
    assert (lowest["layer"], lowest["layers"], lowest["top"]) == (0, 2, False)
    app.segmented_control(key="flow-layer").set_value(2).run()
    assert not app.exception
    (upper,) = flow_of(app)["lanes"]
    assert (upper["layer"], upper["top"]) == (1, True)
    assert app.query_params["layer"] == "2"
    app = open_page("gradient_flow", source=f"run:{deep_run}", layer="3")
    (told,) = said(app)
    assert "this model has 2" in told


def test_the_settings_are_still_there_when_one_comes_back(open_page):
    app = open_page("gradient_flow", forget_bias="2.5", length="30")
    app = app.switch_page(str(ROOT / "pages" / "home.py")).run()
    app = app.switch_page(str(ROOT / "pages" / "gradient_flow.py")).run()
    assert app.slider(key="flow-forget_bias").value == 2.5
    assert app.slider(key="flow-length").value == 30


def test_one_refusal_leaves_every_other_setting_working(open_page):
    app = open_page("gradient_flow", length="1000", hidden_size="128", seeds="20", forget_bias="0")
    (told,) = said(app)
    assert "Use at most 7 seeds" in told
    assert app.number_input(key="flow-hidden_size").value == 128
    app.slider(key="flow-length").set_value(30).run()
    assert said(app) == []
    assert app.number_input(key="flow-seeds").value == 20
    assert lane(flow_of(app), "lstm")["readers"] == 20


def test_an_emptied_text_shows_the_example_again(open_page):
    app = open_page("gradient_flow", source="recall", text="Axx?")
    assert flow_of(app)["tokens"] == ["A", "x", "x", "?"]
    app.text_input(key="flow-text").set_value("").run()
    assert said(app) == []
    assert len(flow_of(app)["tokens"]) > 4
    assert "text" not in app.query_params

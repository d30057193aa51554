"""*Step the cell* runs for every model and every address."""

import json

import pytest

from lstm_viz.scenes.step_request import FORECAST, SOURCES, UNTRAINED
from lstm_viz.sequences.tasks.catalogue import TASKS

pytestmark = pytest.mark.slow


def said(app):
    return [error.value.replace("\\", "") for error in app.error]


def scene_of(app):
    """The header of what was sent to the browser."""
    mounted = [element.proto for element in app.get("bidi_component")]
    (data,) = [proto.bytes for proto in mounted if proto.component_name.endswith("cell_diagram")]
    return json.loads(data[4 : 4 + int.from_bytes(data[:4], "little")])


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("cells", ["", "lstm-gru-rnn"])
def test_every_model_is_shown_at_once(open_page, source, cells):
    app = open_page("step_the_cell", source=source, **({"cells": cells} if cells else {}))
    assert not app.exception
    assert said(app) == []
    header = scene_of(app)
    assert [lane["cell"] for lane in header["lanes"]] == (cells.split("-") if cells else ["lstm"])
    assert len(header["tokens"]) > 5


@pytest.mark.parametrize("task", TASKS.values(), ids=lambda task: task.key)
def test_the_field_holds_the_example_and_explains_the_task(open_page, task):
    app = open_page("step_the_cell", source=task.key)
    field = app.text_input(key="step-text")
    assert field.value == task.example
    assert field.help


def test_typing_another_text_writes_it_to_the_address(open_page):
    app = open_page("step_the_cell", source="recall", what_if="lstm.off.1~token@2=y~lstm.forget_gate.*@3-=0")
    app.text_input(key="step-text").set_value("Cxx?").run()
    assert app.query_params["text"] in ("Cxx?", ["Cxx?"])
    assert [change["text"] for change in scene_of(app)["changes"]] == ["lstm.off.1"], "what names a step goes with it"
    assert scene_of(app)["tokens"] == ["C", "x", "x", "?"]


def test_an_unknown_token_is_told_beside_the_field_and_the_last_good_view_stays(open_page):
    app = open_page("step_the_cell", source="recall", text="Axx?")
    app.text_input(key="step-text").set_value("Axq?").run()
    assert not app.exception
    assert len(said(app)) == 1
    assert "does not know" in said(app)[0]
    assert app.text_input(key="step-text").value == "Axq?"
    assert scene_of(app)["tokens"] == ["A", "x", "x", "?"]


@pytest.mark.parametrize("text", [" ", "a " * 1001, "\x00", "a" * 19_000])
def test_texts_that_cannot_be_read_keep_the_page_whole(open_page, text):
    app = open_page("step_the_cell", source=UNTRAINED)
    app.text_input(key="step-text").set_value(text).run()
    assert not app.exception
    assert len(said(app)) == 1 or scene_of(app)["tokens"] == [text]
    assert scene_of(app)["tokens"]


def test_one_token_is_a_sequence_too(open_page):
    header = scene_of(open_page("step_the_cell", source=UNTRAINED, text="hello"))
    assert header["tokens"]
    assert header["changed_answers"][-1] == []


@pytest.mark.parametrize("text", ["<img src=x onerror=alert(1)>", "**bold** :red[x]", "😀 👩‍👩‍👧", "שלום עולם", "$x$"])
def test_hostile_and_foreign_text_is_shown_as_text(open_page, text):
    app = open_page("step_the_cell", source=UNTRAINED, text=text)
    assert not app.exception
    assert said(app) == []
    assert "".join(scene_of(app)["tokens"]) == text.replace(" ", "")


def test_a_change_in_the_address_brings_a_second_run(open_page):
    header = scene_of(open_page("step_the_cell", source="recall", what_if="lstm.forget_gate.*@3-=0"))
    assert header["lanes"][0]["changed"]
    assert [change["text"] for change in header["changes"]] == ["lstm.forget_gate.*@3-=0"]


@pytest.mark.parametrize(
    "what_if",
    ["rubbish", "lstm.forget_gate.999@1=0", "lstm.forget_gate.1@999=0", "token@1=q", "lstm.update_gate.1@1=0"],
)
def test_a_change_that_cannot_be_made_is_told_and_the_rest_stays(open_page, what_if):
    app = open_page("step_the_cell", source="recall", text="Axx?", what_if=what_if)
    assert not app.exception
    assert len(said(app)) == 1
    assert scene_of(app)["tokens"] == ["A", "x", "x", "?"]
    assert scene_of(app)["changes"] == []


@pytest.mark.parametrize(
    "parameters",
    [
        {"source": "transformer"},
        {"source": "run:" + "0" * 24},
        {"source": "run:../../etc/passwd"},
        {"source": "<script>alert(1)</script>"},
        {"cells": "lstm-lstm-x"},
        {"source": UNTRAINED, "hidden_size": "0"},
        {"source": UNTRAINED, "hidden_size": "many"},
        {"source": UNTRAINED, "forget_bias": "nan"},
        {"source": UNTRAINED, "seed": "-1"},
        {"source": UNTRAINED, "splitting": "syllables"},
        {"source": FORECAST, "layer": "7"},
        {"source": FORECAST, "what_if": "token@1=a"},
        {"text": "x" * 30_000},
        {"what_if": "~" * 5000},
    ],
    ids=str,
)
def test_no_address_breaks_the_page(open_page, parameters):
    app = open_page("step_the_cell", **parameters)
    assert not app.exception
    assert len(said(app)) <= 1
    assert scene_of(app)["tokens"]


def test_lanes_are_chosen_and_the_last_one_stays(open_page):
    app = open_page("step_the_cell", source="recall")
    app.get("button_group")[0].set_value(["lstm", "rnn"]).run()
    assert [lane["cell"] for lane in scene_of(app)["lanes"]] == ["lstm", "rnn"]
    app.get("button_group")[0].set_value([]).run()
    assert [lane["cell"] for lane in scene_of(app)["lanes"]] == ["lstm", "rnn"]


def test_a_run_of_the_forecast_page_can_be_looked_into(open_page, finished_run):
    app = open_page("step_the_cell", source=f"run:{finished_run}")
    assert not app.exception
    assert said(app) == []
    header = scene_of(app)
    assert header["series"]["name"] == "passengers"
    assert header["lanes"][0]["hidden_size"] == 8
    told = " ".join(item.value for item in app.markdown)
    assert (
        "one network of the 2 that the forecast averages, before its answer is drawn towards the level"
        in told.replace("\\", "")
    )


def test_settings_of_the_untrained_cell_reach_it(open_page):
    app = open_page("step_the_cell", source=UNTRAINED)
    app.slider(key="step-hidden_size").set_value(5).run()
    assert scene_of(app)["lanes"][0]["hidden_size"] == 5
    assert app.query_params["hidden_size"] in ("5", ["5"])

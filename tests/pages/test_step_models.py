"""*Step the cell* and *Gates over time* open classifiers, and models that somebody uploaded_state."""

import pytest

from lstm_viz.paths import ROOT
from lstm_viz.recurrent.specification import ModelConfig, StackConfig
from lstm_viz.runs.services import classify_service, training_service
from lstm_viz.scenes.sources import find_source
from lstm_viz.scenes.step_request import StepRequest
from tests.pages.test_gates_page import overview_of
from tests.pages.test_step_page import said, scene_of
from tests.scenes.people import stored_classifier, uploaded_state

pytestmark = pytest.mark.slow

PAGES = ("step_the_cell", "gates_over_time")
TOKENS = ModelConfig("gru", 4, 6, 2, output_size=3, embedding="learned", vocabulary_size=6, reads="every")
NUMBERS = ModelConfig("lstm", 1, 5)
SEVERAL = StackConfig("rnn", 3, (5, 4), 2)


def header_of(app, page):
    return scene_of(app) if page == "step_the_cell" else overview_of(app)


def told(app):
    return " ".join(item.value for item in app.markdown).replace("\\", "")


@pytest.fixture
def classifier():
    return stored_classifier(sizes=(12, 6))


@pytest.mark.parametrize("page", PAGES)
def test_a_classifier_is_shown_with_its_layers_and_its_test_sequences(open_page, classifier, page):
    app = open_page(page, source=f"class:{classifier}", text="17")
    assert not app.exception
    assert said(app) == []
    header = header_of(app, page)
    assert header["tokens"] == [f"row {row}" for row in range(1, 9)]
    assert header["lanes"][0]["hidden_size"] == 12
    assert app.number_input(key="step-test").value == 17
    assert app.selectbox(key="step-source").value == f"class:{classifier}"
    assert "reads test sequence 17 of “digits of 8 × 8”" in told(app)
    app.number_input(key="step-test").set_value(18).run()
    assert app.query_params["text"] in ("18", ["18"])
    assert header_of(app, page)["about"] != header["about"]
    app.segmented_control(key="step-layer").set_value(2).run()
    assert header_of(app, page)["lanes"][0]["hidden_size"] == 6
    assert not app.exception


def test_the_page_leads_to_the_unit_that_tells_most(open_page, classifier):
    header = scene_of(open_page("step_the_cell", source=f"class:{classifier}"))
    assert header["guide"] == "" or "over 1,600 test steps it" in header["guide"]


def test_what_holds_for_any_sequence_stays_changed_in_the_next_one(open_page, classifier):
    app = open_page("step_the_cell", source=f"class:{classifier}", what_if="lstm.off.1~lstm.forget_gate.*@3-=0")
    assert len(scene_of(app)["changes"]) == 2
    app.number_input(key="step-test").set_value(4).run()
    assert [change["text"] for change in scene_of(app)["changes"]] == ["lstm.off.1"]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("class:" + "0" * 24, "This classifier is not on this server"),
        ("class:../../etc/passwd", "This classifier is not on this server"),
        ("state:" + "0" * 24, "These weights are not on this server"),
    ],
)
def test_what_is_not_here_is_told_and_something_is_shown(open_page, page, source, sentence):
    app = open_page(page, source=source)
    assert not app.exception
    assert len(said(app)) == 1
    assert sentence in said(app)[0]
    assert header_of(app, page)["tokens"]


def test_a_classifier_without_a_model_is_told_and_so_is_a_wrong_number(open_page, classifier):
    app = open_page("step_the_cell", source=f"class:{stored_classifier(sizes=(12, 6), trained=False)}")
    assert "no model yet" in said(app)[0]
    app = open_page("step_the_cell", source=f"class:{classifier}", text="9999")
    assert not app.exception
    assert "There is no test sequence '9999'" in said(app)[0]


@pytest.mark.parametrize("page", PAGES)
def test_a_deleted_classifier_leaves_the_last_good_view(open_page, classifier, page):
    app = open_page(page, source="recall", text="Axx?")
    app.query_params.clear()
    app.query_params["source"] = f"class:{classifier}"
    app.run()
    assert header_of(app, page)["tokens"][0] == "row 1"
    classify_service().store.delete(classifier)
    app.run()
    assert not app.exception
    assert "This classifier is not on this server" in said(app)[0]
    assert header_of(app, page)["tokens"], "something else is shown"


def test_training_further_is_another_version(classifier):
    request = StepRequest(source=f"class:{classifier}")
    before = find_source(request).version()
    store = classify_service().store
    store.folders.write(classifier, "model.safetensors", store.weights(classifier))
    assert find_source(request).version() != before


def test_changes_to_a_network_that_reads_from_both_ends_are_refused_beside_the_picture(open_page):
    key = stored_classifier(sizes=(6,), bidirectional=True)
    app = open_page("step_the_cell", source=f"class:{key}", what_if="lstm.off.1")
    assert not app.exception
    assert "reads from both ends" in said(app)[0]
    assert scene_of(app)["fixed"]
    assert scene_of(app)["changes"] == []


def test_classifiers_of_this_session_are_offered_where_they_can_be_stepped(open_page, classifier):
    unfinished = stored_classifier(sizes=(12, 6), trained=False)
    app = open_page("classify_sequences", run=unfinished)
    app.query_params["run"] = classifier
    app.run()
    assert not app.exception
    app.query_params.clear()
    app.switch_page(str(ROOT / "pages" / "step_the_cell.py")).run()
    offered = app.selectbox(key="step-source").options
    assert f"your classifier: LSTM 12/6 ({classifier[:4]})" in offered
    assert not any(unfinished[:4] in name for name in offered)
    app.switch_page(str(ROOT / "pages" / "gradient_flow.py")).run()
    assert not any("classifier" in name for name in app.selectbox(key="flow-source").options)


def test_gradient_flow_says_that_it_does_not_open_classifiers(open_page, classifier):
    app = open_page("gradient_flow", source=f"class:{classifier}")
    assert not app.exception
    assert len(said(app)) == 1
    assert "these are not followed back here" in said(app)[0]


def test_the_classify_page_leads_to_the_cell_at_this_very_sequence(open_page, classifier):
    app = open_page("classify_sequences", run=classifier, example="17")
    assert not app.exception
    links = [element.proto for element in app.get("page_link")]
    (link,) = [link for link in links if link.label == "Step the cell through this sequence"]
    assert f"source=class%3A{classifier}" in link.query_string
    assert "text=17" in link.query_string


# ── models that were uploaded_state ───────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(("config", "reads"), [(TOKENS, "text"), (NUMBERS, "numbers"), (SEVERAL, "random")], ids=str)
def test_a_model_that_was_brought_is_shown(open_page, page, config, reads):
    key, _ = uploaded_state(config, "my *model*.safetensors")
    app = open_page(page, source=f"state:{key}")
    assert not app.exception
    assert said(app) == []
    assert header_of(app, page)["tokens"]
    assert "my *model*.safetensors" in told(app)
    assert bool(len(app.text_input)) == (reads != "random")
    if reads == "random":
        app.number_input(key="step-seed").set_value(3).run()
        assert "drawn with seed 3" in told(app)


def test_typed_numbers_are_read_and_wrong_ones_told(open_page):
    key, _ = uploaded_state(NUMBERS)
    app = open_page("step_the_cell", source=f"state:{key}")
    app.text_input(key="step-text").set_value("1, 2, -3").run()
    assert scene_of(app)["tokens"] == ["1", "2", "−3"]
    app.text_input(key="step-text").set_value("1, two").run()
    assert "'two' is no number" in said(app)[0]
    assert scene_of(app)["tokens"] == ["1", "2", "−3"]
    app.text_input(key="step-text").set_value("").run()
    assert said(app) == []
    assert len(scene_of(app)["tokens"]) == 24


def test_a_file_that_is_no_model_is_told(open_page):
    key = training_service().uploads.add("notes.txt", b"hello")
    app = open_page("step_the_cell", source=f"state:{key}")
    assert not app.exception
    assert len(said(app)) == 1


def test_what_weights_do_not_tell_can_be_said_while_stepping(open_page):
    key, _ = uploaded_state(StackConfig("rnn", 1, (4,), 2))
    app = open_page("step_the_cell", source=f"state:{key}")
    before = scene_of(app)
    app.selectbox(key="step-activation").set_value("relu").run()
    app.selectbox(key="step-pooling").set_value("mean").run()
    assert not app.exception
    assert said(app) == []
    assert (app.query_params["activation"], app.query_params["pooling"]) in (("relu", "mean"), (["relu"], ["mean"]))
    assert scene_of(app) != before

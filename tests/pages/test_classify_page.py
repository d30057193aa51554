"""The Classify page without a browser: addresses, presets, what cannot be, and a classifier that was really trained."""

from dataclasses import replace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from lstm_viz.classifying.config import suggest_config
from lstm_viz.classifying.results import Results
from lstm_viz.runs.epoch_store import ClassifySpec, LabelledSource
from lstm_viz.runs.jobs import ClassifyJob, classify
from lstm_viz.runs.records import RunState
from lstm_viz.runs.services import classify_service
from lstm_viz.ui.classify.results import hardest_classes, of_the_first
from tests.pages.conftest import Patient
from tests.runs.waiting import HANGS

pytestmark = pytest.mark.slow
DIGITS = LabelledSource("digits", name="Digits, 8 × 8")
NAME = "classify_sequences"


@pytest.fixture
def trained():
    """A small classifier of digits, stored as a worker's would be."""
    service = classify_service()
    config = suggest_config(1348, 8)
    config = replace(config, sizes=(12, 8), training=replace(config.training, epochs=3))
    split = service.library.split(DIGITS, {}, config)
    spec = ClassifySpec(
        DIGITS, config, "2026-01-01T00:00:00+00:00", split.train.classes, (1213, 135, 449), 8, 8, 0.1, picture=True
    )
    key, result = service.store.create(spec), classify(ClassifyJob(split, config), Patient())
    service.store.write_history(key, result.history)
    service.keep(key, result)
    service.store.write_state(key, RunState("finished", 3))
    return key


def texts(app):
    return " ".join(
        one.value for one in (*app.markdown, *app.error, *app.success, *app.warning, *app.info, *app.caption)
    )


def shown(app, key):
    return next(one for one in (*app.text_input, *app.number_input, *app.selectbox) if one.key == key).value


def test_page_opens_with_digits_and_suggested_settings(open_page):
    app = open_page(NAME)
    assert not app.exception
    assert "1,213 training, 135 validation, 449 test sequences" in texts(app)
    assert shown(app, "classify-sizes") == "64"
    assert shown(app, "classify-learning_rate") == 0.02


def test_settings_come_from_the_address_and_go_back_to_it(open_page):
    app = open_page(NAME, sizes="128-64-32", cell="gru", pooling="attention", epochs="7")
    assert shown(app, "classify-sizes") == "128, 64, 32"
    assert shown(app, "classify-pooling") == "attention"
    app.text_input(key="classify-sizes").set_value("9, 5").run()
    assert app.query_params["sizes"] == "9-5"
    assert app.query_params["cell"] == "gru"


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"cell": "elm"}, "Model (=elm) is not known"),
        ({"sizes": "8,x"}, "Units per layer (=8,x)"),
        ({"sizes": "8,0"}, "Units per layer"),
        ({"learning_rate": "fast"}, "Learning rate (=fast) must be a number"),
        ({"dropout": "2"}, "Dropout (=2.0) must lie between"),
        ({"run": "0" * 24}, "Nothing is stored under this address"),
        ({"data": "f-" + "0" * 24}, "Nothing is stored under this address"),
    ],
)
def test_what_cannot_be_gets_its_sentence_and_the_rest_stays(open_page, parameters, words):
    app = open_page(NAME, **parameters)
    assert not app.exception
    assert words in texts(app).replace("\\", "")
    assert next(one.value for one in app.subheader) == "1 · Data"


def test_a_preset_brings_its_settings_and_its_meaning(open_page):
    app = open_page(NAME, preset="stacked-softmax")
    assert shown(app, "classify-sizes") == "128, 64, 32"
    assert shown(app, "classify-batch_size") == 256
    assert "Three LSTM layers that grow narrower" in texts(app)
    app.selectbox(key="classify-preset").set_value("suited").run()
    assert "preset" not in app.query_params
    assert shown(app, "classify-sizes") == "64"


def test_mnist_is_fetched_only_when_somebody_asks(open_page, data_directory):
    app = open_page(NAME, data="mnist")
    assert "MNIST is not included" in texts(app)
    assert [one.label for one in app.button if one.key == "fetch-mnist"] == ["Fetch MNIST"]
    assert not (data_directory / "mnist").exists()


def test_a_trained_classifier_says_what_it_is_worth(open_page, trained):
    app = open_page(NAME, run=trained)
    assert not app.exception
    view = classify_service().view(trained)
    assert f"Test accuracy: {view.results.accuracy:.1%} of 449 held-out sequences" in texts(app)
    assert shown(app, "classify-sizes") == "12, 8"
    wrong = int((view.results.answers != view.results.labels).sum())
    assert next(one.value for one in app.metric if one.label == "Misclassified") == f"{wrong} of 449"
    assert not app.info, "the settings are those of the run"


def test_what_is_worked_out_of_the_first_sequences_only_says_so(open_page, trained):
    app = open_page(NAME, run=trained)
    assert (
        "Computed on the first 300 of 449 test sequences. "
        in next(one for one in app.metric if one.label == "Settles after").help
    )
    results = classify_service().view(trained).results
    few = replace(results, labels=results.labels[:300], probabilities=results.probabilities[:300])
    assert of_the_first(few) == ""


def test_the_hardest_class_keeps_its_number_however_long_its_name_is(open_page, trained):
    app = open_page(NAME, run=trained)
    metric = next(one for one in app.metric if one.label == "Hardest class")
    table = classify_service().view(trained).results.by_class()
    assert metric.value == f"{table['recall'].min():.0%}"
    assert metric.delta.split(" ")[0] in set(table.loc[table["recall"] == table["recall"].min(), "class"])


@pytest.mark.parametrize(
    ("answers", "classes", "told"),
    [
        ([0, 0, 2, 0], ("a", "b", "c"), (0.5, "c")),
        ([0, 1, 2, 2], ("a", "b", "c"), (0.5, "b")),
        ([1, 0, 2, 2], ("a", "b", "c"), (0, "a and 1 other")),
        ([0, 1, 2, 3], ("a", "b", "c", "d"), (1, "all 4 classes alike")),
        ([1, 1, 1, 1], ("<b>" + "x" * 300, "b", "c", "d"), (0, "\\<b\\>xxx… and 2 others")),
    ],
)
def test_the_hardest_classes_are_told_in_a_few_letters(answers, classes, told):
    labels = {3: {"c": [0, 0, 2, 2], "b": [0, 1, 1, 2]}.get(told[1], [0, 1, 2, 2]), 4: [0, 1, 2, 3]}[len(classes)]
    results = Results(np.eye(len(classes))[answers], np.array(labels), classes, early=None)
    assert hardest_classes(results) == told


def test_one_that_was_stopped_says_when(open_page, trained):
    store = classify_service().store
    store.write_state(trained, RunState("stopped", 300))
    assert "Stopped after 3 of 300 epochs." in texts(open_page(NAME, run=trained))
    store.write_history(trained, [])
    app = open_page(NAME, run=trained)
    assert "Stopped during the first of 300 epochs." in texts(app)
    app.session_state["fold-classify-learned"] = True
    app.run()
    fold = next(one for one in app.expander if one.label == "Training curves")
    assert "there are no losses to draw yet" in fold.markdown[0].value
    assert not fold.get("plotly_chart")


def test_names_in_notes_stand_in_quotation_marks_and_are_text(open_page):
    rows = "".join(f"{n // 3},{n % 3},{'up' if n // 3 % 2 else 'down'},{n}\n" for n in range(60))
    key = classify_service().library.uploads.add("steps.csv", f"sequence,step,label,<b>*v*\n{rows}".encode())
    told = texts(open_page(NAME, data=f"f-{key}"))
    assert "Each row is one step\\: “sequence” says of which sequence\\, “label” of which class" in told
    assert "“\\<b\\>\\*v\\*”" in told
    assert "`" not in told


def test_settings_that_are_open_stay_open_and_what_is_wrong_opens_them(open_page):
    app = open_page(NAME, sizes="8,x")
    assert not app.session_state["classify-more"]
    app.session_state["classify-more"] = True
    app.text_input(key="classify-sizes").set_value("8,y").run()
    assert "8,y" in texts(app).replace("\\", "")
    assert app.session_state["classify-more"]
    assert open_page(NAME, dropout="2").session_state["classify-more"]


def test_a_mistake_and_an_example_stand_in_the_address(open_page, trained):
    results = classify_service().view(trained).results
    right, called = 8, int(results.confusion[8].argmax())
    app = open_page(NAME, run=trained, mistake=f"{right}.{called}", example="17")
    assert f"sequences of “{right}” predicted as “{called}”" in texts(app)
    assert shown(app, "classify-example") == 17
    first = results.examples_of(right, called)[0]
    app.button(key=f"read-{first}").click().run()
    assert app.query_params["example"] == str(first)


@pytest.mark.parametrize(
    "parameters",
    [{"mistake": "99.1"}, {"mistake": "a.b"}, {"example": "-1"}, {"example": "99999"}, {"drawn": "rubbish"}],
)
def test_an_address_that_names_nothing_there_is_no_harm(open_page, trained, parameters):
    app = open_page(NAME, run=trained, **parameters)
    assert not app.exception
    assert "Test accuracy" in texts(app)


def test_a_classifier_whose_files_are_gone_still_says_what_it_was_worth(open_page, trained):
    service = classify_service()
    spec = service.store.spec(trained)
    gone = replace(spec, source=LabelledSource("files", ("0" * 24,), "gone.csv"))
    key = service.store.create(gone)
    for name in ("history.jsonl", "model.safetensors", "results.safetensors", "state.json"):
        service.store.folders.write(key, name, service.store.folders.read(trained, name))
    app = open_page(NAME, run=key)
    assert not app.exception
    assert "of 449 held-out sequences" in texts(app)
    assert "Nothing is stored under this address" in texts(app)


def drawn_classes(results):
    """What the page draws of the classes."""
    from lstm_viz.ui.classify.results import show_classes

    show_classes(results)


def test_a_class_that_looks_like_a_formula_is_kept_text_in_the_table(trained):
    results = classify_service().view(trained).results
    named = replace(results, classes=("=1+1", "-2", *results.classes[2:]))
    app = AppTest.from_function(drawn_classes, args=(named,), default_timeout=HANGS).run()
    assert not app.exception
    assert app.dataframe[0].value["class"].tolist() == ["'=1+1", "-2", *results.classes[2:]]

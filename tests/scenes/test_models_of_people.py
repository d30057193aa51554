"""What people trained or uploaded is stepped like what ships: their own numbers, and a sentence for what cannot be."""

import json

import numpy as np
import pytest
import torch

from lstm_viz.errors import LSTMVizError, RunError, RunNotFound, SequenceError, SettingsError, WeightsError
from lstm_viz.recurrent.specification import ModelConfig, StackConfig
from lstm_viz.runs.opened import open_classifier, read_example
from lstm_viz.runs.services import classify_service, training_service
from lstm_viz.scenes.overview import overview_bytes, survey_lane
from lstm_viz.scenes.sources import find_source
from lstm_viz.scenes.step_bytes import scene_bytes, trace_in_words, trace_report
from lstm_viz.scenes.step_request import StepRequest
from lstm_viz.scenes.step_scene import build_scene
from tests.scenes.people import stored_classifier, uploaded_lines, uploaded_state

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("data_directory")]

SMALL = {"sizes": (12, 6)}
NAMES = ModelConfig("gru", 4, 6, 2, output_size=3, embedding="learned", vocabulary_size=6, reads="every")


def header_of(scene, guide=None):
    data = scene_bytes(scene, guide)
    return json.loads(data[4 : 4 + int.from_bytes(data[:4], "little")])


def of_class(key, text="", **more):
    return StepRequest(source=f"class:{key}", text=text, **more)


def of_state(key, text="", **more):
    return StepRequest(source=f"state:{key}", text=text, **more)


# ── classifiers ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"pooling": "mean"},
        {"pooling": "attention", "normalization": "layer"},
        {"normalization": "batch", "cell": "gru", "dropout": 0.2},
        {"bidirectional": True, "cell": "rnn"},
        {"bidirectional": True, "pooling": "mean"},
    ],
    ids=str,
)
def test_a_classifier_is_stepped_through_the_numbers_that_its_own_page_shows(settings):
    key = stored_classifier(**SMALL, **settings)
    wanted = read_example(open_classifier(key), 3)
    for layer in (0, 1):
        scene = build_scene(of_class(key, "3", layer=layer))
        (lane,) = scene.lanes
        assert lane.trace.difference <= 1e-6
        np.testing.assert_allclose(lane.trace.probabilities, wanted.probabilities, rtol=0, atol=1e-6)
        header = header_of(scene)
        assert header["lanes"][0]["hidden_size"] == SMALL["sizes"][layer]
        np.testing.assert_allclose(header["right"], wanted.probabilities[:, wanted.label], rtol=0, atol=2e-6)
        assert header["lanes"][0]["proof"].startswith(f"largest difference from torch.nn.{lane.cell.upper()} here: ")


def test_its_outputs_are_the_classes_and_its_class_is_right_wherever_the_sequence_ends():
    key = stored_classifier(**SMALL)
    test = open_classifier(key).split.test
    header = header_of(build_scene(of_class(key, "5")))
    assert header["asks"] == "class"
    assert header["outputs"] == list(test.classes)
    assert header["changed_answers"] == [[int(test.labels[5])]] * 8
    assert header["tokens"] == [f"row {row}" for row in range(1, 9)]
    assert header["arrays"]["sequence/picture"][1:] == [8, 8]
    assert not header["fixed"]


def test_two_sequences_with_the_same_labels_are_two_places():
    key = stored_classifier(**SMALL)
    assert header_of(build_scene(of_class(key, "1")))["about"] != header_of(build_scene(of_class(key, "2")))["about"]


def test_the_head_is_told_only_where_the_answer_is_a_product_of_weight_and_hidden_state():
    plain, mean = stored_classifier(**SMALL), stored_classifier(**SMALL, pooling="mean")
    both = stored_classifier(**SMALL, bidirectional=True)
    told = {}
    for name, key, layer in (("below", plain, 0), ("top", plain, 1), ("mean", mean, 1), ("both", both, 1)):
        header = header_of(build_scene(of_class(key, layer=layer)))
        told[name] = ("lstm/head" in header["arrays"], header["lanes"][0]["beyond"])
    assert told["below"] == (False, "goes to the layer above")
    assert told["top"] == (True, "")
    assert told["mean"][0] is told["both"][0] is False
    assert "mean" in told["mean"][1]


def test_a_silent_unit_moves_the_probabilities_of_the_classes():
    key = stored_classifier(**SMALL)
    scene = build_scene(of_class(key, "3", layer=0, what_if="lstm.off.2~lstm.forget_gate.*@5-=0"))
    (lane,) = scene.lanes
    moved = np.abs(lane.changed.probabilities - lane.trace.probabilities).max(axis=1)
    assert moved.min() > 1e-6
    assert header_of(scene)["lanes"][0]["changed"]


def test_a_network_that_reads_from_both_ends_refuses_changes_and_says_so_beforehand():
    request = of_class(stored_classifier(**SMALL, bidirectional=True), "3")
    assert header_of(build_scene(request))["fixed"]
    assert "nothing can be changed inside" in find_source(request).words()
    with pytest.raises(SettingsError, match="reads from both ends"):
        build_scene(StepRequest(source=request.source, what_if="lstm.off.1"))


def test_a_token_cannot_be_changed_where_numbers_are_read():
    with pytest.raises(SettingsError, match="reads numbers"):
        build_scene(of_class(stored_classifier(**SMALL), what_if="token@1=a"))


def test_sequences_of_a_file_have_steps_on_the_scale_that_the_network_knows():
    source = uploaded_lines()
    key = stored_classifier(source, sizes=(5,))
    classifier = open_classifier(key)
    number = int(np.argmin(classifier.split.test.lengths))
    scene = build_scene(of_class(key, str(number)))
    (lane,) = scene.lanes
    header = header_of(scene)
    assert header["tokens"][0] == "step 1"
    assert len(header["tokens"]) == classifier.split.test.lengths[number]
    assert "sequence/picture" not in header["arrays"]
    assert np.abs(lane.trace.layer().inputs).max() < 5 < classifier.split.test.sequence(number).min()
    wanted = read_example(classifier, number).probabilities
    np.testing.assert_allclose(lane.trace.probabilities, wanted, rtol=0, atol=1e-6)


@pytest.mark.parametrize("text", ["449", "-1", "1.5", "seventeen", "9" * 400, "0" * 9 + "9999", "٣"])
def test_a_number_of_no_test_sequence_is_told(text):
    with pytest.raises(SequenceError, match=r"There is no test sequence .* Use a whole number from 0 to 448"):
        build_scene(of_class(stored_classifier(**SMALL), text))


def test_a_layer_that_is_not_there_is_told():
    with pytest.raises(SettingsError, match="this model has 2"):
        build_scene(of_class(stored_classifier(**SMALL), layer=2))


@pytest.mark.parametrize("key", ["0" * 24, "../../etc/passwd", ""])
def test_a_classifier_that_is_not_here_is_told(key):
    with pytest.raises(RunNotFound, match="This classifier is not on this server"):
        build_scene(of_class(key))


def test_a_deleted_classifier_is_told_though_it_was_just_open():
    key = stored_classifier(**SMALL)
    build_scene(of_class(key))
    classify_service().store.delete(key)
    with pytest.raises(RunNotFound, match="This classifier is not on this server"):
        build_scene(of_class(key))


def test_one_that_still_trains_is_told():
    with pytest.raises(RunError, match="no model yet"):
        build_scene(of_class(stored_classifier(**SMALL, trained=False)))


def test_one_whose_file_is_gone_is_told():
    source = uploaded_lines()
    key = stored_classifier(source, sizes=(5,))
    training_service().uploads.folders.remove(source.keys[0])
    classify_service().library.forget()
    with pytest.raises(RunNotFound, match="The sequences of this classifier are no longer on this server"):
        build_scene(of_class(key))


def test_its_units_are_tested_on_test_sequences_that_training_never_saw():
    key = stored_classifier(**SMALL)
    survey = survey_lane(of_class(key, layer=1), "lstm")
    assert survey.steps == 200 * 8
    assert list(survey.meanings) == ["position", "mean input", *(f"class {place}" for place in range(10))]
    assert survey.passages[0].memory.shape == (8, 6)
    assert len(overview_bytes(build_scene(of_class(key, layer=1)), {"lstm": survey})) > 1000


@pytest.mark.parametrize("settings", [{}, {"bidirectional": True}], ids=str)
def test_a_line_says_what_is_read_and_what_is_asked(settings):
    key = stored_classifier(**SMALL, **settings)
    words = find_source(of_class(key, "3")).words()
    label = open_classifier(key).split.test.labels[3]
    assert f"test sequence 3 of “digits of 8 × 8”, of class “{label}”" in words
    assert "if the sequence ended there" in words


def test_the_command_line_reports_a_classifier_too():
    report = trace_report(of_class(stored_classifier(**SMALL), "3"))
    assert np.array(report["probabilities"]).shape == (8, 10)
    assert "row 8" in trace_in_words(report)


# ── models that were uploaded ─────────────────────────────────────────────────────────────────────────


@torch.no_grad()
def test_a_model_with_an_embedding_reads_the_tokens_of_a_text_by_their_order():
    key, model = uploaded_state(NAMES)
    scene = build_scene(of_state(key, "the cat and the dog", layer=1))
    (lane,) = scene.lanes
    assert (lane.cell, lane.subject.sequence.tolist()) == ("gru", [0, 1, 2, 0, 3])
    np.testing.assert_allclose(lane.trace.outputs, model(torch.tensor([[0, 1, 2, 0, 3]]))[0].numpy(), rtol=0, atol=1e-6)
    header = header_of(scene)
    assert (header["asks"], header["outputs"]) == ("values", ["answer 1", "answer 2", "answer 3"])
    assert header["arrays"]["gru/values"][1:] == [5, 3]
    assert "gru/probabilities" not in header["arrays"]
    assert header["right"] == [None] * 5


def test_more_different_tokens_than_it_knows_are_told_and_the_text_that_stands_there_has_no_more():
    key, _ = uploaded_state(NAMES)
    with pytest.raises(SequenceError, match="The text has 7 different tokens; this model knows 6"):
        build_scene(of_state(key, "a b c d e f g"))
    few, _ = uploaded_state(ModelConfig("lstm", 2, 3, embedding="learned", vocabulary_size=2, reads="every"))
    assert build_scene(of_state(few)).labels == ("I", "love")


def test_a_token_can_be_changed_to_another_of_the_text():
    key, _ = uploaded_state(NAMES)
    scene = build_scene(of_state(key, "the cat and the dog", what_if="token@2=dog"))
    assert scene.changed_labels == ("the", "dog", "and", "the", "dog")
    assert scene.lanes[0].changed.difference <= 1e-6
    with pytest.raises(SettingsError, match="does not know the token 'bird'"):
        build_scene(of_state(key, "the cat", what_if="token@2=bird"))


@torch.no_grad()
@pytest.mark.parametrize("text", ["0.5, -1, 2", "0.5 -1;2", "0.5,-1,\n2.0"])
def test_a_model_of_one_number_per_step_reads_what_is_typed(text):
    key, model = uploaded_state(ModelConfig("lstm", 1, 5, output_size=2, reads="every"))
    scene = build_scene(of_state(key, text, pooling="every"))
    assert scene.labels == ("0.5", "−1", "2")
    wanted = model(torch.tensor([[[0.5], [-1.0], [2.0]]]))[0].numpy()
    np.testing.assert_allclose(scene.lanes[0].trace.outputs, wanted, rtol=0, atol=1e-6)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("1, two, 3", "'two' is no number"),
        ("1, nan", "'nan' is no number"),
        ("1e999", "'1e999' is no number"),
        ("2e6", "'2e6' is no number"),
        (",,;", "There are 0 numbers"),
        ("1 " * 1001, "There are 1,001 numbers"),
        ("1" * 10_001, "There are 10,001 characters"),
    ],
    ids=lambda text: text[:12],
)
def test_numbers_that_cannot_be_read_are_told(text, sentence):
    key, _ = uploaded_state(ModelConfig("lstm", 1, 5))
    with pytest.raises(SequenceError, match=sentence):
        build_scene(of_state(key, text))


def test_where_nothing_is_typed_it_reads_a_sine_and_the_line_says_so():
    key, _ = uploaded_state(ModelConfig("lstm", 1, 5), "wave.npz")
    request = of_state(key)
    assert build_scene(request).labels[:4] == ("0", "0.5", "0.866", "1")
    assert "“wave.npz” reads a sine with a period of 12 steps" in find_source(request).words()
    assert "the numbers above" in find_source(of_state(key, "1")).words()


def test_several_numbers_per_step_are_random_from_a_seed_that_the_line_names():
    key, _ = uploaded_state(StackConfig("rnn", 3, (5, 4), 2, normalization="layer"))
    first, again, other = (build_scene(of_state(key, seed=seed)).lanes[0].trace for seed in (7, 7, 8))
    np.testing.assert_array_equal(first.outputs, again.outputs)
    assert np.abs(first.outputs - other.outputs).max() > 1e-3
    assert first.difference <= 1e-6
    assert "drawn with seed 7" in find_source(of_state(key, seed=7)).words()


def test_what_weights_do_not_tell_can_be_told_by_the_address():
    key, _ = uploaded_state(ModelConfig("rnn", 1, 5, activation="relu", reads="every"))
    as_tanh, as_relu = (build_scene(of_state(key, activation=name)).lanes[0].trace for name in ("tanh", "relu"))
    assert (as_relu.layer()["hidden_state"] >= 0).all()
    assert (as_tanh.layer()["hidden_state"] < 0).any()
    with pytest.raises(SettingsError, match="`pooling`"):
        of_state(key, pooling="sum")


@pytest.mark.parametrize("key", ["0" * 24, "../../etc/passwd", ""])
def test_a_file_that_is_not_here_is_told(key):
    with pytest.raises(RunNotFound, match="These weights are not on this server"):
        build_scene(of_state(key))


def test_a_file_that_is_no_model_is_told():
    with pytest.raises(WeightsError):
        build_scene(of_state(training_service().uploads.add("notes.txt", b"hello")))


@pytest.mark.parametrize(
    "config",
    [NAMES, ModelConfig("lstm", 1, 5, bidirectional=True), StackConfig("gru", 3, (5, 4), 2, normalization="batch")],
    ids=str,
)
def test_units_of_a_model_that_was_brought_are_tested_too(config):
    key, _ = uploaded_state(config)
    scene = build_scene(of_state(key, layer=0))
    survey = survey_lane(of_state(key), scene.lanes[0].cell)
    assert "position" in survey.meanings
    assert len(overview_bytes(scene, {scene.lanes[0].cell: survey})) > 1000


def test_a_source_that_is_none_is_still_told():
    with pytest.raises(LSTMVizError, match="`source`"):
        StepRequest(source="klass:abc")

"""The overview shows what the trace computed, and claims about units only what test sequences bear out."""

import json
from dataclasses import replace

import numpy as np
import pytest

from lstm_viz.recurrent.layers import memory_of
from lstm_viz.recurrent.trace import trace_model
from lstm_viz.recurrent.unit_analysis import similar_order, similar_steps
from lstm_viz.scenes.overview import (
    Search,
    findings,
    guide_to,
    joined,
    overview_bytes,
    read_search,
    similar_passages,
    survey_lane,
    telling_unit,
)
from lstm_viz.scenes.probes import COUNTED_TO, MOST_STEPS, affordable, delayed
from lstm_viz.scenes.sources import find_source
from lstm_viz.scenes.step_bytes import scene_bytes
from lstm_viz.scenes.step_request import FORECAST, UNTRAINED, StepRequest
from lstm_viz.scenes.step_scene import build_scene
from tests.recurrent.tracked import best

ALL = ("lstm", "gru", "rnn")
TEXT = "to be or not to be that is the question to be"


def unpack(data):
    size = int.from_bytes(data[:4], "little")
    header = json.loads(data[4 : 4 + size])
    numbers = np.frombuffer(data[4 + size :], "<f4")
    cut = {
        name: numbers[at : at + rows * columns].reshape(rows, columns)
        for name, (at, rows, columns) in header["arrays"].items()
    }
    return header, cut


def surveyed(request):
    scene = build_scene(request)
    return scene, {lane.cell: survey_lane(request, lane.cell) for lane in scene.lanes}


@pytest.fixture(scope="module")
def untrained():
    request = StepRequest(source=UNTRAINED, text=TEXT, cells=ALL, hidden_size=6)
    return surveyed(request)


@pytest.fixture(scope="module")
def counting():
    return surveyed(StepRequest(source="counting"))


# ── the maps ──────────────────────────────────────────────────────────────────────────────────


def test_maps_hold_the_trace_to_the_last_bit(untrained):
    scene, surveys = untrained
    header, tables = unpack(overview_bytes(scene, surveys))
    for lane, packed in zip(scene.lanes, header["lanes"], strict=True):
        layer = lane.trace.layer()
        np.testing.assert_array_equal(tables[f"{lane.cell}/input"], layer.inputs)
        for name in packed["maps"][1:]:
            np.testing.assert_array_equal(tables[f"{lane.cell}/{name}"], layer[name])


def test_maps_stand_in_the_order_of_the_house(untrained):
    header, _ = unpack(overview_bytes(*untrained))
    lstm = ["input", "forget_gate", "input_gate", "candidate", "cell_state", "output_gate", "hidden_state"]
    gru = ["input", "update_gate", "reset_gate", "candidate", "hidden_state"]
    assert [lane["maps"] for lane in header["lanes"]] == [lstm, gru, ["input", "hidden_state"]]
    assert {name for lane in header["lanes"] for name in lane["maps"]} <= set(header["terms"])


def test_both_pages_call_a_sequence_by_the_same_name(untrained):
    scene, surveys = untrained
    overview, _ = unpack(overview_bytes(scene, surveys))
    stepped, _ = unpack(scene_bytes(scene))
    assert overview["about"] == stepped["about"]
    assert overview["tokens"] == stepped["tokens"]


def test_rows_are_ordered_by_the_memory_of_the_sequence_shown(untrained):
    scene, surveys = untrained
    header, _ = unpack(overview_bytes(scene, surveys))
    for lane, packed in zip(scene.lanes, header["lanes"], strict=True):
        assert sorted(packed["order"]) == list(range(6))
        assert packed["order"] == similar_order(lane.trace.layer()[memory_of(lane.cell)]).tolist()


def test_a_changed_run_is_the_one_that_is_drawn():
    scene, surveys = surveyed(StepRequest(source="recall", text="Axx?", what_if="lstm.forget_gate.*@2-=0"))
    header, tables = unpack(overview_bytes(scene, surveys))
    changed = scene.lanes[0].changed.layer()
    np.testing.assert_array_equal(tables["lstm/cell_state"], changed["cell_state"])
    assert np.abs(changed["cell_state"] - scene.lanes[0].trace.layer()["cell_state"]).max() > 0.1
    assert [change["words"] for change in header["changes"]] == ["forget gate of all units at 0 from step 2 on"]


def test_an_overview_is_less_than_half_of_a_scene(untrained):
    large = replace(untrained[0].request, hidden_size=64, text=" ".join(f"w{i % 37}" for i in range(200)))
    scene, surveys = surveyed(large)
    assert len(overview_bytes(scene, surveys)) < 0.5 * len(scene_bytes(scene))


# ── the test sequences ────────────────────────────────────────────────────────────────────────


def probes_of(request):
    return find_source(request).probes(find_source(request).open(request.cells[0]))


@pytest.mark.parametrize("source", ["counting", "brackets", "agreement", "recall", FORECAST, UNTRAINED])
def test_every_concept_is_known_for_every_step_of_every_test_sequence(source):
    probes = probes_of(StepRequest(source=source))
    steps = sum(len(sequence) for sequence in probes.sequences)
    assert [len(labels) for labels in probes.labels] == [len(sequence) for sequence in probes.sequences]
    assert set(probes.concepts) == set(probes.meanings)
    assert {len(column) for column in probes.concepts.values()} == {steps}
    assert all(np.isfinite(column).any() for column in probes.concepts.values())


def test_test_sequences_are_the_same_every_time():
    one, other = (probes_of(StepRequest(source="brackets")) for _ in range(2))
    assert one.labels == other.labels


def test_counting_is_tested_beyond_what_was_trained():
    longest = max(labels.count("a") for labels in probes_of(StepRequest(source="counting")).labels)
    assert 10 < longest <= COUNTED_TO


def test_an_untrained_cell_is_tested_on_its_own_tokens_in_other_orders():
    request = StepRequest(source=UNTRAINED, text=TEXT)
    probes = probes_of(request)
    words = TEXT.split()
    assert all(sorted(labels) == sorted(words) for labels in probes.labels)
    assert len(set(probes.labels)) > 10
    read = [label for labels in probes.labels for label in labels]
    np.testing.assert_array_equal(probes.concepts["is “be”"], [float(word == "be") for word in read])
    after = probes.concepts["after “be”"].reshape(len(probes.labels), len(words))
    assert np.isnan(after[:, 0]).all(), "nothing was read before the first token, least of all another sequence"
    np.testing.assert_array_equal(
        after[:, 1:], [[float(word == "be") for word in labels[:-1]] for labels in probes.labels]
    )


def test_windows_are_what_the_forecaster_reads():
    request = StepRequest(source=FORECAST)
    subject = find_source(request).open("lstm")
    probes = find_source(request).probes(subject)
    window = subject.experiment.config.window
    value = probes.concepts["value"].reshape(-1, window)
    before, season = (probes.concepts[name].reshape(-1, window) for name in ("value before", "last season"))
    np.testing.assert_allclose(np.stack(probes.sequences)[:, :, 0], value, rtol=1e-6)
    assert np.abs(value[:, -1]).max() == 0, "counted from the newest value"
    np.testing.assert_array_equal(before[:, 1:], value[:, :-1])
    np.testing.assert_array_equal(season[:, 12:], value[:, :-12])
    assert np.isnan(season[:, :12]).all()
    np.testing.assert_allclose(probes.concepts["change"].reshape(-1, window)[:, 1:], np.diff(value), atol=1e-12)
    shown = [place for place, labels in enumerate(probes.labels) if labels == subject.labels]
    np.testing.assert_allclose(probes.sequences[shown[0]], subject.sequence, rtol=1e-6)


@pytest.mark.parametrize("length", [1, 7, 100, 1000])
def test_long_sequences_are_tested_less_often(length):
    assert 4 <= affordable(length) <= 200
    assert affordable(length) * length <= max(MOST_STEPS, 4 * length)


def test_what_was_before_the_begin_is_not_known():
    np.testing.assert_array_equal(delayed(np.arange(3.0), 2), [np.nan, np.nan, 0])
    np.testing.assert_array_equal(delayed(np.arange(2.0), 5), [np.nan, np.nan])


# ── what units track ──────────────────────────────────────────────────────────────────────────


def test_a_score_is_the_correlation_over_the_whole_test_set(counting):
    _, surveys = counting
    request = StepRequest(source="counting")
    subject = find_source(request).open("lstm")
    probes = find_source(request).probes(subject)
    memory = joined([trace_model(subject.model, sequence).layer() for sequence in probes.sequences], "cell_state")
    remaining = probes.concepts["remaining"]
    known = np.isfinite(remaining)
    tracking = surveys["lstm"].tracking["cell_state"]
    for unit in range(10):
        expected = np.corrcoef(memory[known, unit], remaining[known])[0, 1]
        assert tracking.score[tracking.names.index("remaining"), unit] == pytest.approx(expected, abs=1e-4)


def test_the_counting_lstm_has_a_unit_that_counts(counting):
    _, surveys = counting
    ranked, score, _, _ = findings(surveys["lstm"])
    names = list(surveys["lstm"].meanings)
    counters = [unit for unit, places in enumerate(ranked) if places and names[places[0]] in ("remaining", "depth")]
    assert max(abs(score[ranked[unit][0], unit]) for unit in counters) > 0.99
    assert telling_unit(surveys["lstm"], 0) in counters, "and it is looked at first"


def test_the_lstm_remembers_the_first_symbol_and_the_plain_rnn_does_not():
    best = {}
    for cell in ("lstm", "rnn"):
        survey = survey_lane(StepRequest(source="recall", cells=(cell,)), cell)
        _, _, strength, _ = findings(survey)
        firsts = [place for place, name in enumerate(survey.meanings) if name.startswith("first_is")]
        best[cell] = strength[firsts].max()
    assert best["lstm"] > 0.9
    assert best["rnn"] < 0.3


def test_findings_agree_with_the_best_of_both_activations(counting):
    survey = counting[1]["lstm"]
    ranked, score, strength, chosen = findings(survey)
    for unit, places in enumerate(ranked):
        bests = [best(one, unit) for one in survey.tracking.values()]
        assert bool(places) == any(bests)
        if places:
            assert strength[places[0], unit] == max(
                np.nan_to_num(one.strength[:, unit]).max() for one in survey.tracking.values()
            )
            told_by = list(survey.tracking.values())[chosen[places[0], unit]]
            assert score[places[0], unit] == told_by.score[places[0], unit]
        assert list(strength[list(places), unit]) == sorted(strength[list(places), unit], reverse=True)


def test_where_no_unit_tells_anything_the_busiest_is_looked_at():
    survey = survey_lane(StepRequest(source=UNTRAINED, text="a", cells=("rnn",)), "rnn")
    assert telling_unit(survey, 3) == 3


def test_one_token_and_one_unit_make_an_overview_too():
    header, tables = unpack(
        overview_bytes(*surveyed(StepRequest(source=UNTRAINED, text="a", hidden_size=1, cells=ALL)))
    )
    assert header["tokens"] == ["a"]
    assert tables["lstm/forget_gate"].shape == (1, 1)
    assert header["lanes"][0]["findings"] == [[]]


def test_examples_carry_the_memory_and_what_is_known(counting):
    scene, surveys = counting
    header, tables = unpack(overview_bytes(scene, surveys))
    lane = header["lanes"][0]
    model = scene.lanes[0].subject.model
    vocabulary = scene.lanes[0].subject.vocabulary
    assert len(lane["examples"]) > 4
    place = [concept["name"] for concept in lane["concepts"]].index("depth")
    for example in lane["examples"]:
        rows = slice(example["first"], example["first"] + len(example["tokens"]))
        trace = trace_model(model, [vocabulary.index(token) for token in example["tokens"]]).layer()
        np.testing.assert_allclose(tables["lstm/examples_cell_state"][rows], trace["cell_state"], atol=1e-6)
        steps = np.array([{"a": 1, "X": 0, "b": -1}[token] for token in example["tokens"]])
        np.testing.assert_array_equal(tables["lstm/example_concepts"][rows, place], np.cumsum(steps))


def test_gates_are_measured_on_the_test_sequences(counting):
    request = StepRequest(source="counting")
    subject = find_source(request).open("lstm")
    gate = joined(
        [trace_model(subject.model, s).layer() for s in find_source(request).probes(subject).sequences], "forget_gate"
    )
    measured = counting[1]["lstm"].saturation
    assert list(measured) == ["forget_gate", "input_gate", "output_gate"]
    np.testing.assert_array_equal(measured["forget_gate"].left, (gate < 0.1).mean(axis=0))
    np.testing.assert_array_equal(measured["forget_gate"].right, (gate > 0.9).mean(axis=0))


# ── similar states ────────────────────────────────────────────────────────────────────────────


def about_of(scene, surveys):
    return unpack(overview_bytes(scene, surveys))[0]["about"][:8]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("lstm.3-7.0123abcd", Search("lstm", 2, 6, "0123abcd")),
        ("gru.1-1.0123abcd", Search("gru", 0, 0, "0123abcd")),
        ("lstm.7-3.0123abcd", None),
        ("lstm.0-3.0123abcd", None),
        ("transformer.1-3.0123abcd", None),
        ("lstm.1-3", None),
        ("<script>", None),
        ("", None),
    ],
)
def test_a_stretch_is_read_as_the_browser_writes_it(text, expected):
    assert read_search(text) == expected


def test_similar_stretches_are_those_of_the_engine(untrained):
    scene, surveys = untrained
    search = Search("gru", 0, 1, about_of(scene, surveys))
    found = unpack(overview_bytes(scene, surveys, search))[0]["search"]
    expected = similar_steps(scene.lanes[1].trace.layer()["hidden_state"], 0, 1)
    assert [(one["first"], one["last"], one["similarity"]) for one in found["here"]] == [
        (one.first, one.last, one.similarity) for one in expected
    ]


@pytest.mark.parametrize("wrong", [{"about": "00000000"}, {"last": 400}, {"cell": "rnn"}])
def test_a_stretch_of_another_sequence_or_lane_is_passed_over(counting, wrong):
    scene, surveys = counting
    search = replace(Search("lstm", 1, 3, about_of(scene, surveys)), **wrong)
    assert unpack(overview_bytes(scene, surveys, search))[0]["search"] is None


def test_similar_passages_lie_within_one_test_sequence_and_score_as_defined(counting):
    scene, surveys = counting
    survey = surveys["lstm"]
    memory = scene.lanes[0].trace.layer()["cell_state"]
    together = np.concatenate([memory, *(one.memory for one in survey.passages)]).astype(float)
    mean, spread = together.mean(axis=0), together.std(axis=0)
    asked = ((memory[9:13] - mean) / spread).mean(axis=0)
    found = similar_passages(survey, memory, 9, 12)
    assert found
    for passage, stretch in found:
        assert 0 <= stretch.first <= stretch.last < len(passage.labels)
        assert stretch.last - stretch.first == 3
        other = ((passage.memory[stretch.first : stretch.last + 1] - mean) / spread).mean(axis=0)
        expected = 1 - ((asked - other) ** 2).sum() / ((asked**2).sum() + (other**2).sum())
        assert stretch.similarity == pytest.approx(expected, abs=1e-6)
    assert found[0][1].similarity > 0.9, "other sequences count to the same number"


def test_a_stretch_longer_than_every_test_sequence_is_found_nowhere():
    scene, surveys = surveyed(StepRequest(source="recall", text="A" + "x" * 200))
    memory = scene.lanes[0].trace.layer()["cell_state"]
    assert similar_passages(surveys["lstm"], memory, 0, 150) == ()


def test_a_visitor_is_led_to_the_counting_unit_with_its_proof():
    _, surveys = surveyed(StepRequest(source="counting"))
    guide = guide_to(surveys["lstm"])
    tracking = surveys["lstm"].tracking["cell_state"]
    score = tracking.score[tracking.names.index("remaining"), guide.unit]
    assert abs(score) > 0.99
    assert f"Watch unit {guide.unit + 1} of the LSTM" in guide.words
    assert "“remaining” (r = −0.99" in guide.words


def test_nobody_is_led_where_no_unit_follows_anything():
    _, surveys = surveyed(StepRequest(source="recall", cells=("rnn",)))
    assert guide_to(surveys["rnn"]) is None

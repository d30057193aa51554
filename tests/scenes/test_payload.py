"""What the browser gets is what Python computed, to the last bit of a float32."""

import json
import math

import numpy as np
import pytest

from lstm_viz.errors import SettingsError
from lstm_viz.recurrent.models import build_model
from lstm_viz.recurrent.specification import ModelConfig
from lstm_viz.recurrent.trace import memory_ledger
from lstm_viz.scenes.step_bytes import FLOWS, scene_bytes
from lstm_viz.scenes.step_request import FORECAST, UNTRAINED, StepRequest
from lstm_viz.scenes.step_scene import build_scene
from lstm_viz.scenes.step_subject import Subject, require_drawable

ALL = ("lstm", "gru", "rnn")


def unpack(data):
    """Read a payload the way `assets/shared/scene.js` does."""
    size = int.from_bytes(data[:4], "little")
    header = json.loads(data[4 : 4 + size])
    numbers = np.frombuffer(data[4 + size :], "<f4")
    tables = {
        name: numbers[start : start + rows * columns].reshape(rows, columns)
        for name, (start, rows, columns) in header["arrays"].items()
    }
    assert sum(table.size for table in tables.values()) == numbers.size
    assert (4 + size) % 4 == 0, "aligned, so that the browser can look at the numbers in place"
    return header, tables


def packed(**requested):
    scene = build_scene(StepRequest(**{"source": UNTRAINED, "text": "a b c a", **requested}))
    return scene, *unpack(scene_bytes(scene))


def test_every_activation_of_every_lane_arrives():
    scene, _, tables = packed(cells=ALL)
    for lane in scene.lanes:
        layer = lane.trace.layer()
        for name, values in layer.activations.items():
            np.testing.assert_array_equal(tables[f"{lane.cell}/{name}"], values)
        np.testing.assert_array_equal(tables[f"{lane.cell}/input"], layer.inputs)
        np.testing.assert_array_equal(tables[f"{lane.cell}/probabilities"], lane.trace.probabilities)
        np.testing.assert_array_equal(tables[f"{lane.cell}/head"], lane.subject.model.head.weight.detach().numpy())


def test_the_ledger_and_its_sums_arrive():
    scene, _, tables = packed(cells=ALL)
    for lane in scene.lanes:
        layer = lane.trace.layer()
        ledger = memory_ledger(layer)
        flow = dict(zip(FLOWS, tables[f"{lane.cell}/flow"].T, strict=True))
        for name in ("kept", "lost", "written", "exposed"):
            values = getattr(ledger, name)
            np.testing.assert_array_equal(tables[f"{lane.cell}/{name}"], values)
            np.testing.assert_allclose(flow[name], np.abs(values).sum(axis=1), rtol=1e-6)
        memory = layer["cell_state" if lane.cell == "lstm" else "hidden_state"]
        np.testing.assert_allclose(flow["now"], np.abs(memory).sum(axis=1), rtol=1e-6)


def test_without_a_change_there_is_no_second_run():
    _, header, tables = packed()
    assert not any("*" in name for name in tables)
    assert not header["lanes"][0]["changed"]
    assert header["changes"] == []


def test_a_change_brings_a_second_run_of_the_lane_that_it_touches():
    scene, header, tables = packed(cells=ALL, what_if="lstm.forget_gate.*@2-=0")
    changed = scene.lanes[0].changed.layer()
    np.testing.assert_array_equal(tables["lstm*/cell_state"], changed["cell_state"])
    assert np.abs(tables["lstm*/kept"][1:]).max() == 0
    assert "gru*/hidden_state" not in tables
    assert [lane["changed"] for lane in header["lanes"]] == [True, False, False]
    assert header["changes"][0]["words"] == "LSTM forget gate of all units at 0 from step 2 on"


def test_a_new_token_changes_every_lane_and_what_is_right():
    scene, header, _ = packed(cells=ALL, what_if="token@2=c")
    assert header["tokens"] == ["a", "b", "c", "a"]
    assert header["changed_tokens"] == ["a", "c", "c", "a"]
    assert [lane["changed"] for lane in header["lanes"]] == [True] * 3
    outputs = header["outputs"]
    assert [[outputs[place] for place in right] for right in header["changed_answers"]] == [["c"], ["c"], ["a"], []]
    assert len(scene.changes) == 1


def test_the_chance_of_a_right_answer_stands_under_each_token():
    scene, header, _ = packed()
    chances = scene.lanes[0].trace.probabilities
    right = scene.lanes[0].subject.answers
    assert header["right"][-1] is None
    assert header["right"][0] == pytest.approx(chances[0, right[0][0]], abs=1e-6)


def test_a_forecast_arrives_in_the_unit_of_its_series():
    scene, header, tables = packed(source=FORECAST, text="")
    experiment = scene.lanes[0].subject.experiment
    split = experiment.split
    expected = experiment.predict(np.array([split.train_end]))[0]
    np.testing.assert_allclose(tables["lstm/forecasts"][-1], expected, rtol=1e-5)
    truth = [math.nan if value is None else value for value in header["series"]["truth"]]
    np.testing.assert_array_equal(truth, experiment.series.y[split.train_end : split.train_end + len(truth)])
    assert len(header["tokens"]) == len(header["series"]["read"]) == experiment.config.window


def test_hostile_tokens_are_plain_json_text():
    _, header, _ = packed(text="<img src=x onerror=alert(1)> \u2028 </script>")
    assert "".join(header["tokens"]) == "<imgsrc=xonerror=alert(1)></script>"


def test_a_payload_is_as_large_as_its_numbers():
    text = " ".join(f"w{place % 23}" for place in range(200))
    data = scene_bytes(build_scene(StepRequest(source=UNTRAINED, text=text, hidden_size=64, cells=ALL)))
    assert len(data) < 3_500_000


def test_the_same_scene_has_the_same_version_and_another_one_not():
    one, again, other = (packed(seed=seed)[1]["version"] for seed in (0, 0, 1))
    assert one == again != other


def test_the_address_of_a_place_belongs_to_the_sequence_and_not_to_the_changes():
    plain, changed, other = (
        packed(**requested)[1]["about"] for requested in ({}, {"what_if": "lstm.off.1"}, {"text": "b b"})
    )
    assert plain == changed != other


def test_the_proof_covers_what_is_shown():
    held = packed(source="recall", text="", what_if="lstm.forget_gate.*@2-=0")[1]["lanes"][0]["proof"]
    assert held.startswith("with your changes; without them")
    scene, header, _ = packed(source="recall", text="", what_if="token@2=z")
    changed = scene.lanes[0].changed
    assert changed.difference < 1e-6
    assert header["lanes"][0]["proof"] == f"largest difference from torch.nn.LSTM here: {changed.difference:.1e}"


@pytest.mark.parametrize("task", ["counting", "brackets", "agreement", "recall"])
def test_a_score_is_told_in_words_with_its_measure_behind_it(task):
    (lane,) = packed(source=task, text="")[1]["lanes"]
    assert "correct" in lane["score"]
    assert "Trained on:" in lane["score_meaning"]


@pytest.mark.parametrize(("read", "answered"), [(4000, 1), (1, 4000), (2000, 2001)])
def test_what_is_read_and_answered_counts_in_what_a_browser_is_given(read, answered):
    model = build_model(ModelConfig("rnn", read, 2, num_layers=2, output_size=answered), 0)

    def steps(count: int) -> Subject:
        return Subject(model, np.zeros((count, read), np.float32), ("step",) * count)

    require_drawable(steps(1300), 1)
    for lanes, most in ((1, 1310), (3, 436)):
        with pytest.raises(SettingsError, match=f"1500 steps of .* Use at most {most} steps, a smaller model"):
            require_drawable(steps(1500), lanes)


def test_the_longest_text_of_different_tokens_is_drawn_in_three_lanes():
    text = " ".join(str(number) for number in range(1000))
    scene, _, _ = packed(text=text, splitting="words", cells=ALL, hidden_size=8)
    assert len(scene.labels) == 1000

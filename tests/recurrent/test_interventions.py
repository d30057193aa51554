"""What if: a hand in the machine does what it says, to what it names, from when it acts, and to nothing else."""

import math

import numpy as np
import pytest
import torch

from lstm_viz.errors import SettingsError
from lstm_viz.recurrent.interventions import Ablate, Hold, Replace, Start, can_be_held, intervene
from lstm_viz.recurrent.models import build_model
from lstm_viz.recurrent.specification import CELLS, ModelConfig
from lstm_viz.recurrent.trace import trace_model
from tests.recurrent.by_hand import answer, nothing_held, read
from tests.recurrent.parity import RECURRENCES, random_inputs, random_model

STEPS, HIDDEN = 12, 6
INPUTS = random_inputs(STEPS, 3, 7)


def doubled(cell="lstm", layers=1, bidirectional=False, **more):
    config = ModelConfig(cell, 3, HIDDEN, layers, output_size=2, bidirectional=bidirectional, reads="every", **more)
    return random_model(config, 0, torch.float64)


def reader(cell="lstm"):
    """A model that reads seven tokens."""
    config = ModelConfig(cell, 7, HIDDEN, output_size=7, embedding="one_hot", vocabulary_size=7, reads="every")
    return build_model(config, seed=0)


def read_by_hand(model, inputs, holds):
    """Read with all layers and directions; `holds` by layer and whether backward. Gives layers and outputs."""
    layers, below = {}, inputs
    for number in range(model.config.num_layers):
        for backward in (False, True)[: 1 + model.config.bidirectional]:
            hold = holds.get((number, backward), nothing_held)
            layers[number, backward] = read(model.rnn, below, hold, where=(number, backward))
        below = np.concatenate(
            [states["hidden_state"] for place, states in layers.items() if place[0] == number], axis=1
        )
    return layers, answer(model, below)


def two_units_held(name):
    """By hand: hold units 2 and 4 at 0.7 from step 3 to 8."""

    def hold(held, step, values):
        acts = (held == name) & (3 <= step <= 8) & np.isin(np.arange(HIDDEN), (2, 4))
        return np.where(acts, 0.7, values)

    return hold


def assert_equals_by_hand(trace, model, holds, inputs=INPUTS):
    layers, outputs = read_by_hand(model, inputs, holds)
    for layer in trace.layers:
        for name, values in layers[layer.layer, layer.direction == "backward"].items():
            np.testing.assert_allclose(layer[name], values, rtol=0, atol=1e-12, err_msg=name)
    np.testing.assert_allclose(trace.outputs, outputs, rtol=0, atol=1e-12)


@pytest.mark.parametrize(("cell", "activation"), RECURRENCES)
@pytest.mark.parametrize("bidirectional", [False, True])
def test_without_interventions_the_run_is_the_trace(cell, activation, bidirectional):
    model = doubled(cell, 2, bidirectional, activation=activation)
    changed, plain = intervene(model, INPUTS, []), trace_model(model, INPUTS)
    assert math.isnan(changed.difference)
    np.testing.assert_allclose(changed.outputs, plain.outputs, rtol=0, atol=1e-12)
    for mine, theirs in zip(changed.layers, plain.layers, strict=True):
        assert (mine.cell, mine.layer, mine.direction) == (theirs.cell, theirs.layer, theirs.direction)
        np.testing.assert_allclose(mine.inputs, theirs.inputs, rtol=0, atol=1e-12)
        for of_mine, of_theirs in ((mine.activations, theirs.activations), (mine.biases, theirs.biases)):
            assert set(of_mine) == set(of_theirs)
            for name, values in of_theirs.items():
                np.testing.assert_allclose(of_mine[name], values, rtol=0, atol=1e-12, err_msg=name)


@pytest.mark.parametrize("cell", CELLS)
def test_a_changed_prediction_equals_the_equations_computed_anew(cell):
    model = doubled(cell)
    plain = trace_model(model, INPUTS).outputs
    for name in can_be_held(cell):
        trace = intervene(model, INPUTS, [Hold(name, 0.7, (2, 4), 3, 8)])
        assert_equals_by_hand(trace, model, {(0, False): two_units_held(name)})
        assert np.abs(trace.outputs - plain)[3:].max() > 1e-3, name


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("place", [(0, False), (0, True), (1, False), (1, True)])
def test_layers_and_directions_are_changed_where_it_says_and_carry_it_on(cell, place):
    model = doubled(cell, 2, bidirectional=True)
    change = Hold("candidate", 0.7, (2, 4), 3, 8, place[0], "backward" if place[1] else "forward")
    trace, plain = intervene(model, INPUTS, [change]), trace_model(model, INPUTS)
    assert_equals_by_hand(trace, model, {place: two_units_held("candidate")})
    differs = {
        (layer.layer, layer.direction == "backward"): not np.allclose(layer["candidate"], before["candidate"])
        for layer, before in zip(trace.layers, plain.layers, strict=True)
    }
    upper = place[0] == 0
    assert differs == {(0, False): place == (0, False), (0, True): place == (0, True)} | {
        (1, backward): upper or place == (1, backward) for backward in (False, True)
    }


@pytest.mark.parametrize("cell", CELLS)
def test_steps_read_before_the_change_stay_untouched_and_later_ones_do_not(cell):
    model = doubled(cell, 1, bidirectional=True)
    plain = trace_model(model, INPUTS)
    for direction in ("forward", "backward"):
        trace = intervene(model, INPUTS, [Hold("hidden_state", 0.9, (1,), 5, 5, 0, direction)])
        before, after = (slice(0, 5), slice(5, None)) if direction == "forward" else (slice(6, None), slice(0, 6))
        mine, theirs = trace.layer(0, direction), plain.layer(0, direction)
        for name in mine.activations:
            np.testing.assert_allclose(mine[name][before], theirs[name][before], rtol=0, atol=1e-12, err_msg=name)
        moved = np.abs(mine["hidden_state"][after] - theirs["hidden_state"][after]).max(axis=1)
        assert (moved > 0).all()


def test_open_forget_gate_and_shut_input_gate_freeze_the_cell_state():
    trace = intervene(doubled(), INPUTS, [Hold("forget_gate", 1.0, first=4), Hold("input_gate", 0.0, first=4)])
    cell_state = trace.layer()["cell_state"]
    np.testing.assert_array_equal(cell_state[4:], np.tile(cell_state[3], (STEPS - 4, 1)))
    assert np.ptp(cell_state[:4], axis=0).min() > 0


def test_a_shut_forget_gate_leaves_only_what_is_written():
    layer = intervene(doubled(), INPUTS, [Hold("forget_gate", 0.0)]).layer()
    np.testing.assert_array_equal(layer["cell_state"], layer["input_gate"] * layer["candidate"])


def test_a_shut_output_gate_hides_the_memory_but_keeps_it():
    layer = intervene(doubled(), INPUTS, [Hold("output_gate", 0.0)]).layer()
    assert not layer["hidden_state"].any()
    assert layer["cell_state"].all()


def test_an_open_update_gate_freezes_a_gru_at_its_start():
    layer = intervene(doubled("gru"), INPUTS, [Hold("update_gate", 1.0), Start("hidden_state", 2, 0.5)]).layer()
    expected = np.zeros((STEPS, HIDDEN))
    expected[:, 2] = 0.5
    np.testing.assert_array_equal(layer["hidden_state"], expected)


@pytest.mark.parametrize("name", can_be_held("lstm"))
def test_holding_one_unit_at_one_step_changes_at_that_step_only_this_unit(name):
    model = doubled()
    plain, layer = trace_model(model, INPUTS).layer(), intervene(model, INPUTS, [Hold(name, 0.2, (3,), 5, 5)]).layer()
    others = [unit for unit in range(HIDDEN) if unit != 3]
    for other in layer.activations:
        np.testing.assert_allclose(layer[other][5, others], plain[other][5, others], rtol=0, atol=1e-12, err_msg=other)
    assert layer[name][5, 3] == 0.2
    assert not np.allclose(layer["hidden_state"][5, 3], plain["hidden_state"][5, 3])
    assert not np.allclose(layer["candidate_pre"][6], plain["candidate_pre"][6]), "the next step sees it"


def test_what_is_weighed_is_not_touched_by_holding_what_comes_of_it():
    model = doubled()
    layer = intervene(model, INPUTS, [Hold("input_gate", 0.0, first=5, last=5)]).layer()
    np.testing.assert_allclose(layer["input_gate_pre"][5], trace_model(model, INPUTS).layer()["input_gate_pre"][5])
    assert not layer["input_gate"][5].any()


def test_of_two_hands_on_one_gate_the_later_wins():
    layer = intervene(doubled(), INPUTS, [Hold("input_gate", 0.0), Hold("input_gate", 1.0, units=(2,))]).layer()
    assert (layer["input_gate"][:, 2] == 1).all()
    assert not np.delete(layer["input_gate"], 2, axis=1).any()


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("direction", ["forward", "backward"])
def test_an_ablated_unit_is_silent_and_the_rest_goes_on_without_it(cell, direction):
    model = doubled(cell, 2, bidirectional=True)

    def silence(name, step, values):
        return np.where(np.arange(HIDDEN) == 2, 0.0, values) if name.endswith("_state") else values

    trace = intervene(model, INPUTS, [Ablate(2, 1, direction)])
    for name in trace.layers[0].activations:
        if name in ("hidden_state", "cell_state", "hidden_state_prev", "cell_state_prev"):
            values = trace.layer(1, direction)[name]
            assert not values[:, 2].any()
            assert np.delete(values, 2, axis=1).any(axis=0).all()
    assert_equals_by_hand(trace, model, {(1, direction == "backward"): silence})
    assert not np.allclose(trace.outputs, trace_model(model, INPUTS).outputs)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("ablation_first", [False, True])
def test_ablation_wins_over_a_start_and_over_a_held_state(cell, ablation_first):
    model = doubled(cell)
    others = [Start("hidden_state", 2, 0.8), Hold("hidden_state", 0.9, (2,), 3, 5)]
    if cell == "lstm":
        others += [Start("cell_state", 2, 3.0), Hold("cell_state", 0.9, (2,))]
    changes = [Ablate(2), *others] if ablation_first else [*others, Ablate(2)]
    both, ablated = intervene(model, INPUTS, changes), intervene(model, INPUTS, [Ablate(2)])
    for name, values in ablated.layer().activations.items():
        np.testing.assert_array_equal(both.layer()[name], values, err_msg=name)


@pytest.mark.parametrize("cell", CELLS)
def test_a_replaced_token_gives_the_trace_of_the_replaced_sequence(cell):
    model, tokens = reader(cell), [0, 1, 2, 3, 4, 5]
    trace, oracle = intervene(model, tokens, [Replace(2, 6)]), trace_model(model, [0, 1, 6, 3, 4, 5])
    for name, values in oracle.layer().activations.items():
        np.testing.assert_allclose(trace.layer()[name], values, rtol=0, atol=1e-6, err_msg=name)
    np.testing.assert_array_equal(trace.layer().inputs, oracle.layer().inputs)
    np.testing.assert_allclose(trace.outputs, oracle.outputs, rtol=0, atol=1e-6)
    assert tokens == [0, 1, 2, 3, 4, 5]


@pytest.mark.parametrize("cell", CELLS)
@torch.no_grad()
def test_a_start_equals_torch_called_with_start_states(cell):
    model = doubled(cell, 2, bidirectional=True)
    states = ("hidden_state", "cell_state") if cell == "lstm" else ("hidden_state",)
    zeros = [torch.zeros(4, 1, HIDDEN, dtype=torch.float64) for _ in states]
    changes = []
    for place, (name, start) in enumerate(zip(states, zeros, strict=True)):
        for row, (layer, direction) in enumerate([(0, "forward"), (0, "backward"), (1, "forward"), (1, "backward")]):
            start[row, 0, row + place] = 0.3 + row
            changes.append(Start(name, row + place, 0.3 + row, layer, direction))
    trace = intervene(model, INPUTS, changes)
    hidden_states, _ = model.rnn(torch.from_numpy(INPUTS)[None], tuple(zeros) if cell == "lstm" else zeros[0])
    np.testing.assert_allclose(trace.outputs, model.head(hidden_states)[0].numpy(), rtol=0, atol=1e-12)
    for name, start in zip(states, zeros, strict=True):
        np.testing.assert_array_equal(trace.layer(0, "forward")[f"{name}_prev"][0], start[0, 0])
        np.testing.assert_array_equal(trace.layer(1, "backward")[f"{name}_prev"][-1], start[3, 0])


@pytest.mark.parametrize("cell", CELLS)
def test_model_and_sequence_are_left_as_they_were(cell):
    model, inputs = doubled(cell), INPUTS.copy()
    before = {name: values.clone() for name, values in model.state_dict().items()}
    intervene(model, inputs, [Hold("candidate", 0.5), Ablate(1), Start("hidden_state", 0, 2.0)])
    np.testing.assert_array_equal(inputs, INPUTS)
    assert all(torch.equal(values, before[name]) for name, values in model.state_dict().items())


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (Hold("forget_gate", 1, (6,)), "There is no unit 7: there are 6."),
        (Hold("forget_gate", 1, (-1,)), "There is no unit 0: there are 6."),
        (Ablate(9), "There is no unit 10: there are 6."),
        (Hold("forget_gate", 1, first=12), "There is no step 13: there are 12."),
        (Hold("forget_gate", 1, last=12), "There is no step 13: there are 12."),
        (Hold("forget_gate", 1, first=5, last=3), "`first` (=5) must not come after `last` (=3)."),
        (Ablate(0, layer=1), "There is no layer 2: there are 1."),
        (Ablate(0, direction="backward"), "`direction` (=backward) does not exist: this model reads forward only."),
        (Ablate(0, direction="up"), "`direction` (=up) is not known. Use one of forward, backward."),
        (
            Hold("update_gate", 1),
            "`update_gate` cannot be held in this LSTM. Use one of input_gate, forget_gate, candidate, output_gate, "
            "hidden_state, cell_state.",
        ),
        (
            Start("forget_gate", 0, 1),
            "`forget_gate` cannot be given a start in this LSTM. Use one of hidden_state, cell_state.",
        ),
        (Hold("forget_gate", 7), "A forget gate is held at a number from 0 to 1, not 7."),
        (Hold("candidate", -1.5), "A candidate is held at a number from -1 to 1, not -1.5."),
        (Hold("hidden_state", 2), "A hidden state is held at a number from -1 to 1, not 2."),
        (Hold("forget_gate", math.nan), "A forget gate is held at a number from 0 to 1, not nan."),
        (Hold("forget_gate", math.inf), "A forget gate is held at a number from 0 to 1, not inf."),
        (Start("cell_state", 0, 101), "A cell state starts with a number from -100 to 100, not 101."),
        (Replace(0, 1), "A token cannot be replaced: this model reads numbers."),
    ],
    ids=repr,
)
def test_a_hand_that_points_nowhere_is_refused_in_one_sentence(change, sentence):
    with pytest.raises(SettingsError) as refused:
        intervene(doubled(), INPUTS, [change])
    assert str(refused.value) == sentence


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (Replace(2, 7), "There is no token 8: there are 7."),
        (Replace(3, 0), "There is no step 4: there are 3."),
        (Replace(-1, 0), "There is no step 0: there are 3."),
    ],
    ids=repr,
)
def test_a_token_that_is_not_there_is_refused_in_one_sentence(change, sentence):
    with pytest.raises(SettingsError) as refused:
        intervene(reader(), [0, 1, 2], [change])
    assert str(refused.value) == sentence

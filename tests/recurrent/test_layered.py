"""A stack of any kind is traced as exactly as the plain model: torch in every hidden state, and after each step."""

import itertools
import math

import numpy as np
import pytest
import torch

from lstm_viz.classifying.experiment import probabilities_so_far
from lstm_viz.errors import SettingsError
from lstm_viz.recurrent.interventions import Ablate, Hold, Replace, Start, intervene
from lstm_viz.recurrent.models import build_stack
from lstm_viz.recurrent.specification import CELLS, NORMALIZATIONS, POOLINGS, StackConfig
from lstm_viz.recurrent.trace import shown_hidden_state, trace_inside, trace_model
from tests.recurrent.parity import TOLERANCE, differences_to_plain_cells, random_inputs

STEPS, INPUTS = 11, 3
SIZES = ((9,), (7, 4), (4, 9, 5))
# `make check` runs every seventh; `make test` runs all.
KINDS = [
    pytest.param(*kind, marks=() if number % 7 == 0 else pytest.mark.slow)
    for number, kind in enumerate(itertools.product(CELLS, SIZES, NORMALIZATIONS, POOLINGS, (False, True)))
]


def stack(cell="lstm", sizes=(7, 4), normalization="none", pooling="last", both=False, dtype=torch.float64, **more):
    """A stack whose batch norms have seen something, in evaluation."""
    config = StackConfig(
        cell, INPUTS, sizes, 4, both, normalization=normalization, pooling=pooling, dropout=0.3, **more
    )
    model = build_stack(config, seed=len(sizes)).to(dtype)
    with torch.no_grad():
        model.train()(torch.from_numpy(random_inputs(40, INPUTS, 5)).to(dtype).reshape(8, 5, INPUTS) * 2 + 1)
        for norm in model.norms or ():
            norm.weight.uniform_(0.5, 1.5, generator=torch.Generator().manual_seed(1))
    return model.eval()


@torch.no_grad()
def hidden_states_by_torch(model, sequence):
    """What torch's own recurrent layers give while the model answers, one (T, D·H) for each layer."""
    heard = []
    hooks = [layer.register_forward_hook(lambda _, __, given: heard.append(given[0][0])) for layer in model.layers]
    model(sequence[None])
    for hook in hooks:
        hook.remove()
    return heard


@torch.no_grad()
def logits_so_far(model, sequence):
    """The answers to all beginnings, each read by itself; of a model that answers every step, its own."""
    if model.config.pooling == "every":
        return model(sequence[None])[0]
    return torch.cat([model(sequence[None, :steps]) for steps in range(1, len(sequence) + 1)])


def worst_differences(model, inputs):
    """Compare a trace with torch, relative to the largest value where that is above 1."""
    trace = trace_model(model, inputs)
    sequence = torch.as_tensor(inputs, dtype=model.head.weight.dtype)
    found = {"stated": trace.difference}
    for number, oracle in enumerate(hidden_states_by_torch(model, sequence)):
        of_this = [layer for layer in trace.layers if layer.layer == number]
        shown = np.concatenate([shown_hidden_state(layer) for layer in of_this], axis=1)
        stored = np.concatenate([layer["hidden_state"] for layer in of_this], axis=1)
        scale = max(1.0, float(oracle.abs().max()))
        found[f"layer {number}"] = max(float(np.abs(one - oracle.numpy()).max()) for one in (shown, stored)) / scale
    oracle = logits_so_far(model, sequence)
    found["answers"] = float(np.abs(trace.outputs - oracle.numpy()).max()) / max(1.0, float(oracle.abs().max()))
    return found


@pytest.mark.parametrize("dtype", TOLERANCE, ids=str)
@pytest.mark.parametrize(("cell", "sizes", "normalization", "pooling", "both"), KINDS)
def test_the_trace_of_a_stack_equals_torch(cell, sizes, normalization, pooling, both, dtype):
    model = stack(cell, sizes, normalization, pooling, both, dtype)
    found = worst_differences(model, random_inputs(STEPS, INPUTS, 0))
    assert len(found) == len(sizes) + 2
    assert max(found.values()) <= TOLERANCE[dtype], found


@pytest.mark.parametrize(
    ("cell", "sizes", "normalization", "both"), [*itertools.product(CELLS, SIZES, NORMALIZATIONS, (False, True))]
)
def test_every_activation_of_a_stack_equals_that_of_the_plain_cells(cell, sizes, normalization, both):
    model = stack(cell, sizes, normalization, both=both)
    assert max(differences_to_plain_cells(model, random_inputs(STEPS, INPUTS, 1)).values()) <= 1e-12


@pytest.mark.parametrize(("pooling", "both"), [*itertools.product(("last", "mean", "attention"), (False, True))])
@pytest.mark.parametrize("normalization", NORMALIZATIONS)
def test_the_answers_are_those_of_the_page_that_reads_sequences(pooling, both, normalization):
    model = stack("gru", (7, 4), normalization, pooling, both, torch.float32)
    inputs = random_inputs(STEPS, INPUTS, 2).astype(np.float32)
    trace = trace_model(model, inputs)
    np.testing.assert_allclose(trace.probabilities, probabilities_so_far(model, inputs), rtol=0, atol=1e-6)


@pytest.mark.parametrize("both", [False, True])
@pytest.mark.parametrize("pooling", POOLINGS)
def test_long_sequences_are_answered_in_parts(pooling, both, monkeypatch):
    model = stack("lstm", (5,), "layer", pooling, both)
    inputs = random_inputs(30, INPUTS, 3)
    whole = trace_model(model, inputs).outputs
    monkeypatch.setattr("lstm_viz.recurrent.models.ANSWERED_AT_ONCE", 7)
    np.testing.assert_allclose(trace_model(model, inputs).outputs, whole, rtol=0, atol=1e-14)


def test_a_stack_in_training_is_traced_as_in_use_and_stays_in_training():
    model = stack("lstm", (7, 4), "batch", "mean", both=True)
    inputs = random_inputs(STEPS, INPUTS, 0)
    wanted = trace_model(model, inputs).outputs
    before = {name: values.clone() for name, values in model.train().state_dict().items()}
    np.testing.assert_array_equal(trace_model(model, inputs).outputs, wanted)
    assert model.training
    assert all(norm.training for norm in model.norms)
    assert all(torch.equal(values, before[name]) for name, values in model.state_dict().items())


def test_layers_of_a_stack_stand_by_their_true_numbers_and_sizes():
    trace = trace_model(stack("gru", (7, 4), both=True), random_inputs(STEPS, INPUTS, 0))
    found = [(layer.layer, layer.direction, layer.hidden_size) for layer in trace.layers]
    assert found == [(0, "forward", 7), (0, "backward", 7), (1, "forward", 4), (1, "backward", 4)]
    assert trace.layer(1).inputs.shape == (STEPS, 14)


def test_a_trace_without_answers_is_the_same_inside():
    model, inputs = stack(), random_inputs(STEPS, INPUTS, 0)
    for mine, theirs in zip(trace_inside(model, inputs), trace_model(model, inputs).layers, strict=True):
        assert (mine.layer, mine.direction) == (theirs.layer, theirs.direction)
        for name, values in theirs.activations.items():
            np.testing.assert_array_equal(mine[name], values)


# ── with a hand in the machine ─────────────────────────────────────────────────────────────────


@torch.no_grad()
def rerun_with_unit_silenced(model, inputs, layer, unit):
    """By hand: a silent unit is one whose weights leave it at 0 and that nobody reads."""
    silenced = build_stack(model.config, seed=0).double().eval()
    silenced.load_state_dict(model.state_dict())
    rnn = silenced.layers[layer]
    size = rnn.hidden_size
    for name in ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"):
        rows = [gate * size + unit for gate in range(len(getattr(rnn, name)) // size)]
        getattr(rnn, name)[rows] = 0.0  # its candidate is tanh(0) = 0: whatever the gates do, its states stay 0
    return logits_so_far(silenced, torch.from_numpy(inputs)).numpy()


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("normalization", NORMALIZATIONS)
@pytest.mark.parametrize("pooling", POOLINGS)
@pytest.mark.parametrize("layer", [0, 1])
def test_a_silent_unit_changes_the_answers_as_a_rerun_without_it(cell, normalization, pooling, layer):
    model, inputs = stack(cell, (7, 4), normalization, pooling), random_inputs(STEPS, INPUTS, 4)
    changed = intervene(model, inputs, [Ablate(2, layer)])
    np.testing.assert_allclose(changed.outputs, rerun_with_unit_silenced(model, inputs, layer, 2), rtol=0, atol=1e-12)
    assert np.abs(changed.outputs - trace_model(model, inputs).outputs).max() > 1e-3
    assert math.isnan(changed.difference)


@pytest.mark.parametrize(("cell", "pooling", "both"), [*itertools.product(CELLS, POOLINGS, (False, True))])
def test_without_interventions_the_run_is_the_trace(cell, pooling, both):
    model, inputs = stack(cell, (7, 4), "batch", pooling, both), random_inputs(STEPS, INPUTS, 4)
    np.testing.assert_allclose(
        intervene(model, inputs, []).outputs, trace_model(model, inputs).outputs, rtol=0, atol=1e-12
    )


@pytest.mark.parametrize("pooling", POOLINGS)
def test_a_held_gate_reaches_every_later_answer_and_no_earlier_one(pooling):
    model, inputs = stack("lstm", (7, 4), "layer", pooling), random_inputs(STEPS, INPUTS, 4)
    plain = trace_model(model, inputs).outputs
    moved = np.abs(intervene(model, inputs, [Hold("input_gate", 1.0, (3,), 5)]).outputs - plain).max(axis=1)
    assert moved[:5].max() < 1e-12
    assert moved[5:].min() > 1e-6
    started = np.abs(intervene(model, inputs, [Start("cell_state", 3, 2.0, layer=1)]).outputs - plain).max(axis=1)
    assert started.min() > 1e-6


def test_units_are_counted_by_their_own_layer():
    model, inputs = stack("lstm", (7, 4)), random_inputs(STEPS, INPUTS, 4)
    intervene(model, inputs, [Ablate(6, 0)])
    with pytest.raises(SettingsError, match="no unit 7: there are 4"):
        intervene(model, inputs, [Ablate(6, 1)])


def test_a_stack_reads_numbers_so_no_token_can_be_replaced():
    with pytest.raises(SettingsError, match="reads numbers"):
        intervene(stack(), random_inputs(STEPS, INPUTS, 4), [Replace(0, 0)])


@pytest.mark.parametrize("pooling", ["last", "mean", "attention"])
def test_a_stack_that_reads_every_beginning_anew_refuses_changes_in_one_sentence(pooling):
    with pytest.raises(SettingsError, match="reads from both ends"):
        intervene(stack(pooling=pooling, both=True), random_inputs(STEPS, INPUTS, 4), [Ablate(0)])


def test_a_stack_that_answers_every_step_from_both_ends_can_be_changed():
    model, inputs = stack(pooling="every", both=True), random_inputs(STEPS, INPUTS, 4)
    changed = intervene(model, inputs, [Ablate(0, 1, "backward")])
    assert np.abs(changed.outputs - trace_model(model, inputs).outputs).min(axis=1).max() > 1e-6


@pytest.mark.parametrize(
    ("options", "linear"),
    [
        ({}, True),
        ({"pooling": "every"}, True),
        ({"pooling": "every", "both": True}, True),
        ({"both": True}, False),
        ({"normalization": "layer"}, False),
        ({"normalization": "batch"}, False),
        ({"pooling": "mean"}, False),
        ({"pooling": "attention"}, False),
    ],
    ids=str,
)
def test_it_says_where_the_answer_is_no_product_of_weight_and_hidden_state(options, linear):
    model, inputs = stack(**options), random_inputs(STEPS, INPUTS, 4)
    trace = trace_model(model, inputs)
    size = len(model.layers) - 1
    top = np.concatenate([layer["hidden_state"] for layer in trace.layers if layer.layer == size], axis=1)
    by_hand = top @ model.head.weight.detach().numpy().T + model.head.bias.detach().numpy()
    assert (not model.detour) is linear
    assert bool(np.abs(by_hand - trace.outputs).max() < 1e-12) is linear

"""Start weights are what their name says."""

import math

import numpy as np
import pytest
import torch
from torch import nn

from lstm_viz.errors import SettingsError
from lstm_viz.recurrent.initialization import initialize, scale_recurrent
from lstm_viz.recurrent.layers import Layer, layers_of
from lstm_viz.recurrent.models import build_model
from lstm_viz.recurrent.specification import CELLS, INITIALIZATIONS, ModelConfig

NAMED = [name for name in INITIALIZATIONS if name != "torch"]
BLOCKS = {"lstm": 4, "gru": 3, "rnn": 1}
HIDDEN, INPUTS = 12, 3


def built(cell, initialization, seed=0, **more):
    config = ModelConfig(cell, INPUTS, HIDDEN, 2, bidirectional=True, initialization=initialization, **more)
    return build_model(config, seed)


def gate_blocks(layer: Layer, matrix: str) -> list[torch.Tensor]:
    blocks = list(torch.split(getattr(layer, matrix), HIDDEN))
    assert len(blocks) == BLOCKS[layer.cell]
    return blocks


def assert_orthogonal(block):
    """The shorter side's vectors have length one and stand upright on each other."""
    short = block if block.shape[0] <= block.shape[1] else block.T
    torch.testing.assert_close(short @ short.T, torch.eye(len(short)), rtol=0, atol=1e-5)


def assert_uniform_within(block, bound):
    assert block.abs().max() <= bound
    assert block.abs().max() > 0.8 * bound
    assert abs(float(block.mean())) < 0.35 * bound


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("initialization", ["keras", "orthogonal"])
def test_recurrent_weights_of_each_gate_are_orthogonal(cell, initialization):
    for layer in layers_of(built(cell, initialization).rnn):
        for block in gate_blocks(layer, "U"):
            assert_orthogonal(block)


@pytest.mark.parametrize("cell", CELLS)
def test_orthogonal_input_weights_are_orthogonal_gate_by_gate_too(cell):
    for layer in layers_of(built(cell, "orthogonal").rnn):
        for block in gate_blocks(layer, "W"):
            assert_orthogonal(block)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize(("initialization", "matrices"), [("xavier", "WU"), ("keras", "W")])
def test_glorot_weights_fill_their_bounds_gate_by_gate(cell, initialization, matrices):
    for layer in layers_of(built(cell, initialization).rnn):
        for matrix in matrices:
            for block in gate_blocks(layer, matrix):
                assert_uniform_within(block, math.sqrt(6 / sum(block.shape)))


def test_a_glorot_bound_counts_one_gate_not_the_stack():
    stacked, single = math.sqrt(6 / (4 * HIDDEN + HIDDEN)), math.sqrt(6 / (HIDDEN + HIDDEN))
    layer = next(layers_of(built("lstm", "xavier").rnn))
    assert stacked < layer.U.abs().max() <= single


@pytest.mark.parametrize("cell", CELLS)
def test_identity_weights_hand_on_every_unit_and_hardly_read_the_input(cell):
    layers = list(layers_of(built(cell, "identity").rnn))
    for layer in layers:
        for block in gate_blocks(layer, "U"):
            assert torch.equal(block, torch.eye(HIDDEN))
        for block in gate_blocks(layer, "W"):
            assert 0.0005 < block.std() < 0.0015
    input_weights = torch.cat([layer.W.flatten() for layer in layers])
    assert float(input_weights.std()) == pytest.approx(0.001, rel=0.1)
    assert abs(float(input_weights.mean())) < 0.0002


def test_an_identity_rnn_with_relu_adds_up_what_it_reads():
    """The IRNN of Le, Jaitly & Hinton (2015)."""
    config = ModelConfig("rnn", INPUTS, HIDDEN, activation="relu", initialization="identity")
    rnn, step = build_model(config, 0).double().rnn, torch.randn(INPUTS, dtype=torch.float64)
    hidden_states, _ = rnn(step.expand(1, 100, INPUTS))
    added = torch.arange(1, 101)[:, None] * torch.relu(rnn.weight_ih_l0 @ step)
    torch.testing.assert_close(hidden_states[0], added, rtol=1e-12, atol=0)


@pytest.mark.parametrize("cell", CELLS)
def test_torchs_own_initialization_is_torchs(cell):
    made = {"lstm": nn.LSTM, "gru": nn.GRU, "rnn": nn.RNN}[cell]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(5)
        oracle = made(INPUTS, HIDDEN, 2, bidirectional=True)
    mine = built(cell, "torch", seed=5, forget_bias=0.0).rnn.state_dict()
    for name, values in oracle.state_dict().items():
        forget = slice(HIDDEN, 2 * HIDDEN) if cell == "lstm" and name.startswith("bias") else slice(0, 0)
        rest = [place for place in range(len(values)) if place not in range(*forget.indices(len(values)))]
        assert torch.equal(mine[name][rest], values[rest]), name
        assert values.abs().max() <= 1 / math.sqrt(HIDDEN)


@pytest.mark.parametrize("cell", CELLS)
def test_initializing_again_with_torchs_name_draws_torchs_weights_anew(cell):
    rnn = built(cell, "xavier").rnn
    before = rnn.weight_hh_l0.clone()
    with torch.random.fork_rng(devices=[]):
        initialize(rnn, "torch")
    assert not torch.equal(rnn.weight_hh_l0, before)
    assert rnn.weight_hh_l0.abs().max() <= 1 / math.sqrt(HIDDEN)
    assert rnn.bias_hh_l0.abs().min() > 0


@pytest.mark.parametrize("cell", ["gru", "rnn"])
@pytest.mark.parametrize("initialization", NAMED)
def test_biases_of_named_initializations_are_zero(cell, initialization):
    for layer in layers_of(built(cell, initialization, forget_bias=2.0).rnn):
        assert not layer.input_bias.any()
        assert not layer.recurrent_bias.any()


@pytest.mark.parametrize("initialization", INITIALIZATIONS)
def test_the_forget_bias_goes_to_the_forget_gate_of_every_layer_and_direction(initialization):
    layers = list(layers_of(built("lstm", initialization, forget_bias=2.5).rnn))
    assert len(layers) == 4
    for layer in layers:
        total = dict(zip(layer.gates, torch.split(layer.input_bias + layer.recurrent_bias, HIDDEN), strict=True))
        assert torch.all(total.pop("forget_gate") == 2.5)
        if initialization == "torch":
            assert all(bias.all() for bias in total.values())
        else:
            assert not any(bias.any() for bias in total.values())


@pytest.mark.parametrize("initialization", INITIALIZATIONS)
def test_a_model_without_biases_has_none_whatever_the_forget_bias(initialization):
    weights = [built("lstm", initialization, bias=False, forget_bias=value).state_dict() for value in (0.0, 9.0)]
    assert not [name for name in weights[0] if name.startswith("rnn.bias")]
    assert all(torch.equal(weights[0][name], weights[1][name]) for name in weights[0])


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("initialization", INITIALIZATIONS)
def test_start_weights_depend_on_the_seed_and_on_nothing_else(cell, initialization):
    torch.manual_seed(1)
    first = built(cell, initialization, seed=3).state_dict()
    torch.manual_seed(2)
    second = built(cell, initialization, seed=3).state_dict()
    other = built(cell, initialization, seed=4).state_dict()
    assert all(torch.equal(first[name], second[name]) for name in first)
    changed = [name for name in first if name.startswith("rnn.weight") and not torch.equal(first[name], other[name])]
    drawn = 1 if initialization == "identity" else 2
    assert len(changed) == drawn * 2 * 2, "W and, where it is drawn, U of two layers in two directions"


def test_no_two_gates_start_alike():
    for initialization in INITIALIZATIONS:
        layer = next(layers_of(built("lstm", initialization).rnn))
        blocks = gate_blocks(layer, "W" if initialization == "identity" else "U")
        assert not any(torch.equal(a, b) for i, a in enumerate(blocks) for b in blocks[:i]), initialization


def radius(block):
    return np.abs(np.linalg.eigvals(block.double().numpy())).max()


def weights_of(rnn):
    return {name: value.clone() for name, value in rnn.state_dict().items()}


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("requested", [0.25, 1.0, 1.8])
def test_every_gate_of_every_layer_gets_the_spectral_radius_that_is_asked_for(cell, requested):
    rnn = built(cell, "xavier").rnn
    scale_recurrent(rnn, spectral_radius=requested)
    blocks = [block for layer in layers_of(rnn) for block in gate_blocks(layer, "U")]
    assert len(blocks) == 4 * BLOCKS[cell]
    assert [radius(block) for block in blocks] == pytest.approx([requested] * len(blocks), rel=1e-5)


@pytest.mark.parametrize("cell", CELLS)
def test_a_spectral_radius_only_stretches_each_gate(cell):
    before, rnn = built(cell, "torch").rnn, built(cell, "torch").rnn
    scale_recurrent(rnn, spectral_radius=1.5)
    for old, new in zip(layers_of(before), layers_of(rnn), strict=True):
        for one, other in zip(gate_blocks(old, "U"), gate_blocks(new, "U"), strict=True):
            torch.testing.assert_close(other, one * (1.5 / radius(one)))


@pytest.mark.parametrize("cell", CELLS)
def test_scaling_multiplies_recurrent_weights_and_nothing_else(cell):
    before, rnn = built(cell, "torch").rnn, built(cell, "torch").rnn
    scale_recurrent(rnn, scale=3.0)
    for name, value in rnn.state_dict().items():
        factor = 3.0 if name.startswith("weight_hh") else 1.0
        assert torch.equal(value, factor * before.state_dict()[name]), name


@pytest.mark.parametrize("value", [0.0, 1.0], ids=["no weights", "each unit reads only those after it"])
def test_a_gate_whose_eigenvalues_are_all_zero_stays_as_it_is(value):
    rnn, block = built("gru", "orthogonal").rnn, torch.full((HIDDEN, HIDDEN), value).triu(1)
    with torch.no_grad():
        rnn.weight_hh_l0[HIDDEN : 2 * HIDDEN] = block
    scale_recurrent(rnn, spectral_radius=2.0)
    reset, update, candidate = gate_blocks(next(layers_of(rnn)), "U")
    assert torch.equal(update, block)
    assert (radius(reset), radius(candidate)) == pytest.approx((2.0, 2.0), rel=1e-5)


def test_a_spectral_radius_of_zero_removes_the_recurrence():
    rnn = built("lstm", "torch").rnn
    scale_recurrent(rnn, spectral_radius=0.0)
    assert not any(layer.U.any() for layer in layers_of(rnn))


def test_scaled_weights_can_still_be_trained():
    rnn = built("lstm", "torch").rnn
    scale_recurrent(rnn, scale=2.0)
    rnn(torch.randn(1, 5, INPUTS))[0].sum().backward()
    assert all(parameter.grad is not None and parameter.is_leaf for parameter in rnn.parameters())


@pytest.mark.parametrize("name", ["scale", "spectral_radius"])
@pytest.mark.parametrize("value", [-0.1, math.nan, math.inf, 101.0])
def test_an_impossible_scale_is_refused_by_name_and_changes_nothing(name, value):
    rnn = built("rnn", "torch").rnn
    before = weights_of(rnn)
    with pytest.raises(SettingsError, match=f"`{name}` .*must lie between"):
        scale_recurrent(rnn, **{name: value})
    assert all(torch.equal(before[weight], now) for weight, now in weights_of(rnn).items())


@pytest.mark.parametrize("values", [{}, {"scale": 1.0, "spectral_radius": 1.0}])
def test_scale_and_spectral_radius_exclude_each_other(values):
    with pytest.raises(SettingsError, match="exactly one of them"):
        scale_recurrent(built("rnn", "torch").rnn, **values)

"""Start weights are what their name says."""

import math

import pytest
import torch
from torch import nn

from lstm_viz.recurrent.initialization import initialize
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
    assert len(changed) == 2 * 2 * 2, "W and U of two layers in two directions"


def test_no_two_gates_start_alike():
    for initialization in INITIALIZATIONS:
        layer = next(layers_of(built("lstm", initialization).rnn))
        blocks = gate_blocks(layer, "U")
        assert not any(torch.equal(a, b) for i, a in enumerate(blocks) for b in blocks[:i]), initialization

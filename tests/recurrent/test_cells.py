"""The plain cells are torch's cells, carry their state, and obey a hand in the machine."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from lstm_viz.recurrent.cells import run
from lstm_viz.recurrent.layers import layers_of
from tests.recurrent.by_hand import read

RECURRENCES = ["lstm", "gru", "rnn_tanh", "rnn_relu"]
LAYERS = {"lstm": nn.LSTM, "gru": nn.GRU, "rnn_tanh": nn.RNN, "rnn_relu": nn.RNN}
CELLS = {"lstm": nn.LSTMCell, "gru": nn.GRUCell, "rnn_tanh": nn.RNNCell, "rnn_relu": nn.RNNCell}
GATES = ("input_gate", "forget_gate", "output_gate", "reset_gate", "update_gate")


def torch_layer(recurrence, inputs, hidden, bias=True, seed=0):
    options = {"nonlinearity": recurrence.removeprefix("rnn_")} if recurrence.startswith("rnn") else {}
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return LAYERS[recurrence](inputs, hidden, bias=bias, batch_first=True, dtype=torch.float64, **options)


def torch_cell(recurrence, layer):
    """torch's own single-step cell with the weights of a layer."""
    options = {"nonlinearity": layer.nonlinearity} if recurrence.startswith("rnn") else {}
    cell = CELLS[recurrence](layer.input_size, layer.hidden_size, layer.bias, dtype=torch.float64, **options)
    cell.load_state_dict({name.removesuffix("_l0"): values for name, values in layer.state_dict().items()})
    return cell


def plain(layer, inputs, start=None):
    (only,) = layers_of(layer)
    zeros = {name: torch.zeros(layer.hidden_size, dtype=torch.float64) for name in only.states}
    return run(only.as_cell(), inputs, zeros | (start or {}))


def noise(*shape, seed=0):
    return torch.randn(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("recurrence", RECURRENCES)
def test_every_step_equals_torchs_single_step_cell_from_any_start(recurrence):
    @settings(max_examples=60, deadline=None, derandomize=True)
    @given(st.integers(1, 6), st.integers(1, 16), st.integers(1, 12), st.booleans(), st.integers(0, 2**16))
    @torch.no_grad()
    def check(size, hidden, steps, bias, seed):
        layer = torch_layer(recurrence, size, hidden, bias, seed)
        oracle, inputs = torch_cell(recurrence, layer), noise(steps, size, seed=seed)
        states = ("hidden_state", "cell_state") if recurrence == "lstm" else ("hidden_state",)
        start = {name: noise(hidden, seed=seed + place) for place, name in enumerate(states)}
        expected = tuple(start.values()) if recurrence == "lstm" else start["hidden_state"]
        for x, mine in zip(inputs, plain(layer, inputs, start), strict=True):
            expected = oracle(x, expected)
            for name, state in zip(states, expected if recurrence == "lstm" else (expected,), strict=True):
                torch.testing.assert_close(mine[name], state, rtol=1e-12, atol=1e-12)

    check()


@pytest.mark.parametrize("recurrence", ["lstm", "gru", "rnn_tanh"])
@torch.no_grad()
def test_gates_and_states_equal_the_equations_written_in_numpy(recurrence):
    layer, inputs = torch_layer(recurrence, 3, 7), noise(20, 3)
    expected = read(layer, inputs.numpy())
    for name, values in expected.items():
        mine = torch.stack([step[name] for step in plain(layer, inputs)]).numpy()
        np.testing.assert_allclose(mine, values, rtol=0, atol=1e-12, err_msg=name)


@pytest.mark.parametrize("recurrence", RECURRENCES)
@torch.no_grad()
def test_the_last_state_depends_on_the_first_input_so_the_state_is_carried(recurrence):
    layer, inputs = torch_layer(recurrence, 2, 6), noise(5, 2)
    changed = inputs.clone()
    changed[0] += 1
    assert not torch.equal(plain(layer, inputs)[-1]["hidden_state"], plain(layer, changed)[-1]["hidden_state"])


@pytest.mark.parametrize("recurrence", RECURRENCES)
@torch.no_grad()
def test_gates_stay_between_shut_and_open_and_candidates_where_they_are_squeezed(recurrence):
    for step in plain(torch_layer(recurrence, 2, 6), 100 * noise(30, 2)):
        for name in GATES:
            if name in step:
                assert step[name].min() >= 0
                assert step[name].max() <= 1
        assert step["candidate"].min() >= (0 if recurrence == "rnn_relu" else -1)
        assert recurrence == "rnn_relu" or step["candidate"].max() <= 1


@pytest.mark.parametrize("recurrence", RECURRENCES)
@torch.no_grad()
def test_what_an_edit_puts_in_is_what_the_rest_of_the_step_uses(recurrence):
    layer, inputs = torch_layer(recurrence, 2, 6), noise(4, 2)
    (only,) = layers_of(layer)
    cell = only.as_cell()
    states = {name: noise(6, seed=1 + place) for place, name in enumerate(only.states)}
    for held in (*only.gates, *only.states):
        put = noise(6, seed=9)
        now = cell.step(inputs[0], states, lambda name, value, held=held, put=put: put if name == held else value)
        assert torch.equal(now[held], put)
        if recurrence == "lstm":
            if held != "cell_state":
                kept = now["forget_gate"] * states["cell_state"]
                torch.testing.assert_close(now["cell_state"], kept + now["input_gate"] * now["candidate"])
            if held != "hidden_state":
                torch.testing.assert_close(now["hidden_state"], now["output_gate"] * torch.tanh(now["cell_state"]))
        elif held != "hidden_state" and recurrence == "gru":
            z = now["update_gate"]
            torch.testing.assert_close(now["hidden_state"], z * states["hidden_state"] + (1 - z) * now["candidate"])
        elif held != "hidden_state":
            assert torch.equal(now["hidden_state"], now["candidate"])

"""The comparison with torch notices a broken cell; each break here is one that somebody once made."""

import numpy as np
import pytest
import torch

from lstm_viz.recurrent import cells, trace
from lstm_viz.recurrent.cells import GRUCell, LSTMCell, RNNCell, leave
from lstm_viz.recurrent.specification import ModelConfig
from tests.recurrent.parity import assert_parity, random_inputs, random_model


def forget_the_cell_state(patch):
    patch.setattr(trace, "_scan", lambda forget_gate, written: np.concatenate([np.zeros_like(written[:1]), written]))


def read_the_start_state_at_every_step(patch):
    def run(cell, inputs_TI, start, edit=None):
        return [cell.step(x, start) for x in inputs_TI]

    patch.setattr(cells, "run", run)


def see_the_new_hidden_state_too_early(patch):
    right = trace.recompute

    def recompute(layer, inputs_TI, hidden_states_TH):
        activations, biases = right(layer, inputs_TI, torch.cat([hidden_states_TH[1:], hidden_states_TH[-1:]]))
        return activations | {"hidden_state": hidden_states_TH.numpy()}, biases

    patch.setattr(trace, "recompute", recompute)


def read_backward_layers_forward(patch):
    patch.setattr(trace, "reading_order", lambda layer: lambda steps: steps)


def swap_input_and_forget_gate(patch):
    patch.setattr(LSTMCell, "gates", ("forget_gate", "input_gate", "candidate", "output_gate"))


def swap_candidate_and_output_gate(patch):
    patch.setattr(LSTMCell, "gates", ("input_gate", "forget_gate", "output_gate", "candidate"))


def swap_reset_and_update_gate(patch):
    patch.setattr(GRUCell, "gates", ("update_gate", "reset_gate", "candidate"))


def keep_where_it_should_write(patch):
    right = GRUCell.step

    def step(self, x, before, edit=leave):
        return right(self, x, before, lambda name, value: 1 - value if name == "update_gate" else value)

    patch.setattr(GRUCell, "step", step)


def reset_before_the_recurrent_weights(patch):
    right = GRUCell.step

    def step(self, x, before, edit=leave):
        now, weight = right(self, x, before), self.weights["candidate"]
        seen = weight.U @ (now["reset_gate"] * before["hidden_state"]) + weight.recurrent_bias
        now["candidate"] = torch.tanh(now["candidate_input"] + weight.input_bias + seen)
        z = now["update_gate"]
        return now | {"hidden_state": z * before["hidden_state"] + (1 - z) * now["candidate"]}

    patch.setattr(GRUCell, "step", step)


def squeeze_by_relu(patch):
    right = RNNCell.__init__
    patch.setattr(RNNCell, "__init__", lambda self, weights, activation="tanh": right(self, weights, "relu"))


EVERY_CELL = ("lstm", "gru", "rnn")
FLOATS, DOUBLES = torch.float32, torch.float64
# A break of the trace shows against torch in any precision; one of the plain cells where they are compared: in float64.
MUTANTS = [
    (forget_the_cell_state, ("lstm",), FLOATS),
    (read_the_start_state_at_every_step, EVERY_CELL, DOUBLES),
    (see_the_new_hidden_state_too_early, EVERY_CELL, FLOATS),
    (read_backward_layers_forward, EVERY_CELL, FLOATS),
    (swap_input_and_forget_gate, ("lstm",), FLOATS),
    (swap_candidate_and_output_gate, ("lstm",), FLOATS),
    (swap_reset_and_update_gate, ("gru",), FLOATS),
    (keep_where_it_should_write, ("gru",), DOUBLES),
    (reset_before_the_recurrent_weights, ("gru",), DOUBLES),
    (squeeze_by_relu, ("rnn",), DOUBLES),
]


@pytest.mark.parametrize(
    ("mutate", "cell", "dtype"),
    [pytest.param(mutate, cell, dtype, id=f"{mutate.__name__}-{cell}") for mutate, of, dtype in MUTANTS for cell in of],
)
def test_a_broken_cell_fails_the_comparison_and_a_whole_one_passes(mutate, cell, dtype, monkeypatch):
    model = random_model(ModelConfig(cell, 3, 6, 2, bidirectional=True), 0, dtype)
    inputs = random_inputs(12, 3, 0)
    assert_parity(model, inputs)
    mutate(monkeypatch)
    with pytest.raises(AssertionError):
        assert_parity(model, inputs)


def test_an_error_in_the_eleventh_digit_of_a_gate_is_noticed(monkeypatch):
    model = random_model(ModelConfig("lstm", 3, 6), 0, DOUBLES)
    inputs = random_inputs(12, 3, 0)
    right = trace.sigmoid
    monkeypatch.setattr(trace, "sigmoid", lambda x: right(x) + 1e-11)
    with pytest.raises(AssertionError, match="_gate"):
        assert_parity(model, inputs)

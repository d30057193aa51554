"""The trace is the torch model, with names."""

from typing import get_args

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lstm_viz.recurrent.models import build_model
from lstm_viz.recurrent.specification import INITIALIZATIONS, ModelConfig, Reads
from lstm_viz.recurrent.trace import shown_hidden_state, trace_model
from tests.recurrent.parity import (
    RECURRENCES,
    TOLERANCE,
    assert_parity,
    big_grid,
    random_inputs,
    random_model,
    worst_over,
)

EVERYTHING = settings(max_examples=120, deadline=None, derandomize=True)
NAMES = {
    "lstm": {
        *("input_gate", "input_gate_pre", "input_gate_input", "input_gate_recurrent"),
        *("forget_gate", "forget_gate_pre", "forget_gate_input", "forget_gate_recurrent"),
        *("candidate", "candidate_pre", "candidate_input", "candidate_recurrent"),
        *("output_gate", "output_gate_pre", "output_gate_input", "output_gate_recurrent"),
        *("cell_state", "cell_state_prev", "cell_tanh", "hidden_state", "hidden_state_prev"),
    },
    "gru": {
        *("reset_gate", "reset_gate_pre", "reset_gate_input", "reset_gate_recurrent"),
        *("update_gate", "update_gate_pre", "update_gate_input", "update_gate_recurrent"),
        *("candidate", "candidate_pre", "candidate_input", "candidate_recurrent"),
        *("hidden_state", "hidden_state_prev"),
    },
    "rnn": {
        *("candidate", "candidate_pre", "candidate_input", "candidate_recurrent"),
        *("hidden_state", "hidden_state_prev"),
    },
}


def models(cell, activation):
    return st.builds(
        ModelConfig,
        cell=st.just(cell),
        activation=st.just(activation),
        input_size=st.integers(1, 5),
        hidden_size=st.integers(1, 24),
        num_layers=st.integers(1, 3),
        output_size=st.integers(1, 4),
        bidirectional=st.booleans(),
        bias=st.booleans(),
        reads=st.sampled_from(get_args(Reads)),
        initialization=st.sampled_from(INITIALIZATIONS),
    )


@pytest.mark.parametrize("dtype", TOLERANCE, ids=str)
@pytest.mark.parametrize(("cell", "activation"), RECURRENCES)
def test_trace_equals_torch_in_every_hidden_state_last_state_and_output(cell, activation, dtype):
    @EVERYTHING
    @given(models(cell, activation), st.integers(1, 40), st.integers(0, 2**16))
    def check(config, steps, seed):
        assert_parity(random_model(config, seed, dtype), random_inputs(steps, config.input_size, seed))

    check()


def test_the_report_of_worst_differences_is_within_the_tolerances():
    some = [case for case in big_grid() if case[1] == 40 and case[0].hidden_size == 8 and case[0].num_layers == 2]
    worst = worst_over(some)
    assert len(worst) == len(RECURRENCES) * len(TOLERANCE)
    for (_, dtype), found in worst.items():
        assert 0 < max(found.values()) <= TOLERANCE[getattr(torch, dtype.removeprefix("torch."))]


@pytest.mark.parametrize(("cell", "activation"), RECURRENCES)
@pytest.mark.parametrize("bidirectional", [False, True])
def test_activations_have_exactly_these_names(cell, activation, bidirectional):
    config = ModelConfig(cell, 2, 5, 2, activation=activation, bidirectional=bidirectional)
    trace = trace_model(build_model(config, seed=0), random_inputs(6, 2, 0))
    for layer in trace.layers:
        assert set(layer.activations) == NAMES[cell]
        assert {values.shape for values in layer.activations.values()} == {(6, 5)}


def test_layers_stand_from_the_input_on_and_forward_before_backward():
    config = ModelConfig("gru", 2, 5, 2, bidirectional=True)
    trace = trace_model(build_model(config, seed=0), random_inputs(6, 2, 0))
    found = [(layer.layer, layer.direction) for layer in trace.layers]
    assert found == [(0, "forward"), (0, "backward"), (1, "forward"), (1, "backward")]
    assert trace.layer(1, "backward") is trace.layers[3]
    assert trace.layers[0].inputs.shape == (6, 2)
    both = [trace.layers[0]["hidden_state"], trace.layers[1]["hidden_state"]]
    np.testing.assert_array_equal(trace.layers[2].inputs, np.concatenate(both, axis=1))


@pytest.mark.parametrize(("cell", "activation"), RECURRENCES)
@pytest.mark.parametrize("bias", [False, True])
def test_the_parts_of_a_pre_activation_add_up(cell, activation, bias):
    config = ModelConfig(cell, 2, 5, activation=activation, bias=bias)
    layer = trace_model(random_model(config, 3, torch.float64), random_inputs(9, 2, 3)).layer()
    for gate in ("input_gate", "forget_gate", "reset_gate", "update_gate", "output_gate", "candidate"):
        if gate not in layer.activations:
            continue
        recurrent = layer[f"{gate}_recurrent"]
        if cell == "gru" and gate == "candidate":
            recurrent = layer["reset_gate"] * (recurrent + layer.biases["candidate_recurrent"])
        total = layer[f"{gate}_input"] + recurrent + layer.biases[gate]
        np.testing.assert_allclose(layer[f"{gate}_pre"], total, rtol=0, atol=1e-14)
    assert any(values.any() for values in layer.biases.values()) == bias


@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
def test_a_backward_layer_sees_at_each_step_the_state_of_the_step_behind(cell):
    config = ModelConfig(cell, 2, 4, bidirectional=True)
    layer = trace_model(build_model(config, seed=0), random_inputs(7, 2, 0)).layer(0, "backward")
    np.testing.assert_array_equal(layer["hidden_state_prev"][:-1], layer["hidden_state"][1:])
    np.testing.assert_array_equal(layer["hidden_state_prev"][-1], np.zeros(4))


def test_the_difference_it_states_is_the_one_between_its_gates_and_torch():
    model = build_model(ModelConfig("lstm", 2, 16, 2, bidirectional=True), seed=1)
    trace = trace_model(model, random_inputs(60, 2, 1))
    found = [np.abs(shown_hidden_state(layer) - layer["hidden_state"]).max() for layer in trace.layers]
    assert 0 < trace.difference == max(found) < 1e-6


def test_probabilities_are_the_softmax_of_the_outputs_even_of_huge_ones():
    model = build_model(ModelConfig("gru", 2, 4, output_size=5, reads="every"), seed=0)
    with torch.no_grad():
        model.head.weight *= 1e4
    trace = trace_model(model, random_inputs(6, 2, 0))
    expected = torch.softmax(torch.from_numpy(trace.outputs), dim=1).numpy()
    np.testing.assert_allclose(trace.probabilities, expected, atol=1e-6)


@pytest.mark.parametrize("embedding", ["one_hot", "learned"])
def test_tokens_are_read_through_the_models_own_embedding(embedding):
    config = ModelConfig("lstm", 6, 5, output_size=6, embedding=embedding, vocabulary_size=6, reads="every")
    model = build_model(config, seed=2)
    tokens = [5, 0, 3, 3, 1]
    trace = trace_model(model, tokens)
    np.testing.assert_array_equal(trace.layer().inputs, model.embed.weight.detach().numpy()[tokens])
    torch.testing.assert_close(torch.from_numpy(trace.outputs), model(torch.tensor([tokens]))[0], rtol=0, atol=1e-6)


def test_a_model_in_training_is_traced_without_dropout_and_stays_in_training():
    model = build_model(ModelConfig("lstm", 2, 8, 3, dropout=0.5), seed=0).train()
    before = {name: values.clone() for name, values in model.state_dict().items()}
    first, second = (trace_model(model, random_inputs(9, 2, 0)).outputs for _ in range(2))
    np.testing.assert_array_equal(first, second)
    assert model.training
    assert model.rnn.training
    assert all(torch.equal(values, before[name]) for name, values in model.state_dict().items())


def test_a_trace_that_fails_leaves_the_model_in_training_too():
    model = build_model(ModelConfig("lstm", 2, 8, 2, dropout=0.5), seed=0).train()
    with pytest.raises(RuntimeError, match="input"):
        trace_model(model, np.zeros((4, 3)))
    assert model.rnn.training


@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
def test_a_trace_stays_what_it_was_when_model_and_sequence_go_on(cell):
    model = build_model(ModelConfig(cell, 2, 4), seed=0)
    sequence = random_inputs(6, 2, 0).astype(np.float32)
    layer = trace_model(model, sequence).layer()
    arrays = {**layer.activations, **{f"bias {name}": bias for name, bias in layer.biases.items()}, "x": layer.inputs}
    before = {name: values.copy() for name, values in arrays.items()}
    sequence += 1
    with torch.no_grad():
        for parameter in model.parameters():
            parameter += 1
    for name, values in arrays.items():
        np.testing.assert_array_equal(values, before[name], err_msg=name)

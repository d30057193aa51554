import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lstm_viz.recurrent.gradients import gradients_of, in_double, log_norm, trace_in_double, two_roads, upstream_of
from lstm_viz.recurrent.layers import layers_of
from lstm_viz.recurrent.models import build_model
from lstm_viz.recurrent.specification import ModelConfig
from tests.recurrent.gradient_parity import (
    AUTOGRAD,
    FINITE,
    LOSSES,
    difference_to_autograd,
    difference_to_finite,
    gradients,
    model_and_inputs,
    roads_apart,
    weighted,
)
from tests.recurrent.parity import RECURRENCES


def config(cell="lstm", activation="tanh", hidden_size=6, layers=1, **more):
    return ModelConfig(cell, 3, hidden_size, layers, output_size=2, activation=activation, reads="every", **more)


@settings(max_examples=25)
@given(
    recurrence=st.sampled_from(RECURRENCES),
    layers=st.integers(1, 3),
    hidden_size=st.integers(1, 9),
    steps=st.integers(1, 25),
    where=st.sampled_from(LOSSES),
    bias=st.booleans(),
    seed=st.integers(0, 1000),
)
def test_gradients_equal_autograd_through_the_plain_cells(recurrence, layers, hidden_size, steps, where, bias, seed):
    cell, activation = recurrence
    model, inputs = model_and_inputs(config(cell, activation, hidden_size, layers, bias=bias), steps, seed)
    assert difference_to_autograd(model, inputs, weighted(where, steps, 2)) < AUTOGRAD


@pytest.mark.parametrize(("cell", "activation"), RECURRENCES)
@pytest.mark.parametrize("where", LOSSES)
def test_gradients_equal_finite_differences(cell, activation, where):
    model, inputs = model_and_inputs(config(cell, activation, layers=2), 9)
    assert difference_to_finite(model, inputs, weighted(where, 9, 2)) < FINITE


@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
def test_a_bidirectional_stack_gives_torchs_own_gradient_by_the_input(cell):
    model, inputs = model_and_inputs(config(cell, layers=2, bidirectional=True), 11)
    loss = weighted("every", 11, 2)
    x = torch.tensor(inputs, requires_grad=True)
    (by_torch,) = torch.autograd.grad(loss(model(x[None])[0]), x)
    lowest = [gradient for gradient in gradients(model, inputs, loss) if gradient.layer == 0]
    assert len(lowest) == 2
    np.testing.assert_allclose(sum(gradient.inputs[0] for gradient in lowest), by_torch.numpy(), rtol=0, atol=1e-12)


@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
@pytest.mark.parametrize("where", LOSSES)
@pytest.mark.parametrize("layers", [1, 3])
def test_the_two_roads_add_up_to_the_whole(cell, where, layers):
    model, inputs = model_and_inputs(config(cell, layers=layers), 60)
    assert roads_apart(model, inputs, weighted(where, 60, 2)) < 1e-10


def test_the_direct_road_of_an_lstm_is_the_product_of_its_forget_gates():
    model, inputs = model_and_inputs(config(), 12)
    (gradient,) = gradients(model, inputs, weighted("last", 12, 2))
    forget_gate = trace_in_double(model, inputs).layer()["forget_gate"]
    entering = gradient["cell_state_grad"][0, -1]
    for t in range(12):
        product = forget_gate[t + 1 :].prod(axis=0)
        np.testing.assert_allclose(two_roads(gradient).direct[0, t], product * entering, rtol=1e-12, atol=0)


def test_an_rnn_has_no_direct_road():
    model, inputs = model_and_inputs(config("rnn"), 12)
    (gradient,) = gradients(model, inputs, weighted("last", 12, 2))
    assert not two_roads(gradient).direct[0, :-1].any()


def test_without_recurrent_weights_only_the_direct_road_is_left():
    model, inputs = model_and_inputs(config(forget_bias=3.0), 20)
    with torch.no_grad():
        for name, weight in model.rnn.named_parameters():
            if name.startswith("weight_hh"):
                weight.zero_()
    (gradient,) = gradients(model, inputs, weighted("last", 20, 2))
    assert not two_roads(gradient).gated.any()
    assert (gradient["cell_state_grad"][0, 0] != 0).all()


def test_several_models_are_walked_back_as_each_alone():
    made = [model_and_inputs(config("gru", layers=2), 15, seed) for seed in range(3)]
    loss = weighted("every", 15, 2)
    traces = [trace_in_double(model, inputs) for model, inputs in made]
    upstream = np.stack([upstream_of(model, trace, loss) for (model, _), trace in zip(made, traces, strict=True)])
    together = gradients_of([model for model, _ in made], traces, upstream)
    for place, (model, inputs) in enumerate(made):
        alone = gradients(model, inputs, loss)
        for mine, own in zip(together, alone, strict=True):
            for name, values in own.values.items():
                np.testing.assert_allclose(mine[name][place], values[0], rtol=1e-12, atol=1e-300)


def test_the_gradient_by_the_weights_follows_from_that_by_the_pre_activations():
    model, inputs = model_and_inputs(config(), 15)
    loss = weighted("every", 15, 2)
    (gradient,) = gradients(model, inputs, loss)
    stacked = np.concatenate([gradient[f"{gate}_pre_grad"][0] for gate in next(layers_of(model.rnn)).gates], axis=1)
    value = loss(model(torch.tensor(inputs)[None])[0])
    (by_torch,) = torch.autograd.grad(value, model.rnn.weight_ih_l0)
    np.testing.assert_allclose(stacked.T @ inputs, by_torch.numpy(), rtol=0, atol=1e-12)


def test_a_vanished_gradient_is_a_number_and_not_zero():
    model, inputs = model_and_inputs(ModelConfig("rnn", 8, 32, reads="every"), 500)
    (gradient,) = gradients(model, inputs, weighted("last", 500, 1))
    first = log_norm(gradient["hidden_state_grad"])[0, 0]
    assert -200 < first < -100
    assert float(torch.tensor(gradient["hidden_state_grad"][0, 0]).float().norm()) == 0.0


def test_an_overflow_is_told_apart_from_a_zero():
    norms = log_norm(np.array([[0.0, 0.0], [np.inf, 1.0], [np.nan, 1.0], [3.0, 4.0], [3e-200, 4e-200], [3e300, 4e300]]))
    assert norms[0] == -np.inf
    assert not np.isfinite(norms[1:3]).any()
    np.testing.assert_allclose(norms[3:], np.log10([5.0, 5e-200, 5e300]), rtol=1e-14)


def test_an_exploding_relu_overflows_without_a_warning():
    model = in_double(build_model(ModelConfig("rnn", 8, 8, activation="relu", reads="every"), 0))
    with torch.no_grad():
        model.rnn.weight_hh_l0.mul_(40)
    inputs = np.random.default_rng(0).normal(size=(900, 8))
    trace = trace_in_double(model, inputs)
    assert not np.isfinite(trace.layer()["hidden_state"]).all()
    upstream = np.ones((1, 900, 8))
    (gradient,) = gradients_of([model], [trace], upstream)
    assert gradient["hidden_state_grad"].shape == (1, 900, 8)

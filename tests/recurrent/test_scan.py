import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lstm_viz.recurrent.gradients import in_double, trace_in_double
from lstm_viz.recurrent.models import build_model
from lstm_viz.recurrent.specification import ModelConfig
from lstm_viz.recurrent.trace import trace_model
from tests.recurrent.parity import RECURRENCES


@settings(max_examples=40)
@given(
    recurrence=st.sampled_from(RECURRENCES),
    layers=st.integers(1, 3),
    both=st.booleans(),
    bias=st.booleans(),
    hidden_size=st.sampled_from([1, 7, 32]),
    steps=st.sampled_from([1, 2, 60]),
    seed=st.integers(0, 1000),
)
def test_the_scan_equals_torch_in_every_activation(recurrence, layers, both, bias, hidden_size, steps, seed):
    cell, activation = recurrence
    config = ModelConfig(cell, 3, hidden_size, layers, bidirectional=both, bias=bias, activation=activation)
    model = in_double(build_model(config, seed))
    inputs = np.random.default_rng(seed).normal(size=(steps, 3))
    mine, torchs = trace_in_double(model, inputs), trace_model(model, inputs)
    np.testing.assert_allclose(mine.outputs, torchs.outputs, rtol=0, atol=1e-12)
    for layer, other in zip(mine.layers, torchs.layers, strict=True):
        for name, values in layer.activations.items():
            np.testing.assert_allclose(values, other[name], rtol=0, atol=1e-12, err_msg=name)


@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
def test_a_long_sequence_stays_equal(cell):
    model = in_double(build_model(ModelConfig(cell, 3, 16), 1))
    inputs = np.random.default_rng(1).normal(size=(3000, 3))
    mine, torchs = (trace(model, inputs).layer()["hidden_state"] for trace in (trace_in_double, trace_model))
    np.testing.assert_allclose(mine, torchs, rtol=0, atol=1e-12)


def test_an_overflow_is_infinite_from_its_step_on():
    model = in_double(build_model(ModelConfig("rnn", 3, 4, activation="relu"), 0))
    with torch.no_grad():
        model.rnn.weight_hh_l0.copy_(10 * torch.eye(4))
        model.rnn.weight_ih_l0.fill_(1.0)
    hidden = trace_in_double(model, np.ones((400, 3))).layer()["hidden_state"]
    first = np.flatnonzero(~np.isfinite(hidden).all(axis=1))[0]
    assert 250 < first < 400
    assert np.isfinite(hidden[:first]).all()

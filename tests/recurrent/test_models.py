"""The model that every page trains."""

import pytest
import torch
from torch import nn

from lstm_viz.errors import SettingsError
from lstm_viz.recurrent.initialization import set_forget_bias
from lstm_viz.recurrent.layers import count_parameters
from lstm_viz.recurrent.models import SequenceModel, build_model
from lstm_viz.recurrent.specification import CELLS, ModelConfig


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("num_layers", [1, 2])
def test_model_equals_torchs_own_layers_step_by_step(cell, num_layers):
    model = build_model(ModelConfig(cell, 3, 5, num_layers, 0.0, 4), seed=1).double().eval()
    inputs = torch.randn(2, 7, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    state = None
    for step in range(7):
        hidden, state = model.rnn(inputs[:, step : step + 1], state)
    torch.testing.assert_close(model(inputs), model.head(hidden[:, 0]), rtol=0, atol=1e-12)


def test_answer_depends_on_the_first_step_so_the_state_is_carried():
    model = build_model(ModelConfig("lstm", 1, 8, output_size=2), seed=0).eval()
    inputs = torch.zeros(1, 10, 1)
    changed = inputs.clone()
    changed[0, 0, 0] = 1.0
    assert not torch.equal(model(inputs), model(changed))


def test_forget_bias_is_the_sum_of_torchs_two_biases():
    rnn = nn.LSTM(2, 4, num_layers=2, bidirectional=True)
    set_forget_bias(rnn, 1.5)
    for suffix in ("l0", "l1", "l0_reverse", "l1_reverse"):
        total = getattr(rnn, f"bias_ih_{suffix}") + getattr(rnn, f"bias_hh_{suffix}")
        assert torch.all(total[4:8] == 1.5)


def test_large_forget_bias_keeps_the_cell_state():
    rnn = nn.LSTM(1, 3)
    set_forget_bias(rnn, 50.0)
    start = (torch.zeros(1, 1, 3), torch.full((1, 1, 3), 2.0))
    with torch.no_grad():
        for gate in (slice(0, 3), slice(6, 9)):  # input gate and candidate shut, so that nothing is written
            rnn.bias_ih_l0[gate] = -50.0
    _, (_, cell_state) = rnn(torch.zeros(20, 1, 1), start)
    torch.testing.assert_close(cell_state, start[1])


def test_parameters_are_counted_by_the_textbook_formula():
    hidden, inputs, outputs = 32, 1, 12
    formula = 4 * (hidden * inputs + hidden * hidden + 2 * hidden) + hidden * outputs + outputs
    assert count_parameters(SequenceModel(ModelConfig("lstm", inputs, hidden, output_size=outputs))) == formula


def test_start_weights_depend_on_the_seed_alone():
    torch.manual_seed(99)
    first = build_model(ModelConfig(), seed=3).head.weight
    before = torch.get_rng_state()
    second = build_model(ModelConfig(), seed=3).head.weight
    assert torch.equal(first, second)
    assert torch.equal(before, torch.get_rng_state())
    assert not torch.equal(first, build_model(ModelConfig(), seed=4).head.weight)


@pytest.mark.parametrize(
    ("values", "name"),
    [({"cell": "cnn"}, "cell"), ({"hidden_size": 0}, "hidden_size"), ({"dropout": float("nan")}, "dropout")],
)
def test_impossible_models_are_refused_by_name(values, name):
    with pytest.raises(SettingsError, match=f"`{name}`"):
        ModelConfig(**values)

"""The fast gradient by every hidden state is the one that autograd finds through a loop of plain cells."""

import math

import numpy as np
import pytest
import torch

from lstm_viz.racing.config import RACING_CELLS, TASKS, RaceConfig
from lstm_viz.racing.race import (
    FLOOR,
    gradient_by_step,
    held_out_batch,
    hidden_state_gradients,
    longest,
    model_config,
    race_loss,
)
from lstm_viz.recurrent.cells import run
from lstm_viz.recurrent.layers import layers_of
from lstm_viz.recurrent.models import build_model


def by_autograd(model, batch):
    """dL/dh_t through `cells.run`, keeping each hidden state on the way."""
    layer = next(layers_of(model.rnn))
    kept = []

    def keep(name, value):
        if name == "hidden_state":
            value.requires_grad_()
            kept.append(value)
        return value

    start = {name: torch.zeros(layer.hidden_size, dtype=torch.float64) for name in layer.states}
    with torch.enable_grad():
        for inputs in batch.inputs.double():
            run(layer.as_cell(), inputs, start, lambda t: keep)
        hidden = torch.stack(kept).reshape(len(batch), -1, layer.hidden_size)
        read = hidden if model.config.reads == "every" else hidden[:, -1]
        targets = batch.targets.double() if batch.targets.is_floating_point() else batch.targets
        found = torch.autograd.grad(race_loss(model.head(read), targets), kept)
    return torch.stack(found).reshape(hidden.shape)


@pytest.mark.parametrize("cell", RACING_CELLS)
@pytest.mark.parametrize("task", TASKS)
def test_gradient_is_autograds_through_a_loop_of_cells(task, cell):
    config = RaceConfig(task=task, length=14, hidden_size=5)
    model = build_model(model_config(config, cell), 3)
    batch = longest(held_out_batch(config), 3)
    wanted = by_autograd(build_model(model_config(config, cell), 3).double(), batch)
    np.testing.assert_allclose(hidden_state_gradients(model, batch), wanted.numpy(), rtol=1e-10, atol=1e-15)
    logs = gradient_by_step(model, batch, config)
    assert logs == pytest.approx([math.log10(wanted[:, step].norm()) for step in range(config.steps)], abs=1e-4)


def test_none_at_all_is_the_floor():
    config = RaceConfig(length=4, hidden_size=3)
    model, batch = build_model(model_config(config, "rnn"), 0), longest(held_out_batch(config), 2)
    with torch.no_grad():
        model.rnn.weight_hh_l0.zero_()
    *before, last = gradient_by_step(model, batch, config)
    assert before == [FLOOR] * 3
    assert last > -10


def test_what_is_no_number_is_left_out_and_the_model_stays_as_it_is():
    config = RaceConfig(length=4, hidden_size=3)
    model, batch = build_model(model_config(config, "gru"), 0), longest(held_out_batch(config), 2)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    assert gradient_by_step(model, batch, config) is not None
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    with torch.no_grad():
        model.head.weight.fill_(math.nan)
    assert gradient_by_step(model, batch, config) is None


def test_long_sequences_give_sixty_of_their_steps():
    config = RaceConfig(length=90, hidden_size=3)
    model, batch = build_model(model_config(config, "lstm"), 0), longest(held_out_batch(config), 2)
    norms = np.linalg.norm(hidden_state_gradients(model, batch), axis=(0, 2))
    logs = gradient_by_step(model, batch, config)
    assert len(logs) == 60
    assert logs == pytest.approx([math.log10(norms[step - 1]) for step in config.gradient_steps], abs=1e-4)

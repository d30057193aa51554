"""The fast gradient by every hidden state is the one that autograd finds through a loop of plain cells."""

import math

import pytest
import torch

from lstm_viz.racing.config import RACING_CELLS, TASKS, RaceConfig
from lstm_viz.racing.gradients import FLOOR, gradient_by_step, hidden_state_gradients, log_norms
from lstm_viz.racing.tasks import held_out_batch, longest, model_config, race_loss
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
    torch.testing.assert_close(hidden_state_gradients(model, batch), wanted, rtol=1e-10, atol=1e-15)
    logs = gradient_by_step(model, batch, config)
    assert logs == pytest.approx([math.log10(wanted[:, step].norm()) for step in range(config.steps)], abs=1e-4)


def test_a_gradient_too_small_to_be_squared_is_a_number_and_none_at_all_is_the_floor():
    gradients = torch.zeros(2, 3, 2, dtype=torch.float64)
    gradients[0, 0, 0], gradients[0, 0, 1], gradients[:, 1, 0] = 3e-200, 4e-200, 1.0
    assert log_norms(gradients).tolist() == pytest.approx([math.log10(5) - 200, math.log10(2) / 2, FLOOR])


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
    logs = log_norms(hidden_state_gradients(model, batch)).tolist()
    wanted = [round(logs[step - 1], 4) for step in config.gradient_steps]
    assert list(gradient_by_step(model, batch, config)) == wanted

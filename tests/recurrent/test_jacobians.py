import numpy as np
import pytest
import torch

from lstm_viz.recurrent.gradients import jacobians, log_spectra, sensitivity
from lstm_viz.recurrent.specification import ModelConfig
from tests.recurrent.gradient_parity import gradients, model_and_inputs, unrolled, weighted
from tests.recurrent.parity import RECURRENCES

STEPS, SIZE = 8, 5


@pytest.fixture(params=RECURRENCES, ids=lambda recurrence: "-".join(recurrence))
def walked(request):
    """A model, its inputs, and the slopes of its one layer."""
    cell, activation = request.param
    config = ModelConfig(cell, 3, SIZE, output_size=2, activation=activation, reads="every")
    model, inputs = model_and_inputs(config, STEPS, 4)
    return model, inputs, gradients(model, inputs, weighted("last", STEPS, 2))[0].slopes


def by_autograd(model, inputs, name, t):
    """dh_T/d(name)_t from the plain cells, one row of h_T after the other."""
    ((steps,), top) = unrolled(model, torch.tensor(inputs, requires_grad=True))
    rows = [
        torch.autograd.grad(top[-1, unit], steps[t][name], retain_graph=True, allow_unused=True, materialize_grads=True)
        for unit in range(SIZE)
    ]
    return torch.stack([row for (row,) in rows]).numpy()


def test_jacobians_equal_autograd_through_the_plain_cells(walked):
    model, inputs, slopes = walked
    found = jacobians(slopes)
    for t in range(STEPS):
        np.testing.assert_allclose(found[0, t], by_autograd(model, inputs, "hidden_state", t), rtol=1e-11, atol=1e-14)


def test_jacobians_by_the_cell_state_equal_autograd():
    config = ModelConfig("lstm", 3, SIZE, output_size=2, reads="every")
    model, inputs = model_and_inputs(config, STEPS, 4)
    slopes = gradients(model, inputs, weighted("last", STEPS, 2))[0].slopes
    found = jacobians(slopes, by="cell_state")
    for t in range(STEPS):
        np.testing.assert_allclose(found[0, t], by_autograd(model, inputs, "cell_state", t), rtol=1e-11, atol=1e-14)


def test_the_last_jacobian_is_the_identity(walked):
    _, _, slopes = walked
    np.testing.assert_array_equal(jacobians(slopes)[0, -1], np.eye(SIZE))


def test_sensitivity_equals_autograd_and_ends_at_the_diagonal(walked):
    model, inputs, slopes = walked
    readout = model.head.weight.detach().numpy()[None]
    found = sensitivity(slopes, readout, range(STEPS), range(STEPS))[0]
    x = torch.tensor(inputs, requires_grad=True)
    answers = model(x[None])[0]
    for t in range(STEPS):
        rows = [torch.autograd.grad(answer, x, retain_graph=True)[0].numpy() for answer in answers[t]]
        with np.errstate(divide="ignore"):
            expected = np.log10(np.linalg.norm(np.stack(rows, axis=1), axis=(1, 2)))
        np.testing.assert_allclose(found[t], expected, rtol=1e-9, atol=1e-9)
    assert np.isneginf(found[np.triu_indices(STEPS, 1)]).all()


def test_sensitivity_at_chosen_steps_is_the_same_as_at_all(walked):
    model, _, slopes = walked
    readout = model.head.weight.detach().numpy()[None]
    every = sensitivity(slopes, readout, range(STEPS), range(STEPS))[0]
    some = sensitivity(slopes, readout, [2, 7], [0, 3, 6])[0]
    np.testing.assert_allclose(some, every[[2, 7]][:, [0, 3, 6]], rtol=1e-12)


def test_spectra_of_tiny_matrices_are_found():
    matrices = np.random.default_rng(0).normal(size=(3, 4, 4))
    expected = np.log10(np.linalg.svd(matrices, compute_uv=False))
    np.testing.assert_allclose(log_spectra(matrices * 1e-250), expected - 250, rtol=1e-12)


def test_the_spectrum_of_a_zero_matrix_is_zero_and_of_an_overflow_no_number():
    matrices = np.stack([np.zeros((2, 2)), np.full((2, 2), np.inf)])
    spectra = log_spectra(matrices)
    assert np.isneginf(spectra[0]).all()
    assert np.isnan(spectra[1]).all()

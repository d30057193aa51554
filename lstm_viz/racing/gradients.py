"""How far a loss reaches back: the length of its gradient by the hidden state of every step, at the speed of torch.

torch's fused kernels give the gradient by a layer's input, not by a hidden state on its way through time. So the layer
runs once more with its input parts W·x_t as the input and the identity as input weights: then the gradient by the input is
the gradient by the pre-activations. A hidden state gets what the pre-activations of the next step pass back through U, and
what the loss gives to it at once. This equals autograd through a loop of `recurrent/cells.py`. It is in float64, because a
vanished gradient is a small number and not zero.
"""

import copy

import torch
from torch import Tensor

from lstm_viz.racing.config import RaceConfig
from lstm_viz.racing.tasks import Batch, race_loss
from lstm_viz.recurrent.layers import Layer, layers_of
from lstm_viz.recurrent.models import SequenceModel
from lstm_viz.recurrent.trace import FUSED

FLOOR = -330.0  # below the smallest float64: stands for a gradient that is exactly zero


def gradient_by_step(model: SequenceModel, batch: Batch, config: RaceConfig) -> tuple[float, ...] | None:
    """Give log10 ‖dL/dh_t‖ at `config.gradient_steps`; None where it is not a number or infinite.

    The norm is over units and sequences, L the loss on the batch; −330 stands for a gradient that is exactly zero.
    """
    logs = log_norms(hidden_state_gradients(model, batch))
    chosen = [round(float(logs[step - 1]), 4) for step in config.gradient_steps]
    return tuple(chosen) if all(abs(value) < torch.inf for value in chosen) else None


def hidden_state_gradients(model: SequenceModel, batch: Batch) -> Tensor:
    """Give dL/dh_t of a model with one layer, (B, T, H) in float64."""
    double = copy.deepcopy(model).double()
    layer = next(layers_of(double.rnn))
    parts_BTG = (batch.inputs.double() @ layer.W.T + layer.input_bias).requires_grad_()
    with torch.enable_grad():
        hidden_BTH = run_on_parts(layer, parts_BTG)
        read_BTH = hidden_BTH if model.config.reads == "every" else hidden_BTH[:, -1]
        targets = batch.targets.double() if batch.targets.is_floating_point() else batch.targets
        loss = race_loss(double.head(read_BTH), targets)
        parts_grad_BTG, gradients_BTH = torch.autograd.grad(loss, (parts_BTG, hidden_BTH))
    if layer.cell == "gru":
        return through_gru(layer, parts_BTG.detach(), hidden_BTH.detach(), parts_grad_BTG, gradients_BTH)
    gradients_BTH[:, :-1] += parts_grad_BTG[:, 1:] @ layer.U
    return gradients_BTH


def run_on_parts(layer: Layer, parts_BTG: Tensor) -> Tensor:
    """Give the hidden states (B, T, H) of a layer whose input parts are known, starting from zeros."""
    batch, _, width = parts_BTG.shape
    zero = parts_BTG.new_zeros(1, batch, layer.hidden_size)
    start = (zero, zero) if layer.cell == "lstm" else zero
    identity = torch.eye(width, dtype=parts_BTG.dtype)
    weights = (identity, layer.U, torch.zeros_like(layer.input_bias), layer.recurrent_bias)
    kernel = FUSED[layer.activation if layer.cell == "rnn" else layer.cell]
    hidden_BTH: Tensor = kernel(parts_BTG, start, weights, True, 1, 0.0, False, False, True)[0]
    return hidden_BTH


def through_gru(
    layer: Layer, parts_BTG: Tensor, hidden_BTH: Tensor, parts_grad_BTG: Tensor, gradients_BTH: Tensor
) -> Tensor:
    """Add up what reaches a GRU's hidden states: its reset gate stands before U, and the update gate passes states on."""
    before_BTH = hidden_BTH.roll(1, dims=1)
    before_BTH[:, 0] = 0.0
    gates_BTG = torch.sigmoid(parts_BTG + before_BTH @ layer.U.T + layer.recurrent_bias)
    reset_BTH, update_BTH, _ = gates_BTG.chunk(3, dim=2)
    recurrent_grad_BTG = parts_grad_BTG.clone()
    recurrent_grad_BTG[:, :, 2 * layer.hidden_size :] *= reset_BTH
    gradients_BTH[:, :-1] += (recurrent_grad_BTG @ layer.U)[:, 1:]
    for step in reversed(range(gradients_BTH.shape[1] - 1)):
        gradients_BTH[:, step] += update_BTH[:, step + 1] * gradients_BTH[:, step + 1]
    return gradients_BTH


def log_norms(gradients_BTH: Tensor) -> Tensor:
    """Give log10 of the norm at each step, (T,), without squaring a tiny number to zero."""
    largest_T = gradients_BTH.abs().amax(dim=(0, 2))
    scale_T = torch.where(largest_T > 0, largest_T, 1.0)
    norms_T = (gradients_BTH / scale_T[:, None]).norm(dim=(0, 2))
    logs_T = scale_T.log10() + norms_T.log10()
    return torch.where(largest_T == 0, FLOOR, logs_T)

"""How far a loss reaches back: the length of its gradient by the hidden state of every step."""

import numpy as np
import torch

from lstm_viz.racing.config import RaceConfig
from lstm_viz.racing.tasks import Batch, race_loss
from lstm_viz.recurrent.gradients import gradients_of, in_double, log_norm, trace_in_double
from lstm_viz.recurrent.models import SequenceModel
from lstm_viz.recurrent.trace import Trace

FLOOR = -330.0  # below the smallest float64: stands for a gradient that is exactly zero


def gradient_by_step(model: SequenceModel, batch: Batch, config: RaceConfig) -> tuple[float, ...] | None:
    """Give log10 ‖dL/dh_t‖ at `config.gradient_steps`; None where it is not a number or infinite.

    The norm is over units and sequences, L the loss on the batch; −330 stands for a gradient that is exactly zero.
    """
    gradients_TBH = np.swapaxes(hidden_state_gradients(model, batch), 0, 1)
    logs = log_norm(gradients_TBH.reshape(len(gradients_TBH), -1))
    if np.isnan(logs).any() or np.isposinf(logs).any():
        return None
    return tuple(round(max(float(logs[step - 1]), FLOOR), 4) for step in config.gradient_steps)


def hidden_state_gradients(model: SequenceModel, batch: Batch) -> np.ndarray:
    """Give dL/dh_t of a model with one layer, (B, T, H) in float64."""
    double = in_double(model)
    traces = [trace_in_double(double, sequence.numpy()) for sequence in batch.inputs.double()]
    (gradient,) = gradients_of([double] * len(traces), traces, _upstream_of_batch(double, traces, batch))
    gradients: np.ndarray = gradient["hidden_state_grad"]
    return gradients


def _upstream_of_batch(model: SequenceModel, traces: list[Trace], batch: Batch) -> np.ndarray:
    """Give what the loss of a whole batch gives to each hidden state at once, (B, T, H)."""
    hidden_BTH = torch.tensor(np.stack([trace.layer()["hidden_state"] for trace in traces]), requires_grad=True)
    targets = batch.targets.double() if batch.targets.is_floating_point() else batch.targets
    with torch.enable_grad():
        read_BTH = hidden_BTH if model.config.reads == "every" else hidden_BTH[:, -1]
        (gradients_BTH,) = torch.autograd.grad(race_loss(model.head(read_BTH), targets), hidden_BTH)
    return gradients_BTH.numpy()

"""A layer read step by step in NumPy: in float64 three times as fast as torch's own, and the same to the last digits.

torch's fast kernels are for float32. Gradients need float64, and there a plain loop over steps wins, as long as it makes no
new arrays and squeezes all gates at once: σ(a) = ½ + ½·tanh(a/2), so that one tanh serves gates and candidate alike.
"""

import numpy as np
import torch
from torch import Tensor

from lstm_viz.recurrent.layers import Layer


def run_scan(layer: Layer, inputs_TI: Tensor) -> Tensor:
    """Give a layer's hidden states (T, H), starting from zeros; infinite or NaN after an overflow."""
    order = -1 if layer.direction == "backward" else 1
    scan = {"lstm": _scan_lstm, "gru": _scan_gru, "rnn": _scan_rnn}[layer.cell]
    with np.errstate(all="ignore"):
        hidden_states = scan(layer, inputs_TI.numpy()[::order])
    return torch.from_numpy(hidden_states[::order].copy())


def _weighed(layer: Layer, inputs: np.ndarray, inner: float | np.ndarray = 0.0) -> np.ndarray:
    """Give W·x plus the biases but for what acts inside a gate, for all steps, (T, G·H)."""
    part: np.ndarray = inputs @ layer.W.numpy().T + (layer.input_bias.numpy() + (layer.recurrent_bias.numpy() - inner))
    return part


def _scan_lstm(layer: Layer, inputs: np.ndarray) -> np.ndarray:
    """Read with an LSTM; gates are stacked as input, forget, candidate, output."""
    size = layer.hidden_size
    slope = np.repeat([0.5, 0.5, 1.0, 0.5], size)
    middle = np.repeat([0.5, 0.5, 0.0, 0.5], size)
    part = _weighed(layer, inputs) * slope
    U = np.ascontiguousarray((layer.U.numpy() * slope[:, None]).T)
    hidden_states = np.empty((len(inputs), size))
    gates, cell, written, hidden = np.empty(4 * size), np.zeros(size), np.empty(size), np.zeros(size)
    i, f, g, o = np.split(gates, 4)
    for t, of_input in enumerate(part):
        np.dot(hidden, U, out=gates)
        np.add(gates, of_input, out=gates)
        np.tanh(gates, out=gates)
        np.multiply(gates, slope, out=gates)
        np.add(gates, middle, out=gates)
        np.multiply(f, cell, out=cell)
        np.multiply(i, g, out=written)
        np.add(cell, written, out=cell)
        hidden = hidden_states[t]
        np.tanh(cell, out=hidden)
        np.multiply(hidden, o, out=hidden)
    return hidden_states


def _scan_gru(layer: Layer, inputs: np.ndarray) -> np.ndarray:
    """Read with a GRU; gates are stacked as reset, update, candidate, whose recurrent bias passes the reset gate."""
    size = layer.hidden_size
    halves = np.repeat([0.5, 0.5, 1.0], size)
    inner = layer.recurrent_bias.numpy() * np.repeat([0.0, 0.0, 1.0], size)
    part = _weighed(layer, inputs, inner) * halves
    U = np.ascontiguousarray((layer.U.numpy() * halves[:, None]).T)
    hidden_states = np.empty((len(inputs), size))
    gates, squeezed, hidden = np.empty(3 * size), np.empty(2 * size), np.zeros(size)
    r, z = np.split(squeezed, 2)
    outer, candidate = gates[: 2 * size], gates[2 * size :]
    for t, of_input in enumerate(part):
        np.dot(hidden, U, out=gates)
        np.add(outer, of_input[: 2 * size], out=squeezed)
        np.tanh(squeezed, out=squeezed)
        np.multiply(squeezed, 0.5, out=squeezed)
        np.add(squeezed, 0.5, out=squeezed)
        np.add(candidate, inner[2 * size :], out=candidate)
        np.multiply(candidate, r, out=candidate)
        np.add(candidate, of_input[2 * size :], out=candidate)
        np.tanh(candidate, out=candidate)
        before, hidden = hidden, hidden_states[t]
        np.subtract(before, candidate, out=hidden)
        np.multiply(hidden, z, out=hidden)
        np.add(hidden, candidate, out=hidden)
    return hidden_states


def _scan_rnn(layer: Layer, inputs: np.ndarray) -> np.ndarray:
    part = _weighed(layer, inputs)
    U = np.ascontiguousarray(layer.U.numpy().T)
    hidden_states = np.empty((len(inputs), layer.hidden_size))
    hidden = np.zeros(layer.hidden_size)
    for t, of_input in enumerate(part):
        before, hidden = hidden, hidden_states[t]
        np.dot(before, U, out=hidden)
        np.add(hidden, of_input, out=hidden)
        if layer.activation == "tanh":
            np.tanh(hidden, out=hidden)
        else:
            np.maximum(hidden, 0, out=hidden)
    return hidden_states

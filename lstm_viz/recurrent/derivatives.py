"""A layer read step by step in NumPy: in float64 three times as fast as torch's own, and the same to the last digits.

torch's fast kernels are for float32. Gradients need float64, and there a plain loop over steps wins, as long as it makes no
new arrays and squeezes all gates at once: σ(a) = ½ + ½·tanh(a/2), so that one tanh serves gates and candidate alike.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from lstm_viz.recurrent.cells import GRUCell, LSTMCell
from lstm_viz.recurrent.layers import Layer
from lstm_viz.recurrent.trace import LayerTrace


def run_scan(layer: Layer, inputs_TI: Tensor) -> Tensor:
    """Give a layer's hidden states (T, H), starting from zeros; infinite or NaN after an overflow."""
    order = -1 if layer.direction == "backward" else 1
    scan = {"lstm": _scan_lstm, "gru": _scan_gru, "rnn": _scan_rnn}[layer.cell]
    with np.errstate(all="ignore"):
        hidden_states = scan(layer, inputs_TI.numpy()[::order])
    return torch.from_numpy(hidden_states[::order].copy())


def _weighed(layer: Layer, inputs: np.ndarray, inner: float | np.ndarray = 0.0) -> np.ndarray:
    """Give W·x plus the biases but for what acts inside a gate, for all steps, (T, G·H)."""
    biases = layer.input_bias.numpy() + (layer.recurrent_bias.numpy() - inner)
    return np.asarray(inputs @ layer.W.numpy().T + biases)


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


@dataclass(frozen=True, eq=False)
class Slopes:
    """The derivatives inside every step of one layer in one direction, for M models over sequences of T steps.

    Steps are in front, in the order of reading: a walk takes one after the other. G gates are stacked as torch stacks them,
    and the axis of length 1 stands for any number of rows that are walked at once.
    """

    from_hidden: np.ndarray  # of the pre-activations by the hidden state, (T, M, 1, G, H)
    from_cell: np.ndarray | None  # of the pre-activations by the cell state, (T, M, 1, G, H); LSTM only
    expose: np.ndarray | None  # of the hidden state by the cell state, o·(1 − tanh²c), (T, M, 1, H); LSTM only
    carry: np.ndarray | None  # what the memory hands on by itself: f, or z, (T, M, 1, H); None for an RNN
    recurrent: np.ndarray | None  # what passes from U·h, (T, M, 1, G·H): r for the GRU's candidate; None: all
    W: np.ndarray  # (M, G·H, I)
    U: np.ndarray  # (M, G·H, H)

    @property
    def steps(self) -> int:
        """Length of the sequence, T."""
        return len(self.from_hidden)

    def only(self, model: int) -> "Slopes":
        """Give those of one model alone, M = 1."""
        one = slice(model, model + 1)
        steps: dict[str, Any] = {name: part[:, one] for name, part in vars(self).items() if part is not None}
        return replace(self, **steps | {"W": self.W[one], "U": self.U[one]})

    def back(
        self, t: int, hidden: np.ndarray, along: np.ndarray | None
    ) -> tuple[np.ndarray, np.ndarray | None, np.ndarray, np.ndarray | None]:
        """Go back from step t, in the order of reading, for any number R of derivatives at once.

        Args:
            hidden: dL/dh_t over all paths, (M, R, H).
            along: what came along the cell state from step t + 1, (M, R, H); None where there is no cell state.

        Returns:
            dL/d(pre-activations) (M, R, G·H), dL/dc_t or None, what reaches h_(t−1), and what goes along to c_(t−1) or None.
        """
        cell = None
        gates = hidden[:, :, None] * self.from_hidden[t]
        if self.from_cell is not None and self.expose is not None and self.carry is not None:
            cell = hidden * self.expose[t]
            cell += along
            gates += cell[:, :, None] * self.from_cell[t]
            along = cell * self.carry[t]
        models, rows, _, _ = gates.shape
        pre = gates.reshape(models, rows, -1)
        before: np.ndarray = (pre if self.recurrent is None else pre * self.recurrent[t]) @ self.U
        if cell is None and self.carry is not None:
            before += hidden * self.carry[t]
        return pre, cell, before, along


def slopes_of(layers: Sequence[Layer], traces: Sequence[LayerTrace]) -> Slopes:
    """Work out the derivatives inside every step of the same layer of M models, whose traces are equally long."""
    W, U = (np.stack([getattr(layer, name).numpy() for layer in layers]) for name in ("W", "U"))
    if traces[0].cell == "lstm":
        return _lstm_slopes(traces, W, U)
    if traces[0].cell == "gru":
        return _gru_slopes(traces, W, U)
    hidden, pre = _in_reading_order(traces, "hidden_state", "candidate_pre")
    slope = 1 - hidden**2 if layers[0].activation == "tanh" else (pre > 0).astype(hidden.dtype)
    return Slopes(slope[:, :, :, None], None, None, None, None, W, U)


def _in_reading_order(traces: Sequence[LayerTrace], *names: str) -> list[np.ndarray]:
    """Stack activations of M traces, (T, M, 1, H) each, the step read first in front."""
    order = slice(None, None, -1 if traces[0].direction == "backward" else 1)
    return [np.stack([trace[name][order] for trace in traces], axis=1)[:, :, None] for name in names]


def _lstm_slopes(traces: Sequence[LayerTrace], W: np.ndarray, U: np.ndarray) -> Slopes:
    i, f, g, o = _in_reading_order(traces, *LSTMCell.gates)
    before, squashed = _in_reading_order(traces, "cell_state_prev", "cell_tanh")
    none = np.zeros_like(i)
    from_cell = np.stack([g * i * (1 - i), before * f * (1 - f), i * (1 - g**2), none], axis=3)
    from_hidden = np.stack([none, none, none, squashed * o * (1 - o)], axis=3)
    return Slopes(from_hidden, from_cell, o * (1 - squashed**2), f, None, W, U)


def _gru_slopes(traces: Sequence[LayerTrace], W: np.ndarray, U: np.ndarray) -> Slopes:
    r, z, n = _in_reading_order(traces, *GRUCell.gates)
    before, recurrent = _in_reading_order(traces, "hidden_state_prev", "candidate_recurrent")
    seen = recurrent + np.stack([trace.biases["candidate_recurrent"] for trace in traces])[:, None]
    candidate = (1 - z) * (1 - n**2)
    update = (before - n) * z * (1 - z)
    from_hidden = np.stack([candidate * seen * r * (1 - r), update, candidate], axis=3)
    ones = np.ones_like(r)
    return Slopes(from_hidden, None, None, z, np.concatenate([ones, ones, r], axis=3), W, U)

"""How one step of a cell answers to small changes: the derivatives from which all gradients through time are made.

A step reads an input and the states before it. Its gates and its candidate are squeezed pre-activations a = W·x + U·h + b.
Once a trace knows all their values, each derivative inside a step is a number per unit (f′ = f·(1 − f) for a gate), and
only U mixes units. One step back is therefore a few products and one matrix:

    LSTM  dL/dc_t = (what came along the cell state) + dL/dh_t · o·(1 − tanh²c)
          dL/da   = dL/dc_t · (g·i′, c_(t−1)·f′, i·g′) for input gate, forget gate and candidate, and for the output gate
                    dL/dh_t · tanh(c)·o′
          along the cell state: dL/dc_t · f_t;   into the hidden state before: Uᵀ·dL/da
    GRU   dL/da   = dL/dh_t · ((h_(t−1) − n)·z′, (1 − z)·n′), and for the reset gate dL/dn_pre · (U_n·h + b)·r′
          along the hidden state: dL/dh_t · z;   beside it: Uᵀ·dL/da, the candidate's part times r
    RNN   dL/da   = dL/dh_t · h′;   into the hidden state before: Uᵀ·dL/da

After Hochreiter & Schmidhuber 1997 (appendix A) and Werbos 1990; checked against autograd in `tests/recurrent`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from lstm_viz.recurrent.layers import Layer
from lstm_viz.recurrent.trace import LayerTrace


@dataclass(frozen=True, eq=False)
class Slopes:
    """The derivatives inside every step of one layer in one direction, for M models over sequences of T steps.

    Steps are in front, in the order of reading: a walk takes one after the other. G gates are stacked as torch stacks them,
    and the axis of length 1 stands for any number of rows that are walked at once.

    Args:
        from_hidden: of the pre-activations by the hidden state, (T, M, 1, G, H).
        from_cell: of the pre-activations by the cell state, (T, M, 1, G, H); None where there is no cell state.
        expose: of the hidden state by the cell state, o·(1 − tanh²c), (T, M, 1, H); None where there is no cell state.
        carry: what the memory hands on by itself: f, or z, (T, M, 1, H); None for an RNN, whose memory is overwritten.
        recurrent: what each pre-activation lets through from U·h, (T, M, 1, G·H): r for the GRU's candidate; None where all
            is 1.
        W, U: the weights, (M, G·H, I) and (M, G·H, H).
    """

    from_hidden: np.ndarray
    from_cell: np.ndarray | None
    expose: np.ndarray | None
    carry: np.ndarray | None
    recurrent: np.ndarray | None
    W: np.ndarray
    U: np.ndarray

    @property
    def steps(self) -> int:
        """Length of the sequence, T."""
        return len(self.from_hidden)

    def only(self, model: int) -> "Slopes":
        """Give those of one model alone, M = 1."""
        one = slice(model, model + 1)
        parts: dict[str, Any] = {field.name: getattr(self, field.name) for field in fields(self)}
        weights = {"W": self.W[one], "U": self.U[one]}
        return replace(self, **{name: part[:, one] for name, part in parts.items() if part is not None} | weights)

    def back(
        self, t: int, hidden: np.ndarray, along: np.ndarray | None
    ) -> tuple[np.ndarray, np.ndarray | None, np.ndarray, np.ndarray | None]:
        """Go one step back, for any number R of derivatives at once.

        Args:
            t: the step, in the order of reading.
            hidden: dL/dh_t, (M, R, H), all roads.
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
    """Work out the derivatives inside every step of the same layer of M models.

    Args:
        layers: their weights.
        traces: what they computed, of equal length.
    """
    W, U = (
        np.stack([weight.numpy() for weight in weights]) for weights in ([x.W for x in layers], [x.U for x in layers])
    )
    values = _InReadingOrder(traces)
    if traces[0].cell == "lstm":
        return _lstm_slopes(values, W, U)
    if traces[0].cell == "gru":
        return _gru_slopes(values, W, U)
    hidden = values["hidden_state"]
    slope = 1 - hidden**2 if layers[0].activation == "tanh" else (values["candidate_pre"] > 0).astype(hidden.dtype)
    return Slopes(slope[:, :, :, None], None, None, None, None, W, U)


class _InReadingOrder:
    """Activations of M traces by name, (T, M, 1, H), the step read first in front."""

    def __init__(self, traces: Sequence[LayerTrace]) -> None:
        self.traces = traces
        self.order = slice(None, None, -1 if traces[0].direction == "backward" else 1)

    def __getitem__(self, name: str) -> np.ndarray:
        return np.stack([trace[name][self.order] for trace in self.traces], axis=1)[:, :, None]

    def bias(self, name: str) -> np.ndarray:
        """Give a bias, (M, 1, H)."""
        return np.stack([trace.biases[name] for trace in self.traces])[:, None]


def _lstm_slopes(values: _InReadingOrder, W: np.ndarray, U: np.ndarray) -> Slopes:
    """Give the LSTM's slopes; its gates are stacked as input, forget, candidate, output."""
    i, f, g, o = (values[name] for name in ("input_gate", "forget_gate", "candidate", "output_gate"))
    squashed = values["cell_tanh"]
    none = np.zeros_like(i)
    from_cell = np.stack([g * i * (1 - i), values["cell_state_prev"] * f * (1 - f), i * (1 - g**2), none], axis=3)
    from_hidden = np.stack([none, none, none, squashed * o * (1 - o)], axis=3)
    return Slopes(from_hidden, from_cell, o * (1 - squashed**2), f, None, W, U)


def _gru_slopes(values: _InReadingOrder, W: np.ndarray, U: np.ndarray) -> Slopes:
    """Give the GRU's slopes; its gates are stacked as reset, update, candidate."""
    r, z, n = (values[name] for name in ("reset_gate", "update_gate", "candidate"))
    seen = values["candidate_recurrent"] + values.bias("candidate_recurrent")
    candidate = (1 - z) * (1 - n**2)
    update = (values["hidden_state_prev"] - n) * z * (1 - z)
    from_hidden = np.stack([candidate * seen * r * (1 - r), update, candidate], axis=3)
    ones = np.ones_like(r)
    return Slopes(from_hidden, None, None, z, np.concatenate([ones, ones, r], axis=3), W, U)

"""The memory ledger: where the content of each unit came from, and where it went.

A gate's value alone does not say what happens: a wide open forget gate keeps nothing where there is nothing to keep. The
ledger counts content instead. At every step and unit

    kept + lost    = what was there before
    kept + written = what is there now
    exposed        = what the rest of the network sees of it
"""

from dataclasses import dataclass

import numpy as np

from lstm_viz.recurrent.trace import LayerTrace


@dataclass(frozen=True, eq=False)
class _Ledger:
    """Content that moved, (T, H) each, signed like the content itself.

    Args:
        kept: LSTM f·c_(t−1); GRU z·h_(t−1); RNN nothing, since each step overwrites all.
        lost: the rest of the old content.
        written: LSTM i·g; GRU (1 − z)·n; RNN the whole new state.
        exposed: LSTM o·tanh c_t; for GRU and RNN the state itself, which they cannot hide.
    """

    kept: np.ndarray
    lost: np.ndarray
    written: np.ndarray
    exposed: np.ndarray


def memory_ledger(layer: LayerTrace) -> _Ledger:
    """Count what a layer kept, lost, wrote and exposed."""
    if layer.cell == "lstm":
        before = layer["cell_state_prev"]
        keep = layer["forget_gate"]
        written = layer["input_gate"] * layer["candidate"]
        exposed = layer["output_gate"] * layer["cell_tanh"]
    else:
        before = layer["hidden_state_prev"]
        keep = layer["update_gate"] if layer.cell == "gru" else np.zeros_like(before)
        written = (1 - keep) * layer["candidate"]
        exposed = layer["hidden_state"]
    return _Ledger(kept=keep * before, lost=(1 - keep) * before, written=written, exposed=exposed)

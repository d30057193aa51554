"""The three recurrences in NumPy and float64, with weights read straight from torch's state: an oracle that shares no line
with the engine.
"""

from collections.abc import Callable

import numpy as np
from torch import nn

from lstm_viz.recurrent.models import SequenceModel

Hold = Callable[[str, int, np.ndarray], np.ndarray]
States = dict[str, np.ndarray]


def nothing_held(name: str, step: int, values: np.ndarray) -> np.ndarray:
    return values


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


def weights_of(rnn: nn.RNNBase, layer: int = 0, backward: bool = False) -> list[np.ndarray]:
    """W, U and both biases; zeros where there are none."""
    ending = f"l{layer}" + ("_reverse" if backward else "")
    state = {name: values.double().numpy() for name, values in rnn.state_dict().items()}
    W, U = state[f"weight_ih_{ending}"], state[f"weight_hh_{ending}"]
    none = np.zeros(len(W))
    return [W, U, state.get(f"bias_ih_{ending}", none), state.get(f"bias_hh_{ending}", none)]


def read(
    rnn: nn.RNNBase,
    inputs_TI: np.ndarray,
    hold: Hold = nothing_held,
    start: States | None = None,
    where: tuple[int, bool] = (0, False),
) -> States:
    """Read a sequence with one layer; give gates and states, (T, H), in the order of the sequence.

    Args:
        hold: gets each gate and state with its name and step and gives what it is held at.
        start: h and c before the first step.
        where: layer, and whether backward.
    """
    step_of = {nn.LSTM: lstm_step, nn.GRU: gru_step, nn.RNN: rnn_step}[type(rnn)]
    weights = weights_of(rnn, *where)
    zero = np.zeros(rnn.hidden_size)
    state = {"hidden_state": zero, "cell_state": zero} | (start or {})
    steps = range(len(inputs_TI))
    taken = {}
    for t in reversed(steps) if where[1] else steps:
        taken[t] = state = step_of(weights, inputs_TI[t], state, lambda name, values, t=t: hold(name, t, values))
    return {name: np.stack([taken[t][name] for t in steps]) for name in taken[0]}


def lstm_step(weights, x, before, hold):
    W, U, b, d = weights
    i, f, g, o = np.split(W @ x + b + U @ before["hidden_state"] + d, 4)
    i, f, o = hold("input_gate", sigmoid(i)), hold("forget_gate", sigmoid(f)), hold("output_gate", sigmoid(o))
    g = hold("candidate", np.tanh(g))
    c = hold("cell_state", f * before["cell_state"] + i * g)
    h = hold("hidden_state", o * np.tanh(c))
    return {"input_gate": i, "forget_gate": f, "candidate": g, "output_gate": o, "cell_state": c, "hidden_state": h}


def gru_step(weights, x, before, hold):
    W, U, b, d = weights
    (xr, xz, xn), (hr, hz, hn) = np.split(W @ x + b, 3), np.split(U @ before["hidden_state"] + d, 3)
    r, z = hold("reset_gate", sigmoid(xr + hr)), hold("update_gate", sigmoid(xz + hz))
    n = hold("candidate", np.tanh(xn + r * hn))
    h = hold("hidden_state", (1 - z) * n + z * before["hidden_state"])
    return {"reset_gate": r, "update_gate": z, "candidate": n, "hidden_state": h}


def rnn_step(weights, x, before, hold):
    W, U, b, d = weights
    n = hold("candidate", np.tanh(W @ x + b + U @ before["hidden_state"] + d))
    return {"candidate": n, "hidden_state": hold("hidden_state", n)}


def answer(model: SequenceModel, hidden_states_TH: np.ndarray) -> np.ndarray:
    """Apply the head to every step."""
    head = {name: values.double().numpy() for name, values in model.head.state_dict().items()}
    return hidden_states_TH @ head["weight"].T + head["bias"]

"""The three recurrent cells, written out.

A cell reads a sequence one step at a time. At step t it gets two things: the input x_t, and what it remembers of all the
steps before. It gives back what it remembers now. Everything else is a question of how the old memory and the new input are
mixed, and here the three cells differ.

Each cell asks its *gates*. A gate looks at the input and at the hidden state of the step before, and weighs both:

    pre-activation = W·x_t + U·h_(t−1) + b

A sigmoid squeezes that into 0 … 1, "shut" to "open", one number per unit. The candidate is weighed in the same way, but
squeezed by tanh into −1 … 1: it is no gate, it is what could be written.

The code below computes exactly what `torch.nn.LSTM`, `nn.GRU` and `nn.RNN` compute, in their own notation, and keeps every
number on the way under its name. It is slow and plain on purpose; `trace.py` gives the same numbers fast.

    Shapes: I numbers in, H units. x_t is (I,), each gate and each state (H,), W is (H, I), U is (H, H), b is (H,).
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from torch import Tensor, sigmoid, tanh

from lstm_viz.recurrent.specification import Activation

State = dict[str, Tensor]
Values = dict[str, Tensor]
Edit = Callable[[str, Tensor], Tensor]


class Weights(NamedTuple):
    """What one gate has learned; torch keeps two biases, one for W and one for U."""

    W: Tensor
    U: Tensor
    input_bias: Tensor
    recurrent_bias: Tensor


def leave(name: str, value: Tensor) -> Tensor:
    """Change nothing: the edit of a run in which nobody interferes."""
    return value


class LSTMCell:
    """Long short-term memory (Hochreiter & Schmidhuber 1997) with forget gates (Gers et al. 2000).

    It has two states. The cell state c is the memory: old content is kept by a factor f and new content is added, so that
    it can travel through many steps unchanged. The hidden state h is what the cell shows of it.
    """

    gates = ("input_gate", "forget_gate", "candidate", "output_gate")  # stacked in this order by torch
    states = ("hidden_state", "cell_state")

    def __init__(self, weights: Mapping[str, Weights]) -> None:
        self.weights = weights

    def step(self, x: Tensor, before: State, edit: Edit = leave) -> Values:
        """Read one input; gives every number of this step by name, (H,) each, the new states among them.

        Args:
            x: the input x_t, (I,).
            before: `hidden_state` h_(t−1) and `cell_state` c_(t−1), (H,) each.
            edit: may replace a value, given its name, before anything else uses it.
        """
        now = _weigh(self.weights, x, before["hidden_state"])

        # What to write, and where: the candidate, let in by the input gate.
        now["input_gate"] = edit("input_gate", sigmoid(now["input_gate_pre"]))
        now["candidate"] = edit("candidate", tanh(now["candidate_pre"]))

        # What to keep of the old memory. The new memory is what was kept plus what is written.
        now["forget_gate"] = edit("forget_gate", sigmoid(now["forget_gate_pre"]))
        now["cell_state"] = edit(
            "cell_state", now["forget_gate"] * before["cell_state"] + now["input_gate"] * now["candidate"]
        )

        # What to show of it: the next step and the layer above see only this.
        now["output_gate"] = edit("output_gate", sigmoid(now["output_gate_pre"]))
        now["cell_tanh"] = tanh(now["cell_state"])
        now["hidden_state"] = edit("hidden_state", now["output_gate"] * now["cell_tanh"])
        return now


class GRUCell:
    """Gated recurrent unit (Cho et al. 2014), in torch's form: the reset gate acts behind U, not before it.

    It has one state. The update gate z mixes the old state and the candidate: what is not kept is written.
    """

    gates = ("reset_gate", "update_gate", "candidate")
    states = ("hidden_state",)

    def __init__(self, weights: Mapping[str, Weights]) -> None:
        self.weights = weights

    def step(self, x: Tensor, before: State, edit: Edit = leave) -> Values:
        """Read one input; see `LSTMCell.step`."""
        h = before["hidden_state"]
        now = _weigh(self.weights, x, h)

        # How much of the old state the candidate may see. Here the second bias matters: the reset gate scales it too.
        now["reset_gate"] = edit("reset_gate", sigmoid(now["reset_gate_pre"]))
        bias = self.weights["candidate"]
        seen = now["reset_gate"] * (now["candidate_recurrent"] + bias.recurrent_bias)
        now["candidate_pre"] = now["candidate_input"] + bias.input_bias + seen
        now["candidate"] = edit("candidate", tanh(now["candidate_pre"]))

        # One gate for both: keep by z, write by 1 − z.
        now["update_gate"] = edit("update_gate", sigmoid(now["update_gate_pre"]))
        now["hidden_state"] = edit("hidden_state", now["update_gate"] * h + (1 - now["update_gate"]) * now["candidate"])
        return now


class RNNCell:
    """Vanilla recurrent network (Elman 1990): no gate at all; each step overwrites the whole memory."""

    gates = ("candidate",)
    states = ("hidden_state",)

    def __init__(self, weights: Mapping[str, Weights], activation: Activation = "tanh") -> None:
        self.weights = weights
        self.squeeze = tanh if activation == "tanh" else Tensor.relu

    def step(self, x: Tensor, before: State, edit: Edit = leave) -> Values:
        """Read one input; see `LSTMCell.step`. The candidate is the new state."""
        now = _weigh(self.weights, x, before["hidden_state"])
        now["candidate"] = edit("candidate", self.squeeze(now["candidate_pre"]))
        now["hidden_state"] = edit("hidden_state", now["candidate"])
        return now


AnyCell = LSTMCell | GRUCell | RNNCell


def _weigh(weights: Mapping[str, Weights], x: Tensor, h: Tensor) -> Values:
    """Compute each gate's pre-activation, and the two parts of it that change from step to step."""
    now: Values = {}
    for gate, weight in weights.items():
        now[f"{gate}_input"] = weight.W @ x
        now[f"{gate}_recurrent"] = weight.U @ h
        now[f"{gate}_pre"] = now[f"{gate}_input"] + now[f"{gate}_recurrent"] + weight.input_bias + weight.recurrent_bias
    return now


def run(cell: AnyCell, inputs_TI: Tensor, start: State, edit: Callable[[int], Edit] | None = None) -> list[Values]:
    """Read a whole sequence, handing each step's states to the next; gives the values of each step in that order.

    Args:
        start: the states before the first step.
        edit: gives the edit of step t.
    """
    steps: list[Values] = []
    state = start
    for t, x in enumerate(inputs_TI):
        steps.append(cell.step(x, state, edit(t) if edit else leave))
        state = {name: steps[-1][name] for name in cell.states}
    return steps

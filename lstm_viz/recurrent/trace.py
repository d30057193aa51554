"""The exact trace of a model over a sequence: every number that its cells compute, at the speed of torch.

`nn.LSTM` gives hidden states only, and a loop of cells is slow. But once all hidden states are known, every gate of every
step follows from them in one matrix product: torch's fused kernel runs the layer, its hidden states shifted by one step are
what each step saw, and only the cell state is scanned along the sequence.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from lstm_viz.recurrent.layers import Direction, Layer, LayeredModel
from lstm_viz.recurrent.specification import Cell

Arrays = dict[str, np.ndarray]
_Run = Callable[[Layer, Tensor], Tensor]
FUSED: dict[str, Any] = {"lstm": torch.lstm, "gru": torch.gru, "tanh": torch.rnn_tanh, "relu": torch.rnn_relu}


@dataclass(frozen=True, eq=False)
class LayerTrace:
    """What one layer computed in one direction.

    Activations are, for every gate, its value, its `_pre`-activation and the two parts of it that change, `_input` (W·x) and
    `_recurrent` (U·h); the states; the LSTM's `cell_tanh`; and each state of the step read before, `hidden_state_prev`,
    `cell_state_prev`. The GRU's candidate has the bias outside the reset gate, and the one inside as `candidate_recurrent`.
    """

    cell: Cell
    layer: int  # counted from 0
    direction: Direction  # in which the steps were read; arrays are in the order of the sequence
    inputs: np.ndarray  # what the layer read, (T, I)
    activations: Arrays  # by name, (T, H) each
    biases: Arrays  # by gate, (H,): both of torch's added

    def __getitem__(self, name: str) -> np.ndarray:
        return self.activations[name]

    @property
    def steps(self) -> int:
        """Length of the sequence, T."""
        return len(self["hidden_state"])

    @property
    def hidden_size(self) -> int:
        """Units, H."""
        return int(self["hidden_state"].shape[1])


@dataclass(frozen=True, eq=False)
class Trace:
    """What a model computed over one sequence."""

    layers: tuple[LayerTrace, ...]  # from the input on, forward before backward
    outputs: np.ndarray  # of the head after each step, (T, O): logits, or the values of a forecast
    difference: float  # of the hidden states shown to those of torch's own layers, at most; NaN if changed

    @property
    def probabilities(self) -> np.ndarray:
        """Softmax of the outputs, (T, O)."""
        shifted = np.exp(self.outputs - self.outputs.max(axis=1, keepdims=True))
        return np.asarray(shifted / shifted.sum(axis=1, keepdims=True))

    def layer(self, number: int = 0, direction: Direction = "forward") -> LayerTrace:
        """Find the trace of a layer."""
        return next(layer for layer in self.layers if (layer.layer, layer.direction) == (number, direction))


@torch.no_grad()
def trace_model(model: LayeredModel, sequence: np.ndarray | Sequence[int]) -> Trace:
    """Run a model over one sequence and keep everything; dropout is off.

    Args:
        sequence: token indices (T,) where the model embeds tokens, else features (T, I).

    Example:
        >>> from lstm_viz.recurrent.models import build_model
        >>> from lstm_viz.recurrent.specification import ModelConfig
        >>> trace = trace_model(build_model(ModelConfig(hidden_size=4), seed=0), np.ones((6, 1)))
        >>> trace.layer()["forget_gate"].shape, trace.difference < 1e-6
        ((6, 4), True)
    """
    below = model.embedded(sequence)
    return trace_layers(model, below, _by_torch(model, below))


@torch.no_grad()
def trace_inside(model: LayeredModel, sequence: np.ndarray | Sequence[int]) -> tuple[LayerTrace, ...]:
    """Run a model over one sequence and keep what its layers computed; nothing is answered."""
    below = model.embedded(sequence)
    return _trace_stack(model, below, _by_torch(model, below))[0]


def _by_torch(model: LayeredModel, inputs_TI: Tensor) -> _Run:
    """Give what finds hidden states for `trace_layers`: torch's own modules, and its fused kernel below the last layer."""
    last = model.config.num_layers - 1
    top = iter(model.top_states(inputs_TI).chunk(2 if model.config.bidirectional else 1, dim=1))
    return lambda layer, inputs: next(top) if layer.number == last else _run_fused(layer, inputs)


@torch.no_grad()
def trace_layers(model: LayeredModel, inputs_TI: Tensor, run: _Run) -> Trace:
    """Trace every layer, given what finds its hidden states (T, H); it is called for all layers in their order."""
    layers, top = _trace_stack(model, inputs_TI, run)
    difference = max(float(np.abs(shown_hidden_state(layer) - layer["hidden_state"]).max()) for layer in layers)
    return Trace(layers, model.answers(inputs_TI, top).numpy(), difference)


def _trace_stack(model: LayeredModel, below: Tensor, run: _Run) -> tuple[tuple[LayerTrace, ...], Tensor]:
    """Trace every layer; gives what the last one hands on too, (T, D·H)."""
    layers: list[LayerTrace] = []
    for number in range(model.config.num_layers):
        of_this = model.layers_at(number)
        hidden_states = [run(layer, below) for layer in of_this]
        layers += [_trace_layer(layer, below, hidden) for layer, hidden in zip(of_this, hidden_states, strict=True)]
        below = model.hand_on(number, torch.cat(hidden_states, dim=1))
    return tuple(layers), below


def shown_hidden_state(layer: LayerTrace) -> np.ndarray:
    """Give the hidden states that follow from a layer's gates, (T, H)."""
    shown = layer["candidate"]
    if layer.cell == "lstm":
        shown = layer["output_gate"] * layer["cell_tanh"]
    elif layer.cell == "gru":
        update = layer["update_gate"]
        shown = update * layer["hidden_state_prev"] + (1 - update) * shown
    return shown


def _trace_layer(layer: Layer, inputs_TI: Tensor, hidden_states_TH: Tensor) -> LayerTrace:
    order = reading_order(layer)
    activations, biases = recompute(layer, order(inputs_TI), order(hidden_states_TH))
    if layer.direction == "backward":
        activations = {name: values[::-1] for name, values in activations.items()}
    return LayerTrace(layer.cell, layer.number, layer.direction, inputs_TI.numpy(), activations, biases)


def reading_order(layer: Layer) -> Callable[[Tensor], Tensor]:
    """Give what turns the order of the sequence into the order of reading, and back."""
    return (lambda steps: steps.flip(0)) if layer.direction == "backward" else (lambda steps: steps)


def _run_fused(layer: Layer, inputs_TI: Tensor) -> Tensor:
    """Give a layer's hidden states (T, H) from torch's fused kernel, starting from zeros."""
    order = reading_order(layer)
    zero = inputs_TI.new_zeros(1, 1, layer.hidden_size)
    kernel = FUSED[layer.activation if layer.cell == "rnn" else layer.cell]
    start = (zero, zero) if layer.cell == "lstm" else zero
    parameters = (layer.W, layer.U, layer.input_bias, layer.recurrent_bias)
    hidden_states: Tensor = kernel(order(inputs_TI)[None], start, parameters, True, 1, 0.0, False, False, True)[0][0]
    return order(hidden_states)


def recompute(layer: Layer, inputs_TI: Tensor, hidden_states_TH: Tensor) -> tuple[Arrays, Arrays]:
    """Compute every gate of every step at once from the hidden states; steps are in the order of reading."""
    before = torch.zeros_like(hidden_states_TH)
    before[1:] = hidden_states_TH[:-1]
    input_part = (inputs_TI @ layer.W.T).numpy()
    recurrent_part = (before @ layer.U.T).numpy()
    pre = input_part + recurrent_part + (layer.input_bias + layer.recurrent_bias).numpy()
    activations: Arrays = {}
    size = layer.hidden_size
    for place, gate in enumerate(layer.gates):
        block = slice(place * size, (place + 1) * size)
        activations[f"{gate}_input"] = input_part[:, block]
        activations[f"{gate}_recurrent"] = recurrent_part[:, block]
        activations[f"{gate}_pre"] = pre[:, block]
    biases = biases_of(layer)
    activations["hidden_state"] = hidden_states_TH.numpy()
    activations["hidden_state_prev"] = before.numpy()
    for gate in layer.gates:
        if gate.endswith("_gate"):
            activations[gate] = sigmoid(activations[f"{gate}_pre"])
    if layer.cell == "gru":
        seen = activations["reset_gate"] * (activations["candidate_recurrent"] + biases["candidate_recurrent"])
        activations["candidate_pre"] = activations["candidate_input"] + biases["candidate"] + seen
    raw = activations["candidate_pre"]
    activations["candidate"] = np.maximum(raw, 0) if layer.activation == "relu" else np.tanh(raw)
    if layer.cell == "lstm":
        cell_states = _scan(activations["forget_gate"], activations["input_gate"] * activations["candidate"])
        activations["cell_state_prev"], activations["cell_state"] = cell_states[:-1], cell_states[1:]
        activations["cell_tanh"] = np.tanh(activations["cell_state"])
    return activations, biases


def biases_of(layer: Layer) -> Arrays:
    """Give each gate's bias as `LayerTrace` has it."""
    size, input_bias, recurrent_bias = layer.hidden_size, layer.input_bias.numpy(), layer.recurrent_bias.numpy()
    biases = dict(zip(layer.gates, np.split(input_bias + recurrent_bias, len(layer.gates)), strict=True))
    if layer.cell == "gru":
        biases |= {"candidate": input_bias[2 * size :].copy(), "candidate_recurrent": recurrent_bias[2 * size :].copy()}
    return biases


def _scan(forget_gate: np.ndarray, written: np.ndarray) -> np.ndarray:
    """Carry the cell state along: c_t = f_t·c_(t−1) + what is written; (T + 1, H), the start in front."""
    cell_states = np.zeros((len(written) + 1, written.shape[1]), written.dtype)
    for t in range(len(written)):
        np.multiply(forget_gate[t], cell_states[t], out=cell_states[t + 1])
        cell_states[t + 1] += written[t]
    return cell_states


def sigmoid(x: np.ndarray) -> np.ndarray:
    """Squeeze into 0 … 1, without overflow."""
    return torch.sigmoid(torch.from_numpy(x)).numpy()


@dataclass(frozen=True, eq=False)
class _Ledger:
    """Content that moved, (T, H) each, signed like the content itself."""

    kept: np.ndarray  # LSTM f·c_(t−1); GRU z·h_(t−1); RNN nothing, since each step overwrites all
    lost: np.ndarray  # the rest of the old content
    written: np.ndarray  # LSTM i·g; GRU (1 − z)·n; RNN the whole new state
    exposed: np.ndarray  # LSTM o·tanh c_t; for GRU and RNN the state itself, which they cannot hide


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

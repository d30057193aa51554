"""The exact gradient of a loss by everything that a model computed on the way: backpropagation through time, written out.

Autograd gives the gradient by the weights, which is what training needs. To see how far a loss reaches back in time, one
needs it by every state of every step. A trace has all values, `derivatives.py` all derivatives inside a step; what is left
is one walk from the last step to the first. Gradients of several models of the same shape are computed in one walk.

All is in float64: a vanished gradient is a small number, 1e-40, and not zero.
"""

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from torch import Tensor

from lstm_viz.recurrent.derivatives import Slopes, run_scan, slopes_of
from lstm_viz.recurrent.layers import Layer, layers_of, memory_of
from lstm_viz.recurrent.models import SequenceModel
from lstm_viz.recurrent.specification import Cell
from lstm_viz.recurrent.trace import LayerTrace, Trace, trace_layers

Loss = Callable[[Tensor], Tensor]


@dataclass(frozen=True, eq=False)
class LayerGradient:
    """The gradient of a loss by what one layer computed in one direction, for M models.

    `values` has `hidden_state_grad` dL/dh_t; `cell_state_grad` dL/dc_t for an LSTM; `<gate>_pre_grad` for each gate; and
    `upstream`, the part of dL/dh_t that comes from the loss or from the layer above at the same step, not through time.
    """

    cell: Cell
    layer: int  # counted from 0
    order: slice  # turns the order of the sequence into the order of reading, and back
    slopes: Slopes  # the derivatives that were chained; in the order of reading
    values: dict[str, np.ndarray]  # by name, (M, T, H) each, in the order of the sequence
    inputs: np.ndarray  # dL/d(input of the layer), (M, T, I)

    def __getitem__(self, name: str) -> np.ndarray:
        return self.values[name]

    @property
    def stacked(self) -> np.ndarray:
        """dL/d(pre-activations) of all gates, in the order of the sequence, (M, T, G·H)."""
        return np.concatenate([values for name, values in self.values.items() if name.endswith("_pre_grad")], axis=2)

    @property
    def memory(self) -> str:
        """Name of the gradient by what the cell remembers in: the cell state, or the hidden state."""
        return f"{memory_of(self.cell)}_grad"


def in_double(model: SequenceModel) -> SequenceModel:
    """Copy a model in float64, without dropout."""
    return copy.deepcopy(model).double().eval()


def trace_in_double(model: SequenceModel, sequence: np.ndarray | Sequence[int]) -> Trace:
    """Trace a float64 model with the hidden states of `run_scan`; one that overflows is infinite, without a warning."""
    with np.errstate(all="ignore"):
        return trace_layers(model, model.embedded(sequence), run_scan)


def upstream_of(model: SequenceModel, trace: Trace, loss: Loss) -> np.ndarray:
    """Give the gradient of a loss on the answers (T, O) by the hidden states of the model's last layer, (T, D·H)."""
    top = [layer["hidden_state"] for layer in trace.layers if layer.layer == model.config.num_layers - 1]
    hidden = torch.tensor(np.concatenate(top, axis=1), requires_grad=True)
    with torch.enable_grad():
        (gradient,) = torch.autograd.grad(loss(model.head(hidden)), hidden)
    return gradient.numpy()


def gradients_of(
    models: Sequence[SequenceModel], traces: Sequence[Trace], upstream: np.ndarray
) -> tuple[LayerGradient, ...]:
    """Backpropagate through time; gives one gradient per layer and direction, in the order of `Trace.layers`.

    Args:
        models: M models of the same shape, in float64.
        traces: of each, over sequences of the same length.
        upstream: the gradient of each loss by the hidden states of the last layer, (M, T, D·H).
    """
    found: list[LayerGradient] = []
    stacks = [list(layers_of(model.rnn)) for model in models]
    for number in reversed(range(models[0].config.num_layers)):
        places = [place for place, layer in enumerate(stacks[0]) if layer.number == number]
        halves = np.split(upstream, len(places), axis=2)
        of_this = [
            _layer_gradient([stack[place] for stack in stacks], [trace.layers[place] for trace in traces], half)
            for place, half in zip(places, halves, strict=True)
        ]
        upstream = np.sum([gradient.inputs for gradient in of_this], axis=0)
        found = of_this + found
    return tuple(found)


def _layer_gradient(layers: Sequence[Layer], traces: Sequence[LayerTrace], upstream: np.ndarray) -> LayerGradient:
    """Backpropagate through one layer in one direction; `upstream` is in the order of the sequence, (M, T, H)."""
    first = layers[0]
    order = slice(None, None, -1 if first.direction == "backward" else 1)
    with np.errstate(all="ignore"):
        slopes = slopes_of(layers, traces)
        values = _walk_back(slopes, upstream[:, order], first.gates)
        inputs = values.pop("stacked") @ slopes.W
    in_order = {name: value[:, order] for name, value in values.items()}
    return LayerGradient(first.cell, first.number, order, slopes, in_order, inputs[:, order])


def _walk_back(slopes: Slopes, upstream: np.ndarray, gates: Sequence[str]) -> dict[str, np.ndarray]:
    """Walk from the last step read to the first; all arrays are in the order of reading, (M, T, …)."""
    entering = np.swapaxes(upstream, 0, 1)[:, :, None]
    hidden = np.zeros_like(entering[0])
    along = None if slopes.from_cell is None else np.zeros_like(hidden)
    taken: list[tuple[np.ndarray, ...]] = []
    for t in reversed(range(slopes.steps)):
        hidden = hidden + entering[t]
        pre, cell, before, along = slopes.back(t, hidden, along)
        taken.append((hidden, pre) if cell is None else (hidden, pre, cell))
        hidden = before
    hiddens, stacked, *cells = (np.stack(part, axis=1)[:, ::-1, 0] for part in zip(*taken, strict=True))
    by_gate = np.split(stacked, len(gates), axis=2)
    values = {f"{gate}_pre_grad": part for gate, part in zip(gates, by_gate, strict=True)}
    values |= {"hidden_state_grad": hiddens, "upstream": upstream, "stacked": stacked}
    return {**values, "cell_state_grad": cells[0]} if cells else values


@dataclass(frozen=True, eq=False)
class _Roads:
    """The gradient by the memory, split by how it came, (M, T, H) each; the sum is the whole."""

    direct: np.ndarray
    gated: np.ndarray


def two_roads(gradient: LayerGradient) -> _Roads:
    """Separate the direct path along the memory from all others; each is summed by itself.

    Direct is what the loss gave to later states times the product of the forget (GRU: update) gates in between, in an RNN
    the loss itself and nothing else. Gated is what passed a pre-activation, and so U, at least once.
    """
    slopes, order = gradient.slopes, gradient.order
    stacked, entering = gradient.stacked[:, order], gradient["upstream"][:, order].copy()
    with np.errstate(all="ignore"):
        if slopes.recurrent is not None:
            stacked = stacked * by_model(slopes.recurrent)
        returning = np.zeros_like(entering)
        returning[:, :-1] = stacked[:, 1:] @ slopes.U
        if slopes.expose is not None:
            exposed = by_model(slopes.expose)
            entering, returning = entering * exposed, returning * exposed
        roads = [_carry_back(slopes, source)[:, order] for source in (entering, returning)]
    return _Roads(*roads)


def _carry_back(slopes: Slopes, source: np.ndarray) -> np.ndarray:
    """Carry what enters the memory at each step back along it, (M, T, H) in the order of reading."""
    if slopes.carry is None:
        return source
    carried, carry = source.copy(), by_model(slopes.carry)
    for t in reversed(range(slopes.steps - 1)):
        carried[:, t] += carried[:, t + 1] * carry[:, t + 1]
    return carried


def by_model(slope: np.ndarray) -> np.ndarray:
    """Bring a slope (T, M, 1, H) into the order of gradients, (M, T, H)."""
    return np.swapaxes(slope[:, :, 0], 0, 1)


def log_norm(values: np.ndarray) -> np.ndarray:
    """Give log10 of the norm along the last axis, however tiny; −∞ for a true zero, +∞ for an overflow, NaN for a NaN."""
    with np.errstate(all="ignore"):
        largest = np.abs(values).max(axis=-1)
        scale = np.where((largest > 0) & np.isfinite(largest), largest, 1.0)
        return np.asarray(np.log10(scale) + 0.5 * np.log10(((values / scale[..., None]) ** 2).sum(axis=-1)))


def jacobians(slopes: Slopes, by: str = "hidden_state") -> np.ndarray:
    """Give dh_T/dh_t, or dh_T/dc_t by an LSTM's `cell_state`, for all steps t in the order of reading, (M, T, H, H)."""
    models, _, size = slopes.U.shape
    hidden = np.broadcast_to(np.eye(size), (models, size, size)).copy()
    along = None if slopes.from_cell is None else np.zeros_like(hidden)
    found = np.empty((models, slopes.steps, size, size))
    with np.errstate(all="ignore"):
        for t in reversed(range(slopes.steps)):
            _, cell, before, along = slopes.back(t, hidden, along)
            found[:, t] = cell if by == "cell_state" else hidden
            hidden = before
    return found


def log_spectra(matrices: np.ndarray) -> np.ndarray:
    """Give log10 of all singular values, largest first, (…, H) of (…, H, H); −∞ for a true zero, NaN after an overflow.

    Each matrix is scaled before, so that values far below 1e-154, whose squares are zero, are found. Values more than 16
    decades below the largest are lost in rounding.
    """
    largest = np.abs(matrices).max(axis=(-2, -1))
    sound = np.isfinite(largest)
    scale = np.where((largest > 0) & sound, largest, 1.0)
    scaled = np.where(sound[..., None, None], matrices, 0.0) / scale[..., None, None]
    values = np.linalg.svd(scaled, compute_uv=False)
    with np.errstate(divide="ignore"):
        spectra: np.ndarray = np.log10(values) + np.log10(scale)[..., None]
    spectra[~sound] = np.nan
    return spectra


def sensitivity(slopes: Slopes, readout: np.ndarray, outputs: Sequence[int], inputs: Sequence[int]) -> np.ndarray:
    """Measure how much the answer at each step depends on the input at each step before.

    Args:
        readout: what is answered from a hidden state, (M, O, H); the identity gives the whole state.
        outputs, inputs: steps whose answers are measured and whose inputs vary, rising, in the order of reading.

    Returns:
        log10 of the Frobenius norm of d(answer_t)/d(input_s), (M, outputs, inputs); −∞ where s comes after t.
    """
    models, _, size = readout.shape
    found = np.full((models, len(outputs), len(inputs)), -np.inf)
    wanted = {step: place for place, step in enumerate(inputs)}
    waiting = {step: place for place, step in enumerate(outputs)}
    first = len(outputs)  # answers from here on have been started
    hidden = np.zeros((models, 0, size))
    along = None if slopes.from_cell is None else np.zeros((models, 0, size))
    with np.errstate(all="ignore"):
        for t in reversed(range(max(outputs, default=-1) + 1)):
            if t in waiting:
                first = waiting[t]
                hidden = np.concatenate([readout, hidden], axis=1)
                along = None if along is None else np.concatenate([np.zeros_like(readout), along], axis=1)
            if not hidden.shape[1]:
                continue
            pre, _, hidden, along = slopes.back(t, hidden, along)
            if t in wanted:
                found[:, first:, wanted[t]] = log_norm((pre @ slopes.W).reshape(models, len(outputs) - first, -1))
            if t <= inputs[0]:
                break
    return found


Verdict = Literal["vanishes", "fades", "holds", "grows", "explodes", "overflows"]
FLOOR = -300.0  # float64 ends at 1e-308; what lies below the floor is drawn on it
FLAT = 1e-12  # a slope that is rounding, not fading
FADED = 1.0  # a tenth is left: it still arrives, but less and less
DECADES = 3.0  # a gradient a thousand times smaller at the first step than at the last teaches it nothing


@dataclass(frozen=True)
class Fading:
    """How the norm of a gradient changes on its way back in time."""

    factor: float  # by which it is multiplied per step back; below 1 it fades, 0 where nothing arrives
    half_life: float  # steps over which it halves; infinite where it does not fade, 0 where it is gone after one step
    log_ratio: float  # log10 of the norm at the first step over that at the last; −∞ where nothing arrives at all
    verdict: Verdict  # the ratio against 1e±3 and 1e±1; `overflows` where it is no number


def fading(log_norms: np.ndarray) -> Fading:
    """Fit a line by least squares to log10 of the norms, (T,), in the order of the steps; the floor is left out."""
    if np.isnan(log_norms).any() or np.isposinf(log_norms).any():
        return Fading(np.inf, np.inf, np.inf, "overflows")
    log_ratio = float(log_norms[0] - log_norms[-1]) if np.isfinite(log_norms[-1]) else 0.0
    back = np.arange(len(log_norms))[::-1]
    seen = log_norms > FLOOR
    if seen.sum() < 2:
        gone = len(log_norms) > 1
        return Fading(0.0 if gone else 1.0, 0.0 if gone else np.inf, log_ratio, verdict_of(log_ratio))
    slope = float(np.polyfit(back[seen], log_norms[seen], 1)[0])
    half_life = float(-np.log10(2) / slope) if slope < -FLAT else np.inf
    return Fading(float(10**slope), half_life, log_ratio, verdict_of(log_ratio))


def verdict_of(log_ratio: float) -> Verdict:
    """Say what a ratio of the first norm to the last means."""
    if abs(log_ratio) > DECADES:
        return "vanishes" if log_ratio < 0 else "explodes"
    if abs(log_ratio) > FADED:
        return "fades" if log_ratio < 0 else "grows"
    return "holds"

"""What is measured of a gradient on its way back, for every cell and at every stage of its training."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import torch

from lstm_viz.recurrent.gradients import (
    Fading,
    LayerGradient,
    by_model,
    fading,
    gradients_of,
    jacobians,
    log_norm,
    log_spectra,
    sensitivity,
    trace_in_double,
    two_roads,
    upstream_of,
)
from lstm_viz.recurrent.layers import count_parameters, layers_of
from lstm_viz.recurrent.specification import Cell, ModelConfig
from lstm_viz.recurrent.trace import LayerTrace, Trace
from lstm_viz.scenes.gradient_request import FlowRequest
from lstm_viz.scenes.gradient_subjects import Contestant, Reader, cells_of, contestant

MOST_SPECTRA = 60
MOST_SENSITIVE = 100
MOST_HEAT = 250
LEAST_SENSITIVE = 20
WORK = 5e8  # multiplications that the Jacobians of one cell, or its sensitivity matrix, may take
KEPT = 24
DEFAULTS = FlowRequest()


@dataclass(frozen=True)
class _Overflow:
    """Where numbers left the range of float64: `what` is a name of the glossary, `step` is counted from 0."""

    what: str
    step: int


@dataclass(frozen=True, eq=False)
class Measured:
    """All that is shown of one cell in one state; S readers, T steps, H units.

    Norms are log10. What belongs to a single model is that of the first reader. Where every step has a loss, the sum of all
    says nothing of how far one reaches: `fading` looks at the last one alone.
    """

    hidden: np.ndarray  # of dL/dh_t, (S, T)
    cell: np.ndarray | None  # of dL/dc_t, (S, T); None but for an LSTM
    fading: tuple[Fading, ...]  # of what the last loss alone sends back to the memory, by reader
    weight_gradient: np.ndarray  # norm of the gradient by the recurrent layers' weights, (S,)
    overflow: _Overflow | None  # of the reader that overflowed first; None where none did
    heat: np.ndarray  # log10 |dL/dh_t| of each unit, dL/dc_t of an LSTM, (heat steps, H)
    heat_steps: np.ndarray  # which steps those are
    direct: np.ndarray  # norms of the direct path, (T,)
    gated: np.ndarray  # of the paths through the gates, (T,)
    carry: np.ndarray | None  # how much of the memory is handed on, f or z, mean over units, (T,); None for an RNN
    carry_product: np.ndarray | None  # mean over units of log10 of the product of `carry` from t + 1 on, (T,)
    slope: np.ndarray | None  # mean over units of the RNN's tanh′ or relu′, (T,); None for the others
    spectra: np.ndarray  # log10 of the singular values of dh_T/dh_t, (spectrum steps, H)
    spectrum_steps: np.ndarray  # which steps those are; none where there are too many units
    sensitivity: np.ndarray  # of the answer at a row's step to the input at a column's, (K, K)
    sensitivity_steps: np.ndarray  # which steps those are
    radii: dict[str, float]  # largest |eigenvalue| of each gate's block of U
    stretches: dict[str, float]  # largest singular value of each gate's block of U
    loss: float  # mean over the readers; NaN where it overflowed
    loss_at: np.ndarray  # whether the loss, or the layer above, gives a step a gradient of its own, (T,)


def measure(readers: Sequence[Reader], number: int = 0) -> Measured:
    """Compute everything for a layer of one cell in one state; readers have one shape and sequences of one length."""
    traces, upstream = traced(readers)
    gradient = _gradient_of(readers, traces, upstream, number)
    layers = [trace.layers[number] for trace in traces]
    with np.errstate(all="ignore"):
        sound = np.array([np.isfinite(layer["hidden_state"]).all() for layer in layers])[:, None]
        hidden = np.where(sound, log_norm(gradient["hidden_state_grad"]), np.nan)
        memory = np.where(sound, log_norm(gradient[gradient.memory]), np.nan)
        lone, last = _lone_loss(readers, traces, upstream, gradient)
        lone_norms = np.where(sound, log_norm(lone[lone.memory]), np.nan)[:, : last + 1]
        roads = two_roads(gradient)
        first = 0.0 if sound[0, 0] else np.nan  # what follows from an overflowed state is no number
        heat_steps = _spread(hidden.shape[1], MOST_HEAT)
        heat = np.log10(np.abs(gradient[gradient.memory][0, heat_steps]))
    carry, carry_product = _carried(gradient)
    spectrum_steps, spectra = _spectra_of(gradient)
    sensitivity_steps, sensitive = _sensitivities(gradient, readers[0])
    radii, stretches = _weights_of(readers[0], number)
    return Measured(
        hidden=hidden,
        cell=memory if gradient.cell == "lstm" else None,
        fading=tuple(fading(norms) for norms in lone_norms),
        weight_gradient=weight_gradient(gradient, layers),
        overflow=_find_overflow(layers, gradient),
        heat=heat + first,
        heat_steps=heat_steps,
        direct=log_norm(roads.direct[0]) + first,
        gated=log_norm(roads.gated[0]) + first,
        carry=carry,
        carry_product=carry_product,
        slope=gradient.slopes.from_hidden[:, 0, 0, 0].mean(axis=1) + first if gradient.cell == "rnn" else None,
        spectra=spectra + first,
        spectrum_steps=spectrum_steps,
        sensitivity=sensitive + first,
        sensitivity_steps=sensitivity_steps,
        radii=radii,
        stretches=stretches,
        loss=_mean_loss(readers, traces),
        loss_at=np.asarray(gradient["upstream"].any(axis=(0, 2))),
    )


def traced(readers: Sequence[Reader]) -> tuple[list[Trace], np.ndarray]:
    """Trace each reader, and give what its loss sends back to the last layer, (M, T, D·H)."""
    traces = [trace_in_double(reader.model, reader.sequence) for reader in readers]
    both = zip(readers, traces, strict=True)
    return traces, np.stack([upstream_of(reader.model, trace, reader.loss) for reader, trace in both])


def _gradient_of(
    readers: Sequence[Reader], traces: Sequence[Trace], upstream: np.ndarray, number: int
) -> LayerGradient:
    """Backpropagate what each reader's loss gives to the last layer as far as one layer."""
    gradients = gradients_of([reader.model for reader in readers], traces, upstream)
    return next(gradient for gradient in gradients if gradient.layer == number)


def _lone_loss(
    readers: Sequence[Reader], traces: Sequence[Trace], upstream: np.ndarray, whole: LayerGradient
) -> tuple[LayerGradient, int]:
    steps = np.flatnonzero(upstream.any(axis=(0, 2)))
    last = int(steps[-1]) if len(steps) else upstream.shape[1] - 1
    if len(steps) <= 1:
        return whole, last
    alone = np.zeros_like(upstream)
    alone[:, last] = upstream[:, last]
    return _gradient_of(readers, traces, alone, whole.layer), last


def _spread(count: int, most: int) -> np.ndarray:
    """Choose at most `most` of `count` steps evenly; the first and the last are among them."""
    return np.unique(np.linspace(0, count - 1, min(count, most)).round().astype(int))


def _carried(gradient: LayerGradient) -> tuple[np.ndarray | None, np.ndarray | None]:
    """Give what the first reader's memory hands on at each step, and the product of it up to the end."""
    carry = gradient.slopes.carry
    if carry is None:
        return None, None
    with np.errstate(divide="ignore"):
        logs = np.log10(carry[:, 0, 0])
    behind = np.zeros_like(logs)
    behind[:-1] = np.cumsum(logs[:0:-1], axis=0)[::-1]
    return carry[:, 0, 0].mean(axis=1), behind.mean(axis=1)


def _work_per_row(gradient: LayerGradient) -> float:
    steps, _, _, gates, size = gradient.slopes.from_hidden.shape
    return float(steps * gates * size**2)


def _spectra_of(gradient: LayerGradient) -> tuple[np.ndarray, np.ndarray]:
    """Give some steps and the spectra of the first reader's Jacobians there; none where they would take too long."""
    length, size = gradient["hidden_state_grad"].shape[1:]
    if _work_per_row(gradient) * size > WORK:
        return np.arange(0), np.zeros((0, size))
    steps = _spread(length, MOST_SPECTRA)
    return steps, log_spectra(jacobians(gradient.slopes.only(0))[0, steps])


def _sensitivities(gradient: LayerGradient, reader: Reader) -> tuple[np.ndarray, np.ndarray]:
    """Give some steps, fewer where each takes long, and the first reader's sensitivity matrix of these."""
    length, size = gradient["hidden_state_grad"].shape[1:]
    affordable = max(int(WORK / _work_per_row(gradient)), LEAST_SENSITIVE)
    steps = _spread(length, min(affordable, MOST_SENSITIVE))
    is_top = gradient.layer == reader.model.config.num_layers - 1
    readout = reader.readout if is_top else np.eye(size)  # below, the whole hidden state is the answer
    return steps, sensitivity(gradient.slopes.only(0), readout[None], steps.tolist(), steps.tolist())[0]


def weight_gradient(gradient: LayerGradient, layers: Sequence[LayerTrace]) -> np.ndarray:
    """Give log10 of the norm of dL/d(W, U, both biases) of the layer, (S,)."""
    pre = gradient.stacked
    before = np.stack([layer["hidden_state_prev"] for layer in layers])
    inputs = np.stack([layer.inputs for layer in layers])
    with np.errstate(all="ignore"):
        gain = gradient.slopes.recurrent
        through = pre if gain is None else pre * by_model(gain)[:, gradient.order]
        parts = [
            np.swapaxes(pre, 1, 2) @ inputs,
            np.swapaxes(through, 1, 2) @ before,
            pre.sum(axis=1)[..., None],
            through.sum(axis=1)[..., None],
        ]
    return log_norm(np.concatenate([part.reshape(len(part), -1) for part in parts], axis=1))


def _find_overflow(layers: Sequence[LayerTrace], gradient: LayerGradient) -> _Overflow | None:
    """Find where the first reader to overflow did: reading forward a state, going back a gradient."""
    states = np.stack([layer["hidden_state"] for layer in layers])
    forward = np.flatnonzero(~np.isfinite(states).all(axis=(0, 2)))
    if len(forward):
        return _Overflow("hidden_state", int(forward[0]))
    backward = np.flatnonzero(~np.isfinite(gradient[gradient.memory]).all(axis=(0, 2)))
    return _Overflow("gradient", int(backward[-1])) if len(backward) else None


def _weights_of(reader: Reader, number: int) -> tuple[dict[str, float], dict[str, float]]:
    layer = list(layers_of(reader.model.rnn))[number]
    blocks = dict(zip(layer.gates, np.split(layer.U.numpy(), len(layer.gates)), strict=True))
    radii = {gate: float(np.abs(np.linalg.eigvals(block)).max()) for gate, block in blocks.items()}
    return radii, {gate: float(np.linalg.norm(block, 2)) for gate, block in blocks.items()}


def _mean_loss(readers: Sequence[Reader], traces: Sequence[Trace]) -> float:
    """Average the losses; NaN where one overflowed."""
    both = zip(readers, traces, strict=True)
    losses = [float(reader.loss(torch.from_numpy(trace.outputs))) for reader, trace in both]
    return float(np.mean(losses)) if np.isfinite(losses).all() else float("nan")


@dataclass(frozen=True, eq=False)
class FlowLane:
    """What is shown of one cell."""

    config: ModelConfig
    parameters: int  # numbers that training changes
    labels: tuple[str, ...]  # of the steps, (T,)
    layer: int  # from 0
    readers: int  # models that were measured together in each state
    epochs: tuple[int, ...]  # of each state
    states: tuple[Measured, ...]  # what was measured, in the order of training

    @property
    def cell(self) -> Cell:
        """Which recurrence."""
        return self.config.cell


def flow_lanes(request: FlowRequest) -> tuple[FlowLane, ...]:
    """Measure all cells of a request, or remember untrained ones; may raise any `LSTMVizError`."""
    if request.trained:
        return tuple(_measured_lane(contestant(request, cell)) for cell in cells_of(request))
    return tuple(untrained_lane(_what_matters(request, cell), cell) for cell in cells_of(request))


def _what_matters(request: FlowRequest, cell: Cell) -> FlowRequest:
    own = {"lstm": "forget_bias", "rnn": "activation"}.get(cell)
    others = {"clip", "text", "layer", "forget_bias", "activation"} - {own}
    return replace(request, **{name: getattr(DEFAULTS, name) for name in others})


@lru_cache(maxsize=KEPT)
def untrained_lane(request: FlowRequest, cell: Cell) -> FlowLane:
    """Measure one cell, or remember it."""
    return _measured_lane(contestant(request, cell))


def _measured_lane(subject: Contestant) -> FlowLane:
    model = subject.frames[-1][1][0].model
    return FlowLane(
        model.config,
        count_parameters(model),
        subject.labels,
        subject.layer,
        len(subject.frames[0][1]),
        tuple(epoch for epoch, _ in subject.frames),
        tuple(measure(readers, subject.layer) for _, readers in subject.frames),
    )

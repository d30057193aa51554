"""Gradients as sentences, as bytes for the browser and as a table."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from lstm_viz.glossary import GLOSSARY
from lstm_viz.recurrent.gradients import DECADES, FLOOR, Fading, Verdict, fading, gradients_of, log_norm, verdict_of
from lstm_viz.recurrent.specification import CELLS, Cell
from lstm_viz.scenes.gradient_measures import FlowLane, Measured, flow_lanes, traced
from lstm_viz.scenes.gradient_request import FORGET_BIASES, FlowRequest
from lstm_viz.scenes.gradient_subjects import untrained_readers
from lstm_viz.scenes.step_bytes import Tables, join_bytes, name_of_content

RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def _middle(values: Sequence[float]) -> float:
    """Give the median; infinite values count."""
    return float(np.median(np.asarray(values, dtype=float)))


def power_of_ten(log: float) -> str:
    """Write a number of which only the logarithm is known: 0.31, 2,300, 4·10⁻⁵⁵."""
    if math.isnan(log):
        return "no number"
    if math.isinf(log):
        return "0" if log < 0 else "∞"
    if -2 <= log < 4:
        return f"{10**log:,.3g}" if log < 3 else f"{10**log:,.0f}"
    exponent = math.floor(log)
    mantissa = f"{10 ** (log - exponent):.0f}"
    if mantissa == "10":
        mantissa, exponent = "1", exponent + 1
    raised = str(exponent).translate(RAISED)
    return f"10{raised}" if mantissa == "1" else f"{mantissa}·10{raised}"


def _verdict_of_all(fadings: Sequence[Fading]) -> Verdict:
    """Give the verdict on several seeds: that of the median; one that overflows decides."""
    if any(fading.verdict == "overflows" for fading in fadings):
        return "overflows"
    return verdict_of(_middle([fading.log_ratio for fading in fadings]))


def _verdict_words(request: FlowRequest, measured: Measured, steps: int) -> tuple[str, str]:
    """Say what becomes of the gradient: how fast, and what is left of it at the first step; the first may be empty."""
    if measured.overflow is not None:
        return _overflow_words(measured, steps)
    if steps == 1:
        return "", "One step only: there is no time to go back through."
    fadings = measured.fading
    left = power_of_ten(reached(measured))
    whose = "it" if measured.loss_at.sum() <= 1 else "what the last loss sends back"
    arrives = f"{left} of {whose} reaches the first step."
    if reached(measured) > 0:
        arrives = f"At the first step {whose} is {left} times as large."
    return f"{_verdict_of_all(fadings).capitalize()}: {_pace_words(fadings)}.", arrives


def _pace_words(fadings: Sequence[Fading]) -> str:
    half, factor = (_middle([getattr(fading, name) for fading in fadings]) for name in ("half_life", "factor"))
    if half == 0:
        return "nothing is left after one step"
    if math.isfinite(half):
        return f"it halves every {half:.3g} steps"
    return f"each step back multiplies it by {factor:.3g}"


def _overflow_words(measured: Measured, steps: int) -> tuple[str, str]:
    assert measured.overflow is not None
    step = measured.overflow.step + 1
    if measured.overflow.what == "hidden_state":
        why = "The hidden state leaves the range of numbers, so there is no loss and no gradient."
    else:
        why = f"On its way back the gradient leaves the range of numbers after {steps - step} steps."
    return f"Overflow at step {step}.", why


def clip_words(request: FlowRequest, measured: Measured) -> str:
    """Say what clipping makes of the weight gradient; empty where none is asked for."""
    if not request.clip:
        return ""
    log = float(measured.weight_gradient[0])
    if not math.isfinite(log):
        return "The weight gradient is no number: clipping cannot fix an overflow."
    excess = log - math.log10(request.clip)
    if excess <= 0:
        return f"The weight gradient, {power_of_ten(log)}, is below {request.clip:g}: clipping leaves it."
    return (
        f"The weight gradient, {power_of_ten(log)}, is clipped to {request.clip:g}: every part of it is multiplied by "
        f"{power_of_ten(-excess)}. The way back through time stays as it is."
    )


def lesson(request: FlowRequest, before: dict[Cell, Measured], now: dict[Cell, Measured]) -> str:
    """Say the one thing that these very numbers teach.

    Args:
        before: each cell before training; the same as `now` for untrained ones.
        now: each cell as trained as it is.
    """
    if request.trained:
        return _trained_lesson(before, now)
    lstm, rnn = now["lstm"], now["rnn"]
    if lstm.overflow or rnn.overflow or request.length == 1 or lstm.carry is None:
        return ""
    opened = float(lstm.carry.mean())
    of_lstm, of_rnn = reached(lstm), reached(rnn)
    if of_lstm < -DECADES and of_rnn < -DECADES:
        steps = request.length - 1
        sentence = (
            f"The LSTM vanishes too. Before training its forget gates keep {opened:.2f} of the cell state per step: over "
            f"{steps} steps that alone would leave {power_of_ten(steps * math.log10(opened))}."
        )
        mend = " Raise the forget bias and look again."
        return sentence + (mend if request.forget_bias < FORGET_BIASES[1] else "")
    if abs(of_lstm) <= DECADES and of_rnn < -DECADES:
        return (
            f"The LSTM’s gradient reaches the beginning: its forget gates keep {opened:.2f} of the cell state per step. The "
            "RNN has no such path: every step multiplies by its slope and by the same weights again."
        )
    if of_rnn > DECADES:
        return (
            "The RNN explodes: its recurrent weights stretch by more than its slope shrinks. Smaller weights fix the "
            "cause; clipping only shortens the gradient of all weights as a whole."
        )
    return ""


def _trained_lesson(before: dict[Cell, Measured], now: dict[Cell, Measured]) -> str:
    cell: Cell = "lstm" if "lstm" in now else next(iter(now))
    if before[cell] is now[cell] or before[cell].overflow or now[cell].overflow:
        return ""
    sentence = (
        f"Going back from the last loss to the first step, the {GLOSSARY[cell].label}’s gradient was multiplied by "
        f"{power_of_ten(reached(before[cell]))} before training, now by {power_of_ten(reached(now[cell]))}."
    )
    kept, keeps = before[cell].carry, now[cell].carry
    if cell == "lstm" and kept is not None and keeps is not None:
        sentence += f" Its forget gates kept {kept.mean():.2f} of the cell state on average, now {keeps.mean():.2f}."
    return f"{sentence} A gradient must get through to learn; a cell that has learned may let go of what it need not change."


def reached(measured: Measured) -> float:
    """Give log10 of the share of the gradient that reaches the first step, the median over seeds."""
    return _middle([fading.log_ratio for fading in measured.fading])


ROWS = ("direct", "gated", "carry", "carry_product", "slope")
TABLES = ("hidden", "cell", "heat", "spectra", "sensitivity")


def flow_bytes(request: FlowRequest) -> bytes:
    """Compute and pack everything that the page shows.

    Raises:
        LSTMVizError: something in the request cannot be opened or read.
    """
    tables = Tables()
    lanes = flow_lanes(request)
    labels = lanes[0].labels
    about = [request.source, str(request.layer), str(len(labels)), *labels]
    header = {
        "about": name_of_content(about),
        "tokens": labels,
        "numbered": not request.trained,
        "trained": request.trained,
        "loss_steps": np.flatnonzero(lanes[0].states[-1].loss_at).tolist(),
        "floor": FLOOR,
        "lesson": lesson(
            request, {lane.cell: lane.states[0] for lane in lanes}, {lane.cell: lane.states[-1] for lane in lanes}
        ),
        "lanes": [_pack_lane(lane, request, tables) for lane in lanes],
    }
    return join_bytes(header, tables)


def _pack_lane(lane: FlowLane, request: FlowRequest, tables: Tables) -> dict[str, Any]:
    frames = []
    for place, (epoch, state) in enumerate(zip(lane.epochs, lane.states, strict=True)):
        _pack_measured(state, f"{lane.cell}@{place}", tables)
        frames.append({"epoch": epoch, **describe(state, request, len(lane.labels))})
    return {
        "cell": lane.cell,
        "label": GLOSSARY[lane.cell].label,
        "hidden_size": lane.config.hidden_size,
        "parameters": lane.parameters,
        "readers": lane.readers,
        "activation": lane.config.activation if lane.cell == "rnn" else "",
        "top": lane.layer == lane.config.num_layers - 1,
        "layer": lane.layer,
        "layers": lane.config.num_layers,
        "frames": frames,
    }


def _pack_measured(measured: Measured, prefix: str, tables: Tables) -> None:
    """Add all tables of one state; what is one row long becomes a table of one row."""
    for name in (*TABLES, *ROWS):
        values = getattr(measured, name)
        if values is not None and values.size:
            tables.add(f"{prefix}/{name}", np.atleast_2d(values))


def describe(measured: Measured, request: FlowRequest, steps: int) -> dict[str, Any]:
    """Give the numbers and words of one state."""
    pace, words = _verdict_words(request, measured, steps)
    return {
        "verdict": _verdict_of_all(measured.fading),
        "pace": pace,
        "words": words,
        "clip_words": clip_words(request, measured),
        "half_life": _spread_of([fading.half_life for fading in measured.fading]),
        "factor": _spread_of([fading.factor for fading in measured.fading]),
        "log_ratio": _spread_of([fading.log_ratio for fading in measured.fading]),
        "loss": _sound(measured.loss),
        "overflow": asdict(measured.overflow) if measured.overflow else None,
        "heat_steps": measured.heat_steps.tolist(),
        "spectrum_steps": measured.spectrum_steps.tolist(),
        "sensitivity_steps": measured.sensitivity_steps.tolist(),
        "radii": {gate: round(radius, 6) for gate, radius in measured.radii.items()},
        "stretches": {gate: round(stretch, 6) for gate, stretch in measured.stretches.items()},
    }


def _spread_of(values: list[float]) -> dict[str, float | None]:
    """Give the median and the range over seeds; None for what is no finite number."""
    return {"median": _sound(_middle(values)), "low": _sound(min(values)), "high": _sound(max(values))}


def _sound(value: float) -> float | None:
    """Give a number that JSON can write; None for what it cannot."""
    return value if math.isfinite(value) else None


TABLE_BIASES = (0.0, 1.0, 2.0, 3.0)


@dataclass(frozen=True)
class FadingRow:
    """One row of the table, over all seeds.

    Args:
        forget_bias: of the LSTM; None for the others, which have none.
        log10_ratio: mean of log10 of the norm at the first step over that at the last, of dL/dc for the LSTM, else dL/dh.
        spread: standard deviation of it over the seeds.
        half_life: median number of steps over which the norm halves; None where it does not.
    """

    cell: Cell
    forget_bias: float | None
    length: int
    log10_ratio: float
    spread: float
    half_life: float | None


def fading_table(lengths: Sequence[int], seeds: int, hidden_size: int) -> Iterator[FadingRow]:
    """Measure untrained cells at torch's own initialisation.

    Args:
        lengths: steps of the sequences.
        seeds: how many models of each kind; model k has weights, sequence and loss from seed k.
        hidden_size: units.

    Raises:
        SettingsError: a number lies outside what is computed.
    """
    for length in lengths:
        for cell in CELLS[::-1]:
            for forget_bias in TABLE_BIASES if cell == "lstm" else (None,):
                request = FlowRequest(
                    length=length, seeds=seeds, hidden_size=hidden_size, forget_bias=forget_bias or 0.0
                )
                yield summary(cell, forget_bias, length, _fadings_of(request, cell))


def _fadings_of(request: FlowRequest, cell: Cell) -> list[Fading]:
    readers = untrained_readers(request, cell)
    (gradient,) = gradients_of([reader.model for reader in readers], *traced(readers))
    return [fading(norms) for norms in log_norm(gradient[gradient.memory])]


def summary(cell: Cell, forget_bias: float | None, length: int, fadings: Sequence[Fading]) -> FadingRow:
    """Average over the seeds."""
    ratios = [each.log_ratio for each in fadings]
    half_life = _middle([each.half_life for each in fadings])
    spread = float(np.std(ratios, ddof=1)) if len(ratios) > 1 else 0.0
    return FadingRow(
        cell, forget_bias, length, float(np.mean(ratios)), spread, half_life if half_life < np.inf else None
    )

"""What the numbers say, in plain words."""

import math
from collections.abc import Sequence

import numpy as np

from lstm_viz.flow.measure import Measured
from lstm_viz.flow.request import FORGET_BIASES, FlowRequest
from lstm_viz.glossary import GLOSSARY
from lstm_viz.recurrent.half_life import DECADES, Fading, Verdict, verdict_of
from lstm_viz.recurrent.specification import Cell

RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def middle(values: Sequence[float]) -> float:
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


def verdict_of_all(fadings: Sequence[Fading]) -> Verdict:
    """Give the verdict on several seeds: that of the median; one that overflows decides."""
    if any(fading.verdict == "overflows" for fading in fadings):
        return "overflows"
    return verdict_of(middle([fading.log_ratio for fading in fadings]))


def verdict_words(request: FlowRequest, measured: Measured, steps: int) -> tuple[str, str]:
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
    return f"{verdict_of_all(fadings).capitalize()}: {_pace_words(fadings)}.", arrives


def _pace_words(fadings: Sequence[Fading]) -> str:
    half, factor = (middle([getattr(fading, name) for fading in fadings]) for name in ("half_life", "factor"))
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
        told = (
            f"The LSTM vanishes too. Before training its forget gates keep {opened:.2f} of the cell state per step: over "
            f"{steps} steps that alone would leave {power_of_ten(steps * math.log10(opened))}."
        )
        mend = " Raise the forget bias and look again."
        return told + (mend if request.forget_bias < FORGET_BIASES[1] else "")
    if abs(of_lstm) <= DECADES and of_rnn < -DECADES:
        return (
            f"The LSTM’s gradient reaches the beginning: its forget gates keep {opened:.2f} of the cell state per step. The "
            "RNN has no such road: every step multiplies by its slope and by the same weights again."
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
    told = (
        f"Going back from the last loss to the first step, the {GLOSSARY[cell].label}’s gradient was multiplied by "
        f"{power_of_ten(reached(before[cell]))} before training, now by {power_of_ten(reached(now[cell]))}."
    )
    kept, keeps = before[cell].carry, now[cell].carry
    if cell == "lstm" and kept is not None and keeps is not None:
        told += f" Its forget gates kept {kept.mean():.2f} of the cell state on average, now {keeps.mean():.2f}."
    return (
        f"{told} A gradient must get through to learn; a cell that has learned may let go of what it need not change."
    )


def reached(measured: Measured) -> float:
    """Give log10 of the share of the gradient that reaches the first step, the median over seeds."""
    return middle([fading.log_ratio for fading in measured.fading])

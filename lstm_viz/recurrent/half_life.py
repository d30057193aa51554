"""How fast a gradient fades: a straight line through the logarithm of its norm, and what it means."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

Verdict = Literal["vanishes", "fades", "holds", "grows", "explodes", "overflows"]
FLOOR = -300.0  # float64 ends at 1e-308; what lies below the floor is drawn on it
FLAT = 1e-12  # a slope that is rounding, not fading
FADED = 1.0  # a tenth is left: it is heard, but less and less
DECADES = 3.0  # a gradient a thousand times smaller at the first step than at the last says nothing to it


@dataclass(frozen=True)
class Fading:
    """How the norm of a gradient changes on its way back in time.

    Args:
        factor: by which it is multiplied per step back; below 1 it fades, 0 where nothing arrives.
        half_life: steps over which it halves; infinite where it does not fade, 0 where it is gone after one step.
        log_ratio: log10 of the norm at the first step over that at the last; −∞ where nothing arrives at all.
        verdict: `vanishes` or `explodes` where the ratio is below 1e-3 or above 1e3, `fades` or `grows` where it is below
            1e-1 or above 10, else `holds`; `overflows` where it is no number.
    """

    factor: float
    half_life: float
    log_ratio: float
    verdict: Verdict


def fading(log_norms: np.ndarray) -> Fading:
    """Fit a line by least squares.

    Args:
        log_norms: log10 of the norms, (T,), from the first step to the last. What lies on the floor is left out of the line.
    """
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

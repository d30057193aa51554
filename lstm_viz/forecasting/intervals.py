"""How far off a forecast will be: conformal half-widths from what a rehearsal got wrong on rows that it had not seen."""

from dataclasses import dataclass
from typing import Any

import numpy as np

LEVELS = (80, 95)
WIDENING = 1.2


@dataclass(frozen=True, eq=False)
class Intervals:
    """Half-widths of prediction intervals in units from the level.

    Args:
        half_widths: one row per level of `LEVELS`, one column per step ahead, (2, H), never falling with the horizon.
        windows: how many rehearsed forecasts they come from.
    """

    half_widths: np.ndarray
    windows: int

    def to_dict(self) -> dict[str, Any]:
        """Give plain values for JSON."""
        return {"levels": list(LEVELS), "half_widths": self.half_widths.tolist(), "windows": self.windows}


def conformal_intervals(errors: np.ndarray) -> Intervals | None:
    """Turn errors of rehearsed forecasts into half-widths (split conformal; Vovk et al. 2005, Lei et al. 2018).

    Errors of all steps ahead are compared by the typical size of their step, which never falls with the horizon; the
    quantile of them all, with the correction for few examples, gives the width. Rehearsed windows overlap, so they tell
    less than their number says, and the past is calmer than the future: all widths are taken 1.2 times.

    Args:
        errors: truth less answer, in units, (N, H), NaN where unknown.

    Returns:
        None where fewer than two forecasts can be judged.
    """
    judged = errors[np.isfinite(errors).any(axis=1)]
    if len(judged) < 2:
        return None
    growth = _growing_size(judged)
    relative = np.abs(judged) / growth
    relative = np.sort(relative[np.isfinite(relative)])
    half_widths = [WIDENING * _corrected_quantile(relative, level / 100, len(judged)) * growth for level in LEVELS]
    return Intervals(np.array(half_widths), len(judged))


def _growing_size(errors: np.ndarray) -> np.ndarray:
    """Give the root mean square error of each step ahead, (H,), made never to fall; steps nobody saw take the one before."""
    known = np.isfinite(errors)
    counts = known.sum(axis=0)
    squares = np.where(known, errors, 0.0) ** 2
    sizes = np.where(counts > 0, np.sqrt(squares.sum(axis=0) / np.maximum(counts, 1)), 0.0)
    rising = np.maximum.accumulate(sizes)
    return np.asarray(np.maximum(rising, max(float(rising.max()) * 1e-6, np.finfo(float).tiny)))


def _corrected_quantile(ordered: np.ndarray, share: float, windows: int) -> float:
    """Give the quantile that covers a new example with at least `share` where `windows` of them were seen."""
    corrected = min(1.0, share * (windows + 1) / windows)
    return float(np.quantile(ordered, corrected, method="higher"))

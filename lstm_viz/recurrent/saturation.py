"""How often the gates of a unit stand nearly shut or nearly open (Karpathy, Johnson & Li 2015, section 4.3)."""

from dataclasses import dataclass

import numpy as np

SHUT, OPEN = 0.1, 0.9


@dataclass(frozen=True, eq=False)
class Saturation:
    """Share of steps, 0 … 1, by unit, (H,) each.

    Args:
        left: the gate was nearly shut, below 0.1.
        right: the gate was nearly open, above 0.9.
    """

    left: np.ndarray
    right: np.ndarray


def saturation(values_TH: np.ndarray) -> Saturation:
    """Count how often a gate was saturated to the left and to the right.

    Args:
        values_TH: a gate's values, 0 … 1, at one step at least.

    Example:
        >>> gate = np.array([[0.05, 0.5], [0.95, 0.5], [0.97, 0.1], [0.99, 0.9]])
        >>> saturation(gate).left.tolist(), saturation(gate).right.tolist()
        ([0.25, 0.0], [0.75, 0.0])
    """
    return Saturation(left=(values_TH < SHUT).mean(axis=0), right=(values_TH > OPEN).mean(axis=0))

"""What a unit tracks best by one activation alone, as an oracle for what is shown of all of them."""

from typing import NamedTuple

import numpy as np

from lstm_viz.recurrent.unit_analysis import LEAST_STRENGTH, Tracking


class Best(NamedTuple):
    name: str
    score: float
    kind: str


def best(tracking: Tracking, unit: int, least: float = LEAST_STRENGTH) -> Best | None:
    """Name what a unit tracks best; None where nothing is as strong as `least` and stronger than chance."""
    strengths = np.nan_to_num(tracking.strength[:, unit])
    counts = (strengths >= least) & (strengths > tracking.chance)
    if not counts.any():
        return None
    place = int(np.argmax(np.where(counts, strengths, -1.0)))
    return Best(tracking.names[place], float(tracking.score[place, unit]), tracking.kind[place])

"""Runs of rows: where a condition holds, and where a value stays the same."""

import numpy as np
import numpy.typing as npt

from lstm_viz.tables.steps import Floats, Ints

Stretches = npt.NDArray[np.int64]  # (R, 2): [start, end) of each run, in order


def stretches(mask: npt.NDArray[np.bool_]) -> Stretches:
    """Return the runs of rows at which `mask` holds."""
    edges = np.flatnonzero(np.diff(np.r_[False, mask, False].astype(np.int8)))
    return edges.reshape(-1, 2).astype(np.int64)


def equal_stretches(y: Floats) -> Stretches:
    """Return the runs of two or more equal values; a gap ends a run."""
    same = y[1:] == y[:-1]
    found = stretches(same)
    found[:, 1] += 1
    return found


def lengths(found: Stretches) -> Ints:
    """Return how many rows each run has."""
    return found[:, 1] - found[:, 0]


def longest(found: Stretches, most: int) -> tuple[tuple[int, int], ...]:
    """Return the longest runs, at most so many, in order of time."""
    order = np.sort(np.argsort(-lengths(found), kind="stable")[:most])
    return tuple((int(start), int(end)) for start, end in found[order])

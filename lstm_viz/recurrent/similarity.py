"""Which units behave alike, and where else a model is in a similar state.

Both look at how values change. A unit, or a gate, that changes by less than `STILL` over a sequence stands still: what is
left of it is the rounding of floats, and to compare that would be to compare noise.
"""

from dataclasses import dataclass

import numpy as np

from lstm_viz.errors import SettingsError

STILL = 1e-6


@dataclass(frozen=True)
class Stretch:
    """Steps `first` … `last`, both included, and how similar the model's state is there: −1 … 1."""

    first: int
    last: int
    similarity: float


def moving(values_TH: np.ndarray) -> np.ndarray:
    """Tell for each unit whether it moves at all, (H,)."""
    moves: np.ndarray = np.ptp(values_TH, axis=0) > STILL
    return moves


def standardize(values_TH: np.ndarray) -> np.ndarray:
    """Count each unit from its mean, in its own standard deviations, (T, H); units that stand still are 0."""
    centred = values_TH.astype(np.float64)
    centred -= centred.mean(axis=0)
    scale = np.where(moving(values_TH), centred.std(axis=0), np.inf)
    standardized: np.ndarray = centred / scale
    return standardized


def similar_order(values_TH: np.ndarray) -> np.ndarray:
    """Order units so that those that behave alike stand side by side.

    Units are joined step by step (average linkage) by their distance 1 − r, where r is Pearson's correlation over the
    steps, and the branches of the tree are turned so that the sum of distances between neighbours is as small as this tree
    allows (optimal leaf ordering, Bar-Joseph et al. 2001). The sign counts on purpose: two units of which one rises when the
    other falls stand far apart, since in a heat map they look like opposites.

    Returns:
        Places of the units, (H,): first those that move, from the end with the smaller number, then those that stand
        still. The same values give the same order.

    Example:
        >>> up, wave = np.linspace(0, 1, 9), np.cos(np.arange(9))
        >>> similar_order(np.stack([up, wave, 0 * up, up + 0.1 * wave, 2 * wave], axis=1)).tolist()
        [0, 3, 4, 1, 2]
    """
    from scipy.cluster.hierarchy import leaves_list, linkage  # a third of a second that only this needs
    from scipy.spatial.distance import squareform

    moves = moving(values_TH) if len(values_TH) else np.zeros(values_TH.shape[1], bool)
    units = np.flatnonzero(moves)
    if len(units) > 2:
        standardized = standardize(values_TH[:, units])
        distances = 1 - standardized.T @ standardized / len(values_TH)
        condensed = squareform(distances, checks=False).clip(min=0.0)
        units = units[leaves_list(linkage(condensed, "average", optimal_ordering=True))]
    if len(units) and units[0] > units[-1]:
        units = units[::-1]
    return np.concatenate([units, np.flatnonzero(~moves)])


def similar_steps(states_TH: np.ndarray, first: int, last: int, most: int = 5) -> tuple[Stretch, ...]:
    """Find where else the model is in a state like that of a stretch of steps.

    States are standardized unit by unit, so that no unit counts more than another because it swings wider, and averaged
    over the stretch and over every window of the same length. Two such means a and b are compared by

        similarity = 1 − |a − b|² / (|a|² + |b|²) = 2·a·b / (|a|² + |b|²)

    which is 1 for the same state, 0 for states that have nothing in common and −1 for opposite ones. Unlike the cosine it
    minds how far from its usual state a model is, and not only in which direction.

    Args:
        states_TH: hidden or cell states, (T, H).
        first, last: the stretch, both included, counted from 0.
        most: at most so many are given.

    Returns:
        Stretches as long as the one asked for, the most similar first; none overlaps another, nor the one asked for.

    Raises:
        SettingsError: the stretch does not lie within the sequence.

    Example:
        >>> states = np.tile(np.eye(4), (3, 1))  # the same four states three times over
        >>> [(found.first, found.last, round(found.similarity, 6)) for found in similar_steps(states, 1, 2, most=2)]
        [(5, 6, 1.0), (9, 10, 1.0)]
    """
    if not 0 <= first <= last < len(states_TH):
        most_last = len(states_TH) - 1
        raise SettingsError(f"Steps {first} to {last} are no stretch of this sequence. Use steps 0 to {most_last}.")
    length = last - first + 1
    sums = np.cumsum(np.pad(standardize(states_TH), ((1, 0), (0, 0))), axis=0)
    means = (sums[length:] - sums[:-length]) / length
    sizes = (means**2).sum(axis=1)
    together = sizes + sizes[first]
    similarity = np.divide(2 * means @ means[first], together, out=np.zeros_like(sizes), where=together > STILL**2)
    found = _best_apart(similarity, first, length, most)
    return tuple(Stretch(start, start + length - 1, float(similarity[start])) for start in found)


def _best_apart(scores: np.ndarray, taken: int, length: int, most: int) -> list[int]:
    """Choose the best windows by their starts, each apart from those chosen before and from the one taken already."""
    free, chosen = np.ones(len(scores), bool), [taken]
    while True:
        free[max(0, chosen[-1] - length + 1) : chosen[-1] + length] = False
        if len(chosen) > most or not free.any():
            return chosen[1:]
        chosen.append(int(np.argmax(np.where(free, scores, -np.inf))))

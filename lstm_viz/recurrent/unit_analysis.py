"""What units do over a sequence: which feature each follows, where states were similar, and how saturated gates are."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from lstm_viz.errors import SettingsError

_Kind = Literal["correlation", "auc"]
STILL = 1e-6
SHUT, OPEN = 0.1, 0.9
LEAST_STRENGTH = 0.3  # a medium effect for a correlation (Cohen 1988): the eye begins to see it


@dataclass(frozen=True, eq=False)
class Tracking:
    """How well each unit follows each concept.

    Numbers are scored by Pearson's r. Concepts of two values by the AUC: how likely the unit stands higher where the concept
    does; 0.5 is nothing. Strength is |r| or |2·AUC − 1|, the rank-biserial correlation (Cureton 1956), the weakest of all
    samples and both halves.
    """

    names: tuple[str, ...]  # of the concepts, C
    kind: tuple[_Kind, ...]  # how each was scored
    score: np.ndarray  # from all samples, (C, H); NaN where the unit stands still or the concept does
    strength: np.ndarray  # 0 … 1, (C, H); NaN where a half of the samples has no score
    samples: np.ndarray  # steps at which the concept is defined, (C,)
    chance: np.ndarray  # the strength that the luckiest unit reaches without tracking anything, (C,)


@dataclass(frozen=True, eq=False)
class _Units:
    """Activations, prepared once for all concepts; units that stand still are 0 when standardized."""

    standardized: np.ndarray  # (N, H)
    squared: np.ndarray  # (N, H)
    moves: np.ndarray  # which units move, (H,)
    order: np.ndarray  # for each unit its samples from the lowest to the highest, (H, N)
    below: np.ndarray  # for each place in this order, how many samples are lower, (H, N)
    through: np.ndarray  # and how many are not higher, (H, N)


def track(activations_NH: np.ndarray, concepts: Mapping[str, np.ndarray]) -> Tracking:
    """Score every unit against every concept.

    Args:
        activations_NH: at all steps of many sequences, one after the other.
        concepts: by name, (N,) each, NaN where a concept is not defined.

    Example:
        >>> count = np.tile(np.arange(10.0), 20)
        >>> units = np.stack([1 - 0.1 * count, np.sin(7 * np.arange(200))], axis=1)
        >>> tracking = track(units, {"count": count, "odd": count % 2})
        >>> tracking.names, tracking.kind, tracking.score[:, 0].round(3).tolist()
        (('count', 'odd'), ('correlation', 'auc'), [-1.0, 0.4])
    """
    columns = [np.asarray(column, np.float64) for column in concepts.values()]
    units = _prepare(activations_NH)
    values = [len(np.unique(column[~np.isnan(column)])) for column in columns]
    kind = tuple[_Kind, ...]("auc" if count == 2 else "correlation" for count in values)
    scored = [_score_concept(units, column, its) for column, its in zip(columns, kind, strict=True)]
    samples = np.array([np.count_nonzero(~np.isnan(column)) for column in columns])
    chance = np.array([_luck(column, its, len(units.moves)) for column, its in zip(columns, kind, strict=True)])
    score, strength = np.array(scored).reshape(len(columns), 2, len(units.moves)).swapaxes(0, 1)
    return Tracking(tuple(concepts), kind, score, strength, samples, chance)


def _prepare(activations_NH: np.ndarray) -> _Units:
    standardized = _standardize(activations_NH)
    values_HN = np.ascontiguousarray(activations_NH.T)
    order = np.argsort(values_HN, axis=1)
    ranked = zip(values_HN, order, strict=True)
    below, through = np.stack([_tie_bounds(values[by_size]) for values, by_size in ranked], axis=1)
    return _Units(standardized, standardized**2, _moving(activations_NH), order, below, through)


def _tie_bounds(ascending: np.ndarray) -> np.ndarray:
    """Count for each of some sorted values how many are lower, and how many are not higher, (2, N)."""
    firsts = np.flatnonzero(np.append(True, ascending[1:] != ascending[:-1]))
    ends = np.append(firsts[1:], len(ascending))
    return np.repeat([firsts, ends], ends - firsts, axis=1)


def _score_concept(units: _Units, column: np.ndarray, kind: _Kind) -> tuple[np.ndarray, np.ndarray]:
    """Give score and strength of a concept, (H,) each."""
    defined = np.flatnonzero(~np.isnan(column))
    halves = np.array_split(defined, 2)
    measure = _auc if kind == "auc" else _correlation
    scores = np.stack([measure(units, rows, column) for rows in (defined, *halves)])
    signed = 2 * scores - 1 if kind == "auc" else scores
    disagree = signed.min(axis=0) * signed.max(axis=0) < 0
    return scores[0], np.where(disagree, 0.0, np.abs(signed).min(axis=0))


def _correlation(units: _Units, rows: np.ndarray, column: np.ndarray) -> np.ndarray:
    """Pearson's r of each unit with a concept over some rows, (H,)."""
    if len(rows) < 2 or np.ptp(column[rows]) == 0:
        return np.full(len(units.moves), np.nan)
    weight, centred = np.zeros(len(column)), np.zeros(len(column))
    weight[rows] = 1 / len(rows)
    centred[rows] = column[rows] - column[rows].mean()
    variance = total(weight, units.squared) - total(weight, units.standardized) ** 2
    product = total(centred, units.standardized)
    scale = np.linalg.norm(centred) * np.sqrt(len(rows) * variance.clip(min=0.0))
    moves_here = units.moves & (variance > STILL**2)
    r: np.ndarray = np.divide(product, scale, out=np.full(len(product), np.nan), where=moves_here)
    return r.clip(-1, 1)


def total(weights: np.ndarray, values_NH: np.ndarray) -> np.ndarray:
    """Add up weighted rows, (H,), on one thread: `@` takes several, and on a busy machine these wait for each other."""
    return np.asarray(np.einsum("n,nh->h", weights, values_NH))


def _auc(units: _Units, rows: np.ndarray, column: np.ndarray) -> np.ndarray:
    """Chance that a unit stands higher where a concept of two values does, over some rows; ties count half, (H,)."""
    chosen = np.zeros(len(column), bool)
    chosen[rows] = True
    high = chosen & (column == np.nanmax(column))
    low = chosen & ~high
    pairs = np.count_nonzero(high) * np.count_nonzero(low)
    if not pairs:
        return np.full(len(units.moves), np.nan)
    ranked = zip(units.order, units.below, units.through, strict=True)
    found = [_lows_beaten(high[order], low[order], below, through) for order, below, through in ranked]
    return np.where(units.moves, np.array(found) / pairs, np.nan)


def _lows_beaten(high: np.ndarray, low: np.ndarray, below: np.ndarray, through: np.ndarray) -> float:
    """Count the pairs of a high and a low sample, sorted by activation, in which the high one stands higher."""
    lows = np.append(0, np.cumsum(low))
    places = np.flatnonzero(high)
    return float((lows[below[places]] + lows[through[places]]).sum()) / 2


def _luck(column: np.ndarray, kind: _Kind, units: int) -> float:
    """Estimate the strength of the luckiest unit if none tracks anything.

    A score without cause scatters by 1/√n (correlation) or by √((n + 1) / (3·n₁·n₀)) (2·AUC − 1; Mann & Whitney 1947), and
    the largest of H such scores, whatever their sign, lies near √(2·ln 2H) of these. n is the size of a half.
    """
    defined = column[~np.isnan(column)]
    half = len(defined) / 2
    scatter = 1 / np.sqrt(max(half, 1))
    if kind == "auc":
        share = np.mean(defined == defined.max())
        scatter = np.sqrt((half + 1) / (3 * half**2 * share * (1 - share)))
    return float(min(1.0, scatter * np.sqrt(2 * np.log(2 * units))))


@dataclass(frozen=True)
class Stretch:
    """Steps `first` … `last`, both included, and how similar the model's state is there: −1 … 1."""

    first: int
    last: int
    similarity: float


def _moving(values_TH: np.ndarray) -> np.ndarray:
    """Return for each unit whether it moves at all, (H,)."""
    return np.asarray(np.ptp(values_TH, axis=0) > STILL)


def _standardize(values_TH: np.ndarray) -> np.ndarray:
    """Count each unit from its mean, in its own standard deviations, (T, H); units that stand still are 0."""
    centred = values_TH.astype(np.float64)
    centred -= centred.mean(axis=0)
    return np.asarray(centred / np.where(_moving(values_TH), centred.std(axis=0), np.inf))


def similar_order(values_TH: np.ndarray) -> np.ndarray:
    """Order units so that those that behave similarly stand side by side.

    Hierarchical clustering (average linkage) by the distance 1 − r, where r is Pearson's correlation over the steps, with
    optimal leaf ordering (Bar-Joseph et al. 2001). The sign counts on purpose: units of which one rises when the other falls
    look like opposites in a heat map. Units that stand still come last.

    Example:
        >>> up, wave = np.linspace(0, 1, 9), np.cos(np.arange(9))
        >>> similar_order(np.stack([up, wave, 0 * up, up + 0.1 * wave, 2 * wave], axis=1)).tolist()
        [0, 3, 4, 1, 2]
    """
    from scipy.cluster.hierarchy import leaves_list, linkage  # a third of a second that only this needs
    from scipy.spatial.distance import squareform

    moves = _moving(values_TH) if len(values_TH) else np.zeros(values_TH.shape[1], bool)
    units = np.flatnonzero(moves)
    if len(units) > 2:
        standardized = _standardize(values_TH[:, units])
        distances = 1 - standardized.T @ standardized / len(values_TH)
        condensed = squareform(distances, checks=False).clip(min=0.0)
        units = units[leaves_list(linkage(condensed, "average", optimal_ordering=True))]
    if len(units) and units[0] > units[-1]:
        units = units[::-1]
    return np.concatenate([units, np.flatnonzero(~moves)])


def similar_steps(states_TH: np.ndarray, first: int, last: int, most: int = 5) -> tuple[Stretch, ...]:
    """Find where else the model is in a state like that of steps `first` … `last`, the most similar first, none overlapping.

    States are standardized unit by unit and averaged over the stretch and over every window of the same length. Two such
    means a and b are compared by 1 − |a − b|² / (|a|² + |b|²) = 2·a·b / (|a|² + |b|²): 1 for the same state, 0 for states
    that have nothing in common, −1 for opposite ones. Unlike the cosine it minds how far from its usual state a model is.

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
    sums = np.cumsum(np.pad(_standardize(states_TH), ((1, 0), (0, 0))), axis=0)
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


@dataclass(frozen=True, eq=False)
class Saturation:
    """Share of steps, by unit, (H,) each, at which a gate was nearly shut (left, below 0.1) and nearly open (above 0.9)."""

    left: np.ndarray
    right: np.ndarray


def saturation(values_TH: np.ndarray) -> Saturation:
    """Count how often a gate was saturated to the left and to the right.

    Example:
        >>> gate = np.array([[0.05, 0.5], [0.95, 0.5], [0.97, 0.1], [0.99, 0.9]])
        >>> saturation(gate).left.tolist(), saturation(gate).right.tolist()
        ([0.25, 0.0], [0.75, 0.0])
    """
    return Saturation(left=(values_TH < SHUT).mean(axis=0), right=(values_TH > OPEN).mean(axis=0))

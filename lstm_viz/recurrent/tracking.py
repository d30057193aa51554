"""What a unit tracks: which concept its activation follows.

A concept is a number that is known at every step, or at some: how deep the brackets are nested, whether a quote is open,
how much of the line is left. Activations and concepts have to come from sequences that the model was not trained on; the
caller sees to that.

With many units and many concepts something always fits by chance. Two guards stand against it. Each score is taken on the
first and on the second half of the samples as well, and its strength is the weakest of the three, or 0 where they point in
opposite directions. And a strength counts only above what the luckiest of all units would reach with as many independent
samples if none of them tracked anything. Steps of one sequence are not independent, so this second guard is a mild one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from lstm_viz.recurrent.similarity import STILL, moving, standardize

Kind = Literal["correlation", "auc"]
LEAST_STRENGTH = 0.3  # a medium effect for a correlation (Cohen 1988): the eye begins to see it


class Finding(NamedTuple):
    """What a unit tracks best."""

    name: str
    score: float
    kind: Kind


@dataclass(frozen=True, eq=False)
class Tracking:
    """How well each unit follows each concept.

    Args:
        names: of the concepts, C.
        kind: how each was scored. `correlation` for numbers: Pearson's r, −1 … 1, 0 is nothing. `auc` for concepts of two
            values: how likely the unit stands higher where the concept does, 0 … 1; 0.5 is nothing, below it the unit
            stands lower there.
        score: from all samples, (C, H); NaN where the unit stands still or the concept does.
        strength: |r| or |2·AUC − 1|, the weakest of all samples and both halves, 0 … 1, (C, H). The second is the
            rank-biserial correlation (Cureton 1956), so that both are correlations; NaN where a half has no score.
        samples: steps at which the concept is defined, (C,).
        chance: the strength that the luckiest unit reaches without tracking anything, (C,).
    """

    names: tuple[str, ...]
    kind: tuple[Kind, ...]
    score: np.ndarray
    strength: np.ndarray
    samples: np.ndarray
    chance: np.ndarray

    def best(self, unit: int, least: float = LEAST_STRENGTH) -> Finding | None:
        """Name what a unit tracks best; None where nothing is as strong as `least` and stronger than chance."""
        strengths = np.nan_to_num(self.strength[:, unit])
        counts = (strengths >= least) & (strengths > self.chance)
        if not counts.any():
            return None
        place = int(np.argmax(np.where(counts, strengths, -1.0)))
        return Finding(self.names[place], float(self.score[place, unit]), self.kind[place])


@dataclass(frozen=True, eq=False)
class Units:
    """Activations, prepared once for all concepts.

    Args:
        standardized: (N, H), and `squared` their squares; units that stand still are 0.
        moves: which units move, (H,).
        order: for each unit its samples from the lowest to the highest, (H, N).
        below, through: for each place in this order, how many samples are lower, and how many are not higher, (H, N).
    """

    standardized: np.ndarray
    squared: np.ndarray
    moves: np.ndarray
    order: np.ndarray
    below: np.ndarray
    through: np.ndarray


def track(activations_NH: np.ndarray, concepts: Mapping[str, np.ndarray]) -> Tracking:
    """Score every unit against every concept.

    Args:
        activations_NH: activations at all steps of many sequences, one after the other, (N, H).
        concepts: by name, (N,) each, NaN where a concept is not defined.

    Example:
        >>> count = np.tile(np.arange(10.0), 20)
        >>> units = np.stack([1 - 0.1 * count, np.sin(7 * np.arange(200))], axis=1)
        >>> tracking = track(units, {"count": count, "odd": count % 2})
        >>> tracking.kind, tracking.best(0).name, round(tracking.best(0).score, 6), tracking.best(1)
        (('correlation', 'auc'), 'count', -1.0, None)
    """
    columns = [np.asarray(column, np.float64) for column in concepts.values()]
    units = _prepare(activations_NH)
    values = [len(np.unique(column[~np.isnan(column)])) for column in columns]
    kind = tuple[Kind, ...]("auc" if count == 2 else "correlation" for count in values)
    scored = [_score_concept(units, column, its) for column, its in zip(columns, kind, strict=True)]
    samples = np.array([np.count_nonzero(~np.isnan(column)) for column in columns])
    chance = np.array([_luck(column, its, len(units.moves)) for column, its in zip(columns, kind, strict=True)])
    score, strength = np.array(scored).reshape(len(columns), 2, len(units.moves)).swapaxes(0, 1)
    return Tracking(tuple(concepts), kind, score, strength, samples, chance)


def _prepare(activations_NH: np.ndarray) -> Units:
    standardized = standardize(activations_NH)
    values_HN = np.ascontiguousarray(activations_NH.T)
    order = np.argsort(values_HN, axis=1)
    ranked = zip(values_HN, order, strict=True)
    below, through = np.stack([_tie_bounds(values[by_size]) for values, by_size in ranked], axis=1)
    return Units(standardized, standardized**2, moving(activations_NH), order, below, through)


def _tie_bounds(ascending: np.ndarray) -> np.ndarray:
    """Count for each of some sorted values how many are lower, and how many are not higher, (2, N)."""
    firsts = np.flatnonzero(np.append(True, ascending[1:] != ascending[:-1]))
    ends = np.append(firsts[1:], len(ascending))
    return np.repeat([firsts, ends], ends - firsts, axis=1)


def _score_concept(units: Units, column: np.ndarray, kind: Kind) -> tuple[np.ndarray, np.ndarray]:
    """Give score and strength of a concept, (H,) each."""
    defined = np.flatnonzero(~np.isnan(column))
    halves = np.array_split(defined, 2)
    if kind == "auc":
        scores = np.stack([auc(units, rows, column) for rows in (defined, *halves)])
        signed = 2 * scores - 1
    else:
        scores = signed = np.stack([correlation(units, rows, column) for rows in (defined, *halves)])
    disagree = signed.min(axis=0) * signed.max(axis=0) < 0
    return scores[0], np.where(disagree, 0.0, np.abs(signed).min(axis=0))


def correlation(units: Units, rows: np.ndarray, column: np.ndarray) -> np.ndarray:
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
    totals: np.ndarray = np.einsum("n,nh->h", weights, values_NH)
    return totals


def auc(units: Units, rows: np.ndarray, column: np.ndarray) -> np.ndarray:
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


def _luck(column: np.ndarray, kind: Kind, units: int) -> float:
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

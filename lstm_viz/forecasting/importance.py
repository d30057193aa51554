"""Why a forecast is what it is: what it consists of, and how it answers to each value that was read.

With everything fitted held still (season, smoothing, unit, weights), the forecast h steps ahead is

    raw_h = level + season_h + known_h + unit · shrinkage · mean over members of answer_h((filled − level) / unit)

in the scale of the preparation, and yhat = exp(raw) or raw. Level and filled window are linear in the values; only the
networks need autograd, in float64.
"""

from copy import deepcopy
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from lstm_viz.forecasting.experiment import ForecastExperiment
from lstm_viz.forecasting.windows import fill_gaps

STEPS_AT_ONCE = 64


@dataclass(frozen=True, eq=False)
class Makeup:
    """The parts of a forecast in the scale of its preparation; they sum to it."""

    # level, season: (H,), the level the same at every step, the season 0 without one
    level: np.ndarray
    season: np.ndarray
    known: np.ndarray  # what columns known in advance add, (H,), 0 without any
    networks: np.ndarray  # what the members add after shrinkage, (H,)
    log: bool  # whether the scale is logarithmic, so that parts are factors of the forecast

    def in_file_units(self, raw: np.ndarray) -> np.ndarray:
        """Undo the scale."""
        return np.asarray(np.exp(raw)) if self.log else raw

    def stages(self) -> dict[str, np.ndarray]:
        """Build the forecast up in the unit of the file: `level`, then with `season`, with `known`, `forecast` with all."""
        with_season = self.level + self.season
        with_known = with_season + self.known
        parts = {"level": self.level, "season": with_season, "known": with_known}
        parts["forecast"] = with_known + self.networks
        return {name: self.in_file_units(raw) for name, raw in parts.items()}


@dataclass(frozen=True, eq=False)
class Sensitivity:
    """How much each forecast value moves per 1 added to each value of the last window, both in the unit of the file."""

    rows: np.ndarray  # rows of the window, (W,)
    # by_level, by_networks: through the level alone, and through what the networks read, (H, W); NaN at gaps
    by_level: np.ndarray
    by_networks: np.ndarray
    earlier: np.ndarray  # all values before the window together, (H,)

    @property
    def total(self) -> np.ndarray:
        """By both ways, (H, W)."""
        return np.asarray(self.by_level + self.by_networks)


def makeup_of(experiment: ForecastExperiment, origin: int) -> Makeup:
    """Split the forecast from an origin on."""
    preparation, horizon = experiment.preparation, experiment.config.horizon
    answers = experiment.answers(np.array([origin]))[0]
    return Makeup(
        level=np.full(horizon, experiment.levels[origin - 1]),
        season=preparation.season[(origin + np.arange(horizon)) % len(preparation.season)],
        known=experiment.effects(np.array([origin]), horizon)[0],
        networks=preparation.unit * experiment.shrinkage * answers,
        log=preparation.log,
    )


def sensitivity_of(experiment: ForecastExperiment, origin: int) -> Sensitivity:
    """Differentiate the forecast from an origin on by the values before it, exactly."""
    values, first = experiment.series.y[:origin], origin - experiment.config.window
    known = np.flatnonzero(np.isfinite(values))
    out_H, in_K = _outer_slopes(experiment, origin, values[known])
    level_K = level_weights(experiment.preparation.smoothing, len(known)) * in_K
    slopes_HW = experiment.shrinkage * _network_slopes(experiment, origin)
    start, fill_WN = _fill_matrix(experiment, origin)
    inside, before = known >= first, (known >= start) & (known < first)
    read_HN, moved_H = slopes_HW @ fill_WN, slopes_HW.sum(axis=1, keepdims=True)
    by_level, by_networks = (np.full(slopes_HW.shape, np.nan) for _ in range(2))
    by_level[:, known[inside] - first] = level_K[inside]
    by_networks[:, known[inside] - first] = read_HN[:, known[inside] - start] * in_K[inside] - moved_H * level_K[inside]
    earlier_H = (1 - moved_H[:, 0]) * level_K[~inside].sum() + read_HN[:, known[before] - start] @ in_K[before]
    rows, out_H1 = np.arange(first, origin), out_H[:, None]
    return Sensitivity(rows, by_level * out_H1, by_networks * out_H1, earlier_H * out_H)


def level_weights(smoothing: float | None, known: int) -> np.ndarray:
    """Return the weight of each known value in the newest level, (K,): α·(1 − α)^age, and what is left for the oldest."""
    if smoothing is None:
        return np.zeros(known)
    with np.errstate(under="ignore"):
        fading = (1.0 - smoothing) ** np.arange(known)[::-1]
    weights = smoothing * fading
    weights[0] = fading[0]
    return np.asarray(weights)


def _fill_matrix(experiment: ForecastExperiment, origin: int) -> tuple[int, np.ndarray]:
    """Return the matrix (W, N) that fills the window from the N rows before the origin, and the first of these.

    The N rows begin with the newest known one before the window, since a gap may be filled from it.
    """
    first, observed = origin - experiment.config.window, np.isfinite(experiment.series.y[:origin])
    before = np.flatnonzero(observed[: first + 1])
    start = int(before[-1]) if len(before) else int(np.flatnonzero(observed)[0])
    if observed[first:].all() or experiment.masked:  # a mask hides what stands at gaps
        identity = np.eye(origin - start)  # below rows of zeros for a window that begins before the first known value
        empty = np.zeros((max(0, start - first), origin - start))
        return start, np.vstack([empty, identity[max(0, first - start) :]])
    known = np.flatnonzero(observed[start:])
    columns = np.zeros((origin - first, origin - start))
    for place in known:
        one = np.where(observed[start:], 0.0, np.nan)
        one[place] = 1.0
        filled = fill_gaps(one, max(1, experiment.split.train_end - start), experiment.config.fill)
        columns[max(0, start - first) :, place] = filled[max(0, first - start) :]
    if start > first:
        columns[: start - first, 0] = 1.0
    return start, columns


def _outer_slopes(experiment: ForecastExperiment, origin: int, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return what the scale adds to the chain rule: yhat (H,) and 1 / y (K,) on a logarithmic scale, else ones."""
    if not experiment.preparation.log:
        return np.ones(experiment.config.horizon), np.ones(len(values))
    positive = values > np.finfo(float).tiny
    inverse = np.divide(1.0, values, out=np.zeros(len(values)), where=positive)
    return makeup_of(experiment, origin).stages()["forecast"], inverse


def _network_slopes(experiment: ForecastExperiment, origin: int) -> np.ndarray:
    """Differentiate the mean answer of the members by what they read of the values, (H, W), in float64."""
    members = [member for member in experiment.members if member.best_weights] or experiment.members
    inputs = experiment.inputs.inputs(torch.tensor([origin]))[0].double()
    slopes = [_member_slopes(deepcopy(member.model).double().eval(), inputs, experiment) for member in members]
    hidden = inputs[:, 1].numpy() if experiment.masked else 1.0
    return np.asarray(np.mean(slopes, axis=0) * hidden)


def _member_slopes(model: nn.Module, inputs_WC: Tensor, experiment: ForecastExperiment) -> np.ndarray:
    """Differentiate each answer of one network by the first channel of its window, (H, W).

    A batch of equal windows, one for each answer, needs a single walk back.
    """
    found = []
    for steps in torch.split(torch.arange(experiment.config.horizon), STEPS_AT_ONCE):
        batch = inputs_WC.repeat(len(steps), 1, 1).requires_grad_()
        answers_BH = experiment.ask(model, batch)
        (slopes,) = torch.autograd.grad(answers_BH.gather(1, steps[:, None]).sum(), batch)
        found.append(slopes[:, :, 0])
    return np.asarray(torch.cat(found).numpy())

"""A rehearsal on older rows: how far the networks can be trusted before they are asked about the future."""

from dataclasses import dataclass, replace

import numpy as np

from lstm_viz.errors import LSTMVizError, SeriesError
from lstm_viz.forecasting.company import Company
from lstm_viz.forecasting.config import ForecastConfig
from lstm_viz.forecasting.experiment import ForecastExperiment
from lstm_viz.forecasting.intervals import Intervals, conformal_intervals
from lstm_viz.forecasting.split import rehearsal_head
from lstm_viz.tables import Series

REHEARSED_SHARE = 2 / 3
SHRINKAGES = (0.0, 0.25, 0.5, 0.75, 1.0)
MAX_REHEARSED = 2000


@dataclass(frozen=True, eq=False)
class Advice:
    """What a rehearsal found.

    Args:
        shrinkage: the part of the networks' answers that would have been best on rows they had not seen; 0 is the level.
        intervals: half-widths for answers that are shrunk like this; None where there was too little to judge by.
        errors: truth less answer in the rehearsal, in units, (N, H), NaN where unknown; (0, H) where there was none.
        origins: first row of each rehearsed forecast, (N,).
    """

    shrinkage: float
    intervals: Intervals | None
    errors: np.ndarray
    origins: np.ndarray


def rehearsal_of(
    series: Series, config: ForecastConfig, end: int, company: Company | None = None
) -> ForecastExperiment | None:
    """Set up one network on the first 70% of the windows before `end`; None where too few rows are left to it."""
    head = rehearsal_head(end, config)
    if head is None:
        return None
    epochs = max(1, round(REHEARSED_SHARE * config.training.epochs))
    training = replace(config.training, seed=(config.training.seed + 104_729) % 2**31, epochs=epochs)
    try:
        return ForecastExperiment(series, replace(config, members=1, training=training), head, company)
    except SeriesError:
        return None


def rehearsal_about(rehearsal: ForecastExperiment | None, place: int) -> ForecastExperiment | None:
    """Let a rehearsal speak of another series of its company; None where that one has too few rows before the rehearsal."""
    try:
        return None if rehearsal is None else rehearsal.about(place)
    except LSTMVizError:
        return None


def advise(rehearsal: ForecastExperiment, end: int) -> Advice:
    """Slide a trained rehearsal over the rows that it has not seen, up to `end`, and see what would have been best."""
    origins = evenly(np.arange(rehearsal.split.train_end, end))
    answers, truths = rehearsal.answers(origins), _truths_before(rehearsal, origins, end)
    shrinkage = best_shrinkage(answers, truths) if rehearsal.config.shrink else 1.0
    errors = truths - shrinkage * answers
    return Advice(shrinkage, conformal_intervals(errors), errors, origins)


def advise_without(experiment: ForecastExperiment) -> Advice:
    """Advise where there is no rehearsal: no shrinkage, and widths from how far the level alone was off."""
    end = experiment.split.train_end
    origins = evenly(np.arange(experiment.config.window, end))
    errors = _truths_before(experiment, origins, end)
    return Advice(1.0, conformal_intervals(errors), errors[:0], origins[:0])


def _truths_before(experiment: ForecastExperiment, origins: np.ndarray, end: int) -> np.ndarray:
    """Give what came after each origin, in units from the level there, (N, H); NaN from `end` on and at gaps."""
    truths = np.stack([experiment.truth_in_units(int(origin)) for origin in origins])
    truths[origins[:, None] + np.arange(truths.shape[1]) >= end] = np.nan
    return truths


def evenly(origins: np.ndarray) -> np.ndarray:
    """Keep at most 2000 origins, evenly spaced."""
    return origins[:: max(1, -(-len(origins) // MAX_REHEARSED))]


def best_shrinkage(answers: np.ndarray, truths: np.ndarray) -> float:
    """Choose the part of the answers with the least mean absolute error; 1 where nothing is known."""
    known = np.isfinite(truths)
    if not known.any():
        return 1.0
    errors = [float(np.abs(truths - part * answers)[known].mean()) for part in SHRINKAGES]
    return SHRINKAGES[int(np.argmin(errors))]

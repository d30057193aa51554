"""The calibration run on older rows: how far the networks can be trusted, and how wide the prediction intervals are."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from lstm_viz.errors import LSTMVizError, SeriesError
from lstm_viz.forecasting.config import ForecastConfig
from lstm_viz.forecasting.experiment import ForecastExperiment
from lstm_viz.forecasting.series_group import SeriesGroup
from lstm_viz.forecasting.windows import calibration_head
from lstm_viz.tables import Series

LEVELS = (80, 95)
WIDENING = 1.2
CALIBRATION_SHARE = 2 / 3
SHRINKAGES = (0.0, 0.25, 0.5, 0.75, 1.0)
MAX_CALIBRATED = 2000


@dataclass(frozen=True, eq=False)
class Intervals:
    """Half-widths of prediction intervals in units from the level."""

    # one row per level of `LEVELS`, one column per step ahead, (2, H), never falling with the horizon
    half_widths: np.ndarray
    windows: int  # how many calibration forecasts they come from

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {"levels": list(LEVELS), "half_widths": self.half_widths.tolist(), "windows": self.windows}


def conformal_intervals(errors: np.ndarray) -> Intervals | None:
    """Turn errors of calibration forecasts into half-widths (split conformal; Vovk et al. 2005, Lei et al. 2018).

    Errors of all steps ahead are compared by the typical size of their step, which never falls with the horizon; the
    quantile of them all, with the correction for few examples, gives the width. Calibration windows overlap, so they carry
    less evidence than their number suggests, and the past is calmer than the future: all widths are taken 1.2 times.
    Errors are truth less answer, in units, (N, H), NaN where unknown; with fewer than two rows there are no intervals.
    """
    judged = errors[np.isfinite(errors).any(axis=1)]
    if len(judged) < 2:
        return None
    growth = _growing_size(judged)
    relative = np.abs(judged) / growth
    relative = np.sort(relative[np.isfinite(relative)])
    shares = [min(1.0, level / 100 * (len(judged) + 1) / len(judged)) for level in LEVELS]
    quantiles = [float(np.quantile(relative, share, method="higher")) for share in shares]
    return Intervals(np.array([WIDENING * quantile * growth for quantile in quantiles]), len(judged))


def _growing_size(errors: np.ndarray) -> np.ndarray:
    """Return the root mean square error of each step ahead, (H,), made never to fall; unseen steps take the one before."""
    known = np.isfinite(errors)
    counts = known.sum(axis=0)
    squares = np.where(known, errors, 0.0) ** 2
    sizes = np.where(counts > 0, np.sqrt(squares.sum(axis=0) / np.maximum(counts, 1)), 0.0)
    rising = np.maximum.accumulate(sizes)
    return np.asarray(np.maximum(rising, max(float(rising.max()) * 1e-6, np.finfo(float).tiny)))


@dataclass(frozen=True, eq=False)
class Advice:
    """What a calibration run found."""

    shrinkage: (
        float  # the part of the networks' answers that would have been best on rows they had not seen; 0 is the level
    )
    # half-widths for answers that are shrunk like this; None where there was too little to judge by
    intervals: Intervals | None
    # truth less answer in the calibration run, in units, (N, H), NaN where unknown; (0, H) where there was none
    errors: np.ndarray
    origins: np.ndarray  # first row of each calibration forecast, (N,)


def calibration_of(
    series: Series, config: ForecastConfig, end: int, group: SeriesGroup | None = None
) -> ForecastExperiment | None:
    """Set up one network on the first 70% of the windows before `end`; None where too few rows are left to it."""
    head = calibration_head(end, config)
    if head is None:
        return None
    epochs = max(1, round(CALIBRATION_SHARE * config.training.epochs))
    training = replace(config.training, seed=(config.training.seed + 104_729) % 2**31, epochs=epochs)
    try:
        return ForecastExperiment(series, replace(config, members=1, training=training), head, group)
    except SeriesError:
        return None


def calibration_about(calibration: ForecastExperiment | None, place: int) -> ForecastExperiment | None:
    """Turn a calibration run to another series of its group; None where that one has too few rows before it."""
    try:
        return None if calibration is None else calibration.about(place)
    except LSTMVizError:
        return None


def advise(calibration: ForecastExperiment, end: int) -> Advice:
    """Slide a trained calibration run over the rows that it has not seen, up to `end`, and see what would have been best."""
    origins = evenly(np.arange(calibration.split.train_end, end))
    answers, truths = calibration.answers(origins), _truths_before(calibration, origins, end)
    shrinkage = best_shrinkage(answers, truths) if calibration.config.shrink else 1.0
    errors = truths - shrinkage * answers
    return Advice(shrinkage, conformal_intervals(errors), errors, origins)


def advise_without(experiment: ForecastExperiment) -> Advice:
    """Advise where there is no calibration run: no shrinkage, and widths from how far the level alone was off."""
    end = experiment.split.train_end
    origins = evenly(np.arange(experiment.config.window, end))
    errors = _truths_before(experiment, origins, end)
    return Advice(1.0, conformal_intervals(errors), errors[:0], origins[:0])


def _truths_before(experiment: ForecastExperiment, origins: np.ndarray, end: int) -> np.ndarray:
    """Return what came after each origin, in units from the level there, (N, H); NaN from `end` on and at gaps."""
    truths = np.stack([experiment.truth_in_units(int(origin)) for origin in origins])
    truths[origins[:, None] + np.arange(truths.shape[1]) >= end] = np.nan
    return truths


def evenly(origins: np.ndarray) -> np.ndarray:
    """Keep at most 2000 origins, evenly spaced."""
    return origins[:: max(1, -(-len(origins) // MAX_CALIBRATED))]


def best_shrinkage(answers: np.ndarray, truths: np.ndarray) -> float:
    """Choose the part of the answers with the least mean absolute error; 1 where nothing is known."""
    known = np.isfinite(truths)
    if not known.any():
        return 1.0
    errors = [float(np.abs(truths - part * answers)[known].mean()) for part in SHRINKAGES]
    return SHRINKAGES[int(np.argmin(errors))]

"""The whole recipe on what was known at one moment: rehearse, train, forecast with intervals."""

from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import replace

import numpy as np
import pandas as pd

from lstm_viz.forecasting.company import Company
from lstm_viz.forecasting.config import ForecastConfig
from lstm_viz.forecasting.experiment import ForecastExperiment
from lstm_viz.forecasting.intervals import LEVELS, Intervals
from lstm_viz.forecasting.rehearsal import (
    REHEARSED_SHARE,
    Advice,
    advise,
    advise_without,
    rehearsal_about,
    rehearsal_of,
)
from lstm_viz.tables import Series
from lstm_viz.training.history import EpochRecord
from lstm_viz.training.loop import never

REACH = 1.0  # of the range of what was seen: no forecast and no interval goes farther beyond it


class Recipe:
    """A fit on the rows before one moment, with the advice of a rehearsal on older ones.

    Args:
        end: first row that nothing is fitted to; the first held-out one when not given.
        company: the series that the networks learn beside this one.

    Raises:
        SettingsError: the series is too short for the config.
        SeriesError: the training rows hold too few different values.
    """

    def __init__(
        self, series: Series, config: ForecastConfig, end: int | None = None, company: Company | None = None
    ) -> None:
        self.experiment = ForecastExperiment(series, config, end, company)
        self.end = self.experiment.split.train_end
        self.rehearsal = rehearsal_of(series, config, self.end, company)
        self.advice: Advice = advise_without(self.experiment)

    def about(self, place: int) -> "Recipe":
        """Speak of another series of the company: the same networks, and the advice of the same rehearsal on that series.

        Raises:
            LSTMVizError: that series does not allow what is asked for.
        """
        other = copy(self)
        other.experiment = self.experiment.about(place)
        other.end = other.experiment.split.train_end
        other.rehearsal = rehearsal_about(self.rehearsal, place)
        other.advice = advise_without(other.experiment)
        other.take_advice()
        return other

    def train(self, should_stop: Callable[[], bool] = never) -> Iterator[EpochRecord]:
        """Train the members, telling every epoch, then rehearse and take the weights to keep."""
        yield from self.experiment.epochs(should_stop)
        self.experiment.load_best()
        self.rehearse(self.experiment.trainer.epoch, should_stop)

    def rehearse(self, epochs: int, should_stop: Callable[[], bool] = never) -> None:
        """Train the rehearsal for two thirds of the epochs that the first member had, and take its advice.

        One that is stopped is dropped: what it has learnt so far says nothing of networks that learnt more.
        """
        if self.rehearsal is not None:
            self.rehearsal.trainer.target_epochs = max(1, round(REHEARSED_SHARE * epochs))
            for _ in self.rehearsal.epochs(should_stop):
                pass
            if self.rehearsal.trainer.end_reason == "stopped":
                self.rehearsal = None
        self.take_advice()

    def take_advice(self) -> None:
        """See what the rehearsal would have done best; where it learnt nothing, what was advised before stays."""
        if self.rehearsal is not None and self.rehearsal.trainer.best_weights:
            self.rehearsal.load_best()
            self.advice = advise(self.rehearsal, self.end)
        self.experiment.shrinkage = self.advice.shrinkage

    def take(self, shrinkage: float, intervals: Intervals | None) -> None:
        """Take the advice of an earlier rehearsal."""
        self.advice = replace(self.advice, shrinkage=shrinkage, intervals=intervals)
        self.experiment.shrinkage = shrinkage

    def forecast(self, origin: int) -> pd.DataFrame:
        """Forecast the H rows from an origin on; nothing lies farther out than `REACH` times the range seen before it.

        Returns:
            `yhat`, and with intervals `lo-80, hi-80, lo-95, hi-95`, in the unit of the series.
        """
        origins = np.array([origin])
        answers = self.experiment.shrinkage * self.experiment.answers(origins)
        columns = {"yhat": self._in_file_units(answers, origin)}
        intervals = self.advice.intervals
        if intervals is not None:
            for level, half_width in zip(LEVELS, intervals.half_widths, strict=True):
                columns[f"lo-{level}"] = self._in_file_units(answers - half_width, origin)
                columns[f"hi-{level}"] = self._in_file_units(answers + half_width, origin)
        low, high = self._reach(origin)
        return pd.DataFrame({name: np.clip(values, low, high) for name, values in columns.items()})

    def _reach(self, origin: int) -> tuple[float, float]:
        seen = self.experiment.series.y[:origin]
        seen = seen[np.isfinite(seen)]
        if len(seen) == 0:
            return -np.inf, np.inf
        low, high = float(seen.min()), float(seen.max())
        return low - REACH * (high - low), high + REACH * (high - low)

    def _in_file_units(self, answers: np.ndarray, origin: int) -> np.ndarray:
        return np.asarray(self.experiment.in_file_units(answers, origin)[0])

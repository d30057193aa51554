"""The whole way to a forecast that can be trusted: score on held-out rows, learn from all rows, try the past again."""

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from copy import copy
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from lstm_viz.errors import LSTMVizError, SettingsError
from lstm_viz.forecasting.backtest import Backtest, backtest_origins, compare_at, compare_on_heldout, conclude_backtest
from lstm_viz.forecasting.config import ForecastConfig, check_config, suggest_config
from lstm_viz.forecasting.experiment import ForecastExperiment
from lstm_viz.forecasting.forecast import Forecast, Others
from lstm_viz.forecasting.learning_curve import heldout_error_of, learning_starts, newest_rows
from lstm_viz.forecasting.recipe import Recipe
from lstm_viz.forecasting.scores import score_table, verdict
from lstm_viz.forecasting.series_group import SeriesGroup
from lstm_viz.phrases import counted
from lstm_viz.tables import Series, inspect_series
from lstm_viz.training.loop import never

STOPPED_SECONDS = 5.0


@dataclass(frozen=True)
class _Stage:
    """A part of the work after the networks were scored: its name, and which of how many of that name."""

    name: str
    number: int = 1
    count: int = 1


class ForecastStudy:
    """One run: the recipe on the rows before the held-out part, then on all rows, then at earlier origins.

    The first fit is the one that people watch, and whose networks the other pages look into. What is stopped later leaves
    what was complete: a forecast always exists once the first fit has weights. `about` turns to each other
    series of the group, which the same networks learn.
    """

    def __init__(self, series: Series, config: ForecastConfig, group: SeriesGroup | None = None) -> None:
        self.series, self.config, self.group = series, config, group
        self.scored = Recipe(series, config, group=group)
        self.final: Recipe | None = None
        self.tried: list[Recipe] = []
        self.learned: list[tuple[int, float]] = []

    @property
    def experiment(self) -> ForecastExperiment:
        """The fit on the rows before the held-out part."""
        return self.scored.experiment

    @property
    def newest(self) -> Recipe:
        """The fit that makes the forecast: on all rows, or, where that was stopped, the one that was scored."""
        return self.final or self.scored

    @property
    def repeated(self) -> ForecastConfig:
        """The config for the fits that follow: as many epochs as the first one had in the end, unless patience ended it."""
        first, training = self.experiment.trainer, self.config.training
        if first.end_reason == "patience":
            return self.config
        return replace(self.config, training=replace(training, epochs=max(1, first.epoch)))

    def check(self, should_stop: Callable[[], bool] = never, learning: bool = True) -> Iterator[_Stage]:
        """Do all that follows the first fit, yielding each stage before it begins; stopping leaves what is complete.

        Args:
            learning: whether to draw the learning curve, where there is a back-test; never for a group of series.
        """
        yield _Stage("calibrate")
        self.scored.calibrate(self.experiment.trainer.epoch, _soon() if should_stop() else should_stop)
        origins = backtest_origins(len(self.series.y), self.config)
        if not should_stop():
            yield _Stage("refit")
            self.final = self._fitted(len(self.series.y), should_stop)
        for number, origin in enumerate(origins[:-1], start=1):
            if should_stop():
                return
            yield _Stage("back-test", number, len(origins) - 1)
            recipe = self._fitted(origin, should_stop)
            if recipe is not None:
                self.tried.append(recipe)
        if learning and self.group is None and len(origins) > 1:
            yield from self._learn_from_less(should_stop)

    def about(self, place: int) -> "ForecastStudy":
        """Turn to another series of the group, with the same networks."""
        other = copy(self)
        other.scored = self.scored.about(place)
        other.series = other.scored.experiment.series
        other.final = None if self.final is None else self.final.about(place)
        origins = backtest_origins(len(other.series.y), self.config)
        other.tried = []
        for recipe in self.tried:
            with suppress(LSTMVizError):  # that series may have too few rows at this moment
                other.tried.append(recipe.about(place))
        other.tried = [recipe for recipe in other.tried if recipe.end in origins]
        return other

    def conclude(self) -> Forecast:
        """Gather what is known; `RunError` where no epoch was completed, so that there are no weights to use."""
        self.experiment.load_best()
        heldout = compare_on_heldout(self.scored)
        scores = score_table(heldout, self.experiment.training_values, self.experiment.season)
        backtest = self._backtest(heldout)
        future = self.newest.forecast(len(self.series.y))
        all_rows = (self.experiment.split.train_end, float(scores["mae"]["model"]))
        return Forecast(
            heldout=heldout.drop(columns=["origin", "step"]),
            future=pd.concat([pd.DataFrame({"ds": self.series.future(len(future))}), future], axis=1),
            scores=scores,
            verdict=self._verdict(scores, backtest),
            parameters=self.experiment.parameters,
            backtest=backtest.table,
            backtest_scores=backtest.scores,
            coverage=backtest.coverage,
            shrinkage=self.newest.advice.shrinkage,
            residuals=self._residuals(),
            learning=(*self.learned, all_rows) if self.learned else (),
        )

    def _learn_from_less(self, should_stop: Callable[[], bool]) -> Iterator[_Stage]:
        end = self.experiment.split.train_end
        starts = learning_starts(self.series, self.config, end)
        for number, start in enumerate(starts, start=1):
            if should_stop():
                return
            yield _Stage("learning curve", number, len(starts))
            recipe = _fit(newest_rows(self.series, start), self.repeated, end - start, should_stop)
            if recipe is not None:
                self.learned.append((end - start, heldout_error_of(recipe)))

    def _fitted(self, end: int, should_stop: Callable[[], bool]) -> Recipe | None:
        return _fit(self.series, self.repeated, end, should_stop, self.group)

    def _backtest(self, heldout: pd.DataFrame) -> Backtest:
        newest = heldout[heldout["origin"] == self.experiment.split.train_end]
        pieces = [compare_at(recipe, recipe.end, self.config.horizon) for recipe in self.tried]
        return conclude_backtest([*pieces, newest], self.series, self.experiment.season)

    def _verdict(self, scores: pd.DataFrame, backtest: Backtest) -> str:
        frequency = self.series.frequency
        season = frequency.season_name if self.experiment.season > 1 else ""
        shifted = any(finding.kind == "level" for finding in inspect_series(self.series))
        more = " The level of the series shifted: the error and the intervals mix the old level and the new."
        tried = f"the {counted(self.config.holdout, frequency.step_name)} held out"
        if self.tried:
            tried = f"{len(self.tried) + 1} back-tests of {counted(self.config.horizon, frequency.step_name)}"
        return verdict(backtest.scores if self.tried else scores, season, tried) + (more if shifted else "")

    def _residuals(self) -> pd.DataFrame:
        """Return what the calibration run got wrong one step ahead: `ds`, `residual`, in the unit of the network."""
        advice = self.scored.advice
        first = advice.errors[:, 0] if len(advice.errors) else np.empty(0)
        table = pd.DataFrame({"ds": self.series.ds[advice.origins], "residual": first})
        return table.dropna(ignore_index=True)


def _soon() -> Callable[[], bool]:
    """Answer yes in a few seconds: what a person has stopped is still calibrated where that is quickly done."""
    end = time.monotonic() + STOPPED_SECONDS
    return lambda: time.monotonic() > end


def _fit(
    series: Series, config: ForecastConfig, end: int, should_stop: Callable[[], bool], group: SeriesGroup | None = None
) -> Recipe | None:
    """Fit the recipe on the rows before `end`; None where it was stopped, diverged, or the rows give no model."""
    try:
        recipe = Recipe(series, config, end, group)
        for _ in recipe.train(should_stop):
            pass
    except LSTMVizError:
        return None
    return None if should_stop() else recipe


class OtherSeries:
    """Forecasts of the other series of a checked study: by its networks where it is global, else each by its own."""

    def __init__(self, study: ForecastStudy, group: SeriesGroup) -> None:
        self.study, self.group = study, group
        self.forecasts: dict[str, Forecast] = {}
        self.refused: dict[str, str] = {}
        self.recipes: dict[str, Recipe] = {}

    @property
    def results(self) -> Others:
        """What there is so far."""
        return Others(self.forecasts, self.refused)

    def forecast_all(self, should_stop: Callable[[], bool] = never) -> Iterator[_Stage]:
        """Forecast one series after the other, yielding each before it begins; stopping leaves those that are complete."""
        for number, place in enumerate(sorted(self.group.others), start=1):
            if should_stop():
                return
            yield _Stage("series", number, len(self.group.others))
            self._forecast(place, should_stop)

    def _forecast(self, place: int, should_stop: Callable[[], bool]) -> None:
        name = self.group.names[place]
        try:
            if self.study.group is not None:
                about = self.study.about(place)
                self.forecasts[name], self.recipes[name] = about.conclude(), about.newest
                return
            forecast = forecast_alone(self.group.others[place], self.study.config, should_stop)
            if forecast is not None:
                self.forecasts[name] = forecast
        except LSTMVizError as error:
            self.refused[name] = str(error)


def forecast_alone(series: Series, config: ForecastConfig, should_stop: Callable[[], bool] = never) -> Forecast | None:
    """Take the whole way to a forecast of one series that nobody watches; None where it was stopped."""
    study = ForecastStudy(series, config_for(series, config))
    for _ in study.experiment.epochs(should_stop):
        pass
    if should_stop():
        return None
    study.experiment.load_best()
    for _ in study.check(should_stop, learning=False):
        pass
    return None if should_stop() else study.conclude()


def config_for(series: Series, config: ForecastConfig) -> ForecastConfig:
    """Keep the settings where a series is long enough; else read a shorter window and try fewer origins."""
    rows = len(series.y)
    try:
        check_config(config, rows)
    except SettingsError:
        suits = suggest_config(rows, series.frequency.season_length, config.horizon)
        return replace(config, window=min(config.window, suits.window), holdout=suits.holdout, origins=suits.origins)
    return config

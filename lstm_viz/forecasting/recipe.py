"""The whole recipe on what was known at one moment: calibrate, train, forecast with intervals."""

import json
from collections.abc import Callable, Iterator, Mapping
from copy import copy
from dataclasses import asdict, replace
from typing import Any

import numpy as np
import pandas as pd
import torch
from safetensors import SafetensorError
from safetensors.torch import load, save

from lstm_viz.errors import RunError
from lstm_viz.forecasting.calibration import (
    CALIBRATION_SHARE,
    LEVELS,
    Advice,
    Intervals,
    advise,
    advise_without,
    calibration_about,
    calibration_of,
)
from lstm_viz.forecasting.config import ForecastConfig
from lstm_viz.forecasting.experiment import ForecastExperiment
from lstm_viz.forecasting.preparation import Effects, Preparation
from lstm_viz.forecasting.prepared_series import moments
from lstm_viz.forecasting.series_group import SeriesGroup
from lstm_viz.tables import Series
from lstm_viz.training.config import EpochRecord
from lstm_viz.training.loop import never

FACTS = "facts"
REACH = 1.0  # of the range of what was seen: no forecast and no interval goes farther beyond it


class Recipe:
    """A fit on the rows before one moment, with the advice of a calibration run on older ones.

    `end` and `group` are as in `ForecastExperiment`.
    """

    def __init__(
        self, series: Series, config: ForecastConfig, end: int | None = None, group: SeriesGroup | None = None
    ) -> None:
        self.experiment = ForecastExperiment(series, config, end, group)
        self.end = self.experiment.split.train_end
        self.calibration = calibration_of(series, config, self.end, group)
        self.advice: Advice = advise_without(self.experiment)

    def about(self, place: int) -> "Recipe":
        """Turn to another series of the group: the same networks, calibrated by the same run on that series."""
        other = copy(self)
        other.experiment = self.experiment.about(place)
        other.end = other.experiment.split.train_end
        other.calibration = calibration_about(self.calibration, place)
        other.advice = advise_without(other.experiment)
        other.take_advice()
        return other

    def train(self, should_stop: Callable[[], bool] = never) -> Iterator[EpochRecord]:
        """Train the members, yielding every epoch, then calibrate and take the weights to keep."""
        yield from self.experiment.epochs(should_stop)
        self.experiment.load_best()
        self.calibrate(self.experiment.trainer.epoch, should_stop)

    def calibrate(self, epochs: int, should_stop: Callable[[], bool] = never) -> None:
        """Train the calibration run for two thirds of the epochs that the first member had, and take its advice.

        One that is stopped is dropped: it says nothing of networks that learnt more.
        """
        if self.calibration is not None:
            self.calibration.trainer.target_epochs = max(1, round(CALIBRATION_SHARE * epochs))
            for _ in self.calibration.epochs(should_stop):
                pass
            if self.calibration.trainer.end_reason == "stopped":
                self.calibration = None
        self.take_advice()

    def take_advice(self) -> None:
        """Find what would have been best in the calibration run; where it learnt nothing, the advice before stays."""
        if self.calibration is not None and self.calibration.trainer.best_weights:
            self.calibration.load_best()
            self.advice = advise(self.calibration, self.end)
        self.experiment.shrinkage = self.advice.shrinkage

    def take(self, shrinkage: float, intervals: Intervals | None) -> None:
        """Take the advice of an earlier calibration run."""
        self.advice = replace(self.advice, shrinkage=shrinkage, intervals=intervals)
        self.experiment.shrinkage = shrinkage

    def forecast(self, origin: int) -> pd.DataFrame:
        """Forecast the H rows from an origin on: `yhat`, and with intervals `lo-80, hi-80, lo-95, hi-95`.

        Nothing lies farther out than `REACH` times the range seen before it.
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


def save_recipe(recipe: Recipe, others: Mapping[str, Recipe] | None = None) -> bytes:
    """Write a fitted recipe, and what differs for the `others`, the same networks for other series, by name.

    Tensors are named `member/<number>/<parameter>`; the rest is one JSON text in the tensor `facts`.
    """
    tensors = {
        f"member/{number}/{name}": value.detach().contiguous().clone()
        for number, member in enumerate(recipe.experiment.members)
        if member.best_weights
        for name, value in member.best_weights.items()
    }
    experiment = recipe.experiment
    facts = {
        "config": experiment.config.to_dict(),
        "network": asdict(experiment.network),
        "members": [number for number, member in enumerate(experiment.members) if member.best_weights],
        "masked": experiment.masked,
        **_facts_of_series(recipe),
        "others": {name: _facts_of_series(other) for name, other in (others or {}).items()},
    }
    tensors[FACTS] = torch.frombuffer(bytearray(json.dumps(facts).encode()), dtype=torch.uint8)
    data: bytes = save(tensors)
    return data


def _facts_of_series(recipe: Recipe) -> dict[str, Any]:
    """Return in plain values what belongs to one series: its preparation, how far the networks count, the intervals."""
    experiment, intervals, series = recipe.experiment, recipe.advice.intervals, recipe.experiment.series
    group, past = experiment.group, [feature for feature in series.features if not feature.known]
    return {
        "preparation": experiment.preparation.to_dict(),
        "train_end": recipe.end,
        "shrinkage": experiment.shrinkage,
        "intervals": None if intervals is None else intervals.to_dict(),
        "company": None if group is None else {"names": list(group.names), "place": group.place},
        "known": [feature.name for feature in series.features if feature.known],
        "past": [[feature.name, *moments(feature.values[: recipe.end])] for feature in past],
    }


def read_facts(data: bytes, of: str = "") -> dict[str, Any]:
    """Read the plain values of a saved recipe for one series, by default the one that it was fitted for.

    Raises `RunError` where the bytes are no recipe.
    """
    facts: dict[str, Any] = json.loads(bytes(_tensors(data)[FACTS].tolist()))
    others = facts.pop("others", {})
    return {**facts, **others.get(of, {})}


def load_recipe(data: bytes, series: Series) -> Recipe:
    """Bring a saved recipe back, to forecast the series that it was fitted to, or the same with newer rows behind it.

    Raises `RunError` where the bytes are no recipe, or the series has fewer rows than it was fitted to.
    """
    tensors, facts = _tensors(data), read_facts(data, series.unique_id)
    if len(series.y) < facts["train_end"]:
        raise RunError(
            f"The new series has {len(series.y):,} rows; the model was trained on {facts['train_end']:,}. Bring the old "
            "rows with the new ones behind them."
        )
    group = facts.get("company")
    known = None if group is None else SeriesGroup(tuple(group["names"]), group["place"])
    recipe = Recipe(series, ForecastConfig.from_dict(facts["config"]), facts["train_end"], known)
    recipe.experiment.use_preparation(_preparation(facts["preparation"]))
    for number in facts["members"]:
        prefix = f"member/{number}/"
        weights = {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}
        recipe.experiment.members[number].best_weights = weights
    recipe.experiment.load_best()
    widths = facts["intervals"]
    recipe.take(facts["shrinkage"], widths and Intervals(np.array(widths["half_widths"]), widths["windows"]))
    return recipe


def _preparation(values: dict[str, Any]) -> Preparation:
    effects = Effects(**{name: np.array(numbers) for name, numbers in values["effects"].items()})
    return Preparation(**{**values, "season": np.array(values["season"]), "effects": effects})


def _tensors(data: bytes) -> dict[str, torch.Tensor]:
    try:
        tensors: dict[str, torch.Tensor] = load(data)
        tensors[FACTS]
    except (SafetensorError, KeyError) as error:
        raise RunError("The stored model cannot be read. Train it again.") from error
    return tensors

"""A series and a config become a few networks that are trained; trained networks answer what comes next."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

import numpy as np
import torch
from torch import Tensor

from lstm_viz.errors import RunError, SeriesError
from lstm_viz.forecasting.config import ForecastConfig
from lstm_viz.forecasting.gaps import fill_gaps
from lstm_viz.forecasting.preparation import Preparation, fit_preparation
from lstm_viz.forecasting.split import split_rows
from lstm_viz.forecasting.windows import Windows, observed_error
from lstm_viz.recurrent.models import SequenceModel, build_model
from lstm_viz.recurrent.parameters import count_parameters
from lstm_viz.tables import Series
from lstm_viz.training.history import EpochRecord
from lstm_viz.training.loop import Trainer, never

MIN_OBSERVED = 4
ANSWERED_AT_ONCE = 4096


class ForecastExperiment:
    """All that belongs to one fit of the recipe on the rows of a series before one moment.

    Everything fitted (season, level, weights, choice of the epoch) sees rows before `split.train_end` alone.

    Args:
        series: a regular series, gaps as NaN.
        config: what is asked for.
        end: first row that nothing is fitted to; the first held-out one when not given.

    Raises:
        SettingsError: the series is too short for the config.
        SeriesError: the training rows hold too few different values.
    """

    def __init__(self, series: Series, config: ForecastConfig, end: int | None = None) -> None:
        self.series, self.config = series, config
        self.split = split_rows(len(series.y), config, end)
        self.training_values = series.y[: self.split.train_end]
        require_variety(self.training_values)
        self.season = usable_season(series.frequency.season_length, self.split.train_end)
        self.known = known_columns(series, len(series.y) + config.horizon)
        self.past = past_columns(series, self.split.train_end)
        ended = None if self.known is None else self.known[: self.split.train_end]
        self.use_preparation(
            fit_preparation(self.training_values, self.season, config.horizon, config.preparation, ended)
        )
        self.shrinkage = 1.0
        self.members = [self._member(number) for number in range(config.members)]

    def use_preparation(self, preparation: Preparation) -> None:
        """Prepare all rows of the series in one way."""
        self.preparation = preparation
        rows = len(self.series.y)
        self.adjusted = preparation.adjust(self.series.y, None if self.known is None else self.known[:rows])
        self.levels = preparation.level(self.adjusted)
        self.filled = fill_gaps(self.adjusted, self.split.train_end, self.config.fill)
        self.inputs = self._windows()

    @property
    def trainer(self) -> Trainer:
        """The first member, which stands for all where one is looked into."""
        return self.members[0]

    @property
    def model(self) -> SequenceModel:
        """The network of the first member."""
        model = self.trainer.model
        assert isinstance(model, SequenceModel)
        return model

    @property
    def parameters(self) -> int:
        """Numbers that training changes, in all members."""
        return sum(count_parameters(member.model) for member in self.members)

    def epochs(self, should_stop: Callable[[], bool] = never) -> Iterator[EpochRecord]:
        """Train all members side by side, an epoch each in turns, until every one has reached its end."""
        going = {number: member.epochs(should_stop) for number, member in enumerate(self.members)}
        while going:
            for number in list(going):
                record = next(going[number], None)
                if record is None:
                    del going[number]
                else:
                    yield replace(record, member=number)

    def load_best(self) -> None:
        """Give every member the weights that it keeps.

        Raises:
            RunError: no epoch was completed, so that there are no weights to use.
        """
        if not any(member.best_weights for member in self.members):
            raise RunError("Training ended before the first epoch was complete, so there is no model. Train again.")
        for member in self.members:
            member.load_best()

    def predict(self, origins: np.ndarray) -> np.ndarray:
        """Answer with the present weights, from rows before each origin alone.

        Args:
            origins: first row of each forecast, (N,), from W to T.

        Returns:
            (N, H) in the unit of the series.
        """
        return self._restored(self.shrinkage * self.answers(origins), origins)

    def answers(self, origins: np.ndarray) -> np.ndarray:
        """Average what the members say, in units from the level, (N, H)."""
        parts = np.array_split(origins, -(-len(origins) // ANSWERED_AT_ONCE)) if len(origins) else [origins]
        ready = [member.model for member in self.members if member.best_weights or not any_trained(self.members)]
        return np.concatenate([np.mean([self._ask(model, part) for model in ready], axis=0) for part in parts])

    def window_read(self, origin: int) -> np.ndarray:
        """Give what a network reads before an origin, (W, C)."""
        return np.asarray(self.inputs.inputs(torch.tensor([origin]))[0].numpy())

    def truth_in_units(self, origin: int) -> np.ndarray:
        """Give the rows from an origin on as a network would have to answer them, (H,); NaN where unknown."""
        coming = np.full(self.config.horizon, np.nan)
        known = self.adjusted[origin : origin + self.config.horizon] - self.levels[origin - 1]
        coming[: len(known)] = known / self.preparation.unit
        return coming

    def in_file_units(self, answers: np.ndarray, origin: int) -> np.ndarray:
        """Bring answers (N, H) of one origin into the unit of the series, not shrunk."""
        return self._restored(np.asarray(answers, dtype=float), np.full(len(answers), origin))

    def effects(self, origins: np.ndarray, steps: int) -> np.ndarray:
        """Give what known columns add to the rows from each origin on, (N, steps), in adjusted values."""
        if self.known is None:
            return np.zeros((len(origins), steps))
        totals = self.preparation.effects.total(self.known)
        return np.asarray(totals[origins[:, None] + np.arange(steps)])

    def _restored(self, answers: np.ndarray, origins: np.ndarray) -> np.ndarray:
        added = self.effects(origins, answers.shape[1])
        return self.preparation.restore(answers, origins, self.levels[origins - 1], added)

    def _ask(self, model: torch.nn.Module, origins: np.ndarray) -> np.ndarray:
        model.eval()
        with torch.no_grad():
            inputs = self.inputs.inputs(torch.as_tensor(origins, dtype=torch.long))
            if self.config.strategy == "direct":
                return np.asarray(model(inputs).double().numpy())
            return self._ask_step_by_step(model, inputs)

    def _ask_step_by_step(self, model: torch.nn.Module, inputs_BWC: Tensor) -> np.ndarray:
        """Let each answer be read as the newest value before the next is asked for."""
        answers = []
        for _ in range(self.config.horizon):
            answer_B1 = model(inputs_BWC)
            answers.append(answer_B1)
            newest_B1C = inputs_BWC[:, -1:].clone()
            newest_B1C[:, 0, 0] = answer_B1[:, 0]
            if self.inputs.observed is not None:
                newest_B1C[:, 0, 1] = 1.0
            inputs_BWC = torch.cat([inputs_BWC[:, 1:], newest_B1C], dim=1)
        return np.asarray(torch.cat(answers, dim=1).double().numpy())

    def _member(self, number: int) -> Trainer:
        training = self.config.member_training(number)
        windows = self.inputs.at(self.split.training_origins)
        loss = partial(observed_error, loss=training.loss)
        model = build_model(self.config.network(windows.channels), training.seed)
        return Trainer(model, windows, self._validation_windows(), loss, training)

    def _validation_windows(self) -> Windows | None:
        """Give the validation windows; None where all of their targets are gaps, which every model would fit."""
        targets = self.series.y[self.split.validation_start : self.split.train_end]
        if not np.isfinite(targets).any():
            return None
        return self.inputs.at(self.split.validation_origins)

    def _windows(self) -> Windows:
        unit = self.preparation.unit
        observed = np.isfinite(self.series.y)
        masked = self.config.fill == "mask" and not observed[: self.split.train_end].all()
        return Windows(
            self.filled / unit,
            self.adjusted / unit,
            self.levels / unit,
            observed if masked else None,
            self.past,
            np.arange(0),
            self.config.window,
            self.config.steps_answered,
        )


def known_columns(series: Series, rows: int) -> np.ndarray | None:
    """Lay the columns known in advance side by side, (rows, K), NaN where nothing is known; None without any."""
    columns = [feature.values for feature in series.features if feature.known]
    if not columns:
        return None
    padded = [np.concatenate([values, np.full(max(0, rows - len(values)), np.nan)])[:rows] for values in columns]
    return np.stack(padded, axis=1)


def past_columns(series: Series, train_end: int) -> np.ndarray | None:
    """Lay the columns of the past side by side, in standard deviations of the training rows, (T, P), 0 where missing."""
    columns = [feature.values[: len(series.y)] for feature in series.features if not feature.known]
    if not columns:
        return None
    scaled = [
        np.nan_to_num((values - mean) / unit) for values in columns for mean, unit in [moments(values[:train_end])]
    ]
    return np.stack(scaled, axis=1)


def moments(training: np.ndarray) -> tuple[float, float]:
    """Give mean and standard deviation of the values that are there; 0 and 1 where there are none, or no two."""
    known = training[np.isfinite(training)]
    return (float(known.mean()), float(known.std()) or 1.0) if len(known) else (0.0, 1.0)


def any_trained(members: list[Trainer]) -> bool:
    """Tell whether any member keeps weights yet."""
    return any(member.best_weights for member in members)


def usable_season(season_length: int, training_rows: int) -> int:
    """Give the season, or 1 where the training rows hold less than two of them."""
    return season_length if training_rows >= 2 * season_length else 1


def require_variety(values: np.ndarray) -> None:
    """Refuse rows from which nothing can be learnt.

    Raises:
        SeriesError: too few numbers, or all the same.
    """
    observed = values[np.isfinite(values)]
    if len(observed) < MIN_OBSERVED:
        raise SeriesError(
            f"Only {len(observed)} of the {len(values)} rows before the held-out part hold a number; "
            f"training needs at least {MIN_OBSERVED}. Pick another column or a shorter `holdout`."
        )
    if observed.min() == observed.max():
        raise SeriesError(
            f"All rows before the held-out part hold the same value (={observed[0]:g}): there is nothing to learn. "
            "Pick another column or a shorter `holdout`."
        )

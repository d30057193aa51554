"""A series and a config become a few networks that are trained; trained networks answer what comes next."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cached_property, partial

import numpy as np
import torch
from torch import Tensor

from lstm_viz.errors import LSTMVizError, RunError
from lstm_viz.forecasting.config import ForecastConfig
from lstm_viz.forecasting.preparation import Season
from lstm_viz.forecasting.prepared_series import PreparedSeries, season_of_most
from lstm_viz.forecasting.series_group import GlobalModel, PooledWindows, SeriesGroup
from lstm_viz.forecasting.windows import answer_all, observed_error, split_rows
from lstm_viz.recurrent.initialization import RandomSource
from lstm_viz.recurrent.layers import count_parameters
from lstm_viz.recurrent.models import SequenceModel, build_model
from lstm_viz.recurrent.specification import ModelConfig
from lstm_viz.tables import Series
from lstm_viz.training.config import EpochRecord
from lstm_viz.training.loop import Examples, Trainer, never

ANSWERED_AT_ONCE = 4096


class ForecastExperiment(PreparedSeries):
    """All that belongs to one fit of the recipe on the rows of a series before one moment.

    Everything fitted (season, level, weights, choice of the epoch) sees rows before `split.train_end` alone.

    Args:
        group: further series that the networks learn, less as many rows at their ends as of this one; None for none.
        season: overrules whether a season is taken off; None leaves it to the config, or to most of the group.
    """

    def __init__(
        self,
        series: Series,
        config: ForecastConfig,
        end: int | None = None,
        group: SeriesGroup | None = None,
        season: Season | None = None,
    ) -> None:
        self.group = group
        if group is not None and season is None:
            held_out = len(series.y) - split_rows(len(series.y), config, end).train_end
            together = [series, *group.others.values()]
            season = season_of_most([(each, len(each.y) - held_out) for each in together], config)
        self.season_request = season
        super().__init__(series, config, end, None if group is None else group.place, season)
        self.shrinkage = 1.0

    @cached_property
    def members(self) -> list[Trainer]:
        """The networks, each with its training."""
        training, validation = self._examples()
        members = []
        for settings in map(self.config.member_training, range(self.config.members)):
            loss = partial(observed_error, loss=settings.loss)
            members.append(Trainer(self._untrained(settings.seed), training, validation, loss, settings))
        return members

    @cached_property
    def others(self) -> list[PreparedSeries]:
        """The other series that teach: those that have enough rows and different values before the same moment."""
        prepared = []
        for number, series in () if self.group is None else sorted(self.group.others.items()):
            try:
                prepared.append(PreparedSeries(series, self.config, self.end_of(series), number, self.season_request))
            except LSTMVizError:
                continue
        return prepared

    @property
    def trainer(self) -> Trainer:
        """The first member, which stands for all where one is looked into."""
        return self.members[0]

    @property
    def model(self) -> SequenceModel:
        """The network of the first member."""
        assert isinstance(self.trainer.model, SequenceModel)
        return self.trainer.model

    @property
    def network(self) -> ModelConfig:
        """What the networks are built of."""
        channels = self.inputs.channels
        return self.config.network(channels if self.group is None else channels - 1 + self.group.embedding_size)

    @property
    def parameters(self) -> int:
        """Numbers that training changes, in all members."""
        return sum(count_parameters(member.model) for member in self.members)

    def end_of(self, series: Series) -> int:
        """Return the first row of another series that nothing is fitted to."""
        return len(series.y) - (self.split.rows - self.split.train_end)

    def about(self, place: int) -> "ForecastExperiment":
        """Turn to another series of the group, with the same networks; `LSTMVizError` where it does not allow that."""
        assert self.group is not None
        series, group = self.group.others[place], self.group.about(place, self.series)
        other = ForecastExperiment(series, self.config, self.end_of(series), group, self.season_request)
        other.members = self.members
        return other

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
        """Give every member the weights that it keeps; `RunError` where no epoch was completed."""
        if not _any_trained(self.members):
            raise RunError("Training ended before the first epoch was complete, so there is no model. Train again.")
        for member in self.members:
            member.load_best()

    def predict(self, origins: np.ndarray) -> np.ndarray:
        """Answer with the present weights from rows before each origin (N,), W to T, in the unit of the series, (N, H)."""
        return self.restored(self.shrinkage * self.answers(origins), origins)

    def answers(self, origins: np.ndarray) -> np.ndarray:
        """Average the answers of the members, in units from the level, (N, H)."""
        parts = np.array_split(origins, -(-len(origins) // ANSWERED_AT_ONCE)) if len(origins) else [origins]
        ready = [member.model for member in self.members if member.best_weights or not _any_trained(self.members)]
        return np.concatenate([np.mean([self._answers_of(model, part) for model in ready], axis=0) for part in parts])

    def window_read(self, origin: int) -> np.ndarray:
        """Return what the recurrent layers of the first member read before an origin, (W, C)."""
        inputs_1WC = self.inputs.inputs(torch.tensor([origin]))
        if isinstance(self.model, GlobalModel):
            with torch.no_grad():
                inputs_1WC = self.model.read(inputs_1WC)
        return np.asarray(inputs_1WC[0].numpy())

    def ask(self, model: torch.nn.Module, inputs_BWC: Tensor) -> Tensor:
        """Let one network answer windows, (B, H), in units from the level."""
        return answer_all(model, inputs_BWC, self.config.horizon, self.config.strategy == "direct", self.masked)

    def _answers_of(self, model: torch.nn.Module, origins: np.ndarray) -> np.ndarray:
        model.eval()
        with torch.no_grad():
            inputs_BWC = self.inputs.inputs(torch.as_tensor(origins, dtype=torch.long))
            return np.asarray(self.ask(model, inputs_BWC).double().numpy())

    def _untrained(self, seed: int) -> SequenceModel:
        if self.group is None:
            return build_model(self.network, seed)
        with RandomSource(seed):
            return GlobalModel(self.network, len(self.group.names), self.group.embedding_size)

    def _examples(self) -> tuple[Examples, Examples | None]:
        if self.group is None:
            return self.training_windows, self.validation_windows
        pool = [self, *self.others]
        validating = [windows for each in pool if (windows := each.validation_windows) is not None]
        validation = PooledWindows(validating) if validating else None
        return PooledWindows([each.training_windows for each in pool]), validation


def _any_trained(members: list[Trainer]) -> bool:
    return any(member.best_weights for member in members)

"""Which rows are trained on, validate and are held out, and the windows cut from them."""

from copy import copy
from dataclasses import dataclass

import numpy as np
import torch
from torch import Generator, Tensor, nn

from lstm_viz.errors import SettingsError
from lstm_viz.forecasting.config import MAX_WINDOWS_PER_EPOCH, MIN_TRAINING_WINDOWS, Fill, ForecastConfig, check_config
from lstm_viz.training.config import Loss

MAX_VALIDATION_WINDOWS = 2000
HEAD_SHARE = 0.7


@dataclass(frozen=True)
class Split:
    """Rows [0, validation_start) teach, [validation_start, train_end) choose the epoch, [train_end, rows) are held out.

    An *origin* is the first row that a window forecasts: it reads the W rows before and answers H rows from there. Without
    validation all rows before `train_end` teach.
    """

    validation_start: int
    train_end: int
    rows: int
    window: int
    horizon: int
    steps_answered: int

    @property
    def training_origins(self) -> np.ndarray:
        """Origins whose targets all lie before the validation rows."""
        return np.arange(self.window, self.validation_start - self.steps_answered + 1)

    @property
    def validation_origins(self) -> np.ndarray:
        """Origins whose targets are all validation rows; at most 2000, evenly spaced."""
        origins = np.arange(self.validation_start, self.train_end - self.steps_answered + 1)
        every = -(-len(origins) // MAX_VALIDATION_WINDOWS)
        return origins[:: max(1, every)]

    @property
    def holdout_origins(self) -> np.ndarray:
        """Origins one horizon apart that cover the held-out rows."""
        return np.arange(self.train_end, self.rows, self.horizon)


def windows_seen(rows: int, config: ForecastConfig) -> tuple[int, int]:
    """Count the training windows that each epoch sees, and all that there are."""
    count = len(split_rows(rows, config).training_origins)
    return min(count, MAX_WINDOWS_PER_EPOCH), count


def calibration_head(end: int, config: ForecastConfig) -> int | None:
    """Return the first row that a calibration run leaves out, at 70% of the windows before `end`; None with too few rows."""
    windows = end - config.window - config.horizon + 1
    head = config.window + int(HEAD_SHARE * windows)
    enough = head - config.window - config.horizon + 1 >= MIN_TRAINING_WINDOWS and end - head >= 1
    return head if enough else None


def split_rows(rows: int, config: ForecastConfig, end: int | None = None) -> Split:
    """Divide a series by time: the newest rows are held out, the ones before them may validate.

    Args:
        end: first row that nothing is fitted to; the first held-out one when not given.

    Raises `SettingsError` where the series is too short.
    """
    if end is None:
        check_config(config, rows)
        end = rows - config.holdout
    most = end - config.window - config.steps_answered - MIN_TRAINING_WINDOWS + 1
    if most < 0:
        raise SettingsError(
            f"`window` (={config.window}) is too long for the {end} rows known at one of the `origins`. "
            f"Use {'a shorter window' if config.window + most < 1 else f'at most {config.window + most}'}."
        )
    validation = min(max(config.horizon, round(config.validation * end)), most) if config.validation else 0
    return Split(end - validation, end, rows, config.window, config.horizon, config.steps_answered)


def fill_gaps(values: np.ndarray, train_end: int, fill: Fill = "interpolate") -> np.ndarray:
    """Fill gaps; with a mask it does not matter by what.

    Training rows are interpolated between their own neighbours, or carry the value before; held-out rows always carry the
    last value before them.

    There is at least one number before `train_end`.
    """
    training = values[:train_end]
    known = np.flatnonzero(np.isfinite(training))
    rows = np.arange(train_end)
    if fill == "interpolate":
        filled = np.interp(rows, known, training[known])
    else:
        filled = training[known[np.maximum(np.searchsorted(known, rows, side="right") - 1, 0)]]
    later = np.concatenate([filled[-1:], values[train_end:]])
    last_known = np.maximum.accumulate(np.where(np.isfinite(later), np.arange(len(later)), 0))
    return np.concatenate([filled, later[last_known][1:]])


@dataclass(frozen=True, eq=False)
class Rows:
    """All rows of a series as networks read and answer them, in units."""

    values: np.ndarray  # adjusted, gaps filled, (T,)
    targets: np.ndarray  # the same with NaN at gaps, (T,)
    levels: np.ndarray  # after each row, (T,)
    # where a value was no gap, (T,); None leaves out that second channel, and gaps are read as filled
    observed: np.ndarray | None = None
    past: np.ndarray | None = None  # further columns that are read, (T, P); None without any
    number: int | None = None  # which of several series it is, as the last channel; None where there is one alone


class Windows:
    """Examples for the training loop: W rows in, the H rows after them out, both measured from the level before.

    Nothing is copied before it is needed, so a million rows cost a few million numbers. Where there are more than 1024
    windows, each epoch sees 1024 of them, another draw every time, and a validation 1024 evenly spaced ones.
    """

    def __init__(self, rows: Rows, window: int, horizon: int, origins: np.ndarray = np.arange(0)) -> None:
        self.window, self.number = window, rows.number
        self.origins = torch.as_tensor(origins, dtype=torch.long)
        self.pasts = _unfolded(rows.values, window)
        self.futures = _unfolded(rows.targets, horizon)
        self.levels = torch.as_tensor(rows.levels)
        self.observed = None if rows.observed is None else _unfolded(rows.observed.astype(float), window)
        self.past = None if rows.past is None else _unfolded(rows.past, window)

    def at(self, origins: np.ndarray) -> "Windows":
        """Return windows of the same rows at other origins; the rows are shared."""
        other = copy(self)
        other.origins = torch.as_tensor(origins, dtype=torch.long)
        return other

    @property
    def channels(self) -> int:
        """Numbers read per step, C."""
        further = 0 if self.past is None else self.past.shape[1]
        return 1 + (self.observed is not None) + further + (self.number is not None)

    def __len__(self) -> int:
        return min(len(self.origins), MAX_WINDOWS_PER_EPOCH)

    def batch(self, indices: Tensor, generator: Generator | None = None) -> tuple[Tensor, Tensor]:
        """Cut windows: inputs (B, W, C) and targets (B, H)."""
        origins = self.origins[places_of(indices, len(self.origins), generator)]
        return self.inputs(origins), self.targets(origins)

    def targets(self, origins: Tensor) -> Tensor:
        """Cut the targets from each origin on, (B, H); NaN at gaps."""
        return (self.futures[origins] - self.levels[origins - 1, None]).float()

    def inputs(self, origins: Tensor) -> Tensor:
        """Cut what is read before each origin, (B, W, C): values less the level, where they are no gaps, further columns,
        the number of the series."""
        starts = origins - self.window
        values_BW = self.pasts[starts] - self.levels[origins - 1, None]
        parts = [values_BW.unsqueeze(-1)]
        if self.observed is not None:
            observed_BW1 = self.observed[starts].unsqueeze(-1)
            parts = [parts[0] * observed_BW1, observed_BW1]
        if self.past is not None:
            parts.append(self.past[starts].transpose(1, 2))
        if self.number is not None:
            parts.append(torch.full_like(parts[0][..., :1], self.number))
        return torch.cat(parts, dim=-1).float()


def places_of(indices: Tensor, count: int, generator: Generator | None) -> Tensor:
    """Return which windows the examples of an epoch are: of too many drawn ones, or evenly spaced without a generator."""
    if count <= MAX_WINDOWS_PER_EPOCH:
        return indices
    if generator is None:
        return indices * count // MAX_WINDOWS_PER_EPOCH
    return torch.randint(count, indices.shape, generator=generator)


def _unfolded(rows: np.ndarray, length: int) -> Tensor:
    """Look at rows (T, ...) through all windows of a length, without a copy."""
    return torch.as_tensor(rows).unfold(0, length, 1)


def answer_all(model: nn.Module, inputs_BWC: Tensor, horizon: int, direct: bool, masked: bool) -> Tensor:
    """Let a network answer the whole horizon, (B, H).

    Args:
        direct: at once; else step by step, each answer read as the newest value before the next.
        masked: whether the second channel says where a value is no gap.
    """
    if direct:
        answered: Tensor = model(inputs_BWC)
        return answered
    answers = []
    for _ in range(horizon):
        answers.append(model(inputs_BWC))
        newest_B1C = inputs_BWC[:, -1:].clone()
        newest_B1C[:, 0, 0] = answers[-1][:, 0]
        if masked:
            newest_B1C[:, 0, 1] = 1.0
        inputs_BWC = torch.cat([inputs_BWC[:, 1:], newest_B1C], dim=1)
    return torch.cat(answers, dim=1)


def observed_error(outputs: Tensor, targets: Tensor, loss: Loss = "mse") -> Tensor:
    """Average the error over the targets that exist; a batch of gaps alone gives 0."""
    observed = torch.isfinite(targets)
    error = torch.where(observed, outputs - torch.nan_to_num(targets), 0.0)
    size = error.abs()
    if loss == "mse":
        size = error.square()
    elif loss == "huber":
        size = torch.where(size < 1, 0.5 * error.square(), size - 0.5)
    return size.sum() / observed.sum().clamp(min=1)

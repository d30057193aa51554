"""Windows of a series, cut when the training loop asks for them."""

from copy import copy

import numpy as np
import torch
from torch import Tensor

from lstm_viz.forecasting.config import MAX_WINDOWS_PER_EPOCH
from lstm_viz.training.config import Loss


class Windows:
    """Examples for the training loop: W rows in, the H rows after them out, both told relative to the level before.

    Nothing is copied before it is asked for, so a million rows cost a few million numbers. Where there are more than 1024
    windows, each epoch sees 1024 of them, another draw every time.

    Args:
        values: adjusted values in units, gaps filled, (T,).
        targets: the same with NaN at gaps, (T,).
        levels: level after each row, in units, (T,).
        observed: where a value was no gap, (T,); None leaves out that second channel, and gaps are read as filled.
        past: further columns that are read, (T, P); None without any.
        origins: first row that each window forecasts.
        window: rows read, W.
        horizon: rows answered, H.
    """

    def __init__(
        self,
        values: np.ndarray,
        targets: np.ndarray,
        levels: np.ndarray,
        observed: np.ndarray | None,
        past: np.ndarray | None,
        origins: np.ndarray,
        window: int,
        horizon: int,
    ) -> None:
        self.origins = torch.as_tensor(origins, dtype=torch.long)
        self.pasts = torch.as_tensor(values).unfold(0, window, 1)
        self.futures = torch.as_tensor(targets).unfold(0, horizon, 1)
        self.levels = torch.as_tensor(levels)
        self.observed = None if observed is None else torch.as_tensor(observed.astype(float)).unfold(0, window, 1)
        self.past = None if past is None else torch.as_tensor(past).unfold(0, window, 1)
        self.window = window

    def at(self, origins: np.ndarray) -> "Windows":
        """Give windows of the same rows at other origins; the rows are shared."""
        other = copy(self)
        other.origins = torch.as_tensor(origins, dtype=torch.long)
        return other

    @property
    def channels(self) -> int:
        """Numbers read per step, C."""
        return 1 + (self.observed is not None) + (0 if self.past is None else self.past.shape[1])

    def __len__(self) -> int:
        return min(len(self.origins), MAX_WINDOWS_PER_EPOCH)

    def batch(self, indices: Tensor) -> tuple[Tensor, Tensor]:
        """Cut windows.

        Returns:
            Inputs (B, W, C) and targets (B, H).
        """
        if len(self.origins) > len(self):
            indices = torch.randint(len(self.origins), indices.shape)
        origins = self.origins[indices]
        return self.inputs(origins), (self.futures[origins] - self.levels[origins - 1, None]).float()

    def inputs(self, origins: Tensor) -> Tensor:
        """Cut what is read before each origin, (B, W, C): values less the level, where they are no gaps, further columns."""
        starts = origins - self.window
        values_BW = self.pasts[starts] - self.levels[origins - 1, None]
        parts = [values_BW.unsqueeze(-1)]
        if self.observed is not None:
            observed_BW1 = self.observed[starts].unsqueeze(-1)
            parts = [parts[0] * observed_BW1, observed_BW1]
        if self.past is not None:
            parts.append(self.past[starts].transpose(1, 2))
        return torch.cat(parts, dim=-1).float()


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

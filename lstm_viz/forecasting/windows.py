"""Windows of a series, cut when the training loop asks for them."""

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
        origins: np.ndarray,
        window: int,
        horizon: int,
    ) -> None:
        self.origins = torch.as_tensor(origins, dtype=torch.long)
        self.pasts = torch.as_tensor(values).unfold(0, window, 1)
        self.futures = torch.as_tensor(targets).unfold(0, horizon, 1)
        self.levels = torch.as_tensor(levels)
        self.observed = None if observed is None else torch.as_tensor(observed.astype(float)).unfold(0, window, 1)
        self.window = window

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
        """Cut what is read before each origin, (B, W, C): values less the level, and where they are no gaps."""
        values_BW = self.pasts[origins - self.window] - self.levels[origins - 1, None]
        if self.observed is None:
            return values_BW.unsqueeze(-1).float()
        observed_BW = self.observed[origins - self.window]
        return torch.stack([values_BW * observed_BW, observed_BW], dim=-1).float()


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

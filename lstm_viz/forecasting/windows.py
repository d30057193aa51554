"""Windows of a series, cut when the training loop asks for them."""

import numpy as np
import torch
from torch import Tensor

from lstm_viz.forecasting.config import MAX_WINDOWS_PER_EPOCH


class Windows:
    """Examples for the training loop: W rows in, the H rows after them out, both relative to the last row read.

    Subtracting the last value lets one network serve every level of the series. Nothing is copied before it is asked for,
    so a million rows cost a million numbers. Where there are more than 20,000 windows, each epoch sees 20,000 of them,
    another draw every time.

    Args:
        inputs: scaled values without gaps, (T,).
        targets: scaled values with NaN at gaps, (T,).
        origins: first row that each window forecasts.
        window: rows read, W.
        horizon: rows answered, H.
    """

    def __init__(self, inputs: np.ndarray, targets: np.ndarray, origins: np.ndarray, window: int, horizon: int) -> None:
        self.origins = torch.as_tensor(origins, dtype=torch.long)
        self.pasts = torch.as_tensor(inputs, dtype=torch.float32).unfold(0, window, 1)
        self.futures = torch.as_tensor(targets, dtype=torch.float32).unfold(0, horizon, 1)
        self.window = window

    def __len__(self) -> int:
        return min(len(self.origins), MAX_WINDOWS_PER_EPOCH)

    def batch(self, indices: Tensor) -> tuple[Tensor, Tensor]:
        """Cut windows.

        Returns:
            Inputs (B, W, 1) and targets (B, H).
        """
        if len(self.origins) > len(self):
            indices = torch.randint(len(self.origins), indices.shape)
        origins = self.origins[indices]
        pasts_BW = self.pasts[origins - self.window]
        last_B1 = pasts_BW[:, -1:]
        return (pasts_BW - last_B1).unsqueeze(-1), self.futures[origins] - last_B1


def observed_squared_error(outputs: Tensor, targets: Tensor) -> Tensor:
    """Average the squared error over the targets that exist; a batch of gaps alone gives 0."""
    observed = torch.isfinite(targets)
    error = torch.where(observed, outputs - torch.nan_to_num(targets), 0.0)
    return error.square().sum() / observed.sum().clamp(min=1)

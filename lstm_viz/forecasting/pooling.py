"""One set of networks for several series: what they are taught, and how they are told which series they read."""

import numpy as np
import torch
from torch import Generator, Tensor, nn

from lstm_viz.forecasting.config import MAX_WINDOWS_PER_EPOCH
from lstm_viz.forecasting.windows import Windows, places_of
from lstm_viz.recurrent.models import SequenceModel
from lstm_viz.recurrent.specification import ModelConfig


class GlobalModel(SequenceModel):
    """A sequence model that is told at every step which series it reads.

    The last channel of its input is the number of the series; the row of `series` for that number, learnt like any other
    weight and 0 at first, is read in its place. So a series that nothing was learnt of counts as an average one.

    Args:
        config: the network behind it; its inputs are the other channels and the E numbers of the embedding.
        count: how many series there are.
        size: E.
    """

    def __init__(self, config: ModelConfig, count: int, size: int) -> None:
        super().__init__(config)
        self.series = nn.Embedding(count, size)
        nn.init.zeros_(self.series.weight)

    def forward(self, inputs_BWC: Tensor) -> Tensor:
        """Answer windows (B, W, C), the number of their series in the last channel, (B, H)."""
        return super().forward(self.read(inputs_BWC))

    def read(self, inputs_BWC: Tensor) -> Tensor:
        """Put the embedding in place of the number, (B, W, C − 1 + E): what the recurrent layers read."""
        told = self.series(inputs_BWC[..., -1].long())
        return torch.cat([inputs_BWC[..., :-1], told], dim=-1)


class PooledWindows:
    """Windows of several series as examples for the training loop; each window is as likely as any other.

    Where there are more than 1024, an epoch sees as many as one of `Windows` does.

    Args:
        parts: the windows of each series; at least one has any.
    """

    def __init__(self, parts: list[Windows]) -> None:
        self.parts = parts
        self.ends = torch.tensor([len(part.origins) for part in parts]).cumsum(0)

    def __len__(self) -> int:
        return min(int(self.ends[-1]), MAX_WINDOWS_PER_EPOCH)

    def batch(self, indices: Tensor, generator: Generator | None = None) -> tuple[Tensor, Tensor]:
        """Cut windows; those of one series stand together.

        Returns:
            Inputs (B, W, C) and targets (B, H).
        """
        indices = places_of(indices, int(self.ends[-1]), generator)
        owners = torch.searchsorted(self.ends, indices, right=True)
        pairs = []
        for owner in np.unique(owners.numpy()):
            part = self.parts[owner]
            origins = part.origins[indices[owners == owner] - (self.ends[owner] - len(part.origins))]
            pairs.append((part.inputs(origins), part.targets(origins)))
        inputs, targets = zip(*pairs, strict=True)
        return torch.cat(inputs), torch.cat(targets)

"""Several series of one file that are learned together: which they are, their windows, and the network that reads them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Generator, Tensor, nn

from lstm_viz.forecasting.config import MAX_SERIES, MAX_WINDOWS_PER_EPOCH
from lstm_viz.forecasting.windows import Windows, places_of
from lstm_viz.recurrent.initialization import own_source
from lstm_viz.recurrent.models import SequenceModel
from lstm_viz.recurrent.specification import ModelConfig
from lstm_viz.tables import Series

LARGEST_EMBEDDING = 8


@dataclass(frozen=True, eq=False)
class SeriesGroup:
    """The series among which one is forecast."""

    names: tuple[str, ...]  # of all series that the networks know, in the order of their embedding
    place: int  # the number of the one that is forecast
    # the further series to learn from, by number; none where nothing is to be trained
    others: Mapping[int, Series] = field(default_factory=dict)

    @property
    def embedding_size(self) -> int:
        """Numbers that stand for a series, E: the root of how many there are, at most 8."""
        return min(LARGEST_EMBEDDING, int(np.ceil(np.sqrt(len(self.names)))))

    @classmethod
    def of(cls, series: tuple[Series, ...], chosen: Series) -> "SeriesGroup":
        """Gather the first 100 series of a file, and in any case the one that is forecast."""
        kept = series[:MAX_SERIES]
        if all(each.unique_id != chosen.unique_id for each in kept):
            kept = (*kept[:-1], chosen)
        names = tuple(each.unique_id for each in kept)
        place = names.index(chosen.unique_id)
        return cls(names, place, {number: each for number, each in enumerate(kept) if number != place})

    def about(self, place: int, present: Series) -> "SeriesGroup":
        """Turn to another series; `present` is the one that was forecast before."""
        others = {number: series for number, series in self.others.items() if number != place}
        return SeriesGroup(self.names, place, {**others, self.place: present})

    def unaccompanied(self) -> "SeriesGroup":
        """Leave out the rows of the others, for networks that are not to be trained."""
        return SeriesGroup(self.names, self.place)


class GlobalModel(SequenceModel):
    """A sequence model that gets at every step the number of the series that it reads.

    The last channel of its input is the number of the series; the row of `series` for that number, learnt like any other
    weight and 0 at first, is read in its place. So a series that nothing was learnt of counts as an average one. The inputs
    of `config` are the other channels and the E numbers of the embedding.
    """

    @own_source()
    def __init__(self, config: ModelConfig, count: int, size: int) -> None:
        super().__init__(config)
        self.series = nn.Embedding(count, size)
        nn.init.zeros_(self.series.weight)

    def forward(self, inputs_BWC: Tensor) -> Tensor:
        """Answer windows (B, W, C), the number of their series in the last channel, (B, H)."""
        return super().forward(self.read(inputs_BWC))

    def read(self, inputs_BWC: Tensor) -> Tensor:
        """Put the embedding in place of the number, (B, W, C − 1 + E): what the recurrent layers read."""
        embedded = self.series(inputs_BWC[..., -1].long())
        return torch.cat([inputs_BWC[..., :-1], embedded], dim=-1)


class PooledWindows:
    """Windows of several series as examples for the training loop; each window is as likely as any other.

    Where there are more than 1024, an epoch sees as many as one of `Windows` does.
    """

    def __init__(self, parts: list[Windows]) -> None:
        self.parts = parts
        self.ends = torch.tensor([len(part.origins) for part in parts]).cumsum(0)

    def __len__(self) -> int:
        return min(int(self.ends[-1]), MAX_WINDOWS_PER_EPOCH)

    def batch(self, indices: Tensor, generator: Generator | None = None) -> tuple[Tensor, Tensor]:
        """Cut windows, those of one series together: inputs (B, W, C) and targets (B, H)."""
        indices = places_of(indices, int(self.ends[-1]), generator)
        owners = torch.searchsorted(self.ends, indices, right=True)
        pairs = []
        for owner in np.unique(owners.numpy()):
            part = self.parts[owner]
            origins = part.origins[indices[owners == owner] - (self.ends[owner] - len(part.origins))]
            pairs.append((part.inputs(origins), part.targets(origins)))
        inputs, targets = zip(*pairs, strict=True)
        return torch.cat(inputs), torch.cat(targets)

"""The series of a file among which one is forecast."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from lstm_viz.forecasting.config import MAX_COMPANY
from lstm_viz.tables import Series

LARGEST_EMBEDDING = 8


@dataclass(frozen=True, eq=False)
class Company:
    """The series among which one is forecast.

    Args:
        names: of all series that the networks know, in the order of their embedding.
        place: the number of the one that is spoken of.
        others: the series to learn from beside it, by number; none where nothing is to be trained.
    """

    names: tuple[str, ...]
    place: int
    others: Mapping[int, Series] = field(default_factory=dict)

    @property
    def embedding_size(self) -> int:
        """Numbers that tell a series from the others, E: the root of how many there are, at most 8."""
        return min(LARGEST_EMBEDDING, int(np.ceil(np.sqrt(len(self.names)))))

    @classmethod
    def of(cls, series: tuple[Series, ...], chosen: Series) -> "Company":
        """Gather the first 100 series of a file, and in any case the one that is spoken of."""
        kept = series[:MAX_COMPANY]
        if all(each.unique_id != chosen.unique_id for each in kept):
            kept = (*kept[:-1], chosen)
        names = tuple(each.unique_id for each in kept)
        place = names.index(chosen.unique_id)
        return cls(names, place, {number: each for number, each in enumerate(kept) if number != place})

    def about(self, place: int, present: Series) -> "Company":
        """Speak of another series; `present` is the one that was spoken of."""
        others = {number: series for number, series in self.others.items() if number != place}
        return Company(self.names, place, {**others, self.place: present})

    def unaccompanied(self) -> "Company":
        """Leave out the rows of the others, for networks that are not to be trained."""
        return Company(self.names, self.place)

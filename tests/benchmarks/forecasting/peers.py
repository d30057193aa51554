"""The statistical peers: models of statsforecast at their defaults, told the season and nothing else. Always run fresh."""

import math
import time
import warnings
from collections.abc import Iterator
from functools import partial

import numpy as np

from tests.benchmarks.forecasting.methods import LEVELS, Answer, Method, bands_of
from tests.benchmarks.forecasting.series import Task

PEERS = ("Naive", "SeasonalNaive", "AutoETS", "AutoTheta", "AutoARIMA")
BASE = "SeasonalNaive"
LIMITS = {"AutoARIMA": 60.0}


def statistical_peers() -> Iterator[Method]:
    """Give each peer as a method, warmed up: what the library compiles at its first call is not the series' fault."""
    for name in PEERS:
        forecast(name, np.arange(40.0) % 4 + np.arange(40.0) ** 0.5, 4, 4)
        yield Method(name, partial(peer, name), LIMITS.get(name, math.inf))


def peer(name: str, task: Task) -> Answer:
    """Fit a model to the known rows and forecast with intervals."""
    started = time.process_time()
    columns = forecast(name, task.known, task.season, task.horizon)
    return Answer(columns["mean"], time.process_time() - started, bands_of(columns))


def forecast(name: str, known: np.ndarray, season: int, horizon: int) -> dict[str, np.ndarray]:
    """Ask a model of statsforecast by its name."""
    from statsforecast import models

    told = {} if name == "Naive" else {"season_length": season}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        columns: dict[str, np.ndarray] = getattr(models, name)(**told).forecast(y=known, h=horizon, level=list(LEVELS))
    return columns

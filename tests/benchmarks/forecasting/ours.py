"""The recipe of the app, asked as the app asks it."""

import time
from dataclasses import replace

import numpy as np

from lstm_viz.forecasting.config import ForecastConfig, suggest_training
from lstm_viz.forecasting.recipe import Recipe
from lstm_viz.recurrent.specification import Cell
from lstm_viz.settings import with_values
from lstm_viz.tables import Frequency, Series
from tests.benchmarks.forecasting.methods import Answer, Method, bands_of
from tests.benchmarks.forecasting.series import Task

MIN_WINDOW = 8


def recipe(cell: Cell, seed: int) -> Method:
    """Give the recipe with one kind of cell and one seed as a method."""
    return Method(f"{cell.upper()}/{seed}", lambda task: forecast(task, cell, seed))


def forecast(task: Task, cell: Cell, seed: int) -> Answer:
    """Calibrate, train and forecast with intervals from the known rows; the rows to come are not even in memory."""
    started = time.process_time()
    fitted = Recipe(series_of(task), config_of(task, cell, seed), len(task.known))
    for _ in fitted.train():
        pass
    fitted.experiment.load_best()
    columns = {name: column.to_numpy() for name, column in fitted.forecast(len(task.known)).items()}
    return Answer(columns["yhat"], time.process_time() - started, bands_of({str(k): v for k, v in columns.items()}))


def series_of(task: Task) -> Series:
    """Give the known rows as a series; the place of those to come is kept with NaN."""
    y = np.append(task.known, np.full(task.horizon, np.nan))
    frequency = Frequency("step", "rows", task.season, "season" if task.season > 1 else "", "row")
    return Series(task.series.name, None, np.arange(len(y)), y, frequency)


def config_of(task: Task, cell: Cell, seed: int) -> ForecastConfig:
    """Take the settings that the app suggests, with a window of two seasons (or horizons) on short series too."""
    rows = len(task.known) + task.horizon
    config = ForecastConfig(horizon=task.horizon, window=window_of(task), holdout=task.horizon)
    return with_values(replace(config, training=suggest_training(rows, config)), {"cell": cell, "seed": seed})


def window_of(task: Task) -> int:
    """Read two seasons, or two horizons where there is none, at least 8, and leave half of the rows to learn from."""
    most = (len(task.known) - task.horizon) // 2
    requested = 2 * task.season if task.season > 1 else 2 * task.horizon
    return min(most, max(MIN_WINDOW, requested))

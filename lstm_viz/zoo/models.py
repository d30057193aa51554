"""The film on the Home page: one real training run, with its forecast written down as the epochs went by."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from safetensors.torch import load, save
from torch import Tensor

from lstm_viz.forecasting.backtest import baseline_forecasts
from lstm_viz.forecasting.config import ForecastConfig, one_network
from lstm_viz.forecasting.experiment import ForecastExperiment
from lstm_viz.forecasting.forecast import plain_stamps
from lstm_viz.forecasting.scores import score_table, verdict
from lstm_viz.recurrent.models import SequenceModel, build_model
from lstm_viz.recurrent.specification import Cell
from lstm_viz.tables import load_sample, make_series
from lstm_viz.training.config import EpochRecord
from lstm_viz.training.loop import evaluate
from lstm_viz.training.snapshots import WeightsPath, load_snapshots
from lstm_viz.zoo.catalogue import FOLDER, FORECAST, SAMPLE, SNAPSHOTS, WEIGHTS, file_of, load_card

NAME = "International airline passengers"
UNIT = "thousand passengers"
FRAMES = 56
FILM_DIGITS = 5
LOSS_DIGITS = 8
LESSON = one_network(ForecastConfig(horizon=12, window=24, holdout=12))


@dataclass(frozen=True, eq=False)
class _Take:
    """What shooting the film leaves."""

    film: dict[str, Any]  # plain values for JSON, laid out as `_describe`, `_history_row` and `forecast_frame` say
    config: ForecastConfig
    weights: dict[str, Tensor]  # of the last frame, the ones with the lowest validation loss


def home_experiment(config: ForecastConfig | None = None) -> ForecastExperiment:
    """Set up the run of the film, untrained."""
    return ForecastExperiment(make_series(load_sample(SAMPLE), "month", "passengers"), config or LESSON)


def shoot() -> _Take:
    """Train from the first epoch to the last and keep the forecasts on the way to the best one."""
    experiment = home_experiment()
    trainer = experiment.trainer
    history = [_row_before_training(experiment)]
    frames = [forecast_frame(experiment)]
    for record in trainer.epochs():
        history.append(_history_row(record))
        frames.append(forecast_frame(experiment))
    kept = [frames[epoch] for epoch in film_epochs(trainer.best_epoch)]
    film = {**_describe(experiment), "history": history, "frames": kept}
    return _Take(film, experiment.config, trainer.best_weights)


def _describe(experiment: ForecastExperiment) -> dict[str, Any]:
    """Gather what stays the same; rows from `validation_start` on choose the epoch, rows from `train_end` on score it."""
    series, split, config = experiment.series, experiment.split, experiment.config
    return {
        "name": NAME,
        "unit": UNIT,
        "ds": plain_stamps(pd.Series(series.ds)),
        "y": [_significant(value) for value in series.y],
        "future_ds": plain_stamps(pd.Series(series.future(config.horizon))),
        "validation_start": split.validation_start,
        "train_end": split.train_end,
        "epochs": experiment.trainer.epoch,
        "best_epoch": experiment.trainer.best_epoch,
        "cell": config.cell,
        "hidden_size": config.hidden_size,
        "parameters": experiment.parameters,
        "seed": config.training.seed,
        "verdict": _heldout_verdict(experiment),
    }


def _heldout_verdict(experiment: ForecastExperiment) -> str:
    forecasts = _forecast_heldout(experiment)
    scores = score_table(forecasts, experiment.training_values, experiment.season)
    return verdict(scores, experiment.series.frequency.season_name, f"the {experiment.config.holdout} months held out")


def heldout_error(experiment: ForecastExperiment) -> float:
    """Measure the mean absolute error on the held-out year."""
    forecasts = _forecast_heldout(experiment)
    return float((forecasts["model"] - forecasts["y"]).abs().mean())


def _forecast_heldout(experiment: ForecastExperiment) -> pd.DataFrame:
    origin, horizon = experiment.split.train_end, experiment.config.horizon
    rules = baseline_forecasts(experiment.series.y[:origin], horizon, experiment.season, ets=False)
    del rules["auto_ets"]
    ahead = slice(origin, origin + horizon)
    model = experiment.predict(np.array([origin]))[0]
    return pd.DataFrame({"ds": experiment.series.ds[ahead], "y": experiment.series.y[ahead], "model": model, **rules})


def _row_before_training(experiment: ForecastExperiment) -> dict[str, Any]:
    """Measure epoch 0: both losses of the start weights, over all windows."""
    trainer = experiment.trainer
    windows = {"train_loss": trainer.training, "validation_loss": trainer.validation}
    losses = {
        name: _significant(evaluate(trainer.model, some, trainer.loss).loss, LOSS_DIGITS)
        for name, some in windows.items()
        if some is not None
    }
    return {"epoch": 0, **losses, "learning_rate": None, "gradient_norm": None}


def _history_row(record: EpochRecord) -> dict[str, Any]:
    """Write down an epoch; losses keep the digits that float32 has, so that a rerun can be held against them."""
    return {
        "epoch": record.epoch,
        "train_loss": _significant(record.train_loss, LOSS_DIGITS),
        "validation_loss": _significant(record.validation_loss, LOSS_DIGITS),
        "learning_rate": _significant(record.learning_rate),
        "gradient_norm": _significant(record.gradient_norm),
    }


def forecast_frame(experiment: ForecastExperiment) -> dict[str, Any]:
    """Forecast the held-out rows from the rows before them, and the future from all rows, with the present weights."""
    split = experiment.split
    heldout, future = experiment.predict(np.array([split.train_end, split.rows]))
    truth = experiment.series.y[split.train_end :]
    return {
        "epoch": experiment.trainer.epoch,
        "heldout": [_significant(value) for value in heldout],
        "future": [_significant(value) for value in future],
        "mae": _significant(np.abs(heldout - truth).mean()),
    }


def film_epochs(last: int, frames: int = FRAMES) -> list[int]:
    """Choose about `frames` epochs from 0 to `last`, ever wider apart: weights move most at the start.

    >>> film_epochs(100, 12)
    [0, 1, 2, 3, 4, 6, 10, 16, 25, 40, 63, 100]
    """
    for points in range(2, 50 * frames):
        epochs = np.unique(np.rint(np.geomspace(1, last, points)).astype(int))
        if len(epochs) >= min(frames - 1, last):
            break
    return [0, *epochs.tolist()]


def write(take: _Take, folder: Path) -> None:
    """Write `film.json`, `config.json` and `model.safetensors`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "film.json").write_text(json.dumps(take.film, separators=(",", ":")) + "\n")
    (folder / "config.json").write_text(json.dumps(take.config.to_dict(), indent=2) + "\n")
    (folder / "model.safetensors").write_bytes(save(take.weights))


def load_experiment(folder: Path = FOLDER) -> ForecastExperiment:
    """Set up the run of the film with the weights of its last frame."""
    config = ForecastConfig.from_dict(json.loads((folder / "config.json").read_text()))
    experiment = home_experiment(config)
    experiment.trainer.model.load_state_dict(load((folder / "model.safetensors").read_bytes()))
    return experiment


def _significant(value: float | None, digits: int = FILM_DIGITS) -> float | None:
    """Round to significant digits; what does not exist stays None."""
    return None if value is None else float(f"{value:.{digits}g}")


def load_zoo_model(task: str, cell: Cell) -> SequenceModel:
    """Load a new copy of the model of a task (a key of `TASKS`, or `forecast`) and a cell, in evaluation mode."""
    model = build_model(load_card(task, cell).model, seed=0)
    model.load_state_dict(load(file_of(task, cell, WEIGHTS).read_bytes()))
    return model.eval()


def load_path(task: str, cell: Cell) -> WeightsPath:
    """Load the weights along a model's training as `(epoch, weights)`: before the first update, …, the ones that ship."""
    return load_snapshots(file_of(task, cell, SNAPSHOTS).read_bytes())


def load_forecast(cell: Cell) -> ForecastExperiment:
    """Set up the forecast of the airline passengers with the trained weights that ship."""
    experiment = home_experiment(load_card(FORECAST, cell).forecast)
    experiment.model.load_state_dict(load(file_of(FORECAST, cell, WEIGHTS).read_bytes()))
    experiment.model.eval()
    return experiment

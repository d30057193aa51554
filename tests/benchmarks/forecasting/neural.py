"""The neural peers: LSTM, GRU and RNN of neuralforecast, as they come and tuned by hand.

They are slow (15 to 90 seconds a fit), so that every forecast is kept in `.cache/` beside this file, under the version that
made it: a run that was stopped goes on where it was. What the table prints is `measured.json`, see `measured.py`.
"""

import json
import logging
import os
import time
import warnings
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from tests.benchmarks.forecasting.methods import Answer, Method, NotFinished
from tests.benchmarks.forecasting.series import Task

CACHE = Path(__file__).parent / ".cache"
SEED = 1  # the default of the library
NAMES = ("LSTM tuned", "LSTM", "GRU tuned", "GRU", "RNN tuned", "RNN")
PACKAGES = ("neuralforecast", "torch", "pytorch-lightning")
QUIET = {
    "accelerator": "cpu",
    "logger": False,
    "enable_checkpointing": False,
    "enable_progress_bar": False,
    "enable_model_summary": False,
}


def settings(task: Task, tuned: bool) -> dict[str, Any]:
    """Give what differs from the library's defaults: nothing, or what somebody who knows the library would take.

    Tuned: two seasons are read (two horizons, at least 8, where there is no season), 300 steps of training, standard
    scaling, mean absolute error. A window that leaves no room for training is cut as ours is.
    """
    if not tuned:
        return {}
    from neuralforecast.losses.pytorch import MAE

    reach = 2 * task.season if task.season > 1 else max(8, 2 * task.horizon)
    window = max(1, min(reach, (len(task.known) - task.horizon) // 2))
    return {"input_size": window, "max_steps": 300, "scaler_type": "standard", "loss": MAE()}


def fit(task: Task, cell: str, tuned: bool) -> Answer:
    """Fit one network to the known rows and forecast; seconds are of the processor."""
    from neuralforecast import NeuralForecast, models

    started = time.process_time()
    network = getattr(models, cell)(h=task.horizon, random_seed=SEED, **settings(task, tuned), **QUIET)
    frame = pd.DataFrame({"unique_id": "series", "ds": np.arange(len(task.known)), "y": task.known})
    engine = NeuralForecast(models=[network], freq=1)
    engine.fit(frame)
    forecast = engine.predict()[cell].to_numpy(dtype=np.float64)
    return Answer(forecast, time.process_time() - started)


class NeuralPeer:
    """One network of neuralforecast with a memory on disk.

    Args:
        name: one of `NAMES`.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.cell, self.tuned = name.removesuffix(" tuned"), name.endswith(" tuned")
        stem = f"neuralforecast-{version('neuralforecast')}-{self.cell}-{'tuned' if self.tuned else 'default'}.json"
        self.path = CACHE / stem.lower()
        self.kept: dict[str, Any] = json.loads(self.path.read_text()) if self.path.exists() else {}

    def fit(self, task: Task) -> None:
        """Fit and remember, unless that was done before."""
        if task.key not in self.kept:
            self.kept[task.key] = self._fitted(task)
            remember(self.path, self.kept)

    def recall(self, task: Task) -> Answer:
        """Answer from memory.

        Raises:
            NotFinished: the library refused the series, or was never asked.
        """
        kept = self.kept.get(task.key, {"refused": "not measured"})
        if "refused" in kept:
            raise NotFinished(kept["refused"])
        return Answer(np.array(kept["yhat"]), kept["seconds"])

    def method(self) -> Method:
        """Give what it remembers as a method."""
        return Method(self.name, self.recall)

    def _fitted(self, task: Task) -> dict[str, Any]:
        try:
            answer = fit(task, self.cell, self.tuned)
        except Exception as error:  # noqa: BLE001  (whatever a peer raises is its result)
            return {"refused": f"{type(error).__name__}: {error}"[:200]}
        return {"yhat": answer.yhat.tolist(), "seconds": round(answer.seconds, 2)}


def remember(path: Path, values: dict[str, Any]) -> None:
    """Write what is known, in a folder that git is told to leave alone."""
    CACHE.mkdir(exist_ok=True)
    (CACHE / ".gitignore").write_text("*\n")
    path.write_text(json.dumps(values))


def versions() -> dict[str, str]:
    """Tell what the figures were measured with."""
    return {name: version(name) for name in PACKAGES}


def quieten() -> None:
    """Keep Lightning's chat out of the table, and ray from calling home."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    os.environ["PYTORCH_LIGHTNING_TIPS"] = "0"
    logging.getLogger("pytorch_lightning").setLevel(logging.ERROR)
    logging.getLogger("lightning_fabric").setLevel(logging.ERROR)
    logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)
    warnings.filterwarnings("ignore")

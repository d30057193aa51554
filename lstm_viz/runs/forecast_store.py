"""The folders of runs and of uploads."""

import io
import json
import os
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from lstm_viz.forecasting.forecast import Forecast, Others
from lstm_viz.forecasting.series_group import SeriesGroup
from lstm_viz.paths import ROOT
from lstm_viz.runs.epoch_store import SNAPSHOTS, SPEC, STATE, WEIGHTS, EpochStore, damaged, to_json
from lstm_viz.runs.folders import FolderStore
from lstm_viz.runs.records import RunSpec, RunState
from lstm_viz.tables import Feature, Frequency, Series

SERIES, SERIES_META = "series.parquet", "series.json"
FORECAST, RECIPE = "forecast.json", "recipe.safetensors"
GROUP, GROUP_META, OTHERS = "company.parquet", "company.json", "others.json"

MAX_RUNS = 500
MAX_UPLOADS = 200
MAX_STORE_BYTES = 2 * 1024**3


def data_directory() -> Path:
    """Return the directory that holds all runs and uploads: `LSTM_VIZ_DATA`, else `.data` next to the program."""
    default = ROOT / ".data"
    return Path(os.environ.get("LSTM_VIZ_DATA") or default).expanduser().resolve()


class RunStore(EpochStore[RunSpec]):
    """Read and write forecasts; `spec(key)`, `series(key)` and `group(key)` never change and are remembered."""

    spec_type = RunSpec

    def __init__(self, root: Path, max_runs: int = MAX_RUNS, max_bytes: int = MAX_STORE_BYTES) -> None:
        super().__init__(root, max_runs, max_bytes)
        self.series = lru_cache(maxsize=32)(self._read_series)
        self.group = lru_cache(maxsize=8)(self._read_group)
        self._others = lru_cache(maxsize=8)(self._read_others)

    def create(self, spec: RunSpec, series: Series, group: SeriesGroup | None = None) -> str:
        """Store a new run that waits for its training; gives its key. `group` has the other series of the file, if any."""
        state = RunState("queued", spec.config.training.epochs)
        files = {SPEC: to_json(spec.to_dict()), STATE: to_json(state.to_dict())}
        files |= {SERIES: _to_parquet(_table_of(series)), SERIES_META: to_json(meta_of(series))}
        return self.folders.add(files if group is None else files | _group_files(group))

    def _read_series(self, key: str) -> Series:
        with damaged(SERIES):
            table = pd.read_parquet(io.BytesIO(self._required(key, SERIES)))
        with damaged(SERIES_META):
            return _series_from(table, json.loads(self._required(key, SERIES_META)))

    def _read_group(self, key: str) -> SeriesGroup | None:
        data = self.folders.read(key, GROUP)
        if data is None:
            return None
        with damaged(GROUP):
            table = pd.read_parquet(io.BytesIO(data))
        with damaged(GROUP_META):
            meta = json.loads(self._required(key, GROUP_META))
            parts = dict(iter(table.groupby("number")))
            others = {int(number): _series_from(parts[int(number)], each) for number, each in meta["others"].items()}
            return SeriesGroup(tuple(meta["names"]), meta["place"], others)

    def others(self, key: str) -> Others:
        """Read the forecasts of the other series of the file; none where the run knows one alone."""
        return self._others(key, self.folders.changed(key, OTHERS))

    def _read_others(self, key: str, changed: int) -> Others:
        data = self.folders.read(key, OTHERS) if changed else None
        with damaged(OTHERS):
            return Others() if data is None else Others.from_dict(json.loads(data))

    def write_others(self, key: str, others: Others) -> None:
        """Write the forecasts of the other series of the file."""
        self.folders.write(key, OTHERS, to_json(others.to_dict()))

    def forecast(self, key: str) -> Forecast | None:
        """Read the forecast; None before training has given one."""
        data = self.folders.read(key, FORECAST)
        with damaged(FORECAST):
            return None if data is None else Forecast.from_dict(json.loads(data))

    def forecast_changed(self, key: str) -> int:
        """Return when the forecast was last written; 0 before there is one."""
        return self.folders.changed(key, FORECAST)

    def model_version(self, key: str) -> str:
        """Return a version of what *Step the cell* and *Gradient flow* look into."""
        return f"{self.folders.changed(key, WEIGHTS)}-{self.folders.changed(key, SNAPSHOTS)}"

    def recipe(self, key: str) -> bytes | None:
        """Read what made the forecast, for `load_recipe`; None while there is none."""
        return self.folders.read(key, RECIPE)

    def write_result(self, key: str, weights: bytes, recipe: bytes, forecast: Forecast) -> None:
        """Write the weights that are looked into, the recipe that made the forecast, and the forecast."""
        self.folders.write(key, WEIGHTS, weights)
        self.folders.write(key, RECIPE, recipe)
        self.folders.write(key, FORECAST, to_json(forecast.to_dict()))


class UploadStore:
    """Keep uploaded files, so that an address can name them and a reload finds them.

    Reading raises `RunNotFound` where nothing is stored under a key.
    """

    def __init__(self, root: Path, max_uploads: int = MAX_UPLOADS, max_bytes: int = MAX_STORE_BYTES) -> None:
        self.folders = FolderStore(root, max_uploads, max_bytes)

    def add(self, name: str, data: bytes) -> str:
        """Store a file; gives its key."""
        return self.folders.add({"file": data, "name": name.encode("utf-8", "replace")})

    def get(self, key: str) -> tuple[str, bytes]:
        """Read a file and the name it had."""
        return self.name(key), self.folders.read(key, "file") or b""

    def name(self, key: str) -> str:
        """Read the name that a file had."""
        return (self.folders.read(key, "name") or b"upload").decode("utf-8", "replace")


def meta_of(series: Series) -> dict[str, Any]:
    """Return what is stored of a series besides its values."""
    features = [
        {"name": one.name, "known": one.known, "values": [None if np.isnan(v) else v for v in one.values.tolist()]}
        for one in series.features
    ]
    named = {"name": series.name, "time": series.time, "unique_id": series.unique_id}
    return {**named, "frequency": asdict(series.frequency), "features": features}


def _series_from(table: pd.DataFrame, meta: dict[str, Any]) -> Series:
    """Put rows (`ds`, `y`) and what `meta_of` says of them together."""
    stamps = table["ds"].to_numpy()
    if np.issubdtype(stamps.dtype, np.datetime64):
        stamps = stamps.astype("datetime64[us]")
    features = tuple(Feature(one["name"], floats(one["values"]), one["known"]) for one in meta["features"])
    values, frequency = table["y"].to_numpy(dtype=float), Frequency(**meta["frequency"])
    return Series(meta["name"], meta["time"], stamps, values, frequency, (), meta["unique_id"], features)


def _group_files(group: SeriesGroup) -> dict[str, bytes]:
    """Write the other series one below another, each with its number, and what is to be known of them."""
    numbered = sorted(group.others.items())
    table = pd.concat([_table_of(each).assign(number=number) for number, each in numbered], ignore_index=True)
    others = {str(number): meta_of(each) for number, each in group.others.items()}
    meta = {"names": list(group.names), "place": group.place, "others": others}
    return {GROUP: _to_parquet(table[["number", "ds", "y"]]), GROUP_META: to_json(meta)}


def floats(values: list[float | None]) -> np.ndarray:
    """Undo what JSON needs in place of NaN."""
    return np.array([np.nan if value is None else value for value in values], dtype=float)


def _table_of(series: Series) -> pd.DataFrame:
    return pd.DataFrame({"ds": series.ds, "y": series.y})


def _to_parquet(table: pd.DataFrame) -> bytes:
    buffer = io.BytesIO()
    table.to_parquet(buffer, index=False)
    return buffer.getvalue()

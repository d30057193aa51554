"""What a trained model forecasts for the held-out rows and the future."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

TABLES = ("heldout", "future", "backtest", "residuals")
SCORES = ("scores", "backtest_scores")


@dataclass(frozen=True, eq=False)
class Forecast:
    """A forecast with its evidence."""

    # the rows that nothing was fitted to: `ds`, `y` (NaN at gaps), the predictions of `model`, `naive`, `seasonal_naive` and
    # `auto_ets`, each made from rows before its origin alone, and the model's intervals
    heldout: pd.DataFrame
    # the steps after the series: `ds`, `yhat`, and `lo-80, hi-80, lo-95, hi-95` where there are intervals
    future: pd.DataFrame
    scores: pd.DataFrame  # one row per method; columns `mae, rmse, smape, mase`
    verdict: str  # one sentence on whether the model is worth using
    parameters: int  # numbers in the model that training changed
    # as `heldout`, at several origins: also `origin` (its row) and `step` (from 1)
    backtest: pd.DataFrame = field(default_factory=lambda: pd.DataFrame({"origin": [], "step": [], "ds": []}))
    backtest_scores: pd.DataFrame = field(default_factory=pd.DataFrame)  # as `scores`, mean over the origins
    coverage: dict[str, float] | None = None  # share of what happened inside the intervals, by level
    shrinkage: float = 1.0  # the part of the networks' answers that counts; 0 is the level alone
    # errors of a calibration run one step ahead, in the network's unit: `ds`, `residual`
    residuals: pd.DataFrame = field(default_factory=lambda: pd.DataFrame({"ds": [], "residual": []}))
    # mean absolute error on the held-out rows by how many rows taught, fewest first
    learning: tuple[tuple[int, float], ...] = ()

    @property
    def has_season(self) -> bool:
        """Whether the last season differs from the last value."""
        return bool((self.heldout["naive"] != self.heldout["seasonal_naive"]).any())

    @property
    def has_intervals(self) -> bool:
        """Whether the future has prediction intervals."""
        return "lo-80" in self.future

    @property
    def origins(self) -> int:
        """At how many moments the recipe was tried."""
        return int(self.backtest["origin"].nunique()) if len(self.backtest) else 0

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON; numbers that do not exist become None."""
        tables = {name: records(getattr(self, name)) for name in TABLES}
        scores = {
            name: {str(method): plain(row.to_dict()) for method, row in getattr(self, name).iterrows()}
            for name in SCORES
        }
        plainly = {name: getattr(self, name) for name in ("verdict", "parameters", "coverage", "shrinkage")}
        learning = [[rows, _plain_number(error)] for rows, error in self.learning]
        return {**tables, **scores, **plainly, "learning": learning}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "Forecast":
        """Undo `to_dict`."""
        tables = {name: frame(values[name]) for name in TABLES}
        scores = {name: pd.DataFrame.from_dict(values[name], orient="index").astype(float) for name in SCORES}
        if values["backtest"]:
            tables["backtest"] = tables["backtest"].astype({"origin": int, "step": int})
        learning = tuple((rows, np.nan if error is None else error) for rows, error in values.get("learning", ()))
        return cls(**{**values, **tables, **scores, "learning": learning})


@dataclass(frozen=True, eq=False)
class Others:
    """The forecasts of the other series of the file of a run."""

    forecasts: Mapping[str, Forecast] = field(default_factory=dict)  # by name of the series, in the order of the file
    refused: Mapping[str, str] = field(default_factory=dict)  # why there is none, by name

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        forecasts = {name: forecast.to_dict() for name, forecast in self.forecasts.items()}
        return {"forecasts": forecasts, "refused": dict(self.refused)}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "Others":
        """Undo `to_dict`."""
        forecasts = {name: Forecast.from_dict(forecast) for name, forecast in values["forecasts"].items()}
        return cls(forecasts, values["refused"])


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table as plain values; dates as ISO text."""
    columns = {name: plain_stamps(table[name]) if name == "ds" else table[name].tolist() for name in table}
    return [plain(dict(zip(columns, row, strict=True))) for row in zip(*columns.values(), strict=True)]


def frame(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Undo `records`."""
    table = pd.DataFrame(rows, columns=None if rows else ["ds", "residual"])
    if len(table) and isinstance(table["ds"].iloc[0], str):
        table["ds"] = table["ds"].to_numpy(dtype="datetime64[us]")
    return table.astype({name: float for name in table.columns if name != "ds"})


def plain(row: dict[Any, Any]) -> dict[str, Any]:
    """Replace NaN and infinity, which JSON does not know, by None."""
    return {str(key): _plain_number(value) for key, value in row.items()}


def _plain_number(value: Any) -> Any:
    return None if isinstance(value, float) and not np.isfinite(value) else value


def plain_stamps(stamps: pd.Series) -> list[Any]:
    """Return dates as ISO text, no finer than they need to be; row numbers as they are."""
    values = stamps.to_numpy()
    if not np.issubdtype(values.dtype, np.datetime64):
        return [int(value) for value in values]
    unit = next(unit for unit in ("D", "s", "ms", "us") if unit == "us" or _is_exact(values, unit))
    return [str(text) for text in np.datetime_as_string(values.astype(f"datetime64[{unit}]"))]


def _is_exact(stamps: np.ndarray, unit: str) -> bool:
    return bool((stamps.astype(f"datetime64[{unit}]") == stamps).all())

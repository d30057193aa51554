"""What a trained model says about the held-out rows and the future."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd


@dataclass(frozen=True, eq=False)
class Forecast:
    """A forecast with its evidence.

    Args:
        heldout: the rows that nothing was fitted to: `ds`, `y` (NaN at gaps), and the predictions of `model`, `naive` and
            `seasonal_naive`, each made from rows before its origin alone.
        future: the steps after the series: `ds`, `yhat`.
        scores: rows `model, naive, seasonal_naive`; columns `mae, rmse, smape, mase`.
        verdict: one sentence on whether the model is worth using.
        parameters: numbers in the model that training changed.
    """

    heldout: pd.DataFrame
    future: pd.DataFrame
    scores: pd.DataFrame
    verdict: str
    parameters: int

    @property
    def has_season(self) -> bool:
        """Whether the last season says anything else than the last value."""
        return bool((self.heldout["naive"] != self.heldout["seasonal_naive"]).any())

    def to_dict(self) -> dict[str, Any]:
        """Give plain values for JSON; numbers that do not exist become None."""
        return {
            "heldout": records(self.heldout),
            "future": records(self.future),
            "scores": {str(name): plain(row.to_dict()) for name, row in self.scores.iterrows()},
            "verdict": self.verdict,
            "parameters": self.parameters,
        }

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "Forecast":
        """Undo `to_dict`."""
        scores = pd.DataFrame.from_dict(values["scores"], orient="index").astype(float)
        return cls(frame(values["heldout"]), frame(values["future"]), scores, values["verdict"], values["parameters"])


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Give the rows of a table as plain values; dates as ISO text."""
    columns = {name: plain_stamps(table[name]) if name == "ds" else table[name].tolist() for name in table}
    return [plain(dict(zip(columns, row, strict=True))) for row in zip(*columns.values(), strict=True)]


def frame(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Undo `records`."""
    table = pd.DataFrame(rows)
    if len(table) and isinstance(table["ds"].iloc[0], str):
        table["ds"] = table["ds"].to_numpy(dtype="datetime64[us]")
    return table.astype({name: float for name in table.columns if name != "ds"})


def plain(row: dict[Any, Any]) -> dict[str, Any]:
    """Replace NaN and infinity, which JSON does not know, by None."""
    return {str(key): None if isinstance(v, float) and not np.isfinite(v) else v for key, v in row.items()}


def plain_stamps(stamps: pd.Series) -> list[Any]:
    """Give dates as ISO text, no finer than they need to be; row numbers as they are."""
    values = stamps.to_numpy()
    if not np.issubdtype(values.dtype, np.datetime64):
        return [int(value) for value in values]
    unit = next(unit for unit in ("D", "s", "ms", "us") if unit == "us" or is_exact(values, unit))
    return [str(text) for text in np.datetime_as_string(values.astype(f"datetime64[{unit}]"))]


def is_exact(stamps: np.ndarray, unit: str) -> bool:
    """Tell whether dates lose nothing when they are cut to a unit."""
    return bool((stamps.astype(f"datetime64[{unit}]") == stamps).all())

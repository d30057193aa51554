"""What a person takes along from a run."""

import io
import json
import zipfile
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.types import is_string_dtype

from lstm_viz.figures.forecast_charts import forecast_chart
from lstm_viz.figures.theme import LIGHT
from lstm_viz.forecasting.forecast import Forecast, plain_stamps
from lstm_viz.forecasting.recipe import read_facts
from lstm_viz.paths import ASSETS
from lstm_viz.runs.records import RunView
from lstm_viz.tables import Series, guarded
from lstm_viz.tables.values.time_steps import pattern_of

SCRIPT = ASSETS / "standalone" / "forecast.py"


def forecast_csv(forecast: Forecast) -> bytes:
    """Write the future: `ds`, `yhat`, and the bounds of the intervals where there are some."""
    return future_csv(forecast.future)


def forecasts_csv(told: Iterable[tuple[str, Forecast]]) -> bytes:
    """Write forecasts of several series below one another, their names in front as `unique_id`."""
    parts = [(name, forecast.future.assign(ds=plain_stamps(forecast.future["ds"]))) for name, forecast in told]
    for name, part in parts:
        part.insert(0, "unique_id", name)
    return _table_csv(pd.concat([part for _, part in parts], ignore_index=True)).encode()


def future_csv(future: pd.DataFrame) -> bytes:
    """Write steps to come, their moments `ds` no finer than they need to be."""
    return _table_csv(future.assign(ds=plain_stamps(future["ds"]))).encode()


def _table_csv(table: pd.DataFrame) -> str:
    """Write a table; names of columns and text that a spreadsheet would compute are kept text, numbers stay numbers."""
    cells = {str(name): table[name].map(guarded, na_action="ignore") for name in table if is_string_dtype(table[name])}
    return str(table.assign(**cells).rename(columns=guarded).to_csv(index=False))


def chart_html(series: Series, forecast: Forecast) -> bytes:
    """Write the interactive chart as one page that needs no network."""
    figure = forecast_chart(series, forecast, LIGHT, height=560)
    page: str = figure.to_html(include_plotlyjs=True, full_html=True, config={"responsive": True})
    return page.encode()


def model_bundle(view: RunView, recipe: bytes) -> bytes:
    """Pack the fitted recipe, the series and the script that repeats the forecast without this program."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("model.safetensors", recipe)
        archive.writestr("config.json", json.dumps(_bundle_config(view, recipe), indent=1, ensure_ascii=False))
        archive.writestr("series.csv", series_csv(view.series))
        archive.writestr("forecast.py", SCRIPT.read_text(encoding="utf-8"))
        archive.writestr("requirements.txt", "torch\nnumpy\npandas\nsafetensors\n")
    return buffer.getvalue()


def _bundle_config(view: RunView, recipe: bytes) -> dict[str, Any]:
    config, series = view.spec.config, view.series
    pattern = pattern_of(series.frequency.alias)
    return {
        "series": series.name,
        "rows": len(series.y),
        "future": plain_stamps(pd.Series(series.future(config.horizon))),
        "frequency": series.frequency.alias,
        "pattern": pattern and [pattern.unit, pattern.slots],
        **read_facts(recipe, series.unique_id),
    }


def series_csv(series: Series) -> str:
    """Write a series, columns `ds` and `y`, and what goes along with it; numbers keep every digit."""
    return _table_csv(_series_table(series))


def _series_table(series: Series) -> pd.DataFrame:
    """Lay a series and its features side by side; rows beyond the series have no `y`."""
    rows = max([len(series.y), *(len(feature.values) for feature in series.features)])
    stamps = np.concatenate([series.ds, series.future(rows - len(series.y))]) if rows > len(series.y) else series.ds
    columns = {"ds": plain_stamps(pd.Series(stamps)), "y": padded(series.y, rows)}
    for place, feature in enumerate(series.features, start=1):
        kind = "known" if feature.known else "past"
        columns[f"{kind} {place}: {feature.name}"] = padded(feature.values, rows)
    return pd.DataFrame(columns)


def padded(values: np.ndarray, rows: int) -> np.ndarray:
    """Add NaN at the end."""
    return np.concatenate([values, np.full(rows - len(values), np.nan)])

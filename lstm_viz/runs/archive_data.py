"""The data of a run from elsewhere: rows, series, what goes along with them, and the other series of its file."""

import io
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, replace
from types import NoneType
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from lstm_viz.forecasting.company import Company
from lstm_viz.forecasting.config import MAX_COMPANY, MIN_ROWS
from lstm_viz.runs.archive_rules import is_like, require, sound
from lstm_viz.runs.records import RunSpec
from lstm_viz.runs.store import COMPANY, COMPANY_META, floats
from lstm_viz.tables import MAX_FEATURES, MAX_ROWS, ROWS, Feature, Frequency, Series, patterned

MAX_FREQUENCY_TEXT = 60
PLAIN = re.compile(r"[A-Za-z0-9 \-]*")


def checked_rows(data: bytes) -> tuple[np.ndarray, np.ndarray]:
    """Read the rows of the watched series."""
    table = _checked_table(data, ["ds", "y"])
    ds, y = _columns_of(table)
    require(len(y) >= MIN_ROWS and np.isfinite(y[[0, -1]]).all() and len(np.unique(y[~np.isnan(y)])) > 1, "values")
    return ds, y


def _columns_of(table: pa.Table) -> tuple[np.ndarray, np.ndarray]:
    ds, y = table["ds"].to_numpy(), table["y"].to_numpy().astype(float)
    return ds.astype("datetime64[us]") if np.issubdtype(ds.dtype, np.datetime64) else ds, y


def _checked_table(data: bytes, names: list[str]) -> pa.Table:
    file = pq.ParquetFile(io.BytesIO(data))
    schema = file.schema_arrow
    require(schema.names == names and schema.field("y").type == pa.float64(), "columns")
    require("number" not in names or schema.field("number").type == pa.int64(), "columns")
    require(pa.types.is_timestamp(schema.field("ds").type) or schema.field("ds").type == pa.int64(), "steps")
    require(1 <= file.metadata.num_rows <= MAX_ROWS, "rows")
    parts, rows = [], 0
    for batch in file.iter_batches(batch_size=65_536):
        rows += batch.num_rows
        require(rows <= MAX_ROWS, "rows")
        parts.append(batch)
    table = pa.Table.from_batches(parts, schema)
    require(table["ds"].null_count == 0, "every row has its step")
    require(not np.isinf(table["y"].to_numpy()).any(), "values")
    return table


def checked_company(files: Mapping[str, bytes], spec: RunSpec, series: Series) -> Company | None:
    """Read the other series of the run; a run that forecasts one alone has none."""
    with sound(COMPANY):
        require((COMPANY in files) == (COMPANY_META in files) == (spec.config.scope != "one"), "series and scope")
        if COMPANY not in files:
            return None
        table = _checked_table(files[COMPANY], ["number", "ds", "y"])
    with sound(COMPANY_META):
        meta = json.loads(files[COMPANY_META])
        names, place = meta["names"], meta["place"]
        require(isinstance(names, list) and 1 <= len(names) <= MAX_COMPANY, "names")
        require(
            all(is_like(name, "") and name.isprintable() for name in names) and len(set(names)) == len(names), "names"
        )
        require(type(place) is int and 0 <= place < len(names) and names[place] == series.unique_id, "place")
        numbers = [number for number in range(len(names)) if number != place]
        require(meta["others"].keys() == set(map(str, numbers)), "a series for each name")
        others = {}
        for number in numbers:
            told, rows = meta["others"][str(number)], table.filter(pc.equal(table["number"], number))
            require(is_like(told["name"], "") and told["unique_id"] == names[number] and len(rows) > 1, "a series")
            others[number] = checked_series(told, *_columns_of(rows), replace(spec, target=told["name"]))
        return Company(tuple(names), place, others)


def checked_series(meta: Any, ds: np.ndarray, y: np.ndarray, spec: RunSpec) -> Series:
    """Put rows and their frequency together; the words of a frequency stand in sentences, so they are plain."""
    frequency = Frequency(**meta["frequency"])
    require(is_like(asdict(frequency), asdict(ROWS)), "types")
    ours = patterned(frequency.alias)
    words = () if ours else (frequency.alias, frequency.label, frequency.season_name, frequency.step_name)
    frequency = ours or frequency
    require(all(PLAIN.fullmatch(word) and len(word) <= MAX_FREQUENCY_TEXT for word in words), "plain words")
    require(1 <= frequency.season_length <= MAX_ROWS, "season")
    require(meta["name"] == spec.target and (meta["time"] or "") == spec.time, "the columns of the run")
    dated = np.issubdtype(ds.dtype, np.datetime64)
    require(dated == (frequency.alias != ROWS.alias) and dated == bool(meta["time"]), "steps and frequency")
    features = _checked_features(meta["features"], len(y))
    require(is_like(meta["unique_id"], "") and (meta["unique_id"] or " ").isprintable(), "names")
    series = Series(meta["name"], meta["time"], ds, y, frequency, (), meta["unique_id"], features)
    before = Series(meta["name"], meta["time"], ds[:1], y[:1], frequency)
    require(np.array_equal(before.future(len(ds) - 1), ds[1:]), "the steps are regular")
    ahead = series.future(max((len(feature.values) - len(y) for feature in features), default=0))
    require((np.diff(ahead) > np.array(0, np.diff(ahead).dtype)).all(), "a future that can be counted")
    return series


def _checked_features(values: Any, rows: int) -> tuple[Feature, ...]:
    """Read what goes along with a series: as long as it, and beyond it where the future is known."""
    require(isinstance(values, list) and len(values) <= 2 * MAX_FEATURES, "features")
    features = []
    for one in values:
        require(isinstance(one, dict) and one.keys() == {"name", "known", "values"}, "features")
        require(is_like(one["name"], "") and one["name"].isprintable(), "names")
        require(isinstance(one["known"], bool) and isinstance(one["values"], list), "types")
        require(all(type(value) in (int, float, NoneType) for value in one["values"]), "numbers")
        numbers = floats(one["values"])
        longest = MAX_ROWS if one["known"] else rows
        require(rows <= len(numbers) <= longest and not np.isinf(numbers).any(), "numbers")
        features.append(Feature(one["name"], numbers, one["known"]))
    return tuple(features)

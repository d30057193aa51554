"""What a run in a zip may hold: names, sizes, data and numbers are checked before any of it is stored."""

import io
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from types import NoneType
from typing import Any, get_args

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from safetensors import SafetensorError
from safetensors.torch import load

from lstm_viz.errors import LSTMVizError, RunError
from lstm_viz.figures.forecast_charts import forecast_chart
from lstm_viz.figures.theme import LIGHT
from lstm_viz.forecasting.config import MAX_MEMBERS, MAX_SERIES, MIN_ROWS, ForecastConfig
from lstm_viz.forecasting.experiment import ForecastExperiment
from lstm_viz.forecasting.forecast import Forecast, Others
from lstm_viz.forecasting.recipe import load_recipe, read_facts
from lstm_viz.forecasting.scores import MEASURES, METHODS
from lstm_viz.forecasting.series_group import SeriesGroup
from lstm_viz.runs.epoch_store import CHECKPOINT, HISTORY, NAME, SNAPSHOTS, SPEC, STATE, WEIGHTS
from lstm_viz.runs.forecast_store import FORECAST, GROUP, GROUP_META, OTHERS, RECIPE, SERIES, SERIES_META, floats
from lstm_viz.runs.records import RunSpec, RunState, Source, Status, created_at
from lstm_viz.tables import MAX_FEATURES, MAX_ROWS, ROWS, Feature, Frequency, Series, patterned
from lstm_viz.training.checkpoints import unpack_checkpoints
from lstm_viz.training.config import EpochRecord
from lstm_viz.training.snapshots import load_snapshots

MAX_TEXT = 500
MAX_FREQUENCY_TEXT = 60
MAX_CHOICES = 20
MAX_LEARNING = 16
MAX_CHOICE_TEXT = 8000
MAX_EPOCH = 10_000_000
PLAIN = re.compile(r"[A-Za-z0-9 \-]*")
SENTENCE = re.compile(r"[A-Za-z0-9 ,.;:()%+\-]*")
COLUMN = re.compile(r"[a-z0-9_\-]{1,30}")
OF_THIS_SERVER = {"owner", "more_epochs"}  # who looks after a run, and what was requested of it last
CUT_OFF = "Training had not ended when this run was packed."
HELDOUT = {"ds", "y", "model", "naive", "seasonal_naive"}
FAULTS = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RuntimeError, OSError)


@contextmanager
def _sound(name: str) -> Iterator[None]:
    """Say of a file that it cannot be read, whatever is wrong with it."""
    try:
        yield
    except (*FAULTS, SafetensorError, pa.ArrowException, LSTMVizError) as error:
        raise RunError(
            f"The zip holds no sound run: its file `{name}` is not what it should be. Bring a zip that the Runs page gave."
        ) from error


def _require(holds: object, what: str) -> None:
    if not holds:
        raise ValueError(what)


def _is_like(value: object, like: object) -> bool:
    """Return whether plain values have the same shape and types as others; whole numbers will do for decimal ones."""
    if isinstance(like, dict):
        return (
            isinstance(value, dict) and value.keys() == like.keys() and all(_is_like(value[k], like[k]) for k in like)
        )
    if isinstance(like, float):
        return type(value) in (int, float) and bool(np.isfinite(float(value)))  # type: ignore[arg-type]
    if isinstance(like, str):
        return isinstance(value, str) and len(value) <= MAX_TEXT
    if isinstance(like, (bool, int)):
        return type(value) is type(like)
    return value is None or isinstance(value, (bool, int, float)) or (isinstance(value, str) and len(value) <= MAX_TEXT)


def _checked_rows(data: bytes) -> tuple[np.ndarray, np.ndarray]:
    table = _checked_table(data, ["ds", "y"])
    ds, y = _columns_of(table)
    _require(len(y) >= MIN_ROWS and np.isfinite(y[[0, -1]]).all() and len(np.unique(y[~np.isnan(y)])) > 1, "values")
    return ds, y


def _columns_of(table: pa.Table) -> tuple[np.ndarray, np.ndarray]:
    ds, y = table["ds"].to_numpy(), table["y"].to_numpy().astype(float)
    return ds.astype("datetime64[us]") if np.issubdtype(ds.dtype, np.datetime64) else ds, y


def _checked_table(data: bytes, names: list[str]) -> pa.Table:
    file = pq.ParquetFile(io.BytesIO(data))
    schema = file.schema_arrow
    _require(schema.names == names and schema.field("y").type == pa.float64(), "columns")
    _require("number" not in names or schema.field("number").type == pa.int64(), "columns")
    _require(pa.types.is_timestamp(schema.field("ds").type) or schema.field("ds").type == pa.int64(), "steps")
    _require(1 <= file.metadata.num_rows <= MAX_ROWS, "rows")
    parts, rows = [], 0
    for batch in file.iter_batches(batch_size=65_536):
        rows += batch.num_rows
        _require(rows <= MAX_ROWS, "rows")
        parts.append(batch)
    table = pa.Table.from_batches(parts, schema)
    _require(table["ds"].null_count == 0, "every row has its step")
    _require(not np.isinf(table["y"].to_numpy()).any(), "values")
    return table


def _checked_group(files: Mapping[str, bytes], spec: RunSpec, series: Series) -> SeriesGroup | None:
    """Read the other series of the run; a run that forecasts one alone has none."""
    with _sound(GROUP):
        _require((GROUP in files) == (GROUP_META in files) == (spec.config.scope != "one"), "series and scope")
        if GROUP not in files:
            return None
        table = _checked_table(files[GROUP], ["number", "ds", "y"])
    with _sound(GROUP_META):
        meta = json.loads(files[GROUP_META])
        names, place = meta["names"], meta["place"]
        _require(isinstance(names, list) and 1 <= len(names) == len(set(names)) <= MAX_SERIES, "names")
        _require(all(_is_like(name, "") and name.isprintable() for name in names), "names")
        _require(type(place) is int and 0 <= place < len(names) and names[place] == series.unique_id, "place")
        numbers = [number for number in range(len(names)) if number != place]
        _require(meta["others"].keys() == set(map(str, numbers)), "a series for each name")
        others = {}
        for number in numbers:
            facts, rows = meta["others"][str(number)], table.filter(pc.equal(table["number"], number))
            _require(_is_like(facts["name"], "") and facts["unique_id"] == names[number] and len(rows) > 1, "a series")
            others[number] = checked_series(facts, *_columns_of(rows), replace(spec, target=facts["name"]))
        return SeriesGroup(tuple(names), place, others)


def checked_series(meta: Any, ds: np.ndarray, y: np.ndarray, spec: RunSpec) -> Series:
    """Join rows and their frequency; the words of a frequency stand in sentences, so they are plain."""
    frequency = Frequency(**meta["frequency"])
    _require(_is_like(asdict(frequency), asdict(ROWS)), "types")
    ours = patterned(frequency.alias)
    words = () if ours else (frequency.alias, frequency.label, frequency.season_name, frequency.step_name)
    frequency = ours or frequency
    _require(all(PLAIN.fullmatch(word) and len(word) <= MAX_FREQUENCY_TEXT for word in words), "plain words")
    _require(1 <= frequency.season_length <= MAX_ROWS, "season")
    _require(meta["name"] == spec.target and (meta["time"] or "") == spec.time, "the columns of the run")
    dated = np.issubdtype(ds.dtype, np.datetime64)
    _require(dated == (frequency.alias != ROWS.alias) and dated == bool(meta["time"]), "steps and frequency")
    features = _checked_features(meta["features"], len(y))
    _require(_is_like(meta["unique_id"], "") and (meta["unique_id"] or " ").isprintable(), "names")
    series = Series(meta["name"], meta["time"], ds, y, frequency, (), meta["unique_id"], features)
    before = Series(meta["name"], meta["time"], ds[:1], y[:1], frequency)
    _require(np.array_equal(before.future(len(ds) - 1), ds[1:]), "the steps are regular")
    ahead = series.future(max((len(feature.values) - len(y) for feature in features), default=0))
    _require((np.diff(ahead) > np.array(0, np.diff(ahead).dtype)).all(), "a future that can be counted")
    return series


def _checked_features(values: Any, rows: int) -> tuple[Feature, ...]:
    """Read what goes along with a series: as long as it, and beyond it where the future is known."""
    _require(isinstance(values, list) and len(values) <= 2 * MAX_FEATURES, "features")
    features = []
    for one in values:
        _require(isinstance(one, dict) and one.keys() == {"name", "known", "values"}, "features")
        _require(_is_like(one["name"], "") and one["name"].isprintable(), "names")
        _require(isinstance(one["known"], bool) and isinstance(one["values"], list), "types")
        _require(all(type(value) in (int, float, NoneType) for value in one["values"]), "numbers")
        numbers = floats(one["values"])
        longest = MAX_ROWS if one["known"] else rows
        _require(rows <= len(numbers) <= longest and not np.isinf(numbers).any(), "numbers")
        features.append(Feature(one["name"], numbers, one["known"]))
    return tuple(features)


@dataclass(frozen=True, eq=False)
class RunFiles:
    """What was read of a packed run, and found sound."""

    spec: RunSpec
    series: Series
    group: SeriesGroup | None
    state: RunState
    name: str


def check_run(files: Mapping[str, bytes]) -> RunFiles:
    """Read every file of a packed run as the pages will, so that none of them can break a page later."""
    with _sound(SPEC):
        spec = _checked_spec(json.loads(files[SPEC]))
    with _sound(SERIES):
        ds, y = _checked_rows(files[SERIES])
    with _sound(SERIES_META):
        series = checked_series(json.loads(files[SERIES_META]), ds, y, spec)
    with _sound(STATE):
        state = _checked_state(json.loads(files[STATE]))
    with _sound(HISTORY):
        history = [_checked_record(json.loads(line)) for line in files.get(HISTORY, b"").splitlines()]
    with _sound(NAME):
        name = files.get(NAME, b"").decode("utf-8")
    group = _checked_group(files, spec, series)
    _check_results(files, spec.config, series, group, history)
    return RunFiles(spec, series, group, state, name)


def _named(group: SeriesGroup | None, name: str) -> Series:
    _require(group is not None and name in group.names, "a series of the run")
    assert group is not None
    return group.others[group.names.index(name)]


def _check_results(
    files: Mapping[str, bytes],
    config: ForecastConfig,
    series: Series,
    group: SeriesGroup | None,
    history: list[EpochRecord],
) -> None:
    """Check what training left: a forecast comes with the weights and the epochs that made it."""
    together = group.unaccompanied() if group is not None and config.scope == "global" else None
    with _sound(FORECAST):
        _require((FORECAST in files) == (WEIGHTS in files), "forecast and weights come together")
        if FORECAST in files:
            forecast = _checked_forecast(json.loads(files[FORECAST]), series, config)
            _require(any(record.is_best and not record.member for record in history), "an epoch made it")
    with _sound(WEIGHTS):
        if WEIGHTS in files:
            weights = load(files[WEIGHTS])
            ForecastExperiment(series, config, group=together).model.load_state_dict(weights)
    with _sound(SNAPSHOTS):
        for _, kept in load_snapshots(files[SNAPSHOTS]) if SNAPSHOTS in files else ():
            if WEIGHTS in files:
                _require(_shapes_of(kept) == _shapes_of(weights), "the weights are of one network")
    with _sound(CHECKPOINT):
        if CHECKPOINT in files:
            checkpoints = unpack_checkpoints(files[CHECKPOINT])
            _require(len(checkpoints) <= MAX_MEMBERS, "a checkpoint for each member")
            for one in checkpoints:
                load(one)
    with _sound(RECIPE):
        if RECIPE in files:
            _require(FORECAST in files, "a recipe comes with its forecast")
            facts = read_facts(files[RECIPE])
            requested, made = json.loads(json.dumps(config.to_dict())), facts["config"]
            made["training"]["epochs"] = requested["training"]["epochs"]  # stopped or trained further, it had others
            _require(made == requested, "one config")
            known = None if together is None else {"names": list(together.names), "place": together.place}
            _require(facts["company"] == known, "one company")
            _check_recipe(files[RECIPE], series, forecast)
    with _sound(OTHERS):
        if OTHERS in files:
            _require(FORECAST in files and config.scope != "one", "they come with the forecast of the one")
            others = _checked_others(json.loads(files[OTHERS]), group, config)
            for name, results in others.forecasts.items() if together is not None and RECIPE in files else ():
                _check_recipe(files[RECIPE], _named(group, name), results)


def _check_recipe(data: bytes, series: Series, forecast: Forecast) -> None:
    """Let the recipe forecast: it must say what the forecast says."""
    predicted = load_recipe(data, series).forecast(len(series.y))["yhat"].to_numpy()
    expected, near = forecast.future["yhat"].to_numpy(), 1e-3 * float(np.nanstd(series.y))
    _require(np.allclose(predicted, expected, rtol=1e-3, atol=near, equal_nan=True), "one forecast")


def _checked_spec(values: Any) -> RunSpec:
    spec = RunSpec.from_dict(values)
    like = RunSpec(Source("sample", "", ""), "", "", ForecastConfig(), "").to_dict()
    _require(_is_like(json.loads(json.dumps(replace(spec, choices={}).to_dict())), like), "types")
    _require(len(spec.choices) <= MAX_CHOICES and spec.source.kind in ("sample", "upload"), "choices and source")
    for name, text in spec.choices.items():
        _require(_is_like(name, "") and isinstance(text, str) and len(text) <= MAX_CHOICE_TEXT, "choices")
    created_at(spec)
    return spec


def _checked_others(values: Any, group: SeriesGroup | None, config: ForecastConfig) -> Others:
    _require(values.keys() == {"forecasts", "refused"} and isinstance(values["refused"], dict), "types")
    for name, why in values["refused"].items():
        _named(group, name)
        _require(_is_like(why, ""), "a sentence")
    forecasts = {name: _checked_forecast(one, _named(group, name), config) for name, one in values["forecasts"].items()}
    return Others(forecasts, values["refused"])


def _checked_state(values: Any) -> RunState:
    """Read where the run stood; one that was going on is not going on here."""
    state = RunState(**values)
    facts = {name: value for name, value in asdict(state).items() if name not in OF_THIS_SERVER}
    like = {"status": "", "target_epochs": 1, "message": "", "stage": ""}
    _require(not values.keys() & OF_THIS_SERVER and _is_like(facts, like), "types")
    _require(state.status in get_args(Status) and 1 <= state.target_epochs <= MAX_EPOCH, "status")
    return state.become("interrupted", CUT_OFF) if state.active else state


def _checked_record(values: Any) -> EpochRecord:
    record = EpochRecord(**values)
    _require(type(record.epoch) is type(record.member) is int and isinstance(record.is_best, bool), "types")
    _require(1 <= record.epoch <= MAX_EPOCH and 0 <= record.member < MAX_MEMBERS, "epoch and member")
    numbers = (record.train_loss, record.learning_rate, record.gradient_norm, record.seconds)
    _require(all(type(number) in (int, float) for number in numbers), "numbers")
    _require(type(record.validation_loss) in (int, float, type(None)), "validation")
    return record


def _checked_forecast(values: Any, series: Series, config: ForecastConfig) -> Forecast:
    forecast = Forecast.from_dict(values)
    tables = (forecast.heldout, forecast.future, forecast.backtest, forecast.residuals)
    _require(all(COLUMN.fullmatch(str(name)) for table in tables for name in table), "columns")
    _require(set(forecast.heldout) >= HELDOUT and {"ds", "yhat"} <= set(forecast.future), "columns")
    bands = {f"{side}-{level}" for side in ("lo", "hi") for level in (80, 95)} & set(forecast.future)
    _require(len(bands) in (0, 4), "intervals")
    _require(1 <= len(forecast.heldout) <= len(series), "held out")
    times = [table["ds"].to_numpy() for table in tables if len(table)]
    _require(all((ds.dtype.kind == "M") == (series.ds.dtype.kind == "M") for ds in times), "steps")
    _require(all(np.isin(ds, series.ds).all() for ds in times if ds is not times[1]), "rows of this series")
    future = forecast.future["ds"].to_numpy()
    _require(np.array_equal(future, series.future(config.horizon)), "the future of this series")
    _require(len(forecast.learning) <= MAX_LEARNING, "learning curve")
    for rows, error in forecast.learning:
        _require(type(rows) is int and type(error) in (int, float), "learning curve")
        _require(1 <= rows <= len(series) and not np.isinf(error), "learning curve")
    _check_scores(forecast)
    _require(len(forecast.verdict) <= MAX_TEXT and SENTENCE.fullmatch(forecast.verdict), "verdict")
    _require("www." not in forecast.verdict.lower(), "verdict")
    forecast_chart(series, forecast, LIGHT)
    return forecast


def _check_scores(forecast: Forecast) -> None:
    for scores in (forecast.scores, forecast.backtest_scores):
        known = set(scores.index) <= set(METHODS) and set(scores.columns) == set(MEASURES)
        _require(known and "model" in scores.index and "naive" in scores.index, "scores")
    _require("seasonal_naive" in forecast.scores.index, "scores")
    _require(type(forecast.parameters) is int and type(forecast.shrinkage) in (int, float), "numbers")
    coverage = forecast.coverage or {}
    _require(isinstance(coverage, dict) and all(type(share) in (int, float) for share in coverage.values()), "coverage")
    _require(set(coverage) <= {"80", "95"}, "coverage")


def _shapes_of(weights: Mapping[str, Any]) -> dict[str, tuple[int, ...]]:
    return {name: tuple(value.shape) for name, value in weights.items()}

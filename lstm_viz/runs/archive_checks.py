"""What a run from elsewhere must be before it is kept: of the right types, within limits, and able to forecast."""

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
import pyarrow.parquet as pq
from safetensors import SafetensorError
from safetensors.torch import load

from lstm_viz.errors import LSTMVizError, RunError
from lstm_viz.figures.forecast_chart import forecast_chart
from lstm_viz.figures.theme import LIGHT
from lstm_viz.forecasting.config import MAX_MEMBERS, MIN_ROWS, ForecastConfig
from lstm_viz.forecasting.experiment import ForecastExperiment
from lstm_viz.forecasting.forecast import Forecast
from lstm_viz.forecasting.portable import load_recipe, read_facts
from lstm_viz.forecasting.scores import MEASURES, METHODS
from lstm_viz.runs.naming import created_at
from lstm_viz.runs.records import RunSpec, RunState, Source, Status
from lstm_viz.runs.store import (
    CHECKPOINT,
    FORECAST,
    HISTORY,
    NAME,
    RECIPE,
    SERIES,
    SERIES_META,
    SNAPSHOTS,
    SPEC,
    STATE,
    WEIGHTS,
    floats,
)
from lstm_viz.tables import MAX_FEATURES, MAX_ROWS, ROWS, Feature, Frequency, Series
from lstm_viz.training.checkpoints import unpack_checkpoints
from lstm_viz.training.history import EpochRecord
from lstm_viz.training.snapshots import load_snapshots

MAX_TEXT = 500
MAX_CHOICES = 20
MAX_CHOICE_TEXT = 8000
MAX_EPOCH = 10_000_000
MAX_FREQUENCY_TEXT = 60
PLAIN = re.compile(r"[A-Za-z0-9 \-]*")
SENTENCE = re.compile(r"[A-Za-z0-9 ,.;:()%+\-]*")
COLUMN = re.compile(r"[a-z0-9_\-]{1,30}")
CUT_OFF = "Training had not ended when this run was packed."
HELDOUT = {"ds", "y", "model", "naive", "seasonal_naive"}
FAULTS = (
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    OverflowError,
    RecursionError,
    RuntimeError,
    OSError,
)


@dataclass(frozen=True, eq=False)
class RunFiles:
    """What was read of a packed run, and found sound."""

    spec: RunSpec
    series: Series
    state: RunState
    name: str


def check_run(files: Mapping[str, bytes]) -> RunFiles:
    """Read every file of a packed run as the pages will, so that none of them can break a page later.

    Raises:
        RunError: a file is not what it should be, named in the sentence.
    """
    with sound(SPEC):
        spec = checked_spec(json.loads(files[SPEC]))
    with sound(SERIES):
        ds, y = checked_rows(files[SERIES])
    with sound(SERIES_META):
        series = checked_series(json.loads(files[SERIES_META]), ds, y, spec)
    with sound(STATE):
        state = checked_state(json.loads(files[STATE]))
    with sound(HISTORY):
        history = [checked_record(json.loads(line)) for line in files.get(HISTORY, b"").splitlines()]
    with sound(NAME):
        name = files.get(NAME, b"").decode("utf-8")
    check_results(files, spec.config, series, history)
    return RunFiles(spec, series, state, name)


def check_results(
    files: Mapping[str, bytes], config: ForecastConfig, series: Series, history: list[EpochRecord]
) -> None:
    """Check what training left: a forecast comes with the weights and the epochs that made it."""
    with sound(FORECAST):
        require((FORECAST in files) == (WEIGHTS in files), "forecast and weights come together")
        if FORECAST in files:
            forecast = checked_forecast(json.loads(files[FORECAST]), series, config)
            require(any(record.is_best and not record.member for record in history), "an epoch made it")
    with sound(WEIGHTS):
        if WEIGHTS in files:
            weights = load(files[WEIGHTS])
            ForecastExperiment(series, config).model.load_state_dict(weights)
    with sound(SNAPSHOTS):
        if SNAPSHOTS in files:
            for _, kept in load_snapshots(files[SNAPSHOTS]):
                if WEIGHTS in files:
                    require(shapes_of(kept) == shapes_of(weights), "the weights are of one network")
    with sound(CHECKPOINT):
        if CHECKPOINT in files:
            checkpoints = unpack_checkpoints(files[CHECKPOINT])
            require(len(checkpoints) <= MAX_MEMBERS, "a checkpoint for each member")
            for one in checkpoints:
                load(one)
    with sound(RECIPE):
        if RECIPE in files:
            require(FORECAST in files, "a recipe comes with its forecast")
            check_recipe(files[RECIPE], series, config, forecast)


def check_recipe(data: bytes, series: Series, config: ForecastConfig, forecast: Forecast) -> None:
    """Let the recipe forecast: it must say what the forecast says."""
    asked, made = json.loads(json.dumps(config.to_dict())), read_facts(data)["config"]
    made["training"]["epochs"] = asked["training"]["epochs"]  # a run that was stopped or trained further had others
    require(made == asked, "one config")
    said = load_recipe(data, series).forecast(len(series.y))["yhat"].to_numpy()
    told = forecast.future["yhat"].to_numpy()
    require(np.allclose(said, told, rtol=1e-3, atol=1e-3 * float(np.nanstd(series.y)), equal_nan=True), "one forecast")


@contextmanager
def sound(name: str) -> Iterator[None]:
    """Say of a file that it cannot be read, whatever is wrong with it.

    Raises:
        RunError: something is wrong with it.
    """
    try:
        yield
    except (*FAULTS, SafetensorError, pa.ArrowException, LSTMVizError) as error:
        raise RunError(
            f"The zip holds no sound run: its file `{name}` is not what it should be. Bring a zip that the Runs page gave."
        ) from error


def require(holds: object, what: str) -> None:
    """Refuse where something does not hold.

    Raises:
        ValueError: it does not.
    """
    if not holds:
        raise ValueError(what)


def checked_spec(values: Any) -> RunSpec:
    """Read a specification of which every value has the type that it has in one of ours."""
    spec = RunSpec.from_dict(values)
    like = RunSpec(Source("sample", "", ""), "", "", ForecastConfig(), "").to_dict()
    require(is_like(json.loads(json.dumps(replace(spec, choices={}).to_dict())), like), "types")
    require(len(spec.choices) <= MAX_CHOICES, "choices")
    require(all(is_like(name, "") and isinstance(text, str) for name, text in spec.choices.items()), "choices")
    require(all(len(text) <= MAX_CHOICE_TEXT for text in spec.choices.values()), "choices")
    require(spec.source.kind in ("sample", "upload"), "source")
    created_at(spec)
    return spec


def is_like(value: object, like: object) -> bool:
    """Tell whether plain values have the same shape and types as others; whole numbers will do for decimal ones."""
    if isinstance(like, dict):
        return isinstance(value, dict) and value.keys() == like.keys() and all(is_like(value[k], like[k]) for k in like)
    if isinstance(like, float):
        return type(value) in (int, float) and bool(np.isfinite(float(value)))  # type: ignore[arg-type]
    if isinstance(like, str):
        return isinstance(value, str) and len(value) <= MAX_TEXT
    if isinstance(like, (bool, int)):
        return type(value) is type(like)
    return value is None or isinstance(value, (bool, int, float)) or (isinstance(value, str) and len(value) <= MAX_TEXT)


def checked_rows(data: bytes) -> tuple[np.ndarray, np.ndarray]:
    """Read the rows, as many as any table may have and no more, whatever the file says of itself."""
    file = pq.ParquetFile(io.BytesIO(data))
    schema = file.schema_arrow
    require(schema.names == ["ds", "y"] and schema.field("y").type == pa.float64(), "columns")
    require(pa.types.is_timestamp(schema.field("ds").type) or schema.field("ds").type == pa.int64(), "steps")
    require(MIN_ROWS <= file.metadata.num_rows <= MAX_ROWS, "rows")
    parts, rows = [], 0
    for batch in file.iter_batches(batch_size=65_536):
        rows += batch.num_rows
        require(rows <= MAX_ROWS, "rows")
        parts.append(batch)
    table = pa.Table.from_batches(parts, schema)
    require(table["ds"].null_count == 0, "every row has its step")
    ds, y = table["ds"].to_numpy(), table["y"].to_numpy().astype(float)
    require(not np.isinf(y).any() and np.isfinite(y[[0, -1]]).all() and len(np.unique(y[~np.isnan(y)])) > 1, "values")
    return ds.astype("datetime64[us]") if np.issubdtype(ds.dtype, np.datetime64) else ds, y


def checked_series(meta: Any, ds: np.ndarray, y: np.ndarray, spec: RunSpec) -> Series:
    """Put rows and their frequency together; the words of a frequency stand in sentences, so they are plain."""
    frequency = Frequency(**meta["frequency"])
    require(is_like(asdict(frequency), asdict(ROWS)), "types")
    words = (frequency.alias, frequency.label, frequency.season_name, frequency.step_name)
    require(all(PLAIN.fullmatch(word) and len(word) <= MAX_FREQUENCY_TEXT for word in words), "plain words")
    require(1 <= frequency.season_length <= MAX_ROWS, "season")
    require(meta["name"] == spec.target and (meta["time"] or "") == spec.time, "the columns of the run")
    dated = np.issubdtype(ds.dtype, np.datetime64)
    require(dated == (frequency.alias != ROWS.alias) and dated == bool(meta["time"]), "steps and frequency")
    features = checked_features(meta["features"], len(y))
    series = Series(meta["name"], meta["time"], ds, y, frequency, features=features)
    before = Series(meta["name"], meta["time"], ds[:1], y[:1], frequency)
    require(np.array_equal(before.future(len(ds) - 1), ds[1:]), "the steps are regular")
    ahead = series.future(max((len(feature.values) - len(y) for feature in features), default=0))
    require((np.diff(ahead) > np.array(0, np.diff(ahead).dtype)).all(), "a future that can be counted")
    return series


def checked_features(values: Any, rows: int) -> tuple[Feature, ...]:
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


def checked_state(values: Any) -> RunState:
    """Read where the run stood; one that was going on is not going on here."""
    state = RunState(**values)
    told = {name: value for name, value in asdict(state).items() if name != "owner"}
    require(
        "owner" not in values and is_like(told, {"status": "", "target_epochs": 1, "message": "", "stage": ""}), "types"
    )
    require(state.status in get_args(Status) and 1 <= state.target_epochs <= MAX_EPOCH, "status")
    return state.become("interrupted", CUT_OFF) if state.active else state


def checked_record(values: Any) -> EpochRecord:
    """Read an epoch."""
    record = EpochRecord(**values)
    require(type(record.epoch) is int and 1 <= record.epoch <= MAX_EPOCH, "epoch")
    require(type(record.member) is int and 0 <= record.member < MAX_MEMBERS, "member")
    require(isinstance(record.is_best, bool), "best")
    numbers = (record.train_loss, record.learning_rate, record.gradient_norm, record.seconds)
    require(all(type(number) in (int, float) for number in numbers), "numbers")
    require(type(record.validation_loss) in (int, float, type(None)), "validation")
    return record


def checked_forecast(values: Any, series: Series, config: ForecastConfig) -> Forecast:
    """Read a forecast of this series, and draw it once."""
    forecast = Forecast.from_dict(values)
    tables = (forecast.heldout, forecast.future, forecast.backtest, forecast.residuals)
    require(all(COLUMN.fullmatch(str(name)) for table in tables for name in table), "columns")
    require(set(forecast.heldout) >= HELDOUT and {"ds", "yhat"} <= set(forecast.future), "columns")
    bands = {f"{side}-{level}" for side in ("lo", "hi") for level in (80, 95)} & set(forecast.future)
    require(len(bands) in (0, 4), "intervals")
    require(1 <= len(forecast.heldout) <= len(series), "held out")
    told = [table["ds"].to_numpy() for table in tables if len(table)]
    require(all((ds.dtype.kind == "M") == (series.ds.dtype.kind == "M") for ds in told), "steps")
    require(all(np.isin(ds, series.ds).all() for ds in told if ds is not told[1]), "rows of this series")
    require(
        np.array_equal(forecast.future["ds"].to_numpy(), series.future(config.horizon)), "the future of this series"
    )
    check_scores(forecast)
    require(len(forecast.verdict) <= MAX_TEXT and SENTENCE.fullmatch(forecast.verdict), "verdict")
    require("www." not in forecast.verdict.lower(), "verdict")
    forecast_chart(series, forecast, LIGHT)
    return forecast


def check_scores(forecast: Forecast) -> None:
    """Check the numbers beside the curves."""
    for scores in (forecast.scores, forecast.backtest_scores):
        known = set(scores.index) <= set(METHODS) and set(scores.columns) == set(MEASURES)
        require(known and "model" in scores.index and "naive" in scores.index, "scores")
    require("seasonal_naive" in forecast.scores.index, "scores")
    require(type(forecast.parameters) is int and type(forecast.shrinkage) in (int, float), "numbers")
    coverage = forecast.coverage or {}
    require(isinstance(coverage, dict) and all(type(share) in (int, float) for share in coverage.values()), "coverage")
    require(set(coverage) <= {"80", "95"}, "coverage")


def shapes_of(weights: Mapping[str, Any]) -> dict[str, tuple[int, ...]]:
    """Give the shapes of tensors by name."""
    return {name: tuple(value.shape) for name, value in weights.items()}

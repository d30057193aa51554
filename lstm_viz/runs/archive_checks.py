"""What a run from elsewhere must be before it is kept: of the right types, within limits, and able to forecast."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, get_args

import numpy as np
from safetensors.torch import load

from lstm_viz.figures.forecast_chart import forecast_chart
from lstm_viz.figures.theme import LIGHT
from lstm_viz.forecasting.company import Company
from lstm_viz.forecasting.config import MAX_MEMBERS, ForecastConfig
from lstm_viz.forecasting.experiment import ForecastExperiment
from lstm_viz.forecasting.forecast import Forecast, Others
from lstm_viz.forecasting.portable import load_recipe, read_facts
from lstm_viz.forecasting.scores import MEASURES, METHODS
from lstm_viz.runs.archive_data import checked_company, checked_rows, checked_series
from lstm_viz.runs.archive_rules import MAX_TEXT, is_like, require, sound
from lstm_viz.runs.epoch_store import CHECKPOINT, HISTORY, NAME, SNAPSHOTS, SPEC, STATE, WEIGHTS
from lstm_viz.runs.naming import created_at
from lstm_viz.runs.records import RunSpec, RunState, Source, Status
from lstm_viz.runs.store import FORECAST, OTHERS, RECIPE, SERIES, SERIES_META
from lstm_viz.tables import Series
from lstm_viz.training.checkpoints import unpack_checkpoints
from lstm_viz.training.history import EpochRecord
from lstm_viz.training.snapshots import load_snapshots

OF_THIS_SERVER = {"owner", "more_epochs"}  # who looks after a run, and what it was asked for last
MAX_CHOICES = 20
MAX_LEARNING = 16
MAX_CHOICE_TEXT = 8000
MAX_EPOCH = 10_000_000
SENTENCE = re.compile(r"[A-Za-z0-9 ,.;:()%+\-]*")
COLUMN = re.compile(r"[a-z0-9_\-]{1,30}")
CUT_OFF = "Training had not ended when this run was packed."
HELDOUT = {"ds", "y", "model", "naive", "seasonal_naive"}


@dataclass(frozen=True, eq=False)
class RunFiles:
    """What was read of a packed run, and found sound."""

    spec: RunSpec
    series: Series
    company: Company | None
    state: RunState
    name: str


def check_run(files: Mapping[str, bytes]) -> RunFiles:
    """Read every file of a packed run as the pages will, so that none of them can break a page later.

    Raises:
        RunError: a file is not what it should be, named in the sentence.
    """
    with sound(SPEC):
        spec = _checked_spec(json.loads(files[SPEC]))
    with sound(SERIES):
        ds, y = checked_rows(files[SERIES])
    with sound(SERIES_META):
        series = checked_series(json.loads(files[SERIES_META]), ds, y, spec)
    with sound(STATE):
        state = _checked_state(json.loads(files[STATE]))
    with sound(HISTORY):
        history = [_checked_record(json.loads(line)) for line in files.get(HISTORY, b"").splitlines()]
    with sound(NAME):
        name = files.get(NAME, b"").decode("utf-8")
    company = checked_company(files, spec, series)
    _check_results(files, spec.config, _RunSeries(series, company), history)
    return RunFiles(spec, series, company, state, name)


@dataclass(frozen=True, eq=False)
class _RunSeries:
    """The series that a run was watched on, and the others that it forecasts."""

    watched: Series
    company: Company | None

    @property
    def learned(self) -> Company | None:
        """What a network has to know of the others to be built."""
        return None if self.company is None else self.company.unaccompanied()

    def named(self, name: str) -> Series:
        """Give one of the others."""
        require(self.company is not None and name in self.company.names, "a series of the run")
        assert self.company is not None
        return self.company.others[self.company.names.index(name)]


def _check_results(
    files: Mapping[str, bytes], config: ForecastConfig, of: _RunSeries, history: list[EpochRecord]
) -> None:
    """Check what training left: a forecast comes with the weights and the epochs that made it."""
    series, together = of.watched, of.learned if config.scope == "global" else None
    with sound(FORECAST):
        require((FORECAST in files) == (WEIGHTS in files), "forecast and weights come together")
        if FORECAST in files:
            forecast = _checked_forecast(json.loads(files[FORECAST]), series, config)
            require(any(record.is_best and not record.member for record in history), "an epoch made it")
    with sound(WEIGHTS):
        if WEIGHTS in files:
            weights = load(files[WEIGHTS])
            ForecastExperiment(series, config, company=together).model.load_state_dict(weights)
    with sound(SNAPSHOTS):
        if SNAPSHOTS in files:
            for _, kept in load_snapshots(files[SNAPSHOTS]):
                if WEIGHTS in files:
                    require(_shapes_of(kept) == _shapes_of(weights), "the weights are of one network")
    with sound(CHECKPOINT):
        if CHECKPOINT in files:
            checkpoints = unpack_checkpoints(files[CHECKPOINT])
            require(len(checkpoints) <= MAX_MEMBERS, "a checkpoint for each member")
            for one in checkpoints:
                load(one)
    with sound(RECIPE):
        if RECIPE in files:
            require(FORECAST in files, "a recipe comes with its forecast")
            facts = read_facts(files[RECIPE])
            asked, made = json.loads(json.dumps(config.to_dict())), facts["config"]
            made["training"]["epochs"] = asked["training"]["epochs"]  # stopped or trained further, it had others
            require(made == asked, "one config")
            known = None if together is None else {"names": list(together.names), "place": together.place}
            require(facts["company"] == known, "one company")
            _check_recipe(files[RECIPE], series, forecast)
    with sound(OTHERS):
        if OTHERS in files:
            require(FORECAST in files and config.scope != "one", "they come with the forecast of the one")
            others = _checked_others(json.loads(files[OTHERS]), of, config)
            for name, told in others.forecasts.items() if together is not None and RECIPE in files else ():
                _check_recipe(files[RECIPE], of.named(name), told)


def _check_recipe(data: bytes, series: Series, forecast: Forecast) -> None:
    """Let the recipe forecast: it must say what the forecast says."""
    said = load_recipe(data, series).forecast(len(series.y))["yhat"].to_numpy()
    told = forecast.future["yhat"].to_numpy()
    require(np.allclose(said, told, rtol=1e-3, atol=1e-3 * float(np.nanstd(series.y)), equal_nan=True), "one forecast")


def _checked_spec(values: Any) -> RunSpec:
    spec = RunSpec.from_dict(values)
    like = RunSpec(Source("sample", "", ""), "", "", ForecastConfig(), "").to_dict()
    require(is_like(json.loads(json.dumps(replace(spec, choices={}).to_dict())), like), "types")
    require(len(spec.choices) <= MAX_CHOICES, "choices")
    require(all(is_like(name, "") and isinstance(text, str) for name, text in spec.choices.items()), "choices")
    require(all(len(text) <= MAX_CHOICE_TEXT for text in spec.choices.values()), "choices")
    require(spec.source.kind in ("sample", "upload"), "source")
    created_at(spec)
    return spec


def _checked_others(values: Any, of: _RunSeries, config: ForecastConfig) -> Others:
    require(values.keys() == {"forecasts", "refused"} and isinstance(values["refused"], dict), "types")
    for name, why in values["refused"].items():
        of.named(name)
        require(is_like(why, ""), "a sentence")
    told = {name: _checked_forecast(one, of.named(name), config) for name, one in values["forecasts"].items()}
    return Others(told, values["refused"])


def _checked_state(values: Any) -> RunState:
    """Read where the run stood; one that was going on is not going on here."""
    state = RunState(**values)
    told = {name: value for name, value in asdict(state).items() if name not in OF_THIS_SERVER}
    like = {"status": "", "target_epochs": 1, "message": "", "stage": ""}
    require(not values.keys() & OF_THIS_SERVER and is_like(told, like), "types")
    require(state.status in get_args(Status) and 1 <= state.target_epochs <= MAX_EPOCH, "status")
    return state.become("interrupted", CUT_OFF) if state.active else state


def _checked_record(values: Any) -> EpochRecord:
    record = EpochRecord(**values)
    require(type(record.epoch) is int and 1 <= record.epoch <= MAX_EPOCH, "epoch")
    require(type(record.member) is int and 0 <= record.member < MAX_MEMBERS, "member")
    require(isinstance(record.is_best, bool), "best")
    numbers = (record.train_loss, record.learning_rate, record.gradient_norm, record.seconds)
    require(all(type(number) in (int, float) for number in numbers), "numbers")
    require(type(record.validation_loss) in (int, float, type(None)), "validation")
    return record


def _checked_forecast(values: Any, series: Series, config: ForecastConfig) -> Forecast:
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
    require(len(forecast.learning) <= MAX_LEARNING, "learning curve")
    require(
        all(type(rows) is int and type(error) in (int, float) for rows, error in forecast.learning), "learning curve"
    )
    require(
        all(1 <= rows <= len(series) and not np.isinf(error) for rows, error in forecast.learning), "learning curve"
    )
    _check_scores(forecast)
    require(len(forecast.verdict) <= MAX_TEXT and SENTENCE.fullmatch(forecast.verdict), "verdict")
    require("www." not in forecast.verdict.lower(), "verdict")
    forecast_chart(series, forecast, LIGHT)
    return forecast


def _check_scores(forecast: Forecast) -> None:
    for scores in (forecast.scores, forecast.backtest_scores):
        known = set(scores.index) <= set(METHODS) and set(scores.columns) == set(MEASURES)
        require(known and "model" in scores.index and "naive" in scores.index, "scores")
    require("seasonal_naive" in forecast.scores.index, "scores")
    require(type(forecast.parameters) is int and type(forecast.shrinkage) in (int, float), "numbers")
    coverage = forecast.coverage or {}
    require(isinstance(coverage, dict) and all(type(share) in (int, float) for share in coverage.values()), "coverage")
    require(set(coverage) <= {"80", "95"}, "coverage")


def _shapes_of(weights: Mapping[str, Any]) -> dict[str, tuple[int, ...]]:
    return {name: tuple(value.shape) for name, value in weights.items()}

"""What a list shows of a run: little enough to be read of two hundred runs at once."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from typing import Literal

from lstm_viz.forecasting.forecast import Forecast
from lstm_viz.forecasting.scores import Standing, standing
from lstm_viz.phrases import counted
from lstm_viz.recurrent.specification import Cell
from lstm_viz.runs.records import ACTIVE, RunView, Status, created_at, default_name
from lstm_viz.runs.services import TrainingService

Outcome = Literal["better", "no better", "worse", ""]


@dataclass(frozen=True)
class RunSummary:
    """A run in one line."""

    key: str
    name: str
    data: str
    target: str
    cell: Cell
    horizon: str  # what it forecasts, for example "12 months"
    created: datetime
    status: Status
    status_text: str
    done: float | None = None  # how far it is while it trains, from 0 to 1
    mase: float | None = None  # the model's in the back-test; None where there is none
    outcome: Outcome = ""  # how the model compares with its rivals, in a word; empty while there is no forecast
    parent: str = ""  # the run that it repeats with one change; empty where there is none

    @property
    def active(self) -> bool:
        """Whether training goes on or is about to."""
        return self.status in ACTIVE


def summary(service: TrainingService, key: str, zone: tzinfo = UTC) -> RunSummary:
    """Summarise a run."""
    state, store = service.state(key), service.store
    spec = store.spec(key)
    name, horizon = store.name(key) or default_name(spec, zone), _horizon(service, key)
    facts = (key, name, spec.source.name, spec.target, spec.config.cell, horizon, created_at(spec), state.status)
    if state.active:
        view = service.view(key)
        return RunSummary(*facts, _progress_of(view), done=_done_of(view), parent=spec.parent)
    mase, outcome = _result(service, key, store.forecast_changed(key))
    return RunSummary(*facts, state.status, None, mase, outcome, spec.parent)


@lru_cache(maxsize=1024)
def _horizon(service: TrainingService, key: str) -> str:
    return counted(service.store.spec(key).config.horizon, service.store.series(key).frequency.step_name)


@lru_cache(maxsize=1024)
def _result(service: TrainingService, key: str, changed: int) -> tuple[float | None, Outcome]:
    forecast = service.store.forecast(key) if changed else None
    return (None, "") if forecast is None else (backtest_mase(forecast), outcome_of(forecast))


def backtest_mase(forecast: Forecast) -> float | None:
    """Read the model's MASE in the back-test; None where it does not exist."""
    for scores in (forecast.backtest_scores, forecast.scores):
        if "mase" in scores and scores["mase"].notna().get("model", False):
            return float(scores["mase"]["model"])
    return None


def outcome_of(forecast: Forecast) -> Outcome:
    """Say the standing in a word: `no better` where AutoETS is ahead, or a simple rule does as well."""
    outcomes: dict[Standing, Outcome] = {"best": "better", "between": "no better", "worse": "worse"}
    return outcomes[standing(forecast)]


def _done_of(view: RunView) -> float | None:
    """Return which share of the epochs is done; None while the run waits."""
    if view.state.status == "queued":
        return None
    return min(1.0, view.epoch / max(1, view.state.target_epochs))


def _progress_of(view: RunView) -> str:
    state = view.state
    if state.status == "queued":
        return f"waiting, {view.ahead} before it" if view.ahead else "starting"
    if state.stage:
        return re.split("[,:]", state.stage)[0]
    return f"training, epoch {view.epoch} of {state.target_epochs}"

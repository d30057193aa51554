"""What a run is: its unchanging specification, its changing state, and the view that pages get of both."""

from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

from lstm_viz.forecasting.company import Company
from lstm_viz.forecasting.config import ForecastConfig
from lstm_viz.forecasting.forecast import Forecast, Others
from lstm_viz.tables import Series
from lstm_viz.training.history import EpochRecord, newest_epoch

Status = Literal["queued", "running", "finished", "stopped", "diverged", "interrupted", "failed"]
ACTIVE: tuple[Status, ...] = ("queued", "running")


@dataclass(frozen=True)
class Source:
    """Where a series came from: a shipped sample by its key, or a stored upload by its key; `name` is for reading."""

    kind: Literal["sample", "upload"]
    key: str
    name: str


@dataclass(frozen=True)
class RunSpec:
    """What a run was asked to do; written once.

    Args:
        choices: what was chosen of reading and columns beyond time and target, as addresses of the app write it.
        parent: the run that this one repeats with one change; empty where there is none, and in runs from before.
    """

    source: Source
    time: str
    target: str
    config: ForecastConfig
    created: str
    parent: str = ""
    choices: dict[str, str] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Give plain values for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "RunSpec":
        """Undo `to_dict`."""
        config = ForecastConfig.from_dict(values["config"])
        return cls(**{**values, "source": Source(**values["source"]), "config": config})


@dataclass(frozen=True)
class RunState:
    """Where a run stands.

    Args:
        status: `queued` and `running` are going on, the others have ended.
        message: one sentence for the reader; empty while all is well.
        target_epochs: the epoch at which it ends at the latest.
        stage: what is done after the last epoch, in words; empty before that.
        more_epochs: epochs that were asked for beyond those done, and that no checkpoint knows of yet.
    """

    status: Status
    target_epochs: int
    message: str = ""
    stage: str = ""
    more_epochs: int = 0

    @property
    def active(self) -> bool:
        """Whether training goes on or is about to."""
        return self.status in ACTIVE

    def become(self, status: Status, message: str = "") -> "RunState":
        """Give the state that follows."""
        return replace(self, status=status, message=message, stage="")

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "RunState":
        """Undo `dataclasses.asdict`; runs from before leases name an owner."""
        return cls(**{name: value for name, value in values.items() if name != "owner"})


@dataclass(frozen=True, eq=False)
class RunView:
    """All that a page shows of a run at one moment.

    Args:
        series: the one whose training is watched, or the one that the view is `about`.
        forecast: None until training has ended with a model.
        ahead: how many runs wait or train before this one while it is queued.
        company: the other series of the file, where they are forecast too.
        others: what is said of them.
        whole: the view of the series whose training is watched, where this one is `about` another.
    """

    key: str
    spec: RunSpec
    state: RunState
    history: tuple[EpochRecord, ...]
    series: Series
    forecast: Forecast | None
    ahead: int = 0
    company: Company | None = None
    others: Others = field(default_factory=Others)
    whole: "RunView | None" = None

    @property
    def told(self) -> dict[str, Forecast]:
        """The forecasts of all series by name, in the order of the file."""
        watched = self.whole or self
        if self.company is None or watched.forecast is None:
            return {}
        forecasts = {**self.others.forecasts, watched.series.unique_id: watched.forecast}
        return {name: forecasts[name] for name in self.company.names if name in forecasts}

    @property
    def is_watched(self) -> bool:
        """Whether the view is about the series whose training is watched."""
        return self.whole is None

    @property
    def has_networks(self) -> bool:
        """Whether the networks that made this forecast were kept: those of the watched series, and of a global model."""
        return self.is_watched or self.spec.config.scope == "global"

    def about(self, name: str | None) -> "RunView":
        """Speak of another series of the run; of the same where there is none of that name, or no forecast of it."""
        watched = self.whole or self
        if self.company is None or name not in watched.told:
            return self
        if name == watched.series.unique_id:
            return watched
        series = self.company.others[self.company.names.index(name)]
        return replace(watched, series=series, forecast=self.others.forecasts[name], whole=watched)

    @property
    def epoch(self) -> int:
        """Epochs that are complete."""
        return newest_epoch(self.history)

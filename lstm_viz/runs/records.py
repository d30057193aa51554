"""What a run and a race look like from outside: what was requested, the changing state, the view for pages, a name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo
from typing import Any, Literal, Self

from lstm_viz.forecasting.config import ForecastConfig
from lstm_viz.forecasting.forecast import Forecast, Others
from lstm_viz.forecasting.series_group import SeriesGroup
from lstm_viz.glossary import label_of
from lstm_viz.plain_values import Plain
from lstm_viz.racing.config import RaceConfig, RaceRecord, RacerStatus, ending_sentence, solved_at, status_of
from lstm_viz.recurrent.specification import Cell
from lstm_viz.runs.file_choices import EVERY_COLUMN
from lstm_viz.tables import Series
from lstm_viz.training.config import EpochRecord, newest_epoch

Status = Literal["queued", "running", "finished", "stopped", "diverged", "interrupted", "failed"]
RaceStatus = Literal["queued", "running", "paused", "finished", "stopped", "interrupted", "failed"]
ACTIVE = ("queued", "running")
OVER = ("finished", "stopped")
MAX_NAME = 80
LONGEST_TARGET = 40


@dataclass(frozen=True)
class Source:
    """Where a series came from: a shipped sample by its key, or a stored upload by its key; `name` is for reading."""

    kind: Literal["sample", "upload"]
    key: str
    name: str


@dataclass(frozen=True)
class RunSpec(Plain):
    """The request of a run; written once."""

    source: Source
    time: str
    target: str
    config: ForecastConfig
    created: str
    parent: str = (
        ""  # the run that this one repeats with one change; empty where there is none, and in runs from before
    )
    # what was chosen of reading and columns beyond time and target, as addresses of the app write it
    choices: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _State(Plain):
    status: Any

    @property
    def active(self) -> bool:
        return self.status in ACTIVE

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """Undo `to_dict`; runs from before leases name an owner."""
        return super().from_dict({name: value for name, value in values.items() if name != "owner"})


@dataclass(frozen=True)
class RunState(_State):
    """Where a run stands."""

    status: Status  # `queued` and `running` are going on, the others have ended
    target_epochs: int  # the epoch at which it ends at the latest
    message: str = ""  # one sentence for the reader; empty while all is well
    stage: str = ""  # what is done after the last epoch, in words; empty before that
    more_epochs: int = 0  # epochs requested beyond those done, and not in any checkpoint yet

    def become(self, status: Status, message: str = "") -> "RunState":
        """Return the state that follows."""
        return replace(self, status=status, message=message, stage="")


@dataclass(frozen=True, eq=False)
class RunView:
    """All that a page shows of a run at one moment."""

    key: str
    spec: RunSpec
    state: RunState
    history: tuple[EpochRecord, ...]
    series: Series  # the one whose training is watched, or the one that the view is `about`
    forecast: Forecast | None  # None until training has ended with a model
    ahead: int = 0  # how many runs wait or train before this one while it is queued
    # group, others: the other series of the file, where they are forecast too, and their forecasts
    group: SeriesGroup | None = None
    others: Others = field(default_factory=Others)
    whole: "RunView | None" = (
        None  # the view of the series whose training is watched, where this one is `about` another
    )

    @property
    def forecasts_by_series(self) -> dict[str, Forecast]:
        """The forecasts of all series by name, in the order of the file."""
        watched = self.whole or self
        if self.group is None or watched.forecast is None:
            return {}
        forecasts = {**self.others.forecasts, watched.series.unique_id: watched.forecast}
        return {name: forecasts[name] for name in self.group.names if name in forecasts}

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
        if self.group is None or name not in watched.forecasts_by_series:
            return self
        if name == watched.series.unique_id:
            return watched
        series = self.group.others[self.group.names.index(name)]
        return replace(watched, series=series, forecast=self.others.forecasts[name], whole=watched)

    @property
    def epoch(self) -> int:
        """Epochs that are complete."""
        return newest_epoch(self.history)


@dataclass(frozen=True)
class Outcome:
    """How one network stands: `racing` until it is done, and the update at which it had solved the task."""

    status: RacerStatus
    solved_at: int | None


@dataclass(frozen=True)
class RaceState(_State):
    """Where a race stands."""

    # `queued` and `running` are going on; `finished` and `stopped` are over for good; the others can go on
    status: RaceStatus
    message: str = ""  # one sentence for the reader; empty while all is well
    diverged: tuple[Cell, ...] = ()  # the networks whose loss left the range of numbers
    # how each network stands once the race has halted; empty until somebody has worked it out
    outcomes: dict[Cell, Outcome] = field(default_factory=dict)

    @property
    def over(self) -> bool:
        """Whether the race has ended for good."""
        return self.status in OVER

    def become(self, status: RaceStatus, message: str = "") -> "RaceState":
        """Return the state that follows."""
        return replace(self, status=status, message=message, outcomes={} if status in ACTIVE else self.outcomes)


@dataclass(frozen=True, eq=False)
class RacerView:
    """All that a page shows of one network."""

    cell: Cell
    parameters: int
    history: tuple[RaceRecord, ...]  # one record per ten updates
    status: RacerStatus  # `racing` until it is done, whether or not the race goes on at the moment
    solved_at: int | None
    message: str  # how its race ended, in one sentence; empty while it is not over


@dataclass(frozen=True)
class RaceSummary:
    """What a list shows of a race; outcomes in the order of `config.cells`."""

    key: str
    config: RaceConfig
    state: RaceState
    outcomes: dict[Cell, Outcome]


@dataclass(frozen=True, eq=False)
class RaceView:
    """All that a page shows of a race at one moment; `ahead` races and runs are before it while it is queued."""

    key: str
    config: RaceConfig
    state: RaceState
    racers: dict[Cell, RacerView]
    ahead: int = 0


def outcomes_of(
    config: RaceConfig, histories: Mapping[Cell, Sequence[RaceRecord]], diverged: tuple[Cell, ...]
) -> dict[Cell, Outcome]:
    """Return how each network stands, given its records."""
    return {
        cell: Outcome(status_of(config, history, cell in diverged), solved_at(config, history))
        for cell, history in histories.items()
    }


def view_racer(
    config: RaceConfig, cell: Cell, parameters: int, history: tuple[RaceRecord, ...], diverged: bool
) -> RacerView:
    """Return how a network stands, given its records."""
    status, message = status_of(config, history, diverged), ending_sentence(config, history, diverged)
    return RacerView(cell, parameters, history, status, solved_at(config, history), message)


def clean_name(text: str) -> str:
    """Make a name fit for one line: no breaks, nothing invisible, not too long.

    >>> clean_name("  my\\n best\\trun ")
    'my best run'
    """
    visible = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(visible.split())[:MAX_NAME].strip()


def default_name(spec: RunSpec, zone: tzinfo = UTC) -> str:
    """Name a run that nobody named, in the reader's time zone: "LSTM · passengers · 21 Nov 18:20"."""
    moment = created_at(spec).astimezone(zone)
    subject = clean_name(subject_of(spec))[:LONGEST_TARGET]
    return f"{label_of(spec.config.cell)} · {subject} · {moment.day} {moment:%b %H:%M}"


def subject_of(spec: RunSpec) -> str:
    """Name what is forecast: a column, one series of a file that holds several, or all of them."""
    if spec.config.scope != "one":
        return "Every column" if spec.choices.get("id") == EVERY_COLUMN else f"{spec.target} of all series"
    series = spec.choices.get("series") or spec.target
    return spec.target if series == spec.target else f"{series} · {spec.target}"


def created_at(spec: RunSpec) -> datetime:
    """Return when a run was requested; a time without a zone is taken as UTC."""
    moment = datetime.fromisoformat(spec.created)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

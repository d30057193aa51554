"""What the Forecast page works on: worked out from the address, once per rerun."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property

from lstm_viz.errors import LSTMVizError
from lstm_viz.forecasting.series_group import Company
from lstm_viz.runs.file_choices import EVERY_COLUMN, FEATURES, ONE_SERIES, wished_columns, written_names
from lstm_viz.runs.records import RunSpec, RunView, Source
from lstm_viz.runs.services import training_service
from lstm_viz.tables import (
    ROW_NUMBER,
    Columns,
    Finding,
    Panel,
    Series,
    Table,
    reading_findings,
    series_id_choices,
    sound_features,
    time_choices,
)
from lstm_viz.ui.forecast.sources import (
    SERIES_SHOWN,
    data_choices,
    data_parameter,
    find_source,
    findings_of,
    open_table,
    panel_of,
    table_without_numbers,
)
from lstm_viz.ui.shared.form import Settings
from lstm_viz.ui.shared.launch import find_view, launch
from lstm_viz.ui.shared.settings import forecast_settings, portable_settings
from lstm_viz.ui.shell.address import Address
from lstm_viz.ui.shell.session import current_session


@dataclass(frozen=True, eq=False)
class Workbench:
    """All that the page shows.

    Args:
        source: where the data comes from.
        choices: what was chosen of reading and columns, as the address writes it; what is left out is by evidence.
        table: the file as it was read; None where it cannot be.
        refused: the table where it holds no numbers, so that nothing but its reading can be changed.
        panel: the series of the table; None where the columns give none.
        series: the one of the panel that is forecast.
        settings: how; None while there is no series, or where it is too short for any forecast.
        run: the run in the address; None when there is none.
        reading_errors: what to say beside the settings of the reading, by setting.
        feature_errors: what to say beside the columns that go along, for `known` and `past`.
        source_error, columns_error, series_error, run_error: what to say beside the file, the columns, the choice of the
            series, and on the canvas.
    """

    source: Source
    choices: Mapping[str, str] = field(default_factory=dict)
    table: Table | None = None
    refused: Table | None = None
    panel: Panel | None = None
    series: Series | None = None
    settings: Settings | None = None
    run: RunView | None = None
    reading_errors: Mapping[str, str] = field(default_factory=dict)
    feature_errors: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    source_error: LSTMVizError | None = None
    columns_error: LSTMVizError | None = None
    series_error: LSTMVizError | None = None
    run_error: LSTMVizError | None = None

    @property
    def series_count(self) -> int:
        """How many series the file holds."""
        return 0 if self.panel is None else len(self.panel)

    @property
    def is_of_run(self) -> bool:
        """Whether data and settings are those of the opened run, so that training again would repeat it."""
        return self.run is not None and self.settings is not None and self.settings.config == self.run.spec.config

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What the data check says of the series, given the horizon that is asked for."""
        if self.series is None:
            return ()
        horizon = self.settings.shown("horizon") if self.settings else None
        genuine = self.table.reading.genuine if self.table else ()
        read = reading_findings(self.table) if self.table else ()
        found = findings_of(self.series, horizon, genuine)
        problems = tuple(finding for finding in found if finding.severity == "problem")
        return (*problems, *read, *found[len(problems) :])


def open_workbench(address: Address) -> Workbench:
    """Work out data, settings and run from the address; what is wrong is kept beside what is right."""
    run, run_error = find_view(training_service(), address.get("run"))
    source = find_source(address, run)
    choices = data_choices(address, run)
    if run is not None and address.get("data") is None and address.get(SERIES_SHOWN) in run.told:
        choices["series"] = address.get(SERIES_SHOWN) or ""
    table, reading_errors = open_table(source, choices)
    bench = Workbench(source, choices, run=run, reading_errors=reading_errors, run_error=run_error)
    if not isinstance(table, Table):
        return replace(bench, source_error=table, refused=table_without_numbers(source, choices))
    return _with_settings(_with_series(replace(bench, table=table), table), address)


def _with_series(bench: Workbench, table: Table) -> Workbench:
    """Lay out the series; columns that are not there are told and left to the reader, features that cannot be left out."""
    panel = panel_of(bench.source, table.reading, columns_wished(bench.choices, table))
    if isinstance(panel, LSTMVizError):
        bench, panel = _as_far_as_it_goes(bench, table)
    if isinstance(panel, LSTMVizError):
        return bench
    try:
        return replace(bench, panel=panel, series=panel.get(bench.choices.get("series", panel.ids[0])))
    except LSTMVizError as error:
        return replace(bench, panel=panel, series=panel.series[0], series_error=error)


def _as_far_as_it_goes(bench: Workbench, table: Table) -> tuple[Workbench, Panel | LSTMVizError]:
    wished = columns_wished(bench.choices, table)
    usable = replace(wished, known=(), past=())
    panel = panel_of(bench.source, table.reading, usable)
    if isinstance(panel, LSTMVizError):
        bench = replace(bench, columns_error=panel)
        there = {name: value for name, value in bench.choices.items() if _is_there(table, name, value)}
        usable = replace(columns_wished(there, table), known=(), past=())
        panel = panel_of(bench.source, table.reading, usable)
    if isinstance(panel, LSTMVizError) or not (wished.known or wished.past):
        return bench, panel
    usable, told = sound_features(table, replace(usable, known=wished.known, past=wished.past))
    return replace(bench, feature_errors=told), panel_of(bench.source, table.reading, usable)


def columns_wished(choices: Mapping[str, str], table: Table) -> Columns:
    """Take what was chosen of the columns; every column of numbers is a series of its own where that was chosen."""
    wished = wished_columns(choices)
    if choices.get("id") != EVERY_COLUMN:
        return wished
    return replace(wished, target=None, targets=value_columns(table, wished))


def value_columns(table: Table, wished: Columns) -> tuple[str, ...]:
    """Name the columns of numbers that serve as nothing else."""
    time = table.proposed_time if wished.time is None else wished.time
    taken = (time, *wished.known, *wished.past)
    return tuple(column.name for column in table.columns if column.kind == "number" and column.name not in taken)


def _with_settings(bench: Workbench, address: Address) -> Workbench:
    if bench.series is None:
        return bench
    of_run = bench.run.spec.config if bench.run else None
    if of_run is not None and bench.series_count < 2:
        of_run = replace(of_run, scope="one")
    rows, season = len(bench.series.y), bench.series.frequency.season_length
    try:
        return replace(bench, settings=forecast_settings(address, rows, season, of_run, bench.series_count > 1))
    except LSTMVizError as error:
        return replace(bench, columns_error=bench.columns_error or error)


def _is_there(table: Table, name: str, value: str) -> bool:
    names = [column.name for column in table.columns]
    if name == "time":
        return value in ("", ROW_NUMBER, *names, *time_choices(table))
    if name == "id":
        return value in (ONE_SERIES, EVERY_COLUMN, *series_id_choices(table))
    return name != "target" or value in names


def choose_data(bench: Workbench, address: Address, **changes: str | None) -> None:
    """Write what was chosen of reading and columns; None leaves it to the reader. An open run is left, its choices stay."""
    of_run: dict[str, str] = {}
    if address.get("data") is None and bench.run is not None:
        of_run = {**bench.choices, **portable_settings(bench.settings)}
    address.set(**{"run": None, **of_run, "data": data_parameter(bench.source), **changes})


def start_run(bench: Workbench, address: Address) -> None:
    """Store a new run, queue it, and put it into the address; a second click on the same run does nothing."""
    if (
        current_session().arrived
        or bench.series is None
        or bench.settings is None
        or _is_under_way(bench, address.get("run"))
    ):
        return
    series, service = bench.series, training_service()
    created = datetime.now(UTC).isoformat(timespec="seconds")
    choices = {name: value for name, value in bench.choices.items() if name not in ("time", "target", *FEATURES)}
    if bench.panel is not None:
        used = {name: written_names(getattr(bench.panel.columns, name)) for name in FEATURES}
        choices |= {name: value for name, value in used.items() if value is not None}
        if bench.panel.layout != "single":
            choices["series"] = series.unique_id
        if bench.panel.layout == "long":
            choices["id"] = bench.panel.columns.series_id or ""
    spec = RunSpec(bench.source, series.time or "", series.name, bench.settings.config, created, choices=choices)
    launch("train", service, lambda: service.store.create(spec, series, _company_of(bench)), address)


def _is_under_way(bench: Workbench, key: str | None) -> bool:
    """Tell whether the address names such a run that goes on: then a click is the second one of a double click.

    The bench of a click is that of the last page that was drawn whole; the address is newer.
    """
    run, _ = find_view(training_service(), key)
    same = run is not None and bench.settings is not None and bench.settings.config == run.spec.config
    return same and run is not None and run.state.active and run.spec.source == bench.source


def _company_of(bench: Workbench) -> Company | None:
    if bench.panel is None or bench.series is None or bench.settings is None or bench.settings.config.scope == "one":
        return None
    return Company.of(bench.panel.series, bench.series)

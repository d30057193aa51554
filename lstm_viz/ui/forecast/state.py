"""What the Forecast page works on: worked out from the address, once per rerun."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property

from lstm_viz.errors import LSTMVizError
from lstm_viz.forecasting.series_group import SeriesGroup
from lstm_viz.runs.file_choices import EVERY_COLUMN, FEATURES, ONE_SERIES, requested_columns, written_names
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
class ForecastPage:
    """All that the page shows."""

    source: Source
    # what was chosen of reading and columns, as the address writes it; the rest is detected
    choices: Mapping[str, str] = field(default_factory=dict)
    table: Table | None = None  # the file as it was read; None where that is impossible
    refused: Table | None = None  # the table if it holds no numbers, so that only its reading can be changed
    panel: Panel | None = None  # the series of the table; None where the columns give none
    series: Series | None = None  # the one of the panel that is forecast
    settings: Settings | None = None  # how; None while there is no series, or where it is too short for any forecast
    run: RunView | None = None  # the run in the address
    # reading_errors, feature_errors: what to say next to the settings of the reading and the further columns
    reading_errors: Mapping[str, str] = field(default_factory=dict)
    feature_errors: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    # source_error, columns_error, series_error, run_error: what to say next to the file, the columns, the choice of the
    # series, and on the canvas
    source_error: LSTMVizError | None = None
    columns_error: LSTMVizError | None = None
    series_error: LSTMVizError | None = None
    run_error: LSTMVizError | None = None

    @property
    def series_count(self) -> int:
        """Number of series in the file."""
        return 0 if self.panel is None else len(self.panel)

    @property
    def is_of_run(self) -> bool:
        """Whether data and settings are those of the opened run, so that training again would repeat it."""
        return self.run is not None and self.settings is not None and self.settings.config == self.run.spec.config

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What the data check finds in the series, given the requested horizon."""
        if self.series is None:
            return ()
        horizon = self.settings.shown("horizon") if self.settings else None
        genuine = self.table.reading.genuine if self.table else ()
        read = reading_findings(self.table) if self.table else ()
        found = findings_of(self.series, horizon, genuine)
        problems = tuple(finding for finding in found if finding.severity == "problem")
        return (*problems, *read, *found[len(problems) :])


def open_forecast_page(address: Address) -> ForecastPage:
    """Read data, settings and run from the address; errors are kept next to what is possible."""
    run, run_error = find_view(training_service(), address.get("run"))
    source = find_source(address, run)
    choices = data_choices(address, run)
    if run is not None and address.get("data") is None and address.get(SERIES_SHOWN) in run.forecasts_by_series:
        choices["series"] = address.get(SERIES_SHOWN) or ""
    table, reading_errors = open_table(source, choices)
    page = ForecastPage(source, choices, run=run, reading_errors=reading_errors, run_error=run_error)
    if not isinstance(table, Table):
        return replace(page, source_error=table, refused=table_without_numbers(source, choices))
    return _with_settings(_with_series(replace(page, table=table), table), address)


def _with_series(page: ForecastPage, table: Table) -> ForecastPage:
    """Lay out the series; impossible columns and features are reported and left out."""
    panel = panel_of(page.source, table.reading, requested_columns_of(page.choices, table))
    if isinstance(panel, LSTMVizError):
        page, panel = _as_far_as_it_goes(page, table)
    if isinstance(panel, LSTMVizError):
        return page
    try:
        return replace(page, panel=panel, series=panel.get(page.choices.get("series", panel.ids[0])))
    except LSTMVizError as error:
        return replace(page, panel=panel, series=panel.series[0], series_error=error)


def _as_far_as_it_goes(page: ForecastPage, table: Table) -> tuple[ForecastPage, Panel | LSTMVizError]:
    requested = requested_columns_of(page.choices, table)
    usable = replace(requested, known=(), past=())
    panel = panel_of(page.source, table.reading, usable)
    if isinstance(panel, LSTMVizError):
        page = replace(page, columns_error=panel)
        there = {name: value for name, value in page.choices.items() if _is_there(table, name, value)}
        usable = replace(requested_columns_of(there, table), known=(), past=())
        panel = panel_of(page.source, table.reading, usable)
    if isinstance(panel, LSTMVizError) or not (requested.known or requested.past):
        return page, panel
    usable, errors = sound_features(table, replace(usable, known=requested.known, past=requested.past))
    return replace(page, feature_errors=errors), panel_of(page.source, table.reading, usable)


def requested_columns_of(choices: Mapping[str, str], table: Table) -> Columns:
    """Return the requested columns; every column of numbers is a series of its own where that was chosen."""
    requested = requested_columns(choices)
    if choices.get("id") != EVERY_COLUMN:
        return requested
    return replace(requested, target=None, targets=value_columns(table, requested))


def value_columns(table: Table, requested: Columns) -> tuple[str, ...]:
    """Return the columns of numbers that have no other role."""
    time = table.proposed_time if requested.time is None else requested.time
    taken = (time, *requested.known, *requested.past)
    return tuple(column.name for column in table.columns if column.kind == "number" and column.name not in taken)


def _with_settings(page: ForecastPage, address: Address) -> ForecastPage:
    if page.series is None:
        return page
    of_run = page.run.spec.config if page.run else None
    if of_run is not None and page.series_count < 2:
        of_run = replace(of_run, scope="one")
    rows, season = len(page.series.y), page.series.frequency.season_length
    try:
        return replace(page, settings=forecast_settings(address, rows, season, of_run, page.series_count > 1))
    except LSTMVizError as error:
        return replace(page, columns_error=page.columns_error or error)


def _is_there(table: Table, name: str, value: str) -> bool:
    names = [column.name for column in table.columns]
    if name == "time":
        return value in ("", ROW_NUMBER, *names, *time_choices(table))
    if name == "id":
        return value in (ONE_SERIES, EVERY_COLUMN, *series_id_choices(table))
    return name != "target" or value in names


def choose_data(page: ForecastPage, address: Address, **changes: str | None) -> None:
    """Write choices of reading and columns to the address; None leaves one to the reader. An open run is closed."""
    of_run: dict[str, str] = {}
    if address.get("data") is None and page.run is not None:
        of_run = {**page.choices, **portable_settings(page.settings)}
    address.set(**{"run": None, **of_run, "data": data_parameter(page.source), **changes})


def start_run(page: ForecastPage, address: Address) -> None:
    """Store a new run, queue it, and put it into the address; a second click on the same run does nothing."""
    series, service = page.series, training_service()
    if current_session().arrived or series is None or page.settings is None or _is_under_way(page, address.get("run")):
        return
    created = datetime.now(UTC).isoformat(timespec="seconds")
    choices = {name: value for name, value in page.choices.items() if name not in ("time", "target", *FEATURES)}
    if page.panel is not None:
        used = {name: written_names(getattr(page.panel.columns, name)) for name in FEATURES}
        choices |= {name: value for name, value in used.items() if value is not None}
        if page.panel.layout != "single":
            choices["series"] = series.unique_id
        if page.panel.layout == "long":
            choices["id"] = page.panel.columns.series_id or ""
    spec = RunSpec(page.source, series.time or "", series.name, page.settings.config, created, choices=choices)
    group = None
    if page.panel is not None and page.settings.config.scope != "one":
        group = SeriesGroup.of(page.panel.series, series)
    launch("train", service, lambda: service.store.create(spec, series, group), address)


def _is_under_way(page: ForecastPage, key: str | None) -> bool:
    """Return whether the address names such a run that is active: then a click is the second one of a double click.

    The page of a click is that of the last page that was drawn whole; the address is newer.
    """
    run, _ = find_view(training_service(), key)
    same = run is not None and page.settings is not None and page.settings.config == run.spec.config
    return same and run is not None and run.state.active and run.spec.source == page.source

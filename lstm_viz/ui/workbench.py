"""What the Forecast page works on: worked out from the address, once per rerun."""

from dataclasses import dataclass
from datetime import UTC, datetime

import streamlit as st

from lstm_viz.errors import LSTMVizError, RunNotFound
from lstm_viz.runs.records import RunSpec, RunView, Source
from lstm_viz.runs.service import training_service
from lstm_viz.tables import SAMPLES, Series, Table, load_sample, make_series, read_table
from lstm_viz.ui.address import Address
from lstm_viz.ui.session import current_session
from lstm_viz.ui.settings import Settings, chosen_preset, chosen_settings, resolve_settings

UPLOAD_PREFIX = "u-"


@dataclass(frozen=True, eq=False)
class Workbench:
    """All that the page shows.

    Args:
        source: where the data comes from.
        table: the file as it was read; None where it cannot be.
        series: what is forecast; None where the table gives none.
        settings: how; None while there is no series.
        run: the run in the address; None when there is none.
        source_error, columns_error, run_error: what to say beside the file, the columns, and on the canvas.
    """

    source: Source
    table: Table | None = None
    series: Series | None = None
    settings: Settings | None = None
    run: RunView | None = None
    source_error: LSTMVizError | None = None
    columns_error: LSTMVizError | None = None
    run_error: LSTMVizError | None = None

    @property
    def is_of_run(self) -> bool:
        """Whether data and settings are those of the opened run, so that training again would repeat it."""
        return self.run is not None and self.settings is not None and self.settings.config == self.run.spec.config


def open_workbench(address: Address) -> Workbench:
    """Work out data, settings and run from the address; what is wrong is kept beside what is right."""
    run, run_error = find_run(address.get("run"))
    source = find_source(address, run)
    try:
        table = cached_table(source)
    except LSTMVizError as error:
        return Workbench(source, run=run, source_error=error, run_error=run_error)
    try:
        series = cached_series(source, *wished_columns(address, run))
        of_run = run.spec.config if run else None
        season = series.frequency.season_length
        settings = resolve_settings(chosen_settings(address), len(series.y), season, of_run, chosen_preset(address))
    except LSTMVizError as error:
        return Workbench(source, table, run=run, columns_error=error, run_error=run_error)
    return Workbench(source, table, series, settings, run, run_error=run_error)


def find_run(key: str | None) -> tuple[RunView | None, LSTMVizError | None]:
    """Open the run in the address, or say why it cannot be."""
    if key is None:
        return None, None
    try:
        return training_service().view(key), None
    except LSTMVizError as error:
        return None, error


def find_source(address: Address, run: RunView | None) -> Source:
    """Tell where the data comes from: the address, else the run, else the first sample."""
    wished = address.get("data")
    if wished is None and run is not None:
        return run.spec.source
    if wished and wished.startswith(UPLOAD_PREFIX):
        return upload_source(wished.removeprefix(UPLOAD_PREFIX))
    sample = next((sample for sample in SAMPLES if sample.key == wished), SAMPLES[0])
    return Source("sample", sample.key, sample.title)


def upload_source(key: str) -> Source:
    """Name a stored upload; one that is gone keeps its key and fails when it is read."""
    try:
        name, _ = training_service().uploads.get(key)
    except RunNotFound:
        name = "file"
    return Source("upload", key, name)


def wished_columns(address: Address, run: RunView | None) -> tuple[str | None, str | None]:
    """Tell which time and target columns are wanted; None leaves the choice to the reader."""
    if address.get("data") is None and run is not None:
        return run.spec.time, run.spec.target
    return address.get("time"), address.get("target")


@st.cache_resource(max_entries=12, show_spinner="Reading the file …")
def _table(kind: str, key: str) -> Table:
    if kind == "sample":
        return load_sample(key)
    name, data = training_service().uploads.get(key)
    return read_table(data, name)


def cached_table(source: Source) -> Table:
    """Read a source once per server.

    Raises:
        LSTMVizError: it is no table, or no longer stored.
    """
    return _table(source.kind, source.key)


@st.cache_resource(max_entries=24, show_spinner=False)
def _series(kind: str, key: str, time: str | None, target: str | None) -> Series:
    return make_series(_table(kind, key), time, target)


def cached_series(source: Source, time: str | None, target: str | None) -> Series:
    """Make a regular series of two columns once per server.

    Raises:
        LSTMVizError: the columns give none.
    """
    return _series(source.kind, source.key, time, target)


def data_parameter(source: Source) -> str:
    """Name a source as the address does."""
    return f"{UPLOAD_PREFIX}{source.key}" if source.kind == "upload" else source.key


def start_run(bench: Workbench, address: Address) -> None:
    """Store a new run, queue it, and put it into the address; a second click on the same run does nothing."""
    session = current_session()
    session.train_error = ""
    if bench.series is None or bench.settings is None or (bench.is_of_run and bench.run and bench.run.state.active):
        return
    series, service = bench.series, training_service()
    created = datetime.now(UTC).isoformat(timespec="seconds")
    spec = RunSpec(bench.source, series.time or "", series.name, bench.settings.config, created)
    try:
        key = service.store.create(spec, series)
        session.moved = True
        address.replace(run=key)
        service.submit(key)
    except LSTMVizError as error:
        session.train_error = str(error)


def train_further(key: str, epochs: int) -> None:
    """Queue more epochs of a run that has ended; 0 goes on to its planned end."""
    session = current_session()
    session.train_error, session.moved = "", True
    try:
        training_service().submit(key, more_epochs=epochs)
    except LSTMVizError as error:
        session.train_error = str(error)

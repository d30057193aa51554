"""Where the data comes from and how it is read: from the address to a table and its series, each made once per server."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import fields
from typing import Any

import streamlit as st

from lstm_viz.errors import LSTMVizError, SettingsError
from lstm_viz.forecasting.config import MIN_TRAINING_WINDOWS
from lstm_viz.glossary import label_of
from lstm_viz.runs.file_choices import COLUMNS, FEATURES
from lstm_viz.runs.folders import ByteCache
from lstm_viz.runs.records import RunView, Source
from lstm_viz.runs.services import training_service
from lstm_viz.tables import (
    MAX_ROWS,
    ROW_NUMBER,
    SAMPLES,
    Columns,
    Finding,
    Panel,
    Reading,
    Series,
    Table,
    inspect_series,
    make_panel,
    read_table,
    sample_bytes,
)
from lstm_viz.tables.values.numbers import numbers_among
from lstm_viz.ui.shared.launch import upload_name
from lstm_viz.ui.shell.address import MAX_LENGTH, Address
from lstm_viz.ui.shell.markdown import literal
from lstm_viz.ui.shell.session import current_session

UPLOAD_PREFIX = "u-"
READING = {
    "enc": "encoding",
    "sep": "delimiter",
    "dec": "decimal",
    "header": "header",
    "sheet": "sheet",
    "order": "date_order",
    "periods": "periods",
    "year": "fiscal_year",
    "na": "missing",
    "real": "genuine",
}
CHOICES = (*READING, *COLUMNS, "series")
SERIES_SHOWN = "of"
LISTS = ("missing", "genuine")
LONGEST = dict.fromkeys(FEATURES, 8000)
DELIMITER_WORDS = {"\t": "tab", " ": "space", "": "none"}
SPELLINGS = {word: delimiter for delimiter, word in DELIMITER_WORDS.items()}


def find_source(address: Address, run: RunView | None) -> Source:
    """Return where the data comes from: the address, else the run, else the first sample."""
    requested = address.get("data")
    if requested is None and run is not None:
        return run.spec.source
    if requested and requested.startswith(UPLOAD_PREFIX):
        key = requested.removeprefix(UPLOAD_PREFIX)
        return Source("upload", key, upload_name(training_service().uploads, key))
    sample = next((sample for sample in SAMPLES if sample.key == requested), SAMPLES[0])
    return Source("sample", sample.key, sample.title)


def data_parameter(source: Source) -> str:
    """Name a source as the address does."""
    return f"{UPLOAD_PREFIX}{source.key}" if source.kind == "upload" else source.key


def data_choices(address: Address, run: RunView | None) -> dict[str, str]:
    """Return what was chosen of reading and columns, as the address writes it: by the address, else by the run."""
    if address.get("data") is None and run is not None:
        return {**run.spec.choices, "time": run.spec.time or ROW_NUMBER, "target": run.spec.target}
    found = {name: address.get(name, LONGEST.get(name, MAX_LENGTH)) for name in CHOICES}
    return {name: value for name, value in found.items() if value is not None}


def requested_reading(choices: Mapping[str, str]) -> tuple[Reading, dict[str, str]]:
    """Return the reading that the address requests, and why a value is impossible, by setting."""
    values: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for parameter, name in READING.items():
        if parameter not in choices:
            continue
        try:
            value = parsed(name, choices[parameter])
            Reading(**{name: value})
        except SettingsError as error:
            errors[name] = _with_labels(error)
        except ValueError:
            errors[name] = f"{label_of(name)} (={choices[parameter][:40]}) must be a whole number. 0 means none."
        else:
            values[name] = value
    return Reading(**values), errors


def parsed(name: str, text: str) -> Any:
    """Read a setting from the address.

    Raises:
        ValueError: it must be a number and is none.
        SettingsError: it is a row that no file has.
    """
    if name == "header":
        if int(text) > MAX_ROWS:
            raise SettingsError(f"`header` (={text[:20]}) must be at most {MAX_ROWS:,}. Use the row of the names.")
        return int(text)
    if name in LISTS:
        return tuple(filter(None, (mark.strip() for mark in text.split(","))))
    return SPELLINGS.get(text, text) if name == "delimiter" else text


def written(name: str, value: Any) -> str:
    """Write a setting as the address does."""
    if name in LISTS:
        return ", ".join(value)
    return DELIMITER_WORDS.get(value, value) if name == "delimiter" else str(value)


def _with_labels(error: LSTMVizError) -> str:
    """Replace names of settings with their labels; names from the file stay as they are."""
    sentence = str(error)
    for name in READING.values():
        sentence = sentence.replace(f"`{name}` (=", f"{label_of(name)} (=")
    return sentence


def open_table(source: Source, choices: Mapping[str, str]) -> tuple[Table | LSTMVizError, dict[str, str]]:
    """Read a source as requested; where that is impossible, as before, or with those requests that are possible.

    Returns:
        The table, or why there is none, and what is wrong with the requests, by setting.
    """
    requested, errors = requested_reading(choices)
    good = current_session().good_readings
    name = data_parameter(source)
    found = read_source(source, requested)
    if isinstance(found, Table):
        good[name] = requested
        return found, errors
    before = good.get(name)
    if before is not None and len(changed := _differing(requested, before)) == 1:
        table = read_source(source, before)
        return (table, {changed[0]: _with_labels(found), **errors}) if isinstance(table, Table) else (found, errors)
    table, refusals = _as_far_as_can_be(source, requested, errors)
    return (table, refusals) if isinstance(table, Table) else (found, errors)


def _as_far_as_can_be(
    source: Source, requested: Reading, errors: dict[str, str]
) -> tuple[Table | LSTMVizError, dict[str, str]]:
    taken, table, errors = Reading(), read_source(source), dict(errors)
    for name in _differing(requested, taken) if isinstance(table, Table) else ():
        tried = Reading.from_dict({**taken.to_dict(), name: getattr(requested, name)})
        found = read_source(source, tried)
        if isinstance(found, Table):
            taken, table = tried, found
        else:
            errors[name] = _with_labels(found)
    return table, errors


def _differing(one: Reading, other: Reading) -> list[str]:
    return [field.name for field in fields(Reading) if getattr(one, field.name) != getattr(other, field.name)]


def read_source(source: Source, reading: Reading = Reading(), table: Table | None = None) -> Table | LSTMVizError:
    """Read a source once per server; a `table` that was just read of it is kept."""
    training_service().uploads.folders.use(source.key)  # what is remembered here is not read again
    found = _read(source.kind, source.key, reading, table)
    try:
        if isinstance(found, Table):
            found.proposed_target  # noqa: B018  refuses a table without numbers
    except LSTMVizError as error:
        return error.with_traceback(None)
    return found


def table_without_numbers(source: Source, choices: Mapping[str, str]) -> Table | None:
    """Return the table that was refused since none of its columns holds numbers, so that its reading can be changed."""
    for reading in dict.fromkeys((requested_reading(choices)[0], Reading())):
        found = _read(source.kind, source.key, reading, None)
        if isinstance(found, Table):
            return found
    return None


def read_as_chosen(data: bytes, name: str, choices: Mapping[str, str]) -> Table:
    """Read another file with the choices of the first one, or without them where that is impossible.

    Raises:
        LSTMVizError: it is no table.
    """
    requested = requested_reading(choices)[0]
    if requested != Reading():
        with suppress(LSTMVizError):
            return read_table(data, name, requested)
    return read_table(data, name)


def panel_of(source: Source, reading: Reading, columns: Columns) -> Panel | LSTMVizError:
    """Lay out the series of a source once per server."""
    key = source.kind, source.key, reading
    return _panels.get((*key, columns), lambda: _lay_out(_read(*key, None), columns))


def findings_of(series: Series, horizon: int | None, genuine: tuple[str, ...] = ()) -> tuple[Finding, ...]:
    """Check a series once for each horizon; `genuine` are numbers kept although they look like codes for missing values."""
    longest = (len(series) - MIN_TRAINING_WINDOWS) // 3
    return _findings.get(
        (series, horizon, genuine), lambda: (series, inspect_series(series, horizon, longest, numbers_among(genuine)))
    )[1]


def _read(kind: str, key: str, reading: Reading, table: Table | None) -> Table | LSTMVizError:
    return _tables.get((kind, key, reading), lambda: table or _read_anew(kind, key, reading))


def _read_anew(kind: str, key: str, reading: Reading) -> Table | LSTMVizError:
    try:
        name, data = training_service().uploads.get(key) if kind == "upload" else (f"{key}.csv", sample_bytes(key))
        with st.spinner(f"Reading {literal(name)} …"):
            return read_table(data, name, reading)
    except LSTMVizError as error:
        return error.with_traceback(None)


def _lay_out(table: Table | LSTMVizError, columns: Columns) -> Panel | LSTMVizError:
    if not isinstance(table, Table):
        return table
    try:
        with st.spinner("Laying out the series …"):
            return make_panel(table, columns)
    except LSTMVizError as error:
        return error.with_traceback(None)


def _bytes_of_series(series: Series) -> int:
    return series.y.nbytes + series.ds.nbytes + sum(feature.values.nbytes for feature in series.features)


_tables: ByteCache[Table | LSTMVizError] = ByteCache(
    lambda table: int(table.frame.memory_usage(deep=True).sum()) if isinstance(table, Table) else 0
)
_panels: ByteCache[Panel | LSTMVizError] = ByteCache(
    lambda panel: sum(map(_bytes_of_series, panel.series)) if isinstance(panel, Panel) else 0
)
_findings: ByteCache[tuple[Series, tuple[Finding, ...]]] = ByteCache(lambda found: _bytes_of_series(found[0]))

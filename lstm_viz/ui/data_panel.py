"""Choose a sample or bring a file; see what was read; change the columns."""

import streamlit as st

from lstm_viz.errors import LSTMVizError
from lstm_viz.runs.records import Source
from lstm_viz.runs.service import training_service
from lstm_viz.tables import MAX_BYTES, MAX_COLUMNS, MAX_ROWS, SAMPLES, read_table
from lstm_viz.ui.address import Address
from lstm_viz.ui.columns_panel import columns_panel
from lstm_viz.ui.errors import show_error, show_refusal
from lstm_viz.ui.launch import choose_source, note_arrival
from lstm_viz.ui.reading_panel import reading_panel
from lstm_viz.ui.replaced import read_once, replaced
from lstm_viz.ui.session import Upload, current_session, widget_value
from lstm_viz.ui.settings import PORTABLE, portable_settings
from lstm_viz.ui.sources import CHOICES, UPLOAD_PREFIX, data_parameter, read_source
from lstm_viz.ui.workbench import Workbench, open_workbench

ENDINGS = ["csv", "tsv", "txt", "parquet", "xlsx"]
SOURCE, UPLOADER = "source", "uploader"


def data_panel(bench: Workbench, address: Address) -> None:
    """Draw the panel."""
    _choose_source(bench, address)
    st.file_uploader(
        f"or upload a file, up to {MAX_BYTES // 1024**2} MB",
        type=ENDINGS,
        key=UPLOADER,
        on_change=note_arrival,
        args=("upload", UPLOADER),
        max_upload_size=MAX_BYTES // 1024**2,
        help="A table of rows in time: dates and numbers, in any encoding and dialect, with one series or many. Up to "
        f"{MAX_ROWS:,} rows and {MAX_COLUMNS:,} columns. The file stays on this server.",
    )
    if widget_value(UPLOADER) is not None:
        show_refusal("upload")
    if bench.source_error is not None:
        show_error(bench.source_error)
    with replaced("table"):
        if bench.refused is not None:
            reading_panel(bench, bench.refused, address)
        if bench.table is not None:
            reading_panel(bench, bench.table, address)
            columns_panel(bench, bench.table, address)


def _choose_source(bench: Workbench, address: Address) -> None:
    names = {sample.key: sample.title for sample in SAMPLES}
    names |= {UPLOAD_PREFIX + upload.key: upload.name for upload in current_session().uploads}
    chosen = data_parameter(bench.source)
    _remember_upload(bench)
    names.setdefault(chosen, bench.source.name)
    choose_source("Sample or file", SOURCE, names, chosen, lambda name: _open_source(bench, address, name))


def _open_source(bench: Workbench, address: Address, name: str) -> None:
    """Go to another source, with the settings that suit any, and with what was chosen of it before."""
    remembered = current_session().data_choices
    remembered[data_parameter(bench.source)] = {key: bench.choices[key] for key in CHOICES if key in bench.choices}
    address.replace(**{**_settings_to_carry(bench, address), "data": name, **remembered.get(name, {})})


def _settings_to_carry(bench: Workbench, address: Address) -> dict[str, str]:
    if bench.settings is not None:
        return portable_settings(bench.settings)
    found = {name: address.get(name) for name in PORTABLE}
    return {name: value for name, value in found.items() if value is not None}


def with_upload(bench: Workbench, address: Address) -> Workbench:
    """Open the file that has just arrived; one that is no table is refused and what was open stays.

    A table without numbers is opened all the same: read otherwise, it may hold some.
    """
    session, upload = current_session(), widget_value(UPLOADER)
    if not session.arrived or upload is None:
        return bench
    name: str = upload.name  # type: ignore[attr-defined]
    try:
        key = read_once(name, upload.file_id, lambda: _stored_upload(name, upload.getvalue()))  # type: ignore[attr-defined]
    except LSTMVizError as error:
        session.refusals["upload"] = f"{name[:80]}: {error}"
    else:
        session.uploads.append(Upload(key, name))
        _open_source(bench, address, UPLOAD_PREFIX + key)
        bench = open_workbench(address)
        session.arrived = False
    return bench


def _stored_upload(name: str, data: bytes) -> str:
    """Read a file and store it.

    Raises:
        LSTMVizError: it is no table.
    """
    table = read_table(data, name)
    key = training_service().uploads.add(name, data)
    read_source(Source("upload", key, name), table=table)
    return key


def _remember_upload(bench: Workbench) -> None:
    uploads = current_session().uploads
    if bench.source.kind == "upload" and all(upload.key != bench.source.key for upload in uploads):
        uploads.append(Upload(bench.source.key, bench.source.name))

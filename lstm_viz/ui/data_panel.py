"""Choose a sample or bring a file; see what was read; change the columns."""

import streamlit as st

from lstm_viz.errors import LSTMVizError
from lstm_viz.runs.service import training_service
from lstm_viz.tables import MAX_BYTES, ROW_NUMBER, SAMPLES, Series, Table, read_table
from lstm_viz.ui.address import Address
from lstm_viz.ui.errors import show_error
from lstm_viz.ui.session import Upload, current_session, put_widget_value, widget_value
from lstm_viz.ui.settings import portable_wishes
from lstm_viz.ui.text import literal
from lstm_viz.ui.workbench import UPLOAD_PREFIX, Workbench, data_parameter

ENDINGS = ["csv", "tsv", "txt", "parquet", "xlsx"]
SOURCE, UPLOADER, TIME, TARGET = "source", "uploader", "time-column", "target-column"


def data_panel(bench: Workbench, address: Address) -> None:
    """Draw the panel."""
    choose_source(bench, address)
    st.file_uploader(
        f"or bring a file, up to {MAX_BYTES // 1024**2} MB",
        type=ENDINGS,
        key=UPLOADER,
        on_change=take_upload,
        args=(bench, address),
        max_upload_size=MAX_BYTES // 1024**2,
        help="A table with one row per point in time: a column of dates and a column of numbers. The file stays on this "
        "server.",
    )
    if widget_value(UPLOADER) is not None and current_session().upload_error:
        show_error(current_session().upload_error)
    if bench.source_error is not None:
        show_error(bench.source_error)
    if bench.table is not None:
        choose_columns(bench, bench.table, address)
    if bench.series is not None and bench.table is not None:
        tell_reading(bench.series, bench.table)


def choose_source(bench: Workbench, address: Address) -> None:
    """Offer the shipped samples and the files of this session."""
    names = {sample.key: sample.title for sample in SAMPLES}
    names |= {UPLOAD_PREFIX + upload.key: upload.name for upload in current_session().uploads}
    chosen = data_parameter(bench.source)
    remember_upload(bench)
    names.setdefault(chosen, bench.source.name)
    put_widget_value(SOURCE, chosen)
    st.pills(
        "Sample or file",
        list(names),
        format_func=lambda key: literal(names[key]),
        required=True,
        wrap=True,
        label_visibility="collapsed",
        key=SOURCE,
        on_change=lambda: address.replace(data=str(widget_value(SOURCE)), **portable_wishes(bench.settings)),
    )


def take_upload(bench: Workbench, address: Address) -> None:
    """Store an uploaded file and open it; a file that is no table is refused and what was open stays."""
    session = current_session()
    session.upload_error = ""
    upload = widget_value(UPLOADER)
    if upload is None:
        return
    data: bytes = upload.getvalue()  # type: ignore[attr-defined]
    name: str = upload.name  # type: ignore[attr-defined]
    try:
        read_table(data, name).proposed_target  # noqa: B018  refuses a table without numbers
    except LSTMVizError as error:
        session.upload_error = f"{name[:80]}: {error}"
        return
    key = training_service().uploads.add(name, data)
    session.uploads.append(Upload(key, name))
    address.replace(data=UPLOAD_PREFIX + key, **portable_wishes(bench.settings))


def remember_upload(bench: Workbench) -> None:
    """Keep an upload that an address brought among the files of this session."""
    uploads = current_session().uploads
    if bench.source.kind == "upload" and all(upload.key != bench.source.key for upload in uploads):
        uploads.append(Upload(bench.source.key, bench.source.name))


def choose_columns(bench: Workbench, table: Table, address: Address) -> None:
    """Show the chosen time and target columns and let the person change them."""
    names = [column.name for column in table.columns]
    series = bench.series
    time = (series.time or ROW_NUMBER) if series else address.get("time") or table.proposed_time or ROW_NUMBER
    target = series.name if series else address.get("target") or proposed_target(table) or names[0]
    put_widget_value(TIME, time if time in names else ROW_NUMBER)
    put_widget_value(TARGET, target if target in names else names[0])

    def change() -> None:
        columns = {"time": str(widget_value(TIME)), "target": str(widget_value(TARGET))}
        address.replace(data=data_parameter(bench.source), **columns, **portable_wishes(bench.settings))

    left, right = st.columns(2)
    left.selectbox(
        "Time",
        [ROW_NUMBER, *names],
        key=TIME,
        on_change=change,
        help="The column that says when each row was measured.",
    )
    right.selectbox("Target", names, key=TARGET, on_change=change, help="The column of numbers to forecast.")
    if bench.columns_error is not None:
        show_error(bench.columns_error)


def proposed_target(table: Table) -> str | None:
    """Name the target that the reader would take; None where no column holds numbers."""
    try:
        return table.proposed_target
    except LSTMVizError:
        return None


def tell_reading(series: Series, table: Table) -> None:
    """Say how the file was understood: frequency, span, and each thing that was mended."""
    read = "Read row by row, without dates" if series.time is None else f"Read as {series.frequency.label}"
    st.markdown(literal(f"{read}, {len(series.y):,} steps"))
    if series.time is not None:
        st.caption(literal(f"from {stamp(series, 0)} to {stamp(series, -1)}"))
    notes = [*table.notes, *series.notes]
    for note in notes:
        if note.startswith("Averaged"):
            st.warning(literal(note), icon=":material/warning:")
    if notes:
        count = f"{len(notes)} remark{'' if len(notes) == 1 else 's'} on the file"
        with st.expander(count, icon=":material/info:"):
            for note in notes:
                st.markdown(f"- {literal(note)}")


def stamp(series: Series, position: int) -> str:
    """Write a date of a series, as finely as its steps are."""
    units = {"year": "Y", "quarter": "M", "month": "M", "week": "D", "day": "D", "business day": "D"}
    unit = units.get(series.frequency.step_name, "s")
    return str(series.ds[position].astype(f"datetime64[{unit}]")).replace("T", " ")

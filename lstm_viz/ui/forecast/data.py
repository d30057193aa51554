"""Choose a sample or upload a file, and say which of its columns are what."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from lstm_viz.errors import LSTMVizError
from lstm_viz.glossary import label_of, meaning_of
from lstm_viz.runs.file_choices import (
    DUPLICATES,
    EVERY_COLUMN,
    FEATURES,
    ONE_SERIES,
    names_in,
    requested_columns,
    written_names,
)
from lstm_viz.runs.records import Source
from lstm_viz.runs.services import training_service
from lstm_viz.tables import (
    MAX_BYTES,
    MAX_COLUMNS,
    MAX_FEATURES,
    MAX_ROWS,
    ROW_NUMBER,
    SAMPLES,
    Panel,
    Series,
    Table,
    feature_choices,
    read_table,
    series_id_choices,
    time_choices,
)
from lstm_viz.ui.forecast.check import check_line
from lstm_viz.ui.forecast.reading import reading_panel
from lstm_viz.ui.forecast.sources import CHOICES, SERIES_SHOWN, UPLOAD_PREFIX, data_parameter, read_source
from lstm_viz.ui.forecast.state import ForecastPage, choose_data, open_forecast_page, value_columns
from lstm_viz.ui.shared.launch import choose_source, note_arrival, read_once, replaced
from lstm_viz.ui.shared.settings import PORTABLE, portable_settings
from lstm_viz.ui.shell.address import Address
from lstm_viz.ui.shell.errors import show_error, show_refusal
from lstm_viz.ui.shell.markdown import literal, small, with_names
from lstm_viz.ui.shell.session import Upload, current_session, set_widget_value, was_filled, widget_value

MOST_NAMES = 4
MOST_PILLS = 12


def _features_panel(page: ForecastPage, table: Table, address: Address) -> None:
    """Offer the columns that are left, folded away; nothing where none is left and none was chosen."""
    used = _used_features(page)
    options = () if page.panel is None else feature_choices(table, page.panel.columns)
    if not options and not any(used.values()) and not page.feature_errors:
        return
    key = f"features-{data_parameter(page.source)}"
    if page.feature_errors or not was_filled(key):
        set_widget_value(key, bool(page.feature_errors))
    with st.container(gap="xsmall"):
        fold = st.expander(label_of("features"), key=key, icon=":material/add_column_right:", on_change="rerun")
        if not fold.open and any(used.values()):
            st.markdown(small(with_names(_in_a_line(used))))
    if not fold.open:
        return
    with fold:
        st.markdown(small(meaning_of("features")))
        for role in FEATURES:
            _choose_features(page, table, address, role, options)


def _used_features(page: ForecastPage) -> dict[str, tuple[str, ...]]:
    """Tell which columns go along: those in force, or those that were asked for while there is no series."""
    if page.panel is not None:
        return {role: getattr(page.panel.columns, role) for role in FEATURES}
    return {role: names_in(page.choices.get(role, "")) for role in FEATURES}


def _in_a_line(used: dict[str, tuple[str, ...]]) -> str:
    names = [f"`{name}`" for role in FEATURES for name in used[role]]
    return f"{len(names)} used: {', '.join(names[:MOST_NAMES])}{' …' if len(names) > MOST_NAMES else ''}"


def _choose_features(page: ForecastPage, table: Table, address: Address, role: str, options: tuple[str, ...]) -> None:
    used: dict[str, Sequence[str]] = {**_used_features(page)}
    elsewhere = {name for other in FEATURES if other != role for name in used[other]}
    kinds = {column.name: f" · {column.kind}" for column in table.columns if column.kind != "number"}
    offered = [name for name in options if name not in elsewhere]
    key = f"features-{role}"

    def change() -> None:
        chosen = widget_value(key)
        names = [str(name) for name in chosen] if isinstance(chosen, list) else []
        choose_data(page, address, **{name: written_names(found) for name, found in (used | {role: names}).items()})

    set_widget_value(key, list(used[role]))
    names = list(dict.fromkeys([*offered, *used[role]]))
    common: dict[str, Any] = {"key": key, "on_change": change, "help": meaning_of(role)}
    if len(options) > MOST_PILLS:
        st.multiselect(
            label_of(role),
            names,
            format_func=lambda name: name + kinds.get(name, ""),
            max_selections=MAX_FEATURES,
            placeholder="None",
            **common,
        )
    elif names:
        st.pills(
            label_of(role),
            names,
            format_func=lambda name: literal(name + kinds.get(name, "")),
            selection_mode="multi",
            wrap=True,
            **common,
        )
    else:
        st.markdown(small(f"{label_of(role)}: no column is left."))
    for sentence in page.feature_errors.get(role, ()):
        show_error(sentence)


KEYS = {"time": "time-column", "target": "target-column", "id": "id-column", "series": "series", "dup": "duplicates"}
TERMS = {"id": "series_id", "dup": "duplicates"}
_UNITS = {"year": "Y", "quarter": "M", "month": "M", "week": "D", "day": "D", "business day": "D"}
_UNITS |= dict.fromkeys(("half-month", "dekad", "date"), "D")


def _columns_panel(page: ForecastPage, table: Table, address: Address) -> None:
    shown = _shown_choices(page, table)
    draw = _Chooser(page, address)
    left, right = st.columns(2)
    with left:
        draw.menu("time", _time_options(table, shown["time"]), shown["time"])
    if shown["id"] != EVERY_COLUMN:
        with right:
            draw.menu("target", _target_options(table), shown["target"], _kinds_of(table))
    if page.columns_error is not None:
        show_error(page.columns_error)
    panel = page.panel
    options = _id_options(page, table, shown)
    if len(options) > 1 and _may_hold_many(page, table):
        with st.container() if panel is None or len(panel) < 2 else left:
            draw.menu("id", options, shown["id"])
    if panel is not None and len(panel) > 1 and page.series is not None:
        with right:
            draw.menu("series", panel.ids, page.series.unique_id)
        if page.series_error is not None:
            show_error(page.series_error)
    if panel is not None and any(series.repairs.repeated for series in panel.series):
        draw.switch("dup", DUPLICATES, panel.columns.duplicates)
    _features_panel(page, table, address)
    if panel is not None and page.series is not None:
        with st.container(gap="xsmall"):
            _show_series(panel, page.series)
            check_line(page)


class _Chooser:
    """Draw one widget per choice: filled from what is in force, writing to the address."""

    def __init__(self, page: ForecastPage, address: Address) -> None:
        self.page, self.address = page, address

    def menu(self, name: str, options: list[str] | tuple[str, ...], shown: str, kinds: Mapping[str, str] = {}) -> None:
        """Draw values in a menu that can be searched."""
        set_widget_value(KEYS[name], shown)
        term = TERMS.get(name, name)
        st.selectbox(
            label_of(term),
            options,
            format_func=lambda value: value + kinds.get(value, ""),
            key=KEYS[name],
            on_change=self.change,
            args=(name,),
            help=meaning_of(term),
        )

    def switch(self, name: str, options: tuple[str, ...], shown: str) -> None:
        """Draw a few values side by side."""
        set_widget_value(KEYS[name], shown)
        term = TERMS.get(name, name)
        st.segmented_control(
            label_of(term),
            options,
            format_func=lambda value: label_of(f"{term}_{value}"),
            required=True,
            key=KEYS[name],
            on_change=self.change,
            args=(name,),
            help=" ".join([meaning_of(term), *(meaning_of(f"{term}_{value}") for value in options)]),
        )

    def change(self, name: str) -> None:
        """Write a choice; other names of series make the chosen one meaningless."""
        changes: dict[str, str | None] = {name: str(widget_value(KEYS[name]))}
        run = self.page.run
        if (
            name == "series"
            and run is not None
            and self.address.get("data") is None
            and changes[name] in run.forecasts_by_series
        ):
            self.address.set(**{SERIES_SHOWN: changes[name]})
            return
        if name == "id":
            changes["series"] = None
        if name == "dup" and changes["dup"] == DUPLICATES[0]:
            changes["dup"] = None
        choose_data(self.page, self.address, **changes)


def _shown_choices(page: ForecastPage, table: Table) -> dict[str, str]:
    """Tell what the menus show: what is in force, else what was asked for, else what the reader would take."""
    names = [column.name for column in table.columns]
    if page.panel is not None:
        used = page.panel.columns
        found = {"time": used.time or "", "target": used.target or "", "id": used.series_id or ""}
    else:
        found = {name: page.choices.get(name, "") for name in ("time", "target", "id")}
    target = found["target"] if found["target"] in names else table.proposed_target
    every = page.choices.get("id") == EVERY_COLUMN
    series_id = EVERY_COLUMN if every else found["id"] or ONE_SERIES
    return {"time": found["time"] or ROW_NUMBER, "target": target, "id": series_id}


def _time_options(table: Table, shown: str) -> list[str]:
    numbers = [column.name for column in table.columns if column.kind == "number"]
    return list(dict.fromkeys([*time_choices(table), *numbers, shown]))


def _target_options(table: Table) -> list[str]:
    return [column.name for column in sorted(table.columns, key=lambda column: column.kind != "number")]


def _kinds_of(table: Table) -> dict[str, str]:
    return {column.name: f" · {column.kind}" for column in table.columns if column.kind != "number"}


def _id_options(page: ForecastPage, table: Table, shown: Mapping[str, str]) -> list[str]:
    """Offer what can name the series beside time and target, every column by itself, and what is shown."""
    others = [name for name in series_id_choices(table) if name not in ("", shown["time"], shown["target"])]
    every = [EVERY_COLUMN] if len(value_columns(table, requested_columns(page.choices))) > 1 else []
    return list(dict.fromkeys([ONE_SERIES, *every, *others, shown["id"]]))


def _may_hold_many(page: ForecastPage, table: Table) -> bool:
    """Tell whether the file may hold many series: it says so, it was said, rows share their moment, or columns are many."""
    panel = page.panel
    chosen = "id" in page.choices or bool(panel and panel.columns.series_id)
    repeated = bool(panel and any(series.repairs.repeated for series in panel.series))
    many_columns = len(value_columns(table, requested_columns(page.choices))) > 1
    return chosen or repeated or many_columns or bool(table.proposed_series_id)


def _show_series(panel: Panel, series: Series) -> None:
    """Say what came of the file: how many series, their step and span, and what was left out."""
    read = "Read row by row, without dates" if series.time is None else f"Read as {series.frequency.label}"
    span = "" if series.time is None else f"from {stamp(series, 0)} to {stamp(series, -1)}"
    steps = f"{len(series.y):,} steps"
    if len(panel) > 1 or panel.layout == "long":
        st.markdown(literal(_panel_words(panel)))
        st.markdown(small(literal(", ".join(filter(None, [f"{series.unique_id}: {steps}", span])))))
    else:
        st.markdown(literal(f"{read}, {steps}"))
        if span:
            st.markdown(small(literal(span)))
    if panel.skipped:
        st.markdown(f":orange[:material/warning:] {small(with_names(' '.join(panel.skipped)))}")


def _panel_words(panel: Panel) -> str:
    """Say what a long file holds: "20 series, monthly, 1990-01 to 2020-12"."""
    count = f"{len(panel):,} series, {panel.frequency.label}"
    dated = [series for series in panel.series if series.time is not None]
    if not dated:
        return count
    first = min(dated, key=lambda series: series.ds[0])
    last = max(dated, key=lambda series: series.ds[-1])
    return f"{count}, {stamp(first, 0)} to {stamp(last, -1)}"


def stamp(series: Series, position: int) -> str:
    """Write a date of a series, as finely as its steps are."""
    unit = _UNITS.get(series.frequency.step_name, "s")
    return str(series.ds[position].astype(f"datetime64[{unit}]")).replace("T", " ")


ENDINGS = ["csv", "tsv", "txt", "parquet", "xlsx"]
SOURCE, UPLOADER = "source", "uploader"


def data_panel(page: ForecastPage, address: Address) -> None:
    """Draw the panel."""
    _choose_source(page, address)
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
    if page.source_error is not None:
        show_error(page.source_error)
    with replaced("table"):
        if page.refused is not None:
            reading_panel(page, page.refused, address)
        if page.table is not None:
            reading_panel(page, page.table, address)
            _columns_panel(page, page.table, address)


def _choose_source(page: ForecastPage, address: Address) -> None:
    names = {sample.key: sample.title for sample in SAMPLES}
    names |= {UPLOAD_PREFIX + upload.key: upload.name for upload in current_session().uploads}
    chosen = data_parameter(page.source)
    _remember_upload(page)
    names.setdefault(chosen, page.source.name)
    choose_source("Sample or file", SOURCE, names, chosen, lambda name: _open_source(page, address, name))


def _open_source(page: ForecastPage, address: Address, name: str) -> None:
    """Go to another source, with the settings that suit any, and with what was chosen of it before."""
    remembered = current_session().data_choices
    remembered[data_parameter(page.source)] = {key: page.choices[key] for key in CHOICES if key in page.choices}
    address.replace(**{**_settings_to_carry(page, address), "data": name, **remembered.get(name, {})})


def _settings_to_carry(page: ForecastPage, address: Address) -> dict[str, str]:
    if page.settings is not None:
        return portable_settings(page.settings)
    found = {name: address.get(name) for name in PORTABLE}
    return {name: value for name, value in found.items() if value is not None}


def with_upload(page: ForecastPage, address: Address) -> ForecastPage:
    """Open the file that has just arrived; one that is no table is refused and what was open stays.

    A table without numbers is opened all the same: read otherwise, it may hold some.
    """
    session, upload = current_session(), widget_value(UPLOADER)
    if not session.arrived or upload is None:
        return page
    name: str = upload.name  # type: ignore[attr-defined]
    try:
        key = read_once(name, upload.file_id, lambda: _stored_upload(name, upload.getvalue()))  # type: ignore[attr-defined]
    except LSTMVizError as error:
        session.refusals["upload"] = f"{name[:80]}: {error}"
    else:
        session.uploads.append(Upload(key, name))
        _open_source(page, address, UPLOAD_PREFIX + key)
        page = open_forecast_page(address)
        session.arrived = False
    return page


def _stored_upload(name: str, data: bytes) -> str:
    """Read a file and store it.

    Raises:
        LSTMVizError: it is no table.
    """
    table = read_table(data, name)
    key = training_service().uploads.add(name, data)
    read_source(Source("upload", key, name), table=table)
    return key


def _remember_upload(page: ForecastPage) -> None:
    uploads = current_session().uploads
    if page.source.kind == "upload" and all(upload.key != page.source.key for upload in uploads):
        uploads.append(Upload(page.source.key, page.source.name))

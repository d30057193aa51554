"""Choose a sample or upload a file, and say which of its columns are what."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import streamlit as st

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
from lstm_viz.ui.shared.fold import menu
from lstm_viz.ui.shared.launch import choose_source, open_arrived, replaced, upload_field
from lstm_viz.ui.shared.settings import PORTABLE, portable_settings
from lstm_viz.ui.shell.address import Address
from lstm_viz.ui.shell.errors import show_error
from lstm_viz.ui.shell.markdown import literal, small, with_names
from lstm_viz.ui.shell.session import Upload, current_session, set_widget_value, was_filled, widget_value

MOST_NAMES = 4
MOST_PILLS = 12
ENDINGS = ["csv", "tsv", "txt", "parquet", "xlsx"]
SOURCE, UPLOADER = "source", "uploader"
KEYS = {"time": "time-column", "target": "target-column", "id": "id-column", "series": "series", "dup": "duplicates"}
TERMS = {"id": "series_id", "dup": "duplicates"}
_UNITS = {"year": "Y", "quarter": "M", "month": "M", "week": "D", "day": "D", "business day": "D"}
_UNITS |= dict.fromkeys(("half-month", "dekad", "date"), "D")


def _features_panel(page: ForecastPage, table: Table, address: Address) -> None:
    """Offer the remaining columns, folded away; nothing where none is left and none was chosen."""
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
            names = [f"`{name}`" for role in FEATURES for name in used[role]]
            some = f"{', '.join(names[:MOST_NAMES])}{' …' if len(names) > MOST_NAMES else ''}"
            st.markdown(small(with_names(f"{len(names)} used: {some}")))
    if not fold.open:
        return
    with fold:
        st.markdown(small(meaning_of("features")))
        for role in FEATURES:
            _choose_features(page, table, address, role, options)


def _used_features(page: ForecastPage) -> dict[str, tuple[str, ...]]:
    """Return the further columns in use, or those requested while there is no series."""
    if page.panel is not None:
        return {role: getattr(page.panel.columns, role) for role in FEATURES}
    return {role: names_in(page.choices.get(role, "")) for role in FEATURES}


def _choose_features(page: ForecastPage, table: Table, address: Address, role: str, options: tuple[str, ...]) -> None:
    used: dict[str, Sequence[str]] = {**_used_features(page)}
    elsewhere = {name for other in FEATURES if other != role for name in used[other]}
    kinds = _kinds_of(table)
    offered = [name for name in options if name not in elsewhere]
    key = f"features-{role}"

    def change() -> None:
        chosen = widget_value(key)
        names = [str(name) for name in chosen] if isinstance(chosen, list) else []
        choose_data(page, address, **{name: written_names(found) for name, found in (used | {role: names}).items()})

    set_widget_value(key, list(used[role]))
    names = list(dict.fromkeys([*offered, *used[role]]))
    options_of_widget: dict[str, Any] = {"key": key, "on_change": change, "help": meaning_of(role)}
    if len(options) > MOST_PILLS:
        options_of_widget |= {"max_selections": MAX_FEATURES, "placeholder": "None"}
        st.multiselect(label_of(role), names, format_func=lambda name: name + kinds.get(name, ""), **options_of_widget)
    elif names:
        options_of_widget |= {"selection_mode": "multi", "wrap": True}
        st.pills(
            label_of(role), names, format_func=lambda name: literal(name + kinds.get(name, "")), **options_of_widget
        )
    else:
        st.markdown(small(f"{label_of(role)}: no columns left."))
    for sentence in page.feature_errors.get(role, ()):
        show_error(sentence)


def _columns_panel(page: ForecastPage, table: Table, address: Address) -> None:
    shown = _shown_choices(page, table)
    numbers = [column.name for column in table.columns if column.kind == "number"]
    others = [column.name for column in table.columns if column.kind != "number"]

    def draw(name: str, options: Iterable[str], shown: str, words: Callable[[str], str] = str) -> None:
        menu(TERMS.get(name, name), KEYS[name], options, shown, lambda: _write_choice(page, address, name), words)

    left, right = st.columns(2)
    with left:
        times = dict.fromkeys([*time_choices(table), *numbers, shown["time"]])
        draw("time", times, shown["time"])
    if shown["id"] != EVERY_COLUMN:
        with right:
            kinds = _kinds_of(table)
            options = [*numbers, *others]
            draw("target", options, shown["target"], lambda name: name + kinds.get(name, ""))
    if page.columns_error is not None:
        show_error(page.columns_error)
    panel = page.panel
    options = _id_options(page, table, shown)
    if len(options) > 1 and _may_hold_many(page, table):
        with st.container() if panel is None or len(panel) < 2 else left:
            draw("id", options, shown["id"])
    if panel is not None and len(panel) > 1 and page.series is not None:
        with right:
            draw("series", panel.ids, page.series.unique_id)
        if page.series_error is not None:
            show_error(page.series_error)
    if panel is not None and any(series.repairs.repeated for series in panel.series):
        _duplicates_choice(page, panel, address)
    _features_panel(page, table, address)
    if panel is not None and page.series is not None:
        with st.container(gap="xsmall"):
            _show_series(panel, page.series)
            check_line(page)


def _duplicates_choice(page: ForecastPage, panel: Panel, address: Address) -> None:
    set_widget_value(KEYS["dup"], panel.columns.duplicates)
    st.segmented_control(
        label_of("duplicates"),
        DUPLICATES,
        format_func=lambda value: label_of(f"duplicates_{value}"),
        required=True,
        key=KEYS["dup"],
        on_change=lambda: _write_choice(page, address, "dup"),
        help=" ".join(meaning_of(name) for name in ("duplicates", *(f"duplicates_{value}" for value in DUPLICATES))),
    )


def _write_choice(page: ForecastPage, address: Address, name: str) -> None:
    """Write a choice to the address; with another series id, the chosen series means nothing."""
    value, run = str(widget_value(KEYS[name])), page.run
    if name == "series" and run is not None and address.get("data") is None and value in run.forecasts_by_series:
        address.set(**{SERIES_SHOWN: value})
    elif name == "id":
        choose_data(page, address, id=value, series=None)
    else:
        choose_data(page, address, **{name: None if name == "dup" and value == DUPLICATES[0] else value})


def _shown_choices(page: ForecastPage, table: Table) -> dict[str, str]:
    """Return what the menus show: what is in use, else what was requested, else what the reader proposes."""
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


def _kinds_of(table: Table) -> dict[str, str]:
    return {column.name: f" · {column.kind}" for column in table.columns if column.kind != "number"}


def _id_options(page: ForecastPage, table: Table, shown: Mapping[str, str]) -> list[str]:
    """Return what can name the series, apart from time and target; every column by itself; and what is shown."""
    others = [name for name in series_id_choices(table) if name not in ("", shown["time"], shown["target"])]
    every = [EVERY_COLUMN] if len(value_columns(table, requested_columns(page.choices))) > 1 else []
    return list(dict.fromkeys([ONE_SERIES, *every, *others, shown["id"]]))


def _may_hold_many(page: ForecastPage, table: Table) -> bool:
    """Return whether the file may hold many series: by its columns, by what was chosen, or by repeated dates."""
    panel = page.panel
    chosen = "id" in page.choices or bool(panel and panel.columns.series_id)
    repeated = bool(panel and any(series.repairs.repeated for series in panel.series))
    many_columns = len(value_columns(table, requested_columns(page.choices))) > 1
    return chosen or repeated or many_columns or bool(table.proposed_series_id)


def _show_series(panel: Panel, series: Series) -> None:
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


def data_panel(page: ForecastPage, address: Address) -> None:
    """Draw the choice of file, reading and columns."""
    _choose_source(page, address)
    upload_field(
        f"or upload a file, up to {MAX_BYTES // 1024**2} MB",
        UPLOADER,
        "upload",
        "A table of rows in time: dates and numbers, in any encoding and format, with one series or many. Up to "
        f"{MAX_ROWS:,} rows and {MAX_COLUMNS:,} columns. The file stays on this server.",
        type=ENDINGS,
    )
    if page.source_error is not None:
        show_error(page.source_error)
    with replaced("table"):
        if (table := page.table or page.refused) is not None:
            reading_panel(page, table, address)
        if page.table is not None:
            _columns_panel(page, page.table, address)


def _choose_source(page: ForecastPage, address: Address) -> None:
    source, uploads = page.source, current_session().uploads
    names = {sample.key: sample.title for sample in SAMPLES}
    names |= {UPLOAD_PREFIX + upload.key: upload.name for upload in uploads}
    chosen = data_parameter(source)
    if source.kind == "upload" and chosen not in names:
        uploads.append(Upload(source.key, source.name))
    names.setdefault(chosen, source.name)
    choose_source("Sample or file", SOURCE, names, chosen, lambda name: _open_source(page, address, name))


def _open_source(page: ForecastPage, address: Address, name: str) -> None:
    """Open another source, with the settings that suit any, and with what was chosen for it before."""
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

    def store(files: list[Any]) -> str:
        name, data = files[0].name, files[0].getvalue()
        table = read_table(data, name)
        key = training_service().uploads.add(name, data)
        read_source(Source("upload", key, name), table=table)
        return key

    def open_file(key: str, name: str) -> ForecastPage:
        current_session().uploads.append(Upload(key, name))
        _open_source(page, address, UPLOAD_PREFIX + key)
        return open_forecast_page(address)

    return open_arrived(page, "upload", UPLOADER, store, open_file, named=True)

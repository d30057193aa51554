"""Which column says when, which is forecast, and which series of the file is looked at."""

from collections.abc import Mapping

import streamlit as st

from lstm_viz.glossary import label_of, meaning_of
from lstm_viz.runs.choices import DUPLICATES, EVERY_COLUMN, ONE_SERIES, wished_columns
from lstm_viz.tables import ROW_NUMBER, Panel, Series, Table, series_id_choices, time_choices
from lstm_viz.ui.address import Address
from lstm_viz.ui.data_check_panel import check_line
from lstm_viz.ui.errors import show_error
from lstm_viz.ui.features_panel import features_panel
from lstm_viz.ui.session import put_widget_value, widget_value
from lstm_viz.ui.sources import SERIES_SHOWN
from lstm_viz.ui.text import literal, small, with_names
from lstm_viz.ui.workbench import Workbench, choose_data, value_columns

KEYS = {"time": "time-column", "target": "target-column", "id": "id-column", "series": "series", "dup": "duplicates"}
TERMS = {"id": "series_id", "dup": "duplicates"}
_UNITS = {"year": "Y", "quarter": "M", "month": "M", "week": "D", "day": "D", "business day": "D"}
_UNITS |= dict.fromkeys(("half-month", "dekad", "date"), "D")


def columns_panel(bench: Workbench, table: Table, address: Address) -> None:
    """Draw the choices that this table leaves, and what comes of them."""
    shown = _shown_choices(bench, table)
    draw = _Chooser(bench, address)
    left, right = st.columns(2)
    with left:
        draw.menu("time", _time_options(table, shown["time"]), shown["time"])
    if shown["id"] != EVERY_COLUMN:
        with right:
            draw.menu("target", _target_options(table), shown["target"], _kinds_of(table))
    if bench.columns_error is not None:
        show_error(bench.columns_error)
    panel = bench.panel
    options = _id_options(bench, table, shown)
    if len(options) > 1 and _may_hold_many(bench, table):
        with st.container() if panel is None or len(panel) < 2 else left:
            draw.menu("id", options, shown["id"])
    if panel is not None and len(panel) > 1 and bench.series is not None:
        with right:
            draw.menu("series", panel.ids, bench.series.unique_id)
        if bench.series_error is not None:
            show_error(bench.series_error)
    if panel is not None and any(series.repairs.repeated for series in panel.series):
        draw.switch("dup", DUPLICATES, panel.columns.duplicates)
    features_panel(bench, table, address)
    if panel is not None and bench.series is not None:
        with st.container(gap="xsmall"):
            _tell_series(panel, bench.series)
            check_line(bench)


class _Chooser:
    """Draw one widget per choice: filled from what is in force, writing to the address."""

    def __init__(self, bench: Workbench, address: Address) -> None:
        self.bench, self.address = bench, address

    def menu(self, name: str, options: list[str] | tuple[str, ...], shown: str, kinds: Mapping[str, str] = {}) -> None:
        """Draw values in a menu that can be searched."""
        put_widget_value(KEYS[name], shown)
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
        put_widget_value(KEYS[name], shown)
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
        run = self.bench.run
        if name == "series" and run is not None and self.address.get("data") is None and changes[name] in run.told:
            self.address.set(**{SERIES_SHOWN: changes[name]})
            return
        if name == "id":
            changes["series"] = None
        if name == "dup" and changes["dup"] == DUPLICATES[0]:
            changes["dup"] = None
        choose_data(self.bench, self.address, **changes)


def _shown_choices(bench: Workbench, table: Table) -> dict[str, str]:
    """Tell what the menus show: what is in force, else what was asked for, else what the reader would take."""
    names = [column.name for column in table.columns]
    if bench.panel is not None:
        used = bench.panel.columns
        found = {"time": used.time or "", "target": used.target or "", "id": used.series_id or ""}
    else:
        found = {name: bench.choices.get(name, "") for name in ("time", "target", "id")}
    target = found["target"] if found["target"] in names else table.proposed_target
    every = bench.choices.get("id") == EVERY_COLUMN
    series_id = EVERY_COLUMN if every else found["id"] or ONE_SERIES
    return {"time": found["time"] or ROW_NUMBER, "target": target, "id": series_id}


def _time_options(table: Table, shown: str) -> list[str]:
    numbers = [column.name for column in table.columns if column.kind == "number"]
    return list(dict.fromkeys([*time_choices(table), *numbers, shown]))


def _target_options(table: Table) -> list[str]:
    return [column.name for column in sorted(table.columns, key=lambda column: column.kind != "number")]


def _kinds_of(table: Table) -> dict[str, str]:
    return {column.name: f" · {column.kind}" for column in table.columns if column.kind != "number"}


def _id_options(bench: Workbench, table: Table, shown: Mapping[str, str]) -> list[str]:
    """Offer what can name the series beside time and target, every column by itself, and what is shown."""
    others = [name for name in series_id_choices(table) if name not in ("", shown["time"], shown["target"])]
    every = [EVERY_COLUMN] if len(value_columns(table, wished_columns(bench.choices))) > 1 else []
    return list(dict.fromkeys([ONE_SERIES, *every, *others, shown["id"]]))


def _may_hold_many(bench: Workbench, table: Table) -> bool:
    """Tell whether the file may hold many series: it says so, it was said, rows share their moment, or columns are many."""
    panel = bench.panel
    chosen = "id" in bench.choices or bool(panel and panel.columns.series_id)
    repeated = bool(panel and any(series.repairs.repeated for series in panel.series))
    many_columns = len(value_columns(table, wished_columns(bench.choices))) > 1
    return chosen or repeated or many_columns or bool(table.proposed_series_id)


def _tell_series(panel: Panel, series: Series) -> None:
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

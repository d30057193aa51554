"""The first rows of a table as they were understood, so that one look tells whether that is right."""

from typing import Any

import pandas as pd
import streamlit as st

from lstm_viz.tables import Column, Panel, Table, guarded
from lstm_viz.ui.text import literal, small

HEAD, TAIL, MOST_COLUMNS, MOST_LETTERS = 8, 3, 40, 120
SIGNS = {"number": "#", "time": "◷", "text": "Aa", "empty": "∅"}


def show_preview(table: Table, panel: Panel | None) -> None:
    """Show the first rows with their types and what each column is taken for; the last too where a footer was cut."""
    roles = _roles_of(panel)
    shown = [column for column in table.columns if column.name in roles]
    rest = [column for column in table.columns if column.name not in roles]
    kept = {column.name for column in [*shown, *rest][:MOST_COLUMNS]}
    columns = [column for column in table.columns if column.name in kept]
    rows = _rows_to_show(table)
    frame = rows[[column.name for column in columns]].apply(_shortened)
    st.dataframe(
        frame,
        column_config={
            "_index": st.column_config.NumberColumn("row", width=48, format="%d"),
            **{column.name: _column_heading(column, roles.get(column.name, ""), frame) for column in columns},
        },
        key="preview",
        height="content",
        row_height=30,
        alt="The rows of the table as they were read",
    )
    st.markdown(small(literal(told(table, len(rows), len(columns)))))


def _roles_of(panel: Panel | None) -> dict[str, str]:
    if panel is None:
        return {}
    columns = panel.columns
    parts = {"time": columns.time or "", "target": columns.target or "", "series": columns.series_id or ""}
    together = dict.fromkeys(columns.known, "ahead") | dict.fromkeys(columns.past, "past")
    return together | {name: role for role, label in parts.items() for name in (label, *label.split(" + ")) if name}


def _rows_to_show(table: Table) -> pd.DataFrame:
    frame = table.frame
    cut = any(decision.setting == "footer" for decision in table.decisions)
    if not cut or len(frame) <= HEAD + TAIL:
        return frame.head(HEAD + (TAIL if cut else 0))
    return pd.concat([frame.head(HEAD), frame.tail(TAIL)])


def _shortened(cells: pd.Series) -> pd.Series:
    text = pd.api.types.is_string_dtype(cells)
    return cells.str.slice(0, MOST_LETTERS).map(guarded, na_action="ignore") if text else cells


def _column_heading(column: Column, role: str, frame: pd.DataFrame) -> Any:
    """Give the head of a column: its role if it has one, the sign of its type, its name and its unit."""
    unit = f" [{column.unit}]" if column.unit else ""
    label = f"{role.upper()}  " * bool(role) + f"{SIGNS[column.kind]} {column.name}{unit}"
    missing = f", {column.missing:,} missing" if column.missing else ""
    told = literal(f"{column.kind}{missing}")
    if column.kind == "time":
        days = bool((frame[column.name].dropna().dt.normalize() == frame[column.name].dropna()).all())
        shape = "YYYY-MM-DD" if days else "YYYY-MM-DD HH:mm:ss"
        return st.column_config.DatetimeColumn(label, help=told, format=shape)
    if column.kind == "number":
        return st.column_config.NumberColumn(label, help=told)
    return st.column_config.TextColumn(label, help=told)


def told(table: Table, rows: int, columns: int) -> str:
    """Say how much of the table this is."""
    last = f" and the last {TAIL}" if rows > HEAD and rows < table.rows else ""
    part = f"The first {HEAD}{last} of " if rows < table.rows else ""
    wide = f", {columns} of them here" if columns < len(table.columns) else ""
    return f"{part}{table.rows:,} rows, {len(table.columns):,} columns{wide}. A row is numbered as in the file."

"""Questions about a file, with a preview of each answer; codes for missing values; and the first rows."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from lstm_viz.errors import LSTMVizError
from lstm_viz.runs.file_choices import COLUMNS
from lstm_viz.tables import Column, Decision, Panel, Question, Table, guarded, questions, when
from lstm_viz.tables.series.doubts import ORDERS, Answer
from lstm_viz.tables.values.numbers import SENTINEL
from lstm_viz.ui.forecast.result_view import counted
from lstm_viz.ui.forecast.sources import READING, panel_of, parsed, read_source, requested_reading, written
from lstm_viz.ui.forecast.state import ForecastPage, choose_data, requested_columns_of
from lstm_viz.ui.shell.address import Address
from lstm_viz.ui.shell.markdown import literal, small, with_names
from lstm_viz.ui.shell.session import set_widget_value, widget_value

MISSING, GENUINE = ("na", "missing"), ("real", "genuine")
HEAD, TAIL, MOST_COLUMNS, MOST_LETTERS = 8, 3, 40, 120
SIGNS = {"number": "#", "time": "◷", "text": "Aa", "empty": "∅"}
PARAMETERS: Mapping[str, str] = {name: parameter for parameter, name in (*READING.items(), *COLUMNS.items())}
MOST_READ_AGAIN = 200_000  # rows
ANSWERING = ("dec", "order", "year", "time", "id", "dup")


def missing_button(page: ForecastPage, address: Address, value: float) -> None:
    """Offer to count a number as missing."""
    text = f"{value:.10g}"
    change: Any = {"on_click": _move_mark, "args": (page, address, text, True)}
    st.button(f"Treat {literal(text)} as missing", key=f"missing-{text}", icon=":material/backspace:", **change)


def show_missing_marks(page: ForecastPage, address: Address, decisions: list[Decision]) -> None:
    """Say which numbers were counted as missing because they look like codes, each with a button to change that."""
    for value in dict.fromkeys(str(decision.value) for decision in decisions):
        about = [decision for decision in decisions if decision.value == value]
        kept = any(decision.chosen for decision in about)
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            with st.container():
                icon = "" if kept else ":orange[:material/warning:] "
                st.markdown(icon + small(" ".join(with_names(decision.sentence) for decision in about)))
            with st.container():
                label = f"Treat {literal(value)} as missing" if kept else f"Keep {literal(value)} as a number"
                st.button(label, key=f"mark-{value}", on_click=_move_mark, args=(page, address, value, kept))


def is_of_mark(decision: Decision) -> bool:
    """Return whether a decision is about a number that looks like a code for a missing value."""
    return decision.setting == SENTINEL


def _move_mark(page: ForecastPage, address: Address, value: str, to_missing: bool) -> None:
    lists = {}
    for (parameter, name), gains in ((MISSING, to_missing), (GENUINE, not to_missing)):
        others = [mark for mark in parsed(name, page.choices.get(parameter, "")) if mark != value]
        lists[parameter] = written(name, [*others, value] if gains else others) or None
    choose_data(page, address, **lists)


def show_preview(table: Table, panel: Panel | None) -> None:
    """Show the first rows with the type and role of each column; also the last ones where a footer was cut."""
    roles = _roles_of(panel)
    shown = [column for column in table.columns if column.name in roles]
    rest = [column for column in table.columns if column.name not in roles]
    kept = {column.name for column in [*shown, *rest][:MOST_COLUMNS]}
    columns = [column for column in table.columns if column.name in kept]
    rows = _rows_to_show(table)
    frame = rows[[column.name for column in columns]].apply(_shortened)
    config = {column.name: _column_heading(column, roles.get(column.name, ""), frame) for column in columns}
    config["_index"] = st.column_config.NumberColumn("row", width=48, format="%d")
    alt = "The rows of the table as they were read"
    st.dataframe(frame, column_config=config, key="preview", height="content", row_height=30, alt=alt)
    st.markdown(small(literal(_shape_in_words(table, len(rows), len(columns)))))


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
    """Return the head of a column: its role if it has one, the sign of its type, its name and its unit."""
    unit = f" [{column.unit}]" if column.unit else ""
    label = f"{role.upper()}  " * bool(role) + f"{SIGNS[column.kind]} {column.name}{unit}"
    missing = f", {column.missing:,} missing" if column.missing else ""
    about = literal(f"{column.kind}{missing}")
    if column.kind == "time":
        days = bool((frame[column.name].dropna().dt.normalize() == frame[column.name].dropna()).all())
        shape = "YYYY-MM-DD" if days else "YYYY-MM-DD HH:mm:ss"
        return st.column_config.DatetimeColumn(label, help=about, format=shape)
    if column.kind == "number":
        return st.column_config.NumberColumn(label, help=about)
    return st.column_config.TextColumn(label, help=about)


def _shape_in_words(table: Table, rows: int, columns: int) -> str:
    last = f" and the last {TAIL}" if rows > HEAD and rows < table.rows else ""
    part = f"The first {HEAD}{last} of " if rows < table.rows else ""
    wide = f" ({columns} shown)" if columns < len(table.columns) else ""
    return f"{part}{table.rows:,} rows, {len(table.columns):,} columns{wide}. Rows are numbered as in the file."


def show_questions(page: ForecastPage, address: Address, questions: Iterable[Question]) -> None:
    """Ask what the file leaves open; the first answer is the one that was detected. Answers can be changed."""
    for question in questions:
        names, key = [answer.label for answer in question.answers], f"ask-{question.key}"
        set_widget_value(key, names[_answered(page, question)])
        sentence = f":orange[:material/help:] **{with_names(question.sentence)}**"
        captions = [_preview(page, question, answer) for answer in question.answers]
        st.radio(sentence, names, captions=captions, key=key, on_change=_take_answer, args=(page, address, question))


def is_question(decision: Decision) -> bool:
    """Return whether a decision of the reader is put as a question next to the chart."""
    return decision.setting == "decimal" or (decision.setting == "time" and decision.value in ORDERS)


def open_questions(page: ForecastPage) -> tuple[Question, ...]:
    """Return what the file leaves open, also where an answer was given."""
    unanswered = {name: value for name, value in page.choices.items() if name not in ANSWERING}
    panel = _panel_under(page, unanswered)
    table = read_source(page.source, requested_reading(unanswered)[0])
    if not isinstance(table, Table) or not isinstance(panel, Panel):
        return ()
    return questions(table, panel.series[0])


def _answered(page: ForecastPage, question: Question) -> int:
    """Return which answer the choices of the address give; the first where they give none."""
    for place, answer in enumerate(question.answers):
        requested = _parameters(answer)
        if requested and all(page.choices.get(name) == value for name, value in requested.items()):
            return place
    return 0


def _parameters(answer: Answer) -> dict[str, str | None]:
    return {PARAMETERS[name]: value for name, value in (*answer.reading.items(), *answer.columns.items())}


def _preview(page: ForecastPage, question: Question, answer: Answer) -> str:
    """Say which series an answer gives, with its length and span; a large file is not read again for it."""
    if answer.reading and page.table is not None and page.table.rows > MOST_READ_AGAIN:
        return ""
    cleared = {name for other in question.answers for name in _parameters(other)}
    choices = {name: value for name, value in page.choices.items() if name not in cleared}
    panel = _panel_under(page, {**choices, **{name: value for name, value in _parameters(answer).items() if value}})
    if not isinstance(panel, Panel):
        return "cannot be read this way"
    first = panel.series[0]
    series = f"{len(panel):,} series, the first: " if len(panel) > 1 else ""
    values = ", ".join(f"{value:,.4g}" for value in first.y[:3])
    return f"{series}{counted(len(first), first)}, {when(first, 0)} to {when(first, -1)}; first values {values}"


def _panel_under(page: ForecastPage, choices: Mapping[str, str]) -> Panel | LSTMVizError:
    reading, _ = requested_reading(choices)
    table = read_source(page.source, reading)
    if not isinstance(table, Table):
        return table
    return panel_of(page.source, reading, replace(requested_columns_of(choices, table), known=(), past=()))


def _take_answer(page: ForecastPage, address: Address, question: Question) -> None:
    """Write the answer into the address; the first one leaves the choice to the reader again."""
    label = widget_value(f"ask-{question.key}")
    answer = next(answer for answer in question.answers if answer.label == label)
    cleared = {name: None for other in question.answers for name in _parameters(other)}
    detected = answer is question.answers[0]
    choose_data(page, address, **cleared | ({} if detected else _parameters(answer)))

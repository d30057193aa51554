"""What the evidence of a file leaves open, asked beside its chart: each answer with the series that it would give."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

import streamlit as st

from lstm_viz.errors import LSTMVizError
from lstm_viz.runs.choices import COLUMNS
from lstm_viz.tables import Decision, Panel, Question, Table, questions, when
from lstm_viz.tables.doubts import ORDERS, Answer
from lstm_viz.ui.address import Address
from lstm_viz.ui.canvas import counted
from lstm_viz.ui.session import put_widget_value, widget_value
from lstm_viz.ui.sources import READING, panel_of, read_source, wished_reading
from lstm_viz.ui.text import with_names
from lstm_viz.ui.workbench import Workbench, choose_data, columns_wished

PARAMETERS: Mapping[str, str] = {name: parameter for parameter, name in (*READING.items(), *COLUMNS.items())}
MOST_READ_AGAIN = 200_000  # rows
ANSWERING = ("dec", "order", "year", "time", "id", "dup")


def show_questions(bench: Workbench, address: Address, asked: Iterable[Question]) -> None:
    """Ask what is open; the first answer is that of the evidence. What was answered can be answered anew."""
    for question in asked:
        names = [answer.label for answer in question.answers]
        key = f"ask-{question.key}"
        put_widget_value(key, names[answered(bench, question)])
        st.radio(
            f":orange[:material/help:] **{with_names(question.sentence)}**",
            names,
            captions=[preview(bench, question, answer) for answer in question.answers],
            key=key,
            on_change=_take_answer,
            args=(bench, address, question),
        )


def is_asked(decision: Decision) -> bool:
    """Return whether a decision of the reader is put as a question beside the chart."""
    return decision.setting == "decimal" or (decision.setting == "time" and decision.value in ORDERS)


def open_questions(bench: Workbench) -> tuple[Question, ...]:
    """Return what is open of the file, also where an answer was given."""
    panel = _panel_under(bench, _unanswered(bench.choices))
    table = read_source(bench.source, wished_reading(_unanswered(bench.choices))[0])
    if not isinstance(table, Table) or not isinstance(panel, Panel):
        return ()
    return questions(table, panel.series[0])


def _unanswered(choices: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in choices.items() if name not in ANSWERING}


def answered(bench: Workbench, question: Question) -> int:
    """Return which answer the choices of the address give; the first where they give none."""
    for place, answer in enumerate(question.answers):
        asked = parameters(answer)
        if asked and all(bench.choices.get(name) == value for name, value in asked.items()):
            return place
    return 0


def parameters(answer: Answer) -> dict[str, str | None]:
    """Return an answer as the address writes it."""
    return {PARAMETERS[name]: value for name, value in (*answer.reading.items(), *answer.columns.items())}


def preview(bench: Workbench, question: Question, answer: Answer) -> str:
    """Say which series an answer gives: how many steps, from when to when; a large file is not read again for it."""
    if answer.reading and bench.table is not None and bench.table.rows > MOST_READ_AGAIN:
        return ""
    cleared = {name for other in question.answers for name in parameters(other)}
    choices = {name: value for name, value in bench.choices.items() if name not in cleared}
    panel = _panel_under(bench, {**choices, **{name: value for name, value in parameters(answer).items() if value}})
    if not isinstance(panel, Panel):
        return "cannot be read so"
    first = panel.series[0]
    series = f"{len(panel):,} series, the first: " if len(panel) > 1 else ""
    values = ", ".join(f"{value:,.4g}" for value in first.y[:3])
    return f"{series}{counted(len(first), first)}, {when(first, 0)} to {when(first, -1)}; first values {values}"


def _panel_under(bench: Workbench, choices: Mapping[str, str]) -> Panel | LSTMVizError:
    reading, _ = wished_reading(choices)
    table = read_source(bench.source, reading)
    if not isinstance(table, Table):
        return table
    return panel_of(bench.source, reading, replace(columns_wished(choices, table), known=(), past=()))


def _take_answer(bench: Workbench, address: Address, question: Question) -> None:
    """Write the answer into the address; the evidence's own answer leaves the choice to it again."""
    label = widget_value(f"ask-{question.key}")
    answer = next(answer for answer in question.answers if answer.label == label)
    cleared = {name: None for other in question.answers for name in parameters(other)}
    own = answer is question.answers[0]
    choose_data(bench, address, **cleared | ({} if own else parameters(answer)))

"""What the evidence of a file leaves open: what should be looked at, and the readings between which a person can choose."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from lstm_viz.phrases import shown
from lstm_viz.tables.columns.column_types import Column
from lstm_viz.tables.columns.table import ROW_NUMBER, Table
from lstm_viz.tables.columns.time_columns import Part, together
from lstm_viz.tables.series.frequency import MONTH_NAMES
from lstm_viz.tables.series.series import Series
from lstm_viz.tables.values.calendar_words import SERIES_WORDS, is_weekday, month_of, name_words, named_units, says_when
from lstm_viz.tables.values.date_parts import counted_on, fiscal_start
from lstm_viz.tables.values.time_steps import sample_places

ORDERS = {"dmy": "day / month / year", "mdy": "month / day / year", "ymd": "year / month / day"}
_YEAR = re.compile(r"(?<!\d)(?:1[89]|20)\d\d(?!\d)")
_WORD = re.compile(r"[^\W\d_]{3,}")
_MOSTLY, _MANY, _WORKDAYS = 0.8, 0.02, 5
_SAMPLE = 200
_FIRST_YEAR, _LAST_YEAR = 1600, 2200
_NO_RELATIVE_TIME = 1000  # a clock that starts below it counts from the begin of a measurement


@dataclass(frozen=True)
class Answer:
    """One way to read a file: in words, and as settings of `Reading` and of `Columns`."""

    label: str
    reading: Mapping[str, str | None] = field(default_factory=dict)
    columns: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Question:
    """What is open, and two or more answers."""

    key: str
    sentence: str
    answers: tuple[Answer, ...]  # the first is what was taken by evidence
    about: str = ""  # the kind of finding that raises it, "" for none


def doubts(table: Table) -> tuple[str, ...]:
    """Return what was decided about the times of a table and should be looked at before anything is trained."""
    settings = ("time", "longer periods", "decimal")
    warnings = [one.sentence for one in table.decisions if one.warning and one.setting in settings]
    more = (_weeks, _fiscal_years, _other_calendar, _counted_series, _weekdays, _unread)
    return tuple(filter(None, [*warnings, *(doubt(table) for doubt in more)]))


def questions(table: Table, series: Series) -> tuple[Question, ...]:
    """Return what a person should decide of a table that was read by evidence, and of one of its series."""
    of_table = [question(table) for question in (_decimal, _date_order, _fiscal)]
    return tuple(filter(None, (*of_table, _clock(table, series), _shared(series), _disorder(series))))


def _parts(table: Table) -> tuple[Part, ...]:
    """Return the columns that say together when a row was measured; none where one does."""
    return table.combined_times.get(table.proposed_time or "", ())


def _time_of(table: Table) -> str:
    return f"`{shown(table.proposed_time or '')}`"


def _weeks(table: Table) -> str:
    parts = _parts(table)
    if not parts or not counted_on(together(parts)):
        return ""
    weeks = f"The weeks of {_time_of(table)} are not those of the ISO calendar (52 or 53 a year, from Monday on)"
    return f"{weeks}: each row was taken as the week after the one before."


def _fiscal_years(table: Table) -> str:
    parts = _parts(table)
    start = fiscal_start(together(parts)) if parts else 1
    if start == 1:
        return ""
    how = "begins" if any(part.begins for part in parts) else "ends"
    years = f"The years of {_time_of(table)} run from {MONTH_NAMES[start - 1]} to {MONTH_NAMES[start - 2]}"
    return f"{years}: each was taken as named after the year in which it {how}."


def _other_calendar(table: Table) -> str:
    stamps = table.moments(table.proposed_time or "")
    years = np.zeros(0) if stamps is None else stamps[~np.isnat(stamps)].astype("datetime64[Y]").astype(np.int64) + 1970
    middle = float(np.median(years)) if len(years) else 2000.0
    if _FIRST_YEAR <= middle <= _LAST_YEAR:
        return ""
    doubt = f"The years of {_time_of(table)} ({middle:.0f}) are those of another calendar, or wrong"
    return f"{doubt}: they are kept as they are written, and so are their months. Convert them in the file."


def _counted_series(table: Table) -> str:
    """Say that numbers which count on within each moment were taken as names of series: dekads of a year count so too."""
    name = next((one.name for one in table.columns if one.name == table.proposed_series_id), "")
    if not name or table.column(name).kind != "number" or name_words(name) & SERIES_WORDS:
        return ""
    values = table.numbers(name)
    different = np.unique(values[~np.isnan(values)])
    counts = len(different) > 3 and different[0] in (0, 1) and bool(np.all(np.diff(different) == 1))
    if not counts or np.mean(np.diff(values) == 1) < _MOSTLY:
        return ""
    count = f"`{shown(name)}` counts from {different[0]:.0f} to {different[-1]:.0f} at each moment of {_time_of(table)}"
    return f"{count} and was taken as the names of series. If it is a part of the time, write both as one date."


def _weekdays(table: Table) -> str:
    names = list(filter(is_weekday, table.names_of("number")))
    if len(names) < _WORKDAYS:
        return ""
    days = f"The columns `{shown(names[0])}` to `{shown(names[-1])}` are days of the week"
    return f"{days}, and each is a series of its own here. Put the days below each other to have one series of days."


def _unread(table: Table) -> str:
    for column in table.columns if table.proposed_time is None else ():
        cells = table.frame[column.name].dropna()
        cells = cells.iloc[sample_places(len(cells), _SAMPLE)]
        if len(cells) > 2 and (why := _why_no_time(column, cells)):
            doubt = f'Column `{shown(column.name)}` looks like a time ("{column.example}"), and was not read as one'
            steps = "The rows are the steps instead. Write its moments like 2024-03-31 to have dates."
            return f"{doubt}: {why}. {steps}"
    return ""


def _why_no_time(column: Column, cells: pd.Series) -> str:
    named = says_when(column.name)
    if column.kind == "number":
        values = cells.to_numpy(dtype=np.float64)
        steps = np.diff(values)
        grows = max(np.mean(steps > 0), np.mean(steps < 0)) >= _MOSTLY
        return "its numbers count in no way that is known" if named and grows and values[0] > _NO_RELATIVE_TIME else ""
    if column.kind != "text":
        return ""
    digits = cells.str.contains(r"\d", regex=True).mean() >= _MOSTLY
    years = cells.map(lambda cell: _YEAR.search(cell) is not None).mean() >= _MOSTLY
    months = cells.map(lambda cell: any(month_of(word) for word in _WORD.findall(cell))).mean() >= _MOSTLY
    different = cells.nunique() > len(cells) / 2
    if not (digits and different and (named or years)) and not (named and months):
        return ""
    return "its cells are in no form that is known, or in several" if years else "its cells name no year"


def _decimal(table: Table) -> Question | None:
    decision = next((one for one in table.decisions if one.setting == "decimal" and one.warning), None)
    if decision is None:
        return None
    words = {".": "a decimal point", ",": "a decimal comma"}
    taken_first = sorted(words, key=lambda mark: mark != decision.value)
    answers = tuple(Answer(words[mark], {"decimal": mark}) for mark in taken_first)
    return Question("decimal", "What stands in its numbers?", answers, "reading")


def _date_order(table: Table) -> Question | None:
    decisions = (one for one in table.decisions if one.setting == "time" and one.warning and one.value in ORDERS)
    if (decision := next(decisions, None)) is None:
        return None
    taken = str(decision.value)
    other = {"dmy": "mdy", "mdy": "dmy"}.get(taken, "dmy")
    swapped = "swapped, as" in decision.sentence
    by_itself = "day and month put back, so that the dates follow each other" if swapped else ORDERS[taken]
    orders = {order: ORDERS[order] + ", as written" * swapped for order in ((taken, other) if swapped else (other,))}
    answers = (Answer(label, {"date_order": order}) for order, label in orders.items())
    return Question("date_order", "What comes first in its dates?", (Answer(by_itself), *answers), "reading")


def _fiscal(table: Table) -> Question | None:
    if not _fiscal_years(table):
        return None
    both = ("begins", "ends") if any(part.begins for part in _parts(table)) else ("ends", "begins")
    answers = (Answer(f"the year in which it {how}", {"fiscal_year": how}) for how in both)
    return Question("fiscal_year", "What is a year named after?", tuple(answers), "reading")


def _clock(table: Table, series: Series) -> Question | None:
    """Whether numbers that were taken as the time of day by evidence alone name series."""
    parts = table.combined_times.get(series.time or "", ())
    if len(parts) != 2 or "interval" not in parts[1].roles or named_units(parts[1].name):
        return None
    day, clock = parts[0].name, parts[1].name
    answers = (Answer("the time of day"), Answer("different series", {}, {"time": day, "series_id": clock}))
    return Question("clock", f"What are the numbers of `{shown(clock)}`?", answers)


def _shared(series: Series) -> Question | None:
    if not series.repairs.repeated:
        return None
    ways = {"mean": "their mean", "sum": "their sum", "last": "the last of them"}
    answers = tuple(Answer(label, {}, {"duplicates": way}) for way, label in ways.items())
    return Question("duplicates", "What counts where rows share a date?", answers, "duplicates")


def _disorder(series: Series) -> Question | None:
    if series.repairs.unsorted <= _MANY * len(series) or series.time is None:
        return None
    answers = (Answer("sorted by date"), Answer("the rows as they stand, without dates", {}, {"time": ROW_NUMBER}))
    return Question("order", "In which order are the rows?", answers, "order")

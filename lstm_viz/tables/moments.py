"""Which columns say when a row was measured: one that holds moments, or several that do so together (year + month)."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from lstm_viz.tables.calendar_words import TIME_WORDS, name_words
from lstm_viz.tables.steps import DAY, SECOND, Floats, Ints, Stamps, days_in_month
from lstm_viz.tables.time_parts import Part, Role, part_of

if TYPE_CHECKING:
    from lstm_viz.tables.table import Table

PLUS = " + "
_DAYS: tuple[tuple[Role, ...], ...] = (("date",), ("year", "month", "day"), ("year", "yearday"))
_CLOCKS: tuple[tuple[Role, ...], ...] = (("clock",), ("hour",), ("hour", "minute"))
_TOGETHER: tuple[tuple[Role, ...], ...] = (
    ("year", "quarter"),
    ("year", "month"),
    ("year", "week"),
    *_DAYS[1:],
    *((*days, *clock) for days in _DAYS for clock in _CLOCKS),
)


def combined_times(table: "Table") -> dict[str, tuple[Part, ...]]:
    """Return the combinations of columns that are moments together, under the names that a person sees."""
    parts: dict[Role, Part] = {}
    for column in sorted(table.columns, key=lambda column: len(name_words(column.name)) > 1):
        part = part_of(column, table.frame[column.name])
        if part is not None:
            parts.setdefault(part.role, part)
    names = {column.name for column in table.columns}
    found = [tuple(parts[role] for role in roles) for roles in _TOGETHER if all(role in parts for role in roles)]
    return {_free(PLUS.join(part.name for part in together), names): together for together in found}


def _free(label: str, names: set[str]) -> str:
    return label if label not in names else _free(f"{label} (together)", names)


def proposed_time(table: "Table", together: dict[str, tuple[Part, ...]]) -> str | None:
    """Return the column of moments with the fewest missing cells; a combination if that tells more moments apart."""
    single = [(column.name, column.missing) for column in table.columns if column.kind == "time"]
    best = min(single, key=lambda entry: entry[1])[0] if single else None
    if not together:
        return best
    stamps = {name: table.frame[name].to_numpy(dtype="datetime64[us]") for name, _ in single}
    stamps |= {name: moments(parts) for name, parts in together.items()}
    missing = {name: int(np.isnat(found).sum()) for name, found in stamps.items()}
    allowed = min(missing.values()) + 0.1 * table.rows
    different = {name: len(pd.unique(found)) for name, found in stamps.items() if missing[name] <= allowed}
    finest = [_finest(name, different, together) for name in different if name not in together]
    likely = [name for name in finest or different if different[name] > 0.6 * max(different.values())]
    return min(likely or different, key=lambda name: (missing[name], -different[name]))


def _finest(name: str, different: dict[str, int], together: dict[str, tuple[Part, ...]]) -> str:
    """A combination that begins with a column and tells more moments apart, or adds a clock that is named so."""
    finer = [label for label in different if label in together and together[label][0].name == name]
    for label in sorted(finer, key=lambda label: (-different[label], len(together[label]))):
        clock = together[label][-1]
        if different[label] > different[name] or (clock.role == "clock" and name_words(clock.name) & TIME_WORDS):
            return label
    return name


def moments(parts: tuple[Part, ...]) -> Stamps:
    """Put the parts of each row together; NaT where one is missing or does not exist (30 February)."""
    values = {part.role: part.values for part in parts}
    days, valid = _days(values)
    clock = values.get("clock", np.zeros(len(days))) * SECOND
    clock = clock + values.get("hour", np.zeros(len(days))) * 3600 * SECOND
    clock = clock + values.get("minute", np.zeros(len(days))) * 60 * SECOND
    known = valid & ~np.isnan(clock)
    whole = days * DAY + np.where(known, clock, 0).round().astype(np.int64)
    return np.where(known, whole.astype("datetime64[us]"), np.datetime64("NaT", "us"))


def _days(values: dict[Role, Floats]) -> tuple[Ints, np.ndarray]:
    """Return the days since 1970, and which of them exist."""
    if "date" in values:
        known = ~np.isnan(values["date"])
        return np.where(known, values["date"], 0).astype(np.int64), known
    finer = next((role for role in ("quarter", "month", "week", "yearday") if role in values), None)
    rest = [values[role] for role in ("year", finer, "day") if role in values]  # type: ignore[index]
    known = ~np.isnan(np.sum(rest, axis=0))
    year, second, *day = (np.where(known, part, 1).astype(np.int64) for part in rest)
    if finer == "week":
        days, valid = _iso_weeks(year, second)
    elif finer == "yearday":
        days, valid = _first_days((year - 1970) * 12) + second - 1, (second >= 1) & (second <= 366)
    else:
        month = second if finer == "month" else 3 * second - 2
        days, valid = _month_days(year, month, day[0] if day else np.ones_like(month))
    return days, known & valid


def _first_days(months_since_1970: Ints) -> Ints:
    return months_since_1970.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)


def _month_days(year: Ints, month: Ints, day: Ints) -> tuple[Ints, np.ndarray]:
    valid = (month >= 1) & (month <= 12) & (day >= 1)
    months = (year - 1970) * 12 + np.where(valid, month, 1) - 1
    valid &= day <= days_in_month(months + 1970 * 12)
    return _first_days(months) + day - 1, valid


def _iso_weeks(year: Ints, week: Ints) -> tuple[Ints, np.ndarray]:
    """The first ISO week of a year holds the fourth of January and begins on its Monday."""
    fourth = _first_days((year - 1970) * 12) + 3
    return fourth - (fourth + 3) % 7 + 7 * (week - 1), (week >= 1) & (week <= 53)

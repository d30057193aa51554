"""The one frequency of many series: that which most of them follow, or the moments of all together, or a forced one."""

from collections import Counter
from dataclasses import replace
from typing import Any

import numpy as np
from pandas.tseries.frequencies import to_offset

from lstm_viz.errors import SettingsError
from lstm_viz.phrases import shown
from lstm_viz.tables.frequency import ROWS, Frequency, by_months, by_time, infer_frequency, patterned
from lstm_viz.tables.rows import Rows
from lstm_viz.tables.steps import (
    DAY,
    Stamps,
    days_in_month,
    month_start,
    months_and_days,
    pattern_of,
    step_of,
    weekdays,
)

_ASKED = 40
_OLD = {"M": "ME", "Q": "QE", "Y": "YE", "A": "YE", "H": "h", "T": "min", "S": "s"}


def shared_frequency(rows: Rows) -> Frequency | None:
    """Return the frequency that at least half of the series follow, else that of all moments together, else None.

    Args:
        rows: sorted, one for each series and moment.
    """
    starts = rows.starts()
    if len(starts) == 2:
        return infer_frequency(rows.stamps)
    sizes = np.diff(starts)
    longest = np.argsort(-sizes, kind="stable")
    asked = [int(place) for place in longest[:: max(1, len(longest) // _ASKED)] if sizes[place] >= 3]
    found = [infer_frequency(rows.stamps[starts[place] : starts[place + 1]]) for place in asked]
    labels = Counter(frequency.label for frequency in found if frequency is not None)
    for label, votes in labels.most_common(1):
        if votes * 2 >= len(asked):
            usual = Counter(frequency for frequency in found if frequency is not None and frequency.label == label)
            return usual.most_common(1)[0][0]
    moments = np.unique(rows.stamps)
    return infer_frequency(moments) if len(moments) > 1 else None


def forced_frequency(alias: str) -> Frequency:
    """Return the frequency of a pandas alias that a person chose.

    Raises:
        SettingsError: no such alias, or none that makes a regular grid here.
    """
    if alias == ROWS.alias:
        return ROWS
    if (pattern := patterned(alias)) is not None:
        return pattern
    try:
        offset: Any = to_offset(_OLD.get(alias, alias))
        kind, size, end = step_of(offset.freqstr)
    except (ValueError, TypeError, AttributeError, KeyError):
        size = 0
    if size < 1:
        raise SettingsError(
            f'`frequency` (="{shown(alias)}") is no step that is known. '
            "Use an alias such as min, h, D, B, W-MON, MS, QS or YS, or leave it out."
        )
    anchor = np.array(["1970-01-01"], dtype="datetime64[us]")
    if kind == "months":
        return replace(by_months(anchor, size, end), alias=offset.freqstr)
    if kind == "workdays" and size > 1:
        return Frequency(offset.freqstr, f"every {size} business days", 1, "", f"{size}-business-day step")
    if kind == "workdays":
        return Frequency("B", "daily on business days", 5, "week", "business day")
    return replace(by_time(size, anchor), alias=offset.freqstr)


def is_coarser(rows: Rows, frequency: Frequency) -> bool:
    """Return whether the steps of a frequency are longer than those of the rows, which must be sorted."""
    steps = np.diff(rows.stamps.view(np.int64))[rows.codes[1:] == rows.codes[:-1]]
    if pattern_of(frequency.alias) is not None:
        return False
    kind, size, _ = step_of(frequency.alias)
    length = size * {"months": 28 * DAY, "workdays": DAY, "time": 1}[kind]
    return bool(len(steps) and np.median(steps) < 0.75 * length)


def floored(stamps: Stamps, alias: str) -> Stamps:
    """Return the moment that stands for the step in which each moment lies: its start, or its end if the alias says so."""
    offset: Any = to_offset(alias)
    kind, size, end = step_of(alias)
    if kind == "workdays":
        workdays = np.busday_offset(stamps.astype("datetime64[D]"), 0, roll="backward")
        return np.asarray(workdays, dtype="datetime64[us]")
    if kind == "time" and size % (7 * DAY) == 0 and getattr(offset, "weekday", None) is not None:
        days = stamps.astype("datetime64[D]")
        ends = days + ((offset.weekday - weekdays(stamps)) % 7).astype("timedelta64[D]")
        return np.asarray(ends, dtype="datetime64[us]")
    if kind == "time":
        return (np.floor_divide(stamps.view(np.int64), size) * size).astype("datetime64[us]")
    anchor = getattr(offset, "startingMonth", None) or getattr(offset, "month", None) or (12 if end else 1)
    begin = anchor % size if end else (anchor - 1) % size
    months = np.floor_divide(months_and_days(stamps)[0] - begin, size) * size + begin
    last = months + size - 1
    days = month_start(last) + (days_in_month(last) - 1).astype("timedelta64[D]") if end else month_start(months)
    return days.astype("datetime64[us]")

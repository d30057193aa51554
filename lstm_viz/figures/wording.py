"""Numbers and moments as a reader wants them: no digit and no hour more than they need."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np

from lstm_viz.phrases import joined
from lstm_viz.tables import Frequency, Series
from lstm_viz.tables.values.time_steps import pattern_of

SIGNIFICANT = 4
LARGEST_PLAIN, SMALLEST_PLAIN = 1e9, 1e-4
MOST_NAMES = 6
_YEARS, _MONTHS, _DAYS, _MINUTES = {"YS", "YE"}, {"MS", "ME", "QS", "QE"}, {"W", "D", "B"}, {"h", "min"}


def rounded(value: float, signed: bool = False, digits: int = SIGNIFICANT) -> str:
    """Write a number with four significant digits, or so many; a dash where there is none.

    >>> rounded(415.1308), rounded(1234567.0), rounded(0.01), rounded(-2.0, signed=True), rounded(float("nan"))
    ('415.1', '1,235,000', '0.01', '−2', '–')
    """
    text = alike([value], signed, digits)[0]
    if "e" in text or "." not in text:
        return text
    return text.rstrip("0").rstrip(".")


def alike(values: Sequence[float], signed: bool = False, digits: int = SIGNIFICANT) -> list[str]:
    """Write numbers of one table with equally many decimals: so many digits of the largest.

    >>> alike([446.9213, 9.0])
    ['446.9', '9.0']
    """
    known = [abs(value) for value in values if np.isfinite(value) and value]
    largest = max(known, default=1.0)
    plus = "+" if signed else ""
    if not SMALLEST_PLAIN <= largest < LARGEST_PLAIN:
        texts = [f"{value:{plus}.{digits - 1}e}" for value in values]
    else:
        decimals = digits - 1 - int(np.floor(np.log10(largest)))
        texts = [f"{round(value, decimals) + 0.0:{plus},.{max(0, decimals)}f}" for value in values]
    both = zip(texts, values, strict=True)
    return [text.replace("-", "−") if np.isfinite(value) else "–" for text, value in both]


def moment(stamp: object, frequency: Frequency) -> str:
    """Write a moment as finely as the steps of its series: 1961, Jan 1961, 3 Jan 1961, 3 Jan 1961 14:30; or its row.

    >>> moment(np.datetime64("1961-01-01"), Frequency("MS", "monthly", 12, "year", "month"))
    'Jan 1961'
    """
    if not isinstance(stamp, np.datetime64 | datetime):
        return f"row {int(stamp)}"  # type: ignore[call-overload]
    when: datetime = np.datetime64(stamp).astype("datetime64[us]").item()
    unit = _step_of(frequency)
    if unit in _YEARS:
        return str(when.year)
    month = f"{when:%b} {when.year}"
    if unit in _MONTHS:
        return month
    day = f"{when.day} {month}"
    if unit in _DAYS:
        return day
    return f"{day} {when:%H:%M}" if unit in _MINUTES else f"{day} {when:%H:%M:%S}"


def moments(stamps: Iterable[object], frequency: Frequency) -> list[str]:
    """Write many moments."""
    return [moment(stamp, frequency) for stamp in stamps]


def hover_format(frequency: Frequency) -> str | None:
    """Give plotly's format for the same moments; None for rows."""
    unit = _step_of(frequency)
    if unit == "step":
        return None
    forms = ((_YEARS, "%Y"), (_MONTHS, "%b %Y"), (_DAYS, "%-d %b %Y"), (_MINUTES, "%-d %b %Y %H:%M"))
    return next((form for units, form in forms if unit in units), "%-d %b %Y %H:%M:%S")


def _step_of(frequency: Frequency) -> str:
    """Give the unit of a pandas alias: `MS` of `3MS`, `W` of `2W-SAT`."""
    if (pattern := pattern_of(frequency.alias)) is not None:
        return {"minute": "min", "month": "MS"}.get(pattern.unit, "D")
    found = re.match(r"\d*([A-Za-z]+)", frequency.alias)
    return found.group(1) if found else ""


def effects_in_words(series: Series, facts: Mapping[str, Any]) -> tuple[str, ...]:
    """Say what each column known in advance adds, which add nothing beyond chance, and what else the networks read."""
    preparation, sentences, chance = facts["preparation"], [], []
    known = [feature for feature in series.features if feature.known]
    for feature, coefficient in zip(known, preparation["effects"]["coefficients"], strict=True):
        if coefficient == 0:
            chance.append(feature.name)
        else:
            sentences.append(_one_effect(feature.name, feature.values, coefficient, preparation["log"]))
    if chance:
        sentences.append(f"{_quoted(chance)}: no effect distinguishable from chance.")
    if past := [feature.name for feature in series.features if not feature.known]:
        sentences.append(f"The networks also read {_quoted(past)}.")
    return tuple(sentences)


def _one_effect(name: str, values: np.ndarray, coefficient: float, log: bool) -> str:
    """Say what a column adds: where it is 1 if it is a flag, else for a step as large as its standard deviation.

    >>> _one_effect("holiday", np.array([0.0, 1.0, 0.0]), 0.1133, log=True)
    '`holiday` adds about 12%.'
    >>> _one_effect("price", np.array([9.0, 10.0, 11.0]), -3.21, log=False)
    '0.8 more of `price` takes off about 2.57.'
    """
    known = values[np.isfinite(values)]
    flag = bool(np.isin(known, (0.0, 1.0)).all())
    step = 1.0 if flag else float(f"{known.std():.0e}")
    moved = coefficient * step
    with np.errstate(over="ignore"):
        size = f"{rounded(abs(100 * np.expm1(moved)), digits=2)}%" if log else rounded(abs(moved), digits=3)
    does = f"{'adds' if moved > 0 else 'takes off'} about {size}."
    return f"{_quoted([name])} {does}" if flag else f"{rounded(step)} more of {_quoted([name])} {does}"


def _quoted(names: list[str]) -> str:
    """Join names as a sentence does.

    >>> _quoted(["a", "b", "c"])
    '`a`, `b` and `c`'
    """
    shown = [f"`{name}`" for name in names[:MOST_NAMES]]
    if len(names) > MOST_NAMES:
        shown.append(f"{len(names) - MOST_NAMES:,} more")
    return joined(shown)

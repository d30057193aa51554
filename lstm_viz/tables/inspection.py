"""What a person should know of a series before it is forecast, each in plain words."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from lstm_viz.phrases import counted, listed, plural, shown
from lstm_viz.tables.doubts import doubts
from lstm_viz.tables.extremes import (
    Stretches,
    change_of_unit,
    equal_stretches,
    lengths,
    level_shift,
    longest,
    marks_for_nothing,
    outliers,
    stretches,
)
from lstm_viz.tables.frequency import ROWS
from lstm_viz.tables.sentinels import is_mark
from lstm_viz.tables.series import Series
from lstm_viz.tables.steps import Floats
from lstm_viz.tables.table import Table

Kind = Literal[
    "reading",
    "frequency",
    "span",
    "gaps",
    "left out",
    "duplicates",
    "order",
    "level",
    "outliers",
    "constant",
    "sentinel",
    "unit",
    "short",
    "future",
]
Severity = Literal["fine", "note", "warning", "problem"]
LOOK_FIRST: tuple[Kind, ...] = (
    "reading",
    "frequency",
    "left out",
    "order",
    "duplicates",
    "level",
    "unit",
)  # rows were lost, or are in doubt
MOST_PLACES = 200


@dataclass(frozen=True)
class Finding:
    """One thing that was found.

    Args:
        kind: what it is about.
        severity: "fine" and "note" need nothing done, a "warning" should be looked at, a "problem" stops the forecast.
        sentence: what was found, how much, what it means for the forecast, and what to do.
        places: rows [start, end) of the regular series, at most `MOST_PLACES` of the longest.
        value: the number that it is about, where it is about one.
    """

    kind: Kind
    severity: Severity
    sentence: str
    places: tuple[tuple[int, int], ...] = ()
    value: float | None = None


def inspect_series(
    series: Series, horizon: int | None = None, longest: int | None = None, genuine: tuple[float, ...] = ()
) -> tuple[Finding, ...]:
    """Look through a series; what matters most comes first.

    Args:
        series: on its grid.
        horizon: how many steps are to be forecast, if that is known yet.
        longest: the longest horizon that the series allows; None takes a third of its rows.
        genuine: numbers that a person kept although they look like marks for nothing.
    """
    found = (
        *_frequency(series),
        *_span(series),
        *_gaps(series),
        *_rows(series),
        *_marks(series, genuine),
        *_unit(series),
        *_level(series),
        *_outliers(series),
        *_constant(series),
        *_future(series, horizon),
        *_short(series, horizon, (len(series) - 4) // 3 if longest is None else longest),
    )
    rank = ("problem", "warning", "note", "fine")
    return tuple(sorted(found, key=lambda finding: rank.index(finding.severity)))


def reading_findings(table: Table) -> tuple[Finding, ...]:
    """Return what was decided about the times of a table and should be looked at before anything is trained."""
    return tuple(Finding("reading", "warning", sentence) for sentence in doubts(table))


def when(series: Series, row: int) -> str:
    """Return the moment of a row as a sentence names it: as finely as the steps are."""
    if series.frequency == ROWS:
        return f"row {int(series.ds[row]) + 1:,}"
    text = str(series.ds[row].astype("datetime64[us]")).removesuffix(".000000")
    if series.frequency.season_name in ("year", "") and "T00:00:00" in text:
        return text[:10] if not series.frequency.step_name.startswith(("month", "quarter", "year")) else text[:7]
    return text.removesuffix("T00:00:00").replace("T", " ")


def _steps(series: Series, count: int) -> str:
    return counted(count, series.frequency.step_name)


def _share(count: int, of: int) -> str:
    return f"{100 * count / of:.2g}%"


def _frequency(series: Series) -> Iterator[Finding]:
    frequency = series.frequency
    if series.repairs.uneven:
        sentence = (
            "The dates follow no regular steps, so the rows are the steps, in order of time: the forecast counts rows and "
            "has no dates. If the dates are wrong, correct them; if rows belong to different series, choose what names them."
        )
        yield Finding("frequency", "warning", sentence)
    elif frequency == ROWS:
        sentence = "The rows are the steps, without dates: the forecast counts rows and knows no season by itself."
        yield Finding("frequency", "note", sentence)
    elif frequency.season_length > 1:
        season = f"{frequency.season_length:,} {plural(frequency.step_name)} make one {frequency.season_name}"
        yield Finding("frequency", "fine", f"The steps are {frequency.label}; {season}.")
    else:
        yield Finding("frequency", "fine", f"The steps are {frequency.label}, without a season of the calendar.")


def _span(series: Series) -> Iterator[Finding]:
    told = f"{_steps(series, len(series))}, from {when(series, 0)} to {when(series, -1)}"
    season, name = series.frequency.season_length, series.frequency.season_name
    if season > 1 and len(series) < 2 * season:
        sentence = (
            f"{told}: less than two {plural(name)}, so that what repeats each {name} cannot be told from chance. "
            "Bring a longer history if there is one."
        )
        yield Finding("span", "warning", sentence)
    else:
        yield Finding("span", "fine", f"{told}.")


def _gaps(series: Series) -> Iterator[Finding]:
    missing = np.isnan(series.y)
    count = int(missing.sum())
    if count == 0:
        yield Finding("gaps", "fine", "No step is missing.")
        return
    found = stretches(missing)
    (worst,) = longest(found, 1)
    share = count / len(series)
    run = f"the longest is {_steps(series, worst[1] - worst[0])} from {when(series, worst[0])} on"
    many = f"in {counted(len(found), 'gap')}, " if len(found) > 1 else ""
    meaning = "They are filled in where the model reads them and never counted as a target."
    advice = " With so many the forecast rests on little: choose a longer step or fill them in the file."
    sentence = f"{_steps(series, count)} of {len(series):,} ({_share(count, len(series))}) have no value, {many}{run}. "
    severity: Severity = "note" if share < 0.05 else "warning"
    yield Finding("gaps", severity, sentence + meaning + (advice if share >= 0.2 else ""), longest(found, MOST_PLACES))


def _rows(series: Series) -> Iterator[Finding]:
    done = series.repairs
    whole = len(series.y) + done.undated + done.astray
    if done.astray:
        rows = "has a date that lies" if done.astray == 1 else "have dates that lie"
        cause = "a typing error, or a clock that was reset. Correct it in the file."
        yield Finding(
            "left out", "warning", f"{counted(done.astray, 'row')} {rows} far from all others, left out: {cause}"
        )
    if done.undated > max(1, 0.02 * whole):
        sentence = (
            f"{counted(done.undated, 'row')} of {whole:,} ({_share(done.undated, whole)}) have no date and were left out. "
            "Look at the column of the time in the file."
        )
        yield Finding("left out", "warning", sentence)
    if done.repeated:
        sentence = (
            f"{done.repeated:,} rows share their date with another and became one value for each date. "
            "If they belong to different series, choose the column that names the series; if they add up, choose the sum."
        )
        yield Finding("duplicates", "warning", sentence)
    if done.backwards:
        yield Finding("order", "note", "All rows stood backwards and were sorted by date. Nothing needs to be done.")
    elif done.unsorted:
        sentence = (
            f"{counted(done.unsorted, 'row')} of {whole:,} stood after a later one, and all were sorted by date. If the "
            "file was in order, its dates are wrong or were misread: compare the first rows with the chart."
        )
        yield Finding("order", "warning" if done.unsorted > 0.02 * whole else "note", sentence)


def _marks(series: Series, genuine: tuple[float, ...]) -> Iterator[Finding]:
    found = marks_for_nothing(series.y)
    if found is None:
        return
    value, rows = found
    kept = any(is_mark(np.array([value]), number).any() for number in genuine)
    meaning = (
        "it is kept as a number, as you chose."
        if kept
        else (
            "it looks like a mark for a missing value, and the model would learn it as a real one. Treat it as missing."
        )
    )
    sentence = f"The value {value:,g} stands {_times(int(rows.sum()))}, far from all others: {meaning}"
    severity: Severity = "note" if kept else "warning"
    yield Finding("sentinel", severity, sentence, longest(stretches(rows), MOST_PLACES), value)


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count:,} times"


def _unit(series: Series) -> Iterator[Finding]:
    found = change_of_unit(series.y)
    if found is None:
        return
    row, power = found
    change = "larger" if power > 0 else "smaller"
    sentence = (
        f"From {when(series, row)} on the values are about {10 ** abs(power):,} times {change}: the unit may have changed. "
        "Bring both parts to one unit, or leave out the first."
    )
    yield Finding("unit", "warning", sentence, ((row, len(series)),))


def _level(series: Series) -> Iterator[Finding]:
    found = level_shift(series.y, series.frequency.season_length)
    if found is None or change_of_unit(series.y) is not None:
        return
    row, before, after = found
    sentence = (
        f"From {when(series, row)} on the values are about {after:,.4g}, before about {before:,.4g}: the level shifted. "
        "The model learns from both, and its intervals hold both. If the old level is over, take its rows out of the file."
    )
    yield Finding("level", "warning", sentence, ((row, len(series)),))


def _outliers(series: Series) -> Iterator[Finding]:
    y = series.y
    if (marks := marks_for_nothing(y)) is not None:
        y = np.where(marks[1], np.nan, y)
    if change_of_unit(y) is not None:
        return
    found = outliers(y, series.frequency.season_length)
    if len(found) == 0:
        return
    count = int(lengths(found).sum())
    first = int(found[0, 0])
    named = f"{series.y[first]:,.6g} at {when(series, first)}"
    verb = "lies" if count == 1 else "lie"
    sentence = (
        f"{counted(count, 'value')} {verb} far from the neighbours and the season{', the first is' if count > 1 else ':'} "
        f"{named}. An error in the file would pull the forecast; if it really happened, keep it."
    )
    yield Finding("outliers", "warning", sentence, longest(found, MOST_PLACES))


def _constant(series: Series) -> Iterator[Finding]:
    found = _long_constants(series.y, series.frequency.season_length)
    if len(found) == 0:
        return
    (worst,) = longest(found, 1)
    rows = int(lengths(found).sum())
    value = f"{series.y[worst[0]]:,.6g}"
    many = f" {counted(len(found), 'stretch')[:-1]}es like this hold" if len(found) > 1 else " It holds"
    sentence = (
        f"The value stays at {value} for {_steps(series, worst[1] - worst[0])} from {when(series, worst[0])} on.{many} "
        f"{_share(rows, len(series))} of the rows. A stuck sensor or a filled gap would teach the model that nothing moves."
    )
    yield Finding("constant", "note" if value == "0" else "warning", sentence, longest(found, MOST_PLACES))


def _long_constants(y: Floats, season: int) -> Stretches:
    """A season and 5% of the rows, or 20 rows; nothing where most values equal their neighbour."""
    found = equal_stretches(y)
    if len(found) == 0 or np.mean(y[1:] == y[:-1]) > 0.8:
        return found[:0]
    size = lengths(found)
    return found[((size >= max(season, 3)) & (size >= 0.05 * len(y))) | (size >= 20)]


def _future(series: Series, horizon: int | None) -> Iterator[Finding]:
    """Columns known in advance whose values are not there; without a horizon, the very next step counts."""
    asked = horizon or 1
    found: dict[int, list[str]] = {}
    for feature in series.features:
        if feature.known:
            ahead = feature.values[len(series) : len(series) + asked]
            found.setdefault(int(np.isfinite(ahead).sum()), []).append(f"`{shown(feature.name)}`")
    for count, names in sorted(found.items()):
        if count < asked:
            yield Finding("future", "warning", _unknown(series, names, count, horizon))


def _unknown(series: Series, names: list[str], count: int, horizon: int | None) -> str:
    one = len(names) == 1
    verb, mean = ("is", "its mean stands") if one else ("are", "their means stand")
    step = series.frequency.step_name
    if horizon is None:
        told = f"not known after the last value: {mean} in"
    elif horizon == 1:
        told = f"not known for the next {step}: {mean} in"
    else:
        known, rest = (f"{count:,}", "the rest") if count else ("none", "all of them")
        told = f"known for {known} of the next {horizon:,} {plural(step)}: {mean} in for {rest}"
    return f"{listed(names)} {verb} {told}. Bring future rows with the target left blank."


def _short(series: Series, horizon: int | None, limit: int) -> Iterator[Finding]:
    if horizon is not None and horizon > limit:
        advice = f"Use at most {limit:,}, or bring more rows." if limit >= 1 else "Bring more rows."
        sentence = f"A horizon of {horizon:,} is too long for {_steps(series, len(series))}. {advice}"
        yield Finding("short", "problem", sentence)
    elif limit < 1:
        yield Finding("short", "problem", f"{_steps(series, len(series))} are too few to forecast. Bring more rows.")
    elif (known := int(np.sum(~np.isnan(series.y)))) < 50:
        sentence = (
            f"Only {counted(known, 'value')}: a network learns little from so few, and repeating the last season may win. "
            "Compare with the simple methods."
        )
        yield Finding("short", "note", sentence)

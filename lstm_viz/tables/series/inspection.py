"""What a person should know of a series before it is forecast, each in plain words."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from lstm_viz.phrases import counted, listed, plural, shown
from lstm_viz.tables.columns.table import Table
from lstm_viz.tables.series.doubts import doubts
from lstm_viz.tables.series.frequency import ROWS
from lstm_viz.tables.series.series import Series
from lstm_viz.tables.values.numbers import is_mark
from lstm_viz.tables.values.time_steps import Bools, Floats, Ints

_Stretches = Ints  # (R, 2): [start, end) of each run, in order
_FAR = 8.0  # so many robust standard deviations are no chance
_FEW = 0.005  # of the rows: more than that is how the series is
_APART = 1.5
_WINDOW = 25
_SHIFT_ROWS = 12
_LONGEST_WINDOW = 200
_NINES = np.array([99.9, 99.99, 999.0, 999.9, 999.99, 9999.0, 9999.9, 9999.99, 99_999.0, 999_999.0])
_MARKS = np.r_[_NINES, -_NINES, -99.0, -200.0, 1e20, -1e20, 9.96921e36, 32_767.0, -32_768.0, 65_535.0]
_OfRows = Literal["reading", "frequency", "span", "gaps", "left out", "duplicates", "order", "short", "future"]
_OfValues = Literal["level", "outliers", "constant", "sentinel", "unit"]
Kind = Literal[_OfRows, _OfValues]
_Severity = Literal["fine", "note", "warning", "problem"]
# rows were lost, or are in doubt
SHOWN_FIRST: tuple[Kind, ...] = ("reading", "frequency", "left out", "order", "duplicates", "level", "unit")
_MOST_PLACES = 200
_NONE: _Stretches = np.zeros((0, 2), dtype=np.int64)


def _stretches(mask: Bools) -> _Stretches:
    """Return the runs of rows at which `mask` holds."""
    edges = np.flatnonzero(np.diff(np.r_[False, mask, False].astype(np.int8)))
    return edges.reshape(-1, 2).astype(np.int64)


def _lengths(found: _Stretches) -> Ints:
    return found[:, 1] - found[:, 0]


def _longest(found: _Stretches, most: int) -> tuple[tuple[int, int], ...]:
    order = np.sort(np.argsort(-_lengths(found), kind="stable")[:most])
    return tuple((int(start), int(end)) for start, end in found[order])


def _far_rows(y: Floats, season: int) -> _Stretches:
    """Return runs of one to three rows far from the running median and the season; nothing where many are."""
    far = np.nan_to_num(_distances(y, season), nan=0.0)
    if far.max() > _FAR and np.nanmin(y) >= 0 and (middle := float(np.nanmedian(y))) > 0:  # swings grow with the level
        far = np.minimum(far, np.nan_to_num(_distances(np.log1p(y / middle), season), nan=0.0))
    most = int(max(3, _FEW * np.sum(~np.isnan(y))))
    top = np.r_[-np.sort(-far), 0.0][: 3 * most + 1]
    steps = np.flatnonzero((top[:-1] > _FAR) & (top[:-1] > _APART * top[1:]))  # the tails of a distribution have none
    if top[-1] > _FAR or len(steps) == 0:  # so many are far that it is how the series is
        return _NONE
    found = _stretches(far >= top[steps[-1]])
    found = found[_lengths(found) <= 3]
    return found if len(found) <= most else _NONE


def _distances(y: Floats, season: int) -> Floats:
    """Return how far each row is from its neighbours and its season, in robust standard deviations; 0 for a constant."""
    known = ~np.isnan(y)
    largest = np.nanmax(np.abs(y))
    if known.sum() < 12 or largest == 0:
        return np.zeros(len(y))
    y = y / largest
    rest = y - _running_median(y, season)
    if 2 <= season <= len(y) // 3:
        seasons = pd.Series(rest).groupby(np.arange(len(rest)) % season)
        rest = rest - seasons.transform("median").fillna(0.0).to_numpy()
    distance = np.abs(rest - np.nanmedian(rest))
    scale = np.nanmedian(distance)
    if scale <= 1e-12:
        moved = distance[distance > 0]
        if len(moved) <= max(5, _FEW * len(y)):
            return np.zeros(len(y))
        scale = np.median(moved)
    return np.asarray(distance / (1.4826 * scale), dtype=np.float64)


def _running_median(y: Floats, season: int) -> Floats:
    """Over one season, or some rows; a long season is thinned out, which keeps its level."""
    width = season if 4 <= season <= len(y) // 3 else min(_WINDOW, len(y) // 2)
    thin = max(1, width // _LONGEST_WINDOW)
    part = pd.Series(y[::thin]).rolling(width // thin | 1, center=True, min_periods=1).median()
    level = np.array(part.ffill().bfill(), dtype=np.float64)
    half = width // thin // 2
    if width == season:
        level[:half], level[-half:] = level[half], level[-half - 1]
    return level if thin == 1 else np.interp(np.arange(len(y)), np.arange(0, len(y), thin), level)


def _marks_for_nothing(y: Floats) -> tuple[float, Bools] | None:
    """Return a value such as -999 that lies far outside all others and the rows where it stands, or None."""
    low, high = np.nanmin(y), np.nanmax(y)
    for value in (low, high):
        others = y[(y != value) & ~np.isnan(y)]
        if len(others) < 3 or not np.isclose(_MARKS, value, rtol=1e-9, atol=0).any():
            continue
        low_usual, high_usual = np.quantile(others, (0.01, 0.99))
        apart = min(abs(value - low_usual), abs(value - high_usual)) > max(high_usual - low_usual, 1e-9)
        if apart or (value < 0 <= others.min()):
            return float(value), y == value
    return None


def level_shift(y: Floats, season: int) -> tuple[int, float, float] | None:
    """Return the row from which on the level is another, for good, and the usual value before and after; None for none."""
    season = season if 1 < season <= len(y) // 6 else 1
    width = -(-_SHIFT_ROWS // season) * season
    if len(y) < 4 * width:
        return None
    medians = pd.Series(y).rolling(width, min_periods=width // 2).median().to_numpy()
    jumps = np.abs(medians[2 * width - 1 :] - medians[width - 1 : -width])
    if np.isnan(jumps).all():
        return None
    at = int(np.nanargmax(jumps))
    row = at + width
    changes = y[row : row + width] - y[row - width : row]  # at equal places in the season
    scatter = 1.4826 * float(np.nanmedian(np.abs(changes - np.nanmedian(changes))))
    apart = np.nan_to_num(np.r_[jumps[: max(0, at - 3 * width // 2)], jumps[at + 3 * width // 2 :]])
    if len(apart) < width // 2 or jumps[at] <= 3 * scatter or jumps[at] <= 3 * max(apart):  # a trend is all jumps
        return None
    before, after = medians[row - 1], medians[row + width - 1]
    middle = (before + after) / 2
    high = (medians > middle) == (after > middle)
    if min(np.mean(~high[width - 1 : row]), np.mean(high[row + width - 1 :])) < 0.95:
        return None
    near = y[row - width : row + width]
    costs = np.r_[0, np.nancumsum(np.abs(near - before) - np.abs(near - after))]
    row = row - width + int(np.argmin(costs))  # where the old level ends fits best
    return row, float(np.nanmedian(y[:row])), float(np.nanmedian(y[row:]))


def _change_of_unit(y: Floats) -> tuple[int, int] | None:
    """Return the row from which on the values are 100, 1,000 … times larger or smaller and the power of ten, or None."""
    size = np.abs(y)
    known = np.flatnonzero(size > 0)
    if len(known) < 20:
        return None
    decades = np.log10(size[known])
    smooth = pd.Series(decades).rolling(9, center=True, min_periods=5).median().bfill().ffill().to_numpy()
    before = smooth[:-1]
    at = int(np.argmax(np.abs(np.diff(before)))) + 1
    if not 5 <= at <= len(known) - 5:
        return None
    first, last = decades[:at], decades[at:]
    power = float(np.median(last[:24]) - np.median(first[-24:]))
    apart = min(np.quantile(last, 0.05) - np.quantile(first, 0.95), 1) if power > 0 else 0
    apart = apart or np.quantile(first, 0.05) - np.quantile(last, 0.95)
    whole = round(power)
    if abs(whole) < 2 or abs(power - whole) > 0.25 or apart < 1:
        return None
    return int(known[at]), whole


@dataclass(frozen=True)
class Finding:
    """One thing that was found."""

    kind: Kind  # what it is about
    severity: _Severity  # only a "warning" should be looked at, and a "problem" stops the forecast
    sentence: str  # what was found, how much, what it means for the forecast, and what to do
    places: tuple[tuple[int, int], ...] = ()  # rows [start, end) of the regular series, the longest of many
    value: float | None = None  # the number that it is about, where it is about one


def inspect_series(
    series: Series, horizon: int | None = None, longest: int | None = None, genuine: tuple[float, ...] = ()
) -> tuple[Finding, ...]:
    """Look through a series; what matters most comes first.

    `horizon` is how many steps are to be forecast, if that is known yet, `longest` how many the series allows (None: a third
    of its rows); a person kept the numbers in `genuine` although they look like marks for nothing.
    """
    of_rows = (finding for rule in (_frequency, _span, _gaps, _rows) for finding in rule(series))
    of_values = (finding for rule in (_unit, _level, _outliers, _constant) for finding in rule(series))
    limit = (len(series) - 4) // 3 if longest is None else longest
    of_forecast = (*_future(series, horizon), *_short(series, horizon, limit))
    rank = ("problem", "warning", "note", "fine")
    found = (*of_rows, *_marks(series, genuine), *of_values, *of_forecast)
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
    extent = f"{_steps(series, len(series))}, from {when(series, 0)} to {when(series, -1)}"
    season, name = series.frequency.season_length, series.frequency.season_name
    if season > 1 and len(series) < 2 * season:
        fact = f"{extent}: less than two {plural(name)}, so that what repeats each {name} cannot be told from chance"
        sentence = f"{fact}. Bring a longer history if there is one."
        yield Finding("span", "warning", sentence)
    else:
        yield Finding("span", "fine", f"{extent}.")


def _gaps(series: Series) -> Iterator[Finding]:
    missing = np.isnan(series.y)
    count = int(missing.sum())
    if count == 0:
        yield Finding("gaps", "fine", "No step is missing.")
        return
    found = _stretches(missing)
    (worst,) = _longest(found, 1)
    share = count / len(series)
    run = f"the longest is {_steps(series, worst[1] - worst[0])} from {when(series, worst[0])} on"
    many = f"in {counted(len(found), 'gap')}, " if len(found) > 1 else ""
    sentence = f"{_steps(series, count)} of {len(series):,} ({_share(count, len(series))}) have no value, {many}{run}. "
    sentence += "They are filled in where the model reads them and never counted as a target."
    if share >= 0.2:
        sentence += " With so many the forecast rests on little: choose a longer step or fill them in the file."
    yield Finding("gaps", "note" if share < 0.05 else "warning", sentence, _longest(found, _MOST_PLACES))


def _rows(series: Series) -> Iterator[Finding]:
    done = series.repairs
    whole = len(series.y) + done.undated + done.astray
    if done.astray:
        sentence = (
            f"{counted(done.astray, 'row')} {'has a date that lies' if done.astray == 1 else 'have dates that lie'} far "
            "from all others, left out: a typing error, or a clock that was reset. Correct it in the file."
        )
        yield Finding("left out", "warning", sentence)
    if done.undated > max(1, 0.02 * whole):
        sentence = f"{counted(done.undated, 'row')} of {whole:,} ({_share(done.undated, whole)}) "
        sentence += "have no date and were left out. Look at the column of the time in the file."
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
    found = _marks_for_nothing(series.y)
    if found is None:
        return
    value, rows = found
    kept = any(is_mark(np.array([value]), number).any() for number in genuine)
    looks = "it looks like a mark for a missing value, and the model would learn it as a real one. Treat it as missing."
    meaning = "it is kept as a number, as you chose." if kept else looks
    times = "once" if rows.sum() == 1 else f"{rows.sum():,} times"
    sentence = f"The value {value:,g} stands {times}, far from all others: {meaning}"
    yield Finding("sentinel", "note" if kept else "warning", sentence, _longest(_stretches(rows), _MOST_PLACES), value)


def _unit(series: Series) -> Iterator[Finding]:
    found = _change_of_unit(series.y)
    if found is None:
        return
    row, power = found
    change = "larger" if power > 0 else "smaller"
    fact = f"From {when(series, row)} on the values are about {10 ** abs(power):,} times {change}"
    sentence = f"{fact}: the unit may have changed. Bring both parts to one unit, or leave out the first."
    yield Finding("unit", "warning", sentence, ((row, len(series)),))


def _level(series: Series) -> Iterator[Finding]:
    found = level_shift(series.y, series.frequency.season_length)
    if found is None or _change_of_unit(series.y) is not None:
        return
    row, before, after = found
    sentence = (
        f"From {when(series, row)} on the values are about {after:,.4g}, before about {before:,.4g}: the level shifted. "
        "The model learns from both, and its intervals hold both. If the old level is over, take its rows out of the file."
    )
    yield Finding("level", "warning", sentence, ((row, len(series)),))


def _outliers(series: Series) -> Iterator[Finding]:
    y = series.y
    if (marks := _marks_for_nothing(y)) is not None:
        y = np.where(marks[1], np.nan, y)
    if _change_of_unit(y) is not None:
        return
    found = _far_rows(y, series.frequency.season_length)
    if len(found) == 0:
        return
    count, first = int(_lengths(found).sum()), int(found[0, 0])
    verb, which = ("lies", ":") if count == 1 else ("lie", ", the first is")
    sentence = (
        f"{counted(count, 'value')} {verb} far from the neighbours and the season{which} {series.y[first]:,.6g} at "
        f"{when(series, first)}. An error in the file would pull the forecast; if it really happened, keep it."
    )
    yield Finding("outliers", "warning", sentence, _longest(found, _MOST_PLACES))


def _constant(series: Series) -> Iterator[Finding]:
    same = series.y[1:] == series.y[:-1]
    found = _stretches(same)
    found[:, 1] += 1
    size, season = _lengths(found), max(series.frequency.season_length, 3)
    found = found[((size >= season) & (size >= 0.05 * len(series))) | (size >= 20)]
    if len(found) == 0 or np.mean(same) > 0.8:
        return
    (worst,) = _longest(found, 1)
    rows = int(_lengths(found).sum())
    value = f"{series.y[worst[0]]:,.6g}"
    many = f" {len(found):,} stretches like this hold" if len(found) > 1 else " It holds"
    sentence = (
        f"The value stays at {value} for {_steps(series, worst[1] - worst[0])} from {when(series, worst[0])} on.{many} "
        f"{_share(rows, len(series))} of the rows. A stuck sensor or a filled gap would teach the model that nothing moves."
    )
    yield Finding("constant", "note" if value == "0" else "warning", sentence, _longest(found, _MOST_PLACES))


def _future(series: Series, horizon: int | None) -> Iterator[Finding]:
    """Columns known in advance whose values are not there; without a horizon, the very next step counts."""
    steps = horizon or 1
    found: dict[int, list[str]] = {}
    for feature in series.features:
        if feature.known:
            ahead = feature.values[len(series) : len(series) + steps]
            found.setdefault(int(np.isfinite(ahead).sum()), []).append(f"`{shown(feature.name)}`")
    for count, names in sorted(found.items()):
        if count < steps:
            yield Finding("future", "warning", _unknown(series, names, count, horizon))


def _unknown(series: Series, names: list[str], count: int, horizon: int | None) -> str:
    verb, mean = ("is", "its mean stands") if len(names) == 1 else ("are", "their means stand")
    step = series.frequency.step_name
    if horizon is None:
        sentence = f"not known after the last value: {mean} in"
    elif horizon == 1:
        sentence = f"not known for the next {step}: {mean} in"
    else:
        known, rest = (f"{count:,}", "the rest") if count else ("none", "all of them")
        sentence = f"known for {known} of the next {horizon:,} {plural(step)}: {mean} in for {rest}"
    return f"{listed(names)} {verb} {sentence}. Bring future rows with the target left blank."


def _short(series: Series, horizon: int | None, limit: int) -> Iterator[Finding]:
    if horizon is not None and horizon > limit:
        advice = f"Use at most {limit:,}, or bring more rows." if limit >= 1 else "Bring more rows."
        sentence = f"A horizon of {horizon:,} is too long for {_steps(series, len(series))}. {advice}"
        yield Finding("short", "problem", sentence)
    elif limit < 1:
        yield Finding("short", "problem", f"{_steps(series, len(series))} are too few to forecast. Bring more rows.")
    elif (known := int(np.sum(~np.isnan(series.y)))) < 50:
        fact = f"Only {counted(known, 'value')}: a network learns little from so few"
        sentence = f"{fact}, and repeating the last season may win. Compare with the simple methods."
        yield Finding("short", "note", sentence)

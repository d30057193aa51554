"""Tables whose column names are periods ("2019 | 2020 | 2021", months next to a year) become long: a row for each value."""

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd

from lstm_viz.errors import FileTooLarge, SettingsError
from lstm_viz.phrases import counted, listed_names, shown
from lstm_viz.tables.files.grid import MAX_ROWS, Grid
from lstm_viz.tables.files.read_options import Decision, Periods
from lstm_viz.tables.values.calendar_words import free_name, month_numbers, name_words, named_units, unique_names
from lstm_viz.tables.values.cell_shapes import Role
from lstm_viz.tables.values.date_parts import composed, with_whole_hours
from lstm_viz.tables.values.numbers import missing_cells
from lstm_viz.tables.values.numeric_timestamps import read_number_times
from lstm_viz.tables.values.time_spellings import Written, cell_kind, spelled
from lstm_viz.tables.values.time_steps import Floats

_LEAST = 6
_SAMPLE = 50
_SOME_BLANK = 0.3
_LEAST_STEPS = 20  # of columns that are only counted
_STARTS = {"start", "starting", "begin", "beginning", "first"}
_PLACES = {"lat", "lon", "long", "lng", "latitude", "longitude"}
_SHAPE = re.compile(r"\d+|[^\W\d_]+")
_COMPACT = re.compile(r"((?:19|20)\d\d)(0[1-9]|1[0-2])([0-3]\d)?")
_COUNTED = re.compile(r"[A-Za-z]{0,6}[_ ]?(\d+)")
_PARTS: Mapping[frozenset[Role], tuple[int, int, frozenset[str]]] = {  # how many columns, next to which other
    frozenset({"month"}): (12, 12, frozenset({"year"})),
    frozenset({"quarter"}): (4, 4, frozenset({"year"})),
    frozenset({"week"}): (50, 54, frozenset({"year"})),
    frozenset({"hour"}): (24, 25, frozenset({"date"})),
    frozenset({"interval"}): (23, 100, frozenset({"date"})),
    frozenset({"hour", "minute"}): (24, 1440, frozenset({"date"})),
    frozenset({"day"}): (28, 31, frozenset({"month"})),
}


def _filled_down(grid: Grid) -> Grid:
    """Return a table whose first columns name a year or a group once (merged cells) with the name in every row."""
    cells, decisions = grid.cells, []
    for name, after in pairwise(cells.columns[:3]):
        if len(cells) < _LEAST or missing_cells(cells[name].head(_SAMPLE).str.strip()).mean() < _SOME_BLANK:
            continue
        empty = missing_cells(cells[name].str.strip())
        named = cells[name][~empty].str.strip()
        sizes = np.diff(np.r_[np.flatnonzero(~empty), len(empty)])
        if not 0.5 <= empty.mean() < 1 or empty[0] or not named.is_unique or sizes.max() > 2 * np.median(sizes):
            continue
        groups = all(cell_kind(cell) == "word" or re.fullmatch(r"[12]\d{3}", cell) for cell in named.head(_SAMPLE))
        if not groups or missing_cells(cells[after].str.strip()).mean() > 0.1:
            continue
        cells = cells.assign(**{name: cells[name].where(~empty).ffill()})
        number = counted(int(empty.sum()), "blank cell")
        sentence = f"Column `{shown(str(name))}`: filled {number} with the one above, as merged cells leave them."
        decisions.append(Decision("merged", int(empty.sum()), sentence))
    return replace(grid, cells=cells, decisions=(*grid.decisions, *decisions)) if decisions else grid


def _headed(grid: Grid) -> Grid:
    """Return a table whose first column holds years (their sums) above months, as pivot tables do, with both in each row."""
    name = str(grid.cells.columns[0])
    first = grid.cells.iloc[:, 0].astype(str).str.strip()
    years = first.str.fullmatch(r"(?:FY ?)?[12]\d{3}")
    if len(first) < _LEAST or not years.iloc[0] or not 2 <= years.sum() <= len(first) / 3:
        return grid
    rest = first[~years]
    found = next((list(written.values.items()) for written in spelled(rest.unique().tolist())), [])
    if len(found) != 1 or found[0][0] not in ("month", "quarter", "week", "half", "period"):
        return grid
    part, numbers = found[0]
    if np.isnan(numbers).any():
        return grid
    cells = grid.cells.assign(**{name: first.where(years).ffill()})[~years]
    cells.insert(1, unique_names([part, *map(str, cells.columns)])[0], rest)
    fact = f"Column `{shown(name)}`: took {counted(int(years.sum()), 'row')} of years as the years of the rows below"
    sentence = f"{fact}. Their own values are sums and were left out."
    decision = Decision("longer periods", int(years.sum()), sentence)
    units = (*grid.units[:1], "", *grid.units[1:]) if grid.units else ()
    return replace(grid, cells=cells, units=units, decisions=(*grid.decisions, decision))


def _split_key(grid: Grid) -> Grid:
    r"""Return a table whose first column holds several keys in one cell ("freq,geo\TIME_PERIOD") with a column for each."""
    name = str(grid.cells.columns[0])
    parts = [part.strip() for part in name.partition("\\")[0].split(",")]
    first = grid.cells.iloc[:, 0].astype(str)
    if "\\" not in name or len(parts) < 2 or not (first.str.count(",") == len(parts) - 1).all():
        return grid
    rest = grid.cells.iloc[:, 1:]
    names = unique_names([*parts, *map(str, rest.columns)])[: len(parts)]
    keys = first.str.split(",", expand=True).set_axis(list(names), axis=1)
    units = ("",) * (len(parts) - 1) + grid.units if grid.units else ()
    return replace(grid, cells=pd.concat([keys.astype("str"), rest], axis=1), units=units)


@dataclass(frozen=True)
class _Run:
    """Columns side by side whose names are periods."""

    places: range
    name: str  # of the new column, which holds the labels
    labels: list[str]
    counted: bool = False
    aside: tuple[int, ...] = ()


def unfolded(grid: Grid, wanted: Periods | None = None) -> Grid:
    """Return a table of rows that are series as one of rows that are values; any other table as it is."""
    if any(not pd.api.types.is_string_dtype(kind) for kind in grid.cells.dtypes):
        return grid  # the file knows its types
    grid = _headed(_filled_down(_split_key(grid)))
    bare = _without_flags(grid)
    if wanted == "rows":
        decision = Decision("periods", "rows", "Took each row as a moment, as you chose.", chosen=True)
        return replace(grid, decisions=(*grid.decisions, decision))
    run = _find_run(bare)
    if run is None and wanted is None:
        return grid
    if run is None:
        wrong = "no columns side by side are named like periods that follow each other"
        raise SettingsError(f"`periods` (=names): {wrong}. Leave it out.")
    grid, cells, count = bare, bare.cells, len(run.places)
    if len(cells) * count > MAX_ROWS:
        wrong = f"The file is too large: {len(cells):,} rows of {count:,} periods, and the limit is {MAX_ROWS:,} values"
        raise FileTooLarge(f"{wrong}. Save fewer rows.")
    long = {
        str(name): np.repeat(cells.iloc[:, place].to_numpy(dtype=object), count)
        for place, name in enumerate(cells.columns)
        if place not in run.places and place not in run.aside
    }
    parts = [spelled([str(cell) for cell in pd.unique(column[::count][:_SAMPLE])]) for column in long.values()]
    found = (written.values.keys() for readings in parts for written in readings)
    down = not run.counted and any(keys <= {"month", "quarter", "half", "week", "day"} for keys in found)
    name, labels = run.name, np.tile(np.array(run.labels, dtype=object), len(cells))
    if run.counted and (starts := _starts(grid, long)) is not None:
        columns, months, step = starts
        long = {name: column for name, column in long.items() if name not in columns}
        name, labels = "period", (months[:, None] + step * np.arange(count)).astype(str).astype(object).ravel()
    long[free_name(name, long, "_of_column")] = labels
    value = free_name("value", long, "_of_column")
    long[value] = cells.iloc[:, list(run.places)].to_numpy(dtype=object).ravel()
    rows = np.repeat(cells.index.to_numpy(), count)
    frame = pd.DataFrame({name: pd.Series(column, rows, dtype="str") for name, column in long.items()})
    if down:  # months below each other: a year after the other
        frame = frame.iloc[np.argsort(np.tile(np.arange(count), len(cells)), kind="stable")]
    filled = (frame[value].str.strip() != "").to_numpy()
    return replace(grid, cells=frame[filled], units=(), decisions=(*grid.decisions, *_period_decisions(grid, run)))


def _without_flags(grid: Grid) -> Grid:
    """Leave out columns of flags, each next to that of its period: Y1990F behind Y1990."""
    names = list(map(str, grid.cells.columns))
    flags = [name for name in names if name[:-1] in names and name[-1:].isalpha() and name[-2:-1].isdigit()]
    if len(flags) < _LEAST or len({name[-1] for name in flags}) > 2:
        return grid
    kept = [place for place, name in enumerate(grid.cells.columns) if str(name) not in flags]
    first, last = shown(flags[0]), shown(flags[-1])
    sentence = f"Left out {counted(len(flags), 'column')} (`{first}` to `{last}`): flags of those beside them."
    units = tuple(grid.units[place] for place in kept) if grid.units else ()
    decision = Decision("flags", len(flags), sentence)
    return replace(grid, cells=grid.cells.iloc[:, kept], units=units, decisions=(*grid.decisions, decision))


def _period_decisions(grid: Grid, run: _Run) -> tuple[Decision, ...]:
    names = [shown(str(grid.cells.columns[place])) for place in run.places]
    fact = f"Took the names of {counted(len(run.places), 'column')} (`{names[0]}` to `{names[-1]}`) as the time"
    sentence = f"{fact}: each row became {len(run.places):,} rows."
    decision = Decision("periods", "names", sentence)
    if not run.aside:
        return (decision,)
    aside = listed_names(grid.cells.columns[place] for place in run.aside)
    return decision, Decision("across", len(run.aside), f"Left out {aside}: sums or means of the other columns.")


def _find_run(grid: Grid) -> _Run | None:
    names = [str(name) for name in grid.cells.columns]
    if not grid.has_header and len(names) == 13 and _is_completed(grid, range(1, 13), frozenset({"year"})):
        months = range(1, 13)  # a year and twelve numbers, without names
        return _Run(months, "month", list(map(str, months))) if _are_numbers(grid, months) else None
    if len(names) < 3 or (not grid.has_header and len(names) < _LEAST_STEPS):
        return None
    dated = (_dated(grid, names, places) for places in (*_months(names), *_stretches(names)))
    return next((run for run in dated if run is not None), None) or _counted_run(grid, names)


def _stretches(names: list[str]) -> list[range]:
    forms = [_SHAPE.sub(lambda match: "0" if match[0].isdigit() else "a", name).replace(".", "") for name in names]
    found: list[range] = []
    start = 0
    for place in range(1, len(names) + 1):
        if place == len(names) or forms[place] != forms[start]:
            found += [range(start, place), *([range(1, place)] if start == 0 and place > 1 else [])]  # or a name first
            start = place
    return sorted((places for places in found if len(places) > 1), key=len, reverse=True)[:4]


def _months(names: list[str]) -> list[range]:
    months = month_numbers(set(names), set(names))
    start = next((place for place, name in enumerate(names) if name in months), 0)
    numbers = [months.get(name, 0) for name in names[start : start + 12]]
    first = numbers[0] if numbers else 0  # of a fiscal year perhaps
    around = [(first + more - 1) % 12 + 1 for more in range(12)]
    return [range(start, start + 12)] if first and numbers == around else []


def _dated(grid: Grid, names: list[str], places: range) -> _Run | None:
    """Return the columns whose names are moments, or parts of moments that another column completes."""
    labels = _plain_labels([names[place] for place in places])
    prefix = os.path.commonprefix(labels).rstrip("0123456789")  # noqa: RUF071 - letters in common, no path
    bare = [label.removeprefix(prefix) for label in labels]
    for texts in (labels, bare) if prefix.strip() else (labels,):
        for found in spelled(texts):
            written = replace(found, values=with_whole_hours(found.values))
            whole = "year" in written.values and len(places) >= _LEAST and _grow(written)
            if whole and _are_numbers(grid, places) and not _has_time(grid, names, places):
                return _Run(places, "period", texts)
            if (run := _completed_run(grid, places, texts, written)) is not None:
                return run
    return None


def _plain_labels(names: list[str]) -> list[str]:
    """Return names of columns as they are read: days of a spreadsheet and seconds since 1970 as dates."""
    bare = [name.removesuffix(".0") for name in names]
    numbers = np.array(list(map(float, bare))) if all(map(str.isdecimal, bare)) and len(bare) >= _LEAST else np.zeros(0)
    times = read_number_times(numbers, "date") if len(numbers) and numbers[0] > 30_000 else None
    if times is not None:
        return [str(stamp)[:19] for stamp in times.stamps]
    return [_COMPACT.sub(lambda match: "-".join(filter(None, match.groups())), name) for name in bare]


def _completed_run(grid: Grid, places: range, texts: list[str], written: Written) -> _Run | None:
    """Return the columns whose names are parts of moments, if a column before them holds the rest."""
    roles = frozenset(written.values)
    least, most, rest = _PARTS.get(roles, (1, 0, frozenset()))
    run = range(places.start, places.start + min(_counting(written), most))
    if not least <= len(run) <= most or not _is_completed(grid, run, rest) or not _are_numbers(grid, run):
        return None
    if roles <= {"hour", "interval"} and ":" not in texts[0] and not _smooth_across(grid, run):
        return None
    aside = tuple(range(run.stop, grid.cells.shape[1])) if rest == {"year"} else ()
    return _Run(run, min(roles) if len(roles) == 1 else "period", texts[: len(run)], aside=aside)


def _smooth_across(grid: Grid, places: range) -> bool:
    """Return whether values change less from one hour to the next than over six: wells and sensors have numbers too."""
    cells = grid.cells.iloc[:_SAMPLE, list(places)].replace(",", ".", regex=True)
    values = cells.apply(pd.to_numeric, errors="coerce").to_numpy(dtype=np.float64)
    near, far = np.abs(np.diff(values, axis=1)), np.abs(values[:, 6:] - values[:, :-6])
    known = [part[~np.isnan(part)] for part in (near, far)]
    return all(map(len, known)) and bool(known[0].mean() < 0.7 * known[1].mean())


def _counting(written: Written) -> int:
    places: Floats = np.zeros(1)
    for place, role in enumerate(sorted(written.values)):
        places = places + written.values[role] / 1000.0**place
    around = written.values.keys() == {"month"}  # December comes before January
    falls = np.flatnonzero(~((np.diff(places) > 0) | (around & (np.diff(places) == -11))))
    return int(falls[0]) + 1 if len(falls) else len(places)


def _grow(written: Written) -> bool:
    steps = np.diff(composed(written.values).astype(np.int64))
    missing = np.isnat(composed(written.values))
    return not missing.any() and bool(np.all(steps > 0) or np.all(steps < 0))


def _are_numbers(grid: Grid, places: range) -> bool:
    rows = grid.cells.iloc[:_SAMPLE, list(places)[:: max(1, len(places) // _SAMPLE)]]
    cells = [str(cell).strip() for cell in rows.to_numpy().ravel()]
    known = [cell for cell in cells if cell_kind(cell) != "missing"]
    return len(known) > 0 and sum(cell_kind(cell.split(" ")[0]) == "number" for cell in known) >= 0.9 * len(known)


def _known_cells(grid: Grid, place: int) -> pd.Series:
    cells = grid.cells.iloc[:, place].astype(str).str.strip()
    return cells[~missing_cells(cells)]


def _has_time(grid: Grid, names: list[str], places: range) -> bool:
    """Return whether another column says when each row was: then the names are series, such as years of maturity."""
    for place in (place for place in range(len(names)) if place not in places):
        known = _known_cells(grid, place)
        units = named_units(names[place]) if not name_words(names[place]) & _PLACES else None
        if not units and all(cell_kind(cell) == "number" for cell in known.head(_SAMPLE)):
            continue
        if known.nunique() > 2 and known.nunique() >= 0.9 * len(grid.cells):
            found = [written for written in spelled(known.head(200).tolist()) if "year" in written.values]
            if any(_grow(written) for written in found if len(written.values) > 1 or not written.short):
                return True
    return False


def _is_completed(grid: Grid, places: range, wanted: frozenset[str]) -> bool:
    """Return whether the columns before the run hold years (dates, months) that complete the names."""
    roles: set[Role] = set()
    for place in range(places.start):
        known = _known_cells(grid, place).head(200)
        for written in spelled(known.unique().tolist()) if len(known) else ():
            roles |= set(written.values)
    if "date" in wanted:
        return ({"year", "month", "day"} <= roles or {"year", "yearday"} <= roles) and "hour" not in roles
    return "year" in roles and ("month" in roles if "month" in wanted else "day" not in roles)


def _counted_run(grid: Grid, names: list[str]) -> _Run | None:
    """Return columns that only count their steps (V2, V3 … or d_1, d_2 …) behind unique names of series."""
    matches = [_COUNTED.fullmatch(name) for name in names]
    first = next((place for place, match in enumerate(matches) if place > 0 and match is not None), len(names))
    numbers = [int(match[1]) for match in matches[first:] if match is not None]
    places = range(first, len(names))
    if not len(places) == len(numbers) >= _LEAST_STEPS or any(np.diff(numbers) != 1) or numbers[0] not in (1, 2):
        return None
    keys = grid.cells.iloc[:, 0].astype(str).str.strip()
    named = keys.is_unique and all(cell_kind(cell) == "word" for cell in keys.head(_SAMPLE))
    if not named or not _are_numbers(grid, places):
        return None
    return _Run(places, "step", [str(number - numbers[0] + 1) for number in numbers], True)


def _starts(grid: Grid, names: Iterable[str]) -> tuple[Iterable[str], npt.NDArray[np.datetime64], int] | None:
    """Return the columns that say when each row begins, the months at which they do, and the months between steps."""
    found: dict[str, str] = {}
    for name in names:
        units = named_units(name) & {"year", "month"}
        if name_words(name) & _STARTS and len(units) == 1:
            found[next(iter(units))] = name
    if "year" not in found:
        return None
    parts = {unit: pd.to_numeric(grid.cells[name], errors="coerce").to_numpy() for unit, name in found.items()}
    months = 12 * (parts["year"] - 1970) + parts.get("month", np.ones(len(grid.cells))) - 1
    if not np.all(np.isfinite(months)) or parts["year"].min() < 1000:
        return None
    return found.values(), months.astype(np.int64).astype("datetime64[M]"), 1 if "month" in found else 12

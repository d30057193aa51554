"""Tables whose column names are periods: "2019 | 2020 | 2021", "Jan | Feb | …" beside a year, hours beside a date.

Statistical offices, the World Bank and forecasting competitions write a series into each row. Here such a table becomes
long: one row for each value, with its period.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from os.path import commonprefix

import numpy as np
import numpy.typing as npt
import pandas as pd

from lstm_viz.errors import FileTooLarge
from lstm_viz.tables.calendar_words import month_numbers, name_words, named_units
from lstm_viz.tables.cells import cell_kind
from lstm_viz.tables.composing import composed
from lstm_viz.tables.grid import Grid
from lstm_viz.tables.limits import MAX_ROWS
from lstm_viz.tables.names import unique_names
from lstm_viz.tables.numerals import missing_cells
from lstm_viz.tables.reading import Decision
from lstm_viz.tables.spellings import Role, Written, spelled
from lstm_viz.tables.steps import Floats
from lstm_viz.tables.wording import counted, listed, shown

_LEAST = 6
_LEAST_STEPS = 20  # of columns that are only counted
_SAMPLE = 50
_STARTS = frozenset("start starting begin beginning first".split())
_SHAPE = re.compile(r"\d+|[^\W\d_]+")
_COUNTED = re.compile(r"[A-Za-z]{0,6}[_ ]?(\d+)")
_PARTS: Mapping[frozenset[Role], tuple[int, int, frozenset[str]]] = {  # how many columns, beside which other column
    frozenset({"month"}): (12, 12, frozenset({"year"})),
    frozenset({"quarter"}): (4, 4, frozenset({"year"})),
    frozenset({"half"}): (2, 2, frozenset({"year"})),
    frozenset({"hour"}): (24, 25, frozenset({"date"})),
    frozenset({"interval"}): (23, 100, frozenset({"date"})),
    frozenset({"hour", "minute"}): (24, 1440, frozenset({"date"})),
    frozenset({"day"}): (28, 31, frozenset({"month"})),
}


@dataclass(frozen=True)
class _Run:
    """Columns side by side whose names are periods: their places, the new column of their names, and what they are."""

    places: range
    name: str
    labels: tuple[str, ...]
    counted: bool = False
    aside: tuple[int, ...] = ()


def unfolded(grid: Grid, wanted: bool | None = None) -> Grid:
    """Return a table of rows that are series as one of rows that are values; any other table as it is.

    Args:
        grid: as read.
        wanted: whether the names of columns are periods, if a person says so.

    Raises:
        FileTooLarge: the values are more than rows are read.
    """
    grid = filled_down(split_key(grid))
    run = _find_run(grid) if wanted is not False else None
    if run is None:
        return grid
    cells = grid.cells
    keys = [place for place in range(cells.shape[1]) if place not in run.places and place not in run.aside]
    if len(cells) * len(run.places) > 2 * MAX_ROWS:
        raise FileTooLarge(
            f"The file holds {len(cells):,} rows of {len(run.places):,} periods, and at most {2 * MAX_ROWS:,} values are read. "
            "Save fewer rows."
        )
    body = cells.iloc[:, list(run.places)]
    flat = body.to_numpy(dtype=object).ravel()
    value = _free("value", [str(cells.columns[place]) for place in keys])
    long = {str(cells.columns[place]): np.repeat(cells.iloc[:, place].to_numpy(dtype=object), len(run.places)) for place in keys}
    labels = np.tile(np.array(run.labels, dtype=object), len(cells))
    starts = _starts(grid, keys) if run.counted else None
    if starts is not None:
        step = 1 if len(starts[0]) > 1 else 12
        labels = (starts[1][:, None] + step * np.arange(len(run.labels))).astype(str).astype(object).ravel()
        long = {name: column for name, column in long.items() if name not in {str(cells.columns[place]) for place in starts[0]}}
    long |= {_free("period" if starts else run.name, list(long)): labels, value: flat}
    frame = pd.DataFrame({name: pd.Series(column, dtype="str") for name, column in long.items()})
    frame.index = pd.Index(np.repeat(cells.index.to_numpy(), len(run.places)))
    trailing = frame[value].str.strip() != ""
    frame = frame[trailing.to_numpy()]
    return replace(grid, cells=frame, units=(), decisions=(*grid.decisions, *_told(grid, run)))


def _free(name: str, taken: list[str]) -> str:
    return name if name not in taken else _free(f"{name}_of_column", taken)


def _told(grid: Grid, run: _Run) -> tuple[Decision, ...]:
    names = [shown(str(grid.cells.columns[place])) for place in run.places]
    sentence = (
        f"Took the names of {counted(len(run.places), 'column')} (`{names[0]}` to `{names[-1]}`) as the time: "
        f"each row became {len(run.places):,} rows."
    )
    told = [Decision("across", len(run.places), sentence)]
    if run.aside:
        aside = [f"`{shown(str(grid.cells.columns[place]))}`" for place in run.aside]
        told.append(Decision("across", len(aside), f"Left out {listed(aside)}: sums or means of the other columns."))
    return tuple(told)


def _find_run(grid: Grid) -> _Run | None:
    names = [str(name) for name in grid.cells.columns]
    if len(names) < 3 or not grid.has_header and len(names) < _LEAST_STEPS:
        return None
    for places in (*_months(names), *_stretches(names)):
        run = _dated(grid, names, places)
        if run is not None:
            return run
    return _counted_run(grid, names)


def _stretches(names: list[str]) -> list[range]:
    """Return where names of one form stand side by side, the longest first."""
    forms = [_SHAPE.sub(lambda match: "0" if match[0].isdigit() else "a", name).replace(".", "") for name in names]
    found: list[range] = []
    start = 0
    for place in range(1, len(names) + 1):
        if place == len(names) or forms[place] != forms[start]:
            found.append(range(start, place))
            start = place
    return sorted((places for places in found if len(places) > 1), key=len, reverse=True)[:4]


def _months(names: list[str]) -> list[range]:
    """Return where names of months stand side by side, whatever words stand beside them."""
    months = month_numbers(set(names), set(names))
    start = next((place for place, name in enumerate(names) if months.get(name) == 1), 0)
    numbers = [months.get(name) for name in names[start : start + 12]]
    return [range(start, start + 12)] if numbers == list(range(1, 13)) else []


def _dated(grid: Grid, names: list[str], places: range) -> _Run | None:
    """Return the columns whose names are moments, or parts of moments beside a column that completes them."""
    labels = [names[place] for place in places]
    prefix = commonprefix(labels)
    prefix = prefix[: len(prefix.rstrip("0123456789"))] if re.search(r"\d$", prefix) else prefix
    bare = [label.removeprefix(prefix) for label in labels]
    for texts in (labels, bare) if prefix.strip() else (labels,):
        for written in spelled(texts):
            if "year" in written.values and len(places) >= _LEAST and _grow(written) and _are_numbers(grid, places):
                if not _has_time(grid, names, places):
                    return _Run(places, _title(names, places, prefix), tuple(texts))
            roles = frozenset(written.values)
            least, most, beside = _PARTS.get(roles, (1, 0, frozenset()))
            run = _inside(written, places, roles, most)
            if run is not None and least <= len(run) <= most and _stands_beside(grid, names, places, beside):
                aside = tuple(place for place in range(places.start, len(names)) if place not in run and place > run[-1])
                kept = texts[run.start - places.start : run.stop - places.start]
                if _are_numbers(grid, run):
                    return _Run(run, _title(names, run, "") if beside != {"year"} else sorted(roles)[0], tuple(kept), False, aside if beside == {"year"} else ())
    return None


def _inside(written: Written, places: range, roles: frozenset[Role], most: int) -> range | None:
    """Return the columns from the first on as long as their parts grow by one."""
    if not roles or most == 0:
        return None
    values: Floats = sum((written.values[role] / 1000.0**place for place, role in enumerate(sorted(roles))), np.zeros(len(places)))
    steps = np.diff(values)
    end = int(np.argmax(~(steps > 0))) + 1 if np.any(~(steps > 0)) else len(places)
    return range(places.start, places.start + min(end, most))


def _grow(written: Written) -> bool:
    steps = np.diff(composed(written.values).astype(np.int64))
    missing = np.isnat(composed(written.values))
    return not missing.any() and bool(np.all(steps > 0) or np.all(steps < 0))


def _are_numbers(grid: Grid, places: range) -> bool:
    """Return whether the cells under the names are numbers, or nothing."""
    rows = grid.cells.iloc[: _SAMPLE, list(places)[:: max(1, len(places) // _SAMPLE)]]
    cells = [str(cell).strip() for cell in rows.to_numpy().ravel()]
    known = [cell for cell in cells if cell_kind(cell) != "missing"]
    return len(known) > 0 and sum(cell_kind(cell.split(" ")[0]) == "number" for cell in known) >= 0.9 * len(known)


def _has_time(grid: Grid, names: list[str], places: range) -> bool:
    """Return whether a column beside tells when each row was: then the names are series, such as years of maturity."""
    for place in range(len(names)):
        if place in places:
            continue
        cells = grid.cells.iloc[:, place].astype(str).str.strip()
        known = cells[~missing_cells(cells)]
        if known.nunique() > 2 and known.nunique() >= 0.9 * len(cells):
            found = [written for written in spelled(known.head(200).tolist()) if "year" in written.values]
            if any(_grow(written) for written in found):
                return True
    return False


def _stands_beside(grid: Grid, names: list[str], places: range, wanted: frozenset[str]) -> bool:
    """Return whether a column before the run holds years (dates, months) that complete the names."""
    for place in range(places.start):
        cells = grid.cells.iloc[:, place].astype(str).str.strip()
        known = cells[~missing_cells(cells)].head(200)
        found = spelled(known.unique().tolist()) if len(known) else []
        if any(_completes(set(written.values), wanted) for written in found):
            return True
    return False


def _completes(roles: set[Role], wanted: frozenset[str]) -> bool:
    if "year" in wanted:
        return roles == {"year"}
    if "month" in wanted:
        return roles == {"year", "month"}
    return {"year", "month", "day"} <= roles or {"year", "yearday"} <= roles


def _title(names: list[str], places: range, prefix: str) -> str:
    """Return a name for the new column of moments."""
    others = [name for place, name in enumerate(names) if place not in places]
    return "period" if "period" not in others else "period_of_column"


def _counted_run(grid: Grid, names: list[str]) -> _Run | None:
    """Return columns that only count their steps (V2, V3 … or d_1, d_2 …) behind unique names of series."""
    matches = [_COUNTED.fullmatch(name) for name in names]
    first = next((place for place, match in enumerate(matches) if place > 0 and match is not None), len(names))
    numbers = [int(match[1]) for match in matches[first:] if match is not None]
    places = range(first, len(names))
    if len(numbers) < _LEAST_STEPS or len(numbers) != len(places) or any(np.diff(numbers) != 1) or numbers[0] not in (1, 2):
        return None
    keys = grid.cells.iloc[:, 0].astype(str).str.strip()
    if not keys.is_unique or any(cell_kind(cell) != "word" for cell in keys.head(_SAMPLE)) or not _are_numbers(grid, places):
        return None
    return _Run(places, "step", tuple(str(number - numbers[0] + 1) for number in numbers), True)


def _starts(grid: Grid, keys: list[int]) -> tuple[list[int], npt.NDArray[np.datetime64]] | None:
    """Return the columns that say in which year (and month) each row begins, and those months."""
    found: dict[str, int] = {}
    for place in keys:
        name = str(grid.cells.columns[place])
        units = named_units(name) & {"year", "month"}
        if name_words(name) & _STARTS and len(units) == 1:
            found[next(iter(units))] = place
    if "year" not in found:
        return None
    parts = {unit: pd.to_numeric(grid.cells.iloc[:, place], errors="coerce").to_numpy() for unit, place in found.items()}
    months = 12 * (parts["year"] - 1970) + parts.get("month", np.ones(len(grid.cells))) - 1
    if not np.all(np.isfinite(months)) or parts["year"].min() < 1000:
        return None
    return sorted(found.values()), months.astype(np.int64).astype("datetime64[M]")


def filled_down(grid: Grid) -> Grid:
    """Return a table whose first columns name a year or a group once, for the rows below, with every row named.

    So merged cells of a workbook arrive: the first row filled, then blanks, and no other column with many gaps.
    """
    cells = grid.cells
    blank = pd.DataFrame({name: missing_cells(cells[name].astype(str).str.strip()) for name in cells.columns[:3]}, cells.index)
    told = []
    for place, name in enumerate(cells.columns[:2]):
        empty = blank[name].to_numpy()
        if place + 1 >= cells.shape[1] or not 0.5 <= empty.mean() < 1 or empty[0] or len(cells) < _LEAST:
            continue
        named = cells[name][~empty].astype(str).str.strip()
        begins = np.diff(np.r_[np.flatnonzero(~empty), len(empty)])
        even = np.mean(begins == np.median(begins)) >= 0.5 and begins.max() <= 2 * np.median(begins)
        words = all(cell_kind(cell) == "word" or re.fullmatch(r"[12]\d{3}", cell) for cell in named.head(_SAMPLE))
        if blank[cells.columns[place + 1]].mean() > 0.1 or not even or not words or not named.is_unique:
            continue
        cells = cells.assign(**{name: cells[name].where(~empty).ffill()})
        sentence = (
            f"Column `{shown(str(name))}`: filled {counted(int(empty.sum()), 'blank cell')} with the one above, "
            "as merged cells leave them."
        )
        told.append(Decision("merged", int(empty.sum()), sentence))
    return replace(grid, cells=cells, decisions=(*grid.decisions, *told)) if told else grid


def split_key(grid: Grid) -> Grid:
    r"""Return a table whose first column holds several keys in one cell ("freq,geo\TIME_PERIOD") with a column for each."""
    name = str(grid.cells.columns[0])
    parts = [part.strip() for part in name.partition("\\")[0].split(",")]
    first = grid.cells.iloc[:, 0].astype(str)
    if "\\" not in name or len(parts) < 2 or not (first.str.count(",") == len(parts) - 1).all():
        return grid
    rest = grid.cells.iloc[:, 1:]
    keys = first.str.split(",", expand=True).set_axis(list(unique_names([*parts, *map(str, rest.columns)]))[: len(parts)], axis=1)
    units = ("",) * (len(parts) - 1) + grid.units if grid.units else ()
    return replace(grid, cells=pd.concat([keys.astype("str"), rest], axis=1), units=units)

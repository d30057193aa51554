"""Cells that stand for several: a name once for the rows below it, several keys in one cell."""

import re
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pandas as pd

from lstm_viz.phrases import counted, shown
from lstm_viz.tables.cells import cell_kind
from lstm_viz.tables.grid import Grid
from lstm_viz.tables.names import unique_names
from lstm_viz.tables.numerals import missing_cells
from lstm_viz.tables.reading import Decision
from lstm_viz.tables.spellings import spelled

_LEAST = 6
_SAMPLE = 50
_SOME_BLANK = 0.3


def filled_down(grid: Grid) -> Grid:
    """Return a table whose first columns name a year or a group once, for the rows below, with every row named.

    So merged cells of a workbook arrive: the first row filled, then blanks, and no other column with many gaps.
    """
    cells, told = grid.cells, []
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
        told.append(Decision("merged", int(empty.sum()), sentence))
    return replace(grid, cells=cells, decisions=(*grid.decisions, *told)) if told else grid


def headed(grid: Grid) -> Grid:
    """Return a table whose first column holds years above their months, as pivot tables do, with both in each row.

    The rows of the years hold sums and are left out.
    """
    name = str(grid.cells.columns[0])
    first = grid.cells.iloc[:, 0].astype(str).str.strip()
    years = first.str.fullmatch(r"(?:FY ?)?[12]\d{3}")
    if len(first) < _LEAST or not years.iloc[0] or not 2 <= years.sum() <= len(first) / 3:
        return grid
    rest = first[~years]
    found = next(iter(spelled(rest.unique().tolist())), None)
    if (
        found is None
        or len(found.values) > 1
        or not found.values.keys() <= {"month", "quarter", "week", "half", "period"}
    ):
        return grid
    part = next(iter(found.values))
    unread = int(np.isnan(found.values[part]).sum())
    if unread:
        return grid
    cells = grid.cells.assign(**{name: first.where(years).ffill()})[~years]
    at, label = 1, next(iter(unique_names([part, *map(str, cells.columns)])))
    cells.insert(at, label, rest)
    sentence = (
        f"Column `{shown(name)}`: took {counted(int(years.sum()), 'row')} of years as the years of the rows below."
    )
    told = Decision("longer periods", int(years.sum()), f"{sentence} Their own values are sums and were left out.")
    units = (*grid.units[:1], "", *grid.units[1:]) if grid.units else ()
    return replace(grid, cells=cells, units=units, decisions=(*grid.decisions, told))


def split_key(grid: Grid) -> Grid:
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

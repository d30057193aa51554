"""Which column, or which columns together, name the series of a long table."""

import re
from collections import Counter
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from lstm_viz.errors import ColumnError
from lstm_viz.phrases import plain, shown
from lstm_viz.tables.columns.column_types import TypedTable
from lstm_viz.tables.columns.time_columns import PLUS
from lstm_viz.tables.values.calendar_words import MAX_NAME, SERIES_WORDS, name_words
from lstm_viz.tables.values.time_steps import Floats, Ints, Stamps

_BETWEEN = " · "
_EVIDENCE_ROWS = 50_000
_MOST_COLUMNS = 8
_FORMULA = re.compile(r"'*[=+\-@\t\r\n]")
_GUARDED = re.compile(r"'+[=+\-@\t\r\n]")
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")


@dataclass(frozen=True, eq=False)
class Ids:
    """The series of each row, -1 for none, and the names of the series in the order in which they appear."""

    codes: Ints
    names: tuple[str, ...]


def proposed_id(table: TypedTable, stamps: Stamps, taken: tuple[str, ...]) -> str:
    """Return the column, or those together, that distinguish the rows that share a moment; "" for none; `taken` say when."""
    moments, _ = pd.factorize(stamps)
    dated = moments >= 0
    if dated.sum() < 4:
        return ""
    if dated.sum() - (moments.max() + 1) < max(2, 0.1 * dated.sum()):
        return _restarting(table, stamps, taken)
    candidates = _candidates(table, taken)
    every = max(1, len(moments) // _EVIDENCE_ROWS)
    rows = np.flatnonzero(dated & (moments % every == 0))
    for size in (1, 2, 3):
        for names in combinations(candidates, size):
            codes = [candidates[name] for name in names]
            if _distinguish(moments[rows], [code[rows] for code in codes]) and _is_long_enough(codes):
                return PLUS.join(names)
    return ""


def counted_id(table: TypedTable) -> str:
    """Return what names the series of a table without dates, if a column counts the rows of each."""
    candidates = _candidates(table, ())
    texts = table.names_of("text")
    likely = {name: codes for name, codes in candidates.items() if name in texts or name_words(name) & SERIES_WORDS}
    for name in table.names_of("number") if likely else ():
        counts = table.numbers(name)
        if np.isnan(counts).any() or not _whole(counts) or np.all(np.diff(counts) == 1):
            continue
        others = [other for other in likely if other != name]
        for names in (*combinations(others, 1), *combinations(others, 2)):
            codes = _together([likely[name] for name in names])[0]
            order = np.argsort(codes, kind="stable")
            within = codes[order][1:] == codes[order][:-1]
            if within.any() and np.all(np.diff(counts[order])[within] == 1):
                return PLUS.join(names)
    return ""


def id_choices(table: TypedTable) -> tuple[str, ...]:
    """Return what can name the series: single columns and, of the likely ones, two together."""
    pairs = combinations(_candidates(table, ()), 2)
    return (*table.names_of("text", "number", "time"), *map(PLUS.join, pairs))


def ids_of(table: TypedTable, label: str) -> Ids:
    """Return the series of each row for a column or a combination of two or three of them; or a ColumnError."""
    columns = id_columns(table, label)
    found = [_cells(table.frame[name]) for name in columns]
    if len(found) == 1:
        codes, names = found[0]
        return Ids(codes, _unique([plain(name, MAX_NAME) for name in names]))
    codes, parts = _together([codes for codes, _ in found])
    names = [_BETWEEN.join(plain(found[k][1][part[k]], 40) for k in range(len(found))) for part in parts]
    return Ids(codes, _unique(names))


def id_columns(table: TypedTable, label: str) -> tuple[str, ...]:
    """Return the columns of a label, none for "", or a ColumnError; columns go before combinations."""
    if label == "":
        return ()
    names = [column.name for column in table.columns]
    if label in names:
        return (label,)
    if PLUS in label:
        for first in (name for name in names if label.startswith(name + PLUS)):
            rest = label[len(first) + len(PLUS) :]
            if rest in names:
                return (first, rest)
            for second in names:
                third = rest[len(second) + len(PLUS) :]
                if rest.startswith(second + PLUS) and third in names:
                    return (first, second, third)
    table.column(label)
    raise ColumnError(f"There is no column `{shown(label)}`. Pick another column.")


def _cells(cells: pd.Series) -> tuple[Ints, list[str]]:
    codes, unique = pd.factorize(cells)
    if pd.api.types.is_datetime64_any_dtype(cells):
        names = [str(value).removesuffix(" 00:00:00") for value in unique]
    elif pd.api.types.is_float_dtype(cells):
        names = [f"{value:.15g}" for value in unique]
    else:
        names = [unguarded(str(value)) for value in unique]
    return codes.astype(np.int64), names


def _together(codes: list[Ints]) -> tuple[Ints, Ints]:
    """Return one code for each combination that occurs, in order of appearance, and the codes that it stands for."""
    key, blank = codes[0], codes[0] < 0
    for code in codes[1:]:
        key = key * (int(code.max()) + 2) + code + 1
        blank = blank | (code < 0)
    places, unique = pd.factorize(np.where(blank, -1, key), use_na_sentinel=False)
    first = np.full(len(unique), -1)
    first[places[::-1]] = np.arange(len(places))[::-1]
    named = unique >= 0
    number = np.where(named, np.cumsum(named) - 1, -1)
    return number[places], np.column_stack([code[first[named]] for code in codes])


def _unique(names: list[str]) -> tuple[str, ...]:
    taken: Counter[str] = Counter()
    for place, name in enumerate(names):
        taken[name] += 1
        names[place] = name if taken[name] == 1 else f"{name} ({taken[name]})"
    return tuple(names)


def _candidates(table: TypedTable, taken: tuple[str, ...]) -> dict[str, Ints]:
    """Text, and whole numbers that are named like an id or stand in blocks or cycles, if another column has numbers."""
    found: dict[str, Ints] = {}
    numbers = len({*table.names_of("number")} - {*taken})
    for column in table.columns:
        if len(found) == _MOST_COLUMNS:
            break
        if column.name in taken or column.kind == "empty":
            continue
        cells = table.frame[column.name]
        named = bool(name_words(column.name) & SERIES_WORDS)
        codes = pd.factorize(cells)[0].astype(np.int64)
        distinct = int(codes.max()) + 1
        if column.kind == "number":
            in_blocks = distinct == 1 + int(np.sum(codes[1:] != codes[:-1]))
            in_cycles = np.array_equal(codes[distinct:], codes[:-distinct])
            named_whole = named and _whole(cells.to_numpy(dtype=np.float64))
            if numbers < 2 or not (in_blocks or in_cycles or named_whole):
                continue
        if 2 <= distinct <= len(codes) / 2:
            found[column.name] = codes
    return found


def _restarting(table: TypedTable, stamps: Stamps, taken: tuple[str, ...]) -> str:
    back = np.flatnonzero(stamps[1:] < stamps[:-1])
    if len(back) == 0 or len(back) > len(stamps) / 3:
        return ""
    for name, codes in _candidates(table, taken).items():
        if np.array_equal(np.flatnonzero(codes[1:] != codes[:-1]), back) and len(back) == codes.max():
            return name
    return ""


def _whole(values: Floats) -> bool:
    head = values[:1000]
    if np.any((head != np.round(head)) & ~np.isnan(head)):
        return False
    known = values[~np.isnan(values)]
    return bool(np.all(known == np.round(known)) and np.all(np.abs(known) < 1e15))


def _distinguish(moments: Ints, codes: list[Ints]) -> bool:
    if len(moments) == 0:
        return False
    key = moments.astype(np.int64)
    for code in codes:
        key = pd.factorize(key * (int(code.max()) + 2) + code + 1)[0]
    return len(key) - (int(key.max()) + 1) <= 0.05 * len(key)


def _is_long_enough(codes: list[Ints]) -> bool:
    together = _together(codes)[0] if len(codes) > 1 else codes[0]
    sizes = np.bincount(together[together >= 0])
    return bool(len(sizes) >= 2 and np.median(sizes) >= 2 and len(together) >= 3 * len(sizes))


def guarded(text: str) -> str:
    """Write text so that no spreadsheet computes it; a number stays a number.

    >>> guarded("=1+1"), guarded("-7.5"), guarded("a=b"), guarded("'=1")
    ("'=1+1", '-7.5', 'a=b', "''=1")
    """
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def unguarded(text: str) -> str:
    """Undo `guarded`.

    >>> unguarded("'=1+1"), unguarded("'tis")
    ('=1+1', "'tis")
    """
    return text[1:] if _GUARDED.match(text) else text

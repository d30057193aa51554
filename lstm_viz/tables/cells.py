"""What one cell of text can be, quick and generous: the evidence for dialect and layout."""

import re
from functools import lru_cache
from typing import Literal

from lstm_viz.tables.affixes import half_width, looks_numeric
from lstm_viz.tables.numerals import MISSING
from lstm_viz.tables.spellings import spelled

CellKind = Literal["number", "time", "word", "missing"]

_DIGIT = re.compile(r"\d")
_DECIMAL_END = re.compile(r"\d[-./]\d+[\"']? [\"']?\d+(?:[.,]\d+)?[\"']?$")  # a clock, or a number behind a date?
_MONTH = re.compile(r"(?:19|20)\d\d[mM]\d{1,2}")
_LONGEST = 80
_MARKS = "<>≤≥*#†‡ "  # at a number that is a bound, or has a note


@lru_cache(maxsize=20_000)
def cell_kind(cell: str) -> CellKind:
    """Return what a cell reads as; a number such as 2020 or 3.5 is a number even where it could be a moment."""
    cell = half_width(cell.strip()[: _LONGEST + 1])
    if cell.lower() in MISSING:
        return "missing"
    if not any(map(str.isdigit, cell)):
        return "word"
    if _MONTH.fullmatch(cell):  # no square metres
        return "time"
    if looks_numeric(cell) or looks_numeric(cell.strip(_MARKS)):
        return "number"
    if _DECIMAL_END.search(cell) or '"' in cell:
        return "word"
    return "time" if len(cell) <= _LONGEST and _is_moment(_DIGIT.sub("1", cell)) else "word"


@lru_cache(maxsize=5_000)
def _is_moment(cell: str) -> bool:
    """Return whether a cell is written as a moment, or as a clock; all its digits are 1, which any part can be."""
    return any("year" in written.values or {"hour", "minute"} <= written.values.keys() for written in spelled([cell]))

"""Cells of text to numbers: missing marks, decimal commas, thousands separators, signs."""

import re
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

Mark = Literal[".", ","]
Floats = npt.NDArray[np.float64]

MISSING = frozenset(
    {"", "na", "n/a", "#n/a", "nan", "null", "none", "nil", "nat", "<na>", "-", "--", "–", "—", "?", ".", "..", "…"}
    | {"#div/0!", "#value!", "#ref!", "#name?", "#num!", "#null!"}
)
_SIGNS = r"^[$€£¥₹]\s*|\s*[$€£¥₹%]$"
_GROUP_SPACES = r"[\s'’_]"
_NUMBER = re.compile(r"[+\-−]?[$€£¥₹]? ?(\d+|\d{1,3}([.,\s'’]\d{3})+)?([.,]\d*)?([eE][+-]?\d+)? ?[%€$]?")
_COMMA_SURE = re.compile(r"[+-]?(\d+,(\d{1,2}|\d{4,})|0,\d+|\d{1,3}(\.\d{3})+,\d+|\d{1,3}(\.\d{3}){2,})")
_POINT_SURE = re.compile(r"[+-]?(\d+\.(\d{1,2}|\d{4,})|0?\.\d+|\d{1,3}(,\d{3})+\.\d+|\d{1,3}(,\d{3}){2,})")


def missing_cells(text: pd.Series) -> npt.NDArray[np.bool_]:
    """Return which cells hold nothing or a mark for nothing. `text` is stripped of outer spaces."""
    return np.asarray(text.str.lower().isin(MISSING), dtype=bool)


def looks_numeric(cell: str) -> bool:
    """Return whether a cell can be a number with either decimal mark; quick and generous."""
    return len(cell) <= 60 and any(map(str.isdigit, cell)) and _NUMBER.fullmatch(cell) is not None


def evidence(cells: list[str]) -> int:
    """Return how many cells can only be read with a decimal comma, less those that need a decimal point."""
    comma = sum(_COMMA_SURE.fullmatch(cell.strip()) is not None for cell in cells)
    point = sum(_POINT_SURE.fullmatch(cell.strip()) is not None for cell in cells)
    return comma - point


def decimal_mark(cells: list[str], fallback: Mark) -> Mark:
    """Return the decimal mark that the cells show, or the fallback where they show none."""
    balance = evidence(cells)
    if balance == 0:
        return fallback
    return "," if balance > 0 else "."


def parse_numbers(text: pd.Series, mark: Mark) -> Floats:
    """Return the numbers in `text` as float64, NaN where a cell is none; infinities stay infinite.

    `text` is stripped. With the mark "." a comma can only separate thousands, and the other way round; spaces and
    apostrophes separate thousands in both.
    """
    values = _floats(text) if mark == "." else _comma_floats(text)
    rest = np.isnan(values)
    if rest.any():
        values[rest] = _grouped(text[rest], mark)
    return values


def _comma_floats(text: pd.Series) -> Floats:
    values = _floats(text.str.replace(",", ".", regex=False))
    values[np.asarray(text.str.contains(".", regex=False), dtype=bool)] = np.nan
    return values


def _grouped(text: pd.Series, mark: Mark) -> Floats:
    """Read the cells that fit the written form of a number; a lone sign or a broken group ("1,23,4") does not."""
    group = "," if mark == "." else "."
    separator = rf"(?:{re.escape(group)}|{_GROUP_SPACES})"
    point = re.escape(mark)
    number = (
        rf"^[+-]?(?:(?:\d{{1,3}}(?:{separator}\d{{3}})+|\d+)(?:{point}\d*)?|{point}\d+)(?:[eE][+-]?\d{{1,4}})?$"
        r"|^[+-]?[iI][nN][fF](?:[iI][nN][iI][tT][yY])?$"
    )
    bare = text.str.replace("−", "-", regex=False).str.replace(_SIGNS, "", regex=True)
    fits = np.asarray(bare.str.match(number), dtype=bool)
    values = np.full(len(text), np.nan)
    kept = bare[fits].str.replace(rf"{re.escape(group)}|{_GROUP_SPACES}", "", regex=True)
    values[fits] = _floats(kept.str.replace(mark, ".", regex=False))
    return values


def _floats(text: pd.Series) -> Floats:
    return np.array(pd.to_numeric(text, errors="coerce"), dtype=np.float64)


def has_signs(text: pd.Series) -> bool:
    """Return whether a currency or percent sign stands at a number in `text`."""
    return bool(text.str.contains(_SIGNS, regex=True).any())

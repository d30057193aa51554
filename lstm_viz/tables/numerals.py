"""Cells of text to numbers: missing marks, decimal commas, thousands separators, signs."""

import re
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from lstm_viz.phrases import counted, listed
from lstm_viz.tables.affixes import SCALES, SIGNS, Affixes, either, half_width
from lstm_viz.tables.calendar_words import vocabulary

Mark = Literal[".", ","]
Floats = npt.NDArray[np.float64]

MISSING = vocabulary(
    "na n/a #n/a nan null none nil nat <na> - -- --- – — − ? ?? . .. ... … #div/0! #value! #ref! #name? #num! "
    "#null! #n/v #nv #wert! \\n n.a. n.a n/d nd n.d. k.a. missing unknown (null) (blank) void /// // : * ** *** "
    "n/v na. # -.- -,- 无 無 なし 없음 nan% ##### － ×"
) | {"", "k. a."}
_MINUS = r"[−–‒﹣－]"
_GROUP_SPACES = "[ \u00a0\u202f\u2009\u2007'’ʼ`´_]"
_BLANKS = "[ \u00a0\u202f\u2009]"
_CORE = re.compile("[.,]?\\d[\\d.,'’ \u00a0\u202f\u2009]*")
_COMMA_SURE = re.compile(
    r"\d+,(\d{1,2}|\d{4,})|0,\d+|,\d+|\d{1,3}(\.\d{3})+,\d*|\d{1,3}(\.\d{3}){2,}|\d{1,3}([\s'’]\d{3})+,\d+|\d{4,},\d+"
)
_POINT_SURE = re.compile(
    r"\d+\.(\d{1,2}|\d{4,})|0?\.\d+|\d{1,3}(,\d{3})+\.\d*|\d{1,3}(,\d{3}){2,}|\d{1,3}([\s'’]\d{3})+\.\d+|\d{4,}\.\d+"
    r"|\d{1,2}(,\d{2})+,\d{3}(\.\d*)?"
)
_EITHER = {mark: re.compile(rf"[1-9]\d{{0,2}}\{mark}\d{{3}}") for mark in ".,"}
_BARE = re.compile(r"\d+")
_MARKED = r"^(?P<bound>[<>≤≥]?)\s*(?P<number>[+-]?[\d.,]*\d[\d.,]*)(?P<flag>\s?[*#†‡$§^]+| ?\(?[a-zA-Z]{1,2}\)?)?$"


def missing_cells(text: pd.Series, more: tuple[str, ...] = ()) -> npt.NDArray[np.bool_]:
    """Return which cells hold nothing or a mark for nothing. `text` is stripped of outer spaces."""
    marks = MISSING | {mark.strip().lower() for mark in more}
    return np.asarray(text.str.lower().isin(marks), dtype=bool)


def evidence(cells: list[str]) -> int:
    """Return how many cells can only be read with a decimal comma, less those that need a decimal point."""
    cores = list(filter(None, map(_core, cells)))
    comma = sum(_COMMA_SURE.fullmatch(cell) is not None for cell in cores)
    point = sum(_POINT_SURE.fullmatch(cell) is not None for cell in cores)
    return comma - point


def judge_mark(cells: list[str], fallback: Mark) -> tuple[Mark, bool]:
    """Return the decimal mark and whether it stays doubtful, as for "1,234" alone.

    Three digits behind every mark are thousands if there are shorter numbers without a mark and no longer ones.
    """
    balance = evidence(cells)
    if balance:
        return ("," if balance > 0 else "."), False
    cores = list(filter(None, map(_core, cells)))
    fitting = {mark: sum(form.fullmatch(cell) is not None for cell in cores) for mark, form in _EITHER.items()}
    bare = [len(cell) for cell in cores if _BARE.fullmatch(cell)]
    if not any(fitting.values()) or all(fitting.values()):
        return fallback, False
    mark: Mark = "," if fitting[","] else "."
    other: Mark = "." if mark == "," else ","
    if bare and max(bare) > 3:
        return mark, False
    if len(bare) > 1 and fitting[mark] > 1:
        return other, False
    return fallback, mark == "," or fallback == ","


def _core(cell: str) -> str:
    cell = half_width(cell)
    found = _CORE.search(cell)
    if found is None or any(map(str.isdigit, cell[found.end() :])):
        return ""
    return found[0].rstrip(" '’\u00a0\u202f\u2009")


def parse_numbers(text: pd.Series, mark: Mark, affixes: Affixes = SIGNS) -> Floats:
    """Return the numbers in `text` as float64, NaN where a cell is none; infinities stay infinite.

    `text` is stripped. With the mark "." a comma can only separate thousands, and the other way round; spaces and
    apostrophes separate thousands in both. Parentheses and a minus behind the number mean a negative one.
    """
    values = _floats(text) if mark == "." else _comma_floats(text)
    rest = np.isnan(values)
    if rest.any():
        values[rest] = _written(text[rest], mark, affixes)
    return values


def marked_numbers(text: pd.Series, mark: Mark, affixes: Affixes) -> tuple[Floats, str] | None:
    """Read cells such as "<1" (half of it: somewhere below), ">9" and "28.4*" or "123.4 p" (with a flag); None for none.

    `text` holds stripped cells that are no numbers as they stand, `affixes` what stands at the other numbers. The note says
    what was made of them.
    """
    parts = text.str.extract(_MARKED)
    bound = parts["bound"].fillna("")
    values = np.full(len(text), np.nan)
    rows = parts["number"].notna().to_numpy()
    if not rows.any():
        return None
    values[rows] = parse_numbers(parts["number"][rows], mark, affixes)
    below = bound.isin(("<", "≤")).to_numpy()
    values[below] /= 2
    flags = sorted(set(parts["flag"][rows & ~np.isnan(values)].dropna()) - {""})
    told = []
    if np.any(below & ~np.isnan(values)):
        told.append(f'took "{text[below].iloc[0]}" as half of it, {counted(int(np.sum(below)), "cell")}')
    if flags:
        told.append(f"read the numbers without their flags ({listed(flags)})")
    return values, f"{' and '.join(told) or 'took bounds as numbers'}."


def _comma_floats(text: pd.Series) -> Floats:
    values = _floats(text.str.replace(",", ".", regex=False))
    values[np.asarray(text.str.contains(".", regex=False), dtype=bool)] = np.nan
    return values


def _written(text: pd.Series, mark: Mark, affixes: Affixes) -> Floats:
    """Read the cells that fit the written form of a number; a lone sign or a broken group ("1,23,4") does not.

    Arrow's own functions do it: pandas' would go through all cells one by one.
    """
    bare = _bare(text, affixes)
    fits = np.asarray(pc.match_substring_regex(bare, _pattern(mark)), dtype=bool)
    values = np.full(len(text), np.nan)
    group = re.escape("," if mark == "." else ".")
    kept = _new(bare.filter(pa.array(fits)), rf"{group}|{_GROUP_SPACES}", "")
    values[fits] = _floats(pd.Series(pc.replace_substring(kept, mark, "."), dtype="str"))
    return values


def _pattern(mark: Mark) -> str:
    group, point = re.escape("," if mark == "." else "."), re.escape(mark)
    separator = rf"(?:{group}|{_GROUP_SPACES})"
    whole = rf"\d{{1,3}}(?:{separator}\d{{3}})+|\d{{1,2}}(?:{group}\d{{2}})+{group}\d{{3}}|\d+"
    number = rf"(?:(?:{whole})(?:{point}\d*)?|{point}\d+)(?:[eE][+-]?\d{{1,4}})?"
    return rf"^[+-]?{number}$|^[+-]?[iI][nN][fF](?:[iI][nN][iI][tT][yY])?$"


def _bare(text: pd.Series, affixes: Affixes) -> Any:
    if text.head(200).str.contains("[０-９．，－％￥（）]", regex=True).any():
        text = text.map(half_width)
    cells = pa.array(text, pa.large_string(), from_pandas=True)
    cells = _new(cells, _MINUS, "-")
    if pc.any(pc.match_substring(cells, "(")).as_py():
        cells = _new(cells, r"^([^0-9()]*)\(([^()]*[0-9][^()]*)\)([^0-9()]*)$", r"-\1\2\3")
    if affixes.before:
        cells = _new(cells, rf"^([+-]?)\s*(?:{either(affixes.before)}){_BLANKS}*", r"\1")
    if affixes.after:
        cells = _new(cells, rf"{_BLANKS}*(?:{either(affixes.after)})\s*(-?)$", r"\1")
    for scale in sorted(affixes.scales, key=len, reverse=True):
        cells = _new(cells, rf"([0-9])\s*{re.escape(scale)}$", rf"\1e{SCALES[scale]}")
    cells = _new(cells, r"^([0-9.,][^-]*)\s*-$", r"-\1")
    return pc.utf8_trim_whitespace(_new(cells, r"^([+-])\s+", r"\1"))


def _new(cells: Any, pattern: str, replacement: str) -> Any:
    return pc.replace_substring_regex(cells, pattern=pattern, replacement=replacement)


def _floats(text: pd.Series) -> Floats:
    return np.array(pd.to_numeric(text, errors="coerce"), dtype=np.float64)

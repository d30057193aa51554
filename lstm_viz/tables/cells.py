"""What one cell of text can be, quick and generous: the evidence for dialect and layout."""

import re
from functools import lru_cache
from typing import Literal

from lstm_viz.tables.affixes import half_width
from lstm_viz.tables.clocks import cell_formats
from lstm_viz.tables.numerals import MISSING, looks_numeric

CellKind = Literal["number", "time", "word", "missing"]

_MONTH = (
    r"(?:jan|feb|f[eé]v|m[aä]r|mrz|apr|avr|abr|ma[iyj]|mag|jun|juin|giu|jul|juil|lug|aug|ao[uû]|ago|sep|set|o[ckt]t|out"
    r"|nov|dec|dez|dic|d[eé]c|ene|gen|янв|фев|мар|апр|мая|май|июн|июл|авг|сен|окт|ноя|дек)[^\W\d_]{0,7}\.?"
)
_CLOCK = (
    r"\d{1,2}[:h][0-5]\d(?::\d{2}(?:[.,]\d+)?)?(?: ?[ap]\.?m\.?)?(?: ?(?:Z|UTC|GMT|[A-Z]{3,4}|[+-]\d{2}:?\d{0,2}))?"
)
_MOMENT = re.compile(
    rf"(?:(?:[^\W\d_]{{2,3}}\.?,? )?(?:\d{{1,2}}(?:st|nd|rd|th|\.)?[ \-/]?{_MONTH}(?:[ \-/,.']+\d{{2,4}})?"
    rf"|{_MONTH}[ \-/,.']*\d{{1,4}}(?:st|nd|rd|th)?(?:,? \d{{4}})?)|(?:\d{{4}}[ \-/]?{_MONTH}(?:[ \-/]?\d{{1,2}})?)"
    r"|\d{2,4} ?[年년][\d 年月日号년월일]*|\d{1,2} ?[月월](?: ?\d{1,2} ?[日号일])?"
    r"|\d{4}[./\-]\d{1,2}(?:[./\-]\d{1,2})?\.?|\d{1,2}[./\-]\d{1,2}[./\-]\d{2,4}|\d{4}\. ?\d{1,2}\. ?\d{1,2}\.?"
    r"|\d{4}[ \-]?[QqWMHKТ]\d{1,2}|[Qq]\d[ \-/]?\d{4}|\d{4}年?第?\d{1,2}[季周]度?|\d{4}-W\d{2}-\d"
    rf")(?:[T ,]+(?:{_CLOCK}|\d{{1,2}} ?[時时시].*))?|{_CLOCK}",
    re.IGNORECASE,
)


@lru_cache(maxsize=20_000)
def cell_kind(cell: str) -> CellKind:
    """Return what a cell reads as; a number such as 2020 or 3.5 is a number even where it could be a moment."""
    cell = half_width(cell.strip()[:61])
    if cell.lower() in MISSING:
        return "missing"
    if not any(map(str.isdigit, cell)):
        return "word"
    if looks_numeric(cell):
        return "number"
    if len(cell) <= 60 and (_MOMENT.fullmatch(cell) or cell_formats(cell.removesuffix("Z"))):
        return "time"
    return "word"

"""The many ways to write a moment, brought to the few that `clocks` can read."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from lstm_viz.tables.calendar_words import ENGLISH_MONTHS, WEEK_WORDS, is_weekday, month_of, name_words

New = str | Callable[[re.Match[str]], str]

_ZONES = {"UTC": "+00:00", "GMT": "+00:00", "Z": "+00:00", "WET": "+00:00", "BST": "+01:00", "WEST": "+01:00"}
_ZONES |= {"CET": "+01:00", "MEZ": "+01:00", "CEST": "+02:00", "MESZ": "+02:00", "EET": "+02:00", "EEST": "+03:00"}
_ZONES |= {"EST": "-05:00", "EDT": "-04:00", "CST": "-06:00", "CDT": "-05:00"}
_ZONES |= {"MST": "-07:00", "MDT": "-06:00", "PST": "-08:00", "PDT": "-07:00"}
_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4}
_CLOCK_END = r"(:\d{2}(?:\.\d+)?(?: ?[AaPp][Mm])?)"
_DATE = r"(?:\d+[./-]\d+[./-]\d+|\d*(?:\.|st|nd|rd|th)?[ -]?[^\W\d_]{3,})"
_QUARTER = r"(?:[Qq]|[Qq]uarter|[Qq]uartal|QTR|[Qq]tr|[Tt]rimestre)\.? ?"
_WEEK = r"(?:[Ww]|[Ww]eek|[Ww]k|KW|CW|[Ww]oche)\.? ?"
_HALF = r"(?:H|HY|S)"


@dataclass(frozen=True)
class Form:
    """A way of writing and what is put for it; `everywhere` asks that all cells of the sample are written so."""

    pattern: str
    new: New
    everywhere: bool = False
    note: str = ""


def rewritten(text: pd.Series, sample: pd.Series) -> tuple[pd.Series, tuple[str, ...]]:
    """Return the cells in a form that can be read, and notes; only forms that the sample shows are looked for."""
    notes: list[str] = []
    week_named = bool(name_words(str(text.name)) & WEEK_WORDS)
    for form in (*_WHOLE, *(_WEEK_NUMBERS if week_named else ()), *_FORMS):
        if _shown(form, sample):
            new = form.new
            sample = sample.str.replace(form.pattern, new, regex=True)
            text = text.str.replace(form.pattern, new, regex=True)
            notes += [form.note] if form.note else []
    return text, tuple(notes)


def _shown(form: Form, sample: pd.Series) -> bool:
    search = re.compile(form.pattern).search
    if form.everywhere:
        return all(_fits(form, search(cell)) for cell in sample)
    return any(search(cell) for cell in sample)


def _fits(form: Form, match: re.Match[str] | None) -> bool:
    return match is not None and (form.new is not _fiscal or int(match[2]) % 100 == (int(match[1]) + 1) % 100)


def _fiscal(match: re.Match[str]) -> str:
    return f"{match[1]}-01-01"


def _full_year(digits: str) -> str:
    """Two digits stay for `%y`-like reading: under 70 they are of this century."""
    if len(digits) == 4:
        return digits
    return ("20" if int(digits) < 70 else "19") + digits


def _quarter(year: str, quarter: str) -> str:
    number = _ROMAN.get(quarter) or int(quarter)
    return f"{_full_year(year)}-{3 * number - 2:02d}"


def _week(year: str, week: str, day: str | None = None) -> str:
    return f"{_full_year(year)}-W{int(week):02d}-{day or 1}"


def _month(match: re.Match[str]) -> str:
    number = month_of(match[0])
    return match[0] if number is None else ENGLISH_MONTHS[number - 1]


def _without_weekday(match: re.Match[str]) -> str:
    return "" if is_weekday(match[1]) else match[0]


def _zone(match: re.Match[str]) -> str:
    return match[1] + _ZONES[match[2]]


def _compact(match: re.Match[str]) -> str:
    year, month, day, hour, minute, second = match.groups()
    return f"{year}-{month}-{day} {hour}:{minute}" + (f":{second}" if second else "")


_WHOLE = (
    Form(
        r"^(?:FY ?)?(\d{4})[/–-](\d{2}|\d{4})$", _fiscal, True, "took the year in which each span of two years begins."
    ),
    Form(r"^FY[ -]?(\d{4})$", r"\1-01-01", True, "read as years."),
    Form(r"^FY[ -]?'?(\d{2})$", lambda m: f"{_full_year(m[1])}-01-01", True, "read as years."),
    Form(r"^(\d)-(\d{2})$", r"0\1-\2", True),
    Form(r"^(\d{4}):([1-4])$", lambda m: _quarter(m[1], m[2]), True, "read as quarters."),
)
_WEEK_NUMBERS = (Form(r"^(\d{4})[-/. ]?(\d{1,2})$", lambda m: _week(m[1], m[2]), True, "read as ISO weeks."),)
_FORMS = (
    Form(r"[\s\xa0\u202f]{2,}|[\t\r\n\xa0\u202f]", " "),
    Form(r" ?[\[(][^\d\[\]()]*[\])]$", ""),
    Form(r" ?(?:GMT|UTC)([+-]\d)", r"\1"),
    Form(r"^(\d{4})年(\d{1,2})月(\d{1,2})日?", r"\1-\2-\3"),
    Form(r"^(\d{4})年(\d{1,2})月$", r"\1-\2"),
    Form(rf"^([^\W\d_]{{2,12}})\.?,? (?={_DATE})", _without_weekday),
    Form(r"(?<=\d) d[eo]l? | d[eo]l? (?=\d)", " "),
    Form(r"^(\d{1,2})([^\W\d_]{3,})(\d{4}|\d{2})(?=[ :]|$)", r"\1 \2 \3"),
    Form(r"^([^\W\d_]{3,})(\d{4})$", r"\1 \2"),
    Form(r"(?i)\b(\d{1,2})(?:st|nd|rd|th)\b", r"\1"),
    Form(r"(:\d{2}),(\d+)", r"\1.\2"),
    Form(r"(?i)\b([ap])\. ?m\b\.?", r"\1m"),
    Form(r"(?i)(?<![:.\d])(\d{1,2}) ?([ap]m)$", r"\1:00 \2"),
    Form(r"^(\d{4})(\d{2})(\d{2})[T ]?(\d{2}):?(\d{2})(?::?(\d{2}))?", _compact),
    Form(rf"{_CLOCK_END} ?({'|'.join(_ZONES)})$", _zone),
    Form(rf"{_CLOCK_END} ?([+-]\d{{2}})$", r"\1\2:00"),
    Form(r"^(\d{4}-\d{2}-\d{2})[-_:](\d{1,2}:\d{2})", r"\1 \2"),
    Form(r"^(\d{4}-\d{2}-\d{2})[ T](\d{2})$", r"\1 \2:00"),
    Form(r"^(\d{1,2}[/ -]?[^\W\d_]{3}[/ -]?\d{4}):", r"\1 "),
    Form(r"^(\d{1,2}:\d{2}(?::\d{2})?(?: ?[AaPp][Mm])?),? (\d{1,4}[./-]\d{1,2}[./-]\d{1,4})$", r"\2 \1"),
    Form(r"(?<=\d)h(\d{2})$", r":\1"),
    Form(r"^(\d{1,4}([./-])\d{1,2}\2\d{2,4}),? (\d{1,2})\.(\d{2})$", r"\1 \3:\4"),
    Form(rf"^(\d{{4}})[ ./:-]*{_WEEK}(\d{{1,2}})(?:-?([1-7]))?$", lambda m: _week(m[1], m[2], m[3])),
    Form(rf"^{_WEEK}(\d{{1,2}})[ ,./-]*(\d{{4}})$", lambda m: _week(m[2], m[1])),
    Form(r"^(\d{4})[M:_] ?(\d{1,2})$", r"\1-\2"),
    Form(r"^[Mm](\d{1,2})[ -]?(\d{4})$", r"\2-\1"),
    Form(rf"^(\d{{4}}|\d{{2}})[ ./:-]*{_QUARTER}([1-4])$", lambda m: _quarter(m[1], m[2])),
    Form(rf"^{_QUARTER}([1-4])[ ,./:'-]*(\d{{4}}|\d{{2}})$", lambda m: _quarter(m[2], m[1])),
    Form(rf"^([1-4])\.? ?{_QUARTER}[ ,./'-]*(\d{{4}}|\d{{2}})$", lambda m: _quarter(m[2], m[1])),
    Form(r"^(\d{4})[ ./-](III|II|IV|I)$", lambda m: _quarter(m[1], m[2])),
    Form(r"^(III|II|IV|I)[ ./-](\d{4})$", lambda m: _quarter(m[2], m[1])),
    Form(rf"^(\d{{4}})[ -]?{_HALF}([12])$", lambda m: f"{m[1]}-{6 * int(m[2]) - 5:02d}"),
    Form(rf"^{_HALF}([12])[ -]?(\d{{4}})$", lambda m: f"{m[2]}-{6 * int(m[1]) - 5:02d}"),
    Form(r"[^\W\d_]{3,}\.?", _month),
    Form(r"^([A-Z][a-z]{2}) (\d{1,2}) (\d{1,2}:\d{2}(?::\d{2})?) (?:[A-Z]{3,4} )?(\d{4})$", r"\2 \1 \4 \3"),
)

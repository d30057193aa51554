"""The plain form of a cell that may be a moment: digits, eras and zones as the rest of the reading expects them."""

import re
import unicodedata

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_BRACKETS = re.compile(r" ?[\[(]([^\[\]()]*)[\])]")
_INTERVAL = re.compile(r"^(\d{4}-\d{2}-\d{2}T[^/]*)/.*$")
_THAI_POINT = re.compile(r"(?<=[\u0e00-\u0e7f])\.")
_DURATION = re.compile(r"/P\d+[YMWD]$")
_OFFSET = re.compile(
    r"(?P<clock>[:T]\d\d(?:[.,]\d+)?)(?: ?(?:GMT|UTC))? ?(?P<sign>[+-])(?P<hours>\d{2}):?(?P<minutes>\d{2})?"
    r"(?: UTC| GMT)?$"
)
_REGION = re.compile(r" [A-Z][A-Za-z]+/[A-Z][A-Za-z_/]+$")
_COMPACT = re.compile(r"(?<!\d)(\d{4})(\d{2})(\d{2})[T :]?(\d{2}):?(\d{2})(?::?(\d{2}))?(?!\d)")
_HALF_DOTS = re.compile(r"(?i)(?<=[\d ])([^\W\d])\. ?(m|μ)\b\.?")
_LEAD = re.compile(r"(?i)^(?:w/[ce]|(?:\d+|three|six|twelve) months? (?:to|ended|ending)) ")
_ORDINAL = re.compile(r"(?i)\b(first|second|third|fourth) (?=quarter|half|week)")
_ORDINALS = {"first": "1. ", "second": "2. ", "third": "3. ", "fourth": "4. "}
_DAY = r"(?:\d{1,2}\.?|\d{1,2}[./]\d{1,2}\.?|\d{1,2}\.? [^\W\d]+\.?|[^\W\d]+\.? \d{1,2})"
_DATE = r"\d{1,2}[./]\d{1,2}[./]\d{2,4}|\d{1,2}\.? [^\W\d]+\.?,? \d{4}|[^\W\d]+\.? \d{1,2},? \d{4}"
_SPAN = re.compile(rf"^{_DAY} ?[-–—] ?({_DATE})$")  # without a year at its begin
_DAYS_OF_MONTH = re.compile(r"^([^\W\d]+\.?) \d{1,2} ?[-–—] ?(\d{1,2},? \d{4})$")
_CLOCK_DIGITS = 4
_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "大正": 1911, "明治": 1867, "民國": 1911, "民国": 1911}
_ERA_LETTERS = {"R": 2018, "H": 1988, "S": 1925, "T": 1911, "M": 1867}
_ERA = re.compile("(?:中華)?(令和|平成|昭和|大正|明治|民國|民国) ?(元|\\d+) ?年?")
_ERA_DATE = re.compile(r"([RHSTM]) ?(\d{1,2})(?=$|[./年-]\d)")
_ERA_DAY = re.compile(r"[RHSTM] ?\d{1,2}[./-]\d{1,2}[./-]\d{1,2}")


def plain_cell(cell: str) -> str:
    """Return a cell with plain digits and signs, without brackets that hold words or repeat its digits, and flags."""
    if not cell.isascii():
        cell = unicodedata.normalize("NFKC", cell)
        cell = "".join(str(unicodedata.decimal(c)) if c.isdecimal() and not c.isascii() else c for c in cell)
        cell = "".join(c for c in cell if unicodedata.category(c) != "Cf" or c == "\u200c")
        cell = _ERA.sub(_era_year, cell)
        cell = _THAI_POINT.sub("", cell)
    cell = _INTERVAL.sub(r"\1", _DURATION.sub("", cell))
    for inner in _BRACKETS.findall(cell):
        digits = "".join(re.findall(r"\d+", inner))
        if not digits or digits in cell.replace(inner, "", 1) or re.search(r"\d\.? ?[-–] ?\d", inner):
            cell = _BRACKETS.sub("", cell, count=1)
    cell = _COMPACT.sub(_spread, cell)
    cell = _HALF_DOTS.sub(r"\1\2", _REGION.sub("", cell))
    cell = _ORDINAL.sub(lambda match: _ORDINALS[match[1].lower()], _LEAD.sub("", cell))
    cell = re.sub(r"\s+", " ", cell).strip(" *#†‡'\"=")
    return _SPAN.sub(r"\1", _DAYS_OF_MONTH.sub(r"\1 \2", cell))


def _era_year(match: re.Match[str]) -> str:
    """ "令和元年" is 2019年."""
    number = 1 if match[2] == "元" else int(match[2])
    return f"{_ERAS[match[1]] + number}年"


def _spread(match: re.Match[str]) -> str:
    year, month, day, hour, minute, second = match.groups()
    return f"{year}-{month}-{day} {hour}:{minute}" + (f":{second}" if second else "")


def without_era_letters(text: list[str], places: list[int]) -> list[str]:
    """Return "H31" or "S55.4.1" with the year of the Gregorian calendar, where the letters can only be Japanese eras."""
    matches = [_ERA_DATE.match(text[place]) for place in places]
    found = [(match[1], int(match[2])) for match in matches if match is not None]
    if len(found) < len(places) or len(found) < 3:
        return text
    letters, high = {letter for letter, _ in found}, max(number for _, number in found)
    padded = any(match is not None and match[2].startswith("0") for match in matches)
    if letters == {"H"} and {number for _, number in found} == set(range(1, 25)):
        return text  # the hours of a day
    days = all(_ERA_DAY.fullmatch(text[place]) for place in places)
    if not days and (padded or not letters & set("RHS") or (len(letters) == 1 and high <= 13)):
        return text
    return [_ERA_DATE.sub(lambda match: str(_ERA_LETTERS[match[1]] + int(match[2])), cell, count=1) for cell in text]


def has_offset(cell: str) -> bool:
    """Return whether a cell ends in hours ahead of UTC ("+05:30"); "00:00-00:15" is a span."""
    match = _OFFSET.search(cell)
    return match is not None and sum(map(str.isdigit, cell[: match.start("sign")])) > _CLOCK_DIGITS


def without_offsets(text: list[str]) -> tuple[list[str], Floats]:
    """Take "+05:30" and the like off the ends of cells, and return them in hours."""
    bare, hours = [], np.full(len(text), np.nan)
    for place, cell in enumerate(text):
        match = _OFFSET.search(cell)
        bare.append(cell if match is None else cell[: match.end("clock")])
        if match is not None:
            size = int(match["hours"]) + int(match["minutes"] or 0) / 60
            hours[place] = -size if match["sign"] == "-" else size
    return bare, hours

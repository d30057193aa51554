"""The written forms of a moment: which `strptime` formats a cell such as "31.12.1988 14:30" can have."""

import re
from collections import Counter

_STAMP = re.compile(
    r"(?P<date>.+?)"
    r"(?:(?P<gap>T|,? )(?P<clock>\d{1,2}:\d{2}(?P<second>:\d{2})?(?P<part>\.\d+)?)(?P<half> ?[AaPp][Mm])?"
    r"(?P<zone> ?[+-]\d{2}:?\d{2})?)?"
)
_MONTH = re.compile(r"jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec", re.IGNORECASE)
_TOKENS = re.compile(r"\d+|[A-Za-z]+|[^0-9A-Za-z]+")
_ISO_WEEK = re.compile(r"\d{4}-W\d{2}-\d")
ISO = "ISO8601"


def likely_formats(cells: list[str]) -> tuple[str, ...]:
    """Return the formats that most of the cells can have: several where day and month cannot be told apart.

    ISO dates answer ("ISO8601",), which pandas reads with and without a clock. Nothing fits: an empty tuple.
    """
    found = Counter(cell_formats(cell) for cell in cells)
    formats, times = max(found.items(), key=lambda item: item[1] if item[0] else 0, default=((), 0))
    return formats if times * 2 >= len(cells) else ()


def cell_formats(cell: str) -> tuple[str, ...]:
    """Return the formats that one cell can have.

    Example:
        >>> cell_formats("31.12.1988 14:30")
        ('%d.%m.%Y %H:%M', '%m.%d.%Y %H:%M')
    """
    if _ISO_WEEK.fullmatch(cell):
        return ("%G-W%V-%u",)
    match = _STAMP.fullmatch(cell) if len(cell) <= 40 else None
    if match is None:
        return ()
    dates = _date_formats(_TOKENS.findall(match["date"]))
    if dates in (("%Y-%m-%d",), ("%Y-%m",)):
        return (ISO,)
    return tuple(date + _clock_format(match) for date in dates)


def _clock_format(match: re.Match[str]) -> str:
    if match["clock"] is None:
        return ""
    half = (" %p" if match["half"].startswith(" ") else "%p") if match["half"] else ""
    clock = ("%I" if half else "%H") + ":%M" + (":%S" if match["second"] else "") + (".%f" if match["part"] else "")
    zone = (" %z" if match["zone"].startswith(" ") else "%z") if match["zone"] else ""
    return match["gap"] + clock + half + zone


def _date_formats(tokens: list[str]) -> tuple[str, ...]:
    """Tokens alternate between parts (digits or a month's name) and the separators, which are taken as they stand."""
    parts, separators = tokens[0::2], tokens[1::2]
    if len(parts) not in (2, 3) or len(separators) != len(parts) - 1 or not all(map(_is_part, parts)):
        return ()
    if any(map(_is_part, separators)) or any("%" in mark or ":" in mark for mark in separators):
        return ()
    orders = _orders(tuple(_width(part) for part in parts))
    return tuple("".join(f + s for f, s in zip(order, [*separators, ""], strict=True)) for order in orders)


def _is_part(token: str) -> bool:
    return (token.isascii() and token.isdigit()) or (token.isalpha() and _MONTH.fullmatch(token) is not None)


def _width(part: str) -> str:
    if part.isalpha():
        return "b"
    return "2" if len(part) <= 2 else str(len(part))


def _orders(widths: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    day_first, month_first = ("%d", "%m"), ("%m", "%d")
    return {
        ("4", "2", "2"): (("%Y", "%m", "%d"),),
        ("2", "2", "4"): ((*day_first, "%Y"), (*month_first, "%Y")),
        ("2", "2", "2"): ((*day_first, "%y"), (*month_first, "%y"), ("%y", "%m", "%d")),
        ("4", "2"): (("%Y", "%m"),),
        ("2", "4"): (("%m", "%Y"),),
        ("2", "b", "4"): (("%d", "%b", "%Y"),),
        ("2", "b", "2"): (("%d", "%b", "%y"), ("%y", "%b", "%d")),
        ("b", "2", "4"): (("%b", "%d", "%Y"),),
        ("4", "b", "2"): (("%Y", "%b", "%d"),),
        ("b", "4"): (("%b", "%Y"),),
        ("4", "b"): (("%Y", "%b"),),
        ("b", "2"): (("%b", "%y"),),
        ("2", "2"): (("%m", "%y"), ("%y", "%m")),
        ("4", "3"): (("%Y", "%j"),),
    }.get(widths, ())

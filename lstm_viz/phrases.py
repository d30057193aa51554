"""Phrases for sentences: hostile text made safe to show, numbers with their nouns, and lists."""

import re
import unicodedata
from collections.abc import Iterable

_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def plain(text: str, limit: int) -> str:
    """Return `text` on one line, without invisible characters, cut to `limit` characters."""
    head = text[: 20 * limit]
    visible = "".join(" " if unicodedata.category(letter) in _INVISIBLE else letter for letter in head)
    single = re.sub(r"\s+", " ", visible).strip()
    return single if len(single) <= limit else single[: limit - 1].rstrip() + "…"


def shown(text: str) -> str:
    """Return a name or a cell as a message quotes it: one line of at most 60 characters."""
    return plain(text, 60)


def counted(number: int, noun: str) -> str:
    """Return "1 row", "1,204 rows": the number with its noun in the right form."""
    return f"{number:,} {noun if number == 1 else plural(noun)}"


def plural(noun: str) -> str:
    """Return the plural of a noun ("entry" becomes "entries", "class" "classes")."""
    if noun.endswith("ss"):
        return noun + "es"
    return noun[:-1] + "ies" if noun.endswith("y") and noun[-2] not in "aeiou" else noun + "s"


def listed(parts: list[str], limit: int = 3) -> str:
    """Join up to `limit` parts with commas and say how many more there are."""
    more = len(parts) - limit
    return ", ".join(parts[:limit]) + (f" and {more:,} more" if more > 0 else "")


def joined(parts: list[str]) -> str:
    """Join parts as a sentence does: "a, b and c"."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def listed_names(names: Iterable[object], limit: int = 3) -> str:
    """List names as code, made safe: "`a`, `b` and 2 more"."""
    return listed([f"`{shown(str(name))}`" for name in names], limit)


def listed_values(names: Iterable[object], limit: int = 3) -> str:
    """List values in quotes, made safe: "“a”, “b” and 2 more"."""
    return listed([f"“{shown(str(name))}”" for name in names], limit)


def megabytes(size: int) -> str:
    """Return a size in bytes as "51.2 MB" (1 MB = 1024 × 1024 bytes)."""
    return f"{size / 1024**2:.1f} MB"


def written(number: float) -> str:
    """Write a small number as people do: 0.001, and 1e-5 without the zero that Python puts in."""
    return repr(number).replace("e-0", "e-")

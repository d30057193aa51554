"""Makes assets/calendar/words.json from the Unicode CLDR, by way of Babel: `python -m tests.tables.calendar_table`."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from babel import Locale, localedata
from babel.core import get_global
from babel.languages import get_official_languages
from babel.units import format_unit

from lstm_viz.tables.values.calendar_words import folded, vocabulary, words_of

TABLE = Path(__file__).parents[2] / "assets" / "calendar" / "words.json"
_ROMAN = re.compile(r"(?:i|ii|iii|iv)")
_ORDINALS = vocabulary("st nd rd th er re de ci cu dyte trete ty шы ші ты гі 第 제")
_UNITS = ("year", "quarter", "month", "week", "day", "hour", "minute", "second")
_COUNTS = (0, 1, 2, 3, 5, 11, 21)  # the plural forms of all languages


def calendar_table() -> dict[str, Any]:
    """Return the words of the calendar in all languages that are official somewhere."""
    months: dict[str, dict[str, int]] = {}
    weekdays: set[str] = set()
    halves: dict[str, str] = {}
    units: dict[str, set[str]] = {unit: set() for unit in _UNITS}
    units["month"] |= {"月"}  # behind numbers, where the CLDR has longer words
    units["hour"] |= set("時时点點")
    for code in _languages():
        locale = Locale(code)
        named = [(int(number), words_of(name)) for number, name in _names(locale.months) if not re.search(r"\d", name)]
        numbered = [words_of(name) for _, name in _names(locale.months) if re.search(r"\d", name)]
        shared = set.intersection(*(set(words) for _, words in named)) if named else set()
        units["month"] |= _long(shared.union(*numbered))
        for number, words in named:
            if word := "".join(part for part in words if part not in shared):
                months.setdefault(word, {}).setdefault(code, number)
        weekdays |= {folded(name).strip(" .") for _, name in _names(locale.days)}
        units["quarter"] |= _quarter_words(locale)
        for half, name in _names(locale.day_periods):
            if half in ("am", "pm"):
                halves[folded(name).replace(".", "").replace(" ", "")] = half
        for unit in _UNITS:
            shown = [
                format_unit(number, f"duration-{unit}", length, locale=locale)
                for number in _COUNTS
                for length in ("long", "short")
            ]
            units[unit] |= _long({word for text in shown for word in words_of(text)})
    often = Counter(word for words in units.values() for word in words)
    kept = {unit: sorted(word for word in words if often[word] < 4) for unit, words in units.items()}
    return {"months": months, "weekdays": sorted(weekdays), "halves": halves, "units": kept}


def _long(words: set[str]) -> set[str]:
    """Leave out lone letters, which mean too much."""
    return {word for word in words if word not in _ORDINALS and (len(word) > 1 or not word.isascii())}


def _languages() -> list[str]:
    """Return the languages that are official somewhere, English first."""
    known = set(localedata.locale_identifiers())
    official = {
        language.partition("_")[0]
        for territory in get_global("territory_languages")
        for language in get_official_languages(territory, de_facto=True)
    }
    return ["en", *sorted(official & known - {"en"})]


def _names(table: Mapping[str, Mapping[str, Mapping[Any, str]]]) -> Iterator[tuple[Any, str]]:
    for form in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            yield from table.get(form, {}).get(width, {}).items()


def _quarter_words(locale: Locale) -> set[str]:
    """Return the words around the digit in the names of quarters."""
    found: set[str] = set()
    for _, name in _names(locale.quarters):
        parts = words_of(name)
        if re.search(r"\d", name) or any(_ROMAN.fullmatch(part) for part in parts):
            found |= _long({part for part in parts if not _ROMAN.fullmatch(part)})
    return found


def written_table() -> str:
    """Return the file as it is kept: a line for each kind of words."""
    lines = [
        f'"{name}": {json.dumps(words, ensure_ascii=False, sort_keys=True)}' for name, words in calendar_table().items()
    ]
    return "{\n" + ",\n".join(lines) + "\n}\n"


if __name__ == "__main__":
    TABLE.write_text(written_table(), encoding="utf-8")

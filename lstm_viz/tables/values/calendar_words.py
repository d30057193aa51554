"""The words of the calendar in the languages that are official somewhere, from the Unicode CLDR (see assets/calendar).

Months, days of the week, halves of the day, and the names of the parts of a moment ("Jahr", "月", "saat"). Words
are compared in lower case without accents.
"""

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Container, Iterable, Mapping
from functools import cache, lru_cache
from itertools import count
from typing import Any

from lstm_viz.paths import ASSETS
from lstm_viz.phrases import plain

_PHRASES = {("day", "month"): "day", ("date", "month"): "day", ("day", "year"): "yearday", ("week", "year"): "week"}
_PHRASES |= {("month", "year"): "month", ("hour", "day"): "hour", ("minute", "hour"): "minute"}
_DAYS_OF_WEEKS = (("day", "week"), ("dag", "week"), ("dia", "semana"), ("jour", "semaine"), ("giorno", "settimana"))
_PHRASES |= dict.fromkeys(_DAYS_OF_WEEKS, "weekday")
_TABLE = ASSETS / "calendar" / "words.json"
_MOSTLY = 0.7
_SEASONS = "djfmamjjasondj"
_FURTHER: Mapping[str, str] = {  # as tables and programs write them, and no language's dictionary has them
    "year": "yr yrs yyyy yy fy ay cy annee anno ano an jahr geschaftsjahr exercice ejercicio gjahr 年度",
    "quarter": "qtr qtrs q trim kw",
    "month": "mo mon mnth mth mths mm monat 月份",
    "week": "wk wks weekno weeknum weeknumber isoweek kw cw",
    "day": "dd dy mday 号 號",
    "hour": "hr hrs hh he h stunde heure hora ora 時 时 点 點 시",
    "minute": "min mins mi",
    "second": "sec secs ss",
    "half": "half hy semester semestre halbjahr semestr halfyear pololeti",
    "third": "tertial cuatrimestre",
}
MAX_NAME = 120


def vocabulary(text: str) -> frozenset[str]:
    """Return the words of a text."""
    return frozenset(text.split())


_OF = vocabulary("of de van della da do")
_WEEKDAY_WORDS = vocabulary("weekday weekdays dayofweek dow wday wochentag weekend")
YEARDAY_WORDS = vocabulary("doy dayofyear yday yearday julianday jday")
DATE_WORDS = vocabulary(
    "date dates datum datetime ds fecha data timestamp yyyymmdd yearmonth yyyymm ym yrmo dteday calendar time "
    "period periode periodo zeitraum yyyyq yyyyww yyyyddd yymmdd dato kuupaev pvm tarih ngay tanggal tarikh дата "
    "ημερομηνια วันที่ 日期 日付 年月日 날짜 تاریخ تاريخ التاريخ"
)
CLOCK_WORDS = vocabulary(
    "epoch unix unixtime time times date datetime timestamp timestamps ts stamp ds utc zeit zeitpunkt zeitstempel temps "
    "tiempo tempo tid tijd czas zaman"
)
TIME_WORDS = vocabulary("time times zeit temps tiempo hora uhrzeit heure tijd")


def folded(text: str) -> str:
    """Return text in lower case without accents; vowels that are marks, as in Thai or Hindi, stay."""
    if text.isascii():
        return text.lower()
    return "".join(c for c in unicodedata.normalize("NFKD", text.lower()) if not "\u0300" <= c <= "\u036f")


def words_of(text: str) -> list[str]:
    """Return the folded words of a text: "saleYear_of-issue" gives sale, year, of and issue."""
    plain = folded(re.sub(r"([a-z])([A-Z])", r"\1 \2", text))
    return "".join(c if unicodedata.category(c)[0] in "LM" else " " for c in plain).split()


@lru_cache(maxsize=4096)
def name_words(name: str) -> frozenset[str]:
    """Return the words of a column's name."""
    return frozenset(words_of(name))


@cache
def _calendar() -> dict[str, Any]:
    """Return the words of all languages; "months" says for each name which month it is in which languages."""
    words: dict[str, Any] = json.loads(_TABLE.read_text(encoding="utf-8"))
    return words


@cache
def _words_of_units() -> Mapping[str, frozenset[str]]:
    known = _calendar()["units"]
    return {unit: frozenset([*known.get(unit, []), *map(folded, more.split())]) for unit, more in _FURTHER.items()}


@lru_cache(maxsize=4096)
def _month_in(word: str) -> Mapping[str, int]:
    """Return which month a name, or its beginning of three letters or more, is in each language that knows it."""
    months = _calendar()["months"]
    exact = dict(months.get(word, {}))
    if len(word) < 3:
        return exact
    begun: dict[str, set[int]] = {}
    for name, meanings in months.items():
        if name.startswith(word):
            for language, number in meanings.items():
                begun.setdefault(language, set()).add(number)
    return {language: min(numbers) for language, numbers in begun.items() if len(numbers) == 1} | exact


@lru_cache(maxsize=4096)
def _shortened(word: str, language: str) -> int | None:
    """Return the only month of a language whose letters hold those of a word in their order: "Mrz" is März."""
    letters = re.compile(re.escape(word[0]) + ".*" + ".*".join(map(re.escape, word[1:])))
    found = {m[language] for name, m in _calendar()["months"].items() if language in m and letters.match(name)}
    return found.pop() if len(found) == 1 and len(word) >= 3 else None


def month_numbers(words: Collection[str], others: Collection[str] = ()) -> dict[str, int]:
    """Return the months, 1 to 12, that words mean in the one language that knows most of them; none if most mean none.

    Where all words are seasons such as DJF, they are their middle months. Words among `others` may mean something else.

    Example:
        >>> month_numbers({"janv.", "févr.", "mars"}) == {"janv.": 1, "févr.": 2, "mars": 3}
        True
    """
    plain = {word: folded(word).strip(" .'’") for word in words}
    places = {word: _SEASONS.find(start) for word, start in plain.items() if len(start) == 3}
    if len(words) > 2 and len(places) == len(words) and min(places.values()) >= 0:
        return {word: place + 1 for word, place in places.items()}
    votes = Counter(language for start in plain.values() for language in _month_in(start))
    if not votes or (len(plain) == 1 and not _calendar()["months"].get(next(iter(plain.values())))):
        return {}
    best: dict[str, int] = {}
    for language in sorted(votes, key=lambda code: (-votes[code], code != "en")):
        if votes[language] < max(votes.values()) - 1:
            break
        found = {word: _month_in(start).get(language) or _shortened(start, language) for word, start in plain.items()}
        known = {word: number for word, number in found.items() if number is not None}
        best = known if len(known) > len(best) else best
    return best if best and len(best) >= _MOSTLY * len(set(words) - (set(others) - set(best))) else {}


@lru_cache(maxsize=4096)
def month_of(word: str) -> int | None:
    """Return the month, 1 to 12, that a word alone means in a language; None for no month, or where languages differ.

    Example:
        >>> [month_of(word) for word in ("Sept.", "März", "janv.", "ene", "jui")]
        [9, 3, 1, 1, None]
    """
    found = set(_month_in(folded(word).strip(" .'’")).values())
    return found.pop() if len(found) == 1 else None


@lru_cache(maxsize=4096)
def is_weekday(word: str) -> bool:
    """Return whether a word is the name of a day of the week, or its beginning of two letters or more."""
    start = folded(word).strip(" .,")
    return len(start) >= 2 and any(name.startswith(start) for name in _calendar()["weekdays"])


@lru_cache(maxsize=4096)
def half_of_day(word: str) -> str | None:
    """Return "am" or "pm" for a word that means it in a language."""
    half = folded(word).replace(".", "").replace(" ", "")
    return f"{half[0]}m" if half in ("a", "p", "am", "pm") else _calendar()["halves"].get(half)


@lru_cache(maxsize=4096)
def units_of(word: str) -> frozenset[str]:
    """Return the parts of a moment that a word names: "Jahr" is a year, "kw" a week or a quarter."""
    word = folded(word).strip(" .")
    return frozenset(unit for unit, words in _words_of_units().items() if word in words)


def says_when(name: str) -> bool:
    """Return whether a column's name says that it holds moments or parts of them."""
    return bool(name_words(name) & (DATE_WORDS | CLOCK_WORDS | TIME_WORDS)) or bool(named_units(name))


def names_years(name: str) -> bool:
    """Return whether a column's name says that it holds years: "fiscal_year", not "median_year_built"."""
    words = words_of(name)
    return any("year" in units_of(word) for word in (*words[:1], *words[-1:]))


@lru_cache(maxsize=4096)
def named_units(name: str) -> frozenset[str]:
    """Return the parts of a moment that the words of a column's name mean; "day_of_week" is a weekday, not a day."""
    words = words_of(name)
    for first, between, last in zip(words, words[1:], words[-1:] * len(words), strict=False):
        if between in _OF and (first, last) in _PHRASES:
            return frozenset({_PHRASES[first, last]})
    if set(words) & _WEEKDAY_WORDS:
        return frozenset({"weekday"})
    return frozenset(unit for word in words for unit in units_of(word))


SERIES_WORDS = vocabulary(
    "id ids uid unique series store item sku product article artikel country land region city ort state station "
    "sensor device machine customer client kunde shop branch filiale site location ticker symbol dept department code "
    "nbr key group entity meter household account category family brand model channel route line zone area district "
    "county variable indicator metric measure name pollutant species asset well turbine building room"
)


def unique_names(raw: Iterable[str]) -> tuple[str, ...]:
    """Return one name per column: one line, at most 120 characters, none blank, none twice.

    Example:
        >>> unique_names(["price", "", "price"])
        ('price', 'column_2', 'price_2')
    """
    names = [plain(name, MAX_NAME) or f"column_{place}" for place, name in enumerate(raw, start=1)]
    taken, seen = set(names), set[str]()
    for place, name in enumerate(names):
        if name in seen:
            tries = (f"{name[: MAX_NAME - 8]}_{number}" for number in count(2))
            names[place] = next(found for found in tries if found not in taken)
            taken.add(names[place])
        seen.add(name)
    return tuple(names)


def free_name(name: str, taken: Container[str], suffix: str) -> str:
    """Return the name, with the suffix behind it as often as it takes to be none of those `taken`."""
    while name in taken:
        name += suffix
    return name

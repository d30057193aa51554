"""Words of the calendar in the languages of Western Europe: months, days of the week, and names of columns of time."""

import re
import unicodedata
from functools import lru_cache


def vocabulary(text: str) -> frozenset[str]:
    """Return the words of a text."""
    return frozenset(text.split())


ENGLISH_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTHS = (
    "january januar janvier enero gennaio januari janeiro januari",
    "february februar fevrier febrero febbraio februari fevereiro",
    "march marz maerz mars marzo maart marco mrz mrt",
    "april avril abril aprile",
    "may mai mayo maggio mei maio maj",
    "june juni juin junio giugno junho",
    "july juli juillet julio luglio julho",
    "august aout agosto augustus augusti",
    "september septembre septiembre setiembre settembre setembro",
    "october oktober octobre octubre ottobre outubro",
    "november novembre noviembre novembro",
    "december dezember decembre diciembre dicembre dezembro",
)
_WEEKDAYS = vocabulary(
    "monday tuesday wednesday thursday friday saturday sunday montag dienstag mittwoch donnerstag freitag samstag sonntag "
    "sonnabend lundi mardi mercredi jeudi vendredi samedi dimanche lunes martes miercoles jueves viernes sabado domingo "
    "lunedi martedi mercoledi giovedi venerdi domenica maandag dinsdag woensdag donderdag vrijdag zaterdag zondag "
    "segunda terca quarta quinta sexta"
)

YEAR_WORDS = vocabulary("year years yr yrs yyyy jahr annee ano anno an jaar fy")
QUARTER_WORDS = vocabulary("quarter quarters qtr q quartal trimestre trim kwartaal")
MONTH_WORDS = vocabulary("month months mo mon mnth mth mm monat mois mes mese maand period")
WEEK_WORDS = vocabulary("week weeks wk weekno weeknum weeknumber isoweek kw woche semaine semana settimana cw")
DAY_WORDS = vocabulary("day days dd dy tag jour dia giorno dag dayofmonth mday")
YEARDAY_WORDS = vocabulary("doy dayofyear yday yearday julianday jday")
HOUR_WORDS = vocabulary("hour hours hr hrs hh he stunde heure hora ora uur")
MINUTE_WORDS = vocabulary("minute minutes min mins mi")
DATE_WORDS = vocabulary(
    "date dates datum datetime ds fecha timestamp yyyymmdd yearmonth yyyymm ym yrmo dteday period calendar"
)
CLOCK_WORDS = vocabulary("epoch unix unixtime time times date datetime timestamp timestamps ts stamp ds utc")
TIME_WORDS = frozenset({"time", "times", "zeit", "temps", "tiempo", "hora"})


def folded(text: str) -> str:
    """Return text in lower case without accents."""
    return "".join(c for c in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(c))


@lru_cache(maxsize=4096)
def month_of(word: str) -> int | None:
    """Return the month, 1 to 12, that a name or its beginning of three letters or more means; None for no month.

    Example:
        >>> [month_of(word) for word in ("Sept.", "März", "janv.", "ene", "jui")]
        [9, 3, 1, 1, None]
    """
    start = folded(word).rstrip(".")
    if len(start) < 3:
        return None
    found = [number for number, names in enumerate(_MONTHS, 1) if any(n.startswith(start) for n in names.split())]
    return found[0] if len(found) == 1 else None


@lru_cache(maxsize=4096)
def is_weekday(word: str) -> bool:
    """Return whether a word is the name of a day of the week, or its beginning of two letters or more."""
    start = folded(word).rstrip(".,")
    return len(start) >= 2 and any(name.startswith(start) for name in _WEEKDAYS)


def name_words(name: str) -> frozenset[str]:
    """Return the words of a column's name: "saleYear_of-issue" gives sale, year, of and issue."""
    apart = re.sub(r"([a-z])([A-Z])", r"\1 \2", name)
    return frozenset(re.sub(r"[^a-z]+", " ", folded(apart)).split())

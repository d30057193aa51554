"""Moments and periods in every way that people, programs and offices write them, written here and read back."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from persiantools.jdatetime import JalaliDate

from lstm_viz.tables import make_panel, read_table
from tests.tables.calendar_table import TABLE, written_table

Write = Callable[[pd.Timestamp], str]
ROMAN = ("I", "II", "III", "IV")
MONTHS = {
    "de": "Jan Feb Mrz Apr Mai Jun Jul Aug Sep Okt Nov Dez",
    "de long": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr long": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "lt": "sausis vasaris kovas balandis gegužė birželis liepa rugpjūtis rugsėjis spalis lapkritis gruodis",
    "lv": "janvāris februāris marts aprīlis maijs jūnijs jūlijs augusts septembris oktobris novembris decembris",
    "fr": "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.",
    "es": "ene feb mar abr may jun jul ago sep oct nov dic",
    "it": "gen feb mar apr mag giu lug ago set ott nov dic",
    "nl": "jan feb mrt apr mei jun jul aug sep okt nov dec",
    "pl": "styczeń luty marzec kwiecień maj czerwiec lipiec sierpień wrzesień październik listopad grudzień",
    "cs": "leden únor březen duben květen červen červenec srpen září říjen listopad prosinec",
    "ru": "янв фев мар апр май июн июл авг сен окт ноя дек",
    "tr": "Ocak Şubat Mart Nisan Mayıs Haziran Temmuz Ağustos Eylül Ekim Kasım Aralık",
    "el": "Ιαν Φεβ Μαρ Απρ Μαΐ Ιουν Ιουλ Αυγ Σεπ Οκτ Νοε Δεκ",
    "fi": "tammi helmi maalis huhti touko kesä heinä elo syys loka marras joulu",
    "hu": "jan. febr. márc. ápr. máj. jún. júl. aug. szept. okt. nov. dec.",
    "th": "ม.ค. ก.พ. มี.ค. เม.ย. พ.ค. มิ.ย. ก.ค. ส.ค. ก.ย. ต.ค. พ.ย. ธ.ค.",
    "zh": "一月 二月 三月 四月 五月 六月 七月 八月 九月 十月 十一月 十二月",
}
FRENCH = ("lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim.")
CLOCKS: dict[str, Write] = {
    "iso": lambda t: f"{t:%Y-%m-%d %H:%M}",
    "iso with half of day": lambda t: f"{t:%Y-%m-%d} {t.hour % 12 or 12}:{t:%M} {t:%p}",
    "iso with a comma": lambda t: f"{t:%Y-%m-%d, %I:%M:%S %p}",
    "american": lambda t: f"{t.month}/{t.day}/{t:%y} {t.hour % 12 or 12}:{t:%M}{t:%p}".lower(),
    "american words": lambda t: f"{t:%B} {t.day}, {t.year} at {t.hour % 12 or 12}:{t:%M} {t:%p}",
    "clock first": lambda t: f"{t.hour % 12 or 12}:{t:%M} {t:%p} {t.month}/{t.day}/{t.year}",
    "german": lambda t: f"{t:%d.%m.%Y %H:%M} Uhr",
    "german points": lambda t: f"{t:%d.%m.%Y %H.%M}",
    "czech": lambda t: f"{t.day}. {t.month}. {t.year} {t.hour}:{t:%M}",
    "finnish": lambda t: f"{t.day}.{t.month}.{t.year} klo {t.hour}.{t:%M}",
    "hungarian": lambda t: f"{t:%Y.%m.%d. %H:%M}",
    "french": lambda t: f"{t:%d/%m/%Y} à {t:%H}h{t:%M}",
    "japanese": lambda t: f"{t.year}年{t.month}月{t.day}日 {t.hour}時{t:%M}分",
    "korean": lambda t: f"{t.year}년 {t.month}월 {t.day}일 {t:%H:%M}",
    "korean halves": lambda t: (
        f"{t.year}. {t.month}. {t.day}. {'오전' if t.hour < 12 else '오후'} {t.hour % 12 or 12}:{t:%M}"
    ),
    "arabic digits": lambda t: f"{t:%Y-%m-%d %H:%M}".translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")),
    "persian digits": lambda t: f"{t:%Y/%m/%d %H:%M}".translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")),
    "full width": lambda t: f"{t:%Y/%m/%d %H:%M}".translate(str.maketrans("0123456789/:", "０１２３４５６７８９／：")),
    "range": lambda t: f"{t:%d.%m.%Y %H:%M} - {t + pd.Timedelta(minutes=30):%d.%m.%Y %H:%M}",
    "range of clocks": lambda t: f"{t:%Y-%m-%d %H:%M} – {t + pd.Timedelta(minutes=30):%H:%M}",
    "iso interval": lambda t: f"{t:%Y-%m-%dT%H:%MZ}/{t + pd.Timedelta(minutes=30):%Y-%m-%dT%H:%MZ}",
    "underscores": lambda t: f"{t:%Y-%m-%d_%H-%M-%S}",
    "day of the year": lambda t: f"{t:%Y-%j %H:%M}",
    "compact": lambda t: f"{t:%Y%m%dT%H%M%SZ}",
    "nanoseconds": lambda t: f"{t:%Y-%m-%dT%H:%M:%S}.000000000Z",
    "program go": lambda t: f"{t:%Y-%m-%d %H:%M:%S} +0000 UTC",
    "program js": lambda t: f"{t:%a %b %d %Y %H:%M:%S} GMT+0000 (Greenwich Mean Time)",
    "unix": lambda t: f"{t:%a %b} {t.day:2d} {t:%H:%M:%S} UTC {t.year}",
    "mail": lambda t: f"{t:%a, %d %b %Y %H:%M:%S} GMT",
    "sql server": lambda t: f"{t:%b} {t.day:2d} {t.year} {t.hour % 12 or 12:2d}:{t:%M%p}",
    "weekday in brackets": lambda t: f"{t:%Y-%m-%d (%a) %H:%M}",
    "french weekday": lambda t: (
        f"{FRENCH[t.weekday()]} {t.day} {MONTHS['fr long'].split()[t.month - 1]} {t.year} {t:%H:%M}"
    ),
    "greek halves": lambda t: f"{t:%d/%m/%Y} {t.hour % 12 or 12}:{t:%M:%S} {'π.μ.' if t.hour < 12 else 'μ.μ.'}",
    "dotnet": lambda t: f"/Date({t.value // 10**6})/",
    "zone by name": lambda t: f"{t:%Y-%m-%d %H:%M:%S} America/New_York",
}
PERIODS: dict[str, tuple[str, Write]] = {
    "month, unpadded": ("MS", lambda t: f"{t.year}M{t.month}"),
    "month, sdmx": ("MS", lambda t: f"{t:%Y}-M{t:%m}"),
    "month, duration": ("MS", lambda t: f"{t:%Y-%m-%d}/P1M"),
    "month, point": ("MS", lambda t: f"{t.year}.{t.month}"),
    "month, day zero": ("MS", lambda t: f"{t:%Y-%m}-00"),
    "month, compact day zero": ("MS", lambda t: f"{t:%Y%m}00"),
    "month, chinese": ("MS", lambda t: f"{t.year}年{t.month:02d}月份"),
    "month, korean": ("MS", lambda t: f"{t.year}년 {t.month}월"),
    "month, glued": ("MS", lambda t: f"{t:%b%Y}".upper()),
    "month, two digits": ("MS", lambda t: f"{t.month}/{t:%y}"),
    "month, year in two digits first": ("MS", lambda t: f"{t:%y-%b}"),
    "month, apostrophe": ("MS", lambda t: f"{t:%b}'{t:%y}"),
    "month, first and last day": ("MS", lambda t: f"{t:%Y-%m-%d} to {t + pd.offsets.MonthEnd():%Y-%m-%d}"),
    "month, fiscal period": ("MS", lambda t: f"FY{t:%y} P{t:%m}"),
    "month, thai era": ("MS", lambda t: f"{t.year + 543}-{t:%m}-01"),
    "month, republic of china": ("MS", lambda t: f"{t.year - 1911}年{t.month}月"),
    "month, japanese era": ("MS", lambda t: f"平成{t.year - 1988}年{t.month}月"),
    "month, middle": ("MS", lambda t: f"{t:%Y-%m}-15"),
    "month, sap": ("MS", lambda t: f"{t.month:03d}.{t.year}"),
    "month, sap number": ("MS", lambda t: f"{t.year}{t.month:03d}"),
    "month, rolling": ("MS", lambda t: f"3 months to {t:%b %Y}"),
    "month, latvian": ("MS", lambda t: f"{t.year}. gada {MONTHS['lv'].split()[t.month - 1]}"),
    "month, lithuanian": ("MS", lambda t: f"{t.year} m. {MONTHS['lt'].split()[t.month - 1]}"),
    "month, words around": ("MS", lambda t: f"Stand am {t.day}. {MONTHS['de long'].split()[t.month - 1]} {t.year}"),
    "month, two thai digits": ("MS", lambda t: f"{MONTHS['th'].split()[t.month - 1]}-{(t.year + 543) % 100}"),
    "quarter": ("QS", lambda t: f"{t.year}Q{t.quarter}"),
    "quarter, romanian": ("QS", lambda t: f"Trim. {ROMAN[t.quarter - 1]} {t.year}"),
    "quarter, in words": ("QS", lambda t: f"{('First', 'Second', 'Third', 'Fourth')[t.quarter - 1]} quarter {t.year}"),
    "quarter, number": ("QS", lambda t: f"{t.year}{t.quarter}"),
    "quarter, danish": ("QS", lambda t: f"{t.year}K{t.quarter}"),
    "quarter, french": ("QS", lambda t: f"{t.year}-T{t.quarter}"),
    "quarter, colon": ("QS", lambda t: f"{t.year}:Q{t.quarter}"),
    "quarter, behind": ("QS", lambda t: f"Q{t.quarter} {t.year}"),
    "quarter, short": ("QS", lambda t: f"{t.quarter}Q{t:%y}"),
    "quarter, apostrophe": ("QS", lambda t: f"Q{t.quarter}'{t:%y}"),
    "quarter, german": ("QS", lambda t: f"{t.quarter}. Quartal {t.year}"),
    "quarter, polish": ("QS", lambda t: f"{ROMAN[t.quarter - 1]} kw. {t.year}"),
    "quarter, roman": ("QS", lambda t: f"{t.year}/{ROMAN[t.quarter - 1]}"),
    "quarter, russian": ("QS", lambda t: f"{t.quarter} кв. {t.year}"),
    "quarter, chinese": ("QS", lambda t: f"{t.year}年第{t.quarter}季度"),
    "quarter, korean": ("QS", lambda t: f"{t.year}년 {t.quarter}분기"),
    "quarter, fraction": ("QS", lambda t: f"{t.year}.{t.quarter}/4"),
    "quarter, ordinal": ("QS", lambda t: f"{t.year} {t.quarter}{('st', 'nd', 'rd', 'th')[t.quarter - 1]} quarter"),
    "quarter, fiscal": ("QS", lambda t: f"FY{t:%y} Q{t.quarter}"),
    "quarter, fiscal span": ("QS", lambda t: f"Q{t.quarter} FY{t.year}/{(t.year + 1) % 100:02d}"),
    "quarter, provisional": ("QS", lambda t: f"{t.year} Q{t.quarter}{' (p)' if t.year > 2013 else ''}"),
    "quarter, decimal": ("QS", lambda t: f"{t.year}.{t.quarter}"),
    "half": ("6MS", lambda t: f"{t.year}-S{(t.month + 5) // 6}"),
    "half, english": ("6MS", lambda t: f"H{(t.month + 5) // 6} {t.year}"),
    "third": ("4MS", lambda t: f"{t.year}-T{(t.month + 3) // 4}"),
    "year": ("YS", lambda t: f"{t.year}"),
    "year, sdmx": ("YS", lambda t: f"{t.year}-A1"),
    "year, bank": ("YS", lambda t: f"{t.year} [YR{t.year}]"),
    "year, flagged": ("YS", lambda t: f"{t.year}{'*' if t.year > 2010 else ''}"),
    "year, estimate": ("YS", lambda t: f"{t.year}{'E' if t.year > 2010 else 'A'}"),
    "year, thousands": ("YS", lambda t: f'"{t.year:,}"'),
    "year, point": ("YS", lambda t: f"{t.year / 1000:.3f}"),
    "year, float": ("YS", lambda t: f"{t.year}.0"),
    "year, chinese": ("YS", lambda t: f"{t.year}年度"),
    "year, fiscal": ("YS", lambda t: f"FY{t:%y}"),
    "year, span": ("YS", lambda t: f"{t.year}-{t.year + 1}"),
    "year, academic": ("YS", lambda t: f"AY {t.year}-{(t.year + 1) % 100:02d}"),
    "year, japanese era": ("YS", lambda t: f"S{t.year - 1925}" if t.year < 1989 else f"H{t.year - 1988}"),
    "week": ("W-MON", lambda t: f"{t:%G}-W{t:%V}"),
    "week, german": ("W-MON", lambda t: f"KW {t:%V}/{t:%G}"),
    "week, before the year": ("W-MON", lambda t: f"{int(f'{t:%V}')}/{t:%G}"),
    "week, unpadded": ("W-MON", lambda t: f"{t:%G}-{int(f'{t:%V}')}"),
    "week, norwegian": ("W-MON", lambda t: f"{t:%G}U{t:%V}"),
    "week, swedish": ("W-MON", lambda t: f"{t:%G}V{t:%V}"),
    "week, number": ("W-MON", lambda t: f"{t:%G%V}"),
    "week, with its days": ("W-MON", lambda t: f"KW {int(f'{t:%V}')}/{t:%G} ({t:%d.%m.}-{t + WEEK:%d.%m.})"),
    "week, commencing": ("W-MON", lambda t: f"w/c {t:%d/%m/%Y}"),
    "week, of": ("W-MON", lambda t: f"Week beginning {t:%d %b %Y}"),
    "day, republic of china number": ("D", lambda t: f"{t.year - 1911}{t:%m%d}"),
    "day, thai number": ("D", lambda t: f"{t.year + 543}{t:%m%d}"),
    "day, persian number": ("D", lambda t: JalaliDate(t.date()).strftime("%Y%m%d")),
    "day, day first number": ("D", lambda t: f"{t:%d%m%Y}"),
    "day, six digits": ("D", lambda t: f"{t:%y%m%d}"),
    "day, of the year number": ("D", lambda t: f"{t:%Y%j}"),
    "day, era": ("D", lambda t: f"H{t.year - 1988:02d}/{t:%m/%d}"),
    "day, julian": ("D", lambda t: f"{t.to_julian_date():.1f}"),
    "day, modified julian": ("D", lambda t: f"{t.to_julian_date() - 2_400_000.5:.0f}"),
    "day, matlab": ("D", lambda t: f"{t.toordinal() + 366}"),
    "day, decimal year": ("D", lambda t: f"{t.year + (t.day_of_year - 0.5) / (366 if t.is_leap_year else 365):.4f}"),
    "day, sdmx": ("D", lambda t: f"{t:%Y}-D{t:%j}"),
    "day, thai": ("D", lambda t: f"{t:%d/%m}/{t.year + 543}"),
}
WEEK = pd.Timedelta(days=6)
NAMES = {"modified julian": "mjd", "julian": "JD", "matlab": "datenum"}
STARTS = {"YS": "1984-01-01", "W-MON": "2018-01-01", "D": "2019-06-01", "30min": "2021-03-01 00:05"}


def read_back(cells: list[str], name: str = "when") -> np.ndarray:
    lines = [f"{cell};{place % 7 + place / 10:.1f}" for place, cell in enumerate(cells)]
    series = make_panel(read_table("\n".join([f"{name};value", *lines]).encode(), "x.csv")).series[0]
    assert series.time == name
    assert not np.isnan(series.y).any()
    return series.ds


def name_of(form: str, alias: str) -> str:
    """Numbers need a name that says what they are."""
    if alias == "YS":
        return "year"
    if "number" in form or "digits" in form or "decimal" in form:
        return {"W": "week", "Q": "quarter", "M": "period"}.get(alias[0], "date")
    return next((name for words, name in NAMES.items() if words in form), "when")


def moments(alias: str, count: int) -> pd.DatetimeIndex:
    return pd.date_range(STARTS.get(alias, "2008-01-01"), periods=count, freq=alias)


@pytest.mark.parametrize("form", CLOCKS)
def test_a_clock_is_read_however_it_is_written(form):
    written = moments("30min", 100)
    assert np.array_equal(read_back(list(map(CLOCKS[form], written))), written.to_numpy(dtype="datetime64[us]"))


@pytest.mark.parametrize("form", PERIODS)
def test_a_period_is_read_however_it_is_written(form):
    alias, write = PERIODS[form]
    written = moments(alias, 36 if alias == "YS" else 96)
    found = read_back(list(map(write, written)), name_of(form, alias))
    shift = pd.Timedelta(days=14) if form == "month, middle" else pd.Timedelta(0)
    assert np.array_equal(found, (written + shift).to_numpy(dtype="datetime64[us]"))


@pytest.mark.slow
@pytest.mark.parametrize("form", PERIODS)
def test_newest_first_is_the_same(form):
    alias, write = PERIODS[form]
    written = moments(alias, 36 if alias == "YS" else 96)
    found = read_back(list(map(write, written[::-1])), name_of(form, alias))
    shift = pd.Timedelta(days=14) if form == "month, middle" else pd.Timedelta(0)
    assert np.array_equal(found, (written + shift).to_numpy(dtype="datetime64[us]"))


@pytest.mark.slow
@pytest.mark.parametrize("language", MONTHS)
@pytest.mark.parametrize("form", ["{m} {t:%Y}", "{t:%Y} {m}", "{m}-{t:%y}", "15 {m} {t:%Y}"])
def test_names_of_months_are_read_in_the_languages_of_the_world(language, form):
    names = MONTHS[language].split()
    written = moments("MS", 30)
    found = read_back([form.format(m=names[t.month - 1], t=t) for t in written])
    assert np.array_equal(found.astype("datetime64[M]"), written.to_numpy(dtype="datetime64[M]"))


def test_the_table_of_calendar_words_is_what_the_cldr_says():
    assert TABLE.read_text(encoding="utf-8") == written_table()

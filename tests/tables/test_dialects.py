"""The same numbers come back, whatever the dialect they were written in."""

import random
from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lstm_viz.tables import read_table

HEADERS = {
    "ascii": (("date", "value"), ("Date", "Sales"), ("ds", "y"), ("timestamp", "reading"), ("month", "total sales")),
    "western": (("Datum", "Größe"), ("Année", "Précipitations"), ("Mês", "Preço médio"), ("Fecha", "Año y señal")),
    "chinese": (("日期", "销售额"), ("时间", "温度"), ("月份", "用电量"), ("日期", "收盘价")),
    "japanese": (("日付", "売上"), ("年月日", "平均気温"), ("日時", "電力使用量")),
    "korean": (("날짜", "판매량"), ("일시", "평균기온"), ("일자", "종가")),
    "cyrillic": (("Дата", "Продажи"), ("Месяц", "Выручка"), ("Год и месяц", "Средняя цена")),
    "polish": (("Miesiąc", "Sprzedaż"), ("Źródło", "Średnia")),
    "traditional": (("日期", "銷售額"), ("時間", "溫度"), ("日期", "收盤價")),
}
PREAMBLES = {
    "ascii": ("Report of daily values", "Created by the export tool"),
    "western": ("Auszug für das Jahr", "Données de la météo"),
    "chinese": ("数据来源：国家统计局", "单位：万元"),
    "japanese": ("ダウンロードした時刻", "気象庁のデータ"),
    "korean": ("자료: 통계청", "단위 원"),
    "cyrillic": ("Отчёт о продажах", "Источник данных"),
    "polish": ("Raport o sprzedaży", "Źródło danych"),
    "traditional": ("資料來源：台灣", "單位：元"),
}
ENCODINGS = {
    "utf-8": tuple(HEADERS),
    "utf-8-sig": tuple(HEADERS),
    "utf-16": tuple(HEADERS),
    "utf-16-le": tuple(HEADERS),
    "utf-16-be": tuple(HEADERS),
    "latin-1": ("ascii", "western"),
    "cp1252": ("ascii", "western"),
    "gb18030": ("ascii", "chinese"),
    "cp932": ("ascii", "japanese"),
    "cp949": ("ascii", "korean"),
    "big5": ("ascii", "traditional"),
    "cp1251": ("ascii", "cyrillic"),
    "cp1250": ("ascii", "polish"),
}
UNITS = ("", "", "", " kWh", "%", " %", "°C", " EUR", "$<", "€<", "EUR <", " m/s")
NOTES = ("all well", "rain, wind; fog | snow", "closed")
COMMENTS = ("", "# ", "// ", "% ")


@dataclass(frozen=True)
class Dialect:
    encoding: str
    language: str
    delimiter: str
    decimal: str
    thousands: str
    line_end: str
    quote: str
    preamble: int
    comment: str
    header: bool
    units_row: bool
    footer: str
    mark: str
    negative: str
    unit: str
    sep_line: bool
    dates: str
    note: bool


@st.composite
def dialects(draw) -> Dialect:
    pick = lambda *values: draw(st.sampled_from(values))  # noqa: E731
    encoding = pick(*ENCODINGS)
    language = pick(*ENCODINGS[encoding])
    delimiter = pick(",", ";", "\t", "|", " ")
    decimal = pick(".", ",")
    thousands = pick("", "", "", "." if decimal == "," else ",", " ", "'", "\u00a0", "\u202f")
    unit = pick(*UNITS)
    quote = pick("needed", "needed", "all", "single")
    return Dialect(
        encoding=encoding,
        language=language,
        delimiter=delimiter,
        decimal=decimal,
        thousands=thousands,
        line_end=pick("\n", "\r\n", "\r"),
        quote=quote,
        preamble=pick(0, 0, 1, 2),
        comment=pick(*COMMENTS),
        header=pick(True, True, True, False),
        units_row=pick(False, False, True),
        footer=pick("", "", "source", "total"),
        mark=pick("", "NA", "-", "?", "n/a", "NULL", "."),
        negative=pick("-", "-", "−", "()", "trailing"),
        unit=unit,
        sep_line=pick(False, False, True),
        dates=pick("iso", "german", "none"),
        note=pick(False, False, True),
    )


def encodable(text: str, dialect: Dialect) -> bool:
    try:
        text.encode(dialect.encoding)
    except UnicodeEncodeError:
        return False
    return True


def tidy(dialect: Dialect) -> Dialect:
    """Take back what a program could not have written: signs that the encoding lacks, a preamble that has no rows."""
    for field, plain in (("thousands", ""), ("unit", ""), ("negative", "-")):
        if not encodable(getattr(dialect, field), dialect):
            dialect = replace(dialect, **{field: plain})
    if dialect.delimiter == " " and dialect.quote == "needed" and dialect.mark == "":
        dialect = replace(dialect, mark="NA")
    if dialect.quote == "single" and dialect.thousands == "'":
        dialect = replace(dialect, thousands="")
    if not dialect.header or (dialect.delimiter == " " and dialect.quote == "needed"):
        dialect = replace(dialect, units_row=False)
    return dialect


def written(cents: int, places: int, dialect: Dialect) -> str:
    """One number as the dialect writes it: `cents` is the number times 10 ** places."""
    digits = str(abs(cents)).rjust(places + 1, "0")
    whole, part = (digits[:-places], digits[-places:]) if places else (digits, "")
    if dialect.thousands:
        groups = [whole[max(0, end - 3) : end] for end in range(len(whole), 0, -3)][::-1]
        whole = dialect.thousands.join(groups)
    number = whole + (dialect.decimal + part if part else "")
    if dialect.unit.endswith("<"):
        number = dialect.unit[:-1] + number
    elif dialect.unit:
        number += dialect.unit
    if cents >= 0:
        return number
    return {"()": f"({number})", "trailing": f"{number}-"}.get(dialect.negative, dialect.negative + number)


def cell(text: str, dialect: Dialect) -> str:
    if dialect.quote == "single":
        return f"'{text}'" if "'" not in text else f'"{text}"'
    if dialect.quote == "all" or dialect.delimiter in text or '"' in text:
        return '"' + text.replace('"', '""') + '"'
    return text


def day(place: int, dialect: Dialect) -> str:
    date = np.datetime64("2019-12-25") + place
    if dialect.dates == "german":
        year, month, number = str(date).split("-")
        return f"{number}.{month}.{year}"
    return str(date) if dialect.dates == "iso" else f"item {place}"


def file_of(cents: list[int | None], places: int, dialect: Dialect) -> bytes:
    names = HEADERS[dialect.language][len(cents) % len(HEADERS[dialect.language])]
    lines = [f"sep={dialect.delimiter}"] if dialect.sep_line and dialect.delimiter not in " " else []
    lines += [dialect.comment + PREAMBLES[dialect.language][place] for place in range(dialect.preamble)]
    rows = [list(names)] if dialect.header else []
    if dialect.units_row:
        rows.append(["", "(kWh)"])
    rows += [
        [day(place, dialect), dialect.mark if number is None else written(number, places, dialect)]
        for place, number in enumerate(cents)
    ]
    if dialect.footer == "total":
        rows.append(["Total", written(sum(number or 0 for number in cents), places, dialect)])
    if dialect.note:
        notes = (["note"] if dialect.header else []) + ([""] if dialect.units_row else [])
        notes += [NOTES[place % 3] for place in range(len(rows) - len(notes))]
        rows = [[first, note, *rest] for note, (first, *rest) in zip(notes, rows, strict=True)]
    lines += [dialect.delimiter.join(cell(text, dialect) for text in row) for row in rows]
    if dialect.footer == "source":
        lines += ["", "Source: own records"]
    text = dialect.line_end.join(lines) + dialect.line_end
    return text.encode(dialect.encoding)


def numbers_of(seed: int, rows: int, places: int, scale: int, gaps: bool) -> list[int | None]:
    generator = random.Random(seed)
    base = generator.randint(-(10**scale), 10**scale) if generator.random() < 0.4 else 10**scale
    numbers = [base + generator.randint(-(10**scale) // 3, 10**scale) for _ in range(rows)]
    return [None if gaps and place % 7 == 5 else number for place, number in enumerate(numbers)]


def undecidable(cents: list[int | None], places: int, dialect: Dialect) -> bool:
    """Nothing in the file tells "1,234" from "1.234", and the program broke the custom of its delimiter."""
    values = [abs(number) / 10**places for number in cents if number is not None]
    large = sum(value >= 1000 for value in values)
    if places == 3:
        sure = large > 0 or min(values) < 1
        return not sure and (dialect.decimal == ",") != (dialect.delimiter == ";")
    if places == 0 and dialect.thousands in (".", ","):
        sure = max(values) >= 10**6 or large == 0 or (large > 1 and len(values) - large > 1)
        return not sure and (dialect.thousands == ".") != (dialect.delimiter == ";")
    return False


SERIES = st.tuples(
    st.integers(0, 10**6), st.integers(6, 40), st.sampled_from([0, 1, 2, 2, 3, 4]), st.integers(2, 8), st.booleans()
)


def check(series: tuple[int, int, int, int, bool], dialect: Dialect) -> None:
    seed, rows, places, scale, gaps = series
    dialect = tidy(dialect)
    cents = numbers_of(seed, rows, places, scale, gaps)
    if undecidable(cents, places, dialect):
        return
    data = file_of(cents, places, dialect)
    table = read_table(data, "x.csv")
    expected = [np.nan if number is None else float(f"{number}e-{places}") for number in cents]
    column = table.columns[-1].name
    assert table.frame[column].tolist() == pytest.approx(expected, rel=0, abs=0, nan_ok=True), data.decode(
        dialect.encoding
    )
    if dialect.header:
        names = HEADERS[dialect.language][len(cents) % len(HEADERS[dialect.language])]
        assert [found.name for found in table.columns][:: 2 if dialect.note else 1] == list(names)


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(SERIES, dialects())
def test_numbers_come_back_from_any_dialect(series, dialect):
    check(series, dialect)


@pytest.mark.slow
@pytest.mark.slow
@settings(max_examples=500, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(SERIES, dialects())
def test_numbers_come_back_from_five_hundred_dialects(series, dialect):
    check(series, dialect)

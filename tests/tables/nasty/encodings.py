"""Files whose letters were written down in many ways."""

from tests.tables.nasty.case import NUMBERS, TEN, Nasty, commas, table


def named(name: str, codec: str, first: str, second: str, encoding: str | None = None, **more: object) -> Nasty:
    """Return a file with names in a language, in the encoding of that language."""
    above = str(more.pop("above", ""))
    data = table(head=f"{first},{second}", above=above).encode(codec)
    return Nasty(name, data, (first, second), encoding=encoding or codec, **more)  # type: ignore[arg-type]


def western(name: str, codec: str, first: str, second: str, encoding: str) -> Nasty:
    """Return a semicolon file with decimal commas."""
    data = table(commas(), head=f"{first};{second}", delimiter=";").encode(codec)
    return Nasty(name, data, (first, second), encoding=encoding, delimiter=";", decimal=",")


ENCODINGS = (
    named("plain UTF-8", "utf-8", "date", "valeur mesurée"),
    named("UTF-8 with a mark", "utf-8-sig", "date", "value"),
    Nasty("UTF-8 with two marks", b"\xef\xbb\xbf" + table().encode("utf-8-sig"), encoding="utf-8-sig"),
    named("UTF-16 with a mark", "utf-16", "date", "value"),
    named("UTF-16 little without a mark", "utf-16-le", "日期", "销售额"),
    named("UTF-16 big without a mark", "utf-16-be", "date", "größe"),
    named("UTF-32 with a mark", "utf-32", "date", "größe"),
    named("GB18030, two words", "gb18030", "日期", "销售额"),
    named("GBK, one word", "gbk", "日期", "水位", "gb18030"),
    named("GBK with a source above", "gbk", "时间", "用电量", "gb18030", above="数据来源：国家统计局\n", header=2),
    named("Shift-JIS, kanji only", "cp932", "日付", "売上"),
    named(
        "Shift-JIS with katakana above", "cp932", "年月日", "平均気温", above="ダウンロードした時刻：2023\n", header=2
    ),
    named("EUC-JP", "euc_jp", "日付", "データの値"),
    named("EUC-KR", "euc_kr", "날짜", "판매량", "cp949"),
    named("CP949 with a source above", "cp949", "일시", "평균기온", above="자료: 기상청\n", header=2),
    named("Big5", "big5", "日期", "銷售額"),
    named("Cyrillic Windows-1251", "cp1251", "Дата", "Продажи"),
    named("Cyrillic KOI8-R", "koi8_r", "Дата", "Продажи"),
    named("Ukrainian", "cp1251", "Дата", "Ціна"),
    named("Polish", "cp1250", "Miesiąc", "Sprzedaż"),
    named("Czech", "cp1250", "Měsíc", "Počet"),
    named("Turkish", "cp1254", "Tarih", "Satış"),
    named("Greek", "cp1253", "Ημερομηνία", "Πωλήσεις"),
    western("German in Latin-1", "latin-1", "Datum", "Größe", "cp1252"),
    western("French in Windows-1252", "cp1252", "Année", "Température", "cp1252"),
    western("Portuguese with a run of accents", "cp1252", "Mês", "Previsões médias", "cp1252"),
    western("Spanish", "cp1252", "Año", "Producción", "cp1252"),
    western("one euro sign only", "cp1252", "date", "price in €", "cp1252"),
    western("DOS umlauts", "cp850", "Datum", "Größe", "cp850"),
    Nasty(
        "an accent far below",
        (table() + "2021-03-11,18\n2021-03-12,café\n").encode("cp1252"),
        numbers=(*NUMBERS, 18.0, float("nan")),
        encoding="cp1252",
        verdict="warning",
        says='row 13: "café"',
    ),
    Nasty(
        "UTF-8 with one broken byte",
        table((*TEN[:5], "13", *TEN[6:]), head="date,größe übrig für später")
        .encode()
        .replace(b"2021-03-06", b"2021-03-06\xff"),
        ("date", "größe übrig für später"),
        verdict="warning",
        says="1 character cannot be read",
    ),
)

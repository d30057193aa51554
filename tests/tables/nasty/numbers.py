"""Files whose numbers were written in many ways."""

from math import nan

from tests.tables.nasty.case import HOLED, NUMBERS, TEN, Nasty, commas, holed, table

GROUPED = ("1,234.5", "2,345.25", "987", "12,345.75", "1,000,000", "3,456", "4,567.5", "5,678", "6,789", "7,890.5")
LARGE = (1234.5, 2345.25, 987.0, 12345.75, 1e6, 3456.0, 4567.5, 5678.0, 6789.0, 7890.5)


def grouped(name: str, group: str, point: str, delimiter: str = ";", **more: object) -> Nasty:
    """Return a file whose thousands are separated by `group`."""
    cells = tuple(cell.translate({ord(","): group, ord("."): point}) for cell in GROUPED)
    data = table(cells, f"date{delimiter}value", delimiter).encode()
    return Nasty(name, data, numbers=LARGE, delimiter=delimiter, decimal=point, **more)  # type: ignore[arg-type]


def signed(
    name: str, cells: tuple[str, ...], unit: str = "", numbers: tuple[float, ...] = NUMBERS, **more: object
) -> Nasty:
    """Return a tab file whose numbers carry signs or units."""
    data = table(cells, "date\tvalue", "\t").encode()
    return Nasty(name, data, numbers=numbers, delimiter="\t", unit=unit, **more)  # type: ignore[arg-type]


def sentinel(name: str, mark: str, says: str) -> Nasty:
    """Return a file with a number for nothing."""
    return Nasty(name, table(holed(mark)).encode(), numbers=HOLED, verdict="warning", says=says)


def missing(mark: str) -> Nasty:
    """Return a file with a mark for nothing."""
    return Nasty(f"missing as {mark!r}", table(holed(mark)).encode(), numbers=HOLED, says="Missing cells: 1 in `value`")


WRITTEN = (
    grouped("thousands with commas", ",", "."),
    grouped("thousands with points", ".", ","),
    grouped("thousands with blanks", " ", ","),
    grouped("thousands with hard blanks", "\u00a0", ","),
    grouped("thousands with narrow blanks", "\u202f", ","),
    grouped("thousands with apostrophes", "'", "."),
    grouped("thousands with curly apostrophes", "’", "."),
    signed("Indian lakhs", ("1,23,456", "2,34,567.5", "12,34,567", "999"), numbers=(123456, 234567.5, 1234567, 999)),
    signed("percent", tuple(f"{cell}%" for cell in TEN), "%"),
    signed("percent with a blank", tuple(f"{cell} %" for cell in TEN), "%"),
    signed("dollars", tuple(f"${cell}" for cell in TEN), "$"),
    signed("euros behind", tuple(f"{cell} €" for cell in commas()), "€", decimal=","),
    signed("codes of currency", tuple(f"USD {cell}" for cell in TEN), "USD"),
    signed("reais", tuple(f"R$ {cell}" for cell in commas()), "R$", decimal=","),
    signed("zloty", tuple(f"{cell} zł" for cell in commas()), "zł", decimal=","),
    signed("crowns", tuple(f"{cell} kr" for cell in commas()), "kr", decimal=","),
    signed("yuan", tuple(f"{cell}元" for cell in TEN), "元"),
    signed("kilowatt hours", tuple(f"{cell} kWh" for cell in TEN), "kWh"),
    signed("degrees", tuple(f"{cell} °C" for cell in TEN), "°C"),
    signed("a unit nobody knows", tuple(f"{cell} widgets" for cell in TEN), "widgets"),
    signed(
        "millions and thousands",
        ("1.25M", "350.2K", "2M", "900K"),
        numbers=(1.25e6, 350200, 2e6, 9e5),
        says="thousands, millions",
    ),
    signed("accountants' negatives", ("(1,234.5)", "12", "(3)", "4.5"), numbers=(-1234.5, 12, -3, 4.5)),
    signed("dollars in parentheses", ("($1,234.50)", "$12", "$(3.00)", "$4.5"), "$", (-1234.5, 12, -3, 4.5)),
    signed("minus behind", ("123-", "4.5-", "7", "8"), numbers=(-123, -4.5, 7, 8)),
    signed("the true minus sign", ("−12.5", "3", "−4", "5"), numbers=(-12.5, 3, -4, 5)),
    signed("plus signs", ("+12.5", "+3", "-4", "5"), numbers=(12.5, 3, -4, 5)),
    signed("full-width digits", ("１２．５", "１３", "１１．２５", "９"), numbers=(12.5, 13, 11.25, 9)),
    signed("powers of ten", ("1.25E+01", "1e3", "2.5e-3", "7"), numbers=(12.5, 1000, 0.0025, 7)),
    Nasty(
        "a units row in parentheses", table(above="", head="date,value\n,(USD)").encode(), unit="USD", says="as units"
    ),
    Nasty("a units row in brackets", table(head="date,value\n[d],[kWh]").encode(), unit="kWh", says="as units"),
    Nasty("a bare units row", table(head="date,value\n,°C").encode(), unit="°C", says="as units"),
    Nasty(
        "thousands or decimals",
        table(("1,234", "2,345", "3,456", "4,567"), "date;value", ";").encode(),
        numbers=(1.234, 2.345, 3.456, 4.567),
        delimiter=";",
        decimal=",",
        verdict="warning",
        says='"1,234" could be thousands or decimals',
    ),
    *map(missing, ("", "NA", "-", "?", ".", "n/a", "NULL", "#N/A", "nan", "n.a.", ":", "…")),
    sentinel("nothing as -9999", "-9999", "1 cell of -9999 counted as missing"),
    sentinel("nothing as -999", "-999", "1 cell of -999 counted as missing"),
    sentinel("nothing as -99.99", "-99.99", "1 cell of -99.99 counted as missing"),
    sentinel("nothing as 9999", "9999", "1 cell of 9999 counted as missing"),
    Nasty(
        "nothing as 999, twice",
        table((*holed("999"), "12", "999", "13", "14")).encode(),
        numbers=(*HOLED, 12.0, nan, 13.0, 14.0),
        verdict="warning",
        says="2 cells of 999 counted as missing",
    ),
    Nasty(
        "a price of 999 is a price",
        table(("899", "949", "999", "1049", "999", "1099")).encode(),
        numbers=(899, 949, 999, 1049, 999, 1099),
    ),
    Nasty("one 999 alone stays", table(holed("999")).encode(), numbers=(*NUMBERS[:5], 999.0, *NUMBERS[6:])),
    Nasty(
        "a loss of 99 stays",
        table(("20", "-35", "41", "-99", "12", "-60")).encode(),
        numbers=(20, -35, 41, -99, 12, -60),
    ),
)

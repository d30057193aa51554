"""Files whose cells were cut, quoted and ended in many ways."""

from math import nan

from tests.tables.nasty.case import HOLED, NUMBERS, TEN, Nasty, commas, holed, table


def quoted(text: str, quote: str = '"') -> str:
    """Quote every cell of a comma file."""
    return "".join(",".join(f"{quote}{cell}{quote}" for cell in line.split(",")) + "\n" for line in text.splitlines())


def aligned(text: str) -> str:
    """Write a comma file as columns of blanks."""
    return "".join(f"{line.split(',')[0]:<14}{line.split(',')[1]:>9}\n" for line in text.splitlines())


DIALECTS = (
    Nasty("semicolons", table(delimiter=";", head="date;value").encode(), delimiter=";"),
    Nasty("semicolons and commas", table(commas(), "date;value", ";").encode(), delimiter=";", decimal=","),
    Nasty("tabs and decimal commas", table(commas(), "date\tvalue", "\t").encode(), delimiter="\t", decimal=","),
    Nasty("bars", table(head="date|value", delimiter="|").encode(), delimiter="|"),
    Nasty("single blanks", table(head="date value", delimiter=" ").encode(), delimiter=" "),
    Nasty("columns of blanks", aligned(table()).encode(), delimiter=" "),
    Nasty(
        "columns of blanks with holes",
        b"site      temp   rain\nA          1.5    2.0\nB                 3.0\n"
        b"C          2.5    1.0\nD          2.5    1.0\n",
        ("site", "temp", "rain"),
        (1.5, nan, 2.5, 2.5),
        delimiter=" ",
        target="temp",
    ),
    Nasty(
        "columns of blanks with names of two words",
        b"Date        Mean temp   Max temp\n2020-01-01       1.5        3.0\n2020-01-02       1.6        3.0\n"
        b"2020-01-03       1.7        3.5\n",
        ("Date", "Mean temp", "Max temp"),
        (3, 3, 3.5),
        delimiter=" ",
    ),
    Nasty(
        "decimal commas that cut cells",
        b"date,value\n2020-01-01,1,5\n2020-01-02,2,75\n2020-01-03,3,25\n2020-01-04,3,05\n",
        numbers=(1.5, 2.75, 3.25, 3.05),
        decimal=",",
        verdict="warning",
        says="Joined the last two cells",
    ),
    Nasty(
        "decimal commas alone, no header",
        b"1,05\n2,70\n3,15\n4,20\n",
        ("column_1",),
        (1.05, 2.7, 3.15, 4.2),
        delimiter=None,
        decimal=",",
        header=None,
    ),
    Nasty("blanks before the rows", ("  " + aligned(table()).replace("\n", "\n  ")).encode(), delimiter=" "),
    Nasty("blanks and decimal commas", table(commas(), "date value", " ").encode(), delimiter=" ", decimal=","),
    Nasty("comma and blank", table(delimiter=", ", head="date, value").encode()),
    Nasty(
        "sep line of Excel",
        table(commas(), "date;value", ";", "sep=;\n").encode(),
        delimiter=";",
        decimal=",",
        header=2,
    ),
    Nasty("sep line that is a comma", table(above="sep=,\n").encode(), header=2, says="as the first line says"),
    Nasty("all cells quoted", quoted(table()).encode()),
    Nasty("single quotes", quoted(table(), "'").encode()),
    Nasty(
        "every line quoted",
        "".join(f'"{line}"\n' for line in table().splitlines()).encode(),
        says="quotes off every line",
    ),
    Nasty("carriage returns", table(end="\r").encode()),
    Nasty("line ends of Windows", table(end="\r\n").encode()),
    Nasty("mixed line ends", table().encode().replace(b"\n", b"\r\n", 4)),
    Nasty("no line end at the end", table().rstrip().encode()),
    Nasty("many blank lines below", (table() + "\n" * 30).encode()),
    Nasty("rows of delimiters below", (table() + ",\n" * 9).encode()),
    Nasty("a blank line between all rows", table().replace("\n", "\n\n").encode()),
    Nasty("delimiters at the ends", table().replace("\n", ",\n").encode()),
    Nasty(
        "delimiters at the ends, not in the header",
        table().replace("\n2", ",\n2").replace("value,", "value", 1).encode(),
    ),
    Nasty("decimal commas in quotes", table(tuple(f'"{cell}"' for cell in commas())).encode(), decimal=","),
    Nasty(
        "one column of decimal commas",
        ("wert\n" + "\n".join(commas()) + "\n").encode(),
        ("wert",),
        delimiter=None,
        decimal=",",
    ),
    Nasty("one column, no header", ("\n".join(TEN) + "\n").encode(), ("column_1",), delimiter=None, header=None),
    Nasty(
        "one column of thousands with blanks",
        b"v\n1 200\n1 300\n12 400\n900\n",
        ("v",),
        (1200, 1300, 12400, 900),
        delimiter=None,
    ),
    Nasty(
        "line breaks in quotes",
        ("date,note,value\n" + table(tuple(f'"a\nb",{cell}' for cell in TEN), head="")).encode(),
        ("date", "note", "value"),
    ),
    Nasty(
        "a quote that swallows rows",
        table((TEN[0], f'"{TEN[1]}', *TEN[2:])).encode(),
        verdict="warning",
        says="one of them never ends",
    ),
    Nasty(
        "short rows",
        (table(tuple(f"{cell},1" for cell in TEN), "date,value,flag") + "2021-03-11,18\n").encode(),
        ("date", "value", "flag"),
        (*NUMBERS, 18.0),
        target="value",
        verdict="warning",
        says="1 row shorter than the others, the first is row 12",
    ),
    Nasty(
        "a long row",
        (table() + "2021-03-11,18,7\n").encode(),
        ("date", "value", "column_3"),
        (*NUMBERS, 18.0),
        target="value",
        verdict="warning",
        says="1 row longer than the others, the first is row 12",
    ),
    Nasty("tabs in a file named csv", table(holed(""), "date\tvalue", "\t").encode(), numbers=HOLED, delimiter="\t"),
)

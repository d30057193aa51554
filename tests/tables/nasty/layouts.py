"""Files with something above, between or below their rows; damaged files; and files that are no tables."""

import random
from math import nan

from tests.tables.nasty.case import NUMBERS, TEN, Nasty, refused, table

THREE = tuple(f"{cell},{place},5" for place, cell in enumerate(TEN))

LAYOUTS = (
    Nasty("a title above", table(above="Sales of our shop\n\n").encode(), header=3, says="Skipped 1 row above"),
    Nasty("comments with #", table(above="# made by hand\n# do not edit\n").encode(), header=3, says="Skipped 2 rows"),
    Nasty("comments with //", table(above="// made by hand, on Monday\n").encode(), header=2),
    Nasty("comments with %", table(above="% made by hand\n").encode(), header=2),
    Nasty("the header is a comment", table(head="#date,value").encode()),
    Nasty("the header is a comment with a blank", table(head="# date,value").encode()),
    Nasty(
        "names and values above",
        table(THREE, "date,value,rank,five", above="Station,Berlin\nHeight,34\n\n").encode(),
        ("date", "value", "rank", "five"),
        header=4,
        target="value",
    ),
    Nasty("names and values above two columns", table(above="Station,Berlin\nOwner,City\n\n").encode(), header=4),
    Nasty("no header", table(head="").encode(), ("column_1", "column_2"), header=None),
    Nasty("a title and no header", table(head="", above="Report\n").encode(), ("column_1", "column_2"), header=None),
    Nasty("a header that is blank in part", table(head=",value").encode(), ("column_1", "value")),
    Nasty(
        "two names alike",
        table(tuple(f"{c},{c}" for c in TEN), "date,value,value").encode(),
        ("date", "value", "value_2"),
    ),
    Nasty(
        "a hostile name", table(head='date,"<script>alert(1)</script>"').encode(), ("date", "<script>alert(1)</script>")
    ),
    Nasty("a name of many lines", table(head='date,"a\n\nb"').encode(), ("date", "a b")),
    Nasty(
        "a header of two rows",
        table(THREE, ",Sales,,Cost\ndate,net,gross,net").encode(),
        ("date", "Sales net", "Sales gross", "Cost net"),
        header=2,
        target="Sales net",
    ),
    Nasty(
        "a header of three rows with the ticker",
        table(THREE, "Price,Close,High,Low\nTicker,ABC,ABC,ABC\nDate,,,").encode(),
        ("Price", "Close", "High", "Low"),
        target="Close",
    ),
    Nasty(
        "years as names",
        b"land,2018,2019,2020\nA,1,2,4\nB,5,6,9\nC,7,8,3\n",
        ("land", "2018", "2019", "2020"),
        (4, 9, 3),
    ),
    Nasty(
        "dates as names",
        b"land,1/22/20,1/23/20,1/24/20\nA,1,2,4\nB,5,6,9\n",
        ("land", "1/22/20", "1/23/20", "1/24/20"),
        (4, 9),
    ),
    Nasty(
        "a total below",
        table(below="Total,141.5\n").encode(),
        says="Left out 1 row below the table, the first is row 12",
    ),
    Nasty("a German total below", table(below="Summe,141.5\n").encode(), says="Left out 1 row"),
    Nasty(
        "a source below",
        table(below="\nSource: Bureau, 2021\n").encode(),
        says="Left out 1 row below the table, the first is row 13",
    ),
    Nasty("remarks below", table(below="* preliminary\n1) revised\n").encode(), says="Left out 2 rows"),
    Nasty("a Chinese source below", table(below="数据来源：国家统计局\n").encode(), says="数据来源"),
    Nasty("a long remark with commas below", table(below="Note: a, b, c, and d\n").encode(), says="Left out 1 row"),
    Nasty(
        "the header again in the middle",
        (table() + table(head="date,value", cells=TEN)).encode(),
        numbers=(*NUMBERS, *NUMBERS),
        says="Left out 1 row that repeats the names, the first is row 12",
        verdict="warning",
    ),
    Nasty(
        "row names of R",
        ('"ds","y"\n' + "".join(f'"{n}",{line}\n' for n, line in enumerate(table(head="").splitlines(), 1))).encode(),
        ("column_1", "ds", "y"),
    ),
    Nasty(
        "a word among the numbers",
        table((*TEN, "oops")).encode(),
        numbers=(*NUMBERS, nan),
        verdict="warning",
        says='row 12: "oops"',
    ),
)

DAMAGED = (
    Nasty("a tail of zeros", table().encode() + bytes(200), verdict="warning", says="the last 200 bytes are binary"),
    Nasty(
        "a tail of noise",
        table().encode() + random.Random(1).randbytes(256),
        verdict="warning",
        says="the last 256 bytes are binary",
    ),
    Nasty("an end-of-file sign of DOS", table().encode() + b"\x1a"),
    Nasty(
        "zeros in one row",
        table(TEN * 2).encode().replace(b"2021-03-03,11", b"\x00\x00\x00\x003,11"),
        numbers=(*NUMBERS[:2], *NUMBERS[3:], *NUMBERS),
        verdict="warning",
        says="Left out 1 row that holds binary bytes",
    ),
    refused("nothing", b"", "0 bytes"),
    refused("blanks only", b" \n\n", "no text but blanks"),
    refused("a header only", b"date,value\n", "only a header (2 columns)"),
    refused("words only", b"who,where\nAnn,Rome\nBob,Oslo\n", "No column holds numbers"),
    refused("a web page", b"<!DOCTYPE html><html><body>1,2</body></html>", "a web page"),
    refused("JSON", b'[{"date": "2021-03-01", "value": 3}]', "JSON"),
    refused("a PDF", b"%PDF-1.7\n1 0 obj\n", "a PDF document"),
    refused("an old Excel file", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(64), "an old Excel"),
    refused("a cut workbook", b"PK\x03\x04" + bytes(99), "a damaged ZIP or Excel file"),
    refused("a cut Parquet file", b"PAR1" + bytes(99), "damaged"),
    refused("zeros only", bytes(400), "NUL bytes"),
    refused("noise", bytes(range(256)) * 4, "NUL bytes"),
)

# ruff: noqa: E501
"""Small files as people bring them: each with one quirk of its times or its layout, and what must come out."""

from dataclasses import dataclass, field

import numpy as np
import pytest

from lstm_viz.tables import Columns, Panel, make_panel, read_table


@dataclass(frozen=True)
class Case:
    """A file, and the panel that it is."""

    name: str
    text: str
    alias: str
    first: str | int
    last: str | int
    steps: int
    gaps: int = 0
    ids: tuple[str, ...] = ("y",)
    values: tuple[float, ...] = ()
    note: str = ""
    columns: Columns = field(default=Columns())
    time: str | None = ""


def rows(header: str, cells: str, start: int = 1) -> str:
    """A file of one column of times and values 1, 2, 3 …"""
    lines = [f"{cell};{value}" for value, cell in enumerate(cells.split("|"), start)]
    return "\n".join([header, *lines]) + "\n"


def table(text: str) -> str:
    """Rows written with blanks between the cells."""
    return "\n".join(",".join(line.split()) for line in text.strip().splitlines()) + "\n"


def hours(day: str, form: str, count: int = 30, clock: int = 0) -> str:
    return "|".join(form.format(day=day, hour=(clock + hour) % 24) for hour in range(count))


def cycle(form: str, first: int, per: int, count: int, begin: int = 1) -> str:
    """`count` periods of which `per` make a year, written as `form`."""
    places = [(first + (begin - 1 + place) // per, (begin - 1 + place) % per + 1) for place in range(count)]
    return "|".join(form.format(y=year, p=part, yy=year % 100) for year, part in places)


ENGLISH = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()  # noqa: SIM905
MONTHS = "|".join(f"{ENGLISH[place % 12]}-{49 + place // 12}" for place in range(30))
GERMAN = "Januar 2020|Februar 2020|März 2020|April 2020|Mai 2020|Juni 2020|Juli 2020|August 2020"
FRENCH = "janv. 2020|févr. 2020|mars 2020|avr. 2020|mai 2020|juin 2020|juil. 2020|août 2020|sept. 2020"
SPANISH = "ene 2020|feb 2020|mar 2020|abr 2020|may 2020|jun 2020|jul 2020|ago 2020"
LONG = """
store date y
A 2020-01-01 1
A 2020-01-02 2
A 2020-01-03 3
B 2020-01-01 4
B 2020-01-02 5
B 2020-01-03 7
"""
PAIRS = "store,item,date,y\n" + "".join(
    f"{store},{item},2020-0{month}-01,{month * 10 + place}\n"
    for month in range(1, 6)
    for place, (store, item) in enumerate([("N", "1"), ("N", "2"), ("S", "1"), ("S", "2")])
)

# fmt: off
CASES = [
    Case("iso months", rows("t;y", "1949-01|1949-02|1949-03"), "MS", "1949-01-01", "1949-03-01", 3, values=(1, 2, 3)),
    Case("short names of months", rows("t;y", MONTHS), "MS", "1949-01-01", "1951-06-01", 30),
    Case("months before the year", rows("t;y", "Jan 1949|Feb 1949|Mar 1949"), "MS", "1949-01-01", "1949-03-01", 3),
    Case("long names", rows("t;y", "January 1949|February 1949|March 1949"), "MS", "1949-01-01", "1949-03-01", 3),
    Case("german months", rows("Monat;y", GERMAN), "MS", "2020-01-01", "2020-08-01", 8),
    Case("french months", rows("mois;y", FRENCH), "MS", "2020-01-01", "2020-09-01", 9),
    Case("spanish months", rows("mes;y", SPANISH), "MS", "2020-01-01", "2020-08-01", 8),
    Case("month as letters and number", rows("t;y", "1949M01|1949M02|1949M04"), "MS", "1949-01-01", "1949-04-01", 4, 1),
    Case("months with a colon", rows("t;y", "1990:01|1990:02|1990:03"), "MS", "1990-01-01", "1990-03-01", 3),
    Case("quarters with a colon", rows("t;y", "1990:1|1990:2|1990:3|1990:4"), "QS", "1990-01-01", "1990-10-01", 4),
    Case("month over two digits", rows("t;y", cycle("{p:02d}/{yy:02d}", 1949, 12, 30)), "MS", "1949-01-01", "1951-06-01", 30),
    Case("year of the study", rows("t;y", cycle("{yy}-{p:02d}", 2001, 12, 36)), "MS", "2001-01-01", "2003-12-01", 36),
    Case("german days", rows("t;y", "30.12.1988|31.12.1988|01.01.1989"), "D", "1988-12-30", "1989-01-01", 3),
    Case("german days, short", rows("t;y", "30.12.88|31.12.88|01.01.89"), "D", "1988-12-30", "1989-01-01", 3),
    Case("american days", rows("t;y", "12/30/88|12/31/88|1/1/89"), "D", "1988-12-30", "1989-01-01", 3),
    Case("sas days", rows("t;y", "30DEC1988|31DEC1988|01JAN1989"), "D", "1988-12-30", "1989-01-01", 3),
    Case("spoken days", rows("t;y", "1st March 2020|2nd March 2020|3rd March 2020"), "D", "2020-03-01", "2020-03-03", 3),
    Case("spanish days", rows("t;y", "3 de febrero de 2020|4 de febrero de 2020"), "D", "2020-02-03", "2020-02-04", 2),
    Case("japanese days", rows("t;y", "2020年1月3日|2020年1月4日|2020年1月5日"), "D", "2020-01-03", "2020-01-05", 3),
    Case(
        "days of the week before", rows("t;y", "Mon, 3 Feb 2020|Tue, 4 Feb 2020|Wed, 5 Feb 2020"), "D", "2020-02-03",
        "2020-02-05", 3,
    ),
    Case("german days of the week", rows("t;y", "Mo, 03.02.2020|Di, 04.02.2020"), "D", "2020-02-03", "2020-02-04", 2),
    Case(
        "unix date", rows("t;y", "Mon Feb 3 14:00:00 2020|Mon Feb 3 15:00:00 2020"), "h", "2020-02-03T14", "2020-02-03T15", 2
    ),
    Case("quarter behind", rows("t;y", "1990Q3|1990Q4|1991Q1"), "QS", "1990-07-01", "1991-01-01", 3),
    Case("quarter before", rows("t;y", "Q3 1990|Q4 1990|Q1 1991"), "QS", "1990-07-01", "1991-01-01", 3),
    Case("quarter apart", rows("t;y", "1990 Q3|1990 Q4|1991 Q1"), "QS", "1990-07-01", "1991-01-01", 3),
    Case("quarter with short year", rows("t;y", "3Q90|4Q90|1Q91"), "QS", "1990-07-01", "1991-01-01", 3),
    Case("roman quarters", rows("t;y", "1990-III|1990-IV|1991-I"), "QS", "1990-07-01", "1991-01-01", 3),
    Case("german quarters", rows("t;y", "3. Quartal 1990|4. Quartal 1990"), "QS", "1990-07-01", "1990-10-01", 2),
    Case("halves", rows("t;y", "2020H1|2020H2|2021H1"), "6MS", "2020-01-01", "2021-01-01", 3),
    Case("iso weeks", rows("t;y", "2020-W52|2020-W53|2021-W01"), "W-MON", "2020-12-21", "2021-01-04", 3),
    Case("weeks closed up", rows("t;y", "2020W05|2020W06|2020W08"), "W-MON", "2020-01-27", "2020-02-17", 4, 1),
    Case("weeks before the year", rows("t;y", "W05 2020|W06 2020|W07 2020"), "W-MON", "2020-01-27", "2020-02-10", 3),
    Case("calendar weeks", rows("t;y", "KW 9 2020|KW 10 2020|KW 11 2020"), "W-MON", "2020-02-24", "2020-03-09", 3),
    Case("weeks by name", rows("week;y", "2020-05|2020-06|2020-07"), "W-MON", "2020-01-27", "2020-02-10", 3),
    Case("weeks as number", rows("yearweek week;y", "202005|202006|202007"), "W-MON", "2020-01-27", "2020-02-10", 3),
    Case("seconds", rows("timestamp;y", "1577836800|1577836860|1577836920"), "min", "2020-01-01", "2020-01-01T00:02", 3),
    Case("milliseconds", rows("ts;y", "1577836800000|1577836800250"), "250ms", "2020-01-01", "2020-01-01T00:00:00.25", 2),
    Case("microseconds", rows("time;y", "1577836800000000|1577836801000000"), "s", "2020-01-01", "2020-01-01T00:00:01", 2),
    Case(
        "nanoseconds", rows("unix time;y", "1577836800000000000|1577836860000000000"), "min", "2020-01-01", "2020-01-01T00:01",
        2,
    ),
    Case("spreadsheet days", rows("date;y", "43831|43832|43834"), "D", "2020-01-01", "2020-01-04", 4, 1, note="spreadsheet"),
    Case("spreadsheet hours", rows("Datum;y", "43831.5|43831.541666667"), "h", "2020-01-01T12", "2020-01-01T13", 2),
    Case("days as number", rows("date;y", "20200131|20200201|20200202"), "D", "2020-01-31", "2020-02-02", 3),
    Case("months as number", rows("date;y", "201912|202001|202002"), "MS", "2019-12-01", "2020-02-01", 3),
    Case("hours as number", rows("date;y", "2020013122|2020013123|2020020100"), "h", "2020-01-31T22", "2020-02-01", 3),
    Case(
        "days without a name", rows("x;y", "|".join(f"202001{day:02d}" for day in range(5, 15))), "D", "2020-01-05",
        "2020-01-14", 10,
    ),
    Case("years", rows("Jahr;y", "1871|1872|1874"), "YS", "1871-01-01", "1874-01-01", 4, 1),
    Case("years with twelfths", rows("time;y", "1949|1949.08333|1949.16667"), "MS", "1949-01-01", "1949-03-01", 3),
    Case("middles of months", rows("date;y", "1958.2027|1958.2877|1958.3699"), "MS", "1958-03-01", "1958-05-01", 3),
    Case(
        "months as decimals", rows("Date;y", "1871.08|1871.09|1871.1|1871.11|1871.12|1872.01"), "MS", "1871-08-01",
        "1872-01-01", 6,
    ),
    Case("fiscal years", rows("t;y", "1998/99|1999/00|2000/01"), "YS", "1998-01-01", "2000-01-01", 3, note="begins"),
    Case("fiscal years named", rows("t;y", "FY2019|FY2020|FY2021"), "YS", "2019-01-01", "2021-01-01", 3),
    Case("before 1900", rows("t;y", "1850-01-31|1850-02-28|1850-03-31"), "ME", "1850-01-31", "1850-03-31", 3),
    Case("before 1677", rows("t;y", "1500-01-01|1501-01-01|1502-01-01"), "YS", "1500-01-01", "1502-01-01", 3),
    Case("half of the day", rows("t;y", "1/31/2020 11:00 p.m.|2/1/2020 12:00 a.m."), "h", "2020-01-31T23", "2020-02-01", 2),
    Case("hours without minutes", rows("t;y", "1/31/2020 11 PM|2/1/2020 12 AM"), "h", "2020-01-31T23", "2020-02-01", 2),
    Case("the hour 24", rows("t;y", "31.12.1988 23:00|31.12.1988 24:00"), "h", "1988-12-31T23", "1989-01-01", 2),
    Case(
        "midnight without clock", rows("t;y", "2020-01-01 23:00:00|2020-01-02|2020-01-02 01:00:00"), "h", "2020-01-01T23",
        "2020-01-02T01", 3,
    ),
    Case("dots in the clock", rows("t;y", "31.12.1988 11.30|31.12.1988 12.30"), "h", "1988-12-31T11:30", "1988-12-31T12:30", 2),
    Case("compact iso", rows("t;y", "20200101T120000Z|20200101T130000Z"), "h", "2020-01-01T12", "2020-01-01T13", 2, note="UTC"),
    Case(
        "zone of a database", rows("t;y", "2020-01-01 00:00:00+02|2020-01-01 01:00:00+02"), "h", "2019-12-31T22",
        "2019-12-31T23", 2,
    ),
    Case(
        "summer time begins", rows("t;y", "2020-03-29T01:00+01:00|2020-03-29T03:00+02:00|2020-03-29T04:00+02:00"), "h",
        "2020-03-29T00", "2020-03-29T02", 3, note="UTC",
    ),
    Case(
        "summer time by name", rows("t;y", "2020-10-25 02:00 CEST|2020-10-25 02:00 CET|2020-10-25 03:00 CET"), "h",
        "2020-10-25T00", "2020-10-25T02", 3,
    ),
    Case(
        "local midnights", rows("t;y", "2020-03-28T00:00+01:00|2020-03-29T00:00+01:00|2020-03-30T00:00+02:00"), "D",
        "2020-03-28", "2020-03-30", 3, note="local",
    ),
    Case("a clock each day", rows("t;y", hours("2020-01-01", "{day} {hour:02d}:30", 10)), "h", "2020-01-01T00:30", "2020-01-01T09:30", 10),
    Case("day first by evenness", rows("t;y", cycle("01/{p:02d}/{y}", 2019, 12, 20)), "MS", "2019-01-01", "2020-08-01", 20, note="day/month"),
    Case("month first by evenness", rows("t;y", cycle("{p:02d}/01/{y}", 2019, 12, 20)), "MS", "2019-01-01", "2020-08-01", 20, note="month/day"),
    Case("unsorted", rows("t;y", "2020-01-03|2020-01-01|2020-01-02"), "D", "2020-01-01", "2020-01-03", 3, values=(2, 3, 1), note="Sorted 2"),
    Case("backwards", rows("t;y", "2020-01-03|2020-01-02|2020-01-01"), "D", "2020-01-01", "2020-01-03", 3, values=(3, 2, 1), note="Reversed"),
    Case("repeated", rows("t;y", "2020-01-01|2020-01-01|2020-01-02"), "D", "2020-01-01", "2020-01-02", 2, values=(1.5, 3), note="Averaged 2"),
    Case(
        "repeated and added", rows("t;y", "2020-01-01|2020-01-01|2020-01-02", 2), "D", "2020-01-01", "2020-01-02", 2,
        values=(5, 4), note="Added up 2", columns=Columns(duplicates="sum"),
    ),
    Case(
        "the last counts", rows("t;y", "2020-01-01|2020-01-01|2020-01-02"), "D", "2020-01-01", "2020-01-02", 2,
        values=(2, 3), columns=Columns(duplicates="last"),
    ),
    Case("gaps", rows("t;y", "2020-01-01|2020-01-02|2020-01-05|2020-01-06"), "D", "2020-01-01", "2020-01-06", 6, 2),
    Case(
        "uneven", rows("t;y", "2020-01-01|2020-01-09|2020-03-02|2020-03-30|2020-07-04|2021-01-17"), "step", 0, 5, 6,
        note="not evenly spaced", time=None,
    ),
    Case("no time at all", "y\n1\n5\n2\n", "step", 0, 2, 3, values=(1, 5, 2), time=None),
    Case("names of no dates", "room,y\nRoom 1,1\nRoom 2,4\nRoom 3,2\n", "step", 0, 2, 3, time=None),
    Case(
        "days gathered to months", rows("t;y", "2020-01-30|2020-01-31|2020-02-01|2020-02-02"), "MS", "2020-01-01",
        "2020-02-01", 2, values=(3, 7), note="within each month", columns=Columns(duplicates="sum", frequency="MS"),
    ),
    Case("date and time", table("date time y\n2020-01-01 22:00 1\n2020-01-01 23:00 2\n2020-01-02 00:00 3"), "h", "2020-01-01T22", "2020-01-02", 3, time="date + time"),
    Case("date and half of the day", "date,time,y\n1/31/2020,11:00 PM,1\n2/1/2020,12:00 AM,2\n", "h", "2020-01-31T23", "2020-02-01", 2, time="date + time"),
    Case("date and hour", table("dteday hr y\n2020-01-01 22 1\n2020-01-01 23 2\n2020-01-02 0 4"), "h", "2020-01-01T22", "2020-01-02", 3, time="dteday + hr"),
    Case("date and time as number", table("date time y\n2020-01-01 2200 1\n2020-01-01 2330 2\n2020-01-02 100 4"), "90min", "2020-01-01T22", "2020-01-02T01", 3, time="date + time"),
    Case("steps that are counted", table("unique_id ds y\nH1 1 5\nH1 2 6\nH1 3 4\nH2 1 7\nH2 2 9\nH2 3 7"), "step", 0, 2, 3, ids=("H1", "H2"), values=(5, 6, 4)),
    Case("year and month", table("year month y\n2019 11 1\n2019 12 2\n2020 1 3\n2020 3 4"), "MS", "2019-11-01", "2020-03-01", 5, 1, time="year + month"),
    Case("year and name of month", table("Month Year y\nNov 2019 1\nDec 2019 2\nJan 2020 3"), "MS", "2019-11-01", "2020-01-01", 3, time="Year + Month"),
    Case(
        "labour statistics", "year,period,y\n" + "".join(f"{2019 + m // 13},M{m % 13 + 1:02d},{m}\n" for m in range(26)), "MS",
        "2019-01-01", "2020-12-01", 24, time="year + period", note="Left out 2 rows",
    ),
    Case("year and quarter", table("year quarter y\n2019 Q3 1\n2019 Q4 2\n2020 Q1 3"), "QS", "2019-07-01", "2020-01-01", 3, time="year + quarter"),
    Case("year and week", table("year week y\n2020 52 1\n2020 53 2\n2021 1 3"), "W-MON", "2020-12-21", "2021-01-04", 3, time="year + week"),
    Case("year, month and day", table("year month day y\n2020 2 28 1\n2020 2 29 2\n2020 3 1 3"), "D", "2020-02-28", "2020-03-01", 3, time="year + month + day"),
    Case("day of the year", table("year doy y\n2019 364 1\n2019 365 2\n2020 1 3"), "D", "2019-12-30", "2020-01-01", 3, time="year + doy"),
    Case("names with a plus", "year + month,month,year,y\n7,11,2019,1\n7,12,2019,2\n8,1,2020,3\n", "MS", "2019-11-01", "2020-01-01", 3, time="year + month (together)", columns=Columns(target="y")),
    Case("long", table(LONG), "D", "2020-01-01", "2020-01-03", 3, ids=("A", "B"), values=(1, 2, 3)),
    Case("long, second series", table(LONG), "D", "2020-01-01", "2020-01-03", 3, ids=("B",), columns=Columns(series_id="store"), values=(4, 5, 7)),
    Case("long, averaged", table(LONG), "D", "2020-01-01", "2020-01-03", 3, columns=Columns(series_id=""), values=(2.5, 3.5, 5)),
    Case("store and item", PAIRS, "MS", "2020-01-01", "2020-05-01", 5, ids=("N · 1", "N · 2", "S · 1", "S · 2"), values=(10, 20, 30, 40, 50)),
    Case(
        "weeks on different days", "id,t,y\n" + "".join(
            f"{name},2020-01-{day:02d},{day}\n" for name, first in (("a", 6), ("b", 8), ("c", 10)) for day in range(first, 32, 7)
        ), "W-MON", "2020-01-06", "2020-01-27", 4, ids=("a", "b", "c"), values=(6, 13, 20, 27),
    ),
    Case("wide", table("t y z\n2020-01 1 4\n2020-02 2 5\n2020-03 3 7"), "MS", "2020-01-01", "2020-03-01", 3, ids=("y", "z"), columns=Columns(targets=("y", "z"))),
    Case("wide, late start", table("t y z\n2020-01 NA 4\n2020-02 2 5\n2020-03 3 7"), "MS", "2020-02-01", "2020-03-01", 2, ids=("y", "z"), columns=Columns(targets=("y", "z")), values=(2, 3)),
]
# fmt: on


def moment(stamp: str | int) -> object:
    return stamp if isinstance(stamp, int) else np.datetime64(stamp, "us")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_quirk_is_read_right(case: Case):
    data = read_table(case.text.encode(), "x.csv")
    panel: Panel = make_panel(data, case.columns)
    assert set(case.ids) <= set(panel.ids), panel.ids
    series = panel.get(case.ids[0])
    notes = [*data.notes, *panel.notes]
    assert (panel.frequency.alias, series.frequency.alias) == (case.alias, case.alias), notes
    assert (series.ds[0], series.ds[-1]) == (moment(case.first), moment(case.last)), notes
    assert (len(series), int(np.isnan(series.y).sum())) == (case.steps, case.gaps)
    if case.values:
        np.testing.assert_array_equal(series.y, case.values)
    assert case.note in " ".join(notes)
    if case.time != "":
        assert series.time == case.time


def test_there_are_enough_quirks():
    assert len(CASES) >= 40
    assert len({case.name for case in CASES}) == len(CASES)

# ruff: noqa: E501
"""Files as offices, spreadsheets and instruments write them, each of a kind that was misread: what must come out of them."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pytest

from lstm_viz.errors import LSTMVizError, SettingsError
from lstm_viz.tables import Columns, Reading, describe_table, read_table

Row = Iterable[object]
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()  # noqa: SIM905


@dataclass(frozen=True)
class Case:
    """A file and what is in it: the time, the target, the pandas alias, the first and the last moment, and how many."""

    name: str
    text: str | Callable[[], str]
    time: str | None
    target: str
    alias: str
    start: str | int
    end: str | int
    steps: int
    series: int = 1
    says: str = ""
    verdict: str = ""
    columns: Columns = field(default=Columns())


def value(place: int) -> float:
    """A series with a season of twelve and no two neighbours alike."""
    return round(100 + place % 12 * 3.7 + place / 9, 2)


def lines(header: str, rows: Iterable[Row], between: str = ",") -> str:
    return "\n".join([header, *(between.join(map(str, row)) for row in rows)]) + "\n"


def days(count: int, start: str = "2021-01-01", freq: str = "D") -> pd.DatetimeIndex:
    return pd.date_range(start, periods=count, freq=freq)


def dated(header: str, moments: Iterable[object], between: str = ",") -> str:
    return lines(header, [[moment, value(place)] for place, moment in enumerate(moments)], between)


def stores(form: str = "%Y-%m-%d", born: bool = False) -> str:
    """Three stores, each with its months; a date of birth of its own in each row that says nothing of when."""
    births = np.random.default_rng(0).integers(0, 20_000, 120)
    rows = [
        [np.datetime64("1950-01-01") + births[place] if born else "2023-01-05", f"{month:{form}}", value(place)]
        for place, month in enumerate(days(120, "2012-01-01", "MS"))
    ]
    return lines("birthday,order date,sales" if born else "extract date,month,sales", rows)


def wide(names: Iterable[str], rows: dict[str, int], first: str = "Country", above: str = "") -> str:
    names = list(names)
    body = [[key, *(value(place + shift) for place in range(len(names)))] for key, shift in rows.items()]
    return above + lines(",".join([first, *names]), body)


def swapped(month_first: bool) -> list[str]:
    """Days of which a spreadsheet took those up to the 12th with day and month swapped."""
    form = "{d:02d}/{m:02d}/{y}" if not month_first else "{m:02d}/{d:02d}/{y}"
    return [
        f"{day:%Y-%d-%m} 00:00:00" if day.day <= 12 else form.format(d=day.day, m=day.month, y=day.year)
        for day in days(200)
    ]


def weeks(count: int, first: int, last: Callable[[int], int], zero: bool = False) -> list[tuple[int, int]]:
    """Year and week of weeks that are counted on from `first` to what `last` says of the year."""
    found, year, week = [], 2016, first
    for _ in range(count):
        found.append((year, week))
        year, week = (year + 1, 0 if zero else 1) if week == last(year) else (year, week + 1)
    return found


def periods_below_each_other() -> str:
    months = days(120, "2005-01-01", "MS")
    quarters = days(40, "2005-01-01", "QS")
    cells = [
        *map(str, range(2005, 2015)),
        *(f"{q.year} Q{q.quarter}" for q in quarters),
        *(f"{m:%Y %b}".upper() for m in months),
    ]
    return "An index\n\n" + "".join(f'"{c}",{value(p)}\n' for p, c in enumerate(cells))


def clocks_that_change(count: int = 300) -> list[str]:
    """Hours in milliseconds that become microseconds."""
    first = 1_735_000_000
    return [str((first + 3600 * hour) * (1000 if hour < 90 else 1_000_000)) for hour in range(count)]


YEARS = [str(year) for year in range(1980, 2020)]
LABELS = {"Ares": 0, "Borea": 3, "Ceta": 5, "Dorn": 8}

# fmt: off
CASES = [
    # which column is the time
    Case("export date first", stores(), "month", "sales", "MS", "2012-01-01", "2021-12-01", 120),
    Case("date of birth first", stores(born=True), "order date", "sales", "MS", "2012-01-01", "2021-12-01", 120),
    Case("one stamp for the whole file", lines("run,contract,price", [["2017-01-01", f"{m:%Y-%m-%d}", value(p)] for p, m in enumerate(days(60, "2017-02-01", "MS"))]), "contract", "price", "MS", "2017-02-01", "2022-01-01", 60),
    Case("months as decimals, newest first", dated("month,gdp", [f"{m.year}.{m.month}" for m in days(130, "2008-01-01", "MS")[::-1]]), "month", "gdp", "MS", "2008-01-01", "2018-10-01", 130),
    Case("quarters as decimals", dated("quarter,gdp", [f"{m.year}.{m.quarter}" for m in days(60, "2008-01-01", "QS")]), "quarter", "gdp", "QS", "2008-01-01", "2022-10-01", 60),
    Case("months as decimals with commas", dated("Zeitraum;Wert", [f"{m.year},{m.month}" for m in days(60, "2008-01-01", "MS")], ";"), "Zeitraum", "Wert", "MS", "2008-01-01", "2012-12-01", 60),
    Case("date of the month", lines("year,month,date_of_month,day_of_week,births", [[d.year, d.month, d.day, d.weekday() + 1, value(p)] for p, d in enumerate(days(200))]), "year + month + date_of_month", "births", "D", "2021-01-01", "2021-07-19", 200),
    Case("German parts", lines("Jahr;Monat;Tag;Umsatz", [[d.year, d.month, d.day, value(p)] for p, d in enumerate(days(90))], ";"), "Jahr + Monat + Tag", "Umsatz", "D", "2021-01-01", "2021-03-31", 90),
    Case("Turkish parts", lines("yıl;ay;satış", [[d.year, d.month, value(p)] for p, d in enumerate(days(48, freq="MS"))], ";"), "yıl + ay", "satış", "MS", "2021-01-01", "2024-12-01", 48),
    Case("Japanese parts", lines("年,月,数量", [[d.year, d.month, value(p)] for p, d in enumerate(days(48, freq="MS"))]), "年 + 月", "数量", "MS", "2021-01-01", "2024-12-01", 48),
    Case("no names, decimal year beside", lines("", [[d.year, f"{d.month:02d}", f"{d.year + (d.month - .5) / 12:.3f}", value(p), -1] for p, d in enumerate(days(240, "1980-01-01", "MS"))], ";").lstrip(), "column_1 + column_2", "column_4", "MS", "1980-01-01", "1999-12-01", 240),
    Case("no names, a day too", lines("", [[d.year, d.month, d.day, value(p)] for p, d in enumerate(days(90))]).lstrip(), "column_1 + column_2 + column_3", "column_4", "D", "2021-01-01", "2021-03-31", 90),
    Case("no names, milliseconds, then microseconds", lines("", [[c, value(p), value(p + 1)] for p, c in enumerate(clocks_that_change())]).lstrip(), "column_1", "column_2", "h", "2024-12-24T00:26:40", "2025-01-05T11:26:40", 300),
    Case("place and id before the value", lines("date,lat,long,station_id,temp", [[f"{d:%Y-%m-%d}", 47.1 + p % 3 / 10, 8.5, 1000 + p % 7, value(p)] for p, d in enumerate(days(90))]), "date", "temp", "D", "2021-01-01", "2021-03-31", 90),
    Case("season before the value", lines("date,season,holiday,weekday,count", [[f"{d:%Y-%m-%d}", d.quarter, int(d.day == 1), d.weekday(), value(p)] for p, d in enumerate(days(90))]), "date", "count", "D", "2021-01-01", "2021-03-31", 90),
    # periods of offices
    Case("month thirteen is the year", lines("YYYYMM,Value", [[f"{2012 + p // 13}{p % 13 + 1:02d}", value(p)] for p in range(130)]), "YYYYMM", "Value", "MS", "2012-01-01", "2021-12-01", 120, verdict="warning", says="longer periods"),
    Case("years, quarters, months below each other", periods_below_each_other(), "column_1", "column_2", "MS", "2005-01-01", "2014-12-01", 120, verdict="warning", says="longer periods"),
    Case("years before quarters, by country", lines("COUNTRY,FREQ,TIME,Value", [[c, *row] for c in ("AUS", "CAN") for row in [*(["A", y, y % 7 + 0.5] for y in range(2005, 2021)), *(["Q", f"{q.year}-Q{q.quarter}", value(p)] for p, q in enumerate(days(64, "2005-01-01", "QS")))]]), "TIME", "Value", "QS", "2005-01-01", "2020-10-01", 128, series=2, says="longer periods"),
    Case("thirteen periods", dated("Period,Sales", [f"{2015 + p // 13}-P{p % 13 + 1:02d}" for p in range(104)]), "Period", "Sales", "4W-THU", "2015-01-01", "2022-11-24", 104),
    Case("periods of four and five weeks", dated("Period ending,Sales", [f"{d:%m/%d/%Y}" for d in np.datetime64("2016-01-02") + 7 * np.cumsum([4, 4, 5] * 20).astype("timedelta64[D]") for d in [pd.Timestamp(d)]]), "Period ending", "Sales", "MS", "2016-01-01", "2020-12-01", 60),
    Case("merged years", lines("Year,Month,Sales", [[2012 + p // 12 if p % 12 == 0 else "", MONTHS[p % 12], value(p)] for p in range(120)]), "Year + Month", "Sales", "MS", "2012-01-01", "2021-12-01", 120, says="merged"),
    Case("merged regions", lines("Region,Month,Sales", [[("North", "South")[p // 36] if p % 36 == 0 else "", f"{days(36, freq='MS')[p % 36]:%Y-%m}", value(p)] for p in range(72)]), "Month", "Sales", "MS", "2021-01-01", "2023-12-01", 72, series=2),
    Case("fiscal week 53", lines("Fiscal Year,Fiscal Week,Units", [[y, w, value(p)] for p, (y, w) in enumerate(weeks(209, 1, lambda year: 53 if year == 2017 else 52))]), "Fiscal Year + Fiscal Week", "Units", "W-MON", "2016-01-04", "2019-12-30", 209, says="weeks"),
    Case("weeks from zero", lines("year,week,sales", [[y, w, value(p)] for p, (y, w) in enumerate(weeks(190, 1, lambda year: 52, zero=True))]), "year + week", "sales", "W-MON", "2016-01-04", "2019-08-19", 190),
    Case("weeks by their number alone", dated("period,orders", [f"{d:%G}-{int(f'{d:%V}')}" for d in days(150, "2018-01-01", "W-MON")]), "period", "orders", "W-MON", "2018-01-01", "2020-11-09", 150),
    Case("seasons of three months", lines("YR SEAS ANOM", [[2005 + p // 12, "DJFMAMJJASOND JFMAMJJASOND"[p % 12 : p % 12 + 3] if p % 12 < 11 else "NDJ", value(p)] for p in range(120)], " "), "YR + SEAS", "ANOM", "MS", "2005-01-01", "2014-12-01", 120),
    # counted parts of a day, ends of hours, and what is none
    Case("half-hours under two letters", lines("Settlement Date,SP,Price", [[f"{d:%d/%m/%Y}", s, value(48 * p + s)] for p, d in enumerate(days(20, "2021-03-01")) for s in range(1, 49)]), "Settlement Date + SP", "Price", "30min", "2021-03-01", "2021-03-20T23:30:00", 960),
    Case("hours in hundreds", lines("date,hrmn,load", [[f"{d:%Y-%m-%d}", 100 * h, value(24 * p + h)] for p, d in enumerate(days(9, "2021-03-01")) for h in range(1, 25)]), "date + hrmn", "load", "h", "2021-03-01", "2021-03-09T23:00:00", 216),
    Case("hours by their end", lines("DeliveryDate,HourEnding,LMP", [[f"{d:%m/%d/%Y}", f"{h:02d}:00", value(24 * p + h)] for p, d in enumerate(days(20, "2021-03-01")) for h in range(1, 25)]), "DeliveryDate + HourEnding", "LMP", "h", "2021-03-01", "2021-03-20T23:00:00", 480),
    Case("day and hour without names", lines("2021;03;01;1;100.5;96.75", [[d.year, f"{d.month:02d}", f"{d.day:02d}", h, value(24 * p + h), value(p)] for p, d in enumerate(days(7, "2021-03-01")) for h in range(1, 25) if (p, h) != (0, 1)], ";"), "column_1 + column_2 + column_3 + column_4", "column_5", "h", "2021-03-01", "2021-03-07T23:00:00", 168),
    Case("stores are no half-hours", lines("date,shop,sales", [[f"{d:%Y-%m-%d}", s, value(13 * s + p)] for p, d in enumerate(days(20)) for s in range(1, 25)]), "date", "sales", "D", "2021-01-01", "2021-01-20", 480, 24),
    Case("ids with a letter", lines("date,unit,output", [[f"{d:%Y-%m-%d}", f"10{u}", value(p)] for p, d in enumerate(days(60)) for u in "AB"]), "date", "output", "D", "2021-01-01", "2021-03-01", 120, 2),
    Case("shifts are no hours", lines("date,unit,output", [[f"{d:%Y-%m-%d}", u, value(p)] for p, d in enumerate(days(60)) for u in ("1st", "2nd", "3rd")]), "date", "output", "D", "2021-01-01", "2021-03-01", 180, 3),
    Case("wells are no hours", lines("date," + ",".join(map(str, range(1, 25))), [[f"{d:%Y-%m-%d}", *(value(p) * (1 + w * 5 % 7) for w in range(24))] for p, d in enumerate(days(40))]), "date", "1", "D", "2021-01-01", "2021-02-09", 40),
    Case("an hour alone behind the date", dated("time,value", [f"{d:%Y-%m-%d %H}" for d in days(168, "2021-03-01", "h")]), "time", "value", "h", "2021-03-01", "2021-03-07T23:00:00", 168),
    # fiscal years
    Case("a fiscal year by its end", lines("FY,Month,Sales", [[f"FY{14 + p // 12}", MONTHS[(p + 3) % 12], value(p)] for p in range(96)]), "FY + Month", "Sales", "MS", "2013-04-01", "2021-03-01", 96, says="run from April to March", verdict="warning"),
    Case("a fiscal year by its span", lines("year,month,rain", [[f"{2014 + p // 12}-{15 + p // 12}", MONTHS[(p + 3) % 12], value(p)] for p in range(96)]), "year + month", "rain", "MS", "2014-04-01", "2022-03-01", 96),
    Case("a water year across", lines("Water Year," + ",".join(MONTHS[9:] + MONTHS[:9]), [[y, *(value(12 * y + m) for m in range(12))] for y in range(2000, 2015)]), "Water Year + month", "value", "MS", "1999-10-01", "2014-09-01", 180),
    # sums among their parts
    Case("years above their months", lines("Row Labels,Sum of Sales", [row for y in range(2014, 2022) for row in ([y, 9999], *([m, value(12 * y + k)] for k, m in enumerate(MONTHS)))]), "Row Labels + month", "Sum of Sales", "MS", "2014-01-01", "2021-12-01", 96, says="took 8 rows of years"),
    Case("halves beside months", lines("year,period,value", [[y, m, value(p)] for y in range(2010, 2020) for p, m in enumerate([f"M{k:02d}" for k in range(1, 14)] + ["S01", "S02", "S03"])]), "year + period", "value", "MS", "2010-01-01", "2019-12-01", 120),
    Case("a month 0 for the year", lines("Year,Month,Sales", [[y, m, 999 + y if m == 0 else value(m)] for y in range(2014, 2022) for m in range(13)]), "Year + Month", "Sales", "MS", "2014-01-01", "2021-12-01", 96),
    Case("a quarter 5 for the year", lines("Year,Quarter,GDP", [[y, q, value(5 * y + q)] for y in range(2000, 2022) for q in range(1, 6)]), "Year + Quarter", "GDP", "QS", "2000-01-01", "2021-10-01", 88),
    # names of columns
    Case("a count from a start date", "# Users\n# Start date: 20190101\n# End date: 20191231\n" + dated("Nth day,Active users", [f"{p:04d}" for p in range(365)]), "Nth day (days since 2019-01-01)", "Active users", "D", "2019-01-01", "2019-12-31", 365),
    Case("units in words", "Datum;Besucher\n;in Tausend\n" + dated("", [f"{d:%Y-%m-%d}" for d in days(60)], ";").lstrip("\n"), "Datum", "Besucher", "D", "2021-01-01", "2021-03-01", 60),
    Case("what each column means below its name", "Date,Likes,New\n,Lifetime: all likes,Daily: new likes\n" + lines("", [[f"{d:%m/%d/%y}", value(p), value(p + 5)] for p, d in enumerate(days(90))]).lstrip("\n"), "Date", "Likes", "D", "2021-01-01", "2021-03-31", 90),
    Case("quarters in Roman numerals across", lines("rok;I;II;III;IV", [[y, *(value(4 * y + q) for q in range(4))] for y in range(2000, 2020)], ";"), "rok + quarter", "value", "QS", "2000-01-01", "2019-10-01", 80),
    Case("days of a month across", lines("Year,Month," + ",".join(map(str, range(1, 32))), [[2021, m.month, *(value(m.day_of_year + d) if d < m.days_in_month else "" for d in range(31))] for m in days(12, "2021-01-01", "MS")]), "Year + Month + day", "value", "D", "2021-01-01", "2021-12-31", 365),
    Case("spans of clocks across", lines("Day," + ",".join(f"{q // 4:02d}:{q % 4 * 15:02d}-{(q + 1) // 4 % 24:02d}:{(q + 1) % 4 * 15:02d}" for q in range(96)), [[f"{d:%Y-%m-%d}", *(value(96 * p + q) for q in range(96))] for p, d in enumerate(days(9))]), "Day + period", "value", "15min", "2021-01-01", "2021-01-09T23:45:00", 864),
    Case("months of contracts are no months of the date", lines("date," + ",".join(MONTHS), [[f"{d:%Y-%m-%d}", *(value(p + 7 * m) for m in range(12))] for p, d in enumerate(days(60))]), "date", "Jan", "D", "2021-01-01", "2021-03-01", 60),
    # no values
    Case("keys in other languages", lines("date;code_postal;n_client;montant", [[f"{d:%Y-%m-%d}", 75001 + p % 4, 1000 + 7 * p, value(p)] for p, d in enumerate(days(60))], ";"), "date", "montant", "D", "2021-01-01", "2021-03-01", 60),
    Case("numbers of accounts", lines("Buchungstag;Kontonummer;Betrag", [[f"{d:%d.%m.%Y}", 4711000 + p % 3, f"{value(p):.2f}".replace(".", ",")] for p, d in enumerate(days(60))], ";"), "Buchungstag", "Betrag", "D", "2021-01-01", "2021-03-01", 60),
    Case("places in Japanese", lines("日付,緯度,経度,気温", [[f"{d:%Y-%m-%d}", 35.6 + p % 3 / 10, 139.7, value(p)] for p, d in enumerate(days(60))]), "日付", "気温", "D", "2021-01-01", "2021-03-01", 60),
    Case("one mistyped year", lines("year,x", [[2990 if y == 1990 else y, value(y)] for y in range(1981, 2000)]), None, "x", "step", 0, 18, 19, says="looks like a time", verdict="warning"),
    Case("codes that could be years", dated("code,value", [f"A{2000 + p}" for p in range(96)]), None, "value", "step", 0, 95, 96),
    # nothing is given up silently
    Case("days without a year", dated("date,value", [f"{d:%b} {d.day}" for d in days(120)]), None, "value", "step", 0, 119, 120, says="its cells name no year", verdict="warning"),
    Case("two orders in one column", dated("date,value", [f"{d:%d/%m/%Y}" if p < 60 else f"{d:%m/%d/%Y}" for p, d in enumerate(days(120, "2021-01-05"))]), None, "value", "step", 0, 119, 120, says="or in several", verdict="warning"),
    Case("months of another calendar", dated("date,value", [f"{1 + p % 29} Jumada al-ula {1442 + p // 29}" for p in range(87)]), None, "value", "step", 0, 86, 87, says="looks like a time", verdict="warning"),
    Case("a clock without a meaning", dated("time_code,value", [2014000000 + 101 * (1 + p % 12) + 1000000 * (p // 12) for p in range(96)]), None, "value", "step", 0, 95, 96, says="no regular steps", verdict="warning"),
    Case("the middle of each quarter", dated("t,value", [f"{1990 + 0.125 + p / 4:.3f}" for p in range(60)]), "t", "value", "QS", "1990-01-01", "2004-10-01", 60),
    # counters and calendars are no values
    *(Case(f"{name} is no value", lines(f"timestamp,{name},MW", [[f"{d:%Y-%m-%d %H:%M}", count(p), value(p)] for p, d in enumerate(days(240, "2021-01-01", "h"))]), "timestamp", "MW", "h", "2021-01-01", "2021-01-10T23:00:00", 240) for name, count in {"hod": lambda p: p % 24, "PERIODID": lambda p: p % 24 + 1, "decimal_day": lambda p: round(1 + p % 24 / 24, 4), "slot": lambda p: 2 * (p % 24)}.items()),
    *(Case(f"{name} is no value", lines(f"date,{name},deaths", [[f"{d:%Y-%m-%d}", count(d), value(p)] for p, d in enumerate(days(200, "2018-01-01", "W-MON"))]), "date", "deaths", "W-MON", "2018-01-01", "2021-10-25", 200) for name, count in {"MMWRyear": lambda d: d.year, "DOY": lambda d: d.day_of_year, "Kalenderwoche": lambda d: int(f"{d:%V}"), "yr_frac": lambda d: round(d.year + d.day_of_year / 365.25, 3), "半期": lambda d: 1 + (d.month > 6)}.items()),
    *(Case(f"{name} counts the rows", lines(f"{name},signal", [[start + p * step, value(p)] for p in range(120)]), None, "signal", "step", 0, 119, 120) for name, start, step in (("t_s", 0.0, 0.25), ("elapsed", 0, 10), ("year_bp", -50, 1), ("depth_m", 0.5, 0.5))),
    Case("days and hours alone", lines("Tag;Stunde;Besucher", [[1 + p // 12, 8 + p % 12, value(p)] for p in range(120)], ";"), None, "Besucher", "step", 0, 119, 120),
    Case("a count called n", lines("year,month,n", [[2015 + p // 12, p % 12 + 1, value(p)] for p in range(60)]), "year + month", "n", "MS", "2015-01-01", "2019-12-01", 60),
    Case("a count called number", dated("date,number", [f"{d:%Y-%m-%d}" for d in days(60)]), "date", "number", "D", "2021-01-01", "2021-03-01", 60),
    Case("a second id", lines("Time Stamp,Name,PTID,LBMP", [[f"{d:%Y-%m-%d %H:%M}", n, i, value(p)] for p, d in enumerate(days(96, "2021-01-01", "h")) for n, i in (("CAPITL", 61757), ("WEST", 61752))]), "Time Stamp", "LBMP", "h", "2021-01-01", "2021-01-04T23:00:00", 192, 2),
    Case("a clock without a name", "\n".join(f"{1609459200 + 3600 * p},{30400 + value(p)},{value(p)}" for p in range(120)), "column_1", "column_2", "h", "2021-01-01", "2021-01-05T23:00:00", 120),
    Case("years and quarters without names", "\n".join(f"{2000 + p // 4},{p % 4 + 1},{value(p)}" for p in range(80)), "column_1 + column_2", "column_3", "QS", "2000-01-01", "2019-10-01", 80),
    Case("years and days without names", "\n".join(f"{d.year},{d.day_of_year},{value(p)}" for p, d in enumerate(days(500, "2019-01-01"))), "column_1 + column_2", "column_3", "D", "2019-01-01", "2020-05-14", 500),
    Case("hours from nothing without names", "\n".join(f"{d.year};{d.month};{d.day};{h};{value(24 * p + h)}" for p, d in enumerate(days(9)) for h in range(24)), "column_1 + column_2 + column_3 + column_4", "column_5", "h", "2021-01-01", "2021-01-09T23:00:00", 216),
    Case("hours with a letter", lines("Date,Period,MW", [[f"{d:%Y-%m-%d}", f"H{h}", value(24 * p + h)] for p, d in enumerate(days(20)) for h in range(1, 25)]), "Date + Period", "MW", "h", "2021-01-01", "2021-01-20T23:00:00", 480),
    Case("spans glued to a date", dated("Periode;MW", [f"{d:%Y-%m-%d %H:%M}-{d + np.timedelta64(1, 'h'):%H:%M}" for d in days(96, "2021-03-01", "h")], ";"), "Periode", "MW", "h", "2021-03-01", "2021-03-04T23:00:00", 96),
    *(Case(f"years, quarters and months of {count} years", "\n".join(['"Title","CPI INDEX"', '"CDID","D7BT"', '"Release date","15-01-2020"', '"Next release","19 February 2020"', *(f'"{y}","{value(y)}"' for y in range(2020 - count, 2020)), *(f'"{y} Q{q}","{value(y + q)}"' for y in range(2020 - count, 2020) for q in range(1, 5)), *(f'"{y} {m.upper()}","{value(12 * y + k)}"' for y in range(2020 - count, 2020) for k, m in enumerate(MONTHS))]), "Title", "CPI INDEX", "MS", f"{2020 - count}-01-01", "2019-12-01", 12 * count) for count in (20, 24, 36)),
    *(Case(f"{name} across", lines("Item," + ",".join(map(write, days(36, "2010-01-01", "MS"))), [[item, *(value(p + 5 * k) for p in range(36))] for k, item in enumerate(("Kind A", "Kind B"))]), "period", "value", "MS", "2010-01-01", "2012-12-01", 72, 2) for name, write in {"months with a point": lambda d: f"{d:%Y.%m}", "months as decimals": lambda d: f"{d:%Y%m}.0", "days of a spreadsheet": lambda d: str((d - np.datetime64("1899-12-30")).days), "milliseconds": lambda d: str(d.value // 10**6)}.items()),
    Case("flagged years across", lines("Item," + ",".join(f"{y}{'A' if y < 2015 else 'E'}" for y in range(1990, 2021)), [[item, *(value(p + 5 * k) for p in range(31))] for k, item in enumerate(("Kind A", "Kind B"))]), "period", "value", "YS", "1990-01-01", "2020-01-01", 62, 2),
    Case("Thai years beside months", lines("ปี,เดือน,ยอด", [[2553 + p // 12, p % 12 + 1, value(p)] for p in range(60)]), "ปี + เดือน", "ยอด", "MS", "2010-01-01", "2014-12-01", 60),
    Case("years of the republic", lines("年度,產值", [[60 + p, value(p)] for p in range(50)]), "年度", "產值", "YS", "1971-01-01", "2020-01-01", 50),
    Case("months of an unknown calendar", dated("month,CPI", [f"{1390 + p // 12}/{p % 12 + 1:02d}" for p in range(96)]), "month", "CPI", "MS", "1390-01-01", "1397-12-01", 96, says="those of another calendar", verdict="warning"),
    Case("closings behind December", lines("Fiscal Year,Posting period,Balance", [[2012 + p // 16, f"{p % 16 + 1:03d}", value(p)] for p in range(128)]), "Fiscal Year + Posting period", "Balance", "MS", "2012-01-01", "2019-12-01", 96, says="have no date", verdict="warning"),
    Case("halves by their number", lines("year,half,v", [[1990 + p // 2, p % 2 + 1, value(p)] for p in range(60)]), "year + half", "v", "6MS", "1990-01-01", "2019-07-01", 60),
    Case("dekads are asked about", lines("year,dekad,rain", [[2012 + p // 36, p % 36 + 1, value(p)] for p in range(288)]), "year", "rain", "YS", "2012-01-01", "2019-01-01", 288, 36, says="counts from 1 to 36", verdict="warning"),
    Case("days of the week across are said", lines("Week,Mon,Tue,Wed,Thu,Fri,Sat,Sun", [[f"{d:%Y-%m-%d}", *(value(7 * p + k) for k in range(7))] for p, d in enumerate(days(60, "2023-01-02", "W-MON"))]), "Week", "Mon", "W-MON", "2023-01-02", "2024-02-19", 60, says="are days of the week", verdict="warning"),
    Case("numbers of invoices", lines("invoice_no,date,amount", [[f"{d:%Y%m%d}00", f"{d:%Y-%m-%d}", value(p)] for p, d in enumerate(days(90))]), "date", "amount", "D", "2021-01-01", "2021-03-31", 90),
    # clocks and calendars
    Case("hours from one, with a twenty-fifth", lines("Fecha;Hora;Precio", [[f"{d:%d/%m/%Y}", h, f"{value(24 * p + h):.2f}".replace(".", ",")] for p, d in enumerate(days(6, "2024-10-24")) for h in range(1, 26 if d.day == 27 else 25)], ";"), "Fecha + Hora", "Precio", "h", "2024-10-24", "2024-10-29T23:00:00", 144),
    Case("half-hours from one", lines("SETTLEMENT_DATE,SETTLEMENT_PERIOD,ND", [[f"{d:%d-%b-%Y}", h, value(48 * p + h)] for p, d in enumerate(days(6)) for h in range(1, 49)]), "SETTLEMENT_DATE + SETTLEMENT_PERIOD", "ND", "30min", "2021-01-01", "2021-01-06T23:30:00", 288),
    Case("clock with points", lines("Date;Time;CO", [[f"{t:%d/%m/%Y}", f"{t:%H.%M.%S}", f"{value(p):.2f}".replace(".", ",")] for p, t in enumerate(days(200, freq="h"))], ";"), "Date + Time", "CO", "h", "2021-01-01", "2021-01-09T07:00:00", 200),
    Case("ranges of hours", lines("Date;Hours;SE3", [[f"{t:%d-%m-%Y}", f"{t.hour:02d} - {t.hour + 1:02d}", f"{value(p):.2f}".replace(".", ",")] for p, t in enumerate(days(200, freq="h"))], ";"), "Date + Hours", "SE3", "h", "2021-01-01", "2021-01-09T07:00:00", 200),
    Case("numbers as a clock", lines("<DATE>,<TIME>,<CLOSE>", [[f"{t:%Y%m%d}", f"{t:%H%M%S}", value(p)] for p, t in enumerate(days(300, "2019-01-02", "5min"))]), "<DATE> + <TIME>", "<CLOSE>", "5min", "2019-01-02", "2019-01-03T00:55:00", 300),
    Case("months in UTC from the evening before", dated("time,value", [f"{t.tz_localize('Europe/Madrid').tz_convert('UTC'):%Y-%m-%dT%H:%M:%S.000Z}" for t in days(60, "2015-01-01", "MS")]), "time", "value", "MS", "2015-01-01", "2019-12-01", 60),
    Case("days in UTC from the evening before", dated("time,value", [f"{t.tz_localize('Asia/Tokyo').tz_convert('UTC'):%Y-%m-%dT%H:%M:%SZ}" for t in days(60)]), "time", "value", "D", "2021-01-01", "2021-03-01", 60),
    Case("Thai years", dated("date,visitors", [f"{d.year + 543}-{d:%m-%d}" for d in days(90, "2020-01-15")]), "date", "visitors", "D", "2020-01-15", "2020-04-13", 90, says="Thai"),
    Case("Persian dates", dated("date,visitors", [f"{y}/{m:02d}/{d:02d}" for y in (1399, 1400) for m in range(1, 13) for d in range(1, 32 if m < 7 else 31 if m < 12 or y == 1399 else 30)]), "date", "visitors", "D", "2020-03-20", "2022-03-20", 731, says="Persian"),
    Case("Islamic dates by their name", dated("hijri,visitors", [f"{1441 + p // 354}-{(p % 354) // 59 * 2 + (p % 59 > 29) + 1:02d}-{p % 59 % 30 + 1 + 0 * p:02d}" for p in range(354)]), "hijri", "visitors", "D", "2019-09-01", "2020-08-19", 354, says="Islamic"),
    Case("Islamic months", dated("hijri month,visitors", [f"{1441 + p // 12}-{p % 12 + 1:02d}" for p in range(36)]), "hijri month", "visitors", "MS", "1441-01-01", "1443-12-01", 36, says="Islamic"),
    Case("years of the Republic of China", dated("date,index", [f"{d.year - 1911}/{d:%m/%d}" for d in days(90, "2020-01-15")]), "date", "index", "D", "2020-01-15", "2020-04-13", 90, says="Republic"),
    Case("day and month swapped, one sign", dated("date,sales", [f"{d:%d/%m/%Y}" if d.day <= 12 else f"{d:%m/%d/%Y}" for d in days(200)]), "date", "sales", "D", "2021-01-01", "2021-07-19", 200, verdict="warning", says="swapped"),
    Case("day and month swapped, two signs", dated("date,sales", swapped(month_first=False)), "date", "sales", "D", "2021-01-01", "2021-07-19", 200, verdict="warning", says="swapped"),
    Case("two forms below each other", dated("date,sales", [f"{d:%d.%m.%Y}" if p < 100 else f"{d:%Y-%m-%d}" for p, d in enumerate(days(200))]), "date", "sales", "D", "2021-01-01", "2021-07-19", 200),
    Case("one typing error", dated("date,sales", [f"{d:%Y-%m-%d}" if p != 77 else "2201-03-19" for p, d in enumerate(days(200))]), "date", "sales", "D", "2021-01-01", "2021-07-19", 200, verdict="warning", says="far from all others"),
    Case("a clock that was reset", dated("ts,temp", [f"{t}" if not 100 <= p < 103 else f"1970-01-01 00:{p - 90}:00" for p, t in enumerate(days(400, "2023-05-01", "10min"))]), "ts", "temp", "10min", "2023-05-01", "2023-05-03T18:30:00", 400, verdict="warning", says="far from all others"),
    # cells
    Case("apostrophes", lines("Month,Sales", [[f"'{m:%Y-%m-%d}", f"'{value(p)}"] for p, m in enumerate(days(60, freq="MS"))]), "Month", "Sales", "MS", "2021-01-01", "2025-12-01", 60),
    Case("formulas that are text", lines("Month;Sales", [[f'="{m:%Y-%m-%d}"', f'="{value(p)}"'] for p, m in enumerate(days(60, freq="MS"))], ";"), "Month", "Sales", "MS", "2021-01-01", "2025-12-01", 60),
    Case("less than one", lines("Week,boots", [[f"{w:%Y-%m-%d}", "<1" if p % 5 == 0 else p % 12 + 2] for p, w in enumerate(days(150, freq="W-SUN"))]), "Week", "boots", "W-SUN", "2021-01-03", "2023-11-12", 150, says="half of it"),
    Case("below the limit of detection", lines("day,lead mg/l", [[f"{d:%Y-%m-%d}", "<0.05" if p % 3 else 0.1 + p / 100] for p, d in enumerate(days(60))]), "day", "lead mg/l", "D", "2021-01-01", "2021-03-01", 60, says="half of it"),
    Case("flags behind numbers", lines("TIME,VALUE", [[f"{m:%Y-%m}", f"{value(p)}{' p' if p > 50 else ' e' if p == 7 else ''}"] for p, m in enumerate(days(60, freq="MS"))]), "TIME", "VALUE", "MS", "2021-01-01", "2025-12-01", 60, says="flags"),
    Case("marks behind numbers", lines("yyyy mm tmax rain", [[d.year, d.month, f"{value(p)}{'*' if p % 9 == 0 else ''}", f"{value(p + 3)}{'#' if p > 50 else ''}"] for p, d in enumerate(days(72, freq="MS"))], " "), "yyyy + mm", "tmax", "MS", "2021-01-01", "2026-12-01", 72),
    Case("stamps without their digits", lines("timestamp,value", [[f"{1_651_360_000 + 600 * p:.5E}", value(p)] for p in range(300)]), None, "value", "step", 0, 299, 300, verdict="warning", says="written short"),
    Case("thousands of euros", "Date;Umsatz;Menge\n;Tsd. EUR;Stk\n" + lines("", [[f"{d:%d.%m.%Y}", f"{value(p):.2f}".replace(".", ","), p % 9] for p, d in enumerate(days(90))], ";").lstrip(), "Date", "Umsatz", "D", "2021-01-01", "2021-03-31", 90),
    # calendars with holes
    Case("from Sunday to Thursday", dated("Date,Index", [d.date() for d in days(300) if d.weekday() not in (4, 5)]), "Date", "Index", "C-1111001", "2021-01-03", "2021-10-27", 214),
    Case("from Monday to Saturday", dated("Date,Index", [d.date() for d in days(300) if d.weekday() != 6]), "Date", "Index", "C-1111110", "2021-01-01", "2021-10-27", 257),
    Case("three days a week", dated("Date,Draw", [d.date() for d in days(300) if d.weekday() in (0, 2, 4)]), "Date", "Draw", "C-1010100", "2021-01-01", "2021-10-27", 129),
    Case("office hours", dated("time,calls", [t for t in days(24 * 60, freq="h") if t.weekday() < 5 and 9 <= t.hour < 18]), "time", "calls", "C-1111100-540-9-60", "2021-01-01T09:00:00", "2021-03-01T17:00:00", 378),
    Case("half-hours of a shop, every day", dated("time,sales", [t for t in days(48 * 40, freq="30min") if 8 <= t.hour < 20]), "time", "sales", "C-1111111-480-24-30", "2021-01-01T08:00:00", "2021-02-09T19:30:00", 960),
    Case("two openings a day", dated("time,index", [t for t in days(24 * 60, freq="h") if t.weekday() < 5 and t.hour in (9, 10, 11, 13, 14, 15)]), "time", "index", "C-1111100-540-3-60-780-3-60", "2021-01-01T09:00:00", "2021-03-01T15:00:00", 252, says="hourly from 9:00 to 11:00 and from 13:00 to 15:00 from Monday to Friday; 6 hours make one day"),
    Case("a bar", dated("time,guests", [t for t in days(24 * 60, freq="h") if t.hour >= 20 or t.hour < 4]), "time", "guests", "C-1111111-1200-8-60", "2021-01-01", "2021-03-01T23:00:00", 480, says="from 20:00 to 3:00"),
    Case("shorter on Saturday", dated("time,calls", [t for t in days(24 * 60, freq="h") if 8 <= t.hour <= (17, 12, 0)[max(0, t.weekday() - 4)]]), "time", "calls", "C-1111100-480-10-60+0000010-480-5-60", "2021-01-01T08:00:00", "2021-03-01T17:00:00", 465, says="55 hours make one week"),
    Case("a school year", dated("month,meals", [f"{m:%Y-%m}" for m in days(96, "2012-01-01", "MS") if m.month not in (7, 8)]), "month", "meals", "CY-111111001111", "2012-01-01", "2019-12-01", 80, says="10 months make one year"),
    Case("half-months", dated("date,pay", [d.date() for d in days(700) if d.day in (1, 15)]), "date", "pay", "CM-1-15", "2021-01-01", "2022-12-01", 47, says="24 half-months"),
    Case("dekads that end with the month", dated("date,rain", [d.date() for d in days(700) if d.day in (10, 20, d.days_in_month)]), "date", "rain", "CM-10-20-31", "2021-01-10", "2022-11-30", 69, says="36 dekads"),
    Case("three feedings a day", dated("time,grams", [t for t in days(48 * 60, freq="30min") if (t.hour, t.minute) in ((7, 0), (12, 0), (18, 30))]), "time", "grams", "C-1111111-420-2-300-1110-1-0", "2021-01-01T07:00:00", "2021-03-01T18:30:00", 180, says="at 7:00, 12:00 and 18:30"),
    # periods as names of columns
    Case("years across", wide(YEARS, LABELS, "Country Name"), "period", "value", "YS", "1980-01-01", "2019-01-01", 160, series=4),
    Case("one row of years", wide(YEARS, {"Ares": 0}, "Country Name"), "period", "value", "YS", "1980-01-01", "2019-01-01", 40),
    Case("years with their codes", wide((f"{year} [YR{year}]" for year in YEARS), LABELS), "period", "value", "YS", "1980-01-01", "2019-01-01", 160, series=4),
    Case("ends of months across, ids first", lines("RegionID,SizeRank,RegionName," + ",".join(f"{d:%Y-%m-%d}" for d in days(60, freq="ME")), [[394_000 + 7 * k, k, f"Town {k}", *(value(p + k) for p in range(60))] for k in range(5)]), "period", "value", "ME", "2021-01-31", "2025-12-31", 300, series=5),
    Case("days across with places", lines("Province,Country,Lat,Long," + ",".join(f"{d.month}/{d.day}/{d:%y}" for d in days(100, "2020-01-22")), [["", f"Land {k}", -60 + k, 10 * k, *(value(p + k) for p in range(100))] for k in range(20)]), "period", "value", "D", "2020-01-22", "2020-04-30", 2000, series=20),
    Case("quarters across with a word", wide((f"Index {q.year}Q{q.quarter}" for q in days(60, "2005-01-01", "QS")), {"North": 0, "South": 4}, "region"), "period", "value", "QS", "2005-01-01", "2019-10-01", 120, series=2),
    Case("months across beside the year", lines("Year," + ",".join(MONTHS) + ",Total", [[y, *(value(12 * (y - 2012) + m) for m in range(12)), 1200.5 + y % 3] for y in range(2012, 2022)]), "Year + month", "value", "MS", "2012-01-01", "2021-12-01", 120),
    Case("French months across beside the year", lines("Année;" + ";".join(["janv.", "févr.", "mars", "avril", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."]), [[y, *(value(12 * (y - 2012) + m) for m in range(12))] for y in range(2012, 2022)], ";"), "Année + month", "value", "MS", "2012-01-01", "2021-12-01", 120),
    Case("quarters across beside the year", lines("year,Q1,Q2,Q3,Q4", [[y, *(value(4 * (y - 2000) + q) for q in range(4))] for y in range(2000, 2020)]), "year + quarter", "value", "QS", "2000-01-01", "2019-10-01", 80),
    Case("years across, months down", lines("Month," + ",".join(map(str, range(2012, 2022))), [[MONTHS[m], *(value(12 * y + m) for y in range(10))] for m in range(12)]), "period + Month", "value", "MS", "2012-01-01", "2021-12-01", 120),
    Case("hours across beside the day", lines("Date," + ",".join(f"H{h:02d}" for h in range(1, 25)), [[f"{d:%Y-%m-%d}", *(value(24 * p + h) for h in range(24))] for p, d in enumerate(days(60))]), "Date + hour", "value", "h", "2021-01-01", "2021-03-01T23:00:00", 1440),
    Case("clock across beside the day", lines("day," + ",".join(f"{h:02d}:{m:02d}" for h in range(24) for m in (0, 30)), [[f"{d:%d.%m.%Y}", *(value(48 * p + h) for h in range(48))] for p, d in enumerate(days(20))]), "day + period", "value", "30min", "2021-01-01", "2021-01-20T23:30:00", 960),
    Case("several keys in one cell", "\n".join(["freq,unit,geo\\TIME_PERIOD\t" + "\t".join(f"{m:%Y-%m} " for m in days(60, freq="MS")), *(f"M,I15,{g}\t" + "\t".join(f"{value(p + k)} {'p' if p == 59 else ''}" if p % 17 else ": " for p in range(60)) for k, g in enumerate(("AT", "BE")))]), "period", "value", "MS", "2021-02-01", "2025-12-01", 118, series=2),
    Case("a competition's rows", lines(",".join(f'"V{k}"' for k in range(1, 62)), [[f'"M{s}"', *(f'"{value(p + s)}"' for p in range(60))] for s in range(1, 4)]), None, "value", "step", 0, 59, 180, series=3),
    Case("a competition's rows with their starts", lines("Series,N,Category,Starting Year,Starting Month," + ",".join(str(k) for k in range(1, 61)), [[f"N{s}", 60, "MICRO", 1990, s, *(value(p + s) for p in range(60))] for s in range(1, 4)]), "period", "value", "MS", "1990-01-01", "1995-02-01", 180, series=3),
    Case("years are series where the rows have a time", lines("date," + ",".join(map(str, range(2024, 2034))), [[f"{d:%Y-%m-%d}", *(value(p + k) for k in range(10))] for p, d in enumerate(days(90))]), "date", "2024", "D", "2021-01-01", "2021-03-31", 90),
    # what looks like a time and is none
    Case("ids before the dates", lines("ID,date,x", [[f"A{p}", f"{d:%Y-%m-%d}", value(p)] for p, d in enumerate(days(120))]), "date", "x", "D", "2021-01-01", "2021-04-30", 120),
    Case("plants T1 to T4 in each year", lines("year,plant,output", [[y, f"T{k}", value(4 * y + k)] for y in range(1980, 2010) for k in range(1, 5)]), "year", "output", "YS", "1980-01-01", "2009-01-01", 120, series=4),
    Case("units H1 to H3 on each day", lines("date,unit,output", [[f"{d:%Y-%m-%d}", f"H{k}", value(3 * p + k)] for p, d in enumerate(days(60)) for k in range(1, 4)]), "date", "output", "D", "2021-01-01", "2021-03-01", 180, series=3),
    Case("products with a year in their names", lines("date,product,sales", [[f"{d:%Y-%m-%d}", f"Car {k}", value(3 * p + k)] for p, d in enumerate(days(60)) for k in (2018, 2019, 2020)]), "date", "sales", "D", "2021-01-01", "2021-03-01", 180, series=3),
    Case("deliveries, a month each", lines("day,delivery,price", [[f"{d:%Y-%m-%d}", f"2022-{k:02d}", value(3 * p + k)] for p, d in enumerate(days(60)) for k in (1, 2, 3)]), "day", "price", "D", "2021-01-01", "2021-03-01", 180, series=3),
    Case("a count of visitors", dated("date,number of visitors", (f"{d:%Y-%m-%d}" for d in days(90))), "date", "number of visitors", "D", "2021-01-01", "2021-03-31", 90),
    Case("least and most", lines("date,min,max", [[f"{d:%Y-%m-%d}", 12 + p % 7, 40 + p % 11] for p, d in enumerate(days(90))]), "date", "min", "D", "2021-01-01", "2021-03-31", 90),
    Case("years as values", lines("date,median_year_built", [[f"{d:%Y-%m-%d}", 1980 + p * 7 % 9] for p, d in enumerate(days(48, freq="MS"))]), "date", "median_year_built", "MS", "2021-01-01", "2024-12-01", 48),
    Case("the day of the week under another name", lines("日期,星期,销量", [[f"{d:%Y-%m-%d}", d.weekday() + 1, value(p)] for p, d in enumerate(days(90))]), "日期", "销量", "D", "2021-01-01", "2021-03-31", 90),
    Case("places in Spanish", lines("fecha,latitud,longitud,temp", [[f"{d:%Y-%m-%d}", 40.4 + p % 2 / 10, -3.7 - p % 3 / 10, value(p)] for p, d in enumerate(days(90))]), "fecha", "temp", "D", "2021-01-01", "2021-03-31", 90),
    Case("the first value is a mark", "month,value\n2014-01,[x]\n" + lines("", [[f"{m:%Y-%m}", value(p)] for p, m in enumerate(days(95, "2014-02-01", "MS"))]).lstrip(), "month", "value", "MS", "2014-02-01", "2021-12-01", 95),
    Case("four quarters and their total", lines("year,quarter,gdp", [[y, q, value(4 * y + k)] for y in range(2005, 2020) for k, q in enumerate(("Q1", "Q2", "Q3", "Q4", "Total"))]), "year + quarter", "gdp", "QS", "2005-01-01", "2019-10-01", 60, verdict="warning"),
    Case("quarters as spans of months", lines("Year,Quarter,Trips", [[y, q, value(4 * y + k)] for y in range(2005, 2020) for k, q in enumerate(("Jan-Mar", "Apr-Jun", "Jul-Sep", "Oct-Dec"))]), "Year + Quarter", "Trips", "QS", "2005-01-01", "2019-10-01", 60),
    Case("spans of numbered months", dated("期間,GDP", [f"{m.year}年{m.month}-{m.month + 2}月" for m in days(40, "2008-01-01", "QS")]), "期間", "GDP", "QS", "2008-01-01", "2017-10-01", 40),
    Case("hours that end", lines("Date,Hour Ending,Load", [[f"{t:%Y-%m-%d}", f"HE {t.hour + 1:02d}", value(p)] for p, t in enumerate(days(168, "2021-03-01", "h"))]), "Date + Hour Ending", "Load", "h", "2021-03-01", "2021-03-07T23:00:00", 168),
    Case("Korean hours", lines("날짜,시간,수요", [[f"{t:%Y-%m-%d}", f"{t.hour + 1}시", value(p)] for p, t in enumerate(days(168, "2021-03-01", "h"))]), "날짜 + 시간", "수요", "h", "2021-03-01", "2021-03-07T23:00:00", 168),
    Case("AM and PM in a column of their own", lines("Date,Time,AM/PM,Calls", [[f"{t:%Y-%m-%d}", f"{t.hour % 12 or 12}:00", f"{t:%p}", value(p)] for p, t in enumerate(days(168, "2021-03-01", "h"))]), "Date + Time + AM/PM", "Calls", "h", "2021-03-01", "2021-03-07T23:00:00", 168),
    Case("12a and 3p", dated("time,value", [f"{t.month}/{t.day}/{t.year} {t.hour % 12 or 12}{'ap'[t.hour // 12]}" for t in days(168, "2021-03-01", "h")]), "time", "value", "h", "2021-03-01", "2021-03-07T23:00:00", 168),
    Case("flags beside the years", lines("Area," + ",".join(f"Y{y},Y{y}F" for y in range(1990, 2020)), [[a, *(x for p in range(30) for x in (value(p), "A"))] for a in ("Chad", "Chile", "China")]), "period", "value", "YS", "1990-01-01", "2019-01-01", 90, series=3, says="flags"),
    Case("fiscal years that become longer", dated("FY,revenue", [f"FY{y}" for y in range(5, 25)]), "FY", "revenue", "YS", "2005-01-01", "2024-01-01", 20),
    Case("ids that become longer and look like days", lines("station,date,level", [[f"sub-{k}", f"{day:%Y-%m-%d}", value(place + k)] for k in range(9, 15) for place, day in enumerate(days(40))]), "date", "level", "D", "2021-01-01", "2021-02-09", 240, series=6),
    Case("years of SDMX", dated("TIME_PERIOD,OBS_VALUE", [f"{y}-A1" for y in range(1980, 2020)]), "TIME_PERIOD", "OBS_VALUE", "YS", "1980-01-01", "2019-01-01", 40, verdict="ok"),
    Case("one day of an update", lines("updated,month,price", [["11/07/24 23:00:00", f"{m:%Y-%m}", value(p)] for p, m in enumerate(days(60, "2015-01-01", "MS"))]), "month", "price", "MS", "2015-01-01", "2019-12-01", 60, verdict="ok"),
    Case("accounts", lines("Datum;Konto;Umsatz", [[f"{d:%d.%m.%Y}", 8400 + p % 2, f"{value(p):.2f}".replace(".", ",")] for p, d in enumerate(days(90))], ";"), "Datum", "Umsatz", "D", "2021-01-01", "2021-03-31", 90),
    Case("the season in Italian", lines("data,stagione,vendite", [[f"{d:%Y-%m-%d}", d.quarter, value(p)] for p, d in enumerate(days(120))]), "data", "vendite", "D", "2021-01-01", "2021-04-30", 120),
    Case("percentages behind blanks", "Date Sales\n" + "".join(f"2019-12-{k} {p}%\n" for k, p in zip(range(22, 32), ("1.73", "0.76", "1.32", "1.96", "1.90", "1.69", "2.10", "1.40", "1.11", "1.05"), strict=True)), "Date", "Sales", "D", "2019-12-22", "2019-12-31", 10),
    # and what is one
    Case("month before the year", dated("Monat;Wert", [f"{m:%m.%Y}" for m in days(96, "2014-01-01", "MS")], ";"), "Monat", "Wert", "MS", "2014-01-01", "2021-12-01", 96),
    Case("weeks under a name of their own", lines("year,epiweek,cases", [[y, w, value(p)] for p, (y, w) in enumerate(weeks(160, 1, lambda year: 52))]), "year + epiweek", "cases", "W-MON", "2016-01-04", "2019-01-21", 160),
    Case("a thirteenth month as a number", lines("Year,Month,Sales", [[2014 + p // 13, p % 13 + 1, value(p)] for p in range(104)]), "Year + Month", "Sales", "MS", "2014-01-01", "2021-12-01", 96, verdict="warning"),
    Case("thirteen periods in a column", lines("Year,Period,Units", [[2014 + p // 13, p % 13 + 1, value(p)] for p in range(104)]), "Year + Period", "Units", "4W-WED", "2014-01-01", "2021-11-24", 104),
    Case("spans of years that could be months", dated("Fiscal year,Revenue", [f"{y}-{(y + 1) % 100:02d}" for y in range(2001, 2011)]), "Fiscal year", "Revenue", "YS", "2001-01-01", "2010-01-01", 10),
    Case("merged years and decimal commas", lines("Jahr;Monat;Umsatz", [[2014 + p // 12 if p % 12 == 0 else "", MONTHS[p % 12].replace("Mar", "März"), f"{value(p):.2f}".replace(".", ",")] for p in range(96)], ";"), "Jahr + Monat", "Umsatz", "MS", "2014-01-01", "2021-12-01", 96),
    Case("compact months across", wide((f"{m:%Y%m}" for m in days(96, "2014-01-01", "MS")), LABELS, "store"), "period", "value", "MS", "2014-01-01", "2021-12-01", 384, series=4),
    Case("months with points across", "Land;" + ";".join(f"{m:%m.%Y}" for m in days(96, "2014-01-01", "MS")) + "\n" + "".join(f"Land {k};" + ";".join(f"{value(p + k)}".replace(".", ",") for p in range(96)) + "\n" for k in range(3)), "period", "value", "MS", "2014-01-01", "2021-12-01", 288, series=3),
    Case("numbers of places before years", lines("FIPS," + ",".join(YEARS), [[1001 + 2 * k, *(value(p + k) for p in range(40))] for k in range(6)]), "period", "value", "YS", "1980-01-01", "2019-01-01", 240, series=6),
    Case("codes that could be months before months", lines("code,item," + ",".join(f"{m:%Y-%m}" for m in days(60, freq="MS")), [[f"{1 + k // 2:02d}.{1 + k % 2}", f"item {k}", *(value(p + k) for p in range(60))] for k in range(6)]), "period", "value", "MS", "2021-01-01", "2025-12-01", 360, series=6),
    Case("numbers of months across beside the year", lines("Year," + ",".join(str(m) for m in range(1, 13)), [[y, *(value(12 * (y - 2000) + m) for m in range(12))] for y in range(2000, 2020)]), "Year + month", "value", "MS", "2000-01-01", "2019-12-01", 240),
    Case("a year and twelve numbers", "".join(f"{y} " + " ".join(f"{value(12 * (y - 1990) + m):8.2f}" for m in range(12)) + "\n" for y in range(1990, 2010)), "column_1 + month", "value", "MS", "1990-01-01", "2009-12-01", 240),
    Case("hours from zero across", lines("Date," + ",".join(f"hour_{h}" for h in range(24)), [[f"{d:%Y-%m-%d}", *(value(24 * p + h) for h in range(24))] for p, d in enumerate(days(40))]), "Date + hour", "value", "h", "2021-01-01", "2021-02-09T23:00:00", 960),
    Case("widths of fields below the names", "# a comment\nagency\tsite\tdatetime\tflow\tflow_cd\n5s\t15s\t20d\t14n\t10s\n" + lines("", [["USGS", "01646500", f"{d:%Y-%m-%d}", value(p), "A"] for p, d in enumerate(days(90))], "\t").lstrip(), "datetime", "flow", "D", "2021-01-01", "2021-03-31", 90),
    # names from the right row
    Case("facts between the names and the rows", ";Consumer prices;FLAGS\nUnit;percent;\nDimension;one;\nUpdated;10.01.2020 08:00:00;\n" + lines("", [[f"{m:%Y-%m}", value(p), ""] for p, m in enumerate(days(60, freq="MS"))], ";").lstrip(), "column_1", "Consumer prices", "MS", "2021-01-01", "2025-12-01", 60),
    Case("units that are words", "Station 12\nLat 51.479 Lon -0.449\n  yyyy  mm   tmax   rain\n              degC     mm\n" + "".join(f"  {d.year}  {d.month:2d} {value(p):6.1f} {value(p + 5):6.1f}\n" for p, d in enumerate(days(72, freq="MS"))), "yyyy + mm", "tmax", "MS", "2021-01-01", "2026-12-01", 72),
]
# fmt: on


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_file_that_was_misread_is_read_right(case):
    text = case.text if isinstance(case.text, str) else case.text()
    table = read_table(text.encode(), "x.csv")
    found = describe_table(table, case.columns)
    told = [*table.notes, *found["notes"], *(finding["sentence"] for finding in found["findings"]), found["reason"]]
    assert (found["time"], found["target"]) == (case.time, case.target), told
    assert (found["frequency"], found["start"], found["end"]) == (case.alias, case.start, case.end), told
    assert (found["series"], found["steps"]) == (case.series, case.steps), told
    assert case.says in " ".join(told), told
    assert not case.verdict or found["verdict"] == case.verdict, told


def test_ids_and_places_alone_are_no_values():
    text = lines(
        "timestamp,event,user_id", [[t, "login", 1000 + 37 * p % 999] for p, t in enumerate(days(60, freq="37min"))]
    )
    found = describe_table(read_table(text.encode(), "log.csv"))
    assert found["verdict"] == "refused"
    assert "`user_id` is an id or a place" in found["reason"]
    assert describe_table(read_table(text.encode(), "log.csv"), Columns(target="user_id"))["verdict"] != "refused"


TSF = """# A comment
@relation Toy
@attribute series_name string
@attribute start_timestamp date
@frequency {frequency}
@horizon 12
@missing true
@equallength false
@data
T1:{start}:{first}
T2:{start}:{second}
"""


@pytest.mark.parametrize(
    ("frequency", "start", "alias"),
    [
        ("monthly", "1979-01-01 00-00-00", "MS"),
        ("quarterly", "1980-04-01 00-00-00", "QS"),
        ("yearly", "1901-01-01 00-00-00", "YS"),
        ("daily", "2020-03-05 00-00-00", "D"),
        ("half_hourly", "2020-03-05 00-30-00", "30min"),
        ("weekly", "2020-03-03 00-00-00", "W-TUE"),
    ],
)
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_series_of_the_monash_archive_are_read(frequency, start, alias, ends):
    first = [str(value(place)) for place in range(60)]
    first[7] = "?"
    text = TSF.format(frequency=frequency, start=start, first=",".join(first), second=",".join(first[:48]))
    found = describe_table(read_table(text.replace("\n", ends).encode(), "toy.tsf"))
    assert (found["frequency"], found["series"], found["steps"], found["gaps"]) == (alias, 2, 108, 2)
    assert found["start"].replace("T", " ")[:10] == start[:10]
    assert found["ids"] == ["T1", "T2"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('CHARSET="ANSI";\nAXIS-VERSION="2013";\nDATA=\n1 2 3;\n', "PC-Axis"),
        ("USW00094728201701TMAX  151  W  146  W  131  W\n" * 3, "GHCN-Daily"),
        ("# Toy\n\n@problemName Toy\n@classLabel true a b\n@data\n1,2,3:a\n4,5,6:b\n", "Classify sequences"),
        ("% Toy\n@relation Toy\n@attribute x numeric\n@attribute y {a,b}\n@data\n1,a\n2,b\n", "Classify sequences"),
        (TSF.format(frequency="daily", start="yesterday", first="1,2,3", second="4,5"), "no start of a series"),
        (TSF.format(frequency="daily", start="2020-01-01 00-00-00:x", first="1,2,3", second="4,5"), "`@attribute`"),
    ],
)
def test_files_of_other_formats_are_named(text, words):
    with pytest.raises(LSTMVizError, match=words):
        read_table(text.encode(), "x.txt")


@pytest.mark.slow
@pytest.mark.parametrize(
    "text", ["\n" * 200_000 + "@relation", " \n" * 100_000, "#\n" * 100_000 + "@data", "@relation x\n" * 60_000]
)
def test_a_long_head_takes_no_longer_than_its_length(text):
    with suppress(LSTMVizError):
        read_table(text.encode(), "x.tsf")


def test_a_person_can_say_that_names_are_names():
    text = wide(YEARS, LABELS, "Country Name").encode()
    table = read_table(text, "x.csv", Reading(periods="rows"))
    assert [column.name for column in table.columns] == ["Country Name", *YEARS]
    assert any(decision.setting == "periods" and decision.chosen for decision in table.decisions)
    assert read_table(text, "x.csv", Reading(periods="names")).frame.equals(read_table(text, "x.csv").frame)
    with pytest.raises(SettingsError, match="no columns side by side"):
        read_table(b"date,sales\n2020-01-01,3\n2020-01-02,4\n", "x.csv", Reading(periods="names"))
    with pytest.raises(SettingsError, match="not known"):
        Reading(periods="across")  # type: ignore[arg-type]

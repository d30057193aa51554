"""Cells that are moments, in the forms that people write."""

import numpy as np
import pandas as pd
import pytest

from lstm_viz.errors import ColumnError
from lstm_viz.tables import make_series, read_table


def stamps(cells: list[str], name: str = "t") -> list[str]:
    text = f'"{name}";y\n' + "".join(f'"{cell}";{place % 7}\n' for place, cell in enumerate(cells))
    table = read_table(text.encode(), "x.csv")
    assert table.columns[0].kind == "time", table.columns[0]
    return [str(stamp) for stamp in table.frame.iloc[:, 0].to_numpy().astype("datetime64[s]")]


def kind(cells: list[str], name: str = "t") -> str:
    text = f"{name};y\n" + "".join(f"{cell};{place % 7}\n" for place, cell in enumerate(cells))
    return read_table(text.encode(), "x.csv").columns[0].kind


@pytest.mark.parametrize(
    ("cells", "second"),
    [
        (["1949-01", "1949-02", "1949-03"], "1949-02-01T00:00:00"),
        (["1949/01", "1949/02", "1949/03"], "1949-02-01T00:00:00"),
        (["01/1949", "02/1949", "03/1949"], "1949-02-01T00:00:00"),
        (["1949M01", "1949M02", "1949M03"], "1949-02-01T00:00:00"),
        (["Jan 1949", "Feb 1949", "Mar 1949"], "1949-02-01T00:00:00"),
        (["January 1949", "February 1949", "March 1949"], "1949-02-01T00:00:00"),
        (["Aug-88", "Sept-88", "Oct-88"], "1988-09-01T00:00:00"),
        (["1949 Jan", "1949 Feb", "1949 Mar"], "1949-02-01T00:00:00"),
        (["2020-01-01", "2020-01-02", "2020-01-03"], "2020-01-02T00:00:00"),
        (["2020-1-1", "2020-1-2", "2020-1-3"], "2020-01-02T00:00:00"),
        (["2020/01/01", "2020/01/02", "2020/01/03"], "2020-01-02T00:00:00"),
        (["31.12.1988", "01.01.1989", "02.01.1989"], "1989-01-01T00:00:00"),
        (["12/31/88", "1/1/89", "1/2/89"], "1989-01-01T00:00:00"),
        (["31/12/1988", "01/01/1989", "02/01/1989"], "1989-01-01T00:00:00"),
        (["31-Dec-1988", "01-Jan-1989", "02-Jan-1989"], "1989-01-01T00:00:00"),
        (["Dec 31, 1988", "Jan 1, 1989", "Jan 2, 1989"], "1989-01-01T00:00:00"),
        (["December 31, 1988", "January 1, 1989", "January 2, 1989"], "1989-01-01T00:00:00"),
        (["1990Q3", "1990Q4", "1991Q1"], "1990-10-01T00:00:00"),
        (["Q3 1990", "Q4 1990", "Q1 1991"], "1990-10-01T00:00:00"),
        (["2020-W05", "2020-W06", "2020-W07"], "2020-02-03T00:00:00"),
        (["2020-01-01 00:00", "2020-01-01 00:15", "2020-01-01 00:30"], "2020-01-01T00:15:00"),
        (["2020-01-01T00:00:00", "2020-01-01T00:00:10.5", "2020-01-01T00:00:21"], "2020-01-01T00:00:10"),
        (["31.12.1988 23:00", "01.01.1989 00:00", "01.01.1989 01:00"], "1989-01-01T00:00:00"),
        (["12/31/1988 11:00 PM", "1/1/1989 12:00 AM", "1/1/1989 1:00 AM"], "1989-01-01T00:00:00"),
        (["1500-01-01", "1500-01-02", "1500-01-03"], "1500-01-02T00:00:00"),
        (["01.01.0988", "02.01.0988", "03.01.0988"], "0988-01-02T00:00:00"),
    ],
)
def test_written_forms_of_time_are_read(cells, second):
    assert stamps(cells)[1] == second


@pytest.mark.parametrize("name", ["year", "Date", "saleYear", "YEAR_OF_ISSUE"])
def test_whole_years_count_as_time_if_the_name_says_so(name):
    assert stamps(["1871", "1880", "1899"], name)[0] == "1871-01-01T00:00:00"


def test_evenly_spaced_years_in_the_first_column_count_as_time():
    assert stamps(["1871", "1872", "1873"], "x")[0] == "1871-01-01T00:00:00"
    assert kind(["1871", "1880", "1899"], "x") == "number"


def test_a_number_named_lifetime_is_no_year():
    assert kind(["1500", "1700", "1650"], "lifetime") == "number"


def test_years_with_twelfths_are_months():
    assert stamps(["1949", "1949.08333", "1949.16667"], "time")[2] == "1949-03-01T00:00:00"


def test_compact_dates_are_read_where_the_name_says_date():
    assert stamps(["19881231", "19890101", "19890102"], "date")[1] == "1989-01-01T00:00:00"
    assert kind(["19881231", "19890101", "19890102"], "price") == "number"


@pytest.mark.parametrize(("factor", "unit"), [(1, "seconds"), (1000, "milliseconds"), (10**6, "microseconds")])
def test_seconds_since_1970_are_read_where_the_name_says_so(factor, unit):
    first = 1_577_836_800
    cells = "".join(f"{(first + 3600 * hour) * factor},{hour % 5}\n" for hour in range(30))
    table = read_table(("timestamp,y\n" + cells).encode(), "x.csv")
    assert table.frame["timestamp"].iloc[1] == pd.Timestamp("2020-01-01 01:00")
    assert any(f"read as {unit} since 1970-01-01" in note for note in table.notes)
    assert make_series(table).frequency.label == "hourly"
    assert kind([str(first), str(first + 60)], "amount") == "number"


def test_two_digit_years_lie_in_the_past():
    assert stamps(["01/15/49", "02/15/49", "03/15/49"])[0] == "1949-01-15T00:00:00"


def test_day_and_month_take_the_order_with_even_steps():
    months = pd.date_range("2018-01-01", periods=30, freq="MS")
    table = read_table(("t,y\n" + "".join(f"{m:%d/%m/%Y},{m.month}\n" for m in months)).encode(), "x.csv")
    assert table.frame["t"].tolist() == months.tolist()
    assert any("read as day/month/year" in note for note in table.notes)
    table = read_table(("t,y\n" + "".join(f"{m:%m/%d/%Y},{m.month}\n" for m in months)).encode(), "x.csv")
    assert table.frame["t"].tolist() == months.tolist()
    assert any("read as month/day/year" in note for note in table.notes)


def test_one_day_above_twelve_settles_the_order_without_a_note():
    table = read_table(b"t,y\n13/01/2020,1\n14/01/2020,2\n15/01/2020,4\n", "x.csv")
    assert table.frame["t"].iloc[0] == pd.Timestamp("2020-01-13")
    assert table.notes == ()


def test_times_with_zones_become_utc_with_a_note():
    cells = ["2020-03-29T01:00:00+01:00", "2020-03-29T03:00:00+02:00", "2020-03-29T04:00:00+02:00"]
    assert stamps(cells) == ["2020-03-29T00:00:00", "2020-03-29T01:00:00", "2020-03-29T02:00:00"]
    table = read_table(("t,y\n" + "".join(f"{cell},{len(cell)}\n" for cell in cells)).encode(), "x.csv")
    assert any("converted the times to UTC" in note for note in table.notes)


@pytest.mark.parametrize("zone", ["Z", " UTC", "+00:00", " +0000"])
def test_ways_to_write_utc_are_the_same(zone):
    assert stamps([f"2020-01-01 0{hour}:00:00{zone}" for hour in range(4)])[1] == "2020-01-01T01:00:00"


def test_local_midnights_with_zones_stay_dates():
    days = pd.date_range("2020-03-25", periods=10, freq="D", tz="Europe/Berlin")
    table = read_table(("t,y\n" + "".join(f"{d.isoformat()},{d.day}\n" for d in days)).encode(), "x.csv")
    assert table.frame["t"].tolist() == days.tz_localize(None).tolist()


def test_a_date_that_does_not_exist_is_missing_and_left_out():
    cells = [f"2020-01-{day:02d}" for day in range(1, 11)]
    cells[4] = "2020-01-45"
    text = "t,y\n" + "".join(f"{cell},{place}\n" for place, cell in enumerate(cells))
    series = make_series(read_table(text.encode(), "x.csv"))
    assert "Left out 1 row without a date." in series.notes
    assert np.isnan(series.y[4])


def test_a_column_of_numbers_can_be_chosen_as_time():
    table = read_table(b"x,y\n1880,1\n1882,5\n1881,2\n", "x.csv")
    assert table.proposed_time is None
    series = make_series(table, time="x", target="y")
    assert series.y.tolist() == [1, 2, 5]
    with pytest.raises(ColumnError, match="Column `y` holds no times but numbers"):
        make_series(table, time="y", target="x")

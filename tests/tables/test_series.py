"""From a table to one regular series."""

import json

import numpy as np
import pandas as pd
import pytest

from lstm_viz.errors import ColumnError, SeriesError
from lstm_viz.tables import ROW_NUMBER, Series, Table, describe_table, make_series, read_table

ALIASES = [
    ("MS", "monthly", 12, "year", "month"),
    ("ME", "monthly", 12, "year", "month"),
    ("2MS", "every 2 months", 6, "year", "2-month step"),
    ("QS", "quarterly", 4, "year", "quarter"),
    ("QE", "quarterly", 4, "year", "quarter"),
    ("QS-FEB", "quarterly", 4, "year", "quarter"),
    ("YS", "yearly", 1, "", "year"),
    ("YE", "yearly", 1, "", "year"),
    ("YS-JUL", "yearly", 1, "", "year"),
    ("10YS", "every 10 years", 1, "", "10-year step"),
    ("W-SAT", "weekly", 52, "year", "week"),
    ("W-MON", "weekly", 52, "year", "week"),
    ("2W-SUN", "every 2 weeks", 26, "year", "2-week step"),
    ("D", "daily", 7, "week", "day"),
    ("B", "daily on business days", 5, "week", "business day"),
    ("3D", "every 3 days", 1, "", "3-day step"),
    ("h", "hourly", 24, "day", "hour"),
    ("6h", "every 6 hours", 4, "day", "6-hour step"),
    ("15min", "every 15 minutes", 96, "day", "15-minute step"),
    ("min", "every minute", 1440, "day", "minute"),
    ("30s", "every 30 seconds", 120, "hour", "30-second step"),
    ("s", "every second", 60, "minute", "second"),
]


def table_of(dates: pd.DatetimeIndex, y: np.ndarray | None = None) -> Table:
    y = np.arange(len(dates)) % 7.0 if y is None else y
    return read_table(pd.DataFrame({"t": dates, "y": y}).to_csv(index=False).encode(), "x.csv")


@pytest.mark.parametrize(("alias", "label", "season", "season_name", "step"), ALIASES)
@pytest.mark.parametrize("start", ["2001-03-05", "1602-03-05", "1899-11-30"])
def test_every_frequency_is_found_and_continued_as_pandas_does(alias, label, season, season_name, step, start):
    dates = pd.date_range(start, periods=60, freq=alias, unit="us")
    series = make_series(table_of(dates[:50]))
    assert series.ds.tolist() == dates[:50].to_numpy().tolist()
    assert series.future(10).tolist() == dates[50:].to_numpy().tolist()
    found = series.frequency
    assert (found.label, found.season_length, found.season_name, found.step_name) == (label, season, season_name, step)
    assert pd.date_range(start, periods=60, freq=found.alias, unit="us").equals(dates)
    assert series.notes == ()


@pytest.mark.parametrize("alias", [entry[0] for entry in ALIASES])
def test_gaps_disorder_and_repeats_do_not_hide_the_frequency(alias):
    rng = np.random.default_rng(1)
    dates = pd.date_range("2001-03-05", periods=200, freq=alias, unit="us")
    kept = np.sort(rng.choice(np.arange(1, 199), 150, replace=False))
    kept = np.concatenate([[0], kept, [199], kept[:5]])
    rng.shuffle(kept)
    series = make_series(table_of(dates[kept], kept.astype(float)))
    assert series.ds.tolist() == dates.to_numpy().tolist()
    known = ~np.isnan(series.y)
    assert known.sum() == 152
    assert series.y[known].tolist() == np.flatnonzero(known).tolist()
    assert "Averaged 10 rows that share a date." in series.notes
    assert any(note.startswith("Sorted ") for note in series.notes)
    assert any(note.startswith("Added 48 missing ") and note.endswith("(24%) as gaps.") for note in series.notes)


@pytest.mark.parametrize("day", [10, 15, 28, 30])
def test_months_may_fall_on_any_day(day):
    months = pd.date_range("2001-01-01", periods=40, freq="MS")
    dates = [month + pd.Timedelta(days=min(day, month.days_in_month) - 1) for month in months]
    series = make_series(table_of(pd.DatetimeIndex(dates[:30])))
    assert series.frequency.label == "monthly"
    assert series.ds.tolist() == pd.DatetimeIndex(dates[:30]).as_unit("us").to_numpy().tolist()
    assert series.future(10).tolist() == pd.DatetimeIndex(dates[30:]).as_unit("us").to_numpy().tolist()


def test_last_business_days_of_months_become_ends_of_months():
    dates = pd.date_range("2001-01-01", periods=40, freq="BME")
    series = make_series(table_of(dates))
    assert (series.frequency.alias, len(series)) == ("ME", 40)
    assert any(note.startswith("Moved ") for note in series.notes)


def test_stamps_that_jitter_by_seconds_move_to_the_grid():
    rng = np.random.default_rng(0)
    exact = pd.date_range("2020-01-01", periods=300, freq="5min", unit="us")
    series = make_series(table_of(exact + pd.to_timedelta(rng.integers(-9, 9, 300), unit="s")))
    assert series.frequency.alias == "5min"
    assert series.ds.tolist() == exact.to_numpy().tolist()


def test_days_at_changing_times_count_by_their_day():
    rng = np.random.default_rng(0)
    days = pd.date_range("2020-01-01", periods=60, freq="D", unit="us")
    series = make_series(table_of(days + pd.to_timedelta(rng.integers(8 * 60, 20 * 60, 60), unit="min")))
    assert series.ds.tolist() == days.to_numpy().tolist()
    assert "Left out the time of day." in series.notes


def test_a_constant_time_of_day_is_kept():
    days = pd.date_range("2020-01-01 16:30", periods=40, freq="B", unit="us")
    series = make_series(table_of(days[:30]))
    assert series.frequency.alias == "B"
    assert series.future(10).tolist() == days[30:].to_numpy().tolist()


def test_five_days_of_one_week_are_days():
    assert make_series(table_of(pd.date_range("2024-01-01", periods=5, freq="D"))).frequency.alias == "D"


def test_irregular_dates_become_rows_in_order_of_time():
    rng = np.random.default_rng(3)
    days = pd.Timestamp("2020-01-01") + pd.to_timedelta(np.cumsum(rng.integers(1, 90, 40)), unit="D")
    order = rng.permutation(40)
    series = make_series(table_of(days[order], np.arange(40.0)[order]))
    assert (series.frequency.alias, series.time) == ("step", None)
    assert series.ds.tolist() == list(range(40))
    assert series.y.tolist() == list(range(40))
    assert any("not evenly spaced" in note for note in series.notes)
    assert series.future(3).tolist() == [40, 41, 42]


@pytest.mark.parametrize("stray", ["2035-01-01", "1970-01-01", "2201-01-01", "0020-01-01"])
def test_a_date_far_from_all_others_is_left_out_and_said(stray):
    dates = pd.date_range("2020-01-01", periods=500, freq="min").insert(250, pd.Timestamp(stray))
    series = make_series(table_of(dates))
    assert (series.frequency.alias, len(series), series.repairs.astray) == ("min", 500, 1)
    assert any("whose date lies far from all others" in note for note in series.notes)


def test_dates_in_two_stretches_far_from_each_other_are_kept():
    dates = pd.date_range("2020-01-01", periods=300, freq="min").append(
        pd.date_range("2021-01-01", periods=200, freq="min")
    )
    assert make_series(table_of(dates)).repairs.astray == 0


def test_rows_that_begin_with_the_newest_are_reversed():
    series = make_series(table_of(pd.date_range("2020-01-01", periods=10, freq="D")[::-1], np.arange(10.0)))
    assert series.y.tolist() == list(range(9, -1, -1))
    assert series.notes == ("Reversed the rows, which began with the newest.",)


def test_rows_that_share_a_date_are_averaged_over_known_values():
    table = read_table(b"t,y\n2020-01-01,1\n2020-01-01,3\n2020-01-02,NA\n2020-01-02,7\n2020-01-03,5\n", "x.csv")
    assert make_series(table).y.tolist() == [2, 7, 5]


def test_steps_without_value_at_the_ends_are_left_out():
    series = make_series(read_table(b"t,y\n2020-01,\n2020-02,1\n2020-03,\n2020-04,3\n2020-05,NA\n2020-06,\n", "x.csv"))
    assert series.y.tolist()[::2] == [1, 3]
    assert (str(series.ds[0])[:7], len(series)) == ("2020-02", 3)
    assert "Left out 3 months without a value at the start and the end." in series.notes


@pytest.mark.parametrize("time", ["", ROW_NUMBER])
def test_rows_can_be_the_steps(time):
    table = read_table(b"t,y\n2020-03,1\n2020-01,2\n2020-02,4\n", "x.csv")
    series = make_series(table, time=time)
    assert (series.time, series.y.tolist(), series.ds.tolist()) == (None, [1, 2, 4], [0, 1, 2])


@pytest.mark.parametrize("alias", ["MS", "W-SAT", "15min"])
def test_a_series_survives_its_frame(alias):
    series = make_series(table_of(pd.date_range("2020-01-01", periods=30, freq=alias)))
    frame = series.frame()
    assert list(frame.columns) == ["unique_id", "ds", "y"]
    again = Series.from_frame(frame)
    assert (again.name, again.frequency) == (series.name, series.frequency)
    assert again.ds.tolist() == series.ds.tolist()


def test_a_series_of_rows_survives_its_frame():
    series = make_series(read_table(b"5\n7\n8\n", "x.csv"))
    again = Series.from_frame(series.frame())
    assert (again.time, again.ds.tolist(), again.future(2).tolist()) == (None, [0, 1, 2], [3, 4])


def test_a_constant_column_is_refused():
    table = read_table(b"x\n" + b"5\n" * 40, "x.csv")
    with pytest.raises(SeriesError) as refusal:
        make_series(table)
    assert str(refusal.value) == (
        "Column `x` holds the same value (=5.0) in all 40 rows: there is nothing to learn. Pick another column."
    )


@pytest.mark.parametrize("data", [b"t,y\n2020-01,5\n", b"t,y\n2020-01,5\n2020-02,\n"])
def test_one_value_is_refused(data):
    with pytest.raises(SeriesError, match="Column `y` holds 1 usable value in"):
        make_series(read_table(data, "x.csv"))


def test_one_date_is_refused():
    with pytest.raises(SeriesError, match="holds 1 date"):
        make_series(read_table(b"t,y\n2020-01,5\n2020-01,6\n2020-01,8\n", "x.csv"))


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        ({"target": "e"}, "Column `e` is empty in all 3 rows."),
        ({"target": "t"}, "Column `t` holds times"),
        ({"target": "who"}, 'Column `who` is text: row 2 holds "a".'),
        ({"target": "zz"}, "There is no column `zz`: the file has `t`, `y`, `who` and 1 more."),
        ({"time": "who"}, "Column `who` holds no times but text"),
        ({"time": "y", "target": "y"}, "Column `y` is chosen as time and as target."),
    ],
)
def test_a_wrong_choice_of_column_is_refused(choice, words):
    table = read_table(b"t,y,who,e\n2020-01,1,a,\n2020-02,2,b,\n2020-03,4,c,\n", "x.csv")
    with pytest.raises(ColumnError) as refusal:
        make_series(table, **choice)
    assert words in str(refusal.value)


def test_a_refusal_is_part_of_the_description():
    told = describe_table(read_table(b"t,y\n2020-01,5\n2020-02,5\n", "x.csv"))
    assert told["refusal"].startswith("Column `y` holds the same value")
    assert (told["time"], told["target"], told["frequency"]) == ("t", None, None)
    json.dumps(told, allow_nan=False)


def test_a_description_tells_the_gaps_and_the_ends():
    told = describe_table(read_table(b"t,y\n2020-01-01 00:00,5\n2020-01-01 01:00,6\n2020-01-01 03:00,7\n", "x.csv"))
    assert (told["gaps"], told["steps"], told["start"], told["end"]) == (1, 4, "2020-01-01", "2020-01-01T03:00:00")
    assert told["notes"] == ["Added 1 missing hour (25%) as a gap."]

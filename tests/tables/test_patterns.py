# ruff: noqa: E501
"""Steps that come only at some places of a week, a month or a year: found, told, written and continued; gaps are none."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstm_viz.errors import SettingsError
from lstm_viz.tables import infer_frequency, patterned
from lstm_viz.tables.series.regular_grid import forced_frequency
from lstm_viz.tables.values.time_steps import grid, pattern_of, positions

OFFICE, TOKYO = "C-1111100-540-9-60", "C-1111100-540-3-60-780-3-60"
FOUND = [
    ("C-1111001", "daily from Sunday to Thursday", 5, "week", "day"),
    ("C-1001000", "daily on Monday and Thursday", 2, "week", "day"),
    (OFFICE, "hourly from 9:00 to 17:00 from Monday to Friday", 9, "day", "hour"),
    ("C-1111100-0-24-60", "hourly from 0:00 to 23:00 from Monday to Friday", 24, "day", "hour"),
    (TOKYO, "hourly from 9:00 to 11:00 and from 13:00 to 15:00 from Monday to Friday", 6, "day", "hour"),
    ("C-0111111-660-3-60-1020-4-60", "hourly from 11:00 to 13:00 and from 17:00 to 20:00 from Tuesday to Sunday", 7, "day", "hour"),
    ("C-1111111-1200-8-60", "hourly from 20:00 to 3:00", 8, "day", "hour"),
    ("C-0000110-1200-8-60", "hourly from 20:00 to 3:00 on Friday and Saturday", 8, "day", "hour"),
    ("C-1111100-1320-16-30", "every 30 minutes from 22:00 to 5:30 from Monday to Friday", 16, "day", "30-minute step"),
    ("C-1111100-480-10-60+0000010-480-5-60", "hourly from 8:00 to 17:00 from Monday to Friday and from 8:00 to 12:00 on Saturday", 55, "week", "hour"),
    ("C-1111001-1200-6-60+0000110-1200-8-60", "hourly from 20:00 to 1:00 from Sunday to Thursday and from 20:00 to 3:00 on Friday and Saturday", 46, "week", "hour"),
    ("C-1111000-0-24-60+0000100-0-22-60+0000001-1320-2-60", "hourly from 0:00 to 23:00 from Monday to Thursday, from 0:00 to 21:00 on Friday and from 22:00 to 23:00 on Sunday", 120, "week", "hour"),
    ("C-1111111-420-3-330", "at 7:00, 12:30 and 18:00", 3, "day", "step"),
    ("C-1111111-420-2-300-1110-1-0", "at 7:00, 12:00 and 18:30", 3, "day", "step"),
    ("C-1111111-480-2-750", "at 8:00 and 20:30", 2, "day", "step"),
    ("C-1111100-540-32-15", "every 15 minutes from 9:00 to 16:45 from Monday to Friday", 32, "day", "15-minute step"),
    ("C-1111100-570-391-1", "every minute from 9:30 to 16:00 from Monday to Friday", 391, "day", "minute"),
    ("CM-1-15", "on the 1st and 15th of each month", 24, "year", "half-month"),
    ("CM-15-30", "on the 15th and 30th of each month", 24, "year", "half-month"),
    ("CM-15-31", "on the 15th and last day of each month", 24, "year", "half-month"),
    ("CM-1-11-21", "on the 1st, 11th and 21st of each month", 36, "year", "dekad"),
    ("CM-10-20-31", "on the 10th, 20th and last day of each month", 36, "year", "dekad"),
    ("CM-1-6-11-16-21-26", "on the 1st, 6th, 11th, 16th, 21st and 26th of each month", 72, "year", "date"),
    ("CY-111111001111", "monthly from September to June", 10, "year", "month"),
    ("CY-111100000011", "monthly from November to April", 6, "year", "month"),
    ("CY-100100000100", "monthly in January, April and October", 3, "year", "month"),
]  # fmt: skip
ORDINARY = ["30min", "h", "6h", "12h", "D", "B", "W-MON", "2W-WED", "MS", "ME", "2MS", "QS", "QE", "YS"]


def first(day: str) -> np.ndarray:
    return np.array([day], dtype="datetime64[us]")


def steps(alias: str, count: int, day: str = "2021-01-31") -> np.ndarray:
    """So many moments of a pattern, as numpy has them."""
    return grid(first(day), alias, int(positions(first(day), alias)[0][0]), count)


@pytest.mark.parametrize(("alias", "label", "season", "season_name", "step"), FOUND)
def test_a_pattern_is_found_told_and_continued(alias, label, season, season_name, step):
    cycles = 6 if alias.startswith("C-") else 9
    count = max(24, cycles * len(pattern_of(alias).slots))
    every = steps(alias, count + 40)
    found = infer_frequency(every[:count])
    assert (found.alias, found.label) == (alias, label)
    assert (found.season_length, found.season_name, found.step_name) == (season, season_name, step)
    assert patterned(alias) == forced_frequency(alias) == found
    places, offset = positions(every, alias)
    assert np.diff(places).tolist() == [1] * (count + 39)
    assert not offset.any()
    assert grid(every[:count], alias, int(places[count]), 40).tolist() == every[count:].tolist()


@pytest.mark.parametrize("alias", [entry[0] for entry in FOUND])
def test_holidays_do_not_hide_a_pattern(alias):
    rng = np.random.default_rng(0)
    every = steps(alias, max(60, 9 * len(pattern_of(alias).slots)))
    kept = np.sort(rng.permutation(len(every))[: int(0.98 * len(every))])
    assert infer_frequency(every[kept]).alias == alias


def test_the_moments_of_patterns_are_those_of_calendars():
    hours = pd.date_range("2024-01-29", "2024-03-04", freq="h", unit="us", inclusive="left")
    late = hours[(hours.hour >= 20) | (hours.hour < 4)]
    nights = late[np.isin((late - pd.Timedelta(hours=4)).day_of_week, (4, 5))]
    assert steps("C-0000110-1200-8-60", len(nights), "2024-02-02T20:00").tolist() == nights.to_numpy().tolist()
    days = pd.date_range("2023-12-01", "2025-04-01", freq="D", unit="us")
    halves = days[(days.day == 15) | days.is_month_end]
    assert steps("CM-15-31", len(halves), "2023-12-15").tolist() == halves.to_numpy().tolist()
    ends = days[days.is_month_end & ~np.isin(days.month, (7, 8))]
    assert steps("CY-111111001111", len(ends), "2023-12-31").tolist() == ends.to_numpy().tolist()


def test_one_special_opening_leaves_the_pattern():
    every = steps(OFFICE, 45 * 20)
    saturday = np.datetime64("2021-03-13T11:00", "us")
    assert infer_frequency(np.sort(np.r_[every, saturday])).alias == OFFICE


@pytest.mark.parametrize(
    "alias",
    [
        "C-111110", "C-0000000", "C-1111100-540-9", "C-1111100-540-0-60", "C-1111100-540-1-60", "C-1111100-540-9-0",
        "C-1111100-540-9-60-", "C-1111100-2000-30-60", "C-1111111-540-25-60", "C-1111100-540-9-60-600-1-0",
        "C-1111100-540-9-60+0000100-540-1-0", "C-1111100+0000010-540-1-0", "C-1111100+0000010", "C-1111100-540-9-60+",
        "CM", "CM-0-15", "CM-15-1", "CM-1-1", "CM-29-31", "CM-1-28-29", "CM-1-32", "CY-000000000000", "CY-1111", "CY-11111100111121",
    ],
)  # fmt: skip
def test_what_is_written_wrongly_is_no_pattern(alias):
    assert pattern_of(alias) is patterned(alias) is None
    with pytest.raises(SettingsError, match="no step that is known"):
        forced_frequency(alias)


@st.composite
def aliases(draw):
    kind = draw(st.sampled_from(["week", "openings", "month", "year"]))
    if kind == "year":
        return "CY-" + draw(st.text("01", min_size=12, max_size=12).filter(lambda mask: "1" in mask))
    if kind == "month":
        days = draw(st.sets(st.integers(1, 27), max_size=5)) | {draw(st.integers(1, 31))}
        return "CM" + "".join(f"-{day}" for day in sorted(days))
    mask = draw(st.text("01", min_size=7, max_size=7).filter(lambda mask: "1" in mask))
    if kind == "week":
        return f"C-{mask}"
    count, step, begin = draw(st.integers(2, 8)), draw(st.sampled_from([1, 15, 60])), draw(st.integers(0, 1439))
    return f"C-{mask}-{begin}-{count}-{step}" + draw(st.sampled_from(["", f"-{begin + 540}-1-0"]))


@given(aliases(), st.integers(0, 20_000), st.integers(2, 200))
@settings(max_examples=150, deadline=None)
def test_steps_of_any_pattern_lie_on_its_grid_and_nowhere_between(alias, day, count):
    begin = np.array([day], dtype="datetime64[D]").astype("datetime64[us]")
    every = grid(begin, alias, int(positions(begin, alias)[0][0]), count)
    places, offset = positions(every, alias)
    assert not offset.any()
    assert np.diff(places).tolist() == [1] * (count - 1)
    assert np.all(np.diff(every) > np.timedelta64(0, "us"))
    if not alias.startswith("CY"):
        assert grid(every, alias, int(places[0]), count).tolist() == every.tolist()
    assert patterned(alias) == forced_frequency(alias)


def outages(rng: np.random.Generator, rows: int, share: float, length: float) -> np.ndarray:
    """Which rows are left where so many are lost in stretches of about this length."""
    kept = np.ones(rows, dtype=bool)
    while kept.mean() > 1 - share:
        begin = rng.integers(0, rows)
        kept[begin : begin + 1 + int(rng.exponential(length))] = False
    kept[[0, -1]] = True
    return kept


@pytest.mark.parametrize("alias", ORDINARY)
def test_gaps_make_no_pattern_of_ordinary_steps(alias):
    rng = np.random.default_rng(7)
    for trial in range(24):
        rows = int(rng.integers(24, 120) if alias[-1] != "h" and "min" not in alias else rng.integers(500, 2000))
        every = pd.date_range("2001-01-31", periods=rows, freq=alias, unit="us").to_numpy()
        kept = outages(rng, rows, rng.uniform(0, 0.4), (0, 4, 0.03 * rows)[trial % 3])
        assert infer_frequency(every[kept]).alias == alias


@pytest.mark.parametrize("alias", ["D", "B"])
def test_holidays_are_gaps(alias):
    days = pd.date_range("2015-01-01", "2019-12-31", freq=alias, unit="us")
    holidays = {(1, 1), (1, 6), (5, 1), (10, 3), (11, 1), (12, 25), (12, 26)}
    kept = [(day.month, day.day) not in holidays for day in days]
    assert infer_frequency(days[kept].to_numpy()).alias == alias


def test_one_break_a_week_must_be_seen_five_times():
    every = steps("C-1111100-0-24-60", 120 * 6)
    assert [infer_frequency(every[: 120 * weeks]).alias for weeks in (4, 6)] == ["h", "C-1111100-0-24-60"]


def test_few_weeks_of_minutes_with_gaps_take_no_gap_for_a_break():
    rng = np.random.default_rng(0)
    every = steps("C-1111100-570-391-1", 4 * 1955)
    assert infer_frequency(every[rng.random(len(every)) > 0.03]).alias == "C-1111100-570-391-1"


def test_one_month_that_is_never_read_is_a_gap():
    months = pd.date_range("2001-01-01", periods=120, freq="MS", unit="us")
    assert infer_frequency(months[months.month != 3].to_numpy()).alias == "MS"

"""What is found in a series before it is forecast: what is there, nothing else, and in words."""

import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lstm_viz.tables import (
    ROWS,
    SAMPLES,
    Feature,
    Finding,
    Series,
    inspect_series,
    load_sample,
    make_series,
    read_table,
)
from lstm_viz.tables.series.inspection import level_shift

QUIET = {"frequency", "span", "gaps"}


def found_in(series: Series, **requested: int) -> dict[str, Finding]:
    return {finding.kind: finding for finding in inspect_series(series, **requested)}


def rows_of(y: np.ndarray) -> Series:
    return Series("y", None, np.arange(len(y)), np.asarray(y, dtype=float), ROWS)


@pytest.fixture
def hourly() -> Series:
    """Sixty days of hours with a daily and a weekly swing and some noise."""
    hours = np.arange(24 * 60)
    rng = np.random.default_rng(0)
    y = 100 + 20 * np.sin(hours / 24 * 2 * np.pi) + 5 * np.sin(hours / 168 * 2 * np.pi) + rng.normal(size=len(hours))
    ds = np.datetime64("2024-01-01", "us") + hours.astype("timedelta64[h]")
    text = "t,y\n" + "".join(f"{stamp},{value:.3f}\n" for stamp, value in zip(ds, y, strict=True))
    return make_series(read_table(text.encode(), "x.csv"))


def changed(series: Series, rows: object, values: object) -> Series:
    y = series.y.copy()
    y[rows] = values  # type: ignore[index]
    return replace(series, y=y)


@pytest.mark.parametrize("key", [sample.key for sample in SAMPLES])
def test_a_published_series_raises_no_alarm(key):
    findings = inspect_series(make_series(load_sample(key)))
    assert {finding.severity for finding in findings} <= {"fine", "note"}
    assert {finding.kind for finding in findings} >= QUIET


def test_a_clean_series_is_fine(hourly):
    findings = inspect_series(hourly, horizon=24)
    assert {finding.kind for finding in findings} == QUIET
    assert {finding.severity for finding in findings} == {"fine"}
    assert found_in(hourly)["span"].sentence == "1,440 hours, from 2024-01-01 to 2024-02-29 23:00:00."


def test_gaps_are_counted_and_shown(airline):
    gaps = found_in(changed(airline, np.r_[20:24, 40], np.nan))["gaps"]
    assert gaps.sentence.startswith(
        "5 months of 144 (3.5%) have no value, in 2 gaps, the longest is 4 months from 1950-09 on."
    )
    assert (gaps.severity, gaps.places) == ("note", ((20, 24), (40, 41)))


def test_many_gaps_are_a_warning(airline):
    gaps = found_in(changed(airline, np.r_[10:130:2], np.nan))["gaps"]
    assert gaps.severity == "warning"
    assert "choose a longer step" in gaps.sentence


@pytest.mark.parametrize("row", [0, 1, 20, 700, 1438, 1439])
@pytest.mark.parametrize("value", [190.0, 20.0, -50.0, 5000.0])
def test_a_value_that_does_not_belong_is_found_wherever_it_stands(hourly, row, value):
    outliers = found_in(changed(hourly, row, value))["outliers"]
    assert outliers.places == ((row, row + 1),)
    assert f"{value:,.6g} at 2024-" in outliers.sentence


def test_a_value_that_is_usual_at_another_hour_is_found(hourly):
    low = int(np.argmin(hourly.y[700:724])) + 700
    assert found_in(changed(hourly, low, hourly.y.max()))["outliers"].places == ((low, low + 1),)


def test_a_swing_that_grows_holds_no_outliers(airline):
    assert "outliers" not in found_in(airline)
    assert found_in(changed(airline, 60, airline.y[60] * 6))["outliers"].places == ((60, 61),)


@pytest.mark.parametrize(
    "y",
    [
        np.full(300, 5.0),
        np.random.default_rng(0).poisson(0.2, 500),
        np.random.default_rng(0).poisson(3, 500),
        np.random.default_rng(0).pareto(1.2, 500),
        np.random.default_rng(0).negative_binomial(0.3, 0.02, 500),
        np.random.default_rng(0).standard_cauchy(500),
        np.cumsum(np.random.default_rng(0).normal(size=500)),
        np.exp(np.arange(300) / 20),
        np.repeat([1.0, 50.0], 200),
        np.arange(400.0),
        np.tile([0.0, 0, 0, 0, 0, 0, 30], 60),
    ],
)
def test_a_series_that_is_so_by_nature_holds_no_outliers(y):
    assert "outliers" not in found_in(rows_of(y))


def test_a_stuck_sensor_is_found(hourly):
    constant = found_in(changed(hourly, slice(100, 130), 101.5))["constant"]
    assert (constant.places, constant.severity) == (((100, 130),), "warning")
    assert constant.sentence.startswith("The value stays at 101.5 for 30 hours from 2024-01-05 04:00:00 on.")


def test_a_series_of_steps_is_not_called_stuck():
    assert "constant" not in found_in(rows_of(np.repeat(np.arange(20.0), 25)))


@pytest.mark.parametrize("mark", [-999.0, -9999.0, 9999.0, -99.0, 999_999.0])
def test_marks_for_nothing_are_found(airline, mark):
    sentinel = found_in(changed(airline, [5, 6, 90], mark))["sentinel"]
    assert sentinel.places == ((5, 7), (90, 91))
    assert f"The value {mark:,g} stands 3 times" in sentinel.sentence
    assert sentinel.value == mark


@pytest.mark.parametrize("mark", [-999.0, 9999.0])
def test_a_number_that_was_kept_on_purpose_is_not_asked_about_again(airline, mark):
    series = changed(airline, [5, 6, 90], mark)
    kept, asked = found_in(series, genuine=(mark,))["sentinel"], found_in(series, genuine=(-1.0,))["sentinel"]
    assert (kept.severity, asked.severity) == ("note", "warning")
    assert kept.sentence.endswith("it is kept as a number, as you chose.")
    assert kept.value == mark, "so that one click takes it back"


def test_999_among_its_like_is_no_mark():
    assert "sentinel" not in found_in(rows_of(np.arange(900.0, 1000)))
    assert "sentinel" not in found_in(rows_of(np.r_[np.arange(0.0, 990, 10), 999]))


@pytest.mark.parametrize(("factor", "word"), [(1000, "larger"), (0.001, "smaller"), (100, "larger")])
def test_a_change_of_unit_is_found(airline, factor, word):
    unit = found_in(changed(airline, slice(80, None), airline.y[80:] * factor))["unit"]
    times = f"{round(max(factor, 1 / factor)):,} times {word}"
    assert times in unit.sentence
    assert "1955-09" in unit.sentence
    assert unit.places == ((80, 144),)


def test_growth_is_no_change_of_unit():
    assert "unit" not in found_in(rows_of(np.exp(np.arange(300) / 10)))


def test_rows_that_share_a_date_are_told_from_counts():
    series = make_series(read_table(b"t,y\n2020-01-03,1\n2020-01-01,3\n2020-01-01,5\n2020-01-02,7\n", "x.csv"))
    findings = found_in(series)
    assert (series.repairs.repeated, series.repairs.unsorted) == (2, 3)
    assert findings["duplicates"].sentence.startswith("2 rows share their date with another")
    assert findings["order"].severity == "warning"


def test_a_horizon_too_long_is_a_problem_and_stands_first(airline):
    first = inspect_series(airline, horizon=60)[0]
    assert (first.kind, first.severity) == ("short", "problem")
    assert first.sentence == "A horizon of 60 is too long for 144 months. Use at most 46, or bring more rows."
    assert "Use at most 30" in inspect_series(airline, horizon=60, longest=30)[0].sentence
    assert "short" not in found_in(airline, horizon=46)


def test_less_than_two_seasons_are_a_warning(airline):
    short = replace(airline, ds=airline.ds[:20], y=airline.y[:20])
    assert found_in(short)["span"].severity == "warning"
    assert found_in(short)["short"].severity == "note"


def known_ahead(series: Series, **steps: int) -> Series:
    """Columns known so many steps beyond the series."""
    return replace(
        series, features=tuple(Feature(name, np.ones(len(series) + ahead), True) for name, ahead in steps.items())
    )


def test_a_future_that_is_not_known_is_told_before_training(airline):
    told = found_in(known_ahead(airline, price=3, fair=12), horizon=12)["future"]
    assert told.severity == "warning"
    assert told.sentence == (
        "`price` is known for 3 of the next 12 months: its mean stands in for the rest. Bring future rows with the target "
        "left blank."
    )
    several = found_in(known_ahead(airline, price=0, fair=0), horizon=12)["future"].sentence
    assert several.startswith("`price`, `fair` are known for none of the next 12 months: their means stand in for all")
    assert "not known for the next month" in found_in(known_ahead(airline, price=0), horizon=1)["future"].sentence
    assert "not known after the last value" in found_in(known_ahead(airline, price=0))["future"].sentence


def test_a_future_that_is_known_and_columns_of_the_past_raise_no_alarm(airline):
    past = replace(airline, features=(Feature("rain", np.ones(144), False),))
    for series in (past, known_ahead(airline, price=12)):
        assert "future" not in found_in(series, horizon=12)
    assert "future" not in found_in(known_ahead(airline, price=1))


def test_three_rows_are_too_few():
    assert found_in(rows_of(np.array([1.0, 5, 2])))["short"].severity == "problem"


@given(arrays(np.float64, st.integers(2, 80), elements=st.floats(-1e300, 1e300) | st.just(np.nan) | st.integers(-3, 3)))
def test_any_series_gives_findings_whose_places_lie_in_it(y):
    y = y.copy()
    y[[0, -1]] = np.nan_to_num(y[[0, -1]])
    for finding in inspect_series(rows_of(y), horizon=5):
        assert finding.sentence.endswith(".")
        assert "\n" not in finding.sentence
        assert all(0 <= start < end <= len(y) for start, end in finding.places)


@pytest.mark.slow
@pytest.mark.parametrize("season", [1, 24, 1440])
def test_a_million_rows_take_about_a_second(season):
    rows = np.arange(1_000_000)
    y = np.sin(rows / 1440 * 2 * np.pi) + np.random.default_rng(0).normal(size=len(rows)) * 0.1
    series = replace(rows_of(y), frequency=replace(ROWS, alias="min", season_length=season, season_name="day"))
    series = replace(series, ds=rows.astype("datetime64[m]").astype("datetime64[us]"))
    begin = time.process_time()
    inspect_series(series)
    assert time.process_time() - begin < 5  # about 0.8 s on a free core


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("jump", [-60.0, 60.0, 150.0])
def test_a_shift_of_the_level_is_found_where_it_is(seed, jump):
    generator = np.random.default_rng(seed)
    length = int(generator.integers(100, 400))
    at = int(generator.integers(length // 4, 3 * length // 4))
    steps = np.arange(length)
    values = 100 + generator.normal(0, 3, length) + 5 * np.sin(2 * np.pi * steps / 7) + np.where(steps >= at, jump, 0)
    found = level_shift(values, 7)
    assert found is not None
    assert abs(found[0] - at) <= 1
    assert found[2] - found[1] == pytest.approx(jump, abs=5)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.key)
def test_a_trend_and_a_season_are_no_shift_of_the_level(sample):
    series = make_series(load_sample(sample.key))
    assert level_shift(series.y, series.frequency.season_length) is None


@pytest.mark.parametrize("season", [1, 4, 7, 12])
@pytest.mark.parametrize("slope", [0, 0.1, 0.5, 2])
@pytest.mark.parametrize("noise", [0, 1, 5])
def test_a_trend_with_a_season_is_no_shift_of_the_level(season, slope, noise):
    random = np.random.default_rng(0)
    for count in (40, 60, 90, 120, 200, 400):
        places = np.arange(count)
        saw = places % max(season, 2) * 3.7
        wave = 10 * np.sin(2 * np.pi * places / max(season, 2))
        for shape in (saw, wave):
            assert level_shift(100 + slope * places + shape + random.normal(0, 1, count) * noise, season) is None

"""Many series in one table: long, wide, with features; whatever was written is read back."""

import json
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from lstm_viz.errors import ColumnError, LSTMVizError, SeriesError, SettingsError
from lstm_viz.tables import (
    MAX_SERIES,
    ROW_NUMBER,
    Columns,
    Table,
    inspect_series,
    make_panel,
    make_series,
    proposed_columns,
    read_table,
    series_id_choices,
    time_choices,
)

DAYS = ("%Y-%m-%d", "%d.%m.%Y", "%m/%d/%Y", "%d/%m/%Y", "%d %b %Y", "%B %d, %Y", "%Y%m%d", "%a, %d %b %Y")
CLOCKS = ("%Y-%m-%d %H:%M", "%d.%m.%Y %H:%M", "%d/%m/%Y %I:%M %p", "%Y-%m-%dT%H:%M:%SZ", "%Y%m%d%H%M")
MONTHS = ("%Y-%m", "%b %Y", "%B %Y", "%Y%m", "%m/%Y", "%YM%m", "%b-%y")
FORMS = {
    "YS": ("%Y", *DAYS),
    "QS": DAYS,
    "MS": (*MONTHS, *DAYS),
    "ME": DAYS,
    "W-SUN": DAYS,
    "D": DAYS,
    "B": DAYS,
    "h": CLOCKS,
    "15min": CLOCKS,
}
NAMES = (
    ["A", "B", "C", "D", "E", "F"],
    ["1", "2", "3", "10", "11", "12"],
    ["Zürich", "a · b", "x + y", "<b>", "$5", "é"],
)
TRIES = settings(max_examples=100, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])


@dataclass(frozen=True)
class Written:
    """How a random panel is written."""

    seed: int
    alias: str
    form: int
    layout: str
    count: int
    rows: int
    gaps: float
    shuffled: bool
    names: int


WRITTEN = st.builds(
    Written,
    seed=st.integers(0, 10**6),
    alias=st.sampled_from(sorted(FORMS)),
    form=st.integers(0, 20),
    layout=st.sampled_from(["long", "wide", "two ids"]),
    count=st.integers(2, 6),
    rows=st.integers(24, 60),
    gaps=st.sampled_from([0.0, 0.0, 0.1, 0.2]),
    shuffled=st.booleans(),
    names=st.integers(0, 2),
)


def series_of(written: Written) -> dict[str, pd.Series]:
    """Series whose first and last values are known, each from a start of its own."""
    rng = np.random.default_rng(written.seed)
    dates = pd.date_range("1999-03-01", periods=written.rows + 10, freq=written.alias, unit="us")
    found = {}
    for name in NAMES[written.names][: written.count]:
        start = int(rng.integers(0, 10))
        values = np.round(rng.normal(100, 20, written.rows), 2)
        drop = rng.random(written.rows) < written.gaps
        values[drop & (np.arange(written.rows) % (written.rows - 1) > 0)] = np.nan
        found[name] = pd.Series(values, dates[start : start + written.rows])
    return found


def table_of(series: dict[str, pd.Series], written: Written) -> tuple[Table, Columns]:
    """Write the series into a file, in the order of their names."""
    rng = np.random.default_rng(written.seed + 1)
    form = FORMS[written.alias][written.form % len(FORMS[written.alias])]
    if written.layout == "wide":
        frame = pd.DataFrame(series)
        columns = Columns(targets=tuple(f"y {name}" for name in series))
        frame = frame.set_axis(list(columns.targets), axis=1).rename_axis("date").reset_index()
    else:
        parts = [
            one.dropna().rename_axis("date").reset_index(name="sales").assign(store=n) for n, one in series.items()
        ]
        frame, columns = pd.concat(parts, ignore_index=True)[["store", "date", "sales"]], Columns()
        if written.layout == "two ids":
            frame = frame.assign(item=np.where(frame["store"].map(list(series).index) % 2, "odd", "even"))
            frame = frame.assign(store=frame["store"].map(list(series).index) // 2)[["store", "item", "date", "sales"]]
    if written.shuffled:
        frame = frame.iloc[rng.permutation(len(frame))]
    frame = frame.assign(date=frame["date"].dt.strftime(form))
    return read_table(frame.to_csv(index=False, sep=";").encode(), "x.csv"), columns


@pytest.mark.slow
@pytest.mark.slow
@TRIES
@example(Written(0, "MS", 6, "long", 3, 30, 0.1, True, 1))
@given(WRITTEN)
def test_a_panel_is_read_back(written: Written):
    series = series_of(written)
    if written.layout == "two ids" and len(series) < 3:
        return  # one of the two is enough to tell two series apart
    table, columns = table_of(series, written)
    panel = make_panel(table, columns)
    notes = [*table.notes, *panel.notes]
    assert len(panel) == len(series), (panel.columns, notes)
    assert panel.frequency.alias == written.alias, notes
    names = {name: place for place, name in enumerate(series)}
    for name, given_values in series.items():
        ids = {"wide": f"y {name}", "two ids": f"{names[name] // 2} · {('even', 'odd')[names[name] % 2]}"}
        found = panel.get(ids.get(written.layout, name))
        full = given_values.asfreq(written.alias)
        assert found.ds.tolist() == full.index.as_unit("us").to_numpy().tolist(), notes
        np.testing.assert_array_equal(found.y, full.to_numpy())


CELLS = st.sampled_from(
    [
        *(
            "",
            "1",
            "0",
            "-2.5",
            "1,5",
            "NA",
            "a",
            "b",
            "12",
            "13",
            "31",
            "24",
            "2400",
            "1871",
            "43831",
            "1577836800",
            "yes",
            "no",
        ),
        *(
            "2020-01-01",
            "2020-01-02",
            "31.12.1988",
            "12/31/88",
            "1990Q3",
            "Jan 1949",
            "Jan",
            "10:00",
            "11:30 PM",
            "M01",
            "M13",
        ),
        *("W05", "2020-05", "202005", "2019/20", "1-01", "1e308", "-1e308", "0001-01-01", "9999-12-31", "2020-02-30"),
    ]
)
TITLES = st.sampled_from(
    [
        *("date", "time", "year", "month", "week", "day", "hour", "minute", "quarter", "doy", "period", "Date Time"),
        *("store", "item", "id", "y", "x", "year + month", "a + b", ""),
    ]
)
ANY_TABLE = st.integers(1, 5).flatmap(
    lambda width: st.tuples(
        st.lists(TITLES, min_size=width, max_size=width),
        st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=1, max_size=12),
    )
)


def check_sentence(text: str) -> None:
    assert 0 < len(text) < 420
    assert text.endswith((".", '"'))


@pytest.mark.slow
@pytest.mark.slow
@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(ANY_TABLE, st.randoms(use_true_random=False))
def test_any_table_gives_a_panel_or_one_sentence(cells, random):
    text = "\n".join(";".join(row) for row in (cells[0], *cells[1])) + "\n"
    try:
        table = read_table(text.encode(), "x.csv")
        names = [None, *(column.name for column in table.columns)]
        columns = Columns(
            time=random.choice([None, *time_choices(table)]),
            target=random.choice(names),
            series_id=random.choice([None, *series_id_choices(table)]),
            known=tuple(filter(None, [random.choice(names)])),
            duplicates=random.choice(["mean", "sum", "first", "last"]),
            frequency=random.choice([None, None, None, "D", "MS", "W-SUN", "YE", "step"]),
        )
        panel = make_panel(table, random.choice([Columns(), columns]))
    except LSTMVizError as refusal:
        check_sentence(str(refusal))
        return
    for series in panel.series:
        assert np.isfinite(series.y[[0, -1]]).all()
        assert not np.isinf(series.y).any()
        assert (np.diff(np.concatenate([series.ds, series.future(3)])).astype(np.int64) > 0).all()
        assert all(len(feature.values) >= len(series) for feature in series.features)
        assert all(finding.sentence.endswith(".") for finding in inspect_series(series, horizon=2))


LONG = "store,date,sales,price,promo\n" + "".join(
    f"{store},2020-01-{day:02d},{'' if day > 8 else day * factor},{day / 2},{'yes' if day == 9 else 'no'}\n"
    for store, factor in (("B", 1), ("A", 10))
    for day in range(1, 11)
)


def long_table(text: str = LONG) -> Table:
    return read_table(text.encode(), "x.csv")


def test_series_stand_in_the_order_of_the_file():
    panel = make_panel(long_table())
    assert (panel.layout, panel.ids, len(panel)) == ("long", ("B", "A"), 2)
    assert panel.get("A").y.tolist() == [10, 20, 30, 40, 50, 60, 70, 80]
    assert {series.name for series in panel.series} == {"sales"}
    assert panel.get("A").frame()["unique_id"].unique().tolist() == ["A"]


def test_settled_columns_hold_no_none_and_give_the_panel_again():
    panel = make_panel(long_table(), Columns(known=("price",)))
    told = panel.columns.to_dict()
    assert None not in told.values()
    again = make_panel(long_table(), Columns.from_dict(json.loads(json.dumps(told))))
    assert (again.columns, again.ids, again.notes) == (panel.columns, panel.ids, panel.notes)
    assert [one.y.tolist() for one in again.series] == [one.y.tolist() for one in panel.series]


def test_rows_without_a_target_are_the_future_of_known_columns():
    series = make_panel(long_table(), Columns(known=("price", "promo"))).get("A")
    price, promo = series.features
    assert (price.name, promo.name, price.known) == ("price", "promo", True)
    assert (len(series), len(price.values)) == (8, 10)
    assert price.values.tolist() == [day / 2 for day in range(1, 11)]
    assert promo.values.tolist() == [0] * 8 + [1, 0]
    assert series.repairs.ahead == 2


def test_past_columns_end_with_the_target():
    panel = make_panel(long_table(), Columns(past=("price",), known=("promo",)))
    promo, price = panel.get("A").features
    assert (promo.known, price.known) == (True, False)
    assert (len(promo.values), len(price.values)) == (10, 8)
    assert make_panel(long_table(), Columns(past=("price",))).get("A").repairs.cut == 2


def test_features_lie_on_the_grid_of_the_target():
    text = "t,y,x\n2020-01-04,4,40\n2020-01-01,,10\n2020-01-02,2,20\n2020-01-07,7,70\n2020-01-08,,80\n2020-01-10,,100\n"
    series = make_panel(long_table(text), Columns(known=("x",))).series[0]
    assert [str(day)[8:10] for day in series.ds] == ["02", "03", "04", "05", "06", "07"]
    np.testing.assert_array_equal(series.y, [2, np.nan, 4, np.nan, np.nan, 7])
    np.testing.assert_array_equal(series.features[0].values, [20, np.nan, 40, np.nan, np.nan, 70, 80, np.nan, 100])


def test_text_of_few_values_becomes_columns_of_0_and_1():
    text = "t,y,sky\n2020-01-01,1,sun\n2020-01-02,2,rain\n2020-01-03,4,\n2020-01-04,3,sun\n"
    rain, sun = make_panel(long_table(text), Columns(past=("sky",))).series[0].features
    assert (rain.name, sun.name) == ("sky = rain", "sky = sun")
    np.testing.assert_array_equal(sun.values, [1, 0, np.nan, 1])


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        (Columns(known=("word",)), "is text with 13 different values: a further column may have at most 12"),
        (Columns(known=("t",)), "chosen as further column and as time"),
        (Columns(past=("y",)), "chosen as further column and as target"),
        (Columns(known=("x",), past=("x",)), "chosen as further column and as column known in advance"),
        (Columns(known=("nowhere",)), "There is no column `nowhere`"),
        (Columns(series_id="nowhere"), "There is no column `nowhere`"),
        (Columns(series_id="t + nowhere"), "There is no column `t + nowhere`"),
        (Columns(series_id="y", target="y"), "as target and as name of the series"),
        (Columns(targets=("y", "x"), series_id="word"), "Pick one target"),
        (Columns(time="t + x"), "There is no column `t + x`"),
    ],
)
def test_a_contradiction_is_refused(columns, words):
    text = "t,y,x,word\n" + "".join(f"2020-01-{day:02d},{day % 5},{day},w{day}\n" for day in range(1, 14))
    with pytest.raises(ColumnError) as refusal:
        make_panel(long_table(text), columns)
    assert words in str(refusal.value)


@pytest.mark.parametrize("alias", ["", "nothing", "0D", "-1D", "BME"])
def test_an_unknown_frequency_is_refused(alias):
    if alias == "":
        assert make_panel(long_table(), Columns(frequency=alias)).frequency.alias == "D"
        return
    with pytest.raises(SettingsError, match="is no step that is known"):
        make_panel(long_table(), Columns(frequency=alias))


@pytest.mark.parametrize(
    ("alias", "first", "sums"),
    [
        ("MS", "2020-01-01", [31, 29, 31, 9]),
        ("ME", "2020-01-31", [31, 29, 31, 9]),
        ("QS", "2020-01-01", [91, 9]),
        ("QE", "2020-03-31", [91, 9]),
        ("W-SUN", "2020-01-05", [5, *([7] * 13), 4]),
        ("W-WED", "2020-01-01", [1, *([7] * 14), 1]),
    ],
)
def test_a_longer_step_gathers_rows(alias, first, sums):
    days = pd.date_range("2020-01-01", periods=100, freq="D")
    text = "t,y,z\n" + "".join(f"{day.date()},1,{day.day}\n" for day in days[::-1])
    columns = Columns(target="z", past=("y",), frequency=alias, duplicates="sum")
    series = make_panel(long_table(text), columns).series[0]
    assert str(series.ds[0])[:10] == first
    expected = pd.Series(days.day, days).resample({"MS": "ME", "QS": "QE"}.get(alias, alias)).sum()
    np.testing.assert_array_equal(series.y, expected)
    assert (len(sums), series.features[0].values.tolist()) == (len(series), [1] * len(series))


def test_a_missing_series_is_refused_with_those_that_are_there():
    with pytest.raises(SeriesError, match=r"There is no series `Z`: the file has `B`, `A`. Pick one of these."):
        make_panel(long_table()).get("Z")


def test_series_that_cannot_be_used_are_counted():
    text = LONG + "".join(f"C,2020-01-{day:02d},5,1,no\n" for day in range(1, 11)) + "D,2020-01-01,5,1,no\n"
    panel = make_panel(long_table(text), Columns(series_id="store"))
    assert panel.ids == ("B", "A")
    assert panel.skipped == (
        "Left out 1 series with fewer than 2 values: `D`.",
        "Left out 1 series whose values are all the same: `C`.",
    )


def test_no_series_that_can_be_used_is_refused():
    text = "store,t,y\n" + "".join(f"{store},2020-01-0{day},5\n" for store in "AB" for day in range(1, 5))
    with pytest.raises(SeriesError, match=r"No series of the file can be used. Left out 2 series whose values are all"):
        make_panel(long_table(text), Columns(target="y", series_id="store"))


def test_at_most_a_thousand_series_are_read():
    text = "id,t,y\n" + "".join(f"s{one},2020-01-0{day},{day + one}\n" for one in range(1003) for day in (1, 2, 3))
    panel = make_panel(long_table(text))
    assert (len(panel), panel.ids[-1]) == (MAX_SERIES, "s999")
    assert panel.skipped == ("Left out 3 of 1,003 series: the first 1,000 of the file are read.",)


def test_a_series_that_follows_no_steps_has_rows_and_is_told():
    text = "store,date,sales\n" + "".join(
        f"{store},2020-0{month}-01,{month}\n" for store in "AB" for month in range(1, 9)
    )
    text += "".join(f"C,2020-{day},{day[-2:]}\n" for day in ("01-05", "01-09", "01-20", "02-03", "02-04"))
    panel = make_panel(long_table(text), Columns(series_id="store"))
    found = panel.get("C")
    assert (panel.frequency.alias, panel.get("A").frequency.alias) == ("MS", "MS")
    assert (found.frequency.alias, found.time, found.y.tolist()) == ("step", None, [5, 9, 20, 3, 4])
    assert "1 of 3 series do not follow monthly steps: took their rows." in panel.notes


def test_a_blank_name_of_a_series_is_left_out():
    panel = make_panel(long_table(LONG + ",2020-01-03,7,1,no\n"))
    assert panel.ids == ("B", "A")
    assert "Left out 1 row without a name in `store`." in panel.notes


def test_without_time_the_rows_of_each_series_are_steps():
    panel = make_panel(long_table(), Columns(time=ROW_NUMBER, series_id="store"))
    assert (panel.frequency.alias, panel.get("A").time) == ("step", None)
    assert panel.get("A").y.tolist() == [10, 20, 30, 40, 50, 60, 70, 80]


def test_a_long_table_may_be_averaged_instead():
    panel = make_panel(long_table(), Columns(series_id=""))
    assert (panel.layout, len(panel), panel.series[0].y[0]) == ("single", 1, 5.5)
    np.testing.assert_array_equal(make_series(long_table()).y, panel.series[0].y)


@pytest.mark.parametrize("key", ["airline_passengers", "sunspots", "nile", "mauna_loa_co2"])
def test_the_panel_of_a_sample_is_its_series(key):
    from lstm_viz.tables import load_sample

    series, panel = make_series(load_sample(key)), make_panel(load_sample(key))
    assert (panel.layout, panel.frequency, panel.notes) == ("single", series.frequency, series.notes)
    assert panel.series[0].ds.tolist() == series.ds.tolist()
    np.testing.assert_array_equal(panel.series[0].y, series.y)


def test_hostile_names_of_columns_are_never_cut_apart():
    text = "a + b,a,b,date,y\n" + "".join(
        f"{a}{b},{a},{b},2020-01-0{day},{day * a + b}\n" for a in (1, 2) for b in (1, 2) for day in range(1, 6)
    )
    table = long_table(text)
    assert make_panel(table, Columns(target="y", series_id="a + b")).ids == ("11", "12", "21", "22")
    assert make_panel(table, Columns(target="y", series_id="b + a")).ids == ("1 · 1", "2 · 1", "1 · 2", "2 · 2")
    assert len(make_panel(table, Columns(target="y", series_id="a + b + b"))) == 4


def test_another_column_of_times_still_tells_the_series_apart():
    text = "sent,come,store,y\n" + "".join(
        f"2020-01-{day:02d},2020-02-{day + place:02d},{store},{day * (place + 1)}\n"
        for place, store in enumerate("AB")
        for day in range(1, 9)
    )
    panel = make_panel(long_table(text), Columns(time="come"))
    assert (panel.columns.series_id, panel.ids, str(panel.get("B").ds[0])[:10]) == ("store", ("A", "B"), "2020-02-02")
    assert make_panel(long_table(text), Columns(time=ROW_NUMBER)).layout == "single"


def test_proposals_can_be_chosen():
    table = long_table()
    columns = proposed_columns(table)
    assert columns == Columns("date", "sales", (), "store")
    assert columns.time in time_choices(table)
    assert columns.series_id in series_id_choices(table)
    assert time_choices(table)[-1] == ROW_NUMBER


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("order,date,y\n" + "".join(f"o{n},2020-01-0{1 + n % 9},{n % 7}\n" for n in range(60)), ""),
        ("date,mood,y\n" + "".join(f"2020-01-{n + 1:02d},{'ab'[n % 2]},{n % 7}\n" for n in range(30)), ""),
        ("id,date,y\n" + "".join(f"{n // 10},2020-01-{n % 10 + 1:02d},{n % 7}\n" for n in range(30)), "id"),
        ("g,date,y\n" + "".join(f"{n % 3},2020-01-{n // 3 + 1:02d},{n % 7}\n" for n in range(30)), "g"),
        ("date,y\n" + "".join(f"2020-01-{n // 3 + 1:02d},{n % 7}\n" for n in range(30)), ""),
    ],
)
def test_only_evidence_makes_a_name_of_series(text, expected):
    assert proposed_columns(long_table(text)).series_id == expected


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"what": 1}, "`what` is not known"),
        ({"time": 3}, "`time` must be text"),
        ({"known": "price"}, "`known` must be a list of columns"),
        ({"known": [1]}, "`known` must be a list of columns"),
        ({"duplicates": "median"}, "Use one of mean, sum, first, last."),
    ],
)
def test_columns_of_a_wrong_kind_are_refused(values, words):
    with pytest.raises(SettingsError) as refusal:
        Columns.from_dict(values)
    assert words in str(refusal.value)


def test_infinite_sums_are_gaps():
    text = "t,y\n2020-01-01,1e308\n2020-01-01,1e308\n2020-01-02,1\n2020-01-03,2\n"
    series = make_panel(long_table(text), Columns(duplicates="sum")).series[0]
    assert series.y.tolist() == [1, 2]
    assert replace(series, name="x").unique_id == "y"

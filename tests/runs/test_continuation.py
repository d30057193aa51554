"""The same model on newer rows: what goes on is taken, what does not is refused by its true reason."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from lstm_viz.errors import ColumnError, LSTMVizError, RunError, SeriesError
from lstm_viz.forecasting.config import suggest_config
from lstm_viz.runs.jobs import TrainingJob, train
from lstm_viz.runs.newer_rows import grow, rerun, rerun_file
from lstm_viz.runs.worker import Silence
from lstm_viz.tables import Columns, make_panel, make_series, read_table

KNOWN = 132


class Patient(Silence):
    def should_stop(self):
        return False


@pytest.fixture(scope="module")
def table(airline):
    return pd.DataFrame({"month": pd.Series(airline.ds).dt.strftime("%Y-%m"), "passengers": airline.y.astype(int)})


def read(table):
    return read_table(table.to_csv(index=False).encode(), "x.csv")


@pytest.fixture(scope="module")
def old(table):
    return make_series(read(table[:KNOWN]))


@pytest.fixture(scope="module")
def trained(old):
    config = suggest_config(KNOWN, 12)
    config = replace(config, hidden_size=4, members=2, origins=1, training=replace(config.training, epochs=3))
    return train(TrainingJob(old, config), Patient())


def test_the_same_file_grown_goes_on(old, table):
    grown = grow(old, read(table[:140]))
    assert (grown.old_rows, grown.new_rows, grown.changed, grown.joined) == (KNOWN, 8, 0, False)


@pytest.mark.parametrize("last", [KNOWN + 1, KNOWN + 2, 144])
def test_newer_rows_alone_are_put_behind_the_old_ones(old, table, airline, last):
    grown = grow(old, read(table[KNOWN:last]))
    assert (grown.new_rows, grown.changed, grown.joined) == (last - KNOWN, 0, True)
    np.testing.assert_array_equal(grown.series.y, airline.y[:last])
    np.testing.assert_array_equal(grown.series.ds, airline.ds[:last])


def test_a_month_between_that_is_missing_is_a_gap(old, table):
    grown = grow(old, read(table[KNOWN + 1 :]))
    assert np.isnan(grown.series.y[KNOWN])
    assert grown.new_rows == 12


def test_old_rows_that_differ_are_counted_and_the_new_ones_count(old, table):
    changed = table.copy()
    changed.loc[[3, 70], "passengers"] += 1
    grown = grow(old, read(changed))
    assert grown.changed == 2
    assert grown.series.y[3] == old.y[3] + 1
    assert grow(old, read(changed[60:])).changed == 1


@pytest.mark.parametrize(
    ("csv", "told"),
    [
        ("month,price\n1960-01,3\n1960-02,4\n", "There is no column `passengers`"),
        ("month,passengers\n1990-01,3\n1990-02,4\n1990-03,6\n", "does not go on where the run's data ends"),
        ("month,passengers\n1960-01-15,3\n1960-01-16,4\n1960-01-17,6\n", "does not go on where the run's data ends"),
        ("month,passengers\n1949-01,112\n1950-01,118\n1951-01,132\n1952-01,129\n", "read as yearly"),
        ("month,passengers\n1940-01,112\n1940-02,118\n1940-03,132\n", "begins at 1940-01-01, before"),
        ("month,passengers\nlater,3\nlatest,4\n", "passengers"),
        ("month,passengers\n1960-01,\n1960-02,\n", "is empty"),
    ],
)
def test_what_does_not_go_on_is_refused_with_the_true_reason(old, csv, told):
    with pytest.raises(LSTMVizError) as error:
        grow(old, read_table(csv.encode(), "x.csv"))
    if told != "passengers":
        assert told in str(error.value)


@pytest.mark.parametrize("part", [slice(0, KNOWN), slice(50, KNOWN), slice(0, 60)])
def test_a_file_without_newer_rows_is_refused(old, table, part):
    with pytest.raises(SeriesError):
        grow(old, read(table[part]))


def test_rows_without_time_go_on_by_their_number():
    values = [n % 7 + n / 10 for n in range(60)]
    csv = lambda count: read_table(("v\n" + "".join(f"{v}\n" for v in values[:count])).encode(), "x.csv")  # noqa: E731
    old = make_series(csv(50))
    assert grow(old, csv(56)).new_rows == 6
    with pytest.raises(SeriesError, match="learned from 50"):
        grow(old, csv(30))
    with pytest.raises(SeriesError, match="no rows after the 50"):
        grow(old, csv(50))


def test_the_model_as_it_is_forecasts_from_the_new_end_and_its_old_forecast_is_judged(old, table, trained):
    done = rerun(trained.recipe, trained.forecast, grow(old, read(table[:138])))
    assert done.future["ds"].iloc[0] == pd.Timestamp("1960-07-01")
    assert {"yhat", "lo-80", "hi-80", "lo-95", "hi-95"} <= set(done.future)
    assert len(done.judged) == 6
    said = trained.forecast.future["yhat"].to_numpy()[:6]
    happened = table["passengers"].to_numpy()[KNOWN:138]
    assert done.error == pytest.approx(np.abs(said - happened).mean())
    low, high = (trained.forecast.future[name].to_numpy()[:6] for name in ("lo-80", "hi-80"))
    assert done.inside(80) == ((low <= happened) & (happened <= high)).sum()
    assert done.csv().decode().splitlines()[1].startswith("1960-07-01,")


def test_without_new_rows_the_recipe_says_what_the_run_said(old, trained):
    from lstm_viz.runs.newer_rows import Grown

    done = rerun(trained.recipe, trained.forecast, Grown(old, KNOWN, 0))
    pd.testing.assert_frame_equal(done.future, trained.forecast.future)


def test_a_run_from_before_recipes_says_so(old, table, trained):
    with pytest.raises(RunError, match="before models were kept"):
        rerun_file(None, trained.forecast, old, read(table))


DAYS = pd.date_range("2024-01-01", periods=150)
LEARNED = 120


@pytest.fixture(scope="module")
def sales():
    """Sales of two stores with a price known ahead, a kind of day in words, and weather of the past."""
    random = np.random.default_rng(0)
    kind = np.where(np.arange(150) % 9 == 4, "feast", "usual")
    price, rain = random.random(150).round(3), random.random(150).round(3)
    y = (50 + 10 * np.sin(np.arange(150) * 2 * np.pi / 7) + 8 * (kind == "feast") + random.random(150)).round(2)
    return pd.DataFrame({"day": DAYS.strftime("%Y-%m-%d"), "y": y, "price": price, "kind": kind, "rain": rain})


CHOICES = {"known": '["price","kind"]', "past": '["rain"]'}


def blank_after(table, rows):
    """The target and the weather are known up to a row; what is known ahead goes on."""
    table = table.copy()
    table.loc[rows:, ["y", "rain"]] = np.nan
    return table


def with_features(table, **more):
    return make_panel(read(table), Columns("day", "y", known=("price", "kind"), past=("rain",), **more))


def test_further_columns_of_the_same_file_grown_go_on_in_their_order(sales):
    old = with_features(blank_after(sales, LEARNED)[:130]).series[0]
    grown = grow(old, read(blank_after(sales, 125)[:140]), CHOICES)
    assert [one.name for one in grown.series.features] == ["price", "kind = feast", "kind = usual", "rain"]
    price, feast, _, rain = (one.values for one in grown.series.features)
    np.testing.assert_array_equal(price, sales["price"][:140])
    np.testing.assert_array_equal(feast, sales["kind"][:140] == "feast")
    np.testing.assert_array_equal(rain, sales["rain"][:125])


def test_further_columns_of_newer_rows_alone_are_put_behind_the_old_ones(sales):
    old = with_features(blank_after(sales, LEARNED)[:130]).series[0]
    grown = grow(old, read(blank_after(sales, 122)[LEARNED:140]), CHOICES)
    assert (grown.new_rows, grown.joined) == (2, True)
    price, feast, usual, rain = (one.values for one in grown.series.features)
    np.testing.assert_array_equal(price, sales["price"][:140])
    np.testing.assert_array_equal(feast + usual, np.ones(140))
    np.testing.assert_array_equal(rain, sales["rain"][:122])


def test_a_newer_file_without_a_further_column_is_refused_in_a_sentence(sales):
    old = with_features(sales[:LEARNED]).series[0]
    with pytest.raises(ColumnError, match="There is no column `kind`, which the run learned from"):
        grow(old, read(sales.drop(columns="kind")), CHOICES)
    with pytest.raises(ColumnError, match="holds words in the new file"):
        grow(old, read(sales.assign(price=np.where(np.arange(150) % 2, "low", "high"))), CHOICES)


@pytest.mark.parametrize("newer", [slice(0, 140), slice(LEARNED, 140)])
def test_a_newer_long_file_goes_on_with_the_series_of_the_run(sales, newer):
    both = [sales.assign(store="A"), sales.assign(store="B", y=sales["y"] + 1000)]
    old = with_features(pd.concat([one[:LEARNED] for one in both]), series_id="store").get("B")
    table = read(pd.concat([one[newer] for one in both]))
    grown = grow(old, table, {**CHOICES, "id": "store", "series": "B"})
    np.testing.assert_array_equal(grown.series.y, both[1]["y"][:140])
    with pytest.raises(SeriesError, match="no series `B`"):
        grow(old, read(both[0]), {**CHOICES, "id": "store"})


def test_a_model_with_further_columns_forecasts_from_newer_rows(sales):
    old = with_features(sales[:LEARNED]).series[0]
    config = suggest_config(LEARNED, 7)
    config = replace(config, hidden_size=4, members=1, origins=1, training=replace(config.training, epochs=2))
    result = train(TrainingJob(old, config), Patient())
    done = rerun_file(result.recipe, result.forecast, old, read(blank_after(sales, 125)), CHOICES)
    assert len(done.judged) == 5
    assert np.isfinite(done.future["yhat"]).all()

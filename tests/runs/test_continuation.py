"""The same model on newer rows: what goes on is taken, what does not is refused by its true reason."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from lstm_viz.errors import LSTMVizError, RunError, SeriesError
from lstm_viz.forecasting.config import suggest_config
from lstm_viz.runs.continuation import grow, rerun, rerun_file
from lstm_viz.runs.job import TrainingJob, train
from lstm_viz.runs.worker import Silence
from lstm_viz.tables import make_series, read_table

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
    from lstm_viz.runs.continuation import Grown

    done = rerun(trained.recipe, trained.forecast, Grown(old, KNOWN, 0))
    pd.testing.assert_frame_equal(done.future, trained.forecast.future)


def test_a_run_from_before_recipes_says_so(old, table, trained):
    with pytest.raises(RunError, match="before models were kept"):
        rerun_file(None, trained.forecast, old, read(table))

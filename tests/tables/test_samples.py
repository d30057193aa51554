"""The samples hold the published numbers."""

import json

import numpy as np
import pytest

from lstm_viz.errors import TableError
from lstm_viz.tables import SAMPLES, describe_table, load_sample, make_series, sample_bytes


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.key)
def test_every_sample_proposes_the_columns_it_names(sample):
    table = load_sample(sample.key)
    assert (table.proposed_time, table.proposed_target) == (sample.time, sample.target)
    assert table.has_header
    assert b"\r" not in sample_bytes(sample.key)


def test_airline_passengers_are_series_g():
    series = make_series(load_sample("airline_passengers"))
    assert len(series) == 144
    assert (series.y[0], series.y[-1], series.y.max(), series.y.sum()) == (112, 432, 622, 40_363)
    assert (str(series.ds[0])[:7], str(series.ds[-1])[:7]) == ("1949-01", "1960-12")
    assert (series.frequency.alias, series.frequency.season_length) == ("MS", 12)


def test_sunspots_begin_in_1749_and_peak_in_october_1957():
    series = make_series(load_sample("sunspots"))
    assert len(series) == 3177
    assert (series.y[0], series.y[-1], series.y.max()) == (58.0, 37.0, 253.8)
    assert str(series.ds[series.y.argmax()])[:7] == "1957-10"
    assert (str(series.ds[0])[:7], str(series.ds[-1])[:7]) == ("1749-01", "2013-09")
    assert series.y.sum() == pytest.approx(165_092.2, abs=0.01)


def test_the_nile_flows_a_hundred_years():
    series = make_series(load_sample("nile"))
    assert len(series) == 100
    assert (series.y[0], series.y[-1], series.y.min(), series.y.max(), series.y.sum()) == (1120, 740, 456, 1370, 91_935)
    assert (series.frequency.alias, str(series.ds[0])[:4], str(series.ds[-1])[:4]) == ("YS", "1871", "1970")


def test_carbon_dioxide_lacks_fifty_nine_weeks():
    series = make_series(load_sample("mauna_loa_co2"))
    assert len(series) == 2284
    assert int(np.isnan(series.y).sum()) == 59
    assert (series.y[0], series.y[-1], np.nanmax(series.y)) == (316.1, 371.5, 373.9)
    assert (series.frequency.alias, series.frequency.season_length) == ("W-SAT", 52)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.key)
def test_every_sample_is_described_in_json(sample):
    told = json.loads(json.dumps(describe_table(load_sample(sample.key)), allow_nan=False))
    assert told["target"] == sample.target
    assert "refusal" not in told


def test_an_unknown_sample_is_refused_with_the_known_ones():
    with pytest.raises(TableError, match=r"There is no sample `moon`\. Pick one of `airline_passengers`"):
        load_sample("moon")

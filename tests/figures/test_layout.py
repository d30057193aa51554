"""What may be left out of a line without anybody seeing it."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lstm_viz.figures.layout import MAX_POINTS, thin

LINES = arrays(float, st.integers(2, 400), elements=st.floats(-1e9, 1e9) | st.just(float("nan")))


@given(y=LINES, limit=st.integers(4, 100))
def test_thinning_keeps_ends_extremes_and_order(y, limit):
    x = np.arange(len(y))
    kept, values = thin(x, y, limit)
    assert (kept[0], kept[-1]) == (0, len(y) - 1)
    assert (np.diff(kept) > 0).all()
    np.testing.assert_array_equal(values, y[kept])
    if np.isfinite(y).any():
        assert (np.nanmin(values), np.nanmax(values)) == (np.nanmin(y), np.nanmax(y))


@given(y=LINES, limit=st.integers(4, 100))
def test_thinning_leaves_about_as_many_points_as_asked_for(y, limit):
    kept, _ = thin(np.arange(len(y)), y, limit)
    assert len(kept) == len(y) or len(kept) <= limit + 2


@given(y=LINES)
def test_short_lines_stay_as_they_are(y):
    x = np.arange(len(y))
    assert thin(x, y, len(y))[1] is y


def test_a_lone_spike_in_a_million_points_is_kept():
    y = np.zeros(1_000_000)
    y[123_456], y[654_321] = 1.0, -1.0
    kept, values = thin(np.arange(len(y)), y)
    assert {123_456, 654_321} <= set(kept)
    assert len(values) <= MAX_POINTS + 2


def test_a_gap_wider_than_a_bucket_stays_a_gap():
    y = np.ones(1000)
    y[300:700] = np.nan
    kept, values = thin(np.arange(1000), y, 50)
    assert np.isnan(values[(kept >= 300) & (kept < 700)]).any()

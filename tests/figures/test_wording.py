"""Numbers and moments are written for readers."""

import numpy as np
import pytest

from lstm_viz.figures.wording import alike, hover_format, moment, rounded
from lstm_viz.tables import ROWS, Frequency


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (415.1308, "415.1"),
        (0.0123456, "0.01235"),
        (99999.0, "100,000"),
        (1234567.8, "1,235,000"),
        (-3.14159, "−3.142"),
        (0.0, "0"),
        (12.0, "12"),
        (1.5e12, "1.500e+12"),
        (1e-9, "1.000e−09"),
        (np.nan, "–"),
        (np.inf, "–"),
    ],
)
def test_four_digits_are_enough(value, text):
    assert rounded(value) == text


def test_numbers_beside_each_other_have_equally_many_decimals():
    assert alike([445.4, 9.0, -415.0]) == ["445.4", "9.0", "−415.0"]
    assert alike([0.5, np.nan]) == ["0.5000", "–"]
    assert alike([0.0, 0.0]) == ["0.000", "0.000"]


@pytest.mark.parametrize(
    ("alias", "text"),
    [
        ("YS", "1961"),
        ("QS", "Mar 1961"),
        ("MS", "Mar 1961"),
        ("3ME", "Mar 1961"),
        ("W-SAT", "4 Mar 1961"),
        ("D", "4 Mar 1961"),
        ("15min", "4 Mar 1961 05:07"),
        ("s", "4 Mar 1961 05:07:09"),
        ("C-1111110", "4 Mar 1961"),
        ("C-0000010-307-9-60", "4 Mar 1961 05:07"),
        ("CM-4-31", "4 Mar 1961"),
        ("CY-111111001111", "Mar 1961"),
    ],
)
def test_moments_are_as_fine_as_their_steps(alias, text):
    frequency = Frequency(alias, "", 1, "", "")
    assert moment(np.datetime64("1961-03-04T05:07:09", "ns"), frequency) == text
    assert hover_format(frequency)


def test_rows_are_named_rows():
    assert moment(np.int64(145), ROWS) == "row 145"
    assert hover_format(ROWS) is None

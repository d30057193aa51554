"""Effects of further columns in words: per cent on a logarithmic scale, units without, and honest where there is none."""

import numpy as np
import pytest

from lstm_viz.figures.wording import effects_in_words
from lstm_viz.tables import ROWS, Feature, Series


def told(features, coefficients, log=False):
    series = Series("y", None, np.arange(40), np.arange(40.0), ROWS, features=tuple(features))
    return effects_in_words(series, {"preparation": {"log": log, "effects": {"coefficients": coefficients}}})


@pytest.fixture
def flag():
    return Feature("holiday", np.arange(45) % 7 == 3, True)


def test_a_flag_adds_so_much_where_it_is_one(flag):
    assert told([flag], [np.log(1.12)], log=True) == ("`holiday` adds about 12%.",)
    assert told([flag], [np.log(0.7)], log=True) == ("`holiday` takes off about 30%.",)
    assert told([flag], [-25.04]) == ("`holiday` takes off about 25.",)


def test_a_number_is_told_for_a_step_of_its_usual_size():
    price = Feature("price", np.r_[np.tile([10.0, 30.0], 20), np.nan], True)
    assert told([price], [-2.0]) == ("10 more of `price` takes off about 20.",)


def test_no_effect_is_said_and_so_is_what_the_networks_read(flag):
    rain = Feature("rain", np.arange(40.0), False)
    other = Feature("fair", flag.values, True)
    assert told([flag, other, rain], [0.0, 0.0]) == (
        "`holiday` and `fair`: no effect distinguishable from chance.",
        "The networks also read `rain`.",
    )


def test_an_effect_beyond_all_numbers_is_still_a_sentence(flag):
    assert told([flag], [5000.0], log=True)[0].endswith(".")
    assert told([], []) == ()

import numpy as np
import pytest

from lstm_viz.recurrent.gradients import fading


def line(per_step, steps=50):
    """Norms that are multiplied by `per_step` at every step back."""
    return np.log10(per_step) * np.arange(steps)[::-1]


@pytest.mark.parametrize("half_life", [0.5, 1.0, 3.7, 40.0])
def test_the_half_life_of_an_exact_decay_is_found(half_life):
    found = fading(line(0.5 ** (1 / half_life)))
    assert found.half_life == pytest.approx(half_life, rel=1e-9)
    assert found.factor == pytest.approx(0.5 ** (1 / half_life), rel=1e-9)


@pytest.mark.parametrize(
    ("per_step", "verdict"),
    [(0.8, "vanishes"), (0.9, "fades"), (0.99, "holds"), (1.0, "holds"), (1.06, "grows"), (1.3, "explodes")],
)
def test_the_verdict_follows_the_ratio_of_both_ends(per_step, verdict):
    assert fading(line(per_step)).verdict == verdict


def test_a_gradient_that_stays_has_no_half_life():
    assert fading(np.zeros(30)).half_life == np.inf


def test_what_lies_on_the_floor_does_not_bend_the_line():
    norms = line(1e-4, 120)
    norms[norms < -300] = -np.inf
    found = fading(norms)
    assert found.factor == pytest.approx(1e-4, rel=1e-6)
    assert found.log_ratio == -np.inf


def test_a_gradient_that_is_gone_at_once_has_no_half_life_left():
    found = fading(np.array([-np.inf, -np.inf, 0.0]))
    assert (found.factor, found.half_life, found.verdict) == (0.0, 0.0, "vanishes")


def test_one_step_has_no_time_to_fade():
    found = fading(np.array([0.3]))
    assert (found.verdict, found.half_life, found.log_ratio) == ("holds", np.inf, 0.0)


@pytest.mark.parametrize("broken", [np.nan, np.inf])
def test_an_overflow_is_a_verdict_of_its_own(broken):
    assert fading(np.array([broken, 1.0, 0.0])).verdict == "overflows"

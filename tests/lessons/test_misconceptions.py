"""Each claim is refuted by numbers that are really computed."""

import time

import pytest
import torch
from torch import nn

from lstm_viz.lessons import misconceptions
from lstm_viz.lessons.misconceptions import (
    BY_KEY,
    FAR,
    GRADIENT_SEEDS,
    GRADIENT_UNITS,
    INPUTS,
    MYTHS,
    STEPS,
    UNITS,
    gradient_left,
    power,
)

KEYS = [myth.key for myth in MYTHS]
SEEDS = (0, 1, 2, 7)


def values(key, seed=0):
    return [figure.value for figure in BY_KEY[key].measure(seed).figures]


@pytest.mark.parametrize("key", KEYS)
def test_a_number_is_the_same_each_time_and_quick(key):
    first = BY_KEY[key].measure(0)
    start = time.process_time()
    assert BY_KEY[key].measure(0) == first
    assert time.process_time() - start < 1.0
    assert all(figure.text and figure.words for figure in first.figures)


@pytest.mark.parametrize("key", [key for key in KEYS if key != "softmax"])
def test_another_seed_gives_another_number(key):
    assert values(key, 0) != values(key, 1)


@pytest.mark.parametrize("key", KEYS)
def test_measuring_leaves_the_global_random_state_alone(key):
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    BY_KEY[key].measure(3)
    assert torch.equal(torch.rand(3), expected)


@pytest.mark.parametrize("seed", SEEDS)
def test_c_n_is_what_no_gate_can_be(seed):
    c_n, forget, difference = values("c_n", seed)
    assert c_n < 0 < forget < 1
    assert difference >= forget - c_n - 1e-6


@pytest.mark.parametrize("seed", SEEDS)
def test_half_of_the_last_output_is_the_final_state(seed):
    backward, forward, first_step = values("last_output", seed)
    assert backward > 0.1
    assert forward == first_step == 0


@pytest.mark.parametrize("seed", SEEDS)
def test_a_reset_under_a_wrong_name_resets_nothing(seed):
    wrong, right = values("hidden", seed)
    assert wrong > 0.01
    assert right == 0


@pytest.mark.parametrize("seed", [0, 20])
def test_a_default_lstm_vanishes_and_a_forget_bias_mends_it(seed):
    default, one, two, three, rnn = values("vanishing", seed)
    assert rnn < default < -15
    assert default < one < two < three
    assert three > -4


def test_the_vanished_gradient_is_the_one_of_autograd():
    """The same ratio from torch alone, through a loop of cells, for the first seed's model."""
    import numpy as np

    model = misconceptions.untrained("lstm", None, 0)
    cell = nn.LSTMCell(INPUTS, GRADIENT_UNITS).double()
    cell.load_state_dict({name.removesuffix("_l0"): value for name, value in model.rnn.state_dict().items()})
    rng = np.random.default_rng(0)
    inputs = torch.tensor(rng.normal(size=(FAR, INPUTS)))
    weights = torch.tensor(np.random.default_rng(0).normal(size=GRADIENT_UNITS))
    h = c = torch.zeros(1, GRADIENT_UNITS, dtype=torch.float64)
    hidden = []
    for x in inputs:
        h, c = cell(x[None], (h, c))
        h.retain_grad()
        hidden.append(h)
    (hidden[-1][0] @ weights).backward()
    expected = torch.log10(hidden[0].grad.norm() / hidden[-1].grad.norm())
    try:
        misconceptions.GRADIENT_SEEDS = 1
        assert gradient_left("lstm", None, 0) == pytest.approx(float(expected), rel=1e-9)
    finally:
        misconceptions.GRADIENT_SEEDS = GRADIENT_SEEDS


def test_scaling_by_everything_knows_the_future():
    leaked, honest, leaked_score, honest_score, change = values("scaling")
    series = misconceptions.passengers()
    assert leaked == series.max() > honest == series[: -misconceptions.HELD_OUT].max()
    assert change == pytest.approx(100 * (leaked_score / honest_score - 1))
    assert abs(change) < 10, "small here, and told as such"
    assert min(leaked_score, honest_score) > 10


def test_the_honest_score_depends_on_no_later_value():
    series = misconceptions.passengers()
    changed = series.copy()
    changed[-misconceptions.HELD_OUT :] *= 3
    assert misconceptions.limits(series[: -misconceptions.HELD_OUT]) == misconceptions.limits(
        changed[: -misconceptions.HELD_OUT]
    )
    assert misconceptions.limits(series) != misconceptions.limits(changed)


@pytest.mark.parametrize("seed", SEEDS)
def test_minus_one_is_an_example_and_no_shape_tells(seed):
    wrong, right = values("minus_one", seed)
    assert wrong > 0.1
    assert right == 0
    assert f"({STEPS}, {UNITS}), all steps" in BY_KEY["minus_one"].measure(seed).method


@pytest.mark.parametrize("seed", SEEDS)
def test_padding_moves_the_state_and_packing_does_not(seed):
    padded, packed = values("padding", seed)
    assert padded > 0.05
    assert packed < 1e-6


def test_a_second_softmax_keeps_the_loss_up():
    twice, once, weak, strong = values("softmax")
    assert 0 < weak < 0.01 < 1 < strong
    assert once == pytest.approx(0, abs=1e-6)
    assert twice == pytest.approx(1.4612, abs=1e-3)
    few = misconceptions.softmax_twice(classes=3).figures[0].value
    assert few < twice


@pytest.mark.parametrize("seed", SEEDS)
def test_dropout_needs_a_second_layer(seed):
    one, two = values("dropout", seed)
    assert one == 0
    assert two > 0.01


def test_the_constructor_keeps_of_dropout_what_is_set_here():
    with pytest.warns(UserWarning, match="dropout"):
        built = nn.LSTM(INPUTS, UNITS, dropout=0.5)
    assert built.dropout == 0.5


@pytest.mark.parametrize(("log", "text"), [(-20.3, "5·10⁻²¹"), (-4.0, "10⁻⁴"), (-3.001, "10⁻³"), (-0.31, "0.49")])
def test_powers_are_written_short(log, text):
    assert power(log) == text


def test_every_claim_has_its_own_key_and_one_line_of_code_each():
    assert len(BY_KEY) == len(MYTHS) >= 7
    for myth in MYTHS:
        assert "\n" not in myth.wrong + myth.right
        assert myth.claim.startswith("“")
        assert myth.wrong != myth.right

"""Units that behave alike stand together, and stretches alike are found."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstm_viz.errors import SettingsError
from lstm_viz.recurrent.unit_analysis import similar_order, similar_steps

T = 60
QUICK = settings(max_examples=80, deadline=None, derandomize=True)


def noise(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


def groups_of_units(seed=0):
    """Twelve units in three groups, mixed: unit u follows the course u % 3."""
    return noise(T, 3, seed=seed)[:, np.arange(12) % 3] + 0.1 * noise(T, 12, seed=seed + 1)


def runs(labels):
    """How many unbroken runs of equal labels."""
    return 1 + int(np.count_nonzero(np.diff(labels)))


def distance_along(values, order):
    r = np.corrcoef(values.T)
    return sum(1 - r[a, b] for a, b in pairwise(order))


@QUICK
@given(st.integers(0, 2**16))
def test_units_of_one_group_stand_side_by_side(seed):
    assert runs(similar_order(groups_of_units(seed)) % 3) == 3


@QUICK
@given(st.integers(0, 12), st.integers(0, 5), st.integers(0, 2**16))
def test_every_unit_stands_in_the_order_once_and_those_that_stand_still_come_last(moving, still, seed):
    rng = np.random.default_rng(seed)
    values = np.concatenate([rng.normal(size=(T, moving)), np.full((T, still), 0.3)], axis=1)
    places = rng.permutation(moving + still)
    values[:, places] = values.copy()
    order = similar_order(values)
    assert sorted(order) == list(range(moving + still))
    assert order[moving:].tolist() == sorted(places[moving:])


@QUICK
@given(st.integers(3, 12), st.integers(0, 2**16))
def test_the_order_does_not_depend_on_scale_offset_or_where_the_units_stood(units, seed):
    values = noise(T, units, seed=seed)
    order = similar_order(values)
    assert order[0] < order[-1], "of both directions the one that begins with the smaller number"
    rng = np.random.default_rng(seed)
    assert similar_order(values * rng.uniform(0.5, 2, units) + rng.normal(size=units)).tolist() == order.tolist()
    places = rng.permutation(units)
    shuffled = places[similar_order(values[:, places])]
    assert shuffled.tolist() in (order.tolist(), order[::-1].tolist())


def test_neighbours_are_more_alike_than_in_the_order_of_numbers():
    values = noise(T, 40)
    assert distance_along(values, similar_order(values)) < 0.8 * distance_along(values, np.arange(40))


def test_units_that_move_in_opposite_directions_do_not_stand_side_by_side():
    course, other = noise(T), noise(T, seed=1)
    values = np.stack(
        [course, -course, other, course + 0.1 * noise(T, seed=2), -course + 0.1 * noise(T, seed=3)], axis=1
    )
    order = similar_order(values).tolist()
    assert abs(order.index(0) - order.index(3)) == abs(order.index(1) - order.index(4)) == 1
    assert order.index(2) == 2, "what follows neither stands between them"


def test_what_moves_by_rounding_only_stands_still():
    values = np.stack([0.5 + 1e-8 * noise(T), noise(T)], axis=1)
    assert similar_order(values).tolist() == [1, 0]


@pytest.mark.parametrize("steps", [0, 1])
def test_nothing_moves_in_a_sequence_of_one_step(steps):
    assert similar_order(np.ones((steps, 3))).tolist() == [0, 1, 2]


def planted(*starts, length=4, seed=0):
    """Noise of eight units, with the same strong course at some places."""
    states, course = 0.2 * noise(T, 8, seed=seed), 3 * noise(length, 8, seed=seed + 1)
    for start in starts:
        states[start : start + length] += course
    return states


@QUICK
@given(st.integers(0, 2**16))
def test_a_planted_stretch_is_found_again(seed):
    found = similar_steps(planted(5, 25, 44, seed=seed), 5, 8, most=2)
    assert {stretch.first for stretch in found} == {25, 44}
    assert all(0.8 < stretch.similarity <= 1 for stretch in found)


@QUICK
@given(st.integers(0, T - 1), st.integers(1, 20), st.integers(1, 12), st.integers(0, 2**16))
def test_stretches_lie_apart_from_each_other_and_from_the_one_asked_for(first, length, most, seed):
    last = min(first + length - 1, T - 1)
    found = similar_steps(noise(T, 5, seed=seed), first, last, most)
    taken = [step for stretch in found for step in range(stretch.first, stretch.last + 1)] + list(
        range(first, last + 1)
    )
    assert len(taken) == len(set(taken)) == (len(found) + 1) * (last - first + 1)
    assert set(taken) <= set(range(T))
    similarities = [stretch.similarity for stretch in found]
    assert similarities == sorted(similarities, reverse=True)
    assert len(found) <= most
    assert all(-1 - 1e-12 <= similarity <= 1 + 1e-12 for similarity in similarities)


def test_similarity_is_one_for_the_same_state_and_minus_one_for_its_opposite():
    state = noise(6)
    states = np.stack([state, state, -state, -state])
    same, opposite, _ = similar_steps(states, 0, 0)
    assert (same.first, opposite.first) == (1, 2)
    assert same.similarity == pytest.approx(1)
    assert opposite.similarity == pytest.approx(-1)


def test_a_weaker_state_of_the_same_direction_is_less_similar():
    state = noise(6)
    states = np.stack([state, -state, state / 4, -state / 4])
    (best, *_) = similar_steps(states, 0, 0)
    assert best.first == 2
    assert best.similarity == pytest.approx(2 * 0.25 / (1 + 0.25**2))


def test_no_unit_counts_more_because_it_swings_wider():
    states = planted(5, 25)
    wide = states * np.array([1, 100, 1, 1, 0.01, 1, 1, 1]) + 7
    similarities = [[stretch.similarity for stretch in similar_steps(values, 5, 8)] for values in (states, wide)]
    np.testing.assert_allclose(similarities[0], similarities[1], rtol=0, atol=1e-9)


def test_states_that_never_move_are_similar_to_nothing():
    assert {stretch.similarity for stretch in similar_steps(np.ones((9, 3)), 2, 3)} == {0.0}


def test_where_the_stretch_is_the_whole_sequence_there_is_nothing_else():
    assert similar_steps(noise(9, 3), 0, 8) == ()


@pytest.mark.parametrize(("first", "last"), [(-1, 3), (3, 2), (0, 9), (9, 9)])
def test_a_stretch_outside_the_sequence_is_refused(first, last):
    with pytest.raises(
        SettingsError, match=f"^Steps {first} to {last} are no stretch of this sequence. Use steps 0 to 8.$"
    ):
        similar_steps(noise(9, 3), first, last)

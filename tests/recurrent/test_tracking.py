"""A unit that follows a concept is found, one that follows nothing is not, and luck is not taken for more."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstm_viz.recurrent.unit_analysis import track
from tests.recurrent.tracked import best

N = 2000
QUICK = settings(max_examples=80, deadline=None, derandomize=True)


def noise(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


def auc_by_pairs(values, concept):
    """Compare every pair."""
    high, low = values[concept == np.nanmax(concept)], values[concept == np.nanmin(concept)]
    difference = high[:, None] - low[None]
    return ((difference > 0) + 0.5 * (difference == 0)).mean()


def scores(values, concept):
    return track(values.reshape(len(values), -1), {"it": concept}).score[0]


def test_a_planted_counter_and_a_planted_switch_are_found_among_noise():
    count, switch = np.tile(np.arange(10.0), N // 10), (noise(N, seed=1) > 0).astype(float)
    units = noise(N, 6)
    units[:, 2] = np.tanh(0.05 * count + 0.001 * noise(N, seed=2))
    units[:, 4] = 0.2 - 0.7 * switch + 0.1 * noise(N, seed=3)
    tracking = track(units.astype(np.float32), {"count": count, "switch": switch})
    assert tracking.names == ("count", "switch")
    assert tracking.kind == ("correlation", "auc")
    assert tracking.samples.tolist() == [N, N]
    name, score, kind = best(tracking, 2)
    assert (name, kind) == ("count", "correlation")
    assert score > 0.99
    name, score, kind = best(tracking, 4)
    assert (name, kind) == ("switch", "auc")
    assert score < 0.01, "it stands lower where the switch is on"
    assert [best(tracking, unit) for unit in (0, 1, 3, 5)] == [None] * 4


@QUICK
@given(st.integers(4, 60), st.integers(1, 8), st.integers(0, 2**16))
def test_correlation_equals_numpys(samples, values, seed):
    rng = np.random.default_rng(seed)
    units, concept = rng.normal(size=(samples, 3)), rng.integers(0, values + 2, samples).astype(float)
    concept[:3] = [0, 1, 2]
    expected = [np.corrcoef(unit, concept)[0, 1] for unit in units.T]
    np.testing.assert_allclose(scores(units, concept), expected, rtol=0, atol=1e-12)


@QUICK
@given(st.integers(2, 60), st.integers(1, 30), st.integers(0, 2**16))
def test_auc_equals_the_count_of_pairs_ties_included(samples, levels, seed):
    rng = np.random.default_rng(seed)
    units, concept = rng.integers(0, levels, (samples, 3)) / 7, rng.integers(0, 2, samples).astype(float)
    concept[:2], units[:2] = [0, 1], [[0, 0, 0], [9, 9, 9]]
    expected = [auc_by_pairs(unit, concept) for unit in units.T]
    np.testing.assert_allclose(scores(units, concept), expected, rtol=0, atol=1e-12)


@QUICK
@given(st.floats(0.1, 10), st.floats(-5, 5), st.integers(0, 2**16))
def test_affine_changes_leave_a_correlation_but_for_its_sign(scale, offset, seed):
    values, concept = noise(50, seed=seed), noise(50, seed=seed + 1)
    r = scores(values, concept)
    np.testing.assert_allclose(scores(scale * values + offset, concept), r, rtol=0, atol=1e-12)
    np.testing.assert_allclose(scores(values, -scale * concept + offset), -r, rtol=0, atol=1e-12)


@QUICK
@given(st.integers(0, 2**16))
def test_monotone_changes_leave_the_auc_and_turning_over_mirrors_it(seed):
    values, concept = noise(50, seed=seed), (noise(50, seed=seed + 1) > 0.2).astype(float)
    concept[:2] = [0, 1]
    found = scores(values, concept)
    for changed in (np.exp(values), values**3, np.arctan(values)):
        np.testing.assert_allclose(scores(changed, concept), found, rtol=0, atol=1e-12)
    np.testing.assert_allclose(scores(-values, concept), 1 - found, rtol=0, atol=1e-12)
    np.testing.assert_allclose(scores(values, 5 - 3 * concept), 1 - found, rtol=0, atol=1e-12)


@QUICK
@given(st.booleans(), st.integers(0, 2**16))
def test_where_a_concept_is_not_defined_nothing_is_counted(two_values, seed):
    rng = np.random.default_rng(seed)
    units, concept = rng.normal(size=(80, 4)), rng.normal(size=80)
    concept = (concept > 0).astype(float) if two_values else concept
    concept[:4], concept[rng.random(80) < 0.4] = [0, 1, 0, 1], np.nan
    concept[4:8] = [0, 1, 0, 1]
    defined = ~np.isnan(concept)
    mine, oracle = track(units, {"it": concept}), track(units[defined], {"it": concept[defined]})
    assert mine.samples.tolist() == [np.count_nonzero(defined)]
    assert mine.kind == oracle.kind == (("auc" if two_values else "correlation"),)
    for of_mine, of_oracle in (
        (mine.score, oracle.score),
        (mine.strength, oracle.strength),
        (mine.chance, oracle.chance),
    ):
        np.testing.assert_allclose(of_mine, of_oracle, rtol=0, atol=1e-12)


def test_strength_is_the_weakest_of_the_whole_and_both_halves():
    units, count, switch = noise(N, 5), noise(N, seed=1), (noise(N, seed=2) > 0).astype(float)
    units[:, 0] += 2 * count
    units[: N // 2, 1] += 2 * count[: N // 2]
    units[:, 2] += 2 * switch
    units[: N // 2, 3] += 2 * switch[: N // 2]
    tracking = track(units, {"count": count, "switch": switch})
    first, second = (
        [scores(units[part], it[part]) for it in (count, switch)] for part in (slice(0, 1000), slice(1000, N))
    )
    for concept, signed in ((0, lambda score: score), (1, lambda score: 2 * score - 1)):
        of_all = [signed(part[concept]) for part in (tracking.score, first, second)]
        expected = np.where(np.ptp(np.sign(of_all), axis=0) > 0, 0, np.abs(of_all).min(axis=0))
        np.testing.assert_allclose(tracking.strength[concept], expected, rtol=0, atol=1e-12)
    assert best(tracking, 0).name == "count"
    assert best(tracking, 2).name == "switch"
    assert abs(tracking.score[0, 1]) > 0.4
    assert best(tracking, 1) is None, "it follows in one half only"


def test_a_unit_that_turns_round_between_the_halves_tracks_nothing():
    count = noise(N)
    unit = np.concatenate([count[: N // 2], -0.3 * count[N // 2 :]])
    tracking = track(unit[:, None], {"count": count})
    assert abs(tracking.score[0, 0]) > 0.3
    assert tracking.strength[0, 0] == 0
    assert best(tracking, 0) is None


def test_units_and_concepts_that_stand_still_have_no_score_and_raise_no_warning():
    units = np.stack([np.full(100, 0.7), 0.7 + 1e-9 * noise(100), noise(100)], axis=1)
    concepts = {"always": np.ones(100), "never defined": np.full(100, np.nan), "switch": np.arange(100) % 2}
    concepts["count"] = np.arange(100.0)
    concepts["once"] = np.append(np.full(99, np.nan), 1.0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        tracking = track(units, concepts)
    scored = ~np.isnan(tracking.score)
    assert not scored[:, :2].any()
    assert scored[:, 2].tolist() == [False, False, True, True, False]
    assert tracking.samples.tolist() == [100, 0, 100, 100, 1]
    assert best(tracking, 0) is best(tracking, 1) is None


def test_a_switch_that_happens_in_one_half_only_has_no_strength():
    switch = (np.arange(100) > 90).astype(float)
    tracking = track((switch + 0.01 * noise(100))[:, None], {"switch": switch})
    assert tracking.score[0, 0] == 1
    assert np.isnan(tracking.strength[0, 0])
    assert best(tracking, 0) is None


@pytest.mark.parametrize("concept", ["number", "switch"])
@pytest.mark.parametrize("samples", [12, 100, 2000])
def test_among_many_units_of_noise_none_is_found(concept, samples):
    found = 0
    for seed in range(20):
        values = noise(samples, seed=seed + 100)
        column = values if concept == "number" else (values > 0).astype(float)
        tracking = track(noise(samples, 64, seed=seed), {"it": column})
        found += sum(best(tracking, unit) is not None for unit in range(64))
    assert found <= 1, "of 1,280 units"


def test_chance_is_about_what_the_luckiest_of_the_units_reaches_on_a_half():
    for column in (noise(500, seed=9), (noise(500, seed=9) > 1).astype(float)):
        luckiest = []
        for seed in range(30):
            half = track(noise(500, 64, seed=seed), {"it": column})
            signed = half.score[0] if half.kind[0] == "correlation" else 2 * half.score[0] - 1
            luckiest.append(np.abs(signed).max())
        stated = track(noise(1000, 64), {"it": np.tile(column, 2)}).chance[0]
        assert 0.75 * stated < np.mean(luckiest) < 1.05 * stated


def test_few_samples_need_more_strength_than_many():
    count = noise(N)
    unit = (count + noise(N, seed=1))[:, None]
    many, few = track(unit, {"count": count}), track(unit[:10], {"count": count[:10]})
    assert few.chance[0] > many.chance[0]
    assert best(many, 0) is not None
    assert best(many, 0, least=0.9) is None


def test_of_two_concepts_the_one_followed_more_closely_is_named():
    near, far = noise(N), noise(N, seed=1)
    unit = (near + 0.7 * far)[:, None]
    tracking = track(unit, {"far": far, "near": near})
    assert (tracking.strength > 0.3).all()
    assert best(tracking, 0).name == "near"


def test_without_concepts_nothing_is_tracked():
    tracking = track(noise(20, 3), {})
    assert tracking.score.shape == (0, 3)
    assert best(tracking, 1) is None

"""Ragged sequences come out of a batch as they went in, and no part of a split knows another."""

import tracemalloc
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from lstm_viz.errors import LabelledError, OneClass, SettingsError, UnseenClass
from lstm_viz.sequences.labelled.digits import digits, split_digits
from lstm_viz.sequences.labelled.labelled_sequences import (
    LabelledSequences,
    Scaler,
    aligned,
    check_trainable,
    pictures_as_rows,
    rare_classes,
    split,
    split_for_training,
    stacked,
)
from tests.sequences.sentences import refused

CLASSES = ("a", "b", "c", "d")


def labelled(sequences, labels=None, classes=CLASSES, name="toy", **more):
    values, starts = stacked(sequences)
    labels = np.arange(len(sequences)) % len(classes) if labels is None else np.array(labels)
    features = tuple(f"x{k}" for k in range(values.shape[1]))
    return LabelledSequences(values, starts, labels.astype(np.int64), classes, features, name, **more)


def of_counts(counts, seed=0):
    """One sequence of two steps for each label; its first value is its number, so that parts can be compared."""
    labels = np.random.default_rng(seed).permutation(np.repeat(np.arange(len(counts)), counts))
    steps = [np.array([[n], [0]], dtype=np.float32) for n in range(len(labels))]
    return labelled(steps, labels, tuple(f"class {k}" for k in range(len(counts))))


def members(data):
    return {float(data.sequence(n)[0, 0]) for n in range(len(data))}


@st.composite
def ragged(draw):
    dtype = draw(st.sampled_from([np.uint8, np.float32]))
    width = draw(st.integers(1, 3))
    lengths = draw(st.lists(st.integers(1, 6), min_size=1, max_size=8))
    elements = {"elements": st.floats(-9, 9, width=32)} if dtype == np.float32 else {}
    return [draw(hnp.arrays(dtype, (length, width), **elements)) for length in lengths]


@given(ragged(), st.data())
def test_a_batch_gives_back_every_sequence_and_zeros_behind_its_end(sequences, data):
    scale = data.draw(st.sampled_from([1.0, 1 / 255]))
    held = labelled(sequences, scale=scale)
    indices = np.array(data.draw(st.lists(st.integers(0, len(sequences) - 1), min_size=1, max_size=6)))
    padded, lengths = held.batch(indices)
    assert padded.dtype == np.float32
    assert padded.shape == (len(indices), max(len(sequences[n]) for n in indices), held.input_size)
    for row, n, length in zip(padded, indices, lengths, strict=True):
        assert length == len(sequences[n])
        np.testing.assert_array_equal(row[:length], sequences[n].astype(np.float32) * np.float32(scale))
        np.testing.assert_array_equal(row[:length], held.sequence(n))
        assert not row[length:].any()


@given(ragged(), st.data())
def test_a_subset_holds_the_chosen_sequences_in_their_order_and_as_small(sequences, data):
    held = labelled(sequences)
    indices = np.array(data.draw(st.lists(st.integers(0, len(sequences) - 1), max_size=6)), dtype=np.int64)
    chosen = held.subset(indices)
    assert len(chosen) == len(indices)
    assert chosen.values.dtype == held.values.dtype
    assert chosen.labels.tolist() == held.labels[indices].tolist()
    for n, of_all in enumerate(indices):
        np.testing.assert_array_equal(chosen.sequence(n), held.sequence(of_all))


def test_the_last_sequence_is_minus_one_and_one_too_many_is_an_error():
    held = labelled([np.ones((1, 1), np.float32), np.full((2, 1), 7, np.float32)])
    assert held.sequence(-1).tolist() == [[7], [7]]
    with pytest.raises(IndexError):
        held.sequence(2)


def test_what_cannot_be_is_a_defect_and_not_stored():
    good = labelled([np.ones((2, 1), np.float32)] * 2)
    wrong = ({"starts": np.array([0, 2])}, {"starts": np.array([0, 4, 4])}, {"labels": np.array([0, 9])})
    for change in (*wrong, {"values": good.values.astype(np.float64)}, {"features": ("x", "y")}):
        with pytest.raises(ValueError):
            replace(good, **change)


def test_the_size_of_mnist_stays_bytes_and_a_batch_costs_what_a_batch_is():
    pixels = np.zeros((60_000, 28, 28), dtype=np.uint8)
    tracemalloc.start()
    try:
        data = pictures_as_rows(pixels, np.arange(60_000) % 10, tuple("0123456789"), "zeros")
        for start in range(0, 1000, 50):
            data.batch(np.arange(start, start + 50))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert data.values.dtype == np.uint8
    assert np.shares_memory(data.values, pixels)
    assert peak < 4 * 1024**2, "labels, starts, and one batch at a time"


def test_a_scaler_measures_real_steps_of_training_only():
    rng = np.random.default_rng(0)
    train = labelled([rng.normal((3, -5, 7), (2, 0.1, 0), (n, 3)).astype(np.float32) for n in range(2, 40)])
    test = labelled([np.full((4, 3), 100, np.float32)])
    scaler = Scaler.fitted(train)
    steps = scaler.applied(train).values
    np.testing.assert_allclose(steps.mean(axis=0), 0, atol=1e-5)
    np.testing.assert_allclose(steps[:, :2].std(axis=0), 1, atol=1e-5)
    assert not steps[:, 2].any(), "a feature that never changes is 0, not a division by 0"
    np.testing.assert_allclose(scaler.mean, train.values.mean(axis=0), rtol=1e-5)
    np.testing.assert_allclose(scaler.applied(test).values[0], (100 - scaler.mean) / scaler.deviation, rtol=1e-5)
    again = Scaler.from_dict(scaler.to_dict())
    np.testing.assert_array_equal(again.applied(test).values, scaler.applied(test).values)
    assert again.applied(test).values.dtype == np.float32


def test_a_scaler_reads_bytes_at_their_scale_and_refuses_other_columns():
    data = labelled([np.array([[0], [255]], np.uint8)] * 3, scale=1 / 255)
    scaler = Scaler.fitted(data)
    assert (scaler.mean[0], scaler.deviation[0]) == pytest.approx((0.5, 0.5))
    assert scaler.applied(data).sequence(0).ravel().tolist() == pytest.approx([-1, 1])
    with refused(LabelledError, "2 numbers", "1"):
        scaler.applied(labelled([np.ones((1, 2), np.float32)]))


def test_pictures_are_not_standardised():
    train, test = digits()
    scaler = Scaler.fitted(train)
    assert scaler.applied(test) is test
    assert (scaler.mean.any(), set(scaler.deviation)) == (False, {1.0})


def test_the_digits_are_those_of_the_race():
    for data, (pictures, labels) in zip(digits(), split_digits(), strict=True):
        padded, lengths = data.batch(np.arange(len(data)))
        np.testing.assert_array_equal(padded, pictures)
        np.testing.assert_array_equal(data.labels, labels)
        assert set(lengths) == {8}
        assert (data.values.dtype, data.picture, data.classes) == (np.uint8, True, tuple("0123456789"))
    assert [len(data) for data in digits()] == [1348, 449]


@settings(max_examples=40)
@given(st.lists(st.integers(1, 12), min_size=2, max_size=5), st.floats(0.05, 0.8), st.booleans(), st.integers(0, 9))
@example([2, 6], 0.75, True, 0)
def test_a_split_loses_nothing_shares_nothing_and_leaves_every_class_in_the_rest(counts, share, stratified, seed):
    data = of_counts(counts)
    if max(counts) < 2:
        with refused(LabelledError, "no class has two"):
            split(data, share, seed, stratified)
        return
    parts = split(data, share, seed, stratified)
    assert members(parts.rest) | members(parts.held) == members(data)
    assert not members(parts.rest) & members(parts.held)
    assert len(parts.held) >= 1
    assert (parts.rest.counts > 0).all()
    again = split(data, share, seed, stratified)
    assert members(again.held) == members(parts.held)


def test_stratified_every_class_gives_its_share():
    parts = split(of_counts([50, 100, 250]), 0.2, seed=3)
    assert parts.held.counts.tolist() == [10, 20, 50]
    assert parts.notes == ()
    assert members(parts.held) != members(split(of_counts([50, 100, 250]), 0.2, seed=4).held)


def test_a_class_with_one_example_stays_in_training_and_the_split_says_so():
    parts = split(of_counts([30, 1, 30]), 0.2, seed=0)
    assert parts.rest.counts[1] == 1
    assert parts.held.counts.tolist() == [6, 0, 6]
    assert parts.notes == ("The only example of “class 1” stays in training.",)
    many = split(of_counts([30, 1, 1]), 0.2, seed=0)
    assert "2 classes have one example each" in many.notes[0]


def test_too_few_for_every_class_are_drawn_at_random_and_the_split_says_so():
    parts = split(of_counts([3, 3, 3, 3]), 0.1, seed=0)
    assert len(parts.held) == 1
    assert "cannot be held out class by class" in parts.notes[0]
    assert split(of_counts([3, 3, 3, 3]), 0.1, seed=0, stratified=False).notes == ()


@pytest.mark.parametrize("share", [0.0, 1.0, -1.0, 2.0])
def test_a_share_of_nothing_or_all_is_refused(share):
    with refused(SettingsError, "`share`", "between 0 and 1"):
        split(of_counts([5, 5]), share, 0)


def test_training_validation_and_test_share_no_sequence():
    data = of_counts([40, 60, 100])
    found = split_for_training(data, seed=1)
    parts = [members(part) for part in (found.train, found.validation, found.test)]
    assert [len(part) for part in parts] == [144, 16, 40]
    assert set.union(*parts) == members(data)
    assert sum(map(len, parts)) == len(data)


def test_a_test_of_its_own_is_kept_whole_and_numbered_as_training_is():
    train = of_counts([20, 20, 20])
    test = replace(of_counts([2, 3]), classes=("class 2", "class 0"))
    found = split_for_training(train, seed=1, test=test)
    assert found.test.classes == train.classes
    assert found.test.counts.tolist() == [3, 0, 2]
    assert len(found.train) + len(found.validation) == 60


def test_two_of_a_class_are_too_few_to_hold_some_out_twice():
    with refused(LabelledError, "too few examples (=3)", "three of a class"):
        split_for_training(of_counts([2, 1]), seed=0)


def test_a_class_that_training_never_shows_is_named():
    train = replace(of_counts([5, 5]), classes=("cat", "dog"))
    test = replace(of_counts([1, 1]), classes=("dog", "horse"), name="test.csv")
    with refused(UnseenClass, "test.csv", "the class “horse”", "“cat”, “dog”"):
        aligned(train, test)


def test_a_class_that_is_only_listed_was_never_shown():
    train = of_counts([5, 5, 1])
    without = train.subset(np.flatnonzero(train.labels != 2))
    with refused(UnseenClass, "“class 2”"):
        aligned(without, train)
    assert aligned(train, without).counts.tolist() == [5, 5, 0]


def test_columns_of_the_test_are_put_in_the_order_of_the_training():
    train = labelled([np.array([[1, 2, 3]], np.float32)] * 4)
    test = replace(train, features=("x2", "x0", "x1"), values=train.values[:, [2, 0, 1]])
    np.testing.assert_array_equal(aligned(train, test).values, train.values)
    other = replace(test, features=("a", "b", "c"))
    np.testing.assert_array_equal(aligned(train, other).values, other.values)


def test_test_and_training_must_be_alike():
    series = labelled([np.ones((4, 2), np.float32)] * 4)
    with refused(LabelledError, "1 number", "training 2"):
        aligned(series, labelled([np.ones((4, 1), np.float32)]))
    pictures = pictures_as_rows(np.zeros((4, 3, 2), np.uint8), np.arange(4), CLASSES, "p")
    with refused(LabelledError, "The test holds series and the training pictures"):
        aligned(pictures, series)
    with refused(LabelledError, "5 rows", "3"):
        aligned(pictures, pictures_as_rows(np.zeros((4, 5, 2), np.uint8), np.arange(4), CLASSES, "q"))


def test_pictures_of_the_test_are_scaled_as_those_of_the_training():
    bright = pictures_as_rows(np.full((4, 2, 2), 255, np.uint8), np.arange(4), CLASSES, "bright")
    dark = pictures_as_rows(np.full((4, 2, 2), 1, np.uint8), np.arange(4), CLASSES, "dark", scale=1.0)
    assert aligned(bright, dark).sequence(0)[0, 0] == np.float32(1 / 255)


def test_what_cannot_be_learned_from_is_refused():
    with refused(OneClass, "All examples (=7) of toy", "“class 1”"):
        check_trainable(of_counts([0, 7]))
    with refused(LabelledError, "Each of the 3 classes", "one example only"):
        check_trainable(of_counts([1, 1, 1]))
    with refused(LabelledError, "no example"):
        check_trainable(of_counts([2, 2]).subset(np.zeros(0, np.int64)))
    check_trainable(of_counts([2, 1]))


def test_classes_that_cannot_be_tested_are_told():
    assert rare_classes(of_counts([2, 2])) == ()
    assert "“class 1” has fewer than 2 examples" in rare_classes(of_counts([2, 1]))[0]
    assert "“class 1”, “class 2” have fewer than 2 examples" in rare_classes(of_counts([2, 1, 1]))[0]

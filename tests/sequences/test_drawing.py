"""A drawing becomes what the model was trained on, wherever and however large it was drawn, and fits in an address."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from scipy.ndimage import zoom

from lstm_viz.errors import LSTMVizError, SettingsError
from lstm_viz.sequences.labelled.digits import (
    PAD,
    as_digits8,
    as_mnist,
    as_picture,
    from_text,
    normalized,
    read_ink,
    split_digits,
    to_text,
    write_ink,
)
from tests.sequences.strokes import WRITTEN, curves, draw, drawings

SHAPES = {as_digits8: (8, 8), as_mnist: (28, 28), normalized: (56, 56)}
MAKERS = pytest.mark.parametrize("make", SHAPES, ids=lambda make: make.__name__)


def written(digit: int, size: float = 0.7, at: tuple[float, float] = (0.5, 0.5), pen: float = 5.0):
    """Draw the first variant of a digit at some place and size."""
    return draw([(stroke - 0.5) * size + np.array(at) for stroke in curves(WRITTEN[digit][0])], pen)


def nearest(pictures):
    """Name each picture by the training digit that it is most like."""
    (known, labels), _ = split_digits()
    known = known.reshape(len(known), -1)
    squares = ((pictures.reshape(len(pictures), 1, -1) - known[None]) ** 2).sum(axis=-1)
    return labels[squares.argmin(axis=1)]


@MAKERS
def test_an_empty_drawing_is_an_empty_picture(make):
    assert make(np.zeros((PAD, PAD))).tolist() == np.zeros(SHAPES[make]).tolist()


@MAKERS
def test_a_single_dot_and_full_ink_are_pictures_with_ink_in_the_middle(make):
    dot = np.zeros((PAD, PAD))
    dot[3, 50] = 1 / 15
    for ink in (dot, np.ones((PAD, PAD))):
        picture = make(ink)
        rows, columns = SHAPES[make]
        assert picture.shape == (rows, columns)
        assert picture[rows // 2, columns // 2] > 0
        assert 0 <= picture.min() < picture.max() <= 1


@MAKERS
@given(down=some.integers(-8, 8), across=some.integers(-8, 8), digit=some.integers(0, 9))
@settings(max_examples=20, deadline=None)
def test_where_it_was_drawn_does_not_matter(make, down, across, digit):
    ink = written(digit, 0.55)
    np.testing.assert_allclose(make(np.roll(ink, (down, across), axis=(0, 1))), make(ink), atol=1e-9)


@MAKERS
@pytest.mark.parametrize("digit", range(10))
def test_how_large_it_was_drawn_hardly_matters(make, digit):
    small, large = make(written(digit, 0.5, pen=4.0)), make(written(digit, 0.8, pen=6.4))
    assert np.abs(small - large).mean() < 0.08
    assert np.corrcoef(small.reshape(-1), large.reshape(-1))[0, 1] > 0.85


def test_a_drawing_keeps_its_proportions_when_it_is_normalized():
    ink = np.zeros((PAD, PAD))
    ink[10:30, 5:10] = 1
    rows, columns = np.nonzero(normalized(ink) > 0.5)
    assert (np.ptp(rows) + 1, np.ptp(columns) + 1) == (48, 12)
    assert (rows.mean(), columns.mean()) == (27.5, 27.5)


def test_pictures_have_the_greys_of_their_data_sets():
    ink = written(3)
    assert set((16 * as_digits8(ink)).reshape(-1).tolist()) <= set(range(17))
    assert np.abs(255 * as_mnist(ink) - np.round(255 * as_mnist(ink))).max() < 1e-9


def test_a_digit_lies_in_mnists_box_and_the_middle_of_its_ink_in_the_middle_of_the_picture():
    picture = as_mnist(written(7))
    rows, _ = np.nonzero(picture > 0.1)
    assert np.ptp(rows) + 1 in (20, 21)
    places = np.arange(28) + 0.5
    middle = np.array([picture.sum(axis=1) @ places, picture.sum(axis=0) @ places]) / picture.sum()
    np.testing.assert_allclose(middle, 14, atol=0.1)


def test_a_pen_of_another_width_gives_as_much_ink_as_the_data_set_has():
    (known, _), _ = split_digits()
    usual = float(known.sum(axis=(1, 2)).mean())
    for pen in (2.5, 5.0, 8.0):
        inks = [as_digits8(written(digit, pen=pen)).sum() for digit in range(10)]
        assert np.mean(inks) == pytest.approx(usual, rel=0.05)


@pytest.mark.parametrize("shape", [(8, 8), (28, 28), (5, 7)])
def test_a_picture_of_any_size_can_be_made(shape):
    assert as_picture(written(5), shape).shape == shape


@pytest.mark.slow
def test_real_digits_drawn_large_stay_what_they_are():
    """Measured: 95.1% by their nearest neighbour, which names 99.1% of the digits themselves."""
    _, (pictures, labels) = split_digits()
    grown = [zoom(picture, 7, order=3, grid_mode=True, mode="grid-constant") for picture in pictures]
    large = np.array([as_digits8(np.clip(ink, 0, 1)) for ink in grown])
    assert (nearest(large) == labels).mean() >= 0.9


@pytest.mark.slow
def test_digits_written_with_a_pen_are_recognized():
    """Measured: 95% by their nearest neighbour, 92 and 98% by two LSTMs; only made small they get 88, 72 and 65%."""
    inks, labels = drawings(3, pen=5.0)
    assert (nearest(np.array([as_digits8(ink) for ink in inks])) == labels).mean() >= 0.9


@given(some.lists(some.integers(0, 16), min_size=64, max_size=64))
def test_a_small_picture_comes_back_from_its_text_as_it_was(cells):
    picture = np.array(cells).reshape(8, 8) / 16
    text = to_text(picture)
    assert len(text) == 64
    assert from_text(text, (8, 8)).tolist() == picture.tolist()


@given(some.integers(0, 2**32), some.floats(0, 1))
@settings(max_examples=30)
def test_a_large_picture_comes_back_in_16_greys_and_its_text_stays_short(seed, share):
    random = np.random.default_rng(seed)
    picture = random.random((28, 28)) * (random.random((28, 28)) < share)
    text = to_text(picture)
    assert len(text) <= 524
    assert set(text) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")
    back = from_text(text, (28, 28))
    assert np.abs(back - picture).max() <= 0.5 / 15 + 1e-9
    assert to_text(back) == text


def test_a_written_digit_has_a_short_text():
    assert max(len(to_text(as_mnist(written(digit)))) for digit in range(10)) < 300


@pytest.mark.parametrize("text", ["", "0" * 63, "0" * 65, "h" * 64, "é" * 64, "<b>" + "0" * 61])
def test_text_that_is_no_small_drawing_is_refused_in_a_sentence(text):
    with pytest.raises(SettingsError, match="holds no drawing of 8 × 8"):
        from_text(text, (8, 8))


@given(some.text(max_size=600) | some.binary(max_size=300).map(lambda body: "z" + body.hex()))
def test_text_that_is_no_large_drawing_is_refused_in_a_sentence(text):
    with pytest.raises(LSTMVizError, match="holds no drawing of 28 × 28"):
        from_text(text, (28, 28))


def test_a_text_that_would_grow_without_end_is_refused():
    with pytest.raises(SettingsError):
        from_text(to_text(np.zeros((400, 400))), (28, 28))


def test_ink_comes_back_from_the_text_of_the_pad():
    ink = written(4)
    np.testing.assert_allclose(read_ink(write_ink(ink)), ink)
    assert read_ink("x" * PAD * PAD).sum() == read_ink("").sum() == 0

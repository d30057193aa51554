"""Handwritten digits of 8 × 8 grey values; `assets/digits/SOURCES.md` says where they come from."""

from functools import cache

import numpy as np

from lstm_viz.paths import ASSETS
from lstm_viz.sequences.labelled import LabelledSequences, pictures_as_rows

DIGITS = ASSETS / "digits" / "digits.csv"
INK = 16
SIDE = 8
EVERY_FOURTH = 4
CLASSES = tuple("0123456789")


@cache
def _raw_digits() -> tuple[np.ndarray, np.ndarray]:
    """Return grey values uint8 (N, 8, 8) from 0 (paper) to 16 (ink) as the file has them, and the digits int64 (N,)."""
    rows = [line.split(",") for line in DIGITS.read_text(encoding="ascii").splitlines()[1:]]
    labels = np.array([int(label) for label, _ in rows], dtype=np.int64)
    pixels = np.array([[int(pixel, INK + 1) for pixel in picture] for _, picture in rows], dtype=np.uint8)
    return pixels.reshape(-1, SIDE, SIDE), labels


def load_digits() -> tuple[np.ndarray, np.ndarray]:
    """Return grey values float32 (N, 8, 8) from 0 (paper) to 1 (ink), and which digit each is, int64 (N,)."""
    pixels, labels = _raw_digits()
    return pixels.astype(np.float32) / INK, labels.copy()


def split_digits() -> tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]:
    """Give the digits to train on, and those to test with: every fourth of the file, so that both hold all writers."""
    pictures, labels = load_digits()
    is_test = _is_test(len(labels))
    return (pictures[~is_test], labels[~is_test]), (pictures[is_test], labels[is_test])


@cache
def digits() -> tuple[LabelledSequences, LabelledSequences]:
    """Give the digits of `split_digits` as sequences of 8 rows of 8: those to train on, and those to test with."""
    pixels, labels = _raw_digits()
    everything = pictures_as_rows(pixels, labels, CLASSES, "digits of 8 × 8", scale=1 / INK)
    is_test = _is_test(len(labels))
    return everything.subset(np.flatnonzero(~is_test)), everything.subset(np.flatnonzero(is_test))


def _is_test(count: int) -> np.ndarray:
    return np.asarray(np.arange(count) % EVERY_FOURTH == EVERY_FOURTH - 1)

"""Handwritten digits of 8 × 8 grey values; `assets/digits/SOURCES.md` says where they come from."""

from functools import cache
from pathlib import Path

import torch
from torch import Tensor

DIGITS = Path(__file__).resolve().parents[2] / "assets" / "digits" / "digits.csv"
INK = 16
EVERY_FOURTH = 4


@cache
def load_digits() -> tuple[Tensor, Tensor]:
    """Read all digits.

    Returns:
        Grey values (N, 8, 8) from 0 (paper) to 1 (ink), and which digit each is, (N,).
    """
    rows = [line.split(",") for line in DIGITS.read_text(encoding="ascii").splitlines()[1:]]
    labels = torch.tensor([int(label) for label, _ in rows])
    pixels = torch.tensor([[int(pixel, INK + 1) for pixel in picture] for _, picture in rows])
    return pixels.reshape(-1, 8, 8) / INK, labels


@cache
def split_digits() -> tuple[tuple[Tensor, Tensor], tuple[Tensor, Tensor]]:
    """Give the digits to train on, and those to test with: every fourth of the file, so that both hold all writers."""
    pictures, labels = load_digits()
    is_test = torch.arange(len(labels)) % EVERY_FOURTH == EVERY_FOURTH - 1
    return (pictures[~is_test], labels[~is_test]), (pictures[is_test], labels[is_test])

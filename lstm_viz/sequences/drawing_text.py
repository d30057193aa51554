"""A drawing as a text that fits in an address."""

import base64
import binascii
import zlib

import numpy as np
from numpy.typing import NDArray

from lstm_viz.errors import SettingsError
from lstm_viz.sequences.drawing import PAD, Picture

SPELLED, GREYS = 16, 15  # steps from paper to ink, of pictures that are spelled and of those that are packed
MOST_SPELLED = 128  # cells
DIGITS = "0123456789abcdefg"
AS_THEY_ARE, SQUEEZED = "u", "z"


def to_text(grid: Picture) -> str:
    """Write a picture as letters, digits, `-` and `_`.

    A small one has one character per cell in base 17, as `assets/digits/digits.csv` does, and loses nothing if it has 17
    levels of grey. A larger one keeps 16 levels: four bits per cell, squeezed where that is shorter; 28 × 28 take at most
    524 characters.
    """
    if grid.size <= MOST_SPELLED:
        return "".join(DIGITS[level] for level in levels(grid, SPELLED))
    packed = levels(grid, GREYS)
    packed = np.append(packed, np.zeros(grid.size % 2, dtype=np.uint8))
    plain = (packed[::2] << 4 | packed[1::2]).tobytes()
    squeezed = zlib.compress(plain, 9)
    mark, body = (SQUEEZED, squeezed) if len(squeezed) < len(plain) else (AS_THEY_ARE, plain)
    return mark + base64.urlsafe_b64encode(body).decode("ascii").rstrip("=")


def from_text(text: str, shape: tuple[int, int]) -> Picture:
    """Read what `to_text` wrote.

    Raises:
        SettingsError: the text is no drawing of this shape.
    """
    cells = shape[0] * shape[1]
    if cells > MOST_SPELLED:
        return _unpacked(text, shape)
    if len(text) != cells or not set(text) <= set(DIGITS):
        raise _no_drawing(text, shape)
    return np.array([DIGITS.index(letter) for letter in text]).reshape(shape) / SPELLED


def _unpacked(text: str, shape: tuple[int, int]) -> Picture:
    cells = shape[0] * shape[1]
    size = (cells + 1) // 2
    try:
        body = base64.b64decode(text[1:].encode("ascii") + b"=" * (-len(text[1:]) % 4), altchars=b"-_", validate=True)
        plain = zlib.decompressobj().decompress(body, size + 1) if text[:1] == SQUEEZED else body
    except (ValueError, binascii.Error, zlib.error) as error:
        raise _no_drawing(text, shape) from error
    if text[:1] not in (SQUEEZED, AS_THEY_ARE) or len(plain) != size:
        raise _no_drawing(text, shape)
    halves = np.frombuffer(plain, dtype=np.uint8)
    greys = np.stack([halves >> 4, halves & 15], axis=1).reshape(-1)[:cells]
    return greys.reshape(shape) / GREYS


def _no_drawing(text: str, shape: tuple[int, int]) -> SettingsError:
    found = f"{text[:12]}…" if len(text) > 12 else text
    return SettingsError(
        f"The address holds no drawing of {shape[0]} × {shape[1]}: “{found}”, {len(text)} characters. Draw a digit instead."
    )


def read_ink(text: str) -> Picture:
    """Read what the pad sends: 56 × 56 levels from 0 to 15, one hex digit each; anything else is an empty pad."""
    if len(text) != PAD * PAD or not set(text) <= set("0123456789abcdef"):
        return np.zeros((PAD, PAD))
    return np.array([int(letter, 16) for letter in text]).reshape(PAD, PAD) / GREYS


def write_ink(ink: Picture) -> str:
    """Write ink as the pad reads it."""
    return "".join(f"{level:x}" for level in levels(ink, GREYS))


def levels(grid: Picture, most: int) -> NDArray[np.uint8]:
    """Give whole levels from 0 to `most`, row by row."""
    return np.round(np.clip(grid, 0, 1) * most).astype(np.uint8).reshape(-1)

"""Handwritten digits of 8 × 8 grey values; `assets/digits/SOURCES.md` says where they come from."""

import base64
import binascii
import zlib
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt, zoom

from lstm_viz.errors import SettingsError
from lstm_viz.paths import ASSETS
from lstm_viz.sequences.labelled.labelled_sequences import LabelledSequences, pictures_as_rows

DIGITS = ASSETS / "digits" / "digits.csv"
_INK = 16
SIDE = 8
_EVERY_FOURTH = 4
CLASSES = tuple("0123456789")
_SPELLED, _GREYS = 16, 15  # grey levels of pictures that are spelled and of those that are packed
_MOST_SPELLED = 128  # cells
_DIGITS = "0123456789abcdefg"
_PLAIN, _COMPRESSED = "u", "z"
PAD = 56
_FILLED = 48  # points of the 56 that the longer side of a normalised drawing takes
_FAINT = 0.2  # ink below this is the soft edge of a stroke
_FINE = 2
_ROUNDED = 1e-9  # what a half may lack
# The forms of the UCI digits were read with NIST's programs (Garris et al. 1994): a digit was set upright, stretched to
# 20 × 32 points, and its strokes made thicker or thinner, so that all hold about as much ink.
_BITMAP, _BLOCK, _ACROSS = 32, 4, 20
_INKED = 0.5  # share of the 20 × 32 points that is ink
_UPRIGHT = 0.85  # how much of the slant is taken away
_MOST_SLANT = 0.6
_FLATTEST = 0.56  # height over width below which a drawing is not stretched to the whole height
_BAND = 0.1  # share of the height in which the two ends of the slant are looked for
_THICKER, _THINNER = 24.0, 0.6  # limits: points of the fine bitmap, and share of the thickest stroke
MNIST, _MNIST_BOX = 28, 20

_Picture = NDArray[np.float64]
_Bitmap = NDArray[np.bool_]
_Box = tuple[float, float, float, float]  # top, left, height, width


@cache
def _raw_digits() -> tuple[np.ndarray, np.ndarray]:
    """Return grey values uint8 (N, 8, 8) from 0 (paper) to 16 (ink) as the file has them, and the digits int64 (N,)."""
    rows = [line.split(",") for line in DIGITS.read_text(encoding="ascii").splitlines()[1:]]
    labels = np.array([int(label) for label, _ in rows], dtype=np.int64)
    pixels = np.array([[int(pixel, _INK + 1) for pixel in picture] for _, picture in rows], dtype=np.uint8)
    return pixels.reshape(-1, SIDE, SIDE), labels


def load_digits() -> tuple[np.ndarray, np.ndarray]:
    """Return grey values float32 (N, 8, 8) from 0 (paper) to 1 (ink), and which digit each is, int64 (N,)."""
    pixels, labels = _raw_digits()
    return pixels.astype(np.float32) / _INK, labels.copy()


def split_digits() -> tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]:
    """Return training and test digits; every fourth of the file is a test, so that both hold all writers."""
    pictures, labels = load_digits()
    is_test = _is_test(len(labels))
    return (pictures[~is_test], labels[~is_test]), (pictures[is_test], labels[is_test])


@cache
def digits() -> tuple[LabelledSequences, LabelledSequences]:
    """Return the training and test digits of `split_digits` as sequences of 8 rows of 8."""
    pixels, labels = _raw_digits()
    everything = pictures_as_rows(pixels, labels, CLASSES, "digits of 8 × 8", scale=1 / _INK)
    is_test = _is_test(len(labels))
    return everything.subset(np.flatnonzero(~is_test)), everything.subset(np.flatnonzero(is_test))


def _is_test(count: int) -> np.ndarray:
    return np.asarray(np.arange(count) % _EVERY_FOURTH == _EVERY_FOURTH - 1)


def to_text(grid: _Picture) -> str:
    """Write a picture as letters, digits, `-` and `_`.

    A small one has one character per cell in base 17, as in `assets/digits/digits.csv`. A larger one keeps 16 grey levels,
    four bits per cell, compressed where that is shorter; 28 × 28 take at most 524 characters.
    """
    if grid.size <= _MOST_SPELLED:
        return "".join(_DIGITS[level] for level in _levels(grid, _SPELLED))
    packed = _levels(grid, _GREYS)
    packed = np.append(packed, np.zeros(grid.size % 2, dtype=np.uint8))
    plain = (packed[::2] << 4 | packed[1::2]).tobytes()
    compressed = zlib.compress(plain, 9)
    mark, body = (_COMPRESSED, compressed) if len(compressed) < len(plain) else (_PLAIN, plain)
    return mark + base64.urlsafe_b64encode(body).decode("ascii").rstrip("=")


def from_text(text: str, shape: tuple[int, int]) -> _Picture:
    """Read what `to_text` wrote; a SettingsError where the text is no drawing of this shape."""
    cells = shape[0] * shape[1]
    if cells > _MOST_SPELLED:
        return _unpacked(text, shape)
    if len(text) != cells or not set(text) <= set(_DIGITS):
        raise _no_drawing(text, shape)
    return np.array([_DIGITS.index(letter) for letter in text]).reshape(shape) / _SPELLED


def _unpacked(text: str, shape: tuple[int, int]) -> _Picture:
    cells = shape[0] * shape[1]
    size = (cells + 1) // 2
    try:
        body = base64.b64decode(text[1:].encode("ascii") + b"=" * (-len(text[1:]) % 4), altchars=b"-_", validate=True)
        plain = zlib.decompressobj().decompress(body, size + 1) if text[:1] == _COMPRESSED else body
    except (ValueError, binascii.Error, zlib.error) as error:
        raise _no_drawing(text, shape) from error
    if text[:1] not in (_COMPRESSED, _PLAIN) or len(plain) != size:
        raise _no_drawing(text, shape)
    halves = np.frombuffer(plain, dtype=np.uint8)
    greys = np.stack([halves >> 4, halves & 15], axis=1).reshape(-1)[:cells]
    return greys.reshape(shape) / _GREYS


def _no_drawing(text: str, shape: tuple[int, int]) -> SettingsError:
    found = f"{text[:12]}…" if len(text) > 12 else text
    return SettingsError(
        f"The address holds no drawing of {shape[0]} × {shape[1]}: “{found}”, {len(text)} characters. Draw a digit instead."
    )


def read_ink(text: str) -> _Picture:
    """Read the drawing pad: 56 × 56 levels from 0 to 15, one hex digit each; anything else is an empty pad."""
    if len(text) != PAD * PAD or not set(text) <= set("0123456789abcdef"):
        return np.zeros((PAD, PAD))
    return np.array([int(letter, 16) for letter in text]).reshape(PAD, PAD) / _GREYS


def write_ink(ink: _Picture) -> str:
    """Write ink as the pad reads it."""
    return "".join(f"{level:x}" for level in _levels(ink, _GREYS))


def _levels(grid: _Picture, most: int) -> NDArray[np.uint8]:
    return np.round(np.clip(grid, 0, 1) * most).astype(np.uint8).reshape(-1)


def normalized(ink: _Picture) -> _Picture:
    """Center a drawing and scale it until its longer side takes 48 of 56 points."""
    box = _box_of(ink > _least_ink(ink))
    if box is None:
        return np.zeros((PAD, PAD))
    top, left, height, width = box
    side = max(height, width) * PAD / _FILLED
    return _resample(ink, (top + (height - side) / 2, left + (width - side) / 2, side, side), PAD, PAD)


def as_picture(ink: _Picture, shape: tuple[int, int]) -> _Picture:
    """Make the picture of a given size: as the UCI digits for 8 × 8, as MNIST for 28 × 28, else the drawing made small."""
    if shape == (8, 8):
        return as_digits8(ink)
    if shape == (MNIST, MNIST):
        return as_mnist(ink)
    return _resample(normalized(ink), (0, 0, PAD, PAD), *shape)


def as_mnist(ink: _Picture) -> _Picture:
    """Make a picture as MNIST has them (LeCun et al. 1998): scaled into 20 × 20, its center of mass in the middle."""
    box = _box_of(ink > _least_ink(ink))
    if box is None:
        return np.zeros((MNIST, MNIST))
    top, left, height, width = box
    scale = max(height, width) / _MNIST_BOX
    places = (np.arange(PAD) + 0.5) / ink.sum()
    room = (MNIST * scale - np.array([height, width])) / 2
    middle = np.array([top + height / 2, left + width / 2])
    y, x = np.clip([ink.sum(axis=1) @ places, ink.sum(axis=0) @ places], middle - room, middle + room)
    side = MNIST * scale
    return np.round(255 * _resample(ink, (y - side / 2, x - side / 2, side, side), MNIST, MNIST)) / 255


def as_digits8(ink: _Picture) -> _Picture:
    """Make a picture as the UCI digits are, (8, 8) in steps of 1/16: the share of ink in blocks of a bitmap of 32 × 32."""
    strokes = _set_upright(_fine_bitmap(ink))
    if not strokes.any():
        return np.zeros((_BITMAP // _BLOCK, _BITMAP // _BLOCK))
    strokes = _with_usual_ink(strokes)
    top, left, height, width = _stretched_box(strokes)
    whole = width * _BITMAP / _ACROSS
    bitmap = _resample(strokes, (top, left + (width - whole) / 2, height, whole), _BITMAP, _BITMAP) >= 0.5 - _ROUNDED
    blocks = bitmap.reshape(_BITMAP // _BLOCK, _BLOCK, _BITMAP // _BLOCK, _BLOCK)
    shares: _Picture = blocks.mean(axis=(1, 3))
    return shares


def _fine_bitmap(ink: _Picture) -> _Bitmap:
    edge = 0.5 if (ink >= 0.5).any() else float(ink.max()) / 2
    on = (zoom(ink, _FINE, order=1, grid_mode=True, mode="nearest") >= edge) & (edge > 0)
    return np.pad(on, PAD)


def _set_upright(strokes: _Bitmap) -> _Bitmap:
    """Shear the strokes until the left ends of the top and the bottom are nearly above each other."""
    rows, columns = np.nonzero(strokes)
    if not len(rows):
        return strokes
    height = rows.max() + 1 - rows.min()
    band = max(1, round(_BAND * height))
    above, below = columns[rows < rows.min() + band].min(), columns[rows > rows.max() - band].min()
    slant = _UPRIGHT * np.clip((below - above) / max(height - band, 1), -_MOST_SLANT, _MOST_SLANT)
    pushed = np.zeros_like(strokes)
    shift = np.round(slant * (rows - (rows.max() + rows.min()) / 2)).astype(int)
    pushed[rows, np.clip(columns - shift, 0, strokes.shape[1] - 1)] = True
    return pushed


def _with_usual_ink(strokes: _Bitmap) -> _Bitmap:
    depth = distance_transform_edt(strokes) - distance_transform_edt(~strokes)  # positive inside
    thick, thin = -_THICKER, _THINNER * float(depth.max())
    for _ in range(10):
        middle = (thick + thin) / 2
        changed = depth >= middle
        _, _, height, width = _stretched_box(changed)
        if changed.sum() > _INKED * height * width:
            thick = middle
        else:
            thin = middle
    kept: _Bitmap = depth >= thin
    return kept


def _stretched_box(strokes: _Bitmap) -> _Box:
    """Return the box that is stretched to 20 × 32: that of the strokes, with a margin around thin and flat ones."""
    top, left, height, width = _box_of(strokes) or (0, 0, 0, 0)
    tall, wide = max(height, _FLATTEST * width), max(width, height * _ACROSS / _BITMAP)
    return top - (tall - height) / 2, left - (wide - width) / 2, tall, wide


def _least_ink(ink: _Picture) -> float:
    """Return the ink that is only the soft edge of a stroke; 0 where all is as faint."""
    return _FAINT if (ink > _FAINT).any() else 0.0


def _box_of(strokes: _Bitmap) -> _Box | None:
    rows, columns = np.flatnonzero(strokes.any(axis=1)), np.flatnonzero(strokes.any(axis=0))
    if not len(rows):
        return None
    return rows[0], columns[0], rows[-1] + 1 - rows[0], columns[-1] + 1 - columns[0]


def _resample(ink: _Picture | _Bitmap, box: _Box, rows: int, columns: int) -> _Picture:
    """Return the mean ink under each cell of a grid laid over a box; outside the drawing is paper."""
    top, left, height, width = box
    down, across = _overlaps(top, height, rows, ink.shape[0]), _overlaps(left, width, columns, ink.shape[1])
    mean: _Picture = np.clip(down @ ink.astype(np.float64) @ across.T, 0, 1)
    return mean


def _overlaps(start: float, length: float, cells: int, points: int) -> _Picture:
    """Return the share of each cell (rows) that each point (columns) covers, along one side."""
    edges = start + length * np.arange(cells + 1) / cells
    first, last = edges[:-1, None], edges[1:, None]
    place = np.arange(points)
    shares: _Picture = np.clip(np.minimum(last, place + 1) - np.maximum(first, place), 0, None) * cells / length
    return shares

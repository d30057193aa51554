"""Numbers that stand for nothing, such as -9999: found by their form and by how far they lie from all others."""

import re
from contextlib import suppress

import numpy as np
import numpy.typing as npt

from lstm_viz.tables.numerals import Floats

_NINES = re.compile(r"-?9{2,}(?:\.9+)?(?:\.0)?")
_FILLS = (-1e30, 1e20, 1e30, 1e36, -1e36, 9.96921e36, -32768.0, 32767.0, -2147483648.0, 2147483647.0, -8888.0, -7777.0)
_MOST = 3
SENTINEL = "sentinel"


def find_sentinels(values: Floats) -> tuple[float, ...]:
    """Return the values that stand for nothing.

    All nines below everything else count alone; all nines above must come again, or have four digits; both must lie
    farther from the others than these lie from each other. A price of 999 beside prices of 700 stays.
    """
    found: list[float] = []
    rest = values[np.isfinite(values)]
    while len(rest) > 1 and len(found) < _MOST:
        sentinel = next((end for end in (float(rest.min()), float(rest.max())) if _is_sentinel(end, rest)), None)
        if sentinel is None:
            break
        found.append(sentinel)
        rest = rest[rest != sentinel]
    return tuple(found)


def numbers_among(marks: tuple[str, ...]) -> tuple[float, ...]:
    """Return the marks that are finite numbers."""
    found = []
    for mark in marks:
        with suppress(ValueError):
            found.append(float(mark))
    return tuple(number for number in found if np.isfinite(number))


def is_mark(values: Floats, mark: float) -> npt.NDArray[np.bool_]:
    """Return where values are a mark, however many digits of it were written."""
    return np.asarray(np.isclose(values, mark, rtol=1e-9, atol=0.0), dtype=bool)


def _is_sentinel(value: float, values: Floats) -> bool:
    if value not in _FILLS and not _NINES.fullmatch(f"{value:.10g}"):
        return False
    others = values[values != value]
    count = len(values) - len(others)
    if len(others) < 2 or count > len(others):
        return False
    low, high = float(others.min()), float(others.max())
    gap = low - value if value < low else value - high
    spread = high - low
    digits = len(f"{abs(value):.10g}".replace(".", ""))
    if value in _FILLS:
        return gap > 20 * spread and count > 1
    if value < 0:  # nines among numbers that never are negative need no distance beyond their own
        if digits < 3 and count < 2:
            return False
        return (low >= 0 and (count > 1 or gap > spread or digits > 3)) or (spread > 0 and gap > 3 * spread)
    seldom = count * 3 < len(values) and (count > 1 or digits > 3)
    return spread > 0 and gap > 5 * spread and gap > abs(high) * 2 and seldom

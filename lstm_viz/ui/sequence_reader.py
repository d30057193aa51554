"""One sequence as a classifier reads it: what it has seen so far, and what it believes."""

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lstm_viz.figures.theme import PALETTES
from lstm_viz.ui.javascript import mount

MOST_LINES = 12
MOST_FEATURES = 6

_mount_reader = mount("sequence_reader")


@dataclass(frozen=True, eq=False)
class SequenceReading:
    """What a classifier makes of one sequence.

    Args:
        values: what it reads, (T, I); NaN where nothing was measured.
        picture: whether it is a picture that is read row by row.
        classes: their names, C of them.
        probabilities: (S, C), the answer if the sequence had ended after `after[s]` steps; each row adds up to 1.
        after: (S,), counted from 1, ascending; the last is T.
        features: names of the I numbers of a step.
        label: the right class; None where nobody knows it, as of a drawing.
        title: what the sequence is.
    """

    values: NDArray[np.floating]
    picture: bool
    classes: tuple[str, ...]
    probabilities: NDArray[np.floating]
    after: NDArray[np.integer]
    features: tuple[str, ...]
    label: int | None
    title: str


def sequence_reader(reading: SequenceReading, key: str) -> None:
    """Show a reading, to be stepped in the browser; nothing comes back to Python.

    It starts at the last step. The step stays while the same reading is shown, and starts anew with another one.

    Args:
        reading: the sequence and the answers.
        key: tells readers on one page apart.
    """
    data = reading_data(reading)
    about = hashlib.sha1(repr(data).encode(), usedforsecurity=False).hexdigest()
    _mount_reader(key=key, data={**data, "key": key, "about": about, "palettes": PALETTES})


def reading_data(reading: SequenceReading) -> dict[str, object]:
    """Give a reading as the browser takes it: numbers of five digits, null for NaN."""
    best = reading.probabilities.argmax(axis=1)
    shown = _shown_classes(reading)
    rest = np.delete(reading.probabilities, shown, axis=1).sum(axis=1)
    shares = reading.probabilities[:, shown]
    names = [reading.classes[place] for place in shown]
    if len(shown) < len(reading.classes):
        names.append(f"{len(reading.classes) - len(shown)} others")
        shares = np.column_stack([shares, rest])
    columns = slice(None) if reading.picture else slice(MOST_FEATURES)
    return {
        "title": reading.title,
        "picture": reading.picture,
        "values": plain(reading.values[:, columns]),
        "features": list(reading.features[columns]),
        "hidden_features": 0 if reading.picture else max(0, len(reading.features) - MOST_FEATURES),
        "after": [int(step) for step in reading.after],
        "classes": names,
        "shares": plain(shares),
        "right": shown.index(reading.label) if reading.label is not None else None,
        "right_name": reading.classes[reading.label] if reading.label is not None else "",
        "best": [shown.index(place) if place in shown else len(shown) for place in best],
        "best_names": [reading.classes[place] for place in best],
        "best_shares": plain(reading.probabilities.max(axis=1)),
        "is_right": [bool(place == reading.label) for place in best],
        "settled": _settled_at(best),
    }


def _shown_classes(reading: SequenceReading) -> list[int]:
    """Give the classes with a line of their own, in order: all, or those that were ever likeliest, and the right one."""
    count = len(reading.classes)
    if count <= MOST_LINES:
        return list(range(count))
    rank = reading.probabilities.max(axis=0)
    if reading.label is not None:
        rank[reading.label] = 2
    rank[reading.probabilities[-1].argmax()] = 3
    return sorted(np.argsort(-rank, kind="stable")[: MOST_LINES - 1].tolist())


def _settled_at(best: NDArray[np.integer]) -> int:
    others = np.flatnonzero(best != best[-1])
    return int(others[-1]) + 1 if len(others) else 0


def plain(numbers: NDArray[np.floating]) -> list[object]:
    """Round to five digits, and write what is no number as None."""
    if numbers.ndim > 1:
        return [plain(row) for row in numbers]
    return [float(f"{value:.5g}") if np.isfinite(value) else None for value in numbers.tolist()]

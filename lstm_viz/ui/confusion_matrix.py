"""Which classes are taken for which: a table whose cells lead to the examples."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from lstm_viz.figures.theme import PALETTES
from lstm_viz.ui.javascript import mount, sent

MOST_ROWS = 30
NOTHING = "–"

_mount = mount("confusion_matrix")


def confusion_matrix(
    counts: NDArray[np.integer],
    classes: tuple[str, ...],
    chosen: tuple[int, int] | None,
    key: str,
    on_choose: Callable[[int, int], None],
) -> None:
    """Show how many examples of each class were called what.

    Args:
        counts: (C, C), the right class down, what it was called across.
        classes: their names.
        chosen: the cell whose examples are looked at, as (right class, what it was called).
        key: tells matrices on one page apart.
        on_choose: called with the right class and what it was called, when a cell is clicked.
    """
    data = {**matrix_data(counts, classes), "chosen": list(chosen) if chosen else None, "palettes": PALETTES}
    _mount(key=key, data=data, on_pick_change=lambda: _take_cell(key, len(classes), on_choose))


def _take_cell(key: str, count: int, on_choose: Callable[[int, int], None]) -> None:
    pick = sent(key, "pick")
    if isinstance(pick, list) and len(pick) == 2 and all(type(place) is int and 0 <= place < count for place in pick):
        on_choose(pick[0], pick[1])


def matrix_data(counts: NDArray[np.integer], classes: tuple[str, ...]) -> dict[str, object]:
    """Give the table as the browser takes it: of many classes those with most mistakes, and the others together."""
    shown = _most_mistaken(counts)
    hidden = [place for place in range(len(classes)) if place not in set(shown)]
    return {
        "classes": [classes[place] for place in shown],
        "places": shown,
        "rows": [row_of(counts[place], place, shown, hidden) for place in shown],
        "hidden": len(hidden),
        "all": len(classes),
        "right": int(np.trace(counts)),
        "total": int(counts.sum()),
        "told": _told_of(counts),
    }


def row_of(counts: NDArray[np.integer], place: int, shown: list[int], hidden: list[int]) -> dict[str, object]:
    """Write one right class: counts, their shares of the row, and the share that was found."""
    total = int(counts.sum())
    return {
        "counts": [int(counts[other]) for other in shown],
        "shares": [round(float(counts[other]) / max(1, total), 4) for other in shown],
        "others": int(counts[hidden].sum()),
        "total": total,
        "recall": percent(int(counts[place]), total),
    }


def _most_mistaken(counts: NDArray[np.integer]) -> list[int]:
    """Give the classes that are shown, in order: all, or those with most mistakes in their row and column."""
    count = len(counts)
    if count <= MOST_ROWS:
        return list(range(count))
    wrong = counts.sum(axis=0) + counts.sum(axis=1) - 2 * np.diag(counts)
    return sorted(np.argsort(-wrong, kind="stable")[:MOST_ROWS].tolist())


def _told_of(counts: NDArray[np.integer]) -> str:
    total, right = int(counts.sum()), int(np.trace(counts))
    if not total:
        return "Nothing was classified."
    return f"{right:,} of {total:,} are right ({percent(right, total)})."


def percent(part: int, whole: int) -> str:
    """Write a share in percent; it reads 100 or 0 only where it is.

    >>> percent(1, 3), percent(999, 1000), percent(2, 2), percent(0, 0)
    ('33%', '99.9%', '100%', '–')
    """
    if not whole:
        return NOTHING
    share = 100 * part / whole
    if share in (0, 100):
        return f"{share:.0f}%"
    if share > 99.9:
        return ">99.9%"
    return f"{share:.1f}%" if share > 99 or share < 1 else f"{share:.0f}%"

"""What columns that went along did, in a sentence each: per cent on a logarithmic scale, else units of the file."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from lstm_viz.figures.wording import rounded
from lstm_viz.phrases import joined
from lstm_viz.tables import Series

MOST_NAMES = 6


def effects_in_words(series: Series, facts: Mapping[str, Any]) -> tuple[str, ...]:
    """Say what each column known in advance adds, which ones add nothing that can be told, and what else was read.

    Args:
        series: that the recipe was fitted to.
        facts: of the recipe, as `read_facts` gives them.
    """
    preparation, told, chance = facts["preparation"], [], []
    known = [feature for feature in series.features if feature.known]
    for feature, coefficient in zip(known, preparation["effects"]["coefficients"], strict=True):
        if coefficient == 0:
            chance.append(feature.name)
        else:
            told.append(_one_effect(feature.name, feature.values, coefficient, preparation["log"]))
    if chance:
        told.append(f"{_quoted(chance)}: no effect that could be told from chance.")
    if past := [feature.name for feature in series.features if not feature.known]:
        told.append(f"The networks also read {_quoted(past)}.")
    return tuple(told)


def _one_effect(name: str, values: np.ndarray, coefficient: float, log: bool) -> str:
    """Say what a column adds: where it is 1 if it says yes or no, else for a step as large as its usual distance.

    >>> _one_effect("holiday", np.array([0.0, 1.0, 0.0]), 0.1133, log=True)
    '`holiday` adds about 12%.'
    >>> _one_effect("price", np.array([9.0, 10.0, 11.0]), -3.21, log=False)
    '0.8 more of `price` takes off about 2.57.'
    """
    known = values[np.isfinite(values)]
    flag = bool(np.isin(known, (0.0, 1.0)).all())
    step = 1.0 if flag else float(f"{known.std():.0e}")
    moved = coefficient * step
    with np.errstate(over="ignore"):
        size = f"{rounded(abs(100 * np.expm1(moved)), digits=2)}%" if log else rounded(abs(moved), digits=3)
    does = f"{'adds' if moved > 0 else 'takes off'} about {size}."
    return f"{_quoted([name])} {does}" if flag else f"{rounded(step)} more of {_quoted([name])} {does}"


def _quoted(names: list[str]) -> str:
    """Join names as a sentence does.

    >>> _quoted(["a", "b", "c"])
    '`a`, `b` and `c`'
    """
    shown = [f"`{name}`" for name in names[:MOST_NAMES]]
    if len(names) > MOST_NAMES:
        shown.append(f"{len(names) - MOST_NAMES:,} more")
    return joined(shown)

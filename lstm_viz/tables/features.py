"""Columns that go along with the target, as numbers: text and yes or no become 0 and 1."""

import numpy as np
import pandas as pd

from lstm_viz.errors import ColumnError
from lstm_viz.tables.steps import Floats
from lstm_viz.tables.table import Table
from lstm_viz.tables.wording import counted, shown

MAX_VALUES = 12
MAX_FEATURES = 64
_YES = frozenset({"true", "yes", "y", "t", "ja", "oui", "si", "sí", "wahr", "vrai", "on"})
_NO = frozenset({"false", "no", "n", "f", "nein", "non", "falsch", "faux", "off"})

Named = tuple[str, Floats]


def feature_columns(table: Table, names: tuple[str, ...], taken: dict[str, str]) -> list[Named]:
    """Return the features that columns give, each with a value for each row and NaN where missing.

    Args:
        table: as read.
        names: of the columns.
        taken: columns that serve as something else, with the word for it.

    Raises:
        ColumnError: a column does not exist, is taken, or cannot be made numbers.
    """
    found: list[Named] = []
    for name in dict.fromkeys(names):
        if name in taken:
            raise ColumnError(
                f"Column `{shown(name)}` is chosen as feature and as {taken[name]}. Pick it for one of them only."
            )
        found += _features(table, name)
    if len(found) > MAX_FEATURES:
        raise ColumnError(
            f"The chosen columns make {len(found)} features, and the limit is {MAX_FEATURES}. Pick fewer columns."
        )
    return found


def _features(table: Table, name: str) -> list[Named]:
    column, cells = table.column(name), table.frame[name]
    if column.kind == "number":
        return [(name, cells.to_numpy(dtype=np.float64))]
    if column.kind == "text":
        return _from_text(name, cells)
    what = f'times such as "{column.example}"' if column.kind == "time" else "nothing"
    raise ColumnError(f"Column `{shown(name)}` holds {what}, which is no feature. Pick a column of numbers or of text.")


def _from_text(name: str, cells: pd.Series) -> list[Named]:
    codes, unique = pd.factorize(cells)
    words = [str(word) for word in unique]
    lower = [word.lower() for word in words]
    if set(lower) <= _YES | _NO:
        values = np.array([*(float(word in _YES) for word in lower), np.nan])
        return [(name, values[codes])]
    if len(words) > MAX_VALUES:
        raise ColumnError(
            f"Column `{shown(name)}` is text with {counted(len(words), 'different value')}: a feature may have at most "
            f"{MAX_VALUES}. Pick another column."
        )
    places = sorted(range(len(words)), key=lambda place: words[place])
    return [(f"{name} = {shown(words[place])}", _equal(codes, place)) for place in places]


def _equal(codes: np.ndarray, place: int) -> Floats:
    return np.where(codes < 0, np.nan, (codes == place).astype(np.float64))

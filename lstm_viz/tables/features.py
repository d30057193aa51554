"""Columns that go along with the target, as numbers: text and yes or no become 0 and 1."""

from dataclasses import replace

import numpy as np
import pandas as pd

from lstm_viz.errors import ColumnError
from lstm_viz.phrases import counted, shown
from lstm_viz.tables.steps import Floats
from lstm_viz.tables.table import Column, Table

MAX_VALUES = 12
MAX_FEATURES = 64
EQUALS = " = "
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
                f"Column `{shown(name)}` is chosen as further column and as {taken[name]}. Pick it for one of them only."
            )
        found += _features(table, name)
    if len(found) > MAX_FEATURES:
        raise ColumnError(
            f"The chosen columns make {len(found)} features, and the limit is {MAX_FEATURES}. Pick fewer columns."
        )
    return found


def features_again(table: Table, names: tuple[str, ...]) -> Table:
    """Give a newer table columns of numbers with the names of features that were made of an older one.

    Args:
        table: the newer one.
        names: of features: a column, or "column = value" for a value of a column of text.

    Raises:
        ColumnError: a column is missing, or holds something else than it did.
    """
    made = {name: _feature_again(table, name) for name in dict.fromkeys(names)}
    kept = tuple(column for column in table.columns if column.name not in made)
    columns = tuple(Column(name, "number", int(np.isnan(cells).sum()), "") for name, cells in made.items())
    return replace(table, frame=table.frame.assign(**made), columns=(*kept, *columns))


def _feature_again(table: Table, name: str) -> Floats:
    there = {column.name for column in table.columns}
    if name in there:
        found = dict(_features(table, name))
        if name not in found:
            raise ColumnError(
                f"Column `{shown(name)}` holds words in the new file and held numbers in the old one. Bring it as it was."
            )
        return found[name]
    for place in range(len(name)):
        if name.startswith(EQUALS, place) and name[:place] in there and table.column(name[:place]).kind == "text":
            return _says(table.frame[name[:place]], name[place + len(EQUALS) :])
    column = shown(name.split(EQUALS)[0])
    raise ColumnError(
        f"There is no column `{column}`, which the run learned from. Bring a file with all of its columns."
    )


def _says(cells: pd.Series, word: str) -> Floats:
    same = np.array([shown(str(cell)) == word for cell in cells], dtype=np.float64)
    return np.where(cells.isna(), np.nan, same)


def _features(table: Table, name: str) -> list[Named]:
    column, cells = table.column(name), table.frame[name]
    if column.kind == "number":
        return [(name, cells.to_numpy(dtype=np.float64))]
    if column.kind == "text":
        return _from_text(name, cells)
    what = f'times such as "{column.example}"' if column.kind == "time" else "nothing"
    raise ColumnError(
        f"Column `{shown(name)}` holds {what}, which cannot go along. Pick a column of numbers or of text."
    )


def _from_text(name: str, cells: pd.Series) -> list[Named]:
    codes, unique = pd.factorize(cells)
    words = [str(word) for word in unique]
    lower = [word.lower() for word in words]
    if set(lower) <= _YES | _NO:
        values = np.array([*(float(word in _YES) for word in lower), np.nan])
        return [(name, values[codes])]
    if len(words) > MAX_VALUES:
        raise ColumnError(
            f"Column `{shown(name)}` is text with {counted(len(words), 'different value')}: a further column may have at "
            f"most {MAX_VALUES}. Pick another column."
        )
    places = sorted(range(len(words)), key=lambda place: words[place])
    return [(f"{name}{EQUALS}{shown(words[place])}", _equal(codes, place)) for place in places]


def _equal(codes: np.ndarray, place: int) -> Floats:
    return np.where(codes < 0, np.nan, (codes == place).astype(np.float64))

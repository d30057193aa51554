"""What was chosen of a file, between the words of addresses, which runs keep, and the reader's own."""

import json
from collections.abc import Iterable, Mapping
from typing import get_args

from lstm_viz.tables import Columns
from lstm_viz.tables.columns.table import Duplicates

ONE_SERIES, EVERY_COLUMN = "(one series)", "(every column)"
DUPLICATES: tuple[Duplicates, ...] = get_args(Duplicates)
FEATURES = ("known", "past")
COLUMNS = {"time": "time", "target": "target", "id": "series_id", "dup": "duplicates", "known": "known", "past": "past"}


def requested_columns(choices: Mapping[str, str]) -> Columns:
    """Take what was chosen of the columns; what cannot be chosen at all counts as not chosen."""
    requested = {COLUMNS[name]: value for name, value in choices.items() if name in COLUMNS and name not in FEATURES}
    if requested.get("series_id") in (ONE_SERIES, EVERY_COLUMN):
        requested["series_id"] = ""
    if requested.get("duplicates") not in DUPLICATES:
        requested.pop("duplicates", None)
    several = {name: names_in(choices[name]) for name in FEATURES if name in choices}
    return Columns(**requested, **several)  # type: ignore[arg-type]


def names_in(text: str) -> tuple[str, ...]:
    """Read several names, written as a list in JSON since a name may hold any sign; () where they are not.

    >>> names_in('["price, net", "holiday"]'), names_in("price")
    (('price, net', 'holiday'), ())
    """
    try:
        names = json.loads(text)
        json.dumps(names, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return ()
    sound = isinstance(names, list) and all(isinstance(name, str) for name in names)
    return tuple(dict.fromkeys(names)) if sound else ()


def written_names(names: Iterable[str]) -> str | None:
    """Write several names; None for none.

    >>> written_names(["price, net"]), written_names([])
    ('["price, net"]', None)
    """
    found = list(names)
    return json.dumps(found, ensure_ascii=False, separators=(",", ":")) if found else None

"""Column names: hostile text in, unique one-line names out."""

from collections.abc import Iterable

from lstm_viz.phrases import plain
from lstm_viz.tables.calendar_words import vocabulary

SERIES_WORDS = vocabulary(
    "id ids uid unique series store item sku product article artikel country land region city ort state station "
    "sensor device machine customer client kunde shop branch filiale site location ticker symbol dept department code "
    "nbr key group entity meter household account category family brand model channel route line zone area district "
    "county variable indicator metric measure name pollutant species asset well turbine building room"
)
MAX_NAME = 120


def unique_names(raw: Iterable[str]) -> tuple[str, ...]:
    """Return one name per column: one line, at most 120 characters, none blank, none twice.

    Example:
        >>> unique_names(["price", "", "price"])
        ('price', 'column_2', 'price_2')
    """
    names = [plain(name, MAX_NAME) or f"column_{place}" for place, name in enumerate(raw, start=1)]
    taken: set[str] = set(names)
    seen: set[str] = set()
    for place, name in enumerate(names):
        if name in seen:
            names[place] = _free(name, taken)
        seen.add(name)
    return tuple(names)


def _free(name: str, taken: set[str]) -> str:
    number = 2
    while (found := f"{name[: MAX_NAME - 8]}_{number}") in taken:
        number += 1
    taken.add(found)
    return found

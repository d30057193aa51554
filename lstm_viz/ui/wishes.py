"""Settings that an address asks for: what can be is taken, what cannot be is told beside its own control."""

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from lstm_viz.errors import SettingsError
from lstm_viz.glossary import label_of
from lstm_viz.ui.address import Address

Config = TypeVar("Config")
Parsers = Mapping[str, Callable[[str], Any]]
PARTS = ("preparation", "training")


def read_wishes(
    address: Address, parsers: Parsers, terms: Mapping[str, str] | None = None
) -> tuple[dict[str, Any], dict[str, str]]:
    """Read what the address asks for, and say of each value that is no number that it is none.

    Args:
        parsers: how each setting is read.
        terms: names in the glossary, where they differ from the setting's own.

    Returns:
        Values by setting, and sentences by setting.
    """
    wishes: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for name, parse in parsers.items():
        text = address.get(name)
        if text is None:
            continue
        try:
            wishes[name] = parse(text)
        except ValueError:
            kind = "a whole number" if parse is int else "a number"
            errors[name] = f"{label_of((terms or {}).get(name, name))} (={text[:40]}) must be {kind}."
    return wishes, errors


class Chosen:
    """Settings as widgets show them: what was wished for first, else the value of a config.

    Attributes:
        config: what can be trained.
        suggested: what the settings are without any wish.
        wishes: what the person chose, by setting; shown even where it is impossible.
    """

    config: Any
    suggested: Any
    wishes: dict[str, Any]

    def shown(self, name: str) -> Any:
        """Give what the widget of a setting shows."""
        return self.wishes.get(name, self.usual(name))

    def usual(self, name: str) -> Any:
        """Give the value of a setting that can be trained."""
        return value_of(self.config, name)

    def suggested_value(self, name: str) -> Any:
        """Give the value of a setting without any wish."""
        return value_of(self.suggested, name)


def value_of(config: Any, name: str) -> Any:
    """Read a setting of a config, or of a part of it: how it trains, how it prepares a series."""
    parts = (config, *(getattr(config, part) for part in PARTS if hasattr(config, part)))
    return getattr(next(part for part in parts if hasattr(part, name)), name)


def settle(
    build: Callable[..., Config],
    base: Mapping[str, Any],
    wishes: Mapping[str, Any],
    errors: dict[str, str],
    fallback: Callable[[dict[str, Any], str], Any],
    otherwise: str = "",
    terms: Mapping[str, str] | None = None,
) -> Config:
    """Combine wishes with a base; a wish that cannot be is told in `errors` and left out.

    Args:
        build: makes the config, or raises a `SettingsError` that names a setting.
        base: values that can be, as long as the wishes leave them room.
        fallback: (all values, setting) → a value that can always be, for what the base has no room for.
        otherwise: the setting that is left out where an error names none.
        terms: names in the glossary, where they differ from the setting's own.
    """
    values, left_out = {**base, **wishes}, set[str]()
    while True:
        try:
            return build(**values)
        except SettingsError as error:
            found = re.search(r"`(\w+)`", str(error))
            name = found[1] if found else otherwise
            if name not in values:
                raise
            if name in wishes and name not in left_out and name in base:
                errors[name] = _with_labels(str(error), terms)
                values[name] = base[name]
            else:
                values[name] = fallback(values, name)
            left_out.add(name)


def _with_labels(sentence: str, terms: Mapping[str, str] | None = None) -> str:
    return re.sub(r"`(\w+)`", lambda found: label_of((terms or {}).get(found[1], found[1])), sentence)

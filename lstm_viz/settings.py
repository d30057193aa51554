"""Settings as data: what a setting may be is declared once, at its field of a config.

A field is annotated with its type, and a number with the range that it may have:

    horizon: Annotated[int, Between(1, 512)] = 12
    fill: Literal["mask", "interpolate", "carry"] = "mask"

A config checks itself by that (`require_valid`); an address, a widget and an option of the command line are made of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import lru_cache
from typing import Annotated, Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from lstm_viz.errors import SettingsError

Config = TypeVar("Config")
MAX_SEED = 2**31 - 1


@dataclass(frozen=True)
class Between:
    """The range of a number, both ends included."""

    least: float
    most: float
    step: float = 1  # of one click
    shape: str | None = None  # how a number field formats the value; None as it is


Seed = Annotated[int, Between(0, MAX_SEED)]


@dataclass(frozen=True)
class Setting:
    """One setting of a config."""

    name: str  # of the field
    kind: type  # int, float, bool, str, or tuple where it holds several
    item: type  # what a tuple holds; else the kind again
    bounds: Between | None = None  # of a number; None where any is allowed
    choices: tuple[Any, ...] = ()  # of a name; empty where any text is allowed

    def parse(self, text: str) -> Any:
        """Read the setting from text, several values with hyphens or commas between; a ValueError if that fails."""
        if self.kind is tuple:
            parts = text.replace("-", ",").replace("/", ",").split(",")
            values = tuple(self.item(part) for part in parts)
            return tuple(sorted(values, key=self.choices.index)) if set(values) <= set(self.choices) else values
        if self.kind is bool:
            return {"True": True, "False": False}[text] if text in ("True", "False") else bool(int(text))
        return self.kind(text)

    def require_valid(self, value: Any) -> None:
        """Refuse a value outside the range, or an unknown name, with a SettingsError."""
        for one in value if self.kind is tuple else (value,):
            if self.choices:
                require_one_of(self.name, one, self.choices)
            if self.bounds and one is not None:
                require_between(self.name, one, self.bounds.least, self.bounds.most)


def require_valid(config: Any) -> None:
    """Check each setting of a config against its field, or raise a SettingsError; parts of it have checked themselves."""
    for name, setting in _own_settings(config).items():
        setting.require_valid(getattr(config, name))


def _own_settings(config: Any) -> Mapping[str, Setting]:
    """Return the settings of a config (or its class) itself, by name."""
    return _settings_of(config if isinstance(config, type) else type(config))[0]


def settings_of(config: Any) -> Mapping[str, Setting]:
    """Return the settings of a config (or its class) and of the configs that are fields of it, by name."""
    return _settings_of(config if isinstance(config, type) else type(config))[1]


@lru_cache
def _settings_of(config: Any) -> tuple[dict[str, Setting], dict[str, Setting]]:
    hints = get_type_hints(config, include_extras=True)
    parts = [hints[one.name] for one in fields(config) if is_dataclass(hints[one.name])]
    names = [one.name for one in fields(config) if hints[one.name] not in parts]
    own = {name: _declared(name, hints[name]) for name in names}
    return own, {**own, **{name: one for part in parts for name, one in settings_of(part).items()}}


def _declared(name: str, hint: Any) -> Setting:
    bounds = None
    if get_origin(hint) is Annotated:
        hint, bounds = get_args(hint)
    if type(None) in get_args(hint):
        (hint,) = (one for one in get_args(hint) if one is not type(None))
    item = get_args(hint)[0] if get_origin(hint) is tuple else hint
    choices = get_args(item) if get_origin(item) is Literal else ()
    plain = str if choices else item
    return Setting(name, tuple if item is not hint else plain, plain, bounds, choices)


def value_of(config: Any, name: str) -> Any:
    """Read a setting of a config, or of a config that is a field of it."""
    if name in _own_settings(config):
        return getattr(config, name)
    part = next(part for part in _parts(config).values() if name in settings_of(part))
    return value_of(part, name)


def with_values(config: Config, values: Mapping[str, Any]) -> Config:
    """Change settings of a config and of its parts; a SettingsError for a bad value or an unknown setting."""
    unknown = set(values) - set(settings_of(config))
    if unknown:
        raise SettingsError(f"There is no setting `{sorted(unknown)[0]}`.")
    changed = {name: value for name, value in values.items() if name in _own_settings(config)}
    for field, part in _parts(config).items():
        inner = {name: value for name, value in values.items() if name in settings_of(part)}
        changed[field] = with_values(part, inner)
    return replace(config, **changed)  # type: ignore[type-var]


def _parts(config: Any) -> dict[str, Any]:
    return {one.name: part for one in fields(config) if is_dataclass(part := getattr(config, one.name))}


def written(value: Any) -> str:
    """Write a setting as an address does, several values with hyphens between.

    >>> written((128, 64, 32)), written(0.5), written(True)
    ('128-64-32', '0.5', 'True')
    """
    return "-".join(str(one) for one in value) if isinstance(value, tuple | list) else str(value)


def require_between(name: str, value: float, least: float, most: float) -> None:
    """Refuse a number that is not from `least` to `most` with a SettingsError."""
    if not least <= value <= most:  # a NaN fails this too
        raise SettingsError(f"`{name}` (={value}) must lie between {least} and {most}.")


def require_one_of(name: str, value: str, choices: tuple[str, ...]) -> None:
    """Refuse a name that is none of `choices` with a SettingsError."""
    if value not in choices:
        raise SettingsError(f"`{name}` (={value}) is not known. Use one of {', '.join(choices)}.")

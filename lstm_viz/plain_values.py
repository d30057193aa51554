"""Dataclasses from plain values, as JSON has them, by the types of their fields; `dataclasses.asdict` is the way there."""

from dataclasses import asdict, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, Self, TypeVar, Union, get_args, get_origin, get_type_hints

_SCALARS = (int, float, str, bool)
_types_of = cache(get_type_hints)
T = TypeVar("T")


def from_plain(kind: type[T], values: Any) -> T:
    """Undo `asdict` and JSON: return a value of this type, usually a dataclass.

    Lists become tuples where the type says so, and what is missing keeps its default. Numbers and texts are not checked:
    the dataclass does that. A TypeError or ValueError for an unknown name, or one number instead of several.

    >>> from lstm_viz.recurrent.specification import StackConfig
    >>> from_plain(StackConfig, {"cell": "gru", "sizes": [5, 4]}).sizes
    (5, 4)
    """
    made: T = _made(kind, values)
    return made


def _made(kind: Any, values: Any) -> Any:
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return None if values is None else _made(next(each for each in inner if each is not NoneType), values)
    if isinstance(kind, type) and is_dataclass(kind):
        types = _types_of(kind)
        return kind(**{name: _made(types.get(name), value) for name, value in dict(values).items()})
    if origin is tuple and inner[-1] is Ellipsis and (inner[0] in _SCALARS or get_origin(inner[0]) is Literal):
        return tuple(values)
    if origin is tuple:
        types_of_each = inner[:1] * len(values) if inner[-1] is Ellipsis else inner
        return tuple(_made(each, value) for each, value in zip(types_of_each, values, strict=True))
    if origin is dict:
        return {name: _made(inner[1], value) for name, value in dict(values).items()}
    return values


class Plain:
    """A dataclass that JSON can hold."""

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return asdict(self)  # type: ignore[call-overload, no-any-return]

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """Undo `to_dict`; see `from_plain`."""
        return from_plain(cls, values)

"""How a file is read: what a person requested, and what was decided by evidence."""

import codecs
from dataclasses import dataclass, fields
from typing import Any, Literal, Self, get_args

from lstm_viz.errors import SettingsError
from lstm_viz.phrases import shown
from lstm_viz.plain_values import Plain
from lstm_viz.tables.values.numbers import Mark
from lstm_viz.tables.values.timestamps import DateOrder

Periods = Literal["names", "rows"]
_FiscalYear = Literal["begins", "ends"]
_NO_LETTERS = {"idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape"}
DELIMITERS = (",", ";", "\t", "|", " ", "")
_CHOICES: dict[str, tuple[str, ...]] = {"delimiter": DELIMITERS, "decimal": get_args(Mark)}
_CHOICES |= {"date_order": get_args(DateOrder), "periods": get_args(Periods), "fiscal_year": get_args(_FiscalYear)}


class PlainSettings(Plain):
    """Settings that JSON can hold; an unknown name is refused by a sentence."""

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """Return the settings that plain values mean; a SettingsError for an unknown name or what cannot be."""
        known = [field.name for field in fields(cls)]  # type: ignore[arg-type]
        for name in values:
            if name not in known:
                raise SettingsError(f"`{shown(str(name))}` is not known. Use one of {', '.join(known)}.")
        return cls(**{name: tuple(value) if isinstance(value, list) else value for name, value in values.items()})


@dataclass(frozen=True)
class Reading(PlainSettings):
    """What a person wants read otherwise than by evidence; None leaves the decision to the reader."""

    encoding: str | None = None  # the name of a Python codec
    delimiter: str | None = None  # one of `DELIMITERS`, "" for a single column
    decimal: Mark | None = None
    header: int | None = None  # the row of the file that holds the names, from 1; 0 where none does
    sheet: str | None = None
    date_order: DateOrder | None = None
    missing: tuple[str, ...] = ()  # further marks for nothing
    genuine: tuple[str, ...] = ()  # numbers that are meant, though they look like marks for nothing
    periods: Periods | None = None  # where the moments stand
    fiscal_year: _FiscalYear | None = None  # whether years are named after the year in which they begin or end

    def __post_init__(self) -> None:
        for name in ("encoding", "sheet", *_CHOICES):
            value = getattr(self, name)
            if value is not None and not isinstance(value, str):
                wrong = f"`{name}` (={shown(str(value))})"
                raise SettingsError(f"{wrong} must be text. Leave it out to let the file decide.")
        if self.encoding is not None and not _has_letters(self.encoding):
            known = "utf-8, utf-16, cp1252, gb18030, shift_jis, cp949, big5, cp1251"
            raise SettingsError(f"`encoding` (={shown(self.encoding)}) is not known. Use one of {known}.")
        for name, choices in _CHOICES.items():
            value = getattr(self, name)
            if value is not None and value not in choices:
                known = ", ".join('"\\t"' if choice == "\t" else f'"{choice}"' for choice in choices)
                raise SettingsError(f"`{name}` (={shown(value)}) is not known. Use one of {known}.")
        if self.header is not None and (isinstance(self.header, bool) or not isinstance(self.header, int)):
            wrong = f"`header` (={shown(str(self.header))})"
            raise SettingsError(f"{wrong} must be a whole number. Use the row of the names.")
        if self.header is not None and self.header < 0:
            raise SettingsError(f"`header` (={self.header}) must not be negative. Use 0 where no row holds names.")
        for name, what in (("missing", "the marks for nothing"), ("genuine", "the numbers that are meant")):
            texts = getattr(self, name)
            if not isinstance(texts, tuple) or not all(isinstance(text, str) for text in texts):
                raise SettingsError(f"`{name}` must be a list of texts. Give {what} as text.")

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """Return the reading that these plain values mean; a run of old may hold None for a list."""
        return super().from_dict(values | {name: values.get(name) or () for name in ("missing", "genuine")})


@dataclass(frozen=True)
class Decision:
    """One thing that was decided while reading, with the reason in plain words."""

    setting: str  # what was decided ("encoding", "header", "footer" …)
    value: str | int | None
    sentence: str
    chosen: bool = False  # by a person
    warning: bool = False  # something was lost or stays doubtful
    quiet: bool = False  # it goes without saying


def _has_letters(encoding: str) -> bool:
    try:
        codec = codecs.lookup(encoding)
    except (LookupError, ValueError):
        return False
    return getattr(codec, "_is_text_encoding", True) and codec.name.replace("-", "_") not in _NO_LETTERS

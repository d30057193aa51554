"""How a file is read: what a person asked for, and what was decided by evidence."""

import codecs
from dataclasses import dataclass, fields
from typing import Any, Literal, Self, get_args

from lstm_viz.errors import SettingsError
from lstm_viz.phrases import shown
from lstm_viz.plain_values import Plain
from lstm_viz.tables.values.numbers import Mark
from lstm_viz.tables.values.timestamps import DateOrder

Periods = Literal["names", "rows"]
FiscalYear = Literal["begins", "ends"]
_NO_LETTERS = {"idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape", "unicode-escape"}
_NO_LETTERS |= {"raw-unicode-escape"}
DELIMITERS = (",", ";", "\t", "|", " ", "")
_CHOICES: dict[str, tuple[str, ...]] = {
    "delimiter": DELIMITERS,
    "decimal": get_args(Mark),
    "date_order": get_args(DateOrder),
    "periods": get_args(Periods),
    "fiscal_year": get_args(FiscalYear),
}


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
    """What a person wants read otherwise than by evidence; None leaves the decision to the reader.

    `encoding` is the name of a Python codec, `delimiter` one of `DELIMITERS` ("" for a single column), `header` the row
    of the file that holds the names (the first row is 1; 0: there is none), `missing` further marks for nothing, `genuine`
    numbers that are meant, though they look like marks for nothing, `periods` where the moments stand ("names" of columns),
    `fiscal_year` whether years that do not start in January are named after the year in which they begin or end.

    Raises:
        SettingsError: a value that cannot be.
    """

    encoding: str | None = None
    delimiter: str | None = None
    decimal: Mark | None = None
    header: int | None = None
    sheet: str | None = None
    date_order: DateOrder | None = None
    missing: tuple[str, ...] = ()
    genuine: tuple[str, ...] = ()
    periods: Periods | None = None
    fiscal_year: FiscalYear | None = None

    def __post_init__(self) -> None:
        for name in ("encoding", "sheet", *_CHOICES):
            value = getattr(self, name)
            if value is not None and not isinstance(value, str):
                raise SettingsError(
                    f"`{name}` (={shown(str(value))}) must be text. Leave it out to let the file decide."
                )
        if self.encoding is not None:
            _check_encoding(self.encoding)
        for name, choices in _CHOICES.items():
            value = getattr(self, name)
            if value is not None and value not in choices:
                known = ", ".join('"\\t"' if choice == "\t" else f'"{choice}"' for choice in choices)
                raise SettingsError(f"`{name}` (={shown(value)}) is not known. Use one of {known}.")
        if self.header is not None and (isinstance(self.header, bool) or not isinstance(self.header, int)):
            raise SettingsError(
                f"`header` (={shown(str(self.header))}) must be a whole number. Use the row of the names."
            )
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
    """One thing that was decided while reading, with the reason in plain words.

    `setting` names what was decided ("encoding", "header", "footer" …), `chosen` says that a person did, `warning` that
    something was lost or stays doubtful, `quiet` that it goes without saying.
    """

    setting: str
    value: str | int | None
    sentence: str
    chosen: bool = False
    warning: bool = False
    quiet: bool = False


def _check_encoding(name: str) -> None:
    try:
        codec = codecs.lookup(name)
    except (LookupError, ValueError):
        codec = None
    if codec is None or not getattr(codec, "_is_text_encoding", True) or codec.name in _NO_LETTERS:
        raise SettingsError(
            f"`encoding` (={shown(name)}) is not known. Use one of utf-8, utf-16, cp1252, gb18030, shift_jis, cp949, big5, "
            "cp1251."
        )

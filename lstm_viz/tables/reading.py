"""How a file is read: what a person asked for, and what was decided by evidence."""

import codecs
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, get_args

from lstm_viz.errors import SettingsError
from lstm_viz.phrases import shown
from lstm_viz.tables.numerals import Mark

DateOrder = Literal["dmy", "mdy", "ymd"]
Periods = Literal["names", "rows"]
FiscalYear = Literal["begins", "ends"]
_NO_LETTERS = (
    "idna",
    "punycode",
    "undefined",
    "unicode_escape",
    "raw_unicode_escape",
    "unicode-escape",
    "raw-unicode-escape",
)
DELIMITERS = (",", ";", "\t", "|", " ", "")


@dataclass(frozen=True)
class Reading:
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
        for name in ("encoding", "delimiter", "decimal", "sheet", "date_order", "periods", "fiscal_year"):
            _check_text(name, getattr(self, name))
        if self.encoding is not None:
            _check_encoding(self.encoding)
        _check_known("delimiter", self.delimiter, DELIMITERS)
        _check_known("decimal", self.decimal, get_args(Mark))
        _check_known("date_order", self.date_order, get_args(DateOrder))
        _check_known("periods", self.periods, get_args(Periods))
        _check_known("fiscal_year", self.fiscal_year, get_args(FiscalYear))
        if self.header is not None and (isinstance(self.header, bool) or not isinstance(self.header, int)):
            raise SettingsError(
                f"`header` (={shown(str(self.header))}) must be a whole number. Use the row of the names."
            )
        if self.header is not None and self.header < 0:
            raise SettingsError(f"`header` (={self.header}) must not be negative. Use 0 where no row holds names.")
        _check_texts("missing", self.missing, "the marks for nothing")
        _check_texts("genuine", self.genuine, "the numbers that are meant")

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {**asdict(self), "missing": list(self.missing), "genuine": list(self.genuine)}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "Reading":
        """Return the reading that these plain values mean; what is left out is decided by evidence.

        Raises:
            SettingsError: an unknown name or a value that cannot be.
        """
        known = [field.name for field in fields(cls)]
        for name in values:
            if name not in known:
                raise SettingsError(f"`{shown(str(name))}` is not known. Use one of {', '.join(known)}.")
        lists = {name: values.get(name) or () for name in ("missing", "genuine")}
        return cls(**values | {name: tuple(v) if isinstance(v, list) else v for name, v in lists.items()})


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


def _check_text(name: str, value: object) -> None:
    if value is not None and not isinstance(value, str):
        raise SettingsError(f"`{name}` (={shown(str(value))}) must be text. Leave it out to let the file decide.")


def _check_texts(name: str, value: object, what: str) -> None:
    if not isinstance(value, tuple) or not all(isinstance(mark, str) for mark in value):
        raise SettingsError(f"`{name}` must be a list of texts. Give {what} as text.")


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


def _check_known(name: str, value: str | None, known: tuple[str, ...]) -> None:
    if value is not None and value not in known:
        raise SettingsError(f"`{name}` (={shown(value)}) is not known. Use one of {_quoted(known)}.")


def _quoted(values: tuple[str, ...]) -> str:
    return ", ".join('"\\t"' if value == "\t" else f'"{value}"' for value in values)

"""Bytes to text: find how the characters of a text file were written down."""

import codecs
import re

from charset_normalizer import from_bytes

from lstm_viz.errors import NotATable

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 64 * 1024
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")


def decode(data: bytes) -> tuple[str, str]:
    """Return the text of a file and the name of its encoding.

    A byte order mark decides; then UTF-16 by its zero bytes; then UTF-8 if it is valid; then Windows-1252 where high
    bytes stand alone between plain letters, as accents do; else what charset-normalizer finds.

    Raises:
        NotATable: the bytes are no text.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _checked(data, encoding)
    if b"\x00" in data[:_SAMPLE]:
        return _checked(data, _utf16_order(data[:_SAMPLE]))
    if _is_utf8(data):
        return _checked(data, "utf-8")
    return _checked(data, _eight_bit(data))


def _is_utf8(data: bytes) -> bool:
    """A last character that was cut off is forgiven."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(data)
    except UnicodeDecodeError:
        return False
    return True


def _utf16_order(sample: bytes) -> str:
    """Latin text in UTF-16 has its zero bytes on one side of every pair."""
    half = max(1, len(sample) // 2)
    first, second = sample[0::2].count(0) / half, sample[1::2].count(0) / half
    if second > 0.4 and first < 0.05:
        return "utf-16-le"
    if first > 0.4 and second < 0.05:
        return "utf-16-be"
    raise _no_text("it holds zero bytes")


def _eight_bit(data: bytes) -> str:
    lines = [line for line in re.split(rb"[\r\n]+", data) if not line.isascii()]
    sample = b"\n".join(lines[:2000])[:_SAMPLE]
    runs = re.findall(rb"[\x80-\xff]+", sample)
    alone = sum(len(run) == 1 for run in runs)
    if alone * 2 < len(runs):
        best = from_bytes(sample).best()
        if best is not None and not best.encoding.startswith("utf"):
            return best.encoding
    return "cp1252"


def _checked(data: bytes, encoding: str) -> tuple[str, str]:
    text, encoding = _decoded(data, encoding)
    if "\x00" in text:
        raise _no_text("it holds zero bytes")
    sample = text[:_SAMPLE]
    controls = len(_CONTROL.findall(sample))
    if controls > 2 + len(sample) // 100:
        raise _no_text(f"{controls:,} of its first {len(sample):,} characters are control characters")
    return text, encoding


def _decoded(data: bytes, encoding: str) -> tuple[str, str]:
    """Windows-1252 leaves five bytes without a meaning: Latin-1 reads those, and any damaged tail is marked."""
    try:
        return data.decode(encoding), encoding
    except UnicodeDecodeError as error:
        if encoding == "cp1252":
            return data.decode("latin-1"), "latin-1"
        if encoding.startswith("utf") and error.start < len(data) - 4:
            raise _no_text(f"it starts like {encoding.upper()} but byte {error.start:,} does not fit") from None
        return data.decode(encoding, errors="replace"), encoding


def _no_text(reason: str) -> NotATable:
    return NotATable(f"The file is no text table: {reason}. Save it as CSV (UTF-8), Excel .xlsx or Parquet.")

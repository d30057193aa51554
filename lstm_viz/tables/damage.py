"""Damage that can be left out: binary tails, and lines with binary bytes."""

import re

from lstm_viz.errors import NotATable
from lstm_viz.phrases import counted
from lstm_viz.tables.reading import Decision

_CONTROLS = bytes([*range(9), *range(14, 27), *range(28, 32), 127])
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_BAD_LINE = re.compile(rb"[^\r\n]*[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f][^\r\n]*")
_CHUNK = 1024 * 1024
_HARMLESS = 2  # control characters that any file may hold


def without_binary(data: bytes) -> tuple[bytes, tuple[Decision, ...]]:
    """Return the bytes without a binary tail and without the few lines that hold binary bytes.

    Such lines stay as blank lines, so that rows keep their numbers.

    Raises:
        NotATable: too much of it is binary.
    """
    data = data.removesuffix(b"\x1a")
    found = _count_controls(data)
    if found == 0 or (b"\x00" not in data and found <= _HARMLESS + len(data) // 1000):
        return data, ()
    first = _line_start(data, _first_control(data))
    if _is_binary(data[first:]):
        return _head(data, first)
    lines = data.count(b"\n") or data.count(b"\r")
    bad = len(_BAD_LINE.findall(data))
    if bad * 10 > lines:
        raise no_text(_reason(data))
    sentence = (
        f"Left out {counted(bad, 'row')} that {'holds' if bad == 1 else 'hold'} binary bytes: the file is damaged."
    )
    return _BAD_LINE.sub(b"", data), (Decision("damage", bad, sentence, warning=True),)


def no_text(reason: str) -> NotATable:
    """Return the refusal of bytes that are no text."""
    return NotATable(f"The file is no text table: {reason}. Save it as CSV (UTF-8), Excel .xlsx or Parquet.")


def _count_controls(data: bytes) -> int:
    chunks = (data[at : at + _CHUNK] for at in range(0, len(data), _CHUNK))
    return sum(len(chunk) - len(chunk.translate(None, _CONTROLS)) for chunk in chunks)


def _first_control(data: bytes) -> int:
    found = _CONTROL.search(data)
    return found.start() if found else len(data)


def _line_start(data: bytes, at: int) -> int:
    return max(data.rfind(b"\n", 0, at), data.rfind(b"\r", 0, at)) + 1


def _is_binary(rest: bytes) -> bool:
    """Text may follow a block of zeros: a tail is binary if its second half is, too."""
    half = rest[len(rest) // 2 :]
    return _count_controls(half) * 20 > len(half)


def _head(data: bytes, first: int) -> tuple[bytes, tuple[Decision, ...]]:
    head, lost = data[:first], len(data) - first
    lines = head.count(b"\n") or head.count(b"\r")
    if lines < 3 or (lines < 10 and first < lost):
        raise no_text(_reason(data))
    sentence = f"Read up to row {lines:,} only: the last {counted(lost, 'byte')} are binary, the file is damaged."
    return head, (Decision("damage", lost, sentence, warning=True),)


def _reason(data: bytes) -> str:
    if b"\x00" in data:
        return "it holds NUL bytes, which no text has"
    return f"{_count_controls(data):,} of its {len(data):,} characters are control characters"

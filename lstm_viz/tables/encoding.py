"""Bytes to text: find how the characters of a text file were written down."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from charset_normalizer import from_bytes

from lstm_viz.errors import TableError
from lstm_viz.phrases import counted, shown
from lstm_viz.tables.charsets import best_encoding
from lstm_viz.tables.damage import no_text, without_binary
from lstm_viz.tables.reading import Decision

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 64 * 1024
_CHUNK = 256 * 1024
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_HIGH_LINE = re.compile(rb"[^\r\n]*[\x80-\xff][^\r\n]*")
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
_SURE = 0.25  # of a score up to 1
_LOST = 0.1  # of the letters that may be damaged


@dataclass(frozen=True)
class _Decoded:
    """The text of a file, the name of its encoding, and what was decided."""

    text: str
    encoding: str
    decisions: tuple[Decision, ...] = ()


def decode(data: bytes, wanted: str | None = None) -> _Decoded:
    """Return the text of a file.

    A person's wish decides; then a byte order mark; then UTF-16 by its zero bytes; then UTF-8 if it is valid, or nearly;
    else the encoding whose letters read best.

    Raises:
        NotATable: the bytes are no text.
        TableError: the wanted encoding does not fit.
    """
    if wanted is not None:
        return _as_wanted(data, wanted)
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _unicode(data, encoding, f"Read as {encoding.upper()}: the file starts with its byte order mark.")
    wide = _wide_order(data[:_SAMPLE])
    if wide is not None:
        return _unicode(data, wide, f"Read as {wide.upper()}: every second byte is zero, as in that encoding.")
    data, repairs = without_binary(data)
    found = _plain_text(data)
    return _Decoded(found.text, found.encoding, (*repairs, *found.decisions))


def _plain_text(data: bytes) -> _Decoded:
    if b"\x1b$" in data[:_SAMPLE] and data.isascii():
        sentence = "Read as ISO2022_JP: the letters are switched by escape codes, as in that encoding."
        return _replaced(data, "iso2022_jp", sentence)
    if _is_utf8(data):
        quiet = Decision("encoding", "utf-8", "Read as UTF-8: every byte fits.", quiet=True)
        return _Decoded(data.decode("utf-8", errors="replace").removeprefix("\ufeff"), "utf-8", (quiet,))
    if _is_damaged_utf8(data):
        return _replaced(data, "utf-8", "Read as UTF-8: nearly all letters fit.")
    return _eight_bit(data)


def _is_utf8(data: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(data)
    except UnicodeDecodeError:
        return False
    return True


def _is_damaged_utf8(data: bytes) -> bool:
    runs = _HIGH_RUN.findall(b"\n".join(_high_lines(data)))
    good = sum(_is_utf8(run) and len(run) > 1 for run in runs)
    return good > 2 * (len(runs) - good)


def _wide_order(sample: bytes) -> str | None:
    """Text in UTF-16 has the zero bytes of its digits and delimiters on one side of every pair."""
    if sample.count(0) * 5 < len(sample) or len(sample) < 4:
        return None
    half = max(1, len(sample) // 2)
    first, second = sample[0::2].count(0) / half, sample[1::2].count(0) / half
    if sample.count(0) * 10 > 6 * len(sample) and len(set(sample)) > 3:
        return "utf-32-be" if sample[0] == 0 else "utf-32-le"
    if second > 0.3 and first < 0.05:
        return "utf-16-le"
    return "utf-16-be" if first > 0.3 and second < 0.05 else None


def _unicode(data: bytes, encoding: str, sentence: str) -> _Decoded:
    """Read UTF-16 or UTF-8 with a mark; refuse what only starts like it."""
    found = _replaced(data, encoding, sentence)
    text = found.text
    broken, other = text.count("\ufffd"), len(text)
    if broken > 2 + other // 10:
        at = next(place for place, letter in enumerate(text) if letter == "\ufffd")
        raise no_text(f"it starts like {encoding.upper()} but character {at + 1:,} does not fit")
    if "\x00" in text[:_SAMPLE]:
        raise no_text("it holds NUL bytes, which no text has")
    sample = text[:_SAMPLE]
    controls = len(_CONTROL.findall(sample))
    if controls > 2 + len(sample) // 100:
        raise no_text(f"{controls:,} of its first {len(sample):,} characters are control characters")
    quiet = encoding == "utf-8-sig" and not broken
    decisions = tuple(replace(decision, quiet=quiet) for decision in found.decisions)
    return _Decoded(text.replace("\x00", ""), encoding, decisions)


def _as_wanted(data: bytes, wanted: str) -> _Decoded:
    if not wanted.lower().replace("_", "-").startswith(("utf-16", "utf-32", "utf16", "utf32")):
        data, repairs = without_binary(data)
    else:
        repairs = ()
    text = _text(data, wanted)
    broken = text.count("\ufffd")
    lost = broken > 1 + _LOST * sum(letter > "\x7f" for letter in text[: 4 * _SAMPLE]) or "\x00" in text
    if lost or (b"\n" in data and not re.search(r"[\r\n]", text)):
        reason = f"{counted(broken, 'character')} cannot be read in it" if broken else "there are no lines in it"
        raise TableError(
            f"`encoding` (={shown(wanted)}) does not fit: {reason}. "
            "Leave it out to let the file decide, or pick another one."
        )
    chosen = Decision("encoding", wanted, f"Read as {wanted.upper()}, as you chose.", chosen=True)
    return _Decoded(text.removeprefix("\ufeff"), wanted, (*repairs, chosen, *_damage(broken)))


def _text(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding, errors="replace")
    except (UnicodeError, LookupError) as error:
        raise TableError(
            f"`encoding` (={shown(encoding)}) does not fit: {shown(str(error))}. Leave it out to let the file decide."
        ) from None


def _eight_bit(data: bytes) -> _Decoded:
    """Take the encoding whose letters read best; where none does, what charset-normalizer finds."""
    sample = b"\n".join(_high_lines(data))
    best, score = best_encoding(sample)
    if best is not None and score >= _SURE:
        reason = f"the bytes are no UTF-8, and the letters read best as {best.letters} text"
        return _replaced(data, best.codec, f"Read as {best.codec.upper()}: {reason}.")
    guess = from_bytes(sample).best()
    codec = guess.encoding if guess is not None and not guess.encoding.startswith("utf") else "cp1252"
    sentence = f"Read as {codec.upper()}: the bytes are no UTF-8, and nothing else fits better; letters may be wrong."
    return _replaced(data, codec, sentence, doubtful=True)


def _high_lines(data: bytes) -> list[bytes]:
    """Return lines that hold other letters than plain ones: from the head, the middle and the tail."""
    lines: list[bytes] = []
    size = 0
    for chunk in _places(data):
        for line in [] if chunk.isascii() else _HIGH_LINE.findall(chunk):
            lines.append(line[:4000])
            size += len(lines[-1])
            if size > _SAMPLE:
                return lines
    return lines


def _places(data: bytes) -> Iterator[bytes]:
    for start in range(0, len(data), _CHUNK):
        yield data[start : start + _CHUNK]


def _replaced(data: bytes, codec: str, sentence: str, doubtful: bool = False) -> _Decoded:
    """Decode; Windows-1252 leaves five bytes without a meaning: Latin-1 reads those. What does not fit is counted."""
    text = data.decode(codec, errors="replace")
    broken = text.count("\ufffd") - text.endswith("\ufffd")
    if broken and codec == "cp1252":
        text, codec, broken, sentence = data.decode("latin-1"), "latin-1", 0, sentence.replace("CP1252", "LATIN-1")
    decision = Decision("encoding", codec, sentence, warning=doubtful)
    return _Decoded(text.removeprefix("\ufeff"), codec, (decision, *_damage(broken)))


def _damage(broken: int) -> tuple[Decision, ...]:
    if broken <= 0:
        return ()
    sentence = f"{counted(broken, 'character')} cannot be read and stand as “\ufffd”: the file is damaged."
    return (Decision("damage", broken, sentence, warning=True),)

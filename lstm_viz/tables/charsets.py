"""Which encoding fits bytes that do not say it: each candidate is read, and its letters are judged."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from lstm_viz.tables import letters

_SYMBOLS = frozenset("€£¥§°µ²³½¼¾±·«»–—‘’“”„…•™®©º№←→\u00a0\u202f\u00ad×")
_WIDE_SYMBOLS = re.compile(
    r"[\u00a0\u202f\u2010-\u2027\u2212\u3000-\u303f\uff01-\uff20\uff3b-\uff40\uffe0-\uffe6€℃°±×÷·①-⑳㎡㎥㎏→←↑↓※№㈜]"
)
_KANA = re.compile(r"[\u3041-\u3096\u30a1-\u30fa\u30fc]")
_HALF_KANA = re.compile(r"[\uff61-\uff9f]")
_LONE_KANA = re.compile(r"(?<![\uff61-\uff9f])[\uff61-\uff9f](?![\uff61-\uff9f])")
_UNITS = frozenset("€£°²³µ“”")
_INSIDE = re.compile(r"(?<=[^\W\d_])[§¶£¥¢¤¬±«»•‡†‰¿¡¹²³“”„…™ˆ˜](?=[^\W\d_])")
_DOUBTFUL = re.compile(r"[ìùò](?=\w)|œ(?!u)|[đţ]|(?<=[^aeiou])ý(?=\w)|õ(?!e|$)|È(?=[a-z])|è(?=[aiou])")  # seldom there
_POWER = re.compile(r"(?<![^\W\d_])[cdkm]?[mM][²³]|µ[a-zA-Z]{1,2}(?![a-z])")
_NO_POWER = re.compile(r"(?<![^\W\d_])[cdkm]?mł(?![^\W\d_])|(?<![^\W\d_])ľ[gm]")
_AT_DIGITS = re.compile(r"(?<=\d)[^\W\d_]{1,2}(?![^\W\d_])|(?<![^\W\d_])[^\W\d_]{1,2}(?=\d)")
_SYMBOL_PAIR = re.compile(r"[^\x00-\x7f\w]{2}")
_HARD_BLANK = re.compile(r"(?<=\d)[\u00a0\u202f](?=\d)")
_WORDS = re.compile(r"[^\W\d_]+|[^\x00-\x7f]")


@dataclass(frozen=True)
class Candidate:
    """An encoding, the letters in words, and the judge of text in it (−1 to 1 for each byte above 127)."""

    codec: str
    letters: str
    judge: Callable[[str], float]
    handicap: float = 0.0


def best_encoding(sample: bytes) -> tuple[Candidate | None, float]:
    """Return the candidate under which the lines of `sample` read best, and its score; (None, −1) if none can."""
    high = sum(byte > 127 for byte in sample)
    scored = [(_score(candidate, sample, high), place) for place, candidate in enumerate(CANDIDATES)]
    score, place = max(scored, key=lambda item: (item[0], -item[1]))
    return (CANDIDATES[place], score) if score > -1 else (None, -1.0)


def _score(candidate: Candidate, sample: bytes, high: int) -> float:
    text = sample.decode(candidate.codec, errors="replace")
    broken = text.count("\ufffd")
    if broken * 20 > high:
        return -1.0
    return (candidate.judge(text) - 2 * broken) / max(1, high) - candidate.handicap


def _wide(codec: str, common: frozenset[str], plain: tuple[int, int], kana: float) -> Callable[[str], float]:
    """Judge text of two-byte letters: common ones speak for it, rare ones against it.

    `plain` are the first bytes of the everyday letters, `kana` the worth of a Japanese syllable.
    """

    def worth(letter: str) -> float:
        if letter in common:
            return 2.0
        if _WIDE_SYMBOLS.match(letter):
            return 1.6
        if _KANA.match(letter):
            return 2 * kana
        if _HALF_KANA.match(letter):
            return 0.2 if kana > 0 else -1.0
        try:
            raw = letter.encode(codec)
        except UnicodeEncodeError:
            return -2.0
        return 0.7 if len(raw) == 2 and plain[0] <= raw[0] <= plain[1] and raw[1] >= _trail(codec) else -1.0 * len(raw)

    def judge(text: str) -> float:
        cache: dict[str, float] = {}
        total = 0.0
        for letter in text:
            if letter > "\x7f":
                total += cache[letter] if letter in cache else cache.setdefault(letter, worth(letter))
        total -= 1.4 * len(_LONE_KANA.findall(text))
        return total - 0.7 * len(re.findall(r"[A-Za-z][^\x00-\x7f](?![^\x00-\x7f])|[^\x00-\x7f][a-z]", text))

    return judge


def _trail(codec: str) -> int:
    return 0xA1 if codec in ("gb18030", "cp949", "euc_jp") else 0x40


def _alphabet(common: str, spoken: int = 15) -> Callable[[str], float]:
    """Judge text of an alphabet of its own (Cyrillic, Greek …): words without Latin letters, capitals first."""
    worth = {letter: (1.0 if place < spoken else 0.5) for place, letter in enumerate(common)}

    def judge(text: str) -> float:
        words = sum(_own_word(word, worth) for word in _WORDS.findall(text) if not word.isascii())
        stray = sum(len(letter) for letter in _AT_DIGITS.findall(text) if not letter.isascii())
        return words - 1.5 * stray + 0.6 * len(_HARD_BLANK.findall(text))

    return judge


def _own_word(word: str, worth: dict[str, float]) -> float:
    high = sum(letter > "\x7f" for letter in word)
    if len(word) == 1:
        if word in _SYMBOLS:
            return 1.0 if word in _UNITS else 0.4
        return 0.5 * worth.get(word.lower(), -1.4)
    if high < len(word):
        return -1.0 * high
    if not (word[1:].islower() or word.isupper() or len(word) == 1 or word[1:].lower() == word[1:]):
        return -0.7 * high
    return sum(worth.get(letter.lower(), -0.7) for letter in word) - (0.1 if word.isupper() else 0.0) * high


def _accents(common: str) -> Callable[[str], float]:
    """Judge text in Latin letters: accents stand alone or in pairs inside words of plain letters."""
    known = frozenset(common)

    def judge(text: str) -> float:
        words = sum(_accented(word, known) for word in _WORDS.findall(text) if not word.isascii())
        words += 1.8 * len(_POWER.findall(text)) - len(_NO_POWER.findall(text))
        stray = sum(not letter.isascii() and letter not in "ºªµ" for letter in _AT_DIGITS.findall(text))
        return (
            words
            - 1.6 * len(_INSIDE.findall(text))
            - 1.5 * (stray + len(_SYMBOL_PAIR.findall(text)))
            + 0.4 * len(_HARD_BLANK.findall(text))
        )

    return judge


def _accented(word: str, known: frozenset[str]) -> float:
    high = [letter for letter in word if letter > "\x7f"]
    if len(word) == 1:
        return _lone(word, known)
    run = 4 if all(letter.lower() in known for letter in high) else 3
    if re.search(rf"[^\x00-\x7f]{{{run}}}", word) or not any(letter < "\x80" for letter in word):
        return -1.0 * len(high) if len(word) > 2 else -0.3 * len(high)
    if not (word[1:].lower() == word[1:] or word.isupper()):
        return -0.6 * len(high)
    pairs = len(re.findall(r"[^\x00-\x7f]{2}", word))
    doubtful = len(_DOUBTFUL.findall(word))
    rare = 0.8 * sum(letter == "ý" for letter in high) / 4
    return (
        sum(1.0 if letter in known or letter.lower() in known else -0.8 for letter in high)
        - rare
        - 0.4 * pairs
        - 0.5 * doubtful
    )


def _lone(letter: str, known: frozenset[str]) -> float:
    if letter in _SYMBOLS:
        return 1.0 if letter in _UNITS else 0.6
    return 0.5 if letter.lower() in known else -0.8


CANDIDATES = (
    Candidate("cp1252", "Western European", _accents(letters.WESTERN)),
    Candidate("gb18030", "Chinese", _wide("gb18030", letters.CHINESE, (0xB0, 0xD7), -0.3)),
    Candidate("cp932", "Japanese", _wide("cp932", letters.JAPANESE, (0x88, 0x97), 1.0)),
    Candidate("cp949", "Korean", _wide("cp949", letters.KOREAN, (0xB0, 0xC8), -0.3)),
    Candidate("big5", "traditional Chinese", _wide("big5", letters.TRADITIONAL, (0xA4, 0xC6), -0.3)),
    Candidate("euc_jp", "Japanese", _wide("euc_jp", letters.JAPANESE, (0xB0, 0xCF), 1.0), 0.02),
    Candidate("cp1251", "Cyrillic", _alphabet(letters.RUSSIAN)),
    Candidate("koi8_r", "Cyrillic", _alphabet(letters.RUSSIAN), 0.02),
    Candidate("cp866", "Cyrillic", _alphabet(letters.RUSSIAN), 0.05),
    Candidate("cp1250", "Central European", _accents(letters.CENTRAL), 0.01),
    Candidate("iso8859_2", "Central European", _accents(letters.CENTRAL), 0.03),
    Candidate("cp1254", "Turkish", _accents(letters.TURKISH + "é"), 0.01),
    Candidate("cp1253", "Greek", _alphabet(letters.GREEK), 0.01),
    Candidate("cp1257", "Baltic", _accents(letters.BALTIC), 0.04),
    Candidate("cp850", "Western European (DOS)", _accents(letters.WESTERN), 0.1),
    Candidate("mac_roman", "Western European (Macintosh)", _accents(letters.WESTERN), 0.12),
)

"""A text becomes tokens, and tokens become numbers."""

from dataclasses import dataclass, field
from typing import Literal, get_args

import numpy as np
import regex  # type: ignore[import-untyped]

from lstm_viz.errors import SequenceError, UnknownTokens
from lstm_viz.phrases import listed

Split = Literal["auto", "words", "characters"]
SPLITS: tuple[Split, ...] = get_args(Split)

MAX_TOKENS = 1000
MAX_CHARACTERS = 10_000  # a run of flags costs time that grows with the square of its length: half a second here
MOST_NAMED = 5
MOST_OFFERED = 12
LONGEST_QUOTE = 20

WORD_BREAK = regex.compile(r"\b", regex.WORD | regex.VERSION1)
GRAPHEME = regex.compile(r"\X")


def split(text: str, into: Split = "auto") -> tuple[str, ...]:
    """Cut a text into tokens; white space only separates and is no token.

    `words` breaks where Unicode does (UAX #29, section 4): words with their apostrophes, numbers, and every mark by itself;
    scripts that write no spaces, such as Chinese, come as single characters. `characters` are what a reader takes for one
    (grapheme clusters): an emoji of several code points is one token. `auto` reads several words as words, and a single
    one as its characters.

    Example:
        >>> split("The dog doesn't bark, 我爱 it.")
        ('The', 'dog', "doesn't", 'bark', ',', '我', '爱', 'it', '.')
        >>> split("aaXbb")
        ('a', 'a', 'X', 'b', 'b')
    """
    chunks = text.split()
    if into == "characters":
        return _graphemes(chunks)
    words = tuple(word for chunk in chunks for word in WORD_BREAK.split(chunk) if word)
    if into == "words" or len(chunks) > 1 or sum(any(map(str.isalnum, word)) for word in words) > 1:
        return words
    return _graphemes(chunks)


def read_tokens(text: str, into: Split = "auto") -> tuple[str, ...]:
    """Cut a text that a person typed into tokens; a SequenceError where it is empty, or longer than what is read."""
    if len(text) > MAX_CHARACTERS:
        raise SequenceError(
            f"The text has {len(text):,} characters; at most {MAX_CHARACTERS:,} are read. Take a shorter part of it."
        )
    tokens = split(text, into)
    if not tokens:
        raise SequenceError("There is nothing to read: the text is empty or only white space. Type at least one token.")
    if len(tokens) > MAX_TOKENS:
        raise SequenceError(
            f"The text has {len(tokens):,} tokens; at most {MAX_TOKENS:,} are read. Take a shorter part of it."
        )
    return tokens


@dataclass(frozen=True)
class Vocabulary:
    """Number the tokens that a model knows, each once: its place is its number.

    Example:
        >>> Vocabulary(("a", "X", "b")).encode(("a", "X", "b", "b"))
        array([0, 1, 2, 2])
    """

    tokens: tuple[str, ...]
    _places: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_places", {token: place for place, token in enumerate(self.tokens)})

    def __len__(self) -> int:
        return len(self.tokens)

    def __contains__(self, token: str) -> bool:
        return token in self._places

    def index(self, token: str) -> int:
        """Give the number of one token; UnknownTokens where it is not known."""
        return int(self.encode((token,))[0])

    def encode(self, tokens: tuple[str, ...]) -> np.ndarray:
        """Give the numbers of tokens, int64 (T,); UnknownTokens where one is not known."""
        unknown = list(dict.fromkeys(token for token in tokens if token not in self))
        if unknown:
            named = listed([f"“{_shortened(token)}”" for token in unknown], MOST_NAMED)
            offer, more = " ".join(self.tokens[:MOST_OFFERED]), len(self.tokens) - MOST_OFFERED
            offer += f" and {more} more" if more > 0 else ""
            raise UnknownTokens(f"This cell does not know {named}. It knows {offer}.")
        return np.array([self._places[token] for token in tokens], dtype=np.int64)

    def decode(self, numbers: np.ndarray) -> tuple[str, ...]:
        """Undo `encode`."""
        return tuple(self.tokens[number] for number in numbers)


def _graphemes(chunks: list[str]) -> tuple[str, ...]:
    return tuple(grapheme for chunk in chunks for grapheme in GRAPHEME.findall(chunk))


def _shortened(token: str) -> str:
    printable = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in token[:LONGEST_QUOTE])
    return printable if len(token) <= LONGEST_QUOTE else f"{printable}…"

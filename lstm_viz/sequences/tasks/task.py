"""Tokens of any text, and tasks whose right answers are known."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from functools import cached_property
from typing import Generic, Literal, TypeVar, get_args

import numpy as np
import regex  # type: ignore[import-untyped]

from lstm_viz.errors import SequenceError, UnknownTokens
from lstm_viz.phrases import listed

Split = Literal["auto", "words", "characters"]
SPLITS: tuple[Split, ...] = get_args(Split)

MAX_TOKENS = 1000
MAX_CHARACTERS = 10_000  # a run of flags costs time that grows with the square of its length: half a second here
_MOST_NAMED = 5
_MOST_OFFERED = 12
_LONGEST_QUOTE = 20

END = "⏎"
State = TypeVar("State")
_WORD_BREAK = regex.compile(r"\b", regex.WORD | regex.VERSION1)
_GRAPHEME = regex.compile(r"\X")


def split(text: str, into: Split = "auto") -> tuple[str, ...]:
    """Split a text into tokens; white space only separates.

    `words` follow Unicode (UAX #29, section 4): words with their apostrophes, numbers, and every mark by itself; scripts
    without spaces, such as Chinese, come as single characters. `characters` are grapheme clusters: an emoji of several code
    points is one token. `auto` reads several words as words, and a single one as its characters.

    >>> split("The dog doesn't bark, 我爱 it.")
    ('The', 'dog', "doesn't", 'bark', ',', '我', '爱', 'it', '.')
    >>> split("aaXbb")
    ('a', 'a', 'X', 'b', 'b')
    """
    chunks = text.split()
    if into == "characters":
        return _graphemes(chunks)
    words = tuple(word for chunk in chunks for word in _WORD_BREAK.split(chunk) if word)
    if into == "words" or len(chunks) > 1 or sum(any(map(str.isalnum, word)) for word in words) > 1:
        return words
    return _graphemes(chunks)


def read_tokens(text: str, into: Split = "auto") -> tuple[str, ...]:
    """Split a text that a person typed into tokens; a SequenceError where it is empty or too long."""
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
    """The tokens that a model knows, each numbered by its place.

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
        """Return the number of one token, or raise UnknownTokens."""
        return int(self.encode((token,))[0])

    def encode(self, tokens: tuple[str, ...]) -> np.ndarray:
        """Return the numbers of tokens, int64 (T,), or raise UnknownTokens."""
        unknown = list(dict.fromkeys(token for token in tokens if token not in self))
        if unknown:
            named = listed([f"“{_shortened(token)}”" for token in unknown], _MOST_NAMED)
            more = len(self.tokens) - _MOST_OFFERED
            known = " ".join(self.tokens[:_MOST_OFFERED]) + (f" and {more} more" if more > 0 else "")
            raise UnknownTokens(f"This cell does not know {named}. It knows {known}.")
        return np.array([self._places[token] for token in tokens], dtype=np.int64)

    def decode(self, numbers: np.ndarray) -> tuple[str, ...]:
        """Undo `encode`."""
        return tuple(self.tokens[number] for number in numbers)


def _graphemes(chunks: list[str]) -> tuple[str, ...]:
    return tuple(grapheme for chunk in chunks for grapheme in _GRAPHEME.findall(chunk))


def _shortened(token: str) -> str:
    printable = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in token[:_LONGEST_QUOTE])
    return printable if len(token) <= _LONGEST_QUOTE else f"{printable}…"


@dataclass(frozen=True, eq=False)
class Example:
    """A sequence of T tokens with all that its task knows about it."""

    tokens: tuple[str, ...]
    answers: tuple[frozenset[str], ...]  # the outputs that may come next after each step, none where nothing is asked
    concepts: dict[str, np.ndarray]  # what is known at each step by name, float64 (T,), NaN where it is not defined


class Task(ABC, Generic[State]):
    """Make sequences of which every right answer is known, and judge those that a person typed.

    A task is an automaton: `follow` reads one token, `answers` and `facts` interpret a state.
    """

    key: str  # name in code and addresses
    title: str  # name on screen
    meaning: str  # the task in one sentence
    inputs: tuple[str, ...]  # tokens that the model reads
    outputs: tuple[str, ...]  # tokens that the model may answer
    separator: str  # what stands between tokens in a text
    example: str  # the text shown first
    facts_explained: dict[str, str]
    initial: State  # before the first token

    @abstractmethod
    def follow(self, state: State, token: str) -> State | None:
        """Read one token; None if the grammar does not allow it here."""

    @abstractmethod
    def answers(self, state: State) -> frozenset[str]:
        """Name the outputs that may come next."""

    @abstractmethod
    def facts(self, state: State) -> dict[str, float]:
        """Give the value of every concept but `position`; one that is left out is not defined here."""

    @abstractmethod
    def draw(self, rng: np.random.Generator) -> tuple[str, ...]:
        """Draw tokens from the distribution that models are trained on."""

    @property
    def concepts(self) -> dict[str, str]:
        """Each name in `Example.concepts` and its meaning; `position` counts from 1 and goes on after a break."""
        return {"position": "Steps read so far.", **self.facts_explained}

    @cached_property
    def input_vocabulary(self) -> Vocabulary:
        """The tokens read, numbered as models number them."""
        return Vocabulary(self.inputs)

    @cached_property
    def output_vocabulary(self) -> Vocabulary:
        """The tokens answered, numbered as models number them."""
        return Vocabulary(self.outputs)

    def sample(self, rng: np.random.Generator) -> Example:
        """Draw an example from the distribution that models are trained on."""
        return self.annotate(self.draw(rng))

    def read(self, text: str) -> tuple[str, ...]:
        """Split a text that a person typed into tokens of this task; a SequenceError or UnknownTokens if that fails."""
        tokens = read_tokens(text, "words" if self.separator else "characters")
        self.input_vocabulary.encode(tokens)
        return tokens

    def annotate(self, tokens: tuple[str, ...]) -> Example:
        """Say what is known at each step; after a break of the grammar nothing is asked and nothing known."""
        states: list[State | None] = []
        state: State | None = self.initial
        for token in tokens:
            state = None if state is None else self.follow(state, token)
            states.append(state)
        answers = tuple(frozenset() if state is None else self.answers(state) for state in states)
        facts = [{} if state is None else self.facts(state) for state in states]
        concepts = {name: np.array([fact.get(name, np.nan) for fact in facts]) for name in self.facts_explained}
        return Example(tokens, answers, {"position": np.arange(1.0, len(tokens) + 1), **concepts})


def shares(task: Task, example: Example) -> np.ndarray:
    """Return the training targets, (T, outputs): uniform over the answers of each step, 0 where there are none."""
    targets = np.array([[output in answers for output in task.outputs] for answers in example.answers], dtype=float)
    uniform: np.ndarray = targets / np.maximum(targets.sum(axis=1, keepdims=True), 1.0)
    return uniform

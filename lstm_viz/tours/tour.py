"""What a tour is made of; read without torch."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Question:
    """Ask for a guess before the model is asked.

    Args:
        words: what is asked.
        choices: what can be guessed, words by name.
        ask: names the function of `asking.py` that finds the answer by running the model.
        reveal: what to say then; `{name}` is filled with the numbers found.
    """

    words: str
    choices: Mapping[str, str]
    ask: str
    reveal: str


@dataclass(frozen=True)
class Stop:
    """One place of a tour.

    Args:
        title: in a few words.
        words: two to four plain sentences.
        page: names the page in the navigation.
        highlight: CSS selector of what is pointed at; behind `>>>` it goes on inside a component.
        parameters: what the page is opened with; None leaves the page as the visitor has it.
        place: the part of the address behind `#`; empty where the page has none, or it stays as it is.
        question: to be guessed here; None where nothing is asked.
    """

    title: str
    words: str
    page: str
    highlight: str
    parameters: Mapping[str, str] | None = None
    place: str = ""
    question: Question | None = None


@dataclass(frozen=True)
class Tour:
    """A way through the pages that answers one question.

    Args:
        key: names it in the address.
        title: the question.
        promise: what one will have seen, in a sentence.
        minutes: it takes, about.
        stops: in their order.
    """

    key: str
    title: str
    promise: str
    minutes: int
    stops: tuple[Stop, ...] = field(repr=False)


@dataclass(frozen=True)
class Found:
    """What the model answered: the right choice, and the numbers that show it, ready to be read."""

    choice: str
    numbers: Mapping[str, str]

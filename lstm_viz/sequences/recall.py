"""Remember: name the first symbol after many that do not matter (after Hochreiter & Schmidhuber 1997, section 5.2)."""

from dataclasses import dataclass, replace

import numpy as np

from lstm_viz.sequences.task import Task

SYMBOLS = ("A", "B", "C", "D")
DISTRACTORS = ("x", "y", "z")
QUESTION = "?"


@dataclass(frozen=True)
class Memory:
    """Describe what was seen: the first symbol, the steps since, and whether it has been asked for."""

    first: str = ""
    lag: int = 0
    asked: bool = False


class Recall(Task[Memory]):
    """Ask for the first symbol, after `least` to `most` distractors.

    Nothing short is ever drawn: with short sequences in the training a network without gates learns this too, because it
    can begin there.
    """

    key = "recall"
    title = "Recall"
    meaning = "Read one letter, then noise, then a question mark; the answer is the letter at the very start."
    inputs = (*SYMBOLS, *DISTRACTORS, QUESTION)
    outputs = SYMBOLS
    separator = ""
    example = "Bxyzzyxxzyxzyyxzyxxzy?"
    facts_explained = {  # noqa: RUF012
        **{f"first_is_{symbol}": f"Whether the first symbol was {symbol}." for symbol in SYMBOLS},
        "lag": "How many steps ago the first symbol was read.",
    }

    def __init__(self, least: int = 20, most: int = 40) -> None:
        self.least = least
        self.most = most

    def start(self) -> Memory:
        """Begin with nothing seen."""
        return Memory()

    def follow(self, state: Memory, token: str) -> Memory | None:
        """Take the first symbol, pass distractors, notice the question."""
        if not state.first:
            return Memory(first=token) if token in SYMBOLS else None
        if state.asked or token in SYMBOLS:
            return None
        return replace(state, lag=state.lag + 1, asked=token == QUESTION)

    def answers(self, state: Memory) -> frozenset[str]:
        """Name the first symbol once it is asked for; before, nothing is asked."""
        return frozenset({state.first} if state.asked else ())

    def facts(self, state: Memory) -> dict[str, float]:
        """Give the first symbol and its age."""
        return {"lag": float(state.lag), **{f"first_is_{symbol}": float(symbol == state.first) for symbol in SYMBOLS}}

    def draw(self, rng: np.random.Generator) -> tuple[str, ...]:
        """Draw the symbol and from `least` to `most` distractors, all equally likely."""
        return self.sequence(rng, int(rng.integers(self.least, self.most + 1)))

    def sequence(self, rng: np.random.Generator, distractors: int) -> tuple[str, ...]:
        """Draw a sequence with a given number of distractors."""
        noise = rng.choice(DISTRACTORS, size=distractors).tolist()
        return (str(rng.choice(SYMBOLS)), *noise, QUESTION)

"""Nest: brackets of several kinds, each closed by its partner (Dyck languages; Hewitt et al. 2020)."""

from dataclasses import dataclass, replace

import numpy as np

from lstm_viz.sequences.tasks.agreement import Agreement
from lstm_viz.sequences.tasks.task import END, Task

PARTNERS = {"(": ")", "[": "]", "{": "}", "<": ">"}
KIND_NAMES = {"(": "round", "[": "square", "{": "curly", "<": "angle"}
CLOSERS = tuple(PARTNERS.values())
_Stack = tuple[str, ...]


class Brackets(Task[_Stack]):
    """Ask which brackets may come next: at most `deepest` open ones (more if typed), closed in the right order."""

    key = "brackets"
    title = "Brackets"
    meaning = "Read opening and closing brackets of four kinds; the one opened last must be closed first."
    inputs = tuple(bracket for pair in PARTNERS.items() for bracket in pair)
    outputs = (*inputs, END)
    separator = ""
    example = "([{}<()>])[{()}<>]"
    initial = ()
    facts_explained = {  # noqa: RUF012
        "depth": "How many brackets are open.",
        **{f"inside_{name}": f"Whether the innermost open bracket is {name}." for name in KIND_NAMES.values()},
    }

    def __init__(self, deepest: int = 5, longest: int = 40) -> None:
        self.deepest = deepest
        self.longest = longest

    def follow(self, state: _Stack, token: str) -> _Stack | None:
        """Open a bracket, or close the innermost one."""
        if token in PARTNERS:
            return (*state, token)
        return state[:-1] if state and token == PARTNERS[state[-1]] else None

    def answers(self, state: _Stack) -> frozenset[str]:
        """Allow the innermost bracket's partner, or the end where nothing is open, and every opener unless too deep."""
        openers = PARTNERS if len(state) < self.deepest else ()
        return frozenset({*openers, PARTNERS[state[-1]] if state else END})

    def facts(self, state: _Stack) -> dict[str, float]:
        """Give the depth and the kind of the innermost open bracket."""
        inside = {f"inside_{name}": float(state[-1:] == (opener,)) for opener, name in KIND_NAMES.items()}
        return {"depth": float(len(state)), **inside}

    def draw(self, rng: np.random.Generator) -> tuple[str, ...]:
        """Draw 2 to `longest` tokens (an even number, all equally likely) that nest at most `deepest`."""
        return self.balanced(rng, 2 * int(rng.integers(1, self.longest // 2 + 1)), self.deepest)

    def balanced(self, rng: np.random.Generator, length: int, deepest: int) -> tuple[str, ...]:
        """Draw a balanced sequence: a coin opens or closes wherever both are possible."""
        tokens: list[str] = []
        stack: list[str] = []
        for left in range(length, 0, -1):
            must_open, must_close = not stack, len(stack) in (left, deepest)
            if must_open or (not must_close and rng.random() < 0.5):
                stack.append(str(rng.choice(list(PARTNERS))))
                tokens.append(stack[-1])
            else:
                tokens.append(PARTNERS[stack.pop()])
        return tuple(tokens)


@dataclass(frozen=True)
class Count:
    """The state of a count."""

    read: int = 0
    remaining: int = 0
    after_x: bool = False


class Counting(Task[Count]):
    """Ask for as many b as there were a; `draw` gives at most `most`, and what a person types may be longer."""

    key = "counting"
    title = "Counting"
    meaning = "Read some a, then X, then exactly as many b; only somebody who counted knows where the end is."
    inputs = ("a", "X", "b")
    outputs = ("a", "X", "b", END)
    separator = ""
    example = "aaaaaaaaaaaaXbbbbbbbbbbbb"
    initial = Count()
    facts_explained = {  # noqa: RUF012
        "count_a": "How many a have been read.",
        "remaining": "How many b are still owed; nobody can know before the X.",
        "depth": "How far the count stands above zero: up with every a, down with every b.",
        "after_x": "Whether the X has been read.",
    }

    def __init__(self, most: int = 10) -> None:
        self.most = most

    def follow(self, state: Count, token: str) -> Count | None:
        """Count up with a before the X, down with b after it."""
        if token == "a" and not state.after_x:
            return Count(state.read + 1, state.remaining + 1)
        if token == "X" and not state.after_x:
            return replace(state, after_x=True)
        if token == "b" and state.after_x and state.remaining:
            return replace(state, remaining=state.remaining - 1)
        return None

    def answers(self, state: Count) -> frozenset[str]:
        """Allow a or X before the X; then b until none is owed."""
        if not state.after_x:
            return frozenset({"a", "X"})
        return frozenset({"b"} if state.remaining else {END})

    def facts(self, state: Count) -> dict[str, float]:
        """Give the counts; what is owed once the X says that no more a come."""
        known = {"count_a": float(state.read), "depth": float(state.remaining), "after_x": float(state.after_x)}
        return {**known, "remaining": float(state.remaining)} if state.after_x else known

    def draw(self, rng: np.random.Generator) -> tuple[str, ...]:
        """Draw n from 1 to `most`, all equally likely."""
        return self.sequence(int(rng.integers(1, self.most + 1)))

    def sequence(self, n: int) -> tuple[str, ...]:
        """Give aⁿXbⁿ."""
        return ("a",) * n + ("X",) + ("b",) * n


SYMBOLS = ("A", "B", "C", "D")
DISTRACTORS = ("x", "y", "z")
QUESTION = "?"


@dataclass(frozen=True)
class _Memory:
    """What was seen: the first symbol, the steps since, and whether it was asked for."""

    first: str = ""
    lag: int = 0
    asked: bool = False


class Recall(Task[_Memory]):
    """Ask for the first symbol, after `least` to `most` distractors.

    No short sequence is ever drawn: from those a network without gates would learn this too.
    """

    key = "recall"
    title = "Recall"
    meaning = "Read one letter, then noise, then a question mark; the answer is the letter at the very start."
    inputs = (*SYMBOLS, *DISTRACTORS, QUESTION)
    outputs = SYMBOLS
    separator = ""
    example = "Bxyzzyxxzyxzyyxzyxxzy?"
    initial = _Memory()
    facts_explained = {  # noqa: RUF012
        **{f"first_is_{symbol}": f"Whether the first symbol was {symbol}." for symbol in SYMBOLS},
        "lag": "How many steps ago the first symbol was read.",
    }

    def __init__(self, least: int = 20, most: int = 40) -> None:
        self.least = least
        self.most = most

    def follow(self, state: _Memory, token: str) -> _Memory | None:
        """Take the first symbol, pass distractors, notice the question."""
        if not state.first:
            return _Memory(first=token) if token in SYMBOLS else None
        if state.asked or token in SYMBOLS:
            return None
        return replace(state, lag=state.lag + 1, asked=token == QUESTION)

    def answers(self, state: _Memory) -> frozenset[str]:
        """Name the first symbol once it is asked for; before, nothing is asked."""
        return frozenset({state.first} if state.asked else ())

    def facts(self, state: _Memory) -> dict[str, float]:
        """Give the first symbol and its age."""
        return {"lag": float(state.lag), **{f"first_is_{symbol}": float(symbol == state.first) for symbol in SYMBOLS}}

    def draw(self, rng: np.random.Generator) -> tuple[str, ...]:
        """Draw the symbol and from `least` to `most` distractors, all equally likely."""
        return self.sequence(rng, int(rng.integers(self.least, self.most + 1)))

    def sequence(self, rng: np.random.Generator, distractors: int) -> tuple[str, ...]:
        """Draw a sequence with a given number of distractors."""
        noise = rng.choice(DISTRACTORS, size=distractors).tolist()
        return (str(rng.choice(SYMBOLS)), *noise, QUESTION)


TASKS: dict[str, Task] = {task.key: task for task in (Counting(), Brackets(), Agreement(), Recall())}

"""Nest: brackets of several kinds, each closed by its partner (Dyck languages; Hewitt et al. 2020)."""

import numpy as np

from lstm_viz.sequences.task import END, Task

PARTNERS = {"(": ")", "[": "]", "{": "}", "<": ">"}
KIND_NAMES = {"(": "round", "[": "square", "{": "curly", "<": "angle"}
CLOSERS = tuple(PARTNERS.values())
Stack = tuple[str, ...]


class Brackets(Task[Stack]):
    """Ask which brackets may come next: at most `deepest` open ones, closed in the right order.

    A person may nest deeper, and then only the closer is right; `draw` gives at most `longest` tokens.
    """

    key = "brackets"
    title = "Brackets"
    meaning = "Read opening and closing brackets of four kinds; the one opened last must be closed first."
    inputs = tuple(bracket for pair in PARTNERS.items() for bracket in pair)
    outputs = (*inputs, END)
    separator = ""
    example = "([{}<()>])[{()}<>]"
    facts_explained = {  # noqa: RUF012
        "depth": "How many brackets are open.",
        **{f"inside_{name}": f"Whether the innermost open bracket is {name}." for name in KIND_NAMES.values()},
    }

    def __init__(self, deepest: int = 5, longest: int = 40) -> None:
        self.deepest = deepest
        self.longest = longest

    def start(self) -> Stack:
        """Begin with nothing open."""
        return ()

    def follow(self, state: Stack, token: str) -> Stack | None:
        """Open a bracket, or close the innermost one."""
        if token in PARTNERS:
            return (*state, token)
        return state[:-1] if state and token == PARTNERS[state[-1]] else None

    def answers(self, state: Stack) -> frozenset[str]:
        """Allow the innermost bracket's partner, or the end where nothing is open, and every opener unless too deep."""
        openers = PARTNERS if len(state) < self.deepest else ()
        return frozenset({*openers, PARTNERS[state[-1]] if state else END})

    def facts(self, state: Stack) -> dict[str, float]:
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

"""Count: as many b as there were a (aⁿXbⁿ; Gers & Schmidhuber 2001, without the X)."""

from dataclasses import dataclass, replace

import numpy as np

from lstm_viz.sequences.task import END, Task


@dataclass(frozen=True)
class Count:
    """Describe where a count stands."""

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
    facts_explained = {  # noqa: RUF012
        "count_a": "How many a have been read.",
        "remaining": "How many b are still owed; nobody can know before the X.",
        "depth": "How far the count stands above zero: up with every a, down with every b.",
        "after_x": "Whether the X has been read.",
    }

    def __init__(self, most: int = 10) -> None:
        self.most = most

    def start(self) -> Count:
        """Begin with nothing counted."""
        return Count()

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

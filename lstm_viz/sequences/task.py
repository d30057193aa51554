"""What a task is: a small grammar that says, at every step, what is known and what may come next."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, TypeVar

import numpy as np

from lstm_viz.sequences.tokens import Vocabulary, read_tokens

END = "⏎"
State = TypeVar("State")


@dataclass(frozen=True, eq=False)
class Example:
    """Describe a sequence of T tokens together with all that its task knows about it.

    `answers` are the outputs that may come next after each step, none where nothing is asked; `concepts` is what is known at
    each step by name, float64 (T,), NaN where it is not defined.
    """

    tokens: tuple[str, ...]
    answers: tuple[frozenset[str], ...]
    concepts: dict[str, np.ndarray]


class Task(ABC, Generic[State]):
    """Make sequences of which every right answer is known, and judge those that a person typed.

    A task is an automaton: `start` is its state before the first token, `follow` reads one token, `answers` and `facts` say
    what a state means. Text that breaks the grammar is followed up to the break.
    """

    key: str  # name in code and addresses
    title: str  # name on screen
    meaning: str  # the task in one sentence
    inputs: tuple[str, ...]  # tokens that the model reads
    outputs: tuple[str, ...]  # tokens that the model may answer
    separator: str  # what stands between tokens in a text
    example: str  # the text shown first
    facts_explained: dict[str, str]

    @abstractmethod
    def start(self) -> State:
        """Give the state before the first token."""

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
        """Cut a text that a person typed into tokens of this task; a SequenceError or UnknownTokens if that fails."""
        tokens = read_tokens(text, "words" if self.separator else "characters")
        self.input_vocabulary.encode(tokens)
        return tokens

    def annotate(self, tokens: tuple[str, ...]) -> Example:
        """Say what is known at each step; from where the grammar is broken on, nothing is asked and nothing known."""
        states: list[State | None] = []
        state: State | None = self.start()
        for token in tokens:
            state = None if state is None else self.follow(state, token)
            states.append(state)
        answers = tuple(frozenset() if state is None else self.answers(state) for state in states)
        facts = [{} if state is None else self.facts(state) for state in states]
        concepts = {name: np.array([fact.get(name, np.nan) for fact in facts]) for name in self.facts_explained}
        return Example(tokens, answers, {"position": np.arange(1.0, len(tokens) + 1), **concepts})


def shares(task: Task, example: Example) -> np.ndarray:
    """Share each step evenly among its answers, (T, outputs), as training aims at; rows sum to 1, or to 0 for none."""
    wanted = np.array([[output in answers for output in task.outputs] for answers in example.answers], dtype=np.float64)
    even: np.ndarray = wanted / np.maximum(wanted.sum(axis=1, keepdims=True), 1.0)
    return even

"""Agree: the verb takes the number of its subject, whatever nouns come between them (after Linzen et al. 2016)."""

from dataclasses import dataclass, replace

import numpy as np

from lstm_viz.sequences.tasks.task import END, Task

SINGULAR, PLURAL = "singular", "plural"
NUMBERS = (SINGULAR, PLURAL)
_DETERMINERS = ("the", "our", "no")
_PREPOSITIONS = ("near", "behind", "beside", "with")
_THAT = "that"
_ADVERBS = ("often", "quietly", "today")
_ADJECTIVES = ("happy", "old", "quiet", "busy")
NOUNS: dict[str, tuple[str, ...]] = {
    SINGULAR: ("dog", "bird", "pilot", "doctor", "farmer", "author", "key", "picture"),
    PLURAL: ("dogs", "birds", "pilots", "doctors", "farmers", "authors", "keys", "pictures"),
}
CLAUSE_VERBS: dict[str, tuple[str, ...]] = {SINGULAR: ("likes", "sees", "follows"), PLURAL: ("like", "see", "follow")}
INTRANSITIVE: dict[str, tuple[str, ...]] = {
    SINGULAR: ("sleeps", "sings", "waits", "moves"),
    PLURAL: ("sleep", "sing", "wait", "move"),
}
COPULA: dict[str, tuple[str, ...]] = {SINGULAR: ("is",), PLURAL: ("are",)}
MAIN_VERBS: dict[str, tuple[str, ...]] = {number: (*INTRANSITIVE[number], *COPULA[number]) for number in NUMBERS}
WORDS = (
    *_DETERMINERS,
    *(word for words in (NOUNS, MAIN_VERBS, CLAUSE_VERBS) for number in NUMBERS for word in words[number]),
    *_PREPOSITIONS,
    _THAT,
    *_ADVERBS,
    *_ADJECTIVES,
)
_ALL_NOUNS = NOUNS[SINGULAR] + NOUNS[PLURAL]
_BEFORE_MAIN_VERB = ("noun", "clause verb")


@dataclass(frozen=True)
class _Sentence:
    """A sentence so far."""

    place: str = "start"  # what was read last, as `_ways_on` names it
    subject: str = ""  # its grammatical number
    last_noun: str = ""  # its grammatical number
    attractors: int = 0  # nouns between the subject and its verb with the other number


_Ways = tuple[tuple[tuple[str, ...], str], ...]


def _ways_on(state: _Sentence) -> _Ways:
    """Group the words that may come next by where they lead; the verb of a clause agrees with the noun before it."""
    main_verb: _Ways = ((INTRANSITIVE.get(state.subject, ()), "verb"), (COPULA.get(state.subject, ()), "copula"))
    clause_verb = CLAUSE_VERBS.get(state.last_noun, ())
    ways: dict[str, _Ways] = {
        "start": ((_DETERMINERS, "determiner"),),
        "determiner": ((_ALL_NOUNS, "noun"),),
        "noun": ((_PREPOSITIONS, "link"), ((_THAT,), "that"), *main_verb),
        "link": ((_DETERMINERS, "determiner"),),
        "that": ((clause_verb, "link"), (_DETERMINERS, "clause determiner")),
        "clause determiner": ((_ALL_NOUNS, "clause noun"),),
        "clause noun": ((clause_verb, "clause verb"),),
        "clause verb": ((_PREPOSITIONS, "link"), *main_verb),
        "verb": ((_ADVERBS, "done"), ((END,), "end")),
        "copula": ((_ADJECTIVES, "done"),),
        "done": (((END,), "end"),),
    }
    return ways[state.place]


class Agreement(Task[_Sentence]):
    """Ask which words of a small English grammar may come next, with up to `most` nouns between subject and verb."""

    key = "agreement"
    title = "Agreement"
    meaning = "Read a sentence word by word; the verb must fit the subject, not the nouns that came in between."
    inputs = WORDS
    outputs = (*WORDS, END)
    separator = " "
    example = "the keys near the picture that the pilot likes behind our dog are old"
    initial = _Sentence()
    facts_explained = {  # noqa: RUF012
        "subject_plural": "Whether the subject is plural.",
        "last_noun_plural": "Whether the noun read last is plural.",
        "attractors": "How many nouns since the subject had the other number, up to the verb.",
        "verb_due": "Whether the main verb may come next.",
    }

    def __init__(self, most: int = 4) -> None:
        self.most = most

    def follow(self, state: _Sentence, token: str) -> _Sentence | None:
        """Read a word: the first noun is the subject, later ones may be attractors."""
        place = next((place for words, place in _ways_on(state) if token in words), None)
        if place is None:
            return None
        if token not in _ALL_NOUNS:
            return replace(state, place=place)
        number = SINGULAR if token in NOUNS[SINGULAR] else PLURAL
        subject = state.subject or number
        return _Sentence(place, subject, number, state.attractors + (number != subject))

    def answers(self, state: _Sentence) -> frozenset[str]:
        """Allow every word that continues a sentence; of a verb only the forms that agree."""
        return frozenset(word for words, _ in _ways_on(state) for word in words)

    def facts(self, state: _Sentence) -> dict[str, float]:
        """Give both numbers where there are nouns, and what separates subject and verb."""
        numbers = {"subject_plural": state.subject, "last_noun_plural": state.last_noun}
        known = {name: float(number == PLURAL) for name, number in numbers.items() if number}
        return {**known, "attractors": float(state.attractors), "verb_due": float(state.place in _BEFORE_MAIN_VERB)}

    def draw(self, rng: np.random.Generator) -> tuple[str, ...]:
        """Draw a sentence with 0 to `most` nouns between subject and verb, of either number."""
        between = [str(rng.choice(NUMBERS)) for _ in range(rng.integers(self.most + 1))]
        return self.sentence(rng, str(rng.choice(NUMBERS)), between)

    def with_attractors(self, rng: np.random.Generator, attractors: int) -> tuple[str, ...]:
        """Draw a sentence where `attractors` nouns, all of the other number, stand between subject and verb."""
        subject = str(rng.choice(NUMBERS))
        other = PLURAL if subject == SINGULAR else SINGULAR
        return self.sentence(rng, subject, [other] * attractors)

    def sentence(self, rng: np.random.Generator, subject: str, between: list[str]) -> tuple[str, ...]:
        """Draw a sentence whose nouns have these numbers: the subject, and those between it and its verb."""
        words = [*_pick(rng, _DETERMINERS), *_pick(rng, NOUNS[subject])]
        last, can_have_clause = subject, True
        for number in between:
            shape = str(rng.choice(("phrase", "does", "suffers"))) if can_have_clause else "phrase"
            words += [*_modifier(rng, shape, last, number)]
            last, can_have_clause = number, shape != "suffers"
        return (*words, *_predicate(rng, subject))


def _pick(rng: np.random.Generator, *choices: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(str(rng.choice(words)) for words in choices)


def _modifier(rng: np.random.Generator, shape: str, before: str, number: str) -> tuple[str, ...]:
    """Draw a phrase (near the dog) or a clause whose noun acts (that sees the dog) or suffers (that the dog sees)."""
    if shape == "phrase":
        return _pick(rng, _PREPOSITIONS, _DETERMINERS, NOUNS[number])
    if shape == "does":
        return (_THAT, *_pick(rng, CLAUSE_VERBS[before], _DETERMINERS, NOUNS[number]))
    return (_THAT, *_pick(rng, _DETERMINERS, NOUNS[number], CLAUSE_VERBS[number]))


def _predicate(rng: np.random.Generator, subject: str) -> tuple[str, ...]:
    verb = _pick(rng, MAIN_VERBS[subject])
    if verb[0] in COPULA[subject]:
        return (*verb, *_pick(rng, _ADJECTIVES))
    return (*verb, *_pick(rng, _ADVERBS)) if rng.random() < 0.5 else verb

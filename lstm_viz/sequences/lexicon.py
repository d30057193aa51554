"""The words of the agreement task; each has one part of speech, so that a word by itself says what it is."""

SINGULAR, PLURAL = "singular", "plural"
NUMBERS = (SINGULAR, PLURAL)

DETERMINERS = ("the", "our", "no")
PREPOSITIONS = ("near", "behind", "beside", "with")
THAT = "that"
ADVERBS = ("often", "quietly", "today")
ADJECTIVES = ("happy", "old", "quiet", "busy")
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
    *DETERMINERS,
    *(word for words in (NOUNS, MAIN_VERBS, CLAUSE_VERBS) for number in NUMBERS for word in words[number]),
    *PREPOSITIONS,
    THAT,
    *ADVERBS,
    *ADJECTIVES,
)


def other(number: str) -> str:
    """Give the opposite number."""
    return PLURAL if number == SINGULAR else SINGULAR


def number_of(noun: str) -> str:
    """Tell the number of a noun."""
    return SINGULAR if noun in NOUNS[SINGULAR] else PLURAL

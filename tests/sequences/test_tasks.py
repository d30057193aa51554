"""Tasks know every right answer, for what they draw and for what a person types."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_viz.errors import UnknownTokens
from lstm_viz.sequences.tasks.agreement import MAIN_VERBS, NOUNS, NUMBERS, WORDS
from lstm_viz.sequences.tasks.catalogue import CLOSERS, PARTNERS, TASKS
from lstm_viz.sequences.tasks.task import END, shares

every_task = pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)
seeds = st.integers(0, 2**32 - 1).map(np.random.default_rng)
COUNTING, BRACKETS, AGREEMENT, RECALL = TASKS.values()


def any_tokens(task):
    return st.lists(st.sampled_from(task.inputs), max_size=30).map(tuple)


def equal_examples(one, two):
    return (
        one.tokens == two.tokens
        and one.answers == two.answers
        and one.concepts.keys() == two.concepts.keys()
        and all(np.array_equal(one.concepts[name], two.concepts[name], equal_nan=True) for name in one.concepts)
    )


@every_task
@given(rng=seeds)
def test_what_is_drawn_never_breaks_its_own_grammar(task, rng):
    example = task.sample(rng)
    asked = [answers for answers in example.answers if answers]
    assert asked, "something is asked"
    for answers, following in zip(example.answers, (*example.tokens[1:], END), strict=True):
        assert not answers or following in answers or (task is RECALL and following == END)


@every_task
@given(data=st.data())
def test_whatever_is_typed_is_annotated_step_by_step(task, data):
    example = task.annotate(data.draw(any_tokens(task)))
    steps = len(example.tokens)
    assert len(example.answers) == steps
    assert example.concepts.keys() == task.concepts.keys()
    assert all(values.shape == (steps,) and values.dtype == np.float64 for values in example.concepts.values())
    assert set().union(*example.answers) <= set(task.outputs)
    assert example.concepts["position"].tolist() == list(range(1, steps + 1))


@every_task
@given(data=st.data())
def test_a_beginning_is_annotated_alike_whatever_follows(task, data):
    start, rest = data.draw(any_tokens(task)), data.draw(any_tokens(task))
    whole, part = task.annotate(start + rest), task.annotate(start)
    assert whole.answers[: len(start)] == part.answers
    for name, values in part.concepts.items():
        np.testing.assert_array_equal(whole.concepts[name][: len(start)], values)


@every_task
@given(data=st.data())
def test_after_a_break_nothing_is_asked_and_nothing_known(task, data):
    good = task.draw(data.draw(seeds))
    wrong = [token for token in task.inputs if task.annotate((*good, token)).answers[-1] == frozenset()]
    wrong = [token for token in wrong if np.isnan(task.annotate((*good, token)).concepts[list(task.concepts)[1]][-1])]
    broken = (*good, data.draw(st.sampled_from(wrong)), *good)
    example = task.annotate(broken)
    assert set(example.answers[len(good) :]) == {frozenset()}
    for name in set(task.concepts) - {"position"}:
        assert np.isnan(example.concepts[name][len(good) :]).all()


@every_task
@given(rng=seeds)
def test_text_of_a_sequence_is_read_back(task, rng):
    tokens = task.draw(rng)
    assert task.read(task.separator.join(tokens)) == tokens
    assert equal_examples(task.annotate(task.read(task.separator.join(tokens))), task.annotate(tokens))


@every_task
@given(rng=seeds)
def test_shares_are_even_among_the_answers(task, rng):
    example = task.sample(rng)
    for row, answers in zip(shares(task, example), example.answers, strict=True):
        assert {task.outputs[place] for place in np.flatnonzero(row)} == answers
        assert not answers or row[row > 0] == pytest.approx(1 / len(answers))


@every_task
def test_what_is_shown_first_is_a_whole_sequence_of_good_length(task):
    tokens = task.read(task.example)
    assert 7 <= len(tokens) <= 25
    assert all(np.isfinite(values[-1]) for values in task.annotate(tokens).concepts.values())
    assert END in task.annotate(tokens).answers[-1] or task is RECALL


@every_task
def test_words_about_a_task_are_sentences(task):
    for text in (task.meaning, *task.concepts.values()):
        assert text[0].isupper()
        assert text.endswith(".")
    assert len(set(task.inputs)) == len(task.inputs)
    assert len(set(task.outputs)) == len(task.outputs)


@every_task
def test_typed_tokens_of_another_world_are_refused(task):
    with pytest.raises(UnknownTokens, match="It knows"):
        task.read("ö ö")


@given(st.integers(0, 60))
def test_counting_asks_for_b_exactly_n_times_and_then_for_the_end(n):
    example = COUNTING.annotate(COUNTING.sequence(n))
    assert example.answers == (frozenset("aX"),) * n + (frozenset("b"),) * n + (frozenset({END}),)
    assert example.concepts["count_a"].tolist() == [*range(1, n + 1), *[n] * (n + 1)]
    assert example.concepts["remaining"][n:].tolist() == list(range(n, -1, -1))
    assert np.isnan(example.concepts["remaining"][:n]).all()
    assert example.concepts["after_x"].tolist() == [0] * n + [1] * (n + 1)


def reduced(tokens):
    """Strike out pairs until none is left: what remains is open."""
    text, before = "".join(tokens), None
    while text != before:
        before = text
        for opener, closer in PARTNERS.items():
            text = text.replace(opener + closer, "")
    return text


@given(st.lists(st.sampled_from("([{<"), max_size=8), seeds)
def test_brackets_know_depth_and_partner_as_striking_out_pairs_does(openers, rng):
    tokens = (*BRACKETS.draw(rng), *openers)
    example = BRACKETS.annotate(tokens)
    for step in range(len(tokens)):
        left = reduced(tokens[: step + 1])
        assert example.concepts["depth"][step] == len(left)
        closers = example.answers[step] & {*CLOSERS, END}
        assert closers == {PARTNERS[left[-1]] if left else END}
        assert bool(example.answers[step] & PARTNERS.keys()) == (len(left) < BRACKETS.deepest)
    inside = [name for name in BRACKETS.concepts if name.startswith("inside_")]
    assert (sum(example.concepts[name] for name in inside) == (example.concepts["depth"] > 0)).all()


@given(seeds, st.integers(1, 40), st.integers(1, 12))
def test_brackets_are_balanced_and_as_deep_as_allowed(rng, pairs, deepest):
    tokens = BRACKETS.balanced(rng, 2 * pairs, deepest)
    assert len(tokens) == 2 * pairs
    assert reduced(tokens) == ""
    assert BRACKETS.annotate(tokens).concepts["depth"].max() <= deepest


def test_a_crossing_bracket_breaks_the_sequence():
    assert BRACKETS.annotate(tuple("([)]")).answers[2:] == (frozenset(), frozenset())


def subject_number(tokens):
    return next(number for word in tokens for number in NUMBERS if word in NOUNS[number])


@given(seeds, st.integers(0, 7))
def test_the_verb_due_has_the_number_of_the_subject_and_only_that(rng, attractors):
    tokens = AGREEMENT.with_attractors(rng, attractors)
    example = AGREEMENT.annotate(tokens)
    number = subject_number(tokens)
    main = next(step for step, word in enumerate(tokens) if word in MAIN_VERBS[number])
    right, wrong = set(MAIN_VERBS[number]), set(MAIN_VERBS[NUMBERS[1 - NUMBERS.index(number)]])
    for step in range(1, main):
        due = example.concepts["verb_due"][step] == 1
        assert (right <= example.answers[step]) == due
        assert not wrong & example.answers[step]
    assert example.concepts["verb_due"][main - 1] == 1
    assert example.concepts["attractors"][main - 1] == attractors
    assert (example.concepts["subject_plural"][1:] == (number == "plural")).all()


@given(seeds)
def test_a_clause_verb_agrees_with_the_noun_before_it(rng):
    example = AGREEMENT.sample(rng)
    clause_verbs = {"singular": {"likes", "sees", "follows"}, "plural": {"like", "see", "follow"}}
    nouns = [(word, step) for step, word in enumerate(example.tokens) if word in {*NOUNS["singular"], *NOUNS["plural"]}]
    for word in {*clause_verbs["singular"], *clause_verbs["plural"]} & set(example.tokens):
        for step in [step for step, token in enumerate(example.tokens) if token == word]:
            noun = [noun for noun, at in nouns if at < step][-1]
            assert word in clause_verbs[subject_number([noun])]


def test_the_lexicon_is_of_forty_to_sixty_words_each_of_one_kind():
    assert 40 <= len(set(WORDS)) == len(WORDS) <= 60


@given(seeds, st.integers(0, 80))
def test_recall_asks_once_and_for_the_first_symbol(rng, distractors):
    tokens = RECALL.sequence(rng, distractors)
    example = RECALL.annotate(tokens)
    assert example.answers == (frozenset(),) * (distractors + 1) + (frozenset(tokens[0]),)
    assert example.concepts["lag"].tolist() == list(range(distractors + 2))
    assert (example.concepts[f"first_is_{tokens[0]}"] == 1).all()


@every_task
def test_drawing_is_repeatable_and_varied(task):
    one = [task.draw(np.random.default_rng(5)) for _ in range(2)]
    assert one[0] == one[1]
    rng = np.random.default_rng(5)
    assert len({task.draw(rng) for _ in range(50)}) >= 8

"""How good a trained model is at its task, on sequences that it was not trained on."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial

import numpy as np
import torch
from torch import nn
from torch.nn.utils.rnn import pad_sequence

from lstm_viz.sequences.agreement import MAIN_VERBS, NUMBERS, Agreement
from lstm_viz.sequences.brackets import CLOSERS, Brackets
from lstm_viz.sequences.counting import Counting
from lstm_viz.sequences.recall import Recall
from lstm_viz.sequences.task import END, Task
from lstm_viz.zoo.catalogue import Scores
from lstm_viz.zoo.recipes import TEST, Tokens, draws

COUNTED_AT_MOST = 200
DEPTHS = range(1, 11)
LONGEST_TESTED = 80
ATTRACTORS = range(9)
DISTRACTORS = (5, 10, 20, 30, 50, 100, 200)
TEST_DRAWS = 300

Judge = Callable[[np.ndarray, Tokens], Iterator[bool]]  # whether each answer that counts is right


def score(model: nn.Module, task: Task) -> Scores:
    """Score a model in the way of its task."""
    return SCORERS[type(task)](model, task)


def _probabilities(model: nn.Module, task: Task, sequences: Sequence[Tokens]) -> list[np.ndarray]:
    """Let a model answer sequences, (T, outputs) each."""
    inputs = [torch.as_tensor(task.input_vocabulary.encode(tokens)) for tokens in sequences]
    with torch.no_grad():
        answers_BTO = model(pad_sequence(inputs, batch_first=True)).softmax(dim=-1).double().numpy()
    return [answers[: len(tokens)] for answers, tokens in zip(answers_BTO, sequences, strict=True)]


def _score_counting(model: nn.Module, task: Counting) -> Scores:
    right = counted_right(model, task, COUNTED_AT_MOST)
    return Scores(
        f"Largest n up to which every count is right to the last symbol; no n above {COUNTED_AT_MOST} was tried.",
        reach(right),
        "Share of right answers from the X on, by n.",
        tuple(enumerate(right, start=1)),
        task.most,
    )


def counted_to(model: nn.Module, task: Counting, most: int) -> int:
    """Find the largest n up to which every count is right to the last symbol; none above `most` is tried.

    Most models fail early: long sequences are tried only with one that has passed the shorter ones.
    """
    for tried in (most // 8, most // 4, most // 2):
        reached = reach(counted_right(model, task, tried))
        if reached < tried:
            return reached
    return reach(counted_right(model, task, most))


def counted_right(model: nn.Module, task: Counting, most: int) -> list[float]:
    """Give the share of likeliest outputs that are right from the X on, for n from 1 to `most`."""
    sequences = [task.sequence(n) for n in range(1, most + 1)]
    b, end = task.output_vocabulary.encode(("b", END))
    right = []
    for n, answers in enumerate(_probabilities(model, task, sequences), start=1):
        expected = np.array([b] * n + [end])
        right.append(float(np.mean(answers[n:].argmax(axis=1) == expected)))
    return right


def reach(right: Sequence[float]) -> int:
    """Count how many are wholly right before the first that is not.

    Example:
        >>> reach([1.0, 1.0, 0.8, 1.0])
        2
    """
    return next((n for n, share in enumerate(right) if share < 1), len(right))


def _accuracy(model: nn.Module, task: Task, judge: Judge, sequences: Sequence[Tokens]) -> float:
    answered = zip(_probabilities(model, task, sequences), sequences, strict=True)
    return float(np.mean([right for answers, tokens in answered for right in judge(answers, tokens)]))


def _score_brackets(model: nn.Module, task: Brackets) -> Scores:
    """Ask for the closer at every step where one is due; it must be the likeliest of the four."""
    closers = task.output_vocabulary.encode(CLOSERS)

    def judge(answers: np.ndarray, tokens: Tokens) -> Iterator[bool]:
        for row, asked in zip(answers, task.annotate(tokens).answers, strict=True):
            if END not in asked:
                yield CLOSERS[row[closers].argmax()] in asked

    rng, accuracy = np.random.default_rng(TEST), partial(_accuracy, model, task, judge)
    return Scores(
        "Share of closers that are right, on new sequences like those trained on (up to "
        f"{task.longest} brackets, {task.deepest} deep).",
        accuracy(draws(task, TEST_DRAWS, TEST)),
        f"Share of closers that are right on sequences of {LONGEST_TESTED} brackets, by how deep they may go.",
        tuple((d, accuracy([task.balanced(rng, LONGEST_TESTED, d) for _ in range(TEST_DRAWS)])) for d in DEPTHS),
        task.deepest,
    )


def _score_agreement(model: nn.Module, task: Agreement) -> Scores:
    """Ask before the main verb: the forms of the right number together must be likelier than those of the wrong one."""
    places = {number: task.output_vocabulary.encode(MAIN_VERBS[number]) for number in NUMBERS}

    def judge(answers: np.ndarray, tokens: Tokens) -> Iterator[bool]:
        verbs = ((step, each) for step, word in enumerate(tokens) for each in NUMBERS if word in MAIN_VERBS[each])
        step, number = next(verbs)
        mass = {each: answers[step - 1, places[each]].sum() for each in NUMBERS}
        yield max(mass, key=mass.__getitem__) == number

    rng, accuracy = np.random.default_rng(TEST), partial(_accuracy, model, task, judge)
    return Scores(
        "Share of right numbers of the main verb, on new sentences like those trained on (up to "
        f"{task.most} nouns between).",
        accuracy(draws(task, TEST_DRAWS, TEST)),
        "Share of right numbers of the main verb, by how many nouns stand between, all of the other number.",
        tuple((k, accuracy([task.with_attractors(rng, k) for _ in range(TEST_DRAWS)])) for k in ATTRACTORS),
        task.most,
    )


def _score_recall(model: nn.Module, task: Recall) -> Scores:
    """Ask at the question mark: the first symbol must be the likeliest."""

    def judge(answers: np.ndarray, tokens: Tokens) -> Iterator[bool]:
        yield task.outputs[answers[-1].argmax()] == tokens[0]

    rng, accuracy = np.random.default_rng(TEST), partial(_accuracy, model, task, judge)
    return Scores(
        f"Share of right answers, on new sequences like those trained on ({task.least} to {task.most} symbols between).",
        accuracy(draws(task, TEST_DRAWS, TEST)),
        "Share of right answers by how many symbols stand between.",
        tuple((k, accuracy([task.sequence(rng, k) for _ in range(TEST_DRAWS)])) for k in DISTRACTORS),
        task.most,
    )


SCORERS: dict[type[Task], Callable[..., Scores]] = {
    Counting: _score_counting,
    Brackets: _score_brackets,
    Agreement: _score_agreement,
    Recall: _score_recall,
}

"""Sequences on which units are tested, together with all that is known at each of their steps."""

from collections import Counter
from collections.abc import Iterable, Sized
from dataclasses import dataclass

import numpy as np

from lstm_viz.forecasting.experiment import ForecastExperiment
from lstm_viz.runs.opened import Classifier
from lstm_viz.scenes.step_subject import Subject, shortened
from lstm_viz.sequences.tasks.catalogue import Counting
from lstm_viz.sequences.tasks.task import Task, Vocabulary
from lstm_viz.zoo.catalogue import TEST, draws

MOST_PROBES, FEWEST_PROBES = 200, 4
MOST_STEPS = 4_000
COUNTED_TO = 30  # three times as far as the models were trained: no counter has learned these answers by heart
NAMED_TOKENS, NAMED_CLASSES = 8, 20
RANDOM_STEPS = 24
_Fact = tuple[Iterable[np.ndarray], str]
_Facts = dict[str, _Fact]


@dataclass(frozen=True, eq=False)
class ProbeSet:
    """Test sequences and the concepts that units are compared with."""

    sequences: tuple[np.ndarray, ...]  # what the model reads, token indices (t,) or features (t, I) each
    labels: tuple[tuple[str, ...], ...]  # what is written for each step
    concepts: dict[str, np.ndarray]  # by name, over all sequences one after the other, (N,); NaN if undefined
    meanings: dict[str, str]  # of the concepts, one sentence each
    about: str  # what the sequences are, to stand behind "steps of …"


def _probe_set(read: Iterable[np.ndarray], labels: Iterable[tuple[str, ...]], facts: _Facts, about: str) -> ProbeSet:
    concepts = {name: np.concatenate(list(values)) for name, (values, _) in facts.items()}
    meanings = {name: meaning for name, (_, meaning) in facts.items()}
    return ProbeSet(tuple(read), tuple(labels), concepts, meanings, about)


def _position_in(sequences: Iterable[Sized]) -> _Fact:
    return [np.arange(1.0, len(one) + 1) for one in sequences], "Steps read so far."


def task_probes(task: Task) -> ProbeSet:
    """Draw test sequences of a task."""
    generator = Counting(COUNTED_TO) if isinstance(task, Counting) else task
    examples = [task.annotate(tokens) for tokens in draws(generator, MOST_PROBES, TEST)]
    facts: _Facts = {
        name: ([example.concepts[name] for example in examples], meaning) for name, meaning in task.concepts.items()
    }
    longer = f" (n up to {COUNTED_TO})" if isinstance(task, Counting) else ""
    read, about = [example.tokens for example in examples], f"{len(examples)} generated test sequences{longer}"
    return _probe_set(map(task.input_vocabulary.encode, read), read, facts, about)


def window_probes(experiment: ForecastExperiment) -> ProbeSet:
    """Cut windows out of a series, evenly spread from its beginning to its end, as the model reads them."""
    window = experiment.config.window
    ends = np.arange(window, len(experiment.series.y) + 1)
    ends = ends[np.unique(np.linspace(0, len(ends) - 1, affordable(window)).astype(int))]
    read = [experiment.window_read(int(end)) for end in ends]
    pasts = [inputs[:, 0].astype(float) for inputs in read]
    before = [delayed(past, 1) for past in pasts]
    changes = [past - last for past, last in zip(pasts, before, strict=True)]
    facts: _Facts = {
        "value": (
            pasts,
            "The value read at this step, counted from the newest one in the window, as the model reads it.",
        ),
        "change": (changes, "How much the value changed since the step before."),
        "value before": (before, "The value read one step before."),
        "position": _position_in(pasts),
    }
    if 1 < (season := experiment.season) < window:
        ago = [delayed(past, season) for past in pasts]
        facts["last season"] = (ago, f"The value read one season ({season} steps) before.")
    stamps = shortened(experiment.series.ds)
    labels = [tuple(str(stamp) for stamp in stamps[end - window : end]) for end in ends]
    about = f"{len(ends)} overlapping windows of the series, the ones it was trained on among them"
    return _probe_set(read, labels, facts, about)


def delayed(values: np.ndarray, steps: int) -> np.ndarray:
    """Give the values of some steps before; NaN where that was before the beginning."""
    return np.concatenate([np.full(min(steps, len(values)), np.nan), values[: max(0, len(values) - steps)]])


def shuffled_probes(subject: Subject) -> ProbeSet:
    """Put the tokens of a text into random orders: what a unit shows then does not come from their order."""
    rng = np.random.default_rng(TEST)
    orders = [rng.permutation(subject.sequence) for _ in range(affordable(len(subject.sequence)))]
    labels = [Vocabulary(subject.vocabulary).decode(order) for order in orders]
    often = [token for token, _ in Counter(subject.labels).most_common(NAMED_TOKENS)]
    there = {token: [np.array([float(label == token) for label in line]) for line in labels] for token in often}
    facts: _Facts = {"position": _position_in(orders)}
    facts |= {f"is “{token}”": (there[token], f"Whether this token is “{token}”.") for token in often}
    for token in often:
        ago = [delayed(line, 1) for line in there[token]]
        facts[f"after “{token}”"] = (ago, f"Whether the token before was “{token}”.")
    return _probe_set(orders, labels, facts, f"{len(orders)} random orders of this text's tokens")


def step_labels(steps: int, word: str = "step") -> tuple[str, ...]:
    """Number the steps from 1."""
    return tuple(f"{word} {step}" for step in range(1, steps + 1))


def class_probes(classifier: Classifier) -> ProbeSet:
    """Take test sequences of a classifier, evenly spread."""
    test = classifier.split.test
    many = min(len(test), affordable(max(1, int(test.lengths.mean()))))
    chosen = test.subset(np.unique(np.linspace(0, len(test) - 1, many).round().astype(int)))
    scaled = classifier.scaler.applied(chosen)
    numbers = range(len(chosen))
    read = [chosen.sequence(number) for number in numbers]
    step = "row" if test.picture else "step"
    mean = f"The mean of the numbers that this {step} brings, as the file has them."
    facts: _Facts = {"position": _position_in(read)}
    facts["mean input"] = ([one.mean(axis=1, dtype=float) for one in read], mean)
    named = np.argsort(-chosen.counts, kind="stable")[: min(NAMED_CLASSES, int((chosen.counts > 0).sum()))]
    for place in sorted(named):
        name = test.classes[place]
        is_it = [np.full(len(read[number]), float(chosen.labels[number] == place)) for number in numbers]
        facts[f"class {name}"] = (is_it, f"Whether the sequence is of class “{name}”, at whichever {step}.")
    labels = [step_labels(len(one), step) for one in read]
    about = f"{len(chosen):,} test sequences of the classifier, which training never saw"
    return _probe_set(map(scaled.sequence, numbers), labels, facts, about)


def random_probes(size: int) -> ProbeSet:
    """Draw random numbers for imported weights, of which nobody knows here what they read."""
    many = affordable(RANDOM_STEPS)
    sequences = np.random.default_rng(TEST).standard_normal((many, RANDOM_STEPS, size)).astype(np.float32)
    facts: _Facts = {"position": _position_in(sequences)}
    facts["mean input"] = (sequences.mean(axis=2, dtype=float), "The mean of the numbers that this step brings.")
    return _probe_set(sequences, [step_labels(RANDOM_STEPS)] * many, facts, f"{many} random sequences, standard normal")


def affordable(length: int) -> int:
    """Give how many sequences of a length are worth their time."""
    return max(FEWEST_PROBES, min(MOST_PROBES, MOST_STEPS // length))

"""Sequences on which units are tested, together with all that is known at each of their steps."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lstm_viz.forecasting.experiment import ForecastExperiment
from lstm_viz.runs.classify_model import Classifier
from lstm_viz.sequences.counting import Counting
from lstm_viz.sequences.labelled import LabelledSequences
from lstm_viz.sequences.task import Task
from lstm_viz.sequences.tokens import Vocabulary
from lstm_viz.stepping.subject import Subject, shortened
from lstm_viz.zoo.recipes import TEST, draws

MOST_PROBES, FEWEST_PROBES = 200, 4
MOST_STEPS = 4_000
COUNTED_TO = 30  # three times as far as the models were trained: no counter has learned these answers by heart
NAMED_TOKENS, NAMED_CLASSES = 8, 20
RANDOM_STEPS = 24
POSITION = "Steps read so far."


@dataclass(frozen=True, eq=False)
class ProbeSet:
    """Hold test sequences and the concepts that units are compared with.

    Args:
        sequences: what the model reads, token indices (t,) or features (t, I) each.
        labels: what is written for each step.
        concepts: by name, all sequences one behind the other, (N,); NaN where a concept is not defined.
        meanings: of the concepts, one sentence each.
        about: what the sequences are, to stand behind "steps of …".
    """

    sequences: tuple[np.ndarray, ...]
    labels: tuple[tuple[str, ...], ...]
    concepts: dict[str, np.ndarray]
    meanings: dict[str, str]
    about: str


def task_probes(task: Task) -> ProbeSet:
    """Draw test sequences of a task."""
    generator = Counting(COUNTED_TO) if isinstance(task, Counting) else task
    examples = [task.annotate(tokens) for tokens in draws(generator, MOST_PROBES, TEST)]
    concepts = {name: np.concatenate([example.concepts[name] for example in examples]) for name in task.concepts}
    longer = f" (n up to {COUNTED_TO})" if isinstance(task, Counting) else ""
    return ProbeSet(
        tuple(task.input_vocabulary.encode(example.tokens) for example in examples),
        tuple(example.tokens for example in examples),
        concepts,
        task.concepts,
        f"{len(examples)} generated test sequences{longer}",
    )


def window_probes(experiment: ForecastExperiment) -> ProbeSet:
    """Cut windows out of a series, evenly spread from its begin to its end, as the model reads them."""
    window = experiment.config.window
    ends = np.arange(window, len(experiment.series.y) + 1)
    ends = ends[np.unique(np.linspace(0, len(ends) - 1, affordable(window)).astype(int))]
    read = [experiment.window_read(int(end)) for end in ends]
    pasts = [inputs[:, 0].astype(float) for inputs in read]
    stamps = shortened(experiment.series.ds)
    season = experiment.season if 1 < experiment.season < window else 0
    known = [_facts_of_window(past, season) for past in pasts]
    meanings = {
        "value": "The value read at this step, counted from the newest one in the window, as the model reads it.",
        "change": "How much the value changed since the step before.",
        "value before": "The value read one step before.",
        "position": POSITION,
    }
    if season:
        meanings["last season"] = f"The value read one season ({season} steps) before."
    return ProbeSet(
        tuple(read),
        tuple(tuple(str(stamp) for stamp in stamps[end - window : end]) for end in ends),
        {name: np.concatenate([facts[name] for facts in known]) for name in meanings},
        meanings,
        f"{len(ends)} overlapping windows of the series, the ones it was trained on among them",
    )


def _facts_of_window(past: np.ndarray, season: int) -> dict[str, np.ndarray]:
    """Say what is known at each step of a window, (W,) each."""
    before = delayed(past, 1)
    return {
        "value": past,
        "change": past - before,
        "value before": before,
        "position": np.arange(1.0, len(past) + 1),
        "last season": delayed(past, season),
    }


def delayed(values: np.ndarray, steps: int) -> np.ndarray:
    """Give the values of some steps before; NaN where that was before the begin."""
    return np.concatenate([np.full(min(steps, len(values)), np.nan), values[: max(0, len(values) - steps)]])


def shuffled_probes(subject: Subject) -> ProbeSet:
    """Put the tokens of a text into random orders: whatever a unit tells then, it does not have from their order."""
    rng = np.random.default_rng(TEST)
    vocabulary = Vocabulary(subject.vocabulary)
    orders = [rng.permutation(subject.sequence) for _ in range(affordable(len(subject.sequence)))]
    labels = tuple(vocabulary.decode(order) for order in orders)
    often = [token for token, _ in Counter(subject.labels).most_common(NAMED_TOKENS)]
    concepts = {"position": np.concatenate([np.arange(1.0, len(order) + 1) for order in orders])}
    concepts |= {f"is “{token}”": _joined(labels, token, 0) for token in often}
    concepts |= {f"after “{token}”": _joined(labels, token, 1) for token in often}
    meanings = {"position": POSITION}
    meanings |= {f"is “{token}”": f"Whether this token is “{token}”." for token in often}
    meanings |= {f"after “{token}”": f"Whether the token before was “{token}”." for token in often}
    return ProbeSet(tuple(orders), labels, concepts, meanings, f"{len(orders)} random orders of this text's tokens")


def _joined(labels: Sequence[Sequence[str]], token: str, ago: int) -> np.ndarray:
    """Tell at every step of all sequences whether some token was read so many steps ago, (N,)."""
    return np.concatenate([delayed(np.array([float(label == token) for label in line]), ago) for line in labels])


def step_labels(data: LabelledSequences, steps: int) -> tuple[str, ...]:
    """Write what a step is."""
    return tuple(f"{'row' if data.picture else 'step'} {step}" for step in range(1, steps + 1))


def class_probes(classifier: Classifier) -> ProbeSet:
    """Take test sequences of a classifier, evenly spread."""
    test = classifier.split.test
    many = min(len(test), affordable(max(1, int(test.lengths.mean()))))
    chosen = test.subset(np.unique(np.linspace(0, len(test) - 1, many).round().astype(int)))
    scaled = classifier.scaler.applied(chosen)
    read = [chosen.sequence(number) for number in range(len(chosen))]
    step = "row" if test.picture else "step"
    named = np.argsort(-chosen.counts, kind="stable")[: min(NAMED_CLASSES, int((chosen.counts > 0).sum()))]
    label = np.repeat(chosen.labels, chosen.lengths)
    concepts = {"position": np.concatenate([np.arange(1.0, len(one) + 1) for one in read])}
    concepts["mean input"] = np.concatenate([one.mean(axis=1, dtype=float) for one in read])
    concepts |= {f"class {test.classes[place]}": (label == place).astype(float) for place in sorted(named)}
    meanings = {
        "position": POSITION,
        "mean input": f"The mean of the numbers that this {step} brings, as the file has them.",
    }
    meanings |= {
        f"class {test.classes[place]}": f"Whether the sequence is of class “{test.classes[place]}”, at whichever {step}."
        for place in sorted(named)
    }
    labels = tuple(step_labels(test, len(one)) for one in read)
    about = f"{len(chosen):,} test sequences of the classifier, which training never saw"
    return ProbeSet(tuple(scaled.sequence(number) for number in range(len(chosen))), labels, concepts, meanings, about)


def random_probes(size: int) -> ProbeSet:
    """Draw sequences of numbers: of a model that was brought nobody knows here what it reads."""
    many = affordable(RANDOM_STEPS)
    sequences = np.random.default_rng(TEST).standard_normal((many, RANDOM_STEPS, size)).astype(np.float32)
    concepts = {"position": np.tile(np.arange(1.0, RANDOM_STEPS + 1), many)}
    concepts["mean input"] = sequences.mean(axis=2, dtype=float).ravel()
    meanings = {"position": POSITION, "mean input": "The mean of the numbers that this step brings."}
    labels = (tuple(f"step {step}" for step in range(1, RANDOM_STEPS + 1)),) * many
    return ProbeSet(tuple(sequences), labels, concepts, meanings, f"{many} random sequences, standard normal")


def affordable(length: int) -> int:
    """Say how many sequences of a length are worth their time."""
    return max(FEWEST_PROBES, min(MOST_PROBES, MOST_STEPS // length))

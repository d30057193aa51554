"""Labelled sequences in parts: to train on, to stop by, to test with."""

from dataclasses import dataclass

import numpy as np

from lstm_viz.errors import LabelledError, SettingsError
from lstm_viz.phrases import counted, listed_values, shown
from lstm_viz.sequences.labelled import LabelledSequences, aligned, check_trainable


@dataclass(frozen=True, eq=False)
class _Parts:
    """Two parts of the same sequences, and what had to be done otherwise than asked, in sentences."""

    rest: LabelledSequences
    held: LabelledSequences
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Split:
    """What is trained on, what tells when to stop, and what is tested with; no sequence is in two of them."""

    train: LabelledSequences
    validation: LabelledSequences
    test: LabelledSequences
    notes: tuple[str, ...] = ()


def split(data: LabelledSequences, share: float, seed: int, stratified: bool = True) -> _Parts:
    """Hold out a share of the sequences, between 0 and 1, drawn at random; every class stays in the rest.

    Stratified, every class gives its share (scikit-learn's `train_test_split`). A class with one example cannot: it stays in
    the rest. Where too few are held out to have one of every class, one of each class stays and the others are drawn.

    Raises:
        SettingsError: the share is not between 0 and 1.
        LabelledError: no class has two examples, so that nothing can be held out.
    """
    if not 0 < share < 1:
        raise SettingsError(f"`share` (={share:g}) must lie between 0 and 1. Hold out 0.1 to 0.3 of the examples.")
    free = np.flatnonzero(data.counts[data.labels] > 1)
    if len(free) == 0:
        raise LabelledError(
            f"None of the {counted(len(data), 'example')} of {shown(data.name)} can be held out: no class has two. "
            "Give at least two examples of a class."
        )
    notes = _single_notes(data)
    count = max(1, round(share * len(free)))
    classes = len(np.unique(data.labels[free]))
    held = None
    if stratified and classes <= min(count, len(free) - count):
        held = _drawn(free, count, seed, data.labels[free])
    taken = np.zeros(len(data.classes)) if held is None else np.bincount(data.labels[held], minlength=len(data.classes))
    if held is None or (taken == data.counts)[data.counts > 0].any():  # shares are rounded: a small class may lose all
        held = _drawn_beside_one_of_each(data.labels, free, count, seed)
        if stratified:
            said = f"{counted(len(held), 'example')} of {counted(classes, 'class')} cannot be held out class by class"
            notes += (f"{said}: drawn at random, with one example of each class kept in training.",)
    rest = np.setdiff1d(np.arange(len(data)), held)
    return _Parts(data.subset(rest), data.subset(held), notes)


def split_for_training(
    data: LabelledSequences,
    seed: int,
    test: LabelledSequences | None = None,
    test_share: float = 0.2,
    validation_share: float = 0.1,
) -> Split:
    """Split into training, validation and test; the validation is a share of what is not tested with.

    The classes of a test of its own are numbered as those of `data`; else a share of `data` is tested with.

    Raises:
        OneClass: all have the same class.
        UnseenClass: the test has a class that training never shows.
        LabelledError: too few examples.
        SettingsError: a share is not between 0 and 1.
    """
    check_trainable(data)
    if test is not None:
        learned = split(data, validation_share, seed)
        return Split(learned.rest, learned.held, aligned(data, test), learned.notes)
    tested = split(data, test_share, seed)
    if tested.rest.counts.max() < 2:
        raise LabelledError(
            f"{shown(data.name)} has too few examples (={len(data):,}) to hold some out twice. Give at least three of a "
            "class."
        )
    learned = split(tested.rest, validation_share, seed)
    notes = tuple(dict.fromkeys((*tested.notes, *learned.notes)))
    return Split(learned.rest, learned.held, tested.held, notes)


def _drawn(free: np.ndarray, count: int, seed: int, classes: np.ndarray | None = None) -> np.ndarray:
    from sklearn.model_selection import train_test_split

    _, held = train_test_split(free, test_size=count, random_state=seed, stratify=classes)
    return np.sort(held)


def _drawn_beside_one_of_each(labels: np.ndarray, free: np.ndarray, count: int, seed: int) -> np.ndarray:
    shuffled = np.random.default_rng(seed).permutation(free)
    kept = shuffled[np.unique(labels[shuffled], return_index=True)[1]]
    others = np.setdiff1d(free, kept)
    return others if count >= len(others) else _drawn(others, count, seed)


def _single_notes(data: LabelledSequences) -> tuple[str, ...]:
    single = [data.classes[place] for place in np.flatnonzero(data.counts == 1)]
    if not single:
        return ()
    named = listed_values(single)
    if len(single) == 1:
        return (f"The only example of {named} stays in training.",)
    return (f"{len(single):,} classes have one example each ({named}): it stays in training.",)

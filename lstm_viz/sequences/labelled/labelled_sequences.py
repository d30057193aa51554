"""Sequences that each have a class: stored compactly, returned as padded batches."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from lstm_viz.errors import LabelledError, OneClass, SettingsError, UnseenClass
from lstm_viz.phrases import counted, listed_values, shown


@dataclass(frozen=True, eq=False)
class LabelledSequences:
    """Hold N sequences of any lengths, each with a class; all steps are concatenated, and only batches are padded."""

    values: np.ndarray  # uint8 or float32 (S, I), the steps of the first sequence, then those of the second, and so on
    starts: np.ndarray  # int64 (N + 1,), where each sequence starts in `values`; the last is S
    labels: np.ndarray  # int64 (N,), places in `classes`
    classes: tuple[str, ...]  # names of all classes, also of those that no sequence has
    features: tuple[str, ...]  # names of the I numbers of a step
    name: str  # what a person calls it
    scale: float = 1.0  # what `values` are multiplied with when they are handed out (1/255 for grey values)
    picture: bool = False  # whether the steps are the rows of a picture

    def __post_init__(self) -> None:
        """Refuse what cannot be: this is a defect of the reader, not of the file."""
        if self.values.dtype not in (np.uint8, np.float32) or self.values.shape[1:] != (len(self.features),):
            raise ValueError(f"values are {self.values.dtype} {self.values.shape} for {len(self.features)} features")
        if self.starts.shape != (len(self.labels) + 1,) or self.starts[0] != 0 or self.starts[-1] != len(self.values):
            raise ValueError(f"starts {self.starts.shape} do not fit {len(self.labels)} labels")
        inside = (self.labels >= 0) & (self.labels < len(self.classes))
        if not inside.all() or self.lengths.min(initial=1) < 1:
            raise ValueError("a sequence is empty, or a label is no place in classes")

    def __len__(self) -> int:
        return len(self.labels)

    @cached_property
    def lengths(self) -> np.ndarray:
        """Steps of each sequence, int64 (N,)."""
        return np.diff(self.starts)

    @property
    def input_size(self) -> int:
        """Numbers of a step, I."""
        return len(self.features)

    @cached_property
    def counts(self) -> np.ndarray:
        """Sequences of each class, int64 (C,)."""
        return np.bincount(self.labels, minlength=len(self.classes))

    def sequence(self, n: int) -> np.ndarray:
        """Return one sequence, float32 (T, I); -1 is the last one."""
        place = range(len(self))[n]
        return self._scaled(self.values[self.starts[place] : self.starts[place + 1]])

    def batch(self, indices: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return sequences padded with zeros, float32 (B, T, I), and their lengths, int64 (B,)."""
        lengths = self.lengths[indices]
        step = np.arange(lengths.max(initial=0))
        inside = step < lengths[:, None]
        places = np.where(inside, self.starts[indices][:, None] + step, 0)
        padded = self._scaled(self.values[places])
        padded[~inside] = 0.0
        return padded, lengths

    def subset(self, indices: np.ndarray) -> "LabelledSequences":
        """Return the sequences at `indices`, in this order; classes keep their places."""
        lengths = self.lengths[indices]
        starts = starts_of(lengths)
        places = np.repeat(self.starts[indices] - starts[:-1], lengths) + np.arange(starts[-1])
        return replace(self, values=self.values[places], starts=starts, labels=self.labels[indices])

    def _scaled(self, values: np.ndarray) -> np.ndarray:
        floats = values.astype(np.float32)
        if self.scale != 1.0:
            floats *= np.float32(self.scale)
        return floats


@dataclass(frozen=True, eq=False)
class Scaler:
    """Standardize every feature over the steps of the sequences it was fitted on; pictures stay as they are."""

    mean: np.ndarray  # float64 (I,)
    deviation: np.ndarray  # float64 (I,), 1 where a feature never changes

    @classmethod
    def fitted(cls, train: LabelledSequences) -> "Scaler":
        """Fit to the training sequences."""
        if train.picture or len(train) == 0:
            return cls(np.zeros(train.input_size), np.ones(train.input_size))
        varies = train.values.max(axis=0) > train.values.min(axis=0)
        deviation = train.values.std(axis=0, dtype=np.float64) * train.scale
        mean = train.values.mean(axis=0, dtype=np.float64) * train.scale
        return cls(mean, np.where(varies & (deviation > 0), deviation, 1.0))

    def applied(self, data: LabelledSequences) -> LabelledSequences:
        """Return scaled sequences; a LabelledError for other features."""
        if data.input_size != len(self.mean):
            raise LabelledError(_other_features(data.input_size, len(self.mean)))
        if data.picture:
            return data
        values = ((data.values * np.float64(data.scale) - self.mean) / self.deviation).astype(np.float32)
        return replace(data, values=values, scale=1.0)

    def to_dict(self) -> dict[str, Any]:
        """Give plain values for JSON."""
        return {"mean": self.mean.tolist(), "deviation": self.deviation.tolist()}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "Scaler":
        """Undo `to_dict`."""
        return cls(np.array(values["mean"], dtype=np.float64), np.array(values["deviation"], dtype=np.float64))


def stacked(sequences: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Concatenate sequences (T, I) into values (S, I) and starts (N + 1,), as `LabelledSequences` holds them."""
    return np.concatenate(list(sequences)), starts_of(np.array([len(one) for one in sequences], dtype=np.int64))


def pictures_as_rows(
    pixels: np.ndarray, labels: np.ndarray, classes: tuple[str, ...], name: str, scale: float = 1 / 255
) -> LabelledSequences:
    """Read pictures (N, height, width) as sequences of their rows, from the top; no pixel is copied."""
    count, height, width = pixels.shape
    starts = np.arange(count + 1, dtype=np.int64) * height
    features = tuple(f"pixel {place}" for place in range(1, width + 1))
    rows = pixels.reshape(count * height, width)
    return LabelledSequences(rows, starts, labels.astype(np.int64), classes, features, name, scale, picture=True)


def check_trainable(data: LabelledSequences) -> None:
    """Refuse what no classifier can be trained on: OneClass, or a LabelledError where no class has two examples."""
    if len(data) == 0:
        raise LabelledError(f"{shown(data.name)} holds no example. Give at least two examples of each of two classes.")
    found = np.flatnonzero(data.counts)
    if len(found) == 1:
        raise OneClass(
            f"All examples (={len(data):,}) of {shown(data.name)} have the class “{shown(data.classes[found[0]])}”: there "
            "is nothing to tell apart. Give examples of at least two classes."
        )
    if data.counts.max() < 2:
        raise LabelledError(
            f"Each of the {len(found):,} classes of {shown(data.name)} has one example only. Give at least two of a class, "
            "one to learn from and one to test with; or pick another column as the label."
        )


def rare_classes(data: LabelledSequences) -> tuple[str, ...]:
    """Say in a sentence which classes have a single example; nothing where none has."""
    rare = [data.classes[place] for place in np.flatnonzero(data.counts == 1)]
    if not rare:
        return ()
    verb, them = ("has", "it") if len(rare) == 1 else ("have", "them")
    return (f"{listed_values(rare)} {verb} fewer than 2 examples: what is learned about {them} cannot be tested.",)


def checked(data: LabelledSequences, training: LabelledSequences | None) -> LabelledSequences:
    """Return what can be trained on, or a test with the classes of `training`; another LabelledError otherwise."""
    if training is not None:
        return aligned(training, data)
    check_trainable(data)
    return data


def aligned(train: LabelledSequences, test: LabelledSequences) -> LabelledSequences:
    """Give the test the classes, column order and scale of the training, or raise a LabelledError or UnseenClass."""
    if train.input_size != test.input_size:
        raise LabelledError(_other_features(test.input_size, train.input_size))
    if train.picture != test.picture:
        kinds = {True: "pictures", False: "series"}
        raise LabelledError(
            f"The test holds {kinds[test.picture]} and the training {kinds[train.picture]}. Give both in the same layout."
        )
    if train.picture and len(train) and len(test) and train.lengths[0] != test.lengths[0]:
        raise LabelledError(
            f"A picture of the test has {counted(int(test.lengths[0]), 'row')}, one of the training "
            f"{int(train.lengths[0]):,}. Give pictures of one size."
        )
    trained = {train.classes[place]: place for place in np.flatnonzero(train.counts)}
    unseen = [name for name, count in zip(test.classes, test.counts, strict=True) if count and name not in trained]
    if unseen:
        raise UnseenClass(
            f"{shown(test.name)} has {'the class' if len(unseen) == 1 else 'the classes'} {listed_values(unseen)}, which "
            f"training never shows: it has {listed_values(trained, 12)}. Leave such examples out of the test, or add some "
            "to the training."
        )
    numbers = np.array([trained.get(name, -1) for name in test.classes], dtype=np.int64)
    scale = train.scale if train.values.dtype == test.values.dtype == np.uint8 else test.scale
    values = test.values
    if test.features != train.features and set(test.features) == set(train.features):
        values = values[:, [test.features.index(name) for name in train.features]]
    return LabelledSequences(
        values, test.starts, numbers[test.labels], train.classes, train.features, test.name, scale, test.picture
    )


def _other_features(found: int, wanted: int) -> str:
    return (
        f"A step of the test has {counted(found, 'number')}, a step of the training {wanted:,}. Give both with the same "
        "columns."
    )


def starts_of(lengths: np.ndarray) -> np.ndarray:
    """Return where sequences of these lengths start below each other, and where the last one ends, int64 (N + 1,)."""
    return np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(lengths, dtype=np.int64)])


@dataclass(frozen=True, eq=False)
class _Parts:
    """Two parts of the same sequences, and deviations from the request, in sentences."""

    rest: LabelledSequences
    held: LabelledSequences
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Split:
    """Training, validation and test; no sequence is in two of them."""

    train: LabelledSequences
    validation: LabelledSequences
    test: LabelledSequences
    notes: tuple[str, ...] = ()


def split(data: LabelledSequences, share: float, seed: int, stratified: bool = True) -> _Parts:
    """Hold out a share of the sequences at random; every class stays in the rest.

    Stratified, every class gives its share (scikit-learn's `train_test_split`), but for one with a single example. Where too
    few are held out to have one of every class, one of each class stays and the others are drawn.

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
    single = [data.classes[place] for place in np.flatnonzero(data.counts == 1)]
    notes: tuple[str, ...] = (f"The only example of {listed_values(single)} stays in training.",) if single else ()
    if len(single) > 1:
        notes = (f"{len(single):,} classes have one example each ({listed_values(single)}): it stays in training.",)
    count = max(1, round(share * len(free)))
    classes = len(np.unique(data.labels[free]))
    held = None
    if stratified and classes <= min(count, len(free) - count):
        held = _drawn(free, count, seed, data.labels[free])
    if held is None or len(np.unique(np.delete(data.labels, held))) < (data.counts > 0).sum():
        # too few to stratify, or a small class lost all its examples to rounding
        held = _drawn_but_one_of_each(data.labels, free, count, seed)
        if stratified:
            held_out = (
                f"{counted(len(held), 'example')} of {counted(classes, 'class')} cannot be held out class by class"
            )
            notes += (f"{held_out}: drawn at random, with one example of each class kept in training.",)
    rest = np.setdiff1d(np.arange(len(data)), held)
    return _Parts(data.subset(rest), data.subset(held), notes)


def split_for_training(
    data: LabelledSequences,
    seed: int,
    test: LabelledSequences | None = None,
    test_share: float = 0.2,
    validation_share: float = 0.1,
) -> Split:
    """Split into training, validation (a share of what is not the test) and test (a share of `data` if not given).

    Raises:
        LabelledError: too few examples; OneClass, or UnseenClass for a class of the test that training never shows.
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


def _drawn_but_one_of_each(labels: np.ndarray, free: np.ndarray, count: int, seed: int) -> np.ndarray:
    shuffled = np.random.default_rng(seed).permutation(free)
    kept = shuffled[np.unique(labels[shuffled], return_index=True)[1]]
    others = np.setdiff1d(free, kept)
    return others if count >= len(others) else _drawn(others, count, seed)

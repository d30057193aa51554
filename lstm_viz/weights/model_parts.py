"""What the names of arrays say before they are sorted, and which parts of a model there can be."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from lstm_viz.anatomy.parts import GATES
from lstm_viz.anatomy.weight_layouts import Arrays
from lstm_viz.errors import WeightsError
from lstm_viz.recurrent.layers import Direction
from lstm_viz.recurrent.specification import Cell
from lstm_viz.weights.read_arrays import shown

_HIDDEN = re.compile(r"(weight_hh(_l0)?|recurrent_kernel(:0)?)$")
RECURRENT = re.compile(r"(weight|bias)_(ih|hh)|recurrent_kernel")
_COUNTERS = ("n_averaged", "num_updates", "initted", "step")  # of an average of the weights along training
TOKEN_WORDS = re.compile("enc|encoder|emb|embed|tok|tokens?|words?|wte|lookup|vectors|table|chars?|glove")
FRONT_WORDS = re.compile(f"{TOKEN_WORDS.pattern}|in|inp|inputs?|pre|before|front|stem|src|source|first")
BEHIND_WORDS = re.compile(
    "out|outputs?|head|dec|decoder|classifier|clf|logits|lm|pred|predictor|regressor|final|last|generator|answers?"
)
_CELL = re.compile(r"[a-z_]*_cell/")
_DIRECTION = re.compile("forward|backward")
_CELL_OF = {gates: cell for cell, gates in GATES.items()}


def listed(names: Iterable[str]) -> str:
    """Give the first few names as they can stand in a sentence."""
    return ", ".join(f"`{called(name)}`" for name in list(names)[:5])


def called(name: str) -> str:
    """Give a name, or what names begin with, as it can stand in a sentence."""
    return shown(name.rstrip("./")) or "the model itself"


def words_of(name: str) -> list[str]:
    """Take a name apart, `fc_in.0` and `fcIn` into `fc` and `in`."""
    return [word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+", name)]


def says(name: str, words: re.Pattern[str]) -> bool:
    """Return whether the last piece of a dotted name that is no number has one of some words."""
    pieces = [found for piece in re.split("[./]", name) if (found := words_of(piece))]
    return bool(pieces) and any(words.fullmatch(word) for word in pieces[-1])


def numbered(names: Iterable[str]) -> list[str]:
    """Give names in the order of their numbers, `lstm` before `lstm_1`; none where they differ in anything else."""
    numbers = {name: tuple(int(digits) for digits in re.findall(r"[0-9]+", name)) for name in names}
    one_stem = len({re.sub(r"[._]?[0-9]+", "", name) for name in numbers}) == 1
    return sorted(numbers, key=lambda name: numbers[name]) if one_stem and len(set(numbers.values())) > 1 else []


def without_duplicates(arrays: Arrays) -> tuple[Arrays, list[str]]:
    """Leave out counters and duplicates, a sentence for each; a WeightsError where several models are possible."""
    counters = [name for name in arrays if name.rpartition(".")[2] in _COUNTERS and arrays[name].size == 1]
    left = {name: array for name, array in arrays.items() if name not in counters}
    notes = [f"“{shown(name)}” counts ({int(arrays[name].item())}) and is no weight." for name in counters]
    while models := next(_same_form(left), []):
        names = [sorted((rest, name) for name, rest in _beneath(left, owner, models).items()) for owner in models]
        if len({b"".join(left[name].tobytes() for _, name in own) for own in names}) > 1:
            raise WeightsError(
                f"The file holds {len(models)} models of the same form ({listed(models)}), such as one and "
                "its average. One at a time can be shown. Leave the others out."
            )
        left = _without(left, models[1], models[0], notes)
    while found := next(_same_numbers(left), None):
        kept, copy, may_run_twice = found
        if may_run_twice and not _has_other_matrix(left, copy):
            raise WeightsError(
                f"{listed((kept, copy))} hold the same numbers: one layer that runs twice, or one that is "
                "kept twice. Bring it once."
            )
        left = _without(left, copy, kept, notes)
    return left, notes


def _without(arrays: Arrays, copy: str, kept: str, notes: list[str]) -> Arrays:
    notes.append(f"“{called(copy)}” holds the same numbers as “{called(kept)}”, and is read once.")
    return {name: array for name, array in arrays.items() if name not in _beneath(arrays, copy, [kept])}


def _owners_of(arrays: Arrays) -> Iterator[tuple[str, list[str]]]:
    """Give what stands in front of one and the same name of a recurrent weight, the longest such name first."""
    owners: dict[str, list[str]] = {}
    for name in filter(_HIDDEN.search, arrays):
        for place in (0, *(found.end() for found in re.finditer("[./]", name))):
            owners.setdefault(name[place:], []).append(name[:place])
    for tail in sorted(owners, key=len, reverse=True):
        if len(owners[tail]) > 1:
            yield tail, sorted(owners[tail], key=len)


def _beneath(arrays: Arrays, owner: str, among: list[str]) -> dict[str, str]:
    """Give the names of an owner with what is left of them behind it; those of another one inside it are not its own."""
    inside = tuple(other for other in among if other != owner and other.startswith(owner))
    names = (name for name in arrays if name.startswith(owner) and not name.startswith(inside))
    return {name: name.removeprefix(owner) for name in names}


def _has_other_matrix(arrays: Arrays, owner: str) -> bool:
    recurrent = {_parent(name) for name in filter(RECURRENT.search, arrays)}
    own = [name for name in arrays if name.startswith(owner) and _parent(name) not in recurrent]
    return any(arrays[name].ndim == 2 for name in own)


def _parent(name: str) -> str:
    return name[: 1 + max(name.rfind("."), name.rfind("/"))]


def _same_numbers(arrays: Arrays) -> Iterator[tuple[str, str, bool]]:
    """Find owners whose arrays another owner has too (but for two directions): the kept one, the copy, may it run twice.

    It may where it reads as many numbers as it gives, and both names are its own (`lstm_1`, `lstm_2`; not `model.lstm`).
    """
    for tail, owners in _owners_of(arrays):
        first: dict[bytes, str] = {}
        for copy in owners:
            kept = first.setdefault(arrays[copy + tail].tobytes(), copy)
            if kept == copy or _DIRECTION.search(kept) or _DIRECTION.search(copy):
                continue
            own_names = not _parent(_CELL.sub("", tail)) or bool(numbered((kept, copy)))
            may_run_twice = own_names and _fits_on_itself(arrays, copy + tail)
            for one, two in ((kept, copy), (copy, kept)):
                twins = {name: one + rest for name, rest in _beneath(arrays, two, [one]).items()}
                if all(twin in arrays and np.array_equal(arrays[name], arrays[twin]) for name, twin in twins.items()):
                    yield one, two, may_run_twice


def _fits_on_itself(arrays: Arrays, hidden: str) -> bool:
    inputs = arrays.get(hidden.replace("weight_hh", "weight_ih").replace("recurrent_kernel", "kernel"))
    units = arrays[hidden].size
    return inputs is None or inputs.size in (units, 2 * units)


def _same_form(arrays: Arrays) -> Iterator[list[str]]:
    """Find owners that have the same names and shapes, a matrix that is not recurrent among them: whole models."""
    for _, owners in _owners_of(arrays):
        parts = {owner: _beneath(arrays, owner, owners) for owner in owners}
        forms = {owner: {rest: arrays[name].shape for name, rest in own.items()} for owner, own in parts.items()}
        models = [owner for owner in owners if forms[owner] == forms[owners[0]]]
        if len(models) > 1 and _has_other_matrix(arrays, models[-1]):
            yield models


@dataclass(frozen=True, eq=False)
class ReadLayer:
    """A recurrent layer in one or two directions."""

    name: str  # of its module or layer, for messages
    ways: dict[Direction, Arrays]  # by direction: weight_ih, weight_hh and perhaps bias_ih, bias_hh, in torch's layout

    @property
    def first(self) -> Arrays:
        """The tensors of the forward direction."""
        return self.ways["forward"]

    @property
    def units(self) -> int:
        """Units per direction, u."""
        return int(self.first["weight_hh"].shape[1])

    @property
    def inputs(self) -> int:
        """Numbers read per step, i."""
        return int(self.first["weight_ih"].shape[1])

    @property
    def width(self) -> int:
        """Numbers given per step, by all directions."""
        return len(self.ways) * self.units

    @property
    def cell(self) -> Cell:
        """Which recurrence: as many rows as gates · units."""
        return _CELL_OF[len(self.first["weight_hh"]) // self.units]


@dataclass(eq=False)
class ReadParts:
    """All that was found in a file, each in torch's layout by the last words of its names."""

    modules: dict[str, list[ReadLayer]] = field(default_factory=dict)  # by module; the layers of one `nn.LSTM` together
    embeddings: Arrays = field(default_factory=dict)  # by name
    norms: dict[str, Arrays] = field(default_factory=dict)  # by name
    attention: dict[str, Arrays] = field(default_factory=dict)  # by `project` and `score`
    linear: dict[str, Arrays] = field(default_factory=dict)  # by name; one with a tied weight has a bias only
    any_matrix_embeds: bool = False  # an embedding may look like a linear layer without a bias, as in PyTorch
    sequence: tuple[str, ...] = ()  # all names but attention in execution order; empty where the file has none


def cell_of(recurrent: np.ndarray, name: str) -> Cell:
    """Return the cell whose U has this shape, (gates · u, u) as in torch; a WeightsError for any other shape."""
    if recurrent.ndim == 2 and recurrent.size:
        rows, units = recurrent.shape
        if rows % units == 0 and rows // units in _CELL_OF:
            return _CELL_OF[rows // units]
    raise WeightsError(
        f"`{shown(name)}` has the shape {recurrent.shape}. Recurrent weights of u units are (4u, u) for an LSTM, (3u, "
        "u) for a GRU and (u, u) for an RNN in PyTorch, and transposed in Keras."
    )


def require_shape(array: np.ndarray, shape: tuple[int | None, ...], name: str, reason: str) -> None:
    """Refuse an array of another shape with a WeightsError; None stands for any size."""
    wanted = tuple(have if want is None else want for have, want in zip(array.shape, shape, strict=False))
    if array.ndim != len(shape) or array.shape != wanted:
        needed = str(shape).replace("None", "any")
        raise WeightsError(
            f"`{shown(name)}` has the shape {array.shape}, which should be {needed} beside {reason}. Bring all "
            "weights of one model, as they were saved."
        )


def no_part(arrays: Arrays, what: str = "which is no part of a model here") -> WeightsError:
    """Return the refusal of arrays, by their full names, that belong nowhere."""
    names = ", ".join(f"`{shown(name)}` {array.shape}" for name, array in list(arrays.items())[:4])
    return WeightsError(
        f"The file holds {names}, {what}. Save only recurrent layers, an embedding, norms, attention and one linear layer "
        "behind them."
    )


def misfit(layers: list[ReadLayer]) -> WeightsError:
    """Return the refusal of layers that do not fit on each other."""
    sentence = ", ".join(f"`{shown(layer.name)}` reads {layer.inputs} and gives {layer.width}" for layer in layers[:6])
    return WeightsError(
        f"The layers do not fit on each other: {sentence}. Each layer must read as many numbers as the one below gives."
    )


def chained(layers: Iterable[ReadLayer]) -> bool:
    """Return whether each layer reads what the one before gives."""
    return all(below.width == above.inputs for below, above in pairwise(layers))


def require_one_kind(layers: list[ReadLayer]) -> None:
    """Refuse layers that differ in more than their sizes with a WeightsError."""
    if len(cells := {layer.cell for layer in layers}) > 1:
        kinds = ", ".join(sorted(cells))
        raise WeightsError(f"The layers are of different kinds: {kinds}. One kind at a time can be shown.")
    if len({len(layer.ways) for layer in layers}) > 1:
        raise WeightsError(
            "Some layers read in one direction and some in two. Either all or none can be bidirectional."
        )
    if len({"bias_ih" in way for layer in layers for way in layer.ways.values()}) > 1:
        raise WeightsError("Some layers have biases and some have none. Bring all weights of one model.")

"""Where the parts of a model belong: by names, shapes and the order of a file, else assumed and reported, else refused."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain, permutations

import numpy as np

from lstm_viz.anatomy.weight_layouts import Arrays
from lstm_viz.errors import WeightsError
from lstm_viz.phrases import counted
from lstm_viz.recurrent.specification import MAX_HIDDEN_SIZE, MAX_LAYERS
from lstm_viz.weights.model_parts import (
    BEHIND_WORDS,
    FRONT_WORDS,
    TOKEN_WORDS,
    ReadLayer,
    ReadParts,
    called,
    chained,
    listed,
    misfit,
    numbered,
    require_one_kind,
    require_shape,
    says,
    words_of,
)
from lstm_viz.weights.read_arrays import shown

_TOWERS = ("left", "right", "user", "item", "query", "doc")
ROLES = ("enc", "dec", "generator", "discriminator", "actor", "critic", "teacher", "student", *_TOWERS)


@dataclass(frozen=True, eq=False)
class Placed:
    """The parts of a model, each at its place."""

    layers: list[ReadLayer]  # from the input on
    embedding: np.ndarray | None  # (tokens, numbers)
    norms: list[Arrays]  # one after each layer, or none
    attention: dict[str, Arrays]  # by `project` and `score`
    head: Arrays  # `weight` and `bias` of the linear layer; the identity where there is none
    notes: list[str]  # what was inferred and what was assumed, a sentence each


def placed(parts: ReadParts) -> Placed:
    """Put the parts of a file where they belong; a WeightsError where they fit nowhere or in several ways."""
    if not parts.modules:
        raise WeightsError("No recurrent layer was found in the file. Bring the weights of an LSTM, a GRU or an RNN.")
    found = list(chain(*parts.modules.values()))
    units = max(layer.units for layer in found)
    if units > MAX_HIDDEN_SIZE or len(found) > MAX_LAYERS:
        raise WeightsError(
            f"The model has {counted(len(found), 'layer')} of up to {units} units; up to {MAX_LAYERS} layers of "
            f"{MAX_HIDDEN_SIZE} units can be shown. Bring a smaller one."
        )
    layers, notes = _stacked(parts)
    require_one_kind(layers)
    embedding, linear, findings = _embedding_of(parts, layers)
    head, head_notes = _head_of(parts, linear, layers)
    norms, norm_notes = _norms_of(parts, layers)
    return Placed(layers, embedding, norms, parts.attention, head, [*notes, *findings, *head_notes, *norm_notes])


def _stacked(parts: ReadParts) -> tuple[list[ReadLayer], list[str]]:
    """Put layers on each other: by their numbers, in the order of the file, or as only their sizes allow."""
    names = list(parts.modules)
    if len({_role_of(name) for name in names}) > 1:
        raise WeightsError(
            f"By their names {listed(names)} are no stack, of which each layer reads every state of the one before: a "
            "decoder, for one, starts from the last state of its encoder. Bring one of them alone."
        )
    fitting = [order for order in permutations(names) if chained(_run(parts, order))]
    if not fitting:
        raise misfit(_run(parts, names))
    ways = {
        "of their numbers": tuple(numbered(names)),
        "of the file": tuple(name for name in parts.sequence if name in names),
        "that alone fits their sizes": fitting[0] if len(fitting) == 1 else (),
    }
    for how, order in ways.items():
        if order in fitting:
            stack = f"{_quoted(order)} are taken to be a stack, each reading every state of the one before"
            note = f"{stack}, in the order {how}: weights do not tell."
            return _run(parts, order), [note] if len(names) > 1 else []
    raise WeightsError(
        f"{listed(names)} could stand on each other in {len(fitting)} orders, or be no stack at all: their names and sizes "
        "do not tell. Bring one of them alone, or number them in the order in which they run (`lstm_1`, `lstm_2`)."
    )


def _run(parts: ReadParts, order: Iterable[str]) -> list[ReadLayer]:
    return [layer for name in order for layer in parts.modules[name]]


def _role_of(name: str) -> str:
    return next((role for word in reversed(words_of(name)) for role in ROLES if word.startswith(role)), "")


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f"“{called(name)}”" for name in names)


def _read_once(parts: dict[str, Arrays]) -> tuple[dict[str, Arrays], list[str]]:
    kept, notes = dict[str, Arrays](), list[str]()
    for name, tensors in parts.items():
        if twin := next((other for other, known in kept.items() if _same(known, tensors)), ""):
            notes.append(f"{_quoted([name])} holds the same numbers as {_quoted([twin])}, and is read once.")
        else:
            kept[name] = tensors
    return kept, notes


def _same(first: Arrays, second: Arrays) -> bool:
    return first.keys() == second.keys() and all(np.array_equal(first[word], second[word]) for word in first)


def _embedding_of(parts: ReadParts, layers: list[ReadLayer]) -> tuple[np.ndarray | None, dict[str, Arrays], list[str]]:
    linear = dict(parts.linear)
    found = {name: {"weight": table} for name, table in parts.embeddings.items()}
    if not found and parts.any_matrix_embeds:
        found = {name: linear.pop(name) for name in _tables_among(linear, layers)}
    tables, notes = _read_once(found)
    if not tables:
        return None, linear, []
    if len(tables) > 1:
        raise WeightsError(
            f"{listed(tables)} look like {len(tables)} embeddings; one in front of the layers can be read. Bring a model "
            "with one."
        )
    first = next(iter(tables.values()))["weight"]
    notes = [f"{_quoted(tables)} is taken to be the embedding: {counted(len(first), 'token')}.", *notes]
    for name, tensors in linear.items():
        if "weight" not in tensors and tensors["bias"].shape == first.shape[:1]:
            linear[name] = {"weight": first, **tensors}
            notes.append(f"{_quoted([name])} has no weight of its own and is taken to share that of the embedding.")
    return first, linear, notes


def _tables_among(linear: dict[str, Arrays], layers: list[ReadLayer]) -> list[str]:
    """Find the linear layers that are embeddings: no bias, as wide as the input, and not more likely the head."""
    reads, width = layers[0].inputs, layers[-1].width
    plain = [name for name, tensors in linear.items() if "bias" not in tensors and not says(name, BEHIND_WORDS)]
    found = [name for name in plain if linear[name]["weight"].shape[1] == reads]
    if named := [name for name in found if says(name, TOKEN_WORDS)]:
        return named
    rows = {name: len(tensors["weight"]) for name, tensors in linear.items() if "weight" in tensors}
    if reads in rows.values():  # it could come before what reads as many, in front of the layers or behind them
        return []
    if reads != width or (len(found) == len(linear) == 1 and says(found[0], FRONT_WORDS)):
        return found
    if len(found) == 2 and len({linear[name]["weight"].tobytes() for name in found}) > 1:
        raise WeightsError(
            f"{listed(found)} have the same form: which of them is the embedding is ambiguous. Call it `embedding` and "
            "the other one `head`."
        )
    left = [tensors for name, tensors in linear.items() if name not in found[:1]]
    fits = len(left) == 1 and ("weight" not in left[0] or left[0]["weight"].shape[1] == width)
    return found[:1] if fits else []


def _head_of(parts: ReadParts, linear: dict[str, Arrays], layers: list[ReadLayer]) -> tuple[Arrays, list[str]]:
    width = layers[-1].width
    linear, notes = _read_once(linear)
    for name, tensors in linear.items():
        if "weight" not in tensors:
            raise WeightsError(
                f"`{shown(name)}` has a bias and no weight. Where it shares the weight of another layer, save both under "
                "names of their own (`.clone()`)."
            )
        if _in_front(parts, name, tensors["weight"], layers):
            raise WeightsError(
                f"`{shown(name)}` gives {len(tensors['weight'])} numbers, as many as a recurrent layer reads, and seems to "
                "stand in front of it. Only a linear layer behind all recurrent ones can be read. Leave it out, and feed "
                "the layers what it gives."
            )
    if not linear:
        note = f"No linear layer was found: the answers are the {width} numbers of the last layer (head: identity)."
        return {"weight": np.eye(width, dtype=np.float32), "bias": np.zeros(width, np.float32)}, [note]
    if len(linear) > 1:
        raise WeightsError(
            f"The file holds {len(linear)} linear layers ({listed(linear)}); one behind the recurrent layers can be read. "
            "Leave the others out."
        )
    ((name, head),) = linear.items()
    require_shape(head["weight"], (None, width), f"{name} (weight)", f"a last layer that gives {width} numbers")
    outputs = len(head["weight"])
    bias = head.get("bias", np.zeros(outputs, np.float32))
    require_shape(bias, (outputs,), f"{name} (bias)", f"{outputs} outputs")
    note = f"{_quoted([name])} is the head: {counted(outputs, 'answer')}."
    embeds = parts.any_matrix_embeds and "bias" not in head and not parts.embeddings and width == layers[0].inputs
    if (embeds or _gives_what_a_layer_reads(outputs, layers)) and not says(name, BEHIND_WORDS):
        note += " It is put behind the last layer; its shape would fit in front of one as well."
    return {"weight": head["weight"], "bias": bias}, [note, *notes]


def _in_front(parts: ReadParts, name: str, weight: np.ndarray, layers: list[ReadLayer]) -> bool:
    """Return whether a linear layer belongs in front of a recurrent one: by its shape and something else."""
    if not _gives_what_a_layer_reads(len(weight), layers) or says(name, BEHIND_WORDS):
        return False
    return weight.shape[1] != layers[-1].width or says(name, FRONT_WORDS) or _comes_before(parts, name, layers[-1].name)


def _gives_what_a_layer_reads(outputs: int, layers: list[ReadLayer]) -> bool:
    return any(layer.inputs == outputs for layer in layers)


def _comes_before(parts: ReadParts, name: str, other: str) -> bool:
    return bool(parts.sequence) and parts.sequence.index(name) < parts.sequence.index(other)


def _norms_of(parts: ReadParts, layers: list[ReadLayer]) -> tuple[list[Arrays], list[str]]:
    names = [name for name in parts.sequence if name in parts.norms] or numbered(parts.norms) or list(parts.norms)
    known = bool(parts.sequence or numbered(parts.norms)) or len(names) < 2
    if len(names) != len(layers):
        return list(parts.norms.values()), []  # refused with all that is to be said of norms
    sizes = {name: norm["weight"].size for name, norm in parts.norms.items()}
    widths = [layer.width for layer in layers]
    fitting = [order for order in permutations(names) if [sizes[name] for name in order] == widths]
    if not known and len(fitting) > 1:
        raise WeightsError(
            f"Which layer each of the norms {listed(names)} belongs to is ambiguous. Number them in the order in which they "
            "run (`norm_1`, `norm_2`)."
        )
    order = fitting[0] if fitting and not known else tuple(names)
    for name, layer in zip(order, layers, strict=True):
        before = _comes_before(parts, name, layer.name) or says(name, FRONT_WORDS)
        after = any(_comes_before(parts, head, name) for head in parts.linear)
        if after or (sizes[name] == layer.inputs and (before or layer.inputs != layer.width)):
            raise WeightsError(
                f"`{shown(name)}` seems to stand {'behind the linear' if after else 'in front of a recurrent'} layer. Only "
                "norms behind recurrent layers can be read. Leave it out."
            )
    note = f"The norms {_quoted(order)} are taken to stand behind the recurrent layers: weights do not tell."
    return [parts.norms[name] for name in order], [note]

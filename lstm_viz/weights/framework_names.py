"""The names of PyTorch and of Keras for the arrays of a model."""

import re
from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from lstm_viz.anatomy.parts import GATES
from lstm_viz.anatomy.weight_layouts import COUNTER, Arrays, recurrent_to_torch, turned
from lstm_viz.errors import WeightsError
from lstm_viz.weights.model_parts import (
    BEHIND_WORDS,
    ReadLayer,
    ReadParts,
    cell_of,
    chained,
    listed,
    misfit,
    no_part,
    require_shape,
    says,
    words_of,
)
from lstm_viz.weights.read_arrays import natural, shown

_RECURRENT = re.compile(r"(?P<prefix>.*?)(?P<word>(weight|bias)_(ih|hh|hr))(_l(?P<number>\d+))?(?P<back>_reverse)?")
_MADE = re.compile(r".*(weight|bias)_(ih|hh)(_l\d+)?(_reverse)?(_raw|_g|_v|_orig|_mask|\.original\d?)")
_NORM, _OTHER_NORM = re.compile("(batch|layer)?norms?|bn|ln"), {"group", "instance", "rms"}
_WORDS = ("weight", "bias", "running_mean", "running_var", COUNTER)
_NUMBERED = re.compile(r"arr_(\d+)")
_VARIABLE = re.compile(
    r"((?P<prefix>.*)[/.])?"
    r"(?P<word>kernel|recurrent_kernel|bias|gamma|beta|moving_mean|moving_variance|embeddings)(:0)?"
)
_NORM_WORDS = {"gamma": "weight", "beta": "bias", "moving_mean": "running_mean", "moving_variance": "running_var"}


def is_torch(arrays: Arrays) -> bool:
    """Return whether names are those of PyTorch."""
    return any(_RECURRENT.fullmatch(name) for name in arrays)


def torch_parts(arrays: Arrays) -> ReadParts:
    """Sort the tensors of a PyTorch state; a WeightsError for unknown names or contradicting shapes."""
    parts = ReadParts(any_matrix_embeds=True)
    modules: dict[str, dict[int, Arrays]] = {}
    others: dict[str, Arrays] = {}
    for name in sorted(arrays, key=natural):
        found = _RECURRENT.fullmatch(name)
        if found:
            layer = modules.setdefault(found["prefix"], {}).setdefault(int(found["number"] or 0), {})
            if found["word"] + (found["back"] or "") in layer:
                raise WeightsError(f"`{shown(name)}` is there twice, with and without `_l0`. Leave one of them out.")
            layer[found["word"] + (found["back"] or "")] = arrays[name]
        elif _MADE.fullmatch(name):
            raise WeightsError(
                f"`{shown(name)}` is no weight: the model makes one of it at each call (weight drop, weight norm, pruning). "
                "Save the weight that it makes, under its plain name such as `weight_hh_l0`."
            )
        else:
            prefix, _, word = name.rpartition(".")
            others.setdefault(prefix, {})[word] = arrays[name]
    for prefix, layers in modules.items():
        parts.modules[prefix] = _read_module(prefix, layers)
    for prefix, tensors in others.items():
        _sort_torch(parts, prefix, tensors)
    return parts


def _read_module(prefix: str, layers: dict[int, Arrays]) -> list[ReadLayer]:
    missing = next((number for number in range(len(layers)) if number not in layers), None)
    if missing is not None:
        raise WeightsError(
            f"`{shown(prefix)}weight_ih_l{missing}` is missing, though higher layers are there. Bring the whole "
            "`state_dict()`."
        )
    found = [_read_layer(f"{prefix}l{number}", layers[number]) for number in sorted(layers)]
    if not chained(found):
        raise misfit(found)
    return found


def _read_layer(name: str, tensors: Arrays) -> ReadLayer:
    if any(word.startswith("weight_hr") for word in tensors):
        raise WeightsError(
            f"`{shown(name)}` projects its hidden state (`proj_size`), which no cell here does. Bring a model without it."
        )
    forward = _torch_way(name, tensors, "")
    if not any(word.endswith("_reverse") for word in tensors):
        return ReadLayer(name, {"forward": forward})
    backward = _torch_way(name, tensors, "_reverse")
    for word, array in backward.items():
        require_shape(array, forward[word].shape, f"{name} {word}_reverse", "the forward direction")
    return ReadLayer(name, {"forward": forward, "backward": backward})


def _torch_way(name: str, tensors: Arrays, ending: str) -> Arrays:
    words = [word for word in ("weight_ih", "weight_hh", "bias_ih", "bias_hh") if word + ending in tensors]
    here = {word: tensors[word + ending] for word in words}
    if len(here) not in (2, 4) or not {"weight_ih", "weight_hh"} <= set(here):
        found = ", ".join(f"`{word}{ending}`" for word in here) or "nothing"
        raise WeightsError(
            f"Layer `{shown(name)}` has {found}. It needs `weight_ih` and `weight_hh`, and either both of `bias_ih` "
            "and `bias_hh` or none. Bring the whole `state_dict()`."
        )
    cell = cell_of(here["weight_hh"], f"{name} weight_hh{ending}")
    units = here["weight_hh"].shape[1]
    rows, reason = GATES[cell] * units, f"`weight_hh` of {units} units ({cell.upper()})"
    require_shape(here["weight_ih"], (rows, None), f"{name} weight_ih{ending}", reason)
    for word in ("bias_ih", "bias_hh"):
        if word in here:
            require_shape(here[word], (rows,), f"{name} {word}{ending}", reason)
    return here


def _sort_torch(parts: ReadParts, prefix: str, tensors: Arrays) -> None:
    parent, _, last = prefix.rpartition(".")
    words, owns_attention = words_of(prefix), parent.endswith("attention")
    is_norm = any(map(_NORM.fullmatch, words)) and not _OTHER_NORM & set(words)
    full = {f"{prefix}.{word}".removeprefix("."): array for word, array in tensors.items()}
    owner = next((owner for owner in parts.modules if owner and f"{prefix}.".startswith(owner)), "")
    if owner and all(array.ndim < 2 for array in tensors.values()):
        raise no_part(full, f"inside of {listed([owner])}, where no LSTM, GRU or RNN of PyTorch has any")
    if not set(tensors) <= set(_WORDS) or not {"weight", "bias"} & set(tensors):
        raise no_part(full)
    weight = tensors.get("weight", np.zeros((0, 0)))  # a bias alone: the weight is that of another layer
    embeds = "emb" in prefix.lower() and not says(prefix, BEHIND_WORDS)
    if embeds and weight.ndim == 2 and set(tensors) == {"weight"}:
        parts.embeddings[prefix] = weight
    elif weight.ndim == 1 and is_norm and "bias" in tensors:
        parts.norms[prefix] = {word: array for word, array in tensors.items() if word != COUNTER}
    elif owns_attention and last in ("project", "score") and last not in parts.attention:
        parts.attention[last] = tensors
    elif weight.ndim == 2 and set(tensors) <= {"weight", "bias"}:
        parts.linear[prefix] = tensors
    else:
        raise no_part(full)


def is_keras(arrays: Arrays) -> bool:
    """Return whether names are those of Keras, or numbers in its order."""
    named = [found for found in map(_VARIABLE.fullmatch, arrays) if found and found["word"] == "recurrent_kernel"]
    return bool(named) or all(map(_NUMBERED.fullmatch, arrays))


def keras_parts(arrays: Arrays) -> ReadParts:
    """Sort the arrays of a Keras model and convert them to torch's layout; a WeightsError as for `torch_parts`."""
    by_number = all(map(_NUMBERED.fullmatch, arrays))
    groups = dict(_numbered_groups(arrays) if by_number else _named_groups(arrays))
    in_order = by_number or list(arrays) != sorted(arrays, key=natural)  # sorted names tell nothing
    parts, ways = ReadParts(sequence=tuple(groups) if in_order else ()), {}
    for name, group in groups.items():
        if "recurrent_kernel" in group:
            ways[name] = _keras_way(name, group)
        else:
            _sort_keras(parts, name, group)
    layers = _by_position(list(ways.items()), parts) if by_number else _by_name(ways, list(groups), parts)
    parts.modules = {layer.name: [layer] for layer in layers}
    return parts


def _named_groups(arrays: Arrays) -> dict[str, Arrays]:
    groups: dict[str, Arrays] = {}
    for name, array in arrays.items():
        found = _VARIABLE.fullmatch(name)
        if not found:
            raise WeightsError(
                f"`{shown(name)}` is no variable of a Keras layer that is known here (kernel, recurrent_kernel, bias, "
                "gamma, beta, moving_mean, moving_variance, embeddings). Save `model.weights` under their `path`."
            )
        group = groups.setdefault(found["prefix"] or "", {})
        if found["word"] in group:
            raise WeightsError(f"`{shown(name)}` is there twice, with and without `:0`. Leave one of them out.")
        group[found["word"]] = array
    return groups


def _numbered_groups(arrays: Arrays) -> Iterator[tuple[str, Arrays]]:
    """Find by shapes which arrays of `get_weights()` make a layer."""
    left = [arrays[name] for name in sorted(arrays, key=lambda name: int(name[4:]))]
    if _same_shaped(left) == _same_shaped(left[2:]) == 2 and left[0].shape == 2 * left[2].shape:
        raise WeightsError(
            f"Two vectors of {left[2].size} numbers behind a square RNN are both biases of PyTorch or a norm of Keras. "
            "Without names this is ambiguous. Save the arrays under their names."
        )
    count = 0
    while left:
        count += 1
        size, group = _next_group(left)
        if size == 0:
            raise WeightsError(
                f"Array {len(arrays) - len(left)} has the shape {left[0].shape}, which fits no layer at that place. "
                "Save the arrays in the order of `model.get_weights()`, or under the names of `w.path`."
            )
        yield f"layer {count}", group
        left = left[size:]


def _next_group(left: list[np.ndarray]) -> tuple[int, Arrays]:
    """Return how many arrays make the next layer, and those by their words; 0 where none can.

    A kernel (i, gates · u) precedes a recurrent kernel (u, gates · u); another matrix is an embedding in front, else dense.
    """
    if left[0].ndim == 1:
        take = {2: 2, 4: 4}.get(_same_shaped(left), 0)
        return take, dict(zip(_NORM_WORDS, left[:take], strict=False))
    if left[0].ndim != 2:
        return 0, {}
    if len(left) > 1 and _is_recurrent(left[0], left[1]):
        stacked = left[1].shape[1]
        biased = len(left) > 2 and left[2].shape in ((stacked,), (2, stacked), (2 * stacked,))
        if biased and stacked == len(left[1]):  # an RNN: a norm of two or four vectors of that size may follow
            biased = _same_shaped(left[2:]) % 2 == 1
        return 2 + biased, dict(zip(("kernel", "recurrent_kernel", "bias"), left[: 2 + biased], strict=False))
    if len(left) > 1 and left[1].shape == (left[0].shape[1],):
        return 2, {"kernel": left[0], "bias": left[1]}
    later = any(_is_recurrent(first, second) for first, second in pairwise(left[1:]))
    return 1, {"embeddings" if later else "kernel": left[0]}


def _same_shaped(left: list[np.ndarray]) -> int:
    return next((place for place, array in enumerate(left) if array.shape != left[0].shape), len(left))


def _is_recurrent(kernel: np.ndarray, recurrent: np.ndarray) -> bool:
    if kernel.ndim != 2 or recurrent.ndim != 2 or not recurrent.size or kernel.shape[1] != recurrent.shape[1]:
        return False
    return recurrent.shape[1] % len(recurrent) == 0 and recurrent.shape[1] // len(recurrent) in GATES.values()


def _keras_way(name: str, group: Arrays) -> Arrays:
    if "kernel" not in group or not set(group) <= {"kernel", "recurrent_kernel", "bias"}:
        raise WeightsError(
            f"`{shown(name)}` has {', '.join(f'`{word}`' for word in group)}. A recurrent layer needs `kernel` and "
            "`recurrent_kernel`, and may have a `bias`. Bring all weights of the model."
        )
    recurrent = group["recurrent_kernel"]
    cell = cell_of(recurrent.T, f"{name}/recurrent_kernel")
    units, stacked = recurrent.shape
    reason = f"`recurrent_kernel` of {units} units ({cell.upper()})"
    require_shape(group["kernel"], (None, stacked), f"{name}/kernel", reason)
    if cell == "gru" and "bias" in group and group["bias"].shape == (stacked,):
        raise WeightsError(
            f"`{shown(name)}` is a GRU with `reset_after=False`, whose reset gate acts before U; here, as in PyTorch, "
            "it acts behind it. Train it with `reset_after=True`, Keras' default."
        )
    if "bias" in group and group["bias"].shape == (2 * stacked,):
        raise WeightsError(
            f"`{shown(name)}` has a bias of {2 * stacked} numbers, as a layer of CuDNN has, whose matrices lie in another "
            "order. Load it into a plain layer of Keras, which puts them right, and save that."
        )
    if "bias" in group:
        require_shape(group["bias"], (2, stacked) if cell == "gru" else (stacked,), f"{name}/bias", reason)
    return recurrent_to_torch(cell, [group[word] for word in ("kernel", "recurrent_kernel", "bias") if word in group])


def _sort_keras(parts: ReadParts, name: str, group: Arrays) -> None:
    if set(group) == {"embeddings"} and group["embeddings"].ndim == 2:
        parts.embeddings[name] = group["embeddings"]
    elif {"gamma", "beta"} <= set(group) <= set(_NORM_WORDS):
        parts.norms[name] = {_NORM_WORDS[word]: array for word, array in group.items()}
    elif "kernel" in group and set(group) <= {"kernel", "bias"} and group["kernel"].ndim == 2:
        dense = {"weight": turned(group["kernel"])} | ({"bias": group["bias"]} if "bias" in group else {})
        place = {"attention_project": "project", "attention_score": "score"}.get(name.rpartition("/")[2])
        if place and place not in parts.attention:
            parts.attention[place] = dense
        else:
            parts.linear[name] = dense
    else:
        raise no_part({f"{name}/{word}": array for word, array in group.items()})


def _by_name(ways: dict[str, Arrays], names: list[str], parts: ReadParts) -> list[ReadLayer]:
    layers = {name: ReadLayer(name, {"forward": way}) for name, way in ways.items()}
    for name in ways:
        partner = _partner_of(name, ways, names, parts)
        if partner in layers and partner != name:
            for word, array in ways[name].items():
                other = ways[partner].get(word, np.zeros(0))
                require_shape(other, array.shape, f"{partner} ({word})", "the forward direction")
            layers[name].ways["backward"] = ways[partner]
            del layers[partner]
    for name in layers:
        if "backward" in name:
            raise WeightsError(f"`{shown(name)}` has no forward partner. Bring all weights of the model.")
    return list(layers.values())


def _partner_of(name: str, ways: dict[str, Arrays], names: list[str], parts: ReadParts) -> str:
    """Find the backward layer: named after the forward one, alone with it in a wrapper, or the next of its shape."""
    named, found = name.replace("forward", "backward"), re.fullmatch(r"((?:.*[/.])?)forward_.*", name)
    if named in ways or not found:
        return named
    siblings = [other for other in names if other.startswith(found[1]) and other != name]
    if found[1] and len(siblings) == 1:
        return siblings[0]
    after = parts.sequence[parts.sequence.index(name) + 1 :][:1] if parts.sequence else siblings
    candidates = [other for other in after if other in ways and _same_shapes(ways[name], ways[other])]
    if len(candidates) != 1:
        return ""
    units = ways[name]["weight_hh"].shape[1]
    matrices = [way["weight_ih"] for way in ways.values()] + [dense["weight"] for dense in parts.linear.values()]
    if ways[name]["weight_ih"].shape[1] == units and 2 * units not in [matrix.shape[1] for matrix in matrices]:
        raise WeightsError(
            f"`{shown(candidates[0])}` could be the backward direction of `{shown(name)}`, or stand on it: this is "
            "ambiguous. Name both directions (`forward_lstm`, `backward_lstm`), or neither of them `forward`."
        )
    return candidates[0]


def _by_position(ways: list[tuple[str, Arrays]], parts: ReadParts) -> list[ReadLayer]:
    """Decide without names whether layers read in one direction or two: by what each reads, and the head."""
    single = [ReadLayer(name, {"forward": way}) for name, way in ways]
    halves = list(zip(ways[::2], ways[1::2], strict=False))
    double = []
    if len(ways) % 2 == 0 and all(_same_shapes(way, back) for (_, way), (_, back) in halves):
        double = [ReadLayer(name, {"forward": way, "backward": back}) for (name, way), (_, back) in halves]
    reads = [dense["weight"].shape[1] for dense in parts.linear.values()]
    fitting = [layers for layers in (single, double) if layers and chained(layers)]
    answered = [layers for layers in fitting if not reads or layers[-1].width == reads[-1]] or fitting
    if single and not answered:
        raise misfit(single)
    if len(answered) > 1:
        raise WeightsError(
            f"{len(ways)} recurrent layers of one size could stand on each other, or be the two directions of "
            f"{len(halves)}: without names this is ambiguous. Save the arrays under the names of `w.path`."
        )
    return answered[0] if answered else []


def _same_shapes(first: Arrays, second: Arrays) -> bool:
    return {word: array.shape for word, array in first.items()} == {word: array.shape for word, array in second.items()}

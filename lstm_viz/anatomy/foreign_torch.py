"""The tensors of a PyTorch state by their names: `weight_ih_l0` behind any prefix, and what stands around it."""

import re

import numpy as np

from lstm_viz.anatomy.blueprint import GATES
from lstm_viz.anatomy.conversion import COUNTER, Arrays
from lstm_viz.anatomy.foreign_files import natural, shown
from lstm_viz.anatomy.foreign_names import BEHIND_WORDS, listed, says, words_of
from lstm_viz.anatomy.foreign_parts import ReadLayer, ReadParts, cell_of, chained, misfit, no_part, require_shape
from lstm_viz.errors import WeightsError

RECURRENT = re.compile(r"(?P<prefix>.*?)(?P<word>(weight|bias)_(ih|hh|hr))(_l(?P<number>\d+))?(?P<back>_reverse)?")
MADE = re.compile(r".*(weight|bias)_(ih|hh)(_l\d+)?(_reverse)?(_raw|_g|_v|_orig|_mask|\.original\d?)")
NORM, OTHER_NORM = re.compile("(batch|layer)?norms?|bn|ln"), {"group", "instance", "rms"}
WORDS = ("weight", "bias", "running_mean", "running_var", COUNTER)


def is_torch(arrays: Arrays) -> bool:
    """Tell whether names are those of PyTorch."""
    return any(RECURRENT.fullmatch(name) for name in arrays)


def torch_parts(arrays: Arrays) -> ReadParts:
    """Sort the tensors of a PyTorch state.

    Raises:
        WeightsError: a name is not known, or shapes contradict each other.
    """
    parts = ReadParts(any_matrix_embeds=True)
    modules: dict[str, dict[int, Arrays]] = {}
    others: dict[str, Arrays] = {}
    for name in sorted(arrays, key=natural):
        found = RECURRENT.fullmatch(name)
        if found:
            layer = modules.setdefault(found["prefix"], {}).setdefault(int(found["number"] or 0), {})
            if found["word"] + (found["back"] or "") in layer:
                raise WeightsError(f"`{shown(name)}` is there twice, with and without `_l0`. Leave one of them out.")
            layer[found["word"] + (found["back"] or "")] = arrays[name]
        elif MADE.fullmatch(name):
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
    """Put the tensors of one layer together, once their shapes agree."""
    if any(word.startswith("weight_hr") for word in tensors):
        raise WeightsError(
            f"`{shown(name)}` projects its hidden state (`proj_size`), which no cell here does. Bring a model without "
            "it."
        )
    forward = _torch_way(name, tensors, "")
    if not any(word.endswith("_reverse") for word in tensors):
        return ReadLayer(name, {"forward": forward})
    backward = _torch_way(name, tensors, "_reverse")
    for word, array in backward.items():
        require_shape(array, forward[word].shape, f"{name} {word}_reverse", "the forward direction")
    return ReadLayer(name, {"forward": forward, "backward": backward})


def _torch_way(name: str, tensors: Arrays, ending: str) -> Arrays:
    here = {
        word: tensors[word + ending]
        for word in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        if word + ending in tensors
    }
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
    last = prefix.rpartition(".")[2]
    full = {f"{prefix}.{word}".removeprefix("."): array for word, array in tensors.items()}
    owner = next((owner for owner in parts.modules if owner and f"{prefix}.".startswith(owner)), "")
    if owner and all(array.ndim < 2 for array in tensors.values()):
        raise no_part(full, f"inside of {listed([owner])}, where no LSTM, GRU or RNN of PyTorch has any")
    if not set(tensors) <= set(WORDS) or not {"weight", "bias"} & set(tensors):
        raise no_part(full)
    weight = tensors.get("weight", np.zeros((0, 0)))  # a bias alone: the weight is that of another layer
    embeds = "emb" in prefix.lower() and not says(prefix, BEHIND_WORDS)
    if embeds and weight.ndim == 2 and set(tensors) == {"weight"}:
        parts.embeddings[prefix] = weight
    elif weight.ndim == 1 and _is_norm(prefix) and "bias" in tensors:
        parts.norms[prefix] = {word: array for word, array in tensors.items() if word != COUNTER}
    elif (
        prefix.rpartition(".")[0].endswith("attention") and last in ("project", "score") and last not in parts.attention
    ):
        parts.attention[last] = tensors
    elif weight.ndim == 2 and set(tensors) <= {"weight", "bias"}:
        parts.linear[prefix] = tensors
    else:
        raise no_part(full)


def _is_norm(prefix: str) -> bool:
    words = words_of(prefix)
    return any(NORM.fullmatch(word) for word in words) and not OTHER_NORM & set(words)

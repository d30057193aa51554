"""The same weights in another layout: PyTorch's state, and the list of arrays that Keras' `set_weights` takes.

What differs: matrices are transposed, the gates of a GRU come in another order, and PyTorch's two biases of an LSTM or RNN
are one in Keras. On the way back the second bias is zero, since only the sum counts.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import torch

from lstm_viz.anatomy.parts import Config, Part, blueprint_of, gate_blocks, parts_of, tensors_of_part
from lstm_viz.recurrent.models import SequenceModel, StackedModel
from lstm_viz.recurrent.specification import Cell, StackConfig

Model = StackedModel | SequenceModel
Arrays = dict[str, np.ndarray]
COUNTER = "num_batches_tracked"  # torch counts the batches that a batch norm has seen; Keras does not


def torch_weights(model: Model) -> Arrays:
    """Give the weights of a model by the names of the generated PyTorch code, which are also those of `tensors_of`."""
    state = model.state_dict()
    return {name: state[own].detach().cpu().numpy().copy() for name, own in _own_names(model.config).items()}


def load_weights(model: Model, weights: Mapping[str, np.ndarray]) -> None:
    """Put weights with the names of the generated code into a model, which is changed in place."""
    state = model.state_dict()
    for name, own in _own_names(model.config).items():
        if name in weights or not name.endswith(COUNTER):
            state[own] = torch.tensor(weights[name], dtype=state[own].dtype)
    model.load_state_dict(state)


def _own_names(config: Config) -> dict[str, str]:
    blueprint, names = blueprint_of(config), dict[str, str]()
    for part in parts_of(blueprint):
        own = _own_pattern(part, isinstance(config, StackConfig))
        words = [fact.word for fact in tensors_of_part(blueprint, part, "torch")]
        counts = part.kind == "norm" and blueprint.stack.normalization == "batch"
        names |= {part.torch.format(word): own.format(word) for word in (*words, *[COUNTER] * counts)}
    return names


def _own_pattern(part: Part, stacked: bool) -> str:
    if part.kind == "norm":
        return f"norms.{part.layer}.{{}}"
    if part.kind != "recurrent":
        return part.torch
    ending = "_reverse" if part.direction == "backward" else ""
    return f"layers.{part.layer}.{{}}_l0{ending}" if stacked else f"rnn.{{}}_l{part.layer}{ending}"


def to_keras(config: Config, weights: Mapping[str, np.ndarray]) -> Arrays:
    """Turn PyTorch weights, by the names of the generated code, into Keras' by path, in the order of `set_weights`."""
    blueprint = blueprint_of(config)
    found: Arrays = {}
    for part in parts_of(blueprint):
        arrays = {fact.word: weights[fact.name] for fact in tensors_of_part(blueprint, part, "torch")}
        names = [fact.name for fact in tensors_of_part(blueprint, part, "keras")]
        found |= dict(zip(names, _part_to_keras(blueprint.stack.cell, part, arrays), strict=True))
    return found


def _part_to_keras(cell: Cell, part: Part, arrays: Arrays) -> list[np.ndarray]:
    if part.kind == "recurrent":
        return _recurrent_to_keras(cell, arrays)
    if part.kind in ("norm", "embedding"):
        return list(arrays.values())
    return [turned(arrays["weight"]), *(array for word, array in arrays.items() if word == "bias")]


def _recurrent_to_keras(cell: Cell, arrays: Arrays) -> list[np.ndarray]:
    """Turn the four tensors of a layer in one direction (two without biases) into kernel, recurrent kernel and bias."""
    order = rows_in_keras(cell, arrays["weight_hh"].shape[1])
    matrices = [turned(arrays[word][order]) for word in ("weight_ih", "weight_hh")]
    if "bias_ih" not in arrays:
        return matrices
    biases = [arrays[word][order] for word in ("bias_ih", "bias_hh")]
    return [*matrices, np.stack(biases) if cell == "gru" else biases[0] + biases[1]]


def recurrent_to_torch(cell: Cell, arrays: Sequence[np.ndarray]) -> Arrays:
    """Turn kernel, recurrent kernel and bias into the four tensors of a layer; of one bias the second becomes zero."""
    order = np.argsort(rows_in_keras(cell, len(arrays[1])))
    found = {word: turned(array)[order] for word, array in zip(("weight_ih", "weight_hh"), arrays, strict=False)}
    if len(arrays) > 2:
        bias = arrays[2] if cell == "gru" else np.stack([arrays[2], np.zeros_like(arrays[2])])
        found |= {"bias_ih": bias[0][order], "bias_hh": bias[1][order]}
    return found


def rows_in_keras(cell: Cell, units: int) -> np.ndarray:
    """Return which rows of a stacked torch matrix Keras has, in its order."""
    starts = {block.gate: block.start for block in gate_blocks(cell, units, "torch")}
    return np.concatenate([np.arange(units) + starts[block.gate] for block in gate_blocks(cell, units, "keras")])


def turned(matrix: np.ndarray) -> np.ndarray:
    """Transpose into contiguous memory, as files are written."""
    return np.ascontiguousarray(matrix.T)

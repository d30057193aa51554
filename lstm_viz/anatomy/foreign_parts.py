"""What named arrays are: recurrent layers, an embedding, norms, attention, a head. Names decide, and shapes must agree."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from lstm_viz.anatomy.blueprint import GATES
from lstm_viz.anatomy.conversion import Arrays
from lstm_viz.anatomy.foreign_files import shown
from lstm_viz.errors import WeightsError
from lstm_viz.recurrent.layers import Direction
from lstm_viz.recurrent.specification import Cell

CELL_OF = {gates: cell for cell, gates in GATES.items()}


@dataclass(frozen=True, eq=False)
class ReadLayer:
    """A recurrent layer in one or two directions.

    Args:
        name: of its module or layer, for sentences.
        ways: by direction `weight_ih`, `weight_hh` and, where there are any, `bias_ih` and `bias_hh`, in torch's layout.
    """

    name: str
    ways: dict[Direction, Arrays]

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
        return CELL_OF[len(self.first["weight_hh"]) // self.units]


@dataclass(eq=False)
class ReadParts:
    """All that was found in a file, each in torch's layout by the last words of its names.

    Args:
        modules: recurrent layers by the name of what holds them; those of one `nn.LSTM` come together, in their order.
        embeddings, norms, linear: by name; what shares the weight of something else has a bias only.
        attention: by `project` and `score`.
        any_matrix_embeds: whether an embedding may be called like a linear layer without a bias, as in PyTorch.
        sequence: the names of all but attention in the order in which they run; empty where the file has none.
    """

    modules: dict[str, list[ReadLayer]] = field(default_factory=dict)
    embeddings: Arrays = field(default_factory=dict)
    norms: dict[str, Arrays] = field(default_factory=dict)
    attention: dict[str, Arrays] = field(default_factory=dict)
    linear: dict[str, Arrays] = field(default_factory=dict)
    any_matrix_embeds: bool = False
    sequence: tuple[str, ...] = ()


def cell_of(recurrent: np.ndarray, name: str) -> Cell:
    """Tell the cell from U, (gates · u, u) as torch has it.

    Raises:
        WeightsError: the shape is that of none.
    """
    if recurrent.ndim == 2 and recurrent.size:
        rows, units = recurrent.shape
        if rows % units == 0 and rows // units in CELL_OF:
            return CELL_OF[rows // units]
    raise WeightsError(
        f"`{shown(name)}` has the shape {recurrent.shape}. Recurrent weights of u units are (4u, u) for an LSTM, (3u, "
        "u) for a GRU and (u, u) for an RNN in PyTorch, and transposed in Keras."
    )


def require_shape(array: np.ndarray, shape: tuple[int | None, ...], name: str, reason: str) -> None:
    """Refuse an array of another shape; None stands for any size.

    Raises:
        WeightsError: it has another one.
    """
    wanted = tuple(have if want is None else want for have, want in zip(array.shape, shape, strict=False))
    if array.ndim != len(shape) or array.shape != wanted:
        needed = str(shape).replace("None", "any")
        raise WeightsError(
            f"`{shown(name)}` has the shape {array.shape}, which should be {needed} beside {reason}. Bring all "
            "weights of one model, as they were saved."
        )


def no_part(arrays: Arrays, what: str = "which is no part of a model here") -> WeightsError:
    """Say that arrays, by their full names, belong nowhere."""
    names = ", ".join(f"`{shown(name)}` {array.shape}" for name, array in list(arrays.items())[:4])
    return WeightsError(
        f"The file holds {names}, {what}. Save only recurrent layers, an embedding, norms, attention and one linear layer "
        "behind them."
    )


def misfit(layers: list[ReadLayer]) -> WeightsError:
    """Say that layers do not fit on each other."""
    told = ", ".join(f"`{shown(layer.name)}` reads {layer.inputs} and gives {layer.width}" for layer in layers[:6])
    return WeightsError(
        f"The layers do not fit on each other: {told}. Each layer must read as many numbers as the one below gives."
    )


def chained(layers: Iterable[ReadLayer]) -> bool:
    """Tell whether each layer reads what the one before gives."""
    return all(below.width == above.inputs for below, above in pairwise(layers))


def require_alike(layers: list[ReadLayer]) -> None:
    """Refuse layers that differ in more than their sizes.

    Raises:
        WeightsError: they do.
    """
    if len(cells := {layer.cell for layer in layers}) > 1:
        kinds = ", ".join(sorted(cells))
        raise WeightsError(f"The layers are of different kinds: {kinds}. One kind at a time can be shown.")
    if len({len(layer.ways) for layer in layers}) > 1:
        raise WeightsError(
            "Some layers read in one direction and some in two. Either all or none can be bidirectional."
        )
    if len({"bias_ih" in way for layer in layers for way in layer.ways.values()}) > 1:
        raise WeightsError("Some layers have biases and some have none. Bring all weights of one model.")

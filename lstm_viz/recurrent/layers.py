"""How torch lays out the weights of its recurrent layers: said here, and nowhere else.

torch stacks the gates of a layer in one matrix, LSTM as input, forget, candidate, output, GRU as reset, update, candidate,
and names them by layer and direction (`weight_ih_l0`, `weight_hh_l1_reverse`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor, nn

from lstm_viz.recurrent.cells import AnyCell, GRUCell, LSTMCell, RNNCell, Weights
from lstm_viz.recurrent.specification import Activation, Cell

Direction = Literal["forward", "backward"]
DIRECTIONS: tuple[Direction, ...] = ("forward", "backward")
CELL_CLASSES: dict[Cell, type[AnyCell]] = {"lstm": LSTMCell, "gru": GRUCell, "rnn": RNNCell}


@dataclass(frozen=True, eq=False)
class Layer:
    """One layer of an `nn.LSTM`, `nn.GRU` or `nn.RNN` in one direction.

    Args:
        cell: which recurrence.
        activation: of an `rnn`.
        number: counted from 0, the layer that reads the input.
        direction: `forward` reads from the first step, `backward` from the last.
        W: (G·H, I), all gates stacked.
        U: (G·H, H).
        input_bias, recurrent_bias: (G·H,); zeros where the layer has none.
    """

    cell: Cell
    activation: Activation
    number: int
    direction: Direction
    W: Tensor
    U: Tensor
    input_bias: Tensor
    recurrent_bias: Tensor

    @property
    def gates(self) -> tuple[str, ...]:
        """Names of the stacked blocks, in torch's order."""
        return CELL_CLASSES[self.cell].gates

    @property
    def states(self) -> tuple[str, ...]:
        """Names of what is handed from step to step."""
        return CELL_CLASSES[self.cell].states

    @property
    def hidden_size(self) -> int:
        """Units, H."""
        return self.U.shape[1]

    def as_cell(self) -> AnyCell:
        """Give the plain cell with this layer's weights."""
        stacks = (self.W, self.U, self.input_bias, self.recurrent_bias)
        blocks = zip(*(torch.split(whole, self.hidden_size) for whole in stacks), strict=True)
        weights = {gate: Weights(*block) for gate, block in zip(self.gates, blocks, strict=True)}
        if self.cell == "rnn":
            return RNNCell(weights, self.activation)
        return CELL_CLASSES[self.cell](weights)


def memory_of(cell: Cell) -> str:
    """Name the state in which a cell keeps what it knows."""
    return "cell_state" if cell == "lstm" else "hidden_state"


def layers_of(rnn: nn.RNNBase) -> Iterator[Layer]:
    """Give the layers from the input on, forward before backward."""
    cell: Cell = {"LSTM": "lstm", "GRU": "gru"}.get(rnn.mode, "rnn")  # type: ignore[assignment]
    activation: Activation = "relu" if rnn.mode == "RNN_RELU" else "tanh"
    for number in range(rnn.num_layers):
        for direction in DIRECTIONS[: 2 if rnn.bidirectional else 1]:
            ending = f"l{number}" + ("_reverse" if direction == "backward" else "")
            W, U = getattr(rnn, f"weight_ih_{ending}").detach(), getattr(rnn, f"weight_hh_{ending}").detach()
            zero = W.new_zeros(len(W))
            biases = [getattr(rnn, f"bias_{side}_{ending}").detach() if rnn.bias else zero for side in ("ih", "hh")]
            yield Layer(cell, activation, number, direction, W, U, biases[0], biases[1])

"""The recurrent layers of a torch model as arrays, what every model that can be stepped offers, and its parameters."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from torch import Tensor, nn

from lstm_viz.recurrent.cells import AnyCell, GRUCell, LSTMCell, RNNCell, Weights
from lstm_viz.recurrent.specification import Activation, Cell, ModelConfig, StackConfig

Direction = Literal["forward", "backward"]
DIRECTIONS: tuple[Direction, ...] = ("forward", "backward")
CELL_CLASSES: dict[Cell, type[AnyCell]] = {"lstm": LSTMCell, "gru": GRUCell, "rnn": RNNCell}


@dataclass(frozen=True, eq=False)
class Layer:
    """One layer of an `nn.LSTM`, `nn.GRU` or `nn.RNN` in one direction."""

    cell: Cell
    activation: Activation  # of an `rnn`; `tanh` for the others
    number: int  # counted from 0, the layer that reads the input
    direction: Direction
    W: Tensor  # all gates stacked, (G·H, I)
    U: Tensor  # (G·H, H)
    input_bias: Tensor  # (G·H,); zeros where the layer has none
    recurrent_bias: Tensor  # likewise

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
        return RNNCell(weights, self.activation) if self.cell == "rnn" else CELL_CLASSES[self.cell](weights)


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


class LayeredModel(nn.Module, ABC):
    """Recurrent layers on each other, something or nothing between them, and a head that answers.

    Nothing here trains or changes a model: dropout is off, and norms are what they are after training.
    """

    config: ModelConfig | StackConfig
    embed: nn.Embedding | None
    head: nn.Linear

    @abstractmethod
    def layers_at(self, number: int) -> list[Layer]:
        """Give a layer by its number, counted from 0, in each direction, forward before backward."""

    @abstractmethod
    def top_states(self, inputs_TI: Tensor) -> Tensor:
        """Give the hidden states of the last layer as torch's own modules compute them, (T, D·H)."""

    def hand_on(self, number: int, hidden_states_TH: Tensor) -> Tensor:
        """Give what a layer's hidden states are when the next layer, or the head, reads them, (T, D·H)."""
        return hidden_states_TH

    @abstractmethod
    def answers(self, inputs_TI: Tensor, top_TH: Tensor) -> Tensor:
        """Answer after each step, (T, O), given what the last layer hands on; something may have been changed in it."""

    @property
    def detour(self) -> str:
        """Say what lies between a hidden state of the last layer and its share in the answer; empty if only the head."""
        return ""

    @property
    def answers_from_states(self) -> bool:
        """Whether all answers follow from the hidden states of one run, so that a change inside shows in them."""
        return True

    def embedded(self, sequence: np.ndarray | Sequence[int]) -> Tensor:
        """Turn token indices (T,), or features (T, I), into what the first layer reads, (T, I)."""
        if self.embed is None:
            return torch.tensor(np.asarray(sequence), dtype=self.head.weight.dtype)
        numbers: Tensor = self.embed(torch.as_tensor(np.asarray(sequence), dtype=torch.long))
        return numbers.detach()


def count_parameters(model: nn.Module) -> int:
    """Count the numbers that training changes."""
    return sum(parameter.numel() for parameter in model.parameters() if parameter.requires_grad)


def bytes_of_weights(model: nn.Module) -> int:
    """Count the bytes that all weights of a model take."""
    return sum(weights.nbytes for weights in model.state_dict().values())

"""What all models here have in common: what `trace.py` and `interventions.py` ask of a model to look inside."""

from abc import ABC, abstractmethod
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn

from lstm_viz.recurrent.layers import Layer
from lstm_viz.recurrent.specification import ModelConfig, StackConfig


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
        """Answer after each step, (T, O).

        Args:
            inputs_TI: what the first layer reads.
            top_TH: what the last layer hands on, (T, D·H), of this run or of one in which something was changed.
        """

    @property
    def detour(self) -> str:
        """Say what lies between a hidden state of the last layer and its own share in the answer after its step.

        Empty where the answer is linear in it: the head's weight times the hidden state.
        """
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

"""The one model that every page trains and inspects."""

import copy

import torch
from torch import Tensor, nn

from lstm_viz.recurrent.initialization import set_start
from lstm_viz.recurrent.layered import LayeredModel
from lstm_viz.recurrent.layers import Layer, layers_of
from lstm_viz.recurrent.random_source import RandomSource, own_source
from lstm_viz.recurrent.specification import ModelConfig


class SequenceModel(LayeredModel):
    """Read a sequence with a recurrent network and answer from its hidden states.

    Its parts are torch's own: `embed` an `nn.Embedding` (None where inputs are numbers), `rnn` an `nn.LSTM`, `nn.GRU` or
    `nn.RNN`, `head` an `nn.Linear`.
    """

    config: ModelConfig

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.config = config
        with own_source():
            self.embed = build_embedding(config)
            self.rnn = build_rnn(config)
            self.head = nn.Linear((1 + config.bidirectional) * config.hidden_size, config.output_size)
            set_start(self.rnn, config)

    def forward(self, inputs_BT: Tensor) -> Tensor:
        """Answer each sequence of a batch.

        Args:
            inputs_BT: (batch, steps, features), or token indices (batch, steps) where the model embeds tokens.

        Returns:
            (batch, output_size) where the model reads the last state, else (batch, steps, output_size).
        """
        inputs_BTI = inputs_BT if self.embed is None else self.embed(inputs_BT)
        hidden_states_BTH, _ = self.rnn(inputs_BTI)
        answers: Tensor = self.head(self._read(hidden_states_BTH))
        return answers

    def _read(self, hidden_states_BTH: Tensor) -> Tensor:
        if self.config.reads == "every":
            return hidden_states_BTH
        if not self.config.bidirectional:
            return hidden_states_BTH[:, -1]
        size = self.config.hidden_size  # the backward direction ends at the first step
        return torch.cat([hidden_states_BTH[:, -1, :size], hidden_states_BTH[:, 0, size:]], dim=1)

    def layers_at(self, number: int) -> list[Layer]:
        """Give a layer in each direction."""
        return [layer for layer in layers_of(self.rnn) if layer.number == number]

    def top_states(self, inputs_TI: Tensor) -> Tensor:
        """Give the hidden states of torch's own stack of layers, (T, D·H), without dropout."""
        without_dropout = copy.copy(self.rnn).eval()  # shares the weights; the model itself may be in use elsewhere
        hidden_states: Tensor = without_dropout(inputs_TI[None])[0][0]
        return hidden_states

    def answers(self, inputs_TI: Tensor, top_TH: Tensor) -> Tensor:
        """Apply the head after each step, (T, O).

        A bidirectional model that reads the last state sees, at every step, what its backward direction made of everything.
        """
        if self.config.bidirectional and self.config.reads == "last":
            forward, backward = top_TH.chunk(2, dim=1)
            top_TH = torch.cat([forward, backward[:1].expand_as(forward)], dim=1)
        outputs: Tensor = self.head(top_TH)
        return outputs


def build_embedding(config: ModelConfig) -> nn.Embedding | None:
    """Make what turns tokens into numbers; one-hot codes are a table that training leaves alone."""
    if config.embedding == "none":
        return None
    embed = nn.Embedding(config.vocabulary_size, config.input_size)
    if config.embedding == "one_hot":
        embed.weight = nn.Parameter(torch.eye(config.vocabulary_size), requires_grad=False)
    return embed


def build_rnn(config: ModelConfig) -> nn.RNNBase:
    """Make the recurrent layers."""
    options = {name: getattr(config, name) for name in ("num_layers", "bidirectional", "bias")}
    options |= {"batch_first": True, "dropout": config.dropout if config.num_layers > 1 else 0.0}
    if config.cell == "rnn":
        return nn.RNN(config.input_size, config.hidden_size, nonlinearity=config.activation, **options)
    kind = nn.LSTM if config.cell == "lstm" else nn.GRU
    return kind(config.input_size, config.hidden_size, **options)


def build_model(config: ModelConfig, seed: int) -> SequenceModel:
    """Make a model whose start weights depend on `seed` alone."""
    with RandomSource(seed):
        return SequenceModel(config)

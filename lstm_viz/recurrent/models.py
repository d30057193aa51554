"""The one model that every page trains and inspects."""

import torch
from torch import Tensor, nn

from lstm_viz.recurrent.initialization import initialize, set_forget_bias
from lstm_viz.recurrent.specification import ModelConfig


class SequenceModel(nn.Module):
    """Read a sequence with a recurrent network and answer from its hidden states.

    Its parts are torch's own: `embed` an `nn.Embedding` (None where inputs are numbers), `rnn` an `nn.LSTM`, `nn.GRU` or
    `nn.RNN`, `head` an `nn.Linear`.
    """

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.config = config
        self.embed = build_embedding(config)
        self.rnn = build_rnn(config)
        directions = 2 if config.bidirectional else 1
        self.head = nn.Linear(directions * config.hidden_size, config.output_size)
        if config.initialization != "torch":
            initialize(self.rnn, config.initialization)
        if isinstance(self.rnn, nn.LSTM):
            set_forget_bias(self.rnn, config.forget_bias)

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
    options = {
        "num_layers": config.num_layers,
        "dropout": config.dropout if config.num_layers > 1 else 0.0,
        "bidirectional": config.bidirectional,
        "bias": config.bias,
        "batch_first": True,
    }
    if config.cell == "lstm":
        return nn.LSTM(config.input_size, config.hidden_size, **options)
    if config.cell == "gru":
        return nn.GRU(config.input_size, config.hidden_size, **options)
    return nn.RNN(config.input_size, config.hidden_size, nonlinearity=config.activation, **options)


def build_model(config: ModelConfig, seed: int) -> SequenceModel:
    """Make a model whose start weights depend on `seed` alone; the global random state stays as it was."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return SequenceModel(config)

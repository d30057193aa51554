"""Recurrent layers of different sizes on each other, and the sequences of a batch as long as they like."""

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from lstm_viz.recurrent.initialization import initialize, set_forget_bias
from lstm_viz.recurrent.models import build_rnn
from lstm_viz.recurrent.specification import ModelConfig, StackConfig


class StackedModel(nn.Module):
    """Read sequences with a stack of recurrent layers and answer from what the last of them shows.

    Its parts are torch's own: `layers` of one `nn.LSTM`, `nn.GRU` or `nn.RNN` each, `norms` of one `nn.BatchNorm1d` or
    `nn.LayerNorm` each (None without), `dropout`, `attention` (None without), and `head`, an `nn.Linear`. What is behind
    the end of a sequence is neither read nor counted: a batch gives what its sequences give one at a time.
    """

    def __init__(self, config: StackConfig) -> None:
        super().__init__()
        self.config = config
        sizes = zip(config.widths, config.sizes, strict=False)
        self.layers = nn.ModuleList(build_layer(config, width, size) for width, size in sizes)
        self.norms = build_norms(config)
        self.dropout = nn.Dropout(config.dropout)
        width = config.widths[-1]
        self.attention = Attention(width) if config.pooling == "attention" else None
        self.head = nn.Linear(width, config.output_size)

    def forward(self, inputs_BTI: Tensor, lengths_B: Tensor | None = None) -> Tensor:
        """Answer each sequence of a batch.

        Args:
            inputs_BTI: (batch, steps, features); what is behind the end of a sequence does not matter.
            lengths_B: steps of each sequence, at least 1; None where all have as many.

        Returns:
            Logits (batch, output_size), or (batch, steps, output_size) where the head reads every step.
        """
        steps = inputs_BTI.shape[1]
        if lengths_B is not None and bool((lengths_B == steps).all()):
            lengths_B = None
        hidden_states_BTH = inputs_BTI
        for number in range(len(self.layers)):
            hidden_states_BTH = self.run_layer(number, hidden_states_BTH, lengths_B)
        answers: Tensor = self.head(self.pool(hidden_states_BTH, lengths_B))
        return answers

    def run_layer(self, number: int, below_BTI: Tensor, lengths_B: Tensor | None = None) -> Tensor:
        """Give what a layer hands on, normalised and with dropout where it is trained, (batch, steps, D·H)."""
        hidden_states_BTH = read(self.layers[number], below_BTI, lengths_B)
        if self.norms is not None:
            hidden_states_BTH = normalize(self.norms[number], hidden_states_BTH, lengths_B)
        dropped: Tensor = self.dropout(hidden_states_BTH)
        return dropped

    def pool(self, hidden_states_BTH: Tensor, lengths_B: Tensor | None) -> Tensor:
        """Give what the head reads of a sequence, (batch, D·H); of every step, (batch, steps, D·H)."""
        if self.config.pooling == "every":
            return hidden_states_BTH
        real_BT = real_steps(hidden_states_BTH, lengths_B)
        if self.attention is not None:
            weights_BT = self.attention(hidden_states_BTH, real_BT)
        elif self.config.pooling == "mean":
            weights_BT = real_BT.to(hidden_states_BTH.dtype) / real_BT.sum(dim=1, keepdim=True)
        else:
            return last_states(hidden_states_BTH, real_BT, self.config.sizes[-1])
        return torch.einsum("bt,bth->bh", weights_BT, hidden_states_BTH)


class Attention(nn.Module):
    """Weigh the steps of a sequence (Yang et al. 2016, section 2.2): softmax over v · tanh(W h_t + b).

    Args:
        width: numbers per step, H.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.project = nn.Linear(width, width)
        self.score = nn.Linear(width, 1, bias=False)

    def forward(self, hidden_states_BTH: Tensor, real_BT: Tensor) -> Tensor:
        """Give the weight of each step, (batch, steps); those of a sequence add up to 1."""
        scores_BT = self.score(torch.tanh(self.project(hidden_states_BTH)))[:, :, 0]
        return torch.softmax(scores_BT.masked_fill(~real_BT, -torch.inf), dim=1)


def build_layer(config: StackConfig, width: int, size: int) -> nn.RNNBase:
    """Make one recurrent layer with its start values."""
    one = ModelConfig(
        cell=config.cell,
        input_size=width,
        hidden_size=size,
        bidirectional=config.bidirectional,
        bias=config.bias,
        activation=config.activation,
    )
    layer = build_rnn(one)
    if config.initialization != "torch":
        initialize(layer, config.initialization)
    if isinstance(layer, nn.LSTM):
        set_forget_bias(layer, config.forget_bias)
    return layer


def build_norms(config: StackConfig) -> nn.ModuleList | None:
    """Make what normalises the hidden states of each layer; None where nothing does."""
    if config.normalization == "none":
        return None
    kind = nn.BatchNorm1d if config.normalization == "batch" else nn.LayerNorm
    return nn.ModuleList(kind(width) for width in config.widths[1:])


def build_stack(config: StackConfig, seed: int) -> StackedModel:
    """Make a model whose start weights depend on `seed` alone; the global random state stays as it was."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return StackedModel(config)


def read(layer: nn.Module, below_BTI: Tensor, lengths_B: Tensor | None) -> Tensor:
    """Let a recurrent layer read a batch, each sequence to its end; zeros stand behind it."""
    if lengths_B is None:
        hidden_states: Tensor = layer(below_BTI)[0]
        return hidden_states
    packed = pack_padded_sequence(below_BTI, lengths_B, batch_first=True, enforce_sorted=False)
    return pad_packed_sequence(layer(packed)[0], batch_first=True, total_length=below_BTI.shape[1])[0]


def normalize(norm: nn.Module, hidden_states_BTH: Tensor, lengths_B: Tensor | None) -> Tensor:
    """Normalise the hidden states of all real steps; the others stay zero."""
    real_BT = real_steps(hidden_states_BTH, lengths_B)
    normalized = torch.zeros_like(hidden_states_BTH)
    normalized[real_BT] = norm(hidden_states_BTH[real_BT])
    return normalized


def real_steps(hidden_states_BTH: Tensor, lengths_B: Tensor | None) -> Tensor:
    """Tell which steps belong to a sequence, (batch, steps)."""
    batch, steps = hidden_states_BTH.shape[:2]
    if lengths_B is None:
        return torch.ones(batch, steps, dtype=torch.bool)
    return torch.arange(steps)[None] < lengths_B[:, None]


def last_states(hidden_states_BTH: Tensor, real_BT: Tensor, size: int) -> Tensor:
    """Give where each direction ends: forward at the last real step, backward at the first, (batch, D·H)."""
    last_B = real_BT.sum(dim=1) - 1
    forward = hidden_states_BTH[torch.arange(len(last_B)), last_B, :size]
    return torch.cat([forward, hidden_states_BTH[:, 0, size:]], dim=1)

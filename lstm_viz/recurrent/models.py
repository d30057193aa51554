"""The one model that every page trains and inspects."""

import copy
from dataclasses import replace

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from lstm_viz.recurrent.initialization import RandomSource, own_source, set_start
from lstm_viz.recurrent.layers import Layer, LayeredModel, layers_of
from lstm_viz.recurrent.specification import ModelConfig, StackConfig

ANSWERED_AT_ONCE = 256


class SequenceModel(LayeredModel):
    """Read a sequence with torch's own `embed` (None where inputs are numbers) and `rnn`, and answer by `head`."""

    config: ModelConfig

    @own_source()
    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.config = config
        self.embed = build_embedding(config)
        self.rnn = build_rnn(config)
        self.head = nn.Linear((1 + config.bidirectional) * config.hidden_size, config.output_size)
        set_start(self.rnn, config)

    def forward(self, inputs_BT: Tensor) -> Tensor:
        """Answer each sequence of a batch, (batch, output_size); (batch, steps, output_size) if every state is read.

        Args:
            inputs_BT: (batch, steps, features), or token indices (batch, steps) where the model embeds tokens.
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
        """Apply the head after each step, (T, O)."""
        if self.config.bidirectional and self.config.reads == "last":  # the backward direction has read everything
            forward, backward = top_TH.chunk(2, dim=1)
            top_TH = torch.cat([forward, backward[:1].expand_as(forward)], dim=1)
        outputs: Tensor = self.head(top_TH)
        return outputs


@own_source()
def build_embedding(config: ModelConfig) -> nn.Embedding | None:
    """Make what turns tokens into numbers; one-hot codes are a table that training leaves alone."""
    if config.embedding == "none":
        return None
    embed = nn.Embedding(config.vocabulary_size, config.input_size)
    if config.embedding == "one_hot":
        embed.weight = nn.Parameter(torch.eye(config.vocabulary_size), requires_grad=False)
    return embed


@own_source()
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


class StackedModel(LayeredModel):
    """Read sequences with a stack of recurrent layers and answer from what the last of them shows.

    Its parts are torch's own; `norms` and `attention` may be None. What is behind the end of a sequence is neither read nor
    counted: a batch gives what its sequences give one at a time.
    """

    config: StackConfig
    embed = None  # it reads numbers

    @own_source()
    def __init__(self, config: StackConfig) -> None:
        super().__init__()
        self.config = config
        sizes, width = zip(config.widths, config.sizes, strict=False), config.widths[-1]
        self.layers = nn.ModuleList(build_layer(config, *of_layer) for of_layer in sizes)
        self.norms = _build_norms(config)
        self.dropout = nn.Dropout(config.dropout)
        self.attention = Attention(width) if config.pooling == "attention" else None
        self.head = nn.Linear(width, config.output_size)

    def forward(self, inputs_BTI: Tensor, lengths_B: Tensor | None = None) -> Tensor:
        """Answer each sequence of a batch, logits (batch, output_size); with steps where the head reads every one.

        Args:
            inputs_BTI: (batch, steps, features); what is behind the end of a sequence does not matter.
            lengths_B: steps of each sequence, at least 1; None where all have as many.
        """
        if lengths_B is not None and bool((lengths_B == inputs_BTI.shape[1]).all()):
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
            hidden_states_BTH = _normalize(self.norms[number], hidden_states_BTH, lengths_B)
        dropped: Tensor = self.dropout(hidden_states_BTH)
        return dropped

    def pool(self, hidden_states_BTH: Tensor, lengths_B: Tensor | None) -> Tensor:
        """Give what the head reads of a sequence, (batch, D·H); of every step, (batch, steps, D·H)."""
        if self.config.pooling == "every":
            return hidden_states_BTH
        real_BT = _real_steps(hidden_states_BTH, lengths_B)
        if self.attention is not None:
            weights_BT = self.attention(hidden_states_BTH, real_BT)
        elif self.config.pooling == "mean":
            weights_BT = real_BT.to(hidden_states_BTH.dtype) / real_BT.sum(dim=1, keepdim=True)
        else:
            return last_states(hidden_states_BTH, real_BT, self.config.sizes[-1])
        return torch.einsum("bt,bth->bh", weights_BT, hidden_states_BTH)

    def layers_at(self, number: int) -> list[Layer]:
        """Give a layer in each direction."""
        rnn = self.layers[number]
        assert isinstance(rnn, nn.RNNBase)
        return [replace(layer, number=number) for layer in layers_of(rnn)]

    def top_states(self, inputs_TI: Tensor) -> Tensor:
        """Give the hidden states of the last of torch's own layers, (T, D·H)."""
        below = inputs_TI
        for number, layer in enumerate(self.layers):
            hidden_states_TH: Tensor = layer(below[None])[0][0]
            below = self.hand_on(number, hidden_states_TH)
        return hidden_states_TH

    def hand_on(self, number: int, hidden_states_TH: Tensor) -> Tensor:
        """Normalise a layer's hidden states, (T, D·H), by what a batch norm has seen in training."""
        if self.norms is None:
            return hidden_states_TH
        normalized: Tensor = _standing_still(self.norms[number])(hidden_states_TH)
        return normalized

    def answers(self, inputs_TI: Tensor, top_TH: Tensor) -> Tensor:
        """Answer after each step as if the sequence had ended there, logits (T, O)."""
        return self.answers_after(torch.arange(1, len(inputs_TI) + 1), inputs_TI, top_TH)

    def answers_after(self, steps_S: Tensor, inputs_TI: Tensor, top_TH: Tensor) -> Tensor:
        """Answer after some steps, counted from 1, as if the sequence had ended there, logits (S, O)."""
        if self.config.pooling == "every" or (self.config.pooling == "last" and not self.config.bidirectional):
            pooled = top_TH[steps_S - 1]
        elif self.config.bidirectional:
            return self._answers_to_beginnings(steps_S, inputs_TI)
        else:
            pooled = self._pooled_so_far(steps_S, top_TH)
        outputs: Tensor = self.head(pooled)
        return outputs

    def _answers_to_beginnings(self, steps_S: Tensor, inputs_TI: Tensor) -> Tensor:
        still = copy.deepcopy(self).eval() if self.training else self
        parts = torch.split(steps_S, ANSWERED_AT_ONCE)
        return torch.cat([still(inputs_TI[: int(part.max())].expand(len(part), -1, -1), part) for part in parts])

    def _pooled_so_far(self, steps_S: Tensor, top_TH: Tensor) -> Tensor:
        """Pool beginnings of the sequence; a mean is an attention to which all steps are worth the same."""
        scores_T = top_TH.new_zeros(len(top_TH)) if self.attention is None else self.attention.scores(top_TH)
        places, parts = torch.arange(len(top_TH)), []
        for part in torch.split(steps_S, ANSWERED_AT_ONCE):
            weights = torch.softmax(scores_T.masked_fill(places >= part[:, None], -torch.inf), dim=1)
            parts.append(weights @ top_TH)
        return torch.cat(parts)

    @property
    def answers_from_states(self) -> bool:
        """Whether all answers follow from the hidden states of one run."""
        return not self.config.bidirectional or self.config.pooling == "every"

    @property
    def detour(self) -> str:
        """Say what lies between a hidden state of the last layer and its share in the answer after its step."""
        if not self.answers_from_states:
            return "the answer here is that to the steps so far alone; this state has seen all of them"
        if self.norms is not None:
            return f"goes through the {self.config.normalization} norm before the head reads it"
        return {
            "mean": "is averaged with the steps before; the head reads the mean",
            "attention": "is weighed against the steps before; the head reads the weighted mean",
        }.get(self.config.pooling, "")


class Attention(nn.Module):
    """Weigh the steps of a sequence, H numbers each (Yang et al. 2016, section 2.2): softmax over v · tanh(W h_t + b)."""

    @own_source()
    def __init__(self, width: int) -> None:
        super().__init__()
        self.project = nn.Linear(width, width)
        self.score = nn.Linear(width, 1, bias=False)

    def forward(self, hidden_states_BTH: Tensor, real_BT: Tensor) -> Tensor:
        """Give the weight of each step, (batch, steps); those of a sequence add up to 1."""
        scores_BT = self.scores(hidden_states_BTH)
        return torch.softmax(scores_BT.masked_fill(~real_BT, -torch.inf), dim=1)

    def scores(self, hidden_states_TH: Tensor) -> Tensor:
        """Give what each step is worth, (…, steps)."""
        scores_T: Tensor = self.score(torch.tanh(self.project(hidden_states_TH)))[..., 0]
        return scores_T


@own_source()
def build_layer(config: StackConfig, width: int, size: int) -> nn.RNNBase:
    """Make one recurrent layer with its start values."""
    like = {name: getattr(config, name) for name in ("bidirectional", "bias", "activation")}
    layer = build_rnn(ModelConfig(config.cell, width, size, **like))
    set_start(layer, config)
    return layer


def _build_norms(config: StackConfig) -> nn.ModuleList | None:
    """Make what normalises the hidden states of each layer; None where nothing does."""
    if config.normalization == "none":
        return None
    kind = nn.BatchNorm1d if config.normalization == "batch" else nn.LayerNorm
    return nn.ModuleList(kind(width, eps=config.epsilon) for width in config.widths[1:])


def build_stack(config: StackConfig, seed: int) -> StackedModel:
    """Make a model whose start weights depend on `seed` alone."""
    with RandomSource(seed):
        return StackedModel(config)


def read(layer: nn.Module, below_BTI: Tensor, lengths_B: Tensor | None) -> Tensor:
    """Let a recurrent layer read a batch, each sequence to its end; zeros stand behind it."""
    if lengths_B is None:
        hidden_states: Tensor = layer(below_BTI)[0]
        return hidden_states
    packed = pack_padded_sequence(below_BTI, lengths_B, batch_first=True, enforce_sorted=False)
    return pad_packed_sequence(layer(packed)[0], batch_first=True, total_length=below_BTI.shape[1])[0]


def _normalize(norm: nn.Module, hidden_states_BTH: Tensor, lengths_B: Tensor | None) -> Tensor:
    """Normalise the hidden states of all real steps; the others stay zero."""
    real_BT = _real_steps(hidden_states_BTH, lengths_B)
    real_RH = hidden_states_BTH[real_BT]
    if len(real_RH) == 1 and isinstance(norm, nn.BatchNorm1d):  # a single step has no variance
        norm = _standing_still(norm)
    normalized = torch.zeros_like(hidden_states_BTH)
    normalized[real_BT] = norm(real_RH)
    return normalized


def _standing_still(norm: nn.Module) -> nn.Module:
    """Give a norm as it answers after training; the norm itself, which may be in training, stays as it is."""
    return copy.copy(norm).eval()


def _real_steps(hidden_states_BTH: Tensor, lengths_B: Tensor | None) -> Tensor:
    """Return which steps belong to a sequence, (batch, steps)."""
    batch, steps = hidden_states_BTH.shape[:2]
    if lengths_B is None:
        return torch.ones(batch, steps, dtype=torch.bool)
    return torch.arange(steps)[None] < lengths_B[:, None]


def last_states(hidden_states_BTH: Tensor, real_BT: Tensor, size: int) -> Tensor:
    """Give where each direction ends: forward at the last real step, backward at the first, (batch, D·H)."""
    last_B = real_BT.sum(dim=1) - 1
    forward = hidden_states_BTH[torch.arange(len(last_B)), last_B, :size]
    return torch.cat([forward, hidden_states_BTH[:, 0, size:]], dim=1)

"""An untrained model for any text, whose numbers stay when the text changes.

The recurrent weights depend on the seed, the cell and the sizes alone. Each token's vector and its row of the head are drawn
from the seed and the token itself: a word keeps its numbers wherever it stands and whatever stands around it.
"""

import hashlib
import math
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from lstm_viz.recurrent.models import SequenceModel, build_model
from lstm_viz.recurrent.specification import Cell, ModelConfig

EMBEDDING_SIZE = 8


def untrained_model(
    cell: Cell, vocabulary: tuple[str, ...], seed: int, hidden_size: int, forget_bias: float
) -> SequenceModel:
    """Build a model that names the next token among those of the text, and has learned nothing yet.

    Token vectors are standard normal, torch's own start for an embedding; rows of the head are uniform within ±1/√H, its own
    start for a linear layer; recurrent weights are torch's.
    """
    sizes: Any = {"cell": cell, "input_size": EMBEDDING_SIZE, "hidden_size": hidden_size, "forget_bias": forget_bias}
    one_token = ModelConfig(**sizes, embedding="learned", vocabulary_size=1)
    known = len(vocabulary)
    model = build_model(replace(one_token, output_size=known, vocabulary_size=known, reads="every"), seed)
    model.rnn.load_state_dict(build_model(one_token, seed).rnn.state_dict())
    assert model.embed is not None
    with torch.no_grad():
        model.embed.weight.copy_(torch.stack([_token_vector(token, seed) for token in vocabulary]))
        model.head.weight.copy_(torch.stack([_token_row(token, seed, hidden_size) for token in vocabulary]))
        model.head.bias.zero_()
    return model.eval()


def _token_vector(token: str, seed: int) -> Tensor:
    """Draw what a token looks like to the cell, (8,)."""
    return torch.as_tensor(_randomness(token, seed, "vector").standard_normal(EMBEDDING_SIZE), dtype=torch.float32)


def _token_row(token: str, seed: int, hidden_size: int) -> Tensor:
    """Draw how the head scores a token, (H,)."""
    limit = 1 / math.sqrt(hidden_size)
    row = _randomness(token, seed, "row").uniform(-limit, limit, hidden_size)
    return torch.as_tensor(row, dtype=torch.float32)


def _randomness(token: str, seed: int, purpose: str) -> np.random.Generator:
    digest = hashlib.sha256(f"{seed}\0{purpose}\0{token}".encode("utf-8", "surrogatepass")).digest()
    return np.random.default_rng(int.from_bytes(digest[:16], "little"))

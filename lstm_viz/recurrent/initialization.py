"""Start values of recurrent weights."""

import torch
from torch import nn


def set_forget_bias(rnn: nn.LSTM, value: float) -> None:
    """Set the forget gate's bias of every layer and direction.

    torch adds two bias vectors, `bias_ih` and `bias_hh`, each stacked in the order input, forget, candidate, output. The
    first of the two gets `value`, the second zero, so that their sum is `value`.
    """
    size = rnn.hidden_size
    with torch.no_grad():
        for name, bias in rnn.named_parameters():
            if name.startswith("bias_"):
                bias[size : 2 * size] = value if name.startswith("bias_ih") else 0.0

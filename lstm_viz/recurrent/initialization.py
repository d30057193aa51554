"""Start values of recurrent weights, by name.

torch        every weight and bias uniform within ±1/√H, as `torch.nn` leaves them
keras        Glorot-uniform W, orthogonal U, zero biases (Keras' defaults; its forget bias of 1 is `forget_bias`)
orthogonal   orthogonal W and U per gate, zero biases (Saxe et al. 2014)
xavier       Glorot-uniform W and U per gate, zero biases (Glorot & Bengio 2010)
"""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from lstm_viz.recurrent.specification import Initialization

Fill = Callable[[Tensor], Tensor]

FILLS: dict[Initialization, tuple[Fill, Fill]] = {
    "keras": (nn.init.xavier_uniform_, nn.init.orthogonal_),
    "orthogonal": (nn.init.orthogonal_, nn.init.orthogonal_),
    "xavier": (nn.init.xavier_uniform_, nn.init.xavier_uniform_),
}


def initialize(rnn: nn.RNNBase, name: Initialization) -> None:
    """Draw new start values for all layers and directions from torch's global random state.

    The gates of a layer are stacked in one matrix; each gate's block is filled by itself.
    """
    if name == "torch":
        rnn.reset_parameters()
        return
    fill_input, fill_recurrent = FILLS[name]
    with torch.no_grad():
        for parameter_name, parameter in rnn.named_parameters():
            if parameter_name.startswith("bias_"):
                parameter.zero_()
                continue
            fill = fill_input if parameter_name.startswith("weight_ih") else fill_recurrent
            for block in torch.split(parameter, rnn.hidden_size):
                fill(block)


def set_forget_bias(rnn: nn.LSTM, value: float) -> None:
    """Set the forget gate's bias of every layer and direction.

    torch adds two bias vectors, `bias_ih` and `bias_hh`, each stacked in the order input, forget, candidate, output. The
    first of the two gets `value`, the second zero, so that their sum is `value`. A layer without biases stays as it is.
    """
    size = rnn.hidden_size
    with torch.no_grad():
        for name, bias in rnn.named_parameters():
            if name.startswith("bias_"):
                bias[size : 2 * size] = value if name.startswith("bias_ih") else 0.0

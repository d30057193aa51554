"""Start values of recurrent weights, by name.

torch        every weight and bias uniform within ±1/√H, as `torch.nn` leaves them
keras        Glorot-uniform W, orthogonal U, zero biases (Keras' defaults; its forget bias of 1 is `forget_bias`)
orthogonal   orthogonal W and U per gate, zero biases (Saxe et al. 2014)
xavier       Glorot-uniform W and U per gate, zero biases (Glorot & Bengio 2010)
identity     normal W with standard deviation 0.001, U the identity per gate, zero biases (Le, Jaitly & Hinton 2015, who
             mean it for an `rnn` with the activation `relu`, their IRNN: at first it adds up what it reads)
"""

from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor, nn

from lstm_viz.errors import SettingsError
from lstm_viz.recurrent.specification import (
    MAX_RECURRENT_SCALE,
    Initialization,
    ModelConfig,
    StackConfig,
)
from lstm_viz.settings import require_between

Fill = Callable[[Tensor], Tensor]

FILLS: dict[Initialization, tuple[Fill, Fill]] = {
    "keras": (nn.init.xavier_uniform_, nn.init.orthogonal_),
    "orthogonal": (nn.init.orthogonal_, nn.init.orthogonal_),
    "xavier": (nn.init.xavier_uniform_, nn.init.xavier_uniform_),
    "identity": (partial(nn.init.normal_, std=0.001), nn.init.eye_),
}


def set_start(rnn: nn.RNNBase, config: ModelConfig | StackConfig) -> None:
    """Give fresh layers of torch the start values that a config names."""
    if config.initialization != "torch":
        initialize(rnn, config.initialization)
    if isinstance(rnn, nn.LSTM):
        set_forget_bias(rnn, config.forget_bias)


def initialize(rnn: nn.RNNBase, name: Initialization) -> None:
    """Draw new start values for all layers and directions anew.

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


def scale_recurrent(rnn: nn.RNNBase, *, scale: float | None = None, spectral_radius: float | None = None) -> None:
    """Stretch the recurrent weights U of every layer and direction, each gate's block by itself.

    Args:
        rnn: is changed in place.
        scale: factor for every block.
        spectral_radius: largest |eigenvalue| that every block gets; one whose eigenvalues are all 0 stays as it is.

    Raises:
        SettingsError: both or neither are given, or the one that is lies outside 0 to 100.
    """
    asked = {"scale": scale, "spectral_radius": spectral_radius}
    given = [(name, value) for name, value in asked.items() if value is not None]
    if len(given) != 1:
        both = " and ".join(f"`{name}` (={value})" for name, value in asked.items())
        raise SettingsError(f"{both}: exactly one of them must be given. Leave the other out.")
    [(name, value)] = given
    require_between(name, value, 0.0, MAX_RECURRENT_SCALE)
    with torch.no_grad():
        stacked = [weights for named, weights in rnn.named_parameters() if named.startswith("weight_hh")]
        for block in (block for weights in stacked for block in torch.split(weights, rnn.hidden_size)):
            block *= value if name == "scale" else _ratio_to(value, block)


def _ratio_to(spectral_radius: float, block: Tensor) -> float:
    """Find the factor that brings a square matrix to a spectral radius, in float64; 1 where no factor can."""
    now = float(torch.linalg.eigvals(block.double()).abs().max())
    return spectral_radius / now if now > 0 else 1.0

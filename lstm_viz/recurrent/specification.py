"""What a recurrent model is made of, in words that need no torch."""

from dataclasses import dataclass
from typing import Literal, get_args

from lstm_viz.errors import SettingsError

Cell = Literal["lstm", "gru", "rnn"]
CELLS: tuple[Cell, ...] = get_args(Cell)

MAX_HIDDEN_SIZE = 256
MAX_LAYERS = 4
MAX_FORGET_BIAS = 10.0


@dataclass(frozen=True)
class ModelConfig:
    """Describe a recurrent model.

    Args:
        cell: which recurrence: `lstm`, `gru`, or `rnn` (Elman, tanh).
        input_size: features per step, I.
        hidden_size: units per layer, H.
        num_layers: recurrent layers stacked on each other.
        dropout: share of the hidden states between two layers that is zeroed in training; a single layer has none.
        output_size: numbers that the head gives for a whole sequence, O.
        forget_bias: start value of the LSTM's forget gate bias (Jozefowicz et al. 2015, section 4.3); others ignore it.

    Raises:
        SettingsError: a value lies outside what can be built.
    """

    cell: Cell = "lstm"
    input_size: int = 1
    hidden_size: int = 32
    num_layers: int = 1
    dropout: float = 0.0
    output_size: int = 1
    forget_bias: float = 1.0

    def __post_init__(self) -> None:
        if self.cell not in CELLS:
            raise SettingsError(f"`model` (={self.cell}) is not known. Use one of {', '.join(CELLS)}.")
        require_between("hidden_size", self.hidden_size, 1, MAX_HIDDEN_SIZE)
        require_between("num_layers", self.num_layers, 1, MAX_LAYERS)
        require_between("dropout", self.dropout, 0.0, 0.9)
        require_between("forget_bias", self.forget_bias, -MAX_FORGET_BIAS, MAX_FORGET_BIAS)


def require_between(name: str, value: float, least: float, most: float) -> None:
    """Refuse a setting outside its range.

    Raises:
        SettingsError: `value` is not a number from `least` to `most`.
    """
    if not least <= value <= most:  # a NaN fails this too
        raise SettingsError(f"`{name}` (={value}) must lie between {least} and {most}.")

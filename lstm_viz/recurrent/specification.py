"""What a recurrent model is made of, in words that need no torch."""

from dataclasses import dataclass
from typing import Annotated, Literal, get_args

from lstm_viz.errors import SettingsError
from lstm_viz.settings import Between, require_valid

Cell = Literal["lstm", "gru", "rnn"]
Activation = Literal["tanh", "relu"]
Embedding = Literal["none", "one_hot", "learned"]
Reads = Literal["last", "every"]
Initialization = Literal["torch", "keras", "orthogonal", "xavier", "identity"]
Normalization = Literal["none", "batch", "layer"]
Pooling = Literal["last", "mean", "attention", "every"]
CELLS: tuple[Cell, ...] = get_args(Cell)
ACTIVATIONS: tuple[Activation, ...] = get_args(Activation)
INITIALIZATIONS: tuple[Initialization, ...] = get_args(Initialization)
NORMALIZATIONS: tuple[Normalization, ...] = get_args(Normalization)
POOLINGS: tuple[Pooling, ...] = get_args(Pooling)

MAX_HIDDEN_SIZE = 256
MAX_LAYERS = 4
MAX_FORGET_BIAS = 10.0
MAX_RECURRENT_SCALE = 100.0
TORCH_EPSILON, KERAS_EPSILON = 1e-5, 1e-3  # what norms add to a variance where nobody says otherwise
Dropout = Annotated[float, Between(0.0, 0.9, 0.05)]
ForgetBias = Annotated[float, Between(-MAX_FORGET_BIAS, MAX_FORGET_BIAS, 0.5)]
HiddenSize = Annotated[int, Between(1, MAX_HIDDEN_SIZE)]
Layers = Annotated[int, Between(1, MAX_LAYERS)]
Sizes = Annotated[tuple[int, ...], Between(1, MAX_HIDDEN_SIZE)]


@dataclass(frozen=True)
class ModelConfig:
    """Describe a recurrent model.

    Raises:
        SettingsError: a value lies outside what can be built.
    """

    cell: Cell = "lstm"
    input_size: int = 1  # numbers that the first layer reads per step, I
    hidden_size: HiddenSize = 32  # units per layer and direction, H
    num_layers: Layers = 1  # recurrent layers stacked on each other
    dropout: Dropout = 0.0  # share of the hidden states between two layers that is zeroed in training
    output_size: int = 1  # numbers that the head gives, O
    forget_bias: ForgetBias = 1.0  # initial bias of the LSTM's forget gate (Jozefowicz et al. 2015, section 4.3)
    bidirectional: bool = False  # whether every layer also reads the sequence from its end
    bias: bool = True  # whether the recurrent layers add biases
    activation: Activation = "tanh"  # of the `rnn`; gates and states of the others are fixed
    embedding: Embedding = "none"  # `none`: the input is numbers; `one_hot`: `input_size` = `vocabulary_size`
    vocabulary_size: int = 0  # tokens that the embedding knows, V; 0 with `none`
    reads: Reads = "last"  # whether the head answers from the `last` hidden state or from `every` one
    initialization: Initialization = "torch"  # of the recurrent weights, by name; see `initialization.py`

    def __post_init__(self) -> None:
        require_valid(self)
        if (self.embedding == "none") != (self.vocabulary_size == 0):
            raise SettingsError("`vocabulary_size` must be 0 without an embedding, and at least 1 with one.")
        if self.embedding == "one_hot" and self.input_size != self.vocabulary_size:
            raise SettingsError(
                f"`input_size` (={self.input_size}) must equal `vocabulary_size` (={self.vocabulary_size}) when tokens "
                "are one-hot."
            )

    @property
    def sizes(self) -> tuple[int, ...]:
        """Hidden units of each layer and direction, from the input on."""
        return (self.hidden_size,) * self.num_layers


@dataclass(frozen=True)
class StackConfig:
    """Describe recurrent layers that differ in size, and what is done between and after them; else as `ModelConfig`.

    Batch norm: Ioffe & Szegedy 2015; layer norm: Ba et al. 2016; attention: Yang et al. 2016, section 2.2.

    Raises:
        SettingsError: a value lies outside what can be built.
    """

    cell: Cell = "lstm"
    input_size: int = 1
    sizes: Sizes = (64,)  # hidden units of each layer and direction, from the input on
    output_size: int = 2
    bidirectional: bool = False
    dropout: Dropout = 0.0  # share of each layer's hidden states, the last's included, that is zeroed in training
    normalization: Normalization = "none"  # over the `batch` or the units of the `layer`, before the dropout
    pooling: Pooling = "last"  # what the head reads: the `last` state, a mean or weighted mean of all, or `every` one
    forget_bias: ForgetBias = 1.0
    bias: bool = True
    activation: Activation = "tanh"
    initialization: Initialization = "torch"
    epsilon: Annotated[float, Between(1e-12, 1.0)] = TORCH_EPSILON  # added to the variance by a norm

    def __post_init__(self) -> None:
        require_valid(self)
        if not 1 <= len(self.sizes) <= MAX_LAYERS:
            raise SettingsError(f"`sizes` (={self.sizes}) must name the units of 1 to {MAX_LAYERS} layers.")

    @property
    def num_layers(self) -> int:
        """Recurrent layers stacked on each other."""
        return len(self.sizes)

    @property
    def directions(self) -> int:
        """In how many directions each layer reads, D."""
        return 2 if self.bidirectional else 1

    @property
    def widths(self) -> tuple[int, ...]:
        """Numbers per step that go into each layer, and out of the last."""
        return (self.input_size, *(self.directions * size for size in self.sizes))

"""A model as an ordered list of parts, whichever of the two configs describes it.

Facts, counts, code and conversion all walk over the same parts, so that a tensor has one name in all of them. The names are
those of the generated code: `lstm.weight_ih_l0` where one `nn.LSTM` holds all layers, `lstm_2.weight_ih_l0` where each layer
is a module of its own; in Keras the path of the variable, `bidirectional_1/forward_lstm_1/lstm_cell/kernel`. What weights do
not tell, a name does: a norm with the epsilon of Keras is `keras_norm_1`, any other `norm_1`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from lstm_viz.recurrent.layers import DIRECTIONS, Direction
from lstm_viz.recurrent.specification import KERAS_EPSILON, Cell, Embedding, ModelConfig, StackConfig

Config = StackConfig | ModelConfig
Framework = Literal["torch", "keras"]
Kind = Literal["embedding", "recurrent", "norm", "attention_project", "attention_score", "head"]

TORCH_CLASSES: dict[Cell, str] = {"lstm": "LSTM", "gru": "GRU", "rnn": "RNN"}
KERAS_CLASSES: dict[Cell, str] = {"lstm": "LSTM", "gru": "GRU", "rnn": "SimpleRNN"}
KERAS_CELLS: dict[Cell, str] = {"lstm": "lstm_cell", "gru": "gru_cell", "rnn": "simple_rnn_cell"}
GATES: dict[Cell, int] = {"lstm": 4, "gru": 3, "rnn": 1}


@dataclass(frozen=True)
class Blueprint:
    """Say how a model is built, for both kinds of config.

    Args:
        stack: the recurrent layers, what is done between and after them, and the head.
        embedding: how a token becomes the numbers of a step; `none` where the input is numbers.
        vocabulary_size: tokens that the embedding knows, V; 0 with `none`.
        drops_last: whether dropout also acts on what the last layer gives.
    """

    stack: StackConfig
    embedding: Embedding = "none"
    vocabulary_size: int = 0
    drops_last: bool = True

    @property
    def one_module(self) -> bool:
        """Whether a single torch module holds all layers: all of one size, and nothing but dropout between them."""
        return len(set(self.stack.sizes)) == 1 and self.stack.normalization == "none"

    @property
    def drops_between(self) -> bool:
        """Whether dropout acts between two layers."""
        return self.stack.dropout > 0 and len(self.stack.sizes) > 1

    @property
    def drops_after(self) -> bool:
        """Whether dropout acts behind the last layer."""
        return self.stack.dropout > 0 and self.drops_last


@dataclass(frozen=True)
class Part:
    """One piece of a model that has weights.

    Args:
        kind: what it is.
        layer: of a recurrent layer or a norm, counted from 0.
        direction: of a recurrent layer.
        inputs, outputs: numbers that it reads and gives per step.
        torch, keras: its names in the generated code, with `{}` where the tensor's own word stands.
    """

    kind: Kind
    layer: int
    direction: Direction
    inputs: int
    outputs: int
    torch: str
    keras: str


def blueprint_of(config: Config) -> Blueprint:
    """Describe a model; a `ModelConfig` is a stack whose layers are all of one size."""
    if isinstance(config, StackConfig):
        return Blueprint(config)
    stack = StackConfig(
        cell=config.cell,
        input_size=config.input_size,
        sizes=(config.hidden_size,) * config.num_layers,
        output_size=config.output_size,
        bidirectional=config.bidirectional,
        dropout=config.dropout if config.num_layers > 1 else 0.0,
        pooling=config.reads,
        forget_bias=config.forget_bias,
        bias=config.bias,
        activation=config.activation,
        initialization=config.initialization,
    )
    return Blueprint(stack, config.embedding, config.vocabulary_size, drops_last=False)


def parts_of(blueprint: Blueprint) -> tuple[Part, ...]:
    """List the parts from the input to the head, which is the order of Keras' `get_weights()`."""
    stack, width = blueprint.stack, blueprint.stack.widths[-1]
    parts: list[Part] = []
    if blueprint.embedding == "learned":
        parts.append(_plain_part("embedding", blueprint.vocabulary_size, stack.input_size, "embed", "embed"))
    for layer in range(len(stack.sizes)):
        parts += _recurrent_parts(blueprint, layer)
        if stack.normalization != "none":
            size, name = stack.widths[layer + 1], norm_name(stack, layer)
            parts.append(Part("norm", layer, "forward", size, size, f"{name}.{{}}", f"{name}/{{}}"))
    if stack.pooling == "attention":
        parts.append(_plain_part("attention_project", width, width, "attention.project", "attention_project"))
        parts.append(_plain_part("attention_score", width, 1, "attention.score", "attention_score"))
    return (*parts, _plain_part("head", width, stack.output_size, "head", "head"))


def _plain_part(kind: Kind, inputs: int, outputs: int, torch: str, keras: str) -> Part:
    return Part(kind, 0, "forward", inputs, outputs, f"{torch}.{{}}", f"{keras}/{{}}")


def _recurrent_parts(blueprint: Blueprint, layer: int) -> Iterator[Part]:
    stack = blueprint.stack
    place = f"l{layer}" if blueprint.one_module else "l0"
    for direction in DIRECTIONS[: stack.directions]:
        ending = place + ("_reverse" if direction == "backward" else "")
        within = f"{KERAS_CELLS[stack.cell]}/{{}}"
        name = keras_layer(stack.cell, layer)
        keras = f"bidirectional_{layer + 1}/{direction}_{name}" if stack.bidirectional else name
        torch = f"{torch_module(blueprint, layer)}.{{}}_{ending}"
        yield Part("recurrent", layer, direction, stack.widths[layer], stack.sizes[layer], torch, f"{keras}/{within}")


def torch_module(blueprint: Blueprint, layer: int) -> str:
    """Name the torch module that holds a layer."""
    return blueprint.stack.cell if blueprint.one_module else f"{blueprint.stack.cell}_{layer + 1}"


def keras_layer(cell: Cell, layer: int) -> str:
    """Name a recurrent layer in Keras."""
    return f"{cell}_{layer + 1}"


def norm_name(stack: StackConfig, layer: int) -> str:
    """Name the norm behind a layer, so that its weights tell its epsilon when they come back."""
    return f"{'keras_' * (stack.epsilon == KERAS_EPSILON)}norm_{layer + 1}"

"""A model from elsewhere: its weights are read, and what it is made of follows from their names and shapes."""

from dataclasses import dataclass, replace

import numpy as np

from lstm_viz.anatomy.blueprint import Config, Framework, blueprint_of, parts_of
from lstm_viz.anatomy.conversion import Arrays, Model, load_weights
from lstm_viz.anatomy.foreign_files import read_arrays
from lstm_viz.anatomy.foreign_keras import is_keras, keras_parts
from lstm_viz.anatomy.foreign_names import held_once, listed
from lstm_viz.anatomy.foreign_parts import require_shape
from lstm_viz.anatomy.foreign_places import Placed, placed
from lstm_viz.anatomy.foreign_torch import is_torch, torch_parts
from lstm_viz.anatomy.foreign_words import chosen, inferred
from lstm_viz.anatomy.tensors import tensors_of
from lstm_viz.errors import SettingsError, WeightsError
from lstm_viz.phrases import counted
from lstm_viz.recurrent.models import build_model
from lstm_viz.recurrent.specification import (
    ACTIVATIONS,
    KERAS_EPSILON,
    POOLINGS,
    TORCH_EPSILON,
    Activation,
    ModelConfig,
    Normalization,
    Pooling,
    StackConfig,
    require_one_of,
)
from lstm_viz.recurrent.stacks import build_stack

MAX_INPUTS, MAX_ANSWERS, MAX_TOKENS_KNOWN = 4096, 4096, 100_000
USUAL_EPSILON = {"torch": TORCH_EPSILON, "keras": KERAS_EPSILON}


@dataclass(frozen=True)
class Untold:
    """What weights do not tell, and a person may know.

    Args:
        pooling: what the head reads; where attention was found, it is that.
        activation: of an `rnn`.
    """

    pooling: Pooling = "last"
    activation: Activation = "tanh"

    def __post_init__(self) -> None:
        require_one_of("pooling", self.pooling, POOLINGS)
        require_one_of("activation", self.activation, ACTIVATIONS)


@dataclass(frozen=True, eq=False)
class ForeignModel:
    """A model with weights from elsewhere.

    Args:
        model: a `SequenceModel` where all layers are of one size with nothing between them; else a
            `StackedModel`. It does not train (`eval`).
        framework: whose layout the weights had, `torch` or `keras`.
        notes: what was inferred and what was chosen, a sentence each.
    """

    model: Model
    framework: str
    notes: tuple[str, ...]

    @property
    def config(self) -> Config:
        """How the model is built."""
        return self.model.config

    @property
    def questions(self) -> dict[str, tuple[str, ...]]:
        """What the weights do not tell, by its name in `Untold`, with what it may be."""
        stack, questions = blueprint_of(self.config).stack, dict[str, tuple[str, ...]]()
        if stack.pooling != "attention":
            with_tokens = self.model.embed is not None  # an embedding is read in front of plain layers only
            questions["pooling"] = ("last", "every") if with_tokens else ("last", "mean", "every")
        if stack.cell == "rnn":
            questions["activation"] = ACTIVATIONS
        return questions


def read_foreign(data: bytes, untold: Untold | None = None) -> ForeignModel:
    """Build a model from the bytes of a safetensors or npz file with the names of PyTorch or Keras.

    Args:
        data: of the file.
        untold: what the weights do not tell.

    Raises:
        WeightsError: the file is something else, names are not known, shapes contradict each other, numbers are not
            finite, or the model is larger than what can be shown.
    """
    arrays, notes = held_once(read_arrays(data))
    untold = untold or Untold()
    framework: Framework = "torch" if is_torch(arrays) else "keras"
    if framework == "keras" and not is_keras(arrays):
        raise WeightsError(
            f"No recurrent layer was found among {listed(arrays)}. PyTorch names its weights `weight_ih_l0` and "
            "`weight_hh_l0`, Keras `kernel` and `recurrent_kernel`; save the whole model."
        )
    parts = placed(torch_parts(arrays) if framework == "torch" else keras_parts(arrays))
    _require_numbers(parts)
    config = _with_epsilon(_config_of(parts, untold), framework, arrays)
    model = build(config, parts)
    told = (*inferred(parts, framework), *notes, *parts.notes, *chosen(config, framework))
    return ForeignModel(model, framework, told)


def _require_numbers(parts: Placed) -> None:
    """Refuse models that read or answer nothing, or more than can be shown.

    Raises:
        WeightsError: it is one of those.
    """
    reads, answers = parts.layers[0].inputs, len(parts.head["weight"])
    known = 0 if parts.embedding is None else len(parts.embedding)
    if known > MAX_TOKENS_KNOWN:
        raise WeightsError(
            f"The embedding knows {known:,} tokens; up to {MAX_TOKENS_KNOWN:,} can be shown. Bring a model with fewer."
        )
    if not reads or not answers:
        raise WeightsError(
            f"The model reads {reads} numbers per step and gives {answers}. It must read and give at least 1."
        )
    if reads > MAX_INPUTS or answers > MAX_ANSWERS:
        raise WeightsError(
            f"The model reads {reads:,} and gives {answers:,} numbers per step; up to {MAX_INPUTS:,} and "
            f"{MAX_ANSWERS:,} can be shown. Bring a smaller one."
        )


def _config_of(parts: Placed, untold: Untold) -> Config:
    """Describe the model that was found.

    Raises:
        WeightsError: its parts cannot stand together here.
    """
    first, sizes = parts.layers[0], tuple(layer.units for layer in parts.layers)
    stack = StackConfig(
        cell=first.cell,
        input_size=first.inputs,
        sizes=sizes,
        output_size=len(parts.head["weight"]),
        bidirectional=len(first.ways) == 2,
        normalization=_normalization_of(parts),
        pooling="attention" if parts.attention else untold.pooling,
        bias="bias_ih" in first.first,
        activation=untold.activation,
    )
    if len(set(sizes)) == 1 and stack.normalization == "none" and stack.pooling in ("last", "every"):
        return _model_config(stack, parts.embedding)
    if parts.embedding is not None:
        raise WeightsError(
            "The file holds an embedding in front of layers of different sizes, or of a norm, mean or attention. An "
            "embedding is read in front of plain layers of one size. Leave it out, and feed the model numbers."
        )
    return stack


def _with_epsilon(config: Config, framework: Framework, arrays: Arrays) -> Config:
    """Say what norms add to the variance, which weights do not tell: it is what is usual in a framework.

    Args:
        config: as it was found.
        framework: whose layout the weights have.
        arrays: all that the file holds; where their names are those of code that was written here, they do tell.
    """
    if not isinstance(config, StackConfig) or config.normalization == "none":
        return config
    for epsilon in USUAL_EPSILON.values():
        written = replace(config, epsilon=epsilon)
        if {fact.name for fact in tensors_of(written, framework)} <= set(arrays):
            return written
    return replace(config, epsilon=USUAL_EPSILON[framework])


def _model_config(stack: StackConfig, embedding: np.ndarray | None) -> ModelConfig:
    """Describe layers of one size as a model that can be stepped.

    Raises:
        WeightsError: the embedding gives something else than the first layer reads.
    """
    config = ModelConfig(
        cell=stack.cell,
        input_size=stack.input_size,
        hidden_size=stack.sizes[0],
        num_layers=len(stack.sizes),
        output_size=stack.output_size,
        bidirectional=stack.bidirectional,
        bias=stack.bias,
        activation=stack.activation,
        reads="every" if stack.pooling == "every" else "last",
    )
    if embedding is None:
        return config
    require_shape(
        embedding, (None, stack.input_size), "embedding", f"a first layer that reads {stack.input_size} numbers"
    )
    try:
        return replace(config, embedding="learned", vocabulary_size=len(embedding))
    except SettingsError as error:
        raise WeightsError("The embedding knows no token at all. Bring one with at least one row.") from error


def _normalization_of(parts: Placed) -> Normalization:
    """Tell which norm stands behind each layer.

    Raises:
        WeightsError: not every layer has one, or they differ.
    """
    if not parts.norms:
        return "none"
    kinds = {"running_mean" in norm for norm in parts.norms}
    if len(parts.norms) != len(parts.layers) or len(kinds) > 1:
        raise WeightsError(
            f"The file holds {counted(len(parts.norms), 'norm')} for {counted(len(parts.layers), 'recurrent layer')}. "
            "Here each layer has one of the same kind behind it, or none has. Leave other norms out."
        )
    return "batch" if kinds == {True} else "layer"


def build(config: Config, parts: Placed) -> Model:
    """Make the model and put the weights into it.

    Raises:
        WeightsError: a tensor is missing or has another shape than its neighbours ask for.
    """
    model: Model = build_stack(config, 0) if isinstance(config, StackConfig) else build_model(config, 0)
    blueprint = blueprint_of(config)
    weights: Arrays = {}
    for part in parts_of(blueprint):
        if part.kind == "recurrent":
            here = parts.layers[part.layer].ways[part.direction]
        elif part.kind == "norm":
            here = parts.norms[part.layer]
        elif part.kind == "embedding":
            here = {} if parts.embedding is None else {"weight": parts.embedding}
        else:
            here = parts.head if part.kind == "head" else parts.attention.get(part.kind.removeprefix("attention_"), {})
        weights |= {part.torch.format(word): array for word, array in here.items()}
    _require_all(config, weights)
    load_weights(model, weights)
    return model.eval()


def _require_all(config: Config, weights: Arrays) -> None:
    """Refuse weights of which one is missing or does not fit.

    Raises:
        WeightsError: one is or does not.
    """
    for fact in tensors_of(config, "torch"):
        if fact.name not in weights:
            raise WeightsError(f"`{fact.name}` {fact.shape} is missing. Bring all weights of the model.")
        require_shape(weights[fact.name], fact.shape, fact.name, "the other weights of the file")

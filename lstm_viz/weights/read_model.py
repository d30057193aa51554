"""A model from elsewhere: what names and shapes of its weights reveal, and what has to be assumed."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from lstm_viz.anatomy.parts import Config, Framework, blueprint_of, parts_of, tensors_of
from lstm_viz.anatomy.weight_layouts import Arrays, Model, load_weights
from lstm_viz.errors import SettingsError, WeightsError
from lstm_viz.phrases import counted, written
from lstm_viz.recurrent.models import build_model, build_stack
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
)
from lstm_viz.settings import require_one_of
from lstm_viz.weights.framework_names import is_keras, is_torch, keras_parts, torch_parts
from lstm_viz.weights.model_parts import listed, require_shape, without_duplicates
from lstm_viz.weights.places import Placed, placed
from lstm_viz.weights.read_arrays import read_arrays

_MAX_INPUTS, _MAX_ANSWERS, _MAX_TOKENS_KNOWN = 4096, 4096, 100_000
_USUAL_EPSILON = {"torch": TORCH_EPSILON, "keras": KERAS_EPSILON}
_CELL_WORDS = {"lstm": "an LSTM: four gates per unit", "gru": "a GRU: three gates per unit", "rnn": "an RNN: no gates"}


def _inferred(parts: Placed, framework: str) -> list[str]:
    first = parts.layers[0]
    sizes = ", ".join(str(layer.units) for layer in parts.layers)
    ways = "in both directions" if len(first.ways) == 2 else "forward"
    names = "PyTorch" if framework == "torch" else "Keras"
    return [
        f"The weights have the layout of {names}.",
        f"It is {_CELL_WORDS[first.cell]}; {sizes} units, reading {ways}, {counted(first.inputs, 'number')} per step.",
        *([] if "bias_ih" in first.first else ["The recurrent layers have no biases."]),
    ]


def _assumed(config: Config, framework: str) -> list[str]:
    stack = blueprint_of(config).stack
    notes = []
    if stack.pooling != "attention":
        reads = {"last": "the last state", "mean": "the mean of all states", "every": "every state"}[stack.pooling]
        notes.append(f"The head is taken to read {reads}: weights do not tell.")
    if stack.pooling == "last" and stack.bidirectional:
        notes.append(
            "That is where each direction ends, backward at the first step, as in PyTorch's `h_n` and Keras' "
            "`Bidirectional`; where it reads `output[:, -1]`, choose every state: the last answer is that of the model."
        )
    if stack.cell == "rnn":
        notes.append(f"The activation is taken to be {stack.activation}: weights do not tell.")
    elif framework == "keras":
        notes.append("The activations are taken to be Keras' defaults, tanh and sigmoid: weights do not tell.")
    if stack.cell == "gru" and not stack.bias:
        notes.append("The reset gate acts behind U (Keras: `reset_after=True`): without biases weights do not tell.")
    if stack.normalization != "none":
        usual = "Keras" if stack.epsilon == KERAS_EPSILON else "PyTorch"
        notes.append(
            f"The norms are taken to add {written(stack.epsilon)} to the variance (epsilon), as in {usual} where nobody "
            "says otherwise: weights do not tell."
        )
    return notes


@dataclass(frozen=True)
class UnknownSettings:
    """What weights cannot reveal, and a person may know."""

    pooling: Pooling = "last"  # what the head reads; ignored where attention was found
    activation: Activation = "tanh"  # of an `rnn`

    def __post_init__(self) -> None:
        require_one_of("pooling", self.pooling, POOLINGS)
        require_one_of("activation", self.activation, ACTIVATIONS)


@dataclass(frozen=True, eq=False)
class ForeignModel:
    """A model with weights from elsewhere."""

    model: Model  # a `SequenceModel` for equal layers with nothing between them, else a `StackedModel`; in `eval` mode
    framework: str  # whose layout the weights had
    notes: tuple[str, ...]  # what was inferred and what was assumed, a sentence each

    @property
    def config(self) -> Config:
        """How the model is built."""
        return self.model.config

    @property
    def questions(self) -> dict[str, tuple[str, ...]]:
        """What the weights do not tell, by its name in `UnknownSettings`, with what it may be."""
        stack, questions = blueprint_of(self.config).stack, dict[str, tuple[str, ...]]()
        if stack.pooling != "attention":
            with_tokens = self.model.embed is not None  # an embedding is read in front of plain layers only
            questions["pooling"] = ("last", "every") if with_tokens else ("last", "mean", "every")
        if stack.cell == "rnn":
            questions["activation"] = ACTIVATIONS
        return questions


def read_foreign(data: bytes, unknown: UnknownSettings | None = None) -> ForeignModel:
    """Build a model from the bytes of a safetensors or npz file with the names of PyTorch or Keras.

    Raises:
        WeightsError: another file, unknown names, contradicting shapes, numbers that are not finite, or too large a model.
    """
    arrays, notes = without_duplicates(read_arrays(data))
    framework: Framework = "torch" if is_torch(arrays) else "keras"
    if framework == "keras" and not is_keras(arrays):
        raise WeightsError(
            f"No recurrent layer was found among {listed(arrays)}. PyTorch names its weights `weight_ih_l0` and "
            "`weight_hh_l0`, Keras `kernel` and `recurrent_kernel`; save the whole model."
        )
    parts = placed(torch_parts(arrays) if framework == "torch" else keras_parts(arrays))
    _require_numbers(parts)
    config = _with_epsilon(_config_of(parts, unknown or UnknownSettings()), framework, arrays)
    findings = (*_inferred(parts, framework), *notes, *parts.notes, *_assumed(config, framework))
    return ForeignModel(_build(config, parts), framework, findings)


def _require_numbers(parts: Placed) -> None:
    reads, answers = parts.layers[0].inputs, len(parts.head["weight"])
    known = 0 if parts.embedding is None else len(parts.embedding)
    if known > _MAX_TOKENS_KNOWN:
        raise WeightsError(
            f"The embedding knows {known:,} tokens; up to {_MAX_TOKENS_KNOWN:,} can be shown. Bring a model with fewer."
        )
    if not reads or not answers:
        raise WeightsError(
            f"The model reads {reads} numbers per step and gives {answers}. It must read and give at least 1."
        )
    if reads > _MAX_INPUTS or answers > _MAX_ANSWERS:
        raise WeightsError(
            f"The model reads {reads:,} and gives {answers:,} numbers per step; up to {_MAX_INPUTS:,} and "
            f"{_MAX_ANSWERS:,} can be shown. Bring a smaller one."
        )


def _config_of(parts: Placed, unknown: UnknownSettings) -> Config:
    """Describe the model that was found: one that can be stepped where all layers are of one size, else a stack."""
    first, sizes, norm = parts.layers[0], tuple(layer.units for layer in parts.layers), _normalization_of(parts)
    pooling: Pooling = "attention" if parts.attention else unknown.pooling
    common: dict[str, Any] = {
        "cell": first.cell,
        "input_size": first.inputs,
        "output_size": len(parts.head["weight"]),
        "bidirectional": len(first.ways) == 2,
        "bias": "bias_ih" in first.first,
        "activation": unknown.activation,
    }
    if len(set(sizes)) == 1 and norm == "none" and pooling in ("last", "every"):
        config = ModelConfig(**common, hidden_size=sizes[0], num_layers=len(sizes), reads=pooling)
        return _with_embedding(config, parts.embedding)
    if parts.embedding is not None:
        raise WeightsError(
            "The file holds an embedding in front of layers of different sizes, or of a norm, mean or attention. An "
            "embedding is read in front of plain layers of one size. Leave it out, and feed the model numbers."
        )
    return StackConfig(**common, sizes=sizes, normalization=norm, pooling=pooling)


def _with_epsilon(config: Config, framework: Framework, arrays: Arrays) -> Config:
    """Set the epsilon of the norms: that of the framework, unless the names are those of our generated code."""
    if not isinstance(config, StackConfig) or config.normalization == "none":
        return config
    for epsilon in _USUAL_EPSILON.values():
        generated = replace(config, epsilon=epsilon)
        if {fact.name for fact in tensors_of(generated, framework)} <= set(arrays):
            return generated
    return replace(config, epsilon=_USUAL_EPSILON[framework])


def _with_embedding(config: ModelConfig, embedding: np.ndarray | None) -> ModelConfig:
    if embedding is None:
        return config
    reads = config.input_size
    require_shape(embedding, (None, reads), "embedding", f"a first layer that reads {reads} numbers")
    try:
        return replace(config, embedding="learned", vocabulary_size=len(embedding))
    except SettingsError as error:
        raise WeightsError("The embedding knows no token at all. Bring one with at least one row.") from error


def _normalization_of(parts: Placed) -> Normalization:
    if not parts.norms:
        return "none"
    kinds = {"running_mean" in norm for norm in parts.norms}
    if len(parts.norms) != len(parts.layers) or len(kinds) > 1:
        raise WeightsError(
            f"The file holds {counted(len(parts.norms), 'norm')} for {counted(len(parts.layers), 'recurrent layer')}. "
            "Here each layer has one of the same kind behind it, or none has. Leave other norms out."
        )
    return "batch" if kinds == {True} else "layer"


def _build(config: Config, parts: Placed) -> Model:
    model: Model = build_stack(config, 0) if isinstance(config, StackConfig) else build_model(config, 0)
    plain = {"embedding": {} if parts.embedding is None else {"weight": parts.embedding}, "head": parts.head}
    plain |= {f"attention_{place}": tensors for place, tensors in parts.attention.items()}
    weights: Arrays = {}
    for part in parts_of(blueprint_of(config)):
        if part.kind == "recurrent":
            here = parts.layers[part.layer].ways[part.direction]
        else:
            here = parts.norms[part.layer] if part.kind == "norm" else plain.get(part.kind, {})
        weights |= {part.torch.format(word): array for word, array in here.items()}
    for fact in tensors_of(config, "torch"):
        if fact.name not in weights:
            raise WeightsError(f"`{fact.name}` {fact.shape} is missing. Bring all weights of the model.")
        require_shape(weights[fact.name], fact.shape, fact.name, "the other weights of the file")
    load_weights(model, weights)
    return model.eval()

"""Inputs and outputs of a layer in both frameworks, and which of them are the same numbers."""

from dataclasses import dataclass, replace
from functools import partial
from typing import Annotated

import torch
from torch import Tensor, nn

from lstm_viz.anatomy.parts import Blueprint, Config, Framework, blueprint_of, keras_layer, torch_module
from lstm_viz.anatomy.weight_layouts import Model, torch_weights
from lstm_viz.recurrent.initialization import RandomSource
from lstm_viz.recurrent.models import build_rnn
from lstm_viz.recurrent.specification import Cell, ModelConfig, Sizes, StackConfig
from lstm_viz.settings import Between, require_valid

_MAX_INPUTS, _MAX_ANSWERS, _MAX_STEPS, _MAX_BATCH = 1024, 1024, 1000, 512
_MOST_STEPS, _MOST_SEQUENCES = 100, 2
_ROUNDING = 1e-5  # two ways to the same number may round otherwise


@dataclass(frozen=True)
class Run:
    """What a layer is run on."""

    steps: int = 12  # length of the sequences, T
    batch: int | None = 4  # sequences at once, B; None for one without a batch axis (torch only)
    batch_first: bool = True  # torch's option; has no effect without a batch axis


@dataclass(frozen=True)
class Port:
    """One input or output."""

    framework: Framework
    module: str  # the module or layer that has it, as in the generated code
    name: str  # as in the framework's documentation
    shape: tuple[int, ...]  # in numbers
    symbols: tuple[str, ...]
    meaning: str  # one sentence
    goes_in: bool = False  # an input; otherwise an output


@dataclass(frozen=True)
class _Comparison:
    """Two expressions over what a torch module gives, and whether they are the same numbers."""

    left: str  # Python over `output`, `h_n`, `torch` and `u`
    right: str  # likewise
    same: bool  # whether both are equal for all weights and inputs
    meaning: str  # one sentence


def torch_ports(config: Config, run: Run) -> tuple[Port, ...]:
    """List what goes into and comes out of each torch module; `h_0` and `c_0` are zeros where they are left out."""
    blueprint = blueprint_of(config)
    if blueprint.one_module:
        return tuple(_module_ports(blueprint, 0, config.num_layers, run))
    return tuple(port for layer in range(config.num_layers) for port in _module_ports(blueprint, layer, 1, run))


def _module_ports(blueprint: Blueprint, layer: int, layers: int, run: Run) -> list[Port]:
    """List the ports of the torch module whose first layer is `layer` and that holds `layers` of them."""
    stack, units = blueprint.stack, blueprint.stack.sizes[layer]
    port = partial(Port, "torch", torch_module(blueprint, layer))
    read = _sequence_shape(run, stack.widths[layer], "i")
    given = _sequence_shape(run, stack.widths[layer + 1], "2u" if stack.bidirectional else "u")
    batch, letters = ((), ()) if run.batch is None else ((run.batch,), ("B",))
    state = (layers * stack.directions, *batch, units), ("D·L", *letters, "u")  # whatever `batch_first` says
    states = {"h": "hidden", "c": "cell"} if stack.cell == "lstm" else {"h": "hidden"}
    before = "The {} state before the first step of each layer and direction; zeros where left out."
    after = "The {} state of each layer and direction after the last step that it read."
    memory = {"c": " It is the memory itself, and no gate's value."}
    both = " Forward and backward stand side by side." if stack.bidirectional else ""
    return [
        port("input", *read, "What the layer reads, step by step.", goes_in=True),
        *(port(f"{name}_0", *state, before.format(word), goes_in=True) for name, word in states.items()),
        port("output", *given, f"The hidden state of the last layer at every step.{both}"),
        *(port(f"{name}_n", *state, after.format(word) + memory.get(name, "")) for name, word in states.items()),
    ]


def _sequence_shape(run: Run, width: int, symbol: str) -> tuple[tuple[int, ...], tuple[str, ...]]:
    if run.batch is None:
        return (run.steps, width), ("T", symbol)
    if run.batch_first:
        return (run.batch, run.steps, width), ("B", "T", symbol)
    return (run.steps, run.batch, width), ("T", "B", symbol)


def keras_ports(config: Config, run: Run) -> tuple[Port, ...]:
    """List the inputs and outputs of each Keras layer; the batch comes first, and one sequence is a batch of one."""
    blueprint = blueprint_of(config)
    return tuple(port for layer in range(config.num_layers) for port in _keras_layer_ports(blueprint, layer, run))


def _keras_layer_ports(blueprint: Blueprint, layer: int, run: Run) -> list[Port]:
    stack, batch, steps = blueprint.stack, run.batch or 1, run.steps
    reads, gives = stack.widths[layer : layer + 2]
    module = f"bidirectional_{layer + 1}" if stack.bidirectional else keras_layer(stack.cell, layer)
    port, outer = partial(Port, "keras", module), "2u" if stack.bidirectional else "u"
    both = ", forward and backward side by side, and not the last step of `output`" if stack.bidirectional else ""
    last = f"The hidden state after the last step: PyTorch's `h_n` of this layer{both}."
    every = "The hidden state at every step: PyTorch's `output`."
    state = "With `return_state=True`, behind the first result: PyTorch's `{}_n` of this layer."
    return [
        port("sequences", (batch, steps, reads), ("B", "T", "i"), "What the layer reads.", goes_in=True),
        port("return_sequences=False", (batch, gives), ("B", outer), last),
        port("return_sequences=True", (batch, steps, gives), ("B", "T", outer), every),
        *(
            port(f"return_state=True: {way}{name}", (batch, stack.sizes[layer]), ("B", "u"), state.format(name))
            for way in (("forward ", "backward ") if stack.bidirectional else ("",))
            for name in ("hc" if stack.cell == "lstm" else "h")
        ),
    ]


def comparisons(config: Config, run: Run) -> tuple[_Comparison, ...]:
    """List which results of the last torch module are the same numbers, and which only look so."""
    stack = blueprint_of(config).stack
    at = ":, {}" if run.batch is not None and run.batch_first else "{}"
    last, first = at.format(-1), at.format(0)
    if not stack.bidirectional:
        return (_Comparison(f"output[{last}]", "h_n[-1]", True, "The last `output` is the last layer's `h_n`."),)
    backward = "Backward ends at the first step, since it reads from the end."
    whole = "The last `output` is not `h_n`: its backward half has read one step only."
    return (
        _Comparison(f"output[{last}][..., :u]", "h_n[-2]", True, "Forward ends at the last step."),
        _Comparison(f"output[{first}][..., u:]", "h_n[-1]", True, backward),
        _Comparison(f"output[{last}]", "torch.cat([h_n[-2], h_n[-1]], dim=-1)", False, whole),
    )


@dataclass(frozen=True)
class LayerRequest:
    """Layers and a run of them, at first the classic: 28 rows of 28 pixels, ten digits."""

    cell: Cell = "lstm"
    input_size: Annotated[int, Between(1, _MAX_INPUTS)] = 28  # numbers that the first layer reads per step
    sizes: Sizes = (75,)  # units of each layer, from the input on
    output_size: Annotated[int, Between(1, _MAX_ANSWERS)] = 10  # outputs of the linear layer
    bidirectional: bool = False
    bias: bool = True  # whether the recurrent layers add biases
    batch_first: bool = True  # PyTorch's option
    batch: Annotated[int, Between(0, _MAX_BATCH)] = 50  # sequences at once; 0 is one sequence without a batch axis
    steps: Annotated[int, Between(1, _MAX_STEPS)] = 28  # length of the sequences

    def __post_init__(self) -> None:
        require_valid(self)
        _ = self.config

    @property
    def config(self) -> StackConfig:
        """How the model is built."""
        return StackConfig(
            self.cell, self.input_size, self.sizes, self.output_size, bidirectional=self.bidirectional, bias=self.bias
        )

    @property
    def run(self) -> Run:
        """What it is run on."""
        return Run(self.steps, self.batch or None, self.batch_first)


@dataclass(frozen=True)
class Agreement:
    """A comparison, and by how much its two sides differ at most."""

    comparison: _Comparison
    difference: float  # the largest between any two numbers

    @property
    def holds(self) -> bool:
        """Whether the numbers say what is claimed."""
        return (self.difference <= _ROUNDING) is self.comparison.same


def last_module(model: Model, batch_first: bool) -> nn.RNNBase:
    """Build the last torch module of the generated code with the model's weights."""
    blueprint = blueprint_of(model.config)
    stack, last = blueprint.stack, blueprint.stack.num_layers - 1
    layers, width = (last + 1, stack.input_size) if blueprint.one_module else (1, stack.widths[last])
    options = {name: getattr(stack, name) for name in ("bidirectional", "bias", "activation")}
    config = ModelConfig(stack.cell, width, stack.sizes[last], layers, **options)
    with RandomSource(0):  # replaced by the model's weights
        module = build_rnn(config)
    module.batch_first = batch_first
    name, weights = f"{torch_module(blueprint, last)}.", torch_weights(model)
    own = {key.removeprefix(name): torch.from_numpy(value) for key, value in weights.items() if key.startswith(name)}
    module.load_state_dict(own)
    return module.eval()


@torch.inference_mode()
def run_module(module: nn.RNNBase, run: Run) -> tuple[Tensor, Tensor]:
    """Let a module read random numbers; return `output` and `h_n`."""
    shape, _ = _sequence_shape(run, module.input_size, "i")
    output, state = module(torch.randn(shape, generator=torch.Generator().manual_seed(0)))
    return output, state[0] if isinstance(state, tuple) else state


def small(run: Run) -> Run:
    """Return a quick run of the same kind: what equals what depends on neither length nor batch."""
    return replace(run, steps=min(run.steps, _MOST_STEPS), batch=run.batch and min(run.batch, _MOST_SEQUENCES))


def agreements(model: Model, run: Run) -> tuple[Agreement, ...]:
    """Run the last torch module of a model, and measure what is the same among its results."""
    module = last_module(model, run.batch_first)
    output, h_n = run_module(module, small(run))
    results = {"output": output, "h_n": h_n, "torch": torch, "u": module.hidden_size}
    measured = []
    for claim in comparisons(model.config, run):
        left, right = (eval(side, results) for side in (claim.left, claim.right))  # written in `comparisons`, by us
        measured.append(Agreement(claim, float((left - right).abs().max())))
    return tuple(measured)

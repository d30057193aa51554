"""What goes into a recurrent layer and what comes out, with shapes: `output, (h_n, c_n)` and what Keras calls them."""

from dataclasses import dataclass
from functools import partial

from lstm_viz.anatomy.blueprint import Blueprint, Config, Framework, blueprint_of, keras_layer, torch_module


@dataclass(frozen=True)
class Run:
    """Say what a layer is run on.

    Args:
        steps: length of the sequences, T.
        batch: sequences at once, B; None for one sequence without a batch axis, which torch takes and Keras does not.
        batch_first: torch's option; an unbatched sequence has no batch axis to put first.
    """

    steps: int = 12
    batch: int | None = 4
    batch_first: bool = True


@dataclass(frozen=True)
class Port:
    """One thing that goes in or comes out.

    Args:
        framework: `torch` or `keras`.
        module: the module or layer that has it, as in the generated code.
        name: as the framework's documents call it.
        shape: in numbers, and `symbols` in letters.
        meaning: one sentence.
        goes_in: whether it is read; otherwise it is given.
    """

    framework: Framework
    module: str
    name: str
    shape: tuple[int, ...]
    symbols: tuple[str, ...]
    meaning: str
    goes_in: bool = False


@dataclass(frozen=True)
class Comparison:
    """Two expressions over what a torch module gives, and whether they are the same numbers.

    Args:
        left, right: Python over `output`, `h_n`, `torch` and `u`.
        same: whether they are equal for all weights and inputs.
        meaning: one sentence.
    """

    left: str
    right: str
    same: bool
    meaning: str


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
    state = _state_shape(run, layers * stack.directions, units)
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


def _state_shape(run: Run, layers: int, units: int) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """Give the shape of `h_n` in numbers and letters: layers and directions come first, whatever `batch_first` says."""
    if run.batch is None:
        return (layers, units), ("D·L", "u")
    return (layers, run.batch, units), ("D·L", "B", "u")


def keras_ports(config: Config, run: Run) -> tuple[Port, ...]:
    """List what goes into each Keras layer and what it gives by its options.

    Keras always has the batch first; one sequence alone is a batch of one.
    """
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


def comparisons(config: Config, run: Run) -> tuple[Comparison, ...]:
    """Say which results of the last torch module are the same numbers, and which only look so."""
    stack = blueprint_of(config).stack
    at = ":, {}" if run.batch is not None and run.batch_first else "{}"
    last, first = at.format(-1), at.format(0)
    if not stack.bidirectional:
        return (Comparison(f"output[{last}]", "h_n[-1]", True, "The last `output` is the last layer's `h_n`."),)
    return (
        Comparison(f"output[{last}][..., :u]", "h_n[-2]", True, "Forward ends at the last step."),
        Comparison(
            f"output[{first}][..., u:]",
            "h_n[-1]",
            True,
            "Backward ends at the first step, since it reads from the end.",
        ),
        Comparison(
            f"output[{last}]",
            "torch.cat([h_n[-2], h_n[-1]], dim=-1)",
            False,
            "The last `output` is not `h_n`: its backward half has read one step only.",
        ),
    )

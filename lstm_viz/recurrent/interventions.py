"""What if: the same model over the same sequence, with a hand in the machine.

A changed run is computed step by step with the plain cells of `cells.py`, since each change has to reach everything after
it. What is held is held before anything else of its step uses it. A held state, or an ablated unit, no longer equals what
the gates make of it; the ledger of such a step says what the gates did, and the state what it was held at.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from lstm_viz.errors import SettingsError
from lstm_viz.recurrent.cells import Edit, State, Values, run
from lstm_viz.recurrent.layers import CELL_CLASSES, DIRECTIONS, Direction, Layer, LayeredModel
from lstm_viz.recurrent.specification import Cell, ModelConfig, StackConfig
from lstm_viz.recurrent.trace import Arrays, LayerTrace, Trace, biases_of, reading_order
from lstm_viz.settings import require_one_of

EVERY_UNIT: tuple[int, ...] = ()
MAX_VALUE = 100.0


@dataclass(frozen=True)
class Hold:
    """Hold a gate, the candidate or a state at a value."""

    name: str  # what is held: `forget_gate`, `candidate`, `cell_state`, …
    value: float  # at which it is held: a gate 0 (shut) … 1 (open)
    units: tuple[int, ...] = EVERY_UNIT  # which units, counted from 0; empty means all
    first: int = 0  # the first and the last step, both included, counted from 0
    last: int | None = None  # None: to the end
    layer: int = 0
    direction: Direction = "forward"

    def covers(self, step: int) -> bool:
        """Return whether it acts at a step."""
        return self.first <= step <= (step if self.last is None else self.last)


@dataclass(frozen=True)
class Ablate:
    """Silence a unit: its states are 0 at every step."""

    unit: int
    layer: int = 0
    direction: Direction = "forward"


@dataclass(frozen=True)
class Replace:
    """Let the model read another token at a step."""

    step: int
    token: int


@dataclass(frozen=True)
class Start:
    """Let a state of a unit start at another value than 0."""

    name: str
    unit: int
    value: float
    layer: int = 0
    direction: Direction = "forward"


Intervention = Hold | Ablate | Replace | Start


@torch.no_grad()
def intervene(
    model: LayeredModel, sequence: np.ndarray | Sequence[int], interventions: Sequence[Intervention]
) -> Trace:
    """Run a model over a sequence with changes; `difference` is NaN, as torch's own layers cannot be changed like this.

    Args:
        sequence: as for `trace_model`, without the changes.
        interventions: all act at once; where two hold the same thing, the later one wins.

    Raises:
        SettingsError: an intervention names a unit, a step, a layer or a value that is not there.
    """
    for change in interventions:
        check(change, model, len(sequence))
    sequence = replace_tokens(model, sequence, [change for change in interventions if isinstance(change, Replace)])
    inputs = below = model.embedded(sequence)
    layers: list[LayerTrace] = []
    for number in range(model.config.num_layers):
        traced = [_run_layer(layer, below, interventions) for layer in model.layers_at(number)]
        layers += traced
        hidden_states = [torch.from_numpy(layer["hidden_state"].copy()) for layer in traced]
        below = model.hand_on(number, torch.cat(hidden_states, dim=1))
    return Trace(tuple(layers), model.answers(inputs, below).numpy(), math.nan)


def replace_tokens(
    model: LayeredModel, sequence: np.ndarray | Sequence[int], replacements: Sequence[Replace]
) -> np.ndarray:
    """Give the sequence with other tokens, (T,) or (T, I); where two replace the same one, the later wins.

    Raises:
        SettingsError: a step or a token is not there, or the model reads numbers.
    """
    sequence = np.array(sequence)
    for change in replacements:
        check(change, model, len(sequence))
        sequence[change.step] = change.token
    return sequence


def _run_layer(layer: Layer, inputs_TI: Tensor, interventions: Sequence[Intervention]) -> LayerTrace:
    place = (layer.number, layer.direction)  # another token reaches all layers by itself
    here = [one for one in interventions if not isinstance(one, Replace) and (one.layer, one.direction) == place]
    order, steps, start = reading_order(layer), len(inputs_TI), _start_state(layer, here)

    def edit_at(read: int) -> Edit:
        return _edit_of(here, steps - 1 - read if layer.direction == "backward" else read)

    activations = _stack(run(layer.as_cell(), order(inputs_TI), start, edit_at), start, order)
    return LayerTrace(layer.cell, layer.number, layer.direction, inputs_TI.numpy(), activations, biases_of(layer))


def _start_state(layer: Layer, changes: Sequence[Intervention]) -> State:
    """Give the states before the first step, zeros but for what a `Start` says."""
    state = {name: layer.U.new_zeros(layer.hidden_size) for name in layer.states}
    for change in changes:
        if isinstance(change, Start):
            state[change.name][change.unit] = change.value
    for values in state.values():
        values[_silent_units(changes)] = 0.0
    return state


def _silent_units(changes: Sequence[Intervention]) -> list[int]:
    """List the ablated units; ablation wins over whatever else holds a state of theirs."""
    return [change.unit for change in changes if isinstance(change, Ablate)]


def _edit_of(changes: Sequence[Intervention], step: int) -> Edit:
    holds = [change for change in changes if isinstance(change, Hold) and change.covers(step)]
    silent = _silent_units(changes)

    def edit(name: str, value: Tensor) -> Tensor:
        held = [hold for hold in holds if hold.name == name]
        if not held and not (silent and name.endswith("_state")):
            return value
        value = value.clone()
        for hold in held:
            value[list(hold.units) if hold.units else slice(None)] = hold.value
        if name.endswith("_state"):
            value[silent] = 0.0
        return value

    return edit


def _stack(values: Sequence[Values], start: State, order: Callable[[Tensor], Tensor]) -> Arrays:
    """Lay the values of all steps out by name, (T, H), in the order of the sequence."""
    whole = {name: torch.stack([step[name] for step in values]) for name in values[0]}
    for name, first in start.items():
        whole[f"{name}_prev"] = torch.cat([first[None], whole[name][:-1]])
    return {name: order(steps).numpy() for name, steps in whole.items()}


def can_be_held(cell: Cell) -> tuple[str, ...]:
    """Name what a cell has that can be held."""
    return (*CELL_CLASSES[cell].gates, *CELL_CLASSES[cell].states)


def check(change: Intervention, model: LayeredModel, steps: int) -> None:
    """Refuse an intervention that points nowhere.

    Raises:
        SettingsError: it names a unit, a step, a layer or a value that is not there.
    """
    config = model.config
    if isinstance(change, Replace):
        if model.embed is None:
            raise SettingsError("A token cannot be replaced: this model reads numbers.")
        _require_place("step", change.step, steps)
        _require_place("token", change.token, model.embed.num_embeddings)
        return
    if not model.answers_from_states:
        raise SettingsError(
            "Nothing can be held or silenced in this network: it reads from both ends, so its answer after a step is that "
            "to the beginning alone, read anew, and does not follow from the states shown. Change one that reads forward."
        )
    _require_place("layer", change.layer, config.num_layers)
    require_one_of("direction", change.direction, DIRECTIONS)
    if change.direction == "backward" and not config.bidirectional:
        raise SettingsError("`direction` (=backward) does not exist: this model reads forward only.")
    units = change.units if isinstance(change, Hold) else (change.unit,)
    for unit in units:
        _require_place("unit", unit, config.sizes[change.layer])
    if isinstance(change, Ablate):
        return
    what, verb = ("held", "is held at") if isinstance(change, Hold) else ("given a start", "starts with")
    names = can_be_held(config.cell) if isinstance(change, Hold) else CELL_CLASSES[config.cell].states
    if change.name not in names:
        raise SettingsError(
            f"`{change.name}` cannot be {what} in this {config.cell.upper()}. Use one of {', '.join(names)}."
        )
    least, most = range_of(change.name, config) if isinstance(change, Hold) else (-MAX_VALUE, MAX_VALUE)
    if not least <= change.value <= most:  # a NaN fails this too
        label = change.name.replace("_", " ")
        raise SettingsError(f"A {label} {verb} a number from {least:g} to {most:g}, not {change.value:g}.")
    if isinstance(change, Hold):
        last = steps - 1 if change.last is None else change.last
        _require_place("step", change.first, steps)
        _require_place("step", last, steps)
        if last < change.first:
            raise SettingsError(f"`first` (={change.first}) must not come after `last` (={last}).")


def range_of(name: str, config: ModelConfig | StackConfig) -> tuple[float, float]:
    """Give the values that something inside a cell can take; where nothing bounds it, what can still be drawn."""
    if name.endswith("_gate"):
        return 0.0, 1.0
    if name == "cell_state":
        return -MAX_VALUE, MAX_VALUE
    return (0.0, MAX_VALUE) if config.cell == "rnn" and config.activation == "relu" else (-1.0, 1.0)


def _require_place(name: str, value: int, size: int) -> None:
    """Refuse a place outside 0 … size − 1."""
    if not 0 <= value < size:
        raise SettingsError(f"There is no {name} {value + 1}: there are {size}.")

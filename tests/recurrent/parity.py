"""How far the trace is from torch, and from the plain cells: `python -m tests.recurrent.parity`.

The trace takes its hidden states from torch and recomputes all the rest. So it is not the hidden states it stores that are
compared, but those that follow from its gates; its scanned cell state with torch's `c_n`; its outputs with `model(…)`; and
every activation by name with a run of the plain cells, which take nothing from torch but the weights.

Differences are relative to the largest state of the run where that is above 1: a ReLU has no ceiling, and a cell state can
grow with the length of the sequence, so that one float32 rounding of it is more than 1e-6.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import product

import numpy as np
import torch
from torch import Tensor, nn

from lstm_viz.recurrent import cells, trace
from lstm_viz.recurrent.layers import Layer
from lstm_viz.recurrent.models import SequenceModel, StackedModel, build_model
from lstm_viz.recurrent.specification import ModelConfig

TOLERANCE = {torch.float32: 1e-6, torch.float64: 1e-12}
RECURRENCES = (("lstm", "tanh"), ("gru", "tanh"), ("rnn", "tanh"), ("rnn", "relu"))
Differences = dict[str, float]


def random_model(config: ModelConfig, seed: int, dtype: torch.dtype) -> SequenceModel:
    return build_model(config, seed).to(dtype).eval()


def random_inputs(steps: int, size: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(steps, size))


def assert_parity(model: SequenceModel, sequence: np.ndarray) -> None:
    dtype = model.head.weight.dtype
    found = differences(model, sequence)
    if dtype == torch.float64:
        found |= differences_to_plain_cells(model, sequence)
    too_far = {name: difference for name, difference in found.items() if not difference <= TOLERANCE[dtype]}
    assert not too_far, too_far


@torch.no_grad()
def differences(model: SequenceModel, sequence: np.ndarray) -> Differences:
    """Compare the trace with torch's own modules: every hidden state of every layer, last states, outputs."""
    traced = trace.trace_model(model, sequence)
    inputs = torch.as_tensor(sequence, dtype=model.head.weight.dtype)[None]
    found: Differences = {}
    for layer in traced.layers:
        shown = trace.shown_hidden_state(layer)
        rnn = lowest_layers(model.rnn, layer.layer + 1)
        hidden_states, last = rnn(inputs)
        mine = half(hidden_states[0], layer.direction, layer.hidden_size)
        end = -1 if layer.direction == "forward" else 0
        place = 2 * layer.layer + (layer.direction == "backward") if rnn.bidirectional else layer.layer
        last_hidden, *last_cell = [state[place, 0] for state in (last if isinstance(last, tuple) else (last,))]
        keep_worst(found, "hidden_state", shown, mine)
        keep_worst(found, "stored_hidden_state", layer["hidden_state"], mine)
        keep_worst(found, "last_hidden_state", shown[end], last_hidden)
        for torchs in last_cell:
            keep_worst(found, "last_cell_state", layer["cell_state"][end], torchs)
    answer = model(inputs)[0]
    mine = torch.from_numpy(traced.outputs)
    keep_worst(found, "outputs", mine if model.config.reads == "every" else mine[-1], answer)
    return found


@torch.no_grad()
def differences_to_plain_cells(model: SequenceModel | StackedModel, sequence: np.ndarray) -> Differences:
    """Compare every activation with a run of the plain cells, with torch's own norms between the layers of a stack."""
    found: Differences = {}
    below = torch.as_tensor(sequence, dtype=model.head.weight.dtype)
    traced = iter(trace.trace_model(model, sequence).layers)
    norms = model.norms if isinstance(model, StackedModel) else None
    for number in range(model.config.num_layers):
        plain = [run_plain(layer, below) for layer in model.layers_at(number)]
        for activations in plain:
            mine = next(traced).activations
            assert set(mine) == set(activations), set(mine) ^ set(activations)
            for name, values in activations.items():
                keep_worst(found, name, mine[name], values)
        below = torch.cat([activations["hidden_state"] for activations in plain], dim=1)
        below = below if norms is None else norms[number](below)
    assert next(traced, None) is None
    return found


def run_plain(layer: Layer, inputs_TI: Tensor) -> dict[str, Tensor]:
    """Read a sequence with the plain cell of a layer; by name, (T, H), in the order of the sequence."""
    backward = layer.direction == "backward"
    zero = inputs_TI.new_zeros(layer.hidden_size)
    start = dict.fromkeys(layer.states, zero)
    steps = cells.run(layer.as_cell(), inputs_TI.flip(0) if backward else inputs_TI, start)
    for before, now in zip([start, *steps], steps, strict=False):
        now |= {f"{name}_prev": before[name] for name in layer.states}
    return {name: torch.stack([step[name] for step in steps[:: -1 if backward else 1]]) for name in steps[0]}


def lowest_layers(rnn: nn.RNNBase, count: int) -> nn.RNNBase:
    """A torch module of the first layers of another: what it gives are the hidden states of the last of them."""
    options = {"nonlinearity": rnn.nonlinearity} if isinstance(rnn, nn.RNN) else {}
    stack = type(rnn)(
        rnn.input_size,
        rnn.hidden_size,
        count,
        bias=rnn.bias,
        batch_first=True,
        bidirectional=rnn.bidirectional,
        dtype=rnn.weight_hh_l0.dtype,
        **options,
    )
    theirs = rnn.state_dict()
    stack.load_state_dict({name: theirs[name] for name in stack.state_dict()})
    return stack


def half(hidden_states_TH: Tensor, direction: str, size: int) -> Tensor:
    return hidden_states_TH[:, :size] if direction == "forward" else hidden_states_TH[:, size:]


def keep_worst(found: Differences, name: str, mine: np.ndarray | Tensor, oracle: Tensor) -> None:
    mine = torch.from_numpy(mine.copy()) if isinstance(mine, np.ndarray) else mine
    assert mine.shape == oracle.shape, (name, mine.shape, oracle.shape)
    difference = float((mine - oracle).abs().max()) / max(1.0, float(oracle.abs().max()))
    found[name] = max(found.get(name, 0.0), difference)


def big_grid() -> Iterator[tuple[ModelConfig, int]]:
    """Models and lengths of every kind, far beyond what a property test can afford."""
    for (cell, activation), layers, both, bias, hidden, steps in product(
        RECURRENCES, (1, 2, 3), (False, True), (True, False), (1, 8, 32, 128), (1, 2, 40, 500)
    ):
        config = ModelConfig(
            cell, 3, hidden, layers, output_size=4, bidirectional=both, bias=bias, activation=activation
        )
        yield replace(config, reads="every" if (layers + both + bias) % 2 else "last"), steps


def worst_over(grid: Iterable[tuple[ModelConfig, int]]) -> dict[tuple[str, str], Differences]:
    """Keep the largest difference of each kind, by recurrence and precision."""
    worst: dict[tuple[str, str], Differences] = {}
    for seed, (config, steps) in enumerate(grid):
        inputs = random_inputs(steps, config.input_size, seed)
        for dtype in TOLERANCE:
            model = random_model(config, seed, dtype)
            found = differences(model, inputs)
            if dtype == torch.float64 and steps <= 40:
                found["any_activation_to_plain_cells"] = max(differences_to_plain_cells(model, inputs).values())
            kept = worst.setdefault((f"{config.cell} {config.activation}", str(dtype)), {})
            kept |= {name: max(value, kept.get(name, 0.0)) for name, value in found.items()}
    return worst


def main() -> None:
    """Print the worst differences over the grid, a line per recurrence and precision."""
    torch.set_num_threads(1)
    for (recurrence, dtype), found in worst_over(big_grid()).items():
        print(json.dumps({"recurrence": recurrence, "dtype": dtype, "worst": max(found.values()), **found}))


if __name__ == "__main__":
    main()

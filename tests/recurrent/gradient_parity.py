"""How far our gradients are from autograd and from finite differences: `python -m tests.recurrent.gradient_parity`.

Autograd runs through a loop of the plain cells, with every state and pre-activation a node whose gradient is asked for. The
finite differences share nothing with either: they move one state at one step and run the rest again.

Differences to autograd are relative to the largest gradient of the same step, so that a vanished one is held to the same
number of digits.
"""

import json
from collections.abc import Callable, Iterator
from itertools import product

import numpy as np
import torch
from torch import Tensor

from lstm_viz.recurrent.cells import Values
from lstm_viz.recurrent.gradients import LayerGradient, gradients_of, in_double, trace_in_double, two_roads, upstream_of
from lstm_viz.recurrent.layers import layers_of
from lstm_viz.recurrent.models import SequenceModel, build_model
from lstm_viz.recurrent.specification import ModelConfig
from tests.recurrent.parity import RECURRENCES

Loss = Callable[[Tensor], Tensor]
AUTOGRAD, FINITE = 1e-10, 1e-6
LOSSES = ("last", "every")


def weighted(where: str, steps: int, outputs: int) -> Loss:
    """A loss that bends, on the last answer or on every one."""
    weights = torch.tensor(np.random.default_rng(steps).normal(size=(steps, outputs)))
    if where == "last":
        weights[:-1] = 0
    return lambda answers: (weights * answers).sum() + 0.1 * (weights * answers**2).sum()


def model_and_inputs(config: ModelConfig, steps: int, seed: int = 0) -> tuple[SequenceModel, np.ndarray]:
    model = in_double(build_model(config, seed))
    return model, np.random.default_rng(seed).normal(size=(steps, config.input_size))


def gradients(model: SequenceModel, inputs: np.ndarray, loss: Loss) -> tuple[LayerGradient, ...]:
    trace = trace_in_double(model, inputs)
    return gradients_of([model], [trace], upstream_of(model, trace, loss)[None])


def unrolled(model: SequenceModel, inputs_TI: Tensor, nudge: dict[tuple[int, str, int], Tensor] | None = None):
    """Run the stack by the plain cells, step by step; `nudge` adds to a state of a layer at a step."""
    below, taken = inputs_TI, []
    for place, layer in enumerate(layers_of(model.rnn)):
        cell = layer.as_cell()
        state = {name: below.new_zeros(layer.hidden_size) for name in cell.states}
        steps: list[Values] = []
        for t, x in enumerate(below):

            def edit(name: str, value: Tensor, t: int = t, place: int = place) -> Tensor:
                moved = (nudge or {}).get((place, name, t))
                return value if moved is None else value + moved

            steps.append(cell.step(x, state, edit))
            state = {name: steps[-1][name] for name in cell.states}
        taken.append(steps)
        below = torch.stack([step["hidden_state"] for step in steps])
    return taken, below


def difference_to_autograd(model: SequenceModel, inputs: np.ndarray, loss: Loss) -> float:
    found = gradients(model, inputs, loss)
    x = torch.tensor(inputs, requires_grad=True)
    taken, top = unrolled(model, x)
    value = loss(model.head(top))
    worst = 0.0
    for gradient, steps in zip(found, taken, strict=True):
        names = [name.removesuffix("_grad") for name in gradient.values if name.endswith("_grad")]
        for name in names:
            nodes = [step[name] for step in steps]
            by_autograd = torch.autograd.grad(
                value, nodes, retain_graph=True, allow_unused=True, materialize_grads=True
            )
            worst = max(worst, by_step(gradient[f"{name}_grad"][0], torch.stack(by_autograd).numpy()))
    (by_input,) = torch.autograd.grad(value, x)
    return max(worst, by_step(found[0].inputs[0], by_input.numpy()))


def difference_to_finite(model: SequenceModel, inputs: np.ndarray, loss: Loss, epsilon: float = 1e-5) -> float:
    """Compare dL/dh_t and dL/dc_t at the first, a middle and the last step."""
    worst = 0.0
    for place, gradient in enumerate(gradients(model, inputs, loss)):
        for name in ("hidden_state", "cell_state"):
            if f"{name}_grad" not in gradient.values:
                continue
            exact = gradient[f"{name}_grad"][0]
            for t in {0, len(inputs) // 2, len(inputs) - 1}:
                for unit in (0, exact.shape[1] - 1):
                    sides = []
                    for sign in (1, -1):
                        moved = torch.zeros(exact.shape[1], dtype=torch.float64)
                        moved[unit] = sign * epsilon
                        with torch.no_grad():
                            _, top = unrolled(model, torch.tensor(inputs), {(place, name, t): moved})
                            sides.append(float(loss(model.head(top))))
                    slope = (sides[0] - sides[1]) / (2 * epsilon)
                    worst = max(worst, abs(slope - exact[t, unit]) / max(1.0, float(np.abs(exact).max())))
    return worst


def roads_apart(model: SequenceModel, inputs: np.ndarray, loss: Loss) -> float:
    """How far the two roads are from adding up to the whole."""
    worst = 0.0
    for gradient in gradients(model, inputs, loss):
        roads = two_roads(gradient)
        worst = max(worst, relative(roads.direct + roads.gated, gradient[gradient.memory]))
    return worst


def relative(found: np.ndarray, expected: np.ndarray) -> float:
    return float(np.abs(found - expected).max() / max(float(np.abs(expected).max()), 1e-300))


def by_step(found: np.ndarray, expected: np.ndarray) -> float:
    """Give the largest difference of any step, relative to the largest number of that step."""
    largest = np.maximum(np.abs(expected).max(axis=1), 1e-300)
    return float((np.abs(found - expected).max(axis=1) / largest).max())


def measure() -> Iterator[dict[str, object]]:
    """One line per cell, layers and place of the loss; the worst over sizes and lengths."""
    for (cell, activation), layers, where in product(RECURRENCES, (1, 2, 3), LOSSES):
        worst = {"autograd": 0.0, "finite_differences": 0.0, "roads": 0.0}
        for hidden_size, steps in ((1, 1), (3, 7), (8, 40), (32, 100)):
            config = ModelConfig(
                cell, 4, hidden_size, layers, output_size=3, activation=activation, forget_bias=1.0, reads="every"
            )
            model, inputs = model_and_inputs(config, steps)
            loss = weighted(where, steps, 3)
            worst["autograd"] = max(worst["autograd"], difference_to_autograd(model, inputs, loss))
            worst["finite_differences"] = max(worst["finite_differences"], difference_to_finite(model, inputs, loss))
            worst["roads"] = max(worst["roads"], roads_apart(model, inputs, loss))
        yield {"cell": cell, "activation": activation, "layers": layers, "loss": where, **worst}


if __name__ == "__main__":
    torch.set_num_threads(1)
    for line in measure():
        print(json.dumps(line))

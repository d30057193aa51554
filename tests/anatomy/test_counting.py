"""Counts: formulas come to what they say, and to what PyTorch and Keras count."""

from collections import Counter
from typing import ClassVar

import numpy as np
import pytest
import torch

from lstm_viz.anatomy.costs import KEPT, flops_per_step, kept_rows, measured_kept_bytes, memory_of
from lstm_viz.anatomy.parameter_counts import count_parameters_of
from lstm_viz.anatomy.parts import blueprint_of
from lstm_viz.recurrent.cells import run
from lstm_viz.recurrent.layers import count_parameters, layers_of
from lstm_viz.recurrent.models import build_rnn
from lstm_viz.recurrent.specification import CELLS, ModelConfig, StackConfig
from tests.anatomy.many import EVERYTHING, SOME, generated, make_model, named


def value_of(formula: str) -> int:
    return eval(formula.replace("·", "*").replace("−", "-"))


def test_counts_are_those_of_pytorch():
    for config in EVERYTHING:
        count = count_parameters_of(config, "torch")
        assert count.trained == sum(p.numel() for p in generated(config, "torch").Model().parameters()), named(config)
    for config in EVERYTHING[::9]:
        assert count_parameters_of(config, "torch").trained == count_parameters(make_model(config))


@pytest.mark.parametrize("config", SOME, ids=named)
def test_counts_are_those_of_keras(config, keras):
    model = generated(config, "keras").build_model()
    count = count_parameters_of(config, "keras")
    assert count.everything == model.count_params()
    assert count.trained == sum(int(np.prod(weight.shape)) for weight in model.trainable_weights)


def test_every_line_comes_to_what_it_says():
    for config in EVERYTHING:
        for framework in ("torch", "keras"):
            for part in count_parameters_of(config, framework).parts:
                for step in part.steps:
                    assert value_of(step.numbers) == step.value, step
                letters = {"u": part.part.outputs, "i": part.part.inputs, "d": part.part.inputs}
                letters |= {"o": part.part.outputs, "V": part.part.inputs}
                if part.part.kind == "embedding":
                    letters["i"] = part.part.outputs
                for step in part.steps:
                    assert eval(step.symbols.replace("·", "*"), dict(letters)) == step.value, step


def test_the_classic_numbers():
    mnist = StackConfig("lstm", 28, (75,), 10)
    keras, torch_count = count_parameters_of(mnist, "keras"), count_parameters_of(mnist, "torch")
    assert keras.parts[0].value == 4 * (75 * (75 + 28) + 75) == 31200
    assert torch_count.parts[0].value == 31200 + 4 * 75
    assert keras.everything == 31200 + 760
    assert count_parameters_of(StackConfig("gru", 28, (75,), 10), "keras").parts[0].value == 3 * (75 * 103 + 2 * 75)


class Counted:
    """A number that counts what is done with it; a function of it counts as one."""

    done: ClassVar[Counter] = Counter()

    def _count(self, *_):
        Counted.done["all"] += 1
        return Counted()

    __add__ = __radd__ = __mul__ = __rmul__ = __sub__ = __rsub__ = squeeze = _count


def product(matrix: np.ndarray, vector: np.ndarray, bias: list | None) -> list:
    """Multiply as on paper: the sum starts with the bias, or with the first product."""
    sums = []
    for number, row in enumerate(matrix):
        terms = [weight * value for weight, value in zip(row, vector, strict=True)]
        total = bias[number] if bias is not None else terms.pop(0)
        for term in terms:
            total = total + term
        sums.append(total)
    return sums


def step_on_paper(cell: str, inputs: int, units: int, bias: bool) -> None:
    """One step, as in `recurrent/cells.py`, with numbers that count."""

    def numbers(count: int) -> list:
        return [Counted() for _ in range(count)]

    def matrix(rows: int, columns: int) -> list:
        return [numbers(columns) for _ in range(rows)]

    x, h, c = numbers(inputs), numbers(units), numbers(units)

    def weigh(joined: bool = True) -> tuple[list, list]:
        W, U = matrix(units, inputs), matrix(units, units)
        if not joined:
            return product(W, x, numbers(units) if bias else None), product(U, h, numbers(units) if bias else None)
        together = [one + other for one, other in zip(W, U, strict=True)]
        total = product(together, x + h, numbers(units) if bias else None)
        return ([one + other for one, other in zip(total, numbers(units), strict=True)] if bias else total), []

    if cell == "lstm":
        i, f, g, o = ([value.squeeze() for value in weigh()[0]] for _ in range(4))
        c = [fk * ck + ik * gk for fk, ck, ik, gk in zip(f, c, i, g, strict=True)]
        _ = [ok * ck.squeeze() for ok, ck in zip(o, c, strict=True)]
    elif cell == "gru":
        r, z = ([value.squeeze() for value in weigh()[0]] for _ in range(2))
        n_x, n_h = weigh(joined=False)
        n = [(a + rk * b).squeeze() for a, rk, b in zip(n_x, r, n_h, strict=True)]
        _ = [zk * hk + (1 - zk) * nk for zk, hk, nk in zip(z, h, n, strict=True)]
    else:
        _ = [value.squeeze() for value in weigh()[0]]


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("cell", CELLS)
def test_operations_of_a_step_are_those_that_numbers_count_when_it_is_done_on_paper(cell, bias):
    Counted.done.clear()
    step_on_paper(cell, 5, 4, bias)
    rows = flops_per_step(StackConfig(cell, 5, (4,), 2, bias=bias))
    assert sum(row.value for row in rows) == Counted.done["all"]
    assert all(value_of(row.formula) == row.value for row in rows)


def test_two_directions_of_two_layers_cost_what_their_layers_cost():
    rows = flops_per_step(StackConfig("lstm", 5, (4, 3), 2, bidirectional=True))
    one = sum(row.value for row in flops_per_step(StackConfig("lstm", 5, (4,), 2)))
    two = sum(row.value for row in flops_per_step(StackConfig("lstm", 8, (3,), 2)))
    assert sum(row.value for row in rows) == 2 * one + 2 * two


@pytest.mark.parametrize("cell", CELLS)
def test_training_keeps_what_autograd_keeps_for_the_plain_cells(cell):
    steps, inputs, units = 6, 5, 4
    (layer,) = layers_of(build_rnn(ModelConfig(cell, inputs, units)))
    plain = layer.as_cell()
    for weights in plain.weights.values():
        for weight in weights:
            weight.requires_grad_()
    own = {weight.data_ptr() for weights in plain.weights.values() for weight in weights}
    start = {name: torch.zeros(units) for name in plain.states}
    saved: dict[int, torch.Tensor] = {}

    def keep(tensor: torch.Tensor) -> torch.Tensor:
        saved[tensor.data_ptr()] = tensor
        return tensor

    # Each step's input in memory of its own; what each step hands on is kept as well.
    sequence = [torch.randn(inputs) for _ in range(steps)]
    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        values = run(plain, sequence, start)
    for step in values:
        for name in plain.states:
            saved[step[name].data_ptr()] = step[name]
    for place in (*own, *(tensor.data_ptr() for tensor in start.values())):
        saved.pop(place, None)
    kept = sum(tensor.numel() * tensor.element_size() for tensor in saved.values())
    told = list(kept_rows(blueprint_of(StackConfig(cell, inputs, (units,), 2)), steps, 1))
    assert kept == sum(row.value for row in told) == 4 * steps * (inputs + KEPT[cell][0] * units)


@pytest.mark.parametrize("cell", CELLS)
def test_what_torch_keeps_grows_with_the_steps_and_is_of_the_told_size(cell):
    config = StackConfig(cell, 8, (32,), 2)
    short, long = (measured_kept_bytes(config, steps, batch=4) for steps in (50, 100))
    told = sum(row.value for row in kept_rows(blueprint_of(config), 50, 4))
    assert 0.5 < (long - short) / told < 3


def test_memory_names_weights_states_and_what_training_keeps():
    rows = memory_of(StackConfig("lstm", 28, (128, 64), 10, bidirectional=True), steps=28, batch=32)
    assert all(value_of(row.formula) == row.value for row in rows)
    assert rows[0].value == 4 * count_parameters_of(StackConfig("lstm", 28, (128, 64), 10, True), "torch").everything
    states = [row.value for row in rows if row.title.startswith("State")]
    assert states == [4 * 32 * 2 * 128] * 2 + [4 * 32 * 2 * 64] * 2

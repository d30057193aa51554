"""The worked example is a real cell, and every line of it can be redone from the digits that it shows."""

import re
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from lstm_viz.errors import SettingsError
from lstm_viz.lessons.worked_example import (
    CLASSIC_ROWS,
    SIZE,
    Example,
    amounts,
    decimals,
    equations,
    read_number,
    squash,
    work_out,
    write,
    write_pre,
    write_reset,
    write_rounded,
    write_sum,
)
from lstm_viz.recurrent.layers import CELL_CLASSES
from lstm_viz.recurrent.specification import CELLS

TORCH = {"lstm": nn.LSTMCell, "gru": nn.GRUCell, "rnn": nn.RNNCell}


def drawn(seed, places, most):
    """An example of any cell whose numbers have some places and lie within ±most."""
    rng = np.random.default_rng(seed)

    def numbers(count):
        return tuple(
            Decimal(int(n)).scaleb(-places) for n in rng.integers(-(most * 10**places), most * 10**places + 1, count)
        )

    rows = {gate: tuple(numbers(2 * SIZE + 1) for _ in range(SIZE)) for gate in CLASSIC_ROWS}
    return Example(CELLS[rng.integers(3)], numbers(SIZE), numbers(SIZE), numbers(SIZE), rows)


examples = st.builds(drawn, st.integers(0, 10**9), st.integers(0, 3), st.sampled_from((1, 2, 10)))


def torch_states(example):
    """What torch's own cell gives for the same numbers; its gates are stacked in its own order."""
    cell = TORCH[example.cell](SIZE, SIZE).double()
    table = np.array([example.rows[gate] for gate in CELL_CLASSES[example.cell].gates], dtype=float)
    stacked = torch.tensor(table.reshape(-1, 2 * SIZE + 1))
    with torch.no_grad():
        cell.weight_hh.copy_(stacked[:, :SIZE])
        cell.weight_ih.copy_(stacked[:, SIZE:-1])
        cell.bias_ih.copy_(stacked[:, -1])
        cell.bias_hh.zero_()
        h, x, c = (
            torch.tensor([float(n) for n in vector], dtype=torch.float64)
            for vector in (example.h, example.x, example.c)
        )
        if example.cell == "lstm":
            return dict(zip(("hidden_state", "cell_state"), cell(x, (h, c)), strict=True))
        return {"hidden_state": cell(x, h)}


def assert_is_torch(example):
    values = work_out(example).values
    for name, expected in torch_states(example).items():
        np.testing.assert_allclose(values[name], expected.numpy(), rtol=0, atol=1e-12)


@pytest.mark.parametrize("cell", CELLS)
def test_the_classic_example_is_torchs_own_cell(cell):
    assert_is_torch(Example(cell))


@settings(max_examples=60, deadline=None)
@given(examples)
def test_any_example_is_torchs_own_cell(example):
    assert_is_torch(example)


def test_the_classic_numbers_are_the_classic_ones():
    assert Example().h == decimals("0.1 0.2 0.3")
    assert Example().x == decimals("0.6 0.7 0.8")
    assert all(-number.as_tuple().exponent <= 1 for rows in CLASSIC_ROWS.values() for row in rows for number in row)


def test_classic_units_keep_mix_and_forget():
    kept = work_out(Example()).values["forget_gate"]
    assert kept[0] > 0.75 > 0.6 > kept[1] > 0.4 > 0.25 > kept[2]


@settings(max_examples=60, deadline=None)
@given(examples)
def test_lines_add_up_exactly_to_the_pre_activation_that_the_cell_computed(example):
    worked = work_out(example)
    for gate in example.gates:
        for unit in range(SIZE):
            terms = worked.terms(gate, unit)
            computed = worked.value(f"{gate}_pre", unit)
            assert float(terms[-1].after) == pytest.approx(computed, rel=1e-12, abs=1e-12)
            for before, term in zip((None, *terms), terms, strict=False):
                if term.value is not None:
                    assert term.amount == term.value * term.weight
                if term.name != "r":
                    assert term.after == term.amount + (before.after if before else 0)


# ── what is written ──────────────────────────────────────────────────────────────────────────────


def read(text):
    return Decimal(text.replace("−", "-"))


def redo(text):
    """Compute what a line says, with exact decimals."""
    plain = re.sub(r"(\d+(?:\.\d+)?)", r"Decimal('\1')", text.replace("−", "-").replace("×", "*"))
    plain = re.sub(r"tanh\(([^()]*\([^()]*\)[^()]*)\)", r"tanh(\1)", plain)
    return eval(plain, {"Decimal": Decimal, "tanh": lambda a: ((2 * a).exp() - 1) / ((2 * a).exp() + 1)})


def comes_out(line, result):
    """Whether a line, redone from its digits, gives exactly the digits of its result."""
    digits = len(result.partition(".")[2])
    return redo(line).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP) == read(result)


def parts_of(line):
    """The numbers of a sum as it is written, with their signs."""
    return re.sub(r"^≈ ", "", line)


@settings(max_examples=80, deadline=None)
@given(examples)
def test_every_written_line_comes_out_when_it_is_redone(example):
    worked = work_out(example)
    for unit in range(SIZE):
        for equation in equations(worked, unit):
            *lines, last = [parts_of(line) for line in equation.lines]
            for line in lines:
                assert comes_out(line, last), equation
            if len(lines) == 2 and " + " in lines[0]:
                self_contained(lines, equation)
            if len(lines) == 2 and "tanh" in lines[0]:
                assert comes_out(lines[0].split(" × ")[1], lines[1].split(" × ")[1].strip("()")), equation
        for gate in example.gates:
            assert_sum_and_squash(worked, gate, unit)


def self_contained(lines, equation):
    """Each product of the first line gives its number in the second."""
    products = re.split(r"(?<=[\d)]) \+ ", lines[0])
    shown = re.fullmatch(r"(−?[\d.]+) ([+−]) ([\d.]+)", lines[1])
    second = shown[3] if shown[2] == "+" else f"−{shown[3]}"
    assert comes_out(products[0], shown[1]), equation
    assert comes_out(products[1], second), equation


def assert_sum_and_squash(worked, gate, unit):
    words = amounts(worked, gate, unit)
    total = write_pre(worked, gate, unit)
    if worked.is_reset(gate):
        assert comes_out(write_sum(words), total)
        product, after = write_reset(worked, unit).split(" ≈ ")
        assert comes_out(product, after)
        assert comes_out(f"{write_sum(words[:3])} + ({words[3]})", after)
    else:
        assert redo(write_sum(words)) == read(total)
    *lines, answer = squash(worked, gate, unit).lines
    if len(lines) == 2:
        assert comes_out(lines[1].split(" ≈ ")[1], answer.removeprefix("≈ "))


def test_numbers_are_written_as_people_write_them():
    assert [write(Decimal(text)) for text in ("0.10", "-0.02", "100", "0.0")] == ["0.1", "−0.02", "100", "0"]
    assert [write_rounded(value) for value in (0.81306, -0.00001, 1.0)] == ["0.8131", "0.0000", "1.0000"]


def test_the_forget_gate_of_the_first_unit_by_hand():
    worked = work_out(Example())
    assert write_sum(amounts(worked, "forget_gate", 0)) == "0.05 + 0.02 − 0.12 + 0.18 − 0.14 + 0.48 + 1"
    assert write_pre(worked, "forget_gate", 0) == "1.47"
    assert squash(worked, "forget_gate", 0).lines == ("= σ(1.47)", "= 1 / (1 + e⁻ᵃ) ≈ 1 / (1 + 0.2299)", "≈ 0.8131")


def test_another_weight_changes_its_own_gate_alone():
    before = work_out(Example())
    row = (*CLASSIC_ROWS["input_gate"][1][:-1], Decimal("-3"))
    after = work_out(Example().with_row("input_gate", 1, row))
    assert after.value("input_gate", 1) != before.value("input_gate", 1)
    assert after.value("cell_state", 1) != before.value("cell_state", 1)
    np.testing.assert_array_equal(after.values["forget_gate"], before.values["forget_gate"])
    np.testing.assert_array_equal(after.values["cell_state"][[0, 2]], before.values["cell_state"][[0, 2]])


def test_a_cell_that_is_not_known_is_refused():
    with pytest.raises(SettingsError, match="transformer"):
        replace(Example(), cell="transformer")


@pytest.mark.parametrize(
    ("text", "number"),
    [("0.3", "0.3"), ("−1,25", "-1.25"), (" +.5 ", "0.5"), ("-0", "0"), ("2.", "2"), ("1.5000", "1.5")],
)
def test_numbers_are_read_as_people_type_them(text, number):
    assert read_number(text) == Decimal(number)
    assert not read_number("-0").is_signed()


@pytest.mark.parametrize("text", ["", "abc", "1e1", "nan", "inf", "１", "1_0", "--1", "0.1.2", "<b>1</b>", "9" * 40])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(SettingsError, match="is no number"):
        read_number(text)


def test_what_is_too_large_or_too_fine_is_refused_with_what_to_do():
    with pytest.raises(SettingsError, match=r"lies outside −10 to 10.*Type a smaller one"):
        read_number("11")
    with pytest.raises(SettingsError, match=r"more than 3 decimals.*Use at most 3"):
        read_number("0.1234")

"""One step of a cell by hand: every product, and how it is written."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal, localcontext
from types import MappingProxyType

import numpy as np
import torch

from lstm_viz.errors import SettingsError
from lstm_viz.recurrent.cells import Weights
from lstm_viz.recurrent.layers import CELL_CLASSES
from lstm_viz.recurrent.specification import CELLS, Cell
from lstm_viz.settings import require_one_of

SIZE = 3
_MOST = 10
_PLACES = 3
_NUMBER = re.compile(r"[+-]?(\d{1,6}(\.\d*)?|\.\d+)", re.ASCII)
_DIGITS = 4
_MOST_DIGITS = 16
LETTERS = {"forget_gate": "f", "input_gate": "i", "candidate": "g", "output_gate": "o"}
LETTERS |= {"update_gate": "z", "reset_gate": "r"}
_LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_STEEP = 9  # beyond it a sigmoid is 0 or 1 to four decimals, and its powers of e say nothing

Numbers = tuple[Decimal, ...]
Row = Numbers  # the weights of h, those of x, and the bias
_Rows = Mapping[str, tuple[Row, ...]]
_Combine = Callable[..., Decimal]  # of decimals

# In the order of the explanation: what is kept, what is written, what is shown.
_GATES: dict[Cell, tuple[str, ...]] = {
    "lstm": ("forget_gate", "input_gate", "candidate", "output_gate"),
    "gru": ("reset_gate", "update_gate", "candidate"),
    "rnn": ("candidate",),
}


def decimals(text: str) -> Numbers:
    """Read numbers with spaces between them."""
    return tuple(Decimal(word) for word in text.split())


def _rows(*texts: str) -> tuple[Row, ...]:
    return tuple(decimals(text) for text in texts)


# h and x of the classic example; c is such that a cell could have given this h.
CLASSIC_H, CLASSIC_X, CLASSIC_C = decimals("0.1 0.2 0.3"), decimals("0.6 0.7 0.8"), decimals("0.2 0.4 0.6")

# Our own weights, one decimal each: unit 1 keeps, unit 2 mixes and unit 3 forgets.
_KEEP = _rows("0.5 0.1 -0.4 0.3 -0.2 0.6 1", "-0.3 0.4 0.2 0.1 0.5 -0.6 0.2", "0.2 -0.5 0.4 -0.9 -0.8 -0.7 0")
_SHOW = _rows("0.2 0.6 -0.3 0.5 0.1 0.4 0", "-0.1 0.3 0.7 -0.6 -0.4 0.2 -0.2", "0.5 -0.4 0.2 0.8 0.7 -0.3 0.3")
_WRITE = _rows("0.7 0.2 -0.1 0.4 -0.5 0.3 0", "0.1 -0.6 0.3 0.8 0.9 -0.2 0.4", "-0.4 0.3 0.5 0.9 0.6 0.7 0")
_NEW = _rows("0.3 -0.2 0.5 0.6 0.4 -0.7 0.1", "-0.5 0.8 0.1 -0.3 -0.9 0.2 0", "0.4 0.1 -0.6 0.9 0.5 0.3 -0.1")
_OF_LSTM = {"forget_gate": _KEEP, "input_gate": _WRITE, "candidate": _NEW, "output_gate": _SHOW}
CLASSIC_ROWS: _Rows = MappingProxyType({**_OF_LSTM, "update_gate": _KEEP, "reset_gate": _SHOW})


@dataclass(frozen=True)
class Example:
    """What the worked example starts from; its one bias is that of Keras, and torch's second one is zero."""

    cell: Cell = "lstm"
    h: Numbers = CLASSIC_H  # hidden state of the step before, (H,)
    x: Numbers = CLASSIC_X  # input of this step, (I,)
    c: Numbers = CLASSIC_C  # cell state of the step before, (H,), of an LSTM
    rows: _Rows = field(default_factory=lambda: CLASSIC_ROWS)  # by gate, (H, H + I + 1)

    def __post_init__(self) -> None:
        require_one_of("cell", self.cell, CELLS)

    @property
    def gates(self) -> tuple[str, ...]:
        """Names of the gates and the candidate, in the order of the explanation."""
        return _GATES[self.cell]

    def with_row(self, gate: str, unit: int, row: Row) -> "Example":
        """Give one unit of a gate other weights."""
        changed = (*self.rows[gate][:unit], row, *self.rows[gate][unit + 1 :])
        return replace(self, rows={**self.rows, gate: changed})


@dataclass(frozen=True)
class Term:
    """One line of a sum."""

    name: str  # `h′1` … `x3`, `1` for the bias, `r` where a GRU's reset gate scales the sum so far
    value: Decimal | None  # None for the bias and the reset
    weight: Decimal | None  # None for the bias and the reset
    amount: Decimal  # what the line adds, exact but for the reset
    after: Decimal  # the sum so far


@dataclass(frozen=True, eq=False)
class Worked:
    """The example, worked out."""

    example: Example
    values: dict[str, np.ndarray]  # every number of the step by its name in `recurrent/cells.py`, float64, (H,) each

    def value(self, name: str, unit: int) -> float:
        """Give one number of a unit."""
        return float(self.values[name][unit])

    def terms(self, gate: str, unit: int) -> tuple[Term, ...]:
        """Return the lines whose amounts add up to the pre-activation of a gate."""
        row, terms = self.example.rows[gate][unit], list[Term]()
        names = [f"h′{place + 1}" for place in range(SIZE)] + [f"x{place + 1}" for place in range(SIZE)]
        after = Decimal(0)
        for name, value, weight in zip(names, (*self.example.h, *self.example.x), row, strict=False):
            after += value * weight
            terms.append(Term(name, value, weight, value * weight, after))
            if name == f"h′{SIZE}" and self.is_reset(gate):
                scaled = Decimal(self.value("reset_gate", unit)) * after
                terms.append(Term("r", None, None, scaled - after, scaled))
                after = scaled
        return (*terms, Term("1", None, None, row[-1], after + row[-1]))

    def is_reset(self, gate: str) -> bool:
        """Return whether the reset gate scales what this gate sees of the hidden state."""
        return self.example.cell == "gru" and gate == "candidate"

    def pre_activation(self, gate: str, unit: int) -> Decimal:
        """Return the sum of all lines, exact but for a reset gate."""
        return self.terms(gate, unit)[-1].after


def work_out(example: Example) -> Worked:
    """Run one step of the plain cell in float64."""
    cell = CELL_CLASSES[example.cell]({gate: _weights_of(example.rows[gate]) for gate in example.gates})
    before = {"hidden_state": _as_tensor(example.h), "cell_state": _as_tensor(example.c)}
    values = cell.step(_as_tensor(example.x), {name: before[name] for name in cell.states})
    return Worked(example, {name: value.numpy() for name, value in values.items()})


def _weights_of(of_gate: tuple[Row, ...]) -> Weights:
    whole = torch.stack([_as_tensor(row) for row in of_gate])
    U, W, bias = whole[:, :SIZE], whole[:, SIZE : 2 * SIZE], whole[:, 2 * SIZE]
    return Weights(W, U, bias, torch.zeros_like(bias))


def _as_tensor(numbers: Numbers) -> torch.Tensor:
    return torch.tensor([float(number) for number in numbers], dtype=torch.float64)


def read_number(text: str) -> Decimal:
    """Read a number that a person typed, with a decimal comma or a true minus sign too; a SettingsError for a bad one.

    >>> read_number("−0,25")
    Decimal('-0.25')
    """
    plain = text.strip().replace("−", "-").replace(",", ".")
    if not _NUMBER.fullmatch(plain):
        raise SettingsError(f"“{text[:20]}” is no number. Type one such as 0.3 or −1.25.")
    number = Decimal(plain)
    if abs(number) > _MOST:
        raise SettingsError(
            f"{text[:20]} lies outside −{_MOST} to {_MOST}, where the activation is flat. Type a smaller one."
        )
    if len(plain.partition(".")[2].rstrip("0")) > _PLACES:
        raise SettingsError(
            f"{text[:20]} has more than {_PLACES} decimals, too many to follow by hand. Use at most {_PLACES}."
        )
    return number + 0  # a minus before zero goes away


@dataclass(frozen=True)
class Equation:
    """What a number is, its formula, and the formula with numbers in place, line by line."""

    name: str  # in the glossary
    symbol: str  # with the unit's index
    formula: str  # with symbols
    lines: tuple[str, ...]  # with numbers: `=` where exact, `≈` where rounded


def _rounded(number: Decimal | float, digits: int = _DIGITS) -> Decimal:
    with localcontext(prec=40):
        return Decimal(number).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP) + 0


def write(number: Decimal) -> str:
    """Write a decimal as it is, without zeros at its end, with a true minus sign.

    >>> write(Decimal("-0.120")), write(Decimal("1E+1"))
    ('−0.12', '10')
    """
    text = f"{number:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace("-", "−")


def write_rounded(number: Decimal | float, digits: int = _DIGITS) -> str:
    """Write a rounded number with all its decimals.

    >>> write_rounded(0.5)
    '0.5000'
    """
    return _signed(_rounded(number, digits))


def _in_brackets(text: str) -> str:
    return f"({text})" if text.startswith("−") else text


def _enough_digits(parts: Sequence[Decimal | float], *checks: tuple[_Combine, Decimal]) -> int:
    """Find how many decimals the parts need so that each check, computed from them, gives its rounded result."""
    with localcontext(prec=40):
        for digits in range(_DIGITS, _MOST_DIGITS):
            shown = [_rounded(part, digits) for part in parts]
            if all(combine(*shown).quantize(result, ROUND_HALF_UP) == result for combine, result in checks):
                return digits
    return _MOST_DIGITS


def _index(unit: int) -> str:
    return str(unit + 1).translate(_LOWERED)


def amounts(worked: Worked, gate: str, unit: int) -> tuple[str, ...]:
    """Write what each line of a sum adds: all digits, or as many as it takes where a reset gate's line is rounded."""
    terms = worked.terms(gate, unit)
    total = _rounded(terms[-1].after)

    def write_amount(term: Term) -> str:
        if term.name != "r":
            return write(term.amount)
        rest = sum((other.amount for other in terms if other is not term), Decimal(0))
        before = term.after - term.amount
        adds_up = (lambda part: rest + part, total), (lambda part: before + part, _rounded(term.after))
        return write_rounded(term.amount, _enough_digits([term.amount], *adds_up))

    return tuple(write_amount(term) for term in terms)


def write_sum(words: Sequence[str]) -> str:
    """Write the lines of a sum behind each other.

    >>> write_sum(["0.5", "−1"])
    '0.5 − 1'
    """
    signs = [f" − {word[1:]}" if word.startswith("−") else f" + {word}" for word in words[1:]]
    return "".join([words[0], *signs])


def write_reset(worked: Worked, unit: int) -> str:
    """Write how the reset gate scales what a GRU's candidate sees of the hidden state."""
    terms = worked.terms("candidate", unit)
    place = next(place for place, term in enumerate(terms) if term.name == "r")
    before, after = terms[place - 1].after, _rounded(terms[place].after)
    gate = worked.value("reset_gate", unit)
    shown = write_rounded(gate, _enough_digits([gate], (lambda part: part * before, after)))
    return f"{shown} × {_in_brackets(write(before))} ≈ {write_rounded(after)}"


def write_pre(worked: Worked, gate: str, unit: int) -> str:
    """Write a pre-activation: all digits, or rounded behind a reset gate."""
    pre = worked.pre_activation(gate, unit)
    return write_rounded(pre) if worked.is_reset(gate) else write(pre)


def squash(worked: Worked, gate: str, unit: int) -> Equation:
    """Write how a pre-activation becomes a gate, or the candidate."""
    is_tanh = gate == "candidate"
    name = "tanh" if is_tanh else "σ"
    pre, value = worked.pre_activation(gate, unit), _rounded(worked.value(gate, unit))
    words = write(pre)
    if worked.is_reset(gate):
        pre = _rounded(pre, _enough_digits([pre], (_tanh, value)))
        words = _signed(pre)
    lines = [f"= {name}({words})"]
    if abs(pre) <= _STEEP:
        lines.append(f"= {_powers_of_e(pre, value, is_tanh)}")
    symbol = LETTERS[gate] + _index(unit)
    return Equation(gate, symbol, f"= {name}(a)", (*lines, f"≈ {_signed(value)}"))


def _tanh(pre: Decimal) -> Decimal:
    power = (2 * pre).exp()
    return (power - 1) / (power + 1)


def _powers_of_e(pre: Decimal, value: Decimal, is_tanh: bool) -> str:
    if is_tanh:
        power = (2 * pre).exp()
        number = write_rounded(power, _enough_digits([power], (lambda part: (part - 1) / (part + 1), value)))
        return f"(e²ᵃ − 1) / (e²ᵃ + 1) ≈ ({number} − 1) / ({number} + 1)"
    power = (-pre).exp()
    digits = _enough_digits([power], (lambda part: 1 / (1 + part), value))
    return f"1 / (1 + e⁻ᵃ) ≈ 1 / (1 + {write_rounded(power, digits)})"


def equations(worked: Worked, unit: int) -> tuple[Equation, ...]:
    """Write how the gates of a unit become its new state."""
    n, h = _index(unit), worked.value("hidden_state", unit)
    if worked.example.cell == "lstm":
        gates = [worked.value(name, unit) for name in ("forget_gate", "input_gate", "candidate")]
        lines = _sum_of_products(gates, worked.example.c[unit], worked.value("cell_state", unit))
        cell_state = Equation("cell_state", f"c{n}", f"= f{n} × c′{n} + i{n} × g{n}", lines)
        return cell_state, _new_hidden_state(worked, unit)
    if worked.example.cell == "gru":
        z, g = worked.value("update_gate", unit), worked.value("candidate", unit)
        lines = _sum_of_products([z, 1 - z, g], worked.example.h[unit], h)
        return (Equation("hidden_state", f"h{n}", f"= z{n} × h′{n} + (1 − z{n}) × g{n}", lines),)
    return (Equation("hidden_state", f"h{n}", f"= g{n}", (f"≈ {write_rounded(h)}",)),)


def _new_hidden_state(worked: Worked, unit: int) -> Equation:
    """Write h = o × tanh(c), then the tanh worked out, then the product."""
    n = _index(unit)
    gate, cell = worked.value("output_gate", unit), worked.value("cell_state", unit)
    h = _rounded(worked.value("hidden_state", unit))
    digits = _enough_digits([gate, cell], (lambda o, c: o * _tanh(c), h))
    o, c = _rounded(gate, digits), _rounded(cell, digits)
    squeezed = _tanh(c)
    squeezed = _rounded(squeezed, _enough_digits([squeezed], (lambda part: o * part, h)))
    first = f"≈ {_signed(o)} × tanh({_signed(c)})"
    product = f"≈ {_signed(o)} × {_in_brackets(_signed(squeezed))}"
    return Equation("hidden_state", f"h{n}", f"= o{n} × tanh(c{n})", (first, product, f"≈ {_signed(h)}"))


def _sum_of_products(gates: Sequence[float], old: Decimal, value: float) -> tuple[str, str, str]:
    """Write keep × old + let in × new, then the two products, then their sum."""
    result = _rounded(value)
    digits = _enough_digits(gates, (lambda keep, let_in, new: keep * old + let_in * new, result))
    keep, let_in, new = (_rounded(gate, digits) for gate in gates)
    products = [keep * old, let_in * new]
    places = _enough_digits(products, (lambda kept, written: kept + written, result))
    kept, written = (_rounded(product, places) for product in products)
    sign = "−" if written < 0 else "+"
    return (
        f"≈ {_signed(keep)} × {_in_brackets(write(old))} + {_signed(let_in)} × {_in_brackets(_signed(new))}",
        f"≈ {_signed(kept)} {sign} {_signed(abs(written))}",
        f"≈ {_signed(result)}",
    )


def _signed(number: Decimal) -> str:
    return f"{number:f}".replace("-", "−")

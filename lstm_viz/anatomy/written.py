"""The worked example as one writes it down: every line can be redone with a pocket calculator from the digits that it shows.

What is exact is written with all its digits. What is rounded has four decimals and stands behind ≈; what it is made of is
written with as many more as it takes, so that redoing the line gives exactly the digits that are shown.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext

from lstm_viz.anatomy.worked import Term, Worked

DIGITS = 4
MOST_DIGITS = 16
LETTERS = {
    "forget_gate": "f",
    "input_gate": "i",
    "candidate": "g",
    "output_gate": "o",
    "update_gate": "z",
    "reset_gate": "r",
}
LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
STEEP = 9  # beyond it a sigmoid is 0 or 1 to four decimals, and its powers of e say nothing

Combine = Callable[..., Decimal]  # of decimals


@dataclass(frozen=True)
class Equation:
    """What a number is, its formula, and the formula with numbers in place, line by line.

    Args:
        name: in the glossary.
        symbol: with the unit's index.
        formula: with symbols.
        lines: with numbers, each behind `=` where it is exact and `≈` where it is rounded.
    """

    name: str
    symbol: str
    formula: str
    lines: tuple[str, ...]


def _rounded(number: Decimal | float, digits: int = DIGITS) -> Decimal:
    """Round as one does by hand, half away from zero."""
    with localcontext(prec=40):
        return Decimal(number).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP) + 0


def write(number: Decimal) -> str:
    """Write a decimal as it is, without zeros at its end, with a true minus sign.

    >>> write(Decimal("-0.120")), write(Decimal("1E+1"))
    ('−0.12', '10')
    """
    text = f"{number:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace("-", "−")


def write_rounded(number: Decimal | float, digits: int = DIGITS) -> str:
    """Write a rounded number with all its decimals.

    >>> write_rounded(0.5)
    '0.5000'
    """
    return _said(_rounded(number, digits))


def _in_brackets(text: str) -> str:
    return f"({text})" if text.startswith("−") else text


def _enough_digits(parts: Sequence[Decimal | float], *checks: tuple[Combine, Decimal]) -> int:
    """Find with how many decimals parts must be written so that what is done with them gives the digits that are shown.

    Args:
        parts: what is rounded on the way.
        checks: what is done with them, and the rounded result whose digits are to come out.
    """
    with localcontext(prec=40):
        for digits in range(DIGITS, MOST_DIGITS):
            shown = [_rounded(part, digits) for part in parts]
            if all(_rounded(combine(*shown), _places_of(result)) == result for combine, result in checks):
                return digits
    return MOST_DIGITS


def _places_of(number: Decimal) -> int:
    return -int(number.as_tuple().exponent)


def _index(unit: int) -> str:
    """Write a unit as a lowered number, counted from 1."""
    return str(unit + 1).translate(LOWERED)


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
    squeeze, name = (_tanh, "tanh") if is_tanh else (_sigmoid, "σ")
    pre, value = worked.pre_activation(gate, unit), _rounded(worked.value(gate, unit))
    words = write(pre)
    if worked.is_reset(gate):
        pre = _rounded(pre, _enough_digits([pre], (squeeze, value)))
        words = _said(pre)
    lines = [f"= {name}({words})"]
    if abs(pre) <= STEEP:
        lines.append(f"= {_powers_of_e(pre, value, is_tanh)}")
    symbol = LETTERS[gate] + _index(unit)
    return Equation(gate, symbol, f"= {name}(a)", (*lines, f"≈ {_said(value)}"))


def _sigmoid(pre: Decimal) -> Decimal:
    return 1 / (1 + (-pre).exp())


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
    if worked.example.cell == "lstm":
        return _new_cell_state(worked, unit), _new_hidden_state(worked, unit)
    if worked.example.cell == "gru":
        return (_mixed_state(worked, unit),)
    shown = write_rounded(worked.value("hidden_state", unit))
    return (Equation("hidden_state", f"h{_index(unit)}", f"= g{_index(unit)}", (f"≈ {shown}",)),)


def _new_cell_state(worked: Worked, unit: int) -> Equation:
    n = _index(unit)
    gates = [worked.value(name, unit) for name in ("forget_gate", "input_gate", "candidate")]
    lines = _sum_of_products(gates, worked.example.c[unit], worked.value("cell_state", unit))
    return Equation("cell_state", f"c{n}", f"= f{n} × c′{n} + i{n} × g{n}", lines)


def _mixed_state(worked: Worked, unit: int) -> Equation:
    """Write h = z × h′ + (1 − z) × g."""
    n = _index(unit)
    z, g = worked.value("update_gate", unit), worked.value("candidate", unit)
    lines = _sum_of_products([z, 1 - z, g], worked.example.h[unit], worked.value("hidden_state", unit))
    return Equation("hidden_state", f"h{n}", f"= z{n} × h′{n} + (1 − z{n}) × g{n}", lines)


def _new_hidden_state(worked: Worked, unit: int) -> Equation:
    """Write h = o × tanh(c), then the tanh worked out, then the product."""
    n = _index(unit)
    gate, cell = worked.value("output_gate", unit), worked.value("cell_state", unit)
    h = _rounded(worked.value("hidden_state", unit))
    digits = _enough_digits([gate, cell], (lambda o, c: o * _tanh(c), h))
    o, c = _rounded(gate, digits), _rounded(cell, digits)
    squeezed = _tanh(c)
    squeezed = _rounded(squeezed, _enough_digits([squeezed], (lambda part: o * part, h)))
    first = f"≈ {_said(o)} × tanh({_said(c)})"
    return Equation(
        "hidden_state",
        f"h{n}",
        f"= o{n} × tanh(c{n})",
        (first, f"≈ {_said(o)} × {_in_brackets(_said(squeezed))}", f"≈ {_said(h)}"),
    )


def _sum_of_products(gates: Sequence[float], old: Decimal, value: float) -> tuple[str, str, str]:
    """Write keep × old + let in × new, then the two products, then their sum.

    Args:
        gates: what keeps, what lets in, and the candidate.
        old: the state of the step before.
        value: the new state.
    """
    result = _rounded(value)
    digits = _enough_digits(gates, (lambda keep, let_in, new: keep * old + let_in * new, result))
    keep, let_in, new = (_rounded(gate, digits) for gate in gates)
    products = [keep * old, let_in * new]
    places = _enough_digits(products, (lambda kept, written: kept + written, result))
    kept, written = (_rounded(product, places) for product in products)
    sign = "−" if written < 0 else "+"
    return (
        f"≈ {_said(keep)} × {_in_brackets(write(old))} + {_said(let_in)} × {_in_brackets(_said(new))}",
        f"≈ {_said(kept)} {sign} {_said(abs(written))}",
        f"≈ {_said(result)}",
    )


def _said(number: Decimal) -> str:
    """Write a number that is rounded already, with all its decimals."""
    return f"{number:f}".replace("-", "−")

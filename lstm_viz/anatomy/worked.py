"""One step of a cell of three units, worked out by hand: every product, every sum, every squash.

All that a person types are decimals with few digits, so products and pre-activations are exact decimals too: what is shown
adds up to the last digit. From the squash on numbers are real, and come in float64 from the cells of `recurrent/cells.py`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from types import MappingProxyType

import numpy as np
import torch

from lstm_viz.errors import SettingsError
from lstm_viz.recurrent.cells import Weights
from lstm_viz.recurrent.layers import CELL_CLASSES
from lstm_viz.recurrent.specification import CELLS, Cell
from lstm_viz.settings import require_one_of

SIZE = 3
MOST = 10
PLACES = 3
NUMBER = re.compile(r"[+-]?(\d{1,6}(\.\d*)?|\.\d+)", re.ASCII)

Numbers = tuple[Decimal, ...]
Row = Numbers  # the weights of h, those of x, and the bias
Rows = Mapping[str, tuple[Row, ...]]

# As they are told: what is kept, what is written, what is shown.
GATES: dict[Cell, tuple[str, ...]] = {
    "lstm": ("forget_gate", "input_gate", "candidate", "output_gate"),
    "gru": ("reset_gate", "update_gate", "candidate"),
    "rnn": ("candidate",),
}


def decimals(text: str) -> Numbers:
    """Read numbers with spaces between them."""
    return tuple(Decimal(word) for word in text.split())


def _rows(*texts: str) -> tuple[Row, ...]:
    return tuple(decimals(text) for text in texts)


# h and x as the classic example has them; c is such that a cell could have shown this h.
CLASSIC_H, CLASSIC_X, CLASSIC_C = decimals("0.1 0.2 0.3"), decimals("0.6 0.7 0.8"), decimals("0.2 0.4 0.6")

# Ours: one decimal each, so chosen that unit 1 keeps, unit 2 mixes and unit 3 forgets.
_KEEP = _rows("0.5 0.1 -0.4 0.3 -0.2 0.6 1", "-0.3 0.4 0.2 0.1 0.5 -0.6 0.2", "0.2 -0.5 0.4 -0.9 -0.8 -0.7 0")
_SHOW = _rows("0.2 0.6 -0.3 0.5 0.1 0.4 0", "-0.1 0.3 0.7 -0.6 -0.4 0.2 -0.2", "0.5 -0.4 0.2 0.8 0.7 -0.3 0.3")
CLASSIC_ROWS: Rows = MappingProxyType(
    {
        "forget_gate": _KEEP,
        "input_gate": _rows(
            "0.7 0.2 -0.1 0.4 -0.5 0.3 0", "0.1 -0.6 0.3 0.8 0.9 -0.2 0.4", "-0.4 0.3 0.5 0.9 0.6 0.7 0"
        ),
        "candidate": _rows(
            "0.3 -0.2 0.5 0.6 0.4 -0.7 0.1", "-0.5 0.8 0.1 -0.3 -0.9 0.2 0", "0.4 0.1 -0.6 0.9 0.5 0.3 -0.1"
        ),
        "output_gate": _SHOW,
        "update_gate": _KEEP,
        "reset_gate": _SHOW,
    }
)


@dataclass(frozen=True)
class Example:
    """What the example starts from.

    Args:
        cell: which recurrence.
        h: hidden state of the step before, (H,).
        x: what is read now, (I,).
        c: cell state of the step before, (H,); others than the LSTM have none.
        rows: by gate, for each unit its weights of h, its weights of x and its bias: (H, H + I + 1). It is the one bias of
            Keras and of the books; torch adds a second one, which is zero here.

    Raises:
        SettingsError: the cell is not known.
    """

    cell: Cell = "lstm"
    h: Numbers = CLASSIC_H
    x: Numbers = CLASSIC_X
    c: Numbers = CLASSIC_C
    rows: Rows = field(default_factory=lambda: CLASSIC_ROWS)

    def __post_init__(self) -> None:
        require_one_of("cell", self.cell, CELLS)

    @property
    def gates(self) -> tuple[str, ...]:
        """Names of the gates and the candidate, as they are told."""
        return GATES[self.cell]

    def with_row(self, gate: str, unit: int, row: Row) -> "Example":
        """Give one unit of a gate other weights."""
        changed = (*self.rows[gate][:unit], row, *self.rows[gate][unit + 1 :])
        return replace(self, rows={**self.rows, gate: changed})


@dataclass(frozen=True)
class Term:
    """One line of a sum.

    Args:
        name: what is weighed: `h′1` … `x3`; `1` for the bias, which is weighed by nothing; `r` where a GRU's reset gate
            scales what came before it.
        value, weight: the factors; None for the bias and the reset.
        amount: what the line adds, exact but for the reset.
        after: the sum so far.
    """

    name: str
    value: Decimal | None
    weight: Decimal | None
    amount: Decimal
    after: Decimal


@dataclass(frozen=True, eq=False)
class Worked:
    """The example, worked out.

    Args:
        example: what it started from.
        values: every number of the step by its name in `recurrent/cells.py`, float64, (H,) each.
    """

    example: Example
    values: dict[str, np.ndarray]

    def value(self, name: str, unit: int) -> float:
        """Give one number of a unit."""
        return float(self.values[name][unit])

    def terms(self, gate: str, unit: int) -> tuple[Term, ...]:
        """Give the lines whose amounts add up to the pre-activation of a gate."""
        return tuple(self._lines(gate, unit))

    def _lines(self, gate: str, unit: int) -> Iterator[Term]:
        row = self.example.rows[gate][unit]
        names = [f"h′{place + 1}" for place in range(SIZE)] + [f"x{place + 1}" for place in range(SIZE)]
        after = Decimal(0)
        for name, value, weight in zip(names, (*self.example.h, *self.example.x), row, strict=False):
            after += value * weight
            yield Term(name, value, weight, value * weight, after)
            if name == f"h′{SIZE}" and self.is_reset(gate):
                scaled = Decimal(self.value("reset_gate", unit)) * after
                yield Term("r", None, None, scaled - after, scaled)
                after = scaled
        yield Term("1", None, None, row[-1], after + row[-1])

    def is_reset(self, gate: str) -> bool:
        """Tell whether the reset gate scales what this gate sees of the hidden state."""
        return self.example.cell == "gru" and gate == "candidate"

    def pre_activation(self, gate: str, unit: int) -> Decimal:
        """Give the sum of all lines, an exact decimal but behind a reset gate."""
        return self.terms(gate, unit)[-1].after


def work_out(example: Example) -> Worked:
    """Run one step of the plain cell in float64."""
    cell = CELL_CLASSES[example.cell]({gate: _weights_of(example.rows[gate]) for gate in example.gates})
    before = {"hidden_state": _as_tensor(example.h), "cell_state": _as_tensor(example.c)}
    values = cell.step(_as_tensor(example.x), {name: before[name] for name in cell.states})
    return Worked(example, {name: value.numpy() for name, value in values.items()})


def _weights_of(of_gate: tuple[Row, ...]) -> Weights:
    """Give a gate's rows as the cells take them: U and W, the bias, and a second bias of zero."""
    whole = torch.stack([_as_tensor(row) for row in of_gate])
    U, W, bias = whole[:, :SIZE], whole[:, SIZE : 2 * SIZE], whole[:, 2 * SIZE]
    return Weights(W, U, bias, torch.zeros_like(bias))


def _as_tensor(numbers: Numbers) -> torch.Tensor:
    return torch.tensor([float(number) for number in numbers], dtype=torch.float64)


def read_number(text: str) -> Decimal:
    """Read a number that a person typed; a decimal comma and a true minus sign are understood.

    Raises:
        SettingsError: it is none, is too large, or has too many decimals.

    Example:
        >>> read_number("−0,25")
        Decimal('-0.25')
    """
    plain = text.strip().replace("−", "-").replace(",", ".")
    if not NUMBER.fullmatch(plain):
        raise SettingsError(f"“{text[:20]}” is no number. Type one such as 0.3 or −1.25.")
    number = Decimal(plain)
    if abs(number) > MOST:
        raise SettingsError(
            f"{text[:20]} lies outside −{MOST} to {MOST}, where the squash is flat. Type a smaller one."
        )
    if len(plain.partition(".")[2].rstrip("0")) > PLACES:
        raise SettingsError(
            f"{text[:20]} has more than {PLACES} decimals, too many to follow by hand. Use at most {PLACES}."
        )
    return number + 0  # a minus before zero goes away

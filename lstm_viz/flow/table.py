"""The vanishing gradient as a table: how much of it is left, by cell, forget bias and length."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from lstm_viz.flow.measure import traced
from lstm_viz.flow.request import FlowRequest
from lstm_viz.flow.subjects import untrained_readers
from lstm_viz.flow.words import middle
from lstm_viz.recurrent.gradients import gradients_of, log_norm
from lstm_viz.recurrent.half_life import Fading, fading
from lstm_viz.recurrent.specification import CELLS, Cell

TABLE_BIASES = (0.0, 1.0, 2.0, 3.0)


@dataclass(frozen=True)
class FadingRow:
    """One row of the table, over all seeds.

    Args:
        forget_bias: of the LSTM; None for the others, which have none.
        log10_ratio: mean of log10 of the norm at the first step over that at the last, of dL/dc for the LSTM, else dL/dh.
        spread: standard deviation of it over the seeds.
        half_life: median number of steps over which the norm halves; None where it does not.
    """

    cell: Cell
    forget_bias: float | None
    length: int
    log10_ratio: float
    spread: float
    half_life: float | None


def fading_table(lengths: Sequence[int], seeds: int, hidden_size: int) -> Iterator[FadingRow]:
    """Measure untrained cells at torch's own initialisation.

    Args:
        lengths: steps of the sequences.
        seeds: how many models of each kind; model k has weights, sequence and loss from seed k.
        hidden_size: units.

    Raises:
        SettingsError: a number lies outside what is computed.
    """
    for length in lengths:
        for cell in CELLS[::-1]:
            for forget_bias in TABLE_BIASES if cell == "lstm" else (None,):
                request = FlowRequest(
                    length=length, seeds=seeds, hidden_size=hidden_size, forget_bias=forget_bias or 0.0
                )
                yield summary(cell, forget_bias, length, _fadings_of(request, cell))


def _fadings_of(request: FlowRequest, cell: Cell) -> list[Fading]:
    readers = untrained_readers(request, cell)
    (gradient,) = gradients_of([reader.model for reader in readers], *traced(readers))
    return [fading(norms) for norms in log_norm(gradient[gradient.memory])]


def summary(cell: Cell, forget_bias: float | None, length: int, fadings: Sequence[Fading]) -> FadingRow:
    """Average over the seeds."""
    ratios = [each.log_ratio for each in fadings]
    half_life = middle([each.half_life for each in fadings])
    spread = float(np.std(ratios, ddof=1)) if len(ratios) > 1 else 0.0
    return FadingRow(
        cell, forget_bias, length, float(np.mean(ratios)), spread, half_life if half_life < np.inf else None
    )

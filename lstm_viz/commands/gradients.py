"""`python -m lstm_viz gradients`: the vanishing gradient as a table."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from lstm_viz.commands.terminal import show

if TYPE_CHECKING:
    from lstm_viz.scenes.gradient_bytes import FadingRow

LENGTHS = (20, 50, 100, 200)
HEADINGS = f"{'cell':<6}{'forget bias':>12}{'steps':>7}{'log10(first/last)':>19}{'± over seeds':>14}{'half-life':>11}"


@click.command()
@click.option("--lengths", "first", type=int, help="Sequence lengths: one number or several.")
@click.argument("more", type=int, nargs=-1)
@click.option("--seeds", type=int, default=20, show_default=True, help="Models per kind of cell.")
@click.option("--hidden", "hidden_size", type=int, default=32, show_default=True, help="Hidden units of each model.")
@click.option("--json", "as_json", is_flag=True, help="Print a list of JSON objects instead of a table.")
def gradients(first: int | None, more: tuple[int, ...], seeds: int, hidden_size: int, as_json: bool) -> None:
    """Measure how much of a gradient is left at the first step of untrained RNNs, GRUs and LSTMs."""
    from lstm_viz.scenes.gradient_bytes import fading_table  # torch takes seconds to import

    lengths = (*more,) if first is None else (first, *more)
    rows = fading_table(lengths or LENGTHS, seeds, hidden_size)
    show([asdict(row) for row in rows] if as_json else None, as_json, _lines_of(rows))


def _lines_of(rows: "Iterator[FadingRow]") -> Iterator[str]:
    for place, row in enumerate(rows):
        if place == 0:
            yield HEADINGS
        bias = "" if row.forget_bias is None else f"{row.forget_bias:g}"
        half_life = "–" if row.half_life is None else f"{row.half_life:.2f}"
        yield f"{row.cell:<6}{bias:>12}{row.length:>7}{row.log10_ratio:>19.2f}{row.spread:>14.2f}{half_life:>11}"

"""`python -m lstm_viz trace`: a cell stepped over a text."""

import json
from typing import Any

import click

from lstm_viz.glossary import meaning_of
from lstm_viz.recurrent.specification import CELLS, Cell
from lstm_viz.scenes.step_request import DEFAULT_SOURCE, SOURCES, StepRequest
from lstm_viz.sequences.tasks.task import SPLITS


@click.command()
@click.option("--model", "source", default=DEFAULT_SOURCE, show_default=True, help=f"One of {', '.join(SOURCES)}.")
@click.option("--text", default="", help="Text to read; an example by default.")
@click.option("--cell", type=click.Choice(CELLS), default="lstm", show_default=True, help=meaning_of("cell"))
@click.option(
    "--split",
    "splitting",
    type=click.Choice(SPLITS),
    default="auto",
    help="How the text of an untrained cell is split into tokens.",
)
@click.option("--hidden-size", type=int, default=16, show_default=True, help="Hidden units of an untrained cell.")
@click.option("--forget-bias", type=float, default=1.0, show_default=True, help=meaning_of("forget_bias"))
@click.option(
    "--seed", type=int, default=0, show_default=True, help="Random seed for the weights of an untrained cell."
)
@click.option(
    "--what-if",
    default="",
    help="What-if changes, written as in the app's addresses: lstm.forget_gate.4@3-=0~token@2=b",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of words.")
def trace(cell: Cell, as_json: bool, **requested: Any) -> None:
    """Step a cell through a text and print every number that it computes."""
    request = StepRequest(cells=(cell,), **requested)
    from lstm_viz.scenes.step_bytes import trace_in_words, trace_report  # torch takes seconds to import

    report = trace_report(request)
    click.echo(json.dumps(report, ensure_ascii=False) if as_json else trace_in_words(report))

"""The same engine without a browser: `python -m lstm_viz forecast FILE`, `… check FILE`, `… trace --model counting`."""

import click

from lstm_viz.commands.check import check
from lstm_viz.commands.classify import classify
from lstm_viz.commands.forecast import forecast
from lstm_viz.commands.gradients import gradients
from lstm_viz.commands.one_sentence import OneSentence
from lstm_viz.commands.race import race
from lstm_viz.commands.trace import trace


@click.group(cls=OneSentence)
def main() -> None:
    """Forecast a series with a recurrent network, tell sequences apart, look at a file or into a cell, or let cells race."""


for command in (check, classify, forecast, gradients, race, trace):
    main.add_command(command)


if __name__ == "__main__":
    main()

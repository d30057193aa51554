"""The same engine without a browser: `python -m lstm_viz forecast FILE`, `… check FILE`, `… trace --model counting`."""

from importlib import import_module

import click

from lstm_viz.commands.terminal import OneSentence

COMMANDS = {
    "check": "Say whether a file can be used, and what its series are.",
    "classify": "Train a network to tell sequences apart, and test it.",
    "forecast": "Train on a file and forecast what comes next.",
    "gradients": "Measure how much of a gradient reaches the first step.",
    "race": "Train cells side by side on a task with known answers.",
    "trace": "Step a cell over a text and print all that it computes.",
}


class Commands(OneSentence):
    """The commands, each imported when it is asked for: their settings need NumPy."""

    def list_commands(self, context: click.Context) -> list[str]:
        """Name them."""
        return list(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """Import one."""
        return getattr(import_module(f"lstm_viz.commands.{name}"), name) if name in COMMANDS else None

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what each is for."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=Commands)
def main() -> None:
    """Forecast a series with a recurrent network, tell sequences apart, look at a file or into a cell, or let cells race."""


if __name__ == "__main__":
    main()

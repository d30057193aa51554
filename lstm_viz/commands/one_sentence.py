"""Errors on the command line: one sentence on stderr, and an exit code that tells."""

import sys
from typing import Any

import click

from lstm_viz.errors import LSTMVizError

REFUSED = 2
STOPPED = 130


class OneSentence(click.Group):
    """A group of commands whose errors are one sentence on stderr and exit code 2."""

    def invoke(self, context: click.Context) -> Any:
        """Run a command."""
        try:
            return super().invoke(context)
        except LSTMVizError as error:
            raise click.exceptions.Exit(complain(str(error))) from error

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run from the command line."""
        try:
            code = super().main(*args, **{**kwargs, "standalone_mode": False})
        except click.exceptions.Abort:
            complain("Stopped.")
            sys.exit(STOPPED)
        except click.ClickException as error:
            sys.exit(complain(error.format_message()))
        sys.exit(code if isinstance(code, int) else 0)


def complain(sentence: str) -> int:
    """Write a sentence on stderr and give the exit code for bad input."""
    click.echo(one_line(sentence), err=True)
    return REFUSED


def one_line(text: str) -> str:
    """Write text on one line, without letters that steer a terminal or that no file can hold."""
    seen = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(seen.split())

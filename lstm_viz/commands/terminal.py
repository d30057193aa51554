"""Files in and out of the terminal, and errors in one sentence."""

import json
import os
import stat
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lstm_viz.errors import FileTooLarge, LSTMVizError, SettingsError, TableError

if TYPE_CHECKING:
    from lstm_viz.tables import Reading, Table

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


def show(report: Any, as_json: bool, lines: Iterable[str]) -> None:
    """Print a report as one JSON object, or as lines."""
    for line in [json.dumps(report, ensure_ascii=False)] if as_json else lines:
        click.echo(line)


def one_line(text: str) -> str:
    """Write text on one line, without letters that steer a terminal or that no file can hold."""
    seen = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(seen.split())


def read_file(path: Path, reading: "Reading") -> "Table":
    """Read a table from disk, or from a pipe."""
    from lstm_viz.tables import read_table

    with _readable(path):
        return read_table(_bytes_of(path), path.name, reading)


def content(path: Path) -> bytes:
    """Read a file from disk, or from a pipe."""
    with _readable(path):
        return _bytes_of(path)


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise TableError(f"`{path}` cannot be read: {reason}. Check the path.") from error


def _bytes_of(path: Path) -> bytes:
    """Read a file, one byte beyond the limit at most: a pipe has no size, and perhaps no end."""
    from lstm_viz.tables import MAX_BYTES

    found = path.stat()
    if stat.S_ISDIR(found.st_mode):
        raise TableError(f"`{path}` cannot be read: it is a folder. Name the files in it.")
    if found.st_size > MAX_BYTES:
        raise FileTooLarge(
            f"`{path.name}` has {found.st_size / 1024**2:,.0f} MB; at most {MAX_BYTES // 1024**2} MB are read. "
            "Leave out columns or rows."
        )
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(descriptor, "rb") as file:
        if stat.S_ISFIFO(found.st_mode):
            os.set_blocking(descriptor, True)  # a pipe into which nobody writes is empty; any other is waited for
        return file.read(MAX_BYTES + 1)


def refuse_places(output: Path | None, plot: Path | None) -> None:
    """Refuse chart formats and places that cannot be written, before any work is done."""
    if plot is not None and plot.suffix.lower() not in (".html", ".png", ".svg"):
        raise SettingsError(f"`--plot` (={plot.name}) has an unknown format. Use .html, .png or .svg.")
    for path in (output, plot):
        if path is not None and path.is_dir():
            raise SettingsError(f"`{path}` cannot be written: it is a folder. Name a file in it.")
        if path is not None and not path.parent.is_dir():
            raise SettingsError(f"`{path}` cannot be written: its folder does not exist. Choose another place.")


def write(path: Path, data: bytes) -> None:
    """Write a file, or refuse in a sentence."""
    try:
        path.write_bytes(data)
    except OSError as error:
        raise SettingsError(f"`{path}` cannot be written: {error.strerror or error}. Choose another place.") from error

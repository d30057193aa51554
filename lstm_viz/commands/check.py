"""`python -m lstm_viz check`: what files hold and how they were read, or why they are refused."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lstm_viz.commands.options import COLUMN_OPTIONS, READING_OPTIONS, chosen_columns, chosen_reading, options
from lstm_viz.commands.terminal import REFUSED, complain, one_line, read_file
from lstm_viz.errors import LSTMVizError, SettingsError
from lstm_viz.phrases import listed

if TYPE_CHECKING:
    from lstm_viz.tables import Columns, Reading

MOST_NAMES = 8
DELIMITERS = {"\t": "a tab", " ": "blanks", "": "nothing"}
MARKS = {"problem": "!", "warning": "!", "note": "-"}


@click.command()
@click.argument("files", metavar="FILE...", type=click.Path(path_type=Path), nargs=-1, required=True)
@options(*READING_OPTIONS, *COLUMN_OPTIONS)
@click.option("--horizon", type=int, help="Also warn of series too short to forecast this many steps.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per file, each on a line of its own.")
def check(files: tuple[Path, ...], horizon: int | None, as_json: bool, **given: Any) -> None:
    """Report for each FILE whether it can be used, how it was read, and which series it holds.

    Exit code 0: no file was refused; 2: one or more were.
    """
    reading, columns = chosen_reading(given), chosen_columns(given)
    if horizon is not None and horizon < 1:
        raise SettingsError(f"`horizon` (={horizon}) must be at least 1. Leave it out to check the file alone.")
    refused = False
    for path in files:
        report = _examine(path, reading, columns, horizon)
        _print(report, as_json)
        refused |= report["verdict"] == "refused"
    if refused:
        raise click.exceptions.Exit(REFUSED)


def _examine(path: Path, reading: "Reading", columns: "Columns", horizon: int | None) -> dict[str, Any]:
    """Describe a file; one that cannot be opened is refused like any other."""
    from lstm_viz.tables import describe_refusal, describe_table

    named = os.fsencode(path).decode("utf-8", "replace")
    try:
        table = read_file(path, reading)
    except LSTMVizError as error:
        return {"file": named, **describe_refusal(path.name, str(error))}
    return {"file": named, **describe_table(table, columns, horizon)}


def _print(report: dict[str, Any], as_json: bool) -> None:
    """Print what is known of a file; the reason why it is refused goes to stderr."""
    headline = f"{report['verdict']:<8} {report['file']}{': ' if report['reason'] else ''}{report['reason']}"
    if as_json:
        click.echo(json.dumps(report, ensure_ascii=False))
    if report["verdict"] == "refused":
        complain(headline)
    elif not as_json:
        click.echo(one_line(headline))
    if not as_json:
        for line in _lines_of(report):
            click.echo(f"  {one_line(line)}")


def _lines_of(report: dict[str, Any]) -> Iterator[str]:
    if report["rows"] is None:
        return
    yield f"rows: {report['rows']:,}"
    columns = [f"{column['name']} ({column['kind']})" for column in report["columns"]]
    yield f"columns: {listed(columns, MOST_NAMES)}"
    yield f"read as: {', '.join(_read_as(report))}"
    if report["series"]:
        yield f"time: {report['time'] or 'the number of the row'}, {report['frequency_label']} ({report['frequency']})"
        yield f"target: {report['target']}, {report['steps']:,} steps from {report['start']} to {report['end']}"
    if report["series"] > 1:
        by = f" by {report['series_id']}" if report["series_id"] else ""
        yield f"series: {report['series']:,}{by}: {listed(report['ids'], MOST_NAMES)}"
    lines = [("!", sentence) for sentence in report["skipped"]]
    lines += [(MARKS.get(finding["severity"], ""), finding["sentence"]) for finding in report["findings"]]
    lines += [("-", note) for note in report["notes"]]
    yield from (f"{mark} {sentence}" for mark, sentence in lines if mark and sentence != report["reason"])


def _read_as(report: dict[str, Any]) -> Iterator[str]:
    if report["sheet"] is not None:
        yield f"sheet {report['sheet']}"
    if report["encoding"] is not None:
        yield report["encoding"]
    if report["delimiter"] is not None:
        sign = f'"{report["delimiter"]}"'
        yield f"{DELIMITERS.get(report['delimiter'], sign)} between cells"
    if report["decimal"] is not None:
        yield f'"{report["decimal"]}" as decimal sign'
    yield f"names in row {report['header']}" if report["header"] else "no row of names"

"""Options that several commands take: how a file is read, and which of its columns are what.

Their values go through `Reading` and `Columns` as they stand, so that the command line and the app refuse the same things
in the same words. Tables are imported when they are read: the help is shown without them.
"""

from collections.abc import Callable
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from lstm_viz.tables import Columns, Reading

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]
DELIMITER_WORDS = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "bar": "|", "space": " ", "none": ""}

READING_OPTIONS = (
    click.option("--encoding", metavar="CODEC", help="How the letters are written: utf-8, cp1252, gb18030 …"),
    click.option("--delimiter", metavar="SIGN", help="Between cells: , ; | tab, space, or none for a single column."),
    click.option("--decimal", metavar="SIGN", help='The decimal sign: "." or ",".'),
    click.option("--header", type=int, metavar="ROW", help="Row of the file that holds the names, from 1; 0 for none."),
    click.option("--sheet", metavar="NAME", help="Sheet of a workbook."),
    click.option("--date-order", metavar="ORDER", help="Of day, month and year: dmy, mdy, ymd."),
    click.option("--periods", metavar="WHERE", help="Where moments stand: in the names of columns, or in the rows."),
    click.option(
        "--fiscal-year", metavar="HOW", help='What a year from April to March is named after: "begins" or "ends".'
    ),
    click.option("--missing", metavar="MARK", multiple=True, help="A further mark for nothing; can be given again."),
    click.option(
        "--genuine", metavar="NUMBER", multiple=True, help="A number that looks like a mark for nothing, and is meant."
    ),
)
COLUMN_OPTIONS = (
    click.option("--time", metavar="COLUMN", help='Column of dates, "year + month", or "(row number)".'),
    click.option("--target", metavar="COLUMN", multiple=True, help="Column of numbers; again for a wide table."),
    click.option("--series-id", metavar="COLUMN", help='What names the series of a long table; "" for none.'),
    click.option(
        "--known", metavar="COLUMN", multiple=True, help="A feature whose future is known; can be given again."
    ),
    click.option("--past", metavar="COLUMN", multiple=True, help="A feature known so far only; can be given again."),
    click.option("--duplicates", metavar="HOW", help="Rows that share a moment: mean, sum, first, last."),
    click.option("--frequency", metavar="ALIAS", help='A pandas alias to force ("MS"), or "step" for rows.'),
)


def options(*several: Decorator) -> Decorator:
    """Give a command several options at once, in this order."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(several):
            function = option(function)
        return function

    return decorate


def chosen_reading(given: dict[str, Any]) -> "Reading":
    """Take the options of `READING_OPTIONS` out of what was given.

    Raises:
        SettingsError: a value that cannot be.
    """
    from lstm_viz.tables import DELIMITERS, Reading

    values = {field.name: given.pop(field.name) for field in fields(Reading)}
    if values["delimiter"] is not None and values["delimiter"] not in DELIMITERS:
        values["delimiter"] = DELIMITER_WORDS.get(values["delimiter"].lower(), values["delimiter"])
    return Reading(**values)


def chosen_columns(given: dict[str, Any]) -> "Columns":
    """Take the options of `COLUMN_OPTIONS` out of what was given; several targets are a wide table.

    Raises:
        SettingsError: a value that cannot be.
    """
    from lstm_viz.tables import Columns

    values = {field.name: given.pop(field.name) for field in fields(Columns) if field.name != "targets"}
    targets = values.pop("target")
    if targets:
        values |= {"target": targets[0], "targets": targets if len(targets) > 1 else ()}
    return Columns(**{name: value for name, value in values.items() if value is not None})

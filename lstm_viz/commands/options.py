"""Options that several commands take: how a file is read, and which of its columns are what.

Their values go through `Reading` and `Columns` as they stand, so that the command line and the app refuse the same things
in the same words. Tables are imported when they are read: the help is shown without them.
"""

from collections.abc import Callable
from dataclasses import fields
from functools import reduce
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from lstm_viz.tables import Columns, Reading

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]
DELIMITER_WORDS = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "bar": "|", "space": " ", "none": ""}


def option(flag: str, metavar: str, meaning: str, **more: Any) -> Decorator:
    """Make an option that takes text by default."""
    return click.option(flag, metavar=metavar, help=meaning, **more)


READING_OPTIONS = (
    option("--encoding", "CODEC", "Character encoding of the file: utf-8, cp1252, gb18030 …"),
    option("--delimiter", "SIGN", "Character between cells: , ; | tab, space, or none for a single column."),
    option("--decimal", "SIGN", 'The decimal sign: "." or ",".'),
    option("--header", "ROW", "Row of the file with the column names, counted from 1; 0 for none.", type=int),
    option("--sheet", "NAME", "Sheet of a workbook."),
    option("--date-order", "ORDER", "Order of day, month and year: dmy, mdy or ymd."),
    option("--periods", "WHERE", "Where the dates are: in the column names or in the rows."),
    option("--fiscal-year", "HOW", 'What a year from April to March is named after: "begins" or "ends".'),
    option("--missing", "MARK", "A further mark for missing values; can be repeated.", multiple=True),
    option(
        "--genuine",
        "NUMBER",
        "A number that looks like a missing-value mark but is genuine; can be repeated.",
        multiple=True,
    ),
)
COLUMN_OPTIONS = (
    option("--time", "COLUMN", 'Column of dates, "year + month", or "(row number)".'),
    option("--target", "COLUMN", "Column of numbers; repeat it for a wide table.", multiple=True),
    option("--series-id", "COLUMN", 'Column that names the series of a long table; "" for none.'),
    option("--known", "COLUMN", "A feature whose future values are known; can be repeated.", multiple=True),
    option("--past", "COLUMN", "A feature known only up to the present; can be repeated.", multiple=True),
    option("--duplicates", "HOW", "What to do with rows of the same time: mean, sum, first or last."),
    option("--frequency", "ALIAS", 'Force a frequency by its pandas alias ("MS"), or "step" for rows.'),
)


def options(*several: Decorator) -> Decorator:
    """Give a command several options at once, in this order."""
    return lambda function: reduce(lambda made, each: each(made), reversed(several), function)


def chosen_reading(given: dict[str, Any]) -> "Reading":
    """Take the options of `READING_OPTIONS` out of what was given."""
    from lstm_viz.tables import DELIMITERS, Reading

    values = {field.name: given.pop(field.name) for field in fields(Reading)}
    if values["delimiter"] is not None and values["delimiter"] not in DELIMITERS:
        values["delimiter"] = DELIMITER_WORDS.get(values["delimiter"].lower(), values["delimiter"])
    return Reading(**values)


def chosen_columns(given: dict[str, Any]) -> "Columns":
    """Take the options of `COLUMN_OPTIONS` out of what was given; several targets are a wide table."""
    from lstm_viz.tables import Columns

    values = {field.name: given.pop(field.name) for field in fields(Columns) if field.name != "targets"}
    targets = values.pop("target")
    if targets:
        values |= {"target": targets[0], "targets": targets if len(targets) > 1 else ()}
    return Columns(**{name: value for name, value in values.items() if value is not None})

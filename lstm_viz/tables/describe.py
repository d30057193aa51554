"""A table in words and numbers that fit into JSON."""

from typing import Any

import numpy as np

from lstm_viz.errors import LSTMVizError
from lstm_viz.tables.series import Series, make_series
from lstm_viz.tables.table import Table

_NO_SERIES: dict[str, Any] = dict.fromkeys(
    ("time", "target", "frequency", "frequency_label", "season_length", "steps", "gaps", "start", "end")
)


def describe_table(table: Table) -> dict[str, Any]:
    """Return what was found in a table and the series that it proposes; `refusal` says why there is none.

    `verdict` is "ok", "warning" or "refused", and `reason` the sentence of the refusal or of the first warning.
    """
    try:
        found = _describe_series(make_series(table))
    except LSTMVizError as error:
        found = {**_NO_SERIES, "time": table.proposed_time, "notes": (), "refusal": str(error)}
    notes = [*table.notes, *found.pop("notes")]
    verdict, reason = _verdict(table, found.get("refusal"))
    columns = [
        {name: getattr(column, name) for name in ("name", "kind", "missing", "example", "unit")}
        for column in table.columns
    ]
    return {
        "name": table.name,
        "verdict": verdict,
        "reason": reason,
        "rows": table.rows,
        "encoding": table.encoding,
        "delimiter": table.delimiter,
        "decimal": table.decimal,
        "header": table.header_row,
        "has_header": table.has_header,
        "sheet": table.sheet,
        "columns": columns,
        **found,
        "notes": notes,
    }


def _verdict(table: Table, refusal: str | None) -> tuple[str, str]:
    if refusal is not None:
        return "refused", refusal
    warnings = [decision.sentence for decision in table.decisions if decision.warning]
    return ("warning", warnings[0]) if warnings else ("ok", "")


def _describe_series(series: Series) -> dict[str, Any]:
    return {
        "time": series.time,
        "target": series.name,
        "frequency": series.frequency.alias,
        "frequency_label": series.frequency.label,
        "season_length": series.frequency.season_length,
        "steps": len(series),
        "gaps": int(np.isnan(series.y).sum()),
        "start": _moment(series.ds[0]),
        "end": _moment(series.ds[-1]),
        "notes": series.notes,
    }


def _moment(step: np.generic) -> str | int:
    """Return a date without its clock at midnight; rows are their number."""
    if not isinstance(step, np.datetime64):
        return int(step)
    text = str(step.astype("datetime64[us]"))
    return text.removesuffix("T00:00:00.000000").removesuffix(".000000")

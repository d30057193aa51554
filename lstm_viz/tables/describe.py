"""A table in words and numbers that fit into JSON."""

from dataclasses import asdict
from typing import Any

import numpy as np

from lstm_viz.errors import LSTMVizError
from lstm_viz.phrases import counted, shown
from lstm_viz.tables.choices import ROW_NUMBER
from lstm_viz.tables.doubts import doubts
from lstm_viz.tables.inspection import LOOK_FIRST, Finding, inspect_series
from lstm_viz.tables.panel import Panel, make_panel
from lstm_viz.tables.roles import Columns
from lstm_viz.tables.series import Series
from lstm_viz.tables.table import Table

_NO_TABLE: dict[str, Any] = {
    **dict.fromkeys(("rows", "encoding", "delimiter", "decimal", "header", "has_header", "sheet")),
    "columns": [],
}
_NO_SERIES: dict[str, Any] = {
    **dict.fromkeys(("time", "target", "frequency", "frequency_label", "season_length", "steps", "gaps")),
    **dict.fromkeys(("start", "end", "layout", "series_id")),
    "series": 0,
    "ids": [],
    "features": [],
    "skipped": [],
    "findings": [],
}


def describe_table(table: Table, columns: Columns = Columns(), horizon: int | None = None) -> dict[str, Any]:
    """Return what was found in a table and the series that come out of it; `refusal` says why there are none.

    `verdict` is "ok", "warning" or "refused", and `reason` the sentence of the refusal or of the first warning. `series`
    counts the series; `steps` and `gaps` are of all of them, `start` and `end` of the earliest and the latest.

    Args:
        table: what `read_table` returned.
        columns: what a person chose; the rest is proposed.
        horizon: how many steps are to be forecast, if that is known yet.
    """
    try:
        panel = make_panel(table, columns)
        found = _describe_panel(panel, horizon)
        notes, refusal = (*table.notes, *panel.notes), None
    except LSTMVizError as error:
        found = {**_NO_SERIES, "time": _time(table, columns), "refusal": str(error)}
        notes, refusal = table.notes, str(error)
    verdict, reason = _verdict(table, found, refusal, asked=horizon is not None)
    return {
        "name": table.name,
        "verdict": verdict,
        "reason": reason,
        **_describe_file(table),
        **found,
        "notes": list(notes),
    }


def describe_refusal(name: str, refusal: str) -> dict[str, Any]:
    """Return the description of a file that is no table: everything that `describe_table` tells, but unknown."""
    told = {"name": name, "verdict": "refused", "reason": refusal, **_NO_TABLE, **_NO_SERIES}
    return {**told, "refusal": refusal, "notes": []}


def _describe_file(table: Table) -> dict[str, Any]:
    columns = [
        {name: getattr(column, name) for name in ("name", "kind", "missing", "example", "unit")}
        for column in table.columns
    ]
    return {
        "rows": table.rows,
        "encoding": table.encoding,
        "delimiter": table.delimiter,
        "decimal": table.decimal,
        "header": table.header_row,
        "has_header": table.has_header,
        "sheet": table.sheet,
        "columns": columns,
    }


def _time(table: Table, columns: Columns) -> str | None:
    time = table.proposed_time if columns.time is None else columns.time
    return None if time in ("", ROW_NUMBER) else time


def _verdict(table: Table, found: dict[str, Any], refusal: str | None, asked: bool) -> tuple[str, str]:
    """What was lost in reading comes first, then the series left out, then those that are too short for what is asked.

    A file of five rows that was read without loss is in order until a horizon is asked for.
    """
    if refusal is not None:
        return "refused", refusal
    warnings = list(dict.fromkeys([*(one.sentence for one in table.decisions if one.warning), *doubts(table)]))
    warnings += found["skipped"]
    warnings += [
        finding["sentence"]
        for finding in found["findings"]
        if finding["kind"] in LOOK_FIRST and finding["severity"] == "warning"
    ]
    warnings += [finding["sentence"] for finding in found["findings"] if asked and finding["severity"] == "problem"]
    return ("warning", warnings[0]) if warnings else ("ok", "")


def _describe_panel(panel: Panel, horizon: int | None) -> dict[str, Any]:
    first, many = panel.series[0], panel.series
    return {
        "time": first.time if len(many) == 1 else next((one.time for one in many if one.time), None),
        "target": first.name,
        "frequency": panel.frequency.alias,
        "frequency_label": panel.frequency.label,
        "season_length": panel.frequency.season_length,
        "steps": sum(map(len, many)),
        "gaps": sum(int(np.isnan(one.y).sum()) for one in many),
        "start": _moment(min(one.ds[0] for one in _dated(many))),
        "end": _moment(max(one.ds[-1] for one in _dated(many))),
        "layout": panel.layout,
        "series_id": panel.columns.series_id or None,
        "series": len(many),
        "ids": list(panel.ids),
        "features": [{"name": feature.name, "known": feature.known} for feature in first.features],
        "skipped": list(panel.skipped),
        "findings": _findings(panel, horizon),
    }


def _dated(many: tuple[Series, ...]) -> list[Series]:
    """Moments compare with moments: series without a time stand aside where others have one."""
    return [one for one in many if one.time is not None] or list(many)


def _findings(panel: Panel, horizon: int | None) -> list[dict[str, Any]]:
    """Return what was found in the only series; of many, what is more than a note, each kind once with its first series."""
    if len(panel) == 1:
        return [{**asdict(finding), "series": 1} for finding in inspect_series(panel.series[0], horizon)]
    gathered: dict[tuple[str, str], list[tuple[str, Finding]]] = {}
    for series in panel.series:
        for finding in inspect_series(series, horizon):
            if finding.severity in ("problem", "warning"):
                gathered.setdefault((finding.severity, finding.kind), []).append((series.unique_id, finding))
    return [_together(found) for _, found in sorted(gathered.items(), key=lambda entry: entry[0][0])]


def _together(found: list[tuple[str, Finding]]) -> dict[str, Any]:
    unique_id, first = found[0]
    others = f" So it is with {counted(len(found) - 1, 'other')}." if len(found) > 1 else ""
    return {**asdict(first), "sentence": f"`{shown(unique_id)}`: {first.sentence}{others}", "series": len(found)}


def _moment(step: np.generic) -> str | int:
    """Return a date without its clock at midnight; rows are their number."""
    if not isinstance(step, np.datetime64):
        return int(step)
    text = str(step.astype("datetime64[us]"))
    return text.removesuffix("T00:00:00.000000").removesuffix(".000000")

"""A table in words and numbers that fit into JSON."""

from dataclasses import asdict
from typing import Any

import numpy as np

from lstm_viz.errors import LSTMVizError
from lstm_viz.phrases import counted, shown
from lstm_viz.tables.columns.table import ROW_NUMBER, Columns, Table
from lstm_viz.tables.series.doubts import doubts
from lstm_viz.tables.series.inspection import SHOWN_FIRST, Finding, inspect_series
from lstm_viz.tables.series.series import Panel, make_panel

_OF_FILE = {name: name for name in ("rows", "encoding", "delimiter", "decimal", "header", "has_header", "sheet")}
_OF_FILE["header"] = "header_row"
_OF_SERIES = ("time", "target", "frequency", "frequency_label", "season_length", "steps", "gaps", "start", "end")
_NO_SERIES: dict[str, Any] = dict.fromkeys((*_OF_SERIES, "layout", "series_id")) | {"series": 0}
_NO_SERIES |= {name: [] for name in ("ids", "features", "skipped", "findings")}


def describe_table(table: Table, columns: Columns = Columns(), horizon: int | None = None) -> dict[str, Any]:
    """Return what was found in a table and the series that come out of it; `refusal` says why there are none.

    `verdict` is "ok", "warning" or "refused", `reason` the sentence of the refusal or of the first warning. `horizon` is how
    many steps are to be forecast, if that is known yet.
    """
    try:
        panel = make_panel(table, columns)
        found, notes, refusal = _describe_panel(panel, horizon), (*table.notes, *panel.notes), None
    except LSTMVizError as error:
        time = table.proposed_time if columns.time is None else columns.time
        found = {**_NO_SERIES, "time": None if time in ("", ROW_NUMBER) else time, "refusal": str(error)}
        notes, refusal = table.notes, str(error)
    verdict, reason = _verdict(table, found, refusal, horizon)
    about = ("name", "kind", "missing", "example", "unit")
    described = [{name: getattr(column, name) for name in about} for column in table.columns]
    of_file = {key: getattr(table, name) for key, name in _OF_FILE.items()} | {"columns": described}
    return {"name": table.name, "verdict": verdict, "reason": reason, **of_file, **found, "notes": list(notes)}


def describe_refusal(name: str, refusal: str) -> dict[str, Any]:
    """Return the description of a file that is no table: everything that `describe_table` gives, but unknown."""
    unknown = dict.fromkeys(_OF_FILE) | {"columns": []} | _NO_SERIES
    return {"name": name, "verdict": "refused", "reason": refusal, **unknown, "refusal": refusal, "notes": []}


def _verdict(table: Table, found: dict[str, Any], refusal: str | None, horizon: int | None) -> tuple[str, str]:
    """What was lost in reading comes first, then series left out, then those too short for a requested horizon."""
    if refusal is not None:
        return "refused", refusal
    warnings = list(dict.fromkeys([*(one.sentence for one in table.decisions if one.warning), *doubts(table)]))
    findings = [(one["severity"], one["kind"], one["sentence"]) for one in found["findings"]]
    warnings += found["skipped"]
    warnings += [text for severity, kind, text in findings if severity == "warning" and kind in SHOWN_FIRST]
    warnings += [text for severity, _, text in findings if severity == "problem" and horizon is not None]
    return ("warning", warnings[0]) if warnings else ("ok", "")


def _describe_panel(panel: Panel, horizon: int | None) -> dict[str, Any]:
    first, many = panel.series[0], panel.series
    dated = [one for one in many if one.time is not None] or many  # moments compare with moments
    return {
        "time": first.time if len(many) == 1 else next((one.time for one in many if one.time), None),
        "target": first.name,
        "frequency": panel.frequency.alias,
        "frequency_label": panel.frequency.label,
        "season_length": panel.frequency.season_length,
        "steps": sum(map(len, many)),
        "gaps": sum(int(np.isnan(one.y).sum()) for one in many),
        "start": _moment(min(one.ds[0] for one in dated)),
        "end": _moment(max(one.ds[-1] for one in dated)),
        "layout": panel.layout,
        "series_id": panel.columns.series_id or None,
        "series": len(many),
        "ids": list(panel.ids),
        "features": [{"name": feature.name, "known": feature.known} for feature in first.features],
        "skipped": list(panel.skipped),
        "findings": _findings(panel, horizon),
    }


def _findings(panel: Panel, horizon: int | None) -> list[dict[str, Any]]:
    """Return what was found in the only series; of many, what is more than a note, each kind once with its first series."""
    if len(panel) == 1:
        return [{**asdict(finding), "series": 1} for finding in inspect_series(panel.series[0], horizon)]
    gathered: dict[tuple[str, str], list[tuple[str, Finding]]] = {}
    for series in panel.series:
        for finding in inspect_series(series, horizon):
            if finding.severity in ("problem", "warning"):
                gathered.setdefault((finding.severity, finding.kind), []).append((series.unique_id, finding))
    described = []
    for _, found in sorted(gathered.items(), key=lambda entry: entry[0][0]):
        unique_id, first = found[0]
        others = f" So it is with {counted(len(found) - 1, 'other')}." if len(found) > 1 else ""
        sentence = f"`{shown(unique_id)}`: {first.sentence}{others}"
        described.append({**asdict(first), "sentence": sentence, "series": len(found)})
    return described


def _moment(step: np.generic) -> str | int:
    """Return a date without its clock at midnight; rows are their number."""
    if not isinstance(step, np.datetime64):
        return int(step)
    text = str(step.astype("datetime64[us]"))
    return text.removesuffix("T00:00:00.000000").removesuffix(".000000")

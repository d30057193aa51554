"""A labelled file becomes sequences: pictures or series of one row each, or long, with many rows for a sequence."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from lstm_viz.errors import LabelledError
from lstm_viz.phrases import counted, listed_names, listed_values, plain, shown
from lstm_viz.sequences.labelled.archive_files import Archive, open_archive
from lstm_viz.sequences.labelled.labelled_sequences import (
    LabelledSequences,
    checked,
    pictures_as_rows,
    rare_classes,
    stacked,
    starts_of,
)
from lstm_viz.sequences.labelled.table_body import Body, Cells, check_filled
from lstm_viz.sequences.labelled.table_layout import LabelledLayout, LabelledReading, Plan, find_plan
from lstm_viz.sequences.labelled.text_blocks import check_size, open_cells
from lstm_viz.tables.files.read_options import Reading
from lstm_viz.tables.values.numbers import MISSING
from lstm_viz.tables.values.timestamps import read_text_times

MAX_CLASSES = 1000
_MANY = 20  # different numbers: from here on they may be measured and no classes


@dataclass(frozen=True, eq=False)
class ReadLabelled:
    """The sequences of a file, its layout, the meaning of its columns, and what was decided, in sentences."""

    data: LabelledSequences
    layout: LabelledLayout
    columns: tuple[str, ...]
    label: str
    unique_id: str | None
    step: str | None
    findings: tuple[str, ...]

    def again(self, reading: Reading = Reading()) -> LabelledReading:
        """Return the settings that read another file, the test, the same way."""
        return LabelledReading(self.layout, self.label, self.unique_id, self.step, reading)


def read_labelled_csv(
    data: bytes, name: str, requested: LabelledReading = LabelledReading(), training: LabelledSequences | None = None
) -> ReadLabelled:
    """Read labelled sequences from a table (text, Excel or Parquet) in one of three layouts, from `.ts` or from ARFF.

    `pixels`: a row is a label and the grey values of a square picture. `series`: a row is a label and one series, shorter
    ones with empty cells at the end (the UCR archive). `long`: a row is one step, with the id of its sequence, features and
    the label. `training` is given where this file is its test.

    Raises:
        TableError: the file is no table, or too large.
        ColumnError: no column can be the label, or a requested one does not exist.
        LabelledError: gaps, text, ragged rows, changing or measured labels; OneClass or UnseenClass (see `checked`).
    """
    check_size(data)
    opened = open_archive(data, requested) or open_cells(data, requested.reading)
    if isinstance(opened, Archive):
        found = checked(_archived(opened, plain(name, 120)), training)
        findings = (opened.note, *_summary(found), *rare_classes(found))
        return ReadLabelled(found, requested.layout or "series", (opened.label,), opened.label, None, None, findings)
    cells, plan = opened, find_plan(opened, requested)
    body = cells.read(plan.texts, plan.unused)
    _check_rows(len(body.rows), name)
    build = {"pixels": _pictures, "series": _series, "long": _long}[plan.layout]
    found, decisions = build(body, cells, plan, plain(name, 120))
    found = checked(found, training)
    unique_id, step = (None if place is None else cells.names[place] for place in (plan.unique_id, plan.step))
    findings = (*cells.notes, *decisions, *_left_out(cells, plan), *_summary(found), *rare_classes(found))
    return ReadLabelled(found, plan.layout, cells.names, cells.names[plan.label], unique_id, step, findings)


def _archived(archive: Archive, name: str) -> LabelledSequences:
    _check_rows(len(archive.sequences), name)
    labels, classes = _labels(archive.labels, archive.rows, archive.label)
    values, starts = stacked(archive.sequences)
    width = values.shape[1]
    features = ("value",) if width == 1 else tuple(f"channel {place}" for place in range(1, width + 1))
    return LabelledSequences(values, starts, labels, classes, features, name)


def _check_rows(count: int, name: str) -> None:
    if count == 0:
        raise LabelledError(f"{shown(name)} has no row with a label and values. Add examples and give it again.")


def _pictures(body: Body, cells: Cells, plan: Plan, name: str) -> tuple[LabelledSequences, tuple[str, ...]]:
    labels, classes = _labels(body.texts[plan.label], body.rows, cells.names[plan.label])
    check_filled(body, cells)
    side = round(body.values.shape[1] ** 0.5)
    pixels = body.values.reshape(len(body.rows), side, side)
    scale = _scale(body, cells)
    data = pictures_as_rows(pixels, labels, classes, name, scale)
    greys = "taken as they are" if scale == 1 else f"divided by {round(1 / scale)}"
    sentence = (
        f"Each row is a picture of {side} × {side} pixels, read as {side} steps of {side}: "
        f"`{shown(cells.names[plan.label])}` is its class. Grey values are {greys}."
    )
    return data, (sentence,)


def _scale(body: Body, cells: Cells) -> float:
    """Return the factor that brings grey values up to 1, 16 (scikit-learn's digits) or 255 into 0 to 1."""
    low, high = float(body.values.min()), float(body.values.max())
    if body.values.dtype != np.uint8 and not 0 <= low <= high <= 1:
        outside = np.argwhere((body.values != np.round(body.values)) | (body.values < 0) | (body.values > 255))
        at, place = (int(found) for found in outside[0])
        column = shown(cells.names[body.places[place]])
        raise LabelledError(
            f"Row {body.rows[at]:,}, column `{column}` holds {body.values[at, place]:g}: a grey value is "
            "a whole number from 0 to 255. Mend it, or read the rows as series."
        )
    return 1.0 if high <= 1 else 1 / 16 if high <= 16 else 1 / 255


def _series(body: Body, cells: Cells, plan: Plan, name: str) -> tuple[LabelledSequences, tuple[str, ...]]:
    labels, classes = _labels(body.texts[plan.label], body.rows, cells.names[plan.label])
    known = np.ones(body.values.shape, bool) if body.values.dtype == np.uint8 else ~np.isnan(body.values)
    width = len(body.places)
    lengths = np.where(known.any(axis=1), width - known[:, ::-1].argmax(axis=1), 0).astype(np.int64)
    if (lengths == 0).any():
        row = body.rows[int((lengths == 0).argmax())]
        raise LabelledError(f"Row {row:,} has a label and no values. Add its values or remove the row.")
    inside = np.arange(width) < lengths[:, None]
    check_filled(body, cells, inside)
    starts = starts_of(lengths)
    values = body.values[inside].reshape(-1, 1).astype(np.float32)
    data = LabelledSequences(values, starts, labels, classes, ("value",), name)
    sentence = (
        f"Each row is one example: `{shown(cells.names[plan.label])}` is its class, the "
        f"{counted(width, 'other cell')} its steps."
    )
    return data, (sentence,)


def _long(body: Body, cells: Cells, plan: Plan, name: str) -> tuple[LabelledSequences, tuple[str, ...]]:
    assert plan.unique_id is not None
    id_name, label_name = cells.names[plan.unique_id], cells.names[plan.label]
    if not body.places:
        raise LabelledError(
            f"No column of numbers is left beside `{shown(id_name)}` and `{shown(label_name)}`. Add one."
        )
    check_filled(body, cells)
    ids = body.texts[plan.unique_id]
    _check_named(ids, body.rows, id_name, "id")
    codes, _ = pd.factorize(np.array(ids, dtype=object))
    labels, classes = _labels(body.texts[plan.label], body.rows, label_name, int(codes.max()) + 1)
    if plan.crossed:
        codes, _ = pd.factorize(codes * len(classes) + labels)
    order, decisions = _order(body, cells, plan, codes)
    lengths = np.bincount(codes)
    starts = starts_of(lengths)
    of_rows = labels[order]
    of_ids = of_rows[starts[:-1]]
    other = of_rows != np.repeat(of_ids, lengths)
    if other.any():
        at = int(order[other.argmax()])
        first = classes[of_ids[codes[at]]]
        raise LabelledError(
            f"`{shown(id_name)}` {shown(ids[at])} has two classes: “{shown(first)}”, and “{shown(classes[labels[at]])}” in "
            f"row {body.rows[at]:,}. A sequence has one class: mend the label or the id."
        )
    features = tuple(cells.names[place] for place in body.places)
    values = body.values[order].astype(np.float32)
    data = LabelledSequences(values, starts, of_ids, classes, features, name)
    which = f"`{shown(id_name)}` and `{shown(label_name)}` together say" if plan.crossed else f"`{shown(id_name)}` says"
    sentence = (
        f"Each row is one step: {which} of which sequence, `{shown(label_name)}` of which class, and "
        f"the model reads {listed_names(features)}."
    )
    return data, (sentence, decisions)


def _order(body: Body, cells: Cells, plan: Plan, codes: np.ndarray) -> tuple[np.ndarray, str]:
    if plan.step is None:
        return np.argsort(codes, kind="stable"), "No column counts the steps: they are in the order of the rows."
    name = cells.names[plan.step]
    _check_named(body.texts[plan.step], body.rows, name, "step")
    steps = _steps(body.texts[plan.step], name)
    if steps is None:
        sentence = f"`{shown(name)}` is neither number nor time: kept the order of the rows."
        return np.argsort(codes, kind="stable"), sentence
    order = np.lexsort((steps, codes))
    twice = (np.diff(codes[order]) == 0) & (np.diff(steps[order]) == 0)
    if twice.any():
        at = int(twice.argmax())
        first, second = sorted(body.rows[order[at : at + 2]].tolist())
        raise LabelledError(
            f"Rows {first:,} and {second:,} are the same step of the same sequence (`{shown(name)}` "
            f"{shown(body.texts[plan.step][order[at]])}). Remove one of them, or pick another step column."
        )
    return order, f"The steps of a sequence are in the order of `{shown(name)}`."


def _steps(cells: list[str], name: str) -> np.ndarray | None:
    numbers = np.array(pd.to_numeric(pd.Series(cells, dtype="str"), errors="coerce"), dtype=np.float64)
    if not np.isnan(numbers).any():
        return numbers
    times = read_text_times(pd.Series(cells, dtype="str", name=name))
    if times is None or np.isnat(times.stamps).any():
        return None
    return np.asarray(times.stamps).astype("datetime64[us]").astype(np.int64)


def _labels(
    cells: list[str], rows: np.ndarray, name: str, examples: int | None = None
) -> tuple[np.ndarray, tuple[str, ...]]:
    """Number the classes: numbers by size ("1.0" is "1"), words by the alphabet. `examples` counts sequences."""
    _check_named(cells, rows, name, "label")
    codes, found = pd.factorize(np.array(cells, dtype=object))
    numbers = np.array(pd.to_numeric(pd.Series(found, dtype="str"), errors="coerce"), dtype=np.float64)
    marks = ("?", "nan") if np.isnan(numbers).sum() > 1 else MISSING  # beside other words, "none" may be a class
    for unknown in [cell for cell in found if cell.lower() in marks][:1]:
        _check_named(cells, rows, name, "label", unknown)
    numeric = bool(np.isfinite(numbers).all())
    keys = [f"{number:.15g}" for number in numbers + 0.0] if numeric else [plain(str(cell), 120) for cell in found]
    classes = sorted(set(keys), key=float) if numeric else sorted(set(keys))
    if numeric:
        _check_no_regression(numbers, len(classes), examples or len(cells), name)
    if len(classes) > MAX_CLASSES:
        raise LabelledError(
            f"Column `{shown(name)}` has {len(classes):,} different values; at most {MAX_CLASSES:,} classes are learned. "
            "Pick another label column."
        )
    places = {key: place for place, key in enumerate(classes)}
    return np.array([places[key] for key in keys], dtype=np.int64)[codes], tuple(classes)


def _check_no_regression(numbers: np.ndarray, different: int, examples: int, name: str) -> None:
    measured = bool((numbers != np.round(numbers)).any())
    if different > _MANY and (measured or different * 2 > examples):
        raise LabelledError(
            f"Column `{shown(name)}` looks like a measured number and not like a class: {different:,} different values in "
            f"{counted(examples, 'example')}, such as {numbers[0]:g} and {numbers[1]:g}. Pick a label column with few "
            "different values; forecasting numbers is what the page Forecast does."
        )


def _check_named(cells: list[str], rows: np.ndarray, name: str, what: str, unknown: str = "") -> None:
    if unknown in cells:
        row, held = rows[cells.index(unknown)], f"holds “{shown(unknown)}”" if unknown else "is empty"
        raise LabelledError(
            f"Row {row:,} has no {what}: column `{shown(name)}` {held} there. Fill it or remove the row."
        )


def _left_out(cells: Cells, plan: Plan) -> tuple[str, ...]:
    if not plan.unused:
        return ()
    return (
        f"Left out {listed_names(cells.names[place] for place in plan.unused)}: text, ids, a mere number of rows, "
        "or no value as the others are.",
    )


def _summary(data: LabelledSequences) -> tuple[str, ...]:
    classes = listed_values(data.classes, 10)
    low, high = int(data.lengths.min()), int(data.lengths.max())
    steps = counted(high, "step") if low == high else f"{low:,} to {high:,} steps"
    size = f"{counted(len(data), 'example')} of {steps}, {counted(data.input_size, 'number')} each"
    return (f"{size}; {counted(len(data.classes), 'class')}: {classes}.",)

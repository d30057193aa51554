"""Cells to typed columns: numbers, moments, text, or nothing."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from lstm_viz.tables.grid import Grid
from lstm_viz.tables.number_times import is_year_counter, read_number_times
from lstm_viz.tables.numerals import Mark, decimal_mark, has_signs, looks_numeric, missing_cells, parse_numbers
from lstm_viz.tables.table import Column, Kind
from lstm_viz.tables.times import Times, read_text_times
from lstm_viz.tables.wording import counted, listed, shown

MOSTLY = 0.8
_EVIDENCE_ROWS = 200
_MAX_NOTES = 20


@dataclass(frozen=True, eq=False)
class _Typed:
    """A column with its values; `blank` counts the cells that hold nothing or a mark for nothing."""

    column: Column
    values: pd.Series
    blank: int = 0
    notes: tuple[str, ...] = ()


def type_columns(grid: Grid) -> tuple[pd.DataFrame, tuple[Column, ...], tuple[str, ...]]:
    """Give every column of the grid its type: 80 % of the cells that are not missing must agree on it."""
    mark = _file_mark(grid)
    typed = [_typed(grid.cells[name], mark) for name in grid.cells.columns]
    typed = [_as_named_time(found) for found in typed]
    typed = _with_year_counter(typed)
    frame = pd.DataFrame({found.column.name: found.values for found in typed}, index=grid.cells.index)
    notes = [note for found in typed for note in found.notes]
    if len(notes) > _MAX_NOTES:
        notes = [*notes[:_MAX_NOTES], f"{len(notes) - _MAX_NOTES:,} more notes of this kind are left out."]
    return frame, tuple(found.column for found in typed), (*_missing_note(typed), *notes)


def _file_mark(grid: Grid) -> Mark:
    text: pd.DataFrame = grid.cells.head(_EVIDENCE_ROWS).select_dtypes(include="str")
    fallback: Mark = "," if grid.delimiter == ";" else "."
    return decimal_mark(text.to_numpy().ravel().tolist(), fallback)


def _typed(cells: pd.Series, mark: Mark) -> _Typed:
    if pd.api.types.is_datetime64_any_dtype(cells):
        return _finished(cells, "time", int(cells.isna().sum()), cells)
    if pd.api.types.is_numeric_dtype(cells):
        return _number(cells, np.asarray(cells.isna()), cells.astype(str))
    text = cells.str.strip()
    blank = missing_cells(text)
    known = text[~blank] if blank.any() else text
    if known.empty:
        values = pd.Series(np.nan, index=cells.index)
        return _Typed(Column(str(cells.name), "empty", len(cells), ""), values)
    numbers = _best_numbers(known, mark)
    if numbers is not None:
        values = pd.Series(numbers, known.index, name=cells.name)
        return _number(values.reindex(cells.index), blank, text)
    times = read_text_times(known)
    if times is not None:
        stamps = pd.Series(times.stamps, known.index, name=cells.name).reindex(cells.index)
        return _finished(stamps, "time", int(blank.sum()), text, _about(cells.name, times.notes))
    return _finished(text.where(~blank), "text", int(blank.sum()), text)


def _best_numbers(known: pd.Series, mark: Mark) -> npt.NDArray[np.float64] | None:
    """Read with the likelier decimal mark, or the other if that reads more cells; None if under 80 % are numbers."""
    sample = known.iloc[:: max(1, len(known) // _EVIDENCE_ROWS)].tolist()
    if sum(looks_numeric(cell) or "inf" in cell.lower() for cell in sample) * 2 < len(sample):
        return None
    mark = decimal_mark(known.head(_EVIDENCE_ROWS).tolist(), mark)
    other: Mark = "." if mark == "," else ","
    numbers = parse_numbers(known, mark)
    if known[np.isnan(numbers)].str.contains(r"[0-9]", regex=True).any():
        numbers = max(numbers, parse_numbers(known, other), key=_share)
    return numbers if _share(numbers) >= MOSTLY else None


def _share(numbers: npt.NDArray[np.float64]) -> float:
    return float(np.mean(~np.isnan(numbers)))


def _number(values: pd.Series, blank: npt.NDArray[np.bool_], text: pd.Series) -> _Typed:
    """Turn infinities into gaps and find the cells that are no numbers."""
    name = shown(str(values.name))
    infinite = np.isinf(values.to_numpy())
    bad = np.asarray(values.isna()) & ~blank
    notes = []
    if infinite.any():
        values = values.mask(infinite)
        notes.append(f"Column `{name}`: {counted(int(infinite.sum()), 'infinite value')} counted as missing.")
    first_bad = None
    if bad.any():
        place = int(bad.argmax())
        first_bad = (int(values.index[place]), shown(str(text.iloc[place])))
        notes.append(
            f"Column `{name}`: {counted(int(bad.sum()), 'cell')} without a number counted as missing, "
            f'the first is row {first_bad[0]:,}: "{first_bad[1]}".'
        )
    if text.dtype == "str" and has_signs(text.head(_EVIDENCE_ROWS)):
        notes.append(f"Column `{name}`: read the numbers without their signs of currency or percent.")
    found = _finished(values, "number", int(blank.sum()), text, tuple(notes))
    return replace(found, column=replace(found.column, first_bad=first_bad))


def _finished(values: pd.Series, kind: Kind, blank: int, text: pd.Series, notes: tuple[str, ...] = ()) -> _Typed:
    known = np.asarray(values.notna())
    example = shown(str(text.iloc[known.argmax()])) if known.any() else ""
    name = str(values.name)
    return _Typed(Column(name, kind, int((~known).sum()), example), values, blank, notes)


def _as_named_time(found: _Typed) -> _Typed:
    """Take numbers as moments where the column's name says that they are."""
    if found.column.kind != "number":
        return found
    return _retyped(found, read_number_times(found.values.dropna().to_numpy(), found.column.name))


def _with_year_counter(typed: list[_Typed]) -> list[_Typed]:
    """Take a first column of evenly spaced years as time if no other column is, and another holds numbers."""
    kinds = [found.column.kind for found in typed]
    if kinds[0] != "number" or "time" in kinds or "number" not in kinds[1:]:
        return typed
    years = typed[0].values.dropna().to_numpy()
    if not is_year_counter(years):
        return typed
    return [_retyped(typed[0], read_number_times(years, "year")), *typed[1:]]


def _retyped(found: _Typed, times: Times | None) -> _Typed:
    if times is None:
        return found
    known = found.values.dropna().index
    stamps = pd.Series(times.stamps, known, name=found.column.name).reindex(found.values.index)
    column = replace(found.column, kind="time", first_bad=None)
    return replace(found, column=column, values=stamps, notes=found.notes + _about(column.name, times.notes))


def _about(name: object, notes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"Column `{shown(str(name))}`: {note}" for note in notes)


def _missing_note(typed: list[_Typed]) -> tuple[str, ...]:
    counts = [
        f"{found.blank:,} in `{shown(found.column.name)}`"
        for found in typed
        if found.blank and found.column.kind in ("number", "time")
    ]
    return (f"Missing cells: {listed(counts)}.",) if counts else ()

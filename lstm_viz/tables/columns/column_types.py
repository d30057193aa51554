"""Cells to typed columns: numbers, moments, text, or nothing."""

from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
import pandas as pd

from lstm_viz.errors import ColumnError
from lstm_viz.phrases import counted, listed, listed_names, shown
from lstm_viz.tables.files.grid import Grid
from lstm_viz.tables.files.read_options import Decision, Reading
from lstm_viz.tables.values.numbers import (
    SENTINEL,
    Affixes,
    Mark,
    evidence,
    find_affixes,
    find_sentinels,
    half_width,
    is_mark,
    judge_mark,
    marked_numbers,
    missing_cells,
    numbers_among,
    parse_numbers,
)
from lstm_viz.tables.values.numeric_timestamps import (
    counts_parts_of_years,
    has_lost_precision,
    is_year_counter,
    read_dotted_times,
    read_number_times,
)
from lstm_viz.tables.values.time_steps import Bools, Floats, Stamps, sample_places
from lstm_viz.tables.values.timestamps import Times, read_text_times

Kind = Literal["number", "time", "text", "empty"]
_Cell = tuple[int, str]  # the row of the file, from 1, and the text
_MOSTLY = 0.8
_FEW = 4
_EVIDENCE_ROWS = 200
_SOME = 0.5  # of the sample: fewer numbers there are no column of numbers
_MAX_NOTES = 20


@dataclass(frozen=True)
class Column:
    """One column as a person needs to know it."""

    name: str
    kind: Kind
    missing: int  # cells without a usable value
    example: str
    first_bad: _Cell | None = None  # the first that is no number in a column of numbers
    unit: str = ""  # the sign or unit at its numbers or below its name ("kWh", "%", "$")


@dataclass(frozen=True, eq=False)
class TypedTable:
    """A table whose columns have types: float64, datetime64[us] (UTC or without a zone) or text."""

    name: str
    frame: pd.DataFrame  # its index is the row of the file, counted from 1 with the header
    columns: tuple[Column, ...]
    encoding: str | None
    delimiter: str | None
    has_header: bool
    notes: tuple[str, ...]  # the sentences of those decisions that are worth showing
    reading: Reading = field(default_factory=Reading)  # what a person requested
    decisions: tuple[Decision, ...] = ()  # everything that was decided or repaired while reading
    decimal: Mark | None = None
    header_row: int | None = None
    sheet: str | None = None
    sheets: tuple[str, ...] = ()

    @property
    def rows(self) -> int:
        """Return the number of rows below the header."""
        return len(self.frame)

    def names_of(self, *kinds: Kind) -> list[str]:
        """Return the names of the columns of these kinds."""
        return [column.name for column in self.columns if column.kind in kinds]

    def numbers(self, name: str) -> Floats:
        """Return the cells of a column of numbers, NaN where missing."""
        return self.frame[name].to_numpy(dtype=np.float64)

    def stamps(self, name: str) -> Stamps:
        """Return the cells of a column of moments, NaT where missing."""
        return self.frame[name].to_numpy(dtype="datetime64[us]")

    def column(self, name: str) -> Column:
        """Return the column of this name; a ColumnError where there is none."""
        found = next((column for column in self.columns if column.name == name), None)
        if found is None:
            known = listed_names(column.name for column in self.columns)
            raise ColumnError(f"There is no column `{shown(name)}`: the file has {known}. Pick one of these.")
        return found


@dataclass(frozen=True, eq=False)
class _Numbers:
    values: Floats
    mark: Mark
    doubtful: bool
    affixes: Affixes
    note: str = ""


def _best_numbers(known: pd.Series, likely: Mark, forced: bool) -> _Numbers | None:
    """Read with the likelier decimal mark, or the other if that reads more cells; None if under 80% are numbers."""
    places = sample_places(len(known), _EVIDENCE_ROWS)
    sample = known.iloc[places].tolist()
    digits = sum(any(map(str.isdigit, cell)) or "inf" in cell.lower() for cell in sample)
    if digits * 2 < len(sample):
        return None
    affixes = find_affixes(list(map(half_width, sample)))
    mark, doubtful = (likely, False) if forced else judge_mark(sample, likely)
    other: Mark = "." if mark == "," else ","
    few = known.iloc[places].str.removeprefix("<")
    if max(_share(parse_numbers(few, either, affixes)) for either in (mark, other)) < _SOME:
        return None
    numbers = parse_numbers(known, mark, affixes)
    unread = np.isnan(numbers)
    if not forced and unread.any() and known[unread].str.contains(r"[0-9]", regex=True).any():
        swapped = parse_numbers(known, other, affixes)
        if _share(swapped) > _share(numbers):
            numbers, mark, doubtful = swapped, other, False
    note = ""
    if (unread := np.isnan(numbers)).any() and (found := marked_numbers(known[unread], mark, affixes)) is not None:
        numbers[unread], note = found
    if _share(numbers) < _MOSTLY:
        return None
    if note or affixes != Affixes():
        different = len(np.unique(numbers[~np.isnan(numbers)]))
        if different <= _FEW and 2 * different <= known.nunique():  # 10A and 10B are names of something
            return None
    return _Numbers(numbers, mark, doubtful, affixes, note)


def _share(numbers: Floats) -> float:
    return float(np.mean(~np.isnan(numbers)))


def _written_form(name: str, numbers: _Numbers, text: pd.Series) -> list[Decision]:
    decisions: list[Decision] = []
    affixes = numbers.affixes
    signs = [shown(word) for word in dict.fromkeys((*affixes.before, *affixes.after))]
    if signs:
        sentence = f"Column `{name}`: read the numbers without their signs or units ({listed(signs)})."
        decisions.append(Decision("units", signs[0], sentence))
    if affixes.scales:
        letters = listed([shown(scale) for scale in affixes.scales])
        sentence = f"Column `{name}`: took {letters} behind the numbers as thousands, millions and so on."
        decisions.append(Decision("units", letters, sentence))
    if numbers.note:
        decisions.append(Decision("marks", numbers.note, f"Column `{name}`: {numbers.note}"))
    if numbers.doubtful:
        example = next((cell for cell in text.head(_EVIDENCE_ROWS) if any(mark in cell for mark in ".,")), "")
        words = "decimal comma" if numbers.mark == "," else "decimal point"
        sentence = f'Column `{name}`: "{shown(example)}" could be thousands or decimals; read with a {words}.'
        decisions.append(Decision("decimal", numbers.mark, sentence, warning=True))
    return decisions


@dataclass(frozen=True, eq=False)
class Typed:
    """What all columns became: values, descriptions, and what was decided; `decimal` is None without numbers in text."""

    frame: pd.DataFrame
    columns: tuple[Column, ...]
    decisions: tuple[Decision, ...]
    decimal: Mark | None


@dataclass(frozen=True, eq=False)
class _Typed:
    column: Column
    values: pd.Series
    blank: int = 0  # cells that hold nothing or a mark for nothing
    decisions: tuple[Decision, ...] = ()
    mark: Mark | None = None
    text: pd.Series | None = None
    aside: Bools | None = None


def type_columns(grid: Grid, reading: Reading) -> Typed:
    """Give every column the type of 80% of its cells, and leave out rows of longer periods (years among months)."""
    forced = reading.decimal is not None and not grid.exact
    file_mark = _file_mark(grid, reading)
    typed = [_typed(grid.cells[name], reading, file_mark, forced) for name in grid.cells.columns]
    for place, (found, unit) in enumerate(zip(typed, grid.units, strict=False)):
        if unit and not found.column.unit and found.column.kind == "number":
            typed[place] = replace(found, column=replace(found.column, unit=shown(unit)))
    typed = _with_year_counter([_as_named_time(found, grid.since_1904) for found in typed])
    aside = next((found for found in typed if found.aside is not None), None)
    if aside is not None and aside.aside is not None:
        rest = type_columns(replace(grid, cells=grid.cells[~aside.aside]), reading)
        first = "" if aside.text is None else str(aside.text[aside.aside].iloc[0])
        rows = f'{counted(int(aside.aside.sum()), "row")} of longer periods, such as "{shown(first)}"'
        sentence = f"Column `{shown(aside.column.name)}`: left out {rows}: they hold sums or means of the others."
        decision = Decision("longer periods", int(aside.aside.sum()), sentence, warning=True)
        return replace(rest, decisions=(decision, *rest.decisions))
    frame = pd.DataFrame({found.column.name: found.values for found in typed}, index=grid.cells.index)
    decisions = [decision for found in typed for decision in found.decisions]
    if len(decisions) > _MAX_NOTES:
        more = f"{len(decisions) - _MAX_NOTES:,} more notes of this kind are left out."
        lost = any(decision.warning for decision in decisions[_MAX_NOTES:])
        decisions = [*decisions[:_MAX_NOTES], Decision("notes", len(decisions), more, warning=lost)]
    marks = [found.mark for found in typed if found.column.kind == "number" and found.mark is not None]
    mark: Mark = "," if marks.count(",") * 2 > len(marks) else "."
    recorded: list[Decision] = []
    if marks and all(decision.setting != "decimal" for decision in decisions):  # else their form does not say so
        words, why = "comma" if mark == "," else "point", ", as you chose" if forced else ": their form says so"
        sentence = f"Read the numbers with a decimal {words}{why}."
        recorded.append(Decision("decimal", mark, sentence, chosen=forced, quiet=not forced))
    gaps = [found for found in typed if found.blank and found.column.kind in ("number", "time")]
    if gaps:
        counts = [f"{found.blank:,} in `{shown(found.column.name)}`" for found in gaps]
        recorded.append(Decision("missing", len(counts), f"Missing cells: {listed(counts)}."))
    return Typed(frame, tuple(found.column for found in typed), (*recorded, *decisions), mark if marks else None)


def _file_mark(grid: Grid, reading: Reading) -> Mark:
    if reading.decimal is not None:
        return reading.decimal
    text: pd.DataFrame = grid.cells.iloc[sample_places(len(grid.cells), _EVIDENCE_ROWS)].select_dtypes(include="str")
    cells = [cell for cell in text.to_numpy().ravel().tolist() if any(mark in cell for mark in ".,")]
    balance = evidence(cells)
    if balance:
        return "," if balance > 0 else "."
    return "," if grid.delimiter == ";" else "."


def _typed(cells: pd.Series, reading: Reading, mark: Mark, forced: bool) -> _Typed:
    if pd.api.types.is_datetime64_any_dtype(cells):
        return _finished(cells, "time", int(cells.isna().sum()), cells)
    if pd.api.types.is_numeric_dtype(cells):
        return _number(cells, np.asarray(cells.isna()), cells.astype(str), None, reading)
    written = cells.str.strip()
    text = _unquoted(written)
    blank = missing_cells(text, reading.missing)
    known = text[~blank] if blank.any() else text
    if known.empty:
        return _Typed(Column(str(cells.name), "empty", len(cells), ""), pd.Series(np.nan, index=cells.index))
    numbers = _best_numbers(known, mark, forced)
    if numbers is not None:
        return _number(_spread(numbers.values, ~blank, cells, np.nan), blank, text, numbers, reading)
    times = read_text_times(known, reading.date_order)
    if times is not None:
        stamps = _spread(times.stamps, ~blank, cells, np.datetime64("NaT", "us"))
        about = (*_about(cells.name, times.notes), *_about(cells.name, times.doubts, True, times.order))
        _, unreadable = _unreadable(stamps, blank, text, "time")
        found = _finished(stamps, "time", int(blank.sum()), text, (*about, *unreadable))
        return replace(found, text=text, aside=_over_all(times, ~blank))
    return _finished(written.where(~blank), "text", int(blank.sum()), written)


def _unquoted(text: pd.Series) -> pd.Series:
    """Take off what programs put around cells: a leading apostrophe, ="…", or /Date(…)/."""
    head = [cell for cell in text.head(_EVIDENCE_ROWS) if cell]
    for start, pattern in (("'", r"^'(.*?)'?$"), ("=", r'^="?([^"]*)"?$'), ("/Date(", r"^/Date\((\d+)[+-]?\d*\)/$")):
        if head and sum(cell.startswith(start) for cell in head) >= _MOSTLY * len(head):
            return text.str.replace(pattern, r"\1", regex=True).str.strip()
    return text


def _spread(values: Floats | Stamps, known: Bools, cells: pd.Series, nothing: object) -> pd.Series:
    """Return one value for each cell: those of the known ones in their order, and nothing elsewhere."""
    spread = np.full(len(cells), nothing, dtype=values.dtype)
    spread[known] = values
    return pd.Series(spread, cells.index, name=cells.name)


def _over_all(times: Times, known: Bools) -> Bools | None:
    if times.aside is None:
        return None
    aside = np.zeros(len(known), dtype=bool)
    aside[known] = times.aside
    return aside


def _unreadable(values: pd.Series, blank: Bools, text: pd.Series, what: str) -> tuple[_Cell | None, list[Decision]]:
    """Return the row and the text of the first cell that was not read, and say how many there are."""
    bad = np.asarray(values.isna()) & ~blank
    if not bad.any():
        return None, []
    place = int(bad.argmax())
    row, cell = int(values.index[place]), shown(str(text.iloc[place]))
    missing = f"{counted(int(bad.sum()), 'cell')} without a {what} counted as missing"
    sentence = f'Column `{shown(str(values.name))}`: {missing}, the first is row {row:,}: "{cell}".'
    return (row, cell), [Decision("unreadable", int(bad.sum()), sentence, warning=True)]


def _number(values: pd.Series, blank: Bools, text: pd.Series, numbers: _Numbers | None, reading: Reading) -> _Typed:
    name, decisions = shown(str(values.name)), []
    first_bad, unreadable = _unreadable(values, blank, text, "number")
    infinite = np.isinf(values.to_numpy())
    if infinite.any():
        values = values.mask(infinite)
        sentence = f"Column `{name}`: {counted(int(infinite.sum()), 'infinite value')} counted as missing."
        decisions.append(Decision("missing", int(infinite.sum()), sentence, warning=True))
    values, notes = _without_marks(values, reading)
    decisions += [*unreadable, *notes]
    if numbers is not None:
        decisions += _written_form(name, numbers, text)
    found = _finished(values, "number", int(blank.sum()), text, tuple(decisions))
    if numbers is None:
        return replace(found, column=replace(found.column, first_bad=first_bad))
    column = replace(found.column, first_bad=first_bad, unit=shown(numbers.affixes.unit))
    return replace(found, column=column, mark=numbers.mark, text=text)


def _without_marks(values: pd.Series, reading: Reading) -> tuple[pd.Series, list[Decision]]:
    """Take out the numbers that a person called marks for nothing, then those that look like it and are not meant."""
    numbers = values.to_numpy(dtype=np.float64)
    decisions = []

    def decide(setting: str, mark: float, same: Bools, done: str, chosen: bool) -> None:
        cells = f"{counted(int(same.sum()), 'cell')} of {mark:.10g}"
        sentence = f"Column `{shown(str(values.name))}`: {cells} {done}."
        decisions.append(Decision(setting, f"{mark:.10g}", sentence, chosen=chosen, warning=not chosen))

    for mark in numbers_among(reading.missing):
        if (same := is_mark(numbers, mark)).any():
            numbers = np.where(same, np.nan, numbers)
            decide("missing", mark, same, "counted as missing, as you chose", True)
    genuine = numbers_among(reading.genuine)
    for sentinel in find_sentinels(numbers):
        same = numbers == sentinel
        if any(is_mark(np.array([sentinel]), number).any() for number in genuine):
            decide(SENTINEL, sentinel, same, "kept as numbers, as you chose", True)
            continue
        numbers = np.where(same, np.nan, numbers)
        why = "it lies far outside the other numbers, as marks for nothing do"
        decide(SENTINEL, sentinel, same, f"counted as missing: {why}", False)
    return (values.mask(np.isnan(numbers)) if decisions else values), decisions


def _finished(
    values: pd.Series, kind: Kind, blank: int, text: pd.Series, decisions: tuple[Decision, ...] = ()
) -> _Typed:
    known = np.asarray(values.notna())
    example = shown(str(text.iloc[known.argmax()])) if known.any() else ""
    name = str(values.name)
    return _Typed(Column(name, kind, int((~known).sum()), example), values, blank, decisions)


def _as_named_time(found: _Typed, since_1904: bool) -> _Typed:
    if found.column.kind != "number":
        return found
    known = found.values.notna().to_numpy()
    values = found.values.to_numpy()[known]
    if found.text is not None and (times := read_dotted_times(found.text[known], found.column.name)) is not None:
        return _retyped(found, times)
    times = read_number_times(values, found.column.name, since_1904=since_1904)
    if times is not None and found.text is not None and has_lost_precision(found.text[known], times.stamps):
        cell = shown(str(found.text[known].iloc[0]))
        fact = f'Column `{shown(found.column.name)}` is no time: its numbers were written short ("{cell}")'
        sentence = f"{fact}, so that many rows share a moment. Export it with all digits."
        return replace(found, decisions=(*found.decisions, Decision("time", None, sentence, warning=True)))
    return _retyped(found, times)


def _with_year_counter(typed: list[_Typed]) -> list[_Typed]:
    """Take a first column of evenly spaced years (or parts of years) as time if no other is, and another holds numbers."""
    kinds = [found.column.kind for found in typed]
    if kinds[0] != "number" or "time" in kinds or "number" not in kinds[1:]:
        return typed
    years = typed[0].values.dropna().to_numpy()
    if not is_year_counter(years) and not counts_parts_of_years(years):
        return typed
    return [_retyped(typed[0], read_number_times(years, "year")), *typed[1:]]


def _retyped(found: _Typed, times: Times | None) -> _Typed:
    if times is None:
        return found
    known = found.values.notna().to_numpy()
    stamps = _spread(times.stamps, known, found.values.rename(found.column.name), np.datetime64("NaT", "us"))
    column = replace(found.column, kind="time", first_bad=None, unit="")
    decisions = (*found.decisions, *_about(column.name, times.notes))
    return replace(found, column=column, values=stamps, decisions=decisions, aside=_over_all(times, known))


def _about(name: object, notes: tuple[str, ...], warning: bool = False, order: str = "") -> tuple[Decision, ...]:
    about = f"Column `{shown(str(name))}`:"
    return tuple(Decision("time", order or None, f"{about} {note}", warning=warning) for note in notes)

"""Cells to typed columns: numbers, moments, text, or nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

from lstm_viz.phrases import counted, listed, shown
from lstm_viz.tables.files.grid import Grid
from lstm_viz.tables.files.read_options import Decision, Reading
from lstm_viz.tables.values.numbers import (
    SENTINEL,
    Affixes,
    Floats,
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
from lstm_viz.tables.values.time_steps import Stamps, sample_places
from lstm_viz.tables.values.timestamps import Times, read_text_times

Kind = Literal["number", "time", "text", "empty"]


@dataclass(frozen=True)
class Column:
    """One column as a person needs to know it.

    `missing` counts the cells without a usable value. `first_bad` is the row of the file (the header counts, the first
    row is 1) and the text of the first cell that is no number in a column of numbers. `unit` is the sign or unit that
    stands at its numbers or below its name ("kWh", "%", "$").
    """

    name: str
    kind: Kind
    missing: int
    example: str
    first_bad: tuple[int, str] | None = None
    unit: str = ""


class TypedTable(Protocol):
    """What the finders of times, series ids and parts of dates ask of a table; `Table` is one."""

    @property
    def frame(self) -> pd.DataFrame:
        """The cells."""
        ...

    @property
    def columns(self) -> tuple[Column, ...]:
        """What each column is."""
        ...

    @property
    def reading(self) -> Reading:
        """How it was asked to be read."""
        ...

    @property
    def rows(self) -> int:
        """How many rows there are."""
        ...

    @property
    def combined_times(self) -> Mapping[str, tuple[Any, ...]]:
        """Columns that say when together, with their parts."""
        ...

    @property
    def proposed_time(self) -> str | None:
        """The time that it proposes."""
        ...

    def names_of(self, *kinds: Kind) -> list[str]:
        """Name the columns of these kinds."""
        ...

    def numbers(self, name: str) -> Floats:
        """Give the cells of a column of numbers."""
        ...

    def stamps(self, name: str) -> Stamps:
        """Give the cells of a column of moments."""
        ...

    def moments(self, name: str) -> Stamps | None:
        """Give the moments of a time column or of a combination."""
        ...

    def column(self, name: str) -> Column:
        """Give a column by its name."""
        ...


_MOSTLY = 0.8
_FEW = 4
_EVIDENCE_ROWS = 200
_SOME = 0.5  # of the sample: fewer numbers there are no column of numbers
_MAX_NOTES = 20


@dataclass(frozen=True, eq=False)
class _Numbers:
    """The numbers of a column, and how they are written."""

    values: Floats
    mark: Mark
    doubtful: bool
    affixes: Affixes
    note: str = ""


@dataclass(frozen=True)
class _Requested:
    """How cells are read: the mark that the file shows, and what a person asked for."""

    mark: Mark
    reading: Reading
    forced: bool


def _best_numbers(known: pd.Series, requested: _Requested) -> _Numbers | None:
    """Read with the likelier decimal mark, or the other if that reads more cells; None if under 80% are numbers."""
    places = sample_places(len(known), _EVIDENCE_ROWS)
    sample = known.iloc[places].tolist()
    digits = sum(any(map(str.isdigit, cell)) or "inf" in cell.lower() for cell in sample)
    if digits * 2 < len(sample):
        return None
    affixes = find_affixes(list(map(half_width, sample)))
    mark, doubtful = (requested.mark, False) if requested.forced else judge_mark(sample, requested.mark)
    other: Mark = "." if mark == "," else ","
    few = known.iloc[places].str.removeprefix("<")
    if max(_share(parse_numbers(few, either, affixes)) for either in (mark, other)) < _SOME:
        return None
    numbers = parse_numbers(known, mark, affixes)
    unread = np.isnan(numbers)
    if not requested.forced and unread.any() and known[unread].str.contains(r"[0-9]", regex=True).any():
        swapped = parse_numbers(known, other, affixes)
        if _share(swapped) > _share(numbers):
            numbers, mark, doubtful = swapped, other, False
    note = ""
    if (unread := np.isnan(numbers)).any() and (found := marked_numbers(known[unread], mark, affixes)) is not None:
        numbers[unread], note = found
    if _share(numbers) < _MOSTLY or ((note or affixes != Affixes()) and _are_names(known, numbers)):
        return None
    return _Numbers(numbers, mark, doubtful, affixes, note)


def _are_names(text: pd.Series, numbers: Floats) -> bool:
    """Return whether few numbers stand in twice as many texts: 10A and 10B are names of something."""
    few = len(np.unique(numbers[~np.isnan(numbers)]))
    return few <= _FEW and 2 * few <= text.nunique()


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
    """A column with its values; `blank` counts the cells that hold nothing or a mark for nothing."""

    column: Column
    values: pd.Series
    blank: int = 0
    decisions: tuple[Decision, ...] = ()
    mark: Mark | None = None
    text: pd.Series | None = None
    aside: npt.NDArray[np.bool_] | None = None


def type_columns(grid: Grid, reading: Reading) -> Typed:
    """Give every column of the grid its type: 80% of the cells that are not missing must agree on it.

    Rows of longer periods than the others (years among months) are left out of the whole table.
    """
    forced = reading.decimal is not None and not grid.exact
    requested = _Requested(_file_mark(grid, reading), reading, forced)
    typed = [_typed(grid.cells[name], requested) for name in grid.cells.columns]
    typed = [_with_unit(found, unit) for found, unit in zip(typed, [*grid.units, *[""] * len(typed)], strict=False)]
    typed = _with_year_counter([_as_named_time(found, grid.since_1904) for found in typed])
    aside = next((found for found in typed if found.aside is not None), None)
    if aside is not None and aside.aside is not None:
        rest = type_columns(replace(grid, cells=grid.cells[~aside.aside]), reading)
        return replace(rest, decisions=(*_periods_left_out(aside), *rest.decisions))
    frame = pd.DataFrame({found.column.name: found.values for found in typed}, index=grid.cells.index)
    decisions = [decision for found in typed for decision in found.decisions]
    if len(decisions) > _MAX_NOTES:
        more = f"{len(decisions) - _MAX_NOTES:,} more notes of this kind are left out."
        lost = any(decision.warning for decision in decisions[_MAX_NOTES:])
        decisions = [*decisions[:_MAX_NOTES], Decision("notes", len(decisions), more, warning=lost)]
    mark = _used_mark(typed)
    open_mark = any(decision.setting == "decimal" for decision in decisions)  # then their form does not say so
    recorded = (*(() if open_mark else _mark_decision(mark, forced)), *_missing_note(typed), *decisions)
    return Typed(frame, tuple(found.column for found in typed), recorded, mark)


def _file_mark(grid: Grid, reading: Reading) -> Mark:
    if reading.decimal is not None:
        return reading.decimal
    text: pd.DataFrame = grid.cells.iloc[sample_places(len(grid.cells), _EVIDENCE_ROWS)].select_dtypes(include="str")
    cells = [cell for cell in text.to_numpy().ravel().tolist() if any(mark in cell for mark in ".,")]
    balance = evidence(cells)
    if balance:
        return "," if balance > 0 else "."
    return "," if grid.delimiter == ";" else "."


def _used_mark(typed: list[_Typed]) -> Mark | None:
    marks = [found.mark for found in typed if found.column.kind == "number" and found.mark is not None]
    if not marks:
        return None
    return "," if marks.count(",") * 2 > len(marks) else "."


def _mark_decision(mark: Mark | None, forced: bool) -> tuple[Decision, ...]:
    if mark is None:
        return ()
    words = "comma" if mark == "," else "point"
    why = ", as you chose" if forced else ": their form says so"
    sentence = f"Read the numbers with a decimal {words}{why}."
    return (Decision("decimal", mark, sentence, chosen=forced, quiet=not forced),)


def _typed(cells: pd.Series, requested: _Requested) -> _Typed:
    if pd.api.types.is_datetime64_any_dtype(cells):
        return _finished(cells, "time", int(cells.isna().sum()), cells)
    if pd.api.types.is_numeric_dtype(cells):
        return _number(cells, np.asarray(cells.isna()), cells.astype(str), None, requested.reading)
    written = cells.str.strip()
    text = _unquoted(written)
    blank = missing_cells(text, requested.reading.missing)
    known = text[~blank] if blank.any() else text
    if known.empty:
        values = pd.Series(np.nan, index=cells.index)
        return _Typed(Column(str(cells.name), "empty", len(cells), ""), values)
    numbers = _best_numbers(known, requested)
    if numbers is not None:
        values = _spread(numbers.values, ~blank, cells, np.nan)
        return _number(values, blank, text, numbers, requested.reading)
    times = read_text_times(known, requested.reading.date_order)
    if times is not None:
        stamps = _spread(times.stamps, ~blank, cells, np.datetime64("NaT", "us"))
        about = (*_about(cells.name, times.notes), *_about(cells.name, times.doubts, True, times.order))
        decisions = (*about, *_no_times(stamps, blank, text))
        found = _finished(stamps, "time", int(blank.sum()), text, decisions)
        return replace(found, text=text, aside=_over_all(times, ~blank))
    return _finished(written.where(~blank), "text", int(blank.sum()), written)


def _unquoted(text: pd.Series) -> pd.Series:
    """Take off what programs put around cells: a leading apostrophe, ="…", or /Date(…)/."""
    head = [cell for cell in text.head(_EVIDENCE_ROWS) if cell]
    for start, pattern in (("'", r"^'(.*?)'?$"), ("=", r'^="?([^"]*)"?$'), ("/Date(", r"^/Date\((\d+)[+-]?\d*\)/$")):
        if head and sum(cell.startswith(start) for cell in head) >= _MOSTLY * len(head):
            return text.str.replace(pattern, r"\1", regex=True).str.strip()
    return text


def _spread(values: Floats | Stamps, known: npt.NDArray[np.bool_], cells: pd.Series, nothing: object) -> pd.Series:
    """Return one value for each cell: those of the known ones in their order, and nothing elsewhere."""
    spread = np.full(len(cells), nothing, dtype=values.dtype)
    spread[known] = values
    return pd.Series(spread, cells.index, name=cells.name)


def _over_all(times: Times, known: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_] | None:
    if times.aside is None:
        return None
    aside = np.zeros(len(known), dtype=bool)
    aside[known] = times.aside
    return aside


def _periods_left_out(found: _Typed) -> tuple[Decision, ...]:
    assert found.aside is not None
    first = "" if found.text is None else str(found.text[found.aside].iloc[0])
    number = int(found.aside.sum())
    rows = f'{counted(number, "row")} of longer periods, such as "{shown(first)}"'
    sentence = f"Column `{shown(found.column.name)}`: left out {rows}: they hold sums or means of the others."
    return (Decision("longer periods", number, sentence, warning=True),)


def _no_times(stamps: pd.Series, blank: npt.NDArray[np.bool_], text: pd.Series) -> tuple[Decision, ...]:
    bad = np.asarray(stamps.isna()) & ~blank
    if not bad.any():
        return ()
    place = int(bad.argmax())
    first = (int(stamps.index[place]), shown(str(text.iloc[place])))
    return (_unreadable(shown(str(stamps.name)), int(bad.sum()), "time", first),)


def _number(
    values: pd.Series, blank: npt.NDArray[np.bool_], text: pd.Series, numbers: _Numbers | None, reading: Reading
) -> _Typed:
    name = shown(str(values.name))
    infinite = np.isinf(values.to_numpy())
    bad = np.asarray(values.isna()) & ~blank
    decisions = []
    if infinite.any():
        values = values.mask(infinite)
        sentence = f"Column `{name}`: {counted(int(infinite.sum()), 'infinite value')} counted as missing."
        decisions.append(Decision("missing", int(infinite.sum()), sentence, warning=True))
    first_bad = None
    if bad.any():
        place = int(bad.argmax())
        first_bad = (int(values.index[place]), shown(str(text.iloc[place])))
        decisions.append(_unreadable(name, int(bad.sum()), "number", first_bad))
    values, notes = _without_marks(values, reading)
    decisions += notes
    if numbers is not None:
        decisions += _written_form(name, numbers, text)
    found = _finished(values, "number", int(blank.sum()), text, tuple(decisions))
    if numbers is None:
        return replace(found, column=replace(found.column, first_bad=first_bad))
    column = replace(found.column, first_bad=first_bad, unit=shown(numbers.affixes.unit))
    return replace(found, column=column, mark=numbers.mark, text=text)


def _unreadable(name: str, cells: int, what: str, first: tuple[int, str]) -> Decision:
    sentence = (
        f"Column `{name}`: {counted(cells, 'cell')} without a {what} counted as missing, "
        f'the first is row {first[0]:,}: "{first[1]}".'
    )
    return Decision("unreadable", cells, sentence, warning=True)


def _without_marks(values: pd.Series, reading: Reading) -> tuple[pd.Series, list[Decision]]:
    """Take out the numbers that a person called marks for nothing, then those that look like it and are not meant."""
    numbers = values.to_numpy(dtype=np.float64)
    name, decisions = shown(str(values.name)), []
    for mark in numbers_among(reading.missing):
        if (same := is_mark(numbers, mark)).any():
            numbers = np.where(same, np.nan, numbers)
            sentence = f"Column `{name}`: {_cells_of(same, mark)} counted as missing, as you chose."
            decisions.append(Decision("missing", f"{mark:.10g}", sentence, chosen=True))
    genuine = numbers_among(reading.genuine)
    for sentinel in find_sentinels(numbers):
        same, value = numbers == sentinel, f"{sentinel:.10g}"
        if any(is_mark(np.array([sentinel]), number).any() for number in genuine):
            sentence = f"Column `{name}`: {_cells_of(same, sentinel)} kept as numbers, as you chose."
            decisions.append(Decision(SENTINEL, value, sentence, chosen=True))
            continue
        numbers = np.where(same, np.nan, numbers)
        sentence = (
            f"Column `{name}`: {_cells_of(same, sentinel)} counted as missing: it lies far outside the other numbers, as "
            "marks for nothing do."
        )
        decisions.append(Decision(SENTINEL, value, sentence, warning=True))
    return (values.mask(np.isnan(numbers)) if decisions else values), decisions


def _cells_of(same: npt.NDArray[np.bool_], value: float) -> str:
    return f"{counted(int(same.sum()), 'cell')} of {value:.10g}"


def _finished(
    values: pd.Series, kind: Kind, blank: int, text: pd.Series, decisions: tuple[Decision, ...] = ()
) -> _Typed:
    known = np.asarray(values.notna())
    example = shown(str(text.iloc[known.argmax()])) if known.any() else ""
    name = str(values.name)
    return _Typed(Column(name, kind, int((~known).sum()), example), values, blank, decisions)


def _with_unit(found: _Typed, unit: str) -> _Typed:
    if not unit or found.column.unit or found.column.kind != "number":
        return found
    return replace(found, column=replace(found.column, unit=shown(unit)))


def _as_named_time(found: _Typed, since_1904: bool) -> _Typed:
    """Take numbers as moments where the column's name says that they are."""
    if found.column.kind != "number":
        return found
    known = found.values.notna().to_numpy()
    values = found.values.to_numpy()[known]
    if found.text is not None and (times := read_dotted_times(found.text[known], found.column.name)) is not None:
        return _retyped(found, times)
    times = read_number_times(values, found.column.name, since_1904=since_1904)
    if times is not None and found.text is not None and has_lost_precision(found.text[known], times.stamps):
        cell = shown(str(found.text[known].iloc[0]))
        sentence = (
            f'Column `{shown(found.column.name)}` is no time: its numbers were written short ("{cell}"), so that many rows '
            "share a moment. Export it with all digits."
        )
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


def _missing_note(typed: list[_Typed]) -> tuple[Decision, ...]:
    gaps = [found for found in typed if found.blank and found.column.kind in ("number", "time")]
    counts = [f"{found.blank:,} in `{shown(found.column.name)}`" for found in gaps]
    return (Decision("missing", len(counts), f"Missing cells: {listed(counts)}."),) if counts else ()

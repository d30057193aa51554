"""A table to one regular series: sorted, one value for each step, gaps as NaN."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, Self

import numpy as np
import pandas as pd

from lstm_viz.errors import ColumnError, SeriesError
from lstm_viz.phrases import counted, listed_names, shown
from lstm_viz.tables.columns.column_types import Column
from lstm_viz.tables.columns.series_ids import Ids, ids_of
from lstm_viz.tables.columns.table import Columns, Table, chosen_times, chosen_values, settled
from lstm_viz.tables.series.frequency import ROWS, Frequency, infer_frequency
from lstm_viz.tables.series.regular_grid import Line, LineOptions, lines_in_time, lines_without_time
from lstm_viz.tables.series.rows import UNTOUCHED, Repairs, Rows, row_notes, step_notes
from lstm_viz.tables.values.time_steps import Floats, Ints, Stamps, Steps, grid, positions

_MAX_VALUES = 12
MAX_FEATURES = 64
_EQUALS = " = "
_YES = frozenset({"true", "yes", "y", "t", "ja", "oui", "si", "sí", "wahr", "vrai", "on"})
_NO = frozenset({"false", "no", "n", "f", "nein", "non", "falsch", "faux", "off"})
_Named = tuple[str, Floats]
Layout = Literal["single", "long", "wide"]
MAX_SERIES = 1000
_Entry = tuple[str, str, Line]  # the target and the name of a series, and its line


@dataclass(frozen=True, eq=False)
class Feature:
    """A column that goes along with a series, on the same grid."""

    name: str  # the column, or "column = value" for a value of a column of text
    values: Floats  # (T,), or (T + F,) with F steps beyond the series where `known`; NaN where missing
    known: bool  # whether its future is known when the forecast is made (holidays, a price)


@dataclass(frozen=True, eq=False)
class Series:
    """One variable on a regular grid."""

    name: str  # the column of the values
    time: str | None  # the column of the moments, or columns together ("year + month"), or None if rows are the steps
    ds: Steps  # (T,) datetime64[us], or int64 from 0 if rows are the steps
    y: Floats  # (T,) float64; NaN is a gap, never at the ends
    frequency: Frequency  # the step of the grid
    notes: tuple[str, ...] = ()  # one sentence for each thing that was done to the rows
    unique_id: str = ""  # names the series among others; "" stands for the name
    features: tuple[Feature, ...] = ()  # what goes along with the values
    repairs: Repairs = UNTOUCHED  # what was done to the rows, as counts

    def __len__(self) -> int:
        return len(self.y)

    def future(self, horizon: int) -> Steps:
        """Return the `horizon` steps that follow the last one."""
        if self.frequency == ROWS:
            return np.arange(len(self), len(self) + horizon, dtype=np.int64) + self.ds[:1].astype(np.int64)
        last = positions(self.ds, self.frequency.alias)[0][-1]
        return grid(self.ds, self.frequency.alias, int(last) + 1, horizon)

    def frame(self) -> pd.DataFrame:
        """Return the columns `unique_id`, `ds` and `y`."""
        return pd.DataFrame({"unique_id": self.unique_id or self.name, "ds": self.ds, "y": self.y})

    @classmethod
    def from_frame(cls, frame: pd.DataFrame, frequency: Frequency | None = None) -> Self:
        """Take back what `frame` returned; without a frequency `ds` says it, or a SeriesError that it is not regular."""
        name, y = str(frame["unique_id"].iloc[0]), frame["y"].to_numpy(dtype=np.float64)
        if not pd.api.types.is_datetime64_any_dtype(frame["ds"]):
            return cls(name, None, frame["ds"].to_numpy(dtype=np.int64), y, ROWS)
        ds = frame["ds"].to_numpy(dtype="datetime64[us]")
        frequency = frequency or (infer_frequency(ds) if len(ds) > 1 else None)
        if frequency is None:
            raise SeriesError(f"The steps of `{shown(name)}` are not regular. Make the series from its table first.")
        return cls(name, "ds", ds, y, frequency)


def make_series(table: Table, time: str | None = None, target: str | None = None) -> Series:
    """Bring one column of the table onto a regular grid; rows that share a moment are averaged.

    None takes the proposal of the file, "" or `ROW_NUMBER` as time the rows as steps. A ColumnError where a column does not
    hold moments or numbers, a SeriesError where there are fewer than two values, or all are the same.
    """
    target = table.proposed_target if target is None else target
    values = chosen_values(table, target)
    _check_values(values, target)
    time_name, stamps = chosen_times(table, time, target)
    (line,) = _Parts(stamps, [], LineOptions()).lines(values, np.zeros(len(values), dtype=np.int64), 1)[1]
    _check_values(line.y, target)
    return _series_of(line, target, time_name)


def _series_of(line: Line, name: str, time: str | None, unique_id: str = "", features: tuple[str, ...] = ()) -> Series:
    """Return a line as a series; as many of the first features as are known ahead end in the future."""
    known = [place < line.known for place in range(len(features))]
    values = [line.cells[: None if ahead else line.steps, 1 + place] for place, ahead in enumerate(known)]
    columns = tuple(map(Feature, features, values, known))
    time, ds = time if line.frequency != ROWS else None, line.ds[: line.steps]
    return Series(name, time, ds, line.y, line.frequency, line.notes, unique_id, columns, line.repairs)


def _check_values(values: Floats, name: str) -> None:
    known = values[~np.isnan(values)]
    if len(known) < 2:
        few = f"{counted(len(known), 'usable value')} in {counted(len(values), 'row')}: a series needs at least 2"
        raise SeriesError(f"Column `{shown(name)}` holds {few}. Pick another column, or upload more rows.")
    if np.all(known == known[0]):
        same = f"the same value (={known[0]}) in all {counted(len(known), 'row')}: there is nothing to learn"
        raise SeriesError(f"Column `{shown(name)}` holds {same}. Pick another column.")


def _feature_columns(table: Table, names: tuple[str, ...], taken: dict[str, str]) -> list[_Named]:
    """Return the features that columns give; `taken` are columns that serve as something else, with the word for it."""
    found: list[_Named] = []
    for name in dict.fromkeys(names):
        if name in taken:
            twice = f"is chosen as further column and as {taken[name]}"
            raise ColumnError(f"Column `{shown(name)}` {twice}. Pick it for one of them only.")
        found += _features_of(table, name)
    if len(found) > MAX_FEATURES:
        many = f"{len(found)} features, and the limit is {MAX_FEATURES}"
        raise ColumnError(f"The chosen columns make {many}. Pick fewer columns.")
    return found


def features_again(table: Table, names: tuple[str, ...]) -> Table:
    """Give a newer table the features of an older one as columns; a ColumnError where one is missing or has changed."""
    made = {name: _feature_again(table, name) for name in dict.fromkeys(names)}
    kept = tuple(column for column in table.columns if column.name not in made)
    columns = tuple(Column(name, "number", int(np.isnan(cells).sum()), "") for name, cells in made.items())
    return replace(table, frame=table.frame.assign(**made), columns=(*kept, *columns))


def _feature_again(table: Table, name: str) -> Floats:
    there = {column.name for column in table.columns}
    if name in there:
        found = dict(_features_of(table, name))
        if name not in found:
            change = "holds words in the new file and held numbers in the old one"
            raise ColumnError(f"Column `{shown(name)}` {change}. Bring it as it was.")
        return found[name]
    for place in range(len(name)):
        if name.startswith(_EQUALS, place) and name[:place] in there and table.column(name[:place]).kind == "text":
            cells, word = table.frame[name[:place]], name[place + len(_EQUALS) :]
            return np.where(cells.isna(), np.nan, [float(shown(str(cell)) == word) for cell in cells])
    missing = f"There is no column `{shown(name.split(_EQUALS)[0])}`, which the run learned from"
    raise ColumnError(f"{missing}. Bring a file with all of its columns.")


def _features_of(table: Table, name: str) -> list[_Named]:
    column, cells = table.column(name), table.frame[name]
    if column.kind == "number":
        return [(name, cells.to_numpy(dtype=np.float64))]
    if column.kind == "text":
        return _from_text(name, cells)
    what = f'times such as "{column.example}"' if column.kind == "time" else "nothing"
    wrong = f"Column `{shown(name)}` holds {what}, which cannot go along"
    raise ColumnError(f"{wrong}. Pick a column of numbers or of text.")


def _from_text(name: str, cells: pd.Series) -> list[_Named]:
    codes, unique = pd.factorize(cells)
    words = [str(word) for word in unique]
    lower = [word.lower() for word in words]
    if set(lower) <= _YES | _NO:
        values = np.array([*(float(word in _YES) for word in lower), np.nan])
        return [(name, values[codes])]
    if len(words) > _MAX_VALUES:
        many = f"{counted(len(words), 'different value')}: a further column may have at most {_MAX_VALUES}"
        raise ColumnError(f"Column `{shown(name)}` is text with {many}. Pick another column.")
    places = sorted(range(len(words)), key=lambda place: words[place])
    return [(f"{name}{_EQUALS}{shown(words[place])}", np.where(codes < 0, np.nan, codes == place)) for place in places]


@dataclass(frozen=True, eq=False)
class Panel:
    """Series on one frequency, in the order in which they appear in the file."""

    series: tuple[Series, ...]  # one or more; one whose dates do not follow the frequency has rows as steps
    columns: Columns  # what was used, without None
    layout: Layout  # how the file holds them
    frequency: Frequency  # of all
    notes: tuple[str, ...] = ()  # what was done, one sentence each
    skipped: tuple[str, ...] = ()  # which series were left out and why, counted

    def __len__(self) -> int:
        return len(self.series)

    @property
    def ids(self) -> tuple[str, ...]:
        """Return the names of the series."""
        return tuple(series.unique_id for series in self.series)

    def get(self, unique_id: str) -> Series:
        """Return the series of this name; a SeriesError where there is none."""
        found = next((series for series in self.series if series.unique_id == unique_id), None)
        if found is None:
            known = listed_names(self.ids, 5)
            raise SeriesError(f"There is no series `{shown(unique_id)}`: the file has {known}. Pick one of these.")
        return found


def make_panel(table: Table, columns: Columns = Columns()) -> Panel:
    """Bring the first `MAX_SERIES` series of a table onto regular grids of one frequency; what is left open is proposed.

    Rows at the end whose target is blank are the future: what `known` columns hold there stays in the features.

    Raises:
        ColumnError, SettingsError: a column does not hold what it is chosen for; the frequency is not known.
        SeriesError: no series has two different values.
    """
    columns = settled(table, columns)
    targets = columns.targets or (columns.target or "",)
    time, stamps = chosen_times(table, columns.time, targets[0])
    known, past = _features(table, columns, time)
    ids = ids_of(table, columns.series_id) if columns.series_id else Ids(np.zeros(table.rows, dtype=np.int64), ("",))
    parts = _Parts(stamps, [*known, *past], LineOptions(columns.duplicates, columns.frequency, len(known)))
    wide = len(targets) > 1
    frequency, found = (ROWS, list[_Entry]()) if wide else _long(table, columns, ids, parts)
    for name in targets[:MAX_SERIES] if wide else ():
        frequency, one = parts.lines(chosen_values(table, name), np.zeros(table.rows, dtype=np.int64), 1)
        found += [(name, name, line) for line in one]
    kept = [entry for entry in found if _has_two_values(entry[2])]
    if not kept and len(found) == 1:  # a single series is refused, of many it is left out
        _check_values(found[0][2].y, found[0][0])
    skipped = _left_out(found)
    if (count := len(targets if wide else ids.names)) > MAX_SERIES:
        more = f"Left out {count - MAX_SERIES:,} of {count:,} series: the first {MAX_SERIES:,} of the file are read."
        skipped = (more, *skipped)
    if not kept:
        raise SeriesError(f"No series of the file can be used. {' '.join(skipped)} Pick other columns.")
    names = tuple(name for name, _ in parts.features)
    series = tuple(_series_of(line, target, time, unique_id, names) for target, unique_id, line in kept)
    frequency = frequency if any(one.frequency != ROWS for one in series) else ROWS
    layout: Layout = "wide" if wide else "long" if columns.series_id else "single"
    lines = [line for *_, line in kept]
    notes = series[0].notes if layout == "single" else _notes(lines, frequency, columns.duplicates)
    if nameless := int(np.sum(ids.codes < 0)):
        column = shown(columns.series_id or "")
        notes = (f"Left out {counted(nameless, 'row')} without a name in `{column}`.", *notes)
    return Panel(series, replace(columns, frequency=frequency.alias), layout, frequency, notes, skipped)


@dataclass(frozen=True, eq=False)
class _Parts:
    stamps: Stamps | None
    features: list[_Named]
    options: LineOptions

    def lines(self, values: Floats, codes: Ints, count: int) -> tuple[Frequency, Iterator[Line]]:
        """Leave out rows of no series."""
        cells, stamps = np.column_stack([values, *(cells for _, cells in self.features)]), self.stamps
        if (codes < 0).any():
            kept = codes >= 0
            cells, codes, stamps = cells[kept], codes[kept], None if stamps is None else stamps[kept]
        if stamps is None:
            return ROWS, lines_without_time(cells, codes, count, self.options)
        return lines_in_time(Rows(stamps, codes, cells), count, self.options)


def sound_features(table: Table, columns: Columns) -> tuple[Columns, dict[str, tuple[str, ...]]]:
    """Return the columns with those features that can be, and why the others cannot, for `known` and `past`."""
    whole = settled(table, columns)
    time, _ = chosen_times(table, whole.time, (whole.targets or (whole.target or "",))[0])
    kept, errors = replace(columns, known=(), past=()), dict[str, tuple[str, ...]]()
    for role in ("known", "past"):
        for name in dict.fromkeys(getattr(columns, role)):
            tried = replace(kept, **{role: (*getattr(kept, role), name)})  # type: ignore[arg-type]
            try:
                _features(table, replace(whole, known=tried.known, past=tried.past), time)
                kept = tried
            except ColumnError as error:
                errors[role] = (*errors.get(role, ()), str(error))
    return kept, errors


def _features(table: Table, columns: Columns, time: str | None) -> tuple[list[_Named], list[_Named]]:
    taken = dict.fromkeys((*columns.targets, columns.target or ""), "target")
    if time is not None and time not in table.combined_times:
        taken[time] = "time"
    known = _feature_columns(table, columns.known, taken)
    past = _feature_columns(table, columns.past, taken | dict.fromkeys(columns.known, "column known in advance"))
    return known, past


def _long(table: Table, columns: Columns, ids: Ids, parts: _Parts) -> tuple[Frequency, list[_Entry]]:
    target, names = (columns.targets or (columns.target or "",))[0], ids.names[:MAX_SERIES]
    values = chosen_values(table, target)
    if not names:
        series_id = shown(columns.series_id or "")
        raise ColumnError(f"Column `{series_id}` names no series: it is empty. Pick another column.")
    if not columns.series_id:
        _check_values(values, target)
    frequency, lines = parts.lines(values, np.where(ids.codes >= MAX_SERIES, -1, ids.codes), len(names))
    target = columns.target or ""
    return frequency, [(target, name or target, line) for name, line in zip(names, lines, strict=True)]


def _has_two_values(line: Line) -> bool:
    known = line.y[~np.isnan(line.y)]
    return len(known) > 1 and bool(np.any(known != known[0]))


def _left_out(found: list[_Entry]) -> tuple[str, ...]:
    short = [name for _, name, line in found if np.sum(~np.isnan(line.y)) < 2]
    same = [name for _, name, line in found if np.sum(~np.isnan(line.y)) >= 2 and not _has_two_values(line)]
    left_out = {"with fewer than 2 values": short, "whose values are all the same": same}
    return tuple(f"Left out {len(n):,} series {why}: {listed_names(n)}." for why, n in left_out.items() if n)


def _notes(lines: list[Line], frequency: Frequency, how: str) -> tuple[str, ...]:
    done = replace(total := Repairs.total([line.repairs for line in lines]), clocks=int(total.clocks > 0))
    steps = sum(len(line.cells) for line in lines) + done.cut
    irregular = sum(line.frequency == ROWS for line in lines) if frequency != ROWS else 0
    notes = [*row_notes(replace(done, backwards=0), frequency.step_name, how)]
    if done.backwards:
        notes.append(f"Reversed {done.backwards:,} series, which began with the newest row.")
    if irregular == len(lines) or (frequency == ROWS and any(line.notes for line in lines)):
        notes.append("The dates are not evenly spaced: took the rows of each series in order of time as steps.")
    elif irregular:
        notes.append(f"{irregular:,} of {len(lines):,} series do not follow {frequency.label} steps: took their rows.")
    return (*notes, *step_notes(done, steps, frequency.step_name))

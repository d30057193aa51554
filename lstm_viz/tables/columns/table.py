"""What a file becomes: a table of typed columns."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal, get_args

import numpy as np
import pandas as pd

from lstm_viz.errors import ColumnError, SettingsError
from lstm_viz.phrases import listed, listed_names, shown
from lstm_viz.tables.columns.column_types import TypedTable
from lstm_viz.tables.columns.series_ids import counted_id, id_choices, id_columns, ids_of, proposed_id
from lstm_viz.tables.columns.time_columns import Part, combined_times, is_calendar, moments, proposed_time
from lstm_viz.tables.files.read_options import PlainSettings
from lstm_viz.tables.values.calendar_words import name_words, names_years, vocabulary, words_of
from lstm_viz.tables.values.numbers import parse_numbers
from lstm_viz.tables.values.numeric_timestamps import read_number_times
from lstm_viz.tables.values.time_steps import Floats, Stamps

Duplicates = Literal["mean", "sum", "first", "last"]
_ID_WORDS = vocabulary(
    "id ids uid uuid guid code fips nr number konto account cuenta compte conto client codigo kod cp no"
)
_KEY_WORDS = vocabulary("zip postcode postal plz phone telefon serial invoice barcode ean isbn iban version")
_PLACES = (
    (("lat", "breitengrad", "緯度", "纬度"), ("lon", "lng", "langengrad", "経度", "经度")),
    (("easting",), ("northing",)),
)
_SOME = 10
_NEARLY_ALL, _MOSTLY_EVEN = 0.95, 0.8
_TARGET_WORDS = frozenset({"target", "value", "values", "sales", "demand", "count", "quantity", "qty", "close", "load"})
ROW_NUMBER = "(row number)"


class Table(TypedTable):
    """A typed table that knows which of its columns say when, which name the series, and which is the target."""

    @cached_property
    def combined_times(self) -> dict[str, tuple[Part, ...]]:
        """Return the combinations of columns that say when ("year + month"), with their parts."""
        return combined_times(self)

    @cached_property
    def proposed_time(self) -> str | None:
        """Return the time column with the fewest missing cells, or a combination of more moments; None without any."""
        return proposed_time(self, self.combined_times)

    @cached_property
    def proposed_series_id(self) -> str:
        """Return the column, or columns ("store + item"), that name the series of a long table; "" for a single series."""
        if self.proposed_time is None:
            return counted_id(self)
        stamps = self.moments(self.proposed_time)
        together = self.combined_times.get(self.proposed_time, ())
        taken = tuple(part.name for part in together) or (self.proposed_time,)
        return proposed_id(self, stamps, taken) if stamps is not None else ""

    @cached_property
    def proposed_target(self) -> str:
        """Return the leftmost column of numbers that vary, the likely ones first; a ColumnError where none can be.

        Likely is one named like a target, then one of more than two values that says neither when nor which series.
        """
        names = self.names_of("number")
        if not names:
            known = listed([f"`{shown(column.name)}` ({column.kind})" for column in self.columns])
            wrong = f"No column holds numbers: the file has {known}"
            raise ColumnError(f"{wrong}. Read it otherwise, or upload a table with at least one column of numbers.")
        varying = [name for name in names if self.frame[name].max() > self.frame[name].min()]
        values = [name for name in varying if not self._says_which(name)]
        rows = [name for name in values if not _counts_rows(self.numbers(name))]
        likely = [name for name in rows if not _counts_on(self.numbers(name), name == self.columns[0].name)]
        if not values and all(self._is_id(name) for name in varying) and varying:
            what = "is an id or a place" if len(varying) == 1 else "are ids or places"
            wrong = f"No column holds values to forecast: {listed_names(varying)} {what}"
            raise ColumnError(f"{wrong}. Count or add up the rows of each step in the file, or pick a target.")
        named = (name for name in rows if name_words(name) & _TARGET_WORDS or name.lower() in ("y", "cnt"))
        many = (name for name in likely if not _is_flag(self.frame[name]))
        rest = [name for name in varying if name not in self._calendar_columns]
        return next(named, None) or next(many, None) or next(iter([*likely, *rows, *values, *rest, *varying, *names]))

    def moments(self, name: str) -> Stamps | None:
        """Return the moments of a time column or of a combination, NaT where missing; None for anything else."""
        if any(column.name == name for column in self.columns):
            return self.stamps(name) if self.column(name).kind == "time" else None
        parts = self.combined_times.get(name)
        return None if parts is None else moments(parts)

    @cached_property
    def _calendar_columns(self) -> frozenset[str]:
        """Numbers that say no more than the time does: its parts, what is named like its month or weekday, marked days."""
        time = self.proposed_time or ""
        parts = {part.name for part in self.combined_times.get(time, ())}
        stamps, numbers = self.moments(time), self.names_of("number")
        return frozenset(name for name in numbers if name in parts or is_calendar(name, self.numbers(name), stamps))

    def _says_which(self, name: str) -> bool:
        """A part of a moment, a column that names the series, an id, or a place."""
        series_id = self.proposed_series_id
        named = name in self._calendar_columns or name in id_columns(self, series_id) or self._is_id(name)
        return named or (bool(series_id) and self._goes_with(name, series_id))

    def _goes_with(self, name: str, series_id: str) -> bool:
        """Whole numbers of four digits or more that are the same in each series, and not in all, name it too."""
        codes, values = ids_of(self, series_id).codes, self.numbers(name)
        kept = (codes >= 0) & ~np.isnan(values)
        if not kept.any() or np.any(values[kept] != np.round(values[kept])) or values[kept].min() < 1000:
            return False
        first = np.zeros(int(codes.max()) + 1)
        first[codes[kept][::-1]] = values[kept][::-1]
        return bool(np.array_equal(first[codes[kept]], values[kept]) and len(np.unique(values[kept])) > 1)

    def _is_id(self, name: str) -> bool:
        known = self.numbers(name)[~np.isnan(self.numbers(name))]
        last = next(iter(words_of(name)[-1:]), "")
        counts = len(words_of(name)) == 1 and last in ("number", "nr", "no", "code")  # a count may be called "number"
        like_id = last in _ID_WORDS or last.endswith(("nummer", "number")) or "tienda" in name_words(name)
        whole = bool(np.all(known == np.round(known)))
        years = (known >= 1500) & (known <= 2600) & (known == np.round(known))  # of which one may be mistyped
        are_years = names_years(name) and len(known) > 2 and bool(np.mean(years) >= 0.9)
        return self._is_place(name) or (like_id and not counts and whole) or last in _KEY_WORDS or are_years

    def _is_place(self, name: str) -> bool:
        """Latitude and longitude stand next to each other."""
        numbers = self.names_of("number")
        pairs = [pair for pair in _PLACES if all(any(_begins(one, starts) for one in numbers) for starts in pair)]
        return any(_begins(name, starts) for pair in pairs for starts in pair)


def _begins(name: str, starts: tuple[str, ...]) -> bool:
    return any(word.startswith(starts) for word in words_of(name))


def _counts_rows(numbers: Floats) -> bool:
    """Return whether numbers are 0, 1, 2 … or 1, 2, 3 … over all rows, three or more."""
    return len(numbers) > 2 and numbers[0] in (0, 1) and bool(np.all(np.diff(numbers) == 1))


def _counts_on(numbers: Floats, first: bool) -> bool:
    """Return whether numbers count on by one step, or begin anew as hours do; a line counts as `first` column or years."""
    steps = np.diff(numbers)
    if len(numbers) < _SOME or np.isnan(numbers).any() or not np.any(steps):
        return False
    if 1500 <= numbers[0] <= 2600 and np.isin(steps, (0, 1)).all():
        return True
    step = float(np.median(steps))
    even = np.abs(steps - step) <= 0.05 * abs(step) + (1e-3 if 1000 <= numbers[0] <= 2600 else 0)
    anew = steps * np.sign(step) < 0
    low = numbers.min() if step > 0 else -numbers.max()
    again = np.sign(step) * numbers[1:][anew & ~even] < low + abs(step) * (1 + 1e-9)
    begins = bool(again.all()) and (len(again) > 0 or first or 1000 <= numbers[0] <= 2600)
    return step != 0 and begins and bool(np.mean(even | anew) >= _NEARLY_ALL and np.mean(even) >= _MOSTLY_EVEN)


def _is_flag(values: pd.Series) -> bool:
    """Nothing but 0 and 1 over many rows marks days, as holidays do."""
    numbers = values.to_numpy()
    known = numbers[~np.isnan(numbers)]
    return len(known) > 10 and bool(np.all((known == 0) | (known == 1)))


def chosen_values(table: Table, name: str) -> Floats:
    """Return the values of a column of numbers, NaN where missing; any other column is a ColumnError."""
    column = table.column(name)
    if column.kind == "number":
        return table.numbers(name)
    if column.kind == "empty":
        raise ColumnError(f"Column `{shown(name)}` is empty in all {table.rows:,} rows. Pick another column.")
    if column.kind == "time":
        raise ColumnError(f'Column `{shown(name)}` holds times such as "{column.example}". Pick a column of numbers.')
    known = table.frame[name].dropna()
    place = int((np.isnan(parse_numbers(known, ".")) & np.isnan(parse_numbers(known, ","))).argmax())
    row, cell = known.index[place], shown(str(known.iloc[place]))
    raise ColumnError(f'Column `{shown(name)}` is text: row {row:,} holds "{cell}". Pick another column.')


def chosen_times(table: Table, name: str | None, target: str) -> tuple[str | None, Stamps | None]:
    """Return the time column and its moments (NaT where missing), or None twice if rows are the steps; or a ColumnError."""
    if name is None:
        name = table.proposed_time
    if name is None or name in ("", ROW_NUMBER):
        return None, None
    if all(column.name != name for column in table.columns) and name in table.combined_times:
        return name, table.moments(name)
    column = table.column(name)
    if name == target:
        raise ColumnError(f"Column `{shown(name)}` is chosen as time and as target. Pick two different columns.")
    if column.kind == "time":
        return name, table.stamps(name)
    known = table.frame[name].notna().to_numpy()
    numbers = table.numbers(name)[known] if column.kind == "number" else np.zeros(0)
    times = read_number_times(numbers, name, always=True)
    if times is None:
        content = {"number": "numbers", "text": "text"}.get(column.kind, "blanks")
        wrong = f'Column `{shown(name)}` holds no times but {content} such as "{column.example}"'
        raise ColumnError(f"{wrong}. Pick another column, or {ROW_NUMBER} to take the rows in their order.")
    stamps = np.full(len(known), np.datetime64("NaT", "us"))
    stamps[known] = times.stamps
    return name, stamps


@dataclass(frozen=True)
class Columns(PlainSettings):
    """Which columns are what; None leaves the choice to the reader."""

    time: str | None = None  # a column, `ROW_NUMBER`, or columns together as `time_choices` names them ("year + month")
    target: str | None = None  # the column of the values
    targets: tuple[str, ...] = ()  # several columns of a wide table; () takes just the target
    series_id: str | None = None  # what names the series of a long table, also together ("store + item"); "" for none
    known: tuple[str, ...] = ()  # columns whose future is known when the forecast is made
    past: tuple[str, ...] = ()  # columns known up to the last value only
    duplicates: Duplicates = "mean"  # what becomes of rows of a series that share a moment
    frequency: str | None = None  # a pandas alias to force ("MS"; longer steps gather rows), "step" for rows

    def __post_init__(self) -> None:
        for name in ("time", "target", "series_id", "frequency"):
            if not isinstance(getattr(self, name), str | None):
                raise SettingsError(f"`{name}` must be text. Leave it out to let the file decide.")
        for name in ("targets", "known", "past"):
            value = getattr(self, name)
            if not isinstance(value, tuple) or not all(isinstance(column, str) for column in value):
                raise SettingsError(f"`{name}` must be a list of columns. Give their names as text.")
        if self.duplicates not in get_args(Duplicates):
            known = ", ".join(get_args(Duplicates))
            raise SettingsError(f"`duplicates` (={shown(str(self.duplicates))}) is not known. Use one of {known}.")


def time_choices(table: Table) -> tuple[str, ...]:
    """Return what can say when: columns of moments, columns together, and the number of the row."""
    return tuple(dict.fromkeys((*table.names_of("time"), *table.combined_times, ROW_NUMBER)))


def series_id_choices(table: Table) -> tuple[str, ...]:
    """Return what can name the series of a long table: none (""), columns, and likely ones together."""
    return tuple(dict.fromkeys(("", *filter(None, [table.proposed_series_id]), *id_choices(table))))


def feature_choices(table: Table, columns: Columns) -> tuple[str, ...]:
    """Return the columns of numbers or text that, as `columns` were used, say neither when nor which series nor how much."""
    taken = {columns.time, columns.target, *columns.targets, *id_columns(table, columns.series_id or "")}
    taken |= {part.name for part in table.combined_times.get(columns.time or "", ())}
    return tuple(name for name in table.names_of("number", "text") if name not in taken)


def proposed_columns(table: Table) -> Columns:
    """Return what the file says about its columns: which say when, which names the series, which is the target."""
    return Columns(table.proposed_time or ROW_NUMBER, table.proposed_target, (), table.proposed_series_id)


def settled(table: Table, columns: Columns) -> Columns:
    """Fill in what is left to the reader, but for the frequency; a ColumnError where choices contradict each other."""
    targets = tuple(dict.fromkeys(columns.targets))
    if columns.series_id and len(targets) > 1:
        wrong = f"Column `{shown(columns.series_id)}` names the series, and {len(targets)} targets are chosen"
        raise ColumnError(f"{wrong}. Pick one target, or no column that names the series.")
    target = columns.target if columns.target is not None else targets[0] if targets else table.proposed_target
    if columns.target is not None and targets and target not in targets:
        targets = (target, *targets)
    series_id, time = columns.series_id, table.proposed_time if columns.time is None else columns.time
    if series_id is None and len(targets) > 1:
        series_id = ""
    elif series_id is None:
        series_id = table.proposed_series_id
        if time is not None and time != table.proposed_time:
            stamps = table.moments(time)
            series_id = "" if stamps is None else proposed_id(table, stamps, (time,))
        series_id = "" if target in id_columns(table, series_id) else series_id
    elif target in id_columns(table, series_id):
        twice = f"Column `{shown(target)}` is chosen as target and as name of the series"
        raise ColumnError(f"{twice}. Pick two different columns.")
    return replace(columns, time=time or ROW_NUMBER, target=target, targets=targets, series_id=series_id)

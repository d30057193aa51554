"""Which columns of a table are what: chosen by a person, or proposed by the evidence of the file."""

from dataclasses import dataclass, replace
from typing import get_args

from lstm_viz.errors import ColumnError, SettingsError
from lstm_viz.phrases import shown
from lstm_viz.tables.choices import ROW_NUMBER
from lstm_viz.tables.ids import id_choices, id_columns, proposed_id
from lstm_viz.tables.reading import PlainSettings
from lstm_viz.tables.table import Duplicates, Table


@dataclass(frozen=True)
class Columns(PlainSettings):
    """Which columns are what; None leaves the choice to the reader.

    Args:
        time: a column, `ROW_NUMBER`, or columns together under the name that `time_choices` gives ("year + month").
        target: the column of the values.
        targets: several columns of a wide table; () takes just the target.
        series_id: what names the series of a long table, also together ("store + item"); "" for none.
        known: columns whose future is known when the forecast is made.
        past: columns known up to the last value only.
        duplicates: what becomes of rows of a series that share a moment.
        frequency: a pandas alias to force ("MS"; longer steps gather rows), "step" takes rows; None infers it.
    """

    time: str | None = None
    target: str | None = None
    targets: tuple[str, ...] = ()
    series_id: str | None = None
    known: tuple[str, ...] = ()
    past: tuple[str, ...] = ()
    duplicates: Duplicates = "mean"
    frequency: str | None = None

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
        raise ColumnError(
            f"Column `{shown(columns.series_id)}` names the series, and {len(targets)} targets are chosen. "
            "Pick one target, or no column that names the series."
        )
    target = columns.target if columns.target is not None else targets[0] if targets else table.proposed_target
    if columns.target is not None and targets and target not in targets:
        targets = (target, *targets)
    series_id = columns.series_id
    if series_id is None:
        series_id = "" if len(targets) > 1 else _proposed_id(table, columns.time)
        if target in id_columns(table, series_id):
            series_id = ""
    elif target in id_columns(table, series_id):
        raise ColumnError(
            f"Column `{shown(target)}` is chosen as target and as name of the series. Pick two different columns."
        )
    time = table.proposed_time if columns.time is None else columns.time
    return replace(columns, time=time or ROW_NUMBER, target=target, targets=targets, series_id=series_id)


def _proposed_id(table: Table, time: str | None) -> str:
    if time is None or time == table.proposed_time:
        return table.proposed_series_id
    stamps = table.moments(time)
    return "" if stamps is None else proposed_id(table, stamps, (time,))

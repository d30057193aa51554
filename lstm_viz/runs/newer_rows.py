"""A run's model on newer rows: whether a file goes on where the run's data ended, and the forecast from there."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from lstm_viz.errors import RunError, SeriesError
from lstm_viz.forecasting.forecast import Forecast, plain_stamps
from lstm_viz.forecasting.recipe import load_recipe
from lstm_viz.phrases import counted, shown
from lstm_viz.runs.archive import future_csv
from lstm_viz.runs.file_choices import requested_columns
from lstm_viz.tables import ROW_NUMBER, ROWS, Columns, Feature, Series, Table, features_again, make_panel
from lstm_viz.tables.columns.series_ids import ids_of
from lstm_viz.tables.columns.table import chosen_times, chosen_values

SAME = 1e-9
BRING = "Bring the old rows with the new ones behind."


@dataclass(frozen=True, eq=False)
class Grown:
    """A run's series with newer rows behind it."""

    series: Series
    old_rows: int  # how many rows the run knew
    changed: int  # how many of those the new file reports otherwise
    joined: bool = False  # whether the new file held newer rows only, and was put behind the run's own

    @property
    def new_rows(self) -> int:
        """Rows that the run did not know."""
        return len(self.series) - self.old_rows


@dataclass(frozen=True, eq=False)
class Rerun:
    """What the same model forecasts now, and what became of its forecast before."""

    grown: Grown
    future: pd.DataFrame  # `ds, yhat` and the bounds of the intervals from the end of the new rows on
    judged: (
        pd.DataFrame
    )  # steps of the old forecast that have happened: `ds, y, yhat`, and the bounds where there are some

    @property
    def error(self) -> float:
        """Mean absolute error of the old forecast; NaN where nothing of it has happened."""
        return float((self.judged["y"] - self.judged["yhat"]).abs().mean())

    def inside(self, level: int) -> int | None:
        """Count what lay inside an interval of the old forecast; None where it had none."""
        if f"lo-{level}" not in self.judged:
            return None
        return int(self.judged["y"].between(self.judged[f"lo-{level}"], self.judged[f"hi-{level}"]).sum())

    def csv(self) -> bytes:
        """Write the new forecast."""
        return future_csv(self.future)


def grow(old: Series, table: Table, choices: Mapping[str, str] = {}) -> Grown:
    """Read the run's columns of a newer file, and see that it goes on where the run's data ended.

    Args:
        table: the newer file: the same rows and newer ones behind them, or newer ones only.
        choices: what was chosen of the run's own file.

    Raises `LSTMVizError` where it is another series, lacks a column, begins or steps otherwise, or holds nothing new.
    """
    table, columns = _as_before(old, table, choices)
    try:
        new = make_panel(table, columns).series[0]
        features = {feature.name: feature for feature in new.features}
        new = replace(new, features=tuple(features[feature.name] for feature in old.features))
    except SeriesError:
        new = None  # a month or two alone are no series yet
    if old.time and (new is None or new.time is None or new.ds[0] > old.ds[0]):
        return _check_new(joined(old, table), old)
    if new is None:
        raise SeriesError(f"The new file holds too few numbers to go on from. {BRING}")
    if new.frequency.alias != old.frequency.alias:
        raise SeriesError(
            f"The new file was read as {new.frequency.label}; the run's data is {old.frequency.label}. Bring rows of the "
            "same step."
        )
    if old.time and new.ds[0] != old.ds[0]:
        raise SeriesError(
            f"The new file begins at {moment(new, 0)}, before the run's data, which begins at {moment(old, 0)}. Leave the "
            "older rows out."
        )
    if len(new) < len(old):
        raise SeriesError(f"The new file has {counted(len(new), 'row')}; the run learned from {len(old):,}. {BRING}")
    return _check_new(Grown(new, len(old), _changed_rows(old.y, new.y)), old)


def _as_before(old: Series, table: Table, choices: Mapping[str, str]) -> tuple[Table, Columns]:
    """Return the rows of the run's series with its further columns, and how to read them."""
    requested = requested_columns(choices)
    if requested.series_id:
        ids = ids_of(table, requested.series_id)
        if old.unique_id not in ids.names:
            raise SeriesError(
                f"The new file holds no series `{shown(old.unique_id)}` in column `{shown(requested.series_id)}`. Bring the "
                "file that goes on with it."
            )
        table = replace(table, frame=table.frame[ids.codes == ids.names.index(old.unique_id)])
    table = features_again(table, tuple(feature.name for feature in old.features))
    known, past = (tuple(one.name for one in old.features if one.known == is_known) for is_known in (True, False))
    time = old.time or ROW_NUMBER
    return table, Columns(time, old.name, (), "", known, past, requested.duplicates)


def _check_new(grown: Grown, old: Series) -> Grown:
    if grown.new_rows <= 0:
        last = (
            f"after {moment(old, -1)}, where the run's data ends" if old.time else f"after the {len(old):,} of the run"
        )
        raise SeriesError(f"The new file holds no rows {last}. Bring it again when there are newer ones.")
    return grown


def joined(old: Series, table: Table) -> Grown:
    """Put the rows of a file behind those of the run, on the run's own steps.

    Raises `SeriesError` where a row stands on none of those steps, or far away.
    """
    _, stamps = chosen_times(table, old.time, old.name)
    values = chosen_values(table, old.name)
    if stamps is None:
        raise SeriesError(f"The new file has no times. {BRING}")
    known = pd.Series(values, index=stamps).groupby(level=0).mean().dropna()
    steps = np.concatenate([old.ds, old.future(len(table.frame) + len(old))])
    places = np.searchsorted(steps, known.index.to_numpy())
    on_grid = (places < len(steps)) & (steps[np.minimum(places, len(steps) - 1)] == known.index.to_numpy())
    if not len(known) or not on_grid.all():
        first = known.index[~on_grid][0] if len(known) else None
        held = "no numbers" if first is None else f"{pd.Timestamp(first)}"
        raise SeriesError(
            f"The new file does not go on where the run's data ends ({moment(old, -1)}, {old.frequency.label}): it holds "
            f"{held}. {BRING}"
        )
    length = max(len(old), int(places.max()) + 1)
    y = np.full(length, np.nan)
    y[: len(old)] = old.y
    y[places] = known.to_numpy()
    features = tuple(_joined_feature(one, table.frame[one.name], stamps, steps, length) for one in old.features)
    series = replace(old, ds=steps[:length], y=y, features=features)
    return Grown(series, len(old), _changed_rows(old.y, y), joined=True)


def _joined_feature(old: Feature, cells: pd.Series, stamps: np.ndarray, steps: np.ndarray, length: int) -> Feature:
    """Put newer values of a feature behind those of the run: as long as the series, or farther where it is known ahead."""
    observed = pd.Series(cells.to_numpy(dtype=float), index=stamps).groupby(level=0).mean().dropna()
    places = np.searchsorted(steps, observed.index.to_numpy())
    on_grid = places < (len(steps) if old.known else length)
    on_grid &= steps[np.minimum(places, len(steps) - 1)] == observed.index.to_numpy()
    places, numbers = places[on_grid], observed.to_numpy()[on_grid]
    values = np.full(max(length, len(old.values), int(places.max(initial=-1)) + 1), np.nan)
    values[: len(old.values)] = old.values
    values[places] = numbers
    return replace(old, values=values)


def _changed_rows(old: np.ndarray, new: np.ndarray) -> int:
    return int((~np.isclose(old, new[: len(old)], rtol=SAME, equal_nan=True)).sum())


def rerun(recipe: bytes, forecast: Forecast, grown: Grown) -> Rerun:
    """Forecast from the end of the new rows with the model as it is, and judge the old forecast by them.

    Raises `RunError` where the model cannot be read.
    """
    series = grown.series
    values = load_recipe(recipe, series).forecast(len(series))
    future = pd.concat([pd.DataFrame({"ds": series.future(len(values))}), values], axis=1)
    happened = pd.DataFrame({"ds": series.ds, "y": series.y}).dropna()
    return Rerun(grown, future, forecast.future.merge(happened, on="ds"))


def rerun_file(
    recipe: bytes | None, forecast: Forecast, old: Series, table: Table, choices: Mapping[str, str] = {}
) -> Rerun:
    """Forecast from the end of a newer file; refused where it does not go on from the run, or no model was kept."""
    if recipe is None:
        raise RunError("This run is from before models were kept. Train it again to forecast from newer rows.")
    return rerun(recipe, forecast, grow(old, table, choices))


def moment(series: Series, place: int) -> str:
    """Write a step of a series no finer than it needs to be."""
    stamp = plain_stamps(pd.Series(series.ds[[place]]))[0]
    return f"row {stamp + 1:,}" if series.frequency == ROWS else str(stamp)

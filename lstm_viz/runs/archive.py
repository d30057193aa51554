"""What leaves the app: a run as a zip, the forecast as CSV, the chart as HTML, the model with its script."""

import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.types import is_string_dtype

from lstm_viz.errors import RunError
from lstm_viz.figures.forecast_charts import forecast_chart
from lstm_viz.figures.theme import LIGHT
from lstm_viz.forecasting.forecast import Forecast, plain_stamps
from lstm_viz.forecasting.recipe import read_facts
from lstm_viz.forecasting.series_group import SeriesGroup
from lstm_viz.paths import ASSETS
from lstm_viz.runs.archive_checks import OF_THIS_SERVER, RunFiles, check_run
from lstm_viz.runs.epoch_store import CHECKPOINT, HISTORY, NAME, SNAPSHOTS, SPEC, STATE, WEIGHTS, to_json
from lstm_viz.runs.file_choices import written_names
from lstm_viz.runs.forecast_store import (
    FORECAST,
    GROUP,
    GROUP_META,
    OTHERS,
    RECIPE,
    SERIES,
    SERIES_META,
    RunStore,
    UploadStore,
)
from lstm_viz.runs.records import RunSpec, RunView, Source, clean_name
from lstm_viz.tables import SAMPLES, Series, guarded
from lstm_viz.tables.values.calendar_words import unique_names
from lstm_viz.tables.values.time_steps import pattern_of

MANIFEST = "manifest.json"
FORMAT, VERSION = "lstm-viz run", 1
KILO, MEGA = 1024, 1024**2
MAX_ARCHIVE_BYTES = 64 * MEGA
MAX_UNPACKED_BYTES = 200 * MEGA
LIMITS = {
    **dict.fromkeys((MANIFEST, SPEC, STATE), 64 * KILO),
    NAME: 4 * KILO,
    **dict.fromkeys((SERIES, SERIES_META, HISTORY, WEIGHTS, FORECAST, GROUP, GROUP_META, OTHERS), 32 * MEGA),
    **dict.fromkeys((CHECKPOINT, SNAPSHOTS, RECIPE), 64 * MEGA),
}
REQUIRED = (MANIFEST, SPEC, SERIES, SERIES_META, STATE)
PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
FIRST_DAY = (1980, 1, 1, 0, 0, 0)
HINT = "Bring a zip that the Runs page gave."
SCRIPT = ASSETS / "standalone" / "forecast.py"


def pack_run(store: RunStore, key: str) -> bytes:
    """Pack all that a run left; the same run gives the same bytes.

    What names other things on this server stays here: keys of uploads and of the run that it was made from.

    Raises `RunNotFound` where there is no such run; `RunError` where it has not ended.
    """
    if store.state(key).active:
        raise RunError("A run that is still training cannot be packed. Stop it, or wait until it has ended.")
    files = {name: data for name in LIMITS if (data := store.folders.read(key, name)) is not None}
    spec = store.spec(key)
    source = replace(spec.source, key="") if spec.source.kind == "upload" else spec.source
    files[SPEC] = to_json(replace(spec, source=source, parent="").to_dict())
    state = store.state(key).to_dict()
    files[STATE] = to_json({name: value for name, value in state.items() if name not in OF_THIS_SERVER})
    sums = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    files[MANIFEST] = to_json({"format": FORMAT, "version": VERSION, "sha256": sums})
    return _zipped({zipfile.ZipInfo(name, FIRST_DAY): files[name] for name in sorted(files)})


def _zipped(files: Mapping[Any, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def open_run(store: RunStore, uploads: UploadStore, data: bytes) -> str:
    """Store a packed run under a key of its own, which is returned; what is no sound run is refused and leaves nothing.

    Raises `RunError` where the bytes are no packed run, or not as one is packed.
    """
    packed = _unpack(data)
    content = check_run(packed)
    files = {name: part for name, part in packed.items() if name not in (MANIFEST, NAME)}
    files[SPEC] = to_json(replace(_sourced(content, uploads), parent="").to_dict())
    files[STATE] = to_json(content.state.to_dict())
    if content.name:
        files[NAME] = clean_name(content.name).encode()
    return store.folders.add(files)


def _sourced(content: RunFiles, uploads: UploadStore) -> RunSpec:
    """Find the data on this server: a sample by its key, anything else as an upload of the columns that were used.

    What was chosen of reading the file that it once was does not suit that upload; its further columns do.
    """
    spec, series, source = content.spec, content.series, content.spec.source
    if source.kind == "sample" and any(sample.key == source.key for sample in SAMPLES):
        return spec
    table, names = _used_columns(series)
    known = {name: feature.known for name, feature in zip(names, series.features, strict=True)}
    chosen = {"known": [name for name in names if known[name]], "past": [name for name in names if not known[name]]}
    choices = {role: text for role, found in chosen.items() if (text := written_names(found)) is not None}
    if content.group is not None:
        table, series_id = stacked(content.group, series, table.columns.tolist())
        choices |= {"id": series_id, "series": series.unique_id}
    buffer = io.BytesIO()
    table.to_parquet(buffer, index=False)
    key = uploads.add(f"{source.name[:80]}.parquet", buffer.getvalue())
    return replace(spec, source=Source("upload", key, source.name), choices=choices)


def stacked(group: SeriesGroup, series: Series, names: list[str]) -> tuple[pd.DataFrame, str]:
    """Stack all series of a run under the column names of the watched one; also return the column that names them."""
    everyone = {**group.others, group.place: series}
    series_id = unique_names([*names, "series"])[-1]
    parts = [
        _used_columns(everyone[number])[0].set_axis(names, axis=1).assign(**{series_id: guarded(name)})
        for number, name in enumerate(group.names)
    ]
    return pd.concat(parts, ignore_index=True), series_id


def _used_columns(series: Series) -> tuple[pd.DataFrame, list[str]]:
    """Make a table of a series and its features; also return the names of the features, all different."""
    rows = max([len(series), *(len(feature.values) for feature in series.features)])
    stamps = np.concatenate([series.ds, series.future(rows - len(series))])
    columns = ({series.time: stamps} if series.time else {}) | {series.name: _padded(series.y, rows)}
    names = unique_names([*columns, *(feature.name for feature in series.features)])[len(columns) :]
    further = zip(names, series.features, strict=True)
    return pd.DataFrame(columns | {name: _padded(one.values, rows) for name, one in further}), list(names)


def _unpack(data: bytes) -> dict[str, bytes]:
    """Read the files of a packed run: known names, known sizes, as the manifest says."""
    if len(data) > MAX_ARCHIVE_BYTES:
        raise RunError(f"The zip is too large: {len(data) / MEGA:.0f} MB, and a run has at most 64 MB. {HINT}")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            files = _read_members(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError) as error:
        raise RunError(f"The file is no zip, or a damaged one. {HINT}") from error
    missing = [name for name in REQUIRED if name not in files]
    if missing:
        raise RunError(f"The zip holds no run: `{missing[0]}` is not in it. {HINT}")
    _check_manifest(files)
    return files


def _read_members(archive: zipfile.ZipFile) -> dict[str, bytes]:
    """Read every member, never more of it than its limit, whatever its header says."""
    files: dict[str, bytes] = {}
    left = MAX_UNPACKED_BYTES
    for info in archive.infolist():
        name = info.filename
        if name not in LIMITS:
            raise RunError(f"The zip holds more than a run: `{clean_name(name)[:40]}` does not belong to one. {HINT}")
        if name in files or info.flag_bits & 1 or info.compress_type not in PACKINGS:
            raise RunError(f"The zip is not packed as a run is: see its file `{name}`. {HINT}")
        limit = min(LIMITS[name], left)
        with archive.open(info) as file:
            content = file.read(limit + 1)
        if len(content) > limit:
            raise RunError(f"The zip holds too much: its file `{name}` is larger than in any run. {HINT}")
        files[name] = content
        left -= len(content)
    return files


def _check_manifest(files: dict[str, bytes]) -> None:
    """Refuse a zip of another kind, of a newer version, or whose files are not those that were packed."""
    try:
        manifest = json.loads(files[MANIFEST])
    except (ValueError, RecursionError):
        manifest = None
    manifest = manifest if isinstance(manifest, dict) else {}
    if manifest.get("format") != FORMAT or type(manifest.get("version")) is not int:
        raise RunError(f"The zip holds no run: its manifest is of something else. {HINT}")
    if manifest["version"] > VERSION:
        raise RunError(
            f"The zip was packed by a newer version of this program (format {manifest['version']}, here {VERSION}). "
            "Update the program to open it."
        )
    sums = {name: hashlib.sha256(data).hexdigest() for name, data in files.items() if name != MANIFEST}
    if manifest.get("sha256") != sums:
        raise RunError("The zip is damaged: its files are not the ones that were packed. Download the run again.")


def forecast_csv(forecast: Forecast) -> bytes:
    """Write the future: `ds`, `yhat`, and the bounds of the intervals where there are some."""
    return future_csv(forecast.future)


def forecasts_csv(forecasts: Iterable[tuple[str, Forecast]]) -> bytes:
    """Write forecasts of several series below one another, their names in front as `unique_id`."""
    parts = [(name, forecast.future.assign(ds=plain_stamps(forecast.future["ds"]))) for name, forecast in forecasts]
    for name, part in parts:
        part.insert(0, "unique_id", name)
    return _table_csv(pd.concat([part for _, part in parts], ignore_index=True)).encode()


def future_csv(future: pd.DataFrame) -> bytes:
    """Write steps to come, their moments `ds` no finer than they need to be."""
    return _table_csv(future.assign(ds=plain_stamps(future["ds"]))).encode()


def _table_csv(table: pd.DataFrame) -> str:
    """Write a table; names of columns and text that a spreadsheet would compute are kept text, numbers stay numbers."""
    cells = {str(name): table[name].map(guarded, na_action="ignore") for name in table if is_string_dtype(table[name])}
    return str(table.assign(**cells).rename(columns=guarded).to_csv(index=False))


def chart_html(series: Series, forecast: Forecast) -> bytes:
    """Write the interactive chart as one page that needs no network."""
    figure = forecast_chart(series, forecast, LIGHT, height=560)
    page: str = figure.to_html(include_plotlyjs=True, full_html=True, config={"responsive": True})
    return page.encode()


def model_bundle(view: RunView, recipe: bytes) -> bytes:
    """Pack the fitted recipe, the series and the script that repeats the forecast without this program."""
    files: dict[str, str | bytes] = {
        "model.safetensors": recipe,
        "config.json": to_json(_bundle_config(view, recipe)),
        "series.csv": series_csv(view.series),
        "forecast.py": SCRIPT.read_text(encoding="utf-8"),
        "requirements.txt": "torch\nnumpy\npandas\nsafetensors\n",
    }
    return _zipped(files)


def _bundle_config(view: RunView, recipe: bytes) -> dict[str, Any]:
    config, series = view.spec.config, view.series
    pattern = pattern_of(series.frequency.alias)
    return {
        "series": series.name,
        "rows": len(series.y),
        "future": plain_stamps(pd.Series(series.future(config.horizon))),
        "frequency": series.frequency.alias,
        "pattern": pattern and [pattern.unit, pattern.slots],
        **read_facts(recipe, series.unique_id),
    }


def series_csv(series: Series) -> str:
    """Write a series as columns `ds` and `y`, then its features; rows beyond it have no `y`, numbers keep every digit."""
    rows = max([len(series.y), *(len(feature.values) for feature in series.features)])
    stamps = np.concatenate([series.ds, series.future(rows - len(series.y))]) if rows > len(series.y) else series.ds
    columns = {"ds": plain_stamps(pd.Series(stamps)), "y": _padded(series.y, rows)}
    for place, feature in enumerate(series.features, start=1):
        kind = "known" if feature.known else "past"
        columns[f"{kind} {place}: {feature.name}"] = _padded(feature.values, rows)
    return _table_csv(pd.DataFrame(columns))


def _padded(values: np.ndarray, rows: int) -> np.ndarray:
    return np.concatenate([values, np.full(rows - len(values), np.nan)])

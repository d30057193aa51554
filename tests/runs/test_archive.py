"""A run goes through a zip bit for bit; what is no run is refused in a sentence and leaves nothing."""

import hashlib
import io
import json
import zipfile
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from lstm_viz.errors import RunError
from lstm_viz.forecasting.recipe import load_recipe
from lstm_viz.recurrent.models import build_model
from lstm_viz.runs import archive
from lstm_viz.runs.archive import MANIFEST, open_run, pack_run
from lstm_viz.runs.archive_checks import checked_series
from lstm_viz.runs.epoch_store import SPEC, STATE, WEIGHTS
from lstm_viz.runs.file_choices import requested_columns
from lstm_viz.runs.forecast_store import FORECAST, RECIPE, SERIES, SERIES_META, RunStore, UploadStore, meta_of
from lstm_viz.runs.jobs import TrainingJob, train
from lstm_viz.runs.records import RunSpec, RunState, Source
from lstm_viz.runs.worker import Silence
from lstm_viz.tables import Feature, Series, load_sample, make_panel, make_series, patterned, read_table

pytestmark = pytest.mark.slow

HOSTILE = "**b** <img src=x> $x$\n=cmd()"
HOSTILE_NAME = '<b>[x](y)</b> = "a"'


class Patient(Silence):
    def should_stop(self):
        return False


def store_run(store, series, config, source):
    result = train(TrainingJob(series, config), Patient())
    spec = RunSpec(source, series.time or "", series.name, config, "2026-11-21T18:20:00+00:00", parent="f" * 24)
    key = store.create(spec, series)
    store.write_history(key, result.history)
    store.write_checkpoint(key, result.checkpoint)
    store.write_snapshots(key, result.snapshots)
    store.write_result(key, result.weights, result.recipe, result.forecast)
    store.write_state(key, RunState("finished", config.training.epochs))
    return key


@pytest.fixture(scope="module")
def stores(tmp_path_factory):
    folder = tmp_path_factory.mktemp("archive")
    return RunStore(folder / "runs"), UploadStore(folder / "uploads")


@pytest.fixture(scope="module")
def key(stores, airline):
    from lstm_viz.forecasting.config import suggest_config

    config = suggest_config(144, 12)
    config = replace(config, hidden_size=4, members=2, origins=2, training=replace(config.training, epochs=3))
    key = store_run(stores[0], airline, config, Source("sample", "airline_passengers", "Airline passengers"))
    stores[0].write_name(key, "the first one")
    return key


@pytest.fixture(scope="module")
def packed(stores, key):
    return pack_run(stores[0], key)


def members(data):
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def zipped(files, **options):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in files.items():
            made.writestr(name, data, **options)
    return buffer.getvalue()


def signed(files):
    """Pack files with a manifest that fits them: what a liar would send."""
    files = {name: data for name, data in files.items() if name != MANIFEST}
    sums = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    return zipped({**files, MANIFEST: json.dumps({"format": "lstm-viz run", "version": 1, "sha256": sums})})


def with_json(files, name, change):
    values = json.loads(files[name])
    change(values)
    return {**files, name: json.dumps(values).encode()}


def refusal(stores, data):
    runs, uploads = stores
    before = (set(runs.folders.keys()), set(uploads.folders.keys()))
    with pytest.raises(RunError) as error:
        open_run(runs, uploads, data)
    assert (set(runs.folders.keys()), set(uploads.folders.keys())) == before
    sentence = str(error.value)
    assert sentence.endswith(".")
    assert len(sentence) < 250
    return sentence


def test_a_run_comes_back_bit_for_bit_under_a_key_of_its_own(stores, key, packed):
    runs, uploads = stores
    again = open_run(runs, uploads, packed)
    assert again != key
    assert pack_run(runs, again) == packed
    old, new = ({path.name: path.read_bytes() for path in runs.folders.folder(k).iterdir()} for k in (key, again))
    assert old.keys() == new.keys()
    assert {name for name in old if old[name] != new[name]} == {SPEC}, "the parent alone is left out"
    assert runs.spec(again) == replace(runs.spec(key), parent="")
    assert runs.name(again) == "the first one"
    runs.delete(again)


def test_a_run_of_an_upload_comes_back_with_its_data(stores, airline, tmp_path):
    from lstm_viz.forecasting.config import suggest_config

    config = suggest_config(144, 12)
    config = replace(config, hidden_size=4, members=1, origins=1, training=replace(config.training, epochs=2))
    series = replace(airline, name="**b** <img src=x> $x$", time="=cmd()")
    here = RunStore(tmp_path / "here")
    data = pack_run(here, store_run(here, series, config, Source("upload", "a" * 24, HOSTILE)))
    runs, uploads = stores
    key = open_run(runs, uploads, data)
    source = runs.spec(key).source
    name, table = uploads.get(source.key)
    back = make_series(read_table(table, name), series.time, series.name)
    np.testing.assert_array_equal(back.y, series.y)
    np.testing.assert_array_equal(back.ds, series.ds)
    assert source.name == HOSTILE
    assert pack_run(runs, key) == data


def test_nothing_secret_is_packed(packed):
    everything = b"".join(members(packed).values())
    for secret in (b"owner", b'"pid"', b"f" * 24, b"/tmp", b"/home"):
        assert secret not in everything


def test_a_run_that_trains_cannot_be_packed(stores, key):
    runs, _ = stores
    runs.write_state(key, RunState("running", 3))
    with pytest.raises(RunError, match="still training"):
        pack_run(runs, key)
    runs.write_state(key, RunState("finished", 3))


def test_a_run_that_was_going_on_is_not_going_on_here(stores, packed):
    files = with_json(members(packed), STATE, lambda state: state.update(status="running"))
    state = stores[0].state(open_run(*stores, signed(files)))
    assert (state.status, state.active) == ("interrupted", False)


@pytest.mark.parametrize("data", [b"", b"PK", b"month,passengers\n1949-01,112\n", b"\x00" * 1000], ids=repr)
def test_what_is_no_zip_is_refused(stores, data):
    assert refusal(stores, data).startswith("The file is no zip")


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_a_truncated_zip_is_refused(stores, packed, share):
    assert "zip" in refusal(stores, packed[: int(share * len(packed))])


def test_a_flipped_bit_is_noticed_unless_it_is_in_none_of_the_files(stores, packed):
    for place in range(200, len(packed), len(packed) // 12):
        broken = bytearray(packed)
        broken[place] ^= 4
        try:
            key = open_run(*stores, bytes(broken))
        except RunError:
            continue
        assert (
            pack_run(stores[0], key) == packed
        )  # it was in what a zip says of its files beside them, such as their day


@pytest.mark.parametrize(
    "name",
    ["../../evil.txt", "/etc/passwd", "C:\\evil", "runs/run.json", "run.json/", "model.pkl", "__MACOSX/x", "<b>"],
)
def test_foreign_names_are_refused_and_written_nowhere(stores, packed, name):
    assert "does not belong" in refusal(stores, zipped({**members(packed), name: b"x"}))


def test_other_zips_are_refused(stores):
    assert "does not belong" in refusal(stores, zipped({"word/document.xml": b"<x/>"}))
    assert "holds no run" in refusal(stores, zipped({}))
    assert "something else" in refusal(stores, zipped(dict.fromkeys(archive.REQUIRED, b"{}")))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_file_that_is_there_twice_is_refused(stores, packed):
    buffer = io.BytesIO(packed)
    with zipfile.ZipFile(buffer, "a") as made:
        made.writestr(SPEC, b"{}")
    assert "not packed as a run" in refusal(stores, buffer.getvalue())


def test_a_bomb_is_not_unpacked(stores, packed):
    bomb = zipped({**members(packed), STATE: b" " * 50_000_000})
    assert len(bomb) < 10_000_000
    assert "holds too much" in refusal(stores, bomb)


def test_a_bomb_that_lies_about_its_size_is_not_unpacked(stores, packed):
    bomb = bytearray(zipped({**members(packed), STATE: b" " * 50_000_000}))
    size = (50_000_000).to_bytes(4, "little")
    while size in bomb:
        place = bomb.index(size)
        bomb[place : place + 4] = (100).to_bytes(4, "little")
    refusal(stores, bytes(bomb))


def test_all_files_together_have_a_limit(stores, packed, monkeypatch):
    monkeypatch.setattr(archive, "MAX_UNPACKED_BYTES", 1000)
    assert "holds too much" in refusal(stores, packed)


def test_a_zip_that_is_too_large_is_not_opened(stores, packed, monkeypatch):
    monkeypatch.setattr(archive, "MAX_ARCHIVE_BYTES", 1000)
    assert "too large" in refusal(stores, packed)


def test_rows_beyond_the_limit_are_not_read(stores, packed, monkeypatch):
    monkeypatch.setattr("lstm_viz.runs.archive_checks.MAX_ROWS", 100)
    assert SERIES in refusal(stores, packed)


def test_a_zip_of_a_newer_version_says_so(stores, packed):
    files = with_json(members(packed), MANIFEST, lambda manifest: manifest.update(version=2))
    assert "newer version" in refusal(stores, zipped(files))


def test_deep_json_does_not_break_the_reader(stores, packed):
    files = {**members(packed), SPEC: b"[" * 30_000 + b"]" * 30_000}
    assert SPEC in refusal(stores, signed(files))


@pytest.mark.parametrize(
    ("name", "change"),
    [
        (SPEC, lambda v: v["config"].update(hidden_size="32")),
        (SPEC, lambda v: v["config"].update(hidden_size=4.0)),
        (SPEC, lambda v: v["config"].update(hidden_size=10**9)),
        (SPEC, lambda v: v["config"].update(cell="transformer")),
        (SPEC, lambda v: v["config"].update(window=5)),
        (SPEC, lambda v: v["source"].update(kind="file", key="/etc/passwd")),
        (SPEC, lambda v: v.update(created="yesterday")),
        (SPEC, lambda v: v.update(target=["a"])),
        (SPEC, lambda v: v.update(target="other")),
        (SPEC, lambda v: v.update(extra=1)),
        (SERIES_META, lambda v: v["frequency"].update(step_name="[x](http://x)")),
        (SERIES_META, lambda v: v["frequency"].update(alias="D")),
        (SERIES_META, lambda v: v["frequency"].update(season_length="12")),
        (STATE, lambda v: v.update(status="winning")),
        (STATE, lambda v: v.update(message=7)),
        (STATE, lambda v: v.update(owner={"host": "x", "pid": 1, "started": 0})),
        (FORECAST, lambda v: v.update(verdict="![x](http://x/y.png)")),
        (FORECAST, lambda v: v.update(verdict="See www.example.org now.")),
        (FORECAST, lambda v: v["future"].pop()),
        (FORECAST, lambda v: v["future"][0].update(ds="1999-01-01")),
        (FORECAST, lambda v: [row.pop("model") for row in v["heldout"]]),
        (FORECAST, lambda v: [row.update(yhat=1e9) for row in v["future"]]),
        (FORECAST, lambda v: v["scores"].pop("model")),
        (FORECAST, lambda v: v["future"][0].update({"<b>": 1.0})),
    ],
)
def test_a_run_that_was_changed_by_hand_is_refused_by_its_file(stores, packed, name, change):
    files = with_json(members(packed), name, change)
    assert "no sound run" in refusal(stores, signed(files))


@pytest.mark.parametrize(
    "name", [WEIGHTS, RECIPE, "checkpoint.safetensors", "path.safetensors", SERIES, "history.jsonl"]
)
@pytest.mark.parametrize(
    "data", [b"", b"\x80\x04\x95cposix\nsystem\n.", b"\xff" * 64], ids=["empty", "pickle", "noise"]
)
def test_nothing_but_safetensors_json_and_parquet_is_read(stores, packed, name, data):
    if name == "history.jsonl" and not data:
        assert FORECAST in refusal(stores, signed({**members(packed), name: data})), "no epoch made this forecast"
    else:
        assert name in refusal(stores, signed({**members(packed), name: data}))


def test_weights_of_another_network_are_refused(stores, packed, key):
    from safetensors.torch import save

    other = replace(stores[0].spec(key).config, hidden_size=5).network()
    files = {**members(packed), WEIGHTS: save(build_model(other, 0).state_dict())}
    assert WEIGHTS in refusal(stores, signed(files))


def test_a_series_with_infinity_or_a_hole_in_its_steps_is_refused(stores, packed, airline):
    def parquet(ds, y):
        buffer = io.BytesIO()
        pd.DataFrame({"ds": ds, "y": y}).to_parquet(buffer, index=False)
        return buffer.getvalue()

    endless = airline.y.copy()
    endless[3] = np.inf
    holes = np.delete(np.arange(144), 70)
    for data in (
        parquet(airline.ds, endless),
        parquet(airline.ds[holes], airline.y[holes]),
        parquet(airline.ds[:3], airline.y[:3]),
    ):
        assert "series" in refusal(stores, signed({**members(packed), SERIES: data}))


@pytest.mark.parametrize("sample", ["nile", "sunspots", "mauna_loa_co2"])
def test_every_kind_of_step_survives(stores, sample, tmp_path, quick):
    series = make_series(load_sample(sample))
    here = RunStore(tmp_path)
    spec = RunSpec(
        Source("sample", sample, sample), series.time or "", series.name, quick(series), "2026-01-01T00:00:00"
    )
    key = here.create(spec, series)
    here.write_state(key, RunState("stopped", 5))
    again = open_run(*stores, pack_run(here, key))
    np.testing.assert_array_equal(stores[0].series(again).ds, series.ds)


@pytest.fixture(scope="module")
def accompanied(airline):
    """A series with columns that go along, one known beyond its end, with gaps; two of them share a name."""
    random = np.random.default_rng(0)
    fair, price, rain = random.integers(0, 2, 150).astype(float), random.random(144), random.random(144)
    price[[3, 140]] = np.nan
    features = (
        Feature("price, net", price, True),
        Feature(HOSTILE_NAME, fair, True),
        Feature(HOSTILE_NAME, rain, False),
    )
    return replace(airline, features=features)


@pytest.fixture(scope="module")
def packed_with_features(accompanied, tmp_path_factory):
    from lstm_viz.forecasting.config import suggest_config

    config = suggest_config(144, 12)
    config = replace(config, hidden_size=4, members=1, origins=1, training=replace(config.training, epochs=2))
    here = RunStore(tmp_path_factory.mktemp("features"))
    source = Source("upload", "b" * 24, "file.csv")
    return pack_run(here, store_run(here, accompanied, config, source))


def test_a_run_with_further_columns_comes_back_with_them_and_with_its_data(stores, packed_with_features, accompanied):
    runs, uploads = stores
    key = open_run(runs, uploads, packed_with_features)
    series, spec = runs.series(key), runs.spec(key)
    for one, before in zip(series.features, accompanied.features, strict=True):
        assert (one.name, one.known) == (before.name, before.known)
        np.testing.assert_array_equal(one.values, before.values)
    name, data = uploads.get(spec.source.key)
    columns = replace(requested_columns(spec.choices), time=spec.time, target=spec.target)
    panel = make_panel(read_table(data, name), columns)
    assert panel.columns.known == ("price, net", HOSTILE_NAME)
    for one, before in zip(panel.series[0].features, accompanied.features, strict=True):
        assert one.known == before.known
        np.testing.assert_array_equal(one.values[: len(before.values)], before.values)
    assert len(load_recipe(runs.recipe(key), series).forecast(144)) == spec.config.horizon
    open_run(runs, uploads, pack_run(runs, key))


@pytest.mark.parametrize(
    "change",
    [
        lambda features: features.extend(features * 50),
        lambda features: features[0].update(name=7),
        lambda features: features[0].update(name="x" * 600),
        lambda features: features[0].update(name="a\u202eb\n"),
        lambda features: features[0].update(known="yes"),
        lambda features: features[0].update(extra=1),
        lambda features: features[0].pop("known"),
        lambda features: features[0].update(values="1"),
        lambda features: features[0]["values"].pop(),
        lambda features: features[0]["values"].__setitem__(5, "1"),
        lambda features: features[0]["values"].__setitem__(5, True),
        lambda features: features[0]["values"].__setitem__(5, float("inf")),
        lambda features: features[0]["values"].__setitem__(5, 10**400),
        lambda features: features[0]["values"].extend([0.5] * 1_000_000),
        lambda features: features[2]["values"].append(0.5),
        lambda features: features[0].update(known=False),
        lambda features: features.clear(),
    ],
)
def test_further_columns_that_were_changed_by_hand_are_refused(stores, packed_with_features, change):
    files = with_json(members(packed_with_features), SERIES_META, lambda meta: change(meta["features"]))
    assert "no sound run" in refusal(stores, signed(files))


@pytest.fixture(scope="module", params=["global", "each"])
def several(request, stores, airline):
    """A run of three series of one file, of which the last is too short, with the key and the zip."""
    from lstm_viz.forecasting.config import suggest_config
    from lstm_viz.forecasting.series_group import SeriesGroup

    parts = (
        replace(airline, ds=airline.ds[60:], y=3 * airline.y[60:], unique_id="north"),
        replace(airline, unique_id=HOSTILE_NAME),
        replace(airline, ds=airline.ds[:20], y=airline.y[:20], unique_id="short"),
    )
    group = SeriesGroup.of(parts, parts[1])
    config = suggest_config(144, 12)
    training = replace(config.training, epochs=2)
    config = replace(config, hidden_size=4, members=1, origins=2, scope=request.param, training=training)
    result = train(TrainingJob(parts[1], config, group=group), Patient())
    spec = RunSpec(Source("upload", "a" * 24, "x.csv"), "month", "passengers", config, "2026-11-21T18:20:00+00:00")
    key = stores[0].create(spec, parts[1], group)
    stores[0].write_history(key, result.history)
    stores[0].write_result(key, result.weights, result.recipe, result.forecast)
    stores[0].write_others(key, result.others)
    stores[0].write_state(key, RunState("finished", 2))
    return key, pack_run(stores[0], key)


def test_all_series_of_a_run_go_through_the_zip(several, stores):
    key, data = several
    opened = open_run(*stores, data)
    assert stores[0].others(opened).to_dict() == stores[0].others(key).to_dict()
    assert list(stores[0].others(opened).forecasts) == ["north"]
    assert list(stores[0].others(opened).refused) == ["short"]
    group = stores[0].group(opened)
    assert group.names == ("north", HOSTILE_NAME, "short")
    assert stores[0].series(opened).unique_id == HOSTILE_NAME
    spec = stores[0].spec(opened)
    table = read_table(stores[1].get(spec.source.key)[1], "x.parquet")
    panel = make_panel(table, replace(requested_columns(spec.choices), time=spec.time, target=spec.target))
    for name, series in zip(panel.ids, (group.others[0], stores[0].series(opened), group.others[2]), strict=True):
        assert name == series.unique_id
        np.testing.assert_array_equal(panel.get(name).y, series.y)


@pytest.mark.parametrize(
    "change",
    [
        lambda meta: meta["names"].append("more"),
        lambda meta: meta["names"].__setitem__(0, "south"),
        lambda meta: meta.update(place=2),
        lambda meta: meta.update(place="1"),
        lambda meta: meta["others"].pop("0"),
        lambda meta: meta["others"]["0"].update(unique_id="x" * 600),
        lambda meta: meta["others"]["0"].update(time=None),
        lambda meta: meta["others"]["0"]["frequency"].update(label="**b**"),
    ],
)
def test_series_that_are_not_what_they_should_be_are_refused(change, several, stores):
    told = refusal(stores, signed(with_json(members(several[1]), "company.json", change)))
    assert any(f"`{name}`" in told for name in ("company.json", "others.json", "recipe.safetensors"))


@pytest.mark.parametrize(
    "change",
    [
        lambda told: told["refused"].update(nobody="too short"),
        lambda told: told["refused"].update(short=3),
        lambda told: told["forecasts"].update(short=told["forecasts"]["north"]),
        lambda told: told["forecasts"]["north"].update(verdict="[x](http://y)"),
        lambda told: told.update(more=[]),
    ],
)
def test_forecasts_of_others_that_are_not_what_they_should_be_are_refused(change, several, stores):
    assert "`others.json`" in refusal(stores, signed(with_json(members(several[1]), "others.json", change)))


def test_a_run_of_one_series_has_no_others(packed, several, stores):
    others = {name: data for name, data in members(several[1]).items() if name.startswith("company")}
    assert "`company.parquet`" in refusal(stores, signed({**members(packed), **others}))


@pytest.mark.parametrize("alias", ["C-1111100-540-3-60-780-3-60", "CM-15-31", "CY-111111001111"])
def test_words_of_a_pattern_come_from_here_and_not_from_the_file(alias):
    begin = np.array(["2021-01-31"], dtype="datetime64[us]")
    ds = Series("y", "t", begin, np.ones(1), patterned(alias)).future(60)
    series = Series("y", "t", ds, np.arange(60.0), patterned(alias))
    meta = meta_of(series)
    meta["frequency"]["label"] = "**b**"
    spec = SimpleNamespace(target="y", time="t")
    assert checked_series(meta, ds, series.y, spec).frequency == patterned(alias)

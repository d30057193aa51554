"""Names, one-line views, and what goes for good."""

from dataclasses import replace
from datetime import timedelta, timezone

import pytest

from lstm_viz.errors import RunNotFound
from lstm_viz.runs.file_choices import EVERY_COLUMN
from lstm_viz.runs.forecast_store import RunStore, UploadStore
from lstm_viz.runs.records import MAX_NAME, RunSpec, RunState, Source, clean_name, default_name
from lstm_viz.runs.services import TrainingService
from lstm_viz.runs.summary import outcome_of, summary


@pytest.fixture
def service(tmp_path):
    return TrainingService(RunStore(tmp_path / "runs"), UploadStore(tmp_path / "uploads"))


@pytest.fixture
def spec(airline, quick):
    source = Source("sample", "airline_passengers", "Airline passengers")
    return RunSpec(source, "month", "passengers", quick(airline), "2026-11-21T18:20:00+00:00")


@pytest.fixture
def key(service, spec, airline):
    key = service.store.create(spec, airline)
    service.store.write_state(key, RunState("stopped", 5))
    return key


def test_a_run_is_named_by_cell_column_and_the_clock_of_its_reader(spec):
    assert default_name(spec) == "LSTM · passengers · 21 Nov 18:20"
    assert default_name(spec, timezone(timedelta(hours=8))) == "LSTM · passengers · 22 Nov 02:20"


def test_a_run_among_several_series_is_named_by_what_it_forecasts(spec):
    long = {"id": "store", "series": "north"}
    assert "north · passengers" in default_name(replace(spec, choices=long))
    all_of_them = replace(spec.config, scope="global")
    assert "passengers of all series" in default_name(replace(spec, config=all_of_them, choices=long))
    wide = {"id": EVERY_COLUMN, "series": "passengers"}
    assert "Every column" in default_name(replace(spec, config=all_of_them, choices=wide))
    assert default_name(replace(spec, choices=wide)) == default_name(spec)


def test_a_name_is_one_visible_line(spec):
    assert clean_name(" a\n\tb\x00\u202ec ") == "a b c"
    assert len(clean_name("x" * 500)) == MAX_NAME
    assert "\n" not in default_name(replace(spec, target="a\nb"))


def test_a_run_in_one_line(service, key):
    seen = summary(service, key)
    assert (seen.name, seen.data, seen.horizon, seen.status_text) == (
        "LSTM · passengers · 21 Nov 18:20",
        "Airline passengers",
        "12 months",
        "stopped",
    )
    assert (seen.mase, seen.outcome, seen.done, seen.active) == (None, "", None, False)


def test_a_name_can_be_given_and_taken_back(service, key):
    service.store.write_name(key, "größe 📈")
    assert summary(service, key).name == "größe 📈"
    service.store.write_name(key, "")
    assert summary(service, key).name == "LSTM · passengers · 21 Nov 18:20"


def test_a_new_forecast_is_seen_though_the_old_one_was_remembered(service, key, airline_forecast):
    assert summary(service, key).mase is None
    service.store.write_result(key, b"", b"", airline_forecast)
    seen = summary(service, key)
    assert seen.mase == pytest.approx(airline_forecast.backtest_scores["mase"]["model"])
    assert seen.outcome == outcome_of(airline_forecast)


@pytest.fixture
def airline_forecast(airline, quick):
    from lstm_viz.forecasting.study import ForecastStudy

    study = ForecastStudy(airline, replace(quick(airline, epochs=1), origins=1))
    list(study.experiment.epochs())
    return study.conclude()


def test_a_run_that_is_deleted_is_gone_and_leaves_nothing(service, key, tmp_path):
    service.delete(key)
    for ask in (service.view, service.state, service.delete, lambda k: summary(service, k)):
        with pytest.raises(RunNotFound):
            ask(key)
    assert list((tmp_path / "runs").iterdir()) == []


@pytest.mark.parametrize("key", ["", "..", "../../etc", "0" * 24, "A" * 24])
def test_only_a_run_can_be_deleted(service, key):
    with pytest.raises(RunNotFound):
        service.delete(key)


def test_a_spec_from_before_there_were_parents_is_read(spec):
    values = spec.to_dict()
    del values["parent"]
    assert RunSpec.from_dict(values) == spec

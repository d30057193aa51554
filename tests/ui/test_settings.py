"""Wishes, suggestions and the address become settings that can be trained, or one error beside what was requested."""

from dataclasses import asdict, fields

import pytest
from hypothesis import given
from hypothesis import strategies as strategies
from streamlit.testing.v1 import AppTest

from lstm_viz.errors import SeriesError
from lstm_viz.forecasting.config import MIN_ROWS, ForecastConfig, check_config, suggest_config
from lstm_viz.forecasting.preparation import PreparationConfig
from lstm_viz.glossary import forecast_term, label_of
from lstm_viz.settings import value_of
from lstm_viz.training.config import TrainingConfig
from lstm_viz.ui.shared.form import Settings
from lstm_viz.ui.shared.settings import FORECAST_SETTINGS, resolve_settings
from tests.runs.waiting import HANGS

ROWS, SEASON = 144, 12


def resolved(**requested: object):
    return resolve_settings(requested, ROWS, SEASON, None)


def requested_in(parameters: dict[str, str]) -> dict:
    return settings_at(parameters).requested


def settings_at(parameters: dict[str, str]) -> Settings:
    """Read the settings of a page that was opened with these query parameters."""

    def page() -> None:
        import streamlit

        from lstm_viz.ui.shared.settings import forecast_settings
        from lstm_viz.ui.shell.address import Address

        streamlit.session_state["read"] = forecast_settings(Address("forecast"), 144, 12, None)

    app = AppTest.from_function(page, default_timeout=HANGS)
    for name, value in parameters.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app.session_state["read"]


def test_every_setting_can_be_in_the_address():
    parts = (ForecastConfig, PreparationConfig, TrainingConfig)
    settings = {field.name for config in parts for field in fields(config)} - {"training", "preparation"}
    assert set(FORECAST_SETTINGS) == settings


def test_without_requests_the_suggestion_is_taken():
    settings = resolved()
    assert settings.config == settings.suggested == suggest_config(ROWS, SEASON)
    assert (settings.errors, settings.requested) == ({}, {})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("window", 30),
        ("holdout", 6),
        ("cell", "gru"),
        ("hidden_size", 5),
        ("num_layers", 2),
        ("forget_bias", -1.0),
        ("epochs", 7),
        ("learning_rate", 0.5),
        ("seed", 99),
        ("optimizer", "sgd"),
        ("schedule", "plateau"),
        ("patience", 0),
        ("gradient_clip", 0.0),
        ("batch_size", 1),
    ],
)
def test_a_request_is_granted_and_changes_nothing_else(name, value):
    settings = resolved(**{name: value})
    assert settings.errors == {}
    assert settings.shown(name) == value_of(settings.config, name) == value
    others = set(FORECAST_SETTINGS) - {name}
    assert {n: value_of(settings.config, n) for n in others} == {n: value_of(settings.suggested, n) for n in others}


def test_a_request_equal_to_the_suggestion_changes_nothing():
    requested = {name: value_of(suggest_config(ROWS, SEASON), name) for name in FORECAST_SETTINGS}
    assert resolved(**requested).config == suggest_config(ROWS, SEASON)


def test_a_requested_horizon_brings_its_own_window_and_holdout():
    settings = resolved(horizon=36)
    assert settings.errors == {}
    assert settings.config.horizon == settings.config.holdout == 36
    assert settings.config == settings.suggested == suggest_config(ROWS, SEASON, 36)


def test_a_requested_window_beside_a_requested_horizon_is_kept():
    config = resolved(horizon=6, window=9).config
    assert (config.horizon, config.window, config.holdout) == (6, 9, 6)


IMPOSSIBLE = [
    {"horizon": 60},
    {"horizon": 0},
    {"horizon": -5},
    {"horizon": 10**9},
    {"window": 140},
    {"window": 10**9},
    {"holdout": 143},
    {"hidden_size": 0},
    {"learning_rate": 0.0},
    {"learning_rate": float("nan")},
    {"learning_rate": float("inf")},
    {"dropout": float("nan")},
    {"forget_bias": float("-inf")},
    {"seed": -1},
    {"cell": "transformer"},
    {"optimizer": "magic"},
    {"schedule": "<b>"},
    {"epochs": 10**12},
]


@pytest.mark.parametrize("requested", IMPOSSIBLE, ids=str)
def test_an_impossible_request_is_shown_with_its_error_and_not_trained(requested):
    settings = resolved(**requested)
    (name,) = requested
    assert list(settings.errors) == [name]
    assert label_of(forecast_term(name)) in settings.errors[name]
    assert settings.shown(name) is requested[name]
    assert settings.config == settings.suggested
    check_config(settings.config, ROWS)


def test_a_possible_request_beside_an_impossible_one_is_still_shown():
    settings = resolved(window=10**9, epochs=7)
    assert list(settings.errors) == ["window"]
    assert (settings.shown("epochs"), settings.shown("window")) == (7, 10**9)
    assert settings.config.training.epochs == 7


def test_the_settings_of_an_opened_run_are_what_is_suggested():
    of_run = resolved(cell="rnn", horizon=6, epochs=3).config
    settings = resolve_settings({"seed": 5}, ROWS, SEASON, of_run)
    assert settings.suggested == of_run
    assert value_of(settings.config, "seed") == 5
    assert (settings.config.cell, settings.config.horizon, settings.config.training.epochs) == ("rnn", 6, 3)


def test_a_series_too_short_for_anything_is_refused():
    with pytest.raises(SeriesError):
        resolve_settings({}, MIN_ROWS - 1, 1, None)


VALUES = {
    int: strategies.integers(-3, 10**6),
    float: strategies.floats(),
    str: strategies.text(max_size=8),
    bool: strategies.booleans(),
}
REQUESTS = strategies.fixed_dictionaries(
    {}, optional={name: VALUES[one.kind] for name, one in FORECAST_SETTINGS.items()}
)


@given(requested=REQUESTS, rows=strategies.integers(MIN_ROWS, 3000), season=strategies.sampled_from([1, 7, 12, 52]))
def test_whatever_is_requested_there_are_settings_that_can_be_trained(requested, rows, season):
    settings = resolve_settings(requested, rows, season, None)
    check_config(settings.config, rows)
    possible = {name: value for name, value in requested.items() if name not in settings.errors}
    assert {name: value_of(settings.config, name) for name in possible} == possible


@pytest.mark.slow
def test_requests_are_read_from_the_address():
    read = requested_in({"horizon": "6", "cell": "gru", "learning_rate": "0.005", "seed": "0", "data": "nile"})
    assert read == {"horizon": 6, "cell": "gru", "learning_rate": 0.005, "seed": 0}
    assert {name: type(value) for name, value in read.items()} == {
        "horizon": int,
        "cell": str,
        "learning_rate": float,
        "seed": int,
    }


@pytest.mark.slow
def test_garbage_in_the_address_gets_a_sentence_each():
    garbage = {
        "horizon": "abc",
        "window": "12.5",
        "learning_rate": "fast",
        "epochs": "",
        "seed": "9" * 301,
        "patience": "١x",
    }
    read = settings_at({**garbage, "hidden_size": "8"})
    assert read.requested == {"hidden_size": 8}
    assert set(read.errors) == set(garbage) - {"epochs", "seed"}, "empty, and longer than an address is read"
    assert read.errors["learning_rate"] == "Learning rate (=fast) must be a number."


@pytest.mark.slow
def test_a_number_of_five_thousand_digits_is_passed_over():
    assert requested_in({"horizon": "9" * 5000}) == {}


@pytest.mark.slow
def test_what_the_address_requests_can_be_resolved_or_is_told():
    requested = requested_in({"horizon": "-1", "learning_rate": "nan", "dropout": "1e999"})
    assert list(resolve_settings(requested, ROWS, SEASON, None).errors) == ["horizon", "learning_rate", "dropout"]


@pytest.mark.slow
def test_settings_survive_the_way_through_the_address():
    config = resolved(horizon=6, cell="gru", learning_rate=0.00123, seed=7, dropout=0.25, num_layers=2).config
    values = {**asdict(config), **asdict(config.preparation), **asdict(config.training)}
    read = requested_in({name: str(values[name]) for name in FORECAST_SETTINGS})
    assert resolved(**read).config == config

"""Settings of a forecast and of a classifier: what the address requests, over those of a run, a preset or the data."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from lstm_viz.classifying.config import CLASSIFY_PRESETS, ClassifyConfig
from lstm_viz.errors import SettingsError
from lstm_viz.forecasting.config import PRESETS, ForecastConfig, check_config, suggest_config
from lstm_viz.glossary import classify_term, forecast_term, label_of
from lstm_viz.settings import settings_of, value_of, with_values, written
from lstm_viz.ui.shared.fold import menu
from lstm_viz.ui.shared.form import Settings, read_requested, settle, with_labels
from lstm_viz.ui.shell.address import Address
from lstm_viz.ui.shell.markdown import small
from lstm_viz.ui.shell.session import widget_value

PRESET = "preset"
SUITED = "suited"
FORECAST_SETTINGS = settings_of(ForecastConfig)
CLASSIFY_SETTINGS = {name: one for name, one in settings_of(ClassifyConfig).items() if name != "loss"}  # cross-entropy
PORTABLE = (
    *("cell", "hidden_size", "num_layers", "dropout", "forget_bias", "members", "shrink", "fill", "optimizer"),
    *("learning_rate", "schedule", "patience", "gradient_clip", "loss", "keep", "seed"),
)
FORECAST_PRESETS = {preset.key: (preset.label, preset.meaning) for preset in PRESETS}
CLASSIFY_PRESET_NAMES = {
    SUITED: (label_of(SUITED), ""),
    **{preset.key: (preset.title, preset.meaning) for preset in CLASSIFY_PRESETS.values()},
}
_APPLY = {preset.key: preset.apply for preset in PRESETS}


def forecast_settings(
    address: Address, rows: int, season_length: int, of_run: ForecastConfig | None, has_scope: bool = True
) -> Settings:
    """Settle the settings of a forecast; `of_run` are those of the open run, `has_scope` where there are several series.

    Raises:
        SeriesError: the series is too short for any forecast.
    """
    requested, errors = read_requested(address, FORECAST_SETTINGS, forecast_term)
    if not has_scope:
        requested.pop("scope", None)
    return resolve_settings(requested, rows, season_length, of_run, _chosen_preset(address, FORECAST_PRESETS), errors)


def resolve_settings(
    requested: dict[str, Any],
    rows: int,
    season_length: int,
    of_run: ForecastConfig | None,
    preset: str = PRESETS[0].key,
    errors: dict[str, str] | None = None,
) -> Settings:
    """Combine requested settings with those of the open run, or else with what a preset suggests for a series.

    Raises:
        SeriesError: the series is too short for any forecast.
    """
    errors, possible = dict(errors or {}), dict(requested)
    suggested = of_run or _APPLY[preset](suggest_config(rows, season_length))
    if of_run is None and "horizon" in requested:
        try:
            suggested = _APPLY[preset](suggest_config(rows, season_length, requested["horizon"]))
        except SettingsError as error:
            errors["horizon"] = with_labels(str(error), FORECAST_SETTINGS, forecast_term)
            del possible["horizon"]

    def build(**values: Any) -> ForecastConfig:
        config = with_values(suggested, values)
        check_config(config, rows)
        return config

    usual = {name: value_of(suggested, name) for name in FORECAST_SETTINGS}
    config = settle(build, usual, possible, errors, lambda _, name: usual[name], forecast_term)
    return Settings(config, suggested, requested, errors, preset)


def classify_settings(address: Address, suited: ClassifyConfig, of_run: ClassifyConfig | None = None) -> Settings:
    """Settle the settings of a classifier; `suited` suit the data, `of_run` are those of the open run."""
    requested, errors = read_requested(address, CLASSIFY_SETTINGS, classify_term)
    preset = _chosen_preset(address, CLASSIFY_PRESET_NAMES)
    suggested = of_run or (suited if preset == SUITED else CLASSIFY_PRESETS[preset].config)
    usual = {name: value_of(suggested, name) for name in CLASSIFY_SETTINGS}

    def build(**values: Any) -> ClassifyConfig:
        return with_values(suggested, values)

    config = settle(build, usual, requested, errors, lambda _, name: usual[name], classify_term)
    return Settings(config, suggested, requested, errors, preset)


def portable_settings(settings: Settings | None) -> dict[str, str]:
    """Return the chosen settings that suit any series, as the address writes them."""
    if settings is None:
        return {}
    preset = {PRESET: settings.preset} if settings.preset != PRESETS[0].key else {}
    return preset | {name: written(settings.requested[name]) for name in PORTABLE if name in settings.requested}


def setting_label(name: str) -> str:
    """Return the label of a setting of a forecast."""
    return label_of(forecast_term(name))


def in_words(value: object) -> str:
    """Write the value of a setting of a forecast."""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, float):
        return f"{value:.4g}"
    return label_of(forecast_term(value)) if isinstance(value, str) else str(value)


def settings_in_words(config: ForecastConfig) -> dict[str, str]:
    """Write every setting of a forecast, by its label."""
    return {setting_label(name): in_words(value_of(config, name)) for name in FORECAST_SETTINGS}


def _chosen_preset(address: Address, presets: Mapping[str, Any]) -> str:
    requested = address.get(PRESET) or ""
    return requested if requested in presets else next(iter(presets))


def choose_preset(
    term: str,
    key: str,
    presets: Mapping[str, tuple[str, str]],
    settings: Settings,
    address: Address,
    kept: tuple[str, ...],
) -> None:
    """Offer presets, by key with label and meaning, the default first; another one resets all settings but the `kept`."""
    first = next(iter(presets))

    def change() -> None:
        chosen = str(widget_value(key))
        cleared = dict.fromkeys(name for name in settings_of(settings.config) if name not in kept)
        address.set(**{**cleared, PRESET: None if chosen == first else chosen, "run": None})

    menu(term, key, presets, settings.preset, change, lambda name: presets[name][0])
    if meaning := presets[settings.preset][1]:
        st.markdown(small(meaning))

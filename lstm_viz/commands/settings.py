"""Options for every setting of a forecast, made from the settings themselves."""

from typing import TYPE_CHECKING, Any

import click

from lstm_viz.commands.options import Decorator
from lstm_viz.forecasting.config import ForecastConfig, check_config, suggest_config
from lstm_viz.glossary import GLOSSARY, forecast_term
from lstm_viz.settings import Setting, settings_of, value_of, with_values

if TYPE_CHECKING:
    from lstm_viz.tables import Series

NAMES = {"cell": "model"}
SUGGESTED = ("horizon", "window", "holdout", "origins", "epochs")


def setting_options() -> list[Decorator]:
    """Make an option for each setting of a forecast, without a default, so that it can follow from the series."""
    usual = ForecastConfig()
    return [option_of(setting, value_of(usual, name)) for name, setting in settings_of(usual).items()]


def option_of(setting: Setting, default: Any) -> Decorator:
    """Make the option of one setting: a choice, a switch or a number."""
    flag = f"--{NAMES.get(setting.name, setting.name).replace('_', '-')}"
    term = GLOSSARY.get(forecast_term(setting.name))
    shown = {True: "on", False: "off"}[default] if isinstance(default, bool) else str(default)
    help_text: dict[str, Any] = {"default": None, "help": term.meaning if term else ""}
    help_text["show_default"] = "what suits the series" if setting.name in SUGGESTED else shown
    if setting.kind is bool:
        return click.option(f"{flag}/--no-{flag[2:]}", setting.name, **help_text)
    kind: Any = click.Choice(setting.choices) if setting.choices else setting.kind
    return click.option(flag, setting.name, type=kind, **help_text)


def choose_config(series: "Series", requested: dict[str, Any]) -> ForecastConfig:
    """Combine the requested settings with what suits the series; None leaves the choice open."""
    rows, given = len(series.y), checked_requests(requested)
    config = with_values(suggest_config(rows, series.frequency.season_length, requested["horizon"]), given)
    check_config(config, rows)
    return config


def checked_requests(requested: dict[str, Any]) -> dict[str, Any]:
    """Return the requested settings, and refuse what no series allows, before anything is read or derived from them."""
    given = {name: value for name, value in requested.items() if value is not None}
    with_values(ForecastConfig(), given)
    return given

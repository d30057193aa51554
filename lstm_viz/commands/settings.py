"""Options for every setting of a forecast, made from the settings themselves."""

from collections.abc import Iterator
from dataclasses import Field, fields, is_dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin, get_type_hints

import click

from lstm_viz.commands.options import Decorator
from lstm_viz.forecasting.config import ForecastConfig, check_config, suggest_config, with_values
from lstm_viz.glossary import GLOSSARY, forecast_term

if TYPE_CHECKING:
    from lstm_viz.tables import Series

NAMES = {"cell": "model"}
SUGGESTED = ("horizon", "window", "holdout", "origins", "epochs")


def setting_options() -> list[Decorator]:
    """Make an option for each field of `ForecastConfig` and of the configs within it; none of them has a default.

    What is not given stays open, so that it can follow from the series.
    """
    return [option_of(field, kind, default) for field, kind, default in settings_of(ForecastConfig())]


def settings_of(config: Any) -> Iterator[tuple[Field[Any], Any, Any]]:
    """Give field, type and default of each setting, those of the configs within in their place."""
    kinds = get_type_hints(type(config))
    for field in fields(config):
        default = getattr(config, field.name)
        if is_dataclass(default):
            yield from settings_of(default)
        else:
            yield field, kinds[field.name], default


def option_of(field: Field[Any], kind: Any, default: Any) -> Decorator:
    """Make the option of one setting: a choice, a switch or a number."""
    name = NAMES.get(field.name, field.name)
    flag = f"--{name.replace('_', '-')}"
    shown = {True: "on", False: "off"}[default] if isinstance(default, bool) else str(default)
    told: dict[str, Any] = {"default": None, "help": _meaning(name)}
    told["show_default"] = "what suits the series" if field.name in SUGGESTED else shown
    if kind is bool:
        return click.option(f"{flag}/--no-{flag[2:]}", field.name, **told)
    choices = get_args(kind) if get_origin(kind) is Literal else ()
    return click.option(flag, field.name, type=click.Choice(choices) if choices else kind, **told)


def _meaning(name: str) -> str:
    """Give the meaning of a setting, if the glossary has one; that of a forecast where other things are called the same."""
    term = GLOSSARY.get(forecast_term(name))
    return term.meaning if term else ""


def choose_config(series: "Series", wishes: dict[str, Any]) -> ForecastConfig:
    """Combine what was asked for with what suits the series; None leaves the choice open.

    Raises:
        SettingsError: an option is out of range, or the series is too short for it.
        SeriesError: the series is too short for any forecast.
    """
    rows = len(series.y)
    asked = asked_for(wishes)
    config = with_values(suggest_config(rows, series.frequency.season_length, wishes["horizon"]), asked)
    check_config(config, rows)
    return config


def asked_for(wishes: dict[str, Any]) -> dict[str, Any]:
    """Give what was asked for, and refuse what no series allows, before anything is read or derived from it.

    Raises:
        SettingsError: an option is out of range.
    """
    asked = {name: value for name, value in wishes.items() if value is not None}
    with_values(ForecastConfig(), asked)
    return asked

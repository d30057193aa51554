"""Settings of a forecast between three forms: the config, the address, and the widgets."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lstm_viz.errors import LSTMVizError
from lstm_viz.forecasting.config import ForecastConfig, check_config, suggest_config, with_values
from lstm_viz.forecasting.presets import PRESETS
from lstm_viz.ui.address import Address
from lstm_viz.ui.wishes import Chosen, read_wishes


def parse_switch(text: str) -> bool:
    """Read a switch as an address writes it.

    Raises:
        ValueError: it is neither on nor off.
    """
    return {"True": True, "False": False}[text] if text in ("True", "False") else bool(int(text))


PARSERS: dict[str, Callable[[str], Any]] = {
    "horizon": int,
    "cell": str,
    "window": int,
    "holdout": int,
    "hidden_size": int,
    "num_layers": int,
    "dropout": float,
    "forget_bias": float,
    "members": int,
    "origins": int,
    "validation": float,
    "strategy": str,
    "scope": str,
    "shrink": parse_switch,
    "fill": str,
    "scale": str,
    "season": str,
    "level": str,
    "optimizer": str,
    "learning_rate": float,
    "schedule": str,
    "batch_size": int,
    "epochs": int,
    "patience": int,
    "gradient_clip": float,
    "loss": str,
    "keep": str,
    "seed": int,
}
PRESET = "preset"
WAYS = {preset.key: preset for preset in PRESETS}


PORTABLE = (
    *("cell", "hidden_size", "num_layers", "dropout", "forget_bias", "members", "shrink", "fill", "optimizer"),
    *("learning_rate", "schedule", "patience", "gradient_clip", "loss", "keep", "seed"),
)


@dataclass(frozen=True)
class Settings(Chosen):
    """What is asked for, and what is wrong with it.

    Args:
        config: settings that can be trained: the wished ones, or the suggested ones where those cannot.
        suggested: what the settings are without any wish.
        wishes: what the person chose that differs from the suggestion, by field name; shown even where it is impossible.
        error: why the wishes cannot be trained; None when they can.
        preset: the way to forecast that was chosen; the recommended one without a choice.
    """

    config: ForecastConfig
    suggested: ForecastConfig
    wishes: dict[str, Any]
    error: LSTMVizError | None
    preset: str = PRESETS[0].key


def portable_wishes(settings: Settings | None) -> dict[str, str]:
    """Give what the person chose that suits any series, as the address writes it."""
    if settings is None:
        return {}
    chosen = {name: settings.wishes[name] for name in PORTABLE if name in settings.wishes}
    way = {PRESET: settings.preset} if settings.preset != PRESETS[0].key else {}
    return way | {name: str(value) for name, value in chosen.items()}


def chosen_preset(address: Address) -> str:
    """Read the way to forecast from the address; an unknown one is the recommended one."""
    wished = address.get(PRESET) or ""
    return wished if wished in WAYS else PRESETS[0].key


def chosen_settings(address: Address) -> dict[str, Any]:
    """Read the fields that the address names; what cannot be read as a number is passed over."""
    return read_wishes(address, PARSERS)[0]


def resolve_settings(
    wishes: dict[str, Any],
    rows: int,
    season_length: int,
    of_run: ForecastConfig | None,
    preset: str = PRESETS[0].key,
) -> Settings:
    """Combine wishes with the settings of the opened run, or else with what the chosen way suggests for a series.

    Raises:
        SeriesError: the series is too short for any forecast.
    """
    apply = WAYS[preset].apply
    suggested = of_run or apply(suggest_config(rows, season_length))
    try:
        if of_run is None and "horizon" in wishes:
            suggested = apply(suggest_config(rows, season_length, wishes["horizon"]))
        config = with_values(suggested, wishes)
        check_config(config, rows)
    except LSTMVizError as error:
        return Settings(suggested, suggested, wishes, error, preset)
    return Settings(config, suggested, wishes, None, preset)

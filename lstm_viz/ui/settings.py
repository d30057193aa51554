"""Settings of a forecast between three forms: the config, the address, and the widgets."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lstm_viz.errors import LSTMVizError
from lstm_viz.forecasting.config import ForecastConfig, check_config, suggest_config, with_values
from lstm_viz.ui.address import Address
from lstm_viz.ui.wishes import read_wishes

PARSERS: dict[str, Callable[[str], Any]] = {
    "horizon": int,
    "cell": str,
    "window": int,
    "holdout": int,
    "hidden_size": int,
    "num_layers": int,
    "dropout": float,
    "forget_bias": float,
    "optimizer": str,
    "learning_rate": float,
    "schedule": str,
    "batch_size": int,
    "epochs": int,
    "patience": int,
    "gradient_clip": float,
    "seed": int,
}


PORTABLE = (
    *("cell", "hidden_size", "num_layers", "dropout", "forget_bias", "optimizer"),
    *("learning_rate", "schedule", "patience", "gradient_clip", "seed"),
)


@dataclass(frozen=True)
class Settings:
    """What is asked for, and what is wrong with it.

    Args:
        config: settings that can be trained: the wished ones, or the suggested ones where those cannot.
        suggested: what the settings are without any wish.
        wishes: what the person chose that differs from the suggestion, by field name; shown even where it is impossible.
        error: why the wishes cannot be trained; None when they can.
    """

    config: ForecastConfig
    suggested: ForecastConfig
    wishes: dict[str, Any]
    error: LSTMVizError | None

    def shown(self, name: str) -> Any:
        """Give what the widget of a field shows."""
        return self.wishes.get(name, value_of(self.config, name))


def value_of(config: ForecastConfig, name: str) -> Any:
    """Read a field of a forecast's config or of its training config."""
    return getattr(config, name) if hasattr(config, name) else getattr(config.training, name)


def portable_wishes(settings: Settings | None) -> dict[str, str]:
    """Give what the person chose that suits any series, as the address writes it."""
    if settings is None:
        return {}
    usual = ForecastConfig()
    chosen = {name: value_of(settings.config, name) for name in PORTABLE}
    return {name: str(value) for name, value in chosen.items() if value != value_of(usual, name)}


def chosen_settings(address: Address) -> dict[str, Any]:
    """Read the fields that the address names; what cannot be read as a number is passed over."""
    return read_wishes(address, PARSERS)[0]


def resolve_settings(wishes: dict[str, Any], rows: int, season_length: int, of_run: ForecastConfig | None) -> Settings:
    """Combine wishes with the settings of the opened run, or else with the suggestion for a series.

    Raises:
        SeriesError: the series is too short for any forecast.
    """
    suggested = of_run or suggest_config(rows, season_length)
    try:
        if of_run is None and "horizon" in wishes:
            suggested = suggest_config(rows, season_length, wishes["horizon"])
        config = with_values(suggested, wishes)
        check_config(config, rows)
    except LSTMVizError as error:
        return Settings(suggested, suggested, wishes, error)
    return Settings(config, suggested, wishes, None)

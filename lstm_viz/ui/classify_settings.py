"""Settings of a classifier between three forms: the config, the address, and the widgets."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from lstm_viz.classifying.config import ClassifyConfig
from lstm_viz.classifying.presets import CLASSIFY_PRESETS
from lstm_viz.errors import SettingsError
from lstm_viz.glossary import classify_term
from lstm_viz.ui.address import Address
from lstm_viz.ui.settings import parse_switch
from lstm_viz.ui.sizes import parse_sizes
from lstm_viz.ui.wishes import Chosen, read_wishes, settle, value_of

PRESET = "preset"
SUITED = "suited"


PARSERS: dict[str, Callable[[str], Any]] = {
    "cell": str,
    "sizes": parse_sizes,
    "bidirectional": parse_switch,
    "dropout": float,
    "normalization": str,
    "pooling": str,
    "forget_bias": float,
    "initialization": str,
    "class_weights": str,
    "validation_share": float,
    "optimizer": str,
    "learning_rate": float,
    "schedule": str,
    "batch_size": int,
    "epochs": int,
    "patience": int,
    "gradient_clip": float,
    "keep": str,
    "seed": int,
}
TERMS = {name: classify_term(name) for name in PARSERS} | {"cell": "model"}


@dataclass(frozen=True)
class ClassifySettings(Chosen):
    """What is asked for, and what is wrong with it.

    Args:
        config: what can be trained: what was wished for, without what cannot be.
        suggested: what the settings are without any wish.
        wishes: what the person chose, by setting; shown even where it is impossible.
        errors: sentences by the setting that they stand beside.
        preset: whose settings the suggestion is.
    """

    config: ClassifyConfig
    suggested: ClassifyConfig
    wishes: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    preset: str = SUITED


def _with_settings(config: ClassifyConfig, values: dict[str, Any]) -> ClassifyConfig:
    """Replace settings of the classifier and of its training.

    Raises:
        SettingsError: one of them cannot be.
    """
    training = {name: value for name, value in values.items() if not hasattr(config, name)}
    others = {name: value for name, value in values.items() if name not in training}
    try:
        return replace(config, **others, training=replace(config.training, **training))
    except SettingsError as error:
        raise SettingsError(str(error).replace("`model`", "`cell`")) from error


def chosen_settings(address: Address, suited: ClassifyConfig, of_run: ClassifyConfig | None = None) -> ClassifySettings:
    """Combine what the address asks for with the opened run, a preset, or what suits the data; errors stay beside."""
    wishes, errors = read_wishes(address, PARSERS, TERMS)
    wished = address.get(PRESET)
    preset = wished if wished in CLASSIFY_PRESETS else SUITED
    base = suited if preset == SUITED else CLASSIFY_PRESETS[preset].config
    suggested = of_run or base
    usual = {name: value_of(suggested, name) for name in PARSERS}
    config = settle(
        lambda **values: _with_settings(suggested, values),
        usual,
        wishes,
        errors,
        fallback=lambda values, name: value_of(suggested, name),
        terms=TERMS,
    )
    return ClassifySettings(config, suggested, wishes, errors, preset)

"""Settings between the address, a config and widgets; what each may be is declared once, on its config."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lstm_viz.errors import SettingsError
from lstm_viz.glossary import choice_term, forecast_term, label_of, meaning_of
from lstm_viz.settings import Between, Setting, settings_of, value_of, written
from lstm_viz.ui.shell.address import Address
from lstm_viz.ui.shell.errors import show_error
from lstm_viz.ui.shell.session import set_widget_value, widget_value

LONGEST = 60
Config = TypeVar("Config")
Term = Callable[[str], str]


@dataclass(frozen=True)
class Settings:
    """What is requested, what of it can be, and what is wrong with the rest.

    Args:
        config: what can be: the requested settings, without those that cannot.
        suggested: what the settings are where nothing is requested.
        requested: what the address names, by setting; shown even where it is impossible.
        errors: sentences, by the setting that they stand beside.
        preset: the key of the preset that the suggestion comes from, where a page has presets.
    """

    config: Any
    suggested: Any
    requested: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    preset: str = ""

    def shown(self, name: str) -> Any:
        """Give what the widget of a setting shows."""
        return self.requested.get(name, self.usual(name))

    def usual(self, name: str) -> Any:
        """Give the value of a setting that can be."""
        return value_of(self.config, name)

    def suggested_value(self, name: str) -> Any:
        """Give the value that the address need not name."""
        return value_of(self.suggested, name)

    def is_fixed(self, name: str) -> bool:
        """Tell whether a setting cannot be changed."""
        return False


def same(name: str) -> str:
    """Name the term of a setting that is called as the setting is."""
    return name


def read_requested(
    address: Address, settings: Mapping[str, Setting], term: Term = same
) -> tuple[dict[str, Any], dict[str, str]]:
    """Read what the address names, and say of each value that is no number that it is none.

    Args:
        term: gives the name in the glossary of a setting.

    Returns:
        Values by setting, and sentences by setting.
    """
    requested: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for name, setting in settings.items():
        text = address.get(name)
        if text is None:
            continue
        try:
            requested[name] = setting.parse(text)
        except ValueError:
            kind = "a whole number" if setting.kind is int else "a number"
            errors[name] = f"{label_of(term(name))} (={text[:40]}) must be {kind}."
    return requested, errors


def settle(
    build: Callable[..., Config],
    base: Mapping[str, Any],
    requested: Mapping[str, Any],
    errors: dict[str, str],
    fallback: Callable[[dict[str, Any], str], Any],
    term: Term = same,
    otherwise: str = "",
) -> Config:
    """Combine what is requested with a base; what cannot be is said in `errors` and left out.

    Args:
        build: makes the config, or raises a `SettingsError` that names a setting.
        base: values that can be, as long as the requested ones leave them room.
        fallback: (all values, setting) → a value that can always be, for what the base has no room for.
        term: gives the name in the glossary of a setting.
        otherwise: the setting that is left out where an error names none.
    """
    values, left_out = {**base, **requested}, set[str]()
    while True:
        try:
            return build(**values)
        except SettingsError as error:
            named = [name for name in re.findall(r"`(\w+)`", str(error)) if name in values] or [otherwise]
            name = next((one for one in named if one in requested and one not in left_out), named[0])
            if name not in values:
                raise
            if name in requested and name not in left_out and name in base:
                errors[name] = with_labels(str(error), values, term)
                values[name] = base[name]
            else:
                values[name] = fallback(values, name)
            left_out.add(name)


def with_labels(sentence: str, names: Mapping[str, Any], term: Term = same) -> str:
    """Call the settings in a sentence what the screen calls them."""
    return re.sub(r"`(\w+)`", lambda found: label_of(term(found[1])) if found[1] in names else found[0], sentence)


def side_by_side() -> DeltaGenerator:
    """Give a row in which fields stand side by side where there is room, and below each other where there is not."""
    return st.container(horizontal=True, gap="small")


def more_settings(key: str, is_wrong: bool, label: str = "More settings") -> DeltaGenerator:
    """Fold away what matters less: something wrong inside opens it, and what comes and goes above it shuts nothing.

    Args:
        key: of the fold.
        is_wrong: whether one of the settings inside cannot be.
        label: what it says.
    """
    if is_wrong:
        set_widget_value(key, True)
    return st.expander(label, key=key, icon=":material/tune:", on_change="rerun")


class Form:
    """Draw a widget for each setting as it is declared: filled from the settings, writing to the address.

    Args:
        term: gives the name in the glossary of a setting or of a choice.
        prefix: of the widgets' keys.
        clears: what leaves the address when a setting changes, by setting.
        width: of a field in pixels; else fields share the room.
    """

    def __init__(
        self,
        settings: Settings,
        address: Address,
        term: Term = forecast_term,
        prefix: str = "setting",
        clears: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self.settings, self.address, self.term, self.prefix = settings, address, term, prefix
        self.clears = clears or {}
        self.declared = settings_of(settings.config)

    def label(self, name: str) -> str:
        """Give the label of a setting."""
        return label_of(self.term(name))

    def words_of(self, name: str) -> Callable[[str], str]:
        """Give what labels the choices of a setting."""
        return lambda choice: label_of(choice_term(name, choice, self.term))

    def draw(self, *names: str, **options: Any) -> None:
        """Draw settings, several side by side, and below them what is wrong.

        Args:
            options: of every field, beyond what its setting declares.
        """
        if len(names) == 1:
            self.field(names[0], **options)
        else:
            with side_by_side():
                for name in names:
                    self.field(name, **options)
        for name in names:
            self.show_error_of(name)

    def field(self, name: str, **options: Any) -> None:
        """Draw one setting; the caller says what is wrong with it, where there is room.

        Args:
            options: of the widget, beyond what the setting declares.
        """
        setting = self.declared[name]
        if setting.kind is tuple:
            self._sizes(name, options)
        elif setting.kind is bool:
            self._widget(st.toggle, name, bool(self.settings.shown(name)), options)
        elif setting.choices:
            options = {"options": setting.choices, "format_func": self.words_of(name), **options}
            self._widget(st.selectbox, name, self._known(name, setting.choices), options)
        else:
            self._number(setting, options)

    def _number(self, setting: Setting, options: dict[str, Any]) -> None:
        shown, bounds = self.settings.shown(setting.name), setting.bounds
        if bounds is not None:
            most = setting.kind(
                max(bounds.most, self.settings.usual(setting.name) or 0)
            )  # imported weights may have more
            least = setting.kind(bounds.least)
            options = {"min_value": least, "max_value": most, "step": setting.kind(bounds.step), **options}
            shown = None if shown is None else setting.kind(min(max(shown, least), most))
        shape = {"format": bounds.shape or "%.2f"} if bounds and setting.kind is float else {}
        self._widget(st.number_input, setting.name, shown, {"value": None, **shape, **options})

    def choice(
        self, name: str, values: Sequence[Any] = (), words: Callable[[Any], str] | None = None, **options: Any
    ) -> None:
        """Draw a few values side by side, those that the setting declares where none are given."""
        values = values or self.declared[name].choices
        options = {
            "options": values,
            "format_func": words or self.words_of(name),
            "required": True,
            "wrap": True,
            **options,
        }
        self._widget(st.segmented_control, name, self._known(name, values), options)
        self.show_error_of(name)

    def several(self, name: str, words: Callable[[Any], str]) -> None:
        """Draw values of which one or more can be chosen."""
        options = {"options": self.declared[name].choices, "selection_mode": "multi", "format_func": words}
        self._widget(st.pills, name, list(self.settings.shown(name)), options)
        self.show_error_of(name)

    def slider(self, name: str, bounds: Between | None = None) -> None:
        """Draw a slider; one of another range than the setting declares is another slider."""
        kind, declared = self.declared[name].kind, self.declared[name].bounds
        taken = bounds or declared
        if taken is None:
            raise ValueError(f"`{name}` has no range for a slider.")
        shown = kind(min(max(self.settings.shown(name), taken.least), taken.most))
        options = {"min_value": kind(taken.least), "max_value": kind(taken.most), "step": kind(taken.step)}
        key = f"{self.prefix}-{name}-{taken.least}-{taken.most}" if bounds else ""
        self._widget(st.slider, name, shown, options, key)
        self.show_error_of(name)

    def show_error_of(self, name: str) -> None:
        """Say what is wrong with a setting."""
        if name in self.settings.errors:
            show_error(self.settings.errors[name])

    def _sizes(self, name: str, options: dict[str, Any]) -> None:
        """Draw several numbers with commas between; what is no number stays as it was typed."""
        shown, text = self.settings.shown(name), self.address.get(name)
        if shown == self.settings.suggested_value(name) and text is not None and not self.settings.is_fixed(name):
            shown = text
        shown = ", ".join(str(one) for one in shown) if isinstance(shown, tuple) else shown
        self._widget(st.text_input, name, shown, {"max_chars": LONGEST, **options})

    def _known(self, name: str, values: Sequence[Any]) -> Any:
        shown = self.settings.shown(name)
        return shown if shown in values else self.settings.usual(name)

    def _widget(
        self, widget: Callable[..., Any], name: str, shown: Any, options: dict[str, Any], key: str = ""
    ) -> None:
        key = key or f"{self.prefix}-{name}"
        set_widget_value(key, shown)
        options = {"disabled": self.settings.is_fixed(name), **options} if self.settings.is_fixed(name) else options
        label = options.pop("label", None) or self.label(name)
        widget(label, key=key, help=meaning_of(self.term(name)), on_change=self._write, args=(name, key), **options)

    def _write(self, name: str, key: str) -> None:
        value = widget_value(key)
        setting = self.declared[name]
        if setting.kind is tuple and not isinstance(value, list):
            text = str(value or "").strip()
            try:
                value = setting.parse(text)
            except ValueError:
                self.address.set(**{name: text[:LONGEST] or None})
                return
        elif isinstance(value, list):
            value = tuple(one for one in setting.choices if one in value) or None
        plain = value is None or value == self.settings.suggested_value(name)
        cleared = dict.fromkeys(self.clears.get(name, ()))
        self.address.set(**{**cleared, name: None if plain else written(value)})

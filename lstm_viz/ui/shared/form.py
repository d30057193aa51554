"""Settings between the address, a config and widgets; what each may be is declared once, on its config."""

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
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
    """Requested settings, those of them that are possible, and what is wrong with the rest."""

    config: Any  # the requested settings, without impossible ones
    suggested: Any  # the settings where nothing is requested
    # what the address names, by setting; shown even where it is impossible
    requested: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)  # sentences, by the setting that they stand next to
    preset: str = ""  # the key of the preset that the suggestion comes from, where a page has presets

    def shown(self, name: str) -> Any:
        """Return what the widget of a setting shows."""
        return self.requested.get(name, self.usual(name))

    def usual(self, name: str) -> Any:
        """Return the value of a setting that is possible."""
        return value_of(self.config, name)

    def suggested_value(self, name: str) -> Any:
        """Return the value that the address need not name."""
        return value_of(self.suggested, name)

    def is_fixed(self, name: str) -> bool:
        """Return whether a setting cannot be changed."""
        return False


def same(name: str) -> str:
    """Return the term of a setting that has its name."""
    return name


def read_requested(
    address: Address, settings: Mapping[str, Setting], term: Term = same
) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the values in the address, and sentences about values that are no numbers, both by setting."""
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
    """Combine requested values with a base; impossible ones are reported in `errors` and left out.

    Args:
        build: makes the config, or raises a `SettingsError` that names a setting.
        base: values that are possible unless requested ones rule them out.
        fallback: (all values, setting) → a value that is always possible, for what is ruled out.
        term: returns the name of a setting in the glossary.
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
    """Replace names of settings in a sentence with their labels."""
    return re.sub(r"`(\w+)`", lambda found: label_of(term(found[1])) if found[1] in names else found[0], sentence)


def side_by_side() -> DeltaGenerator:
    """Return a row in which fields stand side by side where there is room."""
    return st.container(horizontal=True, gap="small")


def more_settings(key: str, is_wrong: bool, label: str = "More settings") -> DeltaGenerator:
    """Return a fold for what matters less, which opens where something inside is wrong."""
    if is_wrong:
        set_widget_value(key, True)
    return st.expander(label, key=key, icon=":material/tune:", on_change="rerun")


class Form:
    """Draw a widget for each setting as it is declared: filled from the settings, writing to the address.

    Args:
        term: returns the name of a setting or a choice in the glossary.
        prefix: of the widgets' keys.
        effects: what else is written to the address when a setting changes, by setting.
    """

    def __init__(
        self,
        settings: Settings,
        address: Address,
        term: Term = forecast_term,
        prefix: str = "setting",
        effects: Mapping[str, Mapping[str, str | None]] | None = None,
    ) -> None:
        self.settings, self.address, self.term, self.prefix = settings, address, term, prefix
        self.effects = effects or {}
        self.declared = settings_of(settings.config)

    def label(self, name: str) -> str:
        """Return the label of a setting."""
        return label_of(self.term(name))

    def words_of(self, name: str) -> Callable[[str], str]:
        """Return what labels the choices of a setting."""
        return lambda choice: label_of(choice_term(name, choice, self.term))

    def draw(self, *names: str, **options: Any) -> None:
        """Draw settings, several side by side, and below them what is wrong; `options` are of every field."""
        with side_by_side() if len(names) > 1 else nullcontext():
            for name in names:
                self.field(name, **options)
        for name in names:
            self.show_error_of(name)

    def draw_groups(self, groups: Mapping[str, Sequence[str]]) -> None:
        """Draw rows of settings, named with blanks between, below the titles of their groups."""
        for title, rows in groups.items():
            st.caption(title)
            for names in rows:
                self.draw(*names.split())

    def field(self, name: str, **options: Any) -> None:
        """Draw one setting, without what is wrong with it; `options` are of the widget."""
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
            usual = self.settings.usual(setting.name) or 0
            most = setting.kind(max(bounds.most, usual))  # imported weights may have more
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
        options = {"options": values, "format_func": words or self.words_of(name), "required": True, **options}
        self._widget(st.segmented_control, name, self._known(name, values), {"wrap": True, **options})
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
        if self.settings.is_fixed(name):
            options = {"disabled": True, **options}
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
        self.address.set(**{**self.effects.get(name, {}), name: None if plain else written(value)})

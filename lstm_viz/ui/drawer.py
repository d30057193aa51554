"""Widgets of settings: one for each, filled from the address and writing to it."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lstm_viz.glossary import forecast_term, label_of, meaning_of
from lstm_viz.ui.address import Address
from lstm_viz.ui.session import put_widget_value, widget_value


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
        put_widget_value(key, True)
    return st.expander(label, key=key, icon=":material/tune:", on_change="rerun")


class Shown(Protocol):
    """Settings that widgets are filled from."""

    def shown(self, name: str) -> Any:
        """Give what the widget of a setting shows, be it possible or not."""

    def usual(self, name: str) -> Any:
        """Give a value of a setting that is possible."""

    def suggested_value(self, name: str) -> Any:
        """Give the value that the address need not name."""


class Drawer:
    """Draw one widget per setting: filled from the settings, writing to the address.

    Args:
        term: gives the name in the glossary of a setting or of a choice.
        prefix: of the widgets' keys.
    """

    def __init__(
        self, settings: Shown, address: Address, term: Callable[[str], str] = forecast_term, prefix: str = "setting"
    ) -> None:
        self.settings, self.address, self.term, self.prefix = settings, address, term, prefix

    def label(self, name: str) -> str:
        """Give the label of a setting or of a choice."""
        return label_of(self.term(name))

    def integer(self, name: str, least: int, most: int, label: str | None = None) -> None:
        """Draw a whole number."""
        options = self._options(name, int(min(max(self.settings.shown(name), least), most)))
        st.number_input(label or self.label(name), least, most, None, step=1, **options)

    def decimal(self, name: str, least: float, most: float, step: float, shape: str = "%.2f") -> None:
        """Draw a number."""
        options = self._options(name, float(min(max(self.settings.shown(name), least), most)))
        st.number_input(self.label(name), least, most, None, step=step, format=shape, **options)

    def pair(self, first: tuple[str, int, int], second: tuple[str, int, int]) -> None:
        """Draw two whole numbers side by side."""
        with side_by_side():
            self.integer(*first)
            self.integer(*second)

    def choice(self, name: str, values: Sequence[str], term: str) -> None:
        """Draw a few values side by side."""
        options = self._options(name, self._known(name, values), term)
        st.segmented_control(self.label(term), values, format_func=self.label, required=True, wrap=True, **options)

    def menu(self, name: str, values: Sequence[str]) -> None:
        """Draw values in a menu."""
        options = self._options(name, self._known(name, values))
        st.selectbox(self.label(name), values, format_func=self.label, **options)

    def menus(self, *pairs: tuple[str, Sequence[str]]) -> None:
        """Draw menus side by side."""
        for column, (name, values) in zip(st.columns(len(pairs)), pairs, strict=True):
            with column:
                self.menu(name, values)

    def switch(self, name: str) -> None:
        """Draw something that is on or off."""
        st.toggle(self.label(name), **self._options(name, bool(self.settings.shown(name))))

    def _known(self, name: str, values: Sequence[str]) -> str:
        shown = self.settings.shown(name)
        return shown if shown in values else str(self.settings.usual(name))

    def _options(self, name: str, shown: Any, term: str | None = None) -> dict[str, Any]:
        key = f"{self.prefix}-{name}"
        put_widget_value(key, shown)
        return {"key": key, "help": meaning_of(self.term(term or name)), "on_change": self._write, "args": (name,)}

    def _write(self, name: str) -> None:
        value = widget_value(f"{self.prefix}-{name}")
        suggested = self.settings.suggested_value(name)
        self.address.set(**{name: None if value is None or value == suggested else str(value)})

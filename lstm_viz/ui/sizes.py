"""Hidden units of several layers: between numbers, the address and a field of text."""

from typing import Any

import streamlit as st

from lstm_viz.ui.address import Address
from lstm_viz.ui.drawer import Shown
from lstm_viz.ui.session import put_widget_value, widget_value

SIZES = "sizes"
LONGEST = 60


def parse_sizes(text: str) -> tuple[int, ...]:
    """Read hidden units of layers as an address or a person writes them.

    Raises:
        ValueError: one of them is no whole number.

    >>> parse_sizes("64"), parse_sizes("128, 64, 32"), parse_sizes("128-64-32")
    ((64,), (128, 64, 32), (128, 64, 32))
    """
    return tuple(int(size) for size in text.replace("-", ",").replace("/", ",").split(","))


def written(value: Any) -> str:
    """Write a setting as the address does, several sizes with hyphens between.

    >>> written((128, 64, 32)), written(0.5)
    ('128-64-32', '0.5')
    """
    return "-".join(str(size) for size in value) if isinstance(value, tuple) else str(value)


def sizes_field(settings: Shown, address: Address, key: str, label: str, meaning: str, **options: Any) -> None:
    """Draw the units of the layers as numbers with commas between; what is no number stays as it was typed.

    Args:
        options: of the field, beyond its label and its help.
    """
    shown, wished = settings.shown(SIZES), address.get(SIZES)
    if shown == settings.suggested_value(SIZES) and wished is not None and not options.get("disabled"):
        shown = wished
    put_widget_value(key, ", ".join(str(size) for size in shown) if isinstance(shown, tuple) else shown)

    def change() -> None:
        text = str(widget_value(key) or "").strip()
        try:
            sizes = parse_sizes(text)
        except ValueError:
            address.set(sizes=text[:LONGEST] or None)
            return
        address.set(sizes=None if sizes == settings.suggested_value(SIZES) else written(sizes))

    st.text_input(label, key=key, on_change=change, help=meaning, max_chars=LONGEST, **options)

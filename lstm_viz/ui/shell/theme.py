"""Colours for the theme that the person sees."""

from collections.abc import Callable, Hashable
from functools import cache
from typing import Any

import streamlit as st
from plotly.graph_objects import Figure

from lstm_viz.figures.theme import Palette, palette
from lstm_viz.runs.folders import ByteCache
from lstm_viz.ui.shell.navigation import LETTERS, is_projected

# Streamlit writes white on the primary colour, which the dark theme needs light: 3.6 to 1, too pale to read.
DARK_INK = '[data-baseweb="tag"], [data-testid="stBaseButton-primary"] {color: #0f131a !important}'

# Streamlit's colours of code reach 2.9 to 1 in the light theme; these reach 5 to 1, on the page and in the sidebar.
TOKENS = ("string", "keyword", "punctuation", "operator", "number")
INKS = {
    "light": ("#0b7a3b", "#0b5cad", "#5a6070", "#9a4308", "#0a6f66"),
    "dark": ("#5bd08a", "#7dbdf7", "#a6acbc", "#f29a5c", "#57cfc0"),
}
LIKE = {"keyword": ("function", "class-name", "decorator"), "punctuation": ("comment",), "number": ("boolean",)}

# Streamlit cuts the words of a link where they do not fit, which on a phone they often do not.
WHOLE_LINKS = '[data-testid="stPageLink-NavLink"] * {white-space: normal !important; overflow: visible !important}'

CHART_BYTES = 1024**2  # at most, of those that grow while people watch
CHART_CONFIG = {"displaylogo": False, "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d"]}
STILL = {"staticPlot": True}  # also while it is redrawn: plotly fails when a drag meets a redraw
_charts: ByteCache[Figure] = ByteCache(lambda chart: CHART_BYTES)


def current_palette() -> Palette:
    """Return the palette of the browser's theme; light until the browser has reported it."""
    return palette("dark" if st.context.theme.type == "dark" else "light")


def apply_theme_styles() -> None:
    """Write dark on the primary colour where the theme is dark, code in colours that can be read, and links in full."""
    theme = "dark" if st.context.theme.type == "dark" else "light"
    st.html(f"<style>{_code_inks(theme)} {WHOLE_LINKS} {DARK_INK if theme == 'dark' else ''}</style>")


@cache
def _code_inks(theme: str) -> str:
    rules = []
    for token, ink in zip(TOKENS, INKS[theme], strict=True):
        names = ", ".join(f'[data-testid="stCode"] .token.{each}' for each in (token, *LIKE.get(token, ())))
        rules.append(f"{names} {{color: {ink} !important}}")
    return " ".join(rules)


def shared_chart(key: Hashable, draw: Callable[[Palette], Figure]) -> Figure:
    """Draw a chart once for all who watch it, as `_sized` returns it.

    The key names all that it depends on besides palette and projector mode. plotly takes a trace apart for a moment while
    it copies it, so what others may be reading is never copied.
    """
    colours = current_palette()
    return _charts.get((key, colours, is_projected()), lambda: _sized(draw(colours)))


def _sized(figure: Figure) -> Figure:
    """Return a chart with larger text in projector mode; plotly would not make room for text that CSS alone enlarges."""
    if not is_projected():
        return figure
    larger = Figure(figure)
    larger.update_layout(legend_font_size=LETTERS).update_annotations(font_size=LETTERS)
    return larger.update_xaxes(title_font_size=LETTERS).update_yaxes(title_font_size=LETTERS)


def draw_chart(figure: Figure, key: str, alt: str, config: dict[str, Any] = CHART_CONFIG, **options: Any) -> None:
    """Draw a chart; `alt` describes it to those who cannot see it."""
    st.plotly_chart(_sized(figure), key=key, config=config, theme=None, alt=alt, **options)
